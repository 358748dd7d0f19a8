import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { finding } from "../workspace.js";
import { appFolder, shownLines, synthesise } from "./trace-apps.js";

const pack = pathToFileURL(join(import.meta.dirname, "..", "..", "dist", "src", "cdk-nag", "index.js")).href;

/** The pack is imported last, and given to the app when all is granted. */
const app = (options: string, more = ""): string => `import { App, Stack, Validations } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import * as s3 from "aws-cdk-lib/aws-s3";
import { UnusedAccessChecks } from "${pack}";
const app = new App({ analyticsReporting: false });
const stack = new Stack(app, "Small");
const role = new iam.Role(stack, "Role", { roleName: "small", assumedBy: new iam.ServicePrincipal("lambda.amazonaws.com") });
role.addToPolicy(new iam.PolicyStatement({ actions: ["sqs:SendMessage", "sqs:PurgeQueue"], resources: ["*"] }));
new s3.Bucket(stack, "Bucket").grantDelete(role);
${more}
Validations.of(app).addPlugins(new UnusedAccessChecks(app, { findings: ["findings.json"], ${options} }));
app.synth();
`;

const findings = { "findings.json": finding("small", { sqs: ["PurgeQueue"] }) };

test("the pack writes the trace that the recorder writes, also when its findings fail the synthesis", () => {
  const folder = appFolder({ "app.mjs": app('trace: true, level: "error"'), ...findings });
  const { status, stderr, trace } = synthesise(folder, "app.mjs", { record: false, node: [] });
  expect(status).toBe(1);
  expect(stderr).toContain('Suggested fix: edit app.mjs:8:18: take "sqs:PurgeQueue" out');
  expect(stderr).toContain("least-privilege: traced 3 actions to 2 lines, 0 to none: unused-access.trace.json\n");
  if (trace === null) throw new Error(stderr);
  expect(shownLines(trace)).toEqual([
    "app.mjs:8:18 sqs:PurgeQueue sqs:SendMessage\n  → role Small/Role",
    "app.mjs:9:32 s3:DeleteObject*\n  → role Small/Role",
  ]);
  const recorded = synthesise(appFolder({ "app.mjs": app('trace: true, level: "error"'), ...findings }), "app.mjs", { node: [] });
  expect(recorded.trace).toEqual(trace);
});

test("to a file that is named, relative to cwd; not at all when it is not asked for", () => {
  const folder = appFolder({ "app.mjs": app('cwd: "inner", trace: "../unused-access.trace.json"'), "inner/findings.json": findings["findings.json"] });
  const { status, trace } = synthesise(folder, "app.mjs", { record: false, node: [] });
  expect([status, trace?.entries.length]).toEqual([0, 3]);
  const silent = synthesise(appFolder({ "app.mjs": app(""), ...findings }), "app.mjs", { record: false, node: [] });
  expect([silent.status, silent.trace, silent.stderr.includes("least-privilege: ")]).toEqual([0, null, false]);
});

test("an app that cannot be synthesised leaves no trace, and says why", () => {
  const folder = appFolder({ "app.mjs": app("trace: true", 'role.addToPolicy(new iam.PolicyStatement({ resources: ["*"] }));'), ...findings, "unused-access.trace.json": "{}" });
  const { status, stderr, trace } = synthesise(folder, "app.mjs", { record: false, node: [] });
  expect([status, trace]).toEqual([1, null]);
  expect(stderr).toMatch(/^least-privilege: no trace of this app was made: it could not be synthesised \(.*must specify at least one 'action' or 'notAction'.*\)$/mu);
});
