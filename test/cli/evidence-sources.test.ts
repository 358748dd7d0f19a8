import { afterEach, describe, expect, test, vi } from "vitest";
import { finding, put, read, runLint, workspace } from "../workspace.js";

const ACCOUNT = "111122223333";

/** A managed policy that two roles have, and whose ARN leaves the repository. */
const SHARED = `
resource "aws_iam_policy" "read" {
  name = "OrdersRead"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["s3:GetObject", "s3:GetBucketAcl", "s3:GetBucketCORS"]
      Resource = "*"
    }]
  })
}

resource "aws_iam_role" "orders" {
  name               = "orders"
  assume_role_policy = "{}"
}

resource "aws_iam_role_policy_attachment" "orders" {
  role       = aws_iam_role.orders.name
  policy_arn = aws_iam_policy.read.arn
}
`;

const EXPORTED = `
output "read_arn" {
  value = aws_iam_policy.read.arn
}
`;

const WORKER = `
resource "aws_iam_role" "worker" {
  name               = "worker"
  assume_role_policy = "{}"
}

resource "aws_iam_role_policy_attachment" "worker" {
  role       = aws_iam_role.worker.name
  policy_arn = aws_iam_policy.read.arn
}
`;

const STRANGER = `
variable "role_name" {
  type = string
}

resource "aws_iam_role_policy_attachment" "stranger" {
  role       = var.role_name
  policy_arn = aws_iam_policy.read.arn
}
`;

/** Last-accessed data: the days of the last use of S3's actions, or null. */
function report(arn: string, actions: Readonly<Record<string, string | null>>, more: object = {}): string {
  return JSON.stringify({
    Arn: arn.startsWith("arn:") ? arn : `arn:aws:iam::${ACCOUNT}:${arn}`,
    CreateDate: "2020-01-01T00:00:00Z",
    JobStatus: "COMPLETED",
    JobType: "ACTION_LEVEL",
    JobCreationDate: "2026-09-01T00:00:00Z",
    JobCompletionDate: "2026-09-01T00:00:05Z",
    IsTruncated: false,
    ServicesLastAccessed: [
      {
        ServiceNamespace: "s3",
        LastAuthenticated: "2026-08-31T00:00:00Z",
        TotalAuthenticatedEntities: 1,
        TrackedActionsLastAccessed: Object.entries(actions).map(([ActionName, LastAccessedTime]) => ({ ActionName, ...(LastAccessedTime === null ? {} : { LastAccessedTime }) })),
      },
    ],
    ...more,
  });
}

const BOTH = { s3: ["GetBucketAcl", "GetBucketCORS"] };
const POLICY_REPORT = report("policy/team/OrdersRead", { GetBucketAcl: null, GetBucketCORS: "2026-01-15T00:00:00Z" });

/** What of the policy's actions is left after --fix, and the report. */
async function fixed(source: string, findings: readonly string[], options: Parameters<typeof runLint>[1] = {}): Promise<{ readonly actions: readonly string[]; readonly stdout: string; readonly stderr: string; readonly exitCode: number }> {
  const folder = workspace({ "main.tf": source });
  findings.forEach((text, index) => put(folder, `findings/${String(index)}.json`, text));
  const run = await runLint(folder, { fix: true, ...options });
  const actions = [...read(folder, "main.tf").matchAll(/"(s3:\w+)"/gu)].map((match) => match[1] ?? "");
  return { actions, ...run };
}

const ALL = ["s3:GetObject", "s3:GetBucketAcl", "s3:GetBucketCORS"];

describe("last-accessed data of a managed policy", () => {
  test("without it, a policy whose ARN leaves the repository is for a person to edit", async () => {
    const { actions, stdout } = await fixed(SHARED + EXPORTED, [finding("orders", BOTH)]);
    expect(actions).toEqual(ALL);
    expect(stdout).toContain('because output "read_arn" hands it on');
  });

  test("with it, what nobody uses who has the policy goes", async () => {
    const { actions, stdout, stderr } = await fixed(SHARED + EXPORTED, [finding("orders", BOTH), POLICY_REPORT]);
    expect(actions).toEqual(["s3:GetObject", "s3:GetBucketCORS"]);
    expect(stdout).toBe("");
    expect(stderr).toContain("Managed policies with last-accessed data: 1, 1 matched to sources, 0 not matched.\n");
  });

  test("with days, also what nobody used for as many", async () => {
    const { actions } = await fixed(SHARED + EXPORTED, [finding("orders", BOTH), POLICY_REPORT], { unusedFor: 180 });
    expect(actions).toEqual(["s3:GetObject"]);
  });

  test("roles without findings do not matter then", async () => {
    expect((await fixed(SHARED + WORKER, [finding("orders", BOTH)])).actions).toEqual(ALL);
    expect((await fixed(SHARED + WORKER, [finding("orders", BOTH), POLICY_REPORT])).actions).toEqual(["s3:GetObject", "s3:GetBucketCORS"]);
    expect((await fixed(SHARED + STRANGER, [finding("orders", BOTH)])).actions).toEqual(ALL);
    expect((await fixed(SHARED + STRANGER, [finding("orders", BOTH), POLICY_REPORT])).actions).toEqual(["s3:GetObject", "s3:GetBucketCORS"]);
  });

  test("what a role's own finding does not list stays", async () => {
    expect((await fixed(SHARED + EXPORTED, [finding("orders", { s3: ["GetBucketCORS"] }), POLICY_REPORT])).actions).toEqual(ALL);
  });

  test("a role that is accepted as it is keeps everything", async () => {
    const archived = finding("worker", BOTH, { status: "ARCHIVED" });
    expect((await fixed(SHARED + WORKER, [finding("orders", BOTH), archived, POLICY_REPORT])).actions).toEqual(ALL);
  });

  test("a role without a finding that is protected, or that an exception is about, keeps everything", async () => {
    const evidence = [finding("orders", BOTH), POLICY_REPORT];
    expect((await fixed(SHARED + WORKER, evidence, { protectPrincipal: ["arn:aws:iam::*:role/work*"] })).actions).toEqual(ALL);
    expect((await fixed(SHARED + WORKER, evidence, { protectPrincipal: ["arn:aws:iam::*:role/other"] })).actions).toEqual(["s3:GetObject", "s3:GetBucketCORS"]);
    const exceptions = 'exceptions:\n  - principal: "arn:aws:iam::*:role/worker"\n    actions: [s3:GetBucketAcl]\n    reason: month-end job\n';
    const folder = workspace({ "main.tf": SHARED + WORKER, "least-privilege.exceptions.yaml": exceptions });
    evidence.forEach((text, index) => put(folder, `findings/${String(index)}.json`, text));
    await runLint(folder, { fix: true });
    expect(read(folder, "main.tf")).toBe(SHARED + WORKER);
  });

  test("in the accounts that the user names, each needs one", async () => {
    const deployed = async (accounts: readonly string[], findings: readonly string[]): Promise<readonly string[]> => {
      const folder = workspace({ "deployments.json": JSON.stringify([{ files: "**", accounts }]) });
      put(folder, "main.tf", SHARED + EXPORTED);
      findings.forEach((text, index) => put(folder, `findings/${String(index)}.json`, text));
      await runLint(folder, { fix: true, deployments: "deployments.json" });
      return [...read(folder, "main.tf").matchAll(/"(s3:\w+)"/gu)].map((match) => match[1] ?? "");
    };
    const other = "arn:aws:iam::444455556666:role/orders";
    const both = [finding("orders", BOTH), finding(other, BOTH), POLICY_REPORT];
    expect(await deployed([ACCOUNT], both)).toEqual(["s3:GetObject", "s3:GetBucketCORS"]);
    expect(await deployed([ACCOUNT, "444455556666"], both)).toEqual(ALL);
    const everywhere = [...both, report("arn:aws:iam::444455556666:policy/OrdersRead", { GetBucketAcl: null })];
    expect(await deployed([ACCOUNT, "444455556666"], everywhere)).toEqual(["s3:GetObject", "s3:GetBucketCORS"]);
  });

  test("alone, it ties nothing to an account: a person edits", async () => {
    const { actions, stdout } = await fixed(SHARED, [POLICY_REPORT]);
    expect(actions).toEqual(ALL);
    expect(stdout.replace(/\s+/gu, " ")).toContain(
      '"s3:GetBucketAcl" is not used by anyone with policy "OrdersRead" in account 111122223333 (no use in the tracked period, analysed 2026-09-01). ' +
        'Not fixed by itself, because only its name ties it to the managed policy "OrdersRead" in account 111122223333.',
    );
  });

  test("of another account closes nothing here", async () => {
    const elsewhere = report("arn:aws:iam::444455556666:policy/OrdersRead", { GetBucketAcl: null });
    const { actions, stdout } = await fixed(SHARED + EXPORTED, [finding("orders", BOTH), elsewhere]);
    expect(actions).toEqual(ALL);
    expect(stdout).toContain('because output "read_arn" hands it on');
    expect((await fixed(SHARED + WORKER, [finding("orders", BOTH), elsewhere])).actions).toEqual(ALL);
  });

  test("says nothing of those who have the same text as an inline policy", async () => {
    const inline = SHARED.replace(
      /policy = jsonencode\((\{[^]*?\n {2}\})\)/u,
      "policy = data.aws_iam_policy_document.read.json",
    );
    const document = `
data "aws_iam_policy_document" "read" {
  statement {
    actions   = ["s3:GetObject", "s3:GetBucketAcl", "s3:GetBucketCORS"]
    resources = ["*"]
  }
}

resource "aws_iam_role_policy" "worker" {
  role   = "worker"
  policy = data.aws_iam_policy_document.read.json
}
`;
    expect((await fixed(inline + document, [finding("orders", BOTH), POLICY_REPORT])).actions).toEqual(ALL);
    const withoutInline = inline + document.replace(/\nresource[^]*/u, "");
    expect((await fixed(withoutInline + EXPORTED, [finding("orders", BOTH), POLICY_REPORT])).actions).toEqual(["s3:GetObject", "s3:GetBucketCORS"]);
  });

  test("of a CloudFormation policy with a name", async () => {
    const template = `AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Read:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      ManagedPolicyName: OrdersRead
      Roles: [!Ref Orders]
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Action: [s3:GetObject, s3:GetBucketAcl]
            Resource: "*"
  Orders:
    Type: AWS::IAM::Role
    Properties:
      RoleName: orders
      AssumeRolePolicyDocument: {}
`;
    const folder = workspace({ "template.yaml": template, "findings/f.json": finding("orders", BOTH) });
    await runLint(folder, { fix: true });
    expect(read(folder, "template.yaml")).toBe(template);
    put(folder, "findings/report.json", POLICY_REPORT);
    await runLint(folder, { fix: true });
    expect(read(folder, "template.yaml")).toBe(template.replace(", s3:GetBucketAcl", ""));
  });
});

describe("last-accessed data of principals", () => {
  const OWN = `
resource "aws_iam_role_policy" "own" {
  role = "orders"
  name = "own"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["s3:GetObject", "s3:GetBucketAcl", "s3:GetBucketCORS"]
      Resource = "*"
    }]
  })
}
`;

  test("of a role is as good as a finding", async () => {
    expect((await fixed(OWN, [report("role/orders", { GetBucketAcl: null, GetBucketCORS: "2026-01-15T00:00:00Z" })])).actions).toEqual(["s3:GetObject", "s3:GetBucketCORS"]);
  });

  test("of a group is that of all its users", async () => {
    const group = OWN.replace("aws_iam_role_policy", "aws_iam_group_policy").replace('role = "orders"', 'group = "developers"');
    expect((await fixed(group, [report("group/developers", { GetBucketAcl: null })])).actions).toEqual(["s3:GetObject", "s3:GetBucketCORS"]);
  });

  test("too old for --max-age, it is reported and fixes nothing", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-10-02T12:00:00Z") });
    const evidence = [report("role/orders", { GetBucketAcl: null })];
    expect((await fixed(OWN, evidence, { maxAge: 31 })).actions).toEqual(["s3:GetObject", "s3:GetBucketCORS"]);
    const { actions, stdout } = await fixed(OWN, evidence, { maxAge: 30 });
    expect(actions).toEqual(ALL);
    expect(stdout.replace(/\s+/gu, " ")).toContain('"s3:GetBucketAcl" is not used by role "orders" in account 111122223333 (no use in the tracked period, analysed 2026-09-01). Not fixed, because the analysis is of 2026-09-01, older than 30 days.');
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  const recommendation = (actions: readonly string[], policyId = "own"): string =>
    JSON.stringify({
      status: "SUCCEEDED",
      recommendationType: "UNUSED_PERMISSION_RECOMMENDATION",
      resourceArn: `arn:aws:iam::${ACCOUNT}:role/orders`,
      completedAt: "2026-01-05T08:00:04Z",
      recommendedSteps: [
        {
          unusedPermissionsRecommendedStep: {
            recommendedAction: "CREATE_POLICY",
            existingPolicyId: policyId,
            recommendedPolicy: JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: actions, Resource: "*" }] }),
          },
        },
        { unusedPermissionsRecommendedStep: { recommendedAction: "DETACH_POLICY", existingPolicyId: policyId } },
      ],
    });

  test("AWS's recommendation is a second opinion, and changes no fix", async () => {
    const evidence = [finding("orders", { s3: ["GetBucketAcl"] }), recommendation(["s3:Get*Acl", "s3:GetObject"])];
    const { stdout, stderr } = await fixed(OWN, evidence, { fix: false });
    expect(stdout.replace(/\s+/gu, " ")).toContain(
      '"s3:GetBucketAcl" is not used by role "orders" in account 111122223333 (no use in the tracked period, analysed 2026-09-01). AWS\'s recommendation of 2026-01-05 keeps "s3:GetBucketAcl".',
    );
    expect(stderr).toContain(
      "Recommendations of AWS: 1 for these policy documents, 1 of them otherwise than the findings say.\n" +
        '  different: main.tf: aws_iam_role_policy.own: AWS\'s recommendation of 2026-01-05 keeps "s3:GetBucketAcl" and also removes "s3:GetBucketCORS"\n',
    );
    expect((await fixed(OWN, evidence)).actions).toEqual(["s3:GetObject", "s3:GetBucketCORS"]);
  });

  test("a recommendation that says the same, or is of another policy, is not mentioned", async () => {
    const same = await fixed(OWN, [finding("orders", BOTH), recommendation(["s3:GetObject"])], { fix: false });
    expect(same.stdout).not.toContain("recommendation");
    expect(same.stderr).toContain("Recommendations of AWS: 1 for these policy documents, 0 of them otherwise than the findings say.\n");
    const other = await fixed(OWN, [finding("orders", BOTH), recommendation(["s3:*"], "other")], { fix: false });
    expect(other.stdout + other.stderr).not.toMatch(/recommendation/iu);
  });

  test("counts without names are asked for where they are all that is missing", async () => {
    const event = JSON.stringify({
      "detail-type": "Unused Access Finding for IAM entities",
      source: "aws.access-analyzer",
      time: "2026-10-31T07:25:40Z",
      resources: ["arn:aws:access-analyzer:eu-west-1:111122223333:analyzer/unused-access"],
      detail: { findingId: "f1", resource: `arn:aws:iam::${ACCOUNT}:role/orders`, status: "ACTIVE", findingType: "UnusedPermission", numberOfUnusedActions: 12, numberOfUnusedServices: 1 },
    });
    const { stdout, stderr, actions, exitCode } = await fixed(OWN, [event]);
    const command = "aws accessanalyzer get-finding-v2 --analyzer-arn arn:aws:access-analyzer:eu-west-1:111122223333:analyzer/unused-access --id f1 --output json";
    expect(stdout.replace(/\s+/gu, " ")).toContain(`arn:aws:iam::111122223333:role/orders has 12 unused actions and 1 unused service, details needed: export them with \`${command}\`.`);
    expect(stderr).toContain(`  details needed: arn:aws:iam::111122223333:role/orders: 12 unused actions and 1 unused service: ${command}\n`);
    expect([actions, exitCode]).toEqual([ALL, 1]);
  });

  test("roles and credentials that nobody uses are counted", async () => {
    const unusedRole = JSON.stringify({
      id: "r1",
      findingType: "UnusedIAMRole",
      status: "ACTIVE",
      resource: `arn:aws:iam::${ACCOUNT}:role/idle`,
      analyzedAt: "2026-09-01T00:00:00Z",
      findingDetails: [{ unusedIamRoleDetails: {} }],
    });
    expect((await fixed(OWN, [finding("orders", BOTH), unusedRole])).stderr).toContain("Not used at all: 1 role.\n");
  });
});
