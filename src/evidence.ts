import { resolve } from "node:path";
import { badPlace, type BadInput } from "./findings/bad-input.js";
import { FETCH_DETAILS } from "./findings/commands.js";
import { CLOCK_TICK, fileMemo, type FileContent } from "./findings/file-memo.js";
import { statFile } from "./findings/files.js";
import { counted, type FindingsFile, type Skipped } from "./findings/findings-file.js";
import { readFindings } from "./findings/format.js";
import { FINDINGS } from "./findings/json-values.js";
import { intersection } from "./findings/unused.js";
import { fingerprintOf } from "./evidence/index/build.js";
import { defaultCacheLocation, type FileState } from "./evidence/index/cache.js";
import { indexedEvidence } from "./evidence/indexed.js";
import { tableOf, type Holder, type PrincipalTable } from "./evidence/table.js";
import { saidByArn, weigh } from "./evidence/weigh.js";
import type { PrincipalKind, PrincipalReference } from "./model/principal.js";
import type { PrincipalEvidence, UnusedPermissions } from "./model/usage.js";
import { version } from "./version.js";

export { findingsFiles } from "./findings/files.js";
export { tableOf } from "./evidence/table.js";
export type { Skipped } from "./findings/findings-file.js";

/** A principal of the findings of whom no finding counts. */
export type Settled = Holder;

/**
 * All that a set of findings files says. The same object is returned for as long as the files do not change. Whoever decides
 * about sources asks for the principals that they name, with the functions below.
 */
export interface Evidence {
  /** Absolute paths, as they were asked for. */
  readonly files: readonly string[];
  /** Those with findings that count. */
  readonly principals: PrincipalTable<PrincipalEvidence>;
  /** Those of whom no finding counts (ARCHIVED, RESOLVED): what they are granted stays. */
  readonly settled: PrincipalTable<Settled>;
  /** Findings that do not count, by reason. */
  readonly skipped: readonly Skipped[];
  /** SHA-256 in hex over the files' contents, whatever their paths and order. */
  readonly fingerprint: string;
}

/** How findings files are kept. */
export interface EvidenceStorage {
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
export function loadEvidence(files: readonly string[], { cacheLocation, indexFrom = INDEX_FROM }: EvidenceStorage = {}): Evidence {
  const isSame = (loaded: Loaded): boolean =>
    loaded.cacheLocation === cacheLocation && loaded.indexFrom === indexFrom && sameElements(loaded.evidence.files, files);
  const known = recent.find(isSame);
  const now = Date.now();
  if (known !== undefined && files.length > MANY_FILES && now - known.checkedAt < RECHECK_AFTER) return known.evidence;
  const content = contentOf(files, indexFrom);
  if (known !== undefined && sameContent(known, content)) {
    known.checkedAt = now;
    return known.evidence;
  }
  const loaded = { ...evidenceOf(files, content, cacheLocation), content, cacheLocation, indexFrom, loadedAt: now, checkedAt: now };
  const kept = [loaded, ...recent.filter((other) => other !== known)];
  for (const forgotten of [known, kept[MOST_RECENT]]) forgotten?.close();
  recent = kept.slice(0, MOST_RECENT);
  return loaded.evidence;
}

interface Loaded {
  readonly evidence: Evidence;
  /** Frees what it holds open. */
  readonly close: () => void;
  readonly cacheLocation: string | undefined;
  readonly indexFrom: number;
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

function sameContent({ content: known, loadedAt }: Loaded, content: Content): boolean {
  if ("read" in known) return "read" in content && sameElements(known.read, content.read);
  if (!("states" in content) || !content.states.every(({ modified }) => Math.abs(loadedAt - modified) > CLOCK_TICK)) return false;
  return sameElements(known.states.map(stateKey), content.states.map(stateKey));
}

function stateKey({ size, modified }: FileState): string {
  return `${String(size)} ${String(modified)}`;
}

function evidenceOf(files: readonly string[], content: Content, cacheLocation: string | undefined): Pick<Loaded, "evidence" | "close"> {
  const told = "read" in content ? { ...merged(content.read), close: () => undefined } : indexedEvidence(content.states, cacheLocation ?? defaultCacheLocation(resolve()), version);
  const { principals, settled, skipped, fingerprint, close } = told;
  if (principals.size === 0) {
    close();
    throw nothingCounts(files, skipped);
  }
  return { evidence: { files, principals, settled, skipped, fingerprint }, close };
}

function merged(read: readonly FileContent<FindingsFile>[]): Omit<Evidence, "files"> {
  const said = new Map<string, FindingsFile[]>();
  for (const { value } of read) {
    for (const [arn, own] of saidByArn(value)) {
      const group = said.get(arn);
      if (group === undefined) said.set(arn, [own]);
      else group.push(own);
    }
  }
  const weighed = [...said].map(([arn, own]) => weigh(arn, own));
  return {
    principals: tableOf(weighed.flatMap(({ evidence }) => evidence ?? [])),
    settled: tableOf(weighed.flatMap(({ evidence, holder }) => (evidence === null ? [holder] : []))),
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
 * a name given as an ARN says the kind itself, and `*` in it stands for any run of characters.
 */
export function evidenceFor({ principals }: Evidence, reference: PrincipalReference): readonly PrincipalEvidence[] {
  return principals.find(reference);
}

/** Principals that a reference may mean besides, and that may go on using whatever they are granted; sorted by ARN. */
export function settledFor({ settled }: Evidence, reference: PrincipalReference): readonly Settled[] {
  return settled.find(reference);
}

/** An account outside of `accounts` where the findings know a principal of this kind; null when there is none. */
export function accountOutside({ principals }: Evidence, kind: PrincipalKind, accounts: ReadonlySet<string>): string | null {
  if (kind === "group") return null;
  return principals.accounts(kind).find((account) => !accounts.has(account)) ?? null;
}

/** The principals with findings that count to whom none of the sources grants: all but those with these ARNs, sorted by ARN. */
export function* unmatched({ principals }: Evidence, matched: ReadonlySet<string>): Iterable<Holder> {
  for (const holder of principals.holders()) {
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
