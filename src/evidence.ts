import { createHash } from "node:crypto";
import { badPlace, type BadInput } from "./findings/bad-input.js";
import { FETCH_DETAILS, getFindingCommand } from "./findings/commands.js";
import { fileMemo, type FileContent } from "./findings/file-memo.js";
import type { FindingsFile, Skipped } from "./findings/findings-file.js";
import { readFindings } from "./findings/format.js";
import { FINDINGS } from "./findings/json-values.js";
import { mergeAll, type HolderFindings } from "./findings/merge-all.js";
import { intersection } from "./findings/unused.js";
import { matchesArn, parseHolderArn } from "./iam/arn.js";
import { matchesName, type PrincipalName, type PrincipalReference } from "./model/principal.js";
import type { PrincipalEvidence, Recommendation, UnusedCount, UnusedCredential, UnusedPermissions } from "./model/usage.js";

export { findingsFiles } from "./findings/files.js";
export type { Skipped } from "./findings/findings-file.js";

/** A principal of the findings of whom no finding counts. */
export interface Settled extends Pick<PrincipalEvidence, "arn" | "kind" | "name" | "account"> {
  /** There when an export says how much is unused, and not what. */
  readonly count?: UnusedCount;
}

/** All that a set of findings files says. The same object is returned for as long as the files do not change. */
export interface Evidence {
  /** Absolute paths, as they were asked for. */
  readonly files: readonly string[];
  /** Roles, users and groups with findings that count; sorted by ARN. */
  readonly principals: readonly PrincipalEvidence[];
  /** Managed policies of which last-accessed data says what nobody uses who has them; sorted by ARN. */
  readonly policies: readonly PrincipalEvidence[];
  /** Those of whom no finding counts (ARCHIVED, RESOLVED): what they are granted stays. Sorted by ARN. */
  readonly settled: readonly Settled[];
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
    principals,
    policies,
    settled,
    credentials: contents.flatMap(({ credentials }) => credentials),
    recommendations: contents.flatMap(({ recommendations }) => recommendations),
    skipped,
    fingerprint: fingerprintOf(read),
  };
}

function partsOf({ arn, finding }: HolderFindings): Pick<PrincipalEvidence, "kind" | "name" | "account"> {
  const parts = parseHolderArn(arn);
  const ofFinding = finding !== null && finding.lastAccessed === undefined;
  if (parts !== null && !(ofFinding && (parts.kind === "group" || parts.kind === "policy"))) return parts;
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
export function evidenceFor(evidence: Evidence, reference: PrincipalReference): readonly PrincipalEvidence[] {
  const { kind, name } = reference;
  const index = indexOf(evidence);
  switch (name.kind) {
    case "literal":
      return index.byName.get(`${kind}/${name.name}`) ?? [];
    case "pattern":
      return searched(index, `${kind}/${String(name.fixed)}/${name.regex}`, () =>
        evidence.principals.filter((principal) => principal.kind === kind && matchesName(name, principal.name)),
      );
    case "arn":
      return searched(index, `arn/${name.arn}`, () =>
        (name.arn.includes(":policy/") ? evidence.policies : evidence.principals).filter((principal) => matchesArn(name.arn, principal.arn)),
      );
  }
}

/** Principals that a reference may mean besides, and that may go on using whatever they are granted; sorted by ARN. */
export function settledFor({ settled }: Evidence, { kind, name }: PrincipalReference): readonly Settled[] {
  if (name.kind === "arn") return settled.filter((principal) => matchesArn(name.arn, principal.arn));
  return settled.filter((principal) => principal.kind === kind && matchesName(name, principal.name));
}

/** The managed policies of the findings that a name of the source may mean, in every account, sorted by ARN; and the same of a known ARN. */
export function policyEvidence({ policies }: Evidence, name: PrincipalName): readonly PrincipalEvidence[] {
  if (name.kind === "arn") return policies.filter(({ arn }) => matchesArn(name.arn, arn));
  return policies.filter((policy) => matchesName(name, policy.name));
}

/** What AWS would make of the policies of these principals (ARNs). */
export function recommendationsFor({ recommendations }: Evidence, principals: readonly string[]): readonly Recommendation[] {
  return recommendations.filter(({ principalArn }) => principals.includes(principalArn));
}

interface Index {
  /** By kind and name: `role/OrdersRole`. */
  readonly byName: ReadonlyMap<string, readonly PrincipalEvidence[]>;
  /** What was found by going through all principals; the sources ask for the same patterns again and again. */
  readonly searches: Map<string, readonly PrincipalEvidence[]>;
}

const indexes = new WeakMap<Evidence, Index>();

function indexOf(evidence: Evidence): Index {
  const known = indexes.get(evidence);
  if (known !== undefined) return known;
  const byName = new Map<string, PrincipalEvidence[]>();
  for (const principal of evidence.principals) {
    const key = `${principal.kind}/${principal.name}`;
    const group = byName.get(key);
    if (group === undefined) byName.set(key, [principal]);
    else group.push(principal);
  }
  const index = { byName, searches: new Map<string, readonly PrincipalEvidence[]>() };
  indexes.set(evidence, index);
  return index;
}

function searched(
  { searches }: Index,
  key: string,
  search: () => readonly PrincipalEvidence[],
): readonly PrincipalEvidence[] {
  const known = searches.get(key);
  if (known !== undefined) return known;
  const found = search();
  searches.set(key, found);
  return found;
}

/**
 * What is unused by all of them: what a policy that they share may lose. A service that one does not use at all is unused as
 * far as the others report it; dates of last use are the latest of all. Of no principals, nothing.
 */
export function unusedByAll(principals: readonly PrincipalEvidence[]): UnusedPermissions {
  return intersection(principals.map((principal) => principal.unused));
}
