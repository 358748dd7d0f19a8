import type { Opaque, Statement } from "../../model/policy.js";
import type { EstreeFile } from "../../syntax/estree.js";
import { classOfThis, memberName, shownText, unwrap } from "../../syntax/estree.js";
import type { CallExpression, MemberExpression, NewExpression, Node } from "../../syntax/estree-nodes.js";
import { spanOf } from "../../syntax/estree-nodes.js";
import { propertiesOf, resolve, staticText } from "../../syntax/estree-values.js";
import type { ActionList } from "./actions.js";
import { handedOver, readActions, readArguments, tracedAt } from "./actions.js";
import { isConditional } from "./conditions.js";
import type { Destination, Target } from "./destinations.js";
import { defaultPolicy, FOREIGN, policyClass, policyTarget, unknownTarget } from "./destinations.js";
import type { Piece } from "./drafts.js";
import { listBehind } from "./lists.js";
import { cdkName } from "./names.js";
import type { Owners } from "./owners.js";
import { NOBODY, open, together } from "./owners.js";
import { granteeOf, identityClass, roleSlots } from "./principals.js";
import { callElement, leavesUnused } from "./removal.js";

/** A call that grants the actions that it is given. */
interface GrantCall {
  readonly call: CallExpression;
  /** Who gets them; null for the role of the receiver itself. */
  readonly grantee: Node | null;
  readonly actions: ActionList;
  /** What others than the grantee may get by it. */
  readonly doubts: Owners;
}

/**
 * What a call of a grant method adds to a policy: `table.grant(role, "dynamodb:Query")`, `key.grants.actions(role, "kms:Decrypt")`,
 * `Grant.addToPrincipal({ grantee, actions: […], … })`. Null for other calls, and for grants to resources alone.
 */
export function grantPiece(file: EstreeFile, call: CallExpression): Piece | Opaque | null {
  const grant = readGrant(file, call);
  if (grant === null) return null;
  const target = grant.grantee === null ? receiverRole(file, call) : granteeTarget(file, grant.grantee);
  if (target.kind === "foreign") return null;
  if (target.kind === "unknown") return { span: spanOf(call), why: `the actions of "${shownText(file, unwrap(call.callee))}": ${target.why}` };
  const handedAt = [tracedAt(call)];
  const actions = handedOver(grant.actions, handedAt);
  const statement: Statement = {
    sid: null,
    effect: "Allow",
    actions: actions.entries,
    notActions: [],
    opaque: actions.opaque,
    span: spanOf(call),
    element: callElement(file, call),
  };
  return {
    destination: withDoubts(target, grant.doubts),
    statement,
    shared: actions.shared,
    conditional: grant.grantee === null || isConditional(file, resolve(file, grant.grantee), call),
    leaves: leavesUnused(file, call),
    handedAt,
  };
}

function withDoubts(destination: Destination, doubts: Owners): Destination {
  return { ...destination, owners: together([destination.owners, doubts]) };
}

/** The first argument is the grantee, and all behind it are actions; `grant` and its kin of some resources take one more before those. */
const VARIADIC = new Set(["grant", "grantExecution", "grantOnKey", "grantStream", "grantToUnderlyingResources"]);

/** Methods of the newer facades: `table.grants.actions(…)`. Those of buckets take a pattern of object keys after the grantee. */
const FACADE = new Set(["actions", "actionsOnBucketAndObjectKeys", "actionsOnObjectKeys", "execution"]);

function readGrant(file: EstreeFile, call: CallExpression): GrantCall | null {
  const callee = unwrap(call.callee);
  const method = callee.type === "MemberExpression" ? memberName(callee) : null;
  if (callee.type !== "MemberExpression" || method === null) return null;
  if (method.startsWith("addToPrincipal")) return readStaticGrant(file, call, callee);
  const facade = FACADE.has(method) ? facadeOwner(file, callee.object) : null;
  if (facade === null && !VARIADIC.has(method)) return null;
  const [grantee, second] = call.arguments;
  if (grantee === undefined || grantee.type === "SpreadElement") return null;
  const resource = facade ?? callee.object;
  // Runtimes of agents grant to their own role: grant([…actions], […resources]).
  if (isActions(file, grantee)) return { call, grantee: null, actions: readActions(file, grantee), doubts: NOBODY };
  if (second === undefined) return null;
  const doubts = doubtsOf(file, resource, grantee);
  if (second.type !== "SpreadElement" && isListOfActions(file, second)) return { call, grantee, actions: readActions(file, second), doubts };
  const skipped = method.endsWith("ObjectKeys") || !isActions(file, second) ? 2 : 1;
  if (!call.arguments.slice(skipped).some((argument) => isActions(file, argument))) return null;
  return { call, grantee, actions: readArguments(file, call, skipped), doubts };
}

/** The resource behind `resource.grants`, `resource.streamGrants` and `XxxGrants.fromXxx(resource)`. */
function facadeOwner(file: EstreeFile, expression: Node): Node | null {
  const node = resolve(file, expression);
  if (node.type === "MemberExpression" && /^(?:\w+G|g)rants$/u.test(memberName(node) ?? "")) return node.object;
  if (node.type !== "CallExpression" || !isFacade(file, node)) return null;
  return node.arguments[0] ?? null;
}

function isFacade(file: EstreeFile, call: CallExpression): boolean {
  return /Grants\.from\w+$/u.test(cdkName(file, call.callee) ?? "");
}

const ACTION = /^(?:\*|[a-z0-9-]+:[\w*?]+)$/iu;

function isActions(file: EstreeFile, expression: Node): boolean {
  return expression.type === "SpreadElement" || isListOfActions(file, expression) || isAction(file, expression);
}

function isAction(file: EstreeFile, expression: Node): boolean {
  return ACTION.test(staticText(file, expression) ?? "");
}

function isListOfActions(file: EstreeFile, expression: Node): boolean {
  const elements = listBehind(file, expression)?.elements ?? [];
  return elements.some((element) => element !== null && (element.type === "SpreadElement" || isAction(file, element)));
}

/** `Grant.addToPrincipal({ … })` and its kin. */
function readStaticGrant(file: EstreeFile, call: CallExpression, callee: MemberExpression): GrantCall | null {
  const method = /^aws-iam\.Grant\.(addToPrincipal(?:OrResource|AndResource)?)$/u.exec(cdkName(file, callee) ?? "")?.[1];
  if (method === undefined) return null;
  const { values } = propertiesOf(file, call.arguments[0]);
  const actions = values.get("actions");
  const grantee = values.get("grantee")?.node;
  if (actions === undefined || grantee === undefined || actions.shared) return null;
  const both = method === "addToPrincipalAndResource" ? open("it is added to the policy of the resource, too") : NOBODY;
  return { call, grantee, actions: readActions(file, actions.node), doubts: together([importDoubt(file, grantee), both]) };
}

/** Who gets what is granted to this expression. */
export function granteeTarget(file: EstreeFile, grantee: Node): Target {
  const node = resolve(file, grantee);
  if (node.type === "NewExpression") {
    const type = policyClass(file, node);
    if (type !== null) return policyTarget(file, node, type);
    // They have no policy of their own: the grant goes into that of the resource. Some wrap a role, which has one.
    const name = cdkName(file, node.callee) ?? "";
    if (/^aws-iam\.(?!SessionTags|Unknown)\w+Principal$/u.test(name)) return FOREIGN;
  }
  return defaultPolicy(granteeOf(file, grantee));
}

function receiverRole(file: EstreeFile, call: CallExpression): Target {
  const callee = unwrap(call.callee);
  if (callee.type !== "MemberExpression") return unknownTarget("it has no receiver");
  return defaultPolicy(granteeOf(file, callee.object));
}

/** Through which other policies the grant may come, and to whom. */
function doubtsOf(file: EstreeFile, resource: Node, grantee: Node): Owners {
  const owner = resolve(file, resource);
  const name = createdClass(file, owner);
  const shown = shownText(file, resource);
  const unknownClass = name === null ? [open(`this file does not tell what "${shown}.grant" does`)] : [];
  return together([importDoubt(file, grantee), ...unknownClass, ...keyDoubt(file, owner, name, grantee)]);
}

/** The CDK's class of what is created or looked up here: `aws-sqs.Queue`. */
function createdClass(file: EstreeFile, node: Node): string | null {
  if (node.type === "NewExpression") return cdkName(file, node.callee);
  if (node.type !== "CallExpression") return null;
  return /^(.*)\.from\w+$/u.exec(cdkName(file, node.callee) ?? "")?.[1] ?? null;
}

/** A principal that is looked up may belong to another account; then the resource's own policy takes the grant. */
function importDoubt(file: EstreeFile, grantee: Node): Owners {
  const node = resolve(file, grantee);
  if (isCreatedHere(file, node) || policyClass(file, node) !== null) return NOBODY;
  return open(`"${shownText(file, grantee)}" is not created in this file, so the resource's own policy may take the grant`);
}

function isCreatedHere(file: EstreeFile, expression: Node): boolean {
  const node = resolve(file, expression);
  const name = node.type === "MemberExpression" ? memberName(node) : null;
  const owner = node.type === "MemberExpression" ? resolve(file, node.object) : node;
  if (owner.type !== "NewExpression") return false;
  if (identityClass(file, owner) !== null) return name === null;
  const slot = roleSlots(file, owner).find(({ role, attribute = role, isGrantee }) => (name === null ? isGrantee : attribute === name));
  if (slot === undefined) return false;
  const { values, complete } = propertiesOf(file, owner.arguments[slot.properties ?? 2]);
  const given = values.get(slot.role)?.node;
  return given === undefined ? complete : isCreatedHere(file, given);
}

/**
 * A key's own policy takes the grant, too, when key and grantee are not in one environment, and names the whole account when
 * the grantee's stack depends on the key's: https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_kms-readme.html
 */
function keyDoubt(file: EstreeFile, key: Node, name: string | null, grantee: Node): readonly Owners[] {
  if (!name?.startsWith("aws-kms.")) return [];
  const properties = key.type === "NewExpression" ? propertiesOf(file, key.arguments[2]) : null;
  const isPlain = name === "aws-kms.Key" && properties?.complete === true && !properties.values.has("trustAccountIdentities");
  const who = creationOf(file, grantee);
  const isTogether = who !== null && key.type === "NewExpression" && scopeOf(file, key) !== null && scopeOf(file, key) === scopeOf(file, who);
  return isPlain && isTogether ? [] : [open("the policy of the key may take the grant, too")];
}

function creationOf(file: EstreeFile, grantee: Node): NewExpression | null {
  const node = resolve(file, grantee);
  if (node.type === "NewExpression") return identityClass(file, node) !== null || roleSlots(file, node).length > 0 ? node : null;
  return node.type === "MemberExpression" ? creationOf(file, node.object) : null;
}

/** The class in whose instance, and so in whose stack, a construct lies. */
function scopeOf(file: EstreeFile, creation: NewExpression): Node | null {
  const [scope] = creation.arguments;
  return scope !== undefined && unwrap(scope).type === "ThisExpression" ? classOfThis(file, unwrap(scope)) : null;
}
