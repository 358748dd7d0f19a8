import type { Opaque, Statement } from "../../model/policy.js";
import type { EstreeFile } from "../../syntax/estree.js";
import type { Node } from "../../syntax/estree-nodes.js";
import { isShared, propertiesOf, resolve } from "../../syntax/estree-values.js";
import type { SharedUse } from "./actions.js";
import { handedOver } from "./actions.js";
import { elementOf } from "./removal.js";
import { unread } from "./sources.js";
import { readJsonStatement } from "./statement.js";

/** A policy document that is written as JSON. */
export interface JsonDocument {
  readonly statements: readonly Statement[];
  readonly shared: readonly SharedUse[];
  readonly opaque: readonly Opaque[];
}

/**
 * The statements of a document in IAM's JSON; null when one of them names principals: then it is not an identity policy.
 * `key`: how the host calls the property that holds them. `by`: what hands it to the CDK, if anything takes it apart there.
 */
export function readJsonDocument(file: EstreeFile, json: Node, by: readonly number[], key = "Statement"): JsonDocument | null {
  const value = propertiesOf(file, json).values.get(key);
  if (value === undefined) return { statements: [], shared: [], opaque: [unread(file, json)] };
  const list = resolve(file, value.node);
  const aliased = value.shared || isShared(file, json) || isShared(file, value.node);
  // IAM takes a single statement without a list, too.
  const elements = list.type === "ArrayExpression" ? list.elements : list.type === "ObjectExpression" ? [list] : [];
  if (list.type !== "ArrayExpression" && elements.length === 0) return { statements: [], shared: [], opaque: [unread(file, value.node)] };
  const statements: Statement[] = [];
  const shared: SharedUse[] = [];
  const opaque: Opaque[] = [];
  for (const element of elements) {
    if (element === null) continue;
    if (resolve(file, element).type !== "ObjectExpression") {
      opaque.push(unread(file, element));
      continue;
    }
    const read = readJsonStatement(file, element, aliased);
    if (read === null) return null;
    shared.push(...read.shared);
    const { entries } = handedOver({ entries: read.statement.actions, opaque: [], shared: [] }, by);
    const place = aliased || list.type !== "ArrayExpression" ? null : elementOf(file, list, element);
    statements.push({ ...read.statement, actions: by.length === 0 ? read.statement.actions : entries, element: place });
  }
  return { statements, shared, opaque };
}
