import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { builtInCatalogue, refinePolicy, type PolicyJson, type RefinePolicyOptions, type StatementJson, type UnusedByService, type UnusedPermissions } from "../src/refine-policy.js";
import { reported } from "./iam/reported.js";

const OPTIONS: RefinePolicyOptions = { analyzedAt: "2026-09-01T00:00:00Z" };

function allow(action: string | readonly string[], more: object = {}): StatementJson {
  return { Effect: "Allow", Action: action, Resource: "*", ...more };
}

function policy(...statements: readonly object[]): PolicyJson {
  return parsed({ Version: "2012-10-17", Statement: statements });
}

function parsed(value: object): PolicyJson {
  return JSON.parse(JSON.stringify(value)) as PolicyJson;
}

function refined(given: PolicyJson, unused: UnusedByService, options: Partial<RefinePolicyOptions> = {}): ReturnType<typeof refinePolicy> {
  const before = JSON.stringify(given);
  const result = refinePolicy(given, unused, { ...OPTIONS, ...options });
  expect(JSON.stringify(given), "the given policy is not changed").toBe(before);
  return result;
}

describe("refinePolicy", () => {
  it("4: reads Deny, NotAction, a statement as object, question marks and unknown actions", () => {
    const deny = { Effect: "Deny", NotAction: "iam:*", Resource: "*" };
    const given = policy(allow(["s3:Get?bject", "s3:MadeUpAction", "foo:Bar", "s3:GetBucketAcl"]), deny);
    expect(refined(given, { s3: ["GetBucketAcl"], iam: true }).policy).toEqual(policy(allow(["s3:Get?bject", "s3:MadeUpAction", "foo:Bar"]), deny));
    expect(refined(parsed({ Statement: allow("s3:Get?bject") }), { s3: ["GetObject"], sqs: true }).changes).toMatchObject([{ kind: "kept" }]);
  });

  it("20: removes and replaces entries, and keeps resources, conditions and Deny", () => {
    const condition = { Bool: { "aws:SecureTransport": "true" } };
    const given = policy(
      { Sid: "Read", ...allow(["s3:GetBucketP*", "s3:PutObject", "s3:GetBucketAcl"], { Condition: condition }) },
      { Effect: "Deny", Action: "s3:GetBucketAcl", Resource: "*" },
    );
    const { policy: after, changes } = refined(given, { S3: ["GetBucketAcl", "s3:GetBucketPublicAccessBlock"] });
    expect(after).toEqual(
      policy(
        { Sid: "Read", ...allow(["s3:GetBucketPolicy*", "s3:PutObject"], { Condition: condition }) },
        { Effect: "Deny", Action: "s3:GetBucketAcl", Resource: "*" },
      ),
    );
    expect(changes).toEqual([
      {
        kind: "replaced",
        statement: 0,
        sid: "Read",
        action: "s3:GetBucketP*",
        unused: [{ action: "s3:GetBucketPublicAccessBlock", lastAccessed: null }],
        entries: ["s3:GetBucketPolicy*"],
      },
      {
        kind: "removed",
        statement: 0,
        sid: "Read",
        action: "s3:GetBucketAcl",
        unused: [{ action: "s3:GetBucketAcl", lastAccessed: null }],
        withStatement: false,
      },
    ]);
  });

  it("takes a statement and an action that are no lists", () => {
    const given = parsed({ Statement: allow("s3:GetBucketP*") });
    expect(refined(given, { s3: ["GetBucketPublicAccessBlock"] }).policy).toEqual({ Statement: allow("s3:GetBucketPolicy*") });
    expect(refined(given, { s3: ["GetBucketPolicy"] }).policy).toEqual({
      Statement: allow(["s3:GetBucketPolicyStatus", "s3:GetBucketPublicAccessBlock"]),
    });
    expect(refined(given, { sqs: true })).toEqual({ policy: given, changes: [] });
  });

  it("takes unused permissions as the findings give them", () => {
    const given = policy(allow(["sqs:*", "s3:GetBucketAcl"]));
    const lastAccessed = "2026-01-01T00:00:00Z";
    const { policy: after, changes } = refinePolicy(given, reported({ sqs: "whole" }, lastAccessed), OPTIONS);
    expect(after).toEqual(policy(allow(["s3:GetBucketAcl"])));
    expect(changes[0]?.unused[0]).toEqual({ action: "sqs:AddPermission", lastAccessed });
  });

  it("leaves no statement without actions", () => {
    const { policy: after, changes } = refined(policy(allow(["sqs:SendMessage", "sqs:Get*"]), allow("s3:GetObject")), { sqs: true });
    expect(after).toEqual(policy(allow("s3:GetObject")));
    expect(changes.map((change) => change.kind === "removed" && change.withStatement)).toEqual([true, true]);
  });

  it("leaves no policy without statements, and says so", () => {
    for (const given of [policy(allow(["sqs:SendMessage"]), allow("sqs:Get*")), parsed({ Statement: allow("sqs:*") })]) {
      const { policy: after, changes } = refined(given, { sqs: true });
      expect(after).toEqual(given);
      expect(changes.map((change) => change.kind === "kept" && change.why)).toEqual(
        changes.map(() => "nothing would be left of the policy: delete the policy, or what attaches it"),
      );
      expect(changes.length).toBeGreaterThan(0);
    }
    const denied = { Effect: "Deny", Action: "*", Resource: "*" };
    expect(refined(policy(allow("sqs:*"), denied), { sqs: true }).policy).toEqual(policy(denied));
  });

  it("keeps what is protected, and what cannot be proven, with the reason", () => {
    const given = policy(allow(["iam:PassRole", "kms:Decrypt", "*", "s3:Get*"]));
    const { policy: after, changes } = refined(
      given,
      { iam: ["PassRole"], kms: ["Decrypt"], s3: ["GetBucketAcl"] },
      { protectedActions: ["kms:Decrypt"], analyzedAt: "2036-01-01" },
    );
    expect(after).toEqual(given);
    expect(changes).toMatchObject([
      { kind: "kept", action: "*", why: expect.stringContaining('"*" grants every action of every service') as unknown },
      { kind: "kept", action: "s3:Get*", why: expect.stringContaining("is older than the analysis of 2036-01-01") as unknown, suggestion: null },
    ]);
  });

  it("suggests what to add to NotAction", () => {
    const given = policy({ Effect: "Allow", NotAction: ["iam:*"], Resource: "*" });
    const { policy: after, changes } = refined(given, { s3: ["GetBucketAcl"], iam: true });
    expect(after).toEqual(given);
    expect(changes).toMatchObject([{ kind: "kept", action: null, suggestion: { kind: "add", entries: ["s3:GetBucketAcl"] } }]);
    expect(refined(given, { iam: true }).changes).toEqual([]);
  });

  it("keeps to the quota, and suggests shorter entries that do", () => {
    const ec2 = builtInCatalogue().actions("ec2");
    const given = policy(allow(["ec2:*", "s3:GetBucketA*"]));
    const unused = { ec2: ec2.filter((_, index) => index % 20 === 0), s3: ["GetBucketAcl"] };
    const managed = refined(given, unused);
    expect(managed.policy).toEqual(policy(allow(["ec2:*", "s3:GetBucketAbac"])));
    const [change] = managed.changes;
    expect(change).toMatchObject({ kind: "kept", action: "ec2:*" });
    if (change?.kind !== "kept" || change.suggestion === null) throw new Error("nothing is suggested");
    expect(change.why).toMatch(/^the policy would grow from \d+ to 12,\d+ characters, and the quota of a managed policy is 6,144$/u);
    expect(JSON.stringify(policy(allow([...change.suggestion.entries, "s3:GetBucketAbac"]))).length).toBeLessThanOrEqual(6_144);
    expect(refined(given, unused, { holder: "user" }).changes[0]).toMatchObject({ kind: "kept", suggestion: null });
    const few = { ec2: ec2.filter((_, index) => index % 40 === 0) };
    expect(refined(given, few, { holder: "role" }).changes[0]).toMatchObject({ kind: "replaced" });
  });

  it("is the same when it is done twice", () => {
    const services = ["s3", "sqs", "iam", "rds-db"];
    const names = services.flatMap((service) => builtInCatalogue().actions(service).map((name) => [service, name] as const));
    const some = fc.constantFrom(...names);
    const action = fc.tuple(some, fc.nat(30)).map(([[service, name], length]) => `${service}:${length > name.length ? name : `${name.slice(0, length)}*`}`);
    const statement = fc.oneof(action, fc.array(action, { minLength: 1, maxLength: 4 })).map((actions) => allow(actions));
    fc.assert(
      fc.property(fc.array(statement, { minLength: 1, maxLength: 3 }), fc.array(some, { maxLength: 40 }), (statements, gone) => {
        const unused = Object.fromEntries(services.map((each) => [each, gone.filter(([service]) => service === each).map(([, name]) => name)]));
        const once = refinePolicy({ Statement: statements }, unused, OPTIONS);
        const twice = refinePolicy(once.policy, unused, OPTIONS);
        expect(twice.policy).toEqual(once.policy);
        expect(twice.changes.every(({ kind }) => kind === "kept")).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it("refines the policy of the reference example", () => {
    const file = new URL("../fixtures/demo/repository/findings/my-role.json", import.meta.url);
    const finding = JSON.parse(readFileSync(file, "utf8")) as {
      findingDetails: { unusedPermissionDetails: { serviceNamespace: string; actions: { action: string }[] } }[];
    };
    const unused = Object.fromEntries(
      finding.findingDetails.map(({ unusedPermissionDetails: { serviceNamespace, actions } }) => [serviceNamespace, actions.map(({ action }) => action)]),
    );
    const given = policy(allow(["lambda:AddPermission", "lambda:Invoke*"]), allow(["s3:Get*", "s3:List*"]));
    expect(refined(given, unused).policy).toMatchObject({
      Statement: [{ Action: ["lambda:Invoke*"] }, { Action: expect.arrayContaining(["s3:GetAccess*", "s3:GetObject*", "s3:List*"]) as unknown }],
    });
  });
});

describe("refinePolicy rejects", () => {
  const good = policy(allow("s3:*"));

  it.each<[string, unknown]>([
    ["policy must be an object with a Statement: parse its JSON first.", "{}"],
    ["policy must be an object with a Statement: parse its JSON first.", null],
    ["policy.Statement must be an object or a list of objects.", {}],
    ["policy.Statement has no statements.", { Statement: [] }],
    ['policy.Statement[1] must be an object with the Effect "Allow" or "Deny".', { Statement: [allow("s3:*"), {}] }],
    ['policy.Statement must be an object with the Effect "Allow" or "Deny".', { Statement: { Effect: "allow", Action: "*" } }],
    ['policy.Statement[0] must be an object with the Effect "Allow" or "Deny".', { Statement: ["x"] }],
    ["policy.Statement[0].Action must be a string or a list of strings.", { Statement: [{ Effect: "Allow", Action: [1] }] }],
    ["policy.Statement[0].Action must be a string or a list of strings.", { Statement: [{ Effect: "Allow", Action: [] }] }],
    ["policy.Statement[0].NotAction must be a string or a list of strings.", { Statement: [{ Effect: "Allow", NotAction: {} }] }],
    ["policy.Statement[0] must have either an Action or a NotAction.", { Statement: [{ Effect: "Allow" }] }],
    ["policy.Statement[0] must have either an Action or a NotAction.", { Statement: [{ Effect: "Deny", Action: "a:B", NotAction: "a:B" }] }],
    [
      "policy.Statement has a Principal: only identity policies say what a role, user or group may do.",
      { Statement: { Effect: "Allow", Action: "s3:*", Principal: "*" } },
    ],
    [
      "policy.Statement has a Principal: only identity policies say what a role, user or group may do.",
      { Statement: { Effect: "Allow", Action: "s3:*", NotPrincipal: "*" } },
    ],
  ])("%s", (message, given) => {
    expect(() => refinePolicy(given as PolicyJson, {}, OPTIONS)).toThrow(new TypeError(message));
  });

  it.each<[string, unknown]>([
    ['unused must be an object such as { s3: ["GetBucketAcl"], sqs: true }.', ["s3:GetObject"]],
    ['unused must be an object such as { s3: ["GetBucketAcl"], sqs: true }.', undefined],
    ['unused: "s3:GetObject" is not a service prefix, such as s3.', { "s3:GetObject": true }],
    ['unused names the service "s3" twice.', { s3: true, S3: [] }],
    ["unused.s3 must be true, for the whole service, or a list of action names.", { s3: false }],
    ["unused.s3 must be true, for the whole service, or a list of action names.", { s3: "GetObject" }],
    ['unused.s3 has "Get*", which is not the name of an action, such as GetBucketAcl.', { s3: ["Get*"] }],
    ['unused.s3 has "sqs:SendMessage", which is not the name of an action, such as GetBucketAcl.', { s3: ["sqs:SendMessage"] }],
    ["unused.s3 has 1, which is not the name of an action, such as GetBucketAcl.", { s3: [1] }],
  ])("%s", (message, unused) => {
    expect(() => refinePolicy(good, unused as UnusedByService, OPTIONS)).toThrow(new TypeError(message));
  });

  const service = { namespace: "s3", whole: false, lastAccessed: null, actions: new Map([["getobject", { name: "GetObject", lastAccessed: null }]]) };

  it.each<[string, ReadonlyMap<unknown, unknown>]>([
    ["s3", new Map([["s3", ["GetObject"]]])],
    ["s3", new Map([["s3", true]])],
    ["S3", new Map([["S3", service]])],
    ["s3", new Map([["s3", { ...service, actions: new Map([["GetObject", { name: "GetObject", lastAccessed: null }]]) }]])],
    ["s3", new Map([["s3", { ...service, actions: new Map([["getobject", null]]) }]])],
    ["s3", new Map([["s3", { ...service, whole: undefined }]])],
    ["s3", new Map([["s3", { ...service, actions: { getobject: {} } }]])],
  ])("findings of %s that are not as findings give them", (name, unused) => {
    expect(() => refinePolicy(good, unused as UnusedPermissions, OPTIONS)).toThrow(
      new TypeError(`unused: "${name}" is not a service of findings: write an object such as { s3: ["GetBucketAcl"], sqs: true }.`),
    );
  });

  it.each<[string, unknown]>([
    ['options must be an object such as { analyzedAt: "2026-09-20T04:00:00Z" }.', undefined],
    ['options must be an object such as { analyzedAt: "2026-09-20T04:00:00Z" }.', "2026-09-20"],
    ...[{}, { analyzedAt: "yesterday" }, { analyzedAt: 1 }, { analyzedAt: "1" }, { analyzedAt: "Sep 20 2026" }, { analyzedAt: "2026-09-40" }].map(
      (options): [string, unknown] => ['options.analyzedAt must be the time of the analysis, such as "2026-09-20T04:00:00Z".', options],
    ),
    ...["Role", "toString", null, 1].map((holder): [string, unknown] => [
      'options.holder must be "managed", "role", "user", "group" or "unknown".',
      { ...OPTIONS, holder },
    ]),
    ...["kms:Decrypt", [" kms:Decrypt"], ["kms:Decrypt", 1], [""], null].map((protectedActions): [string, unknown] => [
      "options.protectedActions must be a list of actions or patterns, such as kms:Decrypt or *:Pass*.",
      { ...OPTIONS, protectedActions },
    ]),
    ...[{}, "# Action catalogue, format 2.", null, { ...builtInCatalogue(), date: "today" }, { ...builtInCatalogue(), actions: [] }].map(
      (catalogue): [string, unknown] => ["options.catalogue must be what readCatalogue or builtInCatalogue returns.", { ...OPTIONS, catalogue }],
    ),
  ])("%s", (message, options) => {
    expect(() => refinePolicy(good, {}, options as RefinePolicyOptions)).toThrow(new TypeError(message));
  });
});
