import { listOf, objectOf, type Json, type JsonObject } from "./json.js";
import type { UnusedEntry } from "./judgements.js";

/** What becomes of one action entry. */
export interface Change {
  readonly entry: UnusedEntry;
  /** What stands in its place; nothing when it is removed. */
  readonly entries: readonly string[];
}

/** The changes that are as certain as those which `--fix` makes in a source. */
export function certainChanges(entries: readonly UnusedEntry[]): readonly Change[] {
  return entries.flatMap((entry): readonly Change[] => {
    const { applicability, refinement } = entry.verdict;
    if (applicability !== "fix") return [];
    if (refinement.kind === "replace") return [{ entry, entries: refinement.entries }];
    return refinement.kind === "remove" ? [{ entry, entries: [] }] : [];
  });
}

/** The document with the changes made. Null when nothing would be left of it: then everything stays. */
export function changedDocument(document: JsonObject, changes: readonly Change[]): JsonObject | null {
  const { Statement: given } = document;
  const statements = listOf(given).flatMap((statement, index) => changedStatement(statement, changes.filter(({ entry }) => entry.statement.index === index)));
  if (statements.length === 0) return null;
  return { ...document, Statement: Array.isArray(given) ? statements : statements[0] };
}

function changedStatement(statement: Json, changes: readonly Change[]): readonly Json[] {
  if (changes.length === 0) return [statement];
  const { Action: given, ...rest } = objectOf(statement);
  const byIndex = new Map<number, readonly Json[]>(changes.map(({ entry, entries }) => [entry.action.index, entries]));
  const actions = listOf(given).flatMap((action, index) => byIndex.get(index) ?? [action]);
  const [only, ...others] = actions;
  if (only === undefined) return [];
  return [{ ...rest, Action: Array.isArray(given) || others.length > 0 ? actions : only }];
}
