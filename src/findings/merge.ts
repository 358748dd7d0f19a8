import type { Finding, UnusedPermissions } from "../model/usage.js";
import type { Skipped } from "./findings-file.js";
import { intersection } from "./unused.js";

/**
 * Analyses this close to the newest one, in milliseconds, are of the same time: analyzers run once a day, and the same
 * principal is analysed once by each analyzer (account, organisation, every Region).
 */
const SAME_TIME = 48 * 60 * 60 * 1000;

/** What the findings of one principal say together. `analyzedAt` is that of the oldest analysis among them. */
export interface MergedFindings {
  readonly analyzedAt: string;
  readonly findingIds: readonly string[];
  readonly unused: UnusedPermissions;
}

/**
 * Merges the findings of one principal. Of the same finding, exported several times, the latest export counts; then the
 * newest analysis, intersected with those of the same time. `merged` is null when nothing is left that counts: an ARCHIVED
 * finding means that a person, or a rule of theirs, accepted what the principal may do.
 */
export function mergeFindings(findings: readonly Finding[]): {
  readonly merged: MergedFindings | null;
  readonly skipped: readonly Skipped[];
} {
  const latest = latestExports(findings);
  const newest = latest.reduce((time, finding) => Math.max(time, Date.parse(finding.analyzedAt)), 0);
  const current = latest.filter((finding) => newest - Date.parse(finding.analyzedAt) <= SAME_TIME);
  const archived = current.filter((finding) => finding.status === "ARCHIVED").length;
  const active = current.filter((finding) => finding.status === "ACTIVE");
  const skipped = [
    { reason: "older export of a finding that is there again", count: findings.length - latest.length },
    { reason: "finding of an older analysis than the principal's newest", count: latest.length - current.length },
    { reason: "ARCHIVED finding", count: archived },
    { reason: "RESOLVED finding", count: current.length - archived - active.length },
    { reason: "ACTIVE finding of a principal with an ARCHIVED one", count: archived > 0 ? active.length : 0 },
  ].filter((entry) => entry.count > 0);
  const [first] = active;
  if (archived > 0 || first === undefined) return { merged: null, skipped };
  const merged = {
    analyzedAt: active.reduce((oldest, finding) => (finding.analyzedAt < oldest ? finding.analyzedAt : oldest), first.analyzedAt),
    findingIds: [...new Set(active.map((finding) => finding.id))].sort(),
    unused: intersection(active.map((finding) => finding.unused)),
  };
  return { merged, skipped };
}

/** Exports of the same finding that were updated at the same time all stay: they say the same, or are intersected. */
function latestExports(findings: readonly Finding[]): readonly Finding[] {
  const updated = new Map<string, string>();
  for (const { id, updatedAt } of findings) {
    const known = updated.get(id);
    if (known === undefined || known < updatedAt) updated.set(id, updatedAt);
  }
  return findings.filter((finding) => finding.updatedAt === updated.get(finding.id));
}
