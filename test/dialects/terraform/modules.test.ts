import { describe, expect, test } from "vitest";
import { terraform } from "../../../src/dialects/terraform.js";
import type { LocatedPolicies, PolicyDocument } from "../../../src/model/policy.js";
import { bindIn } from "../project.js";
import { clauses, locks, principals } from "./locate.js";

function locateIn(path: string, files: Readonly<Record<string, string>>): LocatedPolicies {
  return bindIn(terraform, `/project/${path}`, Object.fromEntries(Object.entries(files).map(([name, text]) => [`/project/${name}`, text])));
}

function only(path: string, files: Readonly<Record<string, string>>): PolicyDocument {
  const [document, ...others] = locateIn(path, files).documents;
  if (document === undefined || others.length > 0) throw new Error(`${String(others.length + 1)} documents`);
  return document;
}

/** A role with an inline policy, named after a variable. */
const ROLE_MODULE = `variable "name" {}
resource "aws_iam_role" "this" {
  name = "\${var.name}-role"
}
resource "aws_iam_role_policy" "this" {
  role   = aws_iam_role.this.id
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = ["s3:*"], Resource = "*" }] })
}
`;

function call(name: string, source: string, inputs: string): string {
  return `module "${name}" {\n source = "${source}"\n ${inputs}\n}\n`;
}

/** What is found for the module's policy, called in this way. */
function called(root: string, more: Readonly<Record<string, string>> = {}): PolicyDocument {
  return only("modules/role/main.tf", { "modules/role/main.tf": ROLE_MODULE, "main.tf": root, ...more });
}

describe("the text of a module", () => {
  test("belongs to the principals of all its callers", () => {
    const document = only("modules/role/main.tf", {
      "modules/role/main.tf": ROLE_MODULE,
      "envs/dev/main.tf": call("app", "../../modules/role", 'name = "dev-app"'),
      "envs/prod/main.tf": call("app", "../../modules/role/", 'name = "prod-app"') + call("jobs", "../..//modules/role", 'name = "prod-jobs"'),
      "unrelated/main.tf": call("other", "../modules/bucket", 'name = "x"'),
    });
    expect(principals(document)).toEqual([
      "role module.app.aws_iam_role.this = dev-app-role",
      "role module.app.aws_iam_role.this = prod-app-role",
      "role module.jobs.aws_iam_role.this = prod-jobs-role",
    ]);
    expect(clauses(document)).toEqual([]);
    expect(document.attachment.principals.map(({ declared }) => declared)).toEqual([
      { in: "/project/envs/dev", address: "module.app.aws_iam_role.this" },
      { in: "/project/envs/prod", address: "module.app.aws_iam_role.this" },
      { in: "/project/envs/prod", address: "module.jobs.aws_iam_role.this" },
    ]);
  });

  test.each([
    ["a list", 'for_each = toset(["a", "b"])\n name = "orders-${each.key}"', ["orders-a-role", "orders-b-role"]],
    ["an object", 'for_each = { a = { n = "one" }, b = { n = "two" } }\n name = each.value.n', ["one-role", "two-role"]],
    ["a local", 'for_each = local.apps\n name = each.value', ["x1-role"]],
    ["a for expression", 'for_each = { for a in local.list : a.id => a if a.on }\n name = "${each.key}-${each.value.kind}"', ["one-web-role"]],
    ["a count", 'count = 2\n name = "orders-${count.index}"', ["orders-0-role", "orders-1-role"]],
    ["a count of none", 'count = 0\n name = "orders"', []],
  ])("for each of %s", (_, inputs, names) => {
    const locals = 'locals {\n apps = { x = "x1" }\n list = [{ id = "one", kind = "web", on = true }, { id = "two", kind = "web", on = false }]\n}\n';
    const document = called(locals + call("m", "./modules/role", inputs));
    expect(document.attachment.principals.map(({ name }) => (name.kind === "literal" ? name.name : name.kind))).toEqual(names);
    expect(clauses(document)).toEqual(names.length === 0 ? ["nothing in this directory attaches it"] : []);
  });

  test("names the instances as a state does", () => {
    const document = called(call("m", "./modules/role", 'for_each = toset(["a"])\n name = each.key') + call("n", "./modules/role", 'count = 1\n name = "nnn"'));
    expect(document.attachment.principals.map(({ declared }) => declared?.address)).toEqual(['module.m["a"].aws_iam_role.this', "module.n[0].aws_iam_role.this"]);
  });

  test("is open where the calls are not listed", () => {
    const document = called(call("m", "./modules/role", 'for_each = var.apps\n name = "app-${each.key}"'));
    expect(principals(document)).toEqual(["role module.m.aws_iam_role.this ~ app-<each.key>-role"]);
    expect(clauses(document)).toEqual(["it is attached in every instance of module.m, and the source does not list them"]);
  });

  test("is nested", () => {
    const document = called(call("outer", "./modules/app", 'prefix = "acme"'), {
      "modules/app/main.tf": `variable "prefix" {}\nlocals {\n full = "\${var.prefix}-app"\n}\n${call("role", "../role", "name = local.full")}`,
    });
    expect(principals(document)).toEqual(["role module.outer.module.role.aws_iam_role.this = acme-app-role"]);
    expect(clauses(document)).toEqual([]);
  });

  test("is a root module, too, where it keeps a state", () => {
    const files = { "backend.tf": 'terraform {\n backend "s3" {}\n}\n', "a/main.tf": ROLE_MODULE, "b/main.tf": call("m", "../a", 'name = "x"') };
    const { attachment } = only("a/main.tf", { ...files, "a/backend.tf": files["backend.tf"] });
    expect(attachment.principals.map(({ address }) => address)).toEqual(["aws_iam_role.this", "module.m.aws_iam_role.this"]);
  });

  test("is not that of the examples, unless there is nothing else", () => {
    const example = { "modules/role/examples/full/main.tf": call("m", "../..", 'name = "example"') };
    expect(principals(called(call("m", "./modules/role", 'name = "real"'), example))).toEqual(["role module.m.aws_iam_role.this = real-role"]);
    expect(principals(called("", example))).toEqual(["role module.m.aws_iam_role.this = example-role"]);
  });

  test("has no instance where it is called by itself only", () => {
    const loop = `${ROLE_MODULE}${call("again", "../role", 'name = "x"')}`;
    const document = only("modules/role/main.tf", { "modules/role/main.tf": loop });
    expect(document.attachment.principals.map(({ address }) => address)).toEqual(["aws_iam_role.this"]);
    const twice = only("a/main.tf", { "a/main.tf": `${ROLE_MODULE}${call("b", "../b", 'name = "x"')}`, "b/main.tf": `variable "name" {}\n${call("a", "../a", 'name = "x"')}` });
    expect(clauses(twice)).toContain("its module calls itself");
  });

  test("names the caller's file that cannot be read", () => {
    const document = called(call("m", "./modules/role", 'name = "app"'), { "broken.tf": 'module "x" {' });
    expect(clauses(document)).toEqual([expect.stringMatching(/^broken\.tf could not be read \(/u)]);
  });

  test("keeps to the defaults of what its callers leave out", () => {
    const module = ROLE_MODULE.replace('variable "name" {}', 'variable "name" {\n default = "usual"\n}');
    const files = { "modules/role/main.tf": module, "main.tf": call("m", "./modules/role", "") };
    expect(principals(only("modules/role/main.tf", files))).toEqual(["role module.m.aws_iam_role.this = usual-role"]);
  });
});

describe("a document in a caller", () => {
  const DOCUMENT = 'data "aws_iam_policy_document" "d" {\n statement {\n actions = ["s3:*"]\n resources = ["*"]\n }\n}\n';
  const JSON_REFERENCE = "data.aws_iam_policy_document.d.json";
  const ATTACHING = `variable "name" {}
variable "policies" {}
variable "policy_arns" {
  default = []
}
resource "aws_iam_role" "this" {
  name = var.name
}
resource "aws_iam_role_policy" "this" {
  for_each = var.policies
  role     = aws_iam_role.this.id
  policy   = each.value
}
resource "aws_iam_role_policy_attachment" "this" {
  for_each   = toset(var.policy_arns)
  role       = aws_iam_role.this.name
  policy_arn = each.value
}
output "name" {
  value = aws_iam_role.this.name
}
output "role" {
  value = aws_iam_role.this
}
`;

  const attached = (root: string, files: Readonly<Record<string, string>> = {}): PolicyDocument =>
    only("main.tf", { "modules/role/main.tf": ATTACHING, "main.tf": `${DOCUMENT}${root}`, ...files });

  test.each([
    ["as an input", call("a", "./modules/role", `name = "alpha"\n policies = { x = ${JSON_REFERENCE} }`), ["role module.a.aws_iam_role.this = alpha"]],
    [
      "as an input of one of two",
      call("a", "./modules/role", `name = "alpha"\n policies = { x = ${JSON_REFERENCE} }`) + call("b", "./modules/role", 'name = "beta"\n policies = {}'),
      ["role module.a.aws_iam_role.this = alpha"],
    ],
    [
      "by the role that the module makes",
      `${call("a", "./modules/role", 'name = "alpha"\n policies = {}')}resource "aws_iam_role_policy" "x" {\n role = module.a.name\n policy = ${JSON_REFERENCE}\n}`,
      ["role module.a.aws_iam_role.this = alpha"],
    ],
    [
      "by the role as a whole",
      `${call("a", "./modules/role", 'name = "alpha"\n policies = {}')}resource "aws_iam_role_policy" "x" {\n role = module.a.role.id\n policy = ${JSON_REFERENCE}\n}`,
      ["role module.a.aws_iam_role.this = alpha"],
    ],
    [
      "by one of several",
      `${call("a", "./modules/role", 'for_each = toset(["one", "two"])\n name = "alpha-${each.key}"\n policies = {}')}resource "aws_iam_role_policy" "x" {\n role = module.a["two"].name\n policy = ${JSON_REFERENCE}\n}`,
      ['role module.a["two"].aws_iam_role.this = alpha-two'],
    ],
    [
      "by all of several",
      `${call("a", "./modules/role", 'for_each = toset(["one", "two"])\n name = "alpha-${each.key}"\n policies = {}')}resource "aws_iam_role_policy" "x" {\n for_each = module.a\n role = each.value.name\n policy = ${JSON_REFERENCE}\n}`,
      ['role module.a["one"].aws_iam_role.this = alpha-one', 'role module.a["two"].aws_iam_role.this = alpha-two'],
    ],
    [
      "as a managed policy",
      `resource "aws_iam_policy" "p" {\n policy = ${JSON_REFERENCE}\n}\n${call("a", "./modules/role", 'name = "alpha"\n policies = {}\n policy_arns = [aws_iam_policy.p.arn]')}`,
      ["role module.a.aws_iam_role.this = alpha"],
    ],
  ])("%s", (_, root, expected) => {
    const document = attached(root);
    expect(principals(document)).toEqual(expected);
    expect(clauses(document)).toEqual([]);
    expect(locks(document)).toEqual([null]);
  });

  test("given to a module that uses it as a resource policy, is locked", () => {
    const root = `resource "aws_iam_role" "r" {\n name = "rrrr"\n}\nresource "aws_iam_role_policy" "x" {\n role = aws_iam_role.r.id\n policy = ${JSON_REFERENCE}\n}\n${call("b", "./modules/bucket", `policy = ${JSON_REFERENCE}`)}`;
    const document = attached(root, { "modules/bucket/main.tf": 'variable "policy" {}\nresource "aws_s3_bucket_policy" "b" {\n policy = var.policy\n}' });
    expect(locks(document)).toEqual(["it is also used as policy of aws_s3_bucket_policy.b"]);
  });

  test("given to a module that cannot be read, is open", () => {
    expect(clauses(attached(call("b", "./modules/gone", `policy = ${JSON_REFERENCE}`)))).toEqual(['it is passed to module "b"']);
    expect(clauses(attached(call("b", "./modules/b", `policy = ${JSON_REFERENCE}`), { "modules/b/main.tf": 'variable "policy" {' }))).toEqual(['it is passed to module "b"']);
    expect(clauses(attached(call("b", "acme/role/aws", `policy = ${JSON_REFERENCE}`)))).toEqual(['it is passed to module "b"']);
  });

  test("given to a module that init has fetched, is followed", () => {
    const installed = JSON.stringify({ Modules: [{ Key: "", Source: "", Dir: "." }, { Key: "a", Source: "registry.terraform.io/acme/role/aws", Version: "1.0.0", Dir: ".terraform/modules/a" }] });
    const document = attached(call("a", "acme/role/aws", `name = "alpha"\n policies = { x = ${JSON_REFERENCE} }`), {
      ".terraform/modules/modules.json": installed,
      ".terraform/modules/a/main.tf": ATTACHING,
    });
    expect(principals(document)).toEqual(["role module.a.aws_iam_role.this = alpha"]);
    expect(clauses(document)).toEqual([]);
  });
});

describe("an output", () => {
  const POLICY = `resource "aws_iam_policy" "p" {\n policy = jsonencode({ Statement = [{ Effect = "Allow", Action = ["s3:*"], Resource = "*" }] })\n}\noutput "arn" {\n value = aws_iam_policy.p.arn\n}\n`;
  const attach = (name: string, arn = "module.policy.arn"): string =>
    `resource "aws_iam_role" "${name}" {\n name = "${name}-role"\n}\nresource "aws_iam_role_policy_attachment" "${name}" {\n role = aws_iam_role.${name}.name\n policy_arn = ${arn}\n}\n`;

  test("of a managed policy's ARN is attached in the callers", () => {
    const document = only("policy/main.tf", {
      "policy/main.tf": POLICY,
      "a/main.tf": call("policy", "../policy", "") + attach("alpha"),
      "b/main.tf": call("policy", "../policy", "count = 1") + attach("beta", "module.policy[0].arn"),
    });
    expect(principals(document)).toEqual(["role aws_iam_role.alpha = alpha-role", "role aws_iam_role.beta = beta-role"]);
    expect(clauses(document)).toEqual([]);
    expect(document.holder).toBe("managed");
  });

  test.each([
    ["each by itself", attach("alpha", 'module.policy["a"].arn') + attach("beta", 'module.policy["b"].arn')],
    ["whichever it is", attach("alpha", "module.policy[local.which].arn")],
    ["all together", attach("alpha", "element(local.arns, 0)") + 'locals {\n arns = [module.policy["a"].arn, module.policy["b"].arn]\n}\n'],
  ])("of several instances of a module are all attached, %s", (_, attachments) => {
    const calls = call("policy", "../policy", 'for_each = toset(["a", "b"])');
    expect(only("policy/main.tf", { "policy/main.tf": POLICY, "a/main.tf": calls + attachments }).attachment.open).toEqual([]);
  });

  test("of one of several instances is not attached", () => {
    const root = call("policy", "../policy", 'for_each = toset(["a", "b"])') + attach("alpha", 'module.policy["a"].arn');
    const document = only("policy/main.tf", { "policy/main.tf": POLICY, "a/main.tf": root });
    expect(document.attachment.open).toEqual(["nothing in this directory attaches aws_iam_policy.p"]);
  });

  test("that a caller does not use attaches nothing there", () => {
    const document = only("policy/main.tf", { "policy/main.tf": POLICY, "a/main.tf": call("policy", "../policy", "") });
    expect(principals(document)).toEqual([]);
    expect(clauses(document)).toEqual(["nothing in this directory attaches aws_iam_policy.p"]);
  });

  test("that a caller hands on, too, goes on to its caller, or is open", () => {
    const handing = `${call("policy", "../policy", "")}output "arn" {\n value = module.policy.arn\n}\n`;
    const files = { "policy/main.tf": POLICY, "middle/main.tf": handing };
    expect(clauses(only("policy/main.tf", files))).toContain('output "arn" hands it on');
    const document = only("policy/main.tf", { ...files, "top/main.tf": call("policy", "../middle", "") + attach("alpha") });
    expect(principals(document)).toEqual(["role aws_iam_role.alpha = alpha-role"]);
    expect(clauses(document)).toEqual([]);
  });
});

describe("the variables of a root module", () => {
  const ROOT = ROLE_MODULE.replace('variable "name" {}', 'variable "name" {\n default = "usual"\n}\nvariable "region" {}');

  test("have the values of the files that are always loaded", () => {
    const files = { "app/main.tf": ROOT, "app/terraform.tfvars": 'name = "first"\n', "app/z.auto.tfvars": 'name = "second"\n' };
    expect(principals(only("app/main.tf", files))).toEqual(["role aws_iam_role.this = second-role"]);
    expect(principals(only("app/main.tf", { ...files, "app/z.auto.tfvars": "" }))).toEqual(["role aws_iam_role.this = first-role"]);
  });

  test("have those of each file that a deployment may name", () => {
    const document = only("app/main.tf", {
      "app/main.tf": ROOT,
      "app/envs/dev.tfvars": 'name = "dev"\nregion = "eu-west-1"\n',
      "app/prod.tfvars.json": '{"name": "prod"}',
      "app/other.tfvars": 'something = "else"\n',
      "elsewhere/main.tf": 'variable "name" {}\n',
      "elsewhere/terraform.tfvars": 'name = "elsewhere"\n',
    });
    expect(principals(document)).toEqual(["role aws_iam_role.this = dev-role", "role aws_iam_role.this = prod-role"]);
    expect(clauses(document)).toEqual([]);
  });

  test("may be set otherwise than their defaults", () => {
    const document = only("app/main.tf", { "app/main.tf": ROOT });
    expect(principals(document)).toEqual(["role aws_iam_role.this ~ <var.name>-role"]);
    const bare = only("app/main.tf", { "app/main.tf": ROOT.replace('"${var.name}-role"', "var.name") });
    expect(principals(bare)).toEqual(["role aws_iam_role.this = usual"]);
    expect(clauses(bare)).toEqual(["the name of aws_iam_role.this is taken from the default of var.name, which a deployment may set otherwise"]);
  });

  test("are not known from a file of values that cannot be read", () => {
    const document = only("app/main.tf", { "app/main.tf": ROOT, "app/terraform.tfvars": "name =" });
    expect(clauses(document)).toEqual([expect.stringMatching(/^terraform\.tfvars beside it could not be read \(/u)]);
  });
});

describe("the users of a group", () => {
  const GROUP = `resource "aws_iam_group" "g" {\n name = "devs"\n}
resource "aws_iam_group_policy" "g" {\n group = aws_iam_group.g.name\n policy = jsonencode({ Statement = [{ Effect = "Allow", Action = ["s3:*"], Resource = "*" }] })\n}
resource "aws_iam_user" "a" {\n name = "anna"\n}\n`;

  test("are those of its membership", () => {
    const document = only("main.tf", { "main.tf": `${GROUP}resource "aws_iam_group_membership" "m" {\n name = "m"\n group = aws_iam_group.g.name\n users = [aws_iam_user.a.name, "berta"]\n}\n` });
    expect(principals(document)).toEqual(["user aws_iam_user.a = anna", 'user user "berta" = berta']);
    expect(clauses(document)).toEqual([]);
    expect(document.holder).toBe("group");
  });

  test("may be more where users name their groups", () => {
    const document = only("main.tf", { "main.tf": `${GROUP}resource "aws_iam_user_group_membership" "m" {\n user = aws_iam_user.a.name\n groups = [aws_iam_group.g.name, "ops"]\n}\n` });
    expect(principals(document)).toEqual(["user aws_iam_user.a = anna"]);
    expect(clauses(document)).toEqual(["there may be other users in aws_iam_group.g"]);
  });

  test("are not known where nothing names them", () => {
    expect(principals(only("main.tf", { "main.tf": GROUP }))).toEqual(["group aws_iam_group.g = devs"]);
  });
});

describe("a policy attribute whose text is elsewhere", () => {
  const HOLDING = 'variable "policy" {}\nresource "aws_iam_role_policy" "p" {\n role = "x"\n policy = var.policy\n}\n';
  const whys = (files: Readonly<Record<string, string>>): readonly string[] => locateIn("m/main.tf", files).opaque.map(({ why }) => why);
  const why = "the policy of aws_iam_role_policy.p is not written there (var.policy)";

  test("is listed, unless every caller writes it", () => {
    const written = 'jsonencode({ Statement = [{ Effect = "Allow", Action = "s3:*", Resource = "*" }] })';
    expect(whys({ "m/main.tf": HOLDING })).toEqual([why]);
    expect(whys({ "m/main.tf": HOLDING, "main.tf": call("m", "./m", `policy = ${written}`) })).toEqual([]);
    expect(whys({ "m/main.tf": HOLDING, "main.tf": call("m", "./m", "policy = var.given") })).toEqual([why]);
    expect(whys({ "m/main.tf": HOLDING, "main.tf": call("m", "./m", "policy = data.aws_iam_policy_document.d.json") })).toEqual([]);
  });
});

describe("a managed policy that another directory names", () => {
  const POLICY = `resource "aws_iam_policy" "p" {\n name = "app-policy"\n policy = jsonencode({ Statement = [{ Effect = "Allow", Action = ["s3:*"], Resource = "*" }] })\n}
resource "aws_iam_role" "r" {\n name = "alpha"\n}
resource "aws_iam_role_policy_attachment" "r" {\n role = aws_iam_role.r.name\n policy_arn = aws_iam_policy.p.arn\n}\n`;

  test.each([
    ["by its ARN", 'resource "x" "y" {\n policy_arn = "arn:aws:iam::111122223333:policy/team/app-policy"\n}', true],
    ["by a partial ARN", 'locals {\n arn = "arn:aws:iam::${var.account}:policy/app-policy"\n}', true],
    ["by a lookup", 'data "aws_iam_policy" "p" {\n name = "app-policy"\n}', true],
    ["by a lookup in JSON syntax", '{"data": {"aws_iam_policy": {"p": {"name": "app-policy"}}}}', true],
    ["not by AWS's own of that name", 'locals {\n arn = "arn:aws:iam::aws:policy/app-policy"\n}', false],
    ["not by one of another name", 'locals {\n arn = "arn:aws:iam::111122223333:policy/app-policy-2"\n}', false],
  ])("%s", (_, text, isOpen) => {
    const other = text.startsWith("{") ? "b/main.tf.json" : "b/main.tf";
    const { attachment } = only("a/main.tf", { "a/main.tf": POLICY, [other]: text });
    expect(clauses({ attachment })).toEqual(isOpen ? [`${other} names the policy "app-policy", and may attach it`] : []);
  });
});
