import type { Finding, UnusedCount } from "../model/usage.js";
import { counted, type FindingsFile, type Skipped } from "./findings-file.js";
import { mergeFindings, type MergedFindings } from "./merge.js";

/** What all findings say of one principal, or of everyone who has a managed policy. */
export interface HolderFindings {
  readonly arn: string;
  /** For messages about the ARN; null when an export only counts. */
  readonly finding: Finding | null;
  /** Null: nothing counts, so what it is granted stays. */
  readonly merged: MergedFindings | null;
  /** How much is unused, where only that is known. */
  readonly count: UnusedCount | null;
}

/**
 * Merges what exports say, by ARN; sorted by it. `unusedFor` as in `mergeFindings`. Every ARN can be merged by itself, from all of its
 * findings and counts. Throws `BadInput`.
 */
export function mergeHolder(
  arn: string,
  findings: readonly Finding[],
  counts: readonly UnusedCount[],
  unusedFor: number | null,
): { readonly holder: HolderFindings; readonly skipped: readonly Skipped[] } {
  const { merged, skipped } = mergeFindings(findings, unusedFor);
  const newest = counts.reduce<UnusedCount | null>((latest, count) => (latest === null || latest.updatedAt < count.updatedAt ? count : latest), null);
  const isNeeded = newest?.isActive === true && findings.length === 0;
  const reason = newest?.isActive === true ? "count of unused actions without their names, of a principal whose findings are there" : "count of unused actions of a finding that is no longer ACTIVE";
  return {
    holder: { arn, finding: findings[0] ?? null, merged, count: isNeeded ? newest : null },
    skipped: newest === null || isNeeded ? skipped : [...skipped, { reason, count: counts.length }],
  };
}

export function mergeAll(
  read: readonly FindingsFile[],
  unusedFor: number | null,
): { readonly holders: readonly HolderFindings[]; readonly skipped: readonly Skipped[] } {
  const findings = grouped(read.flatMap((file) => file.findings));
  const counts = grouped(read.flatMap((file) => file.counts));
  const arns = [...new Set([...findings.keys(), ...counts.keys()])].sort();
  const merged = arns.map((arn) => mergeHolder(arn, findings.get(arn) ?? [], counts.get(arn) ?? [], unusedFor));
  const skipped = [...read.flatMap((file) => file.skipped), ...merged.flatMap((one) => one.skipped)];
  return { holders: merged.map(({ holder }) => holder), skipped: counted(skipped) };
}

function grouped<Item extends { readonly principalArn: string }>(items: readonly Item[]): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(item.principalArn);
    if (group === undefined) groups.set(item.principalArn, [item]);
    else group.push(item);
  }
  return groups;
}
