import { getExpressionAst, parse } from "@cdktf/hcl2json";
import { openJson } from "./verify-json.js";
import { isList, isMap, NODE, toTree, type Tree } from "./verify-tree.js";
import { readYaml } from "./verify-yaml.js";

/** Reads Terraform with HashiCorp's own parser. Expressions stay text until `openHcl` opens them. */
export async function readHcl(text: string): Promise<Tree> {
  return toTree(await parse("file.tf", text));
}

/**
 * Reads Terraform's JSON syntax with two parsers: one is strict, the other does not hide a key that stands twice. hcl2json does
 * not read it, and puts `locals` into a list where it reads them.
 */
export function readHclJson(text: string): Tree {
  JSON.parse(text);
  const documents = readYaml(text);
  const tree = isList(documents) ? (documents[0] ?? null) : null;
  if (!isMap(tree)) return tree;
  const { locals } = tree;
  return locals === undefined || isList(locals) ? tree : { ...tree, locals: [locals] };
}

/** Opens JSON text, or an expression that hcl2json gives back as `${…}`. */
export async function openHcl(text: string): Promise<Tree | null> {
  if (!text.startsWith("${") || !text.endsWith("}")) return openJson(text);
  const expression = text.slice(2, -1);
  try {
    const ast: unknown = await getExpressionAst("file.tf", expression);
    return isNode(ast) ? { "#expression": expressionTree(ast, Buffer.from(expression)) } : null;
  } catch {
    // Not one expression but a template, such as "${a}-${b}".
    return null;
  }
}

/** What is used of hcl2json's syntax tree; its own types name only some of the kinds that occur. */
interface Node {
  readonly type: string;
  readonly range: { readonly start: { readonly byte: number }; readonly end: { readonly byte: number } };
  readonly meta?: Readonly<Record<string, unknown>> | null;
  readonly children?: readonly Node[] | null;
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && "range" in value;
}

function expressionTree(node: Node, source: Buffer): Tree {
  const children = node.children ?? [];
  const [only] = children;
  switch (node.type) {
    case "tuple":
      return children.map((child) => expressionTree(child, source));
    case "object":
      return objectTree(children, source);
    case "template":
      if (children.length === 1 && only?.type === "literalValue") return expressionTree(only, source);
      break;
    case "literalValue":
      if (node.meta?.["type"] === "string") return String(node.meta["value"]);
      return { [NODE]: "literal", text: String(node.meta?.["value"]) };
    case "":
      if (children.length === 1 && only !== undefined) return expressionTree(only, source);
      break;
  }
  // `value` and the `…Expression`s repeat the source, comments included; the children say the same.
  const facts = Object.entries(node.meta ?? {}).filter(
    ([key, value]) => (key !== "value" || children.length === 0) && !key.endsWith("Expression") && isPlain(value),
  );
  return {
    [NODE]: node.type,
    ...toMap(facts),
    text: children.length === 0 ? sliceOf(node, source) : null,
    children: children.map((child) => expressionTree(child, source)),
  };
}

/** An object's children are keys and values in turn; a key that is a bare word has no text of its own. */
function objectTree(children: readonly Node[], source: Buffer): Tree {
  const entries: [string, Tree][] = [];
  for (let index = 0; index + 1 < children.length; index += 2) {
    const [key, value] = children.slice(index, index + 2);
    if (key === undefined || value === undefined) break;
    const name = key.children?.length ? expressionTree(key, source) : sliceOf(key, source);
    entries.push([typeof name === "string" ? name : JSON.stringify(name), expressionTree(value, source)]);
  }
  return Object.fromEntries(entries);
}

function sliceOf(node: Node, source: Buffer): string {
  return source.subarray(node.range.start.byte, node.range.end.byte).toString("utf8");
}

function isPlain(value: unknown): boolean {
  return typeof value === "string" || typeof value === "boolean";
}

function toMap(entries: readonly (readonly [string, unknown])[]): Readonly<Record<string, Tree>> {
  return Object.fromEntries(entries.map(([key, value]) => [key, toTree(value)]));
}
