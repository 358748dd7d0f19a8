import { describe, expect, test } from "vitest";
import { positionAt, slice, SyntaxProblem } from "../../src/model/text.js";
import type { HclAttribute, HclBlock, HclExpression, HclTemplate, HclTemplatePart } from "../../src/syntax/hcl-nodes.js";
import { parseHcl } from "../../src/syntax/hcl.js";
import { fixtures } from "./hcl-oracle.js";

function attribute(text: string): HclAttribute {
  const item = parseHcl(text).body.items[0];
  if (item?.type !== "HclAttribute") throw new Error("no attribute");
  return item;
}

function block(text: string): HclBlock {
  const item = parseHcl(text).body.items[0];
  if (item?.type !== "HclBlock") throw new Error("no block");
  return item;
}

function template(text: string): HclTemplate {
  const { value } = attribute(text);
  if (value.type !== "HclTemplate") throw new Error("no template");
  return value;
}

function problem(text: string): SyntaxProblem {
  try {
    parseHcl(text);
  } catch (error) {
    if (error instanceof SyntaxProblem) return error;
    throw error;
  }
  throw new Error("no problem");
}

/** The shape of an expression, operators first. */
function shape(node: HclExpression): string {
  switch (node.type) {
    case "HclNumber":
      return node.raw;
    case "HclBoolean":
      return String(node.value);
    case "HclNull":
      return "null";
    case "HclVariable":
      return node.name === "" ? "each" : node.name;
    case "HclTemplate":
      return `"${node.parts.map(partShape).join("")}"`;
    case "HclTuple":
      return `[${node.items.map(shape).join(" ")}]`;
    case "HclObject":
      return `{${node.items.map((item) => `${shape(item.key)}${item.separator}${shape(item.value)}`).join(" ")}}`;
    case "HclForTuple":
      return `[for ${node.key ?? "-"} ${node.value} ${shape(node.collection)} ${shape(node.result)} ${optional(node.condition)}]`;
    case "HclForObject": {
      const result = `${shape(node.resultKey)} ${shape(node.result)}${node.grouped ? "..." : ""}`;
      return `{for ${node.key ?? "-"} ${node.value} ${shape(node.collection)} ${result} ${optional(node.condition)}}`;
    }
    case "HclCall":
      return `(${[node.name, ...node.arguments.map(shape)].join(" ")}${node.expanded ? "..." : ""})`;
    case "HclGetAttribute":
      return `(. ${shape(node.object)} ${node.name})`;
    case "HclIndex":
      return `(${node.legacy ? "legacy" : "at"} ${shape(node.object)} ${shape(node.key)})`;
    case "HclSplat":
      return `(${node.full ? "[*]" : ".*"} ${shape(node.object)} ${shape(node.each)})`;
    case "HclConditional":
      return `(? ${shape(node.condition)} ${shape(node.consequent)} ${shape(node.alternate)})`;
    case "HclBinary":
      return `(${node.operator} ${shape(node.left)} ${shape(node.right)})`;
    case "HclUnary":
      return `(${node.operator} ${shape(node.operand)})`;
    case "HclParentheses":
      return `(${shape(node.expression)})`;
  }
}

function optional(node: HclExpression | null): string {
  return node === null ? "-" : shape(node);
}

function partShape(part: HclTemplatePart): string {
  switch (part.type) {
    case "HclText":
      return JSON.stringify(part.value).slice(1, -1);
    case "HclInterpolation":
      return `<${shape(part.expression)}>`;
    case "HclTemplateIf":
      return `<if ${shape(part.condition)}|${part.consequent.map(partShape).join("")}|${part.alternate.map(partShape).join("")}>`;
    case "HclTemplateFor":
      return `<for ${part.key ?? "-"} ${part.value} ${shape(part.collection)}|${part.body.map(partShape).join("")}>`;
  }
}

describe("expressions", () => {
  test.each([
    ["1 + 2 * 3 - 4", "(- (+ 1 (* 2 3)) 4)"],
    ["1 - 2 - 3", "(- (- 1 2) 3)"],
    ["6 / 3 % 2", "(% (/ 6 3) 2)"],
    ["a || b && c", "(|| a (&& b c))"],
    ["a && b || c", "(|| (&& a b) c)"],
    ["a == b != c", "(!= (== a b) c)"],
    ["a == b < c", "(== a (< b c))"],
    ["a < b + 1", "(< a (+ b 1))"],
    ["a >= b && c <= d || e > f", "(|| (&& (>= a b) (<= c d)) (> e f))"],
    ["(1 + 2) * 3", "(* ((+ 1 2)) 3)"],
    ["-a.b + !c[0]", "(+ (- (. a b)) (! (at c 0)))"],
    ["--1", "(- (- 1))"],
    ["a - 1", "(- a 1)"],
    ["a-1", "a-1"],
    ["a ? b : c", "(? a b c)"],
    ["a ? b : c ? d : e", "(? a b (? c d e))"],
    ["a ? b ? c : d : e", "(? a (? b c d) e)"],
    ["a || b ? c + 1 : d", "(? (|| a b) (+ c 1) d)"],
    ["a.b[0][\"c\"].d", '(. (at (at (. a b) 0) "c") d)'],
    ["a.0.b", "(. (legacy a 0) b)"],
    ["a[b ? 0 : 1]", "(at a (? b 0 1))"],
    ["a[*].b[0].c", "([*] a (. (at (. each b) 0) c))"],
    ["a[*].b[*].c", "([*] a ([*] (. each b) (. each c)))"],
    ["a[*]", "([*] a each)"],
    ["a.*.b.0.c", "(.* a (. (legacy (. each b) 0) c))"],
    ["a.*.b[0].c", "(. (at (.* a (. each b)) 0) c)"],
    ["a.*.b[*].c", "([*] (.* a (. each b)) (. each c))"],
    ["f()", "(f)"],
    ["f(a, b...)", "(f a b...)"],
    ["f(a, b,)", "(f a b)"],
    ["provider::aws::arn_parse(x).account_id", "(. (provider::aws::arn_parse x) account_id)"],
    ["true(1)", "(true 1)"],
    ["[1, [2,], {},]", "[1 [2] {}]"],
    ["{ a = 1, \"b\" : 2, (c) = 3, d.e = 4, null = 5 }", '{a=1 "b":2 (c)=3 (. d e)=4 null=5}'],
    ["{ a ? b : c : d }", "{(? a b c):d}"],
    ["[for x in y : x]", "[for - x y x -]"],
    ["[for k, v in m : v if k != null]", "[for k v m v (!= k null)]"],
    ["{ for k, v in m : k => v... if v }", "{for k v m k v... v}"],
    ["[for x in a ? b : c : x ? 1 : 2]", "[for - x (? a b c) (? x 1 2) -]"],
    ["[for in in in : in]", "[for - in in in -]"],
    ['"a${b}c"', '"a<b>c"'],
    ['"${"${a}"}"', '"<"<a>">"'],
    ['"%{ if a }b%{ else }c%{ endif }"', '"<if a|b|c>"'],
    ['"%{ for k, v in m }${k}%{ endfor }"', '"<for k v m|<k>>"'],
    ['"%{ for a in b }%{ if c }d%{ endif }e%{ endfor }"', '"<for - a b|<if c|d|>e>"'],
  ])("%s", (source, expected) => {
    const { value } = attribute(`x = ${source}\n`);
    expect(shape(value)).toBe(expected);
    expect(value.span).toEqual({ start: 4, end: 4 + source.length });
  });

  test("line breaks do not count inside brackets, parentheses and interpolations", () => {
    expect(shape(attribute("x = (\na\n?\nb\n:\nc\n)").value)).toBe("((? a b c))");
    expect(shape(attribute("x = [a\n.b\n[0]\n,\n]").value)).toBe("[(at (. a b) 0)]");
    expect(shape(attribute('x = "${\na\n}"').value)).toBe('"<a>"');
    expect(shape(attribute("x = {\n# why\nfor k, v\nin m\n:\nk\n=>\nv\n}").value)).toBe("{for k v m k v -}");
  });

  test("line breaks separate the items of an object, also inside parentheses", () => {
    expect(shape(attribute("x = f({\na = 1\nb = 2,\n\nc = 3 })").value)).toBe("(f {a=1 b=2 c=3})");
    expect(problem("x = f({ a\n= 1 })").message).toBe('Expected "=" and a value after the key.');
  });

  test.each([
    ["0", 0],
    ["012", 12],
    ["1.50", 1.5],
    ["1e3", 1000],
    ["1E+3", 1000],
    ["1.5e-3", 0.0015],
    ["1.e2", 100],
  ])("the number %s", (raw, value) => {
    expect(attribute(`x = ${raw}`).value).toEqual({ type: "HclNumber", raw, value, span: { start: 4, end: 4 + raw.length } });
  });

  test("names may hold letters of every script", () => {
    const { name, nameSpan, value } = attribute("größe = 中文-x.é");
    expect([name, nameSpan.end, shape(value)]).toEqual(["größe", 5, "(. 中文-x é)"]);
  });
});

describe("spans", () => {
  const text = 'b "l" m {\n  x = a.b[0] + f(1).c[*].d ? {k = -1, (v) : "t${u}"} : c.*.e\n} # end';

  test("of blocks, labels, attributes and bodies", () => {
    const { span, nameSpan, labels, body } = block(text);
    expect(slice(text, span)).toBe(text.slice(0, -" # end".length));
    expect(slice(text, nameSpan)).toBe("b");
    expect(labels.map((label) => [slice(text, label.span), label.value, label.quoted])).toEqual([
      ['"l"', "l", true],
      ["m", "m", false],
    ]);
    expect(body.span).toEqual({ start: 9, end: text.lastIndexOf("}") });
    expect(body.items.map((item) => slice(text, item.span))).toEqual([text.slice(12, text.lastIndexOf("\n"))]);
  });

  test("of every expression below", () => {
    const found: string[] = [];
    visit(block(text).body.items[0], (node) => found.push(slice(text, node.span)));
    expect(found).toEqual([
      'x = a.b[0] + f(1).c[*].d ? {k = -1, (v) : "t${u}"} : c.*.e',
      'a.b[0] + f(1).c[*].d ? {k = -1, (v) : "t${u}"} : c.*.e',
      "a.b[0] + f(1).c[*].d",
      "a.b[0]",
      "a.b",
      "a",
      "0",
      "f(1).c[*].d",
      "f(1).c",
      "f(1)",
      "1",
      ".d",
      "",
      '{k = -1, (v) : "t${u}"}',
      "k = -1",
      "k",
      "-1",
      "1",
      '(v) : "t${u}"',
      "(v)",
      "v",
      '"t${u}"',
      "t",
      "${u}",
      "u",
      "c.*.e",
      "c",
      ".e",
      "",
    ]);
  });

  test("of the file, whatever stands around", () => {
    expect(parseHcl("\n\n").span).toEqual({ start: 0, end: 2 });
    expect(parseHcl("")).toEqual({
      type: "HclFile",
      body: { type: "HclBody", items: [], span: { start: 0, end: 0 } },
      comments: [],
      span: { start: 0, end: 0 },
    });
  });
});

/** Every node below a value, depth first, in the order of the properties. */
function visit(value: unknown, seen: (node: { type: string; span: { start: number; end: number } }) => void): void {
  if (Array.isArray(value)) for (const item of value as unknown[]) visit(item, seen);
  else if (typeof value === "object" && value !== null) {
    if ("type" in value && "span" in value) seen(value as Parameters<typeof seen>[0]);
    for (const child of Object.values(value) as unknown[]) visit(child, seen);
  }
}

describe("quoted strings", () => {
  test.each([
    [String.raw`"\n\r\t\"\\"`, '\n\r\t"\\'],
    [String.raw`"\u00e9\u4E2D\U0001F600"`, "é中😀"],
    ['"$${a} %%{b}"', "${a} %{b}"],
    ['"$$${a}"', "$${a}"],
    ['"$${~ a}"', "${~ a}"],
    ['"$ % $$ %% $x"', "$ % $$ %% $x"],
    ['"} { #  // /* \'"', "} { #  // /* '"],
  ])("%s", (source, value) => {
    expect(template(`x = ${source}`).parts).toEqual([{ type: "HclText", value, span: { start: 5, end: 3 + source.length } }]);
  });

  test("the empty string has no parts", () => {
    expect(template('x = ""')).toEqual({ type: "HclTemplate", form: "quoted", parts: [], span: { start: 4, end: 6 } });
  });

  test("text beside interpolations keeps its blanks", () => {
    const text = 'x = " a ${b} ${c} "';
    expect(template(text).parts.map((part) => slice(text, part.span))).toEqual([" a ", "${b}", " ", "${c}", " "]);
  });

  test.each([
    ['" a ${~ b ~} c "', '" a|<b>|c "', [" a", "${~ b ~}", "c "]],
    ['"a\\n\\t${~ b ~}\\n\\u0020c"', '"a|<b>|c"', ["a", "${~ b ~}", "c"]],
    ['"${b ~}  $ c"', '"<b>|$ c"', ["${b ~}", "$ c"]],
    ['"  ${~ b ~}  "', '"<b>"', ["${~ b ~}"]],
    ['"\\U0001F600 é ${~ b}"', '"😀 é|<b>"', ["\\U0001F600 é", "${~ b}"]],
  ])("~ trims the neighbouring text: %s", (source, expected, slices) => {
    const text = `x = ${source}`;
    const { parts } = template(text);
    expect(`"${parts.map(partShape).join("|")}"`).toBe(expected);
    expect(parts.map((part) => slice(text, part.span))).toEqual(slices);
  });

  test("directives span from their opening to their end", () => {
    const text = 'x = "a%{ if b }c%{ else }%{ for d in e }f%{ endfor }%{ endif }g"';
    const found: string[] = [];
    visit(template(text).parts, (node) => found.push(`${node.type} ${slice(text, node.span)}`));
    expect(found).toEqual([
      "HclText a",
      "HclTemplateIf %{ if b }c%{ else }%{ for d in e }f%{ endfor }%{ endif }",
      "HclVariable b",
      "HclText c",
      "HclTemplateFor %{ for d in e }f%{ endfor }",
      "HclVariable e",
      "HclText f",
      "HclText g",
    ]);
  });
});

describe("heredocs", () => {
  test("hold one text a line and end with the marker", () => {
    const text = "x = <<EOT\none\n  two \\n $${x}\nEOT\ny = 1\n";
    const { parts, span, form } = template(text);
    expect(form).toBe("heredoc");
    expect(slice(text, span)).toBe("<<EOT\none\n  two \\n $${x}\nEOT");
    expect(parts).toEqual([
      { type: "HclText", value: "one\n", span: { start: 10, end: 14 } },
      { type: "HclText", value: "  two \\n ${x}\n", span: { start: 14, end: 29 } },
    ]);
  });

  test("<<- takes the least indentation away; every line maps to its source", () => {
    const text = "x = <<-EOT\n    {\n      a ${b}\n\n  \n    }\n  EOT  \n";
    const { parts, span } = template(text);
    expect(slice(text, span)).toBe(text.slice(4, -"  \n".length));
    expect(parts.map((part) => [partShape(part), slice(text, part.span)])).toEqual([
      ["{\\n", "{\n"],
      ["  a ", "  a "],
      ["<b>", "${b}"],
      ["\\n", "\n"],
      ["\\n", "\n"],
      ["  \\n", "  \n"],
      ["}\\n", "}\n"],
    ]);
  });

  test("a line that begins with an interpolation has no indentation to take", () => {
    expect(shape(template("x = <<-E\n  a\n${b}\n  E\n"))).toBe('"  a\\n<b>\\n"');
  });

  test("as arguments, in lists and in interpolations", () => {
    expect(shape(attribute("x = f(<<A\na\nA\n, <<-B\n  b\n  B\n)").value)).toBe('(f "a\\n" "b\\n")');
    expect(shape(attribute("x = [<<A\na\nA\n]").value)).toBe('["a\\n"]');
    expect(shape(attribute("x = <<A\n${<<B\nb\nB\n}\nA\n").value)).toBe('"<"b\\n">\\n"');
  });

  test("what only resembles the marker is text", () => {
    expect(shape(template("x = <<E\nEE\nE E\n${a}E\nE${a}\nE\n"))).toBe('"EE\\nE E\\n<a>E\\nE<a>\\n"');
  });

  test("keep carriage returns, in value and span", () => {
    const text = "x = <<E\r\na\r\nE\r\n";
    expect(template(text).parts).toEqual([{ type: "HclText", value: "a\r\n", span: { start: 9, end: 12 } }]);
    expect(slice(text, template(text).span)).toBe("<<E\r\na\r\nE");
  });

  test("~ trims to the end of one line only", () => {
    expect(shape(template("x = <<E\n%{ if a ~}\n\n  b\n%{~ endif ~}\n\nE\n"))).toBe('"<if a|\\n  b|>\\n"');
  });
});

describe("comments", () => {
  test("are recorded once each, in source order, wherever they stand", () => {
    const text = [
      "# one",
      "a = /* two */ [ // three",
      "  1, # four",
      "  /* five",
      "  */ f(2 # six",
      '  ), "${/* seven */ b}", {# eight',
      "    for /* nine */ k, v in m : k => v // ten",
      "  }] #",
      "b { # twelve",
      "} //",
    ].join("\n");
    const { comments } = parseHcl(text);
    expect(comments.map(({ value }) => value)).toEqual([
      " one",
      " two ",
      " three",
      " four",
      " five\n  ",
      " six",
      " seven ",
      " eight",
      " nine ",
      " ten",
      "",
      " twelve",
      "",
    ]);
    expect(comments.map(({ style }) => style).join(" ")).toBe("# block // # block # block # block // # # //");
    for (const { style, value, span } of comments) {
      expect(slice(text, span)).toBe(style === "block" ? `/*${value}*/` : `${style}${value}`);
    }
  });

  test("do not include the line break, of either kind", () => {
    expect(parseHcl("# a\r\n// b\n# c\r").comments.map(({ value }) => value)).toEqual([" a", " b", " c\r"]);
  });

  test("are no comments inside strings", () => {
    expect(parseHcl('a = "# // /* */"\nb = <<E\n# x\nE\n').comments).toEqual([]);
  });

  test("end a line as a line break does", () => {
    expect(parseHcl("a = 1 # x\nb = 2 // y\nc {} # z").body.items).toHaveLength(3);
  });
});

describe("problems", () => {
  test.each([
    ["a = 1\nb {\n  c = 1\n", 'Expected "}" to close the block that begins on line 2.', 4, 1],
    ["a = {\n  b = 1\n", 'Expected "}" to close the object that begins on line 1.', 3, 1],
    ["a = [\n  1\n  2\n]\n", 'Expected "," or "]" to close the list that begins on line 1.', 3, 3],
    ["a = [\n  f(1\n]\n", 'Expected "," or ")" in the call that begins on line 2.', 3, 1],
    ["a = (1\n", 'Expected ")" to close the parenthesis that begins on line 1.', 2, 1],
    ["a =\nb = 1\n", "Expected an expression.", 1, 4],
    ["a = 1, b = 2\n", 'Expected a line break after the argument "a", not a comma.', 1, 6],
    ["a = 1 b = 2\n", 'Expected a line break after the argument "a".', 1, 7],
    ["a { b {} }\n", 'Expected "=": a block on one line can hold one argument only.', 1, 7],
    ["a {}}\n", 'Expected a line break after the block "a".', 1, 5],
    ["}\n", "Expected an argument or a block.", 1, 1],
    ['"a" = 1\n', "The name of an argument or block stands without quotes.", 1, 1],
    ['a = "b\nc = 1\n', "Expected a closing quote before the end of the line.", 1, 7],
    ['a = "${b"\n', 'Expected "}" to close the interpolation that begins on line 1.', 1, 9],
    ["a = <<E\nb\nE", 'Expected a line with "E" alone, and a line break, to close the heredoc that begins on line 1.', 3, 2],
    ['a = "\\q"\n', '"\\q" is no escape sequence; a backslash itself is written "\\\\".', 1, 6],
    ['a = "\\u00g0"\n', 'Expected four hexadecimal digits after "\\u".', 1, 6],
    ['a = "\\ud83d"\n', '"\\ud83d" is no Unicode character.', 1, 6],
    ["a = 'b'\n", "Strings are written in double quotes, not in single quotes.", 1, 5],
    ["a = 1 /* b\n", 'Expected "*/" to close the comment that begins here.', 1, 7],
    ["a = 1.2.3\n", '"1.2.3" is no number.', 1, 5],
    ["a = b.0.1\n", 'Two indexes in a row must be written in brackets: "[0][1]".', 1, 7],
    ["a = b & c\n", 'HCL has no bitwise operators: "&" must be "&&".', 1, 7],
    ["a = 1;\n", 'The character ";" has no meaning in HCL.', 1, 6],
    ['a = "%{ if b }c"\n', 'Expected "%{ endif }" to close the template directive that begins on line 1.', 1, 16],
    ['a = "%{ endfor }"\n', 'The directive "endfor" closes nothing here.', 1, 6],
    ["a = [for b in c : d => e]\n", 'A "for" that makes a list has no "=>"; with "{" instead of "[" it makes a map.', 1, 21],
    ["a = { for = 1 }\n", 'Expected the name of a variable for "for".', 1, 11],
  ])("%j", (text, message, line, column) => {
    const found = problem(text);
    expect([found.message, positionAt(text, found.offset)]).toEqual([message, { line, column }]);
  });

  test.each(fixtures("fixtures/hcl/rejected/*.tf"))("$name gives one sentence and a place in the text", ({ text }) => {
    const { message, offset } = problem(text);
    expect(message).toMatch(/^[A-Z"][^\n]*\.$/);
    expect(offset).toBeGreaterThanOrEqual(0);
    expect(offset).toBeLessThanOrEqual(text.length);
  });
});

describe("size", () => {
  const deep = 100_000;
  test.each([
    ["parentheses", `a = ${"(".repeat(deep)}1${")".repeat(deep)}`],
    ["lists", `a = ${"[".repeat(deep)}${"]".repeat(deep)}`],
    ["objects", `a = ${"{a=".repeat(deep)}1${"}".repeat(deep)}`],
    ["templates", `a = ${'"${'.repeat(deep)}1${'}"'.repeat(deep)}`],
    ["negations", `a = ${"!".repeat(deep)}b`],
    ["conditionals", `a = ${"b ? 1 : ".repeat(deep)}1`],
    ["calls", `a = ${"f(".repeat(deep)}${")".repeat(deep)}`],
    ["indexes", `a = ${"b[".repeat(deep)}1${"]".repeat(deep)}`],
    ["splats", `a = b${"[*]".repeat(deep)}`],
    ["blocks", `${"a {\n".repeat(deep)}${"}\n".repeat(deep)}`],
    ["directives", `a = "${"%{ if b }".repeat(deep)}${"%{ endif }".repeat(deep)}"`],
  ])("%s that are nested too deep are a problem, not a crash", (_what, text) => {
    expect(problem(text).message).toBe("Blocks and expressions are nested more than 250 levels deep.");
  });

  test("what repeats without nesting may be long", () => {
    expect(parseHcl(`a = ${"1 + ".repeat(20_000)}1`).body.items).toHaveLength(1);
    expect(parseHcl(`a = b${".c".repeat(20_000)}`).body.items).toHaveLength(1);
    expect(parseHcl("a {\n}\n".repeat(20_000)).body.items).toHaveLength(20_000);
  });
});
