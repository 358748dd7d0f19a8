import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { slice, SyntaxProblem } from "../../src/model/text.js";
import { isNull, mapAt, pairAt, resolved, textOf, valueAt } from "../../src/syntax/yaml-values.js";
import { parseYaml, type YamlMap, type YamlNode, type YamlSequence } from "../../src/syntax/yaml.js";

function rootOf(text: string): YamlNode {
  const [document] = parseYaml(text).documents;
  if (document === undefined) throw new Error("no document");
  return document.root;
}

function mapOf(text: string): YamlMap {
  const root = rootOf(text);
  if (root.type !== "YamlMap") throw new Error("no map");
  return root;
}

function sequenceAt(text: string, key: string): YamlSequence {
  const value = valueAt(mapOf(text), key);
  if (value?.type !== "YamlSequence") throw new Error("no sequence");
  return value;
}

function nodesOf(node: YamlNode): readonly YamlNode[] {
  switch (node.type) {
    case "YamlMap":
      return [node, ...node.pairs.flatMap((pair) => [...nodesOf(pair.key), ...nodesOf(pair.value)])];
    case "YamlSequence":
      return [node, ...node.items.flatMap(nodesOf)];
    case "YamlScalar":
    case "YamlAlias":
      return [node];
  }
}

/** The tree as data; every scalar is a string. */
function data(node: YamlNode): unknown {
  switch (node.type) {
    case "YamlMap":
      return Object.fromEntries(node.pairs.map((pair) => [textOf(pair.key) ?? "", data(pair.value)]));
    case "YamlSequence":
      return node.items.map(data);
    case "YamlScalar":
      return node.value;
    case "YamlAlias":
      return node.target === null ? null : data(node.target);
  }
}

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: "grapheme" }),
  fc.constantFrom("s3:GetObject", "*", "- x", "a: b", "# no", "{{ x }}", "'", '"', "\t", " x ", "a\nb", "&a", "!t", "null", "012"),
);
const tree = fc.letrec<{ node: unknown }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4 },
    text,
    fc.array(tie("node"), { maxLength: 4 }),
    fc.dictionary(fc.stringMatching(/^[A-Za-z:]{1,8}$/u), tie("node"), { maxKeys: 4, noNullPrototype: true }),
  ),
})).node;

describe("the tree", () => {
  test("is what yaml reads, in block style", () => {
    fc.assert(
      fc.property(tree, fc.boolean(), fc.boolean(), (value, indentSeq, crlf) => {
        const written = stringify(value, { indentSeq, defaultKeyType: "PLAIN" });
        const source = crlf && !/[|>]/u.test(written) ? written.replaceAll("\n", "\r\n") : written;
        expect(data(rootOf(source))).toEqual(parse(source, { schema: "failsafe" }));
      }),
      { numRuns: 300 },
    );
  });

  test("is what JSON.parse reads", () => {
    fc.assert(
      fc.property(tree, fc.constantFrom<string | number>("", 2, "\t"), (value, indent) => {
        const source = JSON.stringify(value, null, indent);
        expect(data(rootOf(source))).toEqual(JSON.parse(source));
      }),
      { numRuns: 300 },
    );
  });

  test("has spans that hold the node's own text", () => {
    fc.assert(
      fc.property(tree, fc.boolean(), (value, json) => {
        const source = json ? JSON.stringify(value, null, 2) : stringify(value);
        for (const node of nodesOf(rootOf(source))) {
          const own = slice(source, node.span);
          if (node.type === "YamlScalar" && node.style === "plain") expect(own.split(/\s*\n\s*/u).join(" ")).toBe(node.value.replaceAll(/\s*\n\s*/gu, " "));
          if (node.type === "YamlScalar" && node.style === "double") expect(parse(own)).toBe(node.value);
          if (node.type === "YamlScalar" && node.style === "single") expect(parse(own)).toBe(node.value);
          if (node.type === "YamlSequence" && node.list.syntax === "bracketed") {
            expect(own).toMatch(/^\[[^]*\]$/u);
            expect(source[node.list.open]).toBe("[");
            expect(source[node.list.close]).toBe("]");
          }
          if (node.type === "YamlSequence" && node.list.syntax === "block-sequence") {
            expect(node.list.dashes.map((dash) => source[dash])).toEqual(node.items.map(() => "-"));
          }
          // Other spaces of Unicode, such as U+00A0, are text like any other.
          const start = node.type === "YamlScalar" && node.style === "block" ? /^/u : /^[ \t\r\n]+/u;
          expect(own).toBe(own.replace(start, "").replace(/[ \t\r\n]+$/u, ""));
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("lists", () => {
  test("of dashes", () => {
    const source = "A:\r\n  - x # one\r\n\r\n  # two\r\n  - 'y'\r\n  -   !Sub \"z\"\r\n  - &n w\r\n  -\r\n  # end\r\nB: 1\r\n";
    const { list, items } = sequenceAt(source, "A");
    expect(list.items.map((span) => slice(source, span))).toEqual(["x", "'y'", '!Sub "z"', "&n w", ""]);
    expect(items.map((item) => item.tag)).toEqual([null, null, "!Sub", null, null]);
    if (list.syntax !== "block-sequence") throw new Error("no dashes");
    expect(list.dashes.map((dash) => source.slice(dash, dash + 3))).toEqual(["- x", "- '", "-  ", "- &", "-\r\n"]);
  });

  test("inside lists", () => {
    const source = "A:\n- - x\n  - y\n- [z]\n";
    const { items, list } = sequenceAt(source, "A");
    expect(list.items.map((span) => slice(source, span))).toEqual(["- x\n  - y", "[z]"]);
    const [inner] = items;
    if (inner?.type !== "YamlSequence" || inner.list.syntax !== "block-sequence") throw new Error("no inner list");
    expect(inner.list.dashes).toEqual([source.indexOf("- x"), source.indexOf("- y")]);
  });

  test("in brackets", () => {
    const source = 'A: [ x, "y, z" ,\n  !Ref w, # last\n  &a [v], {k: u},\n]\n';
    const { list } = sequenceAt(source, "A");
    if (list.syntax !== "bracketed") throw new Error("no brackets");
    expect(list.items.map((span) => slice(source, span))).toEqual(["x", '"y, z"', "!Ref w", "&a [v]", "{k: u}"]);
    expect([source[list.open], source[list.close]]).toEqual(["[", "]"]);
  });

  test("of single pairs", () => {
    const source = "A: [a: b, c]";
    expect(sequenceAt(source, "A").list.items.map((span) => slice(source, span))).toEqual(["a: b", "c"]);
  });
});

describe("maps", () => {
  test("know their colons, also of quoted and explicit keys", () => {
    const source = "a: 1\n\"b\" : 2\n? c\n: 3\nd:\n";
    expect(mapOf(source).pairs.map((pair) => source.slice(pair.key.span.start, (pair.colon ?? 0) + 1))).toEqual([
      "a:",
      '"b" :',
      "c\n:",
      "d:",
    ]);
  });

  test("begin at their tag or anchor", () => {
    const source = "a: !If\n  - x\nb: &m\n  c: 1\nd: { e, f: 2, }\n";
    expect(mapOf(source).pairs.map((pair) => slice(source, pair.value.span))).toEqual(["!If\n  - x", "&m\n  c: 1", "{ e, f: 2, }"]);
  });

  test("keep the digits of an account", () => {
    expect(textOf(valueAt(mapOf("a: 012345678901"), "a") ?? rootOf(""))).toBe("012345678901");
  });

  test("take the last of several values", () => {
    expect(textOf(valueAt(mapOf("a: 1\na: 2\n"), "a") ?? rootOf(""))).toBe("2");
  });

  test("have what they merge", () => {
    const map = mapOf("base: &base {x: 1, y: 1}\nmore: &more {z: 1}\na: {<<: *base, y: 2}\nb:\n  <<: [*more, *base]\n");
    const a = mapAt(map, "a");
    const b = mapAt(map, "b");
    expect(a && ["x", "y", "z"].map((key) => pairAt(a, key)?.value).map((node) => node && textOf(node))).toEqual(["1", "2", undefined]);
    expect(b && ["x", "z"].map((key) => pairAt(b, key)?.value).map((node) => node && textOf(node))).toEqual(["1", "1"]);
  });

  test("merge no further than they go", () => {
    const map = mapOf("a: &a\n  <<: *a\n  b: 1\n".replace("*a", "&x {<<: {c: 2}}"));
    const a = mapAt(map, "a");
    expect(a && textOf(valueAt(a, "c") ?? a)).toBe("2");
  });
});

test("a value that is left out is null, and stands after its colon", () => {
  const map = mapOf("a:\nb: ~\nc: ''\n");
  expect(map.pairs.map((pair) => isNull(pair.value))).toEqual([true, true, false]);
  expect(map.pairs[0]?.value.span).toEqual({ start: 2, end: 2 });
});

test("aliases know what they stand for", () => {
  const map = mapOf("a: &x [1]\nb: *x\nc: &x [2]\nd: *x\n");
  expect(["b", "d"].map((key) => valueAt(map, key)).map((node) => node && data(node))).toEqual([["1"], ["2"]]);
  const alias = pairAt(map, "b")?.value;
  expect(alias?.type).toBe("YamlAlias");
  expect(alias && resolved(alias)?.type).toBe("YamlSequence");
});

test("an alias of nothing stands for nothing", () => {
  const alias = pairAt(mapOf("a: *gone\n"), "a")?.value;
  expect(alias && resolved(alias)).toBeNull();
});

test("every document of a file is read, with anchors of its own", () => {
  const { documents } = parseYaml("# first\n--- &a\nx: 1\n...\n# between\n---\ny: 2\n--- [z]\n");
  expect(documents.map((document) => data(document.root))).toEqual([{ x: "1" }, { y: "2" }, ["z"]]);
});

test("an empty file has no documents", () => {
  expect(parseYaml("").documents).toEqual([]);
  expect(parseYaml("# only this\n").comments).toHaveLength(1);
});

test("comments are found once, wherever they stand", () => {
  const source = [
    "# top\r",
    "--- # start\r",
    "a: # key\r",
    "  # above\r",
    "  - x # item\r",
    "  - |  # header\r",
    "    # not one\r",
    "  - 'no # none'\r",
    "  - a#b\r",
    "  - [y, # flow\r",
    "     z] # after\r",
    "  # below\r",
    "#end",
  ].join("\n");
  const { comments } = parseYaml(source);
  expect(comments.map((comment) => slice(source, comment.span))).toEqual([
    "# top",
    "# start",
    "# key",
    "# above",
    "# item",
    "# header",
    "# flow",
    "# after",
    "# below",
    "#end",
  ]);
  expect(comments.map((comment) => `#${comment.value}`)).toEqual(comments.map((comment) => slice(source, comment.span)));
});

describe("what is not strict YAML", () => {
  test.each([
    ["a: b: c\n", "b: c"],
    ["a: [x\nb: 1\n", "b: 1"],
    ['{"a": 1,, "b": 2}', ', "b"'],
    ["a:\n\t- x\n", "\t- x"],
    ["ok: 1\n---\na: {b: 1\nc: 2\n", "c: 2"],
  ])("%j is refused at its place", (source, place) => {
    let problem: unknown;
    try {
      parseYaml(source);
    } catch (error) {
      problem = error;
    }
    if (!(problem instanceof SyntaxProblem)) throw new Error("not refused");
    expect(problem.message).toMatch(/^This is (?:neither JSON nor|not) strict YAML: [^\n]+\.$/u);
    expect(Math.abs(problem.offset - source.indexOf(place))).toBeLessThanOrEqual(2);
  });
});
