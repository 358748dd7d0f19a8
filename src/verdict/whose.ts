import { evidenceFor, settledFor, type Evidence } from "../evidence.js";
import { groupedBy } from "../model/groups.js";
import type { PolicyDocument } from "../model/policy.js";
import { matchesArn, protects } from "../iam/arn.js";
import { intersects } from "../iam/pattern.js";
import { isWithin, scopeOf, type AccountsOf, type Confidence, type PrincipalReference } from "../model/principal.js";
import type { PrincipalEvidence } from "../model/usage.js";
import type { ReportedDocument } from "./policy-reports.js";

/** Whom a document grants to, as far as the findings know them. */
export interface Whose {
  /** In the order of the references; then the managed policies themselves. */
  readonly principals: readonly PrincipalEvidence[];
  /** Those who have no evidence of their own, and whom reports of managed policies answer for. */
  readonly unseen: readonly PrincipalReference[];
  /** Of these nothing counts, or not in every account: they keep everything. */
  readonly without: readonly PrincipalReference[];
  /** Why, where it is not that there is no finding. Clauses that complete "kept: …". */
  readonly because: readonly string[];
  /** There are findings, but none in these accounts, which the user named. Clauses that complete "not fixed, because …". */
  readonly lacking: readonly string[];
  /** Why others may have the policy, of whom only its report says that they do not use it; a clause. */
  readonly others: string | null;
  /** By ARN, the pattern that those are known by who were not matched exactly. */
  readonly byPattern: ReadonlyMap<string, string>;
}

export function whoseIs({ attachment: whole }: PolicyDocument, reported: ReportedDocument, evidence: Evidence, accountsOf: AccountsOf): Whose {
  const { attachment, policies, isCovering } = reported;
  const matches = attachment.principals.map((reference) => matchOf(reference, evidence, accountsOf(reference)));
  const principals = [...new Map([...matches.flatMap(({ found }) => found), ...policies].map((each) => [each.arn, each])).values()];
  return {
    principals,
    unseen: whole.principals.filter((reference) => !attachment.principals.includes(reference)),
    without: matches.filter(({ isKept }) => isKept).map(({ reference }) => reference),
    because: matches.flatMap(({ because }) => because ?? []),
    lacking: isCovering ? lackingReports(policies, scopeOf(whole.principals, accountsOf)) : lackingAccounts(matches),
    others: reported.others,
    byPattern: patternsOf(matches),
  };
}

/** A report of a managed policy answers for everyone in its account. */
function lackingReports(policies: readonly PrincipalEvidence[], scope: readonly string[] | null): readonly string[] {
  return (scope ?? [])
    .filter((account) => !policies.some((policy) => policy.account === account))
    .map((account) => `there is no evidence in account ${account} for the managed policy "${policies[0]?.name ?? ""}"`);
}

/** The principals of the findings that a reference means in the accounts that count for it. */
export function meantBy(reference: PrincipalReference, evidence: Evidence, accountsOf: AccountsOf): readonly PrincipalEvidence[] {
  const scope = accountsOf(reference);
  return evidenceFor(evidence, reference).filter(({ account }) => isWithin(account, scope));
}

interface Match {
  readonly reference: PrincipalReference;
  readonly found: readonly PrincipalEvidence[];
  readonly scope: readonly string[] | null;
  readonly isKept: boolean;
  readonly because: string | null;
}

// A name may mean principals of several accounts: one finding that does not count is one principal that keeps everything.
function matchOf(reference: PrincipalReference, evidence: Evidence, scope: readonly string[] | null): Match {
  const all = evidenceFor(evidence, reference);
  const found = all.filter(({ account }) => isWithin(account, scope));
  const isSettled = settledFor(evidence, reference).some(({ account }) => isWithin(account, scope));
  const [other] = all;
  const because =
    found.length > 0 || other === undefined ? null : `the findings for ${reference.address} are of account ${other.account}, in which it is not deployed`;
  return { reference, found, scope, isKept: found.length === 0 || isSettled, because };
}

/**
 * In each of the accounts that the user named, every principal that the source declares must be known. What a declaration became
 * in several deployments counts together.
 */
function lackingAccounts(matches: readonly Match[]): readonly string[] {
  const groups = groupedBy(matches, ({ reference }) => declarationOf(reference));
  // A principal that is known by nothing but its ARN is one of one account.
  const declared = [...groups].filter(([key]) => key !== GIVEN || groups.size === 1).map(([, group]) => group);
  const clauses = declared.flatMap((group) => {
    const accounts = new Set(group.flatMap(({ found }) => found.map(({ account }) => account)));
    if (accounts.size === 0) return [];
    const required = new Set(group.flatMap(({ scope }) => scope ?? []));
    const [first] = group;
    return [...required].filter((account) => !accounts.has(account)).map((account) => `there is no evidence in account ${account} for ${first?.reference.address ?? "it"}`);
  });
  return [...new Set(clauses)];
}

const GIVEN = "";

function declarationOf({ kind, address, name, declared }: PrincipalReference): string {
  if (declared !== undefined) return JSON.stringify([declared.in, declared.address]);
  return name.kind === "arn" ? GIVEN : JSON.stringify([kind, address]);
}

function patternsOf(matches: readonly Match[]): ReadonlyMap<string, string> {
  const patterns = new Map<string, string>();
  const exact = new Set<string>();
  for (const { reference, found } of matches) {
    for (const principal of found) {
      if (confidenceOf(reference, principal) === "exact") exact.add(principal.arn);
      else patterns.set(principal.arn, shownName(reference));
    }
  }
  return new Map([...patterns].filter(([arn]) => !exact.has(arn)));
}

export function confidenceOf({ name, confidence }: PrincipalReference, principal: Pick<PrincipalEvidence, "name">): Confidence {
  if (confidence !== undefined) return confidence;
  switch (name.kind) {
    case "literal":
      return "exact";
    case "arn":
      // A star in the place of the account leaves no doubt about the name.
      return name.arn.slice(name.arn.indexOf("/")).includes("*") ? "pattern" : "exact";
    case "pattern":
      return isGeneratedBy(name.shown, name.id, principal.name) ? "exact" : "pattern";
  }
}

/** CDK's logical ids end in a digest of the construct's path. https://docs.aws.amazon.com/cdk/v2/guide/identifiers.html */
function isGeneratedBy(shown: string, id: string, name: string): boolean {
  return /[0-9A-F]{8}$/u.test(id) && shown.endsWith(`-${id}-<tail>`) && name.includes(`-${id}-`);
}

export function shownName({ name }: PrincipalReference): string {
  return name.kind === "literal" ? name.name : name.kind === "pattern" ? name.shown : name.arn;
}

/** Might a glob on names or ARNs be about a principal of which the findings do not tell the ARN? */
export function mayMean(glob: string, { name }: PrincipalReference): boolean {
  const isArn = glob.startsWith("arn:");
  const nameGlob = isArn && !glob.includes("/") ? "*" : glob.slice(glob.lastIndexOf("/") + 1);
  switch (name.kind) {
    case "literal":
      return matchesArn(nameGlob.toLowerCase(), name.name.toLowerCase());
    case "arn": {
      const own = name.arn.slice(name.arn.lastIndexOf("/") + 1);
      return isArn && !name.arn.includes("*") ? protects(glob, { arn: name.arn, name: own }) : intersects(nameGlob, own);
    }
    case "pattern":
      return intersects(nameGlob, name.shown.replaceAll(/<[^<>]*>|[^\w+=,.@-]+/gu, "*"));
  }
}

/** Might a glob on names or ARNs be about somebody in these accounts? */
export function mayBeIn(glob: string, accounts: readonly string[]): boolean {
  const account = glob.startsWith("arn:") ? glob.split(":")[4] : undefined;
  return account === undefined || accounts.some((each) => matchesArn(account, each));
}
