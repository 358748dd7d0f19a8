import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Aspects, Stack, Validations, type App } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import { afterEach, expect, test, vi } from "vitest";
import { UnusedAccessChecks, type Origin, type UnusedAccessOptions } from "../../src/cdk-nag/index.js";
import { allow, assumedBy, demoApp, newApp } from "./demo-app.js";
import { finding, workspace } from "../workspace.js";
import { demoFindings } from "./demo-findings.js";

afterEach(() => {
  vi.restoreAllMocks();
});

interface Synthesised {
  /** What CDK prints. */
  readonly report: string;
  /** What we print. */
  readonly coverage: string;
  readonly thrown: string | null;
  readonly json: unknown;
}

function synthesise(app: App, options: UnusedAccessOptions): Synthesised {
  Validations.of(app).addPlugins(new UnusedAccessChecks(app, options));
  const printed: string[] = [];
  const written: string[] = [];
  vi.spyOn(console, "error").mockImplementation((...parts: unknown[]) => void printed.push(parts.join(" ")));
  vi.spyOn(process.stderr, "write").mockImplementation((part) => {
    written.push(String(part));
    return true;
  });
  let thrown: string | null = null;
  try {
    app.synth();
  } catch (error) {
    thrown = error instanceof Error ? error.message : String(error);
  }
  vi.restoreAllMocks();
  process.exitCode = 0;
  const clean = (text: string): string => text.replaceAll(app.outdir, "<cdk.out>").replace(/<cdk\.out>|(?:\.\.\/)+tmp\/cdk\.out\w+/gu, "<cdk.out>");
  return { report: clean(printed.join("\n")), coverage: written.join(""), thrown: thrown === null ? null : clean(thrown), json: JSON.parse(readFileSync(join(app.outdir, "validation-report.json"), "utf8")) };
}

test("the demo app: the whole report", async () => {
  const { app } = demoApp();
  const { report, coverage, thrown, json } = synthesise(app, { findings: ["findings"], cwd: demoFindings() });
  expect(thrown).toBeNull();
  await expect(`${report}\n`).toMatchFileSnapshot("report.txt");
  await expect(coverage).toMatchFileSnapshot("coverage.txt");
  await expect(`${JSON.stringify(json, null, 2)}\n`).toMatchFileSnapshot("validation-report.json");
});

function small(acknowledged: "no" | "role" | "another" | "app"): App {
  const app = newApp();
  const stack = new Stack(app, "Demo");
  const role = new iam.Role(stack, "A", { roleName: "a", assumedBy });
  role.addToPolicy(allow("s3:GetObject", "s3:PutObject"));
  const another = new iam.Role(stack, "B", { assumedBy });
  const scope = { no: null, role, another, app }[acknowledged];
  if (scope !== null) Validations.of(scope).acknowledge({ id: "UnusedAccess::unused-action[s3:PutObject]", reason: "needed in december" });
  return app;
}

const cwd = workspace({ "f.json": finding("a", { s3: ["PutObject"] }) });
const findings = ["f.json"];

test("a warning does not fail the synthesis, an error does", () => {
  expect(synthesise(small("no"), { findings, cwd, level: "warning" })).toMatchObject({ thrown: null, report: expect.stringMatching(/^WARNING "s3:PutObject"/u) as string });
  expect(synthesise(small("no"), { findings, cwd, level: "error" })).toMatchObject({ thrown: expect.stringMatching(/^ERROR "s3:PutObject" is not used by role "a"/u) as string });
});

test("what is acknowledged by the line that the report prints is listed as such, and fails nothing", () => {
  for (const where of ["role", "app"] as const) {
    const { thrown, report, json } = synthesise(small(where), { findings, cwd, level: "error" });
    expect([thrown, report]).toEqual([null, ""]);
    expect(json).toMatchObject({
      pluginReports: [{ conclusion: "success", violations: [], suppressedViolations: [{ ruleName: "unused-action[s3:PutObject]", reason: "needed in december", ...(where === "app" ? {} : { acknowledgedAt: "Demo/A" }) }] }],
    });
  }
  expect(synthesise(small("another"), { findings, cwd, level: "error" }).thrown).toContain('ERROR "s3:PutObject"');
});

test("the source lines of the trace are where to edit; what has none says why", () => {
  const file = `${process.cwd()}/lib/demo-stack.ts`;
  const report = (...origins: readonly Origin[]): string | undefined =>
    /Suggested fix: (.*)/u.exec(synthesise(small("no"), { findings, cwd, origins: (_, { value }) => (value === "s3:PutObject" ? origins : []) }).report)?.[1];
  expect(report({ place: { file, line: 50, column: 12 } }, { place: { file, line: 60, column: 3 } })).toBe('edit lib/demo-stack.ts:50:12 and lib/demo-stack.ts:60:3: take "s3:PutObject" out');
  expect(report({ why: "it is made while the app is synthesised" })).toBe('no source line, because it is made while the app is synthesised: take "s3:PutObject" out');
  expect(report()).toBe('take "s3:PutObject" out');
});

test("missing findings and wrong options fail the synthesis with one sentence", () => {
  const missing = synthesise(small("no"), { findings: ["nowhere"], cwd });
  expect(missing.thrown).toContain(`Validation plugin 'UnusedAccess' failed: ${cwd}/nowhere: there is no such file or folder: correct the name, or export the findings to it.`);
  expect(missing.thrown).not.toContain("at ");
  const level = "info";
  const wrong = JSON.parse(JSON.stringify({ findings, cwd, level })) as UnusedAccessOptions;
  expect(synthesise(small("no"), wrong).thrown).toContain(`UnusedAccessChecks: the level is "info": write level: "error" or level: "warning".`);
  expect(() => {
    const app = newApp();
    Aspects.of(app).add(new UnusedAccessChecks(app, { findings, cwd }));
    app.synth();
  }).toThrow("UnusedAccessChecks is no aspect with cdk-nag 3: write Validations.of(app).addPlugins(new UnusedAccessChecks(app, { … })).");
});
