import { resolve } from "node:path";
import { badPlace, type BadInput } from "./findings/bad-input.js";
import { FETCH_DETAILS } from "./findings/commands.js";
import { CLOCK_TICK, fileMemo, type FileContent } from "./findings/file-memo.js";
import { statFile } from "./findings/files.js";
import { counted, type FindingsFile, type Skipped } from "./findings/findings-file.js";
import { readFindings } from "./findings/format.js";
import { FINDINGS } from "./findings/json-values.js";
import { intersection } from "./findings/unused.js";
import { fingerprintOf } from "./evidence/indexed/build.js";
import { cacheFolder, type FileState } from "./evidence/indexed/cache.js";
import { indexedEvidence } from "./evidence/indexed.js";
import { tableOf, type Holder, type PrincipalTable } from "./evidence/table.js";
import { recommendationTable, type RecommendationTable } from "./evidence/recommendations.js";
import { saidByArn, weigh, type Settled } from "./evidence/weigh.js";
import type { PrincipalKind, PrincipalName, PrincipalReference } from "./model/principal.js";
import type { PrincipalEvidence, Recommendation, UnusedCount, UnusedCredential, UnusedPermissions } from "./model/usage.js";
import { version } from "./version.js";

export { cacheFolder } from "./evidence/indexed/cache.js";
export { findingsFiles } from "./findings/files.js";
export { recommendationTable } from "./evidence/recommendations.js";
export { tableOf } from "./evidence/table.js";
export type { Settled } from "./evidence/weigh.js";
export type { Skipped } from "./findings/findings-file.js";

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
  readonly counts: Iterable<UnusedCount>;
  /** Roles, passwords and access keys that nobody uses; sorted by ARN. */
  readonly credentials: Iterable<UnusedCredential>;
  /** What AWS would make of policies. */
  readonly recommendations: RecommendationTable;
  /** Findings that do not count, by reason. */
  readonly skipped: readonly Skipped[];
  /** SHA-256 in hex over the files' contents, whatever their paths and order. */
  readonly fingerprint: string;
}

/** How evidence counts, and how it is kept. */
export interface EvidenceRules {
  /** Days without use after which a permission counts as unused; by default what the sources say. */
  readonly unusedFor?: number | undefined;
  /** A folder, absolute, for the index of exports that are too large for memory; by default beside the caches of other tools. */
  readonly cacheLocation?: string | undefined;
  /** So many bytes of findings files, and they are indexed: 8 MiB by default. */
  readonly indexFrom?: number | undefined;
}

/** Reading less than this takes a moment. */
const INDEX_FROM = 8 * 1024 * 1024;

/**
 * Reads and merges findings files (absolute paths, of `findingsFiles`). Memoised: files are read again only when their
 * modification time or size has changed. Large exports are read once, into an index on disk, and after that only where a look-up
 * asks. Throws `BadInput` when a file is unreadable or malformed, when all together hold no ACTIVE finding of unused permissions,
 * and when the index cannot be kept.
 */
export function loadEvidence(files: readonly string[], rules: EvidenceRules = {}): Evidence {
  const { unusedFor, cacheLocation, indexFrom = INDEX_FROM } = rules;
  const key = JSON.stringify([unusedFor, cacheLocation, indexFrom]);
  const isSame = (loaded: Loaded): boolean => loaded.key === key && sameElements(loaded.evidence.files, files);
  const known = recent.find(isSame);
  const now = Date.now();
  if (known !== undefined && files.length > MANY_FILES && now - known.checkedAt < RECHECK_AFTER && !known.isStale()) return known.evidence;
  const content = contentOf(files, indexFrom);
  if (known !== undefined && sameContent(known, content)) {
    known.checkedAt = now;
    return known.evidence;
  }
  const loaded = { ...told(files, content, unusedFor ?? null, cacheLocation), key, content, loadedAt: now, checkedAt: now };
  const kept = [loaded, ...recent.filter((other) => other !== known)];
  for (const forgotten of [known, kept[MOST_RECENT]]) forgotten?.close();
  recent = kept.slice(0, MOST_RECENT);
  return loaded.evidence;
}

interface Loaded {
  readonly evidence: Evidence;
  /** Frees what it holds open. */
  readonly close: () => void;
  /** Did it turn out to be of other files? */
  readonly isStale: () => boolean;
  /** Of the rules. */
  readonly key: string;
  readonly content: Content;
  readonly loadedAt: number;
  checkedAt: number;
}

let recent: readonly Loaded[] = [];
const MOST_RECENT = 4;

/** Looking at so many modification times takes longer than linting a file: they are looked at every few seconds only. */
const MANY_FILES = 1000;
const RECHECK_AFTER = 2000;

/** The files in memory, or, when they are too large for that, how the system shows them. */
type Content = { readonly read: readonly FileContent<FindingsFile>[] } | { readonly states: readonly FileState[] };

const readOnce = fileMemo(FINDINGS, readFindings);

function contentOf(files: readonly string[], indexFrom: number): Content {
  const states = files.map((path): FileState => {
    const { size, mtimeMs } = statFile(path);
    return { path, size, modified: mtimeMs };
  });
  return states.reduce((sum, { size }) => sum + size, 0) < indexFrom ? { read: files.map(readOnce) } : { states };
}

function sameContent({ content: known, loadedAt, isStale }: Loaded, content: Content): boolean {
  if (isStale()) return false;
  if ("read" in known) return "read" in content && sameElements(known.read, content.read);
  if (!("states" in content) || !content.states.every(({ modified }) => Math.abs(loadedAt - modified) > CLOCK_TICK)) return false;
  return sameElements(known.states.map(stateKey), content.states.map(stateKey));
}

function stateKey({ size, modified }: FileState): string {
  return `${String(size)} ${String(modified)}`;
}

function told(files: readonly string[], content: Content, unusedFor: number | null, cacheLocation: string | undefined): Pick<Loaded, "evidence" | "close" | "isStale"> {
  const loaded =
    "read" in content
      ? { evidence: merged(content.read, unusedFor), close: () => undefined, isStale: () => false }
      : indexedEvidence(content.states, { folder: cacheLocation ?? cacheFolder(undefined, resolve()), version, unusedFor });
  const { evidence } = loaded;
  const { principals, policies, counts } = evidence;
  if (principals.size + policies.size === 0 && isEmpty(counts)) {
    loaded.close();
    throw nothingCounts(files, evidence.skipped);
  }
  return { ...loaded, evidence: { files, ...evidence } };
}

function isEmpty(items: Iterable<unknown>): boolean {
  return items[Symbol.iterator]().next().done === true;
}

function merged(read: readonly FileContent<FindingsFile>[], unusedFor: number | null): Omit<Evidence, "files"> {
  const said = new Map<string, FindingsFile[]>();
  for (const { value } of read) {
    for (const [arn, own] of saidByArn(value)) {
      const group = said.get(arn);
      if (group === undefined) said.set(arn, [own]);
      else group.push(own);
    }
  }
  const weighed = [...said].sort(([a], [b]) => (a < b ? -1 : 1)).map(([arn, own]) => weigh(arn, own, unusedFor));
  const holders = weighed.filter(({ holder }) => holder !== null);
  const evidence = weighed.flatMap((one) => one.evidence ?? []);
  const settled = weighed.flatMap((one) => one.settled ?? []);
  return {
    principals: tableOf(evidence.filter(({ kind }) => kind !== "policy")),
    policies: tableOf(evidence.filter(({ kind }) => kind === "policy")),
    settled: tableOf(settled),
    counts: settled.flatMap(({ count }) => count ?? []),
    credentials: holders.flatMap(({ credentials }) => credentials),
    recommendations: recommendationTable(holders.flatMap(({ recommendations }) => recommendations)),
    skipped: counted([...read.flatMap(({ value }) => value.skipped), ...weighed.flatMap(({ skipped }) => skipped)]),
    fingerprint: fingerprintOf(read.map(({ digest }) => digest)),
  };
}

function nothingCounts(files: readonly string[], skipped: readonly Skipped[]): BadInput {
  const [first = "findings", ...others] = files;
  const place = others.length === 0 ? first : `${first} and ${String(others.length)} more`;
  const found = skipped.map(({ reason, count }) => `${String(count)} × ${reason}`).join(", ");
  const instead = found === "" ? "" : `, but ${found}`;
  return badPlace([place], `there is no ACTIVE finding of unused permissions${instead}`, FETCH_DETAILS);
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
  return principals.flatMap((arn) => recommendations.of(arn));
}

/** Principals that a reference may mean besides, and that may go on using whatever they are granted; sorted by ARN. */
export function settledFor({ settled }: Evidence, reference: PrincipalReference): readonly Settled[] {
  return settled.find(reference);
}

/**
 * An account outside of `accounts` where the findings know a principal of this kind, of those in `scope` if there is one; null
 * when there is none.
 */
export function accountOutside(
  { principals }: Evidence,
  kind: PrincipalKind,
  accounts: ReadonlySet<string>,
  scope: readonly string[] | null = null,
): string | null {
  return principals.accounts(kind).find((account) => !accounts.has(account) && (scope === null || scope.includes(account))) ?? null;
}

/** The accounts of all principals of the findings. */
export function accountsIn({ principals, settled }: Evidence): ReadonlySet<string> {
  return new Set([...principals.accounts(), ...settled.accounts()]);
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
