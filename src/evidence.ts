import { createHash } from "node:crypto";
import { badPlace, type BadInput } from "./findings/bad-input.js";
import { FETCH_DETAILS, getFindingCommand } from "./findings/commands.js";
import { fileMemo, type FileContent } from "./findings/file-memo.js";
import { counted, type FindingsFile, type Skipped } from "./findings/findings-file.js";
import { readFindings } from "./findings/format.js";
import { FINDINGS } from "./findings/json-values.js";
import { mergeFindings } from "./findings/merge.js";
import { intersection } from "./findings/unused.js";
import { tableOf, type Holder, type PrincipalTable } from "./evidence/table.js";
import { parsePrincipalArn, type PrincipalArn } from "./iam/arn.js";
import type { PrincipalKind, PrincipalReference } from "./model/principal.js";
import type { Finding, PrincipalEvidence, UnusedPermissions } from "./model/usage.js";

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

/**
 * Reads and merges findings files (absolute paths, of `findingsFiles`). Memoised: files are read again only when their
 * modification time or size has changed. Throws `BadInput` when one is unreadable or malformed, and when all together hold
 * no ACTIVE finding of unused permissions.
 */
export function loadEvidence(files: readonly string[]): Evidence {
  const known = recent.find((loaded) => sameElements(loaded.evidence.files, files));
  const now = Date.now();
  if (known !== undefined && files.length > MANY_FILES && now - known.checkedAt < RECHECK_AFTER) return known.evidence;
  const contents = files.map(contentOf);
  if (known !== undefined && sameElements(known.contents, contents)) {
    known.checkedAt = now;
    return known.evidence;
  }
  const evidence = merged(files, contents);
  recent = [{ evidence, contents, checkedAt: now }, ...recent.filter((loaded) => loaded !== known)].slice(0, 4);
  return evidence;
}

interface Loaded {
  readonly evidence: Evidence;
  readonly contents: readonly Content[];
  checkedAt: number;
}

let recent: readonly Loaded[] = [];

/** Looking at so many modification times takes longer than linting a file: they are looked at every few seconds only. */
const MANY_FILES = 1000;
const RECHECK_AFTER = 2000;

const contentOf = fileMemo(FINDINGS, readFindings);

type Content = FileContent<FindingsFile>;

function merged(files: readonly string[], read: readonly Content[]): Evidence {
  const byArn = new Map<string, Finding[]>();
  for (const { value: findings } of read) {
    for (const finding of findings.findings) {
      const group = byArn.get(finding.principalArn);
      if (group === undefined) byArn.set(finding.principalArn, [finding]);
      else group.push(finding);
    }
  }
  const principals: PrincipalEvidence[] = [];
  const settled: Settled[] = [];
  const skipped = read.flatMap((content) => content.value.skipped);
  for (const [arn, findings] of byArn) {
    const { kind, name, account } = principalOf(arn, findings);
    const { merged: evidence, skipped: notCounted } = mergeFindings(findings);
    skipped.push(...notCounted);
    if (evidence !== null) principals.push({ arn, kind, name, account, ...evidence });
    else settled.push({ arn, kind, name, account });
  }
  const reasons = counted(skipped);
  if (principals.length === 0) throw nothingCounts(files, reasons);
  return { files, principals: tableOf(principals), settled: tableOf(settled), skipped: reasons, fingerprint: fingerprintOf(read) };
}

function principalOf(arn: string, [finding]: readonly Finding[]): PrincipalArn {
  const principal = parsePrincipalArn(arn);
  if (principal !== null) return principal;
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
