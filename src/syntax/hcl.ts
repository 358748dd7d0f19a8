import { accept, cursorAt, enter, expect, peek, problem, read, spanFrom, startOfNext, textFrom, unclosed, unexpected } from "./hcl-cursor.js";
import type { HclCursor } from "./hcl-cursor.js";
import { parseExpression } from "./hcl-expression.js";
import type { HclAttribute, HclBlock, HclBody, HclFile, HclLabel } from "./hcl-nodes.js";
import { scan } from "./hcl-scanner.js";
import { parseLabelString } from "./hcl-template.js";

/**
 * Reads a file in HCL 2's native syntax as Terraform accepts it
 * (https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md). Throws a `SyntaxProblem` at the first thing it cannot read.
 * What the grammar allows and Terraform refuses later, such as an attribute defined twice, is read.
 */
export function parseHcl(text: string): HclFile {
  const tokens = scan(text);
  const cursor = cursorAt(text, tokens);
  const items: (HclAttribute | HclBlock)[] = [];
  while (peek(cursor) !== "end of file") {
    if (!accept(cursor, "line break")) items.push(parseItem(cursor));
  }
  const span = { start: 0, end: text.length };
  return { type: "HclFile", body: { type: "HclBody", items, span }, comments: tokens.comments, span };
}

/** An attribute or a block, and the line break that must follow. */
function parseItem(cursor: HclCursor): HclAttribute | HclBlock {
  const start = readName(cursor);
  const name = textFrom(cursor, start);
  const nameSpan = spanFrom(cursor, start);
  const item = peek(cursor) === "=" ? parseAttribute(cursor, name, nameSpan) : parseBlock(cursor, name, nameSpan);
  const next = peek(cursor);
  if (next === "line break") read(cursor);
  else if (next !== "end of file") {
    const what = item.type === "HclBlock" ? `block "${name}"` : `argument "${name}"`;
    if (next === ",") throw problem(cursor, `Expected a line break after the ${what}, not a comma.`);
    throw unexpected(cursor, `a line break after the ${what}`);
  }
  return item;
}

function readName(cursor: HclCursor): number {
  if (peek(cursor) === "quote") throw problem(cursor, "The name of an argument or block stands without quotes.");
  return expect(cursor, "identifier", "an argument or a block");
}

/** The cursor is at the equals sign. */
function parseAttribute(cursor: HclCursor, name: string, nameSpan: HclAttribute["nameSpan"]): HclAttribute {
  read(cursor);
  const value = parseExpression(cursor);
  return { type: "HclAttribute", name, nameSpan, value, span: spanFrom(cursor, nameSpan.start) };
}

/** The cursor is after the name. */
function parseBlock(cursor: HclCursor, name: string, nameSpan: HclBlock["nameSpan"]): HclBlock {
  const labels: HclLabel[] = [];
  for (let label = parseLabel(cursor); label !== null; label = parseLabel(cursor)) labels.push(label);
  const brace = expect(cursor, "{", labels.length === 0 ? '"=" or "{" after the name' : '"{" after the block\'s labels');
  enter(cursor);
  const body = parseBlockBody(cursor, nameSpan.start, brace + 1);
  cursor.depth -= 1;
  read(cursor);
  return { type: "HclBlock", name, nameSpan, labels, body, span: spanFrom(cursor, nameSpan.start) };
}

function parseLabel(cursor: HclCursor): HclLabel | null {
  const kind = peek(cursor);
  if (kind === "identifier") {
    const start = read(cursor);
    return { type: "HclLabel", value: textFrom(cursor, start), quoted: false, span: spanFrom(cursor, start) };
  }
  if (kind !== "quote") return null;
  const { start, value } = parseLabelString(cursor);
  return { type: "HclLabel", value, quoted: true, span: spanFrom(cursor, start) };
}

/** Leaves the cursor at the closing brace. */
function parseBlockBody(cursor: HclCursor, blockStart: number, start: number): HclBody {
  const items: (HclAttribute | HclBlock)[] = [];
  const first = peek(cursor);
  if (first !== "line break" && first !== "}" && first !== "end of file") {
    items.push(parseOnlyArgument(cursor, blockStart));
  } else {
    while (peek(cursor) !== "}") {
      if (peek(cursor) === "end of file") throw unclosed(cursor, '"}" to close the block', blockStart);
      if (!accept(cursor, "line break")) items.push(parseItem(cursor));
    }
  }
  return { type: "HclBody", items, span: { start, end: startOfNext(cursor) } };
}

/** `name { argument = value }`: a block on one line holds one argument and nothing else. */
function parseOnlyArgument(cursor: HclCursor, blockStart: number): HclAttribute {
  const start = readName(cursor);
  const name = textFrom(cursor, start);
  const nameSpan = spanFrom(cursor, start);
  if (peek(cursor) !== "=") throw unexpected(cursor, `"=": a block on one line can hold one argument only`);
  const attribute = parseAttribute(cursor, name, nameSpan);
  const next = peek(cursor);
  if (next === "end of file") throw unclosed(cursor, '"}" to close the block', blockStart);
  if (next !== "}") throw unexpected(cursor, '"}": a block on one line can hold one argument only');
  return attribute;
}
