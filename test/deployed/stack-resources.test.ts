import { describe, expect, test } from "vitest";
import { BadInput } from "../../src/findings/bad-input.js";
import { readStackResources } from "../../src/deployed/stack-resources.js";
import { describedStack, stackId } from "./records.js";

function read(text: string): unknown {
  return readStackResources("/p/stack.json", text).map(({ stack, principals }) => [stack, principals.map(({ address, kind, name, arn }) => `${address}: ${kind} ${name} (${arn ?? "?"})`)]);
}

const summary = (LogicalResourceId: string, PhysicalResourceId: string | undefined, ResourceType = "AWS::IAM::Role", ResourceStatus = "CREATE_COMPLETE"): object => ({
  LogicalResourceId,
  PhysicalResourceId,
  ResourceType,
  ResourceStatus,
  LastUpdatedTimestamp: "2026-09-01T00:00:00.000Z",
});

describe("answers of the AWS CLI", () => {
  test("describe-stack-resources names the account", () => {
    expect(read(describedStack("orders", { Role: "orders-Role-1ABC" }))).toEqual([
      [stackId("orders"), ["Role: role orders-Role-1ABC (arn:aws:iam::111122223333:role/orders-Role-1ABC)"]],
    ]);
    expect(read(describedStack("orders", { Role: "r" }).replaceAll("arn:aws:", "arn:aws-us-gov:"))).toEqual([
      [stackId("orders").replace("aws", "aws-us-gov"), ["Role: role r (arn:aws-us-gov:iam::111122223333:role/r)"]],
    ]);
  });

  test("list-stack-resources does not", () => {
    const StackResourceSummaries = [
      summary("Role", "orders-Role-1ABC"),
      summary("User", "orders-User-1ABC", "AWS::IAM::User"),
      summary("Group", "g", "AWS::IAM::Group"),
      summary("Policy", "arn:aws:iam::111122223333:policy/p", "AWS::IAM::ManagedPolicy"),
      summary("Bucket", "b", "AWS::S3::Bucket"),
      summary("Gone", "gone", "AWS::IAM::Role", "DELETE_COMPLETE"),
      summary("Failed", undefined, "AWS::IAM::Role", "CREATE_FAILED"),
    ];
    expect(read(JSON.stringify({ StackResourceSummaries }))).toEqual([
      [null, ["Role: role orders-Role-1ABC (?)", "User: user orders-User-1ABC (?)", "Group: group g (?)"]],
    ]);
  });

  test("several stacks, several pages, in one file", () => {
    const page = (id: string, token?: string): string => JSON.stringify({ StackResourceSummaries: [summary(id, `name-${id}`)], NextToken: token });
    expect(read(`${page("A", "x")}\n${page("B")}`)).toEqual([[null, ["A: role name-A (?)", "B: role name-B (?)"]]]);
    const both = `${describedStack("one", { R: "r1" })}${describedStack("two", { R: "r2" }, "444455556666")}`;
    const stacks = [
      [stackId("one"), ["R: role r1 (arn:aws:iam::111122223333:role/r1)"]],
      [stackId("two", "444455556666"), ["R: role r2 (arn:aws:iam::444455556666:role/r2)"]],
    ];
    expect(read(both)).toEqual(stacks);
    expect(read(`[${describedStack("one", { R: "r1" })},${describedStack("two", { R: "r2" }, "444455556666")}]`)).toEqual(stacks);
  });
});

describe("refused in a sentence", () => {
  const remedy = "export them with `aws cloudformation describe-stack-resources --stack-name <stack> --output json`, or list-stack-resources";
  test.each([
    ['{"Stacks": []}', `/p/stack.json: these are not the resources of a stack but an object with "Stacks": ${remedy}.`],
    ['{"StackResources": [{"LogicalResourceId": 1}]}', `/p/stack.json, resource 1, LogicalResourceId: expected a text: ${remedy}.`],
    ['{"StackResources": {}}', `/p/stack.json: expected a list: ${remedy}.`],
    [
      '{"StackResourceSummaries": [], "NextToken": "x"}',
      "/p/stack.json: the last page of the answer is missing (its next token is set): export it again without --max-items and --no-paginate.",
    ],
  ])("%s", (text, message) => {
    expect(() => readStackResources("/p/stack.json", text)).toThrow(BadInput);
    expect(() => readStackResources("/p/stack.json", text)).toThrow(message);
  });
});
