import { policyEvidence, settledFor, type Evidence } from "../evidence.js";
import type { PolicyDocument } from "../model/policy.js";
import { isWithin, scopeOf, type AccountsOf, type Attachment, type PrincipalName, type PrincipalReference } from "../model/principal.js";
import type { PrincipalEvidence } from "../model/usage.js";
import { meantBy } from "./whose.js";

/** A document's attachment, and what counts besides the evidence of its principals. */
export interface ReportedDocument {
  readonly attachment: Attachment;
  /** Reports of the managed policies that the document is: what they do not list as unused stays. */
  readonly policies: readonly PrincipalEvidence[];
  /** Do the reports answer for everyone who has the policies? */
  readonly isCovering: boolean;
  /** Why others may have the policies, of whom only the reports tell; a clause. */
  readonly others: string | null;
}

/**
 * The last-accessed data of a managed policy says what nobody uses who has it, wherever it is attached. So where there is such
 * data of each managed policy that a document is, in every account that its principals' evidence shows, it does not matter
 * who else has the policy, nor that some of those who do have no evidence of their own. Somebody's decision to keep what is unused, an
 * ARCHIVED finding, still counts; and where nothing but the policy's name ties the document to an account, or the name may be that
 * of several policies, the edit is for a person to accept.
 */
export function withPolicyReports({ attachment, managed }: PolicyDocument, evidence: Evidence, accountsOf: AccountsOf): ReportedDocument {
  const scope = scopeOf(attachment.principals, accountsOf);
  const reportsOf = (name: PrincipalName): readonly PrincipalEvidence[] => policyEvidence(evidence, name).filter(({ account }) => isWithin(account, scope));
  const reports = managed === undefined ? [] : distinct(managed.names.flatMap(reportsOf));
  const [first] = reports;
  if (managed === undefined || first === undefined) return { attachment, policies: [], isCovering: false, others: null };
  const matches = attachment.principals.map((reference) => ({ reference, found: meantBy(reference, evidence, accountsOf) }));
  const accounts = new Set(reports.map(({ account }) => account));
  const isCovering =
    managed.alsoInline !== true &&
    reports.length >= managed.names.length &&
    managed.names.every((name) => reportsOf(name).length > 0) &&
    matches.every(({ reference, found }) => [...found.map(({ account }) => account), ...accountIn(reference)].every((account) => accounts.has(account)));
  if (!isCovering) return { attachment, policies: matches.length === 0 ? [] : reports, isCovering, others: null };

  const kept = matches.filter(({ reference, found }) => found.length > 0 || settledFor(evidence, reference).length > 0);
  const addresses = new Set(kept.map(({ reference }) => reference.address));
  const open = attachment.open.filter((clause) => !managed.elsewhere.includes(clause));
  const isTied = kept.some(({ found }) => found.length > 0);
  const isCertain = managed.names.every(({ kind }) => kind !== "pattern");
  const doubts = (attachment.doubts ?? []).filter(({ unnamed, address }) => unnamed === undefined || addresses.has(address));
  const settled = [...attachment.open.filter((clause) => !open.includes(clause)), ...(attachment.doubts ?? []).filter((doubt) => !doubts.includes(doubt)).map(({ clause }) => clause)];
  const clauses = [
    ...(isCertain ? [] : ["the name of the managed policy is only known in part, and there may be others of it without last-accessed data"]),
    ...(isTied ? [] : [`only its name ties it to the managed policy "${first.name}" in account ${first.account}`]),
  ];
  return {
    attachment: {
      principals: kept.map(({ reference }) => reference),
      open: [...open, ...clauses],
      doubts,
    },
    policies: reports,
    isCovering,
    others: settled[0] ?? null,
  };
}

/** The account that a reference names itself. */
function accountIn({ name }: PrincipalReference): readonly string[] {
  const account = name.kind === "arn" ? name.arn.split(":")[4] : undefined;
  return account === undefined || account.includes("*") ? [] : [account];
}

function distinct(all: readonly PrincipalEvidence[]): readonly PrincipalEvidence[] {
  return [...new Map(all.map((one) => [one.arn, one])).values()];
}
