import type { Finding, Recommendation, UnusedCount, UnusedCredential } from "../model/usage.js";

/** Findings that do not count, for one reason. `reason` is a noun phrase such as `finding type UnusedIAMRole`. */
export interface Skipped {
  readonly reason: string;
  readonly count: number;
}

/**
 * What one findings file holds, or one JSON value of it. `findings` has every status; `skipped` counts what is in none of the
 * lists.
 */
export interface FindingsFile {
  readonly findings: readonly Finding[];
  readonly counts: readonly UnusedCount[];
  readonly credentials: readonly UnusedCredential[];
  readonly recommendations: readonly Recommendation[];
  readonly skipped: readonly Skipped[];
}

export const NOTHING_FOUND: FindingsFile = { findings: [], counts: [], credentials: [], recommendations: [], skipped: [] };

/** One `FindingsFile` out of several. */
export function joined(parts: readonly FindingsFile[]): FindingsFile {
  return {
    findings: parts.flatMap((part) => part.findings),
    counts: parts.flatMap((part) => part.counts),
    credentials: parts.flatMap((part) => part.credentials),
    recommendations: parts.flatMap((part) => part.recommendations),
    skipped: counted(parts.flatMap((part) => part.skipped)),
  };
}

/** One finding that does not count, for this reason. */
export function skipped(reason: string): FindingsFile {
  return { ...NOTHING_FOUND, skipped: [{ reason, count: 1 }] };
}

/** Adds up what is skipped for the same reason; sorted by reason. */
export function counted(skipped: readonly Skipped[]): readonly Skipped[] {
  const counts = new Map<string, number>();
  for (const { reason, count } of skipped) counts.set(reason, (counts.get(reason) ?? 0) + count);
  return [...counts].map(([reason, count]) => ({ reason, count })).sort((a, b) => (a.reason < b.reason ? -1 : 1));
}
