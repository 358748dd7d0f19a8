import { describe, expect, test } from "vitest";
import { SyntaxProblem } from "../../src/model/text.js";
import { parseHcl } from "../../src/syntax/hcl.js";
import { toJson, Unconvertible } from "./hcl-to-json.js";
import { fixtures, oracle } from "./hcl-oracle.js";

const all = fixtures("fixtures/**/*.tf");

/** As JSON.parse would give it: no negative zero, no prototypes. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

describe("every Terraform fixture reads as HashiCorp's parser reads it", () => {
  test.each(all)("$name", async ({ text }) => {
    const verdict = await oracle(text);
    if (!verdict.accepted) {
      expect(() => parseHcl(text), verdict.reason).toThrow(SyntaxProblem);
      return;
    }
    const file = parseHcl(text);
    if (verdict.json === undefined) {
      // Read, but not printed: the one thing hcl2json refuses that the converter must refuse as well, or a redefinition.
      try {
        toJson(text, file);
      } catch (error) {
        expect(error).toBeInstanceOf(Unconvertible);
      }
    } else expect(plain(toJson(text, file))).toEqual(plain(verdict.json));
  });
});

test.each(fixtures("fixtures/hcl/accepted/*.tf"))("$name is accepted", async ({ text }) => {
  expect(await oracle(text)).toHaveProperty("json");
});

test.each(fixtures("fixtures/hcl/rejected/*.tf"))("$name is rejected", async ({ text }) => {
  expect(await oracle(text)).toHaveProperty("reason");
  expect(() => parseHcl(text)).toThrow(SyntaxProblem);
});

test("there are fixtures of both kinds", () => {
  expect(fixtures("fixtures/hcl/accepted/*.tf").length).toBeGreaterThanOrEqual(12);
  expect(fixtures("fixtures/hcl/rejected/*.tf").length).toBeGreaterThanOrEqual(120);
});

const redefined = "a = 1\na = 2\n";
test("an attribute that is defined twice is refused by Terraform for its meaning, and is read here", async () => {
  expect(await oracle(redefined)).toEqual({ accepted: true });
  expect(parseHcl(redefined).body.items).toHaveLength(2);
});
