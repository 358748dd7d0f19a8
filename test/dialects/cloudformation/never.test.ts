import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { read } from "./read.js";

/** The properties of every resource type of CloudFormation, as the L1 constructs of aws-cdk-lib know them. */
function resourceTypes(): ReadonlyMap<string, readonly string[]> {
  const library = dirname(createRequire(import.meta.url).resolve("aws-cdk-lib/package.json"));
  const types = new Map<string, readonly string[]>();
  for (const module of readdirSync(library)) {
    const lib = join(library, module, "lib");
    if (!existsSync(lib)) continue;
    for (const file of readdirSync(lib).filter((name) => name.endsWith(".generated.js"))) {
      const text = readFileSync(join(lib, file), "utf8");
      const names = new Map(
        [...text.matchAll(/static CFN_RESOURCE_TYPE_NAME\s*=\s*"(AWS::\w+::\w+)"/gu)].map((match): [string, string] => {
          const before = text.slice(text.lastIndexOf("class Cfn", match.index));
          return [/^class (\w+)/u.exec(before)?.[1] ?? "", match[1] ?? ""];
        }),
      );
      for (const [, name = "", body = ""] of text.matchAll(/function convert(Cfn\w+)PropsToCloudFormation\(properties\)\{([^]*?)\}\):properties\}/gu)) {
        const type = names.get(name);
        if (type !== undefined) types.set(type, [...body.matchAll(/[{,](\w+):/gu)].map(([, property = ""]) => property));
      }
    }
  }
  return types;
}

const DOCUMENT = { Statement: [{ Effect: "Allow", Action: ["s3:GetObject"], Resource: "*" }] };

/** The ways in which a property may hold a policy: the document, a list of named ones, a list, under a key of its own, as text. */
const SHAPES: Readonly<Record<string, unknown>> = {
  document: DOCUMENT,
  named: [{ PolicyName: "p", PolicyDocument: DOCUMENT }],
  list: [DOCUMENT],
  nested: { PolicyDocument: DOCUMENT, Policy: DOCUMENT, Policies: [DOCUMENT] },
  text: JSON.stringify(DOCUMENT),
};

/** The allow-list, once more and by hand. Text is found to be a policy, and not read. */
const IDENTITY_POLICIES = [
  "AWS::IAM::Group Policies named",
  "AWS::IAM::GroupPolicy PolicyDocument document",
  "AWS::IAM::GroupPolicy PolicyDocument text",
  "AWS::IAM::ManagedPolicy PolicyDocument document",
  "AWS::IAM::ManagedPolicy PolicyDocument text",
  "AWS::IAM::Policy PolicyDocument document",
  "AWS::IAM::Policy PolicyDocument text",
  "AWS::IAM::Role Policies named",
  "AWS::IAM::RolePolicy PolicyDocument document",
  "AWS::IAM::RolePolicy PolicyDocument text",
  "AWS::IAM::User Policies named",
  "AWS::IAM::UserPolicy PolicyDocument document",
  "AWS::IAM::UserPolicy PolicyDocument text",
  "AWS::SSO::PermissionSet InlinePolicy document",
  "AWS::SSO::PermissionSet InlinePolicy text",
  "AWS::Serverless::Function Policies document",
  "AWS::Serverless::Function Policies list",
  "AWS::Serverless::StateMachine Policies document",
  "AWS::Serverless::StateMachine Policies list",
];

test("of all properties of all resource types, those of the allow-list alone are read", { timeout: 120_000 }, () => {
  const types = resourceTypes();
  expect(types.size).toBeGreaterThan(1000);
  for (const type of ["AWS::S3::BucketPolicy", "AWS::KMS::Key", "AWS::SQS::QueuePolicy", "AWS::Organizations::Policy"]) expect([...types.keys()]).toContain(type);
  const found: string[] = [];
  for (const [type, properties] of types) {
    for (const [shape, value] of Object.entries(SHAPES)) {
      const resources = Object.fromEntries(properties.map((property) => [`${property}Of`, { Type: type, Properties: { [property]: value } }]));
      const { documents } = read(JSON.stringify({ Resources: { ...resources, Looked: { Type: "AWS::IAM::User" } } }));
      for (const { address, statements } of documents) {
        if (statements.some(({ actions }) => actions.length > 0)) found.push(`${type} ${address.replace(/Of(?:\.[^]*)?$/u, "")} ${shape}`);
      }
    }
  }
  expect(found.sort()).toEqual(IDENTITY_POLICIES);
});
