import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { someCase } from "./end-to-end/cases.js";
import { prove, proveTampering, type Outcome } from "./end-to-end/proof.js";
import { refined, renderings, type Rendering } from "./end-to-end/renderings.js";

/**
 * From text to fixed text, as a user runs it: random policies, written in every dialect in many styles, with random findings.
 * What comes out is read again by parsers that had no part in it, and judged by a semantics of its own. Prove many more with
 * `LONG=3000 npx vitest run --config test/vitest.config.ts test/end-to-end.test.ts` (cases for each way of writing).
 */
const long = Number(process.env["LONG"] ?? "0");
const runs = long > 1 ? long : long === 1 ? 2_500 : 32;
/** Templates and services, of which there are the most ways of writing: more than 2,000 in all. */
const runsOf = ({ language, name }: Rendering): number => (long === 0 && language === "cloudformation" && name !== "policy JSON" ? 420 : runs);
const seed = Number(process.env["SEED"] ?? (long > 0 ? Date.now() : 20_261_003));
const timeout = long > 0 ? 36_000_000 : 60_000;

describe("a fix removes what it may, widens nothing and touches nothing else", () => {
  test.each([...renderings, refined])("$name", { timeout }, async (rendering) => {
    const outcomes: Outcome[] = [];
    const property = fc.asyncProperty(someCase, async (example) => {
      outcomes.push(await prove(rendering, example));
    });
    await fc.assert(property, { numRuns: runsOf(rendering), seed: seed + renderings.indexOf(rendering) });
    const share = (kind: keyof Outcome): number => outcomes.filter((outcome) => outcome[kind]).length / outcomes.length;
    expect(share("changed"), "many cases have something to fix").toBeGreaterThan(0.25);
    if (runs > 200) expect(share("statementsGone"), "some lose whole statements").toBeGreaterThan(0.05);
    if (long > 0) process.stderr.write(`${rendering.name}: ${JSON.stringify({ cases: outcomes.length, changed: share("changed"), gone: share("statementsGone"), suggestions: share("suggestions") })}\n`);
  });
});

describe("the second parser refuses a fix that does anything else", () => {
  test.each(renderings)("$name", { timeout }, async (rendering) => {
    await fc.assert(
      fc.asyncProperty(someCase, fc.nat(), (example, choice) => proveTampering(rendering, example, choice)),
      { numRuns: Math.ceil(runs / 4), seed },
    );
  });
});
