import type { ListElement, SourceList } from "../../model/policy.js";
import type { EstreeFile } from "../../syntax/estree.js";
import { memberName, unwrap, within, wrapped } from "../../syntax/estree.js";
import type { ArrayExpression, CallExpression, Node, ObjectExpression } from "../../syntax/estree-nodes.js";
import { spanOf } from "../../syntax/estree-nodes.js";
import { isExported } from "../../syntax/estree-values.js";
import { bracketed } from "./actions.js";
import { cdkName } from "./names.js";

/** The element of an array, or the property of an object, that holds `item`; null when its removal would lose more than it. */
export function elementOf(file: EstreeFile, list: ArrayExpression | ObjectExpression, item: Node): ListElement | null {
  const elements: readonly (Node | null)[] = list.type === "ArrayExpression" ? list.elements : list.properties;
  const present = elements.filter((element) => element !== null);
  const index = present.findIndex((element) => element === item);
  return index === -1 || doesMore(file, item) ? null : { list: listOf(list, elements), index };
}

/** One for all elements: long lists would otherwise be copied as often as they are long. */
const lists = new WeakMap<Node, SourceList>();

function listOf(node: Node, elements: readonly (Node | null)[]): SourceList {
  const list = lists.get(node) ?? bracketed(node.range[0], node.range[1], elements);
  lists.set(node, list);
  return list;
}

/** A call that is a statement of its own, such as `role.addToPolicy(new PolicyStatement({ … }));`. */
export function callElement(file: EstreeFile, call: CallExpression): ListElement | null {
  const statement = file.parents.get(wrapped(file, call));
  const block = statement === undefined ? undefined : file.parents.get(statement);
  if (statement?.type !== "ExpressionStatement") return null;
  if (block?.type !== "BlockStatement" && block?.type !== "Program" && block?.type !== "StaticBlock") return null;
  if (!isPlainReceiver(file, call.callee) || call.arguments.some((argument) => doesMore(file, argument))) return null;
  return joinsNeighbours(file, block.body, statement) ? null : { list: { syntax: "blocks", items: [spanOf(statement)] }, index: 0 };
}

function isPlainReceiver(file: EstreeFile, callee: Node): boolean {
  const node = unwrap(callee);
  if (node.type === "MemberExpression") return !node.computed && isPlainReceiver(file, node.object);
  // A facade for grant methods, which does nothing by itself: `BucketGrants.fromBucket(bucket).read(role)`.
  if (node.type === "CallExpression" && /Grants\.from\w+$/u.test(cdkName(file, node.callee) ?? "")) {
    return node.arguments.every((argument) => !doesMore(file, argument));
  }
  return node.type === "Identifier" || node.type === "ThisExpression";
}

/** Without the statement, would the one before, left without a semicolon, run on into the one after? */
function joinsNeighbours(file: EstreeFile, statements: readonly Node[], statement: Node): boolean {
  const index = statements.indexOf(statement);
  const before = statements[index - 1];
  const after = statements[index + 1];
  if (before === undefined || after === undefined || CLOSED.has(before.type)) return false;
  return !file.text.slice(...before.range).endsWith(";") && /^[([`+\-/]/u.test(file.text.slice(...after.range));
}

/** Statements that end with their own brace. */
const CLOSED = new Set<string>(["BlockStatement", "ClassDeclaration", "FunctionDeclaration"]);

/** Is something declared in this file mentioned nowhere else? Compilers may reject what is declared and not used. */
export function leavesUnused(file: EstreeFile, removed: Node): boolean {
  const isGone = ({ range: [start, end] }: Node): boolean => removed.range[0] <= start && end <= removed.range[1];
  return within(file, removed).some((node) => {
    const variable = node.type === "Identifier" ? file.variables.get(node) : undefined;
    if (variable === undefined || variable.defs.length === 0 || isExported(file, variable)) return false;
    if (variable.identifiers.some(isGone)) return false;
    return variable.references.every((reference) => !reference.isRead() || isGone(reference.identifier));
  });
}

/** Classes of `aws-iam` that only describe; creating another construct would add to the stack. */
const DESCRIPTIONS = /^aws-iam\.(?:PolicyStatement|PolicyDocument|\w*Principal)$/u;

/** Methods that only compose a text. */
const COMPOSING = new Set([
  "arnForObjects", "formatArn", "fromJson", "getAtt", "importValue", "join", "keys", "map", "of", "ref", "select", "split", "sub",
  "toString", "valueForStringParameter", "values",
]);

/** Does evaluating this expression do anything besides giving its value? In doubt, yes. */
function doesMore(file: EstreeFile, expression: Node): boolean {
  return within(file, expression).some((node) => {
    if (node.type === "NewExpression") return !DESCRIPTIONS.test(cdkName(file, node.callee) ?? "");
    if (node.type === "CallExpression") return !COMPOSING.has(memberName(unwrap(node.callee)) ?? "");
    return ACTING.has(node.type);
  });
}

const ACTING = new Set<string>([
  "AssignmentExpression",
  "AwaitExpression",
  "TaggedTemplateExpression",
  "UpdateExpression",
  "YieldExpression",
]);
