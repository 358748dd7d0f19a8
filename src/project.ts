import { basename, dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Dialect, Source } from "./dialects/dialect.js";
import { dialects } from "./dialects/dialects.js";
import { terraform } from "./dialects/terraform.js";
import { groupedBy } from "./model/groups.js";
import type { LocatedPolicies } from "./model/policy.js";
import type { PrincipalReference, Rival } from "./model/principal.js";
import { SyntaxProblem, type SourceText } from "./model/text.js";
import { filesAround, projectFiles, selectionOf } from "./project/files.js";
import { linkTarget, listDirectory, systemCode } from "./project/disk.js";
import { filesBelow, type TreeSource } from "./project/tree.js";
import { pathFrom } from "./model/paths.js";

export type DialectName = Dialect<unknown>["name"];

export interface FoundPolicies {
  readonly dialect: DialectName;
  readonly located: LocatedPolicies;
}

/**
 * The policies of one file, each with its attachment; null when no dialect knows the file or it holds no IAM text. What the
 * answer needs to know of neighbouring files is read from disk, memoised by time and size; the given text always wins over
 * the disk, because an editor's buffer may be unsaved. Nothing above `root` is searched.
 */
export function policiesIn(source: Source, root: string): FoundPolicies | null {
  const dialect = dialects.find((candidate) => candidate.claims(source.path) && candidate.mentions(source));
  return dialect === undefined ? null : { dialect: dialect.name, located: locate(dialect, source, root) };
}

function locate(dialect: Dialect<unknown>, source: Source, root: string): LocatedPolicies {
  try {
    const { own, files } = projectFiles(dialect, source, root);
    return dialect.bind(own, files);
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    const { offset, message } = error;
    return { documents: [], comments: [], opaque: [{ span: { start: offset, end: offset }, why: message.replace(/\.$/u, "") }] };
  }
}

/** Answers for one state of the tree; they go with it. */
const answers = new WeakMap<object, Map<string, readonly Rival[]>>();

/** What is read as one: a file, or all files of a directory. */
type Unit = readonly TreeSource[];

const units = new WeakMap<object, readonly Unit[]>();

function unitsOf(dialect: Dialect<unknown>, files: readonly TreeSource[]): readonly Unit[] {
  const known = units.get(files);
  if (known !== undefined) return known;
  const made = dialect.scope === "file" ? files.map((file) => [file]) : directoriesOf(files);
  units.set(files, made);
  return made;
}

function directoriesOf(files: readonly TreeSource[]): readonly Unit[] {
  return [...groupedBy(files, ({ path }) => dirname(path)).values()];
}

/**
 * Who else below `root` could declare a principal of the same generated name, or does declare one of the same literal name, for
 * another account or environment: files, or the places that declare it. `boundIn`: the directory that names the principals of a
 * file of another dialect, which declares none.
 */
export function rivalsOf(
  source: Partial<Source> & SourceText,
  dialectName: DialectName,
  reference: PrincipalReference,
  root: string,
  boundIn: string | null = null,
): readonly Rival[] {
  const dialect = boundIn === null ? dialects.find(({ name }) => name === dialectName) : terraform;
  if (dialect === undefined || reference.name.kind === "arn") return [];
  if (reference.name.kind === "literal" && !dialect.comparesLiterals) return [];
  const { sources: files } = filesBelow(root, selectionOf(dialect));
  const known = answers.get(files) ?? new Map<string, readonly Rival[]>();
  answers.set(files, known);
  const key = JSON.stringify([dialect.name, reference]);
  const candidates =
    known.get(key) ??
    (dialect.places?.(reference, filesAround(dialect, source, root, boundIn === null)) ?? filesNaming(dialect, reference, files, root));
  known.set(key, candidates);
  const isOwn = ({ shown, declared }: Rival): boolean =>
    declared === null ? join(root, shown) === source.path : isDeepStrictEqual(declared, reference.declared);
  // One of those who have the name is the principal itself, also where the reference only names it.
  const isOnlyNamed = reference.name.kind === "literal" || (dialect.places !== undefined && reference.declared === undefined);
  const own = candidates.find(isOwn) ?? (isOnlyNamed ? candidates[0] : undefined);
  return candidates.filter((candidate) => candidate !== own);
}

function filesNaming(dialect: Dialect<unknown>, reference: PrincipalReference, files: readonly TreeSource[], root: string): readonly Rival[] {
  return files
    .filter((file) => dialect.rivals?.(file, reference) === true)
    .map(({ path }) => ({ shown: pathFrom(root, path), declared: null }));
}

/** What is deployed as one below `root` (a directory or a file, by its path) and declares all of these. */
export function declarersOf(dialectName: DialectName, names: readonly string[], root: string): readonly string[] {
  const dialect = dialects.find(({ name }) => name === dialectName);
  if (dialect?.declares === undefined) return [];
  const { sources } = filesBelow(root, selectionOf(dialect));
  const words = names.map((name) => name.slice(name.lastIndexOf(".") + 1));
  return unitsOf(dialect, sources).flatMap((unit) => {
    const [first] = unit;
    const holds = (word: string): boolean => unit.some((file) => file.holds(word));
    // SAM makes `OrdersRole` of `Orders`.
    const mayDeclare = words.every((word) => holds(word) || holds(word.replace(/Role$/u, "")) || word === "IamRoleLambdaExecution");
    if (first === undefined || !mayDeclare || dialect.declares?.(unit, names) !== true) return [];
    return [dialect.scope === "directory" ? dirname(first.path) : first.path];
  });
}

/** Do files of this dialect lie in a directory? */
export function hasSources(dialectName: DialectName, directory: string): boolean {
  const dialect = dialects.find(({ name }) => name === dialectName);
  if (dialect === undefined) return false;
  try {
    return listDirectory(directory).some((entry) => !entry.isDirectory() && dialect.claims(join(directory, entry.name)));
  } catch (error) {
    if (systemCode(error) === null) throw error;
    return false;
  }
}

/** The files that lie in a directory, or nothing where there is no such directory. */
export function filesIn(directory: string): readonly string[] {
  try {
    return listDirectory(directory).flatMap((entry) => (entry.isDirectory() ? [] : [join(directory, entry.name)]));
  } catch (error) {
    if (systemCode(error) === null) throw error;
    return [];
  }
}

/**
 * The policies of a file whose text is part of several directories, by symbolic links, belong to the principals of all of
 * them: nothing is closed that was found from one place only.
 */
export function withSharedText(located: LocatedPolicies, path: string, dialectName: DialectName, root: string): LocatedPolicies {
  const dialect = dialects.find(({ name }) => name === dialectName);
  if (dialect?.scope !== "directory" || located.documents.length === 0) return located;
  const clause = sharedClause(dialect, path, root);
  if (clause === null) return located;
  return {
    ...located,
    documents: located.documents.map((document) => ({
      ...document,
      attachment: { ...document.attachment, open: [...document.attachment.open, clause] },
    })),
  };
}

function sharedClause(dialect: Dialect<unknown>, path: string, root: string): string | null {
  const target = linkTarget(path);
  if (target === null) return null;
  if (target.isLink) return `${basename(path)} is a symbolic link, and its text may be part of other directories`;
  const [link] = filesBelow(root, selectionOf(dialect)).links.get(target.path) ?? [];
  return link === undefined ? null : `${pathFrom(root, link)} is a symbolic link to this file`;
}
