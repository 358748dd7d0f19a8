import type { EstreeFile } from "../../syntax/estree.js";
import type { ImportedName } from "../../syntax/estree-imports.js";
import { memberName, unwrap } from "../../syntax/estree.js";
import { importedName } from "../../syntax/estree-imports.js";
import type { CallExpression, NewExpression, Node } from "../../syntax/estree-nodes.js";

/**
 * What an expression is called in the AWS CDK, whatever the import style: `aws-iam.Role`, `aws-iam.Effect.DENY`,
 * `core.Stack`. Null for everything that is not imported from the CDK.
 */
export function cdkName(file: EstreeFile, expression: Node): string | null {
  const known = names.get(file) ?? new Map<Node, string | null>();
  names.set(file, known);
  const found = known.get(expression);
  if (found !== undefined) return found;
  const name = findName(file, expression);
  known.set(expression, name);
  return name;
}

/** Every reader asks for the name of every class. */
const names = new WeakMap<EstreeFile, Map<Node, string | null>>();

function findName(file: EstreeFile, expression: Node): string | null {
  const imported = importedName(file, expression);
  return imported === null ? null : nameInCdk(imported);
}

export function nameInCdk(imported: ImportedName): string | null {
  const path = imported.path[0] === "default" ? imported.path.slice(1) : imported.path;
  const [, scope = "", submodule] = /^(aws-cdk-lib|@aws-cdk)(?:\/([\w-]+))?/u.exec(imported.module) ?? [];
  if (scope === "") return null;
  const [first = "", ...rest] = path;
  // The barrel `aws-cdk-lib` has every service as a namespace, with underscores.
  if (submodule === undefined && NAMESPACE.test(first)) return [first.replaceAll("_", "-"), ...rest].join(".");
  return [submodule ?? "core", ...path].join(".");
}

const NAMESPACE = /^(?:aws_\w+|custom_resources|pipelines)$/u;

/** `new X(…)` or `X.fromJson(…)`. */
export type Creation = NewExpression | CallExpression;

/** The node, when it creates an instance of the class of this name. */
export function creationOf(file: EstreeFile, node: Node, name: string): Creation | null {
  if (node.type === "NewExpression") return cdkName(file, node.callee) === name ? node : null;
  if (node.type !== "CallExpression") return null;
  // The name alone excludes nearly all calls.
  const method = memberName(unwrap(node.callee));
  return (method === null || method === "fromJson") && cdkName(file, node.callee) === `${name}.fromJson` ? node : null;
}
