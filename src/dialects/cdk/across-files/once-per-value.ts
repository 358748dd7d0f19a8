import type { EstreeFile } from "../../../syntax/estree.js";
import type { Node } from "../../../syntax/estree-nodes.js";
import type { Self, Value } from "./values.js";

/**
 * Answers a question about an expression and the object that its code runs for, and `more` that it is asked with, once: whoever
 * reads a file of a project anew, because any of its files changed, gets another `EstreeFile`. Not for what is asked while
 * instances are still looked for.
 */
export function oncePerValue<At extends Value, More, Answer>(find: (at: At, more: More) => Answer): (at: At, more: More) => Answer {
  const all = new WeakMap<EstreeFile, Map<Node, Map<Self | null, Map<More, Answer>>>>();
  return (at, more) => {
    const ofFile = within(all, at.file, () => new Map<Node, Map<Self | null, Map<More, Answer>>>());
    const ofNode = within(ofFile, at.node, () => new Map<Self | null, Map<More, Answer>>());
    const answers = within(ofNode, at.self, () => new Map<More, Answer>());
    return within(answers, more, () => find(at, more));
  };
}

interface Table<Key, Value> {
  get(key: Key): Value | undefined;
  set(key: Key, value: Value): unknown;
}

function within<Key, Value>(table: Table<Key, Value>, key: Key, make: () => Value): Value {
  const known = table.get(key);
  if (known !== undefined) return known;
  const made = make();
  table.set(key, made);
  return made;
}
