import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { finding, inlinePolicy, read, workspace, type Run } from "../workspace.js";

/** The built command as a process: what scripts and CI systems see. `npm test` builds it. */
const bin = join(import.meta.dirname, "..", "..", "dist", "src", "cli", "main.js");
const orders = finding("orders", { s3: ["GetBucketAcl"] });
const source = inlinePolicy('          "s3:GetObject",\n          "s3:GetBucketAcl",');
const fixed = inlinePolicy('          "s3:GetObject",');
const policy = '{"Statement":{"Effect":"Allow","Action":["s3:GetObject","s3:GetBucketAcl"],"Resource":"*"}}';

beforeAll(() => {
  if (!existsSync(bin)) throw new Error("Run npm run build first.");
});

function run(cwd: string, args: readonly string[], input = ""): Run {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], { cwd, input, encoding: "utf8" });
  return { exitCode: status ?? -1, stdout, stderr };
}

describe("lint", () => {
  test("0 when clean, 1 with problems; the report alone is on standard output", () => {
    const folder = workspace({ "findings/orders.json": orders, "main.tf": source, "clean/main.tf": fixed });
    expect(run(folder, ["lint", "clean", "--findings", "findings"])).toMatchObject({ exitCode: 0, stdout: "" });
    const { exitCode, stdout, stderr } = run(folder, ["lint", "--findings", "findings"]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain(`${join(folder, "main.tf")}\n  11:11  error  "s3:GetBucketAcl" is not used by role "orders"`);
    expect(stdout).not.toContain("\u001B");
    expect(stderr).toMatch(/^Findings: 1 principal, 1 matched[^]*Policy documents: /u);
    expect(JSON.parse(run(folder, ["lint", "--findings", "findings", "--format", "json"]).stdout)).toHaveLength(2);
  });

  test("--fix exits 0 and says what it has changed; the second run changes nothing", () => {
    const folder = workspace({ "findings/orders.json": orders, "main.tf": source });
    const first = run(folder, ["lint", "--fix", "--findings", "findings", "main.tf"]);
    expect(first).toMatchObject({ exitCode: 0, stdout: "" });
    expect(first.stderr).toMatch(/^Fixed: 1 file\.\n {2}main\.tf\nFindings: /u);
    expect(read(folder, "main.tf")).toBe(fixed);
    expect(run(folder, ["lint", "--fix", "--findings", "findings", "main.tf"]).stderr).toMatch(/^Fixed: 0 files\.\n/u);
  });

  test("file names that a hook appends: of other kinds, ignored, twice", () => {
    const folder = workspace({
      "findings/orders.json": orders,
      "main.tf": fixed,
      "values.tfvars": "a = 1\n",
      "README.md": "text\n",
      ".terraform/modules/m/main.tf": source,
      "chart/templates/role.yaml": "{{- if .Values.role }}\n",
    });
    const files = ["main.tf", "main.tf", "values.tfvars", "README.md", ".terraform/modules/m/main.tf", "chart/templates/role.yaml", "findings/orders.json"];
    const { exitCode, stderr } = run(folder, ["lint", "--findings", "findings", ...files]);
    expect(exitCode).toBe(0);
    expect(stderr).toContain("Not analysed: 4 files.\n");
    expect(run(folder, ["lint", "--findings", "findings", "README.md"])).toMatchObject({ exitCode: 0, stdout: "" });
  });

  test.each([
    [["lint"], "required option '--findings <path>' not specified\n(least-privilege lint --help shows what there is)"],
    [["lint", "--findings", "findings", "--unknown"], "unknown option '--unknown'\n(least-privilege lint --help shows what there is)"],
    [["lint", "--findings", "findings", "--fix", "--fix-dry-run"], "option '--fix' cannot be used with option '--fix-dry-run'\n(least-privilege lint --help shows what there is)"],
    [["fix"], "unknown command 'fix'\n(least-privilege --help shows what there is)"],
    [["lint", "--findings", "findings", ""], "one of the paths is empty: name files, folders or globs."],
    [["lint", "--findings", "findings", "gone.tf"], "gone.tf: there is no such file or folder: correct the name."],
    [["lint", "--findings", "findings", "gone/**"], "gone/**: there is no Terraform, CloudFormation, CDK or policy JSON file here: name a folder or file that holds some."],
    [["lint", "--findings", "findings", "--principals", "gone.json"], "--principals gone.json: there is no such file: correct the name."],
    [["lint", "--findings", "findings", "--protect", "s3 Get"], 'protected actions: "s3 Get" is not an action: write it as ec2:TerminateInstances, or as a pattern such as backup:*.'],
    [["lint", "--findings", "findings", "--format", "sarif"], "--format sarif: there is no such formatter: use stylish, json, json-with-metadata or html, or install @microsoft/eslint-formatter-sarif."],
    [["lint", "--findings", "findings", "--format", ""], '--format "": there is no such formatter: use stylish, json, json-with-metadata or html.'],
    [["refine", "--findings", "findings"], "required option '--principal <arn>' not specified\n(least-privilege refine --help shows what there is)"],
    [["refine", "--findings", "findings", "--principal", "arn:aws:iam::111122223333:role/orders"], "standard input: it is empty: pipe one policy document in, such as < policy.json."],
  ])("%j is refused in a sentence", (args, message) => {
    const folder = workspace({ "findings/orders.json": orders, "main.tf": source });
    expect(run(folder, args)).toEqual({ exitCode: 2, stdout: "", stderr: `least-privilege: ${message}\n` });
  });

  test.each(["", "{", "[]", "null", "<html>", '{"findings":[]}'])("findings %j are refused before a file is touched", (text) => {
    const folder = workspace({ "findings.json": text, "main.tf": source });
    const { exitCode, stdout, stderr } = run(folder, ["lint", "--findings", "findings.json", "--fix"]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toMatch(/^least-privilege: \/.*findings\.json[,:]/u);
    expect(stderr).not.toMatch(/^\s+at /mu);
    expect(read(folder, "main.tf")).toBe(source);
  });

  test("a report that cannot be written leaves the files as they were", () => {
    const folder = workspace({ "findings/orders.json": orders, "main.tf": source });
    const { exitCode, stderr } = run(folder, ["lint", "--findings", "findings", "--fix", "--output-file", "gone/report.txt"]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^least-privilege: --output-file .*: cannot be written \(.*\): name a file in a folder that exists\.\n$/u);
    expect(read(folder, "main.tf")).toBe(source);
  });

  test("a reader that stops early is no error", async () => {
    const folder = workspace({ "findings/orders.json": orders, "main.tf": source });
    const child = spawn(process.execPath, [bin, "lint", "--findings", "findings"], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.destroy();
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Findings: /u);
  });
});

describe("refine", () => {
  test("the policy alone is on standard output, the notes on standard error", () => {
    const folder = workspace({ "findings/orders.json": orders });
    const args = ["refine", "--findings", "findings", "--principal", "arn:aws:iam::111122223333:role/orders"];
    expect(run(folder, args, policy)).toEqual({
      exitCode: 0,
      stdout: policy.replace(',"s3:GetBucketAcl"', ""),
      stderr: 'removed "s3:GetBucketAcl"\n',
    });
  });
});

describe("help and version", () => {
  test.each([["--help"], ["lint", "--help"], ["refine", "--help"], ["--version"]])("%s %s", (...args) => {
    const { exitCode, stdout, stderr } = run(workspace({}), args.filter((each) => typeof each === "string"));
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).not.toBe("");
  });
});
