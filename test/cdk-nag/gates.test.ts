import { Aspects, Stack, Stage, Validations, type App } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import { afterEach, describe, expect, test, vi } from "vitest";
import { RefineUnusedAccess, UnusedAccessChecks, type FindingsOptions } from "../../src/cdk-nag/index.js";
import { authorizationDetails } from "../inventory/export.js";
import { finding, workspace } from "../workspace.js";
import { allow, assumedBy, newApp } from "./demo-app.js";
import { templatesOf } from "./templates.js";

const ACCOUNT = "111122223333";
const OTHER = "444455556666";
const arnOf = (name: string, account = ACCOUNT): string => `arn:aws:iam::${account}:role/${name}`;
const POLICY = `arn:aws:iam::${ACCOUNT}:policy/shared`;
const OF_A = { "f.json": finding("a", { s3: ["PutObject"] }) };

afterEach(() => {
  vi.restoreAllMocks();
});

interface Result {
  /** Are there templates without the action that is reported as unused? */
  readonly removed: boolean;
  /** What the aspect says, without its first line. */
  readonly said: readonly string[];
}

function printing(run: () => void): string {
  const written: string[] = [];
  vi.spyOn(process.stderr, "write").mockImplementation((part) => written.push(String(part)) > 0);
  vi.spyOn(console, "error").mockImplementation((...parts: unknown[]) => void written.push(parts.join(" ")));
  run();
  vi.restoreAllMocks();
  return written.join("");
}

function refined(files: Readonly<Record<string, string>>, options: Omit<FindingsOptions, "findings"> = {}, build: (stack: Stack) => void = role, app: App = newApp(), scope: App | Stage = app): Result {
  build(new Stack(scope, "Demo"));
  const cwd = workspace(files);
  Aspects.of(scope).add(new RefineUnusedAccess({ findings: ["f*.json"], cwd, ...options }));
  const printed = printing(() => app.synth());
  const templates = JSON.stringify(templatesOf(app));
  expect(templates).toContain("s3:GetObject");
  return { removed: !templates.includes("s3:PutObject"), said: printed.split("\n").slice(1, -1).map((line) => line.trim().replace(/\([^()]*(exceptions\.yaml|agreed\.yaml):/u, "($1:")) };
}

function role(stack: Stack): void {
  new iam.Role(stack, "A", { roleName: "a", assumedBy }).addToPolicy(allow("s3:GetObject", "s3:PutObject"));
}

function kept(why: string): Result {
  return { removed: false, said: [`Demo/A/DefaultPolicy: kept "s3:PutObject", because ${why}`] };
}

const EXCEPTION = (more = ""): string => `exceptions:\n  - principal: a\n    actions: [s3:PutObject]\n    reason: The audit needs it.\n${more}`;

describe("the aspect removes nothing that is held back by", () => {
  test("no setting at all: then it removes", () => {
    expect(refined(OF_A)).toEqual({ removed: true, said: ['Demo/A/DefaultPolicy: removed "s3:PutObject"'] });
  });

  test("an exception, of the usual file or of another, until it expires", () => {
    const excepted = "Demo/A/DefaultPolicy: s3:PutObject of a";
    expect(refined({ ...OF_A, "least-privilege.exceptions.yaml": EXCEPTION() })).toEqual({
      removed: false,
      said: [`excepted: ${excepted} (exceptions.yaml:2): The audit needs it.`],
    });
    expect(refined({ ...OF_A, "agreed.yaml": EXCEPTION() }, { exceptions: "agreed.yaml" })).toEqual({
      removed: false,
      said: [`excepted: ${excepted} (agreed.yaml:2): The audit needs it.`],
    });
    expect(refined({ ...OF_A, "least-privilege.exceptions.yaml": EXCEPTION("    expires: 2026-01-01\n") })).toEqual({
      removed: true,
      said: ['Demo/A/DefaultPolicy: removed "s3:PutObject"', "expired: s3:PutObject of a (exceptions.yaml:2), on 2026-01-01: what it kept counts again"],
    });
  });

  test("a protected principal, and a protected action", () => {
    expect(refined(OF_A, { protectedPrincipals: ["arn:aws:iam::*:role/a"] })).toEqual(kept(`the role "a" in account ${ACCOUNT} is protected`));
    expect(refined(OF_A, { protectedActions: ["s3:Put*"] })).toEqual({ removed: false, said: [] });
  });

  test("an analysis that is too old", () => {
    expect(refined(OF_A, { maxAge: 100_000 }).removed).toBe(true);
    expect(refined(OF_A, { maxAge: 1 })).toEqual(kept("the analysis is of 2026-09-01, older than 1 days"));
  });

  test("a shorter time without use than asked for", () => {
    const used = finding("a", {}, { findingDetails: [{ unusedPermissionDetails: { serviceNamespace: "s3", actions: [{ action: "PutObject", lastAccessed: "2026-08-01T00:00:00Z" }] } }] });
    expect(refined({ "f.json": used }, { unusedFor: 20 }).removed).toBe(true);
    expect(refined({ "f.json": used }, { unusedFor: 90 }).removed).toBe(false);
  });

  test("a name that is only known by a pattern, when only exact ones are to be changed", () => {
    const build = (stack: Stack): void => {
      const own = new iam.Role(stack, "A", { assumedBy });
      own.addToPolicy(allow("s3:GetObject", "s3:PutObject"));
      (own.node.defaultChild as iam.CfnRole).overrideLogicalId("PlainRole");
    };
    const files = { "f.json": finding("Demo-PlainRole-AbCdEfGhIjKl", { s3: ["PutObject"] }) };
    expect(refined(files, {}, build).removed).toBe(true);
    expect(refined(files, { fixOnly: "exact" }, build)).toEqual(kept("only exact matches are fixed"));
    expect(refined(OF_A, { fixOnly: "exact" }).removed).toBe(true);
    const known = { ...files, "inventory.json": authorizationDetails({ roles: { [arnOf("Demo-PlainRole-AbCdEfGhIjKl")]: [] } }) };
    expect(refined(known, { fixOnly: "exact", inventory: ["inventory.json"] }, build).removed).toBe(true);
  });

  test("an inventory that has the role in another account, without a finding", () => {
    const inventory = (...roles: readonly string[]): string => authorizationDetails({ roles: Object.fromEntries(roles.map((arn) => [arn, []])) });
    const settings = { inventory: ["inventory.json"] };
    expect(refined({ ...OF_A, "inventory.json": inventory(arnOf("a")) }, settings).removed).toBe(true);
    expect(refined({ ...OF_A, "inventory.json": inventory(arnOf("a"), arnOf("a", OTHER)) }, settings).removed).toBe(false);
  });

  test("an inventory that has somebody else with the managed policy, by its name or the one that CloudFormation makes", () => {
    const shared = (managedPolicyName?: string) => (stack: Stack) => {
      const roles = [new iam.Role(stack, "A", { roleName: "a", assumedBy })];
      new iam.ManagedPolicy(stack, "Shared", { statements: [allow("s3:GetObject", "s3:PutObject")], roles, ...(managedPolicyName === undefined ? {} : { managedPolicyName }) });
    };
    const inventory = (policy: string, ...roles: readonly string[]): string =>
      authorizationDetails({ roles: Object.fromEntries(roles.map((name) => [arnOf(name), [policy]])), policies: { [policy]: roles.length } });
    const run = (policy: string, name: string | undefined, ...roles: readonly string[]): boolean =>
      refined({ ...OF_A, "inventory.json": inventory(policy, ...roles) }, { inventory: ["inventory.json"] }, shared(name)).removed;
    // Its name leaves it open who has it; the inventory closes that.
    expect(refined(OF_A, {}, shared("shared")).removed).toBe(false);
    expect(run(POLICY, "shared", "a")).toBe(true);
    expect(run(POLICY, "shared", "a", "stranger")).toBe(false);
    const generated = `arn:aws:iam::${ACCOUNT}:policy/Demo-Shared8E72AE79-AbCdEfGhIjKl`;
    const id = `arn:aws:iam::${ACCOUNT}:policy/Demo-Shared-AbCdEfGhIjKl`;
    expect(run(id, undefined, "a", "stranger")).toBe(true);
    const app = newApp();
    shared()(new Stack(app, "Demo"));
    app.synth();
    const [logicalId = ""] = Object.entries(templatesOf(app)["Demo"]?.Resources ?? {}).flatMap(([key, { Type }]) => (Type === "AWS::IAM::ManagedPolicy" ? [key] : []));
    expect(run(generated.replace("Shared8E72AE79", logicalId), undefined, "a")).toBe(true);
    expect(run(generated.replace("Shared8E72AE79", logicalId), undefined, "a", "stranger")).toBe(false);
  });

  test("somebody whose boundary the policy is, whatever the inventory says", () => {
    const build = (stack: Stack): void => {
      const roles = [new iam.Role(stack, "A", { roleName: "a", assumedBy })];
      const permissionsBoundary = new iam.ManagedPolicy(stack, "Shared", { managedPolicyName: "shared", statements: [allow("s3:GetObject", "s3:PutObject")], roles });
      new iam.Role(stack, "B", { assumedBy, permissionsBoundary });
    };
    const inventory = authorizationDetails({ roles: { [arnOf("a")]: [POLICY] }, policies: { [POLICY]: 1 } });
    expect(refined({ ...OF_A, "inventory.json": inventory }, { inventory: ["inventory.json"] }, build)).toEqual({
      removed: false,
      said: ['Demo/Shared: kept "s3:PutObject", because the policy is also the permissions boundary of Demo/B'],
    });
  });

  test("another account that the stack is deployed in", () => {
    const deployed = (stacks: string | readonly string[], ...accounts: readonly string[]): boolean => {
      const app = newApp();
      return refined(OF_A, { deployments: [{ stacks, accounts }] }, role, app, new Stage(app, "Prod")).removed;
    };
    expect(deployed("Prod/*", ACCOUNT)).toBe(true);
    expect(deployed(["Prod/Demo"], ACCOUNT, OTHER)).toBe(false);
    expect(() => deployed("Demo", ACCOUNT)).toThrow('deployments: no stack is called "Demo": write the construct path of a stack, or a glob (the stacks are Prod/Demo).');
    expect(() => deployed("Prod/*", "1111")).toThrow("deployments.0.accounts.0: expected the twelve digits of an account, as a text: write deployments");
  });
});

test("the pack reports what is held back, with the reason, and says what is excepted", () => {
  const run = (options: Omit<FindingsOptions, "findings">, files = {}): string => {
    const app = newApp();
    role(new Stack(app, "Demo"));
    Validations.of(app).addPlugins(new UnusedAccessChecks(app, { findings: ["f.json"], cwd: workspace({ ...OF_A, ...files }), ...options }));
    return printing(() => app.synth());
  };
  expect(run({ protectedPrincipals: ["arn:aws:iam::*:role/a"] })).toContain(`Before you change it: the role "a" in account ${ACCOUNT} is protected.`);
  const excepted = run({}, { "least-privilege.exceptions.yaml": EXCEPTION() });
  expect(excepted).not.toContain('"s3:PutObject" is not used');
  expect(excepted).toMatch(/^ {2}excepted: Demo\/A\/DefaultPolicy: s3:PutObject of a \(.*:2\): The audit needs it\.$/mu);
  expect(run({ inventory: ["inventory.json"] }, { "inventory.json": authorizationDetails({ roles: { [arnOf("a", OTHER)]: [] } }) })).toContain("0 judged");
});

test("an option that there is not, or that only lint has, fails the synthesis with one sentence", () => {
  const options = JSON.parse('{ "findings": ["f.json"], "state": ["a.json"] }') as FindingsOptions;
  const app = newApp();
  role(new Stack(app, "Demo"));
  Aspects.of(app).add(new RefineUnusedAccess({ ...options, cwd: workspace(OF_A) }));
  expect(() => app.synth()).toThrow('there is no option "state": the options are findings, cwd, protectedActions,');
});
