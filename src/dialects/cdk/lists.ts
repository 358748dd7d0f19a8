import type { EstreeFile } from "../../syntax/estree.js";
import { holderOf, keyName, memberName, unwrap, wrapped } from "../../syntax/estree.js";
import { flowsOf } from "../../syntax/estree-flow.js";
import type { ArrayExpression, CallExpression, Class, FunctionNode, Node, Variable } from "../../syntax/estree-nodes.js";
import { constantOf, isChanged, isExported, resolve, valueReads } from "../../syntax/estree-values.js";

const DEEPEST = 20;

/**
 * The list that an expression in the place of one stands for, when it is written in this file: behind constants, fields,
 * members of constant objects (`ACTIONS.read`), static members, and functions that only return it.
 */
export function listBehind(file: EstreeFile, expression: Node, depth = 0): ArrayExpression | null {
  if (depth > DEEPEST) return null;
  const node = resolve(file, expression);
  if (node.type === "ArrayExpression") return node;
  const next = node.type === "MemberExpression" ? memberValue(file, node.object, memberName(node)) : node.type === "CallExpression" ? returnedBy(file, node) : null;
  return next === null ? null : listBehind(file, next, depth + 1);
}

/** `ACTIONS.read` of `const ACTIONS = { read: […] }`, `Actions.READ` of `class Actions { static readonly READ = […] }`. */
function memberValue(file: EstreeFile, object: Node, name: string | null): Node | null {
  if (name === null) return null;
  const owner = resolve(file, object);
  if (owner.type === "ObjectExpression" && !isChanged(file, object)) {
    if (owner.properties.some((property) => property.type !== "Property" || keyName(property.key, property.computed) === null)) return null;
    const found = owner.properties.flatMap((property) => (property.type === "Property" && keyName(property.key, property.computed) === name ? [property] : []));
    return found.length === 1 && found[0]?.kind === "init" ? found[0].value : null;
  }
  const declared = owner.type === "Identifier" ? file.variables.get(owner)?.defs[0]?.node : undefined;
  return declared?.type === "ClassDeclaration" ? staticValue(declared, name) : null;
}

function staticValue(owner: Class, name: string): Node | null {
  const members = owner.body.body.flatMap((member) =>
    member.type === "PropertyDefinition" && member.static && member.readonly === true && keyName(member.key, member.computed) === name ? [member.value] : [],
  );
  return members.length === 1 ? (members[0] ?? null) : null;
}

/** What a call of a function of this file without parameters gives, if all that it does is to return it. */
function returnedBy(file: EstreeFile, { callee, arguments: given }: CallExpression): Node | null {
  const name = unwrap(callee);
  const variable = name.type === "Identifier" ? file.variables.get(name) : undefined;
  const called = variable === undefined ? null : functionOf(variable);
  return called === null || given.length > 0 || called.params.length > 0 ? null : returnValue(called);
}

function functionOf(variable: Variable): FunctionNode | null {
  const [definition, ...others] = variable.defs;
  if (definition === undefined || others.length > 0) return null;
  const value = definition.type === "FunctionName" ? definition.node : constantOf(variable);
  const isFunction = value?.type === "FunctionDeclaration" || value?.type === "ArrowFunctionExpression" || value?.type === "FunctionExpression";
  return isFunction && value.async !== true && value.generator !== true ? value : null;
}

function returnValue({ body }: FunctionNode): Node | null {
  if (body?.type !== "BlockStatement") return body;
  const [statement, ...others] = body.body;
  return statement?.type === "ReturnStatement" && others.length === 0 ? statement.argument : null;
}

/** Where a list is used: each expression that stands for it, as far as they can be followed. */
export interface ListUses {
  readonly mentions: readonly Node[];
  /** Clauses that complete "the list …": how others may come to it. */
  readonly lost: readonly string[];
  readonly isChanged: boolean;
}

/** Every statement that takes actions from the list asks for them. */
const known = new WeakMap<Node, ListUses>();

export function usesOf(file: EstreeFile, list: ArrayExpression): ListUses {
  const uses = known.get(list) ?? findUses(file, list);
  known.set(list, uses);
  return uses;
}

function findUses(file: EstreeFile, list: ArrayExpression): ListUses {
  const ends = follow(file, list, 0);
  return {
    mentions: ends.flatMap((end) => ("at" in end ? [end.at] : [])),
    lost: [...new Set(ends.flatMap((end) => ("lost" in end ? [end.lost] : [])))],
    isChanged: ends.some((end) => "at" in end && changes(file, end.at)),
  };
}

type End = { readonly at: Node } | { readonly lost: string };

function follow(file: EstreeFile, value: Node, depth: number): readonly End[] {
  if (depth > DEEPEST) return [{ lost: "is used in too many steps" }];
  return flowsOf(file, value).flatMap((flow): readonly End[] => {
    if ("lost" in flow) return [{ lost: "is also used elsewhere" }];
    const parent = file.parents.get(flow.at);
    if (parent?.type === "Property") return throughObject(file, parent, flow.at, depth);
    const called = parent === undefined ? null : returning(file, parent, flow.at);
    return called === null ? [flow] : throughCalls(file, called, depth);
  });
}

/** A member of a constant object: every `object.name`; the object itself must not be handed on. */
function throughObject(file: EstreeFile, property: Node, at: Node, depth: number): readonly End[] {
  const object = file.parents.get(property);
  const name = property.type === "Property" ? keyName(property.key, property.computed) : null;
  if (object?.type !== "ObjectExpression" || name === null) return [{ lost: "is also used elsewhere" }];
  // Properties of what is created are no members of a constant: the statement itself is the use.
  const holder = holderOf(file, object);
  if (holder?.type === "NewExpression" || holder?.type === "CallExpression" || holder?.type === "ArrayExpression") return [{ at }];
  return follow(file, object, depth + 1).flatMap((end): readonly End[] => {
    if ("lost" in end) return [end];
    const member = holderOf(file, end.at);
    if (member?.type !== "MemberExpression" || unwrap(member.object) !== unwrap(end.at)) return [{ lost: "is also used elsewhere" }];
    const own = memberName(member);
    if (own === null) return [{ lost: "is also used elsewhere" }];
    return own === name ? follow(file, member, depth + 1) : [];
  });
}

/** The function that returns the value at `at`, and does nothing else. */
function returning(file: EstreeFile, parent: Node, at: Node): FunctionNode | null {
  if (parent.type === "ArrowFunctionExpression") return parent.body === at ? parent : null;
  const block = parent.type === "ReturnStatement" ? file.parents.get(parent) : undefined;
  const owner = block === undefined ? undefined : file.parents.get(block);
  const isFunction = owner?.type === "ArrowFunctionExpression" || owner?.type === "FunctionDeclaration" || owner?.type === "FunctionExpression";
  return isFunction ? owner : null;
}

function throughCalls(file: EstreeFile, called: FunctionNode, depth: number): readonly End[] {
  const holder = file.parents.get(called);
  const variables = file.declared.get(holder?.type === "VariableDeclarator" ? holder : called) ?? [];
  const lost = { lost: "is also used elsewhere" };
  if (variables.length !== 1 || variables.some((variable) => isExported(file, variable) || functionOf(variable) !== called)) return [lost];
  return variables.flatMap(valueReads).flatMap((read): readonly End[] => {
    const call = holderOf(file, read);
    return call?.type === "CallExpression" && unwrap(call.callee) === read ? follow(file, call, depth + 1) : [lost];
  });
}

/** Methods of arrays that change them. */
const CHANGING = new Set(["copyWithin", "fill", "pop", "push", "reverse", "shift", "sort", "splice", "unshift"]);

function changes(file: EstreeFile, mention: Node): boolean {
  const member = holderOf(file, mention);
  if (member?.type !== "MemberExpression" || unwrap(member.object) !== unwrap(mention)) return false;
  const use = holderOf(file, member);
  if (use?.type === "AssignmentExpression") return unwrap(use.left) === member;
  return use?.type === "CallExpression" ? CHANGING.has(memberName(member) ?? "") : use?.type === "UpdateExpression";
}

/** Is this mention the one that `expression` is? */
export function isMention(file: EstreeFile, mention: Node, expression: Node): boolean {
  return wrapped(file, unwrap(mention)) === wrapped(file, unwrap(expression));
}
