import { describe, expect, test } from "vitest";
import plugin from "../../src/index.js";
import { BadInput } from "../../src/findings/bad-input.js";
import { describedStack, roleArn, shownState } from "../deployed/records.js";
import { finding, read, runLint, workspace } from "../workspace.js";

const ACL = { s3: ["GetBucketAcl"] };
const ACTIONS = '["s3:GetObject", "s3:GetBucketAcl"]';
const FIXED = ACTIONS.replace(', "s3:GetBucketAcl"', "");

const role = (label: string, naming: string): string => `resource "aws_iam_role" "${label}" {\n  ${naming}\n}\n`;
const grant = (label: string, to: string): string => `resource "aws_iam_role_policy" "${label}" {
  role   = ${to}
  policy = data.aws_iam_policy_document.${label}.json
}

data "aws_iam_policy_document" "${label}" {
  statement {
    actions   = ${ACTIONS}
    resources = ["*"]
  }
}
`;

function findings(...arns: readonly string[]): Record<string, string> {
  return Object.fromEntries(arns.map((arn, index) => [`findings/${String(index)}.json`, finding(arn, ACL)]));
}

/** Is the action gone from `main.tf`, or from the file that is named? */
async function isFixed(files: Readonly<Record<string, string>>, options: Parameters<typeof runLint>[1], path = "main.tf"): Promise<{ readonly fixed: boolean; readonly why: string }> {
  const folder = workspace(files);
  const { stdout, stderr } = await runLint(folder, { ...options, fix: true });
  const text = read(folder, path);
  return { fixed: text.includes(FIXED) && !text.includes(ACTIONS), why: /[Nn]ot fixed[^.]*because ([^.]*(?:\.\w[^.]*)*)\./u.exec(stdout)?.[1] ?? /kept: .*/u.exec(stderr)?.[0] ?? "" };
}

describe("a state ties declarations to ARNs", () => {
  test("generated names that could be taken for each other", async () => {
    const files = {
      "main.tf": role("orders", 'name_prefix = "orders-"') + role("worker", 'name_prefix = "orders-worker-"') + grant("orders", "aws_iam_role.orders.name"),
      ...findings(roleArn("orders-202601010000000000000001ab"), roleArn("orders-worker-202601010000000000000002ab")),
      "state.json": shownState({ "aws_iam_role.orders": roleArn("orders-202601010000000000000001ab"), "aws_iam_role.worker": roleArn("orders-worker-202601010000000000000002ab") }),
    };
    expect(await isFixed(files, {})).toEqual({ fixed: false, why: "the name of aws_iam_role.orders is generated and could also be that of aws_iam_role.worker" });
    expect(await isFixed(files, { state: ["state.json"] })).toMatchObject({ fixed: true });
  });

  test("names that the source does not give, in modules with for_each", async () => {
    const files = {
      "infra/main.tf": 'module "app" {\n  for_each = var.apps\n  source   = "../modules/app"\n  name     = each.value\n}\n',
      "modules/app/main.tf": `variable "name" {}\n${role("this", "name = var.name")}${grant("this", "aws_iam_role.this.name")}`,
      ...findings(roleArn("blue"), roleArn("red")),
    };
    const addresses = { 'module.app["blue"].aws_iam_role.this': roleArn("blue"), 'module.app["red"].aws_iam_role.this': roleArn("red") };
    expect((await isFixed(files, {}, "modules/app/main.tf")).fixed).toBe(false);
    const known = { ...files, "state.json": shownState(addresses) };
    expect(await isFixed(known, { state: ["state.json"] }, "modules/app/main.tf")).toMatchObject({ fixed: true });
    const busy = { ...known, "findings/1.json": finding(roleArn("red"), { s3: ["PutObject"] }) };
    expect((await isFixed(busy, { state: ["infra=state.json"] }, "modules/app/main.tf")).fixed).toBe(false);
  });

  test("a default that was set otherwise, and a deployment of which there is no state", async () => {
    const main = `variable "name" {\n  default = "orders-dev"\n}\n${role("orders", "name = var.name")}${grant("orders", "aws_iam_role.orders.name")}`;
    const files = { "main.tf": main, "state.json": shownState({ "aws_iam_role.orders": roleArn("orders-prod") }), ...findings(roleArn("orders-prod")) };
    expect((await isFixed(files, {})).fixed).toBe(false);
    expect(await isFixed(files, { state: ["state.json"] })).toMatchObject({ fixed: true });
    const another = { ...files, "findings/other.json": finding(roleArn("orders-dev", "444455556666"), { s3: ["PutObject"] }) };
    expect((await isFixed(another, { state: ["state.json"] })).fixed).toBe(false);
    const both = { ...another, "other.json": shownState({ "aws_iam_role.elsewhere": roleArn("orders-dev", "444455556666") }), "other/main.tf": role("elsewhere", 'name = "orders-dev"') };
    expect(await isFixed(both, { state: ["state.json", "other.json"] })).toMatchObject({ fixed: true });
  });

  test("a role without a finding keeps everything, whatever its name is like", async () => {
    const files = {
      "main.tf": role("orders", 'name_prefix = "orders-"') + grant("orders", "aws_iam_role.orders.name"),
      "state.json": shownState({ "aws_iam_role.orders": roleArn("orders-20260101000000000000000001") }),
      "old.json": shownState({ "aws_iam_role.gone": roleArn("orders-20260101000000000000000002") }),
      "old/main.tf": role("gone", 'name_prefix = "orders-"'),
      ...findings(roleArn("orders-20260101000000000000000002")),
    };
    expect(await isFixed(files, { state: ["state.json", "old.json"] })).toEqual({
      fixed: false,
      why: "kept: main.tf: data.aws_iam_policy_document.orders: no finding for aws_iam_role.orders",
    });
  });

  test("one that cannot be placed or read stops the run", async () => {
    const folder = workspace({ "main.tf": role("orders", 'name = "orders"'), "state.json": shownState({ "aws_iam_role.gone": roleArn("gone") }), ...findings(roleArn("orders")) });
    await expect(runLint(folder, { state: ["state.json"] })).rejects.toThrow(BadInput);
    await expect(runLint(folder, { state: ["state.json"] })).rejects.toThrow(/^state\.json: it does not say which root module it is of/u);
    await expect(runLint(folder, { state: ["findings/0.json"] })).rejects.toThrow(/0\.json: this is not a Terraform state/u);
    await expect(runLint(folder, { stackResources: ["state.json"] })).rejects.toThrow(/state\.json: these are not the resources of a stack/u);
  });
});

describe("the resources of stacks tie logical ids to names", () => {
  const template = (more = ""): string => `Resources:
  OrdersRole:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: a
          PolicyDocument:
            Statement:
              - Effect: Allow
                Action: ${ACTIONS}
                Resource: "*"
${more}`;
  const files = {
    "a.yaml": template(),
    "b.yaml": template("  Other:\n    Type: AWS::IAM::Role\n    Properties: {}\n"),
    "a.json": describedStack("a", { OrdersRole: "a-OrdersRole-AAAAAAAAAAAA" }),
    "b.json": describedStack("b", { OrdersRole: "b-OrdersRole-BBBBBBBBBBBB", Other: "b-Other-BBBBBBBBBBBB" }),
    ...findings(roleArn("service/a-OrdersRole-AAAAAAAAAAAA")),
    "findings/b.json": finding(roleArn("b-OrdersRole-BBBBBBBBBBBB"), { s3: ["GetObject"] }),
  };

  test("of templates that declare the same ids", async () => {
    expect((await isFixed(files, {}, "a.yaml")).fixed).toBe(false);
    // Nothing tells yet whether the other role is of another stack of the same template.
    expect((await isFixed(files, { stackResources: ["a.yaml=a.json"] }, "a.yaml")).fixed).toBe(false);
    expect(await isFixed(files, { stackResources: ["a.yaml=a.json", "b.json"] }, "a.yaml")).toMatchObject({ fixed: true });
  });

  test("of several stacks of one template", async () => {
    const one = { ...files, "b.yaml": "{}", "b.json": describedStack("b", { OrdersRole: "b-OrdersRole-BBBBBBBBBBBB" }) };
    expect((await isFixed(one, { stackResources: ["a.json", "b.json"] }, "a.yaml")).fixed).toBe(false);
    const agreed = { ...one, "findings/b.json": finding(roleArn("b-OrdersRole-BBBBBBBBBBBB"), ACL) };
    expect(await isFixed(agreed, { stackResources: ["a.json", "b.json"] }, "a.yaml")).toMatchObject({ fixed: true });
  });
});

test("in ESLint's settings, with a fingerprint of their own", () => {
  const folder = workspace({
    "main.tf": role("orders", 'name = "orders"'),
    "template.yaml": "Resources:\n  Role:\n    Type: AWS::IAM::Role\n    Properties: {}\n",
    "state.json": shownState({ "aws_iam_role.orders": roleArn("orders") }),
    "stack.json": describedStack("orders", { Role: "orders-Role-1A" }),
    ...findings(roleArn("orders")),
  });
  const settings = (more: object): { readonly fingerprint: string; readonly records?: readonly object[] | undefined } => plugin.evidence({ findings: ["findings"], cwd: folder, ...more })["least-privilege"];
  expect(settings({}).records).toBeUndefined();
  expect(settings({ state: ["state.json"], stackResources: ["stack.json"] }).records).toEqual([
    { kind: "state", file: `${folder}/state.json`, stack: null, in: folder },
    { kind: "stack-resources", file: `${folder}/stack.json`, stack: "arn:aws:cloudformation:eu-west-1:111122223333:stack/orders/2a3b", in: `${folder}/template.yaml` },
  ]);
  expect(new Set([{}, { state: ["state.json"] }, { stackResources: ["stack.json"] }].map((more) => settings(more).fingerprint)).size).toBe(3);
});
