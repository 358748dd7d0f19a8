import type { Opaque } from "../../model/policy.js";
import type { EstreeFile } from "../../syntax/estree.js";
import { shownText } from "../../syntax/estree.js";
import type { Node } from "../../syntax/estree-nodes.js";
import { spanOf } from "../../syntax/estree-nodes.js";
import { propertiesOf, resolve } from "../../syntax/estree-values.js";
import { creationOf } from "./names.js";
import type { Site } from "./sites.js";
import { statementCreation } from "./statement.js";

/** Where a policy gets statements from that this file does not write down. */
export function unreadSources(file: EstreeFile, properties: Node | undefined, sites: readonly Site[]): Opaque[] {
  const { values, complete } = propertiesOf(file, properties);
  const statements = values.get("statements")?.node;
  const document = values.get("document")?.node;
  const added = sites.flatMap((site) => (site.kind === "member" && site.name === "addStatements" ? (site.call?.arguments ?? []) : []));
  return [
    ...(complete || properties === undefined ? [] : [unread(file, properties)]),
    ...(statements === undefined ? [] : unreadIn(file, statements)),
    ...(document === undefined || isDocument(file, document) ? [] : [unread(file, document)]),
    ...unreadElements(file, added),
  ];
}

function unreadIn(file: EstreeFile, list: Node): Opaque[] {
  const array = resolve(file, list);
  return array.type === "ArrayExpression" ? unreadElements(file, array.elements) : [unread(file, list)];
}

function unreadElements(file: EstreeFile, elements: readonly (Node | null)[]): Opaque[] {
  return elements.flatMap((element) => {
    if (element === null) return [];
    if (element.type === "SpreadElement") return unreadIn(file, element.argument);
    return statementCreation(file, resolve(file, element)) !== null ? [] : [unread(file, element)];
  });
}

function isDocument(file: EstreeFile, expression: Node): boolean {
  return creationOf(file, resolve(file, expression), "aws-iam.PolicyDocument") !== null;
}

export function unread(file: EstreeFile, node: Node): Opaque {
  return { span: spanOf(node), why: `"${shownText(file, node)}" is not created in this file` };
}
