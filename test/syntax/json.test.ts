import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { slice, SyntaxProblem } from "../../src/model/text.js";
import { readJson, type HostChunk, type JsonNode } from "../../src/syntax/json.js";

/** `«…»` marks what is inserted at deployment. */
function chunksOf(source: string): readonly HostChunk[] {
  return [...source.matchAll(/«[^»]*»|[^«]+/gu)].map(({ 0: text, index }) => ({
    value: text.startsWith("«") ? null : text,
    span: { start: index, end: index + text.length },
    exact: !text.startsWith("«"),
  }));
}

function read(source: string): JsonNode {
  return readJson(chunksOf(source));
}

function problem(source: string): SyntaxProblem {
  try {
    read(source);
  } catch (error) {
    if (error instanceof SyntaxProblem) return error;
    throw error;
  }
  throw new Error(`${source} was read`);
}

/** The plain value of a node, with every span checked against the source. */
function valueOf(node: JsonNode, source: string): unknown {
  const text = slice(source, node.span);
  switch (node.type) {
    case "string":
      return node.value;
    case "number":
    case "boolean":
    case "null":
      return JSON.parse(text);
    case "array":
      expect(text).toMatch(/^\[[^]*\]$/u);
      return node.items.map((item) => valueOf(item, source));
    case "object":
      expect(text).toMatch(/^\{[^]*\}$/u);
      return Object.fromEntries(
        node.members.map(({ key, keySpan, value }) => {
          if (key !== null) expect(JSON.parse(slice(source, keySpan))).toBe(key);
          return [key ?? "?", valueOf(value, source)];
        }),
      );
    case "unknown":
      return `unknown ${text}`;
  }
}

describe("readJson", () => {
  test("reads every JSON text as JSON.parse does, with the source of every node", () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(undefined, 2, "\t"), (json, indent) => {
        // A key "__proto__" is a name like any other, but not in an object literal.
        fc.pre(!json.includes("__proto__"));
        const source = JSON.stringify(JSON.parse(json), null, indent);
        fc.pre(!/[\u007f-\u009f]/u.test(source));
        expect(valueOf(read(source), source)).toEqual(JSON.parse(source));
      }),
    );
  });

  test("gives the same tree wherever the host cuts its text", () => {
    const source = '{"Action": ["s3:GetObject", "s3:Put*"], "Resource": "*", "n": [1, true, null]}';
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: source.length - 1 })), (cuts) => {
        const bounds = [0, ...cuts.sort((a, b) => a - b), source.length];
        const chunks = bounds.slice(1).map((end, index) => {
          const start = bounds[index] ?? 0;
          return { value: source.slice(start, end), span: { start, end }, exact: true };
        });
        expect(readJson(chunks)).toEqual(read(source));
      }),
    );
  });

  test("takes an interpolation where a value may stand, and marks strings that hold one", () => {
    const source = '{"a": «x», "b": ["p«y»q", «z»«w», "plain"], "k«i»": 1}';
    expect(valueOf(read(source), source)).toEqual({
      a: "unknown «x»",
      b: [null, "unknown «z»«w»", "plain"],
      "?": 1,
    });
  });

  test("keeps U+FFFC apart from an interpolation", () => {
    const source = '["a\uFFFCb", «x»]';
    expect(valueOf(read(source), source)).toEqual(["a\uFFFCb", "unknown «x»"]);
  });

  test("decodes escapes and says that the source reads differently", () => {
    const source = String.raw`["s3:\u0047et", "plain", "a\"b\\\/\n"]`;
    const root = read(source);
    expect(root.type === "array" && root.items).toMatchObject([
      { value: "s3:Get", exact: false },
      { value: "plain", exact: true },
      { value: 'a"b\\/\n', exact: false },
    ]);
  });

  test("maps a string whose quotes the host escapes", () => {
    const source = String.raw`{\"a\":\"s3:*\"}`;
    let start = 0;
    const chunks = (source.match(/\\"|[^\\]+/gu) ?? []).map((token) => {
      const span = { start, end: (start += token.length) };
      return token === '\\"' ? { value: '"', span, exact: false } : { value: token, span, exact: true };
    });
    const root = readJson(chunks);
    const [member] = root.type === "object" ? root.members : [];
    expect(member?.value).toMatchObject({ value: "s3:*", exact: true });
    expect(slice(source, member?.value.span ?? { start: 0, end: 0 })).toBe(String.raw`\"s3:*\"`);
  });

  test("does not call a string exact that spans a gap in the source", () => {
    const chunks = [
      { value: '"ab', span: { start: 0, end: 3 }, exact: true },
      { value: 'cd"', span: { start: 5, end: 8 }, exact: true },
    ];
    expect(readJson(chunks)).toEqual({ type: "string", value: "abcd", exact: false, span: { start: 0, end: 8 } });
  });

  test.each([
    ["", 0, /expected a value, found the end/u],
    ["[1,]", 3, /expected a value, found "\]"/u],
    ["[1 2]", 3, /expected "," or "\]", found "2"/u],
    ['{"a" 1}', 5, /expected ":", found "1"/u],
    ["{a: 1}", 1, /expected a key, found "a"/u],
    ['{"a": 1', 7, /expected "," or "\}", found the end/u],
    ["[] x", 3, /expected the end of the text, found "x"/u],
    ["{} «x»", 3, /expected the end of the text, found an interpolation/u],
    ['{«x»: 1}', 1, /expected a key, found an interpolation/u],
    ['["ab', 1, /without its closing quote/u],
    ['["a\nb"]', 3, /line break in a string/u],
    [String.raw`["a\qb"]`, 3, /begins no escape/u],
    ["[".repeat(500), 201, /nested too deeply/u],
    ["[01]", 2, /expected "," or "\]", found "1"/u],
  ])("says what is wrong with %j, and where", (source, offset, message) => {
    const found = problem(source);
    expect(found.message).toMatch(message);
    expect(found.offset).toBe(offset);
  });
});
