import { describe, expect, test } from "vitest";
import { rivals } from "../../../src/dialects/cloudformation/rivals.js";
import { cloudformation } from "../../../src/dialects/cloudformation.js";
import { generatedName } from "../../../src/dialects/cloudformation/generated-name.js";
import type { PrincipalKind, PrincipalName, PrincipalReference } from "../../../src/model/principal.js";
import { SyntaxProblem } from "../../../src/model/text.js";
import { entriesOf, only, read, roleWith } from "./read.js";

function mentions(text: string): boolean {
  return cloudformation.mentions({ path: "/x.yaml", text, tree: null, principals: [] });
}

test("claims templates by their endings", () => {
  const claimed = ["a.yaml", "a.yml", "a.json", "a.template", "a.template.json", "a.cform", "a.YAML"];
  expect(claimed.filter((path) => !cloudformation.claims(`/x/${path}`))).toEqual([]);
  expect(["a.ts", "a.tf", "yaml", "a.yaml.bak"].filter((path) => cloudformation.claims(`/x/${path}`))).toEqual([]);
});

describe("mentions", () => {
  const RESOURCES = "Resources:\n  R:\n    Type: AWS::IAM::Role\n";

  test.each([
    ["a template", RESOURCES],
    ["with comments above", `# Orders\n\n---\n${RESOURCES}`],
    ["with CRLF", `AWSTemplateFormatVersion: 2010-09-09\r\n\r\n${RESOURCES.replaceAll("\n", "\r\n")}`],
    ["indented as a whole", RESOURCES.replace(/^(?=.)/gmu, "  ")],
    ["in JSON", '{"Resources": {"R": {"Type": "AWS::IAM::Role"}}}'],
    ["in JSON on lines", '\n{\n\t"Resources" : {\n\t"R": {"Type" : "AWS::IAM::Role"}}}'],
    ["with SAM", "Transform: AWS::Serverless-2016-10-31\nResources:\n  F:\n    Type: AWS::Serverless::Function\n"],
    ["in JSON with comments, which is refused then", `// The orders\n/* all */\n{\n  "Resources": {"R": {"Type": "AWS::IAM::Role"}}\n}\n`],
    ["quoted", "'Resources':\n  R:\n    'Type': 'AWS::IAM::Role'\n"],
  ])("%s: yes", (_name, text) => {
    expect(mentions(text)).toBe(true);
  });

  test.each([
    ["no IAM", "Resources:\n  T:\n    Type: AWS::SNS::Topic\n"],
    ["a workflow", "on: push\njobs:\n  a:\n    steps:\n      - run: echo AWS::IAM::Role\n"],
    ["a manifest that holds a template", "apiVersion: v1\nkind: ConfigMap\ndata:\n  t.yaml: |\n    Resources:\n      R:\n        Type: AWS::IAM::Role\n"],
    ["a chart", "{{- if .Values.iam }}\nkind: Role\nspec:\n  Resources:\n    Type: AWS::IAM::Role\n{{- end }}\n"],
    ["values", "iam:\n  resources:\n    Type: AWS::IAM::Role\n"],
    ["an API", "openapi: 3.0.0\npaths: {}\nx-role: AWS::IAM::Role\n"],
    ["compose", "services:\n  a:\n    image: x # AWS::IAM::Role\n"],
    ["a policy", '{"Version": "2012-10-17", "Statement": []}'],
    ["nothing", ""],
  ])("%s: no", (_name, text) => {
    expect(mentions(text)).toBe(false);
    expect(read(text)).toEqual({ documents: [], comments: [], opaque: [] });
  });
});

describe("what cannot be read", () => {
  test("is an error at its place in a template", () => {
    const text = `${roleWith("- Effect: Allow\n  Action: [s3:GetObject]")}Outputs:\n  A: b: c\n`;
    let problem: unknown;
    try {
      read(text);
    } catch (error) {
      problem = error;
    }
    if (!(problem instanceof SyntaxProblem)) throw new Error("no problem");
    expect(problem.message).toMatch(/^This is not strict YAML: .+\.$/u);
    expect(text.slice(problem.offset)).toMatch(/^(?:b)?:? ?(?:b: )?c/u);
  });

  test("is nothing in a chart", () => {
    expect(read("{{- range .Values.x }}\n- {{ . }}: AWS::IAM::Role\n{{ end }}\nResources: [\n").documents).toEqual([]);
  });

  test("is an error in a template with a preprocessor, too", () => {
    expect(() => read(`${roleWith("- Effect: Allow\n  Action: [s3:GetObject]")}{% if x %}\n  A: 1\n{% endif %}\n`)).toThrow(SyntaxProblem);
  });
});

test("trust policies, resource policies and boundaries are not looked at", () => {
  const statement = "{Effect: Allow, Principal: '*', Action: [s3:GetObject], Resource: '*'}";
  const text = `Resources:
  R:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Principal: {Service: x}, Action: sts:AssumeRole}]}
      PermissionsBoundary: arn:aws:iam::aws:policy/PowerUserAccess
  B:
    Type: AWS::S3::BucketPolicy
    Properties: {Bucket: b, PolicyDocument: {Statement: [${statement}]}}
  K:
    Type: AWS::KMS::Key
    Properties: {KeyPolicy: {Statement: [${statement}]}}
  Q:
    Type: AWS::SQS::QueuePolicy
    Properties: {Queues: [q], PolicyDocument: {Statement: [${statement.replace("Principal: '*', ", "")}]}}
  C:
    Type: Custom::IAM
    Properties: {Policies: [{PolicyDocument: {Statement: [${statement.replace("Principal: '*', ", "")}]}}]}
`;
  expect(read(text)).toMatchObject({ documents: [], opaque: [] });
});

test("a byte order mark is not there, and tabs are", () => {
  const text = '{\r\n\t"Resources": {\r\n\t\t"R": {\r\n\t\t\t"Type": "AWS::IAM::User",\r\n\t\t\t"Properties": {"Policies": [{"PolicyDocument": {"Statement": {"Effect": "Allow", "Action": "s3:*"}}}]}\r\n\t\t}\r\n\t}\r\n}';
  expect(only(entriesOf(read(text))).value).toBe("s3:*");
});

describe("rivals", () => {
  const rival = (text: string, name: PrincipalName, kind: PrincipalKind = "role"): boolean => {
    const reference: PrincipalReference = { kind, address: "x", name };
    return rivals({ path: "/other.yaml", text }, reference);
  };
  const template = (id: string, properties = "{}", type = "AWS::IAM::Role"): string =>
    `Resources:\n  ${id}:\n    Type: ${type}\n    Properties: ${properties}\n`;
  const pattern: PrincipalName = { kind: "pattern", regex: "^.+-orders$", fixed: 7, shown: "<Stage>-orders", id: "-orders" };

  test.each([
    ["the same id", template("OrdersRole"), "OrdersRole", true],
    ["the same id with a name", template("OrdersRole", "{RoleName: orders}"), "OrdersRole", false],
    ["the same id of another kind", template("OrdersRole", "{}", "AWS::IAM::User"), "OrdersRole", false],
    ["another id", template("NewOrdersRole"), "OrdersRole", false],
    ["an id that is cut to the same", template("OrdersAnalyticsReportingSummaries"), "OrdersAnalyticsReportingStatements", true],
    ["a role that SAM makes", template("Orders", "{}", "AWS::Serverless::Function"), "OrdersRole", true],
    ["a role that SAM does not make", template("Orders", "{Role: !Ref X}", "AWS::Serverless::Function"), "OrdersRole", false],
    ["a name that looks generated", template("X", "{RoleName: prod-OrdersRole-ABCDEFGHIJKL}"), "OrdersRole", true],
    ["a template that cannot be read", `${template("OrdersRole")}  x: y: z\n`, "OrdersRole", true],
    ["no template", "OrdersRole: AWS::IAM::Role", "OrdersRole", false],
  ])("%s", (_name, text, id, expected) => {
    expect(rival(text, generatedName(id))).toBe(expected);
  });

  test.each([
    ["the same pattern", template("X", "{RoleName: !Sub '${Stage}-orders'}"), true],
    ["a pattern that it fits", template("X", "{RoleName: !Sub '${Stage}-new-orders'}"), true],
    ["a name that it fits", template("X", "{RoleName: prod-orders}"), true],
    ["another pattern", template("X", "{RoleName: !Sub '${Stage}-audit'}"), false],
    ["a generated name", template("X"), false],
  ])("of a pattern: %s", (_name, text, expected) => {
    expect(rival(text, pattern)).toBe(expected);
  });

  test.each([
    ["the same name", template("X", "{RoleName: orders}"), "orders", true],
    ["the same name in JSON", '{"Resources": {"X": {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "orders"}}}}', "orders", true],
    ["the same name, of one allowed value", `Parameters: {Team: {AllowedValues: [orders]}}\n${template("X", "{RoleName: !Sub orders}")}`, "orders", true],
    ["another name", template("orders", "{RoleName: new-orders}"), "orders", false],
    ["the name of another kind", template("X", "{RoleName: orders, UserName: orders}", "AWS::IAM::User"), "orders", true],
    ["a policy for it", "Resources:\n  X:\n    Type: AWS::IAM::RolePolicy\n    Properties: {RoleName: orders}\n", "orders", false],
    ["no template", "RoleName: orders", "orders", false],
  ])("of a name that is written: %s", (_name, text, name, expected) => {
    expect(rival(text, { kind: "literal", name }, text.includes("IAM::User") ? "user" : "role")).toBe(expected);
  });

  test("are seen anew when the text changes", () => {
    expect(rival(template("OrdersRole"), generatedName("OrdersRole"))).toBe(true);
    expect(rival(template("OrdersRole", "{RoleName: x}"), generatedName("OrdersRole"))).toBe(false);
  });
});
