import { isList, isMap, toTree, type Tree } from "./verify-tree.js";

/** Reads JSON, also where Terraform or CloudFormation fill in `${…}` later; null when it is neither. */
export function readJson(text: string): { readonly value: Tree } | null {
  for (const candidate of [() => text, () => fillIn(text)]) {
    try {
      const value: unknown = JSON.parse(candidate());
      return { value: toTree(value) };
    } catch {
      // The next candidate may do.
    }
  }
  return null;
}

/** Makes `${…}` part of the string that it stands in, or a string of its own. */
function fillIn(text: string): string {
  let result = "";
  let inString = false;
  for (let at = 0; at < text.length; ) {
    const char = text.charAt(at);
    if (char === "$" && text[at + 1] === "{" && text[at - 1] !== "$") {
      const end = endOfInterpolation(text, at);
      const escaped = JSON.stringify(text.slice(at, end));
      result += inString ? escaped.slice(1, -1) : escaped;
      at = end;
      continue;
    }
    const width = inString && char === "\\" ? 2 : 1;
    if (char === '"') inString = !inString;
    result += text.slice(at, at + width);
    at += width;
  }
  return result;
}

function endOfInterpolation(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    if (text[at] === "{") depth += 1;
    if (text[at] === "}") depth -= 1;
    if (depth === 0 && at > start + 1) return at + 1;
  }
  return text.length;
}

const DENYING = /^\$\{(?=[^]*\blocal\.)[^]*(?:\bDeny\b|not_?action)/iu;

type Resolve = (text: string) => Promise<Tree | null>;

/**
 * Opens the strings that hold a language of their own (JSON, a Terraform expression), so that a change inside them can be
 * compared piece by piece. Only strings that do not occur equally often on both sides need it, and expressions that may deny
 * what a list elsewhere in the file names.
 */
export async function openStrings(before: Tree, after: Tree, resolve: Resolve): Promise<readonly [Tree, Tree]> {
  const balance = new Map<string, number>();
  eachString(before, (text) => balance.set(text, (balance.get(text) ?? 0) + 1));
  eachString(after, (text) => balance.set(text, (balance.get(text) ?? 0) - 1));
  const opened = new Map<string, Tree>();
  for (const [text, count] of balance) {
    const tree = count === 0 && !DENYING.test(text) ? null : await resolve(text);
    if (tree !== null) opened.set(text, tree);
  }
  if (opened.size === 0) return [before, after];
  return openStrings(replaceStrings(before, opened), replaceStrings(after, opened), resolve);
}

export function openJson(text: string): Promise<Tree | null> {
  const read = /^\s*[[{]/u.test(text) ? readJson(text) : null;
  return Promise.resolve(read === null ? null : { "#json": read.value });
}

function eachString(tree: Tree, visit: (text: string) => void): void {
  if (typeof tree === "string") visit(tree);
  else if (isList(tree)) for (const each of tree) eachString(each, visit);
  else if (isMap(tree)) for (const each of Object.values(tree)) eachString(each, visit);
}

function replaceStrings(tree: Tree, opened: ReadonlyMap<string, Tree>): Tree {
  if (typeof tree === "string") return opened.get(tree) ?? tree;
  if (isList(tree)) return tree.map((each) => replaceStrings(each, opened));
  if (!isMap(tree)) return tree;
  return Object.fromEntries(Object.entries(tree).map(([key, each]) => [key, replaceStrings(each, opened)]));
}
