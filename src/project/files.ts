import { dirname } from "node:path";
import type { Dialect, ProjectFiles, Source } from "../dialects/dialect.js";
import { readText, systemCode } from "./disk.js";
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

/** `own` is null for a dialect that the file is not of. */
function filesFor<Reading>(dialect: Dialect<Reading>, source: Source, own: Reading | null, root: string): ProjectFiles<Reading> {
  return {
    root,
    directory: (path) =>
      readDirectory(dialect, path, own !== null && path === dirname(source.path) ? { path: source.path, reading: own } : null),
    text: (path) => (path === source.path ? source.text : textOf(path)),
    holding: (words, also) => {
      const { sources } = filesBelow(root, selectionOf(dialect));
      const others = sources.filter((file) => file.path !== source.path && file.holds(words) && holdsAlso(file, also)).map(({ path }) => path);
      return own !== null && source.text.includes(words) && also?.(source.text) !== false ? [...others, source.path].sort() : others;
    },
    as: (other) => filesFor(other, source, null, root),
  };
}

const answers = new WeakMap<(text: string) => boolean, WeakMap<TreeSource, boolean>>();

/** A file that has not changed is the same object again. */
function holdsAlso(file: TreeSource, also: ((text: string) => boolean) | undefined): boolean {
  if (also === undefined) return true;
  const known = answers.get(also) ?? new WeakMap<TreeSource, boolean>();
  answers.set(also, known);
  const answer = known.get(file) ?? also(file.text);
  known.set(file, answer);
  return answer;
}

function textOf(path: string): string | null {
  try {
    return readText(path);
  } catch (error) {
    if (systemCode(error) === null) throw error;
    return null;
  }
}

/** All files of a directory count where they are read as one, because what they declare may be put together from them. */
export function selectionOf(dialect: Dialect<unknown>): Selection {
  return {
    name: dialect.name,
    claims: (path) => dialect.claims(path),
    wanted: (file) => dialect.scope === "directory" || dialect.mentions({ path: file.path, text: file.text, tree: null, principals: [] }),
  };
}
