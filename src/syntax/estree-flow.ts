import type { EstreeFile } from "./estree.js";
import { classOfThis, holderOf, keyName, memberName, wrapped } from "./estree.js";
import type { Class, Node, Property } from "./estree-nodes.js";
import { classOfSelf, fieldDeclaration, fieldValues, isExported, isField, valueReads } from "./estree-values.js";

/** Where a value goes: an expression that stands for it at its place of use, or the clause why it is lost sight of. */
export type Flow = { readonly at: Node } | { readonly lost: string };

/**
 * Every use of the value that `node` makes: `node` itself where it is used directly; behind a name, each mention of the
 * name. An expression statement is no use.
 */
export function flowsOf(file: EstreeFile, node: Node, seen = new Set<Node>()): Flow[] {
  const value = wrapped(file, node);
  if (seen.has(value)) return [];
  seen.add(value);
  const parent = file.parents.get(value);
  if (parent?.type === "ExpressionStatement") return [];
  if (parent?.type === "VariableDeclarator") return parent.init === value ? throughName(file, parent.id, seen) : [];
  if (parent?.type === "AssignmentExpression" && parent.right === value && parent.operator === "=") {
    // An assignment is a value itself: `a = b = statement`.
    return [...throughName(file, parent.left, seen), ...flowsOf(file, parent, seen)];
  }
  if (parent?.type === "PropertyDefinition") {
    const owner = classOfThis(file, value);
    const name = keyName(parent.key, parent.computed);
    return owner === null || name === null ? [{ lost: "it is kept in a static property" }] : throughField(file, owner, name, seen);
  }
  return [{ at: value }];
}

function throughName(file: EstreeFile, target: Node, seen: Set<Node>): Flow[] {
  if (target.type === "Identifier") return throughVariable(file, target, seen);
  const name = memberName(target);
  const owner = target.type === "MemberExpression" ? classOfSelf(file, target.object) : null;
  if (name !== null && owner !== null) return throughField(file, owner, name, seen);
  return [{ lost: "it is assigned to something that is not a variable" }];
}

function throughVariable(file: EstreeFile, identifier: Node, seen: Set<Node>): Flow[] {
  const variable = file.variables.get(identifier);
  if (variable === undefined) return [{ lost: "it is assigned to a name that this file does not declare" }];
  const flows: Flow[] = isExported(file, variable) ? [{ lost: `"${variable.name}" is exported` }] : [];
  const writes = variable.references.filter((reference) => reference.isWrite());
  if (writes.length > 1) flows.push({ lost: `"${variable.name}" is assigned more than once` });
  return [...flows, ...valueReads(variable).flatMap((read) => flowsOf(file, read, seen))];
}

function throughField(file: EstreeFile, owner: Class, name: string, seen: Set<Node>): Flow[] {
  const isPrivate = name.startsWith("#") || fieldDeclaration(owner, name)?.accessibility === "private";
  const flows: Flow[] = isPrivate ? [] : [{ lost: `"this.${name}" is not private` }];
  if (fieldValues(file, owner, name).length > 1) flows.push({ lost: `"this.${name}" is assigned more than once` });
  if ((file.destructured.get(name) ?? []).some((property) => isTakenOut(file, property, owner))) {
    flows.push({ lost: `"${name}" is taken out of "this"` });
  }
  const reads = (file.members.get(name) ?? []).filter((node) => isField(file, node, owner, name) && !isAssigned(file, node));
  return [...flows, ...reads.flatMap((node) => flowsOf(file, node, seen))];
}

/** `const { name } = this` */
function isTakenOut(file: EstreeFile, property: Property, owner: Class): boolean {
  const pattern = file.parents.get(property);
  const holder = pattern === undefined ? undefined : file.parents.get(pattern);
  const source = holder?.type === "VariableDeclarator" ? holder.init : holder?.type === "AssignmentExpression" ? holder.right : null;
  return source !== null && classOfSelf(file, source) === owner;
}

function isAssigned(file: EstreeFile, node: Node): boolean {
  const holder = holderOf(file, node);
  return holder?.type === "AssignmentExpression" && holder.left === wrapped(file, node);
}
