import { dirname, join, relative } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { terraform } from "../../../src/dialects/terraform.js";
import type { ActionEntry, LocatedPolicies, PolicyDocument } from "../../../src/model/policy.js";
import { slice } from "../../../src/model/text.js";
import { someCase } from "../../end-to-end/cases.js";
import { unmarked } from "../../end-to-end/print.js";
import { renderings } from "../../end-to-end/renderings.js";
import { bindIn } from "../project.js";
import { fixtures, oracle, type Fixture } from "../../syntax/hcl-oracle.js";
import { principals } from "./locate.js";

function locateJson(text: string, others: Readonly<Record<string, string>> = {}): LocatedPolicies {
  const texts = { "main.tf.json": text, ...others };
  return bindIn(terraform, "/project/main.tf.json", Object.fromEntries(Object.entries(texts).map(([name, each]) => [`/project/${name}`, each])));
}

function only({ documents: [document, ...others] }: LocatedPolicies): PolicyDocument {
  if (document === undefined || others.length > 0) throw new Error(`${String(others.length)} more documents`);
  return document;
}

function entries({ statements }: PolicyDocument): readonly ActionEntry[] {
  return statements.flatMap(({ actions, notActions }) => [...actions, ...notActions]);
}

const ROLE = { aws_iam_role: { app: { name: "orders" } } };

function inRolePolicy(policy: string): string {
  return JSON.stringify({ resource: { ...ROLE, aws_iam_role_policy: { app: { role: "${aws_iam_role.app.name}", policy } } } });
}

function inDocument(statement: unknown): string {
  return JSON.stringify({
    resource: { ...ROLE, aws_iam_role_policy: { app: { role: "${aws_iam_role.app.name}", policy: "${data.aws_iam_policy_document.app.json}" } } },
    data: { aws_iam_policy_document: { app: { statement } } },
  });
}

describe("where actions stand", () => {
  test("in a policy document", () => {
    const text = inDocument([{ actions: ["s3:GetObject", "s3:PutObject"], resources: ["*"] }, { sid: "B", effect: "Deny", not_actions: ["iam:*"] }]);
    const document = only(locateJson(text));
    expect(principals(document)).toEqual(["role aws_iam_role.app = orders"]);
    expect(document).toMatchObject({ address: "data.aws_iam_policy_document.app", holder: "role", opaque: [], attachment: { open: [] } });
    expect(document.statements.map(({ sid, effect }) => [sid, effect])).toEqual([
      [null, "Allow"],
      ["B", "Deny"],
    ]);
    expect(entries(document).map((entry) => [slice(text, entry.span), entry.quote, entry.locked])).toEqual([
      ['"s3:GetObject"', '"', null],
      ['"s3:PutObject"', '"', null],
      ['"iam:*"', '"', null],
    ]);
    const [first] = document.statements;
    const list = first?.element?.list;
    if (list?.syntax !== "bracketed") throw new Error("no list");
    expect(text.slice(list.open, list.close + 1)).toBe(/"statement":(.*)\}\}\}\}$/u.exec(text)?.[1]);
  });

  test("a statement that is no element of a list stays", () => {
    const document = only(locateJson(inDocument({ actions: ["s3:GetObject"], resources: ["*"] })));
    expect(document.statements[0]?.element).toBeNull();
    const text = inDocument([{ actions: ["s3:GetObject"] }]).replace('"statement":[', '"statement":{"actions":["s3:PutObject"]},"statement":[');
    expect(only(locateJson(text)).statements.map(({ element }) => element?.list.items.map((item) => slice(text, item)) ?? null)).toEqual([
      null,
      ['{"actions":["s3:GetObject"]}'],
    ]);
  });

  test("statements beside dynamic ones are elements of their own list", () => {
    const dynamic = '"dynamic":{"statement":{"for_each":"${var.x}","content":{"actions":["s3:PutObject"]}}},';
    const text = inDocument([{ actions: ["s3:GetObject"] }, { actions: ["s3:ListBucket"] }]).replace('"statement":[', `${dynamic}"statement":[`);
    expect(only(locateJson(text)).statements.map(({ element }) => element?.index ?? null)).toEqual([null, 0, 1]);
  });

  test("statements with principals are of another kind", () => {
    expect(locateJson(inDocument([{ actions: ["sts:AssumeRole"], principals: [{ type: "AWS", identifiers: ["*"] }] }])).documents).toEqual([]);
    expect(locateJson(inDocument([{ actions: ["sts:AssumeRole"], dynamic: { principals: { for_each: "${var.x}", content: {} } } }])).documents).toEqual([]);
  });

  test("in a string of JSON, as it is escaped there", () => {
    const text = inRolePolicy('{"Statement":[{"Effect":"Allow","Action":["s3:GetObject"],"Resource":"${aws_s3_bucket.b.arn}"}]}');
    const document = only(locateJson(text));
    expect(entries(document).map((entry) => [slice(text, entry.span), entry.quote, entry.locked])).toEqual([['\\"s3:GetObject\\"', '\\"', null]]);
    expect(principals(document)).toEqual(["role aws_iam_role.app = orders"]);
  });

  test.each([
    ["other escapes of quotes", inRolePolicy('{"Statement":{"Action":"s3:GetObject"}}').replaceAll('\\"', "\\u0022"), "it is written with escapes"],
    ["escapes in an action", inRolePolicy('{"Statement":{"Action":"s3:GetObject"}}').replace("s3:", "s3\\u003a"), "it is written with escapes"],
    ["jsonencode", inRolePolicy('${jsonencode({ Statement = [{ Effect = "Allow", Action = ["s3:GetObject"] }] })}'), "it is written with escapes"],
    ["an expression in a list", inDocument([{ actions: ['${"s3:GetObject"}'] }]), "it is written as an expression"],
    ["an escape in a document", inDocument([{ actions: ["s3:GetObject"] }]).replace("s3:", "s3\\u003a"), "it is written with escapes"],
    ["no list", inDocument([{ actions: "s3:GetObject" }]), "actions is not a list"],
  ])("locked: %s", (_, text, locked) => {
    expect(entries(only(locateJson(text))).map((entry) => [entry.value, entry.locked])).toEqual([["s3:GetObject", locked]]);
  });

  test("in a dynamic statement, however many it makes", () => {
    const text = inDocument([]).replace('"statement":[]', '"dynamic":{"statement":{"for_each":"${var.x}","content":{"actions":["s3:GetObject"]}}}');
    const [statement] = only(locateJson(text)).statements;
    expect([statement?.optional, statement?.actions.map((entry) => [slice(text, entry.span), entry.locked])]).toEqual([true, [['"s3:GetObject"', null]]]);
  });

  test("an action with an interpolation is not understood", () => {
    const { statements } = only(locateJson(inDocument([{ actions: ["s3:${var.verb}Object"] }])));
    expect(statements[0]?.opaque.map(({ why }) => why)).toEqual(['"s3:${var.verb}Object" is put together at deployment']);
  });

  test("comments are those that Terraform ignores", () => {
    const text = inDocument([{ "//": "month end", actions: ["s3:GetObject"] }]);
    expect(locateJson(text).comments.map((span) => slice(text, span))).toEqual(['"//":"month end"']);
  });
});

describe("a directory in both syntaxes", () => {
  test("uses are followed from one to the other", () => {
    const native = 'resource "aws_iam_role_policy" "x" {\n  role   = aws_iam_role.app.name\n  policy = data.aws_iam_policy_document.app.json\n}\n';
    const json = JSON.stringify({ resource: ROLE, data: { aws_iam_policy_document: { app: { statement: [{ actions: ["s3:GetObject"] }] } } } });
    const document = only(locateJson(json, { "uses.tf": native }));
    expect(principals(document)).toEqual(["role aws_iam_role.app = orders"]);
    expect(document.attachment.open).toEqual([]);
  });

  test("a forgotten attachment stays", () => {
    const text = JSON.stringify({
      resource: {
        ...ROLE,
        aws_iam_policy: { app: { name: "app", policy: '{"Statement":[{"Effect":"Allow","Action":"s3:GetObject"}]}' } },
        aws_iam_role_policy_attachment: { app: { role: "${aws_iam_role.app.name}", policy_arn: "${aws_iam_policy.app.arn}" } },
      },
      removed: { from: "aws_iam_role_policy_attachment.old", lifecycle: { destroy: false } },
    });
    expect(only(locateJson(text)).attachment.open).toEqual([
      "a removed block leaves aws_iam_role_policy_attachment.old in place, and the source no longer says what it attaches",
    ]);
  });
});

/** What the policies say, in an order of its own: hcl2json sorts keys. */
function meaning(located: LocatedPolicies): unknown {
  const documents = located.documents.map((document) => ({
    address: document.address,
    holder: document.holder,
    statements: sorted(
      document.statements.map(({ sid, effect, actions, notActions, opaque }) => ({
        sid,
        effect,
        actions: actions.map(({ value }) => value),
        notActions: notActions.map(({ value }) => value),
        opaque: opaque.length,
      })),
    ),
    opaque: document.opaque.length,
    principals: sorted(document.attachment.principals),
    open: sorted(document.attachment.open),
  }));
  return JSON.parse(asInNativeSyntax(JSON.stringify(sorted(documents))));
}

/** Messages show expressions as they are written: a quote in an expression is escaped in JSON syntax. */
function asInNativeSyntax(json: string): string {
  return json.replaceAll(String.raw`\\\"`, String.raw`\"`);
}

function sorted<Each>(all: readonly Each[]): readonly Each[] {
  return all.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

const directories = new Map<string, Fixture[]>();
for (const fixture of fixtures("fixtures/terraform/**/*.tf")) {
  const folder = dirname(fixture.name);
  directories.set(folder, [...(directories.get(folder) ?? []), fixture]);
}

describe("the fixtures say the same in JSON syntax", () => {
  test.each([...directories])("%s", async (_folder, files) => {
    // hcl2json hands heredocs on as they are written.
    if (files.some(({ text }) => text.includes("<<"))) return;
    const native: Record<string, string> = {};
    const json: Record<string, string> = {};
    for (const { name, text } of files) {
      const verdict = await oracle(text);
      if (!verdict.accepted || verdict.json === undefined) return;
      native[join("/project", relative(dirname(name), name))] = text;
      json[`${join("/project", relative(dirname(name), name))}.json`] = JSON.stringify(verdict.json);
    }
    for (const path of Object.keys(native)) {
      expect(meaning(bindIn(terraform, `${path}.json`, json))).toEqual(meaning(bindIn(terraform, path, native)));
    }
  });
});

describe("random modules say the same in JSON syntax", () => {
  test.each(renderings.filter(({ name }) => name === "Terraform data document" || name === "Terraform jsonencode"))("$name", async ({ adapt, render }) => {
    const property = fc.asyncProperty(someCase, async (example) => {
      const { text } = unmarked(render(adapt(example)));
      const verdict = await oracle(text);
      if (!verdict.accepted || verdict.json === undefined) throw new Error(`hcl2json does not read it:\n${text}`);
      const native = bindIn(terraform, "/project/main.tf", { "/project/main.tf": text });
      expect(meaning(locateJson(JSON.stringify(verdict.json)))).toEqual(meaning(native));
    });
    await fc.assert(property, { numRuns: 150, seed: 20_261_125 });
  });
});
