import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { unifiedDiff } from "../../src/cli/diff.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "diff-"));
  execFileSync("git", ["init", "--quiet"], { cwd: folder });
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const TWENTY = Array.from({ length: 20 }, (_, index) => `line ${String(index)}\n`).join("");

describe("git applies the diff", () => {
  test.each([
    ["main.tf", "a\nb\nc\n", "a\nc\n"],
    ["modules/orders/main.tf", TWENTY, TWENTY.replace("line 3\n", "").replace("line 17\n", "x\ny\n")],
    ["crlf.json", "a\r\nb\r\nc\r\n", "a\r\nc\r\n"],
    ["mixed.json", "a\r\nb\nc\r\nd", "a\r\nc\r\nd"],
    ["no-end.yaml", "a\nb\nc", "a\nb"],
    ["end-appears.yaml", "a\nb\nc", "a\nb\n"],
    ["end-goes.yaml", "a\nb\n", "a"],
    ["mark.ts", "\uFEFFa\nb\n", "\uFEFFa\n"],
    ["one-line.json", '{"Action":["a","b"]}', '{"Action":["a"]}'],
    ["a name with blanks.tf", "a\nb\n", "a\n"],
    ['a "quoted" näme.tf', "a\nb\n", "a\n"],
    ["separator.ts", "a\u2028b\nc\n", "a\u2028b\n"],
    ["dashes.tf", "-- a\n++ b\n", "-- a\n"],
  ])("of %j", (name, before, after) => {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, before);
    const patch = unifiedDiff([{ path, before, after }], { cwd: folder });
    execFileSync("git", ["apply", "--check", "-"], { cwd: folder, input: patch });
    execFileSync("git", ["apply", "-"], { cwd: folder, input: patch });
    expect(readFileSync(path, "utf8")).toBe(after);
  });

  test("of several files at once, as seen from the working directory", () => {
    const changes = ["a.tf", "b/c.tf"].map((name) => ({ path: join(folder, name), before: "x\ny\n", after: "y\n" }));
    for (const { path, before } of changes) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, before);
    }
    const patch = unifiedDiff(changes, { cwd: folder });
    expect(patch).toBe("--- a/a.tf\n+++ b/a.tf\n@@ -1,2 +1 @@\n-x\n y\n--- a/b/c.tf\n+++ b/b/c.tf\n@@ -1,2 +1 @@\n-x\n y\n");
    execFileSync("git", ["apply", "-"], { cwd: folder, input: patch });
    for (const { path, after } of changes) expect(readFileSync(path, "utf8")).toBe(after);
  });
});

test("a file that stays as it was has no diff", () => {
  expect(unifiedDiff([{ path: join(folder, "a.tf"), before: "x\n", after: "x\n" }], { cwd: folder })).toBe("");
});

test("colours change nothing but the colour", () => {
  const changes = [{ path: join(folder, "a.tf"), before: "a\r\nb\nc\n", after: "a\r\nd\nc\n" }];
  const colored = unifiedDiff(changes, { cwd: folder, color: true });
  expect(colored).toContain("\u001B[31m-b\u001B[0m\n\u001B[32m+d\u001B[0m\n");
  expect(colored).toContain(" a\r\n");
  expect(["[0m", "[1m", "[31m", "[32m", "[36m"].reduce((text, code) => text.replaceAll(`\u001B${code}`, ""), colored)).toBe(unifiedDiff(changes, { cwd: folder }));
});
