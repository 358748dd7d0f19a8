import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { terraform } from "../../../src/dialects/terraform.js";
import { matchesName, type PrincipalReference } from "../../../src/model/principal.js";
import { projectIn } from "../project.js";
import { clauses, locateOne, principals } from "./locate.js";

function attachedTo(role: string, more = ""): string {
  return `${more}resource "aws_iam_role" "app" {\n${role}\n}\nresource "aws_iam_role_policy" "app" {\n role = aws_iam_role.app.name\n policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "s3:*" }] })\n}\n`;
}

function referenceOf(source: string, others: Readonly<Record<string, string>> = {}): PrincipalReference {
  const [reference] = locateOne(source, others).attachment.principals;
  if (reference === undefined) throw new Error("no principal");
  return reference;
}

describe("the name of a role", () => {
  test.each([
    ['name = "orders"', "= orders"],
    ['name = "${"orders"}"', "= orders"],
    ['name = "${var.env}-orders"', "~ <var.env>-orders"],
    ['name = format("%s-orders-%s", var.env, "api")', "~ <var.env>-orders-api"],
    ['name = format("%03d-orders-%%", 7)', "~ <%03d>-orders-%"],
    ['name = join("-", ["orders", var.env, "api"])', "~ orders-<var.env>-api"],
    ['name = lower("Orders-${var.env}")', "~ orders-<var.env>"],
    ['name = "${lower(var.env)}-orders"', "~ <var.env>-orders"],
    ['name = upper("orders-x")', "= ORDERS-X"],
    ['name = replace("orders_${var.env}_x", "_", "-")', "~ orders-<var.env>-x"],
    ['name = replace("orders_${var.env}", "rs_", "-")', null],
    ['name = replace("orders", "/o./", "-")', null],
    ['name = substr("orders-service-${var.env}", 0, 6)', "= orders"],
    ['name = substr("orders-${var.env}-api", 0, 20)', "~ orders-<var.env…>"],
    ['name = trimsuffix("orders-", "-")', "= orders"],
    ['name = join("-", compact(["orders", "", "api"]))', "= orders-api"],
    ['name = join("-", compact(["orders", var.env]))', null],
    ['name = join("-", local.words)', "~ orders-<var.env>"],
    ['name = coalesce("", null, "orders")', "= orders"],
    ['name = coalesce(var.x, "orders")', null],
    ['name = try(local.words[0], "x")', "= orders"],
    ['name = lookup(local.map, "a")', "= orders"],
    ['name = local.map["a"]', "= orders"],
    ['name = local.map[local.key]', "= orders"],
    ['name = local.merged.b', "= billing"],
    ['name = true ? "orders" : "x"', "= orders"],
    ['name = local.key == "a" && !false ? "orders" : "x"', "= orders"],
    ['name = var.x ? "orders" : "billing"', "~ <var.x ? \"orders\" : \"billing\">"],
    ['name = "${var.x ? "a" : "bc"}-svc"', "~ <var.x ? \"a\" : \"bc\">-svc"],
    ['name = null\n name_prefix = "orders-"', "~ orders-<suffix>"],
    ['name = "a${var.env}b"', null],
    ["name = var.name", null],
    ['name_prefix = "orders-"', "~ orders-<suffix>"],
    ['name_prefix = "${var.env}-orders-"', "~ <var.env>-orders-<suffix>"],
    ['name = "orders"\n name_prefix = "x"', null],
    ["name = local.name", "~ orders-<var.env>"],
    ['name = "${local.name}-api"', "~ orders-<var.env>-api"],
    ["name = local.missing", null],
    ["name = local.loop", null],
  ])("%s", (attributes, expected) => {
    const locals = 'locals {\n name = "orders-${var.env}"\n loop = local.pool\n pool = local.loop\n words = ["orders", var.env]\n key = "a"\n map = { a = "orders" }\n merged = merge(local.map, { b = "billing" })\n}\n';
    const document = locateOne(attachedTo(attributes, locals));
    if (expected === null) {
      expect(principals(document)).toEqual([]);
      expect(clauses(document)).toEqual([expect.stringMatching(/^it is attached to aws_iam_role\.app, whose name /u)]);
    } else {
      expect(principals(document)).toEqual([`role aws_iam_role.app ${expected}`]);
      expect(clauses(document)).toEqual([]);
    }
  });

  test("is made up by Terraform where there is none, for so many roles that a person must look", () => {
    const document = locateOne(attachedTo(""));
    expect(principals(document)).toEqual(["role aws_iam_role.app ~ terraform-<suffix>"]);
    expect(clauses(document)).toEqual(["it is attached to aws_iam_role.app, whose name Terraform makes up"]);
    expect(matchesName(referenceOf(attachedTo("")).name, "terraform-20260901000000123400000001")).toBe(true);
  });

  test("that a condition chooses is one of two", () => {
    const { name } = referenceOf(attachedTo('name = "${var.x ? "a.b" : "c"}-svc"'));
    expect(["a.b-svc", "c-svc", "axb-svc", "d-svc", "-svc"].map((text) => matchesName(name, text))).toEqual([true, true, false, false, false]);
  });

  test("may come from a local in another file", () => {
    expect(referenceOf(attachedTo("name = local.name"), { "locals.tf": 'locals {\n name = "orders"\n}' }).name).toEqual({
      kind: "literal",
      name: "orders",
    });
  });

  test("a pattern fits every name that its parts make, and counts what it knows", () => {
    const piece = fc.stringMatching(/^[A-Za-z0-9+=,.@_-]{0,12}$/u);
    fc.assert(
      fc.property(piece, piece, piece, piece, (head, tail, value, other) => {
        fc.pre((head + tail).length >= 4);
        const { name } = referenceOf(attachedTo(`name = "${head}\${var.x}${tail}"`));
        expect(name).toMatchObject({ kind: "pattern", fixed: head.length + tail.length, id: head + tail });
        expect(matchesName(name, head + value + tail)).toBe(true);
        expect(matchesName(name, other)).toBe(other.length >= head.length + tail.length && other.startsWith(head) && other.endsWith(tail));
      }),
    );
  });

  test("a prefix is followed by what Terraform generates", () => {
    const { name } = referenceOf(attachedTo('name_prefix = "orders-"'));
    expect(matchesName(name, "orders-20260901000000123400000001")).toBe(true);
    expect(matchesName(name, "orders-2026090100000012340000000a")).toBe(true);
    expect(matchesName(name, "orders-api")).toBe(false);
    expect(matchesName(name, "orders-api-20260901000000123400000001")).toBe(false);
  });
});

describe("instances of a role", () => {
  test.each([
    ["a list of keys", 'for_each = toset(["a", "b"])\n name = "orders-${each.key}"', ["= orders-a", "= orders-b"]],
    ["an object", 'for_each = { a = "one", b = "two" }\n name = "orders-${each.value}"', ["= orders-one", "= orders-two"]],
    ["a local", 'for_each = local.kinds\n name = "orders-${each.key}"', ["= orders-x"]],
    ["a count", 'count = 2\n name = "orders-${count.index}"', ["= orders-0", "= orders-1"]],
    ["at most one", 'count = var.on ? 1 : 0\n name = "orders-${count.index}"', ["= orders-0"]],
    ["one name for all", 'count = var.on\n name = "orders"', ["= orders"]],
    ["a pattern for each", 'for_each = toset(["a", "b"])\n name = "${var.env}-orders-${each.key}"', ["~ <var.env>-orders-a", "~ <var.env>-orders-b"]],
  ])("%s", (_, attributes, expected) => {
    const document = locateOne(attachedTo(attributes, 'locals {\n kinds = { x = "y" }\n}\n'));
    expect(principals(document)).toEqual(expected.map((name) => `role aws_iam_role.app ${name}`));
    expect(clauses(document)).toEqual([]);
  });

  test.each(["for_each = var.kinds", "for_each = { for k in var.kinds : k => k }", "for_each = toset(concat(var.a, [\"x\"]))"])(
    "are unknown with %s",
    (forEach) => {
      const document = locateOne(attachedTo(`${forEach}\n name = "orders-\${each.key}"`));
      expect(principals(document)).toEqual(["role aws_iam_role.app ~ orders-<each.key>"]);
      expect(clauses(document)).toEqual([
        "it is attached to every instance of aws_iam_role.app, and the source does not list them",
      ]);
    },
  );
});

describe("a name that is made at deployment", () => {
  const pattern = 'name = "${var.env}-orders"';
  const clause = "the name of aws_iam_role.app is made at deployment and could also be that of aws_iam_role.other";

  test.each([
    ['name = "dev-orders"', true],
    ['name = "dev-orders-api"', false],
    ['name = "${var.tier}-orders"', true],
    ['name = "api-${var.tier}"', true],
    ['name = "${var.tier}-orders-api"', false],
    ["name = var.name", true],
  ])("may be that of another role of the directory: %s", (other, may) => {
    const document = locateOne(attachedTo(pattern), { "other.tf": `resource "aws_iam_role" "other" {\n ${other}\n}` });
    expect(clauses(document)).toEqual(may ? [clause] : []);
  });

  test("cannot be that of a user", () => {
    const document = locateOne(attachedTo(pattern), { "other.tf": 'resource "aws_iam_user" "other" {\n name = "dev-orders"\n}' });
    expect(clauses(document)).toEqual([]);
  });

  /** Does the directory `other` declare somebody who may have the name of this role? */
  function isRivalled(role: string, other: string): boolean {
    const { files } = projectIn(terraform, "/project/own/main.tf", { "/project/own/main.tf": attachedTo(role), "/project/other/main.tf": other });
    const reference: PrincipalReference = { ...referenceOf(attachedTo(role)), declared: { in: "/project/own", address: "aws_iam_role.app" } };
    return terraform.places?.(reference, files).some(({ shown }) => /\bother\b/u.test(shown)) === true;
  }

  test.each([
    ['resource "aws_iam_role" "x" {\n name = "${var.e}-orders"\n}', true],
    ['resource "aws_iam_role" "x" {\n name = join("-", [var.e, "orders"])\n}', true],
    ['resource "aws_iam_role" "x" {\n name = "${var.e}-payments"\n}', false],
    ['resource "aws_iam_user" "x" {\n name = "${var.e}-orders"\n}', false],
    ['resource "aws_iam_role" "x" {\n name = var.name\n description = "orders"\n}', true],
    ['resource "aws_iam_role" "x" {\n name = var.name\n description = "payments"\n}', false],
    ['resource "aws_iam_role" "x" {\n count = 0\n name = "${var.e}-orders"\n}', false],
    ['resource "aws_iam_role" "x" {\n name = "payments"\n description = "orders"\n}', false],
    ['resource "aws_iam_role" "x" {\n name = "orders\n}', true],
  ])("may come from another directory that uses the same words: %s", (other, may) => {
    expect(isRivalled(pattern, other)).toBe(may);
  });

  test("may come from another directory whose word only begins or ends alike", () => {
    const rivalled = (name: string): boolean => isRivalled('name = "orders${var.suffix}"', `resource "aws_iam_role" "x" {\n name = "${name}"\n}`);
    expect(["orders", "orders2-admin", "ordersApi"].map(rivalled)).toEqual([true, true, true]);
    expect(["order", "my-orders", "reorders"].map(rivalled)).toEqual([false, false, false]);
  });

  test.each([
    ['resource "aws_iam_role" "x" {\n name = "orders"\n}', true],
    ['locals {\n n = "orders"\n}\nresource "aws_iam_role" "x" {\n name = local.n\n}', true],
    ['data "aws_iam_role" "x" {\n name = "orders"\n}', false],
    ['resource "aws_iam_role" "orders" {\n name = var.name\n}', false],
    ['resource "aws_iam_user" "x" {\n name = "orders"\n}', false],
  ])("is a literal name of another directory only when a resource there declares it: %s", (other, declares) => {
    expect(isRivalled('name = "orders"', other)).toBe(declares);
  });

  test("has a twin in the directory, for another account", () => {
    const { attachment } = locateOne(attachedTo('name = "orders"'), { "other.tf": 'resource "aws_iam_role" "other" {\n provider = aws.prod\n name = "orders"\n}' });
    expect(clauses({ attachment })).toEqual(["aws_iam_role.other has the same name as aws_iam_role.app"]);
  });
});

describe("instances that the name does not tell apart", () => {
  const several = "it is attached to several instances of aws_iam_role.app, and the source does not tell their names apart";
  const unlisted = "it is attached to every instance of aws_iam_role.app, and the source does not list them";

  test.each([
    ["a prefix", 'for_each = toset(["a", "b"])\n name_prefix = "orders-"', several],
    ["a prefix, unlisted", 'count = var.n\n name_prefix = "orders-"', unlisted],
    ["a number in a format", 'count = 2\n name = format("orders-%02d", count.index)', several],
    ["a list elsewhere", 'count = 2\n name = "orders-${var.names[count.index]}"', several],
    ["far behind in a long expression", `for_each = var.roles\n name = "orders-\${replace(lower(var.${"x".repeat(60)}), "_", each.key)}"`, unlisted],
  ])("%s", (_, attributes, clause) => {
    expect(clauses(locateOne(attachedTo(attributes)))).toEqual([clause]);
  });

  test("are named after values that are only known at deployment", () => {
    const source = attachedTo('for_each = { a = var.a, b = var.b }\n name = "orders-${each.value.suffix}"');
    expect(clauses(locateOne(source))).toEqual(["the name of aws_iam_role.app is made at deployment and could also be that of another instance"]);
  });

  test.each([
    ["a prefix for each key", 'for_each = toset(["a", "b"])\n name_prefix = "orders-${each.key}-of-"'],
    ["a prefix of one", 'count = var.x ? 1 : 0\n name_prefix = "orders-"'],
    ["one name, however many", 'count = var.n\n name = "${var.env}-orders"'],
  ])("but these are told apart: %s", (_, attributes) => {
    expect(clauses(locateOne(attachedTo(attributes)))).toEqual([]);
  });

  test("a member that is written there is the name", () => {
    const source = attachedTo('for_each = { a = { name = "one" }, b = { name = "two" } }\n name = "orders-${each.value.name}"');
    expect(principals(locateOne(source))).toEqual(["role aws_iam_role.app = orders-one", "role aws_iam_role.app = orders-two"]);
  });
});

describe("which files are Terraform's", () => {
  test.each([
    ["/a/main.tf", true],
    ["/a/main.tofu", true],
    ["/a/main.tf.json", true],
    ["/a/.#main.tf", false],
    ["/a/main.tfvars", true],
    ["/a/prod.tfvars.json", true],
    ["/a/main.hcl", false],
    ["/a/main.json", false],
  ])("%s", (path, expected) => {
    expect(terraform.claims(path)).toBe(expected);
  });

  test("a file without IAM text is not read", () => {
    const mentions = (path: string, text: string): boolean => terraform.mentions({ path, text, tree: null, principals: [] });
    expect(mentions("/a/main.tf", 'resource "aws_s3_bucket" "b" {}')).toBe(false);
    expect(mentions("/a/main.tf", 'resource "aws_iam_role" "b" {}')).toBe(true);
    expect(mentions("/a/main.tfvars", 'actions = ["s3:*"]')).toBe(false);
    expect(mentions("/a/main.tf.json", '{"resource": {"aws_iam_role": {}}}')).toBe(true);
    expect(mentions("/a/main.tf.json", '{"resource": {"aws_s3_bucket": {}}}')).toBe(false);
  });
});
