import { basename, dirname, sep } from "node:path";
import type { Holder, LocatedPolicies, Opaque, PolicyDocument } from "../model/policy.js";
import type { Attachment, PrincipalReference } from "../model/principal.js";
import { SyntaxProblem, type SourceText } from "../model/text.js";
import type { Dialect, ProjectFiles } from "./dialect.js";
import { isPolicyFile, mentionsPolicy } from "./policy-file.js";
import { directoryOf, type Directory } from "./terraform/directory.js";
import { candidates, mayRead, type FilePath } from "./terraform/file-paths.js";
import { lockedStatement } from "./terraform/locked.js";
import { readTerraform, type TerraformReading, type WrittenPolicy, type WrittenValue } from "./terraform/reading.js";

export type { TerraformReading } from "./terraform/reading.js";

/** Terraform and OpenTofu. JSON syntax is claimed so that it is not overlooked in a directory; it cannot be read yet. */
export const terraform: Dialect<TerraformReading> = {
  name: "terraform",
  scope: "directory",
  needsTree: false,
  claims: (path) => /\.(?:tf|tofu)(?:\.json)?$/u.test(path) && !basename(path).startsWith("."),
  mentions: ({ path, text }) => !path.endsWith(".json") && /aws_(?:iam|ssoadmin)_|\bStatement\b|\b[Aa]ctions?"?\s*[=:]|"[a-z0-9-]+:(?:[A-Z][\w*?]*|\*)"/u.test(text),
  read: readTerraform,
  bind,
  rivals,
};

function bind(own: TerraformReading, files: ProjectFiles<TerraformReading>): LocatedPolicies {
  const { readings, unread } = files.directory(dirname(own.path));
  const directory = sharedDirectory(readings);
  const unseen = unread.map(({ path, why }) => `${basename(path)} beside it could not be read (${why})`);
  const analysed = new Set(own.files.filter((file) => holdsPolicyText(file, dirname(own.path), files)).map(({ target }) => target));
  return {
    documents: own.policies.flatMap((policy) => located(policy, directory, unseen, analysed)),
    comments: own.comments,
    opaque: own.elsewhere
      .filter(({ locals }) => !locals.some((local) => directory.holdsPolicy(local) || analysed.has(local)))
      .map(({ span, why }) => ({ span, why })),
  };
}

/** Is the file there, and a policy? Then it is looked at by itself. */
function holdsPolicyText(file: FilePath, directory: string, files: ProjectFiles<unknown>): boolean {
  return candidates(file, directory, files.root).some((path) => isPolicyFile(path) && mentionsPolicy(files.text(path) ?? ""));
}

function located(policy: WrittenPolicy, directory: Directory, unseen: readonly string[], analysed: ReadonlySet<string>): readonly PolicyDocument[] {
  const { address, span, element, node, start, value } = policy;
  const { attachment, holder, foreign, locked } = directory.flow(node, start);
  // A value that becomes part of no policy with a principal is only a list of words.
  if (foreign || (value !== null && attachment.principals.length === 0)) return [];
  const open = [...attachment.open, ...unseen];
  const declared = node ?? start?.target ?? address;
  const twice = directory.declaredTwice(declared) ? `${declared} is declared more than once` : null;
  const lock = twice ?? locked ?? (value === null ? null : valueLock(value, address, directory, open));
  return [
    {
      address,
      holder,
      span,
      statements: policy.statements.map((statement) => ({
        ...(lock === null ? statement : lockedStatement(statement, lock)),
        opaque: statement.opaque.map((part) => known(part, directory, analysed)),
      })),
      opaque: policy.opaque.map((part) => known(part, directory, analysed)),
      element: lock === null ? element : null,
      attachment: { ...attachment, open },
      ...(value === null || value.shape === "policy" ? {} : { partial: true }),
    },
  ];
}

/** Where else a value ends up may be a "Deny", which must not lose anything. */
function valueLock({ local }: WrittenValue, address: string, directory: Directory, open: readonly string[]): string | null {
  if (local === null) return `another value may be given to ${address}`;
  if (directory.local(local) === null) return `local.${local} is declared more than once`;
  return open[0] ?? null;
}

/** What a value refers to, if that is read where it stands. */
function known(part: Opaque, directory: Directory, analysed: ReadonlySet<string>): Opaque {
  if (part.from === undefined || directory.holdsPolicy(part.from) || analysed.has(part.from)) return part;
  return { span: part.span, why: part.why };
}

/** What a file's text becomes part of, in a directory of which a file reads it. */
export interface FileUse {
  readonly directory: string;
  readonly attachment: Attachment;
  readonly holder: Holder;
  readonly locked: string | null;
  /** All uses are policies of other kinds. */
  readonly foreign: boolean;
  readonly isTemplate: boolean;
}

/** Who reads the file at this path, as far as the sources show. */
export function usesOfFile(path: string, files: ProjectFiles<TerraformReading>): readonly FileUse[] {
  const elsewhere = new Set(files.holding("file(", readsElsewhere));
  const named = files.holding(basename(path), readsFiles).filter((reader) => path.startsWith(dirname(reader) + sep) || elsewhere.has(reader));
  const readers = [...named, ...files.holding("file(", readsUnknownNames)];
  return [...new Set(readers.map((reader) => dirname(reader)))].flatMap((folder) => {
    const { readings, unread } = files.directory(folder);
    const found = new Map(readings.flatMap((reading) => reading.files.filter((file) => reads(file, folder, path, files))).map((file) => [file.target, file]));
    const directory = sharedDirectory(readings);
    const unseen = unread.map((other) => `${basename(other.path)} beside what reads it could not be read (${other.why})`);
    if (found.size === 0 && unseen.length > 0) {
      return [{ attachment: { principals: [], open: unseen }, holder: "unknown", locked: null, foreign: false, isTemplate: false, directory: folder }];
    }
    return [...found.values()].map(({ target, isTemplate }): FileUse => {
      const { attachment, holder, locked, foreign } = directory.flow(target, null);
      return { attachment: { ...attachment, open: [...attachment.open, ...unseen] }, holder, locked, foreign, isTemplate, directory: folder };
    });
  });
}

/** A path that is not said to be of the module is of the module all the same, where there is such a file. */
function reads(file: FilePath, folder: string, path: string, files: ProjectFiles<TerraformReading>): boolean {
  if (!mayRead(file, folder, path)) return false;
  const [own] = file.from === "module" ? [] : candidates(file, folder, files.root);
  return own === undefined || own === path || files.text(own) === null;
}

function readsFiles(text: string): boolean {
  return text.includes("file(");
}

/** Anything but `file("${path.module}/…")`, which is below the directory of the file that says so. */
function readsElsewhere(text: string): boolean {
  return /file\((?!\s*"\$\{path\.module\}\/(?!\.\.))/u.test(text) || text.includes("/../");
}

/** `file("…/${each.key}.json")`: the name of the file does not stand in the source. */
function readsUnknownNames(text: string): boolean {
  return /file\([^)\n]*\$\{(?!path\.(?:module|root|cwd)\})/u.test(text);
}

/** A directory is the same for each of its files: built once for one set of readings, and gone with them. */
const directories = new WeakMap<readonly TerraformReading[], Directory>();

function sharedDirectory(readings: readonly TerraformReading[]): Directory {
  return remembered(directories, readings, () => directoryOf(readings));
}

/** One question is asked of many files, and one file is asked many questions. */
const wordsInFile = new WeakMap<SourceText, ReadonlySet<string>>();
/** With `<` and `>` where an unknown part touches the word. */
const wordsInName = new WeakMap<PrincipalReference, readonly string[]>();

/** Words first, not whole texts: the other name may be put together differently. What has them is read. */
function rivals(source: SourceText, reference: PrincipalReference): boolean {
  const { kind, name } = reference;
  if (name.kind === "arn") return false;
  const wanted = remembered(wordsInName, reference, () => wordsOf(name.kind === "literal" ? name.name : name.shown.replace(/<[^<>]*>/gu, "<>")));
  const present = remembered(
    wordsInFile,
    source,
    () => new Set([...(source.text.match(/[A-Za-z0-9]+/gu) ?? []), ...(source.text.match(/\baws_iam_(?:role|user|group)\b/gu) ?? [])]),
  );
  if (!present.has(`aws_iam_${kind}`) || !wanted.every((word) => hasWord(present, word))) return false;
  const directory = remembered(readAlone, source, () => directoryAlone(source));
  return directory === null || directory.mayDeclare(reference);
}

const readAlone = new WeakMap<SourceText, Directory | null>();

function directoryAlone(source: SourceText): Directory | null {
  try {
    return directoryOf([readTerraform(source)]);
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    return null;
  }
}

/** `orders<` is the beginning of a word, and `>orders` its end. */
function hasWord(present: ReadonlySet<string>, word: string): boolean {
  const text = word.replace(/[<>]/gu, "");
  if (present.has(text)) return true;
  const [begins, ends] = [word.endsWith("<"), word.startsWith(">")];
  if (!begins && !ends) return false;
  return [...present].some((other) => (begins && ends ? other.includes(text) : begins ? other.startsWith(text) : other.endsWith(text)));
}

function remembered<Key extends object, Value>(memo: WeakMap<Key, Value>, key: Key, make: () => Value): Value {
  const known = memo.get(key);
  if (known !== undefined) return known;
  const value = make();
  memo.set(key, value);
  return value;
}

function wordsOf(text: string): readonly string[] {
  return text.match(/>?[A-Za-z0-9]+<?/gu) ?? [];
}
