import type { HclExpression } from "../../syntax/hcl-nodes.js";
import { membersOf, numberOf, scopeOf, settle, textOf, truthOf, type Instance, type ModuleInstance, type Placed } from "./scope.js";
import { textExpression } from "./tfvars.js";

/** A block that can have `count` or `for_each`, with the attributes that matter here. */
export interface Repeated {
  readonly attributes: ReadonlyMap<string, HclExpression>;
  /** Of the whole file. */
  readonly source: string;
}

/** A resource or data block that a directory declares. */
export interface Declaration extends Repeated {
  readonly address: string;
  readonly type: string;
}

/** A `count` beyond this is not unrolled. */
const MOST_INSTANCES = 100;

/** The instances of a block; `listed` is false when the source does not tell which there are. */
export interface Instances {
  readonly listed: boolean;
  readonly instances: readonly (Instance | null)[];
}

const UNLISTED: Instances = { listed: false, instances: [null] };

export function instancesOf({ attributes, source }: Repeated, module: ModuleInstance): Instances {
  const placed = (value: HclExpression): Placed => ({ value, source, scope: scopeOf(module) });
  const count = attributes.get("count");
  if (count !== undefined) return countInstances(placed(count));
  const forEach = attributes.get("for_each");
  if (forEach !== undefined) return forEachInstances(placed(forEach));
  return { listed: true, instances: [null] };
}

function countInstances(count: Placed): Instances {
  const most = mostOf(count);
  if (most === null || most > MOST_INSTANCES) return UNLISTED;
  return { listed: true, instances: Array.from({ length: most }, (_, index) => ({ key: null, value: null, index })) };
}

/** The largest that a `count` can be: `var.enabled ? 1 : 0` is at most 1. */
function mostOf(count: Placed): number | null {
  const settled = settle(count);
  const { value } = settled;
  if (value.type !== "HclConditional") return numberOf(settled);
  const consequent = mostOf({ ...settled, value: value.consequent });
  const alternate = mostOf({ ...settled, value: value.alternate });
  return consequent === null || alternate === null ? null : Math.max(consequent, alternate);
}

function forEachInstances(collection: Placed): Instances {
  const listed = elementsOf(collection);
  if (listed === null) return UNLISTED;
  const instances: Instance[] = [];
  for (const { key, value } of listed) {
    const name = key ?? textOf(value);
    if (name === null) return UNLISTED;
    instances.push({ key: name, value, index: null });
  }
  return { listed: true, instances };
}

export interface Element {
  /** Null for an element of a list or set. */
  readonly key: string | null;
  readonly value: Placed;
}

const MOST_LEVELS = 20;

/** The elements of a collection that is written out: lists, sets and objects, put together, picked from, or made by `for`. */
export function elementsOf(collection: Placed, level = 0): readonly Element[] | null {
  const settled = settle(collection);
  const { value } = settled;
  if (level > MOST_LEVELS) return null;
  const inner = (expression: HclExpression): readonly Element[] | null => elementsOf({ ...settled, value: expression }, level + 1);
  switch (value.type) {
    case "HclTuple":
      return value.items.map((item) => ({ key: null, value: { ...settled, value: item } }));
    case "HclObject":
      return membersOf(settled);
    case "HclConditional": {
      // Whichever applies, there are no others.
      const [first, second] = [inner(value.consequent), inner(value.alternate)];
      return first === null || second === null ? null : byKey([...first, ...second]);
    }
    case "HclCall":
      return value.expanded ? null : callElements(value.name, value.arguments.map(inner));
    case "HclForTuple":
    case "HclForObject":
      return forElements(settled, level);
    default:
      return null;
  }
}

function callElements(name: string, parts: readonly (readonly Element[] | null)[]): readonly Element[] | null {
  if (parts.some((part) => part === null)) return null;
  const elements = parts.flatMap((part) => part ?? []);
  switch (name) {
    case "toset":
    case "tomap":
    case "tolist":
    case "concat":
    case "setunion":
    case "distinct":
      return elements;
    case "merge":
      return byKey(elements);
    case "values":
      return elements.map(({ value }) => ({ key: null, value }));
    default:
      return null;
  }
}

/** Of several elements with one key the last. */
function byKey(elements: readonly Element[]): readonly Element[] {
  return elements.filter(({ key }, index) => key === null || !elements.slice(index + 1).some((other) => other.key === key));
}

/** `for` expressions over what is written out, with keys and conditions that are known. */
function forElements(settled: Placed, level: number): readonly Element[] | null {
  const { value } = settled;
  if (value.type !== "HclForTuple" && value.type !== "HclForObject") return null;
  const collection = elementsOf({ ...settled, value: value.collection }, level + 1);
  if (collection === null || (value.type === "HclForObject" && value.grouped)) return null;
  const elements: Element[] = [];
  for (const [index, element] of collection.entries()) {
    const bound = new Map(settled.scope.bound).set(value.value, element.value);
    if (value.key !== null) bound.set(value.key, keyOf(element, index));
    const place = (expression: HclExpression): Placed => ({ ...settled, value: expression, scope: { ...settled.scope, bound } });
    const wanted = value.condition === null ? true : truthOf(place(value.condition));
    if (wanted === null) return null;
    if (!wanted) continue;
    const key = value.type === "HclForTuple" ? null : textOf(place(value.resultKey));
    if (value.type === "HclForObject" && key === null) return null;
    elements.push({ key, value: place(value.result) });
  }
  return byKey(elements);
}

function keyOf({ key, value }: Element, index: number): Placed {
  return { ...value, value: textExpression(key ?? String(index)) };
}
