import { SyntaxProblem, type Span } from "../model/text.js";

/**
 * One stretch of a string that a host language holds. `value` is what the string says there. When `exact`, the source reads
 * the same, character by character, so an offset in `value` is an offset in the source.
 * A `value` of null is something unknown that is inserted at deployment (an interpolation).
 */
export interface HostChunk {
  readonly value: string | null;
  readonly span: Span;
  readonly exact: boolean;
}

/**
 * JSON in a host string, with spans in the host's source. A string that an interpolation cuts through has no plain value:
 * `value` is null. `exact`: the source between the quotes reads as `value`, without escapes of JSON or of the host. An
 * `unknown` is an interpolation where a value should stand.
 */
export type JsonNode =
  | { readonly type: "string"; readonly value: string | null; readonly exact: boolean; readonly span: Span }
  | { readonly type: "number" | "boolean" | "null"; readonly span: Span }
  | { readonly type: "array"; readonly items: readonly JsonNode[]; readonly span: Span }
  | { readonly type: "object"; readonly members: readonly JsonMember[]; readonly span: Span }
  | { readonly type: "unknown"; readonly span: Span };

export interface JsonMember {
  /** Null when an interpolation cuts through it. */
  readonly key: string | null;
  readonly keySpan: Span;
  readonly value: JsonNode;
}

type JsonString = Extract<JsonNode, { type: "string" }>;

/** Deeper than any policy, and far from the end of the stack. */
const MOST_LEVELS = 200;

const BLANKS = /[ \t\n\r]*/uy;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/uy;
const WORD = /true|false|null/uy;
const PLAIN = /[^"\\\p{Cc}\uFFFC]+|\uFFFC/uy;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/uy;

const ESCAPED: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

/** Reads JSON text out of a host string. Throws a `SyntaxProblem` at the source offset that cannot be read. */
export function readJson(chunks: readonly HostChunk[]): JsonNode {
  const host = hostText(chunks);
  let at = 0;

  const problem = (message: string, offset = at): SyntaxProblem => new SyntaxProblem(message, host.startOf(offset));

  const match = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(host.text)?.[0] ?? null;
    if (found !== null) at += found.length;
    return found;
  };

  /** Past blanks, to the next character; null at the end or where something unknown stands. */
  const next = (): string | null => {
    match(BLANKS);
    return host.isUnknown(at) ? null : (host.text[at] ?? null);
  };

  const expected = (what: string): SyntaxProblem => {
    if (host.isUnknown(at)) return problem(`JSON: expected ${what}, found an interpolation.`);
    const found = host.text[at];
    return problem(`JSON: expected ${what}, found ${found === undefined ? "the end of the text" : JSON.stringify(found)}.`);
  };

  const readValue = (level: number): JsonNode => {
    if (level > MOST_LEVELS) throw problem("JSON: nested too deeply.");
    const character = next();
    const start = at;
    switch (character) {
      case '"':
        return readString();
      case "[":
        return readArray(level);
      case "{":
        return readObject(level);
      case null:
        if (!host.isUnknown(at)) throw expected("a value");
        while (host.isUnknown(at)) at += 1;
        return { type: "unknown", span: host.span(start, at) };
      default: {
        const word = match(WORD);
        if (word !== null) return { type: word === "null" ? "null" : "boolean", span: host.span(start, at) };
        if (match(NUMBER) === null) throw expected("a value");
        return { type: "number", span: host.span(start, at) };
      }
    }
  };

  const readString = (): JsonString => {
    const start = at;
    at += 1;
    let value = "";
    let known = true;
    let exact = true;
    while (host.isUnknown(at) || host.text[at] !== '"') {
      const from = at;
      if (host.isUnknown(at)) {
        known = false;
        at += 1;
      } else if (host.text[at] === "\\") {
        const escape = match(ESCAPE);
        if (escape === null) throw problem("JSON: a backslash that begins no escape.");
        value += unescape(escape);
        exact = false;
      } else {
        const plain = match(PLAIN);
        if (plain === null) {
          throw at < host.text.length
            ? problem("JSON: a control character or line break in a string.")
            : problem("JSON: a string without its closing quote.", start);
        }
        value += plain;
      }
      exact &&= host.isExact(from, at);
    }
    at += 1;
    return { type: "string", value: known ? value : null, exact: exact && known, span: host.span(start, at) };
  };

  const readArray = (level: number): JsonNode => {
    const start = at;
    at += 1;
    const items: JsonNode[] = [];
    if (next() !== "]") {
      for (;;) {
        items.push(readValue(level + 1));
        const separator = next();
        if (separator === "]") break;
        if (separator !== ",") throw expected('"," or "]"');
        at += 1;
      }
    }
    at += 1;
    return { type: "array", items, span: host.span(start, at) };
  };

  const readObject = (level: number): JsonNode => {
    const start = at;
    at += 1;
    const members: JsonMember[] = [];
    if (next() !== "}") {
      for (;;) {
        if (next() !== '"') throw expected("a key");
        const key = readString();
        if (next() !== ":") throw expected('":"');
        at += 1;
        members.push({ key: key.value, keySpan: key.span, value: readValue(level + 1) });
        const separator = next();
        if (separator === "}") break;
        if (separator !== ",") throw expected('"," or "}"');
        at += 1;
      }
    }
    at += 1;
    return { type: "object", members, span: host.span(start, at) };
  };

  const root = readValue(0);
  if (next() !== null || at < host.text.length) throw expected("the end of the text");
  return root;
}

function unescape(escape: string): string {
  const letter = escape.charAt(1);
  if (letter === "u") return String.fromCharCode(Number.parseInt(escape.slice(2), 16));
  return ESCAPED[letter] ?? letter;
}

interface HostText {
  /** What the chunks say, one after the other; each unknown is one character. */
  readonly text: string;
  isUnknown(at: number): boolean;
  /** Does the source read the same from `from` to `to`? */
  isExact(from: number, to: number): boolean;
  /** The source offset of the character at `at`. */
  startOf(at: number): number;
  span(from: number, to: number): Span;
}

/** Stands for what is inserted at deployment; `PLAIN` stops before it. */
const UNKNOWN = "\uFFFC";

function hostText(chunks: readonly HostChunk[]): HostText {
  const pieces: { readonly chunk: HostChunk; readonly from: number; readonly to: number }[] = [];
  let text = "";
  for (const chunk of chunks) {
    if (chunk.value === "") continue;
    const from = text.length;
    text += chunk.value ?? UNKNOWN;
    pieces.push({ chunk, from, to: text.length });
  }
  const sourceEnd = chunks.at(-1)?.span.end ?? 0;

  /** Index of the piece that holds `at`; `pieces.length` past the end. */
  const pieceAt = (at: number): number => {
    let low = 0;
    let high = pieces.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((pieces[middle]?.to ?? 0) <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  const startOf = (at: number): number => {
    const piece = pieces[pieceAt(at)];
    if (piece === undefined) return sourceEnd;
    return piece.chunk.exact ? piece.chunk.span.start + (at - piece.from) : piece.chunk.span.start;
  };

  const endOf = (at: number): number => {
    const piece = pieces[pieceAt(at - 1)];
    if (piece === undefined) return sourceEnd;
    return piece.chunk.exact ? piece.chunk.span.start + (at - piece.from) : piece.chunk.span.end;
  };

  return {
    text,
    isUnknown: (at) => text[at] === UNKNOWN && pieces[pieceAt(at)]?.chunk.value === null,
    isExact: (from, to) => {
      for (let index = pieceAt(from), piece = pieces[index]; piece !== undefined && piece.from < to; piece = pieces[++index]) {
        if (!piece.chunk.exact) return false;
      }
      // Chunks need not touch in the source: the indentation of a heredoc lies between them, and a gap is not text.
      return endOf(to) - startOf(from) === to - from;
    },
    startOf,
    span: (from, to) => ({ start: startOf(from), end: endOf(to) }),
  };
}
