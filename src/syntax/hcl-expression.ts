import { SyntaxProblem } from "../model/text.js";
import {
  accept,
  atWord,
  atWordBeyondLineBreaks,
  cursorAt,
  enter,
  expect,
  expectClosing,
  peek,
  problem,
  read,
  spanFrom,
  textFrom,
  unclosed,
  unexpected,
} from "./hcl-cursor.js";
import type { HclCursor } from "./hcl-cursor.js";
import type {
  HclBinaryOperator,
  HclCall,
  HclExpression,
  HclForObject,
  HclForTuple,
  HclNumber,
  HclObject,
  HclObjectItem,
  HclParentheses,
  HclSplat,
  HclTuple,
} from "./hcl-nodes.js";
import { scan } from "./hcl-scanner.js";
import type { TokenKind } from "./hcl-scanner.js";
import { parseForVariables, parseTemplate } from "./hcl-template.js";

/** https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md#expressions */
export function parseExpression(cursor: HclCursor): HclExpression {
  enter(cursor);
  let expression = parseOperation(cursor, 1);
  if (accept(cursor, "?")) {
    const condition = expression;
    const consequent = parseExpression(cursor);
    expect(cursor, ":", '":" and the other result of the conditional');
    const alternate = parseExpression(cursor);
    expression = { type: "HclConditional", condition, consequent, alternate, span: spanFrom(cursor, condition.span.start) };
  }
  cursor.depth -= 1;
  return expression;
}

/** A text that is an expression and nothing else. */
export function parseWholeExpression(text: string): HclExpression {
  const cursor = cursorAt(text, scan(text));
  cursor.lineBreaks = false;
  const expression = parseExpression(cursor);
  expect(cursor, "end of file", "the end of the expression");
  return expression;
}

/** Operators of `least` precedence or more; all of them associate to the left. */
function parseOperation(cursor: HclCursor, least: number): HclExpression {
  let left = parseOperand(cursor);
  for (;;) {
    const operator = peek(cursor);
    if (!isBinaryOperator(operator)) return left;
    const precedence = precedences[operator];
    if (precedence < least) return left;
    read(cursor);
    const right = parseOperation(cursor, precedence + 1);
    left = { type: "HclBinary", operator, left, right, span: spanFrom(cursor, left.span.start) };
  }
}

const precedences: Readonly<Record<HclBinaryOperator, number>> = {
  "||": 1,
  "&&": 2,
  "==": 3,
  "!=": 3,
  "<": 4,
  "<=": 4,
  ">": 4,
  ">=": 4,
  "+": 5,
  "-": 5,
  "*": 6,
  "/": 6,
  "%": 6,
};

function isBinaryOperator(kind: TokenKind): kind is HclBinaryOperator {
  return kind in precedences;
}

/** `-` and `!` bind less tightly than what follows a term: `-a.b` negates `a.b`. */
function parseOperand(cursor: HclCursor): HclExpression {
  const kind = peek(cursor);
  if (kind !== "-" && kind !== "!") return parseSteps(cursor, parseTerm(cursor, kind));
  enter(cursor);
  const start = read(cursor);
  const operand = parseOperand(cursor);
  cursor.depth -= 1;
  return { type: "HclUnary", operator: kind, operand, span: spanFrom(cursor, start) };
}

function parseTerm(cursor: HclCursor, kind: TokenKind): HclExpression {
  if (kind === "identifier") return parseName(cursor);
  if (kind === "quote" || kind === "heredoc") return parseTemplate(cursor);
  if (kind === "number") return parseNumber(cursor);
  if (kind === "[") return parseTuple(cursor);
  if (kind === "{") return parseObject(cursor);
  if (kind === "(") return parseParentheses(cursor);
  throw unexpected(cursor, "an expression");
}

function parseName(cursor: HclCursor): HclExpression {
  const start = read(cursor);
  const next = peek(cursor);
  if (next === "(" || next === "::") return parseCall(cursor, start);
  const name = textFrom(cursor, start);
  const span = spanFrom(cursor, start);
  switch (name) {
    case "true":
      return { type: "HclBoolean", value: true, span };
    case "false":
      return { type: "HclBoolean", value: false, span };
    case "null":
      return { type: "HclNull", span };
    default:
      return { type: "HclVariable", name, span };
  }
}

function parseNumber(cursor: HclCursor): HclNumber {
  const start = read(cursor);
  const raw = textFrom(cursor, start);
  if (!/^\d+(?:\.\d*)?(?:e[+-]?\d+)?$/i.test(raw)) throw new SyntaxProblem(`"${raw}" is no number.`, start);
  // Terraform keeps exponents in 32 bits.
  const exponent = Number(/e(.*)/i.exec(raw)?.[1] ?? 0);
  if (Math.abs(exponent) > 0x7fffffff && Number(/^[\d.]*/.exec(raw)?.[0]) !== 0) throw new SyntaxProblem(`The exponent of "${raw}" is too large.`, start);
  return { type: "HclNumber", value: Number(raw), raw, span: spanFrom(cursor, start) };
}

/** The cursor is after the first part of the name. */
function parseCall(cursor: HclCursor, start: number): HclCall {
  let name = textFrom(cursor, start);
  while (accept(cursor, "::")) name += `::${textFrom(cursor, expect(cursor, "identifier", 'a function name after "::"'))}`;
  const nameSpan = spanFrom(cursor, start);
  expect(cursor, "(", '"(" after the function name');
  const outer = cursor.lineBreaks;
  cursor.lineBreaks = false;
  const items: HclExpression[] = [];
  let expanded = false;
  while (peek(cursor) !== ")") {
    items.push(parseExpression(cursor));
    expanded = accept(cursor, "...");
    if (expanded || !accept(cursor, ",")) break;
  }
  expectClosing(cursor, ")", expanded ? '")" to close the call' : '"," or ")" in the call', start);
  cursor.lineBreaks = outer;
  return { type: "HclCall", name, nameSpan, arguments: items, expanded, span: spanFrom(cursor, start) };
}

function parseParentheses(cursor: HclCursor): HclParentheses {
  const start = read(cursor);
  const outer = cursor.lineBreaks;
  cursor.lineBreaks = false;
  const expression = parseExpression(cursor);
  expectClosing(cursor, ")", '")" to close the parenthesis', start);
  cursor.lineBreaks = outer;
  return { type: "HclParentheses", expression, span: spanFrom(cursor, start) };
}

function parseTuple(cursor: HclCursor): HclTuple | HclForTuple {
  const start = read(cursor);
  const outer = cursor.lineBreaks;
  cursor.lineBreaks = false;
  if (atWord(cursor, "for")) {
    const tuple = parseForTuple(cursor, start);
    cursor.lineBreaks = outer;
    return tuple;
  }
  const items: HclExpression[] = [];
  while (peek(cursor) !== "]") {
    items.push(parseExpression(cursor));
    if (!accept(cursor, ",")) break;
  }
  expectClosing(cursor, "]", '"," or "]" to close the list', start);
  cursor.lineBreaks = outer;
  return { type: "HclTuple", items, span: spanFrom(cursor, start) };
}

function parseObject(cursor: HclCursor): HclObject | HclForObject {
  const start = read(cursor);
  const outer = cursor.lineBreaks;
  if (atWordBeyondLineBreaks(cursor, "for")) {
    cursor.lineBreaks = false;
    const object = parseForObject(cursor, start);
    cursor.lineBreaks = outer;
    return object;
  }
  cursor.lineBreaks = true;
  const items: HclObjectItem[] = [];
  for (;;) {
    while (peek(cursor) === "line break") read(cursor);
    if (peek(cursor) === "}") break;
    if (peek(cursor) === "end of file") throw unclosed(cursor, '"}" to close the object', start);
    items.push(parseObjectItem(cursor));
    const next = peek(cursor);
    if (next === "," || next === "line break") read(cursor);
    else if (next === "end of file") throw unclosed(cursor, '"}" to close the object', start);
    else if (next !== "}") throw unclosed(cursor, '",", a line break or "}" after an item of the object', start);
  }
  read(cursor);
  cursor.lineBreaks = outer;
  return { type: "HclObject", items, span: spanFrom(cursor, start) };
}

function parseObjectItem(cursor: HclCursor): HclObjectItem {
  const key = parseExpression(cursor);
  const separator = peek(cursor);
  if (separator !== "=" && separator !== ":") throw unexpected(cursor, '"=" and a value after the key');
  read(cursor);
  const value = parseExpression(cursor);
  return { type: "HclObjectItem", key, separator, value, span: spanFrom(cursor, key.span.start) };
}

interface ForIntroduction {
  readonly key: string | null;
  readonly value: string;
  readonly collection: HclExpression;
}

function parseForIntroduction(cursor: HclCursor): ForIntroduction {
  expect(cursor, "identifier", '"for"');
  const { key, value } = parseForVariables(cursor);
  const collection = parseExpression(cursor);
  expect(cursor, ":", '":" after the collection that "for" goes through');
  return { key, value, collection };
}

function parseForCondition(cursor: HclCursor): HclExpression | null {
  if (!atWord(cursor, "if")) return null;
  read(cursor);
  return parseExpression(cursor);
}

/** The cursor is at `for`. */
function parseForTuple(cursor: HclCursor, start: number): HclForTuple {
  const { key, value, collection } = parseForIntroduction(cursor);
  const result = parseExpression(cursor);
  if (peek(cursor) === "=>") throw problem(cursor, 'A "for" that makes a list has no "=>"; with "{" instead of "[" it makes a map.');
  if (peek(cursor) === "...") throw problem(cursor, 'A "for" that makes a list cannot group with "...".');
  const condition = parseForCondition(cursor);
  expectClosing(cursor, "]", '"]" to close the "for" expression', start);
  return { type: "HclForTuple", key, value, collection, result, condition, span: spanFrom(cursor, start) };
}

/** The cursor is at `for`. */
function parseForObject(cursor: HclCursor, start: number): HclForObject {
  const { key, value, collection } = parseForIntroduction(cursor);
  const resultKey = parseExpression(cursor);
  expect(cursor, "=>", '"=>" and a value: a "for" in braces makes a map');
  const result = parseExpression(cursor);
  const grouped = accept(cursor, "...");
  const condition = parseForCondition(cursor);
  expectClosing(cursor, "}", '"}" to close the "for" expression', start);
  return { type: "HclForObject", key, value, collection, resultKey, result, grouped, condition, span: spanFrom(cursor, start) };
}

/** What follows a term: `.name`, `.0`, `[key]` and the splats `.*` and `[*]`. */
function parseSteps(cursor: HclCursor, term: HclExpression): HclExpression {
  let object = term;
  for (;;) {
    const kind = peek(cursor);
    if (kind === ".") {
      read(cursor);
      object = accept(cursor, "*") ? parseAttributeSplat(cursor, object) : parseAttributeStep(cursor, object);
    } else if (kind === "[") {
      read(cursor);
      object = peek(cursor) === "*" ? parseFullSplat(cursor, object) : parseIndex(cursor, object);
    } else return object;
  }
}

/** The cursor is after the dot. */
function parseAttributeStep(cursor: HclCursor, object: HclExpression): HclExpression {
  const { start } = object.span;
  const kind = peek(cursor);
  if (kind === "identifier") {
    const name = textFrom(cursor, read(cursor));
    return { type: "HclGetAttribute", object, name, span: spanFrom(cursor, start) };
  }
  if (kind !== "number") throw unexpected(cursor, "an attribute name after the dot");
  const key = parseNumber(cursor);
  // `a.0.1` reads as the fraction 0.1; HCL refuses it rather than guess.
  if (key.raw.includes(".")) throw new SyntaxProblem(`Two indexes in a row must be written in brackets: "[${key.raw.replace(".", "][")}]".`, key.span.start);
  return { type: "HclIndex", object, key, legacy: true, span: spanFrom(cursor, start) };
}

/** The cursor is after the bracket. */
function parseIndex(cursor: HclCursor, object: HclExpression): HclExpression {
  const outer = cursor.lineBreaks;
  cursor.lineBreaks = false;
  const key = parseExpression(cursor);
  expect(cursor, "]", '"]" to close the index');
  cursor.lineBreaks = outer;
  return { type: "HclIndex", object, key, legacy: false, span: spanFrom(cursor, object.span.start) };
}

/** The cursor is at the star in `[*]`. All further steps apply to each element. */
function parseFullSplat(cursor: HclCursor, object: HclExpression): HclSplat {
  enter(cursor);
  read(cursor);
  expect(cursor, "]", '"]" after "[*"');
  const each = parseSteps(cursor, eachElement(cursor));
  cursor.depth -= 1;
  return { type: "HclSplat", object, full: true, each, span: spanFrom(cursor, object.span.start) };
}

/** The cursor is after the star in `.*`. Only further `.name` and `.0` apply to each element. */
function parseAttributeSplat(cursor: HclCursor, object: HclExpression): HclSplat {
  let each = eachElement(cursor);
  while (accept(cursor, ".")) {
    if (peek(cursor) === "*") throw problem(cursor, 'A splat ".*" cannot follow another one; write "[*]".');
    each = parseAttributeStep(cursor, each);
  }
  return { type: "HclSplat", object, full: false, each, span: spanFrom(cursor, object.span.start) };
}

function eachElement(cursor: HclCursor): HclExpression {
  return { type: "HclVariable", name: "", span: { start: cursor.end, end: cursor.end } };
}
