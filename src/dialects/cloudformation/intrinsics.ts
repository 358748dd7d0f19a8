import type { YamlMap, YamlNode } from "../../syntax/yaml-nodes.js";
import { keyOf, resolved, textOf, type YamlValue } from "../../syntax/yaml-values.js";

/** A call of an intrinsic function, in its short form (`!Sub x`) or its long one (`Fn::Sub: x`). */
export interface Intrinsic {
  /** `Ref`, `Fn::Sub`, … */
  readonly name: string;
  readonly argument: YamlValue;
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html */
export function intrinsic(node: YamlNode): Intrinsic | null {
  const value = resolved(node);
  if (value === null) return null;
  if (value.tag?.startsWith("!") === true && !value.tag.startsWith("!!")) {
    const name = value.tag.slice(1);
    return { name: name === "Ref" || name === "Condition" ? name : `Fn::${name}`, argument: { ...value, tag: null } };
  }
  if (value.type !== "YamlMap") return null;
  const [pair, ...others] = value.pairs;
  if (pair === undefined || others.length > 0) return null;
  const name = keyOf(pair);
  const argument = resolved(pair.value);
  if (name === null || argument === null) return null;
  return name === "Ref" || name === "Condition" || name.startsWith("Fn::") ? { name, argument } : null;
}

/** The two values of an `Fn::If`, with the condition's name. */
export interface Choice {
  readonly condition: string;
  readonly whenTrue: YamlNode;
  readonly whenFalse: YamlNode;
}

export function choice(node: YamlNode): Choice | null {
  const call = intrinsic(node);
  if (call?.name !== "Fn::If" || call.argument.type !== "YamlSequence") return null;
  const [name, whenTrue, whenFalse, ...others] = call.argument.items;
  if (name === undefined || whenTrue === undefined || whenFalse === undefined || others.length > 0) return null;
  const condition = textOf(name);
  return condition === null ? null : { condition, whenTrue, whenFalse };
}

export function isNoValue(node: YamlNode): boolean {
  return reference(node) === "AWS::NoValue";
}

/** A value that a node may have, and the conditions under which it has it: `if IsProduction`, `unless IsProduction`. */
export interface Alternative {
  readonly node: YamlNode;
  readonly when: readonly string[];
}

/** The values that a node may have: itself, or all that its nested `Fn::If` choose from. `AWS::NoValue` is not a value. */
export function alternatives(node: YamlNode): readonly Alternative[] {
  if (isNoValue(node)) return [];
  const either = choice(node);
  if (either === null) return [{ node, when: [] }];
  const under = (branch: YamlNode, when: string): readonly Alternative[] =>
    alternatives(branch).map((inner) => ({ node: inner.node, when: [`${when} ${either.condition}`, ...inner.when] }));
  return [...under(either.whenTrue, "if"), ...under(either.whenFalse, "unless")];
}

/** May a node turn out to be no value at all? */
export function mayVanish(node: YamlNode): boolean {
  if (isNoValue(node)) return true;
  const either = choice(node);
  return either !== null && (mayVanish(either.whenTrue) || mayVanish(either.whenFalse));
}

/** What a `Ref`, or an `Fn::Sub` that is nothing else, refers to. */
export function reference(node: YamlNode): string | null {
  const call = intrinsic(node);
  if (call === null) return null;
  const text = textOf(call.argument);
  if (call.name === "Ref") return text;
  return call.name === "Fn::Sub" && text !== null ? (/^\$\{([A-Za-z0-9:]+)\}$/u.exec(text)?.[1] ?? null) : null;
}

/** `Resource.Attribute` of an `Fn::GetAtt`, however it is written. */
export function attribute(node: YamlNode): { readonly resource: string; readonly name: string } | null {
  const call = intrinsic(node);
  if (call?.name !== "Fn::GetAtt") return null;
  const { argument } = call;
  const parts = argument.type === "YamlSequence" ? argument.items.map(textOf) : (textOf(argument)?.split(".") ?? []);
  const [resource, ...path] = parts;
  if (typeof resource !== "string") return null;
  return { resource, name: path.map((part) => part ?? "?").join(".") };
}

/** Does something outside the template add to this map? */
export function isIncluded(map: YamlMap): boolean {
  return map.pairs.some((pair) => keyOf(pair)?.startsWith("Fn::") === true);
}

/** The items of a list, and of every list that a condition chooses from. Of a list that is not written out, none. */
export function itemsOf(property: YamlNode): readonly YamlNode[] {
  return alternatives(property).flatMap(({ node }) => {
    const value = resolved(node);
    if (value?.type !== "YamlSequence" || intrinsic(node) !== null) return [];
    return value.items.flatMap((item) => alternatives(item).map((each) => each.node));
  });
}
