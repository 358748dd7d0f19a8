import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { grantClass, methodsNamed, tableVersion } from "../../../src/dialects/cdk/grants/table.js";
import { CDK_GRANTS } from "../../../src/dialects/data/cdk-grants.js";
import { grantTable, moduleText } from "../../../src/dialects/data/cdk-grants/generate.mjs";

it("is what the installed aws-cdk-lib grants", () => {
  const table = grantTable();
  const written = readFileSync(join(import.meta.dirname, "../../../src/dialects/data/cdk-grants.ts"), "utf8");
  expect(written, "npm run cdk-grants writes it anew").toBe(moduleText(table));
  expect(CDK_GRANTS.trim()).toBe(table.text);
  expect(tableVersion()).toBe(table.version);
  // Not constructs, or created in ways of their own: no more than these.
  expect([...new Set(table.missing.map((each) => each.replace(/: .*/u, "")))]).toEqual([
    "aws-batch.EcsJobDefinition.grantSubmitJob",
    "aws-bedrockagentcore.AssetApiSchema",
    "aws-bedrockagentcore.AssetToolSchema",
    "aws-bedrockagentcore.InlineApiSchema",
    "aws-bedrockagentcore.InlineToolSchema",
    "aws-bedrockagentcore.PolicyEngine.grantEvaluateForGateway",
    "aws-bedrockagentcore.S3ApiSchema",
    "aws-bedrockagentcore.S3ToolSchema",
    "aws-cloudfront.experimental.EdgeFunction",
    "aws-codepipeline-actions.ManualApprovalAction",
    "aws-dynamodb.TableV2MultiAccountReplica",
    "aws-kinesisfirehose.KinesisStreamSource",
    "aws-lambda.WebFunctionEndpoint",
    "aws-rds.DatabaseInstanceReadReplica.grantConnect",
    "aws-s3.Bucket.grantReplicationPermission",
    "aws-s3.Bucket.grants.replicationPermission",
  ]);
});

it("is read with resources, keys and feature flags apart", () => {
  const queue = grantClass("aws-sqs.Queue");
  const send = ["GetQueueAttributes", "GetQueueUrl", "SendMessage"].map((name) => ({ action: `sqs:${name}`, on: "0" }));
  const onKey = ["Decrypt", "Encrypt", "GenerateDataKey*", "ReEncrypt*"].map((name) => ({ action: `kms:${name}`, on: "1" }));
  expect(queue?.keys).toEqual(["encryptionMasterKey", "encryption"]);
  expect(queue?.methods.get("grants.sendMessages")).toEqual({ name: "grants.sendMessages", parameters: ["grantee"], plain: [send], keyed: [[...onKey, ...send]] });
  expect(grantClass("aws-rds.DatabaseClusterFromSnapshot")?.methods.get("grantDataApiAccess")?.plain).toHaveLength(2);
});

it("gives an interface only its own methods", () => {
  expect([...(grantClass("aws-kms.Key")?.methods.keys() ?? [])]).toContain("grantAdmin");
  expect([...(grantClass("aws-kms.IKey")?.methods.keys() ?? [])]).not.toContain("grantAdmin");
  expect(grantClass("aws-s3.IBucket")?.methods.has("grants.read")).toBe(false);
});

it("has no methods that are given their actions", () => {
  for (const name of ["grant", "grants.actions", "grantOnKey", "grantStream", "grantExecution"]) expect(methodsNamed(name)).toEqual([]);
});
