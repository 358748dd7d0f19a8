import { describe, expect, test } from "vitest";
import { policyJson } from "../../../src/dialects/policy-json.js";
import { terraform } from "../../../src/dialects/terraform.js";
import type { LocatedPolicies, PolicyDocument } from "../../../src/model/policy.js";
import { slice } from "../../../src/model/text.js";
import { bindIn } from "../project.js";
import { allEntries, locks, principals, values } from "./locate.js";

const POLICY = `{
  "Version": "2012-10-17",
  "Statement": [
    { "Effect": "Allow", "Action": ["s3:Get*", "s3:Put*"], "Resource": "*" }
  ]
}
`;
const ROLE = 'resource "aws_iam_role" "a" {\n  name = "alpha"\n}\n';
const ALPHA = "role aws_iam_role.a = alpha";

function rolePolicy(policy: string, role = "a"): string {
  return `resource "aws_iam_role_policy" "${role}" {\n role = aws_iam_role.${role}.name\n policy = ${policy}\n}\n`;
}

function located(path: string, texts: Readonly<Record<string, string>>, arns: readonly string[] = []): LocatedPolicies {
  return bindIn(policyJson, path, texts, arns);
}

function described({ documents }: LocatedPolicies): unknown {
  return documents.map((document: PolicyDocument) => [principals(document), document.attachment.open, values(allEntries(document)), locks(document), document.holder]);
}

const EDITABLE = [[[ALPHA], [], ["s3:Get*", "s3:Put*"], [null, null], "role"]];

describe("a JSON file that Terraform reads", () => {
  test.each([
    ["below the module", "/project/app/policies/p.json", rolePolicy('file("${path.module}/policies/p.json")')],
    ["beside the module", "/project/policies/p.json", rolePolicy('file("${path.module}/../policies/p.json")')],
    ["below the root", "/project/app/policies/p.json", rolePolicy('file("${path.root}/policies/p.json")')],
    ["below the working directory", "/project/app/policies/p.json", rolePolicy('file("${path.cwd}/policies/p.json")')],
    ["without saying from where", "/project/app/policies/p.json", rolePolicy('file("policies/p.json")')],
    ["decoded and encoded again", "/project/app/p.json", rolePolicy('jsonencode(jsondecode(file("${path.module}/p.json")))')],
    ["as a template", "/project/app/p.json", rolePolicy('templatefile("${path.module}/p.json", {})')],
    ["through a local", "/project/app/p.json", `locals {\n p = file("\${path.module}/p.json")\n}\n${rolePolicy("local.p")}`],
    ["as the source of a document", "/project/app/p.json", `data "aws_iam_policy_document" "d" {\n source_policy_documents = [file("\${path.module}/p.json")]\n}\n${rolePolicy("data.aws_iam_policy_document.d.json")}`],
    ["by a name that is put together", "/project/app/policies/p.json", rolePolicy('file("${path.module}/policies/${var.name}.json")')],
    ["in the old style", "/project/app/p.json", rolePolicy('"${file("${path.module}/p.json")}"')],
  ])("%s", (_, path, policy) => {
    expect(described(located(path, { [path]: POLICY, "/project/app/main.tf": ROLE + policy }))).toEqual(EDITABLE);
  });

  test("belongs to the roles of all directories that read it", () => {
    const path = "/project/policies/p.json";
    const read = rolePolicy('file("${path.module}/../policies/p.json")');
    const two = located(path, { [path]: POLICY, "/project/a/main.tf": ROLE + read, "/project/b/main.tf": ROLE.replace("alpha", "beta") + read });
    expect(two.documents.map(principals)).toEqual([[ALPHA, "role aws_iam_role.a = beta"]]);
    expect(two.boundIn).toBe("/project/a");
  });

  test.each([
    ["a bucket policy, too", 'resource "aws_s3_bucket_policy" "b" {\n policy = file("${path.module}/p.json")\n}\n', "it is also used as policy of aws_s3_bucket_policy.b"],
    ["a trust policy, too", 'resource "aws_iam_role" "b" {\n name = "b"\n assume_role_policy = file("${path.module}/p.json")\n}\n', "it is also used as assume_role_policy of aws_iam_role.b"],
  ])("is locked when it is %s", (_, use, why) => {
    const path = "/project/p.json";
    const texts = { [path]: POLICY, "/project/main.tf": ROLE + rolePolicy('file("${path.module}/p.json")') };
    for (const other of [{ "/project/other.tf": use }, { "/project/other/main.tf": use.replace("${path.module}", "${path.module}/..") }]) {
      expect(located(path, { ...texts, ...other }).documents.flatMap(locks)).toEqual([why, why]);
    }
  });

  test.each([
    ["nobody reads", ""],
    ["only a bucket policy reads", 'resource "aws_s3_bucket_policy" "b" {\n policy = file("${path.module}/p.json")\n}\n'],
    ["of another folder", rolePolicy('file("${path.module}/other/p.json")')],
    ["of another name", rolePolicy('file("${path.module}/pp.json")')],
  ])("is passed over when it is one that %s", (_, use) => {
    expect(located("/project/p.json", { "/project/p.json": POLICY, "/project/main.tf": ROLE + use })).toEqual({ documents: [], comments: [], opaque: [] });
  });

  test("is told from a file of the same name beside another module", () => {
    const texts = Object.fromEntries(
      ["alpha", "beta"].flatMap((name) => [
        [`/project/${name}/p.json`, POLICY],
        [`/project/${name}/main.tf`, ROLE.replace("alpha", name) + rolePolicy('file("p.json")')],
      ]),
    );
    expect(located("/project/beta/p.json", texts).documents.map(principals)).toEqual([["role aws_iam_role.a = beta"]]);
  });

  test("is open when a module that names it cannot be read", () => {
    const texts = { "/project/p.json": POLICY, "/project/main.tf": ROLE + rolePolicy('file("${path.module}/p.json")'), "/project/broken/main.tf": 'x = file("../p.json"' };
    expect(located("/project/p.json", texts).documents.flatMap(({ attachment }) => attachment.open)).toEqual([
      expect.stringMatching(/^main\.tf beside what reads it could not be read \(/u),
    ]);
  });

  test.each([
    ["a changed text", rolePolicy('replace(file("${path.module}/p.json"), "a", "b")'), "it passes through replace(…) in aws_iam_role_policy.a"],
    ["an output", `${rolePolicy('file("${path.module}/p.json")')}output "p" {\n value = file("\${path.module}/p.json")\n}\n`, 'output "p" hands it on'],
  ])("is open when it is also used in %s", (_, use, why) => {
    const { documents } = located("/project/p.json", { "/project/p.json": POLICY, "/project/main.tf": ROLE + use });
    expect(documents.flatMap(({ attachment }) => attachment.open)).toContain(why);
  });

  test("belongs to those that the settings name, too", () => {
    const arn = "arn:aws:iam::*:role/other";
    const { documents } = located("/project/p.json", { "/project/p.json": POLICY, "/project/main.tf": ROLE + rolePolicy('file("${path.module}/p.json")') }, [arn]);
    expect(documents.map(principals)).toEqual([[`role ${arn} = ${arn}`, ALPHA]]);
  });

  test("is no longer listed as not understood where it is read", () => {
    const main = ROLE + rolePolicy('file("${path.module}/p.json")') + rolePolicy('file("${path.module}/gone.json")', "b");
    expect(bindIn(terraform, "/project/main.tf", { "/project/main.tf": main, "/project/p.json": POLICY }).opaque.map(({ why }) => why)).toEqual([
      'the policy of aws_iam_role_policy.b is not written there (file("${path.module}/gone.json"))',
    ]);
  });
});

describe("a template of a policy", () => {
  const template = (text: string): LocatedPolicies =>
    located("/project/p.json.tpl", { "/project/p.json.tpl": text, "/project/main.tf": ROLE + rolePolicy('templatefile("${path.module}/p.json.tpl", { bucket = var.b })') });

  test.each(["\n", "\r\n"])("has exact places beside what is inserted, with line breaks %j", (lineBreak) => {
    const text = `{
  "Id": "$\${literal} 𝒳 %%{ x }",
  "Statement": [
    \${extra},
    { "Effect": "Allow", "Action": ["s3:Get*", "\${verb}", "s3:Put*"], "Resource": "\${bucket}/*" },
    { "Effect": "Allow", "Action": "sqs:*", "Resource": \${jsonencode(queues)} }
  ]
}`.replaceAll("\n", lineBreak);
    const [document] = template(text).documents;
    if (document === undefined) throw new Error("no document");
    expect(allEntries(document).map(({ span }) => slice(text, span))).toEqual(['"s3:Get*"', '"s3:Put*"', '"sqs:*"']);
    expect(locks(document)).toEqual([null, null, null]);
    expect(principals(document)).toEqual([ALPHA]);
    expect(slice(text, document.span)).toBe(text);
    expect(document.opaque.map(({ span }) => slice(text, span))).toEqual(["${extra}"]);
    expect(document.statements.map(({ opaque }) => opaque.map(({ span }) => slice(text, span)))).toEqual([['"${verb}"'], []]);
  });

  test("with directives is told, and not edited", () => {
    const { documents } = template('{ "Statement": [{ "Effect": "Allow", "Action": ["s3:Get*", %{ if x }"sqs:*"%{ else }"sns:*"%{ endif }], "Resource": "*" }] }');
    expect(documents.flatMap(locks)).toEqual(["directives of the template (%{ … }) decide what is part of it"]);
  });

  test("that is also read as it stands is not edited", () => {
    const texts = { "/project/p.json": POLICY.replace('"*"', '"${bucket}"'), "/project/main.tf": ROLE + rolePolicy('var.x ? file("${path.module}/p.json") : templatefile("${path.module}/p.json", {})') };
    expect(located("/project/p.json", texts).documents.flatMap(locks)[0]).toBe("it is read as a template, and also as it stands");
  });

  test("that is a trust policy is not ours", () => {
    expect(template('{ "Statement": [{ "Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole" }] }').documents).toEqual([]);
  });

  test.each([
    ['{ "Statement": [ oops ] }', 'JSON: expected a value, found "o".', "oops"],
    ['{ "Statement": [ "${" ] }', null, null],
  ])("that cannot be read says where: %s", (text, message, at) => {
    try {
      template(text);
      expect.unreachable();
    } catch (error) {
      if (message !== null) expect(error).toMatchObject({ message, offset: text.indexOf(at) });
      expect(error).toHaveProperty("offset");
      const { offset } = error as { offset: number };
      expect(offset).toBeGreaterThanOrEqual(0);
      expect(offset).toBeLessThanOrEqual(text.length);
    }
  });
});

test("claims templates, and asks only those that hold a policy", () => {
  const paths = ["p.json", "p.json.tpl", "p.tftpl", "p.json.tmpl", "p.yaml", "p.sh"];
  expect(paths.map((path) => policyJson.claims(path))).toEqual([true, true, true, true, false, false]);
  expect(policyJson.mentions({ path: "/p.tpl", text: "#!/bin/sh", tree: null, principals: [] })).toBe(false);
});
