import { describe, expect, test } from "vitest";
import { clauses, locate, locateOne, locks, principals } from "./locate.js";

const DOCUMENT = 'data "aws_iam_policy_document" "d" {\n statement {\n actions = ["s3:*"]\n resources = ["*"]\n }\n}\n';
const POLICY = `${DOCUMENT}resource "aws_iam_policy" "p" {\n policy = data.aws_iam_policy_document.d.json\n}\n`;
const ROLE = 'resource "aws_iam_role" "a" {\n name = "alpha"\n}\nresource "aws_iam_role" "b" {\n name = "beta"\n}\n';
const JSON_REFERENCE = "data.aws_iam_policy_document.d.json";

function rolePolicy(role: string, policy = JSON_REFERENCE): string {
  return `resource "aws_iam_role_policy" "x" {\n role = ${role}\n policy = ${policy}\n}\n`;
}

describe("who gets a document's grants", () => {
  const alpha = "role aws_iam_role.a = alpha";
  const beta = "role aws_iam_role.b = beta";
  const user = 'resource "aws_iam_user" "u" {\n name = "ci"\n}\n';
  const group = 'resource "aws_iam_group" "g" {\n name = "devs"\n}\n';

  test.each([
    ["inline, by name", DOCUMENT + ROLE + rolePolicy("aws_iam_role.a.name"), [alpha], "role"],
    ["inline, by id", DOCUMENT + ROLE + rolePolicy("aws_iam_role.a.id"), [alpha], "role"],
    ["inline, in the old style", DOCUMENT + ROLE + rolePolicy('"${aws_iam_role.a.name}"', `"\${${JSON_REFERENCE}}"`), [alpha], "role"],
    ["inline, minified", DOCUMENT + ROLE + rolePolicy("aws_iam_role.a.id", "data.aws_iam_policy_document.d.minified_json"), [alpha], "role"],
    ["inline, a literal name", DOCUMENT + rolePolicy('"gamma"'), ['role role "gamma" = gamma'], "role"],
    ["inline, one of two", DOCUMENT + ROLE + rolePolicy("var.x ? aws_iam_role.a.id : aws_iam_role.b.id"), [alpha, beta], "role"],
    ["inline, an existing role", `${DOCUMENT}data "aws_iam_role" "e" {\n name = "old"\n}\n${rolePolicy("data.aws_iam_role.e.id")}`, ["role data.aws_iam_role.e = old"], "role"],
    ["inline, counted", DOCUMENT + ROLE + rolePolicy("aws_iam_role.a[0].id", `join("", data.aws_iam_policy_document.d.*.json)`), [alpha], "role"],
    ["inline, one(…[*])", DOCUMENT + ROLE + rolePolicy("one(aws_iam_role.a[*].id)", `one(data.aws_iam_policy_document.d[*].json)`), [alpha], "role"],
    ["inline, through locals", `${DOCUMENT}${ROLE}locals {\n j = ${JSON_REFERENCE}\n r = aws_iam_role.a.name\n}\n${rolePolicy("local.r", "local.j")}`, [alpha], "role"],
    ["of a user", `${DOCUMENT}${user}resource "aws_iam_user_policy" "x" {\n user = aws_iam_user.u.name\n policy = ${JSON_REFERENCE}\n}`, ["user aws_iam_user.u = ci"], "user"],
    ["of a group", `${DOCUMENT}${group}resource "aws_iam_group_policy" "x" {\n group = aws_iam_group.g.name\n policy = ${JSON_REFERENCE}\n}`, ["group aws_iam_group.g = devs"], "group"],
    ["managed, two attachments", `${POLICY}${ROLE}${["a", "b"].map((name) => `resource "aws_iam_role_policy_attachment" "${name}" {\n role = aws_iam_role.${name}.name\n policy_arn = aws_iam_policy.p.arn\n}\n`).join("")}`, [alpha, beta], "managed"],
    ["managed, to all at once", `${POLICY}${ROLE}${user}${group}resource "aws_iam_policy_attachment" "x" {\n name = "x"\n roles = [aws_iam_role.a.name]\n users = [aws_iam_user.u.name]\n groups = aws_iam_group.g[*].name\n policy_arn = aws_iam_policy.p.arn\n}`, [alpha, "user aws_iam_user.u = ci", "group aws_iam_group.g = devs"], "managed"],
    ["managed, by the role", `${POLICY}resource "aws_iam_role" "a" {\n name = "alpha"\n managed_policy_arns = concat([aws_iam_policy.p.arn], var.more)\n}`, [alpha], "managed"],
    ["managed, for_each over policies", `${POLICY}${ROLE}resource "aws_iam_role_policy_attachment" "x" {\n for_each = toset([aws_iam_policy.p.arn, "arn:aws:iam::aws:policy/ReadOnlyAccess"])\n role = aws_iam_role.a.name\n policy_arn = each.value\n}`, [alpha], "managed"],
    ["managed, for_each over roles", `${POLICY}${ROLE}resource "aws_iam_role_policy_attachment" "x" {\n for_each = { one = aws_iam_role.a.name, two = aws_iam_role.b.name }\n role = each.value\n policy_arn = aws_iam_policy.p.arn\n}`, [alpha, beta], "managed"],
    ["managed, for_each over pairs", `${POLICY}${ROLE}resource "aws_iam_role_policy_attachment" "x" {\n for_each = { one = { role = aws_iam_role.a.name, arn = aws_iam_policy.p.arn } }\n role = each.value.role\n policy_arn = each.value.arn\n}`, [alpha], "managed"],
    ["managed, counted over a list", `${POLICY}${ROLE}locals {\n roles = [aws_iam_role.a.name, aws_iam_role.b.name]\n}\nresource "aws_iam_role_policy_attachment" "x" {\n count = length(local.roles)\n role = local.roles[count.index]\n policy_arn = aws_iam_policy.p.arn\n}`, [alpha, beta], "managed"],
    ["managed, keys of a set", `${POLICY}resource "aws_iam_role_policy_attachment" "x" {\n for_each = toset(["one", "two"])\n role = each.key\n policy_arn = aws_iam_policy.p.arn\n}`, ['role role "one" = one', 'role role "two" = two'], "managed"],
    ["managed, keys of a local map", `${POLICY}locals {\n m = { one = "x" }\n}\nresource "aws_iam_role_policy_attachment" "x" {\n for_each = local.m\n role = each.key\n policy_arn = aws_iam_policy.p.arn\n}`, ['role role "one" = one'], "managed"],
    ["managed, for_each over documents", `${DOCUMENT}${ROLE}resource "aws_iam_policy" "p" {\n for_each = { d = ${JSON_REFERENCE} }\n name = each.key\n policy = each.value\n}\nresource "aws_iam_role_policy_attachment" "x" {\n for_each = aws_iam_policy.p\n role = aws_iam_role.a.name\n policy_arn = each.value.arn\n}`, [alpha], "managed"],
    ["managed, exclusively", `${POLICY}${ROLE}resource "aws_iam_role_policy_attachments_exclusive" "x" {\n role_name = aws_iam_role.a.name\n policy_arns = [aws_iam_policy.p.arn]\n}`, [alpha], "managed"],
    ["managed, by its ARN", `${POLICY.replace(" policy =", ' name = "app-policy"\n policy =')}${ROLE}resource "aws_iam_role_policy_attachment" "x" {\n for_each = toset([aws_iam_role.a.name, aws_iam_role.b.name])\n role = each.value\n policy_arn = "arn:aws:iam::\${var.account}:policy/app-policy"\n}`, [alpha, beta], "managed"],
    ["inline, in a dynamic block over a part of an element", `${DOCUMENT}locals {\n roles = { beta = { inline = { x = ${JSON_REFERENCE} } } }\n}\nresource "aws_iam_role" "b" {\n for_each = local.roles\n name = each.key\n dynamic "inline_policy" {\n for_each = each.value.inline\n content {\n name = inline_policy.key\n policy = inline_policy.value\n }\n }\n}`, [beta], "role"],
    ["inline, as an attribute", `${DOCUMENT}resource "aws_iam_role" "a" {\n name = "alpha"\n inline_policy = [{ name = "x", policy = ${JSON_REFERENCE} }]\n}`, [alpha], "role"],
    ["of a user that is looked up", `${DOCUMENT}data "aws_iam_user" "u" {\n user_name = "ci"\n}\nresource "aws_iam_user_policy" "x" {\n user = data.aws_iam_user.u.user_name\n policy = ${JSON_REFERENCE}\n}`, ["user data.aws_iam_user.u = ci"], "user"],
    ["managed, all instances one by one", `${DOCUMENT}${ROLE}resource "aws_iam_policy" "p" {\n count = 2\n policy = ${JSON_REFERENCE}\n}\nresource "aws_iam_role_policy_attachment" "x" {\n role = aws_iam_role.a.name\n policy_arn = aws_iam_policy.p[0].arn\n}\nresource "aws_iam_role_policy_attachment" "y" {\n role = aws_iam_role.b.name\n policy_arn = aws_iam_policy.p[1].arn\n}`, [alpha, beta], "managed"],
    ["inline and managed", `${POLICY}${ROLE}${rolePolicy("aws_iam_role.a.name")}resource "aws_iam_role_policy_attachment" "x" {\n role = aws_iam_role.b.name\n policy_arn = aws_iam_policy.p.arn\n}`, [alpha, beta], "managed"],
  ])("%s", (_, source, expected, holder) => {
    const document = locateOne(source);
    expect([...principals(document)].sort()).toEqual([...expected].sort());
    expect(clauses(document)).toEqual([]);
    expect(document.holder).toBe(holder);
    expect(locks(document)).toEqual([null]);
  });

  test("is found across the files of the directory", () => {
    const document = locateOne(DOCUMENT, { "roles.tf": ROLE, "policies.tf": rolePolicy("aws_iam_role.b.name") });
    expect(principals(document)).toEqual([beta]);
    expect(clauses(document)).toEqual([]);
  });

  test("flows from a source document into the one that it is part of", () => {
    const source = `${DOCUMENT}${ROLE}data "aws_iam_policy_document" "all" {\n source_policy_documents = [${JSON_REFERENCE}]\n}\n${rolePolicy("aws_iam_role.a.id", "data.aws_iam_policy_document.all.json")}`;
    const { documents } = locate(source);
    expect(documents.map((document) => [document.address, principals(document), locks(document)])).toEqual([
      ["data.aws_iam_policy_document.d", [alpha], [null]],
      ["data.aws_iam_policy_document.all", [alpha], []],
    ]);
  });

  test("an overriding document is locked: without its statement another would come back", () => {
    const source = `${DOCUMENT}${ROLE}data "aws_iam_policy_document" "all" {\n override_policy_documents = [${JSON_REFERENCE}]\n}\n${rolePolicy("aws_iam_role.a.id", "data.aws_iam_policy_document.all.json")}`;
    const [document] = locate(source).documents;
    expect(document?.statements[0]?.actions[0]?.locked).toBe("it overrides statements of data.aws_iam_policy_document.all");
  });
});

describe("an open attachment says why", () => {
  const attached = DOCUMENT + ROLE + rolePolicy("aws_iam_role.a.name");
  const NAMED = `${POLICY.replace(" policy =", ' name = "app-policy"\n policy =')}${ROLE}resource "aws_iam_role_policy_attachment" "x" {\n role = aws_iam_role.a.name\n policy_arn = aws_iam_policy.p.arn\n}\n`;

  test.each([
    ["nothing uses it", DOCUMENT, "nothing in this directory attaches it"],
    ["its policy is attached elsewhere", POLICY, "nothing in this directory attaches aws_iam_policy.p"],
    ["its policy is attached elsewhere, too", POLICY + ROLE + rolePolicy("aws_iam_role.a.id"), "nothing in this directory attaches aws_iam_policy.p"],
    ["a variable", DOCUMENT + rolePolicy("var.role_name"), 'it is also attached to a role that the source does not name ("var.role_name")'],
    ["a module's role", DOCUMENT + rolePolicy("module.app.role_name"), 'it is also attached to a role that the source does not name ("module.app.role_name")'],
    ["a role that is not here", DOCUMENT + rolePolicy("aws_iam_role.gone.name"), 'it is also attached to a role that the source does not name ("aws_iam_role.gone.name")'],
    ["a role declared twice", DOCUMENT + ROLE + ROLE + rolePolicy("aws_iam_role.a.name"), 'it is also attached to a role that the source does not name ("aws_iam_role.a.name")'],
    ["an output of the text", `${attached}output "json" {\n value = ${JSON_REFERENCE}\n}`, 'output "json" hands it on'],
    ["an output of the ARN", `${POLICY}output "arn" {\n value = aws_iam_policy.p.arn\n}`, 'output "arn" hands it on'],
    ["a module", `${attached}module "m" {\n source = "./m"\n policies = { a = ${JSON_REFERENCE} }\n}`, 'it is passed to module "m"'],
    ["a module, in a for expression", `${POLICY}module "m" {\n source = "./m"\n arns = [for p in [aws_iam_policy.p] : p.arn]\n}`, 'it is passed to module "m"'],
    ["a module, through a local object", `${attached}locals {\n all = { x = { y = ${JSON_REFERENCE} } }\n}\nmodule "m" {\n source = "./m"\n p = local.all.x.y\n}`, 'it is passed to module "m"'],
    ["a data source", `${POLICY}data "aws_iam_policy" "q" {\n arn = aws_iam_policy.p.arn\n}`, "data.aws_iam_policy.q reads it"],
    ["another text", DOCUMENT + ROLE + rolePolicy("aws_iam_role.a.name", `replace(${JSON_REFERENCE}, "a", "b")`), "it passes through replace(…) in aws_iam_role_policy.x"],
    ["part of a string", `${attached}resource "null_resource" "n" {\n provisioner "local-exec" {\n command = "echo \${${JSON_REFERENCE}}"\n }\n}`, "it passes through a string in null_resource.n"],
    ["a variable in the roles", `${POLICY}${ROLE}resource "aws_iam_policy_attachment" "x" {\n roles = concat([aws_iam_role.a.name], var.roles)\n policy_arn = aws_iam_policy.p.arn\n}`, 'it is also attached to a role that the source does not name ("var.roles")'],
    ["a permission set", `${POLICY}resource "aws_ssoadmin_customer_managed_policy_attachment" "x" {\n customer_managed_policy_reference {\n name = aws_iam_policy.p.name\n }\n}`, "it is also used as customer_managed_policy_reference.name of aws_ssoadmin_customer_managed_policy_attachment.x"],
    ["a lookup by its name", `${NAMED}data "aws_iam_policy" "q" {\n name = "app-policy"\n}`, "data.aws_iam_policy.q reads it"],
    ["its ARN in an output", `${NAMED}output "o" {\n value = "arn:aws:iam::\${var.account}:policy/app-policy"\n}`, 'output "o" hands it on'],
    ["its ARN in a module, by format", `${NAMED}module "m" {\n source = "./m"\n arns = [format("arn:aws:iam::%s:policy/team/%s", var.account, "app-policy")]\n}`, 'it is passed to module "m"'],
    ["an attachment that was forgotten", `${NAMED}removed {\n from = aws_iam_role_policy_attachment.old\n lifecycle {\n destroy = false\n }\n}`, "a removed block leaves aws_iam_role_policy_attachment.old in place, and the source no longer says what it attaches"],
    ["an instance that nobody uses", `${DOCUMENT}${ROLE}resource "aws_iam_policy" "p" {\n for_each = toset(["x", "y"])\n policy = ${JSON_REFERENCE}\n}\nresource "aws_iam_role_policy_attachment" "x" {\n role = aws_iam_role.a.name\n policy_arn = aws_iam_policy.p["x"].arn\n}`, 'nothing in this directory attaches aws_iam_policy.p["y"]'],
    ["its actions in another document", `${attached}data "aws_iam_policy_document" "o" {\n statement {\n actions = ${JSON_REFERENCE.replace(".json", ".statement[0].actions")}\n }\n}`, "data.aws_iam_policy_document.o takes actions from it"],
    ["keys of an unknown map", `${POLICY}resource "aws_iam_role_policy_attachment" "x" {\n for_each = var.roles\n role = each.key\n policy_arn = aws_iam_policy.p.arn\n}`, 'it is also attached to a role that the source does not name ("each.key")'],
  ])("%s", (_, source, clause) => {
    const [document] = locate(source).documents;
    expect(clauses(document)).toContain(clause);
    expect(document === undefined ? [] : locks(document)).toEqual([null]);
  });

  test("a neighbour that cannot be read", () => {
    expect(clauses(locateOne(attached, { "broken.tf": 'resource "aws_iam_role" {' }))).toMatchObject([
      expect.stringMatching(/^broken\.tf beside it could not be read \(/u),
    ]);
  });

  test("a neighbour in JSON syntax", () => {
    const open = ["roles.tf.json beside it could not be read (Expected an object for the block \"resource\".)"];
    expect(clauses(locateOne(attached, { "roles.tf.json": '{"resource": {"aws_iam_role": {"r": "x"}}}' }))).toEqual(open);
    expect(clauses(locateOne(attached, { "roles.tf.json": '{"resource": {"aws_iam_role": {}}}' }))).toEqual([]);
    expect(clauses(locateOne(attached, { "vars.tf.json": '{"variable": {}}' }))).toEqual([]);
  });

  test("a neighbour that uses a local", () => {
    const open = clauses(locateOne(`${attached}locals {\n j = ${JSON_REFERENCE}\n}`, { "outputs.tf": 'output "j" {\n value = local.j\n}' }));
    expect(open).toEqual(['output "j" hands it on']);
  });
});

describe("what is no attachment", () => {
  const attached = DOCUMENT + ROLE + rolePolicy("aws_iam_role.a.name");

  test.each([
    ["depends_on", 'resource "x" "y" {\n depends_on = [data.aws_iam_policy_document.d]\n}'],
    ["lifecycle", 'resource "x" "y" {\n lifecycle {\n replace_triggered_by = [data.aws_iam_policy_document.d]\n }\n}'],
    ["moved", "moved {\n from = data.aws_iam_policy_document.c\n to = data.aws_iam_policy_document.d\n}"],
    ["a count", `resource "x" "y" {\n count = length(${JSON_REFERENCE}) > 0 ? 1 : 0\n}`],
    ["a condition", `output "o" {\n value = ${JSON_REFERENCE} == "" ? "a" : "b"\n}`],
    ["a digest", `output "o" {\n value = sha256(${JSON_REFERENCE})\n}`],
    ["triggers", `resource "null_resource" "n" {\n triggers = {\n p = ${JSON_REFERENCE}\n }\n}`],
  ])("%s", (_, more) => {
    expect(clauses(locateOne(`${attached}${more}\n`))).toEqual([]);
  });

  test("an ARN among the resources of a statement", () => {
    const source = `${POLICY}${ROLE}resource "aws_iam_role_policy_attachment" "x" {\n role = aws_iam_role.a.name\n policy_arn = aws_iam_policy.p.arn\n}
data "aws_iam_policy_document" "other" {\n statement {\n actions = ["iam:GetPolicy"]\n resources = [aws_iam_policy.p.arn]\n }\n}`;
    expect(clauses(locate(source).documents[0])).toEqual([]);
  });
});

describe("policies of other kinds", () => {
  const uses: readonly (readonly [string, string, string])[] = [
    ["a trust policy", `resource "aws_iam_role" "t" {\n name = "t"\n assume_role_policy = ${JSON_REFERENCE}\n}`, "assume_role_policy of aws_iam_role.t"],
    ["a bucket policy", `resource "aws_s3_bucket_policy" "t" {\n policy = ${JSON_REFERENCE}\n}`, "policy of aws_s3_bucket_policy.t"],
    ["a key policy", `resource "aws_kms_key" "t" {\n policy = ${JSON_REFERENCE}\n}`, "policy of aws_kms_key.t"],
    ["a service control policy", `resource "aws_organizations_policy" "t" {\n content = ${JSON_REFERENCE}\n}`, "content of aws_organizations_policy.t"],
    ["a session policy", `provider "aws" {\n assume_role {\n policy = ${JSON_REFERENCE}\n }\n}`, 'provider "aws"'],
  ];

  test.each(uses)("%s alone is left out", (_, use) => {
    expect(locate(DOCUMENT + use)).toMatchObject({ documents: [], opaque: [] });
  });

  test.each(uses)("%s beside an identity policy locks every entry", (_, use, place) => {
    const document = locateOne(DOCUMENT + ROLE + rolePolicy("aws_iam_role.a.name") + use);
    expect(principals(document)).toEqual(["role aws_iam_role.a = alpha"]);
    expect(locks(document)).toEqual([expect.stringMatching(/^it is also (?:used as|a session policy of) /u)]);
    expect(locks(document)[0]?.endsWith(place)).toBe(true);
    expect(document.statements[0]?.element).toBeNull();
  });

  test("a permissions boundary alone is left out, and locks what is also attached", () => {
    const boundary = `${POLICY}resource "aws_iam_role" "t" {\n name = "t"\n permissions_boundary = aws_iam_policy.p.arn\n}\n`;
    expect(locate(boundary).documents).toEqual([]);
    const document = locateOne(`${boundary}resource "aws_iam_role_policy_attachment" "x" {\n role = aws_iam_role.t.name\n policy_arn = aws_iam_policy.p.arn\n}`);
    expect(locks(document)).toEqual(["it is also used as permissions_boundary of aws_iam_role.t"]);
  });

  test("a file's content locks, but is no policy of another kind", () => {
    const document = locateOne(`${DOCUMENT}resource "local_file" "f" {\n content = ${JSON_REFERENCE}\n}`);
    expect(locks(document)).toEqual(["it is also used as content of local_file.f"]);
    expect(principals(document)).toEqual([]);
  });

  test("jsonencode in a bucket policy or a trust policy is not looked at", () => {
    const json = 'jsonencode({ Statement = [{ Effect = "Allow", Action = "s3:*", Resource = "*" }] })';
    const source = `resource "aws_s3_bucket_policy" "b" {\n policy = ${json}\n}\nresource "aws_iam_role" "r" {\n name = "r"\n assume_role_policy = ${json}\n}\n`;
    expect(locate(source).documents).toEqual([]);
  });

  test("a document declared twice is locked", () => {
    const { documents } = locate(DOCUMENT + ROLE + rolePolicy("aws_iam_role.a.name"), { "override.tf": DOCUMENT });
    expect(documents.map(locks)).toEqual([["data.aws_iam_policy_document.d is declared more than once"]]);
  });
});

test("a permissions boundary by its ARN locks", () => {
  const source = `${POLICY.replace(" policy =", ' name = "app-policy"\n policy =')}${ROLE}resource "aws_iam_role_policy_attachment" "x" {\n role = aws_iam_role.a.name\n policy_arn = aws_iam_policy.p.arn\n}\nresource "aws_iam_user" "u" {\n permissions_boundary = "arn:aws:iam::\${var.account}:policy/app-policy"\n}`;
  expect(locks(locateOne(source))).toEqual(["it is also used as permissions_boundary of aws_iam_user.u"]);
});

test("an ARN of another policy, and AWS's own, attach nothing here", () => {
  const attachment = (name: string, arn: string): string => `resource "aws_iam_role_policy_attachment" "${name}" {\n role = aws_iam_role.b.name\n policy_arn = "${arn}"\n}\n`;
  const source = `${POLICY.replace(" policy =", ' name = "app-policy"\n policy =')}${ROLE}resource "aws_iam_role_policy_attachment" "x" {\n role = aws_iam_role.a.name\n policy_arn = aws_iam_policy.p.arn\n}\n${attachment("y", "arn:aws:iam::aws:policy/app-policy")}${attachment("z", "arn:aws:iam::111122223333:policy/other")}`;
  expect(principals(locateOne(source))).toEqual(["role aws_iam_role.a = alpha"]);
});

test("a policy that is one of several texts, and what else it may be", () => {
  const json = 'jsonencode({ Statement = [{ Effect = "Allow", Action = ["s3:*"], Resource = "*" }] })';
  const { documents, opaque } = locate(`${ROLE}${DOCUMENT}${rolePolicy("aws_iam_role.a.name", `try(${json}, var.x ? file("x.json") : ${JSON_REFERENCE}, "")`)}`);
  expect(documents.map((document) => [document.address, principals(document)])).toEqual([
    ["data.aws_iam_policy_document.d", ["role aws_iam_role.a = alpha"]],
    ["aws_iam_role_policy.x", ["role aws_iam_role.a = alpha"]],
  ]);
  expect(opaque.map(({ why }) => why)).toEqual(['the policy of aws_iam_role_policy.x is not written there (file("x.json"))']);
});

test("a module's own way of listing actions is named", () => {
  const located = locate('module "fn" {\n source = "x/lambda/aws"\n policy_statements = { s3 = { effect = "Allow", actions = ["s3:GetObject"], resources = ["*"] } }\n rules = { actions = ["forward"] }\n}');
  expect(located.documents).toEqual([]);
  expect(located.opaque.map(({ why }) => why)).toEqual(['policy_statements of module "fn" lists actions, and what the module makes of them is not known']);
});

test("policy text passed to a module is shown, without principals", () => {
  const document = locateOne('module "m" {\n source = "./m"\n # aws_iam_\n policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "s3:*", Resource = "*" }] })\n}');
  expect(document.address).toBe('module "m".policy');
  expect(document.attachment).toEqual({ principals: [], open: ['it is passed to module "m"'] });
});
