import { describe, expect, test } from "vitest";
import { slice } from "../../../src/model/text.js";
import { doubts, entriesOf, only, read, roleWith, statementsOf, whys } from "./read.js";

const STATEMENT = "{Effect: Allow, Action: [s3:GetObject], Resource: '*'}";
const DOCUMENT = `{Statement: [${STATEMENT}]}`;

function roleWithPolicies(policies: string): string {
  return `Resources:\n  R:\n    Type: AWS::IAM::Role\n    Properties:\n      Policies: ${policies}\n`;
}

describe("inline policies", () => {
  test.each([
    ["AWS::IAM::Role", "role"],
    ["AWS::IAM::User", "user"],
    ["AWS::IAM::Group", "group"],
  ])("of %s", (type, kind) => {
    const text = roleWithPolicies(`[{PolicyName: p, PolicyDocument: ${DOCUMENT}}]`).replace("AWS::IAM::Role", type);
    const document = only(read(text).documents);
    expect(document).toMatchObject({ address: "R.Policies[0]", holder: kind, element: null, opaque: [] });
    expect(slice(text, document.span)).toBe(DOCUMENT);
    expect(document.attachment).toMatchObject({ principals: [{ kind, address: "R" }], open: [] });
  });

  test("can be taken out when there are others", () => {
    const text = roleWithPolicies(`\n        - PolicyName: a\n          PolicyDocument: ${DOCUMENT}\n        - PolicyName: b\n          PolicyDocument: ${DOCUMENT}`);
    const { documents } = read(text);
    expect(documents.map((document) => document.address)).toEqual(["R.Policies[0]", "R.Policies[1]"]);
    for (const [index, { element }] of documents.entries()) {
      expect(element?.index).toBe(index);
      expect(element && slice(text, element.list.items[index] ?? { start: 0, end: 0 })).toContain(`PolicyName: ${index === 0 ? "a" : "b"}`);
    }
  });

  test("that a condition chooses are told apart and stay", () => {
    const entry = (name: string): string => `{PolicyName: ${name}, PolicyDocument: ${DOCUMENT}}`;
    const text = roleWithPolicies(`[${entry("a")}, !If [C, ${entry("b")}, !Ref AWS::NoValue], {Fn::If: [D, ${entry("c")}, ${entry("d")}]}]`);
    expect(read(text).documents.map(({ address, element }) => [address, element?.index ?? null])).toEqual([
      ["R.Policies[0]", 0],
      ["R.Policies[1] (if C)", null],
      ["R.Policies[2] (if D)", null],
      ["R.Policies[2] (unless D)", null],
    ]);
  });

  test("whose list a condition chooses", () => {
    const text = roleWithPolicies(`!If [C, [{PolicyName: a, PolicyDocument: ${DOCUMENT}}], !If [D, [{PolicyName: a, PolicyDocument: ${DOCUMENT}}], []]]`);
    expect(read(text).documents.map(({ address, element }) => [address, element])).toEqual([
      ["R.Policies[0] (if C)", null],
      ["R.Policies[0] (unless C, if D)", null],
    ]);
  });

  test.each([
    ["!Ref Policies", "R.Policies: Ref is only known at deployment"],
    ["orders", "R.Policies is not a list"],
    ["[!Ref Policy]", "R.Policies[0]: Ref is only known at deployment"],
    ["[orders]", "R.Policies[0] is not a map"],
    ["[{PolicyName: p}]", "R.Policies[0] has no PolicyDocument of its own"],
    ["[{PolicyName: p, PolicyDocument: !Ref Policy}]", "Ref is only known at deployment"],
    [`[{PolicyName: p, PolicyDocument: '{"Statement": ['}]`, "the policy is text that is no JSON"],
    [`[{PolicyName: p, PolicyDocument: !Sub '\${Policy}'}]`, "Fn::Sub is only known at deployment"],
    ["[{PolicyName: p, PolicyDocument: {Version: x}}]", "the policy has no Statement of its own"],
    ["[{PolicyName: p, PolicyDocument: [x]}]", "the policy is not a map"],
    ["[{PolicyName: p, PolicyDocument: {Statement: !Ref X}}]", "Ref is only known at deployment"],
    ["[{PolicyName: p, PolicyDocument: {Statement: [!Ref X]}}]", "Ref is only known at deployment"],
    ["[{PolicyName: p, PolicyDocument: {Statement: [*x]}}]", "the alias refers to nothing"],
    ["[{PolicyName: p, PolicyDocument: {Statement: x}}]", "the Statement is neither a map nor a list"],
    [`[{PolicyName: p, PolicyDocument: {'Fn::Transform': {Name: AWS::Include}, Statement: [${STATEMENT}]}}]`, "a part of the policy is included from elsewhere"],
    ["[{PolicyName: p, PolicyDocument: {Statement: [{Fn::Transform: {Name: AWS::Include}}]}}]", "Fn::Transform is only known at deployment"],
    ["[{PolicyName: p, PolicyDocument: {Statement: [{Effect: Allow, Fn::Transform: {Name: AWS::Include}}]}}]", "a part of the statement is included from elsewhere"],
  ])("%s is not understood", (policies, why) => {
    expect(whys(read(roleWithPolicies(policies)))).toEqual([why]);
  });
});

describe("statements", () => {
  test("have their effect, their Sid and their place", () => {
    const text = roleWith("- Sid: Read\n  Effect: Allow\n  Action: [s3:GetObject]\n- Effect: 'Deny'\n  NotAction: s3:*\n- Effect: !Ref Effect\n  Action: [s3:PutObject]");
    const statements = statementsOf(read(text));
    expect(statements.map(({ sid, effect, element }) => [sid, effect, element?.index])).toEqual([
      ["Read", "Allow", 0],
      [null, "Deny", 1],
      [null, "unknown", 2],
    ]);
    expect(statements[1]?.notActions.map((entry) => entry.value)).toEqual(["s3:*"]);
    for (const { element, span } of statements) expect(element?.list.items[element.index]).toEqual(span);
    expect(slice(text, statements[0]?.span ?? { start: 0, end: 0 })).toMatch(/^Sid: Read\n[^]*\[s3:GetObject\]$/u);
  });

  test("without a list cannot be taken out", () => {
    expect(only(statementsOf(read(roleWith("Effect: Allow\nAction: s3:*")))).element).toBeNull();
  });

  test("beside one that may vanish cannot be taken out", () => {
    const located = read(roleWith(`- ${STATEMENT}\n- !If [C, ${STATEMENT}, !Ref AWS::NoValue]`));
    expect(statementsOf(located).map((statement) => statement.element)).toEqual([null, null]);
    const firm = read(roleWith(`- ${STATEMENT}\n- !If [C, ${STATEMENT}, ${STATEMENT}]`));
    expect(statementsOf(firm).map((statement) => statement.element?.index ?? null)).toEqual([0, null, null]);
  });

  test("that a condition chooses as a whole make policies of their own", () => {
    const located = read(roleWith(`Fn::If:\n  - C\n  - - ${STATEMENT}\n    - ${STATEMENT}\n  - ${STATEMENT}`));
    expect(located.documents.map(({ address, statements }) => [address, statements.map((each) => each.element?.index ?? null)])).toEqual([
      ["OrdersRole.Policies[0] (if C)", [0, 1]],
      ["OrdersRole.Policies[0] (unless C)", [null]],
    ]);
  });

  test("with a Principal are no identity policy", () => {
    expect(read(roleWith(`- ${STATEMENT}\n- {Effect: Allow, Principal: '*', Action: s3:*}`)).documents).toEqual([]);
  });
});

describe("documents of a file", () => {
  test("are read each on its own", () => {
    const one = roleWithPolicies(`[{PolicyName: p, PolicyDocument: ${DOCUMENT}}]`);
    const located = read(`${one}---\n${one.replace("R:", "Q:")}---\nkind: Service\n`);
    expect(located.documents.map((document) => document.address)).toEqual(["R.Policies[0]", "Q.Policies[0]"]);
    expect(entriesOf(located).map((entry) => entry.locked)).toEqual([null, null]);
  });

  test("with the same logical id cannot be told apart", () => {
    const one = roleWithPolicies(`[{PolicyName: p, PolicyDocument: ${DOCUMENT}}]`).replace("R:", "OrdersRole:");
    expect(doubts(read(`${one}---\n${one}`))).toEqual(
      Array<string>(2).fill("message: the name of OrdersRole is only known at deployment and could also be that of OrdersRole"),
    );
  });
});

test("comments are handed over", () => {
  const text = `# top\n${roleWith("- Effect: Allow # why\n  Action: [s3:GetObject]")}`;
  expect(read(text).comments.map((span) => slice(text, span))).toEqual(["# top", "# why"]);
});

describe("a policy that is JSON in a string", () => {
  const inline = (value: string): string => roleWithPolicies(`[{PolicyName: p, PolicyDocument: ${value}}]`);
  const found = (text: string): unknown => entriesOf(read(text)).map((entry) => [slice(text, entry.span), entry.locked]);
  const locked = "the policy is text in a string";

  test("is read where it stands, and not edited", () => {
    expect(found(inline(`'{"Statement": [{"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject", "s3:GetObject"]}]}'`))).toEqual([
      ["s3:GetObject", locked],
      ["s3:PutObject", locked],
      ["s3:GetObject", locked],
    ]);
    expect(found(inline(String.raw`"{\"Statement\": {\"Effect\": \"Allow\", \"Action\": \"s3:Get*\"}}"`))).toEqual([["s3:Get*", locked]]);
  });

  test("is read with what Fn::Sub fills in", () => {
    const json = `'{"Statement": [{"Effect": "Allow", "Action": ["s3:GetObject", "\${Action}"], "Resource": "arn:aws:s3:::\${Bucket}/*"}]}'`;
    expect(found(inline(`!Sub ${json}`))).toEqual([["s3:GetObject", locked]]);
    expect(found(inline(`{"Fn::Sub": [${json}, {Bucket: b}]}`))).toEqual([["s3:GetObject", locked]]);
  });

  test("is left out when it names a principal", () => {
    expect(read(inline(`'{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}]}'`)).documents).toEqual([]);
  });
});
