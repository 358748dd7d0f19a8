import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isAlias, isMap, isScalar, isSeq, parse, parseDocument, type Node, type YAMLSeq } from "yaml";

import { addAfter, applyEdits, removeElement, replaceEntry, type Edit } from "../src/edit.js";
import type { ActionEntry, SourceList } from "../src/model/policy.js";
import type { Span } from "../src/model/text.js";

type Bracketed = Extract<SourceList, { syntax: "bracketed" }>;
type BlockSequence = Extract<SourceList, { syntax: "block-sequence" }>;

/** Finds the elements of the brackets at `open`: an independent little scanner. */
function bracketed(text: string, open = text.indexOf("[")): Bracketed {
  const items: Span[] = [];
  let depth = 0;
  let start: number | null = null;
  let end = 0;
  for (let at = open; at < text.length; at += 1) {
    const rest = text.slice(at);
    const comment = /^(?:#|\/\/)[^\n]*|^\/\*[^]*?\*\//u.exec(rest)?.[0];
    if (comment !== undefined) {
      at += comment.length - 1;
      continue;
    }
    const string = /^"(?:[^"\\]|\\.)*"/u.exec(rest)?.[0];
    const char = text.charAt(at);
    if (string === undefined && "[{(".includes(char)) {
      depth += 1;
      if (depth === 1) continue;
    }
    if (string === undefined && "]})".includes(char)) {
      depth -= 1;
      if (depth === 0) {
        if (start !== null) items.push({ start, end });
        return { syntax: "bracketed", open, close: at, items };
      }
    }
    if (depth === 1 && char === "," && start !== null) {
      items.push({ start, end });
      start = null;
      continue;
    }
    if (/[\s,]/u.test(char) && depth === 1) continue;
    start ??= at;
    at += (string?.length ?? 1) - 1;
    end = at + 1;
  }
  throw new Error(`No closing bracket in ${text}`);
}

/** Finds the block sequence under `path` with `yaml`. */
function blockSequence(text: string, path: readonly (string | number)[]): BlockSequence {
  const document = parseDocument(text, { keepSourceTokens: true });
  expect(document.errors).toEqual([]);
  const sequence = document.getIn(path, true);
  if (!isSeq(sequence)) throw new Error(`No sequence in ${text}`);
  const dashes: number[] = [];
  const token = (sequence as YAMLSeq<Node>).srcToken;
  if (token?.type !== "block-seq") throw new Error("Not a block sequence");
  for (const item of token.items) {
    const dash = item.start.find((each) => each.type === "seq-item-ind");
    if (dash !== undefined) dashes.push(dash.offset);
  }
  const items = (sequence as YAMLSeq<Node>).items.map((item) => {
    if (isAlias(item) || isScalar(item) || isMap(item) || isSeq(item)) {
      const range = item.range;
      if (range) return { start: range[0], end: range[1] };
    }
    throw new Error("Unknown item");
  });
  return { syntax: "block-sequence", dashes, items };
}

function remove(text: string, list: SourceList, index: number): string {
  return applyEdits(text, [removeElement(text, { list, index })]);
}

function entry(text: string, list: SourceList, index: number, quote = '"'): ActionEntry {
  const span = list.items[index];
  if (span === undefined) throw new Error("No such element");
  return { value: text.slice(span.start + quote.length, span.end - quote.length), span, quote, home: { kind: "item", element: { list, index } }, locked: null };
}

function replace(text: string, list: SourceList, index: number, values: readonly string[], quote = '"'): string {
  return applyEdits(text, [replaceEntry(text, entry(text, list, index, quote), values)]);
}

/** As ESLint merges the fixes of one pass. Gives the merged edits. */
function merge(edits: readonly Edit[]): Edit[] {
  const kept: Edit[] = [];
  let lastEnd = -1;
  for (const edit of edits.toSorted((a, b) => a.span.start - b.span.start || a.span.end - b.span.end)) {
    if (lastEnd >= edit.span.start) continue;
    kept.push(edit);
    lastEnd = edit.span.end;
  }
  return kept;
}

/** Reads an array of JSON values with comments, and perhaps a comma after the last element. One comma more, and it throws. */
function evaluate(array: string): unknown[] {
  const bare = array.replaceAll(/(?:#|\/\/)[^\n]*|\/\*[^]*?\*\//gu, "").replace(/,\s*\]$/u, "]");
  const value: unknown = JSON.parse(bare);
  if (!Array.isArray(value)) throw new Error(`Not an array: ${array}`);
  return value;
}

function read(text: string): unknown[] {
  const list = bracketed(text);
  return evaluate(text.slice(list.open, list.close + 1));
}

describe("removing an element in brackets", () => {
  test.each([
    ['["a", "b", "c"]', 0, '["b", "c"]'],
    ['["a", "b", "c"]', 1, '["a", "c"]'],
    ['["a", "b", "c"]', 2, '["a", "b"]'],
    ['["a","b","c"]', 1, '["a","c"]'],
    ['["a", "b",]', 1, '["a",]'],
    ['[ "a", "b" ]', 1, '[ "a" ]'],
    ['["a"]', 0, "[]"],
    ['[ "a", ]', 0, "[]"],
    ['["a" /* why */]', 0, "[ /* why */]"],
    ['[\n  "a",\n  "b",\n  "c"\n]', 0, '[\n  "b",\n  "c"\n]'],
    ['[\n  "a",\n  "b",\n  "c"\n]', 1, '[\n  "a",\n  "c"\n]'],
    ['[\n  "a",\n  "b",\n  "c"\n]', 2, '[\n  "a",\n  "b"\n]'],
    ['[\n  "a",\n  "b",\n]', 1, '[\n  "a",\n]'],
    ['[\r\n\t"a",\r\n\t"b"\r\n]', 1, '[\r\n\t"a"\r\n]'],
    ['[\r\n\t"a",\r\n\t"b"\r\n]', 0, '[\r\n\t"b"\r\n]'],
    ['["a",\n "b",\n "c"]', 0, '["b",\n "c"]'],
    ['["a",\n "b",\n "c"]', 1, '["a",\n "c"]'],
    ['["a",\n "b",\n "c"]', 2, '["a",\n "b"]'],
    ['[\n  "a", "b",\n  "c", "d"\n]', 1, '[\n  "a",\n  "c", "d"\n]'],
    ['[\n  "a", "b",\n  "c", "d"\n]', 2, '[\n  "a", "b",\n  "d"\n]'],
    ['[\n  "a", "b",\n  "c", "d"\n]', 3, '[\n  "a", "b",\n  "c"\n]'],
    ['[\n  "a", "b",\n]', 1, '[\n  "a",\n]'],
    ['[\n  "a", # first\n  "b", # second\n  "c"  # third\n]', 0, '[\n  "b", # second\n  "c"  # third\n]'],
    ['[\n  "a", # first\n  "b", # second\n  "c"  # third\n]', 2, '[\n  "a", # first\n  "b" # second\n]'],
    ['[\n  # about a\n  "a",\n  # about b\n  "b"\n]', 1, '[\n  # about a\n  "a"\n  # about b\n]'],
    ['[\n  # about a\n  "a",\n  # about b\n  "b"\n]', 0, '[\n  # about a\n  # about b\n  "b"\n]'],
    ['["a", # first\n "b"]', 1, '["a" # first\n ]'],
    ['["a", # first\n "b"]', 0, '[ # first\n "b"]'],
    ['["a", /* b */ "b", /* c */ "c"]', 1, '["a", /* b */ /* c */ "c"]'],
    ['[\n  "a"\n  , "b"\n  , "c"\n]', 1, '[\n  "a"\n  , "c"\n]'],
    ['[\n  "a"\n  , "b"\n  , "c"\n]', 2, '[\n  "a"\n  , "b"\n]'],
    ['[\n  "a",\n\n  "b",\n\n  "c"\n]', 1, '[\n  "a",\n\n  "c"\n]'],
    ['[\n  "a",\n\n  "b",\n\n  "c"\n]', 0, '[\n  "b",\n\n  "c"\n]'],
    ['[\n  "a",\n\n  "b",\n\n  "c"\n]', 2, '[\n  "a",\n\n  "b"\n]'],
    ['[\n  "a",\n\n  "b",\n]', 1, '[\n  "a",\n]'],
    ['[{\n  "a": 1\n}, {\n  "b": 2\n}, {\n  "c": 3\n}]', 0, '[{\n  "b": 2\n}, {\n  "c": 3\n}]'],
    ['[{\n  "a": 1\n}, {\n  "b": 2\n}, {\n  "c": 3\n}]', 1, '[{\n  "a": 1\n}, {\n  "c": 3\n}]'],
    ['[{\n  "a": 1\n}, {\n  "b": 2\n}, {\n  "c": 3\n}]', 2, '[{\n  "a": 1\n}, {\n  "b": 2\n}]'],
    ['[\n  {\n    "a": 1,\n  },\n  {\n    "b": 2,\n  },\n]', 1, '[\n  {\n    "a": 1,\n  },\n]'],
  ])("%j without element %i", (text, index, expected) => {
    for (const [head, tail] of [["x = ", "\n"], ["", ""], ["call(", ").then()"]] as const) {
      const whole = head + text + tail;
      expect(remove(whole, bracketed(whole, head.length), index)).toBe(head + expected + tail);
    }
  });

  test("takes parentheses and casts along, although they are not in the element's span", () => {
    const text = '[("a"), "b" as const, ("c")]';
    const items = ['"a"', '"b"', '"c"'].map((each) => ({ start: text.indexOf(each), end: text.indexOf(each) + 3 }));
    const list: SourceList = { syntax: "bracketed", open: 0, close: text.length - 1, items };
    expect([0, 1, 2].map((index) => remove(text, list, index))).toEqual([
      '["b" as const, ("c")]',
      '[("a"), ("c")]',
      '[("a"), "b" as const]',
    ]);
    expect(replace(text, list, 0, ["x", "y"])).toBe('[("x"), "y", "b" as const, ("c")]');
  });

  test("takes the comma before the rest of a call's arguments, when they were the last", () => {
    const text = "f(first, a, b)";
    const list: SourceList = { syntax: "bracketed", open: 7, close: 13, items: [{ start: 9, end: 10 }, { start: 12, end: 13 }] };
    expect(remove(text, list, 0)).toBe("f(first, b)");
    expect(remove(text, list, 1)).toBe("f(first, a)");
    const rest = "f(\n  first,\n  a\n)";
    expect(remove(rest, { syntax: "bracketed", open: 10, close: 16, items: [{ start: 14, end: 15 }] }, 0)).toBe("f(\n  first\n)");
  });

  test("reads escaped line breaks of a quoted string as blanks", () => {
    const text = String.raw`policy = "{\"Action\": [\n  \"a\",\n  \"b\"\n]}"`;
    const items = [String.raw`\"a\"`, String.raw`\"b\"`].map((each) => ({ start: text.indexOf(each), end: text.indexOf(each) + 5 }));
    const list: SourceList = { syntax: "bracketed", open: text.indexOf("["), close: text.indexOf("]"), items };
    expect(remove(text, list, 0)).toBe(String.raw`policy = "{\"Action\": [\n  \"b\"\n]}"`);
    expect(remove(text, list, 1)).toBe(String.raw`policy = "{\"Action\": [\n  \"a\"\n]}"`);
    expect(replace(text, list, 0, ["x", "y"], String.raw`\"`)).toBe(
      String.raw`policy = "{\"Action\": [\n  \"x\",\n  \"y\",\n  \"b\"\n]}"`,
    );
  });
});

describe("removing an item of a block sequence", () => {
  test.each([
    ["Action:\n  - a\n  - b # why\n  - c\n", ["Action"], 1, "Action:\n  - a\n  - c\n"],
    ["Action:\n- a\n- b\nNext: 1", ["Action"], 1, "Action:\n- a\nNext: 1"],
    ["Action:\r\n  - a\r\n  - b", ["Action"], 1, "Action:\r\n  - a"],
    ["Action:\n  - a # why\n\n  - b: 1\n    c: 2", ["Action"], 1, "Action:\n  - a # why"],
    ["Action:\r\n  - a\r\n  - b", ["Action"], 0, "Action:\r\n  - b"],
    ["S:\n  - a: 1\n    b: 2\n\n  - c: 3\n\n  - d: 4\n", ["S"], 1, "S:\n  - a: 1\n    b: 2\n\n  - d: 4\n"],
    ["S:\n  - a: 1\n    b: 2\n\n  - c: 3\n\n  - d: 4\n", ["S"], 0, "S:\n  - c: 3\n\n  - d: 4\n"],
    ["S:\n  - a: 1\n    b: 2\n\n  - c: 3\n\n  - d: 4\n", ["S"], 2, "S:\n  - a: 1\n    b: 2\n\n  - c: 3\n"],
    ["S:\n  # one\n  - a\n  # two\n  - b\n", ["S"], 0, "S:\n  # one\n  # two\n  - b\n"],
    ["- - a\n  - b\n- - c\n", [0], 0, "- - b\n- - c\n"],
    ["- - a\n  - b\n- - c\n", [0], 1, "- - a\n- - c\n"],
    ["- - a # a\n  # about b\n  - b\n", [0], 0, "- # about b\n  - b\n"],
    ["-\n  - a\n  - b\n", [0], 0, "-\n  - b\n"],
    ["S:\n  - a: |\n      text\n\n  - b\n", ["S"], 0, "S:\n  - b\n"],
    ["S:\n  - |+\n    text\n\n  - b\n", ["S"], 1, "S:\n  - |+\n    text\n\n"],
  ])("%j %j without item %i", (text, path, index, expected) => {
    expect(remove(text, blockSequence(text, path), index)).toBe(expected);
  });
});

describe("removing a block", () => {
  const statement = (sid: string): string => `  statement {\n    sid = "${sid}"\n  }\n`;
  function blocks(text: string): SourceList {
    const items = Array.from(text.matchAll(/statement \{[^}]*\}/gu), (match) => ({ start: match.index, end: match.index + match[0].length }));
    return { syntax: "blocks", items };
  }

  test("leaves no double, leading or trailing blank line", () => {
    const text = `data "p" "x" {\n${statement("a")}\n${statement("b")}\n${statement("c")}}\n`;
    const list = blocks(text);
    expect(remove(text, list, 0)).toBe(`data "p" "x" {\n${statement("b")}\n${statement("c")}}\n`);
    expect(remove(text, list, 1)).toBe(`data "p" "x" {\n${statement("a")}\n${statement("c")}}\n`);
    expect(remove(text, list, 2)).toBe(`data "p" "x" {\n${statement("a")}\n${statement("b")}}\n`);
  });

  test("keeps the one blank line that separates it from something else", () => {
    const text = `data "p" "x" {\n  version = "1"\n${statement("a")}\n${statement("b")}}\n`;
    expect(remove(text, blocks(text), 0)).toBe(`data "p" "x" {\n  version = "1"\n\n${statement("b")}}\n`);
  });

  test("keeps comments above, takes the one on its last line", () => {
    const text = "{\n  # above\n  statement {\n  } # beside\n  # below\n}\n";
    expect(remove(text, blocks(text), 0)).toBe("{\n  # above\n  # below\n}\n");
  });

  test("cuts only the statement where it shares its line", () => {
    const text = "a(); b(); c();\nif (x) { d(); }\n";
    const items = ["a();", "b();", "c();", "d();"].map((each) => ({ start: text.indexOf(each), end: text.indexOf(each) + 4 }));
    const list: SourceList = { syntax: "blocks", items };
    expect([0, 1, 2, 3].map((index) => remove(text, list, index))).toEqual([
      "b(); c();\nif (x) { d(); }\n",
      "a(); c();\nif (x) { d(); }\n",
      "a(); b();\nif (x) { d(); }\n",
      "a(); b(); c();\nif (x) { }\n",
    ]);
  });
});

describe("replacing an entry", () => {
  test.each([
    ['["a", "s3:*"]', 1, '["a", "x", "y"]'],
    ['["a","s3:*"]', 1, '["a","x","y"]'],
    ['["s3:*"]', 0, '["x", "y"]'],
    ['["s3:*",]', 0, '["x", "y",]'],
    ['[\n\t"s3:*"\n]', 0, '[\n\t"x",\n\t"y"\n]'],
    ['[\r\n    "s3:*",\r\n    "b"\r\n]', 0, '[\r\n    "x",\r\n    "y",\r\n    "b"\r\n]'],
    ['[\n  "s3:*", # why\n  "b"\n]', 0, '[\n  "x", # why\n  "y",\n  "b"\n]'],
    ['[\n  "a",\n  "s3:*" # why\n]', 1, '[\n  "a",\n  "x", # why\n  "y"\n]'],
    ['["s3:*",\n "b"]', 0, '["x",\n "y",\n "b"]'],
    ['["a",\n "s3:*"]', 1, '["a",\n "x",\n "y"]'],
    ['[\n  "a", "s3:*",\n  "b"\n]', 1, '[\n  "a", "x", "y",\n  "b"\n]'],
    ['[\n  "a"\n  , "s3:*"\n]', 1, '[\n  "a"\n  , "x", "y"\n]'],
  ])("%j, element %i", (text, index, expected) => {
    expect(replace(text, bracketed(text), index, ["x", "y"])).toBe(expected);
    expect(replace(text, bracketed(text), index, ["x"])).toBe(text.replace("s3:*", "x"));
  });

  test.each([
    ["Action:\n  - a\n  -   'b' # why\n  - c\n", ["Action"], 1, "Action:\n  - a\n  -   'x' # why\n  -   'y'\n  - c\n"],
    ["Action:\r\n- 'a'", ["Action"], 0, "Action:\r\n- 'x'\r\n- 'y'"],
    ["- - 'a'\n  - b\n", [0], 0, "- - 'x'\n  - 'y'\n  - b\n"],
    ["- -\n    'a'\n  - b\n", [0], 0, "- -\n    'x'\n  - 'y'\n  - b\n"],
  ])("%j %j, item %i", (text, path, index, expected) => {
    expect(replace(text, blockSequence(text, path), index, ["x", "y"], "'")).toBe(expected);
  });

  function single(text: string, quote: string, host?: { keyEnd: number; indent: string }): string {
    const start = text.indexOf(`${quote}s3:*${quote}`);
    const span = { start, end: start + 4 + 2 * quote.length };
    const home = host === undefined ? ({ kind: "single", style: "bracketed" } as const) : ({ kind: "single", style: "block-sequence", ...host } as const);
    return applyEdits(text, [replaceEntry(text, { value: "s3:*", span, quote, home, locked: null }, ["x", "y"])]);
  }

  test.each([
    ['{"Action": "s3:*"}', '{"Action": ["x", "y"]}'],
    ['{"Action":"s3:*"}', '{"Action":["x","y"]}'],
    ['{\n    "Action": "s3:*",\n}', '{\n    "Action": [\n        "x",\n        "y"\n    ],\n}'],
    ['{\n\tactions: "s3:*" // why\n}', '{\n\tactions: [\n\t\t"x",\n\t\t"y"\n\t] // why\n}'],
    ['x = {\r\n  Action = "s3:*"\r\n}', 'x = {\r\n  Action = [\r\n    "x",\r\n    "y"\r\n  ]\r\n}'],
    ['Action = "s3:*"', 'Action = [\n  "x",\n  "y"\n]'],
    ['{\n  "Effect": "Allow", "Action": "s3:*"\n}', '{\n  "Effect": "Allow", "Action": ["x", "y"]\n}'],
  ])("the single value of %j", (text, expected) => {
    expect(single(text, '"')).toBe(expected);
  });

  test.each([
    ["Action: s3:*\nNext: 1\n", "", "Action:\n  - x\n  - y\nNext: 1\n"],
    ["Action: 's3:*' # why\r\nNext: 1\r\n", "'", "Action: # why\r\n  - 'x'\r\n  - 'y'\r\nNext: 1\r\n"],
    ["Action: # why\n  s3:*", "", "Action: # why\n  - x\n  - y"],
    ["Action: s3:*, Next: 1", "", "Action: [x, y], Next: 1"],
  ])("the single value of the block map %j", (text, quote, expected) => {
    expect(single(text, quote, { keyEnd: 7, indent: "  " })).toBe(expected);
  });

  test("never writes nothing", () => {
    expect(() => replace('["a"]', bracketed('["a"]'), 0, [])).toThrow(RangeError);
  });
});

describe("adding after an entry", () => {
  const add = (text: string, list: SourceList, quote = '"'): string =>
    applyEdits(text, [addAfter(text, entry(text, list, list.items.length - 1, quote), ["x:A", "x:B"])]);

  test("goes on in the style of the list", () => {
    const oneLine = '["a:A", "b:B"]';
    expect(add(oneLine, bracketed(oneLine))).toBe('["a:A", "b:B", "x:A", "x:B"]');
    const lines = '[\n  "a:A",\n  "b:B", # why\n]';
    expect(add(lines, bracketed(lines))).toBe('[\n  "a:A",\n  "b:B", # why\n  "x:A",\n  "x:B",\n]');
    const yaml = "NotAction:\n  - a:A\n  - 'b:B' # why\n";
    expect(add(yaml, blockSequence(yaml, ["NotAction"]), "'")).toBe("NotAction:\n  - a:A\n  - 'b:B' # why\n  - 'x:A'\n  - 'x:B'\n");
  });

  test("keeps the entry as it is spelled", () => {
    const text = String.raw`["a:\u0041"]`;
    expect(add(text, bracketed(text))).toBe(String.raw`["a:\u0041", "x:A", "x:B"]`);
  });

  test("makes a single value a list", () => {
    const text = 'NotAction = "a:A"\n';
    const span = { start: 12, end: 17 };
    const single: ActionEntry = { value: "a:A", span, quote: '"', home: { kind: "single", style: "bracketed" }, locked: null };
    expect(applyEdits(text, [addAfter(text, single, ["x:A"])])).toBe('NotAction = [\n  "a:A",\n  "x:A"\n]\n');
  });
});

describe("applying edits", () => {
  test("takes any order and lets them touch", () => {
    const edits = [{ span: { start: 2, end: 3 }, text: "C" }, { span: { start: 0, end: 2 }, text: "" }];
    expect(applyEdits("abc", edits)).toBe("C");
  });

  test("throws when they overlap", () => {
    const edits = [{ span: { start: 1, end: 3 }, text: "" }, { span: { start: 0, end: 2 }, text: "" }];
    expect(() => applyEdits("abc", edits)).toThrow("Edits overlap");
  });
});

// --- properties ----------------------------------------------------------------------------------------------------------

interface Piece {
  readonly before: "none" | "blank" | "line" | "empty line" | "own comment" | "inline comment";
  readonly inner: "" | " " | " /*i*/ ";
  readonly after: "" | " " | " // t\n";
  readonly object: boolean;
}

const piece: fc.Arbitrary<Piece> = fc.record({
  before: fc.constantFrom("none", "blank", "line", "line", "line", "empty line", "own comment", "inline comment"),
  inner: fc.constantFrom("", "", "", " ", " /*i*/ "),
  after: fc.constantFrom("", "", " ", " // t\n"),
  object: fc.boolean(),
});

const layout = fc.record({
  pieces: fc.array(piece, { minLength: 1, maxLength: 7 }),
  comments: fc.boolean(),
  trailingComma: fc.boolean(),
  closeOnOwnLine: fc.boolean(),
  tab: fc.boolean(),
  carriageReturn: fc.boolean(),
  head: fc.constantFrom("", "const x = ", "  x = \n"),
  tail: fc.constantFrom("", ";", " // end\n", "\n\n"),
});

type Layout = typeof layout extends fc.Arbitrary<infer T> ? T : never;

/** Writes a list in the given layout; comments are numbered, so that each can be looked for. */
function write(shape: Layout): string {
  const indent = shape.tab ? "\t" : "  ";
  let count = 0;
  const number = (text: string): string => text.replace(/(?<=\/\*|\/\/ )[ito]/u, (letter) => `${letter}${String((count += 1))}.`);
  const lines = {
    none: "",
    blank: " ",
    line: `\n${indent}`,
    "empty line": `\n\n${indent}`,
    "own comment": `\n${indent}// o\n${indent}`,
    "inline comment": " /*i*/ ",
  };
  let text = "[";
  for (const [index, each] of shape.pieces.entries()) {
    const before = !shape.comments && each.before.endsWith("comment") ? "line" : each.before;
    const last = index === shape.pieces.length - 1;
    text += number(lines[before]);
    text += each.object ? `{\n${indent}${indent}"n": ${String(index)} }` : `"e${String(index)}"`;
    text += shape.comments ? number(each.inner) : each.inner.trim() === "" ? each.inner : "";
    text += last && !shape.trailingComma ? "" : ",";
    text += shape.comments || !each.after.includes("//") ? number(each.after) : "";
  }
  text += shape.closeOnOwnLine ? "\n]" : "]";
  const whole = shape.head + text + shape.tail;
  return shape.carriageReturn ? whole.replaceAll("\n", "\r\n") : whole;
}

function commentsOf(text: string): string[] {
  return Array.from(text.matchAll(/[ito]\d+\./gu), (match) => match[0]);
}

/** The comments that go with an element: those after it on the same line, when it is alone there. */
function attached(text: string, span: Span): string[] {
  const start = text.lastIndexOf("\n", span.start - 1) + 1;
  const feed = text.indexOf("\n", span.end);
  const tail = text.slice(span.end, feed === -1 ? text.length : feed).trimEnd();
  const alone = text.slice(start, span.start).trim() === "" && /^\s*(?:\/\*[^*]*\*\/|,|\s)*(?:\/\/.*)?$/u.test(tail);
  return alone ? commentsOf(tail) : [];
}

function expectSurroundings(before: string, after: string): void {
  const [a, b] = [bracketed(before), bracketed(after)];
  expect(after.slice(0, b.open)).toBe(before.slice(0, a.open));
  expect(after.slice(b.close)).toBe(before.slice(a.close));
}

const RUNS = { numRuns: 300 };

describe("any list in brackets", () => {
  test("loses exactly the elements removed one after the other, and no comment of another", () => {
    fc.assert(
      fc.property(layout, fc.array(fc.nat(6), { maxLength: 7 }), (shape, picks) => {
        let text = write(shape);
        let expected = read(text);
        for (const pick of picks) {
          const list = bracketed(text);
          const index = pick % Math.max(list.items.length, 1);
          const span = list.items[index];
          if (span === undefined) break;
          const gone = attached(text, span);
          const after = remove(text, list, index);
          expected = expected.toSpliced(index, 1);
          expect(read(after)).toEqual(expected);
          expectSurroundings(text, after);
          expect(commentsOf(after)).toEqual(commentsOf(text).filter((each) => !gone.includes(each)));
          expect(after.replaceAll("\r\n", "").includes("\r")).toBe(false);
          if (shape.carriageReturn) expect(after.replaceAll("\r\n", "")).not.toContain("\n");
          text = after;
        }
      }),
      RUNS,
    );
  });

  test("allows ESLint to merge removals and replacements of one text, and converges", () => {
    fc.assert(
      fc.property(layout, fc.array(fc.constantFrom("keep", "remove", "replace"), { minLength: 7, maxLength: 7 }), (shape, verbs) => {
        let text = write(shape);
        let todo = new Map(read(text).map((value, index) => [JSON.stringify(value), verbs[index]]));
        for (let pass = 0; pass < 10; pass += 1) {
          const list = bracketed(text);
          const values = read(text);
          const edits = values.map((value, index) => {
            const verb = todo.get(JSON.stringify(value));
            if (verb === "remove") return removeElement(text, { list, index });
            if (verb === "replace") return replaceEntry(text, entry(text, list, index), [`${String(index)}:x`, `${String(index)}:y`]);
            return null;
          });
          for (const [index, edit] of edits.entries()) {
            const next = edits.slice(index + 2).find((each) => each !== null);
            if (edit && next) expect(edit.span.end).toBeLessThan(next.span.start);
          }
          const merged = merge(edits.filter((edit) => edit !== null));
          if (merged.length === 0) break;
          const expected = values.flatMap((value, index) => {
            const edit = edits[index];
            if (!edit || !merged.includes(edit)) return [value];
            return todo.get(JSON.stringify(value)) === "remove" ? [] : [`${String(index)}:x`, `${String(index)}:y`];
          });
          const after = applyEdits(text, merged);
          expect(read(after)).toEqual(expected);
          expectSurroundings(text, after);
          text = after;
          todo = new Map([...todo].filter(([key]) => expected.some((value) => JSON.stringify(value) === key)));
        }
        expect([...todo.values()].filter((verb) => verb !== "keep" && verb !== undefined)).toEqual([]);
      }),
      RUNS,
    );
  });

  test("keeps all comments and all other elements when one becomes several", () => {
    fc.assert(
      fc.property(layout, fc.nat(6), fc.integer({ min: 1, max: 4 }), (shape, pick, count) => {
        const text = write(shape);
        const list = bracketed(text);
        const index = pick % list.items.length;
        const values = Array.from({ length: count }, (_, at) => `s3:Get${String(at)}*`);
        const after = replace(text, list, index, values);
        expect(read(after)).toEqual(read(text).toSpliced(index, 1, ...values));
        expectSurroundings(text, after);
        expect(commentsOf(after)).toEqual(commentsOf(text));
        if (shape.carriageReturn) expect(after.replaceAll("\r\n", "")).not.toContain("\n");
      }),
      RUNS,
    );
  });

  test("stays valid JSON and YAML", () => {
    fc.assert(
      fc.property(layout, fc.nat(6), fc.boolean(), (shape, pick, yaml) => {
        // YAML wants flow lines indented below their key, and `#` for comments.
        let text = write({ ...shape, comments: yaml && shape.comments, trailingComma: yaml && shape.trailingComma, tab: false, head: "", tail: "" });
        if (text.includes("/*")) return;
        const body = yaml ? text.replaceAll("//", "#").replaceAll("\n", "\n ") : text;
        const [head, tail] = yaml ? ["Action: ", "\nNext: 1\n"] : ['{"Action": ', "}"];
        const reader = (source: string): unknown => (yaml ? parse(source) : JSON.parse(source));
        text = head + body + tail;
        const list = bracketed(text);
        const index = pick % list.items.length;
        const before = reader(text) as { Action: unknown[] };
        expect(reader(remove(text, list, index))).toEqual({ ...before, Action: before.Action.toSpliced(index, 1) });
        expect(reader(replace(text, list, index, ["x", "y"]))).toEqual({ ...before, Action: before.Action.toSpliced(index, 1, "x", "y") });
      }),
      RUNS,
    );
  });
});

describe("any block sequence", () => {
  const item = fc.constantFrom("s3:Get*", '"s3:Put*"', "{ a: 1, b: [2] }", "a: 1\n@  b: 2", "|\n@  text\n@  more", "- inner\n@  - second", "!Sub 'x'");
  const shapes = fc.record({
    items: fc.array(fc.record({ item, comment: fc.constantFrom("", "", "# above\n@", "\n@"), trailing: fc.boolean(), gap: fc.constantFrom(" ", "   ") }), { minLength: 1, maxLength: 6 }),
    indent: fc.constantFrom("", "  ", "      "),
    nested: fc.boolean(),
    last: fc.boolean(),
    finalBreak: fc.boolean(),
    carriageReturn: fc.boolean(),
  });
  type Shape = typeof shapes extends fc.Arbitrary<infer T> ? T : never;

  function writeYaml(shape: Shape): { text: string; path: (string | number)[] } {
    const column = shape.nested ? `${shape.indent}  ` : shape.indent;
    let count = 0;
    const number = (): string => `t${String((count += 1))}.`;
    const lines = shape.items.map((each, index) => {
      // What stands on the dash's line decides whether a comment can follow.
      const scalar = !each.item.includes("\n");
      const above = index === 0 && shape.nested ? "" : each.comment.replace("above", () => number());
      const extra = each.gap.slice(1);
      const body = each.item.replaceAll("@", `@${extra}`);
      return `${above}-${each.gap}${body}${each.trailing && scalar ? ` # ${number()}` : ""}`.replaceAll("@", column);
    });
    let text = shape.nested ? `Key:\n${shape.indent}- ` : `Key:\n${shape.indent}`;
    text += lines.join(`\n${column}`);
    if (shape.last) text += "\nNext: 1";
    if (shape.finalBreak) text += "\n";
    return { text: shape.carriageReturn ? text.replaceAll("\n", "\r\n") : text, path: shape.nested ? ["Key", 0] : ["Key"] };
  }

  function readYaml(text: string, path: readonly (string | number)[]): { value: unknown[]; rest: unknown } {
    const whole = parse(text, { logLevel: "silent" }) as { Key: unknown[]; Next?: unknown };
    const value = path.length === 2 ? whole.Key[0] : whole.Key;
    return { value: Array.isArray(value) ? value : [], rest: whole.Next };
  }

  function at(text: string, path: readonly (string | number)[]): BlockSequence | null {
    const sequence = parseDocument(text, { logLevel: "silent" }).getIn(path, true);
    return isSeq(sequence) && sequence.items.length > 0 ? blockSequence(text, path) : null;
  }

  test("loses exactly the items removed one after the other", () => {
    fc.assert(
      fc.property(shapes, fc.array(fc.nat(5), { maxLength: 6 }), (shape, picks) => {
        const written = writeYaml(shape);
        let text = written.text;
        for (const pick of picks) {
          const list = at(text, written.path);
          if (list === null) break;
          const index = pick % list.items.length;
          const before = readYaml(text, written.path);
          const after = remove(text, list, index);
          // A block scalar at the end of a text without a last line break reads differently with one.
          const trim = (value: unknown): unknown => (typeof value === "string" ? value.trimEnd() : value);
          expect(readYaml(after, written.path).value.map(trim)).toEqual(before.value.toSpliced(index, 1).map(trim));
          expect(readYaml(after, written.path).rest).toEqual(before.rest);
          const gone = commentsOf(text).filter((each) => !commentsOf(after).includes(each));
          const span = list.items[index];
          const feed = text.indexOf("\n", span?.end ?? 0);
          for (const each of gone) expect(text.slice(span?.end, feed === -1 ? undefined : feed)).toContain(each);
          text = after;
        }
      }),
      RUNS,
    );
  });

  test("allows ESLint to merge, and expands an item in place", () => {
    fc.assert(
      fc.property(shapes, fc.array(fc.constantFrom("keep", "remove", "replace"), { minLength: 6, maxLength: 6 }), (shape, verbs) => {
        const { text, path } = writeYaml(shape);
        const list = at(text, path);
        if (list === null) return;
        const { value, rest } = readYaml(text, path);
        const edits = value.map((each, index) => {
          if (verbs[index] === "remove") return removeElement(text, { list, index });
          if (verbs[index] === "replace" && each === "s3:Get*") return replaceEntry(text, entry(text, list, index, ""), ["s3:A*", "s3:B"]);
          return null;
        });
        for (const [index, edit] of edits.entries()) {
          const next = edits.slice(index + 2).find((each) => each !== null);
          if (edit && next) expect(edit.span.end).toBeLessThan(next.span.start);
        }
        const merged = merge(edits.filter((edit) => edit !== null));
        const expected = value.flatMap((each, index) => {
          const edit = edits[index];
          if (!edit || !merged.includes(edit)) return [each];
          return verbs[index] === "remove" ? [] : ["s3:A*", "s3:B"];
        });
        const after = applyEdits(text, merged);
        const trim = (each: unknown): unknown => (typeof each === "string" ? each.trimEnd() : each);
        expect(readYaml(after, path).value.map(trim)).toEqual(expected.map(trim));
        expect(readYaml(after, path).rest).toEqual(rest);
        if (shape.carriageReturn) expect(after.replaceAll("\r\n", "")).not.toContain("\n");
      }),
      RUNS,
    );
  });
});
