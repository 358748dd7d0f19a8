import type { HclExpression } from "../../syntax/hcl-nodes.js";
import { literalText, traversal, unwrap } from "./expressions.js";
import type { Instance, Sourced } from "./names.js";

/** A resource or data block that a directory declares, with the attributes that matter here. */
export interface Declaration {
  readonly address: string;
  readonly type: string;
  /** Of the whole file. */
  readonly source: string;
  readonly attributes: ReadonlyMap<string, HclExpression>;
}

/** The value of a local that is declared exactly once in the directory; null for others. */
export type Locals = (name: string) => Sourced | null;

/** A `count` beyond this is not unrolled. */
const MOST_INSTANCES = 100;

/** The instances of a block; `listed` is false when the source does not tell which there are. */
export interface Instances {
  readonly listed: boolean;
  readonly instances: readonly (Instance | null)[];
}

const UNLISTED: Instances = { listed: false, instances: [null] };

export function instancesOf(declaration: Declaration, locals: Locals): Instances {
  const { attributes, source } = declaration;
  const count = attributes.get("count");
  if (count !== undefined) return countInstances(count);
  const forEach = attributes.get("for_each");
  if (forEach !== undefined) return forEachInstances({ value: forEach, source }, locals);
  return { listed: true, instances: [null] };
}

function countInstances(count: HclExpression): Instances {
  const most = mostOf(count);
  if (most === null || most > MOST_INSTANCES) return UNLISTED;
  return { listed: true, instances: Array.from({ length: most }, (_, index) => ({ key: null, value: null, index })) };
}

/** The largest that a `count` can be: `var.enabled ? 1 : 0` is at most 1. */
function mostOf(count: HclExpression): number | null {
  const inner = unwrap(count);
  if (inner.type === "HclNumber") return inner.value;
  if (inner.type !== "HclConditional") return null;
  const consequent = mostOf(inner.consequent);
  const alternate = mostOf(inner.alternate);
  return consequent === null || alternate === null ? null : Math.max(consequent, alternate);
}

function forEachInstances(collection: Sourced, locals: Locals): Instances {
  const listed = elementsOf(collection, locals);
  if (listed === null) return UNLISTED;
  const instances: Instance[] = [];
  for (const { key, value } of listed) {
    const name = key ?? literalText(unwrap(value.value));
    if (name === null) return UNLISTED;
    instances.push({ key: name, value, index: null });
  }
  return { listed: true, instances };
}

export interface Element {
  /** Null for an element of a list or set. */
  readonly key: string | null;
  readonly value: Sourced;
}

/** The elements of a collection that is written out: a list, a set, an object, or a local that is one. */
export function elementsOf({ value, source }: Sourced, locals: Locals, level = 0): readonly Element[] | null {
  const inner = unwrap(value);
  switch (inner.type) {
    case "HclTuple":
      return inner.items.map((item) => ({ key: null, value: { value: item, source } }));
    case "HclObject": {
      const elements: Element[] = [];
      for (const { key, value: member } of inner.items) {
        const name = key.type === "HclVariable" ? key.name : literalText(key);
        if (name === null) return null;
        elements.push({ key: name, value: { value: member, source } });
      }
      return elements;
    }
    case "HclCall": {
      const [argument] = inner.arguments;
      const same = inner.name === "toset" || inner.name === "tomap" || inner.name === "tolist";
      return same && argument !== undefined ? elementsOf({ value: argument, source }, locals, level) : null;
    }
    case "HclGetAttribute": {
      const [root, name, ...rest] = traversal(inner) ?? [];
      const local = root === "local" && name !== undefined && rest.length === 0 && level < 10 ? locals(name) : null;
      return local === null ? null : elementsOf(local, locals, level + 1);
    }
    default:
      return null;
  }
}

/** Goes down into a written-out object by its keys (`local.names.admin`), as far as it can be followed. */
export function memberOf({ value, source }: Sourced, names: readonly string[]): Sourced {
  const inner = unwrap(value);
  const [name, ...rest] = names;
  if (name === undefined || inner.type !== "HclObject") return { value: inner, source };
  const member = inner.items.find(({ key }) => (key.type === "HclVariable" ? key.name : literalText(key)) === name);
  return member === undefined ? { value: inner, source } : memberOf({ value: member.value, source }, rest);
}
