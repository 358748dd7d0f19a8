import { principalsPhrase } from "../../eslint/describe.js";
import type { ExplainedAction, Explanation, Reason } from "../../explain.js";

/** Actions that go or stay for the same reason. */
export interface ReasonGroup {
  readonly kind: Reason["kind"];
  /** What the actions are: `reported unused`. */
  readonly title: string;
  /** A sentence about it, where the title does not say enough. */
  readonly detail: string | null;
  readonly actions: readonly ExplainedAction[];
}

/** First what goes, then what stays for the strongest reason. */
const ORDER: readonly Reason["kind"][] = ["reported-unused", "kept-by", "protected", "excepted", "unobservable", "newer", "not-reported"];

export function reasonGroups(explanation: Explanation): readonly ReasonGroup[] {
  const groups = new Map<string, { readonly reason: Reason; readonly actions: ExplainedAction[] }>();
  for (const action of explanation.actions) {
    // Dates differ within a group; all else that a reason says is the same.
    const key = JSON.stringify({ ...action.reason, lastAccessed: null });
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { reason: action.reason, actions: [action] });
    else group.actions.push(action);
  }
  return [...groups.values()]
    .map(({ reason, actions }) => ({ kind: reason.kind, ...words(reason, explanation), actions }))
    .sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
}

function words(reason: Reason, { principals, earlierDate, refinement }: Explanation): Pick<ReasonGroup, "title" | "detail"> {
  switch (reason.kind) {
    case "reported-unused":
      return {
        title: principals.length > 1 ? "reported unused for every principal" : "reported unused",
        detail: refinement.kind === "report" ? "They stay for now: see above why there is no replacement." : null,
      };
    case "kept-by": {
      const keepers = principals.filter(({ arn }) => reason.principals.includes(arn));
      return {
        title: `kept by another principal: not reported for ${principalsPhrase(keepers)}`,
        detail: reason.tracked === false ? UNOBSERVABLE : null,
      };
    }
    case "protected":
      return reason.by === "default"
        ? { title: "protected", detail: PROTECTED_BY_DEFAULT }
        : { title: "protected by --protect", detail: null };
    case "excepted":
      return { title: reason.until === null ? "excepted" : `excepted until ${reason.until}`, detail: reason.reason };
    case "unobservable":
      return { title: "cannot be observed", detail: UNOBSERVABLE };
    case "newer":
      return {
        title: "newer than the finding",
        detail: `The action catalogue of ${earlierDate ?? ""} lacks them, so they could not be reported.`,
      };
    case "not-reported":
      return reason.tracked === null
        ? { title: "not reported", detail: "The action catalogue does not say whether AWS records their last use." }
        : { title: "not reported, although AWS records their last use", detail: null };
  }
}

const UNOBSERVABLE = "AWS does not record when they were last used; it reports them only with a service that is not used at all.";
const PROTECTED_BY_DEFAULT = "AWS cannot observe their use: they are checked when a resource is passed to a service, and leave no event.";

/** The day of the last use, in UTC. */
export function lastUse(lastAccessed: string | null): string {
  return lastAccessed === null ? "no use in the tracked period" : `last used ${day(lastAccessed)}`;
}

export function day(time: string): string {
  return new Date(time).toISOString().slice(0, 10);
}
