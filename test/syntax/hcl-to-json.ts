import type { HclBody, HclExpression, HclFile, HclTemplate, HclTemplatePart } from "../../src/syntax/hcl-nodes.js";

/* eslint @typescript-eslint/switch-exhaustiveness-check: ["error", { considerDefaultExhaustiveForUnions: true }] --
   hcl2json treats most expressions alike. */

/**
 * Our tree as the JSON that `@cdktf/hcl2json` prints for the same file: blocks as lists under their type and labels, literals
 * as values, every other expression as its source in `${}`. Written from observing that program, quirks included.
 */
export function toJson(text: string, file: HclFile): unknown {
  return body(text, file.body);
}

type JsonObject = Record<string, unknown>;

function object(): JsonObject {
  return Object.create(null) as JsonObject;
}

function body(text: string, { items }: HclBody): JsonObject {
  const out = object();
  for (const block of items) {
    if (block.type !== "HclBlock") continue;
    const path = [block.name, ...block.labels.map((label) => label.value)];
    const last = path.pop() ?? block.name;
    let target = out;
    for (const key of path) {
      const next = target[key] ?? object();
      if (Array.isArray(next)) throw new Unconvertible(`"${block.name}" with and without labels`);
      target[key] = next;
      target = next as JsonObject;
    }
    const siblings = target[last] ?? [];
    if (!Array.isArray(siblings)) throw new Unconvertible(`"${block.name}" with and without labels`);
    target[last] = [...(siblings as unknown[]), body(text, block.body)];
  }
  for (const attribute of items) {
    if (attribute.type === "HclAttribute") out[attribute.name] = expression(text, attribute.value);
  }
  return out;
}

/** What hcl2json refuses although it has parsed it. */
export class Unconvertible extends Error {}

function expression(text: string, node: HclExpression): unknown {
  switch (node.type) {
    case "HclNumber":
    case "HclBoolean":
      return node.value;
    case "HclNull":
      return null;
    case "HclUnary":
      return unary(text, node.operator, node.operand) ?? source(text, node);
    case "HclTuple":
      return node.items.map((item) => expression(text, item));
    case "HclObject": {
      const out = object();
      for (const item of node.items) out[key(text, item.key)] = expression(text, item.value);
      return out;
    }
    case "HclTemplate": {
      const wrapped = wrappedExpression(node);
      return wrapped === null ? parts(text, node.parts) : expression(text, wrapped);
    }
    default:
      return source(text, node);
  }
}

/** Folded only when the operand is a literal. */
function unary(text: string, operator: "-" | "!", operand: HclExpression): number | boolean | null {
  if (operand.type === "HclNumber" && operator === "-") return -operand.value;
  if (operand.type === "HclBoolean" && operator === "!") return !operand.value;
  if (operand.type === "HclNumber" || operand.type === "HclBoolean" || operand.type === "HclNull") {
    throw new Unconvertible(`${operator}${text.slice(operand.span.start, operand.span.end)}`);
  }
  return null;
}

/** `"${expression}"` with nothing else between the quotes. */
function wrappedExpression({ form, parts: [first, ...rest], span }: HclTemplate): HclExpression | null {
  if (first?.type !== "HclInterpolation" || rest.length > 0 || form === "heredoc") return null;
  return first.span.start === span.start + 1 && first.span.end === span.end - 1 ? first.expression : null;
}

function parts(text: string, nodes: readonly HclTemplatePart[]): string {
  return nodes.map((node) => part(text, node)).join("");
}

function part(text: string, node: HclTemplatePart): string {
  switch (node.type) {
    case "HclText":
      return literal(node.value);
    case "HclInterpolation":
      return inString(text, node.expression);
    case "HclTemplateIf":
      return conditional(text, node.condition, parts(text, node.consequent), parts(text, node.alternate));
    case "HclTemplateFor": {
      const names = node.key === null ? node.value : `${node.key}, ${node.value}`;
      return `%{for ${names} in ${slice(text, node.collection)}}${parts(text, node.body)}%{endfor}`;
    }
  }
}

function literal(value: string): string {
  return value.replaceAll("${", () => "$${").replaceAll("%{", "%%{");
}

function conditional(text: string, condition: HclExpression, consequent: string, alternate: string): string {
  const otherwise = alternate === "" ? "" : `%{else}${alternate}`;
  return `%{if ${slice(text, condition)}}${consequent}${otherwise}%{endif}`;
}

function inString(text: string, node: HclExpression): string {
  switch (node.type) {
    case "HclNumber":
    case "HclBoolean":
      return String(node.value);
    case "HclNull":
      return "null";
    case "HclTemplate": {
      const wrapped = wrappedExpression(node);
      return wrapped === null ? parts(text, node.parts) : inString(text, wrapped);
    }
    case "HclConditional":
      return conditional(text, node.condition, inString(text, node.consequent), inString(text, node.alternate));
    default:
      return source(text, node);
  }
}

function key(text: string, node: HclExpression): string {
  return isPlainTraversal(node) ? slice(text, node) : inString(text, node);
}

/** Names and literal indexes only, beginning with a variable. */
function isPlainTraversal(node: HclExpression): boolean {
  switch (node.type) {
    case "HclVariable":
      return node.name !== "";
    case "HclGetAttribute":
      return isPlainTraversal(node.object);
    case "HclIndex":
      return isLiteral(node.key) && isPlainTraversal(node.object);
    default:
      return false;
  }
}

function isLiteral(node: HclExpression): boolean {
  if (node.type === "HclTemplate") return node.parts.every((each) => each.type === "HclText");
  return node.type === "HclNumber" || node.type === "HclBoolean" || node.type === "HclNull";
}

/** HashiCorp's closing marker of a heredoc takes the blanks behind it along. */
function slice(text: string, node: HclExpression): string {
  const { start, end } = node.span;
  const blanks = endsWithHeredoc(node) ? (/^[^\S\r\n]*/.exec(text.slice(end, text.indexOf("\n", end)))?.[0] ?? "") : "";
  return text.slice(start, end) + blanks;
}

function endsWithHeredoc(node: HclExpression): boolean {
  switch (node.type) {
    case "HclTemplate":
      return node.form === "heredoc";
    case "HclConditional":
      return endsWithHeredoc(node.alternate);
    case "HclBinary":
      return endsWithHeredoc(node.right);
    case "HclUnary":
      return endsWithHeredoc(node.operand);
    default:
      return false;
  }
}

function source(text: string, node: HclExpression): string {
  return `\${${slice(text, node)}}`;
}
