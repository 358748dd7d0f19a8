import type { Span } from "../../model/text.js";
import type { YamlNode } from "../../syntax/yaml-nodes.js";

/** Tells why the text at a place may not be edited: it is also used elsewhere, through an anchor. */
export type Shared = (span: Span) => string | null;

interface Target extends Span {
  readonly anchor: string;
}

/** Everything that is anchored and used by an alias, merge keys included. */
export function sharedText(root: YamlNode): Shared {
  const targets: Target[] = [];
  const seen = new Set<YamlNode>();
  visit(root);
  return ({ start, end }) => {
    const target = targets.find((each) => each.start <= start && end <= each.end);
    return target === undefined ? null : `its text is also used elsewhere through the anchor "${target.anchor}"`;
  };

  function visit(node: YamlNode): void {
    switch (node.type) {
      case "YamlAlias":
        if (node.target === null || seen.has(node.target)) return;
        seen.add(node.target);
        targets.push({ ...node.target.span, anchor: node.name });
        return;
      case "YamlMap":
        for (const pair of node.pairs) {
          visit(pair.key);
          visit(pair.value);
        }
        return;
      case "YamlSequence":
        node.items.forEach(visit);
        return;
      case "YamlScalar":
        return;
    }
  }
}
