import type { PrincipalEvidence } from "../model/usage.js";

/** Evidence that was made more than `days` before `today` (ISO 8601 date) says what is unused, and fixes nothing. */
export interface MaxAge {
  readonly days: number;
  readonly today: string;
}

const DAY = 24 * 60 * 60 * 1000;

/** Completes "not fixed, because …"; null when all of it is young enough. */
export function tooOld(principals: readonly PrincipalEvidence[], maxAge: MaxAge | null): string | null {
  if (maxAge === null) return null;
  const [oldest] = principals.map(({ analyzedAt }) => analyzedAt).sort();
  if (oldest === undefined) return null;
  const analysed = oldest.slice(0, 10);
  const age = (Date.parse(maxAge.today) - Date.parse(analysed)) / DAY;
  return age > maxAge.days ? `the analysis is of ${analysed}, older than ${String(maxAge.days)} days` : null;
}
