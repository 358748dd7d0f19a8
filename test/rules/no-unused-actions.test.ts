import { Linter } from "eslint";
import { describe, expect, test } from "vitest";
import { builtInCatalogue } from "../../src/iam/catalogue.js";
import plugin from "../../src/index.js";
import { drawReport } from "../draw.js";
import { finding, inlinePolicy, workspace } from "../workspace.js";

interface Checked {
  /** Messages drawn under the source. */
  readonly report: string;
  readonly fixed: string;
}

/** Lints HCL text of a file that is not on disk, with the given findings. */
function check(text: string, findings: readonly string[], options: object = {}, settings: object = {}): Checked {
  const folder = workspace({ "findings/all.jsonl": findings.join("\n") });
  const linter = new Linter({ cwd: folder });
  const config: Linter.Config[] = [
    ...plugin.configs.recommended,
    { settings: plugin.evidence({ findings: ["findings"], cwd: folder, ...settings }) },
    { files: ["**/*.tf"], rules: { "least-privilege/no-unused-actions": ["error", options] } },
  ];
  const filename = `${folder}/main.tf`;
  return {
    report: drawReport("main.tf", text, linter.verify(text, config, { filename })),
    fixed: linter.verifyAndFix(text, config, { filename }).output,
  };
}

/** The text after each suggestion, one at a time. */
function suggested(text: string, findings: readonly string[]): readonly string[] {
  const folder = workspace({ "findings/all.jsonl": findings.join("\n") });
  const linter = new Linter({ cwd: folder });
  const config: Linter.Config[] = [...plugin.configs.recommended, { settings: plugin.evidence({ findings: ["findings"], cwd: folder }) }];
  const messages = linter.verify(text, config, { filename: `${folder}/main.tf` });
  return messages
    .flatMap((message) => message.suggestions ?? [])
    .map(({ fix }) => text.slice(0, fix.range[0]) + fix.text + text.slice(fix.range[1]));
}

function policy(...lines: readonly string[]): string {
  return inlinePolicy(lines.map((line) => `          ${line}`).join("\n"));
}

const bucket = finding("orders", { s3: ["GetBucketAcl", "GetBucketCORS"] });

describe("fixes", () => {
  test("a literal goes with its line", () => {
    expect(check(policy('"s3:GetObject",', '"s3:GetBucketAcl",'), [bucket])).toEqual({
      report: `main.tf
  11 |           "s3:GetBucketAcl",
     |           ^^^^^^^^^^^^^^^^^ (fix)
     = "s3:GetBucketAcl" is not used by role "orders" in account 111122223333 (no use in the tracked period, analysed 2026-09-01).
`,
      fixed: policy('"s3:GetObject",'),
    });
  });

  test("a wildcard is narrowed to all and only the rest", () => {
    const { report, fixed } = check(policy('"s3:GetBucketA*",', '"s3:PutObject"'), [bucket]);
    expect(report).toContain('Narrow it to "s3:GetBucketAbac".');
    expect(fixed).toBe(policy('"s3:GetBucketAbac",', '"s3:PutObject"'));
  });

  test("a service that is not used as a whole goes, whatever the action", () => {
    const { report, fixed } = check(policy('"sqs:*",', '"sqs:MadeUpAction",', '"s3:GetObject"'), [finding("orders", { sqs: [] })]);
    expect(report).toContain('"sqs:*" is not used by role "orders" in account 111122223333: the whole service is unused (');
    expect(fixed).toBe(policy('"s3:GetObject"'));
  });

  test("a wildcard of which nothing is used goes", () => {
    const unused = finding("orders", { s3: ["GetObjectTorrent", "GetObjectTagging"] });
    const { report, fixed } = check(policy('"s3:GetObjectT*",', '"s3:PutObject"'), [unused]);
    expect(report).toContain('all that it grants is reported as unused, "s3:GetObjectTagging" and "s3:GetObjectTorrent" (');
    expect(fixed).toBe(policy('"s3:PutObject"'));
  });

  test("the message says when an action was last used", () => {
    const details = { unusedPermissionDetails: { serviceNamespace: "s3", actions: [{ action: "s3:GetBucketAcl", lastAccessed: "2025-06-02T10:00:00Z" }] } };
    const { report } = check(policy('"s3:GetObject",', '"s3:GetBucketAcl"'), [finding("orders", {}, { findingDetails: [details] })]);
    expect(report).toContain("(last used 2025-06-02, analysed 2026-09-01).");
  });

  test("the author's casing is matched and the rest of the list keeps its own", () => {
    expect(check(policy('"S3:getobject",', '"S3:getbucketacl"'), [bucket]).fixed).toBe(policy('"S3:getobject"'));
  });

  test("forty unused neighbours all go", () => {
    const names = Array.from({ length: 40 }, (_, index) => `MadeUp${String(index)}`);
    const text = policy(...names.map((name) => `"s3:${name}",`), '"s3:GetObject",');
    expect(check(text, [finding("orders", { s3: names })]).fixed).toBe(policy('"s3:GetObject",'));
  });
});

describe("statements and documents", () => {
  const statements = (...bodies: readonly string[]): string => `resource "aws_iam_role_policy" "orders" {
  role = "orders"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
${bodies.map((body) => `      {\n        Effect = "Allow"\n        Action = ${body}\n        Resource = "*"\n      },\n`).join("")}    ]
  })
}
`;

  test("a statement goes with its last action", () => {
    expect(check(statements('["s3:GetBucketAcl", "s3:GetBucketCORS"]', '"s3:GetObject"'), [bucket]).fixed).toBe(statements('"s3:GetObject"'));
  });

  test("a single action that is a string goes with its statement", () => {
    expect(check(statements('"s3:GetBucketAcl"', '"s3:GetObject"'), [bucket]).fixed).toBe(statements('"s3:GetObject"'));
  });

  test("a policy never loses its last statement by itself", () => {
    const text = statements('["s3:GetBucketAcl"]', '["s3:GetBucketCORS"]');
    const { report, fixed } = check(text, [bucket]);
    expect(fixed).toBe(text);
    expect(report.match(/Not fixed, because nothing would be left of the policy: delete the policy, or what attaches it\./gu)).toHaveLength(2);
  });

  test("a statement with a comment is only suggested to go", () => {
    const text = statements('[\n          # for audits\n          "s3:GetBucketAcl"\n        ]', '["s3:GetObject"]');
    const { report, fixed } = check(text, [bucket]);
    expect(fixed).toBe(text);
    expect(report).toContain('? Remove the statement of "s3:GetBucketAcl", with which nothing is left in it.');
  });

  test("a string that becomes several actions becomes a list", () => {
    const { fixed } = check(statements('"s3:GetBucketA*"', '"s3:GetObjectT*"'), [
      finding("orders", { s3: ["GetBucketAcl", "GetObjectTorrent"] }),
    ]);
    expect(fixed).toBe(statements('"s3:GetBucketAbac"', '"s3:GetObjectTagging"'));
  });

  test("Deny is never touched, and NotAction is explained", () => {
    const deny = statements('["s3:GetBucketAcl"]', '["s3:GetObject"]').replace('"Allow"', '"Deny"');
    expect(check(deny, [bucket])).toEqual({ report: "", fixed: deny });
    const not = statements('["iam:*"]', '["s3:GetObject"]').replace("Action =", "NotAction =");
    const { report, fixed } = check(not, [bucket]);
    expect(fixed).toBe(not);
    expect(report).toContain('This NotAction grants 2 actions not used by role "orders" in account 111122223333');
    expect(report).toContain("Not fixed by itself, because NotAction grants everything that it does not name: ");
    expect(report).toContain('? Add "s3:GetBucketAcl" and "s3:GetBucketCORS" to this NotAction.');
    expect(suggested(not, [bucket])).toEqual([
      not.replace('["iam:*"]', '["iam:*", "s3:GetBucketAcl", "s3:GetBucketCORS"]'),
    ]);
    expect(suggested(suggested(not, [bucket])[0] ?? "", [bucket])).toEqual([]);
  });

  test("a NotAction of which a part is not plain text is only explained", () => {
    const not = statements('["iam:*", var.more]', '["s3:GetObject"]').replace("Action =", "NotAction =");
    expect(check(not, [bucket]).report).toContain("Not fixed, because NotAction grants everything");
    expect(suggested(not, [bucket])).toEqual([]);
  });

  test("the bare star is explained, not fixed", () => {
    const text = statements('"*"', '["s3:GetObject"]');
    const { report, fixed } = check(text, [bucket]);
    expect(fixed).toBe(text);
    expect(report).toContain('"*" grants 2 actions not used by role "orders"');
  });
});

describe("whose evidence counts", () => {
  test("in several accounts, only what is unused in all of them goes", () => {
    const other = finding("arn:aws:iam::444455556666:role/path/orders", { s3: ["GetBucketCORS"] }, { resourceOwnerAccount: "444455556666" });
    const { report, fixed } = check(policy('"s3:GetBucketAcl",', '"s3:GetBucketCORS",'), [bucket, other]);
    expect(fixed).toBe(policy('"s3:GetBucketAcl",'));
    expect(report).toContain('role "orders" in accounts 111122223333 and 444455556666');
  });

  test("ARCHIVED and RESOLVED findings do not count", () => {
    const text = policy('"s3:GetObject",', '"s3:GetBucketAcl",');
    const counted = finding("other", { sns: [] });
    for (const status of ["ARCHIVED", "RESOLVED"]) {
      expect(check(text, [finding("orders", { s3: ["GetBucketAcl"] }, { status }), counted]).fixed).toBe(text);
    }
  });

  test("a user of the same name is somebody else", () => {
    const text = policy('"s3:GetObject",', '"s3:GetBucketAcl",');
    const user = finding("arn:aws:iam::111122223333:user/orders", { s3: ["GetBucketAcl"] }, { resourceType: "AWS::IAM::User" });
    expect(check(text, [user])).toEqual({ report: "", fixed: text });
  });
});

describe("gates", () => {
  test("a comment on the line or above makes it a suggestion", () => {
    const text = policy('"s3:GetObject",', '"s3:GetBucketAcl", # audits', "# and this", '"s3:GetBucketCORS",');
    const { report, fixed } = check(text, [bucket]);
    expect(fixed).toBe(text);
    expect(report.match(/Not fixed by itself, because a comment beside it explains it\./gu)).toHaveLength(2);
    expect(report).toContain('? Remove "s3:GetBucketCORS".');
  });

  test("an open attachment makes it a suggestion", () => {
    const text = `data "aws_iam_policy_document" "orders" {
  statement {
    actions   = ["s3:GetObject", "s3:GetBucketAcl"]
    resources = ["*"]
  }
}

resource "aws_iam_role_policy" "orders" {
  role   = "orders"
  policy = data.aws_iam_policy_document.orders.json
}

output "policy" {
  value = data.aws_iam_policy_document.orders.json
}
`;
    const { report, fixed } = check(text, [bucket]);
    expect(fixed).toBe(text);
    expect(report).toMatch(/Not fixed by itself, because \S.*\.\n/u);
    expect(report).toContain('? Remove "s3:GetBucketAcl".');
  });

  test("iam:PassRole and protected actions stay", () => {
    const text = policy('"iam:PassRole",', '"iam:GetRole",', '"ec2:RebootInstances",');
    const unused = finding("orders", { iam: ["PassRole"], ec2: ["RebootInstances"] });
    expect(check(text, [unused], {}, { protectedActions: ["ec2:*"] })).toEqual({ report: "", fixed: text });
  });

  test("a wildcard is not split with a catalogue that is older than the analysis; a literal still goes", () => {
    const late = finding("orders", { s3: ["GetBucketAcl"] }, { analyzedAt: "2036-01-05T00:00:00Z" });
    const { report, fixed } = check(policy('"s3:Get*",', '"s3:GetBucketAcl",'), [late]);
    expect(fixed).toBe(policy('"s3:Get*",'));
    expect(report).toMatch(/Not fixed, because the action catalogue of \d{4}-\d\d-\d\d is older than the analysis of 2036-01-05/u);
  });

  test("a replacement over the quota is withheld, with both numbers", () => {
    const text = policy('"ec2:*",');
    const unused = finding("orders", { ec2: EC2 });
    const { report, fixed } = check(text, [unused]);
    expect(fixed).toBe(text);
    expect(report).toMatch(/Not fixed, because the policy would grow from 81 to [\d,]+ characters, and the quota of .* is 10,240\./u);
    expect(suggested(text, [unused])).toEqual([]);
  });

  test("a shorter replacement that fits the quota is suggested", () => {
    const text = policy('"ec2:*",');
    const unused = finding("orders", { ec2: EC2.filter((_, index) => index % 5 === 0) });
    const { report, fixed } = check(text, [unused]);
    expect(fixed).toBe(text);
    expect(report).toMatch(
      /Not fixed by itself, because the policy would grow from 81 to 1[\d,]+ characters, and the quota of .* is 10,240; with shorter patterns it would have [\d,]+\./u,
    );
    const [shorter = "", ...others] = suggested(text, [unused]);
    expect(others).toEqual([]);
    expect(shorter.replaceAll(/\s/gu, "").length).toBeLessThan(10_240);
    expect(suggested(shorter, [unused])).toEqual([]);
    expect(check(shorter, [unused])).toEqual({ report: "", fixed: shorter });
  });

  test("what fits is fixed although something else does not fit", () => {
    const text = policy('"ec2:*",', '"s3:GetBucketAcl",', '"s3:GetBucketC*",', '"s3:PutObject",');
    const unused = finding("orders", { ec2: EC2, s3: ["GetBucketAcl", "GetBucketCORS"] });
    expect(check(text, [unused]).fixed).toBe(policy('"ec2:*",', '"s3:PutObject",'));
  });

  test("the inline policies of one role share a quota", () => {
    const EC2_FEW = EC2.filter((_, index) => index % 20 === 0);
    const one = policy('"ec2:*",');
    const unused = finding("orders", { ec2: EC2_FEW });
    const alone = check(one, [unused]).fixed;
    expect(alone).not.toBe(one);
    const two = one + one.replace('"aws_iam_role_policy" "orders"', '"aws_iam_role_policy" "more"');
    const { fixed, report } = check(two, [unused]);
    expect(fixed.startsWith(alone)).toBe(true);
    expect(fixed.slice(alone.length)).toBe(two.slice(one.length));
    expect(report).toContain("the quota of the inline policies of a role is 10,240");
  });

  test("fix: suggest and fix: off", () => {
    const text = policy('"s3:GetObject",', '"s3:GetBucketAcl",');
    const suggested = check(text, [bucket], { fix: "suggest" });
    expect(suggested.fixed).toBe(text);
    expect(suggested.report).toContain('? Remove "s3:GetBucketAcl".');
    const off = check(text, [bucket], { fix: "off" });
    expect(off.fixed).toBe(text);
    expect(off.report).not.toContain("?");
    expect(off.report).toContain('"s3:GetBucketAcl" is not used');
  });

  test("without configured findings the run stops", () => {
    const linter = new Linter();
    const config: Linter.Config[] = [...plugin.configs.recommended];
    expect(() => linter.verify(policy('"s3:GetObject"'), config, { filename: "main.tf" })).toThrow(
      "No findings are configured: add { settings: leastPrivilege.evidence(",
    );
    expect(linter.verify("locals {}\n", config, { filename: "main.tf" })).toEqual([]);
  });
});

/** Scattered over the service, so that what is left needs hundreds of entries. */
const EC2 = builtInCatalogue()
  .actions("ec2")
  .filter((_, index) => index % 4 === 0);
