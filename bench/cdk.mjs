// Prints what the rule adds to parsing CDK sources: 40 stacks of about 200 lines each, every one with unused actions in three roles.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as parser from "@typescript-eslint/parser";
import { Linter } from "eslint";
import leastPrivilege from "../dist/src/index.js";

const STACKS = Number(process.env.BENCH_STACKS ?? 40);
const RUNS = Number(process.env.BENCH_RUNS ?? 15);
const AIM = 0.15;

const SERVICES = [
  ["s3", ["GetObject", "PutObject", "DeleteObject", "ListBucket", "GetBucketLocation", "GetObjectTagging"]],
  ["dynamodb", ["Query", "Scan", "GetItem", "PutItem", "UpdateItem", "DeleteItem"]],
  ["sqs", ["SendMessage", "ReceiveMessage", "DeleteMessage", "GetQueueAttributes", "ChangeMessageVisibility", "PurgeQueue"]],
  ["logs", ["CreateLogStream", "PutLogEvents", "DescribeLogStreams", "GetLogEvents", "FilterLogEvents", "CreateLogGroup"]],
];

function statement([service, actions], indent) {
  const lines = ["new iam.PolicyStatement({", `  sid: "${service}Access",`, "  actions: [", ...actions.map((action) => `    "${service}:${action}",`), "  ],", `  resources: [\`arn:aws:${service}:*:*:\${props.stage}-orders*\`],`, "})"];
  return lines.join(`\n${indent}`);
}

/** A service of a stack, some 45 lines: a function, its alarm and queue, a role, statements and grants. */
function service(stack, index) {
  const name = `Service${stack}x${index}`;
  const at = (offset) => SERVICES[(index + offset) % SERVICES.length];
  return `
    const queue${index} = new sqs.Queue(this, "${name}Queue", {
      visibilityTimeout: Duration.seconds(300),
      retentionPeriod: Duration.days(14),
      encryption: sqs.QueueEncryption.SQS_MANAGED,
    });
    const handler${index} = new lambda.Function(this, "${name}Handler", {
      runtime: lambda.Runtime.NODEJS_22_X,
      handler: "index.handler",
      code: lambda.Code.fromAsset(path.join(__dirname, "..", "services", "${name}")),
      timeout: Duration.seconds(30),
      memorySize: props.stage === "prod" ? 1024 : 256,
      environment: {
        QUEUE_URL: queue${index}.queueUrl,
        TABLE_NAME: table.tableName,
        LOG_LEVEL: props.stage === "prod" ? "warn" : "debug",
      },
    });
    queue${index}.grantSendMessages(handler${index});
    table.grant(handler${index}, "dynamodb:Query", "dynamodb:BatchGetItem");
    handler${index}.addToRolePolicy(${statement(at(0), "    ")});
    const role${index} = new iam.Role(this, "${name}Role", {
      assumedBy: new iam.ServicePrincipal("lambda.amazonaws.com"),
      roleName: "${name.toLowerCase()}",
      inlinePolicies: { Access: new iam.PolicyDocument({ statements: [${statement(at(1), "      ")}] }) },
    });
    role${index}.addToPolicy(${statement(at(2), "    ")});
    new cloudwatch.Alarm(this, "${name}Alarm", {
      metric: handler${index}.metricErrors({ period: Duration.minutes(5) }),
      threshold: 1,
      evaluationPeriods: 2,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });`;
}

function stack(number) {
  return `import * as path from "node:path";
import { Duration, RemovalPolicy, Stack, type StackProps } from "aws-cdk-lib";
import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import * as sqs from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";

interface OrdersStackProps extends StackProps {
  readonly stage: string;
}

/** Orders, part ${number}. */
export class OrdersStack${number} extends Stack {
  constructor(scope: Construct, id: string, props: OrdersStackProps) {
    super(scope, id, props);
    const table = new dynamodb.Table(this, "Table${number}", {
      partitionKey: { name: "id", type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      removalPolicy: RemovalPolicy.RETAIN,
    });
${[0, 1, 2].map((index) => service(number, index)).join("\n")}
  }
}
`;
}

function finding(number, index) {
  const name = `service${number}x${index}`;
  const at = "2024-06-01T00:00:00Z";
  return {
    id: name, findingType: "UnusedPermission", resourceType: "AWS::IAM::Role", resource: `arn:aws:iam::111122223333:role/${name}`,
    resourceOwnerAccount: "111122223333", status: "ACTIVE", analyzedAt: at, createdAt: at, updatedAt: at,
    findingDetails: SERVICES.map(([serviceNamespace, actions]) => ({
      unusedPermissionDetails: { serviceNamespace, actions: actions.slice(-1).map((action) => ({ action })) },
    })),
  };
}

const work = mkdtempSync(join(tmpdir(), "least-privilege-bench-"));
try {
  const texts = Array.from({ length: STACKS }, (_, number) => stack(number));
  const findings = join(work, "findings.json");
  writeFileSync(findings, JSON.stringify(texts.flatMap((_, number) => [0, 1, 2].map((index) => finding(number, index)))));

  const spent = { parse: 0, rule: 0 };
  // Time of the processor, which does not depend on what else runs.
  const timed = (part, work) => (...given) => {
    const start = process.cpuUsage();
    try {
      return work(...given);
    } finally {
      const { user, system } = process.cpuUsage(start);
      spent[part] += (user + system) / 1000;
    }
  };
  const rule = leastPrivilege.rules["no-unused-actions"];
  const create = timed("rule", (context) => Object.fromEntries(Object.entries(rule.create(context)).map(([event, listener]) => [event, timed("rule", listener)])));
  const configFor = (cwd) => [
    {
      files: ["**/*.ts"],
      languageOptions: { parser: { ...parser, parseForESLint: timed("parse", parser.parseForESLint) } },
      plugins: { measured: { rules: { "no-unused-actions": { ...rule, create } } } },
      rules: { "measured/no-unused-actions": "error" },
      settings: leastPrivilege.evidence({ findings: [findings], cwd }),
    },
  ];
  const lines = texts.reduce((total, text) => total + text.split("\n").length, 0);
  let best = null;
  let reports = 0;
  for (let run = 0; run < RUNS; run += 1) {
    // A project of its own for each run: what was found out of one is known in the next lint of it.
    const cwd = join(work, `run-${run}`);
    mkdirSync(cwd);
    const sources = texts.map((text, number) => ({ path: join(cwd, `orders-stack-${number}.ts`), text }));
    for (const { path, text } of sources) writeFileSync(path, text);
    const linter = new Linter({ cwd });
    const config = configFor(cwd);
    spent.parse = 0;
    spent.rule = 0;
    reports = 0;
    for (const { path, text } of sources) reports += linter.verify(text, config, path).length;
    if (best === null || spent.rule / spent.parse < best.rule / best.parse) best = { ...spent };
  }
  const ratio = best.rule / best.parse;
  console.log(
    `${STACKS} CDK stacks of ${Math.round(lines / STACKS)} lines, ${reports} reports: parsing ${best.parse.toFixed(0)} ms, the rule ${best.rule.toFixed(0)} ms on top, ratio ${ratio.toFixed(3)} (best of ${RUNS}; the aim is ${AIM})`,
  );
} finally {
  rmSync(work, { recursive: true, force: true });
}
