import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { lint } from "../src/cli/lint.js";
import { someCase } from "./end-to-end/cases.js";
import { proveFormatting } from "./end-to-end/proof.js";
import { renderings } from "./end-to-end/renderings.js";

/**
 * `terraform fmt` has nothing to say of what a fix changed: what is formatted stays so when it is fixed. Without the program the
 * end-to-end tests still compare every line that a fix does not touch.
 */
const fixtures = join(import.meta.dirname, "..", "fixtures", "terraform");
const work = mkdtempSync(join(tmpdir(), "least-privilege-fmt-"));
const hasTerraform = spawnSync("terraform", ["version"]).status === 0;

afterAll(() => {
  rmSync(work, { recursive: true, force: true });
});

const cases = readdirSync(fixtures).filter((name) => existsSync(join(fixtures, name, "findings.json")));

describe.skipIf(!hasTerraform)("terraform fmt after a fix", () => {
  test.each(cases)("%s", async (name) => {
    const folder = join(work, name);
    cpSync(join(fixtures, name), folder, { recursive: true });
    rmSync(join(folder, "fixed"), { recursive: true, force: true });
    format(folder);
    const before = textsOf(folder);
    await fix(folder);
    const fixed = textsOf(folder);
    format(folder);
    expect(textsOf(folder)).toEqual(fixed);
    expect([...fixed.keys()]).toEqual([...before.keys()]);
  });
});

describe.skipIf(!hasTerraform)("terraform fmt after a fix of random policies", () => {
  test.each(renderings.filter(({ language }) => language === "hcl"))("$name", (rendering) => {
    const examples = fc.sample(someCase, { numRuns: 120, seed: 20_261_125 });
    expect(proveFormatting(rendering, examples)).toBeGreaterThan(30);
  });
});

function format(folder: string): void {
  const { status, stderr } = spawnSync("terraform", ["fmt", "-recursive"], { cwd: folder, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
}

async function fix(folder: string): Promise<void> {
  const silent = { write: () => true };
  await lint([], { findings: ["findings.json"], fix: true, color: false }, { cwd: folder, stdout: silent, stderr: silent });
}

function textsOf(folder: string): ReadonlyMap<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".tf")).sort();
  return new Map(paths.map((path) => [path, readFileSync(join(folder, path), "utf8")]));
}
