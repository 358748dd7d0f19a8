/** Dates, and times with `T` or a blank between (Python's `str`), any fraction of a second, and `Z`, an offset, or nothing. */
const WRITTEN = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(\.\d{1,9})? ?(?:Z|UTC|([+-]\d\d):?(\d\d))?)?$/;

/**
 * A time of an export as ISO 8601 in UTC with milliseconds (`2026-01-05T07:25:34.000Z`), so that times compare as strings; null
 * when it is none. A time without offset is UTC, as AWS's own are.
 */
export function utcTime(written: string): string | null {
  const match = WRITTEN.exec(written);
  if (match === null) return null;
  const [, date = "", clock = "00:00", fraction = "", hours, minutes = "00"] = match;
  const seconds = clock.length === 5 ? `${clock}:00` : clock;
  const offset = hours === undefined ? "Z" : `${hours}:${minutes}`;
  const milliseconds = Date.parse(`${date}T${seconds}${fraction.slice(0, 4)}${offset}`);
  return Number.isNaN(milliseconds) ? null : new Date(milliseconds).toISOString();
}

/** The later of two such times; null is never. */
export function later(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return a < b ? b : a;
}
