import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// What the recorder adds to the synthesis of an app of 20 stacks: runs with and without it in turn, by the processor time of the
// child process. The least of several runs is the one that was disturbed least.
const root = join(import.meta.dirname, "..");
const recorder = join(root, "dist", "src", "cdk-nag", "trace.js");
const RUNS = Number(process.env.RUNS ?? 5);

const app = `const { App, Stack } = require("aws-cdk-lib");
const iam = require("aws-cdk-lib/aws-iam");
const lambda = require("aws-cdk-lib/aws-lambda");
const s3 = require("aws-cdk-lib/aws-s3");
const sqs = require("aws-cdk-lib/aws-sqs");
const app = new App({ analyticsReporting: false });
for (let index = 0; index < 20; index += 1) {
  const stack = new Stack(app, "Stack" + index);
  const bucket = new s3.Bucket(stack, "Bucket");
  const queue = new sqs.Queue(stack, "Queue");
  for (let at = 0; at < 10; at += 1) {
    const fn = new lambda.Function(stack, "Function" + at, {
      runtime: lambda.Runtime.NODEJS_22_X,
      handler: "index.handler",
      code: lambda.Code.fromInline("exports.handler = () => 1;"),
      tracing: lambda.Tracing.ACTIVE,
    });
    bucket.grantReadWrite(fn);
    queue.grantSendMessages(fn);
    fn.addToRolePolicy(new iam.PolicyStatement({ actions: ["dynamodb:GetItem", "dynamodb:PutItem"], resources: ["*"] }));
    const role = new iam.Role(stack, "Role" + at, { assumedBy: new iam.ServicePrincipal("ecs-tasks.amazonaws.com") });
    for (const service of ["ssm", "kms", "sns"]) role.addToPolicy(new iam.PolicyStatement({ actions: [service + ":Get*", service + ":List*"], resources: ["*"] }));
  }
}
app.synth();
const { userCPUTime, systemCPUTime } = process.resourceUsage();
process.on("exit", () => {
  const { userCPUTime: user, systemCPUTime: system } = process.resourceUsage();
  process.stdout.write(JSON.stringify({ synth: (userCPUTime + systemCPUTime) / 1000, whole: (user + system) / 1000 }));
});
`;

const folder = mkdtempSync(join(tmpdir(), "least-privilege-bench-"));
try {
  mkdirSync(join(folder, "bin"));
  writeFileSync(join(folder, "bin", "app.js"), app);
  writeFileSync(join(folder, "package.json"), "{}");
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  const run = (args) => {
    const { stdout, stderr, status } = spawnSync(process.execPath, [...args, "bin/app.js"], {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, NODE_OPTIONS: "", CDK_OUTDIR: join(folder, "cdk.out") },
    });
    if (status !== 0) throw new Error(stderr);
    return JSON.parse(stdout).whole;
  };
  const plain = [];
  const traced = [];
  for (let index = 0; index < RUNS; index += 1) {
    plain.push(run([]));
    traced.push(run(["--import", recorder]));
  }
  const [without, with_] = [Math.min(...plain), Math.min(...traced)];
  console.log(`synthesis of 20 stacks, 400 roles: ${without.toFixed(0)} ms; recorded ${with_.toFixed(0)} ms; ratio ${(with_ / without).toFixed(3)} (at most 1.10)`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
