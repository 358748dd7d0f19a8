import { isList, isMap, NODE, type Tree } from "./verify-tree.js";

const IGNORED = new Set(["type", "range", "loc", "start", "end", "parent", "tokens", "comments"]);

interface EsNode {
  readonly type: string;
  readonly [field: string]: unknown;
}

function isNode(value: unknown): value is EsNode {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

/** Stands at the end of a list that may lose all its elements: others come to them elsewhere. */
const MORE: Tree = { [NODE]: "More" };

/** The lists that `MORE` ends. */
const extended = new WeakSet<object>();

/** The syntax tree of a program, with object and array literals and strings as what they say. */
export function estreeTree(value: unknown): Tree {
  if (Array.isArray(value)) return extended.has(value) ? [...value.map(estreeTree), MORE] : value.map(estreeTree);
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  // Big integers and regular expressions are also there as `raw` text.
  if (typeof value !== "object" || value === null) return null;
  if (!isNode(value)) return fields(Object.entries(value));
  markExtended(value);
  switch (value.type) {
    case "Literal":
      return typeof value["value"] === "string" ? value["value"] : { [NODE]: "Literal", text: String(value["raw"]) };
    case "TemplateLiteral": {
      const text = onlyText(value["quasis"]);
      if (text !== null) return text;
      break;
    }
    case "ArrayExpression":
      return estreeTree(value["elements"]);
    case "ObjectExpression":
      return objectTree(value["properties"]);
    case "CallExpression":
      return callTree(value);
  }
  return { [NODE]: value.type, ...fields(Object.entries(value).filter(([key]) => !IGNORED.has(key))) };
}

/** Grant methods take actions after the grantee, and those for objects of a bucket after a pattern of their keys. */
const GRANT_METHOD = /^(?:grant|grant(?:Execution|OnKey|Stream)|actions|execution|actionsOn\w*ObjectKeys)$/u;

/** A call of a grant method has its actions apart from its other arguments: they are a list of their own. */
function callTree(node: EsNode): Tree {
  const tree: Readonly<Record<string, Tree>> = { [NODE]: node.type, ...fields(Object.entries(node).filter(([key]) => !IGNORED.has(key))) };
  const method = nameOf(node["callee"]) ?? "";
  const given = tree["arguments"];
  if (!GRANT_METHOD.test(method) || !Array.isArray(given)) return tree;
  const least = method.endsWith("ObjectKeys") ? 2 : 1;
  const first = given.findIndex((argument, index) => index >= least && (typeof argument === "string" || isSpreadList(argument)));
  return first === -1 ? tree : { ...tree, arguments: given.slice(0, first), granted: given.slice(first) };
}

/** `...["s3:GetObject"]` */
function isSpreadList(tree: Tree): boolean {
  return isMap(tree) && tree[NODE] === "SpreadElement" && isList(tree["argument"] ?? null);
}

/** All comments of a program, in order; null when its parser did not keep them. */
export function estreeComments(program: unknown): readonly string[] | null {
  if (typeof program !== "object" || program === null || !("comments" in program) || !Array.isArray(program.comments)) return null;
  return program.comments.map((comment: unknown) => (isNode(comment) ? String(comment["value"]) : ""));
}

function fields(entries: readonly (readonly [string, unknown])[]): Readonly<Record<string, Tree>> {
  return Object.fromEntries(entries.map(([key, value]) => [key, estreeTree(value)]));
}

function onlyText(quasis: unknown): string | null {
  if (!Array.isArray(quasis) || quasis.length !== 1) return null;
  const quasi: unknown = quasis[0];
  if (!isNode(quasi)) return null;
  const value = quasi["value"];
  return typeof value === "object" && value !== null && "cooked" in value && typeof value.cooked === "string" ? value.cooked : null;
}

/** Properties by name; spreads, methods and computed names keep their syntax tree under a name that cannot be a plain one. */
function objectTree(properties: unknown): Tree {
  if (!Array.isArray(properties)) return {};
  return Object.fromEntries(
    properties.map((property: unknown, index): [string, Tree] => {
      if (isNode(property)) markExtended(property);
      const name = plainName(property);
      if (name === null || !isNode(property)) return [`#${String(index)}`, estreeTree(property)];
      return [name, estreeTree(property["value"])];
    }),
  );
}

function plainName(property: unknown): string | null {
  if (!isNode(property) || property.type !== "Property" || property["kind"] !== "init") return null;
  const key = property["key"];
  if (property["computed"] === true || property["method"] === true || !isNode(key)) return null;
  if (key.type === "Identifier") return String(key["name"]);
  return key.type === "Literal" ? String(key["value"]) : null;
}

/** The arguments of `addActions`, what a function is given at first (`initialPolicy`), and a constant list of its own. */
function markExtended(node: EsNode): void {
  if (node.type === "CallExpression" && nameOf(node["callee"]) === "addActions") mark(node["arguments"]);
  if (node.type === "Property" && nameOf(node["key"]) === "initialPolicy") mark(listIn(node["value"]));
  if (node.type === "VariableDeclarator") mark(listIn(node["init"]));
}

function mark(list: unknown): void {
  if (Array.isArray(list)) extended.add(list);
}

/** The elements of an array, with or without an assertion around it. */
function listIn(value: unknown): unknown {
  if (!isNode(value)) return null;
  if (value.type === "ArrayExpression") return value["elements"];
  return /^TS\w*(?:Expression|Assertion)$/u.test(value.type) ? listIn(value["expression"]) : null;
}

/** `c` of `c` and of `a.b.c`. */
function nameOf(value: unknown): string | null {
  if (!isNode(value)) return null;
  if (value.type === "MemberExpression") return nameOf(value["property"]);
  return value.type === "Identifier" && typeof value["name"] === "string" ? value["name"] : null;
}
