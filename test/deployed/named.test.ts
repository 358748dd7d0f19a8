import { describe, expect, test } from "vitest";
import { loadDeployments, recordsFingerprint, type DeploymentRecords, type Deployments } from "../../src/deployed/deployments.js";
import { withDeployedNames } from "../../src/deployed/named.js";
import type { Evidence } from "../../src/evidence.js";
import type { PolicyDocument } from "../../src/model/policy.js";
import type { Attachment, NameDoubt, PrincipalReference } from "../../src/model/principal.js";
import type { PrincipalEvidence } from "../../src/model/usage.js";
import { put, workspace } from "../workspace.js";
import { describedStack, roleArn, shownState } from "./records.js";
import { evidenceWith } from "../evidence-tables.js";

const DIRECTORY = "/repo/infra";

function principal(arn: string): PrincipalEvidence {
  const [, , , , account = "", path = ""] = arn.split(":");
  return { arn, kind: "role", name: path.slice(path.lastIndexOf("/") + 1), account, analyzedAt: "2026-09-01T00:00:00.000Z", findingIds: ["f"], unused: new Map() };
}

function evidenceOf(arns: readonly string[], settled: readonly string[] = []): Evidence {
  return evidenceWith({ principals: arns.map(principal), settled: settled.map(principal) });
}

function literal(name: string, address = "aws_iam_role.app", key = ""): PrincipalReference {
  return { kind: "role", address, name: { kind: "literal", name }, declared: { in: DIRECTORY, address: address + key } };
}

function pattern(head: string, address = "aws_iam_role.app"): PrincipalReference {
  const name = { kind: "pattern", regex: `^${head}.*$`, fixed: head.length, shown: `${head}<suffix>`, id: head } as const;
  return { kind: "role", address, name, declared: { in: DIRECTORY, address } };
}

function states(...roles: readonly Readonly<Record<string, string>>[]): Deployments {
  const folder = workspace(Object.fromEntries(roles.map((each, index) => [`${String(index)}.json`, shownState(each)])));
  return loadDeployments(roles.map((_, index): DeploymentRecords => ({ kind: "state", file: `${folder}/${String(index)}.json`, stack: null, in: DIRECTORY })));
}

function attachmentAfter(attachment: Attachment, deployments: Deployments, evidence: Evidence): Attachment {
  const document: PolicyDocument = { address: "policy", holder: "role", span: { start: 0, end: 0 }, statements: [], opaque: [], element: null, attachment };
  const [after] = withDeployedNames({ documents: [document], comments: [], opaque: [] }, deployments, evidence).documents;
  if (after === undefined) throw new Error("no document");
  return after.attachment;
}

function namesAfter(principals: readonly PrincipalReference[], deployments: Deployments, evidence: Evidence, doubts: readonly NameDoubt[] = []): readonly string[] {
  return attachmentAfter({ principals, open: [], doubts }, deployments, evidence).principals.map(({ name }) => (name.kind === "pattern" ? name.shown : name.kind === "arn" ? name.arn : name.name));
}

describe("deployed names", () => {
  test("of all instances, of one, of none", () => {
    const deployments = states({ 'aws_iam_role.app["x"]': roleArn("app-x"), 'aws_iam_role.app["y"]': roleArn("app-y") });
    const names = (reference: PrincipalReference): unknown => deployments.deployedNames(reference);
    expect(names(pattern("app-"))).toEqual([
      { kind: "arn", arn: roleArn("app-x") },
      { kind: "arn", arn: roleArn("app-y") },
    ]);
    expect(names(literal("app-x", "aws_iam_role.app", '["x"]'))).toEqual([{ kind: "arn", arn: roleArn("app-x") }]);
    expect(names(literal("app-z", "aws_iam_role.app", '["z"]'))).toBeNull();
    expect(names(literal("other", "aws_iam_role.other"))).toBeNull();
    expect(names({ ...literal("app-x"), kind: "user" })).toBeNull();
    expect(names({ ...literal("app-x"), declared: { in: "/repo/other", address: "aws_iam_role.app" } })).toBeNull();
    const { kind, address, name } = literal("app-x");
    expect(names({ kind, address, name })).toBeNull();
  });

  test("of stacks without an account, the name", () => {
    const summaries = { StackResourceSummaries: [{ LogicalResourceId: "Role", PhysicalResourceId: "orders-Role-1A", ResourceType: "AWS::IAM::Role" }] };
    const folder = workspace({ "list.json": JSON.stringify(summaries) });
    const deployments = loadDeployments([{ kind: "stack-resources", file: `${folder}/list.json`, stack: null, in: "/repo/template.yaml" }]);
    const reference: PrincipalReference = { kind: "role", address: "Role", name: { kind: "literal", name: "x" }, declared: { in: "/repo/template.yaml", address: "Role" } };
    expect(deployments.deployedNames(reference)).toEqual([{ kind: "literal", name: "orders-Role-1A" }]);
    expect(deployments.isAccountedFor({ kind: "role", account: "999999999999", name: "orders-Role-1A" })).toBe(true);
  });
});

describe("the names of a document's principals", () => {
  const [A, B, C] = [roleArn("app-a"), roleArn("app-b"), roleArn("app-c", "444455556666")];

  test("are replaced by the ARNs of all deployments", () => {
    const deployments = states({ "aws_iam_role.app": A }, { "aws_iam_role.app": C });
    expect(namesAfter([pattern("app-")], deployments, evidenceOf([A, C]))).toEqual([A, C]);
  });

  test("do not mean what the records say is something else's", () => {
    const deployments = states({ "aws_iam_role.app": A, "aws_iam_role.other": B });
    expect(namesAfter([pattern("app-")], deployments, evidenceOf([A, B]))).toEqual([A]);
  });

  test("go on meaning what no record tells of: another deployment, whose records were not given", () => {
    const deployments = states({ "aws_iam_role.app": A });
    expect(namesAfter([pattern("app-")], deployments, evidenceOf([A, B], [C]))).toEqual([A, B, C]);
    expect(namesAfter([literal("app-a")], deployments, evidenceOf([A, roleArn("app-a", "444455556666")]))).toEqual([A, roleArn("app-a", "444455556666")]);
  });

  test("stay for what was not deployed yet", () => {
    const deployments = states({ 'aws_iam_role.app["x"]': A });
    const references = [literal("app-a", "aws_iam_role.app", '["x"]'), literal("app-new", "aws_iam_role.app", '["new"]'), literal("app-b", "aws_iam_role.b")];
    expect(namesAfter(references, deployments, evidenceOf([A, B]))).toEqual([A, "app-new", "app-b"]);
  });

  test("stay beside the ARN of a certain name that was another one", () => {
    const deployments = states({ "aws_iam_role.app": A });
    expect(namesAfter([literal("renamed")], deployments, evidenceOf([A]))).toEqual([A, "renamed"]);
    const doubt: NameDoubt = { address: "aws_iam_role.app", clause: "its variable may be set", leaves: "suggestion" };
    expect(namesAfter([literal("renamed")], deployments, evidenceOf([A]), [doubt])).toEqual([A]);
  });

  test("stay where the source gives others for other deployments", () => {
    const deployments = states({ "aws_iam_role.app": A });
    const doubt: NameDoubt = { address: "aws_iam_role.app", clause: "its variable may be set", leaves: "suggestion" };
    expect(namesAfter([literal("app-a"), literal("app-prod")], deployments, evidenceOf([A]), [doubt])).toEqual([A, A, "app-prod"]);
  });

  test("of stacks take the path from the findings", () => {
    const folder = workspace({ "stack.json": describedStack("orders", { Role: "orders-Role-1A" }) });
    const deployments = loadDeployments([{ kind: "stack-resources", file: `${folder}/stack.json`, stack: null, in: DIRECTORY }]);
    const withPath = roleArn("service/orders-Role-1A");
    expect(namesAfter([pattern("orders-Role-", "Role")], deployments, evidenceOf([withPath]))).toEqual([withPath]);
    expect(namesAfter([pattern("orders-Role-", "Role")], deployments, evidenceOf([], [withPath]))).toEqual([withPath]);
    expect(namesAfter([pattern("orders-Role-", "Role")], deployments, evidenceOf([A]))).toEqual([roleArn("orders-Role-1A")]);
  });
});

describe("doubts about names", () => {
  const doubt = (address: string): NameDoubt => ({ address, clause: `the name of ${address} is made at deployment`, leaves: "message" });

  test("are gone when all that they are about is deployed", () => {
    const deployments = states({ "aws_iam_role.app": roleArn("app-a"), 'aws_iam_role.two["x"]': roleArn("two-x") });
    const principals = [pattern("app-"), literal("two-x", "aws_iam_role.two", '["x"]'), literal("two-y", "aws_iam_role.two", '["y"]'), pattern("three-", "aws_iam_role.three")];
    const doubts = ["app", "two", "three", "elsewhere"].map((name) => doubt(`aws_iam_role.${name}`));
    const after = attachmentAfter({ principals, open: ["it is exported"], doubts }, deployments, evidenceOf([roleArn("app-a")]));
    expect(after.doubts?.map(({ address }) => address)).toEqual(["aws_iam_role.two", "aws_iam_role.three", "aws_iam_role.elsewhere"]);
    expect(after.open).toEqual(["it is exported"]);
  });

  test("remain about accounts of which no record tells, where the source does not give the name", () => {
    const deployments = states({ "aws_iam_role.app": roleArn("app-a") });
    const unnamed = { kind: "role", address: "aws_iam_role.app", declared: { in: DIRECTORY, address: "aws_iam_role.app" } } as const;
    const unknown: Attachment = { principals: [], open: [], doubts: [{ ...doubt("aws_iam_role.app"), unnamed }, { ...doubt("aws_iam_role.new"), unnamed: { ...unnamed, address: "aws_iam_role.new", declared: { in: DIRECTORY, address: "aws_iam_role.new" } } }] };
    const other = roleArn("whatever", "444455556666");
    const principals = [{ ...unnamed, name: { kind: "arn", arn: roleArn("app-a") } }];
    expect(attachmentAfter(unknown, deployments, evidenceOf([roleArn("app-a"), other]))).toEqual({
      principals,
      open: [],
      doubts: [
        unknown.doubts?.[1],
        { address: "aws_iam_role.app", clause: "no state or stack shows whether aws_iam_role.app is deployed in account 444455556666, too", leaves: "suggestion" },
      ],
    });
    expect(attachmentAfter(unknown, deployments, evidenceOf([roleArn("app-a")]))).toEqual({ principals, open: [], doubts: [unknown.doubts?.[1]] });
  });

  test("remain about deployments that the source lists, and of which there is no record", () => {
    const deployments = states({ "aws_iam_role.app": roleArn("app-dev") });
    const named = pattern("app-");
    const listed = ["dev", "prod"].map((stage) => ({ regex: `^app-${stage}$`, shown: `app-${stage}` }));
    if (named.name.kind !== "pattern") throw new Error("no pattern");
    const principals = [{ ...named, name: { ...named.name, deployments: listed } }];
    expect(attachmentAfter({ principals, open: [] }, deployments, evidenceOf([roleArn("app-dev")])).doubts).toEqual([
      { address: "aws_iam_role.app", clause: 'another deployment may call aws_iam_role.app "app-prod", of which there is no state or stack', leaves: "suggestion" },
    ]);
    expect(attachmentAfter({ principals, open: [] }, deployments, evidenceOf([roleArn("app-dev"), roleArn("app-prod")])).doubts).toEqual([]);
  });

  test("a document of which nothing is known stays as it is", () => {
    const attachment: Attachment = { principals: [pattern("app-")], open: [], doubts: [doubt("aws_iam_role.app")] };
    expect(attachmentAfter(attachment, states({ "aws_iam_role.b": roleArn("b") }), evidenceOf([]))).toBe(attachment);
    expect(attachmentAfter(attachment, states(), evidenceOf([]))).toBe(attachment);
  });
});

test("files are read again when they change, and only then", () => {
  const folder = workspace({ "s.json": shownState({ "aws_iam_role.app": roleArn("a") }) });
  const records: readonly DeploymentRecords[] = [{ kind: "state", file: `${folder}/s.json`, stack: null, in: DIRECTORY }];
  const before = loadDeployments(records);
  const print = recordsFingerprint(records);
  expect(loadDeployments(records)).toBe(before);
  expect(recordsFingerprint(records.map((each) => ({ ...each, in: "/repo/other" })))).not.toBe(print);
  put(folder, "s.json", shownState({ "aws_iam_role.app": roleArn("a-longer-name") }));
  expect(loadDeployments(records).deployedNames(literal("a"))).toEqual([{ kind: "arn", arn: roleArn("a-longer-name") }]);
  expect(recordsFingerprint(records)).not.toBe(print);
});
