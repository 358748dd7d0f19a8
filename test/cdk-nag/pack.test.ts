import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Validations, type App } from "aws-cdk-lib";
import { afterEach, expect, test, vi } from "vitest";
import { UnusedAccessChecks, type UnusedAccessOptions } from "../../src/cdk-nag/index.js";
import { demoApp } from "./demo-app.js";
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
