import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ESLint, type Linter } from "eslint";
import { defineConfig } from "eslint/config";
import { describe, expect, test } from "vitest";
import { BadInput } from "../../src/findings/bad-input.js";
import plugin from "../../src/index.js";
import { finding, inlinePolicy, put, read, workspace } from "../workspace.js";

const root = join(import.meta.dirname, "..", "..");
const orders = finding("orders", { s3: ["GetBucketAcl"] });
const source = inlinePolicy('          "s3:GetObject",\n          "s3:GetBucketAcl",');
const stack = `import * as iam from "aws-cdk-lib/aws-iam";
import { Stack } from "aws-cdk-lib";
export class Orders extends Stack {
  role: iam.Role = new iam.Role(this, "R", { roleName: "orders", assumedBy: new iam.AccountRootPrincipal() });
  constructor() {
    super();
    this.role.addToPolicy(new iam.PolicyStatement({ actions: ["s3:GetObject", "s3:GetBucketAcl"], resources: ["*"] }));
  }
}
`;

async function countsOf(config: (folder: string) => Linter.Config[], files: Readonly<Record<string, string>>): Promise<Record<string, number>> {
  const folder = workspace({ "findings/orders.json": orders, ...files });
  const results = await new ESLint({ cwd: folder, overrideConfigFile: true, overrideConfig: config(folder) }).lintFiles(["."]);
  return Object.fromEntries(results.map(({ filePath, messages }) => [filePath.slice(folder.length + 1), messages.length]));
}

const settings = (cwd: string) => ({ ...plugin.evidence({ findings: ["findings"], cwd }) });

describe("configurations", () => {
  test("by name with extends, also with the plugin under another name", async () => {
    for (const name of ["least-privilege", "iam"]) {
      const config = (folder: string): Linter.Config[] =>
        defineConfig([
          { plugins: { [name]: plugin }, extends: [`${name}/recommended`, `${name}/typescript`] },
          { settings: settings(folder) },
        ]);
      expect(await countsOf(config, { "main.tf": source, "lib/stack.ts": stack })).toEqual({ "main.tf": 1, "lib/stack.ts": 1 });
    }
  });

  test("rules and languages under another name", async () => {
    const config = (folder: string): Linter.Config[] => [
      { plugins: { iam: plugin }, settings: settings(folder), rules: { "iam/no-unused-actions": "warn" } },
      { files: ["**/*.tf"], language: "iam/hcl" },
    ];
    expect(await countsOf(config, { "main.tf": source })).toEqual({ "main.tf": 1 });
  });

  test("generated folders are ignored", async () => {
    const config = (folder: string): Linter.Config[] => [...plugin.configs.recommended, { settings: settings(folder) }];
    expect(await countsOf(config, { "main.tf": source, ".terraform/modules/m/main.tf": source, "cdk.out/x.template.json": "{}", "cdktf.out/stacks/x/cdk.tf.json": "{}" })).toEqual({ "main.tf": 1 });
  });

  test("two configurations of a monorepo have findings of their own", async () => {
    const folder = workspace({
      "a/findings/orders.json": orders,
      "a/main.tf": source,
      "b/findings/orders.json": finding("orders", { s3: ["GetObject"] }),
      "b/main.tf": source,
    });
    const config = ["a", "b"].flatMap((part): Linter.Config[] =>
      defineConfig([{ basePath: part, extends: [plugin.configs.recommended, { settings: settings(join(folder, part)) }] }]),
    );
    const results = await new ESLint({ cwd: folder, overrideConfigFile: true, overrideConfig: config }).lintFiles(["."]);
    expect(results.map(({ messages }) => messages.map(({ message }) => message.split(" ", 1)[0]))).toEqual([['"s3:GetBucketAcl"'], ['"s3:GetObject"']]);
  });

  test("workers report what one thread reports", async () => {
    const files = Object.fromEntries(Array.from({ length: 6 }, (_, index) => [`stack-${String(index)}/main.tf`, source]));
    const folder = workspace({
      "findings/orders.json": orders,
      ...files,
      "eslint.config.mjs": `import plugin from ${JSON.stringify(pathToFileURL(join(root, "dist/src/index.js")).href)};
export default [...plugin.configs.recommended, { settings: plugin.evidence({ findings: ["findings"], cwd: import.meta.dirname }) }];
`,
    });
    const lint = (concurrency: number | "off"): Promise<ESLint.LintResult[]> => new ESLint({ cwd: folder, concurrency }).lintFiles(["**/*.tf"]);
    const alone = await lint("off");
    expect(alone.map(({ messages }) => messages.length)).toEqual([1, 1, 1, 1, 1, 1]);
    expect(await lint(2)).toEqual(alone);
  });
});

describe("evidence()", () => {
  test.each([
    [{ findings: "findings" }, /^evidence\(findings: /u],
    [{ finding: ["findings"] }, /^evidence\(/u],
    [undefined, /^evidence\(/u],
    [{ findings: ["findings"], protectedActions: ["ec2 stop"] }, /^protected actions: "ec2 stop" is not an action: /u],
    [{ findings: ["findings"], unusedFor: 0 }, /^evidence\(unusedFor: expected a number of days, at least 1\)/u],
    [{ findings: ["findings"], maxAge: 1.5 }, /^evidence\(maxAge: expected a number of days, at least 1\)/u],
    [{ findings: ["gone"] }, /gone: there is no such file or folder: /u],
  ])("refuses %j in a sentence", (options, message) => {
    const call = (): unknown => Reflect.apply(plugin.evidence, undefined, [options]);
    expect(call).toThrow(BadInput);
    expect(call).toThrow(message);
  });
});

test("ESLint's own command prints nothing but the sentence when evidence() refuses", { timeout: 60_000 }, () => {
  const folder = workspace({ "main.tf": "" });
  const config = `
    import plugin from ${JSON.stringify(join(root, "src/index.ts"))};
    export default [...plugin.configs.recommended, { settings: plugin.evidence({ findings: ["gone"], cwd: ${JSON.stringify(folder)} }) }];`;
  put(folder, "eslint.config.mjs", config);
  const bin = join(root, "node_modules/eslint/bin/eslint.js");
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", import.meta.resolve("tsx"), bin, "main.tf"], { cwd: folder, encoding: "utf8" });
  expect({ status, stdout, stderr }).toEqual({
    status: 2,
    stdout: "",
    stderr: `
Oops! Something went wrong! :(

ESLint: ${ESLint.version}

BadInput: ${join(folder, "gone")}: there is no such file or folder: correct the name, or export the findings to it.
`,
  });
});

describe("the plugin", () => {
  const names = readdirSync(join(root, "rules")).flatMap((file) => (file.endsWith(".ts") && file !== "index.ts" ? [file.slice(0, -3)] : []));

  test("exports every rule, each with its page, its line in the README and its test", () => {
    expect(names.length).toBeGreaterThan(0);
    expect(Object.keys(plugin.rules).sort()).toEqual(names.sort());
    const readme = read(root, "README.md");
    for (const name of names) {
      expect(read(root, `rules/${name}.md`)).toMatch(new RegExp(`^# least-privilege/${name}\n`, "u"));
      expect(readme).toContain(`[${name}](rules/${name}.md)`);
      expect(readdirSync(join(root, "test", "rules"))).toContain(`${name}.test.ts`);
    }
  });

  test("names in its configurations are its own", () => {
    const configs: readonly Linter.Config[] = [...plugin.configs.recommended, ...plugin.configs.typescript];
    for (const { name } of configs) expect(name).toMatch(/^least-privilege\//u);
    const enabled = configs.flatMap(({ rules }) => Object.keys(rules ?? {}));
    for (const rule of enabled) expect(names).toContain(rule.replace("least-privilege/", ""));
    const languages = configs.flatMap(({ language }) => (language === undefined ? [] : [language.replace("least-privilege/", "")]));
    expect(languages.sort()).toEqual(Object.keys(plugin.languages).sort());
  });
});
