import { slice, type Span } from "../../model/text.js";
import type { HclCall, HclExpression, HclObject, HclTemplate } from "../../syntax/hcl-nodes.js";
import type { JsonNode } from "../../syntax/json.js";
import { literalText, shown, unwrap } from "./expressions.js";

/**
 * A policy, or a part of one, whichever way Terraform spells it: an HCL expression, or JSON in a string.
 *
 * - `several`: lists or elements that are put together or chosen from at deployment; they can be read where they stand, but
 *   not edited. `why` completes "not fixed, because …".
 * - `other`: what is not there to be read. `why` completes "not understood: …".
 */
export type PolicyValue =
  | { readonly kind: "text"; readonly value: string; readonly span: Span; readonly quote: string; readonly locked: string | null }
  | { readonly kind: "list"; readonly items: readonly PolicyValue[]; readonly spans: readonly Span[]; readonly span: Span }
  | { readonly kind: "object"; readonly members: readonly PolicyMember[]; readonly span: Span }
  | { readonly kind: "several"; readonly values: readonly PolicyValue[]; readonly why: string; readonly span: Span }
  | { readonly kind: "other"; readonly why: string; readonly span: Span };

export interface PolicyMember {
  /** Null when the key is computed. */
  readonly key: string | null;
  readonly value: PolicyValue;
}

/** Functions that make one list of several. */
const JOINS: ReadonlySet<string> = new Set(["compact", "concat", "distinct", "flatten", "setunion", "sort", "tolist", "toset"]);

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
      return { kind: "object", members: membersOf(inner, source), span: inner.span };
    case "HclCall":
      return callValue(inner, source);
    case "HclConditional":
      return {
        kind: "several",
        values: [hclValue(inner.consequent, source), hclValue(inner.alternate, source)],
        why: "a condition decides whether it applies",
        span,
      };
    case "HclForTuple":
      return {
        kind: "several",
        values: [hclValue(inner.result, source)],
        why: 'a "for" expression repeats it',
        span,
      };
    default:
      return { kind: "other", why: `${shown(source, span)} is not plain text`, span };
  }
}

function templateValue(template: HclTemplate, expression: HclExpression, source: string): PolicyValue {
  const value = literalText(template);
  if (value === null) return { kind: "other", why: `${shown(source, template.span)} is put together at deployment`, span: expression.span };
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
  if (!JOINS.has(call.name) || call.expanded) return { kind: "other", why: `${shown(source, span)} is not plain text`, span };
  return {
    kind: "several",
    values: call.arguments.map((argument) => hclValue(argument, source)),
    why: `it is part of ${call.name}(…)`,
    span,
  };
}

/** `quote` is how the host string spells a double quote: `"`, or `\"` in a quoted string. */
export function jsonValue(node: JsonNode, source: string, quote: string): PolicyValue {
  const { span } = node;
  switch (node.type) {
    case "string": {
      if (node.value === null) return { kind: "other", why: `${shown(source, span)} is put together at deployment`, span };
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
        span,
      };
    case "unknown":
      return { kind: "other", why: `${shown(source, span)} is inserted at deployment`, span };
    case "number":
    case "boolean":
    case "null":
      return { kind: "other", why: `${shown(source, span)} is not text`, span };
  }
}
