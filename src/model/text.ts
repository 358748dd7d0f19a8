/** A stretch of a source text: UTF-16 offsets, `end` exclusive, counted without a byte order mark. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A file's text as ESLint hands it over: without its byte order mark. `path` is absolute. */
export interface SourceText {
  readonly path: string;
  readonly text: string;
}

/** A place as people and editors count it: both numbers start at 1; columns are UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A text that cannot be read. The message is one sentence without place; the place is `offset`. */
export class SyntaxProblem extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.name = "SyntaxProblem";
    this.offset = offset;
  }
}

export function slice(text: string, span: Span): string {
  return text.slice(span.start, span.end);
}

/** Offset of the first character of the line that holds `offset`. */
export function lineStart(text: string, offset: number): number {
  // A negative start counts as 0 for lastIndexOf, which would find a line break at the very beginning.
  return offset === 0 ? 0 : text.lastIndexOf("\n", offset - 1) + 1;
}

/** Offset just after the line that holds `offset`, its line break included; the text's end on the last line. */
export function nextLineStart(text: string, offset: number): number {
  const lineFeed = text.indexOf("\n", offset);
  return lineFeed === -1 ? text.length : lineFeed + 1;
}

/** The blanks and tabs that the line of `offset` begins with. */
export function indentation(text: string, offset: number): string {
  const start = lineStart(text, offset);
  let end = start;
  while (text[end] === " " || text[end] === "\t") end += 1;
  return text.slice(start, end);
}

/** The line break in use at `offset`: that of its own line, else that of the line before, else a line feed. */
export function lineBreak(text: string, offset: number): "\n" | "\r\n" {
  const own = text.indexOf("\n", offset);
  const lineFeed = own === -1 ? text.lastIndexOf("\n", offset - 1) : own;
  return lineFeed > 0 && text[lineFeed - 1] === "\r" ? "\r\n" : "\n";
}

export function positionAt(text: string, offset: number): Position {
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < offset; at = text.indexOf("\n", at + 1)) line += 1;
  return { line, column: offset - lineStart(text, offset) + 1 };
}

/** The source of a regular expression that matches a text as it stands. */
export function literalPattern(text: string): string {
  return text.replace(/[$()*+.?[\\\]^{|}]/gu, String.raw`\$&`);
}
