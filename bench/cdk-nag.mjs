// Prints what the pack costs on an app of 200 roles, beside the synthesis of the same app without it.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Stack } from "aws-cdk-lib";
import { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { UnusedAccessChecks } from "../dist/src/cdk-nag/index.js";

process.env.CDK_VALIDATION = "false";
const STACKS = 10;
const ROLES = 20;
const folder = mkdtempSync(join(tmpdir(), "least-privilege-bench-"));

function build() {
  const app = new App({ analyticsReporting: false, outdir: join(folder, "cdk.out") });
  const roles = [];
  for (let s = 0; s < STACKS; s += 1) {
    const stack = new Stack(app, `Orders${s}`);
    const bucket = new Bucket(stack, "Bucket");
    const shared = new ManagedPolicy(stack, "Shared", { statements: [new PolicyStatement({ actions: ["sqs:SendMessage", "sqs:PurgeQueue"], resources: ["*"] })] });
    for (let r = 0; r < ROLES; r += 1) {
      const role = new Role(stack, `Worker${r}`, { assumedBy: new ServicePrincipal("lambda.amazonaws.com"), managedPolicies: [shared] });
      bucket.grantReadWrite(role);
      role.addToPolicy(new PolicyStatement({ actions: ["dynamodb:GetItem", "dynamodb:PutItem", "kms:Decrypt", "logs:*"], resources: ["*"] }));
      roles.push({ stack, role });
    }
  }
  return { app, roles };
}

const { roles } = build();
const analyzed = { analyzedAt: "2026-09-01T00:00:00Z", createdAt: "2026-08-01T00:00:00Z", updatedAt: "2026-09-01T00:00:00Z" };
const services = { s3: ["DeleteObject", "PutObjectLegalHold", "GetBucketAcl"], dynamodb: ["PutItem"], sqs: ["PurgeQueue"], logs: ["DeleteLogGroup"] };
const findings = roles.map(({ stack, role }, index) => ({
  id: String(index),
  findingType: "UnusedPermission",
  status: "ACTIVE",
  resource: `arn:aws:iam::111122223333:role/${stack.stackName}-${stack.getLogicalId(role.node.defaultChild)}-AbCdEfGhIjKl`,
  resourceType: "AWS::IAM::Role",
  resourceOwnerAccount: "111122223333",
  ...analyzed,
  findingDetails: Object.entries(services).map(([serviceNamespace, actions]) => ({
    unusedPermissionDetails: { serviceNamespace, actions: actions.map((action) => ({ action })) },
  })),
}));
writeFileSync(join(folder, "findings.json"), JSON.stringify(findings));

function milliseconds(run) {
  const start = performance.now();
  run();
  return performance.now() - start;
}

const write = process.stderr.write.bind(process.stderr);
const warmUp = build().app;
milliseconds(() => warmUp.synth());
const { app } = build();
const pack = new UnusedAccessChecks(app, { findings: [join(folder, "findings.json")] });
const synth = milliseconds(() => app.synth());
let coverage = "";
process.stderr.write = (part) => {
  coverage += part;
  return true;
};
let report;
const first = milliseconds(() => (report = pack.validateScope(app)));
process.stderr.write = write;
const found = report.violations.reduce((sum, { violatingResources }) => sum + violatingResources.length, 0);
console.log(`cdk-nag pack: ${STACKS * ROLES} roles, ${found} findings: ${first.toFixed(0)} ms, first time; synthesis without it: ${synth.toFixed(0)} ms; ratio ${(first / synth).toFixed(2)}`);
if (found === 0) throw new Error(`The benchmark found nothing: ${coverage}`);
rmSync(folder, { recursive: true, force: true });
