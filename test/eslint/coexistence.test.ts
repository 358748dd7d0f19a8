import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ESLint, type Linter } from "eslint";
import awscdk from "eslint-plugin-awscdk";
import { afterAll, expect, it } from "vitest";
import plugin from "../../src/index.js";

// One configuration with another plugin for the CDK, whose rules read types, and edit the same calls.

const work = mkdtempSync(join(tmpdir(), "least-privilege-coexistence-"));

afterAll(() => {
  rmSync(work, { recursive: true, force: true });
});

const SOURCE = `import { Stack, StackProps } from "aws-cdk-lib/core";
import * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import * as iam from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";

export class OrdersStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    const table = new dynamodb.Table(this, "ordersTable", { partitionKey: { name: "id", type: dynamodb.AttributeType.STRING } });
    const role = new iam.Role(this, "orders-reader", { assumedBy: new iam.AccountRootPrincipal(), roleName: "orders-reader" });
    table.grantReadData(role);
    table.grant(role, "dynamodb:Query", "dynamodb:Scan");
    role.addToPolicy(new iam.PolicyStatement({ actions: ["s3:GetObject", "s3:GetBucketAcl"], resources: ["*"] }));
    role.addToPolicy(new iam.PolicyStatement({ actions: ["sqs:SendMessage"], resources: ["*"] }));
  }
}
`;

const FINDING = {
  id: "orders-reader", findingType: "UnusedPermission", resourceType: "AWS::IAM::Role", resource: "arn:aws:iam::111122223333:role/orders-reader",
  resourceOwnerAccount: "111122223333", status: "ACTIVE", analyzedAt: "2026-09-01T00:00:00Z", createdAt: "2026-09-01T00:00:00Z", updatedAt: "2026-09-01T00:00:00Z",
  findingDetails: [
    { unusedPermissionDetails: { serviceNamespace: "dynamodb", actions: [{ action: "Scan" }] } },
    { unusedPermissionDetails: { serviceNamespace: "s3", actions: [{ action: "GetBucketAcl" }] } },
    { unusedPermissionDetails: { serviceNamespace: "sqs" } },
  ],
};

it("works beside eslint-plugin-awscdk", async () => {
  const file = join(work, "lib", "orders-stack.ts");
  mkdirSync(join(work, "lib"));
  symlinkSync(join(import.meta.dirname, "..", "..", "node_modules"), join(work, "node_modules"));
  writeFileSync(file, SOURCE);
  writeFileSync(join(work, "tsconfig.json"), JSON.stringify({ compilerOptions: { strict: true, module: "nodenext", skipLibCheck: true }, include: ["lib"] }));
  writeFileSync(join(work, "findings.json"), JSON.stringify([FINDING]));
  const config: Linter.Config[] = [
    ...plugin.configs.recommended,
    ...plugin.configs.typescript,
    { ...awscdk.configs.recommended, files: ["**/*.ts"], rules: { ...awscdk.configs.recommended.rules, "awscdk/prefer-grants-property": "error" } },
    // The file changes between the runs. Where `CI` is set, typescript-eslint takes each for the only one.
    { files: ["**/*.ts"], languageOptions: { parserOptions: { disallowAutomaticSingleRunInference: true } } },
    { settings: plugin.evidence({ findings: ["findings.json"], cwd: work }) },
  ];
  const rulesOf = async (fix: boolean): Promise<readonly string[]> => {
    const eslint = new ESLint({ cwd: work, overrideConfigFile: true, overrideConfig: config, fix });
    const results = await eslint.lintFiles(["lib"]);
    if (fix) await ESLint.outputFixes(results);
    return results.flatMap(({ messages }) => messages.map(({ ruleId, message }) => ruleId ?? message)).sort();
  };
  const before = await rulesOf(false);
  expect(before).toEqual([
    "awscdk/pascal-case-construct-id",
    "awscdk/pascal-case-construct-id",
    "awscdk/prefer-grants-property",
    "least-privilege/no-unused-actions",
    "least-privilege/no-unused-actions",
    "least-privilege/no-unused-actions",
    "least-privilege/no-unused-actions",
  ]);
  await rulesOf(true);
  const fixed = readFileSync(file, "utf8");
  expect(fixed).toBe(
    SOURCE.replace('"ordersTable"', '"OrdersTable"')
      .replace('"orders-reader", {', '"OrdersReader", {')
      .replace(', "dynamodb:Scan"', "")
      .replace(', "s3:GetBucketAcl"', "")
      .replace(/ +role\.addToPolicy\(.*"sqs:SendMessage".*\n/u, ""),
  );
  const after = await rulesOf(true);
  expect(readFileSync(file, "utf8"), "a second run changes nothing").toBe(fixed);
  // Both about the grant method, which neither changes by itself.
  expect(after).toEqual(["awscdk/prefer-grants-property", "least-privilege/no-unused-actions"]);
}, 120_000);
