import type { Statement } from "../../model/policy.js";

/** The statement, of which nothing may be edited: `lock` says why. */
export function lockedStatement(statement: Statement, lock: string): Statement {
  return {
    ...statement,
    actions: statement.actions.map((entry) => ({ ...entry, locked: entry.locked ?? lock })),
    notActions: statement.notActions.map((entry) => ({ ...entry, locked: entry.locked ?? lock })),
    element: null,
  };
}
