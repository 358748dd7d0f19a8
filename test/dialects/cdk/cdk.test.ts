import { describe, expect, it } from "vitest";
import { rivals } from "../../../src/dialects/cdk/rivals.js";
import { cdk } from "../../../src/dialects/cdk.js";
import { matchesName } from "../../../src/model/principal.js";
import { NO_FILES } from "../project.js";
import { read } from "./read.js";

describe("claims", () => {
  it.each(["/a/stack.ts", "/a/stack.mts", "/a/stack.cts", "/a/stack.tsx", "/a/stack.js", "/a/stack.mjs", "/a/stack.cjs"])("%s", (path) => {
    expect(cdk.claims(path)).toBe(true);
  });

  it.each(["/a/stack.d.ts", "/a/stack.d.mts", "/a/template.yaml", "/a/policy.json", "/a/stack.ts.bak"])("not %s", (path) => {
    expect(cdk.claims(path)).toBe(false);
  });
});

describe("mentions", () => {
  const mentions = (text: string) => cdk.mentions({ path: "/a/stack.ts", text, tree: null, principals: [] });

  it("looks for the CDK's IAM module and its classes", () => {
    expect(mentions("import * as iam from 'aws-cdk-lib/aws-iam';")).toBe(true);
    expect(mentions("import { aws_iam } from 'aws-cdk-lib';")).toBe(true);
    expect(mentions("import * as cdk from 'aws-cdk-lib'; cdk.aws_iam.PolicyStatement")).toBe(true);
  });

  it("looks for grants whose actions the source gives", () => {
    expect(mentions("import { Table } from 'aws-cdk-lib/aws-dynamodb'; table.grant(fn, 'dynamodb:Query');")).toBe(true);
    expect(mentions("import { TableGrants } from 'aws-cdk-lib/aws-dynamodb'; TableGrants.fromTable(t).actions(fn, 'dynamodb:Query');")).toBe(true);
  });

  it("looks for L1 constructs of other services", () => {
    expect(mentions("import { CfnPermissionSet } from 'aws-cdk-lib/aws-sso';")).toBe(true);
    expect(mentions("import { CfnFunction } from 'aws-cdk-lib/aws-sam';")).toBe(true);
  });

  it("passes over everything else", () => {
    expect(mentions("import { IAMClient } from '@aws-sdk/client-iam';")).toBe(false);
    expect(mentions("import { Bucket } from 'aws-cdk-lib/aws-s3';")).toBe(false);
  });
});

it("lists a file whose tree has no scopes", () => {
  const reading = cdk.read({ path: "/a/stack.ts", text: "", tree: { type: "Program" }, principals: [] });
  expect(cdk.bind(reading, NO_FILES)).toEqual({
    documents: [], comments: [], opaque: [{ span: { start: 0, end: 0 }, why: "the parser gave no syntax tree with scopes" }],
  });
});

const HEAD = "import * as iam from 'aws-cdk-lib/aws-iam'; import { App, Stack } from 'aws-cdk-lib';";
const GRANT = "addToPolicy(new iam.PolicyStatement({ actions: ['s3:*'], resources: ['*'] }))";
const role = (id: string, props = "{}") => `new iam.Role(this, '${id}', ${props})`;
const stack = (name: string, body: string) => `class ${name} extends Stack { constructor(scope, id, props) { super(scope, id, props); ${body} } }`;

function openOf(text: string): readonly string[] {
  return read(HEAD + text).documents.flatMap(({ attachment }) => attachment.open);
}

describe("names that could be another's", () => {
  const long = "OrdersAnalyticsReportingService";

  it.each([
    ["the same id in two stacks", stack("A", `${role("Role")}.${GRANT};`) + stack("B", role("Role")), "A/Role", "B/Role"],
    ["long ids that begin alike", stack("A", `${role(`${long}Reader`)}.${GRANT}; ${role(`${long}Writer`)};`), `A/${long}Reader`, `A/${long}Writer`],
    ["a pattern and a literal", stack("A", `${role("X", "{ roleName: `${props.stage}-reader` }")}.${GRANT}; ${role("Y", "{ roleName: 'orders-reader' }")};`), "A/X", "A/Y"],
    ["two patterns", stack("A", `${role("X", "{ roleName: `app-${props.stage}` }")}.${GRANT}; ${role("Y", "{ roleName: `app-${props.stage}-reader` }")};`), "A/X", "A/Y"],
  ])("%s", (_, text, one, other) => {
    expect(openOf(text)).toEqual([`the name of the role "${one}" could be that of "${other}" too`]);
  });

  it.each([
    ["different ids", stack("A", `${role("Reader")}.${GRANT}; ${role("Writer")};`)],
    ["a user of the same id", stack("A", `${role("X", "{ roleName: `app-${props.stage}` }")}.${GRANT}; new iam.User(this, 'Y', { userName: 'app-x' });`)],
    [
      "stacks whose names are known",
      `${stack("A", `${role("Role")}.${GRANT};`)} ${stack("B", role("Role"))} const app = new App(); new A(app, 'Orders'); new B(app, 'Orders-two');`,
    ],
  ])("not %s", (_, text) => {
    expect(openOf(text)).toEqual([]);
  });

  it("are told apart by a stack name that another begins with", () => {
    const text = `${HEAD} ${stack("A", `${role("Role")}.${GRANT};`)} new A(new App(), 'Orders');`;
    const [principal] = read(text).documents[0]?.attachment.principals ?? [];
    if (principal?.name.kind !== "pattern") throw new Error("no pattern");
    const { id } = principal.name;
    expect(matchesName(principal.name, `Orders-${id}-AbCdEfGhIjKl`)).toBe(true);
    expect(matchesName(principal.name, `Orders-two-${id}-AbCdEfGhIjKl`)).toBe(false);
    expect(matchesName(principal.name, `My-Orders-${id}-AbCdEfGhIjKl`)).toBe(false);
  });
});

describe("rivals", () => {
  const rival = (principal: string, text: string) => {
    const [reference] = read(`${HEAD} ${stack("A", `${principal}.${GRANT};`)}`).documents[0]?.attachment.principals ?? [];
    if (reference === undefined) throw new Error("no principal");
    return rivals({ path: "/a/other.ts", text }, reference);
  };

  it("write the same construct id", () => {
    expect(rival(role("Reader"), `new Role(this, "Reader", {})`)).toBe(true);
    expect(rival(role("Reader"), "new Role(this, 'ReaderTwo', {})")).toBe(false);
  });

  it("of cut ids begin like it", () => {
    const id = "OrdersAnalyticsReportingServiceRole";
    expect(rival(role(id), "new Role(this, 'OrdersAnalyticsReportingServiceWriter', {})")).toBe(true);
    expect(rival(role(id), "new Role(new Construct(this, 'OrdersAnalytics'), props.id)")).toBe(true);
    expect(rival(role(id), "new Role(this, 'Payments', {})")).toBe(false);
  });

  it("of written names write the known part", () => {
    const named = role("Reader", "{ roleName: `${props.stage}-orders-reader` }");
    expect(rival(named, "new Role(this, 'X', { roleName: `${stage}-orders-reader` })")).toBe(true);
    expect(rival(named, "new Role(this, 'Reader', {})")).toBe(false);
  });

  it("of literal names write the name", () => {
    expect(rival(role("Reader", "{ roleName: 'reader' }"), "new Role(this, 'X', { roleName: 'reader' })")).toBe(true);
    expect(rival(role("Reader", "{ roleName: 'reader' }"), "new Role(this, 'Reader', { roleName: 'writer' })")).toBe(false);
  });
});
