import { unknown, type TextPart } from "../dialects/cloudformation/text-parts.js";
import { attributeOf, intrinsicOf, isObject, listOf, objectOf, shownJson, type Json } from "./json.js";
import type { SynthResource, SynthStack } from "./stacks.js";

/**
 * What a value of a template stands for.
 *
 * - `text`: text, parts of which may only be known at deployment.
 * - `resource`: a resource of any of the stacks, or one of its attributes; `null` is what `Ref` gives.
 * - `unknown`: anything else; `shown` is for people.
 */
export type Value =
  | { readonly kind: "text"; readonly parts: readonly TextPart[] }
  | { readonly kind: "resource"; readonly resource: SynthResource; readonly attribute: string | null }
  | { readonly kind: "unknown"; readonly shown: string };

export type ValueOf = (value: Json, stack: SynthStack) => Value;

/** The part of a principal's ARN after its last colon: `role/orders`. Not an attribute of CloudFormation's own. */
const ARN_RESOURCE = "Arn, after the account";

/** Looks through references between resources, stacks and nested stacks: exports, outputs, parameters. */
export function valuesIn(stacks: readonly SynthStack[]): ValueOf {
  const nested = new Map<SynthResource, SynthStack>();
  for (const stack of stacks) {
    const resource = stack.name.kind === "nested" ? stack.name.around.resources.get(stack.name.resource) : undefined;
    if (resource !== undefined) nested.set(resource, stack);
  }
  return (value, stack) => valueOf(value, stack, 0);

  function valueOf(value: Json, stack: SynthStack, level: number): Value {
    if (typeof value === "string") return text({ written: value });
    const call = intrinsicOf(value);
    if (call === null || level > MOST_LEVELS) return { kind: "unknown", shown: shownJson(value) };
    const next = (inner: Json, at = stack): Value => valueOf(inner, at, level + 1);
    const otherwise: Value = { kind: "unknown", shown: shownJson(value) };
    switch (call.name) {
      case "Ref":
        return typeof call.argument === "string" ? referred(call.argument, stack, next) : otherwise;
      case "Fn::GetAtt": {
        const [id, attribute] = attributeOf(call.argument) ?? [];
        const resource = id === undefined ? undefined : stack.resources.get(id);
        if (resource === undefined || attribute === undefined) return otherwise;
        const inner = nested.get(resource);
        const output = /^Outputs\.(.+)$/u.exec(attribute)?.[1];
        if (inner === undefined || output === undefined) return { kind: "resource", resource, attribute };
        return inner.outputs.has(output) ? next(inner.outputs.get(output), inner) : otherwise;
      }
      case "Fn::ImportValue": {
        const name = written(next(call.argument));
        const found = name === null ? [] : exportersOf(name, stack);
        const [only, ...others] = found;
        return only === undefined || others.length > 0 || name === null ? otherwise : next(only.exports.get(name), only);
      }
      case "Fn::Join": {
        const [separator, values] = listOf(call.argument);
        if (typeof separator !== "string" || !Array.isArray(values)) return otherwise;
        return text(...listOf(values).flatMap((each, index): readonly TextPart[] => [...(index === 0 || separator === "" ? [] : [{ written: separator }]), ...partsOf(next(each))]));
      }
      case "Fn::Sub":
        return typeof call.argument === "string" ? substituted(call.argument, next) : otherwise;
      case "Fn::Select": {
        const [index, list] = listOf(call.argument);
        const split = intrinsicOf(list);
        const at = Number(index);
        if (split?.name === "Fn::Split") {
          const [separator, whole] = listOf(split.argument);
          return typeof separator === "string" ? (piece(next(whole), separator, at) ?? otherwise) : otherwise;
        }
        const chosen: Json = Array.isArray(list) ? list[at] : undefined;
        return chosen === undefined ? otherwise : next(chosen);
      }
      default:
        return otherwise;
    }
  }

  function referred(name: string, stack: SynthStack, next: (value: Json, at?: SynthStack) => Value): Value {
    const resource = stack.resources.get(name);
    if (resource !== undefined) return { kind: "resource", resource, attribute: null };
    if (stack.parameters.has(name) && stack.name.kind === "nested") {
      const { around, resource: id } = stack.name;
      const given = objectOf(around.resources.get(id)?.properties["Parameters"])[name];
      if (given !== undefined) return next(given, around);
    }
    const pseudo: Readonly<Record<string, string | null>> = {
      "AWS::AccountId": stack.account,
      "AWS::Region": stack.region,
      "AWS::StackName": stack.name.kind === "known" ? stack.name.name : null,
    };
    const own = pseudo[name];
    return text(typeof own === "string" ? { written: own } : unknown(name));
  }

  /** Export names are unique in an account and region, of which one app may have several. */
  function exportersOf(name: string, { account, region }: SynthStack): readonly SynthStack[] {
    return stacks.filter((other) => other.exports.has(name) && other.account === account && other.region === region);
  }
}

const MOST_LEVELS = 20;

function text(...parts: readonly TextPart[]): Value {
  return { kind: "text", parts };
}

/** A resource within a text is only known at deployment. */
export function partsOf(value: Value): readonly TextPart[] {
  switch (value.kind) {
    case "text":
      return value.parts;
    case "resource":
      return [unknown(value.resource.logicalId)];
    case "unknown":
      return [unknown("value")];
  }
}

/** The text of a value of which everything is known; null for others. */
export function written(value: Value): string | null {
  if (value.kind !== "text") return null;
  const known = value.parts.flatMap((part) => ("written" in part ? [part.written] : []));
  return known.length === value.parts.length ? known.join("") : null;
}

function substituted(template: string, next: (value: Json) => Value): Value {
  const parts = template.split(/(\$\{[^}]*\})/u).flatMap((part): readonly TextPart[] => {
    const name = /^\$\{([^}]*)\}$/u.exec(part)?.[1];
    if (name === undefined) return part === "" ? [] : [{ written: part }];
    if (name.startsWith("!")) return [{ written: `\${${name.slice(1)}}` }];
    return partsOf(next(name.includes(".") ? { "Fn::GetAtt": name } : { Ref: name }));
  });
  return text(...parts);
}

/** The element at `index` of what a value is split into; null when it is not known where it is split. */
function piece(value: Value, separator: string, index: number): Value | null {
  if (value.kind === "resource") return arnPiece(value.resource, value.attribute, separator, index);
  if (value.kind === "unknown") return null;
  const pieces: TextPart[][] = [[]];
  for (const part of value.parts) {
    if (!("written" in part)) {
      // Accounts, regions and partitions hold no separator.
      if (!part.variable.startsWith("AWS::")) return null;
      pieces.at(-1)?.push(part);
      continue;
    }
    const [first = "", ...others] = part.written.split(separator);
    pieces.at(-1)?.push({ written: first });
    pieces.push(...others.map((each) => [{ written: each }]));
  }
  const chosen = pieces[index];
  return chosen === undefined ? null : text(...chosen.filter((part) => !("written" in part) || part.written !== ""));
}

/** `arn:aws:iam::<account>:role/<name>`; with a path, the name stands further back. */
function arnPiece(resource: SynthResource, attribute: string | null, separator: string, index: number): Value | null {
  if (attribute === "Arn" && separator === ":" && index === 5) return { kind: "resource", resource, attribute: ARN_RESOURCE };
  const { Path: path } = resource.properties;
  const hasPath = path !== undefined && path !== "/";
  if (attribute === ARN_RESOURCE && separator === "/" && index === 1 && !hasPath) return { kind: "resource", resource, attribute: null };
  return null;
}

/** Every reference below a value, to resources of its own stack and beyond; names within `Fn::Sub` as if they were `Ref`s. */
export function referencesIn(value: Json): readonly Json[] {
  if (Array.isArray(value)) return listOf(value).flatMap(referencesIn);
  if (!isObject(value)) return [];
  const call = intrinsicOf(value);
  if (call !== null && ["Ref", "Fn::GetAtt", "Fn::ImportValue"].includes(call.name)) return [value];
  const own = call?.name === "Fn::Sub" ? [...JSON.stringify(call.argument).matchAll(/\$\{(\w+)(?:\.[^}]*)?\}/gu)].map(([, id = ""]) => ({ Ref: id })) : [];
  return [...own, ...Object.values(value).flatMap(referencesIn)];
}
