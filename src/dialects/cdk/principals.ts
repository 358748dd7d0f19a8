import type { PrincipalKind, PrincipalName, PrincipalReference } from "../../model/principal.js";
import type { EstreeFile } from "../../syntax/estree.js";
import { classOfThis, memberName, shownText } from "../../syntax/estree.js";
import type { CallExpression, NewExpression, Node } from "../../syntax/estree-nodes.js";
import { propertiesOf, resolve, textParts } from "../../syntax/estree-values.js";
import { generatedName } from "../cloudformation/generated-name.js";
import { logicalId } from "./logical-id.js";
import { cdkName } from "./names.js";
import type { Owners } from "./owners.js";
import { NOBODY, unnamed } from "./owners.js";
import type { ConstructPath } from "./paths.js";
import { pathsOf } from "./paths.js";
import { ofStack, writtenName } from "./principal-names.js";
import type { RoleSlot } from "./role-slots.js";
import { SLOTS } from "./role-slots.js";

/** What an expression in the place of a role, user or group stands for. */
export interface Grantee {
  readonly owners: Owners;
  /** The same for all expressions that mean the same construct; null when the construct is not known. */
  readonly key: string | null;
  /** As messages call it. */
  readonly address: string;
}

interface IdentityClass {
  readonly kind: PrincipalKind;
  /** The property that sets the name. */
  readonly name: string;
  /** The construct is the resource itself, and does not only hold it. */
  readonly isResource?: true;
}

const IDENTITIES: ReadonlyMap<string, IdentityClass> = new Map([
  ["aws-iam.Role", { kind: "role", name: "roleName" }],
  ["aws-iam.User", { kind: "user", name: "userName" }],
  ["aws-iam.Group", { kind: "group", name: "groupName" }],
  ["aws-iam.CfnRole", { kind: "role", name: "roleName", isResource: true }],
  ["aws-iam.CfnUser", { kind: "user", name: "userName", isResource: true }],
  ["aws-iam.CfnGroup", { kind: "group", name: "groupName", isResource: true }],
]);

export function identityClass(file: EstreeFile, creation: NewExpression): IdentityClass | null {
  return IDENTITIES.get(cdkName(file, creation.callee) ?? "") ?? null;
}

export function roleSlots(file: EstreeFile, creation: NewExpression): readonly RoleSlot[] {
  return SLOTS.get(cdkName(file, creation.callee) ?? "") ?? [];
}

/** The principal that an expression such as `role`, `this.role` or `fn.role` stands for. */
export function granteeOf(file: EstreeFile, expression: Node): Grantee {
  const node = resolve(file, expression);
  if (node.type === "NewExpression") {
    const identity = identityClass(file, node);
    if (identity !== null) return ofIdentity(file, node, identity);
    const slot = roleSlots(file, node).find(({ isGrantee }) => isGrantee);
    if (slot !== undefined) return ofSlot(file, node, slot);
  }
  if (node.type === "MemberExpression") {
    const owner = resolve(file, node.object);
    const slot = owner.type === "NewExpression" ? roleSlots(file, owner).find(({ role, attribute = role }) => attribute === memberName(node)) : undefined;
    if (owner.type === "NewExpression" && slot !== undefined) return ofSlot(file, owner, slot);
  }
  return (node.type === "CallExpression" ? imported(file, node) : null) ?? strange(file, expression);
}

/** The role behind a method such as `fn.addToRolePolicy`. */
export function slotGrantee(file: EstreeFile, receiver: Node, method: string): Grantee {
  const owner = resolve(file, receiver);
  const slot = owner.type === "NewExpression" ? roleSlots(file, owner).find((candidate) => candidate.method === method) : undefined;
  return owner.type === "NewExpression" && slot !== undefined ? ofSlot(file, owner, slot) : strange(file, receiver);
}

function strange(file: EstreeFile, expression: Node): Grantee {
  const address = shownText(file, expression);
  return { owners: unnamed(`this file does not tell whose role "${address}" is`), key: null, address };
}

/** By creation and role: every statement asks whose it is. */
const grantees = new WeakMap<Node, Map<string, Grantee>>();

function once(creation: Node, role: string, make: () => Grantee): Grantee {
  const known = grantees.get(creation) ?? new Map<string, Grantee>();
  grantees.set(creation, known);
  const grantee = known.get(role) ?? make();
  known.set(role, grantee);
  return grantee;
}

export function ofIdentity(file: EstreeFile, creation: NewExpression, identity: IdentityClass): Grantee {
  return once(creation, identity.kind, () => readIdentity(file, creation, identity));
}

function readIdentity(file: EstreeFile, creation: NewExpression, { kind, name, isResource }: IdentityClass): Grantee {
  const { values, complete } = propertiesOf(file, creation.arguments[2]);
  const written = values.get(name)?.node;
  const address = addressOf(file, creation);
  const key = String(creation.range[0]);
  if (written !== undefined && !isUndefined(written)) {
    const known = writtenName(textParts(file, written));
    const clause = `the name of "${address}" is not known from this file ("${shownText(file, written)}")`;
    return { owners: known === null ? unnamed(clause) : { ...NOBODY, principals: [{ kind, address, name: known }] }, key, address };
  }
  if (!complete) return { owners: unnamed(`"${address}" may be given a name that this file does not show`), key, address };
  return { owners: generated(file, creation, kind, isResource ? [] : ["Resource"]), key, address };
}

export function ofSlot(file: EstreeFile, owner: NewExpression, slot: RoleSlot): Grantee {
  return once(owner, slot.role, () => readSlot(file, owner, slot));
}

function readSlot(file: EstreeFile, owner: NewExpression, slot: RoleSlot): Grantee {
  const { values, complete } = propertiesOf(file, owner.arguments[slot.properties ?? 2]);
  const given = values.get(slot.role)?.node;
  if (given !== undefined && !isUndefined(given)) return granteeOf(file, given);
  if (slot.child === null) return elsewhere(file, owner);
  const address = `${addressOf(file, owner)}/${slot.child}`;
  const owners = complete
    ? generated(file, owner, "role", [slot.child, "Resource"])
    : unnamed(`"${addressOf(file, owner)}" may be given a role that this file does not show`);
  return { owners, key: `${String(owner.range[0])}/${slot.child}`, address };
}

/** The role lies somewhere else in the construct tree. */
function elsewhere(file: EstreeFile, owner: NewExpression): Grantee {
  const address = shownText(file, owner.callee);
  return { owners: unnamed(`this file does not tell where the role of "${address}" is`), key: `${String(owner.range[0])}/role`, address };
}

function isUndefined(node: Node): boolean {
  return node.type === "Identifier" && node.name === "undefined";
}

/** The construct has no name of its own: CloudFormation makes one from the logical id. */
function generated(file: EstreeFile, creation: NewExpression, kind: PrincipalKind, below: readonly string[]): Owners {
  const { known, unknown } = pathsOf(file, creation);
  const principals = known.map((path): PrincipalReference => {
    const id = logicalId([...path.ids, ...below]);
    return { kind, address: shownPath(path), name: ofStack(generatedName(id), path.stackName) };
  });
  return { principals, unnamed: unknown, open: [] };
}

function shownPath({ stack, ids }: ConstructPath): string {
  return [stack, ...ids].join("/");
}

/** `DemoStack/OrdersRole` when there is one such construct; else by the class that creates it. */
export function addressOf(file: EstreeFile, creation: NewExpression): string {
  const { known } = pathsOf(file, creation);
  const [only, ...others] = known;
  if (only !== undefined && others.length === 0) return shownPath(only);
  const id = creation.arguments[1];
  const shown = id === undefined ? shownText(file, creation.callee) : textParts(file, id).map(shownPart).join("");
  const owner = classOfThis(file, creation);
  return owner?.id == null ? shown : `${owner.id.name}/${shown}`;
}

function shownPart(part: string | { readonly unknown: string }): string {
  return typeof part === "string" ? part : `<${part.unknown}>`;
}

const BY_NAME: ReadonlyMap<string, PrincipalKind> = new Map([
  ["aws-iam.Role.fromRoleName", "role"],
  ["aws-iam.User.fromUserName", "user"],
  ["aws-iam.Group.fromGroupName", "group"],
]);
const BY_ARN: ReadonlyMap<string, PrincipalKind> = new Map([
  ["aws-iam.Role.fromRoleArn", "role"],
  ["aws-iam.User.fromUserArn", "user"],
  ["aws-iam.Group.fromGroupArn", "group"],
]);

/** A principal that exists already and is looked up by its name or ARN. */
function imported(file: EstreeFile, call: CallExpression): Grantee | null {
  const factory = cdkName(file, call.callee) ?? "";
  const kind = BY_NAME.get(factory) ?? BY_ARN.get(factory);
  const written = call.arguments[2];
  if (kind === undefined || written === undefined) return null;
  const parts = textParts(file, written);
  const last = parts.at(-1);
  // IAM names hold no slash, so the text after the last one is the whole name.
  const ofArn = typeof last === "string" && last.includes("/") ? writtenName([last.slice(last.lastIndexOf("/") + 1)]) : null;
  const [arn] = parts;
  const whole: PrincipalName | null = typeof arn === "string" && parts.length === 1 ? { kind: "arn", arn } : ofArn;
  const name = BY_NAME.has(factory) ? writtenName(parts) : whole;
  const address = parts.map(shownPart).join("");
  const clause = `the name of the ${kind} is not known from this file ("${address}")`;
  const owners = name === null ? unnamed(clause) : { ...NOBODY, principals: [{ kind, address, name }] };
  return { owners, key: String(call.range[0]), address };
}

/** A principal, and the creation in the source that makes it. */
export interface CreatedPrincipal {
  readonly principal: PrincipalReference;
  readonly key: string | null;
}

/** Every principal that the file creates, whether it has policies or not. */
export function allPrincipals(file: EstreeFile): readonly CreatedPrincipal[] {
  const found = file.calls.flatMap((node) => {
    if (node.type !== "NewExpression") return [];
    const identity = identityClass(file, node);
    const own = identity === null ? [] : [ofIdentity(file, node, identity)];
    // A role that is given instead is created elsewhere.
    const slots = roleSlots(file, node).map((slot) => ofSlot(file, node, slot)).filter(({ key }) => key?.startsWith(`${String(node.range[0])}/`));
    return [...own, ...slots];
  });
  const all = found.flatMap(({ owners, key }) => owners.principals.map((principal) => ({ principal, key })));
  return [...new Map(all.map((each) => [JSON.stringify(each), each])).values()];
}
