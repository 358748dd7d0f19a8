import { slice, type Span } from "../../model/text.js";
import type { HclCall, HclExpression, HclObject, HclTemplate } from "../../syntax/hcl-nodes.js";
import type { JsonNode } from "../../syntax/json.js";
import { JOINS, literalText, SAME, shown, unwrap } from "./expressions.js";
import { valueNode } from "./value-nodes.js";

/**
 * A policy, or a part of one, whichever way Terraform spells it: an HCL expression, or JSON in a string.
 *
 * - `several`: lists that make one list, or values of which a condition or a loop decides whether they apply (`optional`). What
 *   is a list of its own can be edited where it stands; `why` completes "not fixed, because …" for the rest.
 * - `other`: what is not there to be read. `why` completes "not understood: …"; `from` is what it refers to.
 */
export type PolicyValue =
  | { readonly kind: "text"; readonly value: string; readonly span: Span; readonly quote: string; readonly locked: string | null }
  | { readonly kind: "list"; readonly items: readonly PolicyValue[]; readonly spans: readonly Span[]; readonly span: Span }
  | { readonly kind: "object"; readonly members: readonly PolicyMember[]; readonly merged: readonly MergedPart[]; readonly span: Span }
  | { readonly kind: "several"; readonly values: readonly PolicyValue[]; readonly optional: boolean; readonly why: string; readonly span: Span }
  | { readonly kind: "other"; readonly why: string; readonly from: string | null; readonly span: Span };

export interface PolicyMember {
  /** Null when the key is computed. */
  readonly key: string | null;
  readonly value: PolicyValue;
}

/** What else `merge(…)` puts into an object: any of its keys may be replaced. */
export type MergedPart = Extract<PolicyValue, { kind: "other" }>;

export function hclValue(expression: HclExpression, source: string): PolicyValue {
  const inner = unwrap(expression);
  const { span } = expression;
  switch (inner.type) {
    case "HclTemplate":
      return templateValue(inner, expression, source);
    case "HclTuple":
      return {
        kind: "list",
        items: inner.items.map((item) => hclValue(item, source)),
        spans: inner.items.map((item) => item.span),
        span: inner.span,
      };
    case "HclObject":
      return { kind: "object", members: membersOf(inner, source), merged: [], span: inner.span };
    case "HclCall":
      return callValue(inner, source);
    case "HclConditional":
      return {
        kind: "several",
        values: [hclValue(inner.consequent, source), hclValue(inner.alternate, source)],
        optional: true,
        why: "a condition decides whether it applies",
        span,
      };
    case "HclForTuple":
      return {
        kind: "several",
        values: [hclValue(inner.result, source)],
        optional: true,
        why: 'a "for" expression repeats it',
        span,
      };
    default:
      return { kind: "other", why: `${shown(source, span)} is not plain text`, from: valueNode(inner), span };
  }
}

function templateValue(template: HclTemplate, expression: HclExpression, source: string): PolicyValue {
  const value = literalText(template);
  if (value === null) return { kind: "other", why: `${shown(source, template.span)} is put together at deployment`, from: null, span: expression.span };
  const { span } = template;
  let locked: string | null = null;
  if (template.form === "heredoc") locked = "it is written as a heredoc";
  else if (template !== expression) locked = "it is written as an expression";
  else if (slice(source, span) !== `"${value}"`) locked = "it is written with escapes";
  return { kind: "text", value, span, quote: '"', locked };
}

function membersOf(object: HclObject, source: string): readonly PolicyMember[] {
  return object.items.map(({ key, value }) => ({
    key: key.type === "HclVariable" ? key.name : literalText(key),
    value: hclValue(value, source),
  }));
}

function callValue(call: HclCall, source: string): PolicyValue {
  const { span } = call;
  const [only, ...others] = call.arguments;
  if (SAME.has(call.name) && only !== undefined && others.length === 0) return hclValue(only, source);
  if (JOINS.has(call.name) && !call.expanded) {
    const values = call.arguments.map((argument) => hclValue(argument, source));
    return { kind: "several", values: call.name === "flatten" ? values.map(flat) : values, optional: false, why: `it is part of ${call.name}(…)`, span };
  }
  if (call.name === "merge" && !call.expanded) return mergedValue(call, source);
  return { kind: "other", why: `${shown(source, span)} is not plain text`, from: null, span };
}

/** `flatten([["a"], ["b"]])`: each of the inner lists is one of those that make the list. */
function flat(value: PolicyValue): PolicyValue {
  if (value.kind !== "list" || !value.items.some(({ kind }) => kind === "list" || kind === "several" || kind === "other")) return value;
  // What stands directly in the outer list is an element there.
  if (value.items.some(({ kind }) => kind === "text" || kind === "object")) return value;
  return { kind: "several", values: value.items.map(flat), optional: false, why: "it is part of flatten(…)", span: value.span };
}

/** Objects that are written out together count as one; the last of several values of a key wins, and then none can be told apart. */
function mergedValue(call: HclCall, source: string): PolicyValue {
  const parts = call.arguments.map((argument) => hclValue(argument, source));
  return {
    kind: "object",
    members: parts.flatMap((part) => (part.kind === "object" ? part.members : [])),
    merged: parts.flatMap((part): readonly MergedPart[] => {
      if (part.kind === "object" && !hasActionsOnly(part)) return part.merged;
      return [part.kind === "other" ? part : { kind: "other", why: `${shown(source, part.span)} is merged into it`, from: null, span: part.span }];
    }),
    span: call.span,
  };
}

/** Actions without the effect of their statement, which stands in another of the objects. */
function hasActionsOnly({ members }: Extract<PolicyValue, { kind: "object" }>): boolean {
  const keys = members.map(({ key }) => key?.toLowerCase());
  return keys.some((key) => key === "action" || key === "actions") && !keys.includes("effect");
}

/** `quote` is how the host string spells a double quote: `"`, or `\"` in a quoted string. */
export function jsonValue(node: JsonNode, source: string, quote: string): PolicyValue {
  const { span } = node;
  switch (node.type) {
    case "string": {
      if (node.value === null) return { kind: "other", why: `${shown(source, span)} is put together at deployment`, from: null, span };
      const plain = node.exact && slice(source, span) === `${quote}${node.value}${quote}`;
      return { kind: "text", value: node.value, span, quote, locked: plain ? null : "it is written with escapes" };
    }
    case "array":
      return {
        kind: "list",
        items: node.items.map((item) => jsonValue(item, source, quote)),
        spans: node.items.map((item) => item.span),
        span,
      };
    case "object":
      return {
        kind: "object",
        members: node.members.map(({ key, value }) => ({ key, value: jsonValue(value, source, quote) })),
        merged: [],
        span,
      };
    case "unknown":
      return { kind: "other", why: `${shown(source, span)} is inserted at deployment`, from: null, span };
    case "number":
    case "boolean":
    case "null":
      return { kind: "other", why: `${shown(source, span)} is not text`, from: null, span };
  }
}
