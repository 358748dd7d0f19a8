import { describe, expect, test } from "vitest";
import { allEntries, clauses, locate, locateOne, locks, principals, values } from "./locate.js";

const STATEMENTS = '{ s3 = { effect = "Allow", actions = ["s3:Get*", "s3:Put*"], resources = ["*"] } }';
const ENCODED = 'jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = ["s3:Get*", "s3:Put*"], Resource = "*" }] })';
const POLICY = `resource "aws_iam_policy" "p" {\n policy = ${ENCODED}\n}\n`;

function call(source: string, inputs: string): string {
  return `module "m" {\n source = "${source}"\n ${inputs}\n}\n`;
}

const LAMBDA = "terraform-aws-modules/lambda/aws";

describe("policies that known modules of the registry take", () => {
  test.each([
    ["statements of a function", call(LAMBDA, `function_name = "thumbs"\n policy_statements = ${STATEMENTS}`), "role aws_iam_role.module.m = thumbs", "managed"],
    ["a list of statements", call(LAMBDA, 'role_name = "thumbs-role"\n function_name = "thumbs"\n policy_statements = [{ actions = ["s3:Get*", "s3:Put*"], resources = ["*"] }]'), "role aws_iam_role.module.m = thumbs-role", "managed"],
    ["from GitHub", call("git::https://github.com/terraform-aws-modules/terraform-aws-lambda.git?ref=v7.0.0", `function_name = "thumbs"\n policy_statements = ${STATEMENTS}`), "role aws_iam_role.module.m = thumbs", "managed"],
    ["JSON of a function", call(LAMBDA, `function_name = "thumbs"\n policy_json = ${ENCODED}`), "role aws_iam_role.module.m = thumbs", "managed"],
    ["several JSONs of a function", call(LAMBDA, `function_name = "\${var.env}-thumbs"\n policy_jsons = [${ENCODED}]`), "role aws_iam_role.module.m ~ <var.env>-thumbs", "managed"],
    ["a document of a function", `data "aws_iam_policy_document" "d" {\n statement {\n actions = ["s3:Get*", "s3:Put*"]\n }\n}\n${call(LAMBDA, 'function_name = "thumbs"\n policy_json = data.aws_iam_policy_document.d.json')}`, "role aws_iam_role.module.m = thumbs", "managed"],
    ["policies of a role", POLICY + call("terraform-aws-modules/iam/aws//modules/iam-role", 'name = "app"\n use_name_prefix = false\n policies = { own = aws_iam_policy.p.arn }'), "role aws_iam_role.module.m = app", "managed"],
    ["permissions of a role with a prefix", call("terraform-aws-modules/iam/aws//modules/iam-role", `name = "app"\n inline_policy_permissions = ${STATEMENTS}`), "role aws_iam_role.module.m ~ app-<suffix>", "role"],
    ["permissions for service accounts", call("terraform-aws-modules/iam/aws//modules/iam-role-for-service-accounts", `name = "pods"\n use_name_prefix = "false"\n permissions = ${STATEMENTS}`), "role aws_iam_role.module.m = pods", "managed"],
    ["policies of an assumable role", POLICY + call("terraform-aws-modules/iam/aws//modules/iam-assumable-role", 'role_name = "admin"\n custom_role_policy_arns = [aws_iam_policy.p.arn]'), "role aws_iam_role.module.m = admin", "managed"],
    ["policies of a role with a prefix of its own", POLICY + call("terraform-aws-modules/iam/aws//modules/iam-role-for-service-accounts-eks", 'role_name_prefix = "pods-"\n role_policy_arns = { own = aws_iam_policy.p.arn }'), "role aws_iam_role.module.m ~ pods-<suffix>", "managed"],
    ["policies of a user", POLICY + call("terraform-aws-modules/iam/aws//modules/iam-user", 'name = "ci"\n policies = { own = aws_iam_policy.p.arn }'), "user aws_iam_user.module.m = ci", "managed"],
    ["statements of tasks", call("terraform-aws-modules/ecs/aws//modules/service", 'name = "shop"\n tasks_iam_role_name = "shop-tasks"\n tasks_iam_role_use_name_prefix = false\n tasks_iam_role_statements = [{ actions = ["s3:Get*", "s3:Put*"], resources = ["*"] }]'), "role aws_iam_role.module.m.tasks = shop-tasks", "managed"],
    ["a policy that is attached by its ARN", `${call("terraform-aws-modules/iam/aws//modules/iam-policy", `policy = ${ENCODED}`)}resource "aws_iam_role" "r" {\n name = "app"\n managed_policy_arns = [module.m.arn]\n}\n`, "role aws_iam_role.r = app", "managed"],
  ])("%s", (_, source, principal, holder) => {
    const document = locateOne(source);
    expect(values(allEntries(document))).toEqual(["s3:Get*", "s3:Put*"]);
    expect(locks(document)).toEqual([null, null]);
    expect(principals(document)).toEqual([principal]);
    expect(clauses(document)).toEqual([]);
    expect(document.holder).toBe(holder);
  });

  test("a call for each of several", () => {
    const document = locateOne(call(LAMBDA, `for_each = toset(["one", "two"])\n function_name = "fn-\${each.key}"\n policy_statements = ${STATEMENTS}`));
    expect(principals(document)).toEqual(["role aws_iam_role.module.m = fn-one", "role aws_iam_role.module.m = fn-two"]);
  });

  test.each([
    ["a name that the caller does not give", call(LAMBDA, `policy_statements = ${STATEMENTS}`), [], ['it is attached to aws_iam_role.module.m, whose name the source does not give ("")']],
    ["a prefix that may or may not be one", call("terraform-aws-modules/iam/aws//modules/iam-role", `name = "app"\n use_name_prefix = var.p\n inline_policy_permissions = ${STATEMENTS}`), [], ["it is attached to aws_iam_role.module.m, whose name is either its name or made of its name_prefix"]],
    ["a name that versions of the module extend", call("terraform-aws-modules/ecs/aws//modules/service", `name = "shop"\n tasks_iam_role_statements = ${STATEMENTS}`), ["role aws_iam_role.module.m.tasks ~ shop<name = \"shop\">-<suffix>"], null],
  ])("%s", (_, source, expected, open) => {
    const document = locateOne(source);
    expect(principals(document).length).toBe(expected.length);
    if (open !== null) expect(clauses(document)).toEqual(open);
  });

  test("a Deny, what overrides, and trust are left alone", () => {
    const role = "terraform-aws-modules/iam/aws//modules/iam-role";
    const deny = locateOne(call(role, 'name = "app"\n use_name_prefix = false\n inline_policy_permissions = { no = { effect = "Deny", actions = ["s3:*"], resources = ["*"] } }'));
    expect(deny.statements.map(({ effect }) => effect)).toEqual(["Deny"]);
    expect(locks(locateOne(call(role, `name = "app"\n use_name_prefix = false\n override_inline_policy_documents = [${ENCODED}]`)))[0]).toBe('it overrides statements of module "m"');
    expect(locate(call(role, 'name = "app"\n trust_policy_permissions = { ec2 = { actions = ["sts:AssumeRole"], principals = [{ type = "Service", identifiers = ["ec2.amazonaws.com"] }] } }')).documents).toEqual([]);
  });

  test("a local list among a module's statements", () => {
    const source = `locals {\n read = ["s3:Get*", "s3:Put*"]\n}\n${call(LAMBDA, 'function_name = "thumbs"\n policy_statements = { s3 = { actions = local.read, resources = ["*"] } }')}`;
    const document = locate(source).documents.find(({ address }) => address === "local.read");
    expect(document === undefined ? [] : [principals(document), locks(document)]).toEqual([["role aws_iam_role.module.m = thumbs"], [null, null]]);
  });

  test("unknown modules stay as they are", () => {
    const { documents, opaque } = locate(call("./function", `name = "thumbs"\n policy_statements = ${STATEMENTS}`));
    expect(documents).toEqual([]);
    expect(opaque.map(({ why }) => why)).toEqual(['policy_statements of module "m" lists actions, and what the module makes of them is not known']);
  });
});

describe("permission sets", () => {
  const set = (name: string): string => `resource "aws_ssoadmin_permission_set" "s" {\n name = ${name}\n}\nresource "aws_ssoadmin_permission_set_inline_policy" "s" {\n permission_set_arn = aws_ssoadmin_permission_set.s.arn\n inline_policy = ${ENCODED}\n}\n`;

  test("have roles of their names", () => {
    const document = locateOne(set('"Support"'));
    expect(principals(document)).toEqual(["role aws_ssoadmin_permission_set.s ~ AWSReservedSSO_Support_<hash>"]);
    expect(document.attachment.principals.map(({ name }) => (name.kind === "pattern" ? name.regex : null))).toEqual(["^AWSReservedSSO_Support_[0-9a-f]{16}$"]);
    expect(clauses(document)).toEqual(["the permission set aws_ssoadmin_permission_set.s may be assigned in accounts that the findings do not show"]);
  });

  test("take documents, and tell nothing without a name", () => {
    const source = set("var.name");
    expect(principals(locateOne(source))).toEqual([]);
    const data = `data "aws_iam_policy_document" "d" {\n statement {\n actions = ["s3:Get*"]\n }\n}\n${set('"Support"').replace(ENCODED, "data.aws_iam_policy_document.d.json")}`;
    expect(principals(locateOne(data))).toEqual(["role aws_ssoadmin_permission_set.s ~ AWSReservedSSO_Support_<hash>"]);
  });
});

test("who manages which policies are attached holds none", () => {
  const source = `resource "aws_iam_role" "r" {\n name = "app"\n}\nresource "aws_iam_role_policy" "p" {\n name = "own"\n role = aws_iam_role.r.name\n policy = ${ENCODED}\n}\nresource "aws_iam_role_policies_exclusive" "x" {\n role_name = aws_iam_role.r.name\n policy_names = [aws_iam_role_policy.p.name]\n}\n`;
  const document = locateOne(source);
  expect([principals(document), document.attachment.open, locks(document)]).toEqual([["role aws_iam_role.r = app"], [], [null, null]]);
});
