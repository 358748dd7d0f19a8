import { readdirSync } from "node:fs";
import { basename, resolve } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { saidByArn, weigh } from "../../src/evidence/weigh.js";
import { BadInput } from "../../src/findings/bad-input.js";
import { readFile } from "../../src/findings/files.js";
import type { FindingsFile } from "../../src/findings/findings-file.js";
import { readFindings } from "../../src/findings/format.js";

const folders = ["good", "sources"].map((name) => resolve(import.meta.dirname, "../../fixtures/findings", name));
const files = folders.flatMap((folder) => readdirSync(folder).map((name) => ({ path: resolve(folder, name), text: readFile(resolve(folder, name)).text })));

/** The values of a fixture; each line, or the one document. */
function valuesOf(text: string): readonly unknown[] {
  try {
    return [JSON.parse(text)];
  } catch {
    return text.split(/\n(?=\{)/u).map((part): unknown => JSON.parse(part));
  }
}

/** What is unused, by principal: `s3:GetBucketAcl`, `sqs:*`. Null when the input is refused, in one sentence. */
function unusedIn(path: string, text: string, days: number | null): ReadonlyMap<string, ReadonlySet<string>> | null {
  let read: FindingsFile;
  try {
    read = readFindings(path, text);
    return new Map(
      Array.from(saidByArn(read), ([arn, said]) => [
        arn,
        new Set([...(weigh(arn, [said], days).evidence?.unused ?? [])].flatMap(([service, { whole, actions }]) => (whole ? [`${service}:*`] : [...actions.keys()].map((action) => `${service}:${action}`)))),
      ]),
    );
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    expect(error.message.startsWith(path)).toBe(true);
    expect(error.message.split("\n")[0]).toMatch(/[.:]$/u);
    return null;
  }
}

function expectNoMore(mutated: ReturnType<typeof unusedIn>, original: ReturnType<typeof unusedIn>, why: string): void {
  for (const [arn, unused] of mutated ?? []) {
    const before = original?.get(arn) ?? new Set<string>();
    const more = [...unused].filter((action) => !before.has(action) && !before.has(action.replace(/:.*/u, ":*")));
    expect({ why, arn, more }).toEqual({ why, arn, more: [] });
  }
}

interface Spot {
  readonly parent: Record<string, unknown> | unknown[];
  readonly key: string | number;
  readonly value: unknown;
}

function spotsIn(value: unknown): readonly Spot[] {
  if (typeof value !== "object" || value === null) return [];
  const parent = value as Record<string, unknown> | unknown[];
  const members: readonly (readonly [string | number, unknown])[] = Array.isArray(parent) ? parent.map((item, index) => [index, item] as const) : Object.entries(parent);
  return members.flatMap(([key, member]) => [{ parent, key, value: member }, ...spotsIn(member)]);
}

function without({ parent, key }: Spot): void {
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else Reflect.deleteProperty(parent, key);
}

/** What says that something is used, or accepted: an export without it does say more. */
function saysUse({ key, value }: Spot): boolean {
  return key === "actions" || key === "TotalAuthenticatedEntities" || /false|ARCHIVED|RESOLVED|SUPPRESSED|\d{4}-\d\d-\d\d[T ]|\d{13}/u.test(JSON.stringify(value));
}

const file = fc.constantFrom(...files);
const days = fc.constantFrom(null, 90);

describe("a damaged export is refused in one sentence, or says no more than the whole one", () => {
  test("when it is cut off", () => {
    fc.assert(
      fc.property(file, days, fc.double({ min: 0, max: 1, noNaN: true }), ({ path, text }, period, share) => {
        // Whole lines are whole values: what was cut off with the others may have kept something.
        const cut = text.slice(0, Math.floor(text.length * share));
        expectNoMore(unusedIn(path, cut, period), unusedIn(path, text, period), `${basename(path)} cut at ${String(cut.length)}`);
      }),
      { numRuns: 1000 },
    );
  });

  test("when a member or an element is missing", () => {
    fc.assert(
      fc.property(file, days, fc.nat(), ({ path, text }, period, at) => {
        const values = valuesOf(text);
        const spots = values.flatMap(spotsIn).filter((spot) => !saysUse(spot));
        const spot = spots[at % spots.length];
        if (spot === undefined) return;
        without(spot);
        const mutated = values.map((value) => JSON.stringify(value)).join("\n");
        expectNoMore(unusedIn(path, mutated, period), unusedIn(path, text, period), `${basename(path)} without ${String(spot.key)}`);
      }),
      { numRuns: 1500 },
    );
  });

  test("when it is damaged in whatever way, it is read or refused", () => {
    const anything = fc.oneof(fc.jsonValue(), fc.constantFrom<unknown>(null, 1e300, -1, "", [], {}, [[]], true, "2026-10-31", "*"));
    fc.assert(
      fc.property(file, days, fc.nat(), anything, ({ path, text }, period, at, instead) => {
        const values = valuesOf(text);
        const spots = values.flatMap(spotsIn);
        const spot = spots[at % spots.length];
        if (spot === undefined) return;
        Object.assign(spot.parent, { [spot.key]: instead });
        unusedIn(path, values.map((value) => JSON.stringify(value)).join("\n"), period);
      }),
      { numRuns: 2500 },
    );
  });

  test("when characters of it are lost or changed, it is read or refused", () => {
    fc.assert(
      fc.property(file, fc.nat(), fc.nat({ max: 5 }), fc.string({ maxLength: 3 }), ({ path, text }, at, length, instead) => {
        const from = at % text.length;
        unusedIn(path, text.slice(0, from) + instead + text.slice(from + length), null);
      }),
      { numRuns: 2500 },
    );
  });
});
