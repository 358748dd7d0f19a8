import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { builtInCatalogue } from "../src/iam/catalogue.js";
import { contains } from "../src/iam/pattern.js";
import { PROTECTED_ACTIONS } from "../src/iam/protected.js";
import { tokens } from "../src/iam/trie.js";
import { refineStatement, type Refinement } from "../src/refine.js";
import { reported } from "./iam/reported.js";

const TODAY = builtInCatalogue();
const OPTIONS = { catalogue: TODAY, protectedActions: [], analyzedAt: "2026-09-01T00:00:00Z" };
const PROTECTED = new Set(PROTECTED_ACTIONS.map(({ action }) => action));

interface Case {
  readonly service: string;
  readonly values: readonly string[];
  readonly gone: readonly string[];
}

/** A service, some unused actions of it, and entries of all kinds over its names. */
const someCase: fc.Arbitrary<Case> = fc
  .constantFrom(...TODAY.services().filter((service) => TODAY.actions(service).length > 0))
  .chain((service) => {
    const names = TODAY.actions(service);
    const part = fc
      .tuple(fc.constantFrom(...names), fc.nat(60), fc.nat(60))
      .map(([name, a, b]) => [name.slice(0, Math.min(a, b)), name.slice(Math.min(a, b), Math.max(a, b)), name.slice(Math.max(a, b))] as const);
    const pattern = part.chain(([before, middle, after]) =>
      fc.constantFrom("*", `${before}*`, `${before}${middle}*`, `${before}*${after}`, `*${middle}*`, `${before}?*`, `*?${after}`, before + middle + after),
    );
    const cased = fc
      .tuple(pattern, fc.constantFrom("same", "lower", "upper"))
      .map(([text, casing]) => (casing === "lower" ? text.toLowerCase() : casing === "upper" ? text.toUpperCase() : text));
    const entries = fc.array(cased.map((text) => `${service}:${text}`), { minLength: 1, maxLength: 4 });
    const few = fc.uniqueArray(fc.constantFrom(...names), { maxLength: Math.min(names.length, 12) });
    const many = few.map((kept) => names.filter((name) => !kept.includes(name)));
    return fc.record({ service: fc.constant(service), values: entries, gone: fc.oneof(few, many) });
  });

describe("refinement, for every service", () => {
  it("grants all and only what was granted and not reported, and never widens", () => {
    fc.assert(
      fc.property(someCase, ({ service, values, gone }) => {
        const refinements = refineStatement(values, reported({ [service]: gone }), OPTIONS);
        const unused = new Set(gone.filter((name) => !PROTECTED.has(`${service}:${name}`)));
        const before = granted(service, values).filter((name) => !unused.has(name));
        expect(granted(service, apply(values, refinements))).toEqual(before);
        values.forEach((value, index) => {
          const refinement = refinements[index];
          expect(refinement?.kind).not.toBe("report");
          if (refinement?.kind !== "replace") return;
          expect(refinement.entries.every((entry) => contains(value, entry))).toBe(true);
          expect(granted(service, refinement.entries).some((name) => unused.has(name))).toBe(false);
        });
      }),
      { numRuns: 700 },
    );
  });

  it("is the same when it is done twice, in any order, in any case", () => {
    fc.assert(
      fc.property(someCase, ({ service, values, gone }) => {
        const unused = reported({ [service]: gone });
        const once = apply(values, refineStatement(values, unused, OPTIONS));
        const again = refineStatement(once, unused, OPTIONS);
        expect(again.every(({ kind }) => kind === "keep")).toBe(true);

        const turned = [...values].reverse();
        const otherwise = reported({ [service.toUpperCase()]: [...gone].reverse().map((name) => name.toUpperCase()) });
        const shouted = turned.map((value) => value.toUpperCase());
        expect(lower(apply(turned, refineStatement(turned, otherwise, OPTIONS)))).toEqual(lower(once));
        expect(lower(apply(shouted, refineStatement(shouted, otherwise, OPTIONS)))).toEqual(lower(once));
      }),
      { numRuns: 500 },
    );
  });

  it("writes entries alphabetically and once", () => {
    fc.assert(
      fc.property(someCase, ({ service, values, gone }) => {
        for (const refinement of refineStatement(values, reported({ [service]: gone }), OPTIONS)) {
          if (refinement.kind !== "replace") continue;
          const entries = refinement.entries.map((entry) => entry.toLowerCase());
          expect(entries).toEqual([...new Set(entries)].sort());
        }
      }),
      { numRuns: 300 },
    );
  });

  it("takes any text", () => {
    const text = fc.oneof(fc.string({ unit: "binary", maxLength: 20 }), fc.stringMatching(/^s3:[A-Za-z*?_:. -]{0,12}$/u));
    fc.assert(
      fc.property(fc.array(text), fc.array(text), (values, names) => {
        for (const services of [{ s3: names }, { s3: "whole" as const }]) {
          const refinements = refineStatement(values, reported(services), OPTIONS);
          expect(refinements).toHaveLength(values.length);
          refinements.forEach((refinement, index) => {
            if (!/^(s3:[\w*?-]+|\*|\*:\*)$/iu.test(values[index] ?? "")) expect(refinement.kind).toBe("keep");
          });
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("patterns that match beyond their words", () => {
  /** Names that the pattern of a node with several names matches, although they do not lie below it. */
  const leaks = TODAY.services().flatMap((service) => {
    const nodes = new Map<string, string[]>();
    for (const name of TODAY.actions(service)) {
      let text = "";
      for (const token of tokens(name)) {
        text += token;
        nodes.set(text, [...(nodes.get(text) ?? []), name]);
      }
    }
    const lowered = TODAY.actions(service).map((name) => ({ name, key: name.toLowerCase() }));
    return [...nodes].flatMap(([text, below]) => {
      if (below.length < 2) return [];
      const key = text.toLowerCase();
      const names = lowered.filter((other) => other.key.startsWith(key) && !below.includes(other.name)).map((other) => other.name);
      return names.length === 0 ? [] : [{ service, text, names }];
    });
  });

  it("are as many as were counted in the data of this date", () => {
    expect(leaks).toHaveLength(324);
    expect(new Set(leaks.map(({ service }) => service)).size).toBe(134);
    expect(new Set(leaks.flatMap(({ service, names }) => names.map((name) => `${service}:${name}`))).size).toBe(376);
  });

  it("are never written", () => {
    const wrong: string[] = [];
    const unused = new Set(leaks.flatMap(({ service, names }) => names.map((name) => `${service}:${name}`)));
    for (const action of unused) {
      const [service = "", name = ""] = action.split(":");
      const pattern = `${service}:${name.slice(0, 3)}*`;
      const entries = apply([pattern], refineStatement([pattern], reported({ [service]: [name] }), OPTIONS));
      const expected = granted(service, [pattern]).filter((other) => other !== name);
      if (granted(service, entries).join() !== expected.join()) wrong.push(action);
    }
    expect(wrong).toEqual([]);
  });
});

describe("one unused action", () => {
  it("goes from the pattern of its whole service, whichever it is", () => {
    const wrong: string[] = [];
    for (const service of TODAY.services()) {
      const names = TODAY.actions(service);
      const value = `${service}:*`;
      const step = Math.ceil(names.length / 15);
      for (const name of names.filter((_, index) => index % step === 0)) {
        const entries = apply([value], refineStatement([value], reported({ [service]: [name] }), OPTIONS));
        const expected = PROTECTED.has(`${service}:${name}`) ? names : names.filter((other) => other !== name);
        if (granted(service, entries).join() !== expected.join()) wrong.push(`${service}:${name}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

function apply(values: readonly string[], refinements: readonly Refinement[]): readonly string[] {
  return values.flatMap((value, index) => {
    const refinement = refinements[index];
    if (refinement?.kind === "remove") return [];
    return refinement?.kind === "replace" ? refinement.entries : [value];
  });
}

/** What entries grant of a service, told by regular expressions. */
function granted(service: string, entries: readonly string[]): readonly string[] {
  const sources = entries.map((entry) =>
    entry
      .slice(service.length + 1)
      .replaceAll("-", "\\-")
      .replaceAll("*", ".*")
      .replaceAll("?", "."),
  );
  if (sources.length === 0) return [];
  const test = new RegExp(`^(?:${sources.join("|")})$`, "i");
  return TODAY.actions(service).filter((name) => test.test(name));
}

function lower(entries: readonly string[]): readonly string[] {
  return [...new Set(entries.map((entry) => entry.toLowerCase()))].sort();
}
