import fc from "fast-check";
import { expect, test } from "vitest";
import { BadInput } from "../../src/findings/bad-input.js";
import { jsonValues } from "../../src/findings/json-values.js";

const documents = fc.array(fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.jsonValue())), { minLength: 1, maxLength: 5 });

test("documents one after the other are read as they were written, with their lines", () => {
  fc.assert(
    fc.property(documents, fc.constantFrom("\n", "\r\n", " ", "", "\n\n\uFEFF"), fc.constantFrom(undefined, 4), (values, between, indent) => {
      const texts = values.map((value) => JSON.stringify(value, null, indent));
      const read = jsonValues("/f.json", texts.join(between));
      expect(read.map(({ value }) => value)).toEqual(texts.map((text) => JSON.parse(text) as unknown));
      texts.forEach((_text, index) => {
        expect(read[index]?.line).toBe(texts.slice(0, index).map((text) => text + between).join("").split("\n").length);
      });
    }),
  );
});

test("what is cut off is never read as if it were whole", () => {
  fc.assert(
    fc.property(documents, fc.nat(), (values, seed) => {
      const text = JSON.stringify(values);
      expect(() => jsonValues("/f.json", text.slice(0, seed % text.length))).toThrow(/truncated|empty/);
    }),
  );
});

test("a member that is named twice is refused, whatever the names and texts around it", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: fc.constantFrom("a", "\\", '"', ":", " ", "{") }), fc.jsonValue(), { minKeys: 1, maxKeys: 5 }), fc.nat(), (members, seed) => {
      const keys = Object.keys(members);
      const twice = keys[seed % keys.length] ?? "";
      const text = JSON.stringify(members);
      expect(jsonValues("/f.json", text)).toHaveLength(1);
      const problem = `/f.json: one object names ${JSON.stringify(twice)} twice: export the findings again with --output json, or delete the file.`;
      expect(() => jsonValues("/f.json", `${text.slice(0, -1)},${JSON.stringify(twice)}:0}`)).toThrow(new BadInput(problem));
    }),
  );
});
