import type { Finding, UnusedCount } from "../model/usage.js";
import type { Skipped } from "./findings-file.js";
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

/** Merges what exports say of one ARN, from all of its findings and counts. `unusedFor` as in `mergeFindings`. Throws `BadInput`. */
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
