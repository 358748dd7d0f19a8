import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

/** What users install: the tarball, in folders of their own, with the registry's other packages. */
const root = join(import.meta.dirname, "..", "..");
const demo = join(root, "fixtures", "demo", "repository");
const work = mkdtempSync(join(tmpdir(), "least-privilege-package-"));
const npm = process.platform === "win32" ? "npm.cmd" : "npm";
let tarball = "";

interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(command: string, args: readonly string[], cwd: string): Run {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8", env: { ...process.env, NO_COLOR: "1" } });
  return { status, stdout, stderr };
}

function install(name: string, flags: readonly string[], packages: readonly string[], manifest: object): string {
  const folder = join(work, name);
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, ...manifest }));
  execFileSync(npm, ["install", "--no-audit", "--no-fund", ...flags, tarball, ...packages], { cwd: folder, stdio: "pipe" });
  cpSync(demo, folder, { recursive: true });
  return folder;
}

beforeAll(() => {
  const packed = execFileSync(npm, ["pack", "--json", "--pack-destination", work], { cwd: root, encoding: "utf8" });
  const json = packed.slice(packed.indexOf("["));
  const [{ filename }] = JSON.parse(json) as [{ filename: string }];
  tarball = join(work, filename);
});

afterAll(() => {
  rmSync(work, { recursive: true, force: true });
});

function errorsOf({ stdout }: Run): string[] {
  return stdout.split("\n").filter((line) => line.includes("error TS") && /consumer\.mts|least-privilege/u.test(line));
}

const config = (load: string): string => `${load}
const config = [
  ...leastPrivilege.configs.recommended,
  { settings: leastPrivilege.evidence({ findings: ["findings"] }) },
];
`;

const fixedTerraform = readFileSync(join(root, "fixtures", "demo", "fixed", "terraform", "my-role.tf"), "utf8");

describe("the tarball", () => {
  test("holds the build, the rule pages and the licence, and no sources or tests", () => {
    const listing = execFileSync("tar", ["-tzf", tarball], { encoding: "utf8" }).split("\n");
    expect(listing).toContain("package/dist/src/index.js");
    expect(listing).toContain("package/dist/src/index.d.ts");
    expect(listing).toContain("package/dist/src/refine-policy.d.ts");
    expect(listing).toContain("package/dist/src/cli/main.js");
    expect(listing).toContain("package/dist/src/cdk-nag/trace.js");
    expect(listing).toContain("package/dist/src/iam/data/catalogue.txt");
    expect(listing).toContain("package/rules/no-unused-actions.md");
    expect(listing).toContain("package/LICENSE");
    expect(listing.filter((path) => /package\/(?:src|test|fixtures|bench)\//u.test(path))).toEqual([]);
  });

  test("lints and fixes Terraform from an ESM config, a CommonJS config, and through the bin", () => {
    const folder = install("project", [], ["eslint@10", "typescript@6", "typescript-eslint@8"], { type: "commonjs" });
    const terraform = join(folder, "terraform", "my-role.tf");
    const original = readFileSync(terraform, "utf8");

    writeFileSync(join(folder, "eslint.config.mjs"), `${config('import leastPrivilege from "eslint-plugin-least-privilege";')}export default config;\n`);
    const esm = run(npm, ["exec", "eslint", "terraform"], folder);
    expect(esm.stdout).toContain('"lambda:AddPermission" is not used by role "MyRole" in account 111122223333');
    expect(esm.status).toBe(1);
    rmSync(join(folder, "eslint.config.mjs"));

    writeFileSync(
      join(folder, "eslint.config.cjs"),
      `${config('const { default: leastPrivilege } = require("eslint-plugin-least-privilege");')}module.exports = config;\n`,
    );
    const commonJs = run(npm, ["exec", "eslint", "terraform"], folder);
    expect(commonJs.stdout).toBe(esm.stdout);
    expect(commonJs.status).toBe(1);
    run(npm, ["exec", "eslint", "--", "--fix", "terraform"], folder);
    expect(readFileSync(terraform, "utf8")).toBe(fixedTerraform);
    writeFileSync(terraform, original);
    rmSync(join(folder, "eslint.config.cjs"));

    const bin = run(npm, ["exec", "least-privilege", "--", "lint", "terraform", "--findings", "findings", "--fix"], folder);
    expect(bin.stderr).toContain("Findings: 6 principals");
    expect(readFileSync(terraform, "utf8")).toBe(fixedTerraform);
  });

  test("its types compile for a strict consumer", () => {
    const folder = join(work, "project");
    writeFileSync(
      join(folder, "consumer.mts"),
      'import leastPrivilege, { type EvidenceOptions } from "eslint-plugin-least-privilege";\nimport { defineConfig } from "eslint/config";\nconst options: EvidenceOptions = { findings: ["findings"] };\nexport default defineConfig([leastPrivilege.configs.recommended, { settings: leastPrivilege.evidence(options) }]);\n',
    );
    const flags = ["--", "--noEmit", "--strict", "--exactOptionalPropertyTypes", "--module", "nodenext", "consumer.mts"];
    const tsc = run(npm, ["exec", "tsc", ...flags], folder);
    expect(errorsOf(tsc)).toEqual([]);

    writeFileSync(
      join(folder, "consumer.mts"),
      'import leastPrivilege from "eslint-plugin-least-privilege";\nleastPrivilege.evidence({ findings: 1 });\n',
    );
    expect(errorsOf(run(npm, ["exec", "tsc", ...flags], folder))).toEqual([expect.stringContaining("consumer.mts(2,27): error TS2322")]);
  });

  test("the engine can be used without ESLint, with its types", () => {
    const folder = join(work, "project");
    writeFileSync(
      join(folder, "engine.mts"),
      'import { refinePolicy, type RefinedPolicy } from "eslint-plugin-least-privilege/refine";\n' +
        'const policy = { Statement: [{ Effect: "Allow", Action: ["s3:GetBucketP*", "sqs:*"], Resource: "*" }] };\n' +
        'const refined: RefinedPolicy = refinePolicy(policy, { s3: ["GetBucketPublicAccessBlock"], sqs: true }, { analyzedAt: "2026-09-01" });\n' +
        "console.log(JSON.stringify(refined.policy));\n",
    );
    const flags = ["--", "--strict", "--exactOptionalPropertyTypes", "--module", "nodenext", "engine.mts"];
    expect(errorsOf(run(npm, ["exec", "tsc", ...flags], folder))).toEqual([]);
    expect(run(process.execPath, ["engine.mjs"], folder).stdout).toBe(
      '{"Statement":[{"Effect":"Allow","Action":["s3:GetBucketPolicy*"],"Resource":"*"}]}\n',
    );
  });

  test("records the lines of a CDK app, which lint then fixes, as the README shows it", () => {
    const folder = join(work, "traced");
    mkdirSync(folder);
    writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
    execFileSync(npm, ["install", "--no-audit", "--no-fund", tarball, "aws-cdk-lib@2", "constructs@10", "tsx@4"], { cwd: folder, stdio: "pipe" });
    const app = `import { App, Stack } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
const app = new App();
const stack = new Stack(app, "Demo");
function allow(grantee: iam.IGrantable): void {
  grantee.grantPrincipal.addToPrincipalPolicy(new iam.PolicyStatement({ actions: ["sqs:SendMessage", "sqs:PurgeQueue"], resources: ["*"] }));
}
for (const roleName of ["one", "two"]) allow(new iam.Role(stack, roleName, { roleName, assumedBy: new iam.ServicePrincipal("lambda.amazonaws.com") }));
app.synth();
`;
    mkdirSync(join(folder, "bin"));
    mkdirSync(join(folder, "findings"));
    writeFileSync(join(folder, "bin", "app.ts"), app);
    for (const name of ["one", "two"]) {
      const finding = {
        id: name, findingType: "UnusedPermission", status: "ACTIVE", error: null, resource: `arn:aws:iam::111122223333:role/${name}`, resourceType: "AWS::IAM::Role",
        resourceOwnerAccount: "111122223333", analyzedAt: "2026-09-01T00:00:00Z", createdAt: "2026-08-01T00:00:00Z", updatedAt: "2026-09-01T00:00:00Z",
        findingDetails: [{ unusedPermissionDetails: { serviceNamespace: "sqs", actions: [{ action: "PurgeQueue" }] } }],
      };
      writeFileSync(join(folder, "findings", `${name}.json`), JSON.stringify(finding));
    }
    const recorded = run(process.execPath, ["--import", "tsx", "--import", "eslint-plugin-least-privilege/cdk-trace", "bin/app.ts"], folder);
    expect(recorded.stderr).toContain("least-privilege: traced 4 actions to 1 lines, 0 to none: unused-access.trace.json");
    const bin = run(npm, ["exec", "least-privilege", "--", "lint", "--findings", "findings", "--trace", "unused-access.trace.json", "--fix"], folder);
    expect(bin.stderr).toContain("Fixed: 1 file.\n  bin/app.ts\n");
    expect(readFileSync(join(folder, "bin", "app.ts"), "utf8")).toBe(app.replace(', "sqs:PurgeQueue"', ""));
  });

  test("without optional dependencies everything but CDK works, and CDK sources are counted", () => {
    const folder = install("omitted", ["--omit=optional"], [], {});
    expect(readdirSync(join(folder, "node_modules"))).not.toContain("typescript-eslint");
    const bin = run(npm, ["exec", "least-privilege", "--", "lint", "--findings", "findings", "--fix"], folder);
    expect(bin.status).toBe(1);
    expect(bin.stderr).toContain("Not analysed: 1 file.");
    expect(bin.stderr).toContain("CDK sources need typescript-eslint");
    expect(readFileSync(join(folder, "terraform", "my-role.tf"), "utf8")).toBe(fixedTerraform);
    expect(readFileSync(join(folder, "cdk", "lib", "orders-stack.ts"), "utf8")).toBe(
      readFileSync(join(demo, "cdk", "lib", "orders-stack.ts"), "utf8"),
    );
  });

  test("under ESLint 9.39 the plugin and the bin report and fix what they do under ESLint 10, also in workers", () => {
    const folder = install("eslint-9", ["--omit=optional"], ["eslint@~9.39.0"], {});
    expect(run(npm, ["exec", "eslint", "--", "--version"], folder).stdout).toMatch(/^v9\.39\./u);
    const terraform = join(folder, "terraform", "my-role.tf");
    const original = readFileSync(terraform, "utf8");
    writeFileSync(
      join(folder, "eslint.config.mjs"),
      `import { defineConfig } from "eslint/config";
import leastPrivilege from "eslint-plugin-least-privilege";
export default defineConfig([
  { plugins: { "least-privilege": leastPrivilege }, extends: ["least-privilege/recommended"] },
  { settings: leastPrivilege.evidence({ findings: ["findings"], cwd: import.meta.dirname }) },
]);
`,
    );
    const paths = ["terraform", "cloudformation"];
    const alone = run(npm, ["exec", "eslint", "--", ...paths], folder);
    expect(alone.status).toBe(1);
    expect(alone.stdout).toContain('"lambda:AddPermission" is not used by role "MyRole" in account 111122223333');
    const workers = run(npm, ["exec", "eslint", "--", "--concurrency", "2", ...paths], folder);
    expect(workers.stdout).toBe(alone.stdout);
    run(npm, ["exec", "eslint", "--", "--fix", ...paths], folder);
    expect(readFileSync(terraform, "utf8")).toBe(fixedTerraform);
    writeFileSync(terraform, original);
    const bin = run(npm, ["exec", "least-privilege", "--", "lint", "terraform", "--findings", "findings", "--fix"], folder);
    expect(bin.stderr).toContain("Fixed: 1 file.\n  terraform/my-role.tf\n");
    expect(readFileSync(terraform, "utf8")).toBe(fixedTerraform);
  });

  test("the cdk-nag pack can be imported and required, with its types; without aws-cdk-lib it says what is missing", () => {
    const folder = install("cdk", ["--omit=optional"], ["aws-cdk-lib@2.276.0", "constructs@10", "cdk-nag@3", "typescript@6", "@types/node@20"], { type: "commonjs" });
    const shown = "console.log([typeof UnusedAccessChecks, typeof RefineUnusedAccess].join())";
    const names = "{ UnusedAccessChecks, RefineUnusedAccess }";
    const entry = "eslint-plugin-least-privilege/cdk-nag";
    const imported = run(process.execPath, ["--input-type=module", "-e", `import ${names} from "${entry}"; ${shown}`], folder);
    const required = run(process.execPath, ["--input-type=commonjs", "-e", `const ${names} = require("${entry}"); ${shown}`], folder);
    expect([imported.stdout, required.stdout]).toEqual(["function,function\n", "function,function\n"]);
    writeFileSync(
      join(folder, "consumer.mts"),
      `import { App, Aspects, Validations } from "aws-cdk-lib";\nimport ${names} from "${entry}";\nconst app = new App();\nValidations.of(app).addPlugins(new UnusedAccessChecks(app, { findings: ["findings"], level: "error" }));\nAspects.of(app).add(new RefineUnusedAccess({ findings: ["findings"] }));\nnew UnusedAccessChecks(app, { findings: 1 });\n`,
    );
    const tsc = run(npm, ["exec", "tsc", "--", "--noEmit", "--strict", "--exactOptionalPropertyTypes", "--module", "nodenext", "--types", "node", "consumer.mts"], folder);
    expect(errorsOf(tsc)).toEqual([expect.stringContaining("consumer.mts(6,31): error TS2322")]);
    rmSync(join(folder, "node_modules", "aws-cdk-lib"), { recursive: true });
    const missing = run(process.execPath, ["--input-type=module", "-e", `import "${entry}";`], folder);
    expect(missing.stderr).toContain("Error: eslint-plugin-least-privilege/cdk-nag needs aws-cdk-lib, which is not installed: run npm install aws-cdk-lib@^2.258 constructs@^10.");
  });

  test("beside TypeScript 7, which typescript-eslint cannot use, our own parser reads CDK sources", () => {
    const folder = install("typescript-7", [], ["typescript@7"], {});
    const bin = run(npm, ["exec", "least-privilege", "--", "lint", "cdk", "--findings", "findings", "--fix"], folder);
    expect(bin.stderr).not.toContain("Not analysed");
    expect(readFileSync(join(folder, "cdk", "lib", "orders-stack.ts"), "utf8")).toBe(
      readFileSync(join(root, "fixtures", "demo", "fixed", "cdk", "lib", "orders-stack.ts"), "utf8"),
    );
  });
});
