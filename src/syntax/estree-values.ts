import type { EstreeFile } from "./estree.js";
import { classOfThis, holderOf, keyName, memberName, shownText, unwrap } from "./estree.js";
import type { Class, MemberExpression, Node, ObjectExpression, PropertyDefinition, Variable } from "./estree-nodes.js";

/** The expression that a variable always holds: its initialiser, when nothing else is ever assigned to it. */
export function constantOf(variable: Variable): Node | null {
  const [definition, ...others] = variable.defs;
  if (definition?.type !== "Variable" || others.length > 0) return null;
  const { node } = definition;
  if (node.type !== "VariableDeclarator" || node.id.type !== "Identifier") return null;
  const writes = variable.references.filter((reference) => reference.isWrite());
  return node.init !== null && writes.length === 1 ? node.init : null;
}

/** By class and name: every mention of a field asks for its values. */
const fields = new WeakMap<Class, Map<string, readonly Node[]>>();

/** Where a class's field gets its value: initialisers and assignments `this.field = …`. */
export function fieldValues(file: EstreeFile, owner: Class, name: string): readonly Node[] {
  const known = fields.get(owner) ?? new Map<string, readonly Node[]>();
  const found = known.get(name);
  if (found !== undefined) return found;
  // For `this.a.a = …`, which asks for itself.
  fields.set(owner, known.set(name, []));
  const values = findFieldValues(file, owner, name);
  known.set(name, values);
  return values;
}

function findFieldValues(file: EstreeFile, owner: Class, name: string): readonly Node[] {
  const declared = fieldDeclaration(owner, name)?.value;
  const assigned = (file.members.get(name) ?? []).flatMap((member) => {
    const holder = file.parents.get(member);
    if (holder?.type !== "AssignmentExpression" || holder.left !== member) return [];
    // From outside, or by a subclass: what is assigned there is for some instances only, so it is one value more.
    if (!isField(file, member, owner, name)) return mayBeField(file, member, owner, name) ? [holder] : [];
    return [holder.operator === "=" ? holder.right : holder];
  });
  return declared === null || declared === undefined ? assigned : [declared, ...assigned];
}

/** Is this `this.name`, in a place where `this` is an instance of `owner`? */
export function isField(file: EstreeFile, node: Node, owner: Class, name: string): boolean {
  const target = unwrap(node);
  return target.type === "MemberExpression" && memberName(target) === name && classOfSelf(file, target.object) === owner;
}

/** The class of `this`, also in a type assertion or behind a constant: `const self = this`. */
export function classOfSelf(file: EstreeFile, object: Node): Class | null {
  const node = unwrap(object);
  if (node.type === "ThisExpression") return classOfThis(file, node);
  const variable = node.type === "Identifier" ? file.variables.get(node) : undefined;
  const value = variable === undefined ? null : constantOf(variable);
  const self = value === null ? null : unwrap(value);
  return self?.type === "ThisExpression" ? classOfThis(file, self) : null;
}

/** Could `object.name` be the field of an instance of `owner`, in a place outside of the class? */
function mayBeField(file: EstreeFile, member: MemberExpression, owner: Class, name: string): boolean {
  const declaration = fieldDeclaration(owner, name);
  if (name.startsWith("#") || declaration?.accessibility === "private" || declaration?.readonly === true) return false;
  const self = classOfSelf(file, member.object);
  if (self !== null) return isSubclass(file, self, owner);
  const object = resolve(file, member.object);
  const created = object.type === "NewExpression" ? localClass(file, object.callee) : null;
  return created === null ? object.type !== "NewExpression" : created === owner || isSubclass(file, created, owner);
}

function isSubclass(file: EstreeFile, own: Class, owner: Class, depth = 0): boolean {
  const parent = own.superClass === null || depth > 20 ? null : localClass(file, own.superClass);
  return parent !== null && (parent === owner || isSubclass(file, parent, owner, depth + 1));
}

export function fieldDeclaration(owner: Class, name: string): PropertyDefinition | null {
  for (const member of owner.body.body) {
    if (member.type === "PropertyDefinition" && !member.static && keyName(member.key, member.computed) === name) return member;
  }
  return null;
}

/** The class of this file that `callee` in `new callee()` names. */
export function localClass(file: EstreeFile, callee: Node): Class | null {
  const name = unwrap(callee);
  const definition = name.type === "Identifier" ? file.variables.get(name)?.defs[0] : undefined;
  if (definition === undefined) return null;
  const declared = definition.node.type === "VariableDeclarator" ? definition.node.init : definition.node;
  return declared?.type === "ClassDeclaration" || declared?.type === "ClassExpression" ? declared : null;
}

/**
 * Follows names that can only mean one thing (variables assigned once, fields assigned once, fields of instances made in
 * this file) to the expression that gives the value. Stops where it cannot go on.
 */
export function resolve(file: EstreeFile, expression: Node, depth = 0): Node {
  const node = unwrap(expression);
  const next = depth < 20 ? step(file, node, depth) : null;
  return next === null ? node : resolve(file, next, depth + 1);
}

function step(file: EstreeFile, node: Node, depth: number): Node | null {
  if (node.type === "Identifier") {
    const variable = file.variables.get(node);
    return variable === undefined ? null : constantOf(variable);
  }
  const name = memberName(node);
  if (node.type !== "MemberExpression" || name === null) return null;
  const owner = classOfSelf(file, node.object) ?? classOfInstance(file, resolve(file, node.object, depth + 1));
  if (owner === null) return null;
  const [value, ...others] = fieldValues(file, owner, name);
  return others.length === 0 ? (value ?? null) : null;
}

function classOfInstance(file: EstreeFile, node: Node): Class | null {
  return node.type === "NewExpression" ? localClass(file, node.callee) : null;
}

/** A text, as far as it is known: known pieces are strings, unknown ones the source that makes them. */
export type TextPart = string | { readonly unknown: string };

export function textParts(file: EstreeFile, expression: Node, depth = 0): readonly TextPart[] {
  const node = resolve(file, expression);
  if (depth < 20) {
    if (node.type === "Literal" && (typeof node.value === "string" || typeof node.value === "number")) return [String(node.value)];
    if (node.type === "TemplateLiteral") {
      return node.quasis.flatMap((quasi, index) => {
        const hole = node.expressions[index];
        return [quasi.value.cooked ?? "", ...(hole === undefined ? [] : textParts(file, hole, depth + 1))];
      });
    }
    if (node.type === "BinaryExpression" && node.operator === "+") {
      const parts = [...textParts(file, node.left, depth + 1), ...textParts(file, node.right, depth + 1)];
      // Without a text among them, `+` adds numbers.
      if (parts.some((part) => typeof part === "string" && Number.isNaN(Number(part)))) return parts;
    }
  }
  return [{ unknown: shownText(file, unwrap(expression)) }];
}

/** The whole text, when all of it is known. */
export function staticText(file: EstreeFile, expression: Node): string | null {
  const parts = textParts(file, expression);
  const known = parts.filter((part) => typeof part === "string");
  return known.length === parts.length ? known.join("") : null;
}

/** A property's value; `shared` when others may use the object that it stands in. */
export interface PropertyValue {
  readonly node: Node;
  readonly shared: boolean;
}

/** The properties of an object that this file writes down. `complete`: there are no others. */
export interface Properties {
  readonly values: ReadonlyMap<string, PropertyValue>;
  readonly complete: boolean;
}

const NO_PROPERTIES: Properties = { values: new Map(), complete: true };
const UNKNOWN_PROPERTIES: Properties = { values: new Map(), complete: false };

export function propertiesOf(file: EstreeFile, expression: Node | undefined): Properties {
  if (expression === undefined) return NO_PROPERTIES;
  const object = resolve(file, expression);
  if (object.type !== "ObjectExpression" || isChanged(file, expression)) return UNKNOWN_PROPERTIES;
  return collectProperties(file, object, isShared(file, expression));
}

function collectProperties(file: EstreeFile, object: ObjectExpression, shared: boolean): Properties {
  const values = new Map<string, PropertyValue>();
  let complete = true;
  for (const property of object.properties) {
    if (property.type === "SpreadElement") {
      const spread = propertiesOf(file, property.argument);
      // What is not known may override what came before.
      if (!spread.complete) values.clear();
      for (const [name, value] of spread.values) values.set(name, { ...value, shared: value.shared || shared });
      complete &&= spread.complete;
      continue;
    }
    const name = keyName(property.key, property.computed);
    if (name === null || property.kind !== "init") complete = false;
    else values.set(name, { node: property.value, shared });
  }
  return { values, complete };
}

/** Is the value behind this expression one that something else in this file, or another file, uses too? */
export function isShared(file: EstreeFile, expression: Node): boolean {
  const node = unwrap(expression);
  if (node.type !== "Identifier") return node.type === "MemberExpression";
  const variable = file.variables.get(node);
  if (variable === undefined) return true;
  if (isExported(file, variable) || valueReads(variable).length !== 1) return true;
  const value = constantOf(variable);
  return value === null || isShared(file, value);
}

/** Methods of arrays that change them. */
const CHANGING = new Set(["copyWithin", "fill", "pop", "push", "reverse", "shift", "sort", "splice", "unshift"]);

/** Is the object or array behind a name changed after it is made: `list.push(…)`, `object.name = …`, `Object.assign(object, …)`? */
export function isChanged(file: EstreeFile, expression: Node): boolean {
  const node = unwrap(expression);
  if (node.type !== "Identifier") return false;
  const variable = file.variables.get(node);
  if (variable === undefined) return false;
  const value = constantOf(variable);
  if (value !== null && isChanged(file, value)) return true;
  return valueReads(variable).some((read) => changes(file, read));
}

function changes(file: EstreeFile, read: Node): boolean {
  let at = read;
  let holder = holderOf(file, at);
  while (holder?.type === "MemberExpression" && unwrap(holder.object) === unwrap(at)) {
    at = holder;
    holder = holderOf(file, at);
  }
  if (holder?.type === "CallExpression") {
    if (unwrap(holder.callee) === at) return CHANGING.has(memberName(at) ?? "");
    const [target] = holder.arguments;
    return /^(?:assign|definePropert(?:y|ies))$/u.test(memberName(unwrap(holder.callee)) ?? "") && target !== undefined && unwrap(target) === at;
  }
  if (at === read) return false;
  if (holder?.type === "AssignmentExpression") return unwrap(holder.left) === at;
  return holder?.type === "UpdateExpression" || (holder?.type === "UnaryExpression" && file.text.startsWith("delete", holder.range[0]));
}

/** The identifiers that read the variable's value; mentions in types are none. */
export function valueReads(variable: Variable): readonly Node[] {
  return variable.references.flatMap((reference) =>
    reference.isRead() && reference.isValueReference !== false ? [reference.identifier] : [],
  );
}

/** Exported where it is declared. (`export { name }` is a reference of its own.) */
export function isExported(file: EstreeFile, variable: Variable): boolean {
  return variable.defs.some(({ node, parent }) =>
    [node, parent].some((declaration) => {
      const holder = declaration === undefined || declaration === null ? undefined : file.parents.get(declaration);
      return holder?.type === "ExportNamedDeclaration" || holder?.type === "ExportDefaultDeclaration";
    }),
  );
}
