import { classOfThis, type EstreeFile } from "../../../syntax/estree.js";
import type { Node } from "../../../syntax/estree-nodes.js";
import { cdkName } from "../names.js";
import type { ClassAt } from "./exports.js";
import { oncePerProject, projectOf } from "./cdk-project.js";
import { usesOf } from "./uses.js";
import { chainOf, className, type Created, type Self } from "./values.js";

/** Every object that is created of a class. `unknown` holds clauses for those that the project does not show. */
export interface Instances {
  readonly known: readonly Self[];
  readonly unknown: readonly string[];
  /** The project, which has an app, never creates any: whatever they create is not deployed. */
  readonly isUnused: boolean;
}

/** More objects than these of one class, and they are no longer told apart: their number can grow exponentially. */
const MOST_INSTANCES = 500;

const once = oncePerProject<Instances>();

export function instancesOf(owner: ClassAt): Instances {
  const clause = (what: string): Instances => ({ known: [], unknown: [`the class "${className(owner.node)}" ${what}`], isUnused: false });
  return once(owner.file, owner.node, clause("creates itself"), () => {
    const found = findInstances(owner);
    if (found.known.length <= MOST_INSTANCES) return found;
    return isStack(owner) ? { known: [anyStack(owner)], unknown: [], isUnused: false } : clause("is created at too many places");
  });
}

function findInstances(owner: ClassAt): Instances {
  const { creations, subclasses, elsewhere } = usesOf(owner);
  const { isWhole, hasApp } = projectOf(owner.file);
  const all = [...creations.map(({ file, node }) => createdAt(owner, file, node)), ...subclasses.map(instancesOf)];
  const used = all.filter((instances) => !instances.isUnused);
  const isUnused = isWhole && hasApp && used.length === 0 && elsewhere.length === 0;
  const each = isUnused ? all : used;
  const known = each.flatMap((instances) => instances.known);
  const unknown = new Set([...each.flatMap((instances) => instances.unknown), ...elsewhere]);
  // A stack has the same logical ids wherever it is created, so that it is known in part at least.
  if (isStack(owner)) {
    const isOpen = known.length === 0 || unknown.size > 0;
    const isOnlyOne = elsewhere.length > 0 && !isWhole;
    return { known: [...(isOnlyOne ? [] : known), ...(isOpen ? [anyStack(owner)] : [])], unknown: [], isUnused };
  }
  const where = isWhole ? "the project" : "this file";
  if (known.length === 0 && unknown.size === 0) unknown.add(`nothing in ${where} creates the class "${className(owner.node)}"`);
  return { known, unknown: [...unknown], isUnused };
}

function anyStack(owner: ClassAt): Self {
  return { owner, creation: null };
}

function createdAt(owner: ClassAt, file: EstreeFile, node: Created["node"]): Instances {
  const creator = classOfThis(file, node);
  if (creator === null) return { known: [{ owner, creation: { file, node, self: null } }], unknown: [], isUnused: false };
  const { known, unknown, isUnused } = instancesOf({ file, node: creator });
  return { known: known.map((self) => ({ owner, creation: { file, node, self } })), unknown, isUnused };
}

/**
 * The objects that `this` may be where an expression stands: one that is not known, when none of them is; `null` outside of
 * classes.
 */
export function selvesAt(file: EstreeFile, node: Node): { readonly selves: readonly (Self | null)[]; readonly unknown: readonly string[] } {
  const creator = classOfThis(file, node);
  if (creator === null) return { selves: [null], unknown: [] };
  const owner = { file, node: creator };
  const { known, unknown } = instancesOf(owner);
  return { selves: known.length === 0 ? [{ owner, creation: null }] : known, unknown };
}

export function isStack(owner: ClassAt): boolean {
  const { base } = chainOf(owner);
  return base !== null && namesStack(base.file, base.node);
}

/** By the convention that holds in the CDK and in what is built on it: the name of a stack class ends in "Stack". */
export function namesStack(file: EstreeFile, callee: Node): boolean {
  return (cdkName(file, callee) ?? file.text.slice(...callee.range)).endsWith("Stack");
}
