import { describe, expect, test } from "vitest";
import { parseTerraformJson } from "../../src/dialects/terraform/json-shape.js";
import { SyntaxProblem, slice } from "../../src/model/text.js";
import type { HclAttribute, HclBlock, HclBody, HclExpression } from "../../src/syntax/hcl-nodes.js";
import { fixtures, oracle } from "./hcl-oracle.js";
import { toJson } from "./hcl-to-json.js";

/** `data "aws_iam_policy_document" "a" > statement, statement`, with the source of every block. */
function blocks({ items }: HclBody, text: string): unknown[] {
  return items.flatMap((item) => (item.type === "HclBlock" ? [outline(item, text)] : []));
}

function outline(block: HclBlock, text: string): unknown {
  const inner = blocks(block.body, text);
  const name = [block.name, ...block.labels.map(({ value }) => value)].join(" ");
  return inner.length === 0 ? `${name}: ${slice(text, block.span)}` : { [`${name}: ${slice(text, block.span)}`]: inner };
}

function outlineOf(text: string): unknown[] {
  return blocks(parseTerraformJson(text).body, text);
}

function attribute({ items }: HclBody, name: string): HclAttribute {
  for (const item of items) {
    if (item.type === "HclAttribute" && item.name === name) return item;
    if (item.type !== "HclBlock") continue;
    try {
      return attribute(item.body, name);
    } catch {
      // It is in none of this block's bodies.
    }
  }
  throw new Error(`no attribute ${name}`);
}

function valueOf(text: string, name = "v"): HclExpression {
  return attribute(parseTerraformJson(text).body, name).value;
}

/** The one value of a local, written as JSON. */
function local(json: string): HclExpression {
  return valueOf(`{"locals":{"v":${json}}}`);
}

const BASE = '{"locals":{"v":'.length;

describe("blocks", () => {
  test("labels are nested objects, instances are lists", () => {
    expect(outlineOf('{"resource":{"aws_iam_role":{"a":{"name":"x"},"b":[{"name":"y"},{}]}}}')).toEqual([
      'resource aws_iam_role a: "a":{"name":"x"}',
      'resource aws_iam_role b: {"name":"y"}',
      "resource aws_iam_role b: {}",
    ]);
  });

  test("objects in a list count as one, at every label and at the root", () => {
    const expected = ['resource t a: "a":{}', 'resource t b: "b":{}', 'resource u a: "a":{}'];
    expect(outlineOf('{"resource":[{"t":{"a":{}}},{"t":{"b":{}}},{"u":{"a":{}}}]}')).toEqual(expected);
    expect(outlineOf('{"resource":{"t":[{"a":{}},{"b":{}}],"u":{"a":{}}}}')).toEqual(expected);
    expect(outlineOf('[{"resource":{"t":{"a":{}}}},{"resource":{"t":{"b":{}},"u":{"a":{}}}}]')).toEqual(expected);
    expect(outlineOf('{"resource":{"t":{"a":{}}},"resource":{"t":{"b":{}},"u":{"a":{}}}}')).toEqual(expected);
  });

  test("null is no block", () => {
    expect(outlineOf('{"resource":null,"data":{"t":null,"u":{"a":null}},"locals":null}')).toEqual([]);
  });

  test("statements, with what they are elements of", () => {
    const text = '{"data":{"aws_iam_policy_document":{"a":{"statement":[{"actions":[]},{"condition":{"test":"x"}}]},"b":{"statement":{"actions":[]}}}}}';
    expect(outlineOf(text)).toEqual([
      {
        'data aws_iam_policy_document a: "a":{"statement":[{"actions":[]},{"condition":{"test":"x"}}]}': [
          'statement: {"actions":[]}',
          { 'statement: {"condition":{"test":"x"}}': ['condition: "condition":{"test":"x"}'] },
        ],
      },
      { 'data aws_iam_policy_document b: "b":{"statement":{"actions":[]}}': ['statement: "statement":{"actions":[]}'] },
    ]);
    const [a, b] = parseTerraformJson(text).body.items.flatMap((item) => (item.type === "HclBlock" ? [item] : []));
    const arrays = [a, b].map((block) => block?.body.items.map((item) => (item.type === "HclBlock" ? item.json : null)));
    const array = { start: text.indexOf("[{"), end: text.indexOf("]}]") + 1 + "},{".length };
    expect(arrays[0]?.map((json) => json?.array?.start)).toEqual([array.start, array.start]);
    expect(arrays[0]?.map((json) => text[(json?.array?.end ?? 0) - 1])).toEqual(["]", "]"]);
    expect(arrays[1]).toEqual([{ array: null }]);
  });

  test("dynamic blocks, whose content has the blocks of what they make", () => {
    const dynamic = '{"for_each":"${var.x}","iterator":"s","content":{"actions":["${s.value}"],"principals":{"type":"AWS"}}}';
    expect(outlineOf(`{"data":{"aws_iam_policy_document":{"a":{"dynamic":{"statement":${dynamic}}}}}}`)).toMatchObject([
      {
        [`data aws_iam_policy_document a: "a":{"dynamic":{"statement":${dynamic}}}`]: [
          {
            [`dynamic statement: "statement":${dynamic}`]: [
              { 'content: "content":{"actions":["${s.value}"],"principals":{"type":"AWS"}}': ['principals: "principals":{"type":"AWS"}'] },
            ],
          },
        ],
      },
    ]);
    expect(valueOf(`{"data":{"aws_iam_policy_document":{"a":{"dynamic":[{"statement":[${dynamic}]}]}}}}`, "iterator")).toMatchObject({ type: "HclVariable", name: "s" });
  });

  test("inline_policy may be an argument, too", () => {
    const role = (value: string): string => `{"resource":{"aws_iam_role":{"a":{"inline_policy":${value}}}}}`;
    expect(outlineOf(role('[{"name":"x"}]'))).toMatchObject([{ [`resource aws_iam_role a: "a":{"inline_policy":[{"name":"x"}]}`]: ['inline_policy: {"name":"x"}'] }]);
    expect(valueOf(role('"${var.policies}"'), "inline_policy").type).toBe("HclTemplate");
    expect(valueOf(role('["${var.policy}",{}]'), "inline_policy").type).toBe("HclTuple");
  });

  test("what has no blocks of its own is an argument", () => {
    expect(valueOf('{"resource":{"aws_lambda_function":{"f":{"environment":{"variables":{"A":1}}}}}}', "environment").type).toBe("HclObject");
  });
});

describe("strings", () => {
  test("a literal one has its text where it stands", () => {
    expect(local('"s3:GetObject"')).toEqual({
      type: "HclTemplate",
      form: "quoted",
      parts: [{ type: "HclText", value: "s3:GetObject", span: { start: BASE + 1, end: BASE + 13 } }],
      span: { start: BASE, end: BASE + 14 },
    });
    expect(local('""')).toMatchObject({ parts: [], span: { start: BASE, end: BASE + 2 } });
  });

  test("JSON's escapes are resolved", () => {
    expect(local('"a\\"b\\\\c\\/\\n\\t\\u00e9\\ud83d\\ude00"')).toMatchObject({ parts: [{ value: 'a"b\\c/\n\té😀' }] });
  });

  test("interpolations are expressions with places in the file", () => {
    const text = '{"locals":{"v":"${aws_iam_role.app[\\"x\\"].name}-${var.env}"}}';
    const value = valueOf(text);
    if (value.type !== "HclTemplate") throw new Error(value.type);
    expect(value.parts.map((part) => slice(text, part.span))).toEqual(['${aws_iam_role.app[\\"x\\"].name}', "-", "${var.env}"]);
    const [first] = value.parts;
    if (first?.type !== "HclInterpolation" || first.expression.type !== "HclGetAttribute" || first.expression.object.type !== "HclIndex") throw new Error("shape");
    expect(first.expression.name).toBe("name");
    expect(slice(text, first.expression.object.span)).toBe('aws_iam_role.app[\\"x\\"]');
    expect(slice(text, first.expression.object.key.span)).toBe('\\"x\\"');
  });

  test("escapes are resolved before the template is read", () => {
    expect(local('"\\u0024{var.x}"')).toMatchObject({ parts: [{ type: "HclInterpolation", span: { start: BASE + 1, end: BASE + 14 } }] });
    expect(local('"$${var.x}"')).toMatchObject({ parts: [{ type: "HclText", value: "${var.x}" }] });
    expect(local('"a$b%c$"')).toMatchObject({ parts: [{ type: "HclText", value: "a$b%c$" }] });
    expect(local('"\\\\n${1}"')).toMatchObject({ parts: [{ value: "\\n" }, { type: "HclInterpolation" }] });
  });

  test("directives and trimming", () => {
    expect(local('"a %{ if var.x ~} b %{ endif }c"')).toMatchObject({
      parts: [{ value: "a " }, { type: "HclTemplateIf", consequent: [{ value: "b " }] }, { value: "c" }],
    });
  });

  test("every kind of expression keeps its place", () => {
    const sources = [
      'f(a, "b", c...)', "a ? b : c", "-a.b + !c", "[for k, v in m : v if k]", "{for k, v in m : k => v...}", "{ a = 1, (b) = [2, null] }",
      "a[*].b[0]", "a.*.b", "a.0", "(true)", '"x${y}z"', "<<EOT\na${b}\n%{ for x in y }${x}%{ endfor }\nEOT\n",
    ]; // prettier-ignore
    for (const source of sources) {
      const text = JSON.stringify({ locals: { v: `\${${source}}` } });
      const value = valueOf(text);
      if (value.type !== "HclTemplate") throw new Error(value.type);
      const spans = spansIn(value.parts);
      expect(spans.length).toBeGreaterThan(1);
      for (const span of spans) {
        expect(span.start).toBeGreaterThan(BASE);
        expect(span.end).toBeLessThan(text.length - 2);
        expect(span.start).toBeLessThanOrEqual(span.end);
        // No piece cuts an escape in two.
        expect(() => void JSON.parse(`"${slice(text, span)}"`), slice(text, span)).not.toThrow();
      }
    }
  });

  test("keys of objects are templates, names of arguments are not", () => {
    expect(local('{"${var.k}":1,"b":2}')).toMatchObject({
      items: [{ key: { parts: [{ type: "HclInterpolation" }] } }, { key: { parts: [{ value: "b" }] }, separator: ":" }],
    });
  });

  test("references and literal strings stand where Terraform has them", () => {
    expect(valueOf('{"removed":{"from":"aws_iam_role.a"}}', "from")).toMatchObject({ type: "HclGetAttribute", name: "a" });
    expect(valueOf('{"resource":{"t":{"a":{"depends_on":["aws_iam_role.a"]}}}}', "depends_on")).toMatchObject({ items: [{ type: "HclGetAttribute" }] });
    expect(valueOf('{"variable":{"a":{"default":["${x","$${y}"]}}}', "default")).toMatchObject({
      items: [{ parts: [{ value: "${x" }] }, { parts: [{ value: "$${y}" }] }],
    });
    expect(valueOf('{"output":{"a":{"description":"${x"}}}', "description")).toMatchObject({ parts: [{ value: "${x" }] });
  });
});

function spansIn(value: unknown): { start: number; end: number }[] {
  if (typeof value !== "object" || value === null) return [];
  const own = "span" in value ? [value.span as { start: number; end: number }] : [];
  return [...own, ...Object.values(value).flatMap(spansIn)];
}

test("other values", () => {
  expect(local("[1, -2.5e3, true, null]")).toMatchObject({
    items: [{ value: 1, raw: "1" }, { value: -2500, raw: "-2.5e3" }, { type: "HclBoolean", value: true }, { type: "HclNull" }],
  });
});

describe("comments", () => {
  test("are texts called // where blocks and arguments stand; a tool's notes are none", () => {
    const text = '{"//":"a","data":{"aws_iam_policy_document":{"x":{"//":{"metadata":{}},"statement":[{"//":"b","actions":[]}]}}},"locals":{"//":"c","v":{"//":"key"}}}';
    const { comments, body } = parseTerraformJson(text);
    expect(comments.map(({ span }) => slice(text, span))).toEqual(['"//":"a"', '"//":"b"', '"//":"c"']);
    expect(comments.map(({ value }) => value)).toEqual(["a", "b", "c"]);
    expect(attribute(body, "v").value).toMatchObject({ items: [{ key: { parts: [{ value: "//" }] } }] });
  });
});

describe("problems, with their places", () => {
  test.each([
    ["", 0, "JSON: expected a value, found the end of the text."],
    ['{"locals":{"a":1,}}', 17, 'JSON: expected a key, found "}".'],
    ['{"locals":{"a":1}} x', 19, 'JSON: expected the end of the text, found "x".'],
    ["7", 0, "Expected an object for the file."],
    ['{"resource":"x"}', 12, 'Expected an object for the labels of the block "resource".'],
    ['{"resource":{"//":"x"}}', 18, 'Expected an object for the labels of the block "resource".'],
    ['{"data":{"aws_iam_policy_document":{"a":{"statement":"${x}"}}}}', 53, 'Expected an object for the block "statement".'],
    ['{"data":{"aws_iam_policy_document":{"a":{"statement":[{},7]}}}}', 57, 'Expected an object for the block "statement".'],
    ['{"locals":{"a":1,"a":2}}', 17, 'The argument "a" is set twice in one object.'],
    ['{"locals":{"a":{"k":1,"k":2}}}', 22, 'The key "k" stands twice in one object.'],
    ['{"locals":{"a":"x ${var."}}', 24, "Expected an attribute name after the dot."],
    ['{"locals":{"a":"\\u0078\\n${f(\\"y\\"}"}}', 33, 'Expected "," or ")" in the call.'],
    ['{"removed":{"from":"a b"}}', 22, "Expected the end of the expression."],
  ])("%s", (text, offset, message) => {
    try {
      parseTerraformJson(text);
    } catch (error) {
      expect(error).toBeInstanceOf(SyntaxProblem);
      expect(error).toMatchObject({ offset, message });
      return;
    }
    throw new Error("it was read");
  });
});

describe("what HashiCorp's parser makes of the Terraform fixtures is JSON syntax with the same structure", () => {
  test.each(fixtures("fixtures/**/*.tf"))("$name", async ({ text }) => {
    const verdict = await oracle(text);
    // hcl2json hands heredocs and escapes on as they are written, which JSON syntax has no use for.
    if (!verdict.accepted || verdict.json === undefined || /<<|\\|\$\$\{|%%?\{|~\}/u.test(text)) return;
    const json = JSON.stringify(verdict.json, null, 2);
    // Expressions are shown by their source, in which JSON's escapes still stand; the type of a variable is no expression there.
    const read = JSON.stringify(toJson(json, parseTerraformJson(json)), (_key, value: unknown): unknown =>
      typeof value === "string" && value.includes("${") ? JSON.parse(`"${value.replaceAll("$${", () => "${")}"`) : value,
    );
    expect(JSON.parse(read)).toEqual(JSON.parse(json));
  });
});
