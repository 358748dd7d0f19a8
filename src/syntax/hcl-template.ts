import { SyntaxProblem } from "../model/text.js";
import type { Span } from "../model/text.js";
import { accept, atWord, cursorAt, enter, expect, expectClosing, peek, problem, read, spanFrom, textFrom, thatBegins, unexpected } from "./hcl-cursor.js";
import type { HclCursor } from "./hcl-cursor.js";
import { parseExpression } from "./hcl-expression.js";
import type { HclExpression, HclInterpolation, HclTemplate, HclTemplatePart } from "./hcl-nodes.js";
import { isSpace, scan } from "./hcl-scanner.js";

/** Literal text while it is trimmed: `value` is what the source from `start` to `end` means. */
interface TextPiece {
  readonly type: "text";
  value: string;
  start: number;
  end: number;
}

type Directive =
  | { readonly type: "if"; readonly condition: HclExpression; readonly span: Span }
  | { readonly type: "for"; readonly variables: ForVariables; readonly collection: HclExpression; readonly span: Span }
  | { readonly type: "else" | "endif" | "endfor"; readonly span: Span };

type Piece = TextPiece | HclInterpolation | Directive;

export interface ForVariables {
  readonly key: string | null;
  readonly value: string;
}

const newline = 10;
const dollar = 36;
const percent = 37;
const minus = 45;
const backslash = 92;
const tilde = 126;

const escapes = new Map([
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ['"', '"'],
  ["\\", "\\"],
]);

/** A quoted string or a heredoc; the cursor is at its opening. */
export function parseTemplate(cursor: HclCursor): HclTemplate {
  const form = peek(cursor) === "heredoc" ? "heredoc" : "quoted";
  const start = read(cursor);
  const indented = form === "heredoc" && cursor.text.charCodeAt(start + 2) === minus;
  const pieces = readPieces(cursor, form);
  const end = read(cursor);
  if (indented) removeIndentation(pieces);
  return { type: "HclTemplate", form, parts: arrange(cursor, pieces, end), span: spanFrom(cursor, start) };
}

/** A text that is a template as a whole, without quotes and without escapes but `$${` and `%%{`. */
export function parseBareTemplate(text: string): readonly HclTemplatePart[] {
  const cursor = cursorAt(text, scan(text, "template"));
  const pieces = readPieces(cursor, "heredoc");
  return arrange(cursor, pieces, read(cursor));
}

/** A quoted string that may hold escapes but no template sequences: a block's label. */
export function parseLabelString(cursor: HclCursor): { start: number; value: string } {
  const opening = read(cursor);
  let value = "";
  while (peek(cursor) === "text") {
    const start = read(cursor);
    value += decode(cursor.text, start, cursor.end, "quoted");
  }
  const next = peek(cursor);
  if (next === "${" || next === "%{") {
    throw problem(cursor, `A block label cannot hold template sequences; "${next.charAt(0)}${next}" stands for the characters themselves.`);
  }
  expect(cursor, "template end", "a closing quote");
  return { start: opening, value };
}

/** `value in` or `key, value in`, after `for`. */
export function parseForVariables(cursor: HclCursor): ForVariables {
  const first = forVariable(cursor);
  const second = accept(cursor, ",") ? forVariable(cursor) : null;
  if (!atWord(cursor, "in")) throw unexpected(cursor, '"in" after the name that "for" declares');
  read(cursor);
  return second === null ? { key: null, value: first } : { key: first, value: second };
}

function forVariable(cursor: HclCursor): string {
  return textFrom(cursor, expect(cursor, "identifier", 'the name of a variable for "for"'));
}

/** Everything up to the closing quote or marker; `~` has trimmed the text beside it. */
function readPieces(cursor: HclCursor, form: HclTemplate["form"]): Piece[] {
  const pieces: Piece[] = [];
  // `~` trims one text token and only when it is the very next one; the scanner says how text is cut.
  let trimNext = false;
  for (;;) {
    const kind = peek(cursor);
    if (kind === "text") {
      const start = read(cursor);
      const piece: TextPiece = { type: "text", value: decode(cursor.text, start, cursor.end, form), start, end: cursor.end };
      if (trimNext) trimStart(cursor.text, piece);
      trimNext = false;
      pieces.push(piece);
    } else if (kind === "${" || kind === "%{") {
      const start = read(cursor);
      const previous = pieces[pieces.length - 1];
      if (cursor.end - start === 3 && previous?.type === "text") trimEnd(cursor.text, previous);
      const outer = cursor.lineBreaks;
      cursor.lineBreaks = false;
      pieces.push(kind === "${" ? interpolation(cursor, start) : directive(cursor, start));
      cursor.lineBreaks = outer;
      trimNext = cursor.text.charCodeAt(cursor.end - 2) === tilde;
    } else if (kind === "template end") {
      return pieces;
    } else {
      throw unexpected(cursor, "the end of the string");
    }
  }
}

function interpolation(cursor: HclCursor, start: number): HclInterpolation {
  const expression = parseExpression(cursor);
  return { type: "HclInterpolation", expression, span: closeSequence(cursor, start, '"}" to close the interpolation') };
}

function directive(cursor: HclCursor, start: number): Directive {
  const name = textFrom(cursor, expect(cursor, "identifier", '"if", "else", "endif", "for" or "endfor" after "%{"'));
  switch (name) {
    case "if": {
      const condition = parseExpression(cursor);
      return { type: "if", condition, span: closeSequence(cursor, start, '"}" to close the template directive') };
    }
    case "for": {
      const variables = parseForVariables(cursor);
      const collection = parseExpression(cursor);
      return { type: "for", variables, collection, span: closeSequence(cursor, start, '"}" to close the template directive') };
    }
    case "else":
    case "endif":
    case "endfor":
      return { type: name, span: closeSequence(cursor, start, '"}" to close the template directive') };
    default:
      throw new SyntaxProblem(
        `"${name}" is no template directive; expected "if", "else", "endif", "for" or "endfor".`,
        cursor.end - name.length,
      );
  }
}

function closeSequence(cursor: HclCursor, start: number, expected: string): Span {
  expectClosing(cursor, "sequence end", expected, start);
  return spanFrom(cursor, start);
}

/** What the text token from `start` to `end` means. Heredocs know the escapes `$${` and `%%{` only. */
function decode(text: string, start: number, end: number, form: HclTemplate["form"]): string {
  const first = text.charCodeAt(start);
  // The scanner makes `$${` and `%%{` tokens of their own.
  if ((first === dollar || first === percent) && end - start > 2) return text.slice(start + 1, end);
  const source = text.slice(start, end);
  if (form === "heredoc" || !source.includes("\\")) return source;
  let value = "";
  for (let at = start; at < end; ) {
    const escape = text.indexOf("\\", at);
    const plainEnd = escape === -1 || escape > end ? end : escape;
    value += text.slice(at, plainEnd);
    at = plainEnd;
    if (at < end) {
      value += escaped(text, at);
      at = escapeEnd(text, at);
    }
  }
  return value;
}

/** The character that the escape at `at` stands for. */
function escaped(text: string, at: number): string {
  const selector = text.charAt(at + 1);
  const plain = escapes.get(selector);
  if (plain !== undefined) return plain;
  if (selector !== "u" && selector !== "U") {
    const shown = String.fromCodePoint(text.codePointAt(at + 1) ?? 0);
    throw new SyntaxProblem(`"\\${shown}" is no escape sequence; a backslash itself is written "\\\\".`, at);
  }
  const digits = text.slice(at + 2, escapeEnd(text, at));
  if (!(selector === "u" ? /^[\da-f]{4}$/i : /^[\da-f]{8}$/i).test(digits)) {
    throw new SyntaxProblem(`Expected ${selector === "u" ? "four" : "eight"} hexadecimal digits after "\\${selector}".`, at);
  }
  const code = Number.parseInt(digits, 16);
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
    throw new SyntaxProblem(`"\\${selector}${digits}" is no Unicode character.`, at);
  }
  return String.fromCodePoint(code);
}

function escapeEnd(text: string, at: number): number {
  const selector = text.charAt(at + 1);
  return at + (selector === "u" ? 6 : selector === "U" ? 10 : 2);
}

/** The end of the source of the value's character that begins at `at`. */
function characterEnd(text: string, at: number): number {
  return text.charCodeAt(at) === backslash ? escapeEnd(text, at) : at + 1;
}

function leadingSpace(value: string): number {
  let count = 0;
  while (count < value.length && isSpace(value.charCodeAt(count))) count += 1;
  return count;
}

function trimStart(text: string, piece: TextPiece): void {
  cutStart(text, piece, leadingSpace(piece.value));
}

/** Takes the first `count` characters away, which are white space. */
function cutStart(text: string, piece: TextPiece, count: number): void {
  const exact = piece.end - piece.start === piece.value.length;
  if (exact) piece.start += count;
  else for (let left = count; left > 0; left -= 1) piece.start = characterEnd(text, piece.start);
  piece.value = piece.value.slice(count);
}

function trimEnd(text: string, piece: TextPiece): void {
  let kept = piece.value.length;
  while (kept > 0 && isSpace(piece.value.charCodeAt(kept - 1))) kept -= 1;
  const exact = piece.end - piece.start === piece.value.length;
  if (exact) piece.end = piece.start + kept;
  else {
    // `$${` reads one character longer than it means, and no white space is in it.
    piece.end = kept === piece.value.length ? piece.end : sourceEnd(text, piece.start, kept);
  }
  piece.value = piece.value.slice(0, kept);
}

/** Where the source of the first `count` UTF-16 units of a quoted text ends. */
function sourceEnd(text: string, start: number, count: number): number {
  let at = start;
  for (let left = count; left > 0; ) {
    const end = characterEnd(text, at);
    // Only `\U` can stand for two units.
    left -= end - at === 10 && Number.parseInt(text.slice(at + 2, end), 16) > 0xffff ? 2 : 1;
    at = end;
  }
  return at;
}

/**
 * `<<-` takes from every line as many blanks as its least indented line begins with. As in HashiCorp's parser, lines are
 * text tokens: a line that begins with a template sequence has no blanks, blank lines do not count and keep theirs, and
 * a line whose line break before it was trimmed by `~` is no new line.
 */
function removeIndentation(pieces: readonly Piece[]): void {
  const lines: TextPiece[] = [];
  let least = Number.POSITIVE_INFINITY;
  let atLineStart = true;
  for (const piece of pieces) {
    const text = piece.type === "text" ? piece : null;
    if (atLineStart) {
      const blanks = text === null ? 0 : leadingSpace(text.value);
      const blankLine = text !== null && blanks === text.value.length && text.value.endsWith("\n");
      if (!blankLine) least = Math.min(least, blanks);
      if (!blankLine && text !== null) lines.push(text);
    }
    atLineStart = text?.value.endsWith("\n") ?? false;
  }
  for (const line of lines) {
    line.start += least;
    line.value = line.value.slice(least);
  }
}

/** Puts what stands between directives into them. */
function arrange(cursor: HclCursor, pieces: readonly Piece[], end: number): HclTemplatePart[] {
  let next = 0;

  function partsUpTo(close: "endif" | "endfor" | null, alternate: boolean, opening: Span): { parts: HclTemplatePart[]; last: Directive | null } {
    enter(cursor);
    const parts: HclTemplatePart[] = [];
    for (let piece = pieces[next]; piece !== undefined; piece = pieces[next]) {
      next += 1;
      switch (piece.type) {
        case "text":
          addText(cursor.text, parts, piece);
          break;
        case "HclInterpolation":
          parts.push(piece);
          break;
        case "if": {
          const { condition } = piece;
          const { start } = piece.span;
          const { parts: consequent, last } = partsUpTo("endif", true, piece.span);
          const branch = last?.type === "else" ? partsUpTo("endif", false, piece.span) : null;
          const span = { start, end: (branch === null ? last : branch.last)?.span.end ?? end };
          parts.push({ type: "HclTemplateIf", condition, consequent, alternate: branch === null ? [] : branch.parts, span });
          break;
        }
        case "for": {
          const { key, value } = piece.variables;
          const { parts: body, last } = partsUpTo("endfor", false, piece.span);
          const span = { start: piece.span.start, end: last?.span.end ?? end };
          parts.push({ type: "HclTemplateFor", key, value, collection: piece.collection, body, span });
          break;
        }
        case "else":
        case "endif":
        case "endfor":
          if (piece.type === close || (piece.type === "else" && alternate)) {
            cursor.depth -= 1;
            return { parts, last: piece };
          }
          throw new SyntaxProblem(`The directive "${piece.type}" closes nothing here.`, piece.span.start);
      }
    }
    if (close !== null) {
      throw new SyntaxProblem(`Expected "%{ ${close} }" to close the template directive ${thatBegins(cursor.text, opening.start)}.`, end);
    }
    cursor.depth -= 1;
    return { parts, last: null };
  }

  return partsUpTo(null, false, { start: end, end }).parts;
}

/** Joins the pieces of a line; a heredoc's lines stay apart. */
function addText(text: string, parts: HclTemplatePart[], { value, start, end }: TextPiece): void {
  if (value === "") return;
  const previous = parts[parts.length - 1];
  if (previous?.type === "HclText" && previous.span.end === start && text.charCodeAt(start - 1) !== newline) {
    parts[parts.length - 1] = { type: "HclText", value: previous.value + value, span: { start: previous.span.start, end } };
  } else {
    parts.push({ type: "HclText", value, span: { start, end } });
  }
}
