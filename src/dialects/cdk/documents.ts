import type { ListElement, LocatedPolicies, Opaque, PolicyDocument, Statement } from "../../model/policy.js";
import type { PrincipalReference } from "../../model/principal.js";
import type { Span } from "../../model/text.js";
import type { EstreeFile } from "../../syntax/estree.js";
import { memberName, shownText, unwrap } from "../../syntax/estree.js";
import type { CallExpression, NewExpression } from "../../syntax/estree-nodes.js";
import { spanOf } from "../../syntax/estree-nodes.js";
import { isShared, propertiesOf, resolve } from "../../syntax/estree-values.js";
import type { Destination } from "./destinations.js";
import { documentCreation, documentTarget, PLAIN_IDENTITY, policyClass, policyTarget } from "./destinations.js";
import { cdkName } from "./names.js";
import { attachmentOf, open, together, withTwins } from "./owners.js";
import { placementOf, ROLE_POLICY_METHODS } from "./placements.js";
import { allPrincipals } from "./principals.js";
import { elementOf } from "./removal.js";
import { unread } from "./sources.js";
import type { CreatedStatement } from "./statement.js";
import { statementCreation, readJsonStatement, readStatement } from "./statement.js";

/** A document in the making. */
interface Draft {
  readonly destination: Destination;
  readonly statements: Statement[];
  readonly opaque: readonly Opaque[];
}

/** All identity policies of the file. `bound`: the ARNs that the user gave for it. */
export function locate(file: EstreeFile, bound: readonly string[]): LocatedPolicies {
  const drafts = new Map<string, Draft>();
  const opaque: Opaque[] = [];
  const draft = (destination: Destination, own: string): Draft => {
    const key = destination.key ?? own;
    const known = drafts.get(key);
    if (known !== undefined) return known;
    const made = { destination, statements: [], opaque: destination.opaque };
    drafts.set(key, made);
    return made;
  };
  for (const node of file.nodes) {
    const own = `own:${String(node.range[0])}`;
    const statement = statementCreation(file, node);
    const document = documentCreation(file, node);
    if (statement !== null) {
      const placed = place(file, readStatement(file, statement));
      if (placed === null) continue;
      if ("why" in placed) opaque.push(placed);
      else draft(placed.destination, own).statements.push(placed.statement);
    } else if (document !== null) {
      const target = documentTarget(file, document);
      const statements = document.type === "CallExpression" ? readJsonDocument(file, document) : { statements: [], opaque: [] };
      if (target.kind === "unknown") opaque.push({ span: spanOf(node), why: target.why });
      if (target.kind !== "identity" || statements === null) continue;
      const made = { ...draft(target, own), opaque: [...target.opaque, ...statements.opaque] };
      made.statements.push(...statements.statements);
      drafts.set(target.key ?? own, made);
    } else if (node.type === "NewExpression") {
      const type = policyClass(file, node);
      const target = type === null ? null : policyTarget(file, node, type);
      if (target?.kind === "identity" && target.opaque.length > 0) draft(target, own);
      else opaque.push(...plainPolicies(file, node));
    } else if (node.type === "CallExpression") opaque.push(...strangeStatement(file, node));
  }
  const principals = allPrincipals(file);
  const documents = [...drafts.values()]
    .filter(({ statements, opaque: unreadable }) => statements.length + unreadable.length > 0)
    .map((made) => finished(made, principals, bound));
  documents.sort((one, other) => one.span.start - other.span.start);
  opaque.sort((one, other) => one.span.start - other.span.start);
  return { documents, comments: file.comments, opaque };
}

interface Placed {
  readonly destination: Destination;
  readonly statement: Statement;
}

/** The document that a statement belongs to. Null: to none of ours, or to one that is reported as a whole. */
function place(file: EstreeFile, { statement, foreign, sites }: CreatedStatement): Placed | Opaque | null {
  if (foreign) return null;
  const placements = sites.map((site) => placementOf(file, site));
  const places = placements.flatMap(({ target, element }) => (target.kind === "identity" ? [{ destination: target, element }] : []));
  const whys = [...new Set(placements.flatMap(({ target }) => (target.kind === "unknown" ? [target.why] : [])))];
  const [first, ...others] = places;
  if (first === undefined) {
    if (placements.length > 0 && whys.length === 0) return null;
    const inDocument = sites.every((site) => site.kind === "property" && documentCreation(file, site.construct) !== null);
    if (inDocument && sites.length > 0) return null;
    const why = whys.length === 0 ? "nothing in this file uses the statement" : `the statement: ${whys.join("; ")}`;
    return { span: statement.span, why };
  }
  if (placements.length === 1) return { destination: first.destination, statement: { ...statement, element: first.element } };
  const isElsewhere = placements.some(({ target }) => target.kind === "foreign");
  const clauses = [...whys, ...(isElsewhere ? ["it is also part of a resource policy"] : [])];
  const destinations = [first, ...others].map(({ destination }) => destination);
  return {
    destination: {
      ...first.destination,
      key: null,
      address: [...new Set(destinations.map(({ address }) => address))].join(", "),
      holder: destinations.every(({ holder }) => holder === first.destination.holder) ? first.destination.holder : "unknown",
      span: statement.span,
      element: null,
      owners: together([...destinations.map(({ owners }) => owners), ...clauses.map(open)]),
      opaque: [],
    },
    statement,
  };
}

/** Null when one of the statements names principals: then the document is not an identity policy. */
function readJsonDocument(file: EstreeFile, call: CallExpression): Pick<PolicyDocument, "statements" | "opaque"> | null {
  const [json] = call.arguments;
  const value = propertiesOf(file, json).values.get("Statement");
  if (json === undefined || value === undefined) return { statements: [], opaque: [unread(file, json ?? call)] };
  const array = resolve(file, value.node);
  if (array.type !== "ArrayExpression") return { statements: [], opaque: [unread(file, value.node)] };
  const shared = value.shared || isShared(file, json) || isShared(file, value.node);
  const statements: Statement[] = [];
  const opaque: Opaque[] = [];
  for (const element of array.elements) {
    if (element === null) continue;
    if (resolve(file, element).type !== "ObjectExpression") {
      opaque.push(unread(file, element));
      continue;
    }
    const statement = readJsonStatement(file, element, shared);
    if (statement === null) return null;
    statements.push({ ...statement, element: shared ? null : elementOf(file, array, element) });
  }
  return { statements, opaque };
}

/** `role.addToPolicy(statement)` with a statement that comes from elsewhere. */
function strangeStatement(file: EstreeFile, call: CallExpression): Opaque[] {
  const method = memberName(unwrap(call.callee)) ?? "";
  const [statement, ...others] = call.arguments;
  if (!ROLE_POLICY_METHODS.test(method) && method !== "addToPolicy" && method !== "addToPrincipalPolicy") return [];
  if (statement === undefined || others.length > 0 || statementCreation(file, resolve(file, statement)) !== null) return [];
  return [unread(file, statement)];
}

/** Constructs that take policies as plain JSON. A `PolicyDocument` in them is listed by itself. */
function plainPolicies(file: EstreeFile, node: NewExpression): Opaque[] {
  if (!PLAIN_IDENTITY.test(cdkName(file, node.callee) ?? "")) return [];
  const { values, complete } = propertiesOf(file, node.arguments[2]);
  const document = values.get("policyDocument")?.node;
  const isPlain = document !== undefined && documentCreation(file, resolve(file, document)) === null;
  if (!isPlain && !values.has("policies") && complete) return [];
  return [{ span: spanOf(node), why: `the policies of "${shownText(file, node.callee)}" are not read` }];
}

function finished(
  { destination, statements, opaque }: Draft,
  all: readonly PrincipalReference[],
  bound: readonly string[],
): PolicyDocument {
  const [first, ...others] = statements;
  const span = destination.span ?? hull(statements.map((statement) => statement.span));
  // Statements added one by one are all that there is of their policy: CDK makes none when there are none.
  const only: ListElement | null = destination.span === null && others.length === 0 ? (first?.element ?? null) : null;
  return {
    address: destination.address,
    holder: destination.holder,
    span,
    statements,
    opaque,
    element: destination.element ?? only,
    attachment: attachmentOf(withTwins(destination.owners, all), bound),
  };
}

function hull(spans: readonly Span[]): Span {
  return { start: Math.min(...spans.map(({ start }) => start)), end: Math.max(...spans.map(({ end }) => end)) };
}
