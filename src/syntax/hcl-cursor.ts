import { positionAt, SyntaxProblem } from "../model/text.js";
import type { Span } from "../model/text.js";
import type { HclTokens, TokenKind } from "./hcl-scanner.js";

/** A place among the tokens of a text. */
export interface HclCursor {
  readonly text: string;
  readonly tokens: HclTokens;
  /** The token that is read next. */
  index: number;
  /** End of the token that was read last. */
  end: number;
  /** Whether line breaks count: they do in bodies and objects, not inside brackets, parentheses and template sequences. */
  lineBreaks: boolean;
  depth: number;
}

/** Nesting beyond this is refused, lest the reader or whoever walks the tree overflow the stack. */
const deepest = 250;

export function cursorAt(text: string, tokens: HclTokens): HclCursor {
  return { text, tokens, index: 0, end: 0, lineBreaks: true, depth: 0 };
}

/** The kind of the token that is read next; leaves line breaks behind where they do not count. */
export function peek(cursor: HclCursor): TokenKind {
  const { kinds } = cursor.tokens;
  let kind = kinds[cursor.index];
  if (!cursor.lineBreaks) while (kind === "line break") kind = kinds[(cursor.index += 1)];
  return kind ?? "end of file";
}

/** Where the next token starts; after `peek`. */
export function startOfNext(cursor: HclCursor): number {
  return cursor.tokens.starts[cursor.index] ?? cursor.text.length;
}

/** Steps over the next token; after `peek`. Gives where it starts. */
export function read(cursor: HclCursor): number {
  const { starts, ends } = cursor.tokens;
  const { index } = cursor;
  const end = ends[index];
  if (end !== undefined) cursor.end = end;
  cursor.index = index + 1;
  return starts[index] ?? cursor.text.length;
}

/** Steps over the next token when it is of this kind. */
export function accept(cursor: HclCursor, kind: TokenKind): boolean {
  if (peek(cursor) !== kind) return false;
  read(cursor);
  return true;
}

/** Steps over a token that must be of this kind, otherwise a problem says what was expected. */
export function expect(cursor: HclCursor, kind: TokenKind, expected: string): number {
  if (peek(cursor) !== kind) throw unexpected(cursor, expected);
  return read(cursor);
}

/** Like `expect`, for what closes something that began at `opening`. */
export function expectClosing(cursor: HclCursor, kind: TokenKind, expected: string, opening: number): number {
  if (peek(cursor) !== kind) throw unclosed(cursor, expected, opening);
  return read(cursor);
}

/** Whether the next token is this word. */
export function atWord(cursor: HclCursor, word: string): boolean {
  return peek(cursor) === "identifier" && isWord(cursor, cursor.index, word);
}

/** Whether the next token that is no line break is this word; leaves the cursor where it is. */
export function atWordBeyondLineBreaks(cursor: HclCursor, word: string): boolean {
  const { kinds } = cursor.tokens;
  let { index } = cursor;
  while (kinds[index] === "line break") index += 1;
  return kinds[index] === "identifier" && isWord(cursor, index, word);
}

function isWord({ text, tokens }: HclCursor, index: number, word: string): boolean {
  const start = tokens.starts[index] ?? text.length;
  return tokens.ends[index] === start + word.length && text.startsWith(word, start);
}

/** The text of the token that was read from `start` on. */
export function textFrom(cursor: HclCursor, start: number): string {
  return cursor.text.slice(start, cursor.end);
}

/** From `start` to the end of what was read last. */
export function spanFrom(cursor: HclCursor, start: number): Span {
  return { start, end: cursor.end };
}

/** Goes one level deeper; whoever calls it lowers `depth` again. */
export function enter(cursor: HclCursor): void {
  cursor.depth += 1;
  if (cursor.depth > deepest) {
    throw problem(cursor, `Blocks and expressions are nested more than ${String(deepest)} levels deep.`);
  }
}

/** A problem with the next token: its own if the scanner could not read it. */
export function problem(cursor: HclCursor, message: string): SyntaxProblem {
  const scanned = cursor.tokens.problem;
  if (scanned !== null && peek(cursor) === "invalid") return scanned;
  return new SyntaxProblem(message, startOfNext(cursor));
}

export function unexpected(cursor: HclCursor, expected: string): SyntaxProblem {
  return problem(cursor, `Expected ${expected}.`);
}

/** `Expected "}" to close the block that begins on line 12.` */
export function unclosed(cursor: HclCursor, expected: string, opening: number): SyntaxProblem {
  return unexpected(cursor, `${expected} ${thatBegins(cursor.text, opening)}`);
}

/** For messages: "that begins on line 12". Counts lines, so only for what is thrown. */
export function thatBegins(text: string, offset: number): string {
  return `that begins on line ${String(positionAt(text, offset).line)}`;
}
