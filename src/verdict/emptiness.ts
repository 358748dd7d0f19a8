import type { ActionEntry, SourceList, Statement } from "../model/policy.js";

export function isOnlyEntry(statement: Statement): boolean {
  return statement.actions.length === 1 && statement.opaque.length === 0;
}

export function leavesEmpty(statement: Statement, fixed: readonly ActionEntry[]): boolean {
  return (
    statement.opaque.length === 0 &&
    statement.notActions.length === 0 &&
    statement.actions.length > 0 &&
    statement.actions.every((entry) => fixed.includes(entry))
  );
}

/** Some list loses all of its actions, and no other that always applies keeps one. */
export function mayBeEmptied({ actions, opaque }: Statement, removed: readonly ActionEntry[]): boolean {
  const kept = actions.filter((entry) => !removed.includes(entry));
  if (kept.some(({ optional }) => optional !== true)) return false;
  const gone = actions.filter((entry) => removed.includes(entry));
  if (kept.length === 0) return gone.length > 0 && (opaque.length > 0 || gone.some(({ optional }) => optional));
  const lists = new Set(kept.map(listOf));
  return gone.some((entry) => !lists.has(listOf(entry)));
}

function listOf({ home }: ActionEntry): SourceList | null {
  return home.kind === "item" ? home.element.list : null;
}

/** Does one of the lists of the emptied statements keep none? Blocks count as one list, of which each may be missing. */
export function losesList(emptied: readonly Statement[], left: readonly Statement[]): boolean {
  const lists = new Set(left.map(({ element }) => element?.list));
  return emptied.some(({ element }) => element === null || element.list.syntax === "blocks" || !lists.has(element.list));
}
