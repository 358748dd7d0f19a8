import { alphabetically } from "./order.js";
import { contains, isPattern, matcher } from "./pattern.js";

const TOKEN = /[A-Z]+(?![a-z])\d*|[A-Z]?[a-z]+\d*|\d+|[^A-Za-z0-9]+/g;

/** The words of an action name: `CreateDBCluster` is `Create`, `DB`, `Cluster`. Joined they are the name. */
export function tokens(name: string): readonly string[] {
  return name.match(TOKEN) ?? [];
}

/** The kept actions whose names begin with the same words. */
interface Node {
  /** What the names have in common. */
  readonly text: string;
  readonly names: string[];
  /** By the words that follow. */
  readonly children: Map<string, Node>;
}

/**
 * The shortest narrower patterns that together match all of `kept` and none of `unused`, alphabetically.
 *
 * `pattern` is its text up to the first star and a rest. Below the first, names are sorted into a trie by words; a node
 * stands for its text, a star and the rest. A node is safe when that matches no unused name: as characters, for
 * `ListRole*` also matches `ListRoles`, which does not lie below the word `Role`. Every safe node whose parent is not safe
 * gives an entry: its pattern, or the name when only one lies below it. Names at nodes that are not safe stand for themselves.
 */
export function cover(pattern: string, kept: readonly string[], unused: readonly string[]): readonly string[] {
  const star = pattern.indexOf("*");
  const prefix = pattern.slice(0, Math.max(star, 0));
  if (star === -1 || prefix.includes("?")) return [...kept].sort(alphabetically);
  const rest = pattern.slice(star + 1);
  const entries: string[] = [];
  collect(
    trie(prefix, kept),
    unused.map((name) => name.toLowerCase()),
  );
  return irredundant(entries.sort(alphabetically));

  function collect(node: Node, rivals: readonly string[]): void {
    const [only] = node.names;
    if (only !== undefined && node.names.length === 1) {
      entries.push(only);
      return;
    }
    const candidate = `${node.text}*${rest}`.replace(/\*+/g, "*");
    const test = matcher(candidate);
    if (!rivals.some(test) && (rest === "" || node.names.every((name) => test(name.toLowerCase())))) {
      entries.push(candidate);
      return;
    }
    entries.push(...node.names.filter((name) => name.length === node.text.length));
    for (const child of node.children.values()) {
      const text = child.text.toLowerCase();
      collect(
        child,
        rivals.filter((name) => name.startsWith(text)),
      );
    }
  }
}

function trie(prefix: string, names: readonly string[]): Node {
  const root: Node = { text: prefix, names: [...names], children: new Map() };
  for (const name of names) {
    let node = root;
    let end = 0;
    for (const token of tokens(name)) {
      end += token.length;
      if (end <= prefix.length) continue;
      const word = name.slice(node.text.length, end);
      let child = node.children.get(word);
      if (child === undefined) {
        child = { text: name.slice(0, end), names: [], children: new Map() };
        node.children.set(word, child);
      }
      child.names.push(name);
      node = child;
    }
  }
  return root;
}

/** Without the entries that another one contains. */
function irredundant(entries: readonly string[]): readonly string[] {
  const patterns = entries
    .map((text, index) => ({ text, index, prefix: text.slice(0, text.search(/[*?]/)).toLowerCase() }))
    .filter(({ text }) => isPattern(text));
  return entries.filter((entry, index) => {
    const name = entry.toLowerCase();
    return !patterns.some(
      (other) =>
        other.index !== index &&
        name.startsWith(other.prefix) &&
        contains(other.text, entry) &&
        (other.index < index || !contains(entry, other.text)),
    );
  });
}
