// Prints how long templates take, as ratios to what the yaml package alone needs for the same text.
import { Linter } from "eslint";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import plugin from "../dist/src/index.js";
import { cloudformation } from "../dist/src/dialects/cloudformation.js";

const runs = Number(process.env.BENCH_RUNS ?? 5);

function best(work) {
  return Math.min(
    ...Array.from({ length: runs }, () => {
      const start = performance.now();
      work();
      return performance.now() - start;
    }),
  );
}

const ACTIONS = ["s3:GetObject", "s3:PutObject", "s3:Get*", "dynamodb:Query", "sqs:SendMessage", "kms:Decrypt"];

function template(roles, mark) {
  const resources = Array.from(
    { length: roles },
    (_, index) => `  Worker${mark}x${index}Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: {Service: lambda.amazonaws.com}
            Action: sts:AssumeRole
      Policies:
        - PolicyName: access
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Action:
${ACTIONS.map((action) => `                  - ${action}`).join("\n")}
                Resource: !Sub arn:\${AWS::Partition}:s3:::bucket-${index}/*
`,
  );
  return `AWSTemplateFormatVersion: "2010-09-09"\nResources:\n${resources.join("")}`;
}

function finding(name) {
  return {
    id: name,
    findingType: "UnusedPermission",
    status: "ACTIVE",
    resource: `arn:aws:iam::111122223333:role/${name}`,
    resourceType: "AWS::IAM::Role",
    resourceOwnerAccount: "111122223333",
    analyzedAt: "2026-09-01T00:00:00Z",
    createdAt: "2026-08-01T00:00:00Z",
    updatedAt: "2026-09-01T00:00:00Z",
    findingDetails: [{ unusedPermissionDetails: { serviceNamespace: "s3", actions: [{ action: "PutObject" }] } }],
  };
}

const work = mkdtempSync(join(tmpdir(), "least-privilege-bench-"));
try {
  const roles = 1300;
  const findings = join(work, "findings.json");
  writeFileSync(findings, JSON.stringify(Array.from({ length: roles }, (_, index) => finding(`orders-WorkerAx${index}Role-AbCdEfGhIjKl`))));
  const linter = new Linter({ configType: "flat", cwd: work });
  const config = [
    { files: ["**/*.yaml"], language: "least-privilege/cloudformation", plugins: { "least-privilege": plugin } },
    { rules: { "least-privilege/no-unused-actions": "error" }, settings: plugin.evidence({ findings: [findings], cwd: work }) },
  ];
  const text = template(roles, "A");
  const parse = best(() => parseAllDocuments(text, { logLevel: "silent", uniqueKeys: false }));
  let messages = 0;
  let run = 0;
  const lint = best(() => {
    // A new text each time: what was parsed last is remembered.
    messages = linter.verify(`${text}# ${(run += 1)}\n`, config, { filename: join(work, "template.yaml") }).length;
  });
  console.log(`template of ${(text.length / 1e6).toFixed(2)} MB, ${roles} roles, ${messages} messages, best of ${runs}`);
  console.log(`  yaml parses it: ${parse.toFixed(0)} ms`);
  console.log(`  linted: ${lint.toFixed(0)} ms; ratio ${(lint / parse).toFixed(2)}`);

  const others = Array.from({ length: 2000 }, (_, index) =>
    index % 10 === 0
      ? template(4, `B${index}`)
      : `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: orders-${index}\nspec:\n${Array.from({ length: 100 }, (_each, line) => `  key${line}: value ${line}`).join("\n")}\n`,
  );
  const lines = (list) => list.reduce((sum, each) => sum + each.split("\n").length, 0);
  const withIam = others.filter((_, index) => index % 10 === 0);
  const without = others.filter((_, index) => index % 10 !== 0);
  const look = (list) =>
    best(() => {
      for (const [index, each] of list.entries()) {
        const source = { path: join(work, `${index}.yaml`), text: each, tree: null, principals: [] };
        if (!cloudformation.mentions(source)) continue;
        cloudformation.bind(cloudformation.read(source), { root: work, directory: () => ({ readings: [], unread: [] }), text: () => null, holding: () => [] });
      }
    });
  const [some, none] = [look(withIam), look(without)];
  console.log(`${others.length} YAML files, one in ten a template, best of ${runs}`);
  console.log(`  templates: ${((some / lines(withIam)) * 1000).toFixed(2)} ms per 1,000 lines; yaml alone: ${((best(() => withIam.forEach((each) => parseAllDocuments(each, { logLevel: "silent" }))) / lines(withIam)) * 1000).toFixed(2)} ms`);
  console.log(`  others: ${((none / without.length) * 1000).toFixed(1)} µs per file`);
} finally {
  rmSync(work, { recursive: true, force: true });
}
