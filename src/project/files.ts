import { dirname } from "node:path";
import type { Dialect, Parse, ProjectFiles, Source } from "../dialects/dialect.js";
import type { SourceText } from "../model/text.js";
import { readText, Recent, stampOf, systemCode } from "./disk.js";
import { readDirectory, readFileIn } from "./readings.js";
import { filesBelow, type Selection, type TreeSource } from "./tree.js";

/** What a dialect reads of the file that is looked at, and the project around it. Throws a `SyntaxProblem`. */
export function projectFiles<Reading>(
  dialect: Dialect<Reading>,
  source: Source,
  root: string,
): { readonly own: Reading; readonly files: ProjectFiles<Reading> } {
  const own = readFileIn(dialect, source);
  return { own, files: filesFor(dialect, source, own, root) };
}

/** The project around a file, as another dialect sees it, or (`isOwn`) its own. */
export function filesAround<Reading>(dialect: Dialect<Reading>, source: Partial<Source> & SourceText, root: string, isOwn: boolean): ProjectFiles<Reading> {
  const whole = { tree: null, principals: [], ...source };
  return isOwn ? projectFiles(dialect, whole, root).files : filesFor(dialect, whole, null, root);
}

/** `own` is null for a dialect that the file is not of. */
function filesFor<Reading>(dialect: Dialect<Reading>, source: Source, own: Reading | null, root: string): ProjectFiles<Reading> {
  const given: SourceText = { path: source.path, text: source.text };
  const among = (key: string, chosen: (file: TreeSource) => boolean, isGiven: () => boolean): readonly SourceText[] => {
    const { sources } = filesBelow(root, selectionOf(dialect));
    const found = chosenFrom(sources, key, chosen);
    return own === null ? found : withGiven(found, given, isGiven);
  };
  const { parse } = source;
  return {
    root,
    ...(parse === undefined ? {} : { tree: (file: SourceText) => (isSame(file, source) ? source.tree : treeOf(parse, file)) }),
    directory: (path) =>
      readDirectory(dialect, path, own !== null && path === dirname(source.path) ? { path: source.path, reading: own } : null),
    text: (path) => (path === source.path ? source.text : textOf(path)),
    holding: (...words) =>
      among(
        `holding ${JSON.stringify(words)}`,
        (file) => words.some((word) => file.holds(word)),
        () => words.some((word) => source.text.includes(word)),
      ),
    ending: (end) =>
      among(
        `ending ${end}`,
        ({ path }) => path.endsWith(end),
        () => source.path.endsWith(end),
      ),
    as: (other) => filesFor(other, source, null, root),
  };
}

function isSame(file: SourceText, other: SourceText): boolean {
  return file.path === other.path && file.text === other.text;
}

/** Trees are much bigger than their texts. */
const MOST_TREES = 400;

const trees = new WeakMap<Parse, Recent<{ readonly text: string; readonly tree: unknown }>>();

function treeOf(parse: Parse, { path, text }: SourceText): unknown {
  const known = trees.get(parse) ?? new Recent(MOST_TREES);
  trees.set(parse, known);
  const before = known.get(path);
  if (before?.text === text) return before.tree;
  const tree = parsed(parse, { path, text });
  known.set(path, { text, tree });
  return tree;
}

/** Whatever a parser throws: it is the host's, and only says that the file is none that it can read. */
function parsed(parse: Parse, file: SourceText): unknown {
  try {
    return parse(file);
  } catch {
    return null;
  }
}

/** One state of the tree is asked the same for many files. */
const answers = new WeakMap<readonly TreeSource[], Map<string, readonly TreeSource[]>>();

function chosenFrom(sources: readonly TreeSource[], key: string, chosen: (file: TreeSource) => boolean): readonly TreeSource[] {
  const known = answers.get(sources) ?? new Map<string, readonly TreeSource[]>();
  answers.set(sources, known);
  const before = known.get(key);
  if (before !== undefined) return before;
  const found = sources.filter(chosen);
  known.set(key, found);
  return found;
}

/** A list with a file as it was given, by the list: the same again as long as the text is. */
const given = new WeakMap<readonly SourceText[], Recent<{ readonly text: string; readonly files: readonly SourceText[] }>>();

/** Files that are looked at in turn, and again after each of their fixes. */
const MOST_GIVEN = 8;

function withGiven(found: readonly SourceText[], file: SourceText, isChosen: () => boolean): readonly SourceText[] {
  const known = given.get(found) ?? new Recent(MOST_GIVEN);
  given.set(found, known);
  const before = known.get(file.path);
  if (before?.text === file.text) return before.files;
  const files = putAmong(found, file, isChosen);
  known.set(file.path, { text: file.text, files });
  return files;
}

function putAmong(found: readonly SourceText[], file: SourceText, isChosen: () => boolean): readonly SourceText[] {
  const before = found.find(({ path }) => path === file.path);
  if (before === undefined ? !isChosen() : before.text === file.text) return found;
  const others = found.filter(({ path }) => path !== file.path);
  return isChosen() ? [...others, file].sort((a, b) => (a.path < b.path ? -1 : 1)) : others;
}

function textOf(path: string): string | null {
  try {
    // Most that are asked for are not there, and an error costs more than a look.
    return stampOf(path, "file") === null ? null : readText(path);
  } catch (error) {
    if (systemCode(error) === null) throw error;
    return null;
  }
}

export function selectionOf(dialect: Dialect<unknown>): Selection {
  return {
    name: dialect.name,
    claims: (path) => dialect.claims(path),
    wanted: ({ path, text }) => dialect.matters?.(path, text) ?? dialect.mentions({ path, text, tree: null, principals: [] }),
  };
}
