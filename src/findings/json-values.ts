import { positionAt } from "../model/text.js";
import { BadInput, badPlace } from "./bad-input.js";
import { refuseDuplicateKeys } from "./duplicate-keys.js";

/** A JSON object whose members are not known yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A JSON value in a few words, for messages. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  // JSON.parse makes Infinity of what is too large, and JSON.stringify null of that.
  if (typeof value === "number" && !Number.isFinite(value)) return "a huge number";
  if (!isObject(value)) return value === undefined ? "nothing" : JSON.stringify(value).slice(0, 80);
  const keys = Object.keys(value);
  if (keys.length === 0) return "an empty object";
  const more = keys.length > 4 ? ", …" : "";
  return `an object with ${keys.slice(0, 4).map((key) => JSON.stringify(key)).join(", ")}${more}`;
}

/** One JSON value of a file that may hold several, with the line that it begins on, counted from 1. */
export interface JsonValue {
  readonly value: unknown;
  readonly line: number;
}

/** What is in an exported file, and how it is exported: completes "export … again …". */
export interface Exported {
  readonly what: string;
  readonly how: string;
}

export const FINDINGS: Exported = { what: "the findings", how: "with --output json" };

/**
 * All JSON values of a text: one document, JSON Lines, or documents one after the other as `aws … >> file` leaves them.
 * Linear in the text's length. Throws `BadInput` when the text is empty, truncated, or not JSON.
 */
export function jsonValues(file: string, text: string, exported = FINDINGS): readonly JsonValue[] {
  const start = skipBlanks(text, 0);
  if (start === text.length) {
    throw new BadInput(`${file}: the file is empty: run the command that should have written it again, or delete the file.`);
  }
  const whole = parse(text.slice(start));
  if (whole === null) return severalValues(file, text, start, exported);
  refuseDuplicateKeys([file], text.slice(start), whole.value, exported);
  return [{ value: whole.value, line: 1 }];
}

function severalValues(file: string, text: string, first: number, exported: Exported): readonly JsonValue[] {
  const values: JsonValue[] = [];
  let line = positionAt(text, first).line;
  let at = first;
  while (at < text.length) {
    const end = endOfValue(text, at);
    const parsed = end === null ? null : parse(text.slice(at, end));
    if (end === null || parsed === null) throw unreadable(file, text, at, exported);
    refuseDuplicateKeys([file, `line ${String(line)}`], text.slice(at, end), parsed.value, exported);
    values.push({ value: parsed.value, line });
    const next = skipBlanks(text, end);
    line += lineFeeds(text, at, next);
    at = next;
  }
  return values;
}

/** Files joined by `cat` have byte order marks in the middle; `\s` takes them as blanks. */
function skipBlanks(text: string, from: number): number {
  const blanks = /\s*/y;
  blanks.lastIndex = from;
  blanks.exec(text);
  return blanks.lastIndex;
}

function lineFeeds(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf("\n", from); at !== -1 && at < to; at = text.indexOf("\n", at + 1)) count += 1;
  return count;
}

function parse(text: string): { readonly value: unknown } | null {
  try {
    const value: unknown = JSON.parse(text);
    return { value };
  } catch {
    return null;
  }
}

/** The offset just after the object or list that begins at `start`, by its brackets alone; null when it is not closed. */
function endOfValue(text: string, start: number): number | null {
  if (text[start] !== "{" && text[start] !== "[") return null;
  const marks = /["[\]{}]/g;
  let depth = 0;
  marks.lastIndex = start;
  for (let mark = marks.exec(text); mark !== null; mark = marks.exec(text)) {
    if (mark[0] === '"') {
      const end = endOfString(text, mark.index);
      if (end === null) return null;
      marks.lastIndex = end;
    } else if (mark[0] === "{" || mark[0] === "[") {
      depth += 1;
    } else {
      depth -= 1;
      if (depth === 0) return marks.lastIndex;
    }
  }
  return null;
}

function endOfString(text: string, open: number): number | null {
  for (let quote = text.indexOf('"', open + 1); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let backslashes = 0;
    while (text[quote - 1 - backslashes] === "\\") backslashes += 1;
    if (backslashes % 2 === 0) return quote + 1;
  }
  return null;
}

function unreadable(file: string, text: string, start: number, { what, how }: Exported): BadInput {
  const instead = otherFormat(text, start);
  if (instead !== null) throw badPlace([file], `this is ${instead} and not JSON`, `export ${what} again ${how}, or delete the file`);
  const offence = text[start] === "{" || text[start] === "[" ? firstOffence(text, start) : start;
  if (offence === null) {
    return badPlace(
      [file, `line ${String(positionAt(text, start).line)}`],
      "the JSON is truncated, what begins here is never closed",
      `export ${what} again, or delete the file`,
    );
  }
  const { line, column } = positionAt(text, offence);
  const shown = JSON.stringify(/\S[^\s,{}[\]]{0,19}/y.exec(text.slice(offence, offence + 20))?.[0] ?? text[offence] ?? "");
  return badPlace(
    [file, `line ${String(line)}, column ${String(column)}`],
    `this is not JSON, ${shown} is not expected here`,
    `export ${what} again ${how}, or delete the file`,
  );
}

/** What people save by mistake: a page instead of its data, a table. */
function otherFormat(text: string, start: number): string | null {
  if (text[start] === "<" && !text.startsWith("<<", start)) return /^<(?:!doctype html|html)\b/iu.test(text.slice(start, start + 20)) ? "HTML" : "XML";
  const [first = "", second = ""] = text.slice(start, start + 4000).split(/\r?\n/u);
  const columns = first.split(",").length;
  return columns > 2 && second.split(",").length >= columns && /^[\w" -]+(?:,[\w" -]+)+$/u.test(first) ? "CSV" : null;
}

type Expected = "value" | "value or ]" | "key" | "key or }" | ":" | ", or close";

/**
 * The offset of the first character that JSON's grammar (RFC 8259) does not allow in the value that begins at `start`;
 * null when there is none up to the end of the text. `JSON.parse` does not always tell the place.
 */
function firstOffence(text: string, start: number): number | null {
  const token =
    /"(?:[ !#-[\]-\u{10ffff}]+|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[{}[\],:]/uy;
  const open: ("{" | "[")[] = [];
  let expected: Expected = "value";
  let at = start;
  do {
    token.lastIndex = at;
    const found = token.exec(text)?.[0];
    if (found === undefined) {
      // A string or word that runs to the end of the text was cut off.
      const rest = text.slice(at);
      return rest === "" || /^(?:"(?:[^"\\\n]|\\.)*\\?|[\w.+-]+)$/.test(rest) ? null : at;
    }
    const next = step(expected, found, open);
    if (next === null) return at;
    expected = next;
    at = skipBlanks(text, at + found.length);
  } while (open.length > 0);
  return null;
}

/** What may follow `token`; null when `token` itself is not expected. Keeps `open`, the brackets that are not closed yet. */
function step(expected: Expected, token: string, open: ("{" | "[")[]): Expected | null {
  const inside = open.at(-1);
  switch (token) {
    case "{":
    case "[":
      if (expected !== "value" && expected !== "value or ]") return null;
      open.push(token);
      return token === "{" ? "key or }" : "value or ]";
    case "}":
      if (expected !== "key or }" && !(expected === ", or close" && inside === "{")) return null;
      open.pop();
      return ", or close";
    case "]":
      if (expected !== "value or ]" && !(expected === ", or close" && inside === "[")) return null;
      open.pop();
      return ", or close";
    case ",":
      if (expected !== ", or close") return null;
      return inside === "{" ? "key" : "value";
    case ":":
      return expected === ":" ? "value" : null;
    default:
      if (expected === "key" || expected === "key or }") return token.startsWith('"') ? ":" : null;
      return expected === "value" || expected === "value or ]" ? ", or close" : null;
  }
}
