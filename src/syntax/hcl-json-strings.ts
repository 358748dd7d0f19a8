import { SyntaxProblem } from "../model/text.js";
import { parseWholeExpression } from "./hcl-expression.js";
import { movedExpression, movedParts, type MapOffset } from "./hcl-moved.js";
import type { HclExpression, HclTemplate, HclTemplatePart } from "./hcl-nodes.js";
import { parseBareTemplate } from "./hcl-template.js";
import type { JsonNode } from "./json.js";

export type JsonString = Extract<JsonNode, { type: "string" }>;

/** A string that means what it says, whatever is in it. */
export function literalString(node: JsonString): HclTemplate {
  const value = node.value ?? "";
  const span = { start: node.span.start + 1, end: node.span.end - 1 };
  return { type: "HclTemplate", form: "quoted", parts: value === "" ? [] : [{ type: "HclText", value, span }], span: node.span };
}

/**
 * A string that Terraform evaluates: what it says once JSON's escapes are resolved is a template.
 * https://github.com/hashicorp/hcl/blob/main/json/spec.md#strings
 */
export function templateString(text: string, node: JsonString): HclTemplate {
  const { value, span } = node;
  if (value === null || !/[$%]\{/u.test(value)) return literalString(node);
  const parts = inPlace(text, node, (to): readonly HclTemplatePart[] => movedParts(parseBareTemplate(value), to));
  return { type: "HclTemplate", form: "quoted", parts, span };
}

/** A string that Terraform takes for the reference that it spells, without `${…}`: `"depends_on": ["aws_iam_role.app"]`. */
export function referenceString(text: string, node: JsonString): HclExpression {
  const { value } = node;
  if (value === null || /[$%]\{/u.test(value)) return templateString(text, node);
  return inPlace(text, node, (to) => movedExpression(parseWholeExpression(value), to));
}

/** Nodes of a string's value, with places in the source; so have its problems. */
function inPlace<Nodes>(text: string, node: JsonString, parse: (to: MapOffset) => Nodes): Nodes {
  const to = placesOf(text, node);
  try {
    return parse(to);
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    // Lines are counted within the string, which has one.
    throw new SyntaxProblem(error.message.replace(/ that begins on line \d+/u, ""), to(error.offset));
  }
}

/** Where each UTF-16 unit of the string's value begins in the source, and where the last one ends. */
function placesOf(text: string, { exact, span, value }: JsonString): MapOffset {
  const start = span.start + 1;
  if (exact) return (offset) => start + offset;
  const places: number[] = [];
  for (let at = start; at < span.end - 1; at += text[at] === "\\" ? (text[at + 1] === "u" ? 6 : 2) : 1) places.push(at);
  places.push(span.end - 1);
  return (offset) => places[Math.min(offset, value?.length ?? 0)] ?? span.end - 1;
}
