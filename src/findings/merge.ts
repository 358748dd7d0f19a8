import type { Finding, UnusedPermissions } from "../model/usage.js";
import type { Skipped } from "./findings-file.js";
import { wholeReports } from "./merge-reports.js";
import { later } from "./time.js";
import { countedUnused } from "./unused-for.js";
import { intersection } from "./unused.js";

const DAY = 24 * 60 * 60 * 1000;

/**
 * Analyses this close to the newest one, in milliseconds, are of the same time: analyzers run once a day, and the same
 * principal is analysed once by each analyzer (account, organisation, every Region).
 */
const SAME_TIME = 2 * DAY;

/** One run of an analyzer takes less than this: what is left of a finding that it resolves is a new one of the same run. */
const SAME_RUN = 60 * 60 * 1000;

/** Findings and last-accessed data this close are both recent: only what both say is unused counts. */
const SAME_MONTH = 30 * DAY;

/** What the findings of one principal say together. `analyzedAt` is that of the oldest analysis among them. */
export interface MergedFindings {
  readonly analyzedAt: string;
  readonly findingIds: readonly string[];
  readonly unused: UnusedPermissions;
}

/** What is said of one principal. `merged` is null when that leaves it all that it is granted. */
export interface Merged {
  readonly merged: MergedFindings | null;
  readonly skipped: readonly Skipped[];
}

/**
 * Merges the findings of one principal. Of the same finding, exported several times, the latest export counts; then the
 * newest analysis, intersected with those of the same time. One that was RESOLVED in a later run than all ACTIVE ones means that
 * nothing is unused any more. An ARCHIVED finding means that a person, or a rule of theirs,
 * accepted what the principal may do; an ACTIVE one without details leaves open what it does not use. Last-accessed data is merged
 * alike; of findings and such data the newer one counts, or, when both are recent, what both say.
 *
 * `unusedFor`: days without use after which a permission counts as unused; null: as the sources say. Throws `BadInput` when a
 * page is missing.
 */
export function mergeFindings(findings: readonly Finding[], unusedFor: number | null = null): Merged {
  const analysed = mergeAnalyses(findings.filter(({ lastAccessed, status }) => lastAccessed === undefined && status !== "FAILED"), unusedFor);
  const reported = mergeReports(findings.filter(({ lastAccessed }) => lastAccessed !== undefined), unusedFor);
  const skipped = [...analysed.skipped, ...reported.skipped];
  const report = reported.merged;
  if (analysed.said === "nothing" || report === null) return { merged: report ?? analysed.merged, skipped };
  if (analysed.said === "all stays") return { merged: null, skipped };
  const apart = Date.parse(report.analyzedAt) - Date.parse(analysed.newest);
  if (apart > SAME_MONTH) return { merged: report, skipped: [...skipped, older("finding", analysed.merged)] };
  if (analysed.merged === null || apart < -SAME_MONTH) return { merged: analysed.merged, skipped: [...skipped, older("last-accessed data", report)] };
  return { merged: both(analysed.merged, report), skipped };
}

function both(a: MergedFindings, b: MergedFindings): MergedFindings {
  return {
    analyzedAt: a.analyzedAt < b.analyzedAt ? a.analyzedAt : b.analyzedAt,
    findingIds: [...new Set([...a.findingIds, ...b.findingIds])].sort(),
    unused: intersection([a.unused, b.unused]),
  };
}

function older(what: string, merged: MergedFindings | null): Skipped {
  return { reason: `${what} of a principal of which there is newer evidence of another kind`, count: merged?.findingIds.length ?? 1 };
}

interface Analysed extends Merged {
  /** `some`: as `merged` says, or, when that is null, that nothing was unused at the time of `newest`. */
  readonly said: "nothing" | "some" | "all stays";
  readonly newest: string;
}

function mergeAnalyses(findings: readonly Finding[], unusedFor: number | null): Analysed {
  const latest = latestExports(findings);
  const newest = latest.reduce<string | null>((time, finding) => later(time, finding.analyzedAt), null);
  if (newest === null) return { merged: null, skipped: [], said: "nothing", newest: "" };
  const current = sameTime(latest, newest);
  const archived = current.filter((finding) => finding.status === "ARCHIVED").length;
  const active = current.filter((finding) => finding.status === "ACTIVE");
  const isResolved = archived === 0 && active.length > 0 && current.some((finding) => finding.status === "RESOLVED" && active.every((other) => isLaterRun(finding, other)));
  const skipped = [
    { reason: "older export of a finding that is there again", count: findings.length - latest.length },
    { reason: "finding of an older analysis than the principal's newest", count: latest.length - current.length },
    { reason: "ARCHIVED finding", count: archived },
    { reason: "RESOLVED finding", count: current.length - archived - active.length },
    { reason: "ACTIVE finding of a principal with an ARCHIVED one", count: archived > 0 ? active.length : 0 },
    { reason: "ACTIVE finding of a principal of which a newer one is RESOLVED", count: isResolved ? active.length : 0 },
  ].filter((entry) => entry.count > 0);
  const isUnclear = active.some((finding) => finding.unused.size === 0);
  if (archived > 0 || isUnclear) return { merged: null, skipped, said: "all stays", newest };
  return { merged: isResolved ? null : intersected(active, unusedFor), skipped, said: "some", newest };
}

function isLaterRun(a: Finding, b: Finding): boolean {
  return Date.parse(a.analyzedAt) - Date.parse(b.analyzedAt) > SAME_RUN;
}

function mergeReports(pages: readonly Finding[], unusedFor: number | null): Merged {
  const reports = wholeReports(pages);
  const newest = reports.reduce<string | null>((time, report) => later(time, report.analyzedAt), null);
  if (newest === null) return { merged: null, skipped: [] };
  const current = sameTime(reports, newest);
  const count = reports.length - current.length;
  return {
    merged: intersected(current, unusedFor),
    skipped: count === 0 ? [] : [{ reason: "last-accessed data older than the principal's newest", count }],
  };
}

function sameTime(findings: readonly Finding[], newest: string): readonly Finding[] {
  return findings.filter((finding) => Date.parse(newest) - Date.parse(finding.analyzedAt) <= SAME_TIME);
}

function intersected(findings: readonly Finding[], unusedFor: number | null): MergedFindings | null {
  const [first] = findings;
  if (first === undefined) return null;
  return {
    analyzedAt: findings.reduce((oldest, finding) => (finding.analyzedAt < oldest ? finding.analyzedAt : oldest), first.analyzedAt),
    findingIds: [...new Set(findings.map((finding) => finding.id))].sort(),
    unused: intersection(findings.map((finding) => countedUnused(finding, unusedFor))),
  };
}

/**
 * Exports of the same finding that were updated at the same time all stay: they say the same, or are intersected. So do those of a
 * newer analysis than the one that was updated last: not all exports tell when it was.
 */
function latestExports(findings: readonly Finding[]): readonly Finding[] {
  const latest = new Map<string, Finding>();
  for (const finding of findings) {
    const known = latest.get(finding.id);
    const isLater = known !== undefined && (known.updatedAt === finding.updatedAt ? known.analyzedAt < finding.analyzedAt : known.updatedAt < finding.updatedAt);
    if (known === undefined || isLater) latest.set(finding.id, finding);
  }
  return findings.filter(({ id, updatedAt, analyzedAt }) => {
    const known = latest.get(id);
    return known === undefined || updatedAt === known.updatedAt || analyzedAt > known.analyzedAt;
  });
}
