import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Span } from "../../src/model/text.js";
import { slice, SyntaxProblem } from "../../src/model/text.js";
import type { HclAttribute, HclExpression, HclFile, HclTemplate } from "../../src/syntax/hcl-nodes.js";
import { scan } from "../../src/syntax/hcl-scanner.js";
import { parseHcl } from "../../src/syntax/hcl.js";
import { toJson } from "./hcl-to-json.js";
import { fixtures, oracle } from "./hcl-oracle.js";

/** Whatever has a span: nodes, and nothing else in the tree. */
interface Spanned {
  readonly type: string;
  readonly span: Span;
}

function isSpanned(value: unknown): value is Spanned {
  return typeof value === "object" && value !== null && "type" in value && "span" in value;
}

function children(node: object): object[] {
  const values = Object.values(node) as unknown[];
  return values.flat().filter((value) => typeof value === "object" && value !== null);
}

function isSpan(value: object): value is Span {
  return "start" in value && "end" in value;
}

/** A copy with every span moved. */
function moved(value: unknown, by: number): unknown {
  if (Array.isArray(value)) return value.map((item) => moved(item, by));
  if (typeof value !== "object" || value === null) return value;
  if (isSpan(value)) return { start: value.start + by, end: value.end + by };
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, moved(child, by)]));
}

function value(text: string): HclExpression {
  const item = parseHcl(text).body.items[0];
  if (item?.type !== "HclAttribute") throw new Error(`no attribute: ${text}`);
  return item.value;
}

function template(text: string): HclTemplate {
  const found = value(text);
  if (found.type !== "HclTemplate") throw new Error(`no template: ${text}`);
  return found;
}

/** What stands in for an element of a splat, or hangs on it: it is no text of its own. */
function hangsOnSplat(node: object): boolean {
  if ("name" in node && node.name === "") return true;
  return "object" in node && typeof node.object === "object" && node.object !== null && hangsOnSplat(node.object);
}

const before = "x = (\n";
const within = 'x = "';
const heredoc = "x = <<ZZZ\n";

/** The node as it reads when its source alone is read again; undefined when it cannot stand alone. */
function readAgain(node: Spanned, source: string, holder: HclTemplate | null, text: string): { node: unknown; at: number } | undefined {
  switch (node.type) {
    case "HclFile":
    case "HclBody":
      return undefined;
    case "HclAttribute":
    case "HclBlock":
      return { node: parseHcl(`${source}\n`).body.items[0], at: 0 };
    case "HclLabel": {
      const block = parseHcl(`b ${source} {}`).body.items[0];
      return { node: block?.type === "HclBlock" ? block.labels[0] : undefined, at: 2 };
    }
    case "HclComment":
      return { node: parseHcl(source).comments[0], at: 0 };
    case "HclObjectItem": {
      const object = value(`x = {${source}\n}`);
      return { node: object.type === "HclObject" ? object.items[0] : undefined, at: 5 };
    }
    case "HclInterpolation":
      return { node: template(`${within}${source}"`).parts[0], at: within.length };
    case "HclText":
    case "HclTemplateIf":
    case "HclTemplateFor":
      if (holder?.form === "quoted") return { node: template(`${within}${source}"`).parts[0], at: within.length };
      if (holder === null || text.startsWith("<<-", holder.span.start)) return undefined;
      // Alone, a line ends that did not end; only what stands before it is compared.
      if (node.type === "HclText") return { node: { ...node, span: { start: 0, end: source.length }, value: unescaped(source) }, at: 0 };
      return { node: template(`${heredoc}${source}\nZZZ\n`).parts[0], at: heredoc.length };
    default: {
      if (hangsOnSplat(node)) return undefined;
      const parentheses = value(`${before}${source}\n)`);
      return { node: parentheses.type === "HclParentheses" ? parentheses.expression : undefined, at: before.length };
    }
  }
}

function unescaped(source: string): string {
  return source.replaceAll(/([$%])\1\{/g, "$1{");
}

function checkTree(text: string): void {
  const check = (node: object, parent: Spanned | null, holder: HclTemplate | null): void => {
    if (isSpanned(node)) {
      if (parent !== null) {
        expect(node.span.start, node.type).toBeGreaterThanOrEqual(parent.span.start);
        expect(node.span.end, node.type).toBeLessThanOrEqual(parent.span.end);
      }
      const again = readAgain(node, slice(text, node.span), holder, text);
      if (again !== undefined) expect(moved(again.node, node.span.start - again.at)).toEqual(moved(node, 0));
    }
    const inner = isSpanned(node) ? node : parent;
    const template = isTemplate(node) ? node : holder;
    for (const child of children(node)) check(child, inner, template);
  };
  check(parseHcl(text), null, null);
}

function isTemplate(node: object): node is HclTemplate {
  return "type" in node && node.type === "HclTemplate";
}

/** Tokens, comments and blanks give back the whole text, each of them once. */
function checkCover(text: string): void {
  const { starts, ends, comments, problem } = scan(text);
  expect(problem).toBeNull();
  const spans = [...comments.map(({ span }) => span), ...starts.map((start, index) => ({ start, end: ends[index] ?? -1 }))];
  spans.sort((a, b) => a.start - b.start || a.end - b.end);
  let at = 0;
  for (const { start, end } of spans) {
    expect(text.slice(at, start)).toMatch(/^[^\S\n]*$/);
    expect(start).toBeGreaterThanOrEqual(at);
    at = end;
  }
  expect(at).toBe(text.length);
  expect(parseHcl(text).comments).toEqual(comments);
}

describe.each(fixtures("fixtures/hcl/accepted/*.tf"))("$name", ({ text }) => {
  test("every node's source, read alone, gives the same node", () => {
    checkTree(text);
  });
  test("tokens, comments and blanks cover it", () => {
    checkCover(text);
  });
});

// Random HCL: `gap` may break the line, `space` may not.
const space = fc.constantFrom(" ", "  ", "\t", " /* c */ ", " /* c\nd */ ");
const gap = fc.oneof({ weight: 4, arbitrary: space }, fc.constantFrom("\n", "\r\n", " # c\n", "\n// d\r\n\n  "));
const name = fc.constantFrom("a", "b_2", "c-d", "größe", "_", "variable", "for_each", "ind", "x1e5");
const number = fc.constantFrom("0", "7", "012", "1.5", "1.50", "2e3", "1.e2", "3E-2", "12345678901");
const literalText = fc.stringMatching(/^[ a-z0-9{}#/'~<>.,é😀-]{0,8}$/u);
const signs = fc.constantFrom("$", "%", "$$", "$$$${", "%%{", "$ ", "{");
const escape = fc.constantFrom("\\n", "\\t", '\\"', "\\\\", "\\u00e9", "\\U0001F600", " \\n ", "\\u0020");

function join(...parts: fc.Arbitrary<string>[]): fc.Arbitrary<string> {
  return fc.tuple(...parts).map((strings) => strings.join(""));
}

function text(...strings: string[]): fc.Arbitrary<string> {
  return fc.constantFrom(...strings);
}

function many(item: fc.Arbitrary<string>, maxLength = 3): fc.Arbitrary<string> {
  return fc.array(item, { maxLength }).map((items) => items.join(""));
}

/** Indents each line and ends the last one, so that no line can be the marker. */
function lines(parts: readonly string[], opening: string): string {
  return `${opening}\n${parts.map((part) => `   ${part}`).join("\n")}\n  EOT\n`;
}

const { expression, body } = fc.letrec<{ expression: string; part: string; step: string; line: string; string: string; item: string; body: string }>((tie) => {
  const expression = tie("expression");
  const sequenceOpen = text("", "~");
  const interpolation = join(text("${"), sequenceOpen, gap, expression, gap, sequenceOpen, text("}"));
  const directive = (words: string): fc.Arbitrary<string> => join(text("%{"), sequenceOpen, text(` ${words} `), sequenceOpen, text("}"));
  const opening = (words: string): fc.Arbitrary<string> => join(text("%{"), sequenceOpen, text(words), expression, gap, sequenceOpen, text("}"));
  return {
    expression: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      name,
      number,
      text("true", "false", "null"),
      tie("string"),
      join(name, many(tie("step"))),
      join(text("-", "!", "- "), expression),
      join(expression, space, text("+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "&&", "||"), space, expression),
      join(expression, space, text("?"), space, expression, space, text(":"), space, expression),
      join(text("("), gap, expression, gap, text(")")),
      join(text("["), gap, many(join(expression, gap, text(","), gap)), text("]")),
      join(text("["), gap, many(join(expression, gap, text(","), gap)), expression, gap, text("]")),
      join(text("{"), gap, many(tie("item")), text("}")),
      join(name, text("("), gap, many(join(expression, gap, text(","), gap)), text(")")),
      join(name, text("("), gap, expression, text("..."), gap, text(")")),
      join(text("provider::a::b("), expression, text(")")),
      join(text("[for "), name, gap, text("in "), expression, gap, text(": "), expression, gap, text("]")),
      join(text("{for k, v in "), expression, text(" : "), expression, text(" => "), expression, text("...", ""), gap, text("if "), expression, text("}")),
      join(text("["), gap, fc.array(tie("line"), { maxLength: 4 }).map((all) => lines(all, "<<-EOT")), gap, text("]")),
      join(text("f("), fc.array(tie("line"), { maxLength: 4 }).map((all) => lines(all, "<<EOT")), text(")")),
    ),
    step: fc.oneof(join(text("."), name), text(".0", "[*]", ".*", '["k"]'), join(text("["), gap, expression, gap, text("]"))),
    item: join(fc.oneof(name, number, tie("string"), join(text("("), expression, text(")"))), space, text("=", ":"), space, expression, space, text(",", "\n", ", # c\n", ",\n\n")),
    part: fc.oneof(
      literalText,
      signs,
      interpolation,
      join(opening("if "), literalText, directive("else"), literalText, directive("endif")),
      join(opening(" if "), literalText, directive("endif")),
      join(opening(" for k, v in "), tie("part"), directive("endfor")),
    ),
    // A text that ends with a sign must not meet a brace.
    line: many(join(tie("part"), text(" "))),
    string: fc.array(fc.oneof(join(tie("part"), text(" ")), escape), { maxLength: 4 }).map((parts) => `"${parts.join("")}"`),
    body: fc.array(
      fc.oneof(
        { depthSize: "small" },
        join(text("a", "b", "c", "d", "e", "f"), space, text("="), space, expression, space, text("\n", "# end\n", "\r\n")),
        join(text("r"), text(' "l"', " m", ' "$${n}"'), space, text("{\n"), tie("body"), text("}\n")),
        text("\n", "# c\n", "/* c */\n"),
      ),
      { maxLength: 4 },
    ).map((items) => items.join("")),
  };
});

const seed = 20_261_123;

describe("random HCL", () => {
  test("reads as HashiCorp's parser reads it, or is refused by both", async () => {
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(body, async (source) => {
        const verdict = await oracle(source);
        if (!verdict.accepted) {
          expect(() => parseHcl(source), verdict.reason).toThrow(SyntaxProblem);
          return;
        }
        accepted += 1;
        const file: HclFile = parseHcl(source);
        if (verdict.json !== undefined) expect(plain(toJson(source, file))).toEqual(plain(verdict.json));
        checkTree(source);
        checkCover(source);
      }),
      { seed, numRuns: 200 },
    );
    expect(accepted).toBeGreaterThan(100);
  });

  test("an expression is the same in parentheses, in a list and in an interpolation", () => {
    fc.assert(
      fc.property(expression, (source) => {
        const attribute: HclAttribute | undefined = attempt(`x = (${source})`);
        fc.pre(attribute !== undefined);
        const inner = attribute.value.type === "HclParentheses" ? attribute.value.expression : null;
        const list = value(`x = [${source}]`);
        const string = value(`x = "\${${source}}"`);
        expect(list.type === "HclTuple" ? moved(list.items, 0) : null).toEqual([moved(inner, 0)]);
        expect(string.type === "HclTemplate" ? moved(string.parts[0], -2) : null).toMatchObject({ expression: moved(inner, 0) });
      }),
      { seed, numRuns: 400 },
    );
  });
});

function attempt(source: string): HclAttribute | undefined {
  try {
    const item = parseHcl(source).body.items[0];
    return item?.type === "HclAttribute" ? item : undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(SyntaxProblem);
    return undefined;
  }
}

function plain(json: unknown): unknown {
  return JSON.parse(JSON.stringify(json));
}

describe("damaged HCL", () => {
  const sources = fixtures("fixtures/hcl/**/*.tf").map((fixture) => fixture.text);
  const bits =
    '{ } [ ] ( ) " \n \r\n \r # // /* */ ${ %{ ~} ~ $ % = : :: ? , . ... * - ! && || & <<E\n <<-E\n \nE\n \\ \\n \\u a for if in else endif 1 1. e5 .0 true é 😀 \u00a0 ; \' $${ %%{ => == <'.split(" ");
  /** A stretch of a fixture's lines with a few characters lost, repeated or slipped in. */
  const damaged = fc
    .tuple(
      fc.constantFrom(...sources),
      fc.nat(),
      fc.integer({ min: 1, max: 30 }),
      fc.array(fc.record({ at: fc.nat(), lost: fc.integer({ min: 0, max: 4 }), inserted: fc.constantFrom("", "", " ", "\t", ...bits) }), { minLength: 1, maxLength: 3 }),
    )
    .map(([source, first, count, damages]) => {
      const lines = source.split("\n");
      const from = first % lines.length;
      let characters = Array.from(`${lines.slice(from, from + count).join("\n")}\n`);
      for (const { at, lost, inserted } of damages) characters = characters.toSpliced(at % (characters.length + 1), lost, ...Array.from(inserted));
      return characters.join("");
    });

  test("is accepted or refused exactly as by HashiCorp's parser, apart from redefinitions", async () => {
    await fc.assert(
      fc.asyncProperty(damaged, async (source) => {
        const verdict = await oracle(source);
        if (!verdict.accepted) expect(() => parseHcl(source), verdict.reason).toThrow(SyntaxProblem);
        else {
          const file = parseHcl(source);
          if (verdict.json !== undefined) expect(plain(toJson(source, file))).toEqual(plain(verdict.json));
        }
      }),
      { seed, numRuns: 3000 },
    );
  });

  test("is read or refused with a SyntaxProblem, whatever the damage", () => {
    fc.assert(
      fc.property(fc.oneof(damaged, fc.string({ unit: "binary" }), fc.array(fc.constantFrom(...bits)).map((all) => all.join(""))), (source) => {
        let found: unknown = null;
        try {
          parseHcl(source);
        } catch (error) {
          found = error;
        }
        if (found !== null) {
          expect(found).toBeInstanceOf(SyntaxProblem);
          if (found instanceof SyntaxProblem) expect(found.offset).toBeLessThanOrEqual(source.length);
        }
      }),
      { seed, numRuns: 5000 },
    );
  });
});
