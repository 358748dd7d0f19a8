import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as z from "zod/mini";
import { exceptionsSchema, readExceptions } from "../../src/exceptions/exceptions-file.js";
import { isAbout, isInForce, type Exception } from "../../src/exceptions/exceptions.js";
import { BadInput } from "../../src/findings/bad-input.js";

const FILE = "/repo/least-privilege.exceptions.yaml";
const VALID = `# Agreed with the platform team.
exceptions:
  - principal: arn:aws:iam::111122223333:role/ops/orders-*
    actions: [s3:GetBucketAcl, "backup:*"]
    reason: Restores once a year.
    expires: 2027-03-31
  - reason: "The audit: once a year."
    principal: worker
    actions:
      - kms:Decrypt
`;

function refusal(text: string): string {
  try {
    readExceptions(FILE, text);
  } catch (error) {
    if (error instanceof BadInput) return error.message.replace(`${FILE}, `, "");
    throw error;
  }
  return "";
}

describe("reading exceptions", () => {
  test("entries with their lines", () => {
    expect(readExceptions(FILE, VALID)).toEqual([
      {
        principal: "arn:aws:iam::111122223333:role/ops/orders-*",
        actions: ["s3:GetBucketAcl", "backup:*"],
        reason: "Restores once a year.",
        expires: "2027-03-31",
        file: FILE,
        line: 3,
      },
      { principal: "worker", actions: ["kms:Decrypt"], reason: "The audit: once a year.", expires: null, file: FILE, line: 7 },
    ]);
    expect(readExceptions(FILE, "exceptions: []\n")).toEqual([]);
    expect(readExceptions(FILE, '{"exceptions": [{"principal": "a", "actions": ["s3:*"], "reason": "b"}]}')).toHaveLength(1);
  });

  test.each([
    ["", 'line 1: found null, expected a list under "exceptions": correct it.'],
    ["- principal: a\n", 'line 1: found a list, expected a list under "exceptions": correct it.'],
    ["exceptions:\n", "line 1: found null, expected a list of exceptions: correct it."],
    ["exemptions: []\n", 'line 1: it is missing, expected a list of exceptions: correct it.'],
    ["exceptions: []\nversion: 2\n", 'line 2: "version" is not part of this file: list the entries under "exceptions".'],
    ["exceptions:\n  - orders\n", 'line 2, exception 1: found "orders", expected an entry with "principal", "actions" and "reason": correct it.'],
    [VALID.replace(/ {4}reason: R.*\n/u, ""), "line 3, exception 1, reason: it is missing, expected a sentence that says why: correct it."],
    [VALID.replace("Restores once a year.", '" "'), 'line 5, exception 1, reason: found " ", expected a sentence that says why: correct it.'],
    [VALID.replace("2027-03-31", "2027-02-29"), 'line 6, exception 1, expires: found "2027-02-29", expected a day such as 2027-03-31: correct it.'],
    [VALID.replace("2027-03-31", "31.3.2027"), 'line 6, exception 1, expires: found "31.3.2027", expected a day such as 2027-03-31: correct it.'],
    [VALID.replace("2027-03-31", "2027-3-31"), 'line 6, exception 1, expires: found "2027-3-31", expected a day such as 2027-03-31: correct it.'],
    [VALID.replace("2027-03-31", "20270331"), "line 6, exception 1, expires: found 20270331, expected a day such as 2027-03-31: correct it."],
    [VALID.replace("2027-03-31", ""), "line 6, exception 1, expires: found null, expected a day such as 2027-03-31: correct it."],
    [VALID.replace("expires", "expiry"), 'line 6, exception 1: "expiry" is not part of an exception: an exception has principal, actions, reason and expires.'],
    [
      VALID.replace("s3:GetBucketAcl", "s3 GetBucketAcl"),
      'line 4, exception 1, actions, entry 1: found "s3 GetBucketAcl", expected an action such as "s3:GetBucketAcl", or a pattern such as "backup:*": correct it.',
    ],
    [VALID.replace("[s3:GetBucketAcl, \"backup:*\"]", "[]"), "line 4, exception 1, actions: found an empty list, expected at least one action: correct it."],
    [VALID.replace("[s3:GetBucketAcl, \"backup:*\"]", "s3:*"), 'line 4, exception 1, actions: found "s3:*", expected a list of actions: correct it.'],
    [
      VALID.replace("worker", "the worker"),
      'line 8, exception 2, principal: found "the worker", expected the ARN of a role or user, or its name, in which * stands for any run of characters: correct it.',
    ],
    [VALID.replace("worker", "arn:aws:s3:::bucket"), 'line 8, exception 2, principal: found "arn:aws:s3:::bucket", expected the ARN of a role or user, or its name, in which * stands for any run of characters: correct it.'],
    ["exceptions: [\n", "line 2: this is not YAML (Flow sequence in block collection must be sufficiently indented and end with a ]): correct it."],
    ["exceptions: []\nexceptions: []\n", "line 2: this is not YAML (Map keys must be unique): correct it."],
    ["exceptions:\n  - principal: a\n   actions: []\n", "line 3: this is not YAML (Sequence item without - indicator): correct it."],
    ["exceptions: *all\n", `${FILE}: cannot be read (Unresolved alias (the anchor must be set before the alias): all): write it without aliases.`],
  ])("%j", (text, message) => {
    expect(refusal(text)).toBe(message);
  });
});

describe("the force of an exception", () => {
  const exception: Exception = { principal: "orders-*", actions: ["s3:*"], reason: "r", expires: "2027-02-28", file: FILE, line: 1 };

  test("ends with the day that is named", () => {
    expect(["2027-02-27", "2027-02-28", "2027-03-01"].map((day) => isInForce(exception, day))).toEqual([true, true, false]);
    expect(isInForce({ ...exception, expires: null }, "9999-12-31")).toBe(true);
  });

  test("is about names, or about ARNs with their paths", () => {
    const principal = { arn: "arn:aws:iam::111122223333:role/ops/orders-api", name: "orders-api" };
    const about = (glob: string): boolean => isAbout({ ...exception, principal: glob }, principal);
    expect(["orders-*", "orders-api", "*", "orders", "Orders-*", "ops/orders-api"].map(about)).toEqual([true, true, true, false, true, false]);
    expect(
      ["arn:aws:iam::*:role/ops/*", "arn:aws:iam::111122223333:role/ops/orders-api", "arn:aws:iam::*:role/orders-*", "arn:aws:iam::*:role/dev/orders-*", "arn:aws:iam::999900001111:role/*"].map(about),
    ).toEqual([true, true, true, false, false]);
  });
});

describe("the JSON schema for editors", () => {
  const path = join(import.meta.dirname, "../../schema/least-privilege.exceptions.schema.json");

  test("is that of the reader", () => {
    const { $schema, ...body } = z.toJSONSchema(exceptionsSchema, { target: "draft-7", io: "input" });
    const text = `${JSON.stringify({ $schema, title: "Exceptions of eslint-plugin-least-privilege", ...body }, null, 2)}\n`;
    if (process.env["UPDATE_FIXTURES"] === "1") writeFileSync(path, text);
    expect(readFileSync(path, "utf8")).toBe(text);
  });

  test("takes what the reader takes, and nothing else", () => {
    const validate = ajvValidator(readFileSync(path, "utf8"));
    const value = (...others: readonly unknown[]): fc.Arbitrary<unknown> => fc.constantFrom(...others);
    const entry = fc.record(
      {
        principal: value("orders", "arn:aws:iam::*:role/x-*", "arn:aws:iam::111122223333:user/a/b", "two words", "", 7, null, "arn:aws:s3:::b", "a/b", "*"),
        actions: value(["s3:*"], ["s3:GetObject", "*:Pass*"], [], "s3:*", [""], ["s3:Get Object"], [7], null, ["PassRole"]),
        reason: value("because", "", "  ", 7, null, ["x"]),
        expires: value("2027-03-31", "2028-02-29", "2027-02-29", "2027-13-01", "tomorrow", "2027-3-1", 2027, null, "2027-03-31T00:00:00Z"),
        owner: value("me"),
      },
      { requiredKeys: [] },
    );
    const likely = fc.record(
      { principal: value("orders"), actions: value(["s3:*"]), reason: value("because"), expires: value("2027-03-31", "2027-02-29") },
      { requiredKeys: ["principal", "actions", "reason"] },
    );
    const whole = fc.oneof(
      fc.record({ exceptions: fc.array(fc.oneof(entry, likely), { maxLength: 2 }) }),
      fc.record({ exceptions: value(null, {}, [7]), other: value(1) }, { requiredKeys: [] }),
      value(null, [], "x"),
    );
    const counts = { taken: 0, refused: 0 };
    fc.assert(
      fc.property(whole, (file) => {
        const isTaken = refusal(JSON.stringify(file)) === "";
        counts[isTaken ? "taken" : "refused"] += 1;
        expect(validate(file)).toBe(isTaken);
      }),
      { numRuns: 3000 },
    );
    expect(counts.taken).toBeGreaterThan(100);
    expect(counts.refused).toBeGreaterThan(100);
  });
});

/** ESLint brings a validator of its own. */
function ajvValidator(schema: string): (value: unknown) => boolean {
  const require = createRequire(createRequire(import.meta.url).resolve("eslint/package.json"));
  const Ajv = require("ajv") as new (options: object) => { compile(schema: unknown): (value: unknown) => boolean };
  return new Ajv({ format: "full" }).compile(JSON.parse(schema));
}
