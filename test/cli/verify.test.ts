import { parseForESLint } from "@typescript-eslint/parser";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { contains } from "../../src/iam/pattern.js";
import { covers } from "../../src/cli/verify-narrows.js";
import { verifyFix } from "../../src/cli/verify.js";

const parseProgram = (text: string): unknown => parseForESLint(text, { sourceType: "module", range: true, comment: true }).ast;

/** Verifies the fix that puts `to` in place of `from` (which must occur once). */
async function change(path: string, text: string, from: string, to: string): Promise<string | null> {
  expect(text.split(from)).toHaveLength(2);
  return verifyFix(path, text, text.replace(from, () => to), parseProgram);
}

const HCL = `
locals {
  read   = ["s3:GetObject", "s3:GetBucketAcl"] # shared
  denied = ["s3:PutObject", "s3:DeleteObject"]
}

data "aws_iam_policy_document" "orders" {
  statement {
    sid       = "Read"
    actions   = ["s3:Get*", "s3:List*", var.extra]
    resources = ["\${aws_s3_bucket.b.arn}/*", "arn:aws:s3:::b"]

    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalTag/team"
      values   = ["a", "b"]
    }
  }

  statement {
    actions   = ["sqs:SendMessage"]
    resources = ["*"]
  }

  statement {
    effect    = "Deny"
    actions   = concat(local.denied, ["kms:Decrypt", "kms:Encrypt"])
    resources = ["*"]
  }

  statement {
    not_actions = ["iam:Get*", "iam:List*"]
    resources   = ["*"]
  }
}

resource "aws_iam_role" "r" {
  assume_role_policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = ["sts:AssumeRole", "sts:TagSession"] }]
  })
}

resource "aws_iam_role_policy" "inline" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow" # a note
        Action   = ["ec2:Describe*", "ec2:Run*"]
        Resource = "\${var.é}/\${lookup(m, "k")}"
      },
      { Effect = "Allow", Action = "sns:*", Resource = ["*"] },
      { Effect = "Deny", Action = ["ec2:Stop*", "ec2:Start*"], Resource = ["*"] },
    ]
  })
}

resource "aws_iam_policy" "heredoc" {
  policy = <<-EOF
    {
      "Statement": [
        {"Effect": "Allow", "Action": ["lambda:Get*", "lambda:List*"], "Resource": "\${lookup(m, "k")}/*"},
        {"Effect": "Allow", "Action": "logs:*", "Resource": "*"}
      ]
    }
  EOF
}

resource "aws_iam_policy" "twin" {
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = ["dax:Get*", "dax:Put*"] }] })
}

resource "aws_iam_policy" "other_twin" {
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = ["dax:Get*", "dax:Put*"] }] })
}
`;

describe("Terraform", () => {
  test.each([
    ["an element of a list", '["s3:Get*", "s3:List*", var.extra]', '["s3:Get*", var.extra]'],
    ["a pattern that becomes narrower ones", '["s3:Get*", "s3:List*", var', '["s3:GetBucket*", "s3:GetObject", "s3:List*", var'],
    ["another casing", '"s3:Get*", "s3:List*", var', '"S3:GetO*", "s3:List*", var'],
    ["a whole statement", '\n  statement {\n    actions   = ["sqs:SendMessage"]\n    resources = ["*"]\n  }\n', ""],
    ["an element in jsonencode", 'Action   = ["ec2:Describe*", "ec2:Run*"]', 'Action   = ["ec2:Describe*"]'],
    ["a single value in jsonencode that becomes a list", '"sns:*"', '["sns:Get*", "sns:Publish"]'],
    ["a statement in jsonencode", '\n      { Effect = "Allow", Action = "sns:*", Resource = ["*"] },', ""],
    ["an element in a heredoc", '["lambda:Get*", "lambda:List*"]', '["lambda:Get*"]'],
    ["a single value in a heredoc that becomes a list", '"logs:*"', '["logs:Put*"]'],
    ["a list in locals", '["s3:GetObject", "s3:GetBucketAcl"]', '["s3:GetObject"]'],
    ["layout only", 'actions   = ["s3:Get*", "s3:List*", var.extra]', 'actions = [\n"s3:Get*",\n"s3:List*", var.extra,\n]'],
  ])("lets pass %s", async (_, from, to) => {
    expect(await change("main.tf", HCL, from, to)).toBeNull();
  });

  test("lets pass a change in one of two equal expressions", async () => {
    const at = HCL.lastIndexOf('["dax:Get*", "dax:Put*"]');
    expect(await verifyFix("main.tf", HCL, `${HCL.slice(0, at)}["dax:Get*"]${HCL.slice(at + 24)}`)).toBeNull();
  });

  test.each([
    ["a wider pattern", '"s3:Get*", "s3:List*", var', '"s3:*", "s3:List*", var', /It would add "s3:\*" to .*statement\[0\]\.actions/u],
    ["a new action", '"s3:Get*", "s3:List*", var', '"s3:Get*", "s3:PutObject", "s3:List*", var', /It would add "s3:PutObject"/u],
    ["another order", '"s3:Get*", "s3:List*", var.extra', '"s3:List*", "s3:Get*", var.extra', /move/u],
    ["a lost reference", '"s3:List*", var.extra', '"s3:List*"', /actions\[2\]/u],
    ["an empty list", 'actions   = ["sqs:SendMessage"]', "actions   = []", /statement\[1\]\.actions empty/u],
    ["an empty list in jsonencode", 'Action   = ["ec2:Describe*", "ec2:Run*"]', "Action   = []", /Statement\[0\]\.Action empty/u],
    ["a changed resource", '"arn:aws:s3:::b"', '"arn:aws:s3:::*"', /statement\[0\]\.resources, but only the actions of a statement may change/u],
    ["a removed resource", '"${aws_s3_bucket.b.arn}/*", ', "", /resources, but only the actions/u],
    ["a changed condition", 'values   = ["a", "b"]', 'values   = ["a"]', /condition, but only the actions/u],
    ["a lost key", '    sid       = "Read"\n', "", /It would drop "sid"/u],
    ["a deleted Deny", /* the whole block */ HCL.slice(HCL.indexOf('  statement {\n    effect    = "Deny"'), HCL.indexOf("  statement {\n    not_actions")), "", /statement\[2\]/u],
    ["a Deny with fewer actions", '"kms:Decrypt", "kms:Encrypt"', '"kms:Decrypt"', /effect of its statement is not "Allow"/u],
    ["a Deny with fewer actions through a local", '["s3:PutObject", "s3:DeleteObject"]', '["s3:PutObject"]', /"denied"/u],
    ["fewer not_actions", '["iam:Get*", "iam:List*"]', '["iam:Get*"]', /NotAction/u],
    ["a trust policy", '["sts:AssumeRole", "sts:TagSession"]', '["sts:AssumeRole"]', /not an identity policy/u],
    ["a Deny in jsonencode", '["ec2:Stop*", "ec2:Start*"]', '["ec2:Stop*"]', /not "Allow"/u],
    ["an effect", 'Effect   = "Allow" # a note', 'Effect   = "Deny" # a note', /Effect/u],
    ["a changed interpolation", '/${lookup(m, "k")}"\n', '/${lookup(m, "q")}"\n', /Resource/u],
    ["a resource in a heredoc", '"Resource": "${lookup(m, "k")}/*"', '"Resource": "*"', /Resource/u],
    ["a lost comment", " # shared", "", /comment "# shared"/u],
    ["a lost comment in an expression", ' # a note', "", /comment "# a note"/u],
    ["broken text", 'actions   = ["sqs:SendMessage"]', 'actions   = ["sqs:SendMessage"', /would not be valid Terraform/u],
    ["a comma too few", '"s3:Get*", "s3:List*", var.extra', '"s3:Get*" "s3:List*", var.extra', /would not be valid Terraform/u],
  ])("catches %s", async (_, from, to, why) => {
    const reason = await change("main.tf", HCL, from, to);
    expect(reason).toMatch(why);
    expect(reason).toMatch(/^[A-Z][^\n]*\.$/u);
  });

  test("says so when the text before cannot be read", async () => {
    expect(await verifyFix("main.tf", "x = [", "x = []")).toMatch(/^The file cannot be read as Terraform by a second parser \(.*\)\.$/u);
  });
});

const YAML = `Conditions:
  Prod: !Equals [!Ref Stage, prod]
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
          - Effect: Allow
            Action: [sts:AssumeRole, sts:TagSession]
      Policies:
        - PolicyName: a
          PolicyDocument:
            Statement:
              - Effect: Allow
                Action:
                  - s3:Get*
                  - s3:List*
                  - !Sub "\${Service}:Get*"
                Resource: !Sub "arn:aws:s3:::\${Bucket}/*" # where
              - Effect: Allow
                Action: sqs:*
                Resource: "*"
              - Effect: Deny
                Action:
                  - s3:Put*
                  - s3:Delete*
                Resource: "*"
              - Effect: Allow
                Principal: "*"
                Action: [sns:Publish, sns:Subscribe]
        - PolicyName: b
          PolicyDocument: { Statement: [{ Effect: Allow, Action: [ec2:Run*, ec2:Stop*], Resource: "*" }] }
  Function:
    Type: AWS::Serverless::Function
    Properties:
      Events: [s3:ObjectCreated, s3:ObjectRemoved]
      InlineCode: |
        # not a comment
        x
`;

describe("CloudFormation in YAML", () => {
  test.each([
    ["an item", "                  - s3:Get*\n", ""],
    ["items in place of a pattern", "- s3:Get*\n", "- s3:GetA*\n                  - 's3:GetB*'\n"],
    ["a scalar that becomes a list", "Action: sqs:*", "Action:\n                - sqs:Send*\n                - sqs:Get*"],
    ["a statement", '              - Effect: Allow\n                Action: sqs:*\n                Resource: "*"\n', ""],
    ["an element of a flow list", "[ec2:Run*, ec2:Stop*]", "[ec2:Run*]"],
    ["a whole policy", YAML.slice(YAML.indexOf("        - PolicyName: b"), YAML.indexOf("  Function:")), ""],
  ])("lets pass %s", async (_, from, to) => {
    for (const path of ["template.yaml", "template.yml", "app.template"]) expect(await change(path, YAML, from, to)).toBeNull();
  });

  test.each([
    ["a wider pattern", "- s3:Get*", '- "s3:G*"', /add "s3:G\*"/u],
    ["a lost tag", '!Sub "arn', '"arn', /Resource/u],
    ["another tag", '!Sub "${Service}:Get*"', '!Ref "${Service}:Get*"', /Action/u],
    ["a lost tagged action", '                  - !Sub "${Service}:Get*"\n', "", /Action\[2\]/u],
    ["a Deny with fewer actions", "                  - s3:Delete*\n", "", /not "Allow"/u],
    ["a deleted Deny", YAML.slice(YAML.indexOf("              - Effect: Deny"), YAML.indexOf("              - Effect: Allow\n                Principal")), "", /Statement\[2\]/u],
    ["a statement with a principal", "[sns:Publish, sns:Subscribe]", "[sns:Publish]", /principals/u],
    ["a trust policy", "[sts:AssumeRole, sts:TagSession]", "[sts:AssumeRole]", /identity/u],
    ["something that only looks like actions", "[s3:ObjectCreated, s3:ObjectRemoved]", "[s3:ObjectCreated]", /Events/u],
    ["a lost policy with a Deny", YAML.slice(YAML.indexOf("        - PolicyName: a"), YAML.indexOf("        - PolicyName: b")), "", /Policies\[0\]/u],
    ["an empty list", "[ec2:Run*, ec2:Stop*]", "[]", /Action empty/u],
    ["a list that became nothing", "                  - s3:Get*\n                  - s3:List*\n                  - !Sub \"${Service}:Get*\"\n", "", /Action/u],
    ["a condition", "!Ref Stage", "!Ref Other", /Conditions/u],
    ["a lost comment", " # where", "", /comment "# where"/u],
    ["broken text", "Action: sqs:*", "Action: [sqs:*", /would not be valid YAML/u],
  ])("catches %s", async (_, from, to, why) => {
    expect(await change("template.yaml", YAML, from, to)).toMatch(why);
  });

  test("does not take text for a comment", async () => {
    expect(await change("template.yaml", YAML, "# not a comment", "# a comment")).toMatch(/InlineCode/u);
  });
});

const POLICY = `{
  "Version": "2012-10-17",
  "Statement": [
    { "Sid": "A", "Effect": "Allow", "Action": ["s3:Get*", "s3:List*"], "Resource": "*" },
    { "Effect": "Allow", "Action": "sqs:*", "Resource": ["a", "b"] },
    { "Effect": "Deny", "NotAction": ["iam:*", "sts:*"], "Resource": "*" },
    { "Action": ["sns:Get*", "sns:List*"] }
  ]
}
`;

describe("JSON", () => {
  test.each([
    ["an element", '["s3:Get*", "s3:List*"]', '["s3:List*"]'],
    ["several in place of one", '"sqs:*"', '["sqs:Send*", "sqs:Get*"]'],
    ["a statement", '    { "Effect": "Allow", "Action": "sqs:*", "Resource": ["a", "b"] },\n', ""],
  ])("lets pass %s", async (_, from, to) => {
    expect(await change("policy.json", POLICY, from, to)).toBeNull();
    expect(await change("policy.json.tpl", POLICY.replace('"Sid": "A"', '"Sid": ${jsonencode("x")}'), from, to)).toBeNull();
  });

  test.each([
    ["a reordered key", '"Sid": "A", "Effect": "Allow"', '"Effect": "Allow", "Sid": "A"', /order of the keys/u],
    ["an added key", '"Sid": "A"', '"Sid": "A", "Id": "B"', /add "Id"/u],
    ["a NotAction", '["iam:*", "sts:*"]', '["iam:*"]', /NotAction/u],
    ["a removed statement that denies", '    { "Effect": "Deny", "NotAction": ["iam:*", "sts:*"], "Resource": "*" },\n', "", /Statement\[2\]/u],
    ["a statement without Effect", '["sns:Get*", "sns:List*"]', '["sns:Get*"]', /not "Allow"/u],
    ["a dangling comma", '["s3:Get*", "s3:List*"]', '["s3:Get*",]', /would not be valid JSON/u],
    ["another type", '"sqs:*"', "1", /Statement\[1\]\.Action/u],
    ["a version", "2012-10-17", "2008-10-17", /Version/u],
  ])("catches %s", async (_, from, to, why) => {
    expect(await change("policy.json", POLICY, from, to)).toMatch(why);
  });

  test("compares policies that are text inside JSON", async () => {
    const outer = (policy: string): string => JSON.stringify({ resource: { aws_iam_policy: { a: { policy } } } });
    expect(await verifyFix("main.tf.json", outer(POLICY), outer(POLICY.replace('"s3:Get*", ', "")))).toBeNull();
    expect(await verifyFix("main.tf.json", outer(POLICY), outer(POLICY.replace('"Deny"', '"Allow"')))).toMatch(/Effect/u);
  });

  describe("in Terraform's syntax", () => {
    const TERRAFORM = JSON.stringify({
      locals: { read: ["s3:Get*", "s3:List*"] },
      data: {
        aws_iam_policy_document: {
          a: { statement: [{ actions: ["s3:GetObject", "s3:PutObject"] }, { actions: ["sqs:SendMessage"] }, { effect: "Deny", actions: ["sns:*", "ses:*"] }] },
        },
      },
    });

    test.each([
      ["an action", '"s3:GetObject",', ""],
      ["a statement", '{"actions":["sqs:SendMessage"]},', ""],
      ["an action of a local list", '"s3:Get*",', ""],
    ])("lets pass %s", async (_, from, to) => {
      expect(await change("main.tf.json", TERRAFORM, from, to)).toBeNull();
      expect(await change("main.tofu.json", TERRAFORM, from, to)).toBeNull();
    });

    test.each([
      ["a dangling comma", ',"s3:PutObject"', ",", /would not be valid JSON/u],
      ["a shorter Deny", ',"ses:*"', "", /not "Allow"/u],
      ["a comment, which JSON does not have", '"s3:PutObject"', '/* */ "s3:PutObject"', /would not be valid JSON/u],
      ["a lost local", '"locals":{"read":["s3:Get*","s3:List*"]},', "", /drop "locals"/u],
    ])("catches %s", async (_, from, to, why) => {
      expect(await change("main.tf.json", TERRAFORM, from, to)).toMatch(why);
    });

    test("does not overlook a key that stands twice", async () => {
      const twice = TERRAFORM.replace('"data"', '"data":{"aws_s3_bucket":{"b":{"bucket":"b"}}},"data"');
      expect(await change("main.tf.json", twice, '"bucket":"b"', '"bucket":"c"')).toMatch(/would change|would remove/u);
      expect(await change("main.tf.json", twice, '"s3:GetObject",', "")).toBeNull();
    });
  });
});

const CDK = `import { Effect, PolicyDocument, PolicyStatement, Role } from "aws-cdk-lib/aws-iam";

const shared = ["s3:GetObject", \`s3:ListBucket\`] as const; // shared
const denied = ["s3:PutObject", "s3:DeleteObject"];
const blocked = new PolicyStatement({ effect: Effect.DENY, resources: ["*"] });

class Stack {
  constructor(bucket: Bucket) {
    const role = new Role(this, "Role", {
      inlinePolicies: {
        a: new PolicyDocument({
          statements: [
            new PolicyStatement({ actions: ["sqs:Send*", "sqs:Get*"], resources: [bucket.arn, "sqs:queue"] }),
            new PolicyStatement({ effect: Effect.ALLOW, actions: [...shared, "sns:*"], resources: ["*"] }),
            new PolicyStatement({ effect: Effect.DENY, actions: denied, resources: ["*"] }),
          ],
        }),
      },
    });
    role.addToPolicy(new PolicyStatement({ actions: ["ec2:Describe*"], resources: ["*"] }));
    role.addToPolicy(PolicyStatement.fromJson({ Effect: "Allow", Action: "dax:*", Resource: "*" }));
    role.addToPolicy(new PolicyStatement({ effect: Effect.DENY, actions: ["ec2:Run*"], resources: ["*"] }));
    blocked.addActions("kms:Decrypt", "kms:Encrypt");
    allowed.addActions("acm:Get*", "acm:List*");
    bucket.addToResourcePolicy("s3:x", "s3:y");
    table.grant(role, "dynamodb:Query", "dynamodb:Scan");
    queue.grant(role, "sqs:PurgeQueue");
    topic.grant(role, ...["sns:Publish", "sns:Subscribe"]);
    fn.role?.addToPrincipalPolicy(new PolicyStatement({ actions: ["ssm:Get*"], resources: ["*"] }));
    fn.role?.addToPrincipalPolicy(new PolicyStatement({ effect: Effect.DENY, actions: ["ssm:Put*"], resources: ["*"] }));
    bucket.grants.actionsOnObjectKeys(role, "in/*", "s3:HeadObject", "s3:RestoreObject");
    Grant.addToPrincipal({ grantee: role, actions: ["ssm:GetParameter", "ssm:PutParameter"], resourceArns: ["*"] });
    api.grantQuery(role, "a:order", "a:orders");
  }
}
`;

describe("CDK", () => {
  test.each([
    ["an element", '["sqs:Send*", "sqs:Get*"]', '["sqs:Get*"]'],
    ["several in place of one", '"sns:*"', '"sns:Get*", "sns:List*"'],
    ["an element of a list with a name", '["s3:GetObject", `s3:ListBucket`]', "[`s3:ListBucket`]"],
    ["an argument", '"acm:Get*", "acm:List*"', '"acm:List*"'],
    ["a single value", '"dax:*"', '["dax:Get*", "dax:Put*"]'],
    ["a statement in a list", '            new PolicyStatement({ effect: Effect.ALLOW, actions: [...shared, "sns:*"], resources: ["*"] }),\n', ""],
    ["a call that adds a statement", '    role.addToPolicy(new PolicyStatement({ actions: ["ec2:Describe*"], resources: ["*"] }));\n', ""],
    ["an argument of a grant", '"dynamodb:Query", "dynamodb:Scan"', '"dynamodb:Query"'],
    ["an argument behind a pattern of keys", '"in/*", "s3:HeadObject", ', '"in/*", '],
    ["a call that grants one action", '    queue.grant(role, "sqs:PurgeQueue");\n', ""],
    ["a call that grants a list which is spread", '    topic.grant(role, ...["sns:Publish", "sns:Subscribe"]);\n', ""],
    ["an element of a list which is spread", '["sns:Publish", "sns:Subscribe"]', '["sns:Publish"]'],
    ["an optional call", '    fn.role?.addToPrincipalPolicy(new PolicyStatement({ actions: ["ssm:Get*"], resources: ["*"] }));\n', ""],
    ["an action of a static grant", ', "ssm:PutParameter"', ""],
    ["other quotes", '"sqs:Send*", "sqs:Get*"', "'sqs:Send*', `sqs:Get*`"],
  ])("lets pass %s", async (_, from, to) => {
    expect(await change("stack.ts", CDK, from, to)).toBeNull();
  });

  test.each([
    ["a wider pattern", '"sqs:Send*"', '"sqs:*"', /add "sqs:\*"/u],
    ["a resource", '[bucket.arn, "sqs:queue"]', "[bucket.arn]", /resources, but/u],
    ["a Deny with fewer actions", '["ec2:Run*"]', '["ec2:RunInstances"]', /not "Allow"/u],
    ["a named list that a Deny uses", '["s3:PutObject", "s3:DeleteObject"]', '["s3:PutObject"]', /"denied"/u],
    ["an argument for a Deny", '"kms:Decrypt", "kms:Encrypt"', '"kms:Decrypt"', /"blocked"/u],
    ["a deleted Deny", '            new PolicyStatement({ effect: Effect.DENY, actions: denied, resources: ["*"] }),\n', "", /statements/u],
    ["a deleted call that denies", '    role.addToPolicy(new PolicyStatement({ effect: Effect.DENY, actions: ["ec2:Run*"], resources: ["*"] }));\n', "", /body/u],
    ["a deleted optional call that denies", '    fn.role?.addToPrincipalPolicy(new PolicyStatement({ effect: Effect.DENY, actions: ["ssm:Put*"], resources: ["*"] }));\n', "", /body/u],
    ["a spread list without its elements", '...["sns:Publish", "sns:Subscribe"]', "...[]", /empty/u],
    ["a deleted call of another kind", "    bucket.addToResourcePolicy(\"s3:x\", \"s3:y\");\n", "", /body/u],
    ["a resource policy", '"s3:x", "s3:y"', '"s3:x"', /addToResourcePolicy/u],
    ["a grant of nothing", 'queue.grant(role, "sqs:PurgeQueue")', "queue.grant(role)", /"granted"/u],
    ["another grantee", 'table.grant(role, "dynamodb:Query"', 'table.grant(other, "dynamodb:Query"', /role|name/u],
    ["a deleted call of a grant to an API", '    api.grantQuery(role, "a:order", "a:orders");\n', "", /body/u],
    ["a lost spread", "...shared, ", "", /actions/u],
    ["an empty list", '["sqs:Send*", "sqs:Get*"]', "[]", /actions empty/u],
    ["a hole", '["sqs:Send*", "sqs:Get*"]', '["sqs:Send*",,]', /actions/u],
    ["a lost comment", " // shared", "", /comment "shared"/u],
    ["other code", "bucket: Bucket", "bucket: Other", /Bucket|name/u],
    ["broken text", '["sqs:Send*", "sqs:Get*"]', '["sqs:Send*"', /would not be valid TypeScript/u],
  ])("catches %s", async (_, from, to, why) => {
    expect(await change("stack.ts", CDK, from, to)).toMatch(why);
  });

  test("needs a parser", async () => {
    expect(await verifyFix("stack.ts", CDK, CDK)).toBe("There is no parser to check TypeScript with.");
    expect(await verifyFix("stack.py", CDK, CDK, parseProgram)).toBe("There is no parser to check files of this kind with.");
  });
});

describe("containment of patterns", () => {
  test.each([
    ["s3:Get*", "s3:GetObject", true],
    ["s3:get*", "S3:GetO*", true],
    ["s3:*", "s3:*", true],
    ["s3:*Object", "s3:Get*Object", true],
    ["s3:Get?", "s3:GetA", true],
    ["s3:Get?", "s3:Get*", false],
    ["s3:Get?", "s3:Get?", true],
    ["s3:GetA", "s3:Get?", false],
    ["s3:Get*", "s3:G*", false],
    ["s3:Get*Acl", "s3:Get*", false],
    ["*", "s3:*", true],
    ["s3:*", "*", false],
    ["s3:Get*", "s3:GetObject, s3:Put", false],
  ])("%s covers %s: %s", (outer, inner, expected) => {
    expect(covers(outer, inner)).toBe(expected);
  });

  test("what it claims holds for every name that the inner pattern matches", () => {
    const pattern = fc.array(fc.constantFrom("a", "b", "*", "?"), { minLength: 1, maxLength: 6 }).map((parts) => `s:${parts.join("")}`);
    const matches = (glob: string, name: string): boolean =>
      new RegExp(`^${glob.replaceAll("*", ".*").replaceAll("?", ".")}$`, "u").test(name);
    const name = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 7 }).map((parts) => `s:${parts.join("")}`);
    fc.assert(
      fc.property(pattern, pattern, name, (outer, inner, action) => {
        if (covers(outer, inner) && matches(inner, action)) expect(matches(outer, action)).toBe(true);
        if (covers(outer, inner)) expect(contains(outer, inner)).toBe(true);
        expect(covers(inner, inner)).toBe(true);
        if (!/[*?]/u.test(inner)) expect(covers(outer, inner)).toBe(matches(outer, inner));
      }),
      { numRuns: 1000 },
    );
  });
});

describe("a member of a local is told from its neighbours", () => {
  const text = (reference: string): string => `locals {
  lists = { one = ["s3:GetObject", "s3:GetBucketAcl"], two = ["sqs:SendMessage"] }
}
resource "aws_iam_role_policy" "p" {
  policy = jsonencode({ Statement = [{ Effect = "Deny", Action = ${reference}, Resource = "*" }] })
}
`;

  test.each(["local.lists.two", 'local.lists["two"]', "concat(local.lists.two, var.one)"])("%s", async (reference) => {
    expect(await change("/main.tf", text(reference), '["s3:GetObject", "s3:GetBucketAcl"]', '["s3:GetObject"]')).toBeNull();
  });

  test.each(["local.lists.one", 'local.lists["one"]', "local.lists[var.key]", "flatten(values(local.lists))", "local.lists"])("%s denies it", async (reference) => {
    expect(await change("/main.tf", text(reference), '["s3:GetObject", "s3:GetBucketAcl"]', '["s3:GetObject"]')).toBe(
      'It would change "lists.one", which belongs to a statement that is not an "Allow" of actions.',
    );
  });
});

describe("statements of a policy document", () => {
  const text = `data "aws_iam_policy_document" "d" {
  statement {
    actions = ["s3:GetObject"]
  }
  dynamic "statement" {
    for_each = var.x
    content {
      actions = ["sqs:SendMessage"]
    }
  }
}
`;
  const block = text.slice(text.indexOf("  statement"), text.indexOf("  dynamic"));
  const dynamic = text.slice(text.indexOf("  dynamic"), text.lastIndexOf("}"));

  test("all of one kind may go while others stay", async () => {
    expect(await change("/main.tf", text, block, "")).toBeNull();
    expect(await change("/main.tf", text, dynamic, "")).toBeNull();
  });

  test("not all may go, and none that denies", async () => {
    expect(await change("/main.tf", text, block + dynamic, "")).toMatch(/^It would drop "/u);
    expect(await change("/main.tf", text.replace("    for_each", '    iterator = x\n    for_each').replace("      actions", '      effect = "Deny"\n      actions'), block, "")).toBeNull();
    const denying = text.replace('    actions = ["s3:GetObject"]', '    effect = "Deny"\n    actions = ["s3:GetObject"]');
    expect(await change("/main.tf", denying, denying.slice(denying.indexOf("  statement"), denying.indexOf("  dynamic")), "")).toBe(
      'It would drop "statement" from data.aws_iam_policy_document.d[0].',
    );
  });
});
