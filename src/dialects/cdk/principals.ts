import type { DeclaredAt, PrincipalKind, PrincipalName, PrincipalReference, UnnamedCreation } from "../../model/principal.js";
import type { EstreeFile } from "../../syntax/estree.js";
import { classOfThis, shownText } from "../../syntax/estree.js";
import type { NewExpression, Node } from "../../syntax/estree-nodes.js";
import { textParts } from "../../syntax/estree-values.js";
import { generatedName } from "../cloudformation/generated-name.js";
import { logicalId } from "./logical-id.js";
import { cdkName } from "./names.js";
import { renamedIn } from "./renames.js";
import type { Owners } from "./owners.js";
import { NOBODY, together, unnamed } from "./owners.js";
import type { ConstructPath, ConstructPaths, StackAt } from "./paths.js";
import { constructionOf, constructName, pathsAt, pathsOf } from "./paths.js";
import { ofStack, writtenName } from "./principal-names.js";
import { classAt } from "./across-files/exports.js";
import { selvesAt } from "./across-files/instances.js";
import { projectOf } from "./across-files/cdk-project.js";
import { oncePerValue } from "./across-files/once-per-value.js";
import { follow, propertyAt, selfAt, textAt, type Created, type Found, type Self, type Value } from "./across-files/values.js";
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
  return IDENTITIES.get(classNameOf({ file, node: creation, self: null })) ?? null;
}

export function roleSlots(file: EstreeFile, creation: NewExpression): readonly RoleSlot[] {
  return slotsOf({ file, node: creation, self: null });
}

function slotsOf(creation: Created): readonly RoleSlot[] {
  return SLOTS.get(classNameOf(creation)) ?? [];
}

function classNameOf(creation: Created): string {
  return constructName(constructionOf(creation)) ?? "";
}

/** The principals that an expression such as `role`, `this.role`, `props.role` or `fn.role` stands for. */
export function granteeOf(file: EstreeFile, expression: Node): Grantee {
  return ofAll(file, expression, (self) => {
    const value = { file, node: expression, self };
    return follow(value).map((found) => granteeFound(found, value));
  });
}

/** The role behind a method such as `fn.addToRolePolicy`. */
export function slotGrantee(file: EstreeFile, receiver: Node, method: string): Grantee {
  return ofAll(file, receiver, (self) => {
    const value = { file, node: receiver, self };
    return follow(value).map((found) => {
      const owner = createdBy(found);
      const slot = owner === null ? undefined : slotsOf(owner).find((candidate) => candidate.method === method);
      return owner === null || slot === undefined ? stranger(found, value) : slotAt(owner, slot);
    });
  });
}

export function ofIdentity(file: EstreeFile, creation: NewExpression, identity: IdentityClass): Grantee {
  return once(file, creation, identity.kind, () => ofAll(file, creation, (self) => [identityAt({ file, node: creation, self }, identity)]));
}

export function ofSlot(file: EstreeFile, owner: NewExpression, slot: RoleSlot): Grantee {
  return once(file, owner, slot.role, () => ofAll(file, owner, (self) => [slotAt({ file, node: owner, self }, slot)]));
}

/** By creation and role: every statement asks whose it is. */
const grantees = new WeakMap<EstreeFile, Map<Node, Map<string, Grantee>>>();

function once(file: EstreeFile, creation: Node, role: string, make: () => Grantee): Grantee {
  const inFile = grantees.get(file) ?? new Map<Node, Map<string, Grantee>>();
  grantees.set(file, inFile);
  const known = inFile.get(creation) ?? new Map<string, Grantee>();
  inFile.set(creation, known);
  const grantee = known.get(role) ?? make();
  known.set(role, grantee);
  return grantee;
}

/** A grantee for one object that the code runs for. */
interface Meant extends Grantee {
  /** What creates it, and the id of its construct below that; null when it is not known. */
  readonly made: { readonly creation: Created; readonly below: readonly string[] } | null;
}

/** For each object that the code may run for, whom it means then: all of them together. */
function ofAll(file: EstreeFile, node: Node, make: (self: Self | null) => readonly Meant[]): Grantee {
  const { selves, unknown } = selvesAt(file, node);
  const each = selves.flatMap(make);
  const unseen = unknown.length === 0 ? [] : unseenAt(file, node, make);
  const owners = together([
    ...each.map((grantee) => grantee.owners),
    ...unknown.flatMap((clause) => (unseen.length === 0 ? [unnamed(clause)] : unseen.map((creation) => unnamed({ ...creation, clause })))),
  ]);
  const keys = new Set(each.map(({ key, address }) => key ?? `?${address}`));
  const isKnown = each.some(({ key }) => key !== null);
  return {
    owners,
    // The same code may mean other objects elsewhere: `red.role`, `blue.role`.
    key: isKnown ? JSON.stringify([[...keys].sort(), owners.principals.map(({ address }) => address).sort()]) : null,
    address: addressOfAll(each, () => shownText(file, node)),
  };
}

/** What creates the principals for objects of the class that the sources do not show; none when it is not always known. */
function unseenAt(file: EstreeFile, node: Node, make: (self: Self | null) => readonly Meant[]): readonly UnnamedCreation[] {
  const creator = classOfThis(file, node);
  if (creator === null) return [];
  const owners = make({ owner: { file, node: creator }, creation: null }).map((meant) => meant.owners);
  const isKnown = owners.every(({ principals, unnamed: all, open }) => principals.length + open.length === 0 && all.length > 0 && all.every((each) => typeof each !== "string"));
  return isKnown ? owners.flatMap(({ unnamed: all }) => all.filter((each) => typeof each !== "string")) : [];
}

/** `Prod/Orders/Role` when there is one; else by the class that creates it, where there is one such place in the source. */
function addressOfAll(each: readonly Meant[], fallback: () => string): string {
  const [first, ...others] = each;
  if (first === undefined) return fallback();
  if (others.every(({ address }) => address === first.address)) return first.address;
  if (first.made === null || others.some(({ made }) => made?.creation.node !== first.made?.creation.node)) return fallback();
  const { creation, below } = first.made;
  return shownCreation(creation.file, creation.node, [], below);
}

function createdBy(found: Found): Created | null {
  if (found.kind !== "value") return null;
  const { file, node, self } = found.at;
  if (node.type === "NewExpression") return { file, node, self };
  return node.type === "ThisExpression" ? (selfAt(found.at)?.creation ?? null) : null;
}

function granteeFound(found: Found, origin: Value): Meant {
  const created = createdBy(found);
  if (created !== null) {
    const identity = IDENTITIES.get(classNameOf(created));
    if (identity !== undefined) return identityAt(created, identity);
    const slot = slotsOf(created).find(({ isGrantee }) => isGrantee);
    return slot === undefined ? stranger(found, origin) : slotAt(created, slot);
  }
  if (found.kind === "member") {
    const owner = createdBy({ kind: "value", at: found.of });
    const slot = owner === null ? undefined : slotsOf(owner).find(({ role, attribute = role }) => attribute === found.name);
    if (owner !== null && slot !== undefined) return slotAt(owner, slot);
    if (owner !== null && found.name === "grantPrincipal") return granteeFound({ kind: "value", at: found.of }, origin);
  }
  return (found.kind === "value" ? existing(found.at) : null) ?? stranger(found, origin);
}

function stranger(found: Found, { file, node }: Value): Meant {
  const address = shownText(file, node);
  // Nothing is granted by `props.role?.addToPolicy(…)` where no role is given.
  if (found.kind === "absent") return { owners: NOBODY, key: "nobody", address, made: null };
  const clause = found.kind === "unknown" ? found.why : `${sourcesOf(file)} not tell whose role "${address}" is`;
  return { owners: unnamed(clause), key: null, address, made: null };
}

function sourcesOf(file: EstreeFile): string {
  return projectOf(file).isWhole ? "the sources do" : "this file does";
}

/** Whatever names it asks for it. */
const identityAt = oncePerValue((creation: Created, { kind, name, isResource }: IdentityClass): Meant => {
  const address = addressAt(creation, []);
  const { given } = constructionOf(creation);
  const below = isResource ? [] : ["Resource"];
  const owners = (given === null ? [null] : propertyAt(given[2], name)).map((found): Owners => {
    if (found?.kind === "absent") return generatedAt(creation, kind, below);
    if (found?.kind === "value" || found?.kind === "member") return namedAt(creation, kind, below, found);
    return unnamed(`"${address}" may be given a name that ${sourcesOf(creation.file)} not show`);
  });
  return { owners: together(owners), key: keyOf(creation), address, made: { creation, below: [] } };
});

/** A principal whose name the source writes. */
function namedAt(creation: Created, kind: PrincipalKind, below: readonly string[], found: Exclude<Found, { kind: "absent" | "unknown" }>): Owners {
  const address = addressAt(creation, []);
  const value = found.kind === "value" ? found.at : found.of;
  const shown = shownText(value.file, value.node);
  const name = found.kind === "value" ? writtenName(textAt(value)) : null;
  if (name === null) {
    const written = found.kind === "value" ? shown : `${shown}.${found.name}`;
    const clause = `the name of "${address}" is not known from ${filesOf(creation.file)} ("${written}")`;
    return unnamed({ ...unnamedCreation(creation, kind, below, clause), isGenerated: false });
  }
  const { known, unknown } = pathsAt(creation);
  const places = known.map((path): PrincipalReference => ({ kind, address: shownPath(path), name, declared: declaredIn(path.stack, logicalId([...path.ids, ...below])) }));
  return {
    ...NOBODY,
    principals: places.length === 0 ? [{ kind, address, name }] : places,
    // Somebody else may create it for another account.
    open: projectOf(creation.file).isWhole ? [...unknown, ...known.flatMap(severalClause)] : [],
  };
}

function severalClause({ stack }: ConstructPath): readonly string[] {
  return stack.isSeveral ? [`the sources do not show how many stacks "${stack.path.join("/")}" there are`] : [];
}

function filesOf(file: EstreeFile): string {
  return projectOf(file).isWhole ? "the sources" : "this file";
}

const slotAt = oncePerValue((owner: Created, slot: RoleSlot): Meant => {
  const { given } = constructionOf(owner);
  const below = slot.child === null ? [] : [slot.child];
  const own = { key: `${keyOf(owner)}/${slot.child ?? "role"}`, address: addressAt(owner, below), made: { creation: owner, below } };
  const founds = given === null ? [null] : propertyAt(given[slot.properties ?? 2], slot.role);
  const each = founds.map((found): Meant => {
    if (found?.kind === "value" || found?.kind === "member") return granteeFound(found, found.kind === "value" ? found.at : found.of);
    if (found?.kind !== "absent") {
      return { ...own, owners: unnamed(`"${addressAt(owner, [])}" may be given a role that ${sourcesOf(owner.file)} not show`) };
    }
    if (slot.child !== null) return { ...own, owners: generatedAt(owner, "role", [slot.child, "Resource"]) };
    const shown = shownText(owner.file, owner.node.callee);
    return { ...own, owners: unnamed(`${sourcesOf(owner.file)} not tell where the role of "${shown}" is`), address: shown };
  });
  const [first, ...others] = each;
  if (first !== undefined && others.length === 0) return first;
  return { ...own, owners: together(each.map(({ owners }) => owners)) };
});

function keyOf({ file, node }: Created): string {
  return `${projectOf(file).pathOf(file)}:${String(node.range[0])}`;
}

/** The construct has no name of its own: CloudFormation makes one from the logical id. */
function generatedAt(creation: Created, kind: PrincipalKind, below: readonly string[]): Owners {
  const { known, unknown } = pathsAt(creation);
  const named = known.map((path): Owners => {
    const id = logicalId([...path.ids, ...below]);
    const renamed = renamedIn(creation, id);
    const address = shownPath(path);
    if (renamed !== null) return unnamed(`${renamed} gives "${address}" another logical id`);
    const principal = { kind, address, name: nameIn(path.stack, id), declared: declaredIn(path.stack, id) };
    return { ...NOBODY, principals: [principal] };
  });
  return together([...named, ...unknown.map((clause) => unnamed(unnamedCreation(creation, kind, below, clause)))]);
}

/** What a synthesis of the app is asked about it. */
function unnamedCreation(creation: Created, kind: PrincipalKind, below: readonly string[], clause: string): UnnamedCreation {
  const { file, node } = creation;
  const id = constructionOf(creation).given?.[1];
  return {
    clause,
    kind,
    address: addressAt(creation, []),
    file: projectOf(file).pathOf(file),
    offset: node.range[0],
    isDerived: classAt(file, node.callee) !== null,
    isGenerated: renamedIn(creation, "") === null,
    id: id === undefined ? [null] : textAt(id).map((part) => (typeof part === "string" ? part : null)),
    below,
  };
}

/** Roles that are made in the stack of constructs, though not by them: by their ids, the logical id and the path below the stack. */
export function rolesBeside(
  { known, unknown }: ConstructPaths,
  made: (ids: readonly string[]) => { readonly id: string; readonly path: readonly string[] },
): Owners {
  const principals = known.map(({ stack, ids }): PrincipalReference => {
    const { id, path } = made(ids);
    return { kind: "role", address: shownPath({ stack, ids: path }), name: nameIn(stack, id), declared: declaredIn(stack, id) };
  });
  return { principals, unnamed: unknown, open: [] };
}

function nameIn({ name, isSeveral }: StackAt, id: string): PrincipalName {
  const generated = ofStack(generatedName(id), name);
  return isSeveral && generated.kind === "pattern" ? { ...generated, deployments: [] } : generated;
}

/** A stack is deployed as one; it has no file of its own. */
function declaredIn(stack: StackAt, address: string): DeclaredAt {
  return { in: `${stack.file}#${stack.path.join("/")}`, address };
}

function shownPath({ stack, ids }: ConstructPath, below: readonly string[] = []): string {
  return [...stack.path, ...ids, ...below.filter((id) => id !== "Resource")].join("/");
}

/** `Prod/Orders/Role` when there is one such construct; else by the class that creates it. */
export function addressOf(file: EstreeFile, creation: NewExpression): string {
  return shownCreation(file, creation, pathsOf(file, creation).known, []);
}

function addressAt(creation: Created, below: readonly string[]): string {
  return shownCreation(creation.file, creation.node, pathsAt(creation).known, below);
}

function shownCreation(file: EstreeFile, creation: NewExpression, known: readonly ConstructPath[], below: readonly string[]): string {
  const [only, ...others] = known;
  if (only !== undefined && others.length === 0) return shownPath(only, below);
  const id = creation.arguments[1];
  const shown = id === undefined ? shownText(file, creation.callee) : textParts(file, id).map(shownPart).join("");
  return [`${classPrefix(file, creation)}${shown}`, ...below].join("/");
}

function classPrefix(file: EstreeFile, node: Node): string {
  const owner = classOfThis(file, node);
  return owner?.id == null ? "" : `${owner.id.name}/`;
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
function existing({ file, node: call, self }: Value): Meant | null {
  if (call.type !== "CallExpression") return null;
  const factory = cdkName(file, call.callee) ?? "";
  const kind = BY_NAME.get(factory) ?? BY_ARN.get(factory);
  const written = call.arguments[2];
  if (kind === undefined || written === undefined) return null;
  const parts = textAt({ file, node: written, self });
  const last = parts.at(-1);
  // IAM names hold no slash, so the text after the last one is the whole name.
  const ofArn = typeof last === "string" && last.includes("/") ? writtenName([last.slice(last.lastIndexOf("/") + 1)]) : null;
  const [arn] = parts;
  const whole: PrincipalName | null = typeof arn === "string" && parts.length === 1 ? { kind: "arn", arn } : ofArn;
  const name = BY_NAME.has(factory) ? writtenName(parts) : whole;
  const address = parts.map(shownPart).join("");
  const clause = `the name of the ${kind} is not known from ${filesOf(file)} ("${address}")`;
  const owners = name === null ? unnamed(clause) : { ...NOBODY, principals: [{ kind, address, name }] };
  return { owners, key: `${projectOf(file).pathOf(file)}:${String(call.range[0])}`, address, made: null };
}

/** A principal, and the creation in the source that makes it. */
export interface CreatedPrincipal {
  readonly principal: PrincipalReference;
  readonly key: string | null;
}

/** `isWhole`: the file creates no others. */
export interface CreatedPrincipals {
  readonly principals: readonly CreatedPrincipal[];
  readonly isWhole: boolean;
}

/** Every principal that the file creates, whether it has policies or not. */
export function allPrincipals(file: EstreeFile): readonly CreatedPrincipal[] {
  return createdPrincipals(file).principals;
}

export function createdPrincipals(file: EstreeFile): CreatedPrincipals {
  const known = created.get(file) ?? findCreated(file);
  created.set(file, known);
  return known;
}

/** Asked by the file itself, and by all who look for others of a name. */
const created = new WeakMap<EstreeFile, CreatedPrincipals>();

function findCreated(file: EstreeFile): CreatedPrincipals {
  let isWhole = true;
  const all = file.calls.flatMap((node) => {
    if (node.type !== "NewExpression") return [];
    const identity = identityClass(file, node);
    const slots = roleSlots(file, node).filter(({ child }) => child !== null);
    if (identity === null && slots.length === 0) return [];
    const { selves, unknown } = selvesAt(file, node);
    const grantees = selves.flatMap((self): Meant[] => {
      const creation = { file, node, self };
      // A role that is given instead is created elsewhere.
      const own = slots.map((slot) => slotAt(creation, slot)).filter(({ key }) => key?.startsWith(`${keyOf(creation)}/`));
      return [...(identity === null ? [] : [identityAt(creation, identity)]), ...own];
    });
    if (unknown.length > 0 || grantees.some(({ owners }) => owners.unnamed.length > 0)) isWhole = false;
    return grantees.flatMap(({ owners, key }) => owners.principals.map((principal) => ({ principal, key })));
  });
  return { principals: [...new Map(all.map((each) => [JSON.stringify(each), each])).values()], isWhole };
}
