import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { TraceFile } from "../../src/deployed/cdk-trace.js";
import { finding, put, runLint } from "../workspace.js";
import { accounted, appFolder, compile, granted, shownLines, synthesise, type Synthesis } from "./trace-apps.js";

const golden = join(import.meta.dirname, "trace-lines.txt");

let folder = "";
let plain: Synthesis;
let traced: Synthesis;
let trace: TraceFile;

beforeAll(() => {
  folder = appFolder("app");
  plain = synthesise(folder, "bin/app.ts", { record: false });
  traced = synthesise(folder, "bin/app.ts");
  if (traced.trace === null) throw new Error(traced.stderr);
  trace = traced.trace;
});

describe("the recorder", () => {
  test("changes nothing in the templates", () => {
    expect(plain.stderr).not.toContain("least-privilege");
    expect(plain.trace).toBeNull();
    expect(traced.templates.size).toBeGreaterThan(3);
    expect(traced.templates).toEqual(plain.templates);
  });

  test("accounts for every action of every identity policy, by a line or a reason", () => {
    expect(traced.stderr).toMatch(/^least-privilege: traced \d+ actions to \d+ lines, \d+ to none: unused-access\.trace\.json$/mu);
    expect(accounted(folder, trace)).toEqual(granted(traced.templates));
    expect(trace.notRead).toEqual([]);
    expect([...new Set(trace.without.map(({ constructPath, why }) => `${constructPath.split("/").slice(0, 2).join("/")}: ${why}`))]).toEqual([
      "Delivery/Pipeline: it is made while the app is synthesised",
    ]);
  });

  test("names the lines: the new of a creation, the name of a called method", () => {
    const text = `${shownLines(trace).join("\n")}\n`;
    if (process.env["UPDATE_FIXTURES"] === "1") writeFileSync(golden, text);
    expect(text).toBe(readFileSync(golden, "utf8"));
    const sources = new Map([...new Set(trace.entries.map(({ file }) => file))].map((file) => [file, readFileSync(join(folder, file), "utf8").split("\n")]));
    for (const { file, line, column } of trace.entries) {
      expect(sources.get(file)?.[line - 1]?.slice(column - 1)).toMatch(/^(?:new [\w.]+|\w+)\(/u);
    }
    expect(Object.keys(trace.files)).toEqual(["bin/app.ts", "lib/access.ts", "lib/orders-stack.ts", "lib/worker.ts"]);
  });

  test("compiled to JavaScript, with its statements merged and other checks beside it, it says the same", () => {
    const other = appFolder("app");
    put(
      other,
      "bin/checked.ts",
      `import { AwsSolutionsChecks } from "cdk-nag";
import { App, Validations } from "aws-cdk-lib";
const synth = App.prototype.synth;
App.prototype.synth = function (this: App, options) {
  Validations.of(this).addPlugins(new AwsSolutionsChecks(this));
  return synth.call(this, options);
};
await import("./app.js");
`,
    );
    compile(other, "esm");
    const minimized = synthesise(other, "dist/bin/checked.js", { node: [], context: { "@aws-cdk/aws-iam:minimizePolicies": true } });
    // The checks find something, so that the synthesis fails after the templates: the trace is there all the same.
    expect(minimized.status).toBe(1);
    expect(minimized.templates.size).toBe(traced.templates.size);
    expect(minimized.templates).not.toEqual(traced.templates);
    const { trace: merged } = minimized;
    if (merged === null) throw new Error(minimized.stderr);
    expect(accounted(other, merged)).toEqual(granted(minimized.templates));
    expect(shownLines(merged)).toEqual(shownLines(trace));
  });
});

/** Everybody reports the same, but for those who use nothing of it. */
const UNUSED: Readonly<Record<string, readonly string[]>> = {
  dynamodb: ["DeleteItem", "Scan"],
  sqs: ["PurgeQueue", "GetQueueAttributes"],
  sns: ["Subscribe"],
  ses: ["SendRawEmail"],
  kms: ["Decrypt"],
  ssm: ["GetParameters"],
  ecs: ["StopTask"],
  glue: ["GetTables"],
  athena: ["StopQueryExecution"],
  logs: ["DescribeLogStreams"],
  iam: ["ListUsers"],
  ec2: ["DescribeImages"],
  batch: ["ListJobs"],
  xray: [],
  s3: ["PutObjectTagging"],
};

/** What of it is a literal that may go: not what goes to a topic, too, nor what an override counts. */
const REMOVED = new Set(
  ["dynamodb:DeleteItem", "dynamodb:Scan", "sqs:PurgeQueue", "ses:SendRawEmail", "kms:Decrypt", "ssm:GetParameters", "ecs:StopTask", "glue:GetTables", "athena:StopQueryExecution", "logs:DescribeLogStreams", "iam:ListUsers", "ec2:DescribeImages"],
);

describe("lint with a trace", () => {
  test("fixes literals wherever they stand; synthesised again, the templates differ by exactly these", async () => {
    for (const { kind, name } of Object.values(trace.principals)) {
      const own = name.kind === "literal" ? name.name : name.kind === "pattern" ? name.shown.replace("<…>", "1A2B3C").replace("<tail>", "AbCdEfGhIjKl") : name.arn;
      const arn = `arn:aws:iam::111122223333:${kind}/${own}`;
      put(folder, `findings/${own}.json`, finding(arn, UNUSED, { resourceType: kind === "user" ? "AWS::IAM::User" : "AWS::IAM::Role" }));
    }
    const report = await runLint(folder, { trace: ["unused-access.trace.json"], fix: true });
    expect(report.stdout.replaceAll(folder, "")).toMatchSnapshot();
    expect(report.stderr).toContain("Fixed: 3 files.\n  lib/access.ts\n  lib/orders-stack.ts\n  lib/worker.ts\n");

    const again = synthesise(folder, "bin/app.ts");
    const expected = new Map([...traced.templates].map(([name, text]) => [name, normal(text, REMOVED)]));
    expect(new Map([...again.templates].map(([name, text]) => [name, normal(text, new Set())]))).toEqual(expected);

    // The old trace is of older files now; the new one has nothing left to fix.
    const stale = await runLint(folder, { trace: ["unused-access.trace.json"], fix: true });
    expect(stale.stderr).toContain("Fixed: 0 files.");
  });
});

/** A template without these actions; lists of one as one value, and without the digests of nested templates. */
function normal(text: string, removed: ReadonlySet<string>): unknown {
  return JSON.parse(text, (key, value: unknown) => {
    if (typeof value === "string" && /^\/?[0-9a-f]{64}\.json$/u.test(value)) return "<digest>.json";
    if (key !== "Action") return value;
    const actions = (Array.isArray(value) ? value : [value]).filter((each) => !removed.has(String(each)));
    const narrowed = actions.map((each: unknown) => (each === "sqs:Get*" && removed.size > 0 ? "sqs:GetQueueUrl" : each));
    return narrowed.length === 1 ? narrowed[0] : narrowed;
  });
}

const SMALL = `import { App, Stack } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";

interface Named { readonly name?: string }

const app = new App({ analyticsReporting: false });
const stack: Stack = new Stack(app, "Small");
const named: Named = {};
const role = new iam.Role(stack, named.name ?? "Role", { assumedBy: new iam.ServicePrincipal("lambda.amazonaws.com") });
role.addToPolicy(new iam.PolicyStatement({ actions: ["s3:GetObject"], resources: ["*"] }));
`;

const SMALL_LINES = ["app.ts:10:18 s3:GetObject\n  → role Small/Role"];

describe("loaders", () => {
  test.each([
    ["node --require, CommonJS without source maps", { record: "require", node: [] }, "dist/app.js"],
    ["node --enable-source-maps", { node: ["--enable-source-maps"] }, "dist/app.js"],
    ["ts-node", { record: "require", node: ["--require", "ts-node/register/transpile-only"] }, "app.ts"],
  ] as const)("%s", (_, options, entry) => {
    const own = appFolder({ "app.ts": `${SMALL}app.synth();\n`, "tsconfig.json": '{ "compilerOptions": { "module": "commonjs", "target": "es2022", "esModuleInterop": true } }' });
    compile(own, "commonjs");
    const { trace: small, stderr } = synthesise(own, entry, options);
    expect(stderr).toContain("least-privilege: traced 1 actions to 1 lines, 0 to none: unused-access.trace.json\n");
    expect(small === null ? [] : shownLines(small)).toEqual(SMALL_LINES);
  });

  test("an app that cannot be synthesised leaves no trace, and says why", () => {
    const own = appFolder({ "app.ts": `${SMALL}role.addToPolicy(new iam.PolicyStatement({ resources: ["*"] }));\napp.synth();\n`, "unused-access.trace.json": "{}" });
    const { status, stderr, trace: none } = synthesise(own, "app.ts");
    expect(status).toBe(1);
    expect(none).toBeNull();
    expect(stderr).toMatch(/^least-privilege: no trace of this app was made: it could not be synthesised \(.*must specify at least one 'action' or 'notAction'.*\)$/mu);
  });

  test("a process without the CDK says so, and leaves an older trace alone", () => {
    const own = appFolder({ "app.ts": "console.log(1);\n", "unused-access.trace.json": '{"older":true}' });
    const { stderr, trace: older } = synthesise(own, "app.ts");
    expect(stderr).toContain("least-privilege: no aws-cdk-lib was loaded, so there is nothing to trace");
    expect(older).toEqual({ older: true });
  });
});
