import type { HclExpression } from "../../syntax/hcl-nodes.js";
import { literalText } from "./expressions.js";

/**
 * Nodes for what flows as a value of Terraform's: a list of actions, statements, or a policy that is an object still. Policies
 * that are text already, and ARNs, have nodes of their own: what may be done to a text may not be done to its parts.
 */
const MARK = "value of ";

/** `value of local.actions.read`; null for what is no reference to a local or a variable. */
export function valueNode(expression: HclExpression): string | null {
  const path = memberPath(expression);
  const [root, name, ...members] = path ?? [];
  return (root === "local" || root === "var") && name !== undefined ? nodeOf(root, [name, ...members]) : null;
}

export function nodeOf(root: "local" | "var", path: readonly string[]): string {
  return `${MARK}${[root, ...path].join(".")}`;
}

/** Whoever takes any part of it, which the source does not tell. */
export function partsOf(node: string): string {
  return `${node}.*`;
}

/** Whoever takes an element of the list by its number. */
export function indexed(node: string): string {
  return `${node}[]`;
}

/** Whoever merges it with something else. */
export function mergedInto(node: string): string {
  return `${node}{}`;
}

/** The nodes that a reference touches: what it names, and the parts of everything that this lies in. */
export function touched(node: string): readonly string[] {
  const steps = node.split(".");
  return [node, ...steps.slice(2).map((_, index) => partsOf(steps.slice(0, index + 2).join(".")))];
}

export function isValueNode(node: string): boolean {
  return node.startsWith(MARK);
}

/**
 * `local.actions.read` and `local.actions["read"]` alike. An index that is not a literal name ends what is known: the
 * reference may be to any of the parts, and is taken for one to all.
 */
function memberPath(expression: HclExpression): readonly string[] | null {
  switch (expression.type) {
    case "HclVariable":
      return expression.name === "" ? null : [expression.name];
    case "HclGetAttribute": {
      const object = memberPath(expression.object);
      return object === null || endsAtIndex(expression.object) ? object : [...object, expression.name];
    }
    case "HclIndex": {
      const object = memberPath(expression.object);
      const key = literalText(expression.key);
      return object === null || key === null || endsAtIndex(expression.object) ? object : [...object, key];
    }
    case "HclSplat":
      return memberPath(expression.object);
    default:
      return null;
  }
}

function endsAtIndex(expression: HclExpression): boolean {
  if (expression.type === "HclSplat") return true;
  if (expression.type === "HclIndex") return literalText(expression.key) === null || endsAtIndex(expression.object);
  return expression.type === "HclGetAttribute" && endsAtIndex(expression.object);
}
