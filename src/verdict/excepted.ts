import type { Exception } from "../exceptions/exceptions.js";
import { protectionBy } from "../iam/protected.js";
import type { PolicyDocument } from "../model/policy.js";
import type { UnusedPermissions } from "../model/usage.js";
import { refineStatement, type RefineOptions } from "../refine.js";

/** Of the exceptions about a document's principals, those that keep something that it grants. `options` know none of them. */
export function excepted(document: PolicyDocument, about: readonly Exception[], unused: UnusedPermissions, options: RefineOptions): readonly Exception[] {
  if (about.length === 0) return [];
  const lists = [
    ...document.statements.filter(({ effect }) => effect !== "Deny").map(({ actions }) => actions.map(({ value }) => value)),
    ...(document.named ?? []).map(({ actions }) => actions),
  ];
  const gone = lists.flatMap((values) => refineStatement(values, unused, options)).flatMap((refinement) => (refinement.kind === "keep" ? [] : refinement.unused));
  return about.filter(({ actions }) => {
    const keeps = protectionBy(actions);
    return gone.some(({ action }) => {
      const colon = action.indexOf(":");
      // Of a service of which the catalogue knows nothing, a pattern goes.
      return keeps.reachesInto(action.slice(0, colon), action.slice(colon + 1));
    });
  });
}
