import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { slice } from "../../../src/model/text.js";
import { allEntries, clauses, locate, locateOne, locks, principals, values } from "./locate.js";

const ROLE = 'resource "aws_iam_role" "app" {\n  name = "orders"\n}\n';

function inlinePolicy(policy: string): string {
  return `${ROLE}resource "aws_iam_role_policy" "app" {\n  role   = aws_iam_role.app.name\n  policy = ${policy}\n}\n`;
}

function dataDocument(body: string): string {
  return `${ROLE}data "aws_iam_policy_document" "app" {\n${body}\n}\nresource "aws_iam_role_policy" "app" {\n  role = aws_iam_role.app.id\n  policy = data.aws_iam_policy_document.app.json\n}\n`;
}

describe("aws_iam_policy_document", () => {
  test("gives its statements, and each action of a list", () => {
    const source = dataDocument(`  statement {
    sid       = "Read"
    actions   = ["s3:GetObject", "s3:List*"]
    resources = ["*"]
  }
  statement {
    effect      = "Deny"
    not_actions = ["iam:*"]
    resources   = ["*"]
  }`);
    const document = locateOne(source);
    expect(document.address).toBe("data.aws_iam_policy_document.app");
    expect(document.holder).toBe("role");
    expect(slice(source, document.span)).toMatch(/^data "aws_iam_policy_document"[^]*\}$/u);
    expect(principals(document)).toEqual(["role aws_iam_role.app = orders"]);
    expect(clauses(document)).toEqual([]);
    const [read, deny] = document.statements;
    expect(read).toMatchObject({ sid: "Read", effect: "Allow", opaque: [] });
    expect(values(read?.actions ?? [])).toEqual(["s3:GetObject", "s3:List*"]);
    expect(deny).toMatchObject({ sid: null, effect: "Deny", actions: [] });
    expect(values(deny?.notActions ?? [])).toEqual(["iam:*"]);
    expect(document.statements.map(({ element }) => element?.index)).toEqual([0, 1]);
    expect(locks(document)).toEqual([null, null, null]);
  });

  test("finds the elements of lists in every layout", () => {
    const blank = fc.constantFrom("", " ", "\n      ", "\r\n      ", " /* why */ ", " # why\n      ", " // why\r\n      ");
    const action = fc.constantFrom("s3:GetObject", "s3:*", "lambda:Invoke*", "*", "ec2:Describe?");
    fc.assert(
      fc.property(fc.array(fc.tuple(blank, action, blank), { minLength: 1, maxLength: 6 }), blank, fc.boolean(), (items, tail, trailing) => {
        const list = items.map(([before, value, after]) => `${before}"${value}"${after}`).join(",") + (trailing ? "," : "") + tail;
        const document = locateOne(dataDocument(`  statement {\n    actions = [${list}]\n    resources = ["*"]\n  }`));
        expect(values(allEntries(document))).toEqual(items.map(([, value]) => value));
        expect(locks(document).every((lock) => lock === null)).toBe(true);
      }),
    );
  });

  test.each([
    ["principals", 'principals {\n type = "Service"\n identifiers = ["lambda.amazonaws.com"]\n }'],
    ["not_principals", 'not_principals {\n type = "AWS"\n identifiers = ["*"]\n }'],
    ["dynamic principals", 'dynamic "principals" {\n for_each = var.p\n content {\n type = "AWS"\n }\n }'],
  ])("is not ours as a whole when a statement holds %s", (_, block) => {
    const source = dataDocument(`  statement {\n actions = ["sts:AssumeRole"]\n ${block}\n }\n statement {\n actions = ["s3:*"]\n }`);
    expect(locate(source)).toMatchObject({ documents: [], opaque: [] });
  });

  test.each([
    ["a variable", "var.actions", "var.actions is not plain text"],
    ["a local", "local.actions", "local.actions is not plain text"],
    ["a function", "split(\",\", var.x)", 'split(",", var.x) is not plain text'],
  ])("explains that %s cannot be read", (_, value, why) => {
    const source = dataDocument(`  statement {\n    actions = ${value}\n    resources = ["*"]\n  }`);
    const [statement] = locateOne(source).statements;
    expect(statement?.actions).toEqual([]);
    expect(statement?.opaque).toMatchObject([{ why }]);
    expect(slice(source, statement?.opaque[0]?.span ?? { start: 0, end: 0 })).toBe(value);
  });

  test("reads literals beside an interpolated element", () => {
    const document = locateOne(dataDocument('  statement {\n actions = ["s3:Get*", "s3:${var.verb}Object", var.more]\n }'));
    expect(values(allEntries(document))).toEqual(["s3:Get*"]);
    expect(document.statements[0]?.opaque.map(({ why }) => why)).toEqual([
      '"s3:${var.verb}Object" is put together at deployment',
      "var.more is not plain text",
    ]);
  });

  test("reads lists that concat and conditions put together as lists of their own", () => {
    const document = locateOne(
      dataDocument('  statement {\n actions = concat(["s3:Get*"], var.more, var.w ? ["s3:Put*"] : [])\n }'),
    );
    expect(values(allEntries(document))).toEqual(["s3:Get*", "s3:Put*"]);
    expect(locks(document)).toEqual([null, null]);
    expect(allEntries(document).map(({ optional }) => optional)).toEqual([undefined, true]);
    expect(document.statements[0]?.opaque).toMatchObject([{ why: "var.more is not plain text" }]);
  });

  test.each([
    ["a condition that shares its place in a list", 'compact(["s3:Get*", var.w ? "s3:Put*" : ""])', [null, "a condition decides whether it applies", "a condition decides whether it applies"]],
    ["single texts in a condition", 'var.w ? ["s3:Get*"] : "s3:Put*"', [null, "a condition decides whether it applies"]],
    ["lists in a list", 'flatten([["s3:Get*"], var.more, [["s3:Put*"]]])', [null, null]],
    ["a set", 'setunion(toset(["s3:Get*"]), ["s3:Put*"])', [null, null]],
  ])("knows what may be edited in %s", (_, value, expected) => {
    expect(locks(locateOne(dataDocument(`  statement {\n actions = ${value}\n }`)))).toEqual(expected);
  });

  test.each([
    ["escapes", String.raw`["s3:\u0047etObject"]`, "it is written with escapes"],
    ["an expression", '["${"s3:GetObject"}"]', "it is written as an expression"],
    ["parentheses", '[("s3:GetObject")]', "it is written as an expression"],
    ["no list", '"s3:GetObject"', "actions is not a list"],
  ])("locks an action in %s", (_, list, lock) => {
    const document = locateOne(dataDocument(`  statement {\n actions = ${list}\n }`));
    expect(values(allEntries(document))).toEqual(["s3:GetObject"]);
    expect(locks(document)).toEqual([lock]);
  });

  test("a dynamic statement may lose actions, and may be missing", () => {
    const document = locateOne(
      dataDocument(`  statement {\n actions = ["s3:Get*"]\n }
  dynamic "statement" {
    for_each = var.buckets
    content {
      actions   = ["s3:PutObject"]
      resources = [statement.value]
    }
  }`),
    );
    expect(document.opaque).toEqual([]);
    expect(values(allEntries(document))).toEqual(["s3:Get*", "s3:PutObject"]);
    expect(locks(document)).toEqual([null, null]);
    expect(document.statements.map(({ element, optional }) => [element?.index, optional])).toEqual([[0, undefined], [1, true]]);
  });

  test("keeps a statement with a Sid that hides one of a source document", () => {
    const document = locateOne(
      dataDocument('  source_policy_documents = [var.base]\n  statement {\n sid = "A"\n actions = ["s3:Get*"]\n }\n  statement {\n actions = ["s3:Put*"]\n }'),
    );
    expect(document.opaque).toMatchObject([{ why: "source_policy_documents adds statements" }]);
    expect(document.statements.map(({ element }) => element?.index ?? null)).toEqual([null, 1]);
    expect(locks(document)).toEqual([null, null]);
  });

  test("what others may override may lose actions: if they do, it grants nothing", () => {
    const document = locateOne(dataDocument('  override_policy_documents = [var.base]\n  statement {\n actions = ["s3:Get*"]\n }'));
    expect(locks(document)).toEqual([null]);
    expect(document.opaque).toMatchObject([{ why: "override_policy_documents adds statements" }]);
  });

  test("does not guess an effect", () => {
    const document = locateOne(dataDocument('  statement {\n effect = var.effect\n actions = ["s3:Get*"]\n }'));
    expect(document.statements[0]?.effect).toBe("unknown");
  });
});

describe("jsonencode", () => {
  test("reads keys as names and as strings, lists and single values", () => {
    const source = inlinePolicy(`jsonencode({
    Version   = "2012-10-17"
    Statement = [
      { Sid = "One", Effect = "Allow", Action = ["s3:GetObject", "s3:PutObject"], Resource = "*" },
      { "Effect" : "Allow", "Action" : "sqs:*", "Resource" : aws_sqs_queue.q.arn },
      { Effect = "Deny", NotAction = ["iam:*"], Resource = "*" },
    ]
  })`);
    const document = locateOne(source);
    expect(document.address).toBe("aws_iam_role_policy.app");
    expect(slice(source, document.span)).toMatch(/^\{\n {4}Version[^]*\}$/u);
    expect(document.statements.map(({ sid, effect }) => [sid, effect])).toEqual([["One", "Allow"], [null, "Allow"], [null, "Deny"]]);
    expect(values(allEntries(document))).toEqual(["s3:GetObject", "s3:PutObject", "sqs:*", "iam:*"]);
    expect(document.statements[1]?.actions[0]?.home).toEqual({ kind: "single", style: "bracketed" });
    expect(document.statements.map(({ element }) => element?.index)).toEqual([0, 1, 2]);
    expect(locks(document)).toEqual([null, null, null, null]);
  });

  test("reads a single statement, which cannot be taken out", () => {
    const document = locateOne(inlinePolicy('jsonencode({ Statement = { Effect = "Allow", Action = "s3:*", Resource = "*" } })'));
    expect(document.statements).toMatchObject([{ element: null, actions: [{ value: "s3:*", locked: null }] }]);
  });

  test("lists what it cannot read", () => {
    const document = locateOne(
      inlinePolicy(`jsonencode({
      Statement = concat([
        { Effect = "Allow", Action = local.actions, Resource = "*" },
        { Effect = "Allow", Action = "s3:*", (var.key) = "*" },
      ], local.more, [for b in var.buckets : { Effect = "Allow", Action = "sqs:SendMessage", Resource = b }])
    })`),
    );
    expect(document.opaque).toMatchObject([{ why: "local.more is not plain text" }]);
    expect(document.statements.map(({ opaque }) => opaque.map(({ why }) => why))).toEqual([
      ["local.actions is not plain text"],
      ["its key is computed"],
      [],
    ]);
    expect(locks(document)).toEqual([null, null]);
    expect(document.statements.map(({ element, optional }) => [element?.index, optional])).toEqual([[0, undefined], [1, undefined], [undefined, true]]);
  });

  test("is not ours when a statement names principals", () => {
    const source = inlinePolicy('jsonencode({ Statement = [{ Effect = "Allow", Principal = "*", Action = "s3:*" }] })');
    expect(locate(source).documents).toEqual([]);
  });

  test("reads both branches of a condition", () => {
    const { documents } = locate(
      inlinePolicy('var.x ? jsonencode({ Statement = [{ Effect = "Allow", Action = "s3:*" }] }) : jsonencode({ Statement = [] })'),
    );
    expect(documents.map(({ statements }) => statements.length)).toEqual([1, 0]);
  });

  test("says when the document itself stands elsewhere", () => {
    const document = locateOne(inlinePolicy("jsonencode(local.policy)"));
    expect(document.statements).toEqual([]);
    expect(document.opaque).toMatchObject([{ why: "local.policy is not plain text" }]);
  });
});

describe("JSON in a string", () => {
  const json = `{
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Action": ["s3:GetObject", "s3:\${var.verb}Object", "s3:List*"],
          "Resource": "\${aws_s3_bucket.b.arn}/*"
        },
        { "Effect": "Allow", "Action": "sqs:*", "Resource": \${jsonencode(var.queues)} }
      ]
    }`;

  test.each([
    ["<<EOF", "\n"],
    ["<<-EOF", "\n"],
    ["<<-EOF", "\r\n"],
    ["<<EOF", "\r\n"],
  ])("reads a heredoc %s with %j, interpolations and all", (marker, lineBreak) => {
    const source = inlinePolicy(`${marker}\n    ${json}\n${marker.includes("-") ? "    " : ""}EOF`).replaceAll("\n", lineBreak);
    const document = locateOne(source);
    expect(values(allEntries(document))).toEqual(["s3:GetObject", "s3:List*", "sqs:*"]);
    expect(locks(document)).toEqual([null, null, null]);
    expect(document.statements[0]?.opaque).toMatchObject([{ why: '"s3:${var.verb}Object" is put together at deployment' }]);
    expect(document.statements.map(({ opaque }) => opaque.length)).toEqual([1, 0]);
    expect(slice(source, document.span)).toMatch(/^\{[^]*\}$/u);
  });

  test("reads a quoted string, where quotes are escaped", () => {
    const source = inlinePolicy(String.raw`"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":[\"s3:GetObject\",\"s3:\\u0050ut*\"],\"Resource\":\"DOLLAR{x}\"}]}"`.replace("DOLLAR", "$$$$"));
    const document = locateOne(source);
    const [first, second] = allEntries(document);
    expect(first).toMatchObject({ value: "s3:GetObject", quote: '\\"', locked: null });
    expect(slice(source, first?.span ?? { start: 0, end: 0 })).toBe(String.raw`\"s3:GetObject\"`);
    expect(second).toMatchObject({ value: "s3:Put*", locked: "it is written with escapes" });
  });

  test("says where JSON cannot be read", () => {
    const source = inlinePolicy('<<EOF\n{ "Statement": [ %{ if var.x } { } %{ endif } oops ] }\nEOF');
    const document = locateOne(source);
    expect(document.statements).toEqual([]);
    expect(document.opaque).toMatchObject([{ why: 'JSON: expected "," or "]", found "o"' }]);
    expect(source.slice(document.opaque[0]?.span.start)).toMatch(/^oops/u);
  });

  test("keeps a policy with a byte-for-byte place behind astral characters", () => {
    const document = locateOne(inlinePolicy('<<EOF\n{ "Id": "𝒳💡", "Statement": { "Effect": "Allow", "Action": "s3:*" } }\nEOF'));
    expect(locks(document)).toEqual([null]);
  });
});

describe("inline_policy blocks", () => {
  const block = (name: string, action: string): string =>
    `  inline_policy {\n    name   = "${name}"\n    policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "${action}", Resource = "*" }] })\n  }\n`;

  test("are addressed by number, and can be taken out while others stay", () => {
    const source = `resource "aws_iam_role" "app" {\n  name = "orders"\n${block("a", "s3:*")}${block("b", "sqs:*")}}\n`;
    const { documents } = locate(source);
    expect(documents.map(({ address }) => address)).toEqual(["aws_iam_role.app.inline_policy[0]", "aws_iam_role.app.inline_policy[1]"]);
    for (const document of documents) {
      expect(principals(document)).toEqual(["role aws_iam_role.app = orders"]);
      expect(clauses(document)).toEqual([]);
      expect(document.holder).toBe("role");
      const { list, index } = document.element ?? {};
      const span = list?.items[index ?? -1];
      expect(slice(source, span ?? { start: 0, end: 0 })).toMatch(/^inline_policy \{[^]*\}$/u);
    }
  });

  test("cannot be taken out when there is one only", () => {
    expect(locateOne(`resource "aws_iam_role" "app" {\n  name = "orders"\n${block("a", "s3:*")}}\n`).element).toBeNull();
  });

  test("take a document from elsewhere", () => {
    const document = locateOne(`data "aws_iam_policy_document" "d" {\n statement {\n actions = ["s3:*"]\n }\n}
resource "aws_iam_role" "app" {\n name = "orders"\n inline_policy {\n name = "x"\n policy = data.aws_iam_policy_document.d.json\n }\n}`);
    expect(principals(document)).toEqual(["role aws_iam_role.app = orders"]);
    expect(clauses(document)).toEqual([]);
  });
});

describe("policies that are not written here", () => {
  test.each(['file("policy.json")', 'templatefile("p.tpl", {})', "var.policy", "module.p.json", "local.policy"])("%s is listed", (policy) => {
    const { documents, opaque } = locate(inlinePolicy(policy));
    expect(documents).toEqual([]);
    expect(opaque).toMatchObject([{ why: `the policy of aws_iam_role_policy.app is not written there (${policy})` }]);
  });

  test("a local that holds a policy is no riddle", () => {
    const local = 'locals {\n policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "s3:*" }] })\n}\n';
    expect(locate(inlinePolicy("local.policy"), { "locals.tf": local })).toMatchObject({ documents: [], opaque: [] });
    const document = locateOne(local, { "role.tf": inlinePolicy("local.policy") });
    expect(document.address).toBe("local.policy");
    expect(principals(document)).toEqual(["role aws_iam_role.app = orders"]);
    expect(clauses(document)).toEqual([]);
  });
});

test("comments are listed once", () => {
  const source = dataDocument('  # above\n  statement {\n    actions = [\n      "s3:*", // beside\n      /* in */\n    ]\n  }');
  expect(locate(source).comments.map((span) => slice(source, span))).toEqual(["# above", "// beside", "/* in */"]);
});
