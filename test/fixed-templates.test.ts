import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { expect, test } from "vitest";
import { globMatches } from "./end-to-end/semantics.js";
import { readWithJsYaml } from "./js-yaml.js";

const fixtures = join(import.meta.dirname, "..", "fixtures", "cloudformation");

const fixed = readdirSync(fixtures, { recursive: true, encoding: "utf8" })
  .map((path) => join(fixtures, path))
  .filter((path) => /\/fixed\/.*\.\w+$/u.test(path))
  .map((path) => ({ name: relative(fixtures, path), before: path.replace("/fixed/", "/"), after: path }));

/** What is left is what was there, apart from actions that went or became narrower, and statements of which none is left. */
function expectNarrower(before: unknown, after: unknown, key = ""): void {
  if (key === "Action") {
    for (const entry of texts(after)) expect(texts(before).some((old) => globMatches(old, entry))).toBe(true);
    return;
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const left: unknown[] = [...(after as readonly unknown[])];
    for (const old of before as readonly unknown[]) {
      if (key === "Statement" && left.length < after.length + 1 && frame(old) !== frame(left[0])) continue;
      expectNarrower(old, left.shift());
    }
    expect(left).toEqual([]);
    return;
  }
  if (typeof before === "object" && before !== null && typeof after === "object" && after !== null) {
    expect(Object.keys(after)).toEqual(Object.keys(before));
    for (const [name, value] of Object.entries(before)) expectNarrower(value, (after as Record<string, unknown>)[name], name);
    return;
  }
  expect(after).toEqual(before);
}

/** The actions, those in functions included. */
function texts(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(texts) : [];
}

/** A statement without its actions. */
function frame(statement: unknown): string {
  return JSON.stringify(statement, (key, value: unknown) => (key === "Action" ? undefined : value));
}

test("there are some", () => {
  expect(fixed.length).toBeGreaterThan(15);
});

test.each(fixed)("$name, read by js-yaml, is narrower and otherwise the same", ({ before, after }) => {
  expect(existsSync(before)).toBe(true);
  const [old, made] = [before, after].map((path) => readWithJsYaml(readFileSync(path, "utf8").replace(/^\uFEFF/u, "")));
  expectNarrower(old, made);
});
