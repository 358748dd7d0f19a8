/** The kinds of principal that identity policies grant to. Findings exist for roles and users only. */
export type PrincipalKind = "role" | "user" | "group";

/**
 * What the source tells of a principal's name.
 *
 * - `literal`: the name itself.
 * - `pattern`: part of the name is made at deployment. `regex` is the source of an anchored regular expression over the
 *   whole name; `fixed` counts the characters that are known for certain; `shown` is the pattern for people, such as
 *   `<stack>-OrdersRole-<tail>`. `id` is the part that the source fixes (a logical id, a prefix): two principals with the
 *   same `id` in different files cannot be told apart by name. `deployments` is there when the source itself says that the
 *   name differs from deployment to deployment: the names that it lists, or none when it does not list them.
 * - `arn`: given by the user, for files that do not name their principal. `*` stands for any run of characters.
 */
export type PrincipalName =
  | { readonly kind: "literal"; readonly name: string }
  | {
      readonly kind: "pattern";
      readonly regex: string;
      readonly fixed: number;
      readonly shown: string;
      readonly id: string;
      readonly deployments?: readonly DeployedName[];
    }
  | { readonly kind: "arn"; readonly arn: string };

/** The name that a principal has in one deployment, or what is known of it: an anchored regular expression, and for people. */
export interface DeployedName {
  readonly regex: string;
  readonly shown: string;
}

/** How sure it is that a reference means the principal that it was matched to: `exact`, or only its name fits a pattern. */
export type Confidence = "exact" | "pattern";

/** A principal as the source names it. */
export interface PrincipalReference {
  readonly kind: PrincipalKind;
  /** Where the source declares it: `aws_iam_role.orders`, a logical id, a construct. For messages. */
  readonly address: string;
  readonly name: PrincipalName;
  /** Where the records of a deployment name it, too; absent when the source does not declare it, but only names it. */
  readonly declared?: DeclaredAt;
  /** Where it is known better than its name shows. */
  readonly confidence?: Confidence;
}

/**
 * What ties a declaration to the records of its deployments (a Terraform state, the resources of a stack).
 *
 * - `in`: the absolute path of what is deployed as one: a root module's directory, a template's file.
 * - `address`: the name that the records use: `module.app["blue"].aws_iam_role.this[0]`, or a logical id. An address without
 *   the key of a `count` or `for_each` (`aws_iam_role.this`) stands for all of its instances.
 */
export interface DeclaredAt {
  readonly in: string;
  readonly address: string;
}

/** The accounts that a principal, or (null) a file itself, is deployed in; null when nobody said: then all that the findings show. */
export type AccountsOf = (reference: PrincipalReference | null) => readonly string[] | null;

/** Every account that some principals, or a file without any, may be in; null when that of one of them is not said. */
export function scopeOf(principals: readonly PrincipalReference[], accountsOf: AccountsOf): readonly string[] | null {
  const scopes = principals.length === 0 ? [accountsOf(null)] : principals.map((reference) => accountsOf(reference));
  const known = scopes.filter((scope) => scope !== null);
  return known.length < scopes.length ? null : [...new Set(known.flat())];
}

export function isWithin(account: string, scope: readonly string[] | null): boolean {
  return scope === null || scope.includes(account);
}

/** Who may have the same name as a principal, elsewhere in the source. */
export interface Rival {
  /** For people; a path is relative to the project's root. */
  readonly shown: string;
  /** The place that declares it; null when only the file is known. */
  readonly declared: DeclaredAt | null;
}

/**
 * Which principals a document belongs to. The list is closed when `open` is empty: as far as the source shows, nothing
 * else gets its grants from this document. Each entry of `open` is a clause that completes "not fixed, because …", such as
 * `it is also attached to a role that the source does not name ("var.role_name")`.
 */
export interface Attachment {
  readonly principals: readonly PrincipalReference[];
  readonly open: readonly string[];
  /** Why the names of its principals may mean others, or too few. */
  readonly doubts?: readonly NameDoubt[];
  /** Creations whose principals a synthesis names; each has its clause in `open`. Absent when there are none. */
  readonly creations?: readonly UnnamedCreation[];
}

/** A creation in a source of the CDK that makes principals whose names the sources do not tell. */
export interface UnnamedCreation {
  /** The clause of the attachment's `open` that is about nothing but such creations. */
  readonly clause: string;
  readonly kind: PrincipalKind;
  /** As messages call it: `Worker/<name>Role`. */
  readonly address: string;
  /** Absolute. */
  readonly file: string;
  /** Of its `new`, in UTF-16 units. */
  readonly offset: number;
  /** Derived from a class of the project: where stack traces place it depends on that class. */
  readonly isDerived: boolean;
  /** CloudFormation makes the name of the logical id that CDK computes; else either may be written in a way that the sources do not tell. */
  readonly isGenerated: boolean;
  /** The construct id, as far as it is known: texts and, between them, what is not. */
  readonly id: readonly (string | null)[];
  /** The ids from the construct down to the principal's resource. */
  readonly below: readonly string[];
}

/** A doubt about a name, which the records of a deployment remove by telling the ARN. */
export interface NameDoubt {
  /** The address of the principal whose name it is. */
  readonly address: string;
  /** Completes "not fixed, because …". */
  readonly clause: string;
  /** What remains of a fix until it is removed. */
  readonly leaves: "suggestion" | "message";
  /** The principal itself, when the source does not give enough of its name for it to be among the `principals`. */
  readonly unnamed?: Omit<PrincipalReference, "name">;
}

/** The kind that an ARN tells of, in which `*` may stand for any run of characters. */
export function kindOfArn(arn: string): PrincipalKind {
  return arn.includes(":user/") ? "user" : arn.includes(":group/") ? "group" : "role";
}

/** Fewer known characters than this, and a name pattern matches nothing: it would match too much. */
export const LEAST_FIXED_CHARACTERS = 4;

/** Does a principal called `name` (the last segment of its ARN) fit what the source says of the name? */
export function matchesName(pattern: PrincipalName, name: string): boolean {
  switch (pattern.kind) {
    case "literal":
      return pattern.name === name;
    case "pattern":
      return pattern.fixed >= LEAST_FIXED_CHARACTERS && expressionOf(pattern).test(name);
    case "arn":
      return false;
  }
}

/** One pattern is compared with every principal of the findings. */
const expressions = new WeakMap<PrincipalName, RegExp>();

function expressionOf(pattern: Extract<PrincipalName, { kind: "pattern" }>): RegExp {
  const known = expressions.get(pattern) ?? new RegExp(pattern.regex, "u");
  expressions.set(pattern, known);
  return known;
}
