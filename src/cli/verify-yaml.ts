import { isAlias, isMap, isPair, isScalar, isSeq, Lexer, parseAllDocuments, type Node } from "yaml";
import { NODE, toTree, type Tree } from "./verify-tree.js";

/** Reads YAML strictly: all documents of a file, with tags, anchors and aliases as parts of the values. */
export function readYaml(text: string): Tree {
  const documents = parseAllDocuments(text, { logLevel: "silent", uniqueKeys: false, resolveKnownTags: false });
  if (!Array.isArray(documents)) return [];
  const trees: Tree[] = [];
  for (const document of documents) {
    const [error] = document.errors;
    if (error !== undefined) throw new Error(error.message.split("\n")[0]);
    trees.push(nodeTree(document.contents));
  }
  return trees;
}

/** The lexer's sign that the next token is text, such as the first line of a script in a block scalar. */
const SCALAR_FOLLOWS = "\u001F";

/** All comments of a YAML text, in order. */
export function yamlComments(text: string): readonly string[] {
  const tokens = Array.from(new Lexer().lex(text));
  return tokens.filter((token, index) => token.startsWith("#") && tokens[index - 1] !== SCALAR_FOLLOWS);
}

function nodeTree(node: unknown): Tree {
  if (!isKnown(node)) return null;
  if (isAlias(node)) return { [NODE]: "alias", name: node.source };
  const value = contentTree(node);
  const marks = [node.tag, node.anchor === undefined ? undefined : `&${node.anchor}`].filter((mark) => mark !== undefined);
  return marks.length === 0 ? value : { [marks.join(" ")]: value };
}

function contentTree(node: Node): Tree {
  if (isSeq(node)) return node.items.map(nodeTree);
  if (isMap(node)) {
    const entries = node.items.map(({ key, value }): [string, Tree] => {
      const name = nodeTree(key);
      return [typeof name === "string" ? name : JSON.stringify(name), nodeTree(value)];
    });
    // Where a key occurs twice, an object would hide one of them.
    const names = new Set(entries.map(([name]) => name));
    return names.size === entries.length ? Object.fromEntries(entries) : entries;
  }
  return isScalar(node) ? toTree(node.value) : null;
}

function isKnown(node: unknown): node is Node {
  return isAlias(node) || isScalar(node) || isMap(node) || isSeq(node) || isPair(node);
}
