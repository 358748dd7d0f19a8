import { chmodSync, existsSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { BadInput } from "../../src/findings/bad-input.js";
import { finding, inlinePolicy, put, read, runLint, workspace } from "../workspace.js";

const orders = finding("orders", { s3: ["GetBucketAcl"] });
const source = inlinePolicy('          "s3:GetObject",\n          "s3:GetBucketAcl",');
const fixed = inlinePolicy('          "s3:GetObject",');

async function refusal(run: Promise<unknown>): Promise<string> {
  const error: unknown = await run.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(BadInput);
  return error instanceof Error ? error.message : "";
}

describe("reporting", () => {
  test("the report is on standard output, the coverage on standard error, and nothing changes", async () => {
    const folder = workspace({ "findings/orders.json": orders, "main.tf": source });
    const { exitCode, stdout, stderr } = await runLint(folder);
    expect(exitCode).toBe(1);
    expect(stdout).toContain(
      '11:11  error  "s3:GetBucketAcl" is not used by role "orders" in account 111122223333 (no use in the tracked period, analysed 2026-09-01)',
    );
    expect(stderr).toBe(
      "Findings: 1 principal, 1 matched to sources, 0 not matched.\nPolicy documents: 1 in 1 file (1 file read), 0 without a known principal, 0 kept because a principal has no finding.\n",
    );
    expect(read(folder, "main.tf")).toBe(source);
  });

  test("nothing to report is exit code 0 and an empty report", async () => {
    const folder = workspace({ "findings/orders.json": orders, "main.tf": fixed });
    expect(await runLint(folder)).toMatchObject({ exitCode: 0, stdout: "" });
  });

  test("findings without a source are listed", async () => {
    const folder = workspace({
      "findings/orders.json": orders,
      "findings/other.json": finding("team/other", { sns: [] }),
      "main.tf": source,
    });
    expect((await runLint(folder)).stderr).toContain(
      "  not matched: arn:aws:iam::111122223333:role/team/other: no policy document in these files grants to a principal of this name\n",
    );
  });

  test("documents without a known principal, and principals without a finding, are listed", async () => {
    const folder = workspace({
      "findings/orders.json": orders,
      "a/main.tf": source.replace('role = "orders"', "role = var.role"),
      "b/main.tf": inlinePolicy('          "s3:GetBucketAcl",', "billing"),
    });
    const { stderr, exitCode } = await runLint(folder);
    expect(exitCode).toBe(0);
    expect(stderr).toContain("  principal not known: a/main.tf: aws_iam_role_policy.orders: ");
    expect(stderr).toContain("  kept: b/main.tf: aws_iam_role_policy.billing: no finding for ");
  });

  test.each(["json", "json-with-metadata", "html", "stylish"])("--format %s writes a pure report", async (format) => {
    const folder = workspace({ "findings/orders.json": orders, "main.tf": source });
    const { stdout } = await runLint(folder, { format });
    expect(stdout).toContain("s3:GetBucketAcl");
    expect(stdout).not.toContain("Policy documents:");
    if (format.startsWith("json")) expect(JSON.parse(stdout)).toBeTruthy();
  });

  test("findings without a source are all listed; other long lists are cut, unless all is asked for", async () => {
    const others = Array.from({ length: 14 }, (_, index) => finding(`other-${String(index).padStart(2, "0")}`, { sns: [] }));
    const billing = Object.fromEntries(
      Array.from({ length: 14 }, (_, index) => [`${String(index)}/main.tf`, source.replace('role = "orders"', "role = var.role")]),
    );
    const folder = workspace({ "findings/all.jsonl": [orders, ...others].join("\n"), "main.tf": source, ...billing });
    const { stderr } = await runLint(folder);
    expect(stderr.match(/ {2}not matched: /gu)).toHaveLength(14);
    expect(stderr.match(/ {2}principal not known: /gu)).toHaveLength(10);
    expect(stderr).toContain("\n  … and 4 more like these: --verbose lists them all\n");
    expect((await runLint(folder, { verbose: true })).stderr.match(/ {2}principal not known: /gu)).toHaveLength(14);
  });

  test("paths outside of the working directory, where findings, map and report are named from", async () => {
    const policy = '{"Statement":{"Effect":"Allow","Action":["s3:GetObject","s3:GetBucketAcl"],"Resource":"*"}}';
    const folder = workspace({
      "work/findings/orders.json": orders,
      "work/main.tf": source,
      "work/map.json": '{"policies/*.json": "arn:aws:iam::*:role/orders"}',
      "work/policies/orders.json": policy,
      "infra [1]/main.tf": source,
      "other/main.tf": source,
    });
    const work = join(folder, "work");
    const { stdout, exitCode } = await runLint(work, { principals: "map.json", format: "json" }, ["main.tf", "policies", "../infra [1]"]);
    expect(exitCode).toBe(1);
    const results: unknown = JSON.parse(stdout);
    expect(results).toMatchObject(
      ["infra [1]/main.tf", "work/main.tf", "work/policies/orders.json"].map((path) => ({ filePath: join(folder, path), errorCount: 1 })),
    );
    await runLint(work, { fix: true }, ["../infra*/main.tf"]);
    expect(read(folder, "infra [1]/main.tf")).toBe(fixed);
    expect(read(folder, "work/main.tf")).toBe(source);
  });

  test("data that is no template is passed over, however large", async () => {
    const folder = workspace({ "findings/orders.json": orders, "data.json": `["${"x".repeat(11_000_000)}"]`, "main.tf": fixed });
    expect(await runLint(folder)).toMatchObject({ exitCode: 0, stdout: "" });
  });

  test("--output-file holds the report", async () => {
    const folder = workspace({ "findings/orders.json": orders, "main.tf": source });
    const { stdout } = await runLint(folder, { format: "json", outputFile: "report.json" });
    expect(stdout).toBe("");
    expect(JSON.parse(read(folder, "report.json"))).toHaveLength(1);
  });

  test("protected actions stay", async () => {
    const folder = workspace({ "findings/orders.json": orders, "main.tf": source });
    expect(await runLint(folder, { protect: ["s3:GetBucket*"] })).toMatchObject({ exitCode: 0, stdout: "" });
  });

  test("policy JSON is bound by the principals map", async () => {
    const policy = '{\n  "Version": "2012-10-17",\n  "Statement": {"Effect": "Allow", "Action": ["s3:GetObject", "s3:GetBucketAcl"], "Resource": "*"}\n}\n';
    const folder = workspace({
      "findings/orders.json": orders,
      "policies/orders.json": policy,
      "map.json": '{"policies/orders*.json": "arn:aws:iam::*:role/orders"}',
    });
    await runLint(folder, { principals: "map.json", fix: true });
    expect(read(folder, "policies/orders.json")).toBe(policy.replace(', "s3:GetBucketAcl"', ""));
  });
});

describe("fixing", () => {
  test("--fix writes the files, keeps the byte order mark, and the second run changes nothing", async () => {
    const folder = workspace({ "findings/orders.json": orders, "main.tf": `\uFEFF${source}` });
    expect(await runLint(folder, { fix: true })).toMatchObject({ exitCode: 0, stdout: "" });
    expect(read(folder, "main.tf")).toBe(`\uFEFF${fixed}`);
    await runLint(folder, { fix: true });
    expect(read(folder, "main.tf")).toBe(`\uFEFF${fixed}`);
    expect(readdirSync(folder).sort()).toEqual(["findings", "main.tf"]);
  });

  test("--fix-dry-run prints a unified diff and changes nothing", async () => {
    const folder = workspace({ "findings/orders.json": orders, "sub/main.tf": source });
    const { stdout, exitCode } = await runLint(folder, { fixDryRun: true });
    expect(exitCode).toBe(0);
    expect(stdout).toContain("--- a/sub/main.tf\n+++ b/sub/main.tf\n@@ ");
    expect(stdout).toContain('\n-          "s3:GetBucketAcl",\n');
    expect(read(folder, "sub/main.tf")).toBe(source);
  });

  test("--fix-dry-run --format json keeps standard output pure", async () => {
    const folder = workspace({ "findings/orders.json": orders, "main.tf": source });
    const { stdout, stderr } = await runLint(folder, { fixDryRun: true, format: "json" });
    expect(JSON.parse(stdout)).toMatchObject([{ output: fixed }]);
    expect(stderr).toContain("+++ b/main.tf");
  });
});

describe("bad input", () => {
  test("a folder without any source", async () => {
    const folder = workspace({ "findings/orders.json": orders, "docs/readme.md": "nothing" });
    expect(await refusal(runLint(folder, {}, ["docs"]))).toBe(
      "docs: there is no Terraform, CloudFormation, CDK or policy JSON file here: name a folder or file that holds some.",
    );
  });

  test("a path that does not exist", async () => {
    const folder = workspace({ "findings/orders.json": orders });
    expect(await refusal(runLint(folder, {}, ["missing.tf"]))).toContain("missing.tf: there is no ");
  });

  test("a formatter that is not installed", async () => {
    const folder = workspace({ "findings/orders.json": orders, "main.tf": source });
    expect(await refusal(runLint(folder, { format: "github" }))).toBe(
      "--format github: there is no such formatter: use stylish, json, json-with-metadata or html, or install eslint-formatter-github.",
    );
  });

  test("a principals map that is none", async () => {
    const folder = workspace({ "findings/orders.json": orders, "main.tf": source, "map.json": "[1]" });
    expect(await refusal(runLint(folder, { principals: "map.json" }))).toContain("map.json: is not a map of file globs and addresses to ARNs");
  });

  test("findings that are missing stop the run before any file is touched", async () => {
    const folder = workspace({ "main.tf": source });
    expect(await refusal(runLint(folder, { fix: true }))).toContain("findings");
    expect(read(folder, "main.tf")).toBe(source);
  });

  test("an unreadable file does not keep the others from being linted", async () => {
    const folder = workspace({ "findings/orders.json": orders, "main.tf": source });
    symlinkSync(join(folder, "gone.tf"), join(folder, "dangling.tf"));
    symlinkSync(join(folder, "findings"), join(folder, "folder.tf"));
    symlinkSync("loop.tf", join(folder, "loop.tf"));
    const { stdout, stderr, exitCode } = await runLint(folder);
    expect(stdout).toContain("s3:GetBucketAcl");
    expect(exitCode).toBe(2);
    expect(stderr).toContain("  folder.tf: the file cannot be read (it is a link to a folder)\n");
  });

  test.skipIf(process.getuid?.() === 0)("a read-only file is left as it was, and the others are fixed", async () => {
    const folder = workspace({ "findings/orders.json": orders, "a/main.tf": source, "b/main.tf": source });
    chmodSync(join(folder, "a/main.tf"), 0o444);
    const { stderr, exitCode } = await runLint(folder, { fix: true });
    expect(exitCode).toBe(2);
    expect(stderr).toContain("least-privilege: a/main.tf was left as it was: it cannot be written (EACCES: ");
    expect(read(folder, "a/main.tf")).toBe(source);
    expect(read(folder, "b/main.tf")).toBe(fixed);
  });

  test.skipIf(process.getuid?.() === 0)("a file without read permission is named", async () => {
    const folder = workspace({ "findings/orders.json": orders, "main.tf": source, "secret.tf": source });
    chmodSync(join(folder, "secret.tf"), 0o000);
    const { stderr, stdout, exitCode } = await runLint(folder);
    expect(stderr).toContain("secret.tf: the file cannot be read (permission denied)");
    expect(stdout).toContain("main.tf");
    expect(exitCode).toBe(2);
  });

  test("a syntax error is reported at its place, and the other files are fixed", async () => {
    const folder = workspace({
      "findings/orders.json": orders,
      "a/main.tf": 'resource "aws_iam_role" "x" {\n  name = \n}\n',
      "b/main.tf": source,
      "c/template.yaml": 'Resources:\n  R:\n    Type: AWS::IAM::Role\n    Properties: {\n  X: "\n',
      "d/stack.ts": 'import * as iam from "aws-cdk-lib/aws-iam";\nnew iam.PolicyStatement({ actions: [ });\n',
    });
    const { stdout, exitCode } = await runLint(folder, { fix: true });
    expect(exitCode).toBe(1);
    expect(stdout.match(/Parsing error: /gu)).toHaveLength(3);
    expect(stdout).toMatch(/a\/main\.tf\n\s+2:10 /u);
    expect(read(folder, "b/main.tf")).toBe(fixed);
  });

  test("YAML that is no CloudFormation template is passed over", async () => {
    const folder = workspace({
      "findings/orders.json": orders,
      "main.tf": source,
      "chart/templates/role.yaml": "{{- if .Values.role }}\nmetadata:\n  annotations: {{ toYaml .Values.a | nindent 4 }}\n{{- end }}\n",
      "docker-compose.yml": "services:\n  web: {image: nginx}\n",
    });
    const { stdout, stderr } = await runLint(folder);
    expect(stdout).not.toContain("yaml");
    expect(stderr).not.toContain("yaml");
  });

  test("findings among the sources are not linted", async () => {
    const folder = workspace({ "findings/orders.json": orders, "main.tf": source });
    const { stderr } = await runLint(folder);
    expect(stderr).toContain("(1 file read)");
    expect(existsSync(join(folder, "findings/orders.json"))).toBe(true);
  });

  test("a findings file that changes between two cached runs gives no stale result", async () => {
    const { eslintIn } = await import("../workspace.js");
    const folder = workspace({ "findings/orders.json": orders, "main.tf": source });
    const run = async (): Promise<number> => {
      const results = await eslintIn(folder, [], { cache: true, cacheLocation: join(folder, ".eslintcache") }).lintFiles(["."]);
      return results.flatMap((result) => result.messages).length;
    };
    expect(await run()).toBe(1);
    expect(await run()).toBe(1);
    put(folder, "findings/orders.json", finding("orders", { s3: ["PutObject"] }));
    expect(await run()).toBe(0);
  });
});
