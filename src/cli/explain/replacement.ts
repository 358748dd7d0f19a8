import { counted, principalsPhrase } from "../../eslint/describe.js";
import type { Explanation } from "../../explain.js";
import { expand } from "../../iam/pattern.js";
import { entriesSize, quotaOf, shownSize } from "../../iam/quota.js";
import { staying } from "./branches.js";
import { day } from "./reasons.js";

export interface ReplacementEntry {
  /** With its service, as it is to be written: `s3:GetAccess*`. */
  readonly entry: string;
  /** What it grants of the actions that stay; bare. */
  readonly actions: readonly string[];
}

export interface Outcome {
  /** A sentence. */
  readonly text: string;
  /** None but of a replacement. */
  readonly entries: readonly ReplacementEntry[];
}

/** What is to become of the entry. */
export function outcomeOf({ value, service, refinement, trie, principals }: Explanation): Outcome {
  const byAll = principals.length > 1 ? " for all of them" : "";
  switch (refinement.kind) {
    case "replace": {
      const entries = refinement.entries.map((entry) => ({ entry, actions: expand(entry.slice(service.length + 1), trie.kept) }));
      const size = refinement.entries.reduce((total, entry) => total + entry.length, 0);
      const limit = quotaOf("managed");
      const tooMuch = entriesSize(refinement.entries) > limit ? ` That is more than a managed policy may hold (${shownSize(limit)}).` : "";
      return { text: `Replace it by ${entries.length === 1 ? "1 entry" : `${String(entries.length)} entries`} (${shownSize(size)} characters).${tooMuch}`, entries };
    }
    case "remove":
      return { text: refinement.wholeService ? `Remove it: the service ${service} is not used at all.` : `Remove it: everything that it grants is reported unused${byAll}.`, entries: [] };
    case "exclude":
    case "report":
      return { text: `No replacement, because ${refinement.why}.`, entries: [] };
    case "keep":
      switch (refinement.reason) {
        case "nothing-unused":
          return { text: `"${value}" stays: nothing that it grants is reported unused${byAll}.`, entries: [] };
        case "protected":
          return { text: `"${value}" stays: all that is reported unused of it is protected.`, entries: [] };
        case "unknown":
          return { text: `"${value}" stays: the action catalogue knows no action that it grants.`, entries: [] };
      }
  }
}

/** Whose findings, of when, and which catalogue. */
export function groundsOf({ principals, analyzedAt, catalogueDate }: Explanation): string {
  return `${principalsPhrase(principals)}, analysed ${day(analyzedAt)}, action catalogue of ${catalogueDate}`;
}

/** `63 actions: 41 stay, 22 are reported unused.` */
export function countsOf({ actions, trie }: Explanation): string {
  return `${counted(actions.length, "action")}: ${staying(trie.kept.length)}, ${String(trie.unused.length)} unused.`;
}
