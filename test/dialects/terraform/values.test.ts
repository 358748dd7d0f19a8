import { describe, expect, test } from "vitest";
import type { PolicyDocument } from "../../../src/model/policy.js";
import { allEntries, clauses, locate, locks, principals, values } from "./locate.js";

const ROLES = 'resource "aws_iam_role" "a" {\n  name = "alpha"\n}\nresource "aws_iam_role" "b" {\n  name = "beta"\n}\n';
const ALPHA = "role aws_iam_role.a = alpha";
const BETA = "role aws_iam_role.b = beta";

function rolePolicy(role: "a" | "b", policy: string): string {
  return `resource "aws_iam_role_policy" "${role}" {\n role = aws_iam_role.${role}.name\n policy = ${policy}\n}\n`;
}

function encoded(actions: string, effect = '"Allow"', key = "Action"): string {
  return `jsonencode({ Version = "2012-10-17", Statement = [{ Effect = ${effect}, ${key} = ${actions}, Resource = "*" }] })`;
}

/** A policy document of Terraform's, attached to alpha. */
function data(statement: string, name = "d", role: "a" | "b" = "a"): string {
  return `data "aws_iam_policy_document" "${name}" {\n statement {\n ${statement}\n }\n}\n${rolePolicy(role, `data.aws_iam_policy_document.${name}.json`)}`;
}

function documentAt(address: string, main: string, others: Readonly<Record<string, string>> = {}): PolicyDocument | undefined {
  return locate(main, others).documents.find((document) => document.address === address);
}

const READ = 'locals {\n read = ["s3:GetObject", "s3:PutObject"]\n}\n';

describe("a list of actions in a local", () => {
  test.each([
    ["in a policy document", READ + data("actions = local.read")],
    ["in jsonencode", READ + rolePolicy("a", encoded("local.read"))],
    ["joined with others", READ + rolePolicy("a", encoded('concat(local.read, ["sqs:*"])'))],
    ["in a condition", READ + data("actions = var.x ? local.read : []")],
    ["in the old style", READ + data('actions = ["${local.read}"]').replace("[", "").replace(/\]\n \}/u, "\n }")],
    ["by way of another local", `${READ}locals {\n all = concat(local.read, ["sqs:*"])\n}\n${data("actions = local.all")}`],
    ["by way of an object", `${READ}locals {\n all = { x = local.read, y = ["sqs:*"] }\n}\n${data('actions = local.all["x"]')}`],
    ["by way of all members of an object", `${READ}locals {\n all = { x = local.read }\n}\n${data("actions = flatten(values(local.all))")}`],
    ["by way of a list of lists", `${READ}locals {\n all = [local.read, ["sqs:*"]]\n}\n${data("actions = flatten(local.all)")}`],
    ["by way of merge", `${READ}locals {\n all = merge({ x = local.read }, var.more)\n}\n${data("actions = local.all.x")}`],
    ["in a statement that is a local", `${READ}locals {\n s = { Effect = "Allow", Action = local.read, Resource = "*" }\n}\n${rolePolicy("a", "jsonencode({ Statement = [local.s] })")}`],
    ["in a policy that is a local", `${READ}locals {\n p = { Statement = [{ Effect = "Allow", Action = local.read, Resource = "*" }] }\n}\n${rolePolicy("a", "jsonencode(local.p)")}`],
    ["in a policy that is text in a local", `${READ}locals {\n p = ${encoded("local.read")}\n}\n${rolePolicy("a", "local.p")}`],
    ["repeated by a loop", READ + rolePolicy("a", 'jsonencode({ Statement = [for b in var.b : { Effect = "Allow", Action = local.read, Resource = b }] })')],
    ["repeated by a dynamic statement", `${READ}data "aws_iam_policy_document" "d" {\n dynamic "statement" {\n for_each = var.b\n content {\n actions = local.read\n }\n }\n}\n${rolePolicy("a", "data.aws_iam_policy_document.d.json")}`],
    ["filtered by a loop", READ + data('actions = [for a in local.read : a if var.x]')],
    ["of a statement that is merged with what has no effect", READ + rolePolicy("a", 'jsonencode({ Statement = [merge({ Effect = "Allow", Action = local.read }, { Resource = "*" })] })')],
  ])("may be edited where it stands: %s", (_, source) => {
    const document = documentAt("local.read", ROLES + source);
    expect(document).toBeDefined();
    if (document === undefined) return;
    expect(values(allEntries(document))).toEqual(["s3:GetObject", "s3:PutObject"]);
    expect(locks(document)).toEqual([null, null]);
    expect(principals(document)).toEqual([ALPHA]);
    expect(clauses(document)).toEqual([]);
    expect(document.holder).toBe("role");
    expect(document.partial).toBe(true);
  });

  test.each([
    ["a Deny", rolePolicy("b", encoded("local.read", '"Deny"')), 'aws_iam_role_policy.b uses it in a statement that is no "Allow"'],
    ["a Deny of a policy document", data('effect = "Deny"\n actions = local.read', "e", "b"), 'data.aws_iam_policy_document.e uses it in a statement that is no "Allow"'],
    ["an unknown effect", rolePolicy("b", encoded("local.read", "var.effect")), 'aws_iam_role_policy.b uses it in a statement that is no "Allow"'],
    ["a NotAction", rolePolicy("b", encoded("local.read", '"Allow"', "NotAction")), "it is also used as NotAction in aws_iam_role_policy.b"],
    ["not_actions", data("not_actions = local.read", "e", "b"), "it is also used as statement.not_actions of data.aws_iam_policy_document.e"],
    ["a resource policy", `resource "aws_sqs_queue" "q" {\n policy = ${encoded("local.read")}\n}`, "it is also used as policy of aws_sqs_queue.q"],
    ["a bucket policy, as a document", `data "aws_iam_policy_document" "q" {\n statement {\n actions = local.read\n principals {\n type = "AWS"\n identifiers = ["*"]\n }\n }\n}\nresource "aws_s3_bucket_policy" "q" {\n policy = data.aws_iam_policy_document.q.json\n}`, "it is also used as policy of aws_s3_bucket_policy.q"],
    ["a permissions boundary", `resource "aws_iam_policy" "p" {\n policy = ${encoded("local.read")}\n}\nresource "aws_iam_role" "c" {\n name = "gamma"\n permissions_boundary = aws_iam_policy.p.arn\n}`, "it is also used as permissions_boundary of aws_iam_role.c"],
    ["an output", 'output "o" {\n value = local.read\n}', 'it is also used as value of output "o"'],
    ["a module", 'module "m" {\n source = "./m"\n actions = local.read\n}', 'it is also used as actions of module "m"'],
    ["a loop", rolePolicy("b", encoded('[for a in local.read : upper(a)]')), 'a "for" expression in aws_iam_role_policy.b makes something else of it'],
    ["a loop in a local", 'locals {\n up = [for a in local.read : "${a}*"]\n}', 'a "for" expression in local.up makes something else of it'],
    ["a string", rolePolicy("b", '<<EOF\n{ "Statement": [{ "Effect": "Allow", "Action": ${jsonencode(local.read)} }] }\nEOF'), "jsonencode(…) in aws_iam_role_policy.b makes something else of it"],
    ["a function", rolePolicy("b", encoded("setsubtract(local.read, var.x)")), "setsubtract(…) in aws_iam_role_policy.b makes something else of it"],
    ["the first of its elements", rolePolicy("b", encoded("[local.read[0]]")), "aws_iam_role_policy.b uses an element of it by its number"],
    ["a slice", rolePolicy("b", encoded("slice(local.read, 0, 1)")), "slice(…) in aws_iam_role_policy.b makes something else of it"],
    ["a condition", data('actions = contains(local.read, "s3:*") ? ["s3:*"] : []', "e", "b"), "contains(…) in data.aws_iam_policy_document.e makes something else of it"],
    ["a count", `resource "null_resource" "n" {\n count = length(local.read)\n}`, "length(…) in null_resource.n makes something else of it"],
    ["a statement that others are merged into", rolePolicy("b", 'jsonencode({ Statement = [merge({ Effect = "Allow", Action = local.read }, var.more)] })'), 'aws_iam_role_policy.b uses it in a statement that is no "Allow"'],
    ["a statement that is merged with an effect", rolePolicy("b", 'jsonencode({ Statement = [merge({ Effect = "Allow", Action = local.read }, { Effect = "Deny" })] })'), 'aws_iam_role_policy.b uses it in a statement that is no "Allow"'],
    ["a role that is not known", rolePolicy("b", encoded("local.read")).replace("aws_iam_role.b.name", "var.r"), 'it is also attached to a role that the source does not name ("var.r")'],
    ["a second declaration", 'locals {\n read = ["sqs:*"]\n}', "local.read is declared more than once"],
  ])("is not edited when it is also used in %s", (_, use, why) => {
    const attached = READ + ROLES + data("actions = local.read");
    for (const [main, others] of [[`${attached}${use}`, {}], [attached, { "other.tf": use }]] as const) {
      const document = documentAt("local.read", main, others);
      expect(document === undefined ? [] : locks(document)).toEqual([why, why]);
    }
  });

  test("of an object is told from its neighbours", () => {
    const main = `locals {\n actions = { read = ["s3:Get*"], "write" = ["s3:Put*"], nested = { all = ["s3:*"] } }\n}\n`;
    const uses = ROLES + rolePolicy("a", encoded("local.actions.read")) + rolePolicy("b", encoded('local.actions["write"]'));
    const found = (more: string): unknown => locate(main, { "uses.tf": uses + more }).documents.map((document) => [document.address, principals(document), locks(document)[0]]);
    expect(found("")).toEqual([["local.actions.read", [ALPHA], null], ["local.actions.write", [BETA], null]]);
    expect(found('resource "aws_iam_user" "u" {\n name = "ci"\n}\nresource "aws_iam_user_policy" "u" {\n user = aws_iam_user.u.name\n policy = ' + encoded("local.actions[var.kind]") + "\n}\n")).toEqual([
      ["local.actions.read", ["user aws_iam_user.u = ci", ALPHA], null],
      ["local.actions.write", ["user aws_iam_user.u = ci", BETA], null],
      ["local.actions.nested.all", ["user aws_iam_user.u = ci"], null],
    ]);
    expect(found('output "o" {\n value = local.actions\n}\n')).toEqual([
      ["local.actions.read", [ALPHA], 'it is also used as value of output "o"'],
      ["local.actions.write", [BETA], 'it is also used as value of output "o"'],
    ]);
  });

  test("belongs to whoever uses it, in whichever policy", () => {
    const document = documentAt("local.read", READ, { "uses.tf": ROLES + data("actions = local.read") + rolePolicy("b", encoded("local.read")) });
    expect(document === undefined ? [] : [...principals(document)].sort()).toEqual([ALPHA, BETA]);
  });

  test("that no policy uses is no policy", () => {
    expect(locate(`${READ}output "o" {\n value = local.read\n}\n`).documents).toEqual([]);
    expect(locate('locals {\n ports = ["tcp:80"]\n}\n').documents).toEqual([]);
  });

  test("is not listed as not understood where it is used", () => {
    const { documents } = locate(READ + ROLES + data('actions = concat(local.read, local.gone, ["sqs:*"])'));
    expect(documents.flatMap(({ statements }) => statements.flatMap(({ opaque }) => opaque.map(({ why, from }) => [why, from])))).toEqual([
      ["local.read is not plain text", "value of local.read"],
      ["local.gone is not plain text", undefined],
    ]);
  });
});

describe("statements and policies in locals", () => {
  const STATEMENT = '{ Effect = "Allow", Action = ["s3:Get*", "s3:Put*"], Resource = "*" }';

  test.each([
    ["a statement", "local.x", `x = ${STATEMENT}`, "jsonencode({ Statement = [local.x] })"],
    ["statements", "local.x", `x = [${STATEMENT}]`, "jsonencode({ Statement = concat(local.x, var.more) })"],
    ["statements that are chosen", "local.x", `x = var.w ? [${STATEMENT}] : []`, "jsonencode({ Statement = flatten([local.x, []]) })"],
    ["a policy", "local.x", `x = { Version = "2012-10-17", Statement = [${STATEMENT}] }`, "jsonencode(local.x)"],
    ["a policy by its key", "local.x.y", `x = { y = { Statement = ${STATEMENT} } }`, "jsonencode(local.x.y)"],
    ["a policy that is merged with a version", "local.x", `x = { Statement = [${STATEMENT}] }`, 'jsonencode(merge({ Version = "2012-10-17" }, local.x))'],
  ])("%s", (_, address, local, policy) => {
    const document = documentAt(address, `locals {\n ${local}\n}\n${ROLES}${rolePolicy("a", policy)}`);
    expect(document === undefined ? [] : [principals(document), values(allEntries(document)), locks(document)]).toEqual([[ALPHA], ["s3:Get*", "s3:Put*"], [null, null]]);
  });

  test.each([
    ["merged with what may deny", "jsonencode({ Statement = [merge(local.x, var.more)] })", "it is also used as policy of aws_iam_role_policy.b"],
    ["merged in a local", "jsonencode({ Statement = [local.y] })", "merge(…) in local.y may change its statement"],
  ])("a statement %s is not edited", (_, policy, why) => {
    const local = `locals {\n x = ${STATEMENT}\n y = merge(local.x, var.more)\n}\n`;
    const document = documentAt("local.x", local + ROLES + rolePolicy("a", "jsonencode({ Statement = [local.x] })") + rolePolicy("b", policy));
    expect(document === undefined ? [] : locks(document)).toContain(why);
  });

  test("a resource policy is not ours", () => {
    const local = `locals {\n x = { Effect = "Allow", Principal = "*", Action = "s3:*" }\n}\n`;
    expect(locate(local + ROLES + rolePolicy("a", "jsonencode({ Statement = [local.x] })")).documents.map(({ address }) => address)).toEqual(["aws_iam_role_policy.a"]);
  });
});

test("the default of a variable is told, and not edited", () => {
  const source = `variable "actions" {\n type = list(string)\n default = ["s3:Get*"]\n}\n${ROLES}${data('actions = concat(var.actions, ["sqs:*"])')}`;
  const document = documentAt("var.actions", source);
  expect(document === undefined ? [] : [principals(document), locks(document)]).toEqual([[ALPHA], ["another value may be given to var.actions"]]);
});
