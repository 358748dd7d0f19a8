import type { LocatedPolicies } from "../model/policy.js";
import type { PrincipalReference } from "../model/principal.js";
import type { SourceText } from "../model/text.js";

/** What a dialect is given to read one file. */
export interface Source extends SourceText {
  /** The host's syntax tree, for dialects that read one (`needsTree`): an ESTree `Program`. */
  readonly tree: unknown;
  /** ARNs (`*` allowed) that the user bound this file to, by the `principals` map in the settings. */
  readonly principals: readonly string[];
}

/** A file of the same directory that could not be read: whatever it attaches is unknown. */
export interface Unread {
  readonly path: string;
  readonly why: string;
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
  /** True when `read` needs `Source.tree`. */
  readonly needsTree: boolean;
  /** Reads one file. Throws a `SyntaxProblem` at the place that cannot be read. */
  read(source: Source): Reading;
  /**
   * `directory`: whose policy a document is depends on the other files of its directory that this dialect claims; `bind`
   * gets their readings. `file`: it depends on nothing else.
   */
  readonly scope: "file" | "directory";
  /** The policies of `own`, each with its attachment. `neighbours` does not hold `own`. */
  bind(own: Reading, neighbours: readonly Reading[], unread: readonly Unread[]): LocatedPolicies;
  /**
   * Might another file declare a principal that the same generated name fits? Asked of files that `claims` and whose
   * text `mentions`; in scope `directory`, of the joined text of all files of another directory, and also with literal
   * names, which another resource may declare for another account. Cheap and cautious: yes, when in doubt.
   */
  rivals(source: SourceText, reference: PrincipalReference): boolean;
}
