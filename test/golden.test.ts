import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { ESLint } from "eslint";
import { afterAll, describe, expect, test } from "vitest";
import { lint, type LintOptions } from "../src/cli/lint.js";
import plugin, { type EvidenceOptions } from "../src/index.js";
import { drawReport } from "./draw.js";

/**
 * Golden runs: every folder `fixtures/<dialect>/<case>` that holds findings is linted as a user would. `report.txt` is the
 * report drawn under the source, followed by the coverage summary; `fixed/` holds the files that `--fix` changes.
 * `UPDATE_FIXTURES=1 npm test` writes both anew: read the difference before you keep it.
 */
const fixtures = join(import.meta.dirname, "..", "fixtures");
const update = process.env["UPDATE_FIXTURES"] === "1";
const work = mkdtempSync(join(tmpdir(), "least-privilege-golden-"));

afterAll(() => {
  rmSync(work, { recursive: true, force: true });
});

interface Case {
  readonly name: string;
  /** The folder that is linted. */
  readonly input: string;
  /** The folder of `report.txt` and `fixed/`. */
  readonly expected: string;
}

const cases: Case[] = ["terraform", "cloudformation", "cdk", "policy-json"].flatMap((dialect) =>
  readdirSync(join(fixtures, dialect)).flatMap((name) => {
    const folder = join(fixtures, dialect, name);
    return existsSync(join(folder, "findings.json")) ? [{ name: `${dialect}/${name}`, input: folder, expected: folder }] : [];
  }),
);
cases.push({ name: "demo", input: join(fixtures, "demo", "repository"), expected: join(fixtures, "demo") });

describe("golden runs", () => {
  test("there are some", () => {
    expect(cases.length).toBeGreaterThan(20);
  });

  test.each(cases)("$name", async ({ name, input, expected: original }) => {
    const folder = join(work, name);
    cpSync(input, folder, { recursive: true });
    rmSync(join(folder, "fixed"), { recursive: true, force: true });
    rmSync(join(folder, "report.txt"), { force: true });
    const before = filesOf(folder);

    const first = await run(folder, false);
    const report = `${await draw(folder)}\n${first.stderr}`;
    check(join(original, "report.txt"), report);
    expect(filesOf(folder), "reporting changes nothing").toEqual(before);

    await run(folder, true);
    const after = filesOf(folder);
    const expected = filesOf(join(original, "fixed"));
    const changed = new Map([...after].filter(([path, text]) => before.get(path) !== text));
    expect([...after.keys()], "no file comes or goes").toEqual([...before.keys()]);
    if (update) {
      rmSync(join(original, "fixed"), { recursive: true, force: true });
      for (const [path, text] of changed) write(join(original, "fixed", path), text);
    } else {
      expect(changed).toEqual(expected);
    }

    await run(folder, true);
    expect(filesOf(folder), "a second run changes nothing").toEqual(after);
  });
});

async function run(folder: string, fix: boolean): Promise<{ stdout: string; stderr: string }> {
  const written = { stdout: "", stderr: "" };
  const named = (file: string): boolean => existsSync(join(folder, file));
  await lint([], {
    findings: findingsOf(folder),
    fix,
    color: false,
    ...(named("principals.json") ? { principals: "principals.json" } : {}),
    ...(named("deployments.json") ? { deployments: "deployments.json" } : {}),
    ...(named("inventory.json") ? { inventory: ["inventory.json"] } : {}),
    ...optionsOf(folder),
  }, {
    cwd: folder,
    stdout: { write: (text) => (written.stdout += text) },
    stderr: { write: (text) => (written.stderr += text) },
  });
  return written;
}

function findingsOf(folder: string): string[] {
  return [existsSync(join(folder, "findings.json")) ? "findings.json" : "findings"];
}

async function draw(folder: string): Promise<string> {
  const principals = jsonIn(folder, "principals.json");
  const deployments = jsonIn(folder, "deployments.json");
  const { exactOnly, protectPrincipal } = optionsOf(folder);
  const eslint = new ESLint({
    cwd: folder,
    overrideConfigFile: true,
    overrideConfig: [
      ...plugin.configs.recommended,
      ...plugin.configs.typescript,
      { files: ["**/*.{yaml,yml,json}"], language: "least-privilege/cloudformation" },
      {
        settings: plugin.evidence({
          findings: findingsOf(folder),
          cwd: folder,
          ...(principals === undefined ? {} : { principals: principals as Record<string, string> }),
          ...(deployments === undefined ? {} : { deployments: deployments as NonNullable<EvidenceOptions["deployments"]> }),
          ...(existsSync(join(folder, "inventory.json")) ? { inventory: ["inventory.json"] } : {}),
          ...(exactOnly === true ? { fixOnly: "exact" } : {}),
          ...(protectPrincipal === undefined ? {} : { protectedPrincipals: protectPrincipal }),
        }),
      },
    ],
  });
  const results = await eslint.lintFiles(["."]);
  return results.map((result) => drawReport(relative(folder, result.filePath), readFileSync(result.filePath, "utf8"), result.messages)).join("");
}

function jsonIn(folder: string, file: string): unknown {
  return existsSync(join(folder, file)) ? JSON.parse(readFileSync(join(folder, file), "utf8")) : undefined;
}

/** Options that name no file: `options.json`. */
function optionsOf(folder: string): Pick<LintOptions, "exactOnly" | "protectPrincipal"> {
  return jsonIn(folder, "options.json") ?? {};
}

function filesOf(folder: string): Map<string, string> {
  if (!existsSync(folder)) return new Map();
  return new Map(
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((path) => statSync(join(folder, path)).isFile())
      .sort()
      .map((path) => [path, readFileSync(join(folder, path), "utf8")]),
  );
}

function check(path: string, text: string): void {
  if (update) write(path, text);
  else expect(text).toBe(readFileSync(path, "utf8"));
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
