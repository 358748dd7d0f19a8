import { ByteWindow, type ReadOn } from "./byte-window.js";
import { isObject } from "./json-values.js";

/** The members under which answers list their findings. */
export type ListName = "findings" | "Findings";

/** One JSON value of a stream, or one element of a list of them. */
export interface JsonPiece {
  readonly value: unknown;
  readonly text: string;
  /** The list of an answer that it is an element of; null for a value by itself, or an element of a bare list. */
  readonly list: ListName | null;
  /** Where its bytes are in the stream. An answer without the elements of its list has none. */
  readonly from: number;
  readonly to: number;
  /** The bytes, until the next piece is asked for. */
  readonly bytes: Uint8Array;
  /** Where it is, for messages: `line 3`, `finding 2`. */
  readonly within: readonly string[];
}

/** What a stream holds is not JSON, or is cut off. */
export class NotJson extends Error {
  /** On which line of the stream the value begins, counted from 1. */
  readonly line: number;
  readonly isTruncated: boolean;

  constructor(line: number, isTruncated: boolean) {
    super(`what begins on line ${String(line)} is not JSON`);
    this.name = "NotJson";
    this.line = line;
    this.isTruncated = isTruncated;
  }
}

/** A list with fewer bytes than this is read at once. */
const SMALL = 16 * 1024;

/** A line with more bytes than this is not looked at as a whole. */
const LONG_LINE = 1024 * 1024;

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const LINE_FEED = 0x0a;

/**
 * The JSON values of a stream in UTF-8, one after the other: a document, JSON Lines, or documents that follow each other. Long
 * lists, bare or the `findings` of an answer, come element by element, and the answer itself afterwards, with its list empty:
 * what is in memory is as large as one element. Throws `NotJson`; `RangeError` for an element that no export has.
 */
export function* jsonPieces(readOn: ReadOn): Generator<JsonPiece, void, undefined> {
  const scanner = new Scanner(new ByteWindow(readOn));
  for (let start = scanner.skipBlanks(0); start !== null; start = scanner.skipBlanks(scanner.place)) {
    const line = scanner.line;
    const within = [`line ${String(line)}`];
    scanner.valueLine = line;
    const first = scanner.window.at(start);
    if (first !== OPEN_LIST && first !== OPEN_OBJECT) throw scanner.notJson(false);
    const whole = scanner.wholeLine(start);
    if (whole !== null) {
      yield { ...whole, list: null, within };
      continue;
    }
    if (first === OPEN_LIST) yield* elements(scanner, start, null, within);
    else yield* members(scanner, start, within);
  }
}

/** The elements of the list that opens at `open`; `place` is then after its closing bracket. */
function* elements(scanner: Scanner, open: number, list: ListName | null, within: readonly string[]): Generator<JsonPiece, void, undefined> {
  let at = scanner.nextToken(open + 1);
  for (let index = 1; scanner.window.at(at) !== CLOSE_LIST; index += 1) {
    const end = scanner.skipValue(at);
    yield { ...scanner.parsed(at, end), list, within: [...within, `finding ${String(index)}`] };
    at = scanner.nextToken(end);
    const mark = scanner.window.at(at);
    if (mark === CLOSE_LIST) break;
    if (mark !== COMMA) throw scanner.notJson(false);
    at = scanner.nextToken(at + 1);
    if (scanner.window.at(at) === CLOSE_LIST) throw scanner.notJson(false);
  }
  scanner.place = at + 1;
}

/** The object that opens at `open`: itself, or the elements of its list and then the rest of it. */
function* members(scanner: Scanner, open: number, within: readonly string[]): Generator<JsonPiece, void, undefined> {
  const { window } = scanner;
  let head: Buffer | null = null;
  let from = open;
  let list: ListName | null = null;
  window.keepFrom(open);
  let at = scanner.nextToken(open + 1);
  while (window.at(at) !== CLOSE_OBJECT) {
    if (window.at(at) !== QUOTE) throw scanner.notJson(false);
    const afterKey = scanner.skipString(at);
    const key = window.slice(at + 1, afterKey - 1).toString("latin1");
    const colon = scanner.nextToken(afterKey);
    if (window.at(colon) !== COLON) throw scanner.notJson(false);
    const value = scanner.nextToken(colon + 1);
    let end: number;
    if (head === null && (key === "findings" || key === "Findings") && window.at(value) === OPEN_LIST) {
      head = Buffer.from(window.slice(open, value + 1));
      list = key;
      yield* elements(scanner, value, list, within);
      end = scanner.place;
      from = end - 1;
      window.keepFrom(from);
    } else {
      end = scanner.skipValue(value, from);
    }
    at = scanner.nextToken(end);
    const mark = window.at(at);
    if (mark === CLOSE_OBJECT) break;
    if (mark !== COMMA) throw scanner.notJson(false);
    at = scanner.nextToken(at + 1);
    if (window.at(at) === CLOSE_OBJECT) throw scanner.notJson(false);
  }
  scanner.place = at + 1;
  if (head === null) {
    yield { ...scanner.parsed(open, at + 1), list: null, within };
    return;
  }
  const rest = scanner.parse(Buffer.concat([head, window.slice(from, at + 1)]));
  // A second list of the same name would stand for the first.
  if (rest === null || list === null || !isObject(rest.value) || !isEmptyList(rest.value[list])) throw scanner.notJson(false);
  yield { ...rest, list: null, from: 0, to: 0, bytes: new Uint8Array(), within };
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

type Parsed = Pick<JsonPiece, "value" | "text" | "from" | "to" | "bytes">;

/** Walks over JSON by its quotes and brackets; `JSON.parse` judges what is between. */
class Scanner {
  readonly window: ByteWindow;
  /** Where the next value is looked for. */
  place = 0;
  /** The line that the walk is on, counted from 1. */
  line = 1;
  /** The line that the value begins on. */
  valueLine = 1;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

  constructor(window: ByteWindow) {
    this.window = window;
  }

  notJson(isTruncated: boolean): NotJson {
    return new NotJson(this.valueLine, isTruncated);
  }

  /** The place of the first byte of the next value; null at the end. Files joined by `cat` have byte order marks in the middle. */
  skipBlanks(from: number): number | null {
    const { window } = this;
    let at = from;
    for (;;) {
      window.keepFrom(at);
      const byte = window.at(at);
      if (byte === -1) return null;
      if (byte === LINE_FEED) this.line += 1;
      if (byte === 0xef && window.at(at + 1) === 0xbb && window.at(at + 2) === 0xbf) at += 3;
      else if (byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)) at += 1;
      else return at;
    }
  }

  /** The place of the next byte inside a value that is no blank. */
  nextToken(from: number): number {
    const { window } = this;
    for (let at = from; ; at += 1) {
      const byte = window.at(at);
      if (byte === LINE_FEED) this.line += 1;
      else if (byte === -1) throw this.notJson(true);
      else if (byte !== 0x20 && byte !== 0x0d && byte !== 0x09) return at;
    }
  }

  /** The value that begins at `from`, when its line holds nothing else and it is no long list; null otherwise. */
  wholeLine(from: number): Parsed | null {
    const { window } = this;
    window.keepFrom(from);
    let feed = -1;
    for (let searched = from; ; searched = window.end) {
      if (searched < window.end) feed = window.bytes.subarray(0, window.end - window.first).indexOf(LINE_FEED, searched - window.first);
      if (feed !== -1 || window.end - from > LONG_LINE || !window.more()) break;
    }
    // `more` may have moved what is in memory.
    const end = feed === -1 ? window.end : window.first + feed;
    if (end - from > LONG_LINE) return null;
    let last = end - 1;
    while (isBlank(window.at(last))) last -= 1;
    const mark = window.at(last);
    if (mark !== CLOSE_OBJECT && mark !== CLOSE_LIST) return null;
    const parsed = this.parse(window.slice(from, last + 1));
    if (parsed === null || (last - from >= SMALL && isList(parsed.value))) return null;
    this.place = last + 1;
    return { ...parsed, from, to: last + 1, bytes: window.slice(from, last + 1) };
  }

  /** The place after the value that begins at `from`; its bytes are in memory then, and those from `keepFrom` on. */
  skipValue(from: number, keepFrom = from): number {
    this.window.keepFrom(keepFrom);
    const first = this.window.at(from);
    if (first === QUOTE) return this.skipString(from);
    if (first === OPEN_OBJECT || first === OPEN_LIST) return this.#skipBrackets(from);
    let at = from;
    while (isOfWord(this.window.at(at))) at += 1;
    if (at === from) throw this.notJson(false);
    return at;
  }

  skipString(open: number): number {
    const { window } = this;
    for (let at = open + 1; ; at += 1) {
      const byte = window.at(at);
      if (byte === QUOTE) return at + 1;
      if (byte === BACKSLASH) at += 1;
      else if (byte === -1 || byte === LINE_FEED) throw this.notJson(byte === -1);
    }
  }

  #skipBrackets(open: number): number {
    const { window } = this;
    let { bytes, first, end } = window;
    let depth = 0;
    let inString = false;
    for (let at = open; ; at += 1) {
      while (at >= end) {
        if (!window.more()) throw this.notJson(true);
        ({ bytes, first, end } = window);
      }
      const byte = bytes[at - first];
      if (inString) {
        if (byte === QUOTE) inString = false;
        else if (byte === BACKSLASH) at += 1;
      } else if (byte === QUOTE) {
        inString = true;
      } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
        depth += 1;
      } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
        depth -= 1;
        if (depth === 0) return at + 1;
      }
      if (byte === LINE_FEED) this.line += 1;
    }
  }

  /** What stands between two places. */
  parsed(from: number, to: number): Parsed {
    const bytes = this.window.slice(from, to);
    const parsed = this.parse(bytes);
    if (parsed === null) throw this.notJson(false);
    return { ...parsed, from, to, bytes };
  }

  parse(bytes: Uint8Array): Pick<JsonPiece, "value" | "text"> | null {
    try {
      const text = this.#decoder.decode(bytes);
      const value: unknown = JSON.parse(text);
      return { value, text };
    } catch {
      return null;
    }
  }
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}

/** Of a number, or of `true`, `false`, `null`. */
function isOfWord(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a) || byte === 0x2b || byte === 0x2d || byte === 0x2e;
}

function isList(value: unknown): boolean {
  return Array.isArray(value) || (isObject(value) && (Array.isArray(value["findings"]) || Array.isArray(value["Findings"])));
}
