import { readFileSync, readdirSync } from "node:fs";
import Module, { createRequire } from "node:module";
import { join } from "node:path";
import { Aspects, Stack } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import { NagSuppressions } from "cdk-nag-2";
import { afterEach, expect, test, vi } from "vitest";
import { workspace, finding } from "../workspace.js";
import { allow, assumedBy, newApp } from "./demo-app.js";

afterEach(() => {
  vi.restoreAllMocks();
});

// The pack of somebody who has version 2 under the name of cdk-nag.
const require = createRequire(import.meta.url);
const version2 = require.resolve("cdk-nag-2");
require.cache[require.resolve("cdk-nag")] = Object.assign(new Module("cdk-nag"), { exports: require(version2) as unknown, loaded: true });
const { UnusedAccessChecks } = await import("../../src/cdk-nag/index.js");

function annotated(level: "error" | "warning", findings = "*.json"): { readonly messages: readonly string[]; readonly csv: string; readonly coverage: string; readonly thrown: string | null } {
  const app = newApp();
  const stack = new Stack(app, "Demo");
  const role = new iam.Role(stack, "A", { roleName: "a", assumedBy });
  role.addToPolicy(allow("s3:GetObject", "s3:PutObject", "s3:DeleteObject"));
  NagSuppressions.addResourceSuppressions(role, [{ id: "UnusedAccess-unused-action", appliesTo: ["s3:PutObject"], reason: "needed in december" }], true);
  const cwd = workspace({ "f.json": finding("a", { s3: ["PutObject", "DeleteObject"] }) });
  Aspects.of(app).add(new UnusedAccessChecks(app, { findings: [findings], cwd, level }));
  const written: string[] = [];
  vi.spyOn(process.stderr, "write").mockImplementation((part) => {
    written.push(String(part));
    return true;
  });
  try {
    const assembly = app.synth();
    const messages = assembly.getStackByName("Demo").messages.map(({ level: own, id, entry }) => `${own} ${id} ${typeof entry.data === "string" ? entry.data : ""}`);
    const report = readdirSync(app.outdir).find((file) => file.endsWith("NagReport.csv")) ?? "";
    return { messages, csv: readFileSync(join(app.outdir, report), "utf8"), coverage: written.join(""), thrown: null };
  } catch (error) {
    return { messages: [], csv: "", coverage: written.join(""), thrown: error instanceof Error ? error.message.replace(cwd, "<cwd>") : "" };
  }
}

test("with cdk-nag 2 findings are annotations, suppressed by its own means and listed in its report", () => {
  const { messages, csv, coverage } = annotated("warning");
  expect(messages).toMatchInlineSnapshot(`
    [
      "warning /Demo/A/DefaultPolicy/Resource UnusedAccess-unused-action[s3:DeleteObject]: "s3:DeleteObject" is not used by role "a" in account 111122223333 (no use in the tracked period, analysed 2026-09-01). At Properties.PolicyDocument.Statement.0.Action.2: edit test/cdk-nag/demo-app.ts:16:10: take "s3:DeleteObject" out. To keep it: NagSuppressions.addResourceSuppressions(construct, [{ id: "UnusedAccess-unused-action", appliesTo: ["s3:DeleteObject"], reason: "…" }]).
    ",
    ]
  `);
  expect(csv).toMatchInlineSnapshot(`
    "Rule ID,Resource ID,Compliance,Exception Reason,Rule Level,Rule Info
    "UnusedAccess-unused-action","Demo/A/DefaultPolicy/Resource","Suppressed","[s3:PutObject] needed in december","Warning","""s3:PutObject"" is not used by role ""a"" in account 111122223333 (no use in the tracked period, analysed 2026-09-01). At Properties.PolicyDocument.Statement.0.Action.1: edit test/cdk-nag/demo-app.ts:16:10: take ""s3:PutObject"" out. To keep it: NagSuppressions.addResourceSuppressions(construct, [{ id: ""UnusedAccess-unused-action"", appliesTo: [""s3:PutObject""], reason: ""…"" }])."
    "UnusedAccess-unused-action","Demo/A/DefaultPolicy/Resource","Non-Compliant","N/A","Warning","""s3:DeleteObject"" is not used by role ""a"" in account 111122223333 (no use in the tracked period, analysed 2026-09-01). At Properties.PolicyDocument.Statement.0.Action.2: edit test/cdk-nag/demo-app.ts:16:10: take ""s3:DeleteObject"" out. To keep it: NagSuppressions.addResourceSuppressions(construct, [{ id: ""UnusedAccess-unused-action"", appliesTo: [""s3:DeleteObject""], reason: ""…"" }])."
    "
  `);
  expect(coverage).toMatchInlineSnapshot(`
    "UnusedAccess: 1 policy document in 1 stack: 1 judged, with 2 findings; 0 without a known principal; 0 kept because a principal has no finding.
      findings: 1 principal, 1 of this app, 0 not matched.
    "
  `);
  expect(annotated("error").messages.map((message) => message.split(" ")[0])).toEqual(["error"]);
});

test("findings that are missing fail the synthesis with one sentence", () => {
  expect(annotated("warning", "nowhere").thrown).toMatchInlineSnapshot(`
    "Validation failed with the following errors:
      [] <cwd>/nowhere: there is no such file or folder: correct the name, or export the findings to it."
  `);
});
