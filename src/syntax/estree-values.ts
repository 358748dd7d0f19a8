import type { EstreeFile } from "./estree.js";
import { classOfThis, keyName, memberName, shownText, unwrap } from "./estree.js";
import type { Class, Node, ObjectExpression, PropertyDefinition, Variable } from "./estree-nodes.js";

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
  const values = known.get(name) ?? findFieldValues(file, owner, name);
  fields.set(owner, known.set(name, values));
  return values;
}

function findFieldValues(file: EstreeFile, owner: Class, name: string): readonly Node[] {
  const declared = fieldDeclaration(owner, name)?.value;
  const assigned = (file.members.get(name) ?? []).flatMap((member) => {
    const holder = file.parents.get(member);
    if (holder?.type !== "AssignmentExpression" || holder.left !== member || !isField(file, member, owner, name)) return [];
    return [holder.operator === "=" ? holder.right : holder];
  });
  return declared === null || declared === undefined ? assigned : [declared, ...assigned];
}

/** Is this `this.name`, in a place where `this` is an instance of `owner`? */
export function isField(file: EstreeFile, node: Node, owner: Class, name: string): boolean {
  const target = unwrap(node);
  return (
    target.type === "MemberExpression" &&
    memberName(target) === name &&
    target.object.type === "ThisExpression" &&
    classOfThis(file, target) === owner
  );
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
  const owner =
    node.object.type === "ThisExpression" ? classOfThis(file, node) : classOfInstance(file, resolve(file, node.object, depth + 1));
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
  if (object.type !== "ObjectExpression") return UNKNOWN_PROPERTIES;
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
