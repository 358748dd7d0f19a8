import type { NamedGrant, Opaque } from "../../model/policy.js";
import type { EstreeFile } from "../../syntax/estree.js";
import { memberName, shownText, unwrap } from "../../syntax/estree.js";
import type { CallExpression, MemberExpression, Node } from "../../syntax/estree-nodes.js";
import { spanOf } from "../../syntax/estree-nodes.js";
import { resolve } from "../../syntax/estree-values.js";
import type { Destination } from "./destinations.js";
import { defaultPolicy } from "./destinations.js";
import type { KeyState } from "./grants/narrower.js";
import { facadeIn, narrowerMethods, possibleSets } from "./grants/narrower.js";
import type { Receiver } from "./grants/receivers.js";
import { receiverOf } from "./grants/receivers.js";
import type { GrantClass, GrantMethod } from "./grants/table.js";
import { actionsOf, classBehind, facadeOf, grantClass, isFacadeMethod, methodsNamed } from "./grants/table.js";
import { cdkName } from "./names.js";
import { granteeOf } from "./principals.js";
import { callElement } from "./removal.js";

/** A grant method that is called, and the policy that gets what it grants. */
export interface GrantCall {
  readonly destination: Destination;
  readonly grant: NamedGrant;
}

/**
 * `bucket.grantRead(role)`, `bucket.grants.read(role)`, `BucketGrants.fromBucket(bucket).read(role)`: methods that grant a set
 * of actions of their own. Null for every other call, and for what is granted to no identity. Methods that are given the
 * actions are not among them.
 */
export function grantCall(file: EstreeFile, call: CallExpression): GrantCall | Opaque | null {
  const callee = unwrap(call.callee);
  const named = callee.type === "MemberExpression" ? namedMethod(file, callee) : null;
  if (callee.type !== "MemberExpression" || named === null) return null;
  const everywhere = methodsNamed(named.method);
  const [first] = everywhere;
  if (first === undefined) return null;
  const method = named.receiver === null ? null : (named.receiver.type.methods.get(named.method) ?? null);
  const known = method ?? (named.receiver === null ? sameEverywhere(everywhere) : null);
  const grantee = call.arguments[(known ?? first).parameters.indexOf("grantee")];
  if (grantee === undefined || grantee.type === "SpreadElement" || isOfResource(file, grantee)) return null;
  const destination = defaultPolicy(granteeOf(file, grantee));
  if (known === null) {
    if (destination.owners.principals.length === 0) return null;
    return { span: spanOf(call), why: `what "${shownText(file, callee)}" grants is not known: this file does not tell what it is called on` };
  }
  const type = method === null ? null : (named.receiver?.type ?? null);
  return { destination, grant: namedGrant(file, call, callee, { type, method: known, key: named.receiver?.key ?? "unknown" }) };
}

interface NamedMethod {
  /** As the table has it. */
  readonly method: string;
  readonly receiver: Receiver | null;
}

function namedMethod(file: EstreeFile, callee: MemberExpression): NamedMethod | null {
  const name = memberName(callee);
  if (name === null) return null;
  if (/^grant[A-Z]/u.test(name)) return { method: name, receiver: receiverOf(file, callee.object) };
  if (!isFacadeMethod(name)) return null;
  const object = resolve(file, callee.object);
  const facade = memberName(object);
  if (object.type === "MemberExpression" && facade !== null && /^(?:g|\w+G)rants$/u.test(facade)) {
    return { method: `${facade}.${name}`, receiver: receiverOf(file, object.object) };
  }
  return object.type === "CallExpression" ? ofFacade(file, object, name) : null;
}

/** `BucketGrants.fromBucket(bucket).read`: also for what has no such property itself, like an `IBucket` or a `CfnBucket`. */
function ofFacade(file: EstreeFile, made: CallExpression, name: string): NamedMethod | null {
  const facade = facadeOf(cdkName(file, made.callee) ?? "");
  const [resource] = made.arguments;
  if (facade === null || resource === undefined) return null;
  const own = receiverOf(file, resource);
  const type = (own === null ? null : classBehind(own.type)) ?? grantClass(facade.type);
  return { method: `${facade.property}.${name}`, receiver: type === null ? null : { type, key: own?.key ?? "unknown" } };
}

/** The method, when it grants the same wherever a class has it. */
function sameEverywhere(methods: readonly GrantMethod[]): GrantMethod | null {
  const [first, ...others] = methods;
  if (first === undefined) return null;
  const written = ({ plain, keyed, parameters }: GrantMethod): string => JSON.stringify([parameters, [plain, keyed ?? plain].map((sets) => actionsOf(sets).toSorted())]);
  return others.every((other) => written(other) === written(first)) ? first : null;
}

/** `new ServicePrincipal(…)` and the like have no policies: the grant goes to the resource's own. */
function isOfResource(file: EstreeFile, grantee: Node): boolean {
  const node = resolve(file, grantee);
  return node.type === "NewExpression" && /^aws-iam\.\w*Principal(?:WithConditions)?$/u.test(cdkName(file, node.callee) ?? "");
}

interface KnownCall {
  /** Null when several classes have the method, and which one it is of is not known. */
  readonly type: GrantClass | null;
  readonly method: GrantMethod;
  readonly key: KeyState;
}

function namedGrant(file: EstreeFile, call: CallExpression, callee: MemberExpression, { type, method, key }: KnownCall): NamedGrant {
  const sets = possibleSets(method, key);
  const span = spanOf(callee.property);
  const isPlain = call.arguments.every((argument) => argument.type !== "SpreadElement");
  const shown = shownName(callee, method);
  return {
    name: shown(method),
    span,
    actions: actionsOf(sets.flat()),
    locked: null,
    element: callElement(file, call),
    narrowed: (kept) =>
      type === null || !isPlain || callee.computed
        ? []
        : narrowerMethods(type, method, key, kept, call.arguments.length).map((other) => ({ shown: `"${shown(other)}"`, span, text: lastPart(other) })),
    ...(key === "unknown" && method.keyed !== null ? { caveats: ["it grants actions of KMS only if there is an encryption key"] } : {}),
  };
}

/** `grants.read` where the source writes it so; the method alone behind a facade that is made for it. */
function shownName({ object }: MemberExpression, { name }: GrantMethod): (method: GrantMethod) => string {
  const facade = facadeIn(name);
  return facade !== "" && memberName(unwrap(object)) === facade.slice(0, -1) ? (method) => method.name : lastPart;
}

function lastPart({ name }: GrantMethod): string {
  return name.slice(name.indexOf(".") + 1);
}
