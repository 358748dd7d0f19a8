import { classOfThis, holderOf, keyName, memberName, shownText, unwrap, within, type EstreeFile } from "../../../syntax/estree.js";
import type { Class, FunctionNode, MethodDefinition, NewExpression, Node, Variable } from "../../../syntax/estree-nodes.js";
import { constantOf, fieldValues, isChanged, type TextPart } from "../../../syntax/estree-values.js";
import { assignedOutside } from "./assignments.js";
import { classAt, imported, type ClassAt } from "./exports.js";

/** The object that `this` means somewhere: an instance of a class of the project. */
export interface Self {
  /** The class that is created, which may be derived from the one whose code is looked at. */
  readonly owner: ClassAt;
  /** What creates it; null for a stack of which the project does not show that. */
  readonly creation: Created | null;
}

/** An expression, and the object that `this` is where it stands; `self` is null outside of classes, and where no object is known. */
export interface Value {
  readonly file: EstreeFile;
  readonly node: Node;
  readonly self: Self | null;
}

/** A `new X(…)`. */
export interface Created extends Value {
  readonly node: NewExpression;
}

/**
 * What an expression comes down to.
 *
 * - `value`: an expression that cannot be followed further, such as `new Role(…)`, a text, or a name that nothing explains.
 * - `member`: an attribute of such a value, whose class is none of the project's: `fn.role`.
 * - `absent`: it is not given, or `undefined`.
 * - `unknown`: it can be several things, or is given by somebody who is not known. A clause.
 */
export type Found =
  | { readonly kind: "value"; readonly at: Value }
  | { readonly kind: "member"; readonly of: Value; readonly name: string }
  | { readonly kind: "absent" }
  | { readonly kind: "unknown"; readonly why: string };

const DEEPEST = 40;

/** Follows names, fields, parameters and properties over classes and files. All that it may mean; never nothing. */
export function follow(value: Value, depth = 0): readonly Found[] {
  const { file, self } = value;
  const node = unwrap(value.node);
  if (depth > DEEPEST) return [unknown(`"${shownText(file, node)}" is handed on too often`)];
  const next = (other: Node): readonly Found[] => follow({ file, node: other, self }, depth + 1);
  switch (node.type) {
    case "Identifier":
      return followName({ file, node, self }, depth);
    case "MemberExpression": {
      const foreign = followImport({ file, node, self }, depth);
      const name = memberName(node);
      if (foreign !== null) return foreign;
      return name === null ? [{ kind: "value", at: { file, node, self } }] : next(node.object).flatMap((object) => memberOf(object, name, depth + 1));
    }
    case "LogicalExpression": {
      if (node.operator === "&&") return [{ kind: "value", at: { file, node, self } }];
      const left = next(node.left);
      const given = left.filter(({ kind }) => kind !== "absent");
      return given.length === left.length && given.every(({ kind }) => kind !== "unknown") ? given : [...given, ...next(node.right)];
    }
    case "ConditionalExpression":
      return [...next(node.consequent), ...next(node.alternate)];
    default:
      return [{ kind: "value", at: { file, node, self } }];
  }
}

function unknown(why: string): Found {
  return { kind: "unknown", why };
}

function followName(value: Value, depth: number): readonly Found[] {
  const { file, node, self } = value;
  const variable = file.variables.get(node);
  if (node.type === "Identifier" && node.name === "undefined") return [{ kind: "absent" }];
  const definition = variable?.defs[0];
  if (variable === undefined || definition === undefined) return [{ kind: "value", at: value }];
  if (definition.type === "ClassName" || definition.type === "FunctionName") return [{ kind: "value", at: { ...value, node: definition.node } }];
  if (definition.type === "Parameter") return followParameter(value, variable, definition.node, depth);
  if (definition.type === "ImportBinding") return followImport(value, depth) ?? [{ kind: "value", at: value }];
  const constant = constantOf(variable);
  if (constant !== null) {
    if (isChanged(file, node)) return [unknown(`"${variable.name}" is changed after it is made`)];
    return follow({ file, node: constant, self }, depth + 1);
  }
  const { node: declarator } = definition;
  if (declarator.type !== "VariableDeclarator" || declarator.init === null) return [{ kind: "value", at: value }];
  if (variable.references.filter((reference) => reference.isWrite()).length !== 1) return [{ kind: "value", at: value }];
  const taken = takenOut(declarator.id, variable);
  if (taken === null || taken.path.length === 0) return [{ kind: "value", at: value }];
  return withDefault(through(follow({ file, node: declarator.init, self }, depth + 1), taken.path, depth), taken, value, depth);
}

function followImport(value: Value, depth: number): readonly Found[] | null {
  const foreign = imported(value.file, value.node);
  if (foreign === null || "module" in foreign.found) return null;
  return through(follow({ ...foreign.found, self: null }, depth + 1), foreign.rest, depth);
}

function through(found: readonly Found[], path: readonly string[], depth: number): readonly Found[] {
  return path.reduce((objects, name) => objects.flatMap((object) => memberOf(object, name, depth + 1)), found);
}

/** How a name takes its value out of a parameter or declaration: `{ role = other }`. */
interface TakenOut {
  readonly path: readonly string[];
  readonly fallback: Node | null;
}

function takenOut(pattern: Node, variable: Variable): TakenOut | null {
  switch (pattern.type) {
    case "Identifier":
      return variable.identifiers.includes(pattern) ? { path: [], fallback: null } : null;
    case "TSParameterProperty":
      return takenOut(pattern.parameter, variable);
    case "AssignmentPattern": {
      const inner = takenOut(pattern.left, variable);
      return inner === null ? null : { path: inner.path, fallback: inner.path.length === 0 ? pattern.right : inner.fallback };
    }
    case "ObjectPattern":
      for (const property of pattern.properties) {
        if (property.type !== "Property") continue;
        const inner = takenOut(property.value, variable);
        const name = keyName(property.key, property.computed);
        if (inner !== null) return name === null ? null : { path: [name, ...inner.path], fallback: inner.fallback };
      }
      return null;
    default:
      return null;
  }
}

function withDefault(found: readonly Found[], { fallback }: TakenOut, { file, self }: Value, depth: number): readonly Found[] {
  if (fallback === null) return found;
  return found.flatMap((each) => (each.kind === "absent" ? follow({ file, node: fallback, self }, depth + 1) : [each]));
}

/** What a constructor is given for a parameter. Of other functions, nothing is known. */
function followParameter(value: Value, variable: Variable, owner: Node, depth: number): readonly Found[] {
  const { file, self } = value;
  const method = file.parents.get(owner);
  if (method?.type !== "MethodDefinition" || method.kind !== "constructor" || owner.type !== "FunctionExpression" || self === null) {
    return [{ kind: "value", at: value }];
  }
  if (variable.references.some((reference) => reference.isWrite() && holderOf(file, reference.identifier)?.type === "AssignmentExpression")) {
    return [unknown(`"${variable.name}" is assigned again`)];
  }
  const index = owner.params.findIndex((parameter) => takenOut(parameter, variable) !== null);
  const parameter = owner.params[index];
  const taken = parameter === undefined ? null : takenOut(parameter, variable);
  const given = argumentsAt(self, chainOf(self.owner).classes.findIndex((each) => each.node === classOf(file, method)));
  if (given === null || taken === null) return [unknown(`what "${className(self.owner.node)}" is created with is not known`)];
  const argument = given[index];
  const found = argument === undefined ? [{ kind: "absent" } as const] : follow(argument, depth + 1);
  return withDefault(through(found, taken.path, depth), taken, value, depth);
}

function classOf(file: EstreeFile, method: Node): Node | undefined {
  const body = file.parents.get(method);
  return body === undefined ? undefined : file.parents.get(body);
}

export function className(owner: Class): string {
  return owner.id?.name ?? "(anonymous)";
}

/** A class, the classes of the project that it is derived from, nearest first, and what the last one extends. */
export interface Chain {
  readonly classes: readonly ClassAt[];
  readonly base: { readonly file: EstreeFile; readonly node: Node } | null;
}

export function chainOf(owner: ClassAt): Chain {
  const classes = [owner];
  // The list grows while it is walked.
  for (const { file, node } of classes) {
    if (node.superClass === null || classes.length > DEEPEST) return { classes, base: null };
    const parent = classAt(file, node.superClass);
    if (parent === null) return { classes, base: { file, node: node.superClass } };
    classes.push(parent);
  }
  return { classes, base: null };
}

/**
 * What the constructor of the class at this place of the chain is given when the object is created; behind its end, what the
 * base class is given. Null when it is not known.
 */
export function argumentsAt(self: Self, place: number): readonly Value[] | null {
  if (place === 0) return self.creation === null ? null : plainArguments(self.creation, self.creation.node.arguments);
  const derived = chainOf(self.owner).classes[place - 1];
  if (place < 0 || derived === undefined) return null;
  const constructor = constructorOf(derived.node);
  if (constructor === null) return argumentsAt(self, place - 1);
  const calls = superCalls(derived.file, constructor);
  const [call, ...others] = calls;
  return call === undefined || others.length > 0 ? null : plainArguments({ file: derived.file, node: constructor, self }, call);
}

function plainArguments({ file, self }: Value, given: readonly Node[]): readonly Value[] | null {
  if (given.some(({ type }) => type === "SpreadElement")) return null;
  return given.map((node) => ({ file, node, self }));
}

function constructorOf({ body }: Class): FunctionNode | null {
  for (const member of body.body) {
    if (member.type === "MethodDefinition" && member.kind === "constructor" && member.value.type === "FunctionExpression") return member.value;
  }
  return null;
}

function superCalls(file: EstreeFile, constructor: FunctionNode): readonly (readonly Node[])[] {
  return within(file, constructor).flatMap((node) => (node.type === "CallExpression" && node.callee.type === "Super" ? [node.arguments] : []));
}

function memberOf(object: Found, name: string, depth: number): readonly Found[] {
  if (object.kind === "absent" || object.kind === "unknown") return [object];
  // `role.node.defaultChild`: the node is the construct itself, as its tree sees it.
  if (object.kind === "member" && object.name === "node") return [{ ...object, name }];
  if (object.kind === "member") return [unknown(`"${object.name}.${name}" is not known from the sources`)];
  const { at } = object;
  if (depth > DEEPEST) return [unknown(`"${name}" is handed on too often`)];
  switch (at.node.type) {
    case "ThisExpression": {
      const self = selfAt(at);
      return self === null ? [{ kind: "member", of: at, name }] : fieldOf(self, at, name, depth);
    }
    case "NewExpression": {
      const owner = classAt(at.file, at.node.callee);
      return owner === null ? [{ kind: "member", of: at, name }] : fieldOf({ owner, creation: { ...at, node: at.node } }, at, name, depth);
    }
    case "ObjectExpression":
      return propertyOf(at, name, depth);
    default:
      return [{ kind: "member", of: at, name }];
  }
}

/** The object that `this` is; null in the code of another class. */
export function selfAt({ file, node, self }: Value): Self | null {
  const owner = self === null ? null : classOfThis(file, node);
  return self !== null && chainOf(self.owner).classes.some((each) => each.node === owner) ? self : null;
}

/** A property of an object literal: the last one of this name, spreads included. */
function propertyOf({ file, node, self }: Value, name: string, depth: number): readonly Found[] {
  const properties = node.type === "ObjectExpression" ? node.properties : [];
  for (const property of properties.toReversed()) {
    if (property.type === "SpreadElement") {
      const spread = follow({ file, node: property.argument, self }, depth + 1).flatMap((each) => spreadProperty(each, name, depth));
      if (spread.some(({ kind }) => kind !== "absent")) return spread.length === 1 ? spread : [unknown(`"${name}" may be given by "${shownText(file, property)}"`)];
      continue;
    }
    const key = keyName(property.key, property.computed);
    if (key === null || (key === name && property.kind !== "init")) return [unknown(`"${name}" may be given by a computed property`)];
    if (key === name) return follow({ file, node: property.value, self }, depth + 1);
  }
  return [{ kind: "absent" }];
}

function spreadProperty(found: Found, name: string, depth: number): readonly Found[] {
  if (found.kind === "absent") return [found];
  if (found.kind === "value" && found.at.node.type === "ObjectExpression") return propertyOf(found.at, name, depth + 1);
  return [unknown(`"${name}" may be given by an object that the sources do not show`)];
}

/** The property of what is given as properties: absent when there are none. */
export function propertyAt(properties: Value | undefined, name: string): readonly Found[] {
  if (properties === undefined) return [{ kind: "absent" }];
  return follow(properties).flatMap((found) => spreadProperty(found, name, 0));
}

/** A field, parameter property or getter of an object; `at` is the expression that stands for the object. */
function fieldOf(self: Self, at: Value, name: string, depth: number): readonly Found[] {
  const { classes, base } = chainOf(self.owner);
  const values = classes.flatMap(({ file, node }) => {
    const parameter = parameterProperty(node, name);
    return [...fieldValues(file, node, name), ...(parameter === null ? [] : [parameter])].map((value): Value => ({ file, node: value, self }));
  });
  const [value, ...others] = values;
  if (others.length > 0 || (value !== undefined && assignedOutside(classes, name))) return [unknown(`"${name}" is assigned more than once`)];
  if (value !== undefined) return follow(value, depth + 1);
  for (const { file, node } of classes) {
    const method = methodOf(node, name);
    if (method === null) continue;
    const returned = method.kind === "get" ? returnedBy(method) : null;
    return returned === null ? [unknown(`what "${name}" returns is not known`)] : follow({ file, node: returned, self }, depth + 1);
  }
  const object: Value = self.creation ?? at;
  return base === null ? [unknown(`"${name}" is never assigned`)] : [{ kind: "member", of: object, name }];
}

function parameterProperty(owner: Class, name: string): Node | null {
  for (const parameter of constructorOf(owner)?.params ?? []) {
    if (parameter.type !== "TSParameterProperty") continue;
    const inner = parameter.parameter.type === "AssignmentPattern" ? parameter.parameter.left : parameter.parameter;
    if (inner.type === "Identifier" && inner.name === name) return inner;
  }
  return null;
}

function methodOf(owner: Class, name: string): MethodDefinition | null {
  for (const member of owner.body.body) {
    if (member.type === "MethodDefinition" && !member.static && member.kind !== "set" && keyName(member.key, false) === name) return member;
  }
  return null;
}

/** The one expression that a getter consists of. */
function returnedBy({ value }: MethodDefinition): Node | null {
  const body = value.type === "FunctionExpression" && value.body?.type === "BlockStatement" ? value.body.body : [];
  const [statement, ...others] = body;
  return statement?.type === "ReturnStatement" && others.length === 0 ? statement.argument : null;
}

/** A text, as far as it is known over all files. */
export function textAt(value: Value, depth = 0): readonly TextPart[] {
  const [found, ...others] = follow(value);
  if (found?.kind === "value" && others.length === 0 && depth < DEEPEST) {
    const { file, node, self } = found.at;
    const parts = (other: Node): readonly TextPart[] => textAt({ file, node: other, self }, depth + 1);
    if (node.type === "Literal" && (typeof node.value === "string" || typeof node.value === "number")) return [String(node.value)];
    if (node.type === "TemplateLiteral") {
      return node.quasis.flatMap((quasi, index) => {
        const hole = node.expressions[index];
        return [quasi.value.cooked ?? "", ...(hole === undefined ? [] : parts(hole))];
      });
    }
    if (node.type === "BinaryExpression" && node.operator === "+") {
      const all = [...parts(node.left), ...parts(node.right)];
      // Without a text among them, `+` adds numbers.
      if (all.some((part) => typeof part === "string" && Number.isNaN(Number(part)))) return all;
    }
  }
  return [{ unknown: shownFound(found, value) }];
}

function shownFound(found: Found | undefined, { file, node }: Value): string {
  if (found?.kind === "value") return shownText(found.at.file, found.at.node);
  return found?.kind === "member" ? `${shownText(found.of.file, found.of.node)}.${found.name}` : shownText(file, unwrap(node));
}

/** The whole text, when all of it is known. */
export function wholeText(parts: readonly TextPart[]): string | null {
  return parts.every((part) => typeof part === "string") ? parts.join("") : null;
}
