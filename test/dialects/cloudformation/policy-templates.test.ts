import { describe, expect, test } from "vitest";
import { POLICY_TEMPLATES } from "../../../src/dialects/cloudformation/data/policy-templates.js";
import type { NamedGrant } from "../../../src/model/policy.js";
import { readWithJsYaml } from "../../js-yaml.js";
import { only, read } from "./read.js";

/** What a value of the text is, with every variable of `Fn::Sub` put in its place. */
function text(value: unknown): string {
  if (typeof value === "string") return value;
  const call = Object.entries(value as Record<string, unknown>)[0]?.[1];
  if (!Array.isArray(call)) return String(call);
  const [template, own] = call as [string, Record<string, unknown>];
  return template.replace(/\$\{(\w+)\}/gu, (whole, name: string) => (name in own ? JSON.stringify(own[name]) : whole));
}

interface Statement {
  readonly Effect: string;
  readonly Action: readonly string[];
  readonly Resource: readonly unknown[];
  readonly Condition?: { readonly StringEquals: Readonly<Record<string, unknown>> };
}

const GIVEN = { inline: "!Ref Thing", literal: '"thing"', attribute: "!GetAtt Thing.Name" };
const PUT_IN = { inline: "${Thing}", literal: "thing", attribute: '{"tag !GetAtt":"Thing.Name"}' };

function grantIn(source: string): NamedGrant {
  return only(only(read(source).documents).named ?? []);
}

function applied(source: string, grant: NamedGrant, kept: readonly string[]): readonly string[] {
  return (grant.narrowed?.(kept) ?? []).map(({ span, text: written }) => source.slice(0, span.start) + written + source.slice(span.end));
}

describe.each(Object.entries(POLICY_TEMPLATES))("%s", (name, template) => {
  const actions = [...new Set(template.statements.flatMap((statement) => statement.actions.split(" ")))];

  test.each(["inline", "literal", "attribute"] as const)("is spelled out for what stays (parameters: %s)", (given) => {
    for (const style of ["block", "flow"] as const) {
      const parameters = template.parameters.map((parameter) => `${parameter}: ${GIVEN[given]}`);
      const entry =
        style === "flow" || parameters.length === 0 ? `{${name}: {${parameters.join(", ")}}}` : `${name}:\n${parameters.map((line) => `            ${line}`).join("\n")}`;
      const source = `Resources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      Policies:\n        - ${entry}\n        - A # last\n`;
      const grant = grantIn(source);
      expect(grant.actions).toEqual(actions);
      for (const kept of [actions.slice(0, 1), actions.slice(1), actions.filter((_action, index) => index % 2 === 0)]) {
        if (kept.length === 0 || kept.length === actions.length) continue;
        for (const fixed of applied(source, grant, kept)) {
          expect(fixed.endsWith("\n        - A # last\n")).toBe(true);
          const policies = (readWithJsYaml(fixed)[0] as { Resources: { F: { Properties: { Policies: readonly unknown[] } } } }).Resources.F.Properties.Policies;
          expect(policies.length).toBe(2);
          const policy = policies[0] as { Statement?: readonly Statement[] } & Record<string, unknown>;
          const grants = (statements: readonly { actions: readonly string[]; resources: readonly string[]; condition: string }[]): readonly string[] =>
            statements.flatMap((each) => each.actions.flatMap((action) => each.resources.map((resource) => `${action} ${resource} ${each.condition}`))).sort();
          const value = (written: string): string => written.replace(/\$\{(\w+)\}/gu, (whole, parameter: string) => (template.parameters.includes(parameter) ? PUT_IN[given] : whole));
          const original = (of: typeof template, only: readonly string[]): readonly string[] =>
            grants(
              of.statements.map((each) => ({
                actions: each.actions.split(" ").filter((action) => only.includes(action)),
                resources: each.resources.map(value),
                condition: each.condition === undefined ? "" : `${each.condition[0]}=${value(each.condition[1])}`,
              })),
            );
          if (policy.Statement === undefined) {
            // A narrower template: it grants all that stays, and nothing that was not granted.
            const other = POLICY_TEMPLATES[Object.keys(policy)[0] ?? ""];
            if (other === undefined) throw new Error("no template");
            const narrower = original(other, other.statements.flatMap((each) => each.actions.split(" ")));
            expect(original(template, actions)).toEqual(expect.arrayContaining([...narrower]));
            expect(narrower).toEqual(expect.arrayContaining([...original(template, kept)]));
            continue;
          }
          const spelled = policy.Statement.map(({ Effect, Action, Resource, Condition }) => {
            expect(Effect).toBe("Allow");
            const [key, limit] = Object.entries(Condition?.StringEquals ?? {})[0] ?? [];
            const limits = Array.isArray(limit) ? limit : [limit];
            return { actions: Action, resources: Resource.map(text), condition: key === undefined ? "" : `${key}=${text(limits[0])}` };
          });
          expect(grants(spelled)).toEqual(original(template, kept));
        }
      }
    }
  });
});

test("a narrower template comes first, and alone when nothing else is left", () => {
  const source = "Resources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      Policies:\n        - 'S3CrudPolicy': {BucketName: b}\n        - A\n";
  const reads = POLICY_TEMPLATES["S3ReadPolicy"]?.statements[0]?.actions.split(" ") ?? [];
  const shown = (kept: readonly string[]): unknown => grantIn(source).narrowed?.(kept).map((each) => each.shown);
  expect(shown(reads)).toEqual(['"S3ReadPolicy"']);
  expect(shown(["s3:GetObject"])).toEqual(['"S3ReadPolicy"', "a statement of its own"]);
  expect(shown(["s3:PutObject", "s3:GetObject", "s3:DeleteObject"])).toEqual(["a statement of its own"]);
  expect(applied(source, grantIn(source), reads)).toEqual([source.replace("S3CrudPolicy", "S3ReadPolicy")]);
});
