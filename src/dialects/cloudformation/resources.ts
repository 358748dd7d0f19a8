import type { Opaque } from "../../model/policy.js";
import type { YamlMap, YamlNode, YamlPair } from "../../syntax/yaml-nodes.js";
import { hasTwice, keyOf, mapAt, pairAt, resolved, textOf, valueAt } from "../../syntax/yaml-values.js";
import { isIncluded, reference } from "./intrinsics.js";
import { withValues } from "./scope.js";
import type { Scope, TextPart } from "./text-parts.js";

export interface Resource {
  /** The logical id as it is written. */
  readonly id: string;
  readonly type: string;
  readonly properties: YamlMap | null;
  /** Is everything that it says written out, and once? Otherwise nothing is known of its name, among other things. */
  readonly isWhole: boolean;
  /** What is made of it: itself, or one for each turn of the loops around it. */
  readonly instances: readonly Instance[];
  /** Clauses when loops may make others, too. */
  readonly open: readonly string[];
}

export interface Instance {
  readonly id: string;
  readonly scope: Scope;
}

export interface Resources {
  readonly resources: readonly Resource[];
  readonly opaque: readonly Opaque[];
  /** Is every resource written out, in loops or outside of them? */
  readonly isWhole: boolean;
}

/** Text that could be a template's, or hold one. */
export const IAM = /AWS::IAM::|AWS::Serverless|AWS::SSO::PermissionSet/u;

/** A turn of the loops around a resource: what their identifiers stand for. */
type Turn = ReadonlyMap<string, string>;

const ONCE: readonly Turn[] = [new Map()];

/** The resources that a template declares, the loops of `AWS::LanguageExtensions` included. */
export function resourcesOf(declared: YamlMap, scope: Scope, changed: ReadonlySet<string> = new Set()): Resources {
  const resources = new Map<string, Resource>();
  const opaque: Opaque[] = [];
  let isWhole = true;
  visit(declared, ONCE, []);
  return { resources: [...resources.values()], opaque, isWhole };

  function visit(map: YamlMap, turns: readonly Turn[], open: readonly string[]): void {
    for (const pair of map.pairs) {
      const id = keyOf(pair);
      if (id === null) continue;
      if (!id.startsWith("Fn::")) {
        add(id, pair, turns, open);
        continue;
      }
      const loop = id.startsWith("Fn::ForEach::") ? loopOf(pair, scope) : null;
      if (loop === null) {
        isWhole = false;
        opaque.push({ span: pair.span, why: `the resources that ${id} makes are not written out` });
      } else visit(loop.body, turns.flatMap((turn) => loop.values.map((value) => new Map([...turn, [loop.identifier, value]]))), [...open, ...loop.open]);
    }
  }

  function add(id: string, pair: YamlPair, turns: readonly Turn[], open: readonly string[]): void {
    const body = resolved(pair.value);
    const type = body?.type === "YamlMap" ? textOf(valueAt(body, "Type") ?? body) : null;
    if (body?.type !== "YamlMap" || type === null) return;
    const properties = mapAt(body, "Properties");
    const why = resources.has(id) ? `${id} is declared twice` : changed.has(id) ? `${id} is changed by the service around it` : notWhole(id, type, body, properties);
    const instances = turns.map((turn): Instance => instanceOf(id, turn, scope));
    resources.set(id, { id, type, properties: why === null ? properties : null, isWhole: why === null, instances, open });
    if (why !== null) opaque.push({ span: pair.span, why });
    const embedded = properties === null ? null : valueAt(properties, "TemplateBody");
    if (embedded?.type === "YamlScalar" && IAM.test(embedded.value)) {
      opaque.push({ span: embedded.span, why: `the TemplateBody of ${id} is a template of its own` });
    }
  }
}

function instanceOf(id: string, turn: Turn, scope: Scope): Instance {
  if (turn.size === 0) return { id, scope };
  // `&{Name}` leaves out what a logical id must not hold.
  const own = id.replace(/([$&])\{(\w+)\}/gu, (whole, sign: string, name: string) => {
    const value = turn.get(name);
    return value === undefined ? whole : sign === "&" ? value.replace(/[^A-Za-z0-9]/gu, "") : value;
  });
  return { id: own, scope: withValues(scope, new Map([...turn].map(([name, written]): [string, readonly TextPart[]] => [name, [{ written }]]))) };
}

interface Loop {
  readonly identifier: string;
  readonly values: readonly string[];
  readonly body: YamlMap;
  readonly open: readonly string[];
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html */
function loopOf(pair: YamlPair, scope: Scope): Loop | null {
  const value = resolved(pair.value);
  const [name, collection, body] = value?.type === "YamlSequence" ? value.items : [];
  const identifier = name === undefined ? null : textOf(name);
  const map = body === undefined ? null : resolved(body);
  if (identifier === null || collection === undefined || map?.type !== "YamlMap") return null;
  const list = collectionOf(collection, scope);
  if (list === null) return null;
  const open = list.isListed ? [] : [`${keyOf(pair) ?? "the loop"} goes over a parameter, of which a deployment may change the default`];
  return { identifier, values: list.values, body: map, open };
}

function collectionOf(node: YamlNode, scope: Scope): { readonly values: readonly string[]; readonly isListed: boolean } | null {
  const list = resolved(node);
  if (list?.type === "YamlSequence" && list.tag === null) {
    const values = list.items.map(textOf).filter((item) => item !== null);
    return values.length === list.items.length && values.length > 0 ? { values, isListed: true } : null;
  }
  const name = reference(node);
  const [part, ...others] = name === null ? [] : scope.variable(name);
  if (part === undefined || others.length > 0 || "written" in part || part.usual.length === 0) return null;
  return { values: [...new Set(part.usual.flatMap((text) => text.split(",").map((item) => item.trim())))], isListed: false };
}

/** Why a resource that is about principals cannot be read; null when it can. */
function notWhole(id: string, type: string, body: YamlMap, properties: YamlMap | null): string | null {
  if (!/^AWS::(?:IAM|SSO|Serverless)::/u.test(type)) return null;
  if (isIncluded(body)) return `a part of ${id} is included from elsewhere`;
  if (properties === null) return pairAt(body, "Properties") === null ? null : `the Properties of ${id} are not written out`;
  const keys = [...body.pairs, ...properties.pairs].map(keyOf).filter((key) => key !== null);
  const twice = keys.find((key) => hasTwice(body, key) || hasTwice(properties, key));
  return twice === undefined ? null : `${id} has more than one ${twice}`;
}
