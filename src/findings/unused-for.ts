import type { Finding, UnusedPermissions, UnusedService } from "../model/usage.js";

const DAY = 24 * 60 * 60 * 1000;

/** Younger than this many days when the report was made, and nobody can tell what it does not use. That of AWS's own findings. */
const DEFAULT_AGE = 90;

/**
 * What of a finding counts as unused. With `days`: what was not used in that many days before the analysis. Without: what an
 * analyzer reports, by its own period; of last-accessed data only what was never used in the tracked period of at least 400 days.
 * A principal that was made too late for its report to say anything uses everything; where the report does not tell when it was
 * made, its first known use must show that it is old enough.
 */
export function countedUnused({ unused, analyzedAt, lastAccessed }: Finding, days: number | null): UnusedPermissions {
  if (lastAccessed === undefined && days === null) return unused;
  const analysis = Date.parse(analyzedAt);
  if (lastAccessed !== undefined) {
    const existedAt = lastAccessed.createdAt ?? firstUse(unused);
    if (existedAt === null || analysis - Date.parse(existedAt) < (days ?? DEFAULT_AGE) * DAY) return new Map();
  }
  const isUnused = (used: string | null): boolean => used === null || (days !== null && analysis - Date.parse(used) > days * DAY);
  const counted = new Map<string, UnusedService>();
  for (const [key, service] of unused) {
    if (service.whole && isUnused(service.lastAccessed)) {
      counted.set(key, { ...service, actions: new Map() });
      continue;
    }
    const actions = new Map([...service.actions].filter(([, action]) => isUnused(action.lastAccessed)));
    if (actions.size > 0) counted.set(key, { ...service, whole: false, actions });
  }
  return counted;
}

/** The earliest use that a report shows; ISO 8601, null when it shows none. */
function firstUse(unused: UnusedPermissions): string | null {
  const uses = [...unused.values()].flatMap(({ lastAccessed, actions }) => [lastAccessed, ...[...actions.values()].map((action) => action.lastAccessed)]);
  return uses.reduce((first, used) => (first === null || (used !== null && Date.parse(used) < Date.parse(first)) ? used : first), null);
}
