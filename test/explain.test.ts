import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { explain, type ExplainedNode, type ExplainOptions, type Explanation, type Reason } from "../src/explain.js";
import { builtInCatalogue, type Catalogue } from "../src/iam/catalogue.js";
import { contains } from "../src/iam/pattern.js";
import type { PrincipalEvidence } from "../src/model/usage.js";
import { catalogueOf2024, reported, words } from "./iam/reported.js";

const TODAY = builtInCatalogue();

/** The unused `s3:Get…` actions of the reference example. */
const UNUSED_GET = words(`
  GetAccelerateConfiguration GetAnalyticsConfiguration GetBucketAcl GetBucketCORS GetBucketLocation GetBucketLogging
  GetBucketNotification GetBucketObjectLockConfiguration GetBucketOwnershipControls GetBucketPolicy GetBucketPolicyStatus
  GetBucketPublicAccessBlock GetBucketRequestPayment GetBucketTagging GetBucketVersioning GetBucketWebsite
  GetEncryptionConfiguration GetIntelligentTieringConfiguration GetInventoryConfiguration GetLifecycleConfiguration
  GetMetricsConfiguration GetReplicationConfiguration`);

type Unused = Parameters<typeof reported>[0];

function principal(name: string, unused: Unused, analyzedAt = "2026-09-20T04:00:00Z", lastAccessed: string | null = null): PrincipalEvidence {
  return {
    arn: `arn:aws:iam::111122223333:role/${name}`,
    kind: "role",
    name,
    account: "111122223333",
    analyzedAt,
    findingIds: [name],
    unused: reported(unused, lastAccessed),
  };
}

function explained(value: string, principals: readonly PrincipalEvidence[], options: Partial<ExplainOptions> = {}): Explanation {
  const explanation = explain(value, principals, { catalogue: TODAY, earlierCatalogue: null, protectedActions: [], ...options });
  if (explanation === null) throw new Error(`${value} is not explained`);
  return explanation;
}

function reasonsOf(explanation: Explanation): Readonly<Record<string, Reason>> {
  return Object.fromEntries(explanation.actions.map(({ name, reason }) => [name, reason]));
}

function namesOf({ actions }: Explanation, kind: Reason["kind"]): readonly string[] {
  return actions.filter(({ reason }) => reason.kind === kind).map(({ name }) => name);
}

/** `catalogue` that says of these actions whether AWS records their use. */
function tracking(catalogue: Catalogue, tracked: Readonly<Record<string, boolean>>): Catalogue {
  return { ...catalogue, tracked: (_service, action) => tracked[action] ?? null };
}

describe("the reference example", () => {
  const entries = words("GetAccess* GetAccountPublicAccessBlock GetDataAccess GetJobTagging GetMulti* GetObject* GetStorage*");

  it("is explained with the catalogue of its time", async () => {
    const catalogue = await catalogueOf2024();
    const explanation = explained("s3:Get*", [principal("MyRole", { s3: UNUSED_GET }, "2024-08-30T10:00:00Z")], { catalogue });
    const all = catalogue.actions("s3").filter((name) => name.startsWith("Get"));
    expect(namesOf(explanation, "reported-unused")).toEqual(UNUSED_GET);
    expect(namesOf(explanation, "not-reported")).toEqual(all.filter((name) => !UNUSED_GET.includes(name)));
    expect(explanation.trie.children.map(drawn).flat()).toEqual([
      "✗ GetAccelerateConfiguration",
      "✓ GetAccess* = GetAccess*",
      "✓ GetAccountPublicAccessBlock = GetAccountPublicAccessBlock",
      "✗ GetAnalyticsConfiguration",
      "✗ GetBucket*",
      "✓ GetDataAccess = GetDataAccess",
      "✗ GetEncryptionConfiguration",
      "✗ GetIntelligentTieringConfiguration",
      "✗ GetInventoryConfiguration",
      "✓ GetJobTagging = GetJobTagging",
      "✗ GetLifecycleConfiguration",
      "✗ GetMetricsConfiguration",
      "✓ GetMulti* = GetMulti*",
      "✓ GetObject* = GetObject*",
      "✗ GetReplicationConfiguration",
      "✓ GetStorage* = GetStorage*",
    ]);
    expect(explanation.refinement).toMatchObject({ kind: "replace", entries: entries.map((entry) => `s3:${entry}`) });
  });

  it("tells what AWS added since, given the catalogue of its time as well", async () => {
    const options = { earlierCatalogue: await catalogueOf2024() };
    const explanation = explained("s3:Get*", [principal("MyRole", { s3: UNUSED_GET }, "2024-08-30T10:00:00Z")], options);
    expect(namesOf(explanation, "newer")).toEqual([
      "GetBucketAbac",
      "GetBucketMetadataTableConfiguration",
      "GetObjectAnnotation",
      "GetObjectVersionAnnotation",
      "GetObjectVersionAnnotationForReplication",
    ]);
    expect(namesOf(explanation, "reported-unused")).toEqual(UNUSED_GET);
    expect(explanation.trie.children.find(({ text }) => text === "GetBucket")).toMatchObject({
      safe: false,
      kept: ["GetBucketAbac", "GetBucketMetadataTableConfiguration"],
    });
  });

  function drawn({ pattern, safe, entry, kept, children }: ExplainedNode): readonly string[] {
    const line = `${safe ? "✓" : "✗"} ${pattern}${entry === null ? "" : ` = ${entry}`}`;
    return [line, ...(safe || kept.length === 0 ? [] : children.flatMap(drawn))];
  }
});

describe("reasons", () => {
  it("say when an unused action was last used", () => {
    const { actions } = explained("s3:GetBucketAcl", [principal("a", { s3: ["GetBucketAcl"] }, "2026-09-20T04:00:00Z", "2026-02-06T00:00:00Z")]);
    expect(actions).toEqual([{ name: "GetBucketAcl", reason: { kind: "reported-unused", lastAccessed: "2026-02-06T00:00:00Z" } }]);
  });

  it("tell what is not reported from what cannot be", () => {
    const catalogue = tracking(TODAY, { GetObject: false, GetObjectAcl: true });
    const explanation = explained("s3:GetObject*", [principal("a", { s3: ["GetObjectTagging"] })], { catalogue });
    expect(reasonsOf(explanation)).toMatchObject({
      GetObject: { kind: "unobservable" },
      GetObjectAcl: { kind: "not-reported", tracked: true },
      GetObjectTagging: { kind: "reported-unused" },
      GetObjectTorrent: { kind: "not-reported", tracked: null },
    });
  });

  it("name the principals that keep an action", () => {
    const catalogue = tracking(TODAY, { GetObjectAcl: true });
    const [a, b, c] = [principal("a", { s3: ["GetObject", "GetObjectAcl"] }), principal("b", { s3: ["GetObject"] }), principal("c", { s3: "whole" })];
    expect(reasonsOf(explained("s3:GetObject*", [a, b, c], { catalogue }))).toMatchObject({
      GetObject: { kind: "reported-unused" },
      GetObjectAcl: { kind: "kept-by", principals: [b.arn], tracked: true },
      GetObjectTagging: { kind: "kept-by", principals: [a.arn, b.arn], tracked: null },
    });
  });

  it("tell protected actions, reported or not", () => {
    const evidence = [principal("a", { iam: ["PassRole", "GetUser"] })];
    expect(reasonsOf(explained("iam:PassRole", evidence))).toEqual({ PassRole: { kind: "protected", by: "default" } });
    expect(reasonsOf(explained("iam:GetRoleP*", evidence, { protectedActions: ["iam:GetRole*"] }))).toEqual({
      GetRolePolicy: { kind: "protected", by: "setting" },
    });
  });

  it("know nothing of what is newer from a catalogue that is older than the analysis", async () => {
    const options = { earlierCatalogue: await catalogueOf2024() };
    const explanation = explained("s3:Get*", [principal("a", { s3: UNUSED_GET }, "2026-09-20T04:00:00Z")], options);
    expect(explanation.earlierDate).toBeNull();
    expect(namesOf(explanation, "newer")).toEqual([]);
  });

  it("include reported actions that the catalogue lacks", () => {
    const explanation = explained("s3:GetObject*", [principal("a", { s3: ["GetObjectOfTomorrow"] })]);
    expect(reasonsOf(explanation)["GetObjectOfTomorrow"]).toEqual({ kind: "reported-unused", lastAccessed: null });
    expect(explanation.trie.children.map(({ pattern }) => pattern)).toContain("GetObjectOfTomorrow");
  });
});

describe("the trie", () => {
  it("says which other names make a branch unsafe", () => {
    const { trie } = explained("iam:List*", [principal("a", { iam: ["ListRoles"] })]);
    expect(trie.children.find(({ pattern }) => pattern === "ListRole*")).toMatchObject({ safe: false, unused: [], clashes: ["ListRoles"] });
  });

  it("says which entry grants what a branch would", () => {
    const { trie } = explained("iam:List*", [principal("a", { iam: ["ListRoles"] })]);
    expect(trie.children.find(({ pattern }) => pattern === "ListUsers")).toMatchObject({ safe: true, entry: null, coveredBy: "ListUser*" });
  });

  it("is flat where only literals will do", () => {
    const { trie } = explained("s3:?etJobTagging", [principal("a", { s3: ["GetJobTagging"] })]);
    expect(trie.children).toHaveLength(1);
  });

  it("is none of other entries", () => {
    const options = { catalogue: TODAY, earlierCatalogue: null, protectedActions: [] };
    expect(explain("*", [principal("a", {})], options)).toBeNull();
    expect(explain("s3", [principal("a", {})], options)).toBeNull();
    expect(explain("s3:Get*", [], options)).toBeNull();
  });
});

it("agrees with the refinement, whatever is reported", () => {
  fc.assert(
    fc.property(fc.constantFrom("s3", "iam", "lambda", "apigateway", "kms", "vpc-lattice"), fc.integer({ min: 0, max: 1000 }), fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (service, thousandth, stream) => {
      const random = (): number => Number(stream.next().value);
      const names = TODAY.actions(service);
      const name = names[Math.floor(random() * names.length)] ?? "";
      const cut = Math.floor(random() * name.length);
      const pattern = random() < 0.8 ? `${name.slice(0, cut)}*` : `${name.slice(0, cut)}*${name.slice(-3)}`;
      const one = principal("a", { [service]: names.filter(() => random() * 1000 < thousandth) });
      const explanation = explained(`${service}:${pattern}`, [one]);
      if (explanation.actions.length === 0) return;
      const { refinement, trie } = explanation;
      const unused = refinement.kind === "keep" ? [] : refinement.unused.map(({ action }) => action.slice(service.length + 1));
      expect(namesOf(explanation, "reported-unused")).toEqual(unused);
      expect([...trie.kept, ...trie.unused].sort()).toEqual(explanation.actions.map((action) => action.name).sort());
      const entries = refinement.kind === "replace" ? refinement.entries.map((entry) => entry.slice(service.length + 1)) : [];
      expect(entriesOf(trie).sort()).toEqual([...entries].sort());
      for (const leaf of leavesOf(trie)) expect(explanation.actions.map((action) => action.name)).toContain(leaf);
      expect(leavesOf(trie)).toHaveLength(explanation.actions.length);
      for (const entry of entries) expect(contains(pattern, entry)).toBe(true);
    }),
    { numRuns: 150 },
  );
});

function entriesOf({ entry, children }: ExplainedNode): string[] {
  return [...(entry === null ? [] : [entry]), ...children.flatMap(entriesOf)];
}

function leavesOf({ pattern, children }: ExplainedNode): readonly string[] {
  return children.length === 0 ? [pattern] : children.flatMap(leavesOf);
}
