import { getFindingOf } from "../findings/commands.js";
import type { PrincipalEvidence, UnusedCount } from "../model/usage.js";
import type { UnusedGrant } from "../refine.js";
import type { SecondOpinion, Verdict } from "../verdict.js";

const NAMED = 3;

/**
 * `role "orders" in account 111122223333`, `role "worker" and role "replayer" in account 111122223333`; a name in several
 * accounts is told with all of them; long lists are cut.
 */
export function principalsPhrase(principals: readonly PrincipalEvidence[]): string {
  const accountsOf = grouped(principals, ({ kind, name }) => `${kind === "policy" ? "anyone with policy" : kind} "${name}"`, ({ account }) => account);
  const namesOf = grouped(
    [...accountsOf],
    ([, accounts]) => cut(accounts, "accounts"),
    ([who]) => who,
  );
  return cut(
    [...namesOf].map(([accounts, names]) => `${cut(names, "principals")} in ${/\D/u.test(accounts) ? "accounts" : "account"} ${accounts}`),
    "principals",
  );
}

function grouped<T>(items: readonly T[], key: (item: T) => string, value: (item: T) => string): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const item of items) groups.set(key(item), [...new Set([...(groups.get(key(item)) ?? []), value(item)])]);
  return groups;
}

/** `last used 2025-06-02, analysed 2026-10-31`. Days in UTC, as AWS reports them. */
export function evidencePhrase(lastAccessed: string | null, principals: readonly PrincipalEvidence[]): string {
  const analysed = principals.map((principal) => principal.analyzedAt).reduce((a, b) => (Date.parse(a) < Date.parse(b) ? a : b));
  const used = lastAccessed === null ? "no use in the tracked period" : `last used ${day(lastAccessed)}`;
  return `${used}, analysed ${day(analysed)}`;
}

/** `, matched by the pattern "<stack>-OrdersRole-<tail>"`; nothing where everybody was matched exactly. */
export function matchPhrase(byPattern: ReadonlyMap<string, string>): string {
  const patterns = [...new Set(byPattern.values())].map((pattern) => `"${pattern}"`);
  return patterns.length === 0 ? "" : `, matched by the ${patterns.length === 1 ? "pattern" : "patterns"} ${cut(patterns, "more")}`;
}

/** The most recent use of any of the actions; null when none was used in the tracked period. */
export function latestUse(unused: readonly UnusedGrant[]): string | null {
  return unused.map((grant) => grant.lastAccessed).reduce((a, b) => (b === null || (a !== null && Date.parse(a) >= Date.parse(b)) ? a : b), null);
}

/** `"GetBucketAcl", "GetBucketCORS", "GetBucketLogging" and 19 more`. */
export function actionsPhrase(actions: readonly string[]): string {
  return cut(actions.map((action) => `"${action}"`), "more");
}

/** Of what the source does not write: nobody could look up the others there. */
export function manyActionsPhrase(actions: readonly string[]): string {
  return cut(actions.map((action) => `"${action}"`), "more", 12);
}

export function unusedPhrase({ refinement }: Verdict): string {
  return actionsPhrase(refinement.unused.map((grant) => grant.action));
}

/** ` Narrow it to ….`, or why it can go altogether; nothing for an entry of which everything is unused. */
export function remedyPhrase({ refinement }: Verdict): string {
  if (refinement.kind === "replace") return ` Narrow it to ${actionsPhrase(refinement.entries)}.`;
  if (refinement.kind !== "remove" || refinement.coveredBy.length === 0) return "";
  const verb = refinement.coveredBy.length === 1 ? "grants" : "grant";
  return ` Remove it: ${actionsPhrase(refinement.coveredBy)} in the same statement ${verb} the rest.`;
}

/** ` Not fixed, because …`, or nothing. */
export function withheldPhrase({ applicability, withheld }: Verdict): string {
  if (withheld === null) return "";
  return applicability === "suggestion" ? ` Not fixed by itself, because ${withheld}.` : ` Not fixed, because ${withheld}.`;
}

/** ` It is granted at … as well, …`, or nothing. */
export function alsoPhrase({ entry: { also = [] } }: Verdict): string {
  return also.length === 0 ? "" : ` The same policy gets it from ${cut(also, "more")}, too: it goes when all of them are gone.`;
}

/** ` AWS's recommendation of 2026-01-05 keeps "s3:GetBucketAcl".`, or nothing: only what is said of these actions. */
export function opinionPhrase(opinion: SecondOpinion | null, unused: readonly UnusedGrant[]): string {
  if (opinion === null) return "";
  const named = new Set(unused.map(({ action }) => action));
  const keeps = opinion.keeps.filter((action) => named.has(action));
  return keeps.length === 0 ? "" : ` ${recommendationPhrase(opinion)} keeps ${actionsPhrase(keeps)}.`;
}

/** `AWS's recommendation of 2026-01-05`. */
export function recommendationPhrase({ completedAt }: SecondOpinion): string {
  return `AWS's recommendation${completedAt === null ? "" : ` of ${day(completedAt)}`}`;
}

/** `12 unused actions and 2 unused services`. */
export function countsPhrase({ actions, services }: UnusedCount): string {
  const parts = [...(actions > 0 || services === 0 ? [counted(actions, "unused action")] : []), ...(services > 0 ? [counted(services, "unused service")] : [])];
  return parts.join(" and ");
}

/** The command that fetches what is missing of a finding that only counts. */
export function detailsCommand({ analyzerArn, findingId }: UnusedCount): string {
  return getFindingOf(analyzerArn, findingId);
}

export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${String(count)} ${count === 1 ? noun : plural}`;
}

function day(time: string): string {
  return new Date(time).toISOString().slice(0, 10);
}

function cut(items: readonly string[], rest: string, most = NAMED): string {
  if (items.length <= most + 1) {
    return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1) ?? ""}`;
  }
  const more = String(items.length - most);
  return `${items.slice(0, most).join(", ")} and ${more} ${rest === "more" ? "more" : `more ${rest}`}`;
}
