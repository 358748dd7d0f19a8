import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Stack } from "aws-cdk-lib";
import { describe, expect, it } from "vitest";
import { logicalId } from "../../../src/dialects/cdk/logical-id.js";
import { matchesName } from "../../../src/model/principal.js";
import { read } from "./read.js";
import { app } from "./synth-app.js";

interface Resource {
  readonly Type: string;
  readonly Properties?: Partial<Record<"Roles" | "Users" | "Groups", readonly { readonly Ref: string }[]>>;
}

/** The logical ids of all principals that synthesised policies are attached to. */
function synthesised(): readonly string[] {
  const assembly = app.synth();
  const templates = assembly.stacks.map((stack): unknown => stack.template);
  const nested = app.node.findAll().filter((node) => Stack.isStack(node) && node.nested);
  const all = [...templates, ...nested.map((node): unknown => JSON.parse(readFileSync(`${assembly.directory}/${templateOf(node)}`, "utf8")))];
  const ids = all.flatMap((template) =>
    Object.values(resourcesOf(template)).flatMap(({ Type, Properties = {} }) =>
      Type === "AWS::IAM::Policy"
        ? [Properties.Roles, Properties.Users, Properties.Groups].flatMap((list) => (list ?? []).map(({ Ref }) => Ref))
        : [],
    ),
  );
  return [...new Set(ids)].sort();
}

function templateOf(node: unknown): string {
  return node instanceof Stack ? node.templateFile : "";
}

function resourcesOf(template: unknown): Record<string, Resource> {
  return (template as { readonly Resources: Record<string, Resource> }).Resources;
}

describe("logical ids", () => {
  it("are those of aws-cdk-lib", () => {
    const text = readFileSync(fileURLToPath(new URL("synth-app.ts", import.meta.url)), "utf8");
    const { documents, opaque } = read(text);
    const principals = documents.flatMap(({ attachment }) => attachment.principals);
    const ids = principals.map(({ name }) => (name.kind === "pattern" ? name.id : ""));
    expect(opaque).toEqual([]);
    expect(documents.flatMap(({ attachment }) => attachment.open)).toEqual([]);
    expect([...new Set(ids)].sort()).toEqual(synthesised());
  }, 120_000);

  it("leave out the digest for a resource directly below its stack", () => {
    expect(logicalId(["My-Role"])).toBe("MyRole");
    expect(logicalId(["GeneratedRole", "Resource"])).toBe("GeneratedRole0BDA1DCF");
    expect(logicalId(["Fn", "ServiceRole", "Resource"])).toBe("FnServiceRoleB9001A96");
  });
});

describe("names of stacks", () => {
  const text = readFileSync(fileURLToPath(new URL("synth-app.ts", import.meta.url)), "utf8");
  const principals = read(text).documents.flatMap(({ attachment }) => attachment.principals);
  const nameOf = (address: string) => principals.find((principal) => principal.address === address)?.name;

  it("narrow the pattern when this file alone creates the stack", () => {
    const late = nameOf("Late/LateRole");
    if (late?.kind !== "pattern") throw new Error("no pattern");
    expect(late.shown).toBe(`late-stack-${late.id}-<tail>`);
    expect(matchesName(late, `late-stack-${late.id}-AbCdEfGhIjKl`)).toBe(true);
    expect(matchesName(late, `other-stack-${late.id}-AbCdEfGhIjKl`)).toBe(false);
  });

  it("stay open for nested stacks", () => {
    const inner = nameOf("Demo/Inner/InnerRole");
    if (inner?.kind !== "pattern") throw new Error("no pattern");
    expect(inner.shown).toBe(`<stack>-${inner.id}-<tail>`);
  });
});
