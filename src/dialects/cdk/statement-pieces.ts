import type { Opaque } from "../../model/policy.js";
import type { EstreeFile } from "../../syntax/estree.js";
import { memberName, unwrap } from "../../syntax/estree.js";
import type { CallExpression } from "../../syntax/estree-nodes.js";
import { resolve } from "../../syntax/estree-values.js";
import { tracedAt } from "./actions.js";
import { documentCreation } from "./destinations.js";
import type { Piece } from "./drafts.js";
import { open, together } from "./owners.js";
import { placementOf, ROLE_POLICY_METHODS } from "./placements.js";
import type { Site } from "./sites.js";
import { unread } from "./sources.js";
import type { CreatedStatement } from "./statement.js";
import { statementCreation } from "./statement.js";

/** The document that a statement belongs to. Null: to none of ours, or to one that is reported as a whole. */
export function statementPiece(file: EstreeFile, { creation, statement, shared, foreign, sites, isCopied }: CreatedStatement): Piece | Opaque | null {
  if (foreign) return isOfPrincipal(file, sites) ? { span: statement.span, why: "the statement: it names principals" } : null;
  const placements = sites.map((site) => placementOf(file, site));
  const places = placements.flatMap(({ target, element, conditional, leaves }) =>
    target.kind === "identity" ? [{ destination: target, element, conditional, leaves }] : [],
  );
  const whys = [...new Set(placements.flatMap(({ target }) => (target.kind === "unknown" ? [target.why] : [])))];
  const [first, ...others] = places;
  if (first === undefined) {
    if (placements.length > 0 && whys.length === 0) return null;
    const inDocument = sites.every((site) => site.kind === "property" && documentCreation(file, site.construct) !== null);
    if (inDocument && sites.length > 0) return null;
    const why = whys.length === 0 ? "nothing in this file uses the statement" : `the statement: ${whys.join("; ")}`;
    return { span: statement.span, why };
  }
  const conditional = places.some((each) => each.conditional);
  const piece = { shared, conditional, handedAt: [tracedAt(creation)] };
  if (placements.length === 1) {
    return { ...piece, destination: first.destination, statement: { ...statement, element: isCopied ? null : first.element }, leaves: first.leaves };
  }
  const isElsewhere = placements.some(({ target }) => target.kind === "foreign");
  const clauses = [...whys, ...(isElsewhere ? ["it is also part of a resource policy"] : [])];
  const destinations = [first, ...others].map(({ destination }) => destination);
  return {
    ...piece,
    destination: {
      ...first.destination,
      key: null,
      address: [...new Set(destinations.map(({ address }) => address))].join(", "),
      holder: destinations.every(({ holder }) => holder === first.destination.holder) ? first.destination.holder : "unknown",
      span: statement.span,
      element: null,
      owners: together([...destinations.map(({ owners }) => owners), ...clauses.map(open)]),
      opaque: [],
      managed: null,
    },
    statement,
    leaves: false,
  };
}

/** CDK rejects identity policies that name principals, unless there are none of them: `principals: []`. */
function isOfPrincipal(file: EstreeFile, sites: readonly Site[]): boolean {
  return sites.some((site) => site.kind === "argument" && placementOf(file, site).target.kind === "identity");
}

/** `role.addToPolicy(statement)` with a statement that comes from elsewhere. */
export function strangeStatement(file: EstreeFile, call: CallExpression): Opaque[] {
  const method = memberName(unwrap(call.callee)) ?? "";
  const [statement, ...others] = call.arguments;
  if (!ROLE_POLICY_METHODS.test(method) && method !== "addToPolicy" && method !== "addToPrincipalPolicy") return [];
  if (statement === undefined || others.length > 0 || statementCreation(file, resolve(file, statement)) !== null) return [];
  return [unread(file, statement)];
}
