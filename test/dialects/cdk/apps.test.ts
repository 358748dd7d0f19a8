import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { granted, synthesise, type Granted } from "./synthesise.js";

// The fixtures' apps as they are and as `--fix` leaves them, both synthesised: the templates differ by the removed actions alone.

const folder = join(import.meta.dirname, "..", "..", "..", "fixtures", "cdk");

const REMOVED: Record<string, Record<string, readonly string[]>> = {
  "barrel-app/lib/data-stack.ts": {
    "DataStack/Analyst5C91540F": ["athena:StopQueryExecution"],
    "DataStack/CrawlerServiceRole703983AB": ["glue:GetPartitions"],
    "DataStack/BastionInstanceRole74940209": ["ec2messages:GetMessages"],
    "DataStack/WorkersInstanceRole510CB30C": ["sqs:DeleteMessage", "logs:CreateLogGroup"],
    "DataStack/ReaderF7BF189D": ["logs:DescribeLogStreams", "dynamodb:Scan", "dynamodb:DescribeTable", "kms:DescribeKey"],
  },
  "l1-app/lib/l1-stack.ts": {
    "L1Stack/WorkerRole": ["sqs:GetQueueAttributes", "dynamodb:PutItem", "dynamodb:DescribeTable", "s3:ListAllMyBuckets"],
    "L1Stack/Deployer": ["cloudformation:DeleteStack"],
    "L1Stack/NamedRoleF836A06A": ["ssm:PutParameter"],
    "L1Stack/KeyRole": ["kms:Encrypt"],
  },
  "grants-app/lib/grants-stack.ts": {
    "GrantsStack/HandlerServiceRoleFCDC14AE": [
      "dynamodb:Scan", "dynamodb:DeleteItem", "sqs:PurgeQueue", "states:DescribeExecution", "iam:GetRole", "appsync:GetGraphqlApi",
    ],
    "GrantsStack/Worker11F36D0F": [
      "dynamodb:Scan", "dynamodb:DeleteItem", "dynamodb:DescribeStream", "sqs:ReceiveMessage", "s3:DeleteObject", "s3:PutObjectTagging", "kms:ReEncryptFrom",
    ],
  },
  "pipelines-app/lib/delivery-stack.ts": {
    "DeliveryStack/BuilderB630A0FA": ["ecr:DescribeImages", "codeartifact:GetAuthorizationToken"],
    "DeliveryStack/ProjectRole4CCB274E": ["ecr:DeleteRepository"],
    "DeliveryStack/ReleaseRoleC5080453": ["sns:Subscribe"],
    "DeliveryStack/Deployer92EF8763": ["lambda:DeleteFunction"],
    "DeliveryStack/TaskTaskRoleE98524A1": ["s3:DeleteObject"],
    "DeliveryStack/TaskExecutionRoleEF964934": ["secretsmanager:GetSecretValue", "kms:Decrypt"],
    "DeliveryStack/ChannelConfigurationRole9911A3BA": ["cloudwatch:ListMetrics"],
    "DeliveryStack/MachineRoleD2D3D395": ["kms:Encrypt", "xray:GetSamplingRules"],
  },
};

/** What the one grants and the other does not, by role or user. */
function difference(one: Granted, other: Granted): Record<string, readonly string[]> {
  const all = [...one.roles].map(([id, { grants }]) => {
    const left = new Set((other.roles.get(id)?.grants ?? []).map(({ action, rest }) => `${action} ${rest}`));
    return [id, grants.filter(({ action, rest }) => !left.has(`${action} ${rest}`)).map(({ action }) => action)] as const;
  });
  return Object.fromEntries(all.filter(([, actions]) => actions.length > 0));
}

describe.each(Object.entries(REMOVED))("%s", (path, removed) => {
  it("differs by the removed actions alone", () => {
    const [name = "", ...rest] = path.split("/");
    const text = (...parts: string[]) => readFileSync(join(folder, name, ...parts, ...rest), "utf8");
    const before = granted(synthesise(text()));
    const after = granted(synthesise(text("fixed")));
    expect(difference(before, after)).toEqual(removed);
    expect(difference(after, before)).toEqual({});
    expect(after.others).toBe(before.others);
  });
});
