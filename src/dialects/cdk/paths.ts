import type { EstreeFile } from "../../syntax/estree.js";
import { classOfThis, holderOf, memberName, shownText, unwrap } from "../../syntax/estree.js";
import type { Class, NewExpression, Node, Variable } from "../../syntax/estree-nodes.js";
import { isExported, localClass, propertiesOf, resolve, staticText, valueReads } from "../../syntax/estree-values.js";
import { cdkName } from "./names.js";

/** Where a construct stands in the construct tree. */
export interface ConstructPath {
  /** The stack as the source calls it, for messages. */
  readonly stack: string;
  /** Construct ids from below the stack to the construct itself. */
  readonly ids: readonly string[];
  /** The stack's name in CloudFormation, when this file alone settles it. */
  readonly stackName: string | null;
}

/** Every path that one creation in the source leads to. `unknown` holds clauses for paths that this file does not show. */
export interface ConstructPaths {
  readonly known: readonly ConstructPath[];
  readonly unknown: readonly string[];
}

const DEEPEST = 12;

export function pathsOf(file: EstreeFile, creation: NewExpression, depth = 0): ConstructPaths {
  const [scope, id] = creation.arguments;
  if (scope === undefined || id === undefined) return unknown(`"${shownText(file, creation)}" has no scope and id`);
  const text = staticText(file, id);
  if (text === null) return unknown(`the construct id "${shownText(file, id)}" is not a literal`);
  const { known, unknown: clauses } = scopePaths(file, scope, depth);
  // The constructs library replaces the path separator in ids.
  const own = text.replaceAll("/", "--");
  return { known: known.map((path) => ({ ...path, ids: [...path.ids, own] })), unknown: clauses };
}

function unknown(clause: string): ConstructPaths {
  return { known: [], unknown: [clause] };
}

function scopePaths(file: EstreeFile, scope: Node, depth: number): ConstructPaths {
  const node = resolve(file, scope);
  if (depth > DEEPEST) return unknown("the scopes of a construct nest too deeply");
  if (node.type === "ThisExpression") {
    const owner = classOfThis(file, node);
    return owner === null ? unknown('the construct scope "this" is not an instance of a class') : classPaths(file, owner, depth);
  }
  if (node.type === "NewExpression") return instancePaths(file, node, depth);
  if (node.type === "CallExpression" && cdkName(file, node.callee) === "core.Stack.of") {
    return { known: [{ stack: "Stack", ids: [], stackName: null }], unknown: [] };
  }
  return unknown(`the construct scope "${shownText(file, scope)}" is not created in this file`);
}

function instancePaths(file: EstreeFile, creation: NewExpression, depth: number): ConstructPaths {
  const owner = localClass(file, creation.callee);
  const isStack = owner === null ? namesStack(file, creation.callee) : isStackClass(file, owner);
  if (isStack) {
    const id = creation.arguments[1];
    const stack = (id === undefined ? null : staticText(file, id)) ?? shownText(file, creation.callee);
    return { known: [{ stack, ids: [], stackName: stackNameOf(file, creation) }], unknown: [] };
  }
  if (owner !== null && !forwardsScope(owner)) return changedScope(owner);
  return pathsOf(file, creation, depth + 1);
}

/** More paths than these through one class, and they are no longer told apart: their number can grow exponentially. */
const MOST_PATHS = 500;

/** By class: every construct in it asks for the paths to its instances. Null while they are being looked for. */
const paths = new WeakMap<Class, ConstructPaths | null>();

function classPaths(file: EstreeFile, owner: Class, depth: number): ConstructPaths {
  const found = paths.get(owner);
  if (found === null) return unknown(`the class "${className(owner)}" creates itself`);
  if (found !== undefined) return found;
  paths.set(owner, null);
  const made = findClassPaths(file, owner, depth);
  const all = made.known.length > MOST_PATHS ? unknown(`the class "${className(owner)}" is created at too many places`) : made;
  paths.set(owner, all);
  return all;
}

function findClassPaths(file: EstreeFile, owner: Class, depth: number): ConstructPaths {
  const { creations, subclasses, elsewhere } = sitesOf(file, owner);
  if (isStackClass(file, owner)) {
    const names = creations.map((creation) => stackNameOf(file, creation));
    const settled = names.flatMap((name) => name ?? []);
    const complete = settled.length === names.length && settled.length > 0 && subclasses.length === 0 && elsewhere.length === 0;
    const stackNames = complete ? [...new Set(settled)] : [null];
    return { known: stackNames.map((stackName) => ({ stack: className(owner), ids: [], stackName })), unknown: [] };
  }
  const each = [
    ...creations.map((creation) => instancePaths(file, creation, depth)),
    ...subclasses.map((subclass) => (forwardsScope(subclass) ? classPaths(file, subclass, depth + 1) : changedScope(subclass))),
  ];
  const clauses = [...each.flatMap((path) => path.unknown), ...elsewhere];
  if (each.length === 0 && clauses.length === 0) clauses.push(`nothing in this file creates the class "${className(owner)}"`);
  return { known: each.flatMap((path) => path.known), unknown: [...new Set(clauses)] };
}

function changedScope(owner: Class): ConstructPaths {
  return unknown(`the class "${className(owner)}" changes the scope or id that it is given`);
}

interface Sites {
  readonly creations: readonly NewExpression[];
  readonly subclasses: readonly Class[];
  readonly elsewhere: readonly string[];
}

/** Every path through a class asks for them. */
const known = new WeakMap<Class, Sites>();

function sitesOf(file: EstreeFile, owner: Class): Sites {
  const sites = known.get(owner) ?? findSites(file, owner);
  known.set(owner, sites);
  return sites;
}

function findSites(file: EstreeFile, owner: Class): Sites {
  const creations: NewExpression[] = [];
  const subclasses: Class[] = [];
  const elsewhere = new Set<string>();
  const exported = `other files may create the class "${className(owner)}", which is exported`;
  if (file.parents.get(owner)?.type === "ExportDefaultDeclaration") elsewhere.add(exported);
  for (const variable of classVariables(file, owner)) {
    if (isExported(file, variable)) elsewhere.add(exported);
    for (const read of valueReads(variable)) {
      const holder = holderOf(file, read);
      if (holder?.type === "NewExpression" && unwrap(holder.callee) === read) creations.push(holder);
      else if (holder?.type === "ClassDeclaration" || holder?.type === "ClassExpression") subclasses.push(holder);
      else if (holder?.type === "ExportSpecifier" || holder?.type === "ExportDefaultDeclaration") elsewhere.add(exported);
      // Statics and `instanceof` create nothing.
      else if (holder?.type !== "MemberExpression" && holder?.type !== "BinaryExpression") {
        elsewhere.add(`the class "${className(owner)}" is handed on as a value`);
      }
    }
  }
  if (createsItself(file, owner)) elsewhere.add(`the class "${className(owner)}" creates instances of "this"`);
  return { creations, subclasses, elsewhere: [...elsewhere] };
}

/** `new this(…)` and `new this.constructor(…)`, also of a subclass. */
function createsItself(file: EstreeFile, owner: Class): boolean {
  return file.calls.some((node) => {
    const isWithin = owner.range[0] <= node.range[0] && node.range[1] <= owner.range[1];
    const callee = node.type === "NewExpression" && isWithin ? unwrap(node.callee) : null;
    return callee?.type === "ThisExpression" || (callee !== null && memberName(callee) === "constructor");
  });
}

/** The variables that mean the class: its own, and for `const Orders = class …` the constant. */
function classVariables(file: EstreeFile, owner: Class): readonly Variable[] {
  const holder = file.parents.get(owner);
  const named = holder?.type === "VariableDeclarator" ? (file.declared.get(holder) ?? []) : [];
  return [...(file.declared.get(owner) ?? []), ...named];
}

function className(owner: Class): string {
  return owner.id?.name ?? "(anonymous)";
}

function isStackClass(file: EstreeFile, owner: Class, depth = 0): boolean {
  if (owner.superClass === null || depth > DEEPEST) return false;
  const parent = localClass(file, owner.superClass);
  return parent === null ? namesStack(file, owner.superClass) : isStackClass(file, parent, depth + 1);
}

/** By the convention that holds in the CDK and in what is built on it: the name of a stack class ends in "Stack". */
function namesStack(file: EstreeFile, callee: Node): boolean {
  return (cdkName(file, callee) ?? file.text.slice(...callee.range)).endsWith("Stack");
}

/** Does the constructor hand its first two parameters on to `super` as they are? */
function forwardsScope(owner: Class, properties = false): boolean {
  const constructor = owner.body.body.find((member) => member.type === "MethodDefinition" && member.kind === "constructor");
  if (constructor?.type !== "MethodDefinition") return true;
  const { value } = constructor;
  if (value.type !== "FunctionExpression" || value.body?.type !== "BlockStatement") return false;
  const names = value.params.map((parameter) => (parameter.type === "Identifier" ? parameter.name : null));
  return value.body.body.some((statement) => {
    if (statement.type !== "ExpressionStatement" || statement.expression.type !== "CallExpression") return false;
    const { callee, arguments: given } = statement.expression;
    if (callee.type !== "Super") return false;
    const forwarded = given.map((argument) => (argument.type === "Identifier" ? argument.name : undefined));
    return (properties ? [0, 1, 2] : [0, 1]).every((index) => forwarded[index] !== undefined && forwarded[index] === names[index]);
  });
}

/** CloudFormation's naming rule for stacks; CDK takes the construct id as it is when the id satisfies it. */
const STACK_NAME = /^[A-Za-z][A-Za-z0-9-]{0,127}$/u;

function stackNameOf(file: EstreeFile, creation: NewExpression): string | null {
  const [scope, id, props] = creation.arguments;
  const app = scope === undefined ? undefined : resolve(file, scope);
  if (id === undefined || app?.type !== "NewExpression" || cdkName(file, app.callee) !== "core.App") return null;
  const owner = localClass(file, creation.callee);
  if (owner === null ? cdkName(file, creation.callee) !== "core.Stack" : !plainStackClass(file, owner)) return null;
  const { values, complete } = propertiesOf(file, props);
  if (!complete) return null;
  const name = values.get("stackName")?.node ?? id;
  const text = staticText(file, name);
  return text !== null && STACK_NAME.test(text) ? text : null;
}

function plainStackClass(file: EstreeFile, owner: Class): boolean {
  return owner.superClass !== null && cdkName(file, owner.superClass) === "core.Stack" && forwardsScope(owner, true);
}
