import { createHash } from "node:crypto";
import { badPlace, type BadInput } from "./findings/bad-input.js";
import { FETCH_DETAILS, getFindingCommand } from "./findings/commands.js";
import { fileMemo, type FileContent } from "./findings/file-memo.js";
import type { FindingsFile, Skipped } from "./findings/findings-file.js";
import { readFindings } from "./findings/format.js";
import { FINDINGS } from "./findings/json-values.js";
import { mergeAll, type HolderFindings } from "./findings/merge-all.js";
import { intersection } from "./findings/unused.js";
import { tableOf, type Holder, type PrincipalTable } from "./evidence/table.js";
import { parseHolderArn } from "./iam/arn.js";
import type { PrincipalKind, PrincipalName, PrincipalReference } from "./model/principal.js";
import type { PrincipalEvidence, Recommendation, UnusedCount, UnusedCredential, UnusedPermissions } from "./model/usage.js";

export { findingsFiles } from "./findings/files.js";
export { tableOf } from "./evidence/table.js";
export type { Skipped } from "./findings/findings-file.js";

/** A principal of the findings of whom no finding counts. */
export interface Settled extends Holder {
  /** There when an export says how much is unused, and not what. */
  readonly count?: UnusedCount;
}

/**
 * All that a set of findings files says. The same object is returned for as long as the files do not change. Whoever decides
 * about sources asks for the principals that they name, with the functions below.
 */
export interface Evidence {
  /** Absolute paths, as they were asked for. */
  readonly files: readonly string[];
  /** Roles, users and groups with findings that count. */
  readonly principals: PrincipalTable<PrincipalEvidence>;
  /** Managed policies of which last-accessed data says what nobody uses who has them. */
  readonly policies: PrincipalTable<PrincipalEvidence>;
  /** Those of whom no finding counts (ARCHIVED, RESOLVED): what they are granted stays. */
  readonly settled: PrincipalTable<Settled>;
  /** What counts without names are there of principals of whom nothing else is known; sorted by ARN. */
  readonly counts: readonly UnusedCount[];
  /** Roles, passwords and access keys that nobody uses. */
  readonly credentials: readonly UnusedCredential[];
  /** What AWS would make of policies. */
  readonly recommendations: readonly Recommendation[];
  /** Findings that do not count, by reason. */
  readonly skipped: readonly Skipped[];
  /** SHA-256 in hex over the files' contents, whatever their paths and order. */
  readonly fingerprint: string;
}

/** How evidence counts. */
export interface EvidenceRules {
  /** Days without use after which a permission counts as unused; by default what the sources say. */
  readonly unusedFor?: number | undefined;
}

/**
 * Reads and merges findings files (absolute paths, of `findingsFiles`). Memoised: files are read again only when their
 * modification time or size has changed. Throws `BadInput` when one is unreadable or malformed, and when all together hold
 * no ACTIVE finding of unused permissions.
 */
export function loadEvidence(files: readonly string[], { unusedFor }: EvidenceRules = {}): Evidence {
  const known = recent.find((loaded) => loaded.unusedFor === unusedFor && sameElements(loaded.evidence.files, files));
  const now = Date.now();
  if (known !== undefined && files.length > MANY_FILES && now - known.checkedAt < RECHECK_AFTER) return known.evidence;
  const contents = files.map(contentOf);
  if (known !== undefined && sameElements(known.contents, contents)) {
    known.checkedAt = now;
    return known.evidence;
  }
  const evidence = merged(files, contents, unusedFor ?? null);
  recent = [{ evidence, contents, unusedFor, checkedAt: now }, ...recent.filter((loaded) => loaded !== known)].slice(0, 4);
  return evidence;
}

interface Loaded {
  readonly evidence: Evidence;
  readonly contents: readonly Content[];
  readonly unusedFor: number | undefined;
  checkedAt: number;
}

let recent: readonly Loaded[] = [];

/** Looking at so many modification times takes longer than linting a file: they are looked at every few seconds only. */
const MANY_FILES = 1000;
const RECHECK_AFTER = 2000;

const contentOf = fileMemo(FINDINGS, readFindings);

type Content = FileContent<FindingsFile>;

function merged(files: readonly string[], read: readonly Content[], unusedFor: number | null): Evidence {
  const contents = read.map(({ value }) => value);
  const { holders, skipped } = mergeAll(contents, unusedFor);
  const principals: PrincipalEvidence[] = [];
  const policies: PrincipalEvidence[] = [];
  const settled: Settled[] = [];
  for (const holder of holders) {
    const who = { arn: holder.arn, ...partsOf(holder) };
    if (holder.count !== null) settled.push({ ...who, count: holder.count });
    else if (holder.merged === null) settled.push(who);
    else (who.kind === "policy" ? policies : principals).push({ ...who, ...holder.merged });
  }
  if (principals.length + policies.length === 0 && !settled.some(({ count }) => count !== undefined)) throw nothingCounts(files, skipped);
  return {
    files,
    principals: tableOf(principals),
    policies: tableOf(policies),
    settled: tableOf(settled),
    counts: holders.flatMap(({ count }) => count ?? []),
    credentials: contents.flatMap(({ credentials }) => credentials),
    recommendations: contents.flatMap(({ recommendations }) => recommendations),
    skipped,
    fingerprint: fingerprintOf(read),
  };
}

/** Findings of analyzers are of roles and users only. */
function partsOf({ arn, finding }: HolderFindings): Pick<PrincipalEvidence, "kind" | "name" | "account"> {
  const parts = parseHolderArn(arn);
  const isAnalysed = finding !== null && finding.lastAccessed === undefined;
  if (parts !== null && !(isAnalysed && (parts.kind === "group" || parts.kind === "policy"))) return parts;
  throw badPlace(
    [finding?.file ?? "findings", `finding ${finding?.id ?? ""}`],
    `the resource ${JSON.stringify(arn)} is not the ARN of an IAM role or user`,
    `export the finding again with \`${getFindingCommand(finding?.id ?? "<finding id>")}\``,
  );
}

function nothingCounts(files: readonly string[], skipped: readonly Skipped[]): BadInput {
  const [first = "findings", ...others] = files;
  const place = others.length === 0 ? first : `${first} and ${String(others.length)} more`;
  const found = skipped.map(({ reason, count }) => `${String(count)} × ${reason}`).join(", ");
  const instead = found === "" ? "" : `, but ${found}`;
  return badPlace([place], `there is no ACTIVE finding of unused permissions${instead}`, FETCH_DETAILS);
}

function fingerprintOf(read: readonly Content[]): string {
  const hash = createHash("sha256");
  for (const digest of read.map((content) => content.digest).sort()) hash.update(digest);
  return hash.digest("hex");
}

function sameElements<Element>(a: readonly Element[], b: readonly Element[]): boolean {
  return a.length === b.length && a.every((element, index) => element === b[index]);
}

/**
 * The principals of the findings that a reference of the source may mean, sorted by ARN. By kind and name, in every account;
 * a name given as an ARN says the kind itself, which may be that of a managed policy, and `*` in it stands for any run of
 * characters.
 */
export function evidenceFor({ principals, policies }: Evidence, reference: PrincipalReference): readonly PrincipalEvidence[] {
  const { name } = reference;
  return (name.kind === "arn" && name.arn.includes(":policy/") ? policies : principals).find(reference);
}

/** The managed policies with last-accessed data that a name of the source may mean, in every account; sorted by ARN. */
export function policyEvidence({ policies }: Evidence, name: PrincipalName): readonly PrincipalEvidence[] {
  return policies.find({ kind: "policy", name });
}

/** What AWS would make of the policies of these principals (ARNs). */
export function recommendationsFor({ recommendations }: Evidence, principals: readonly string[]): readonly Recommendation[] {
  return recommendations.filter(({ principalArn }) => principals.includes(principalArn));
}

/** Principals that a reference may mean besides, and that may go on using whatever they are granted; sorted by ARN. */
export function settledFor({ settled }: Evidence, reference: PrincipalReference): readonly Settled[] {
  return settled.find(reference);
}

/** An account outside of `accounts` where the findings know a principal of this kind; null when there is none. */
export function accountOutside({ principals }: Evidence, kind: PrincipalKind, accounts: ReadonlySet<string>): string | null {
  return principals.accounts(kind).find((account) => !accounts.has(account)) ?? null;
}

/** The principals with findings that count to whom none of the sources grants: all but those with these ARNs, sorted by ARN. */
export function unmatched({ principals }: Evidence, matched: ReadonlySet<string>): Iterable<Holder> {
  return others(principals, matched);
}

/** The same of managed policies with last-accessed data. */
export function unmatchedPolicies({ policies }: Evidence, matched: ReadonlySet<string>): Iterable<Holder> {
  return others(policies, matched);
}

function* others(table: PrincipalTable<PrincipalEvidence>, matched: ReadonlySet<string>): Iterable<Holder> {
  for (const holder of table.holders()) {
    if (!matched.has(holder.arn)) yield holder;
  }
}

/**
 * What is unused by all of them: what a policy that they share may lose. A service that one does not use at all is unused as
 * far as the others report it; dates of last use are the latest of all. Of no principals, nothing.
 */
export function unusedByAll(principals: readonly PrincipalEvidence[]): UnusedPermissions {
  return intersection(principals.map((principal) => principal.unused));
}
