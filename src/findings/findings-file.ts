import type { Finding } from "../model/usage.js";

/** Findings that do not count, for one reason. `reason` is a noun phrase such as `finding type UnusedIAMRole`. */
export interface Skipped {
  readonly reason: string;
  readonly count: number;
}

/** What one findings file holds. `findings` has every status; `skipped` counts the findings that are not among them. */
export interface FindingsFile {
  readonly findings: readonly Finding[];
  readonly skipped: readonly Skipped[];
}

/** One `FindingsFile` out of several. */
export function joined(parts: readonly FindingsFile[]): FindingsFile {
  return {
    findings: parts.flatMap((part) => part.findings),
    skipped: counted(parts.flatMap((part) => part.skipped)),
  };
}

/** Adds up what is skipped for the same reason; sorted by reason. */
export function counted(skipped: readonly Skipped[]): readonly Skipped[] {
  const counts = new Map<string, number>();
  for (const { reason, count } of skipped) counts.set(reason, (counts.get(reason) ?? 0) + count);
  return [...counts].map(([reason, count]) => ({ reason, count })).sort((a, b) => (a.reason < b.reason ? -1 : 1));
}
