/** A parsed file, whatever its language, reduced to what it means: no positions, no comments, no quoting. */
export type Tree = null | boolean | number | string | readonly Tree[] | TreeMap;

export interface TreeMap {
  readonly [key: string]: Tree;
}

/** Marks a map that stands for a syntax node (a call, a reference, a tag) and not for an object that the author wrote. */
export const NODE = "#node";

export function isMap(tree: Tree): tree is TreeMap {
  return typeof tree === "object" && tree !== null && !isList(tree);
}

export function isList(tree: Tree): tree is readonly Tree[] {
  return Array.isArray(tree);
}

/** Deep equality; the order of keys counts. */
export function isSame(a: Tree, b: Tree): boolean {
  if (isList(a)) return isList(b) && a.length === b.length && a.every((each, index) => isSame(each, b[index] ?? null));
  if (!isMap(a) || !isMap(b)) return Object.is(a, b);
  const keys = Object.keys(a);
  const others = Object.keys(b);
  return keys.length === others.length && keys.every((key, index) => key === others[index] && isSame(a[key] ?? null, b[key] ?? null));
}

/** Takes over a value that a parser of data made; what such a value cannot hold becomes null. */
export function toTree(value: unknown): Tree {
  if (typeof value === "string" || typeof value === "boolean" || typeof value === "number") return value;
  if (typeof value === "bigint") return String(value);
  if (Array.isArray(value)) return value.map(toTree);
  if (typeof value !== "object" || value === null) return null;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, toTree(each)]));
}
