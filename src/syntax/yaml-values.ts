import type { YamlAlias, YamlMap, YamlNode, YamlPair } from "./yaml-nodes.js";

/** A node that is not an alias. */
export type YamlValue = Exclude<YamlNode, YamlAlias>;

/** The node itself, or what it is an alias of; null when that is not known. */
export function resolved(node: YamlNode): YamlValue | null {
  return node.type === "YamlAlias" ? node.target : node;
}

/** The text of an untagged scalar; null for everything else and for a value that is left out. */
export function textOf(node: YamlNode): string | null {
  const value = resolved(node);
  if (value?.type !== "YamlScalar" || value.tag !== null || isNull(value)) return null;
  return value.value;
}

/** Is nothing there, or a plain `null` or `~`? */
export function isNull(node: YamlNode): boolean {
  return node.type === "YamlScalar" && node.tag === null && node.style === "plain" && /^(?:|~|null|Null|NULL)$/u.test(node.value);
}

export function keyOf(pair: YamlPair): string | null {
  return textOf(pair.key);
}

/** The pair of a key: the last one, as readers of YAML that allow several take it, else one that comes by a merge key. */
export function pairAt(map: YamlMap, key: string): YamlPair | null {
  return map.pairs.findLast((pair) => keyOf(pair) === key) ?? mergedPair(map, key, new Set());
}

/** The value of a key, aliases followed; null when the map does not have it. */
export function valueAt(map: YamlMap, key: string): YamlValue | null {
  const pair = pairAt(map, key);
  return pair === null ? null : resolved(pair.value);
}

export function mapAt(map: YamlMap, key: string): YamlMap | null {
  const value = valueAt(map, key);
  return value?.type === "YamlMap" && value.tag === null ? value : null;
}

export function hasTwice(map: YamlMap, key: string): boolean {
  return map.pairs.filter((pair) => keyOf(pair) === key).length > 1;
}

/** Maps that are merged in several ways are looked through once. */
function mergedPair(map: YamlMap, key: string, seen: Set<YamlMap>): YamlPair | null {
  for (const source of map.pairs.filter((pair) => keyOf(pair) === "<<")) {
    const merged = resolved(source.value);
    for (const node of merged?.type === "YamlSequence" ? merged.items : merged === null ? [] : [merged]) {
      const from = resolved(node);
      if (from?.type !== "YamlMap" || seen.has(from)) continue;
      seen.add(from);
      const pair = from.pairs.findLast((each) => keyOf(each) === key) ?? mergedPair(from, key, seen);
      if (pair !== null) return pair;
    }
  }
  return null;
}
