import { describe, expect, test } from "vitest";
import { policyJson } from "../../src/dialects/policy-json.js";
import type { Source } from "../../src/dialects/dialect.js";
import { slice, SyntaxProblem } from "../../src/model/text.js";
import { NO_FILES } from "./project.js";

const ARN = "arn:aws:iam::*:role/orders-*";

function source(value: unknown, principals: readonly string[] = [ARN], indent: number | string = 2): Source {
  return { path: "/policies/orders.json", text: typeof value === "string" ? value : JSON.stringify(value, null, indent), tree: null, principals };
}

function documentsOf(of: Source) {
  return policyJson.bind(policyJson.read(of), NO_FILES).documents;
}

const POLICY = {
  Version: "2012-10-17",
  Statement: [
    { Sid: "Read", Effect: "Allow", Action: ["s3:Get*", "s3:ListBucket"], Resource: "*" },
    { Effect: "Deny", NotAction: "iam:*", Resource: "*" },
  ],
};

test("claims JSON", () => {
  expect(policyJson.claims("/a.json")).toBe(true);
  expect(policyJson.claims("/a.yaml")).toBe(false);
});

describe("mentions", () => {
  test.each([
    ["a bound policy", source(POLICY), true],
    ["a policy that is not bound", source(POLICY, []), true],
    ["other JSON", source({ name: "x" }), false],
    ["a template", source({ Resources: { R: { Type: "AWS::IAM::Role", Properties: { Policies: [{ PolicyDocument: POLICY }] } } } }), false],
  ])("%s", (_name, of, expected) => {
    expect(policyJson.mentions(of)).toBe(expected);
  });
});

test.each(["", 2, "\t"])("reads a policy written with %j", (indent) => {
  const of = source(POLICY, [ARN], indent);
  const [document, ...others] = documentsOf(of);
  expect(others).toEqual([]);
  expect(document).toMatchObject({
    address: "orders.json",
    holder: "unknown",
    element: null,
    opaque: [],
    attachment: { principals: [{ kind: "role", address: ARN, name: { kind: "arn", arn: ARN } }], open: [] },
  });
  expect(document && slice(of.text, document.span)).toBe(of.text);
  expect(document?.statements.map(({ sid, effect, element }) => [sid, effect, element?.index])).toEqual([["Read", "Allow", 0], [null, "Deny", 1]]);
  const [first, second] = document?.statements ?? [];
  expect(first?.actions.map((entry) => [slice(of.text, entry.span), entry.home.kind, entry.locked])).toEqual([
    ['"s3:Get*"', "item", null],
    ['"s3:ListBucket"', "item", null],
  ]);
  expect(second?.notActions.map((entry) => entry.home)).toEqual([{ kind: "single", style: "bracketed" }]);
});

test("a single statement is read, and stays", () => {
  const [document] = documentsOf(source({ Statement: POLICY.Statement[0] }));
  expect(document?.statements.map((statement) => statement.element)).toEqual([null]);
});

test("resource policies and other JSON are left alone", () => {
  expect(documentsOf(source({ Statement: [{ Effect: "Allow", Principal: "*", Action: "s3:*" }] }))).toEqual([]);
  expect(documentsOf(source([1]))).toEqual([]);
});

test("the kind of a principal is in its ARN", () => {
  const arns = ["arn:aws:iam::111122223333:user/x", "arn:aws:iam::111122223333:role/a/b", "arn:aws:iam::111122223333:group/g"];
  expect(documentsOf(source(POLICY, arns))[0]?.attachment.principals.map((each) => each.kind)).toEqual(["user", "role", "group"]);
});

test("broken JSON is an error at its place", () => {
  const of = source('{"Statement": [}');
  expect(() => documentsOf(of)).toThrow(SyntaxProblem);
});

test("nothing rivals an ARN", () => {
  expect(Object.keys(policyJson)).not.toContain("rivals");
});
