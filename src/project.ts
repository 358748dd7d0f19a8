import { dirname, relative, sep } from "node:path";
import type { Dialect, Source } from "./dialects/dialect.js";
import { dialects } from "./dialects/dialects.js";
import type { LocatedPolicies } from "./model/policy.js";
import type { PrincipalReference } from "./model/principal.js";
import { SyntaxProblem, type SourceText } from "./model/text.js";
import { readDirectory } from "./project/readings.js";
import { filesBelow } from "./project/tree.js";

export type DialectName = Dialect<unknown>["name"];

export interface FoundPolicies {
  readonly dialect: DialectName;
  readonly located: LocatedPolicies;
}

/**
 * The policies of one file, each with its attachment; null when no dialect knows the file or it holds no IAM text. What the
 * answer needs to know of neighbouring files is read from disk, memoised by time and size; the given text always wins over
 * the disk, because an editor's buffer may be unsaved.
 */
export function policiesIn(source: Source): FoundPolicies | null {
  const dialect = dialects.find((candidate) => candidate.claims(source.path) && candidate.mentions(source));
  return dialect === undefined ? null : { dialect: dialect.name, located: locate(dialect, source) };
}

function locate(dialect: Dialect<unknown>, source: Source): LocatedPolicies {
  try {
    if (dialect.scope === "file") return dialect.bind(dialect.read(source), [], []);
    const { own, neighbours, unread } = readDirectory(dialect, source);
    return dialect.bind(own, neighbours, unread);
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    const { offset, message } = error;
    return { documents: [], comments: [], opaque: [{ span: { start: offset, end: offset }, why: message.replace(/\.$/u, "") }] };
  }
}

/** Answers for one state of the tree; they go with it. */
const answers = new WeakMap<object, Map<string, readonly string[]>>();

/**
 * The other files below `root`, relative to it, that could declare a principal of the same generated name. A dialect that
 * binds whole directories knows the file's own directory already.
 */
export function rivalsOf(
  source: SourceText,
  dialectName: DialectName,
  reference: PrincipalReference,
  root: string,
): readonly string[] {
  const dialect = dialects.find(({ name }) => name === dialectName);
  if (dialect === undefined || reference.name.kind !== "pattern") return [];
  const files = filesBelow(root, {
    name: dialect.name,
    claims: (path) => dialect.claims(path),
    wanted: (file) => dialect.mentions({ ...file, tree: null, principals: [] }),
  });
  const known = answers.get(files) ?? new Map<string, readonly string[]>();
  answers.set(files, known);
  const key = JSON.stringify([dialect.name, reference]);
  let candidates = known.get(key);
  if (candidates === undefined) {
    candidates = files.filter((file) => dialect.rivals(file, reference)).map(({ path }) => path);
    known.set(key, candidates);
  }
  const own = dirname(source.path);
  return candidates
    .filter((path) => (dialect.scope === "directory" ? dirname(path) !== own : path !== source.path))
    .map((path) => relative(root, path).split(sep).join("/"));
}
