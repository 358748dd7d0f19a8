import { relative } from "node:path";
import { counted, evidencePhrase, latestUse, principalsPhrase, remedyPhrase, unusedPhrase } from "../eslint/describe.js";
import { isPattern } from "../iam/pattern.js";
import type { UnusedEntry } from "./judgements.js";
import type { Origin } from "./origin.js";

/** The name of the pack, in reports and before every rule. */
export const PACK_NAME = "UnusedAccess";

/** Of an action, or of a pattern of actions. */
export type RuleName = "unused-action" | "unused-wildcard";

export function ruleOf({ action }: UnusedEntry): RuleName {
  return isPattern(action.value) ? "unused-wildcard" : "unused-action";
}

/** `unused-action[s3:GetObject]`: without a double colon, at which CDK splits what is acknowledged. */
export function findingId(entry: UnusedEntry): string {
  return `${ruleOf(entry)}[${entry.action.value}]`;
}

/** One sentence or several: what is unused, by whom, how that is known, and what would be enough. */
export function describeEntry({ action, verdict, principals }: UnusedEntry): string {
  const { refinement, withheld } = verdict;
  const evidence = evidencePhrase(latestUse(refinement.unused), principals);
  const who = principalsPhrase(principals);
  const caution = withheld === null ? "" : ` Before you change it: ${withheld}.`;
  return `"${action.value}" ${what()}${remedyPhrase(verdict)}${caution}`;

  function what(): string {
    if (refinement.kind !== "remove" || refinement.coveredBy.length > 0) {
      return `grants ${counted(refinement.unused.length, "action")} not used by ${who} (${evidence}): ${unusedPhrase(verdict)}.`;
    }
    if (refinement.wholeService) return `is not used by ${who}: the whole service is unused (${evidence}).`;
    if (isPattern(action.value)) return `is not used by ${who}: all that it grants is reported as unused, ${unusedPhrase(verdict)} (${evidence}).`;
    return `is not used by ${who} (${evidence}).`;
  }
}

/** What to write in its place: all of it, as nobody can copy a list that was cut. */
export function changeOf({ action, verdict: { refinement } }: UnusedEntry): string {
  switch (refinement.kind) {
    case "replace":
      return `write ${refinement.entries.map((entry) => `"${entry}"`).join(", ")} in place of "${action.value}"`;
    case "remove":
      return `take "${action.value}" out`;
    case "exclude":
    case "report":
      return "write the actions that are needed";
  }
}

/** Where to do it: the lines of the source that grant it, or why they are not known; null when nothing was recorded. */
export function originsPhrase(origins: readonly Origin[]): string | null {
  const places = origins.flatMap((origin) => ("place" in origin ? [shownPlace(origin.place)] : []));
  if (places.length > 0) return `edit ${places.join(" and ")}`;
  const [why] = origins.flatMap((origin) => ("why" in origin ? [origin.why] : []));
  return why === undefined ? null : `no source line, because ${why}`;
}

function shownPlace({ file, line, column }: { readonly file: string; readonly line: number; readonly column: number }): string {
  const path = relative(process.cwd(), file);
  return `${path.startsWith("..") ? file : path}:${String(line)}:${String(column)}`;
}

/** What keeps it for good: the very line to write. */
export function acknowledgeLine(entry: UnusedEntry): string {
  return `Validations.of(construct).acknowledge({ id: "${PACK_NAME}::${findingId(entry)}", reason: "…" })`;
}

/** The actions of a list, all of them, for programs. */
export function actionsList(entry: UnusedEntry): string {
  return entry.verdict.refinement.unused.map(({ action }) => action).join(", ");
}
