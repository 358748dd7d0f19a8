import { describe, expect, test } from "vitest";
import { finding, runLint, workspace } from "../../workspace.js";
import { read } from "./read.js";
import { specification, type Property } from "./specification.js";

/**
 * Whatever CloudFormation knows that is called a policy, or takes any JSON: nothing of it is read as an identity policy but
 * what is meant to be. `policy-properties.txt` lists those that are called so, so that a newer specification shows what is new.
 */
const properties = specification();
const named = (property: Property): string => [property.type, ...property.path.map(({ name }) => name)].join(".");
const isCalledPolicy = ({ path }: Property): boolean => /Polic(?:y|ies)|Boundary/iu.test(path.at(-1)?.name ?? "");
const called = properties.filter(isCalledPolicy);
const places = [...new Map([...called, ...properties.filter(({ value }) => value === "json")].map((property) => [named(property), property])).values()];

const DOCUMENT = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: ["s3:PutObject", "s3:DeleteObject"], Resource: "*" }] };

/** Ways in which a policy could stand at a property. */
const FORMS: readonly (readonly [string, unknown])[] = [
  ["a document", DOCUMENT],
  ["a list of documents", [DOCUMENT, DOCUMENT]],
  ["named documents", [{ PolicyName: "orders", PolicyDocument: DOCUMENT }]],
  ["a document in a map", { PolicyName: "orders", PolicyDocument: DOCUMENT }],
  ["a text", JSON.stringify(DOCUMENT)],
];

/** What may hold an identity policy, with the forms in which one is read there. */
const IDENTITY: Readonly<Record<string, readonly string[]>> = {
  "AWS::IAM::Group.Policies": ["named documents"],
  "AWS::IAM::Group.Policies.PolicyDocument": ["a document", "a text"],
  "AWS::IAM::GroupPolicy.PolicyDocument": ["a document", "a text"],
  "AWS::IAM::ManagedPolicy.PolicyDocument": ["a document", "a text"],
  "AWS::IAM::Policy.PolicyDocument": ["a document", "a text"],
  "AWS::IAM::Role.Policies": ["named documents"],
  "AWS::IAM::Role.Policies.PolicyDocument": ["a document", "a text"],
  "AWS::IAM::RolePolicy.PolicyDocument": ["a document", "a text"],
  "AWS::IAM::User.Policies": ["named documents"],
  "AWS::IAM::User.Policies.PolicyDocument": ["a document", "a text"],
  "AWS::IAM::UserPolicy.PolicyDocument": ["a document", "a text"],
  "AWS::SSO::PermissionSet.InlinePolicy": ["a document", "a text"],
  "AWS::Serverless::Function.Policies": ["a document", "a list of documents"],
  "AWS::Serverless::StateMachine.Policies": ["a document", "a list of documents"],
};

function resourceWith({ type, path }: Property, policy: unknown): object {
  const value = [...path].reverse().reduce<unknown>((inner, { name, holds }, index) => {
    const own = index === 0 || holds === "one" ? inner : holds === "list" ? [inner] : { any: inner };
    return { [name]: own };
  }, policy);
  return { Type: type, Properties: value };
}

function templateOf(resources: Readonly<Record<string, object>>): string {
  return JSON.stringify({ AWSTemplateFormatVersion: "2010-09-09", Description: "AWS::IAM::", Resources: resources }, null, 2);
}

function isRead(property: Property, policy: unknown): boolean {
  const { documents } = read(templateOf({ Resource: resourceWith(property, policy) }));
  return documents.some(({ statements }) => statements.some(({ actions }) => actions.length > 0));
}

describe("properties of CloudFormation that are called a policy", () => {
  test("are known", async () => {
    expect(new Set(properties.map(({ type }) => type)).size).toBeGreaterThan(1900);
    expect(places.length).toBeGreaterThan(1000);
    const known = [...new Set(called.map((property) => `${named(property)} (${property.value})`))].sort();
    expect(known.filter((line) => line.endsWith("(json)")).length).toBeGreaterThan(75);
    await expect(`${known.join("\n")}\n`).toMatchFileSnapshot("policy-properties.txt");
  });

  test("and all that take JSON hold no identity policy, but for those of the list", () => {
    const found = places.flatMap((property) => {
      const forms = FORMS.filter(([, policy]) => isRead(property, policy)).map(([form]) => form);
      return forms.length === 0 ? [] : [[named(property), forms] as const];
    });
    expect(Object.fromEntries(found)).toEqual(IDENTITY);
  });

  test("are passed over when principals of the template do not use what stands there", async () => {
    const identity = new Set(Object.keys(IDENTITY));
    const others = places.filter((property) => !identity.has(named(property)));
    const resources = Object.fromEntries(others.map((property, index) => [`Other${String(index)}`, resourceWith(property, DOCUMENT)]));
    const role = { Type: "AWS::IAM::Role", Properties: { RoleName: "orders", Policies: [{ PolicyName: "orders", PolicyDocument: DOCUMENT }] } };
    const before = templateOf({ OrdersRole: role, ...resources });
    const folder = workspace({ "template.json": before, "findings/orders.json": finding("orders", { s3: ["PutObject"] }) });
    const { exitCode, stdout } = await runLint(folder);
    expect(exitCode).toBe(1);
    expect(stdout.split("\n").filter((line) => line.includes("s3:"))).toEqual([expect.stringContaining('"s3:PutObject" is not used by role "orders"')]);
  });
});
