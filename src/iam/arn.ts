/** The ARN of a role or user, in its parts. */
export interface PrincipalArn {
  /** `aws`, `aws-cn`, `aws-us-gov`, `aws-iso`, `aws-iso-b`, `aws-eusc`, … */
  readonly partition: string;
  /** Twelve digits. */
  readonly account: string;
  readonly kind: "role" | "user";
  /** Begins and ends with a slash; `/` when there is none. */
  readonly path: string;
  /** The last segment. */
  readonly name: string;
}

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
const PRINCIPAL = /^arn:(aws(?:-[a-z0-9]+)*):iam::(\d{12}):(role|user)(\/(?:[!-~]+\/)?)([\w+=,.@-]+)$/u;

/** Null when the text is not the ARN of an IAM role or user: other services, sessions (`sts`), groups, account roots. */
export function parsePrincipalArn(arn: string): PrincipalArn | null {
  const found = PRINCIPAL.exec(arn);
  if (found === null) return null;
  const [, partition = "", account = "", kind, path = "", name = ""] = found;
  return { partition, account, kind: kind === "user" ? "user" : "role", path, name };
}

/** What last-accessed data is made for, besides roles and users; a managed policy of AWS has no account, and is none. */
const HOLDER = /^arn:aws(?:-[a-z0-9]+)*:iam::(\d{12}):(role|user|group|policy)\/(?:[!-~]+\/)?([\w+=,.@-]+)$/u;

/** The kind, name and account of a role, user, group or managed policy; null when the text is not its ARN. */
export function parseHolderArn(arn: string): { readonly kind: "role" | "user" | "group" | "policy"; readonly name: string; readonly account: string } | null {
  const found = HOLDER.exec(arn);
  if (found === null) return null;
  const [, account = "", kind, name = ""] = found;
  return { kind: kind === "user" || kind === "group" || kind === "policy" ? kind : "role", name, account };
}

/** Does `pattern` match the whole ARN? `*` stands for any run of characters, slashes too; ARNs are case-sensitive. */
export function matchesArn(pattern: string, arn: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return arn === first;
  if (!arn.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = arn.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return arn.length - last.length >= at && arn.endsWith(last);
}

/**
 * Does a glob on ARNs or names protect this principal? It errs on the side of keeping: no two names of an account differ in case only,
 * and none differ in their paths only. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export function protects(glob: string, { arn, name }: { readonly arn: string; readonly name: string }): boolean {
  const wanted = glob.toLowerCase();
  if (!wanted.startsWith("arn:")) return matchesArn(wanted, name.toLowerCase());
  const own = arn.toLowerCase();
  return matchesArn(wanted, own) || matchesArn(wanted, own.replace(/(:(?:role|user|group)\/).*\//u, "$1"));
}
