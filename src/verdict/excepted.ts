import type { Exception } from "../exceptions/exceptions.js";
import { protectionBy } from "../iam/protected.js";
import type { PolicyDocument } from "../model/policy.js";
import type { UnusedPermissions } from "../model/usage.js";
import { refineNotActions, refineStatement, type RefineOptions } from "../refine.js";

/** Of the exceptions about a document's principals, those that keep something that it grants. `options` know none of them. */
export function excepted(document: PolicyDocument, about: readonly Exception[], unused: UnusedPermissions, options: RefineOptions): readonly Exception[] {
  if (about.length === 0) return [];
  const statements = document.statements.filter(({ effect }) => effect !== "Deny");
  const lists = [...statements.map(({ actions }) => actions.map(({ value }) => value)), ...(document.named ?? []).map(({ actions }) => actions)];
  const without = statements.filter(({ notActions }) => notActions.length > 0).map(({ notActions }) => notActions.map(({ value }) => value));
  const refinements = [...lists.flatMap((values) => refineStatement(values, unused, options)), ...without.map((values) => refineNotActions(values, unused, options))];
  const gone = refinements.flatMap((refinement) => (refinement.kind === "keep" ? [] : refinement.unused));
  return about.filter(({ actions }) => {
    const keeps = protectionBy(actions);
    return gone.some(({ action }) => {
      const colon = action.indexOf(":");
      // Of a service of which the catalogue knows nothing, a pattern goes.
      return keeps.reachesInto(action.slice(0, colon), action.slice(colon + 1));
    });
  });
}
