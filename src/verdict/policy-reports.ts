import { evidenceFor, policyEvidence, settledFor, type Evidence } from "../evidence.js";
import type { Exception } from "../exceptions/exceptions.js";
import { matchesArn } from "../iam/arn.js";
import type { PolicyDocument } from "../model/policy.js";
import type { AccountsOf, Attachment, PrincipalReference } from "../model/principal.js";
import type { PrincipalEvidence } from "../model/usage.js";

/** A document's attachment, and what counts besides the evidence of its principals. */
export interface ReportedDocument {
  readonly attachment: Attachment;
  /** Reports of the managed policies that the document is: what they do not list as unused stays. */
  readonly policies: readonly PrincipalEvidence[];
}

interface ReportOptions {
  readonly evidence: Evidence;
  readonly accountsOf: AccountsOf;
  readonly exceptions?: readonly Exception[];
  readonly protectedPrincipals?: readonly string[];
}

/**
 * The last-accessed data of a managed policy says what nobody uses who has it, wherever it is attached. So where there is such
 * data of each managed policy that a document is, in every account that its principals' evidence shows, it does not matter
 * who else has the policy, which can only be in its own account, nor that some of those who do have no evidence of their own.
 * Somebody's decision to keep what is unused, an ARCHIVED finding, an exception or a protected principal, still counts; and where
 * nothing but the policy's name ties the document to an account, or the name may be that of several policies, the edit is for a
 * person to accept.
 */
export function withPolicyReports({ attachment, managed }: PolicyDocument, options: ReportOptions): ReportedDocument {
  const { evidence } = options;
  const scope = scopeOf(attachment, options);
  const isWithin = ({ account }: PrincipalEvidence): boolean => scope === null || scope.has(account);
  const named = managed === undefined ? [] : managed.names.map((name) => policyEvidence(evidence, name).filter(isWithin));
  const reports = [...new Map(named.flat().map((one) => [one.arn, one])).values()];
  const [first] = reports;
  if (managed === undefined || first === undefined) return { attachment, policies: [] };
  const matches = attachment.principals.map((reference) => ({ reference, found: evidenceFor(evidence, reference).filter(isWithin) }));
  const accounts = new Set(reports.map(({ account }) => account));
  const isCovering =
    managed.alsoInline !== true &&
    reports.length >= managed.names.length &&
    named.every((found) => found.length > 0) &&
    [...(scope ?? [])].every((account) => accounts.has(account)) &&
    matches.every(({ found }) => found.every(({ account }) => accounts.has(account)));
  if (!isCovering) return { attachment, policies: matches.length === 0 ? [] : reports };

  const isKnown = (reference: PrincipalReference): boolean => settledFor(evidence, reference).length > 0 || isGuarded(reference, options);
  const kept = matches.filter(({ reference, found }) => found.length > 0 || isKnown(reference));
  const addresses = new Set(kept.map(({ reference }) => reference.address));
  const open = attachment.open.filter((clause) => !managed.elsewhere.includes(clause));
  const isTied = kept.some(({ found }) => found.length > 0);
  const isCertain = managed.names.every(({ kind }) => kind !== "pattern");
  const clauses = [
    ...(isCertain ? [] : ["the name of the managed policy is only known in part, and there may be others of it without last-accessed data"]),
    ...(isTied ? [] : [`only its name ties it to the managed policy "${first.name}" in account ${first.account}`]),
  ];
  return {
    attachment: {
      principals: kept.map(({ reference }) => reference),
      open: [...open, ...clauses],
      doubts: (attachment.doubts ?? []).filter(({ unnamed, address }) => unnamed === undefined || addresses.has(address)),
    },
    policies: reports,
  };
}

/** The accounts that the user named for its principals; null when nobody did so for all of them. */
function scopeOf({ principals }: Attachment, { accountsOf }: ReportOptions): ReadonlySet<string> | null {
  const scopes = principals.map(accountsOf);
  const named = scopes.flatMap((accounts) => accounts ?? []);
  return scopes.length === 0 || scopes.includes(null) ? null : new Set(named);
}

/** Of somebody without evidence the ARN is not known: whoever may be meant by a setting is taken to be. */
function isGuarded({ name }: PrincipalReference, { exceptions = [], protectedPrincipals = [] }: ReportOptions): boolean {
  const globs = [...protectedPrincipals, ...exceptions.map(({ principal }) => principal)];
  if (name.kind === "pattern") return globs.length > 0;
  const own = lastSegment(name.kind === "arn" ? name.arn : name.name);
  return globs.some((glob) => own.includes("*") || matchesArn(lastSegment(glob), own));
}

function lastSegment(arn: string): string {
  return arn.slice(arn.lastIndexOf("/") + 1);
}
