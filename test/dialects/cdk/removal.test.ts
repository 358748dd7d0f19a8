import { parse } from "@typescript-eslint/parser";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyEdits, removeElement, replaceEntry } from "../../../src/edit.js";
import type { ActionEntry } from "../../../src/model/policy.js";
import { read } from "./read.js";

// Lists of actions in every shape that the dialect edits, written in all sorts of styles. What a removal leaves must parse, and hold
// the same tokens but for the removed texts and their commas; a comment may only go with the element beside it.

interface Element {
  readonly quote: "'" | '"' | "`";
  readonly kind: "action" | "spread" | "name" | "parenthesised";
  readonly before: string;
  readonly after: string;
  readonly separator: string;
}

const gap = fc.constantFrom("", "", "", " ", "\n", "\n  ", "\n\n\t", " /*#*/ ", "\n  // #\n", " // #\n", "/*#*/\n", "\n/* #\n */\n");
const element: fc.Arbitrary<Element> = fc.record({
  quote: fc.constantFrom("'" as const, '"' as const, "`" as const),
  kind: fc.constantFrom("action" as const, "action" as const, "action" as const, "spread" as const, "name" as const, "parenthesised" as const),
  before: gap,
  after: fc.constantFrom("", "", "", " ", " /*#*/", " // #\n"),
  separator: fc.constantFrom("", " ", "\n    ", " // #\n", "\n"),
});

const example = fc.record({
  shape: fc.constantFrom("array", "as const", "constant", "arguments", "grant", "facade", "function", "member", "concat", "json" as const),
  elements: fc.array(element, { minLength: 1, maxLength: 6 }),
  trailingComma: fc.boolean(),
  close: fc.constantFrom("", " ", "\n  ", " /*end*/ ", "\n  // end\n"),
  crlf: fc.boolean(),
  semicolons: fc.boolean(),
  chosen: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
});

type Example = typeof example extends fc.Arbitrary<infer Value> ? Value : never;

const action = (index: number) => `s3:Get${"ABCDEF".charAt(index)}`;

function list({ elements, trailingComma, close }: Example, open: string): string {
  const written = elements.map(({ quote, kind, before, after, separator }, index) => {
    const text = `${quote}${action(index)}${quote}`;
    const value = { action: text, spread: `...other(${String(index)})`, name: `NAME${String(index)}`, parenthesised: `(${text})` }[kind];
    const last = index === elements.length - 1;
    return `${before}${value}${after}${last && !trailingComma ? "" : `,${last ? "" : separator}`}`.replaceAll("#", String(index));
  });
  return `${open}${written.join("")}${close}`;
}

/** The program, and whether all but the chosen elements may be left: a list that is used by name must not be emptied. */
function program(example: Example): string {
  const array = list(example, "[") + "]";
  const statement = (actions: string) => `role.addToPolicy(new iam.PolicyStatement({ resources: ['*'], actions: ${actions} }))`;
  const [before, inside] = {
    array: ["", statement(array)],
    "as const": ["", statement(`[...(${array} as const)]`)],
    constant: [`const READ: string[] = ${array};\n`, `${statement("READ")};\n${statement("[...READ, 's3:PutObject']")}`],
    arguments: ["", `const s = new iam.PolicyStatement({ resources: ['*'] });\ns.addActions${list(example, "(")});\nrole.addToPolicy(s)`],
    grant: ["", `const t = new dynamodb.Table(this, 'T', {});\nt.grant(role,${list(example, "")})`],
    facade: ["", `const b = new s3.Bucket(this, 'B');\nb.grants.actionsOnObjectKeys(role, 'in/*', ${list(example, "")})`],
    function: [`function read() { return ${array}; }\n`, statement("read()")],
    member: [`const ACTIONS = { read: ${array} as readonly string[], write: ['s3:PutObject'] };\n`, `${statement("[...ACTIONS.read]")};\n${statement("ACTIONS.write")}`],
    concat: ["", statement(`${array}.concat(['s3:PutObject'])`)],
    json: ["", `new iam.CfnRole(this, 'L1', { policies: [{ policyDocument: { Statement: [{ Effect: 'Allow', Resource: '*', Action: ${array} }] } }] })`],
  }[example.shape];
  const end = example.semicolons ? ";" : "";
  const text = `import * as iam from 'aws-cdk-lib/aws-iam'
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb'
import * as s3 from 'aws-cdk-lib/aws-s3'
import { Stack } from 'aws-cdk-lib'
${before ?? ""}export class Demo extends Stack {
  constructor(scope, id) {
    super(scope, id)${end}
    const role = new iam.Role(this, 'R', { assumedBy })${end}
    ${inside ?? ""}${end}
    done()
  }
}
`;
  return example.crlf ? text.replaceAll("\n", "\r\n") : text;
}

function tokensAndComments(text: string): { readonly tokens: readonly string[]; readonly comments: readonly string[] } {
  const { tokens, comments } = parse(text, { range: true, loc: true, tokens: true, comment: true, sourceType: "module" });
  return {
    tokens: tokens.map(({ value }) => value).filter((value) => value !== ","),
    comments: comments.map(({ value }) => value.trim()),
  };
}

function entriesOf(text: string): readonly ActionEntry[] {
  return read(text).documents.flatMap(({ statements }) => statements.flatMap(({ actions }) => actions)).filter(({ value }) => value.startsWith("s3:Get"));
}

/** `with` every one of `wanted` that is there, once, taken away. */
function without(all: readonly string[], gone: readonly string[]): readonly string[] {
  const left = [...gone];
  return all.filter((each) => {
    const index = left.indexOf(each);
    if (index === -1) return true;
    left.splice(index, 1);
    return false;
  });
}

/** No list has a hole, which is an element too. */
function holes(text: string): number {
  let found = 0;
  const walk = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    if ("type" in value && value.type === "ArrayExpression" && "elements" in value && Array.isArray(value.elements)) found += value.elements.filter((each) => each === null).length;
    for (const [key, each] of Object.entries(value)) if (key !== "parent" && key !== "tokens") walk(each);
  };
  walk(parse(text, { range: true, sourceType: "module" }));
  return found;
}

describe("elements of lists and arguments of calls", () => {
  let changed = 0;

  it("go alone", () => {
    fc.assert(
      fc.property(example, (each) => {
        const text = program(each);
        const entries = entriesOf(text);
        const chosen = entries.filter((entry, index) => entry.home.kind === "item" && entry.locked === null && each.chosen[index] === true);
        if (chosen.length === 0 || chosen.length === each.elements.length) return;
        changed += 1;
        // As ESLint does it: those that touch wait for the next pass. Here, each has its own.
        let result = text;
        for (const { value } of chosen) {
          const entry = entriesOf(result).find((other) => other.value === value);
          if (entry?.home.kind !== "item") throw new Error(`${value} is not found in\n${result}`);
          result = applyEdits(result, [removeElement(result, entry.home.element)]);
        }
        const before = tokensAndComments(text);
        const after = tokensAndComments(result);
        const gone = chosen.map(({ span }) => text.slice(span.start, span.end));
        const parentheses = chosen.flatMap(({ value }) => (each.elements["ABCDEF".indexOf(value.at(-1) ?? "")]?.kind === "parenthesised" ? ["(", ")"] : []));
        expect([...after.tokens].sort(), result).toEqual([...without(before.tokens, [...gone, ...parentheses])].sort());
        expect(after.tokens.filter((token) => /^['"`]s3:/u.test(token)), result).toEqual(without(before.tokens, gone).filter((token) => /^['"`]s3:/u.test(token)));
        expect(holes(result), result).toBe(0);
        const others = before.comments.filter((comment) => !after.comments.includes(comment));
        // It stood between the element and its neighbour, beside a comma; the rule leaves such edits to a person.
        const removed = chosen.map(({ value }) => "ABCDEF".indexOf(value.at(-1) ?? ""));
        const owner = (comment: string) => (comment === "end" ? each.elements.length : Number(comment));
        expect(others.filter((comment) => !removed.some((index) => Math.abs(index - owner(comment)) <= 1)), result).toEqual([]);
        expect(result.includes("\r\n"), result).toBe(text.includes("\r\n"));
        expect(/[^\r]\n/u.test(result), result).toBe(/[^\r]\n/u.test(text));
      }),
      { numRuns: 2500, seed: 20_261_125 },
    );
    expect(changed).toBeGreaterThan(1000);
  }, 120_000);

  it("are replaced in the style of their list", () => {
    fc.assert(
      fc.property(example, (each) => {
        const text = program(each);
        const entry = entriesOf(text).find(({ locked }, index) => locked === null && each.chosen[index] === true);
        if (entry === undefined) return;
        const result = applyEdits(text, [replaceEntry(text, entry, ["s3:GetOne*", "s3:GetTwo"])]);
        const written = tokensAndComments(result).tokens.filter((token) => /^['"`]s3:/u.test(token));
        const expected = tokensAndComments(text).tokens.flatMap((token) =>
          token === text.slice(entry.span.start, entry.span.end) ? ["s3:GetOne*", "s3:GetTwo"].map((value) => entry.quote + value + entry.quote) : /^['"`]s3:/u.test(token) ? [token] : [],
        );
        expect(written, result).toEqual(expected);
        expect(tokensAndComments(result).comments, result).toEqual(tokensAndComments(text).comments);
      }),
      { numRuns: 300, seed: 20_261_125 },
    );
  }, 60_000);
});
