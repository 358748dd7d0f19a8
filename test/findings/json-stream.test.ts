import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ReadOn } from "../../src/findings/byte-window.js";
import { jsonPieces, NotJson } from "../../src/findings/json-stream.js";
import { jsonValues } from "../../src/findings/json-values.js";

/** Hands bytes over in chunks of the given sizes, again and again. */
function chunks(bytes: Uint8Array, sizes: readonly number[]): ReadOn {
  let at = 0;
  let turn = 0;
  return (into) => {
    const count = Math.min(into.length, bytes.length - at, sizes[turn % sizes.length] ?? 1);
    into.set(bytes.subarray(at, at + count));
    at += count;
    turn += 1;
    return count;
  };
}

interface Streamed {
  /** The values as they were written, put together again. */
  readonly values: readonly unknown[];
  readonly places: readonly string[];
}

function streamed(text: string, sizes: readonly number[]): Streamed {
  const bytes = Buffer.from(text);
  const values: unknown[] = [];
  const places: string[] = [];
  for (const { value, list, from, to, bytes: own, within } of jsonPieces(chunks(bytes, sizes))) {
    if (to > 0) expect(Buffer.from(own).equals(bytes.subarray(from, to))).toBe(true);
    values.push(list === null ? value : { [list]: [value] });
    places.push(within.join(", "));
  }
  return { values, places };
}

const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 4 });
const documents = fc.array(fc.oneof(fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue()), fc.array(fc.jsonValue())), { minLength: 1, maxLength: 4 });

/** Longer than what is read at once. */
const filler = "x".repeat(20_000);

describe("the stream of a text holds what the text holds", () => {
  test("documents one after the other", () => {
    fc.assert(
      fc.property(documents, fc.constantFrom("\n", "\r\n", " ", "", "\n\n\uFEFF"), fc.constantFrom(undefined, 2), sizes, (all, between, indent, size) => {
        const text = all.map((value) => JSON.stringify(value, null, indent)).join(between);
        // Of lists come the elements where the text does not show at its line's end that it is over.
        const whole = jsonValues("/f.json", text).flatMap(({ value }): unknown[] => (Array.isArray(value) ? value : [value]));
        const parts = streamed(text, size).values.flatMap((value): unknown[] => (Array.isArray(value) ? value : [value]));
        expect(flat(parts)).toEqual(flat(whole));
      }),
    );
  });

  /** Lists of lists are taken apart as far as they are lists. */
  function flat(values: readonly unknown[]): readonly unknown[] {
    return values.flatMap((value): readonly unknown[] => (Array.isArray(value) ? flat(value) : [value]));
  }

  test("a long list comes element by element, and the rest of its answer afterwards", () => {
    for (const indent of [undefined, 2]) {
      const text = JSON.stringify({ a: filler, findings: [{ id: 1 }, [2], "}", 4.5, null], nextToken: "[\\\"" }, null, indent);
      expect(streamed(text, [7, 3000])).toEqual({
        values: [{ findings: [{ id: 1 }] }, { findings: [[2]] }, { findings: ["}"] }, { findings: [4.5] }, { findings: [null] }, { a: filler, findings: [], nextToken: "[\\\"" }],
        places: [1, 2, 3, 4, 5].map((index) => `line 1, finding ${String(index)}`).concat("line 1"),
      });
    }
    expect(streamed(`\n[{"a":"${filler}"},\n 7 ]\n{}`, [1]).values).toEqual([{ a: filler }, 7, {}]);
  });

  test("lines are counted", () => {
    expect(streamed('\n{"a":1}\n\n{\n"b":[\n1]}\n[\n\n{"c":1}]\n{}', [2]).places).toEqual(["line 2", "line 4", "line 7, finding 1", "line 10"]);
  });
});

describe("what is no JSON is never read as if it were", () => {
  test("cut off anywhere", () => {
    fc.assert(
      fc.property(documents, fc.nat(), fc.constantFrom(undefined, 2), sizes, (values, seed, indent, size) => {
        const text = JSON.stringify(values, null, indent);
        expect(() => streamed(text.slice(0, 1 + (seed % (text.length - 1))), size)).toThrow(NotJson);
      }),
    );
  });

  test("one character more, less or other", () => {
    fc.assert(
      fc.property(documents, fc.nat(), fc.constantFrom("", "{", "}", "[", "]", ",", ":", '"', "\\", "1", "x"), fc.boolean(), sizes, (values, seed, mark, replaces, size) => {
        const whole = JSON.stringify({ findings: values, filler });
        const at = seed % (whole.length - filler.length);
        const text = whole.slice(0, at) + mark + whole.slice(at + (replaces || mark === "" ? 1 : 0));
        expect(readable(() => streamed(text, size))).toBe(readable(() => JSON.parse(text)));
      }),
      { numRuns: 300 },
    );
  });

  function readable(read: () => unknown): boolean {
    try {
      read();
      return true;
    } catch {
      return false;
    }
  }

  test("bytes that are no UTF-8", () => {
    const bytes = Buffer.from([...Buffer.from('{"a":"'), 0xff, ...Buffer.from('"}')]);
    expect(() => [...jsonPieces(chunks(bytes, [100]))]).toThrow(NotJson);
  });
});
