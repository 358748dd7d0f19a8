import { groupedBy } from "../model/groups.js";
import type { Finding } from "../model/usage.js";
import { badPlace } from "./bad-input.js";
import { lastAccessedCommands } from "./commands.js";
import { unitedServices } from "./last-accessed.js";

/** One report for each job of last-accessed data: the pages of a job, in whatever files and order, are one. Throws `BadInput`. */
export function wholeReports(pages: readonly Finding[]): readonly Finding[] {
  return [...groupedBy(pages, ({ id }) => id).values()].flatMap((job) => {
    const [first, ...others] = job;
    if (first?.lastAccessed === undefined) return [];
    if (!job.some((page) => page.lastAccessed?.isLast === true)) throw lastPageMissing(first);
    if (others.length === 0) return [first];
    // Copies of one answer may know more or less of when the principal was made: the latest day says least of it.
    const createdAt = job.map((page) => page.lastAccessed?.createdAt ?? null).reduce((a, b) => (b !== null && (a === null || a < b) ? b : a));
    return [{ ...first, unused: unitedServices(job.flatMap((page) => [...page.unused.values()])), lastAccessed: { isLast: true, createdAt } }];
  });
}

function lastPageMissing({ file, principalArn }: Finding) {
  return badPlace(
    [file],
    `the last page of the last-accessed data of ${principalArn} is missing (IsTruncated is true on all that are there)`,
    `fetch the other pages with --marker, or export it again with \`${lastAccessedCommands(principalArn)}\``,
  );
}
