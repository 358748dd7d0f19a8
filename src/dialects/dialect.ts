import type { LocatedPolicies } from "../model/policy.js";
import type { PrincipalReference, Rival } from "../model/principal.js";
import type { SourceText } from "../model/text.js";

/** What a dialect is given to read one file. */
export interface Source extends SourceText {
  /** The host's syntax tree, for dialects that read one (`needsTree`): an ESTree `Program`. */
  readonly tree: unknown;
  /** ARNs (`*` allowed) that the user bound this file to, by the `principals` map in the settings. */
  readonly principals: readonly string[];
  /** Makes the tree of another file, as the host made that of this one. Throws where it cannot. Absent without such a parser. */
  readonly parse?: Parse;
}

/** The same function for as long as it makes the same trees. */
export type Parse = (file: SourceText) => unknown;

/** A file of a directory that could not be read: whatever it attaches is unknown. */
export interface Unread {
  readonly path: string;
  readonly why: string;
}

/** The files of one directory that a dialect claims, in the order of their paths. The same array as long as none changes. */
export interface DirectoryReadings<Reading> {
  readonly readings: readonly Reading[];
  readonly unread: readonly Unread[];
}

/**
 * What a dialect may ask of the project when whose policy a document is depends on other files: read when asked, remembered
 * while unchanged, and the same in every process. The file that is looked at has the text that was given, whatever the disk says.
 */
export interface ProjectFiles<Reading> {
  /** Absolute; nothing above it is searched. */
  readonly root: string;
  /** The files directly in a directory, which may lie anywhere. Without such a directory there are none. */
  directory(path: string): DirectoryReadings<Reading>;
  /** The text of any file, without its byte order mark; null when it cannot be read. */
  text(path: string): string | null;
  /** The files below the root that the dialect claims and whose text holds one of these words, in the order of their paths. */
  holding(...words: readonly string[]): readonly SourceText[];
  /** The files below the root that the dialect claims and whose paths end like this, in the order of their paths. */
  ending(end: string): readonly SourceText[];
  /** The host's syntax tree of a file, as in `Source`; null when it cannot be parsed. Absent without a parser. */
  readonly tree?: (file: SourceText) => unknown;
  /** The same project, as another dialect sees it: what uses a file may be written in another language. */
  as<Other>(dialect: Dialect<Other>): ProjectFiles<Other>;
}

/**
 * One host language's way of holding policies. `Reading` is whatever the dialect keeps of one file; nobody else looks
 * inside. Dialects know nothing of findings and touch no disk.
 */
export interface Dialect<Reading> {
  readonly name: "terraform" | "cloudformation" | "cdk" | "policy-json";
  /** By path alone: could this file be of this dialect? Several dialects may say yes; `mentions` decides. */
  claims(path: string): boolean;
  /** The prefilter: a quick look at the text. False: the file holds no IAM of this dialect and is not parsed. */
  mentions(source: Source): boolean;
  /**
   * Could a file without policies of its own say whose the policies of others are? Absent where only files with IAM do. What
   * does not matter is never searched.
   */
  readonly matters?: (path: string, text: string) => boolean;
  /** True when `read` needs `Source.tree`. */
  readonly needsTree: boolean;
  /** Reads one file. Throws a `SyntaxProblem` at the place that cannot be read. */
  read(source: Source): Reading;
  /** What is compared with what when names clash: `directory`: all files of a directory are one; `file`: each by itself. */
  readonly scope: "file" | "directory";
  /** The policies of `own`, each with its attachment. */
  bind(own: Reading, files: ProjectFiles<Reading>): LocatedPolicies;
  /** Are literal names compared, too? Another file may declare the same one for another account. */
  readonly comparesLiterals: boolean;
  /**
   * Might another file declare a principal that the same generated name fits, or that has the same literal name? Asked of a file
   * that `claims` and whose text `mentions`. Cheap and cautious: yes, when in doubt. Absent where there are `places`.
   */
  rivals?(source: SourceText, reference: PrincipalReference): boolean;
  /**
   * In place of `rivals`, where who declares a name depends on several directories: all places of the project that declare a
   * principal of this literal name, or one that a generated name may stand for, the reference's own place among them.
   */
  places?(reference: PrincipalReference, files: ProjectFiles<Reading>): readonly Rival[];
  /**
   * Do these files, which are deployed as one, declare all of these? The names are those of the records of deployments: logical
   * ids; of Terraform, what the root module itself declares (`module.app`, `aws_iam_role.orders`). Absent where there are no
   * such records.
   */
  readonly declares?: (sources: readonly SourceText[], names: readonly string[]) => boolean;
}
