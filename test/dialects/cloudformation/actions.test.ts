import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { applyEdits, removeElement, replaceEntry } from "../../../src/edit.js";
import type { ActionEntry } from "../../../src/model/policy.js";
import { slice } from "../../../src/model/text.js";
import { entriesOf, only, read, roleWith, statementsOf, whys } from "./read.js";

function written(text: string): readonly string[] {
  return entriesOf(read(text)).map((entry) => slice(text, entry.span));
}

function shape({ value, quote, home, locked }: ActionEntry): unknown {
  return [value, quote, home.kind === "item" ? home.element.list.syntax : home.style, locked];
}

/** The actions of the only role's only statement, as a template's reader sees them. */
function actions(text: string): unknown {
  const template: unknown = parse(text, { logLevel: "silent" });
  const path = ["Resources", "OrdersRole", "Properties", "Policies", 0, "PolicyDocument", "Statement"];
  const statement = path.reduce<unknown>((at, key) => (at as Record<string | number, unknown> | undefined)?.[key], template);
  const first: unknown = Array.isArray(statement) ? statement[0] : statement;
  return (first as { Action: unknown } | undefined)?.Action;
}

const STYLES: Readonly<Record<string, string>> = {
  "block list": roleWith("- Effect: Allow\n  Action:\n    - s3:Get*\n    - 's3:PutObject'\n    - \"s3:ListBucket\"\n  Resource: '*'"),
  "block list at the key's indent": roleWith("- Effect: Allow\n  Action:\n  - s3:Get*\n  - 's3:PutObject'\n  - \"s3:ListBucket\"\n  Resource: '*'"),
  "action first in its statement": roleWith("- Action:\n    - s3:Get*\n    - 's3:PutObject'\n    - \"s3:ListBucket\"\n  Effect: Allow\n  Resource: '*'"),
  "flow list": roleWith("- Effect: Allow\n  Action: [s3:Get*, 's3:PutObject', \"s3:ListBucket\"]\n  Resource: '*'"),
  "flow list on lines, trailing comma": roleWith("- Effect: Allow\n  Action: [\n    s3:Get*,\n    's3:PutObject', # put\n    \"s3:ListBucket\",\n  ]\n  Resource: '*'"),
  "flow statement": roleWith("- {Effect: Allow, Action: [s3:Get*, 's3:PutObject', \"s3:ListBucket\"], Resource: '*'}"),
  "single statement": roleWith("Effect: Allow\nAction:\n  - s3:Get*\n  - 's3:PutObject'\n  - \"s3:ListBucket\"\nResource: '*'"),
  comments: roleWith("- Effect: Allow\n  Action: # what\n    # read\n    - s3:Get* # get\n\n    - 's3:PutObject'\n    # list\n    - \"s3:ListBucket\"\n    # end\n  Resource: '*'"),
};

describe.each(Object.entries(STYLES).flatMap(([name, text]) => [[name, text] as const, [`${name}, CRLF`, text.replaceAll("\n", "\r\n")] as const]))(
  "%s",
  (_name, text) => {
    const values = ["s3:Get*", "s3:PutObject", "s3:ListBucket"];

    test("is read with its spans", () => {
      expect(entriesOf(read(text)).map((entry) => entry.value)).toEqual(values);
      expect(written(text)).toEqual(["s3:Get*", "'s3:PutObject'", '"s3:ListBucket"']);
      expect(entriesOf(read(text)).map((entry) => entry.quote)).toEqual(["", "'", '"']);
      expect(entriesOf(read(text)).map((entry) => entry.locked)).toEqual([null, null, null]);
      for (const entry of entriesOf(read(text))) expect(slice(text, entry.span)).toBe(entry.quote + entry.value + entry.quote);
    });

    test("loses the right element", () => {
      entriesOf(read(text)).forEach(({ home }, index) => {
        if (home.kind !== "item") throw new Error("no item");
        expect(actions(applyEdits(text, [removeElement(text, home.element)]))).toEqual(values.toSpliced(index, 1));
      });
    });

    test("takes several elements for one", () => {
      entriesOf(read(text)).forEach((entry, index) => {
        const edited = applyEdits(text, [replaceEntry(text, entry, ["s3:A*", "s3:B*"])]);
        expect(actions(edited)).toEqual(values.toSpliced(index, 1, "s3:A*", "s3:B*"));
      });
    });
  },
);

describe("a single action", () => {
  test.each([
    ["in a block map", "- Effect: Allow\n  Action: s3:Get*\n  Resource: '*'", "block-sequence", "                  "],
    ["after the dash of its statement", "- Action: s3:Get*\n  Effect: Allow\n  Resource: '*'", "block-sequence", "                  "],
    ["after several dashes' worth of blanks", "-   Action: 's3:Get*'\n    Effect: Allow", "block-sequence", "                    "],
    ["on the line below its key", "- Effect: Allow\n  Action:\n    \"s3:Get*\"\n  Resource: '*'", "block-sequence", "                  "],
    ["in a flow map", "- {Effect: Allow, Action: s3:Get*, Resource: '*'}", "bracketed", null],
  ])("%s", (_name, statement, style, indent) => {
    const text = roleWith(statement);
    const entry = only(entriesOf(read(text)));
    expect(entry.value).toBe("s3:Get*");
    if (entry.home.kind !== "single") throw new Error("an item");
    expect(entry.home.style).toBe(style);
    if (entry.home.style === "block-sequence") {
      expect(text.slice(0, entry.home.keyEnd).endsWith("Action:")).toBe(true);
      expect(entry.home.indent).toBe(indent);
    }
    expect(actions(applyEdits(text, [replaceEntry(text, entry, ["s3:GetObject", "s3:GetBucket*"])]))).toEqual(["s3:GetObject", "s3:GetBucket*"]);
  });
});

describe("JSON templates", () => {
  const statement = { Effect: "Allow", Action: ["s3:Get*", "s3:PutObject"], Resource: "*" };
  const template = (action: unknown): unknown => ({
    Resources: {
      OrdersRole: {
        Type: "AWS::IAM::Role",
        Properties: { Policies: [{ PolicyName: "p", PolicyDocument: { Statement: [{ ...statement, Action: action }] } }] },
      },
    },
  });

  test.each([["compact", ""], ["blanks", 2], ["tabs", "\t"]])("%s", (_name, indent) => {
    const text = JSON.stringify(template(statement.Action), null, indent);
    expect(written(text)).toEqual(['"s3:Get*"', '"s3:PutObject"']);
    expect(entriesOf(read(text)).map(shape)).toEqual([
      ["s3:Get*", '"', "bracketed", null],
      ["s3:PutObject", '"', "bracketed", null],
    ]);
    const one = JSON.stringify(template("s3:Get*"), null, indent);
    const entry = only(entriesOf(read(one)));
    expect(shape(entry)).toEqual(["s3:Get*", '"', "bracketed", null]);
    expect(JSON.parse(applyEdits(one, [replaceEntry(one, entry, ["s3:A", "s3:B"])]))).toEqual(template(["s3:A", "s3:B"]));
  });

  test("with escapes", () => {
    const text = JSON.stringify(template(["s3:GetObject"])).replace("GetObject", "Get\\u004fbject");
    const entry = only(entriesOf(read(text)));
    expect(entry.value).toBe("s3:GetObject");
    expect(slice(text, entry.span)).toBe('"s3:Get\\u004fbject"');
  });
});

test("any values come back from their spans", () => {
  const value = fc.stringMatching(/^[a-z0-9-]{2,8}:[A-Za-z*?]{1,12}$/u);
  const quoted = fc.tuple(value, fc.constantFrom("", "'", '"'));
  fc.assert(
    fc.property(fc.array(quoted, { minLength: 1, maxLength: 6 }), fc.boolean(), fc.constantFrom("\n", "\r\n"), (list, flow, newLine) => {
      const items = list.map(([name, quote]) => quote + name + quote);
      const body = flow ? `Action: [${items.join(", ")}]` : `Action:\n${items.map((item) => `    - ${item} # why`).join("\n")}`;
      const text = roleWith(`- Effect: Allow\n  ${body}`).replaceAll("\n", newLine);
      expect(entriesOf(read(text)).map(({ value: own, quote, span }) => [own, quote, slice(text, span)])).toEqual(
        list.map(([name, quote], index) => [name, quote, items[index]]),
      );
    }),
  );
});

describe("what is not plain text", () => {
  test.each([
    ["- !Sub s3:${Verb}", "Fn::Sub is only known at deployment", "!Sub s3:${Verb}"],
    ["- Fn::Sub: s3:${Verb}", "Fn::Sub is only known at deployment", "Fn::Sub: s3:${Verb}"],
    ["- !Ref Verb", "Ref is only known at deployment", "!Ref Verb"],
    ["- { Ref: Verb }", "Ref is only known at deployment", "{ Ref: Verb }"],
    ["- [s3:GetObject]", "the action is not text", "[s3:GetObject]"],
    ["-", "the action is not text", ""],
    ["- !!str s3:GetObject", "the action has the tag !!str", "!!str s3:GetObject"],
    ["- |-\n      s3:GetObject", "the action is a block of text", "|-\n                    s3:GetObject"],
    ["- *nowhere", "the action is not text", "*nowhere"],
  ])("%j", (item, why, span) => {
    const text = roleWith(`- Effect: Allow\n  Action:\n    - s3:PutObject\n    ${item}\n  Resource: '*'`);
    const statement = only(statementsOf(read(text)));
    expect(statement.actions.map((entry) => entry.value)).toEqual(["s3:PutObject"]);
    expect(statement.opaque.map((part) => [part.why, slice(text, part.span)])).toEqual([[why, span]]);
  });

  test("as the whole of Action", () => {
    const text = roleWith("- Effect: Allow\n  Action: !Ref Actions\n  Resource: '*'");
    expect(whys(read(text))).toEqual(["Ref is only known at deployment"]);
    expect(entriesOf(read(text))).toEqual([]);
  });

  test("because the key comes twice", () => {
    expect(whys(read(roleWith("- Effect: Allow\n  Action: s3:GetObject\n  Action: s3:PutObject")))).toEqual(["the statement has more than one Action"]);
  });
});

describe("shared text", () => {
  test("is locked, and found once", () => {
    const text = roleWith("- Effect: Allow\n  Action: &read\n    - s3:GetObject\n    - s3:ListBucket\n- Effect: Allow\n  Action: *read\n- Effect: Allow\n  Action: [s3:PutObject]");
    expect(entriesOf(read(text)).map((entry) => entry.locked)).toEqual([
      ...Array<string>(2).fill('its text is also used elsewhere through the anchor "read"'),
      null,
    ]);
  });

  test("is locked as an item, too", () => {
    const text = roleWith("- Effect: Allow\n  Action:\n    - &get s3:GetObject\n    - s3:PutObject\n- Effect: Allow\n  Action:\n    - *get");
    expect(entriesOf(read(text)).map((entry) => [entry.value, entry.locked])).toEqual([
      ["s3:GetObject", 'its text is also used elsewhere through the anchor "get"'],
      ["s3:PutObject", null],
      ["s3:GetObject", 'it is an alias of the text at the anchor "get"'],
    ]);
    expect(written(text)).toEqual(["&get s3:GetObject", "s3:PutObject", "*get"]);
  });

  test("is locked when it is merged, and found once", () => {
    const text = roleWith("- &base\n  Effect: Allow\n  Action: [s3:GetObject]\n  Resource: a\n- <<: *base\n  Resource: b");
    const located = read(text);
    expect(statementsOf(located).map((statement) => [statement.effect, statement.actions.length])).toEqual([["Allow", 1], ["Allow", 0]]);
    expect(entriesOf(located).map((entry) => entry.locked)).toEqual(['its text is also used elsewhere through the anchor "base"']);
  });

  test("is found in every policy that uses it", () => {
    const own = roleWith("&all\n- Effect: Allow\n  Action: [s3:GetObject]").replace("Statement:\n              &all", "Statement: &all");
    const text = `${own}  Q:\n    Type: AWS::IAM::UserPolicy\n    Properties: {UserName: u, PolicyDocument: {Statement: *all}}\n`;
    expect(entriesOf(read(text)).map((entry) => entry.locked)).toEqual(Array<string>(2).fill('its text is also used elsewhere through the anchor "all"'));
  });

  test("is not locked by an anchor that nobody uses", () => {
    expect(entriesOf(read(roleWith("- Effect: Allow\n  Action: &unused [s3:GetObject]"))).map((entry) => entry.locked)).toEqual([null]);
  });
});

describe("Fn::If", () => {
  test("around Action makes a statement of each branch, which stays", () => {
    const text = roleWith("- Effect: Allow\n  Action: !If\n    - IsProduction\n    - [s3:GetObject, s3:PutObject]\n    - s3:*\n  Resource: '*'");
    const statements = statementsOf(read(text));
    expect(statements.map((statement) => statement.actions.map(shape))).toEqual([
      [["s3:GetObject", "", "bracketed", null], ["s3:PutObject", "", "bracketed", null]],
      [["s3:*", "", "bracketed", null]],
    ]);
    expect(statements.map((statement) => statement.element)).toEqual([null, null]);
    const entry = statements[1]?.actions[0];
    if (entry === undefined) throw new Error("no entry");
    expect(applyEdits(text, [replaceEntry(text, entry, ["s3:A", "s3:B"])])).toContain("    - [s3:A, s3:B]\n");
  });

  test("inside the list locks the list", () => {
    const text = roleWith("- Effect: Allow\n  Action:\n    - s3:GetObject\n    - Fn::If: [IsProduction, s3:PutObject, !Ref AWS::NoValue]");
    expect(entriesOf(read(text)).map((entry) => [entry.value, entry.locked])).toEqual([
      ["s3:GetObject", "a condition decides what is left of its list"],
      ["s3:PutObject", "a condition decides what is left of its list"],
    ]);
  });

  test("that is incomplete is not understood", () => {
    expect(whys(read(roleWith("- Effect: Allow\n  Action: !If [IsProduction, s3:PutObject]")))).toEqual(["Fn::If is only known at deployment"]);
  });
});

test("a statement without actions is listed, unless it denies", () => {
  const located = read(roleWith("- Effect: Allow\n  action: [s3:GetObject]\n  Resource: '*'\n- Effect: Deny\n  Resource: '*'"));
  expect(whys(located)).toEqual(["the statement has neither Action nor NotAction"]);
});

test("an anchor that nothing refers to stays", () => {
  const located = read(roleWith("- Effect: Allow\n  Action:\n    - &get s3:GetObject\n    - s3:PutObject\n  Resource: '*'"));
  expect(entriesOf(located).map((entry) => entry.locked)).toEqual(['it has the anchor "get"', null]);
});

test("merge keys that multiply are looked through once", () => {
  const levels = Array.from({ length: 14 }, (_, level) => `m${String(level + 1)}: &m${String(level + 1)} {<<: [${Array<string>(9).fill(`*m${String(level)}`).join(", ")}]}\n`);
  const text = `m0: &m0 {x: 1}\n${levels.join("")}${roleWith("- {Effect: Allow, Action: [s3:GetObject], Resource: '*'}", "<<: *m14\n")}`;
  expect(entriesOf(read(text)).map((entry) => entry.value)).toEqual(["s3:GetObject"]);
});
