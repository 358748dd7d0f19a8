import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { builtInCatalogue } from "../src/iam/catalogue.js";
import { PROTECTED_ACTIONS } from "../src/iam/protected.js";
import { tokens } from "../src/iam/trie.js";
import { refineNotActions, refineStatement, shorterReplacements, type Refinement } from "../src/refine.js";
import { globMatches, includes, literalStart } from "./iam/brute-force.js";
import { reported } from "./iam/reported.js";

/** `npm run test:long` asks for more. */
const RUNS = Number(process.env["PROPERTY_RUNS"] ?? 10_000);

const TODAY = builtInCatalogue();
const OPTIONS = { catalogue: TODAY, protectedActions: [], analyzedAt: "2026-09-01T00:00:00Z" };
const PROTECTED = new Set(PROTECTED_ACTIONS.map(({ action }) => action.toLowerCase()));

interface Case {
  readonly service: string;
  readonly values: readonly string[];
  /** Reported unused: known names and names that the catalogue lacks. */
  readonly gone: readonly string[];
  /** Reported besides in a later finding. */
  readonly more: readonly string[];
}

const SERVICES = TODAY.services().filter((service) => TODAY.actions(service).length > 0);
/** Those with acronyms, digits, hyphens, lower-case names, or names that differ from the beginning of others in case only. */
const ODD_SERVICES = SERVICES.filter((service) => {
  const names = TODAY.actions(service);
  const odd = names.some((name) => /[A-Z]{2}|\d|-|^[a-z]/u.test(name));
  return odd || names.some((name) => names.some((other) => !other.startsWith(name) && other.toLowerCase().startsWith(name.toLowerCase())));
});

function someCased(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(text, fc.nat(5))
    .map(([written, casing]) => (casing === 0 ? written.toLowerCase() : casing === 1 ? written.toUpperCase() : written));
}

/** Every kind of pattern: parts of a real name, cut anywhere, and wildcards between them. */
function somePattern(names: readonly string[]): fc.Arbitrary<string> {
  return fc.tuple(fc.constantFrom(...names), fc.nat(60), fc.nat(60), fc.nat(17)).map(([name, x, y, kind]) => {
    const [from, to] = [Math.min(x, y) % (name.length + 1), Math.max(x, y) % (name.length + 1)];
    const before = name.slice(0, Math.min(from, to));
    const middle = name.slice(Math.min(from, to), Math.max(from, to));
    const after = name.slice(Math.max(from, to));
    const kinds = [
      "*",
      `${before}*`,
      `${before}*`,
      `${before}${middle}*`,
      `${before}**`,
      `${before}*${after}`,
      `*${after}`,
      `*${middle}*`,
      `${before}*${middle}*`,
      `*${before}*${after}*`,
      `${before}?*`,
      `*?${after}`,
      `${before}*?${after}*`,
      `${before}*${middle.slice(1)}?${after.slice(1)}`,
      name.replace(/[a-z]/u, "?"),
      `?${name.slice(1, 4)}*`,
      name,
      `${name}*`,
    ];
    return kinds[kind] ?? name;
  });
}

/** From one action to nearly all, at random or a family of names that begin alike. */
function someGone(names: readonly string[]): fc.Arbitrary<readonly string[]> {
  const few = fc.uniqueArray(fc.constantFrom(...names), { maxLength: Math.min(names.length, 12) });
  const many = few.map((kept) => names.filter((name) => !kept.includes(name)));
  const share = fc
    .tuple(fc.nat(99), fc.nat(1_000_003))
    .map(([percent, salt]) => names.filter((name) => hash(name, salt) % 100 < percent));
  const family = fc.tuple(fc.constantFrom(...names), fc.nat(3)).map(([name, kind]) => {
    const key = name.toLowerCase();
    if (kind === 0) return names.filter((other) => key.startsWith(other.toLowerCase()));
    if (kind === 1) return names.filter((other) => other.toLowerCase().startsWith(key));
    if (kind === 2) return names.filter((other) => other !== name && other.toLowerCase().startsWith(key));
    return names.filter((other) => other.startsWith(tokens(name)[0] ?? name));
  });
  const stranger = fc
    .tuple(fc.constantFrom(...names), fc.constantFrom("s", "Extra", "V2", ""))
    .map(([name, tail]) => (tail === "" ? name.slice(0, -1) || "x" : name + tail));
  const strangers = fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(stranger, { maxLength: 3 }) });
  return fc.tuple(fc.oneof(few, many, share, family), strangers).map(([known, unknown]) => [...known, ...unknown]);
}

function hash(text: string, salt: number): number {
  let value = salt;
  for (let i = 0; i < text.length; i += 1) value = (value * 31 + text.charCodeAt(i)) % 1_000_003;
  return value;
}

const someCase: fc.Arbitrary<Case> = fc
  .oneof(fc.constantFrom(...SERVICES), fc.constantFrom(...ODD_SERVICES))
  .chain((service) => {
    const names = TODAY.actions(service);
    const entry = fc.tuple(someCased(fc.constant(service)), someCased(somePattern(names))).map((parts) => parts.join(":"));
    return fc.record({
      service: fc.constant(service),
      values: fc.array(entry, { minLength: 1, maxLength: 4 }),
      gone: someGone(names),
      more: someGone(names),
    });
  });

/** Everything that is wrong with the refinement of one case, told by brute force. */
function faults({ service, values, gone, more }: Case): readonly string[] {
  const found: string[] = [];
  const refined = refineStatement(values, reported({ [service]: gone }), OPTIONS);
  const after = applied(values, refined);
  const leaving = new Set(gone.map((name) => name.toLowerCase()).filter((key) => !PROTECTED.has(`${service}:${key}`)));
  const known = TODAY.actions(service).map((name) => name.toLowerCase());
  const tested = [...known, ...leaving];
  const before = grants(service, values, tested);
  const left = grants(service, after, tested);
  for (const key of tested) {
    const unjudged = values.some((value, index) => refined[index]?.kind === "report" && grants(service, [value], [key]).has(key));
    if (leaving.has(key) ? left.has(key) && !unjudged : left.has(key) !== before.has(key)) found.push(`wrong about ${key}`);
  }
  values.forEach((value, index) => {
    const refinement = refined[index];
    if (refinement?.kind === "report" && grants(service, [value], known).size > 0) found.push(`${value} is only reported`);
    if (refinement?.kind !== "replace") return;
    const { entries } = refinement;
    const keys = entries.map((entry) => entry.toLowerCase());
    if (!/[*?]/u.test(value)) found.push(`the literal ${value} was replaced`);
    if (entries.join() !== [...entries].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1)).join()) found.push("not alphabetical");
    entries.forEach((entry, place) => {
      if (!includes(value.toLowerCase(), entry.toLowerCase())) found.push(`${entry} is not contained in ${value}`);
      if (!entry.startsWith(value.slice(0, service.length + 1))) found.push(`${entry} spells the service otherwise`);
      if (!/[*?]/u.test(entry) && !TODAY.actions(service).includes(entry.slice(service.length + 1))) found.push(`${entry} is spelled otherwise`);
      const start = literalStart(entry.toLowerCase());
      keys.forEach((other, at) => {
        if (at !== place && start.startsWith(literalStart(other)) && includes(other, entry.toLowerCase())) found.push(`${entry} is covered by ${other}`);
      });
    });
  });

  // Twice is the same as once.
  if (refineStatement(after, reported({ [service]: gone }), OPTIONS).some(({ kind }) => kind !== "keep" && kind !== "report")) found.push("not idempotent");

  // The order and the case of what is given do not matter.
  const turned = [...values].reverse();
  const otherwise = reported({ [service.toUpperCase()]: [...gone].reverse().map((name) => name.toUpperCase()) });
  if (lower(applied(turned, refineStatement(turned, otherwise, OPTIONS))).join() !== lower(after).join()) found.push("the order matters");

  // More that is unused never grants more; what AWS may add later included, where nothing stands behind the star.
  const both = applied(values, refineStatement(values, reported({ [service]: [...gone, ...more] }), OPTIONS));
  const simple = values.every((value) => !/[*?].+/u.test(value));
  const future = simple ? known.flatMap((key) => [`${key}s`, `${key}zz`, key.slice(0, -1)]) : [];
  const wider = grants(service, after, [...known, ...future]);
  for (const key of grants(service, both, [...known, ...future])) if (!wider.has(key)) found.push(`more that is unused grants ${key}`);
  return found;
}

describe("refinement, for every service", () => {
  it(`grants all and only what was granted and not reported, and never widens: ${String(RUNS)} cases`, () => {
    fc.assert(
      fc.property(someCase, (drawn) => {
        expect(faults(drawn)).toEqual([]);
      }),
      { numRuns: RUNS, ...(RUNS > 10_000 ? { seed: RUNS } : {}) },
    );
  });

  it("adds to NotAction so that exactly what is unused goes", () => {
    fc.assert(
      fc.property(someCase, ({ service, values, gone }) => {
        const refinement = refineNotActions(values, reported({ [service]: gone }), OPTIONS);
        const leaving = new Set(gone.map((name) => name.toLowerCase()).filter((key) => !PROTECTED.has(`${service}:${key}`)));
        const tested = [...new Set([...TODAY.actions(service).map((name) => name.toLowerCase()), ...leaving])];
        const excluded = grants(service, values, tested);
        const unused = tested.filter((key) => leaving.has(key) && !excluded.has(key));
        expect(refinement.kind).toBe(unused.length === 0 ? "keep" : "exclude");
        if (refinement.kind !== "exclude") return;
        const after = grants(service, [...values, ...refinement.entries], tested);
        expect(tested.filter((key) => after.has(key) && !excluded.has(key))).toEqual(unused);
        expect(refineNotActions([...values, ...refinement.entries], reported({ [service]: gone }), OPTIONS).kind).toBe("keep");
      }),
      { numRuns: Math.ceil(RUNS / 20) },
    );
  });

  it("offers shorter entries that grant the same", () => {
    fc.assert(
      fc.property(someCase, ({ service, values: [value = ""], gone }) => {
        const unused = reported({ [service]: gone });
        const [first] = refineStatement([value], unused, OPTIONS);
        const tested = [...TODAY.actions(service), ...gone].map((name) => name.toLowerCase());
        for (const entries of shorterReplacements(value, unused, OPTIONS)) {
          expect(first?.kind).toBe("replace");
          if (first?.kind !== "replace") return;
          expect(grants(service, entries, tested)).toEqual(grants(service, first.entries, tested));
          expect(entries.join().length + 2 * entries.length).toBeLessThan(first.entries.join().length + 2 * first.entries.length);
          expect(entries.filter((entry) => !includes(value.toLowerCase(), entry.toLowerCase()))).toEqual([]);
        }
      }),
      { numRuns: Math.ceil(RUNS / 20) },
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
      { numRuns: Math.ceil(RUNS / 30) },
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
      const entries = applied([pattern], refineStatement([pattern], reported({ [service]: [name] }), OPTIONS));
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
        const entries = applied([value], refineStatement([value], reported({ [service]: [name] }), OPTIONS));
        const expected = PROTECTED.has(`${service}:${name}`.toLowerCase()) ? names : names.filter((other) => other !== name);
        if (granted(service, entries).join() !== expected.join()) wrong.push(`${service}:${name}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

function applied(values: readonly string[], refinements: readonly Refinement[]): readonly string[] {
  return values.flatMap((value, index) => {
    const refinement = refinements[index];
    if (refinement?.kind === "remove") return [];
    return refinement?.kind === "replace" ? refinement.entries : [value];
  });
}

/** Which of the lower-case names entries grant, told by brute force. */
function grants(service: string, entries: readonly string[], names: readonly string[]): ReadonlySet<string> {
  const globs = entries.map((entry) => entry.slice(service.length + 1).toLowerCase()).map((glob) => [glob, literalStart(glob)] as const);
  return new Set(names.filter((name) => globs.some(([glob, start]) => name.startsWith(start) && globMatches(glob, name))));
}

/** What entries grant of a service, in its order. */
function granted(service: string, entries: readonly string[]): readonly string[] {
  const keys = grants(service, entries, TODAY.actions(service).map((name) => name.toLowerCase()));
  return TODAY.actions(service).filter((name) => keys.has(name.toLowerCase()));
}

function lower(entries: readonly string[]): readonly string[] {
  return [...new Set(entries.map((entry) => entry.toLowerCase()))].sort();
}
