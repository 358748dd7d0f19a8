import type { ListElement, LocatedPolicies, Opaque, PolicyDocument, Statement } from "../../model/policy.js";
import type { Span } from "../../model/text.js";
import type { EstreeFile } from "../../syntax/estree.js";
import { memberName, shownText, unwrap } from "../../syntax/estree.js";
import type { CallExpression, NewExpression, Node } from "../../syntax/estree-nodes.js";
import { spanOf } from "../../syntax/estree-nodes.js";
import { isShared, propertiesOf, resolve } from "../../syntax/estree-values.js";
import type { Destination } from "./destinations.js";
import { documentCreation, documentTarget, PLAIN_IDENTITY, policyClass, policyTarget } from "./destinations.js";
import { cdkName } from "./names.js";
import type { Owners } from "./owners.js";
import { attachmentOf, NOBODY, open, together, withTwins } from "./owners.js";
import { placementOf, ROLE_POLICY_METHODS } from "./placements.js";
import type { CreatedPrincipal } from "./principals.js";
import { allPrincipals } from "./principals.js";
import { elementOf } from "./removal.js";
import type { Site } from "./sites.js";
import { unread } from "./sources.js";
import type { CreatedStatement } from "./statement.js";
import { statementCreation, readJsonStatement, readStatement } from "./statement.js";

/** A document in the making. */
interface Draft {
  readonly destination: Destination;
  readonly statements: Statement[];
  readonly opaque: readonly Opaque[];
  /** Statements that may be missing although the document exists. */
  readonly conditional: Set<Statement>;
  /** Statements that cannot be taken out on their own. */
  readonly fast: Set<Statement>;
}

/** All identity policies of the file. `bound`: the ARNs that the user gave for it. */
export function locate(file: EstreeFile, bound: readonly string[]): LocatedPolicies {
  const drafts = new Map<string, Draft>();
  const opaque: Opaque[] = [];
  const draft = (destination: Destination, own: string): Draft => {
    const key = destination.key ?? own;
    const known = drafts.get(key);
    if (known !== undefined) return known;
    const made = { destination, statements: [], opaque: destination.opaque, conditional: new Set<Statement>(), fast: new Set<Statement>() };
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
      else {
        const { statements, conditional, fast } = draft(placed.destination, own);
        statements.push(placed.statement);
        if (placed.conditional) conditional.add(placed.statement);
        if (placed.leaves) fast.add(placed.statement);
      }
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
    } else if (node.type === "CallExpression") opaque.push(...strangeStatement(file, node), ...unreadGrant(file, node));
  }
  const principals = allPrincipals(file);
  const overridden = overrides(file);
  const documents = [...drafts.values()]
    .filter(({ statements, opaque: unreadable }) => statements.length + unreadable.length > 0)
    .map((made) => finished(made, principals, bound, overridden));
  documents.sort((one, other) => one.span.start - other.span.start);
  opaque.sort((one, other) => one.span.start - other.span.start);
  return { documents, comments: file.comments, opaque };
}

interface Placed {
  readonly conditional: boolean;
  readonly leaves: boolean;
  readonly destination: Destination;
  readonly statement: Statement;
}

/** The document that a statement belongs to. Null: to none of ours, or to one that is reported as a whole. */
function place(file: EstreeFile, { statement, foreign, sites }: CreatedStatement): Placed | Opaque | null {
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
  if (placements.length === 1) {
    return { destination: first.destination, statement: { ...statement, element: first.element }, conditional, leaves: first.leaves };
  }
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
      managed: null,
    },
    statement,
    conditional,
    leaves: false,
  };
}

/** CDK rejects identity policies that name principals, unless there are none of them: `principals: []`. */
function isOfPrincipal(file: EstreeFile, sites: readonly Site[]): boolean {
  return sites.some((site) => site.kind === "argument" && placementOf(file, site).target.kind === "identity");
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

/** `table.grant(role, "dynamodb:Query")`, `Grant.addToPrincipal({ actions: […] })`: the actions are written here, and not read. */
function unreadGrant(file: EstreeFile, call: CallExpression): Opaque[] {
  const callee = unwrap(call.callee);
  const name = memberName(callee) ?? "";
  const isGrant = name.startsWith("grant") || cdkName(file, callee)?.startsWith("aws-iam.Grant.") === true || memberName(grantsOf(callee)) === "grants";
  if (!isGrant) return [];
  const written = call.arguments.flatMap((argument) => [argument, propertiesOf(file, argument).values.get("actions")?.node]);
  const holdsActions = written.some((node) => node !== undefined && actionsIn(file, node));
  return holdsActions ? [{ span: spanOf(call), why: `the actions of "${shownText(file, callee)}" are not read` }] : [];
}

function grantsOf(callee: Node): Node {
  return callee.type === "MemberExpression" ? unwrap(callee.object) : callee;
}

function actionsIn(file: EstreeFile, expression: Node): boolean {
  const node = resolve(file, expression);
  if (node.type === "ArrayExpression") return node.elements.some((element) => element !== null && actionsIn(file, element));
  return node.type === "Literal" && typeof node.value === "string" && /^[a-z0-9-]+:[\w*]+$/iu.test(node.value);
}

/** Escape hatches that reach into a policy by the position of its statements, which a removal changes. */
function overrides(file: EstreeFile): Owners {
  for (const node of file.nodes) {
    if (node.type !== "CallExpression" || !/^add(?:Property)?(?:Deletion)?Override$/u.test(memberName(unwrap(node.callee)) ?? "")) continue;
    const [path] = node.arguments;
    if (path === undefined || !/(?<!AssumeRole)PolicyDocument|\bPolicies\b/u.test(file.text.slice(...path.range))) continue;
    return open(`an override of ${shownText(file, path)} counts the statements of a policy`);
  }
  return NOBODY;
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
  { destination, statements: found, opaque, conditional, fast }: Draft,
  all: readonly CreatedPrincipal[],
  bound: readonly string[],
  overridden: Owners,
): PolicyDocument {
  // CDK makes no policy of no statements where they are added one by one; elsewhere, one without any cannot be deployed.
  const mayStay = destination.span !== null && conditional.size > 0;
  const isMixed = destination.span !== null && new Set(found.map(({ element }) => element?.list.syntax)).size > 1;
  const statements = found.map((statement) => (mayStay || isMixed || fast.has(statement) ? { ...statement, element: null } : statement));
  const others = statements.slice(1);
  const span = destination.span ?? hull(statements.map((statement) => statement.span));
  // Statements added one by one are all that there is of their policy: CDK makes none when there are none.
  const only: ListElement | null = destination.span === null && others.length === 0 ? (found[0]?.element ?? null) : null;
  return {
    address: destination.address,
    holder: destination.holder,
    span,
    statements,
    opaque,
    element: destination.element ?? only,
    attachment: attachmentOf(withTwins(together([destination.owners, overridden]), all), bound),
    ...(destination.managed == null ? {} : { managed: destination.managed }),
  };
}

function hull(spans: readonly Span[]): Span {
  return { start: Math.min(...spans.map(({ start }) => start)), end: Math.max(...spans.map(({ end }) => end)) };
}
