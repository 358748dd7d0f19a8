import { mkdtempSync, rmSync, statSync, unlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { evidenceFor, findingsFiles, loadEvidence, settledFor, type Evidence } from "../src/evidence.js";
import { BadInput } from "../src/findings/bad-input.js";
import type { PrincipalKind, PrincipalName } from "../src/model/principal.js";
import type { PrincipalEvidence } from "../src/model/usage.js";

const fixtures = resolve(import.meta.dirname, "../fixtures/findings");

let root = "";

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "evidence-"));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

interface Sketch {
  readonly id?: string;
  readonly role?: string;
  readonly resource?: string;
  readonly status?: string;
  readonly analyzed?: string;
  readonly updated?: string;
  readonly actions?: readonly string[];
}

function finding(sketch: Sketch): unknown {
  const { id = "f1", role = "Orders", status = "ACTIVE", analyzed = "2026-10-31T07:00:00Z", actions = ["GetBucketAcl"] } = sketch;
  return {
    id,
    status,
    findingType: "UnusedPermission",
    resource: sketch.resource ?? `arn:aws:iam::111122223333:role/${role}`,
    analyzedAt: analyzed,
    updatedAt: sketch.updated ?? analyzed,
    findingDetails: [{ unusedPermissionDetails: { serviceNamespace: "s3", actions } }],
  };
}

function write(name: string, ...sketches: readonly Sketch[]): string {
  const path = join(root, name);
  writeFileSync(path, JSON.stringify(sketches.map(finding)));
  return path;
}

function load(...sketches: readonly Sketch[]): Evidence {
  return loadEvidence([write("findings.json", ...sketches)]);
}

function everybody(evidence: Evidence): readonly PrincipalEvidence[] {
  return evidenceFor(evidence, { kind: "role", address: "all", name: { kind: "arn", arn: "*" } });
}

function unusedOf(evidence: Evidence): string[] {
  return everybody(evidence).flatMap(({ name, unused }) => {
    const names = [...(unused.get("s3")?.actions.values() ?? [])].map((action) => action.name);
    return `${name}: ${names.join(" ")}`;
  });
}

function complaint(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof BadInput) return error.message.replaceAll(root, "<root>");
    throw error;
  }
  throw new Error("nothing was complained about");
}

test("evidence of a folder of exports", () => {
  const evidence = loadEvidence(findingsFiles(["good"], fixtures));
  const { skipped, files, fingerprint } = evidence;
  expect(everybody(evidence).map(({ arn, kind, name, account, analyzedAt, findingIds }) => ({ arn, kind, name, account, analyzedAt, findingIds }))).toEqual(
    [
      ["arn:aws:iam::111122223333:role/InvoicesRole", "role", "InvoicesRole", "2026-10-31T07:25:34.123Z", "a002"],
      ["arn:aws:iam::111122223333:role/PlainRole", "role", "PlainRole", "2026-10-31T07:25:34.000Z", "a004"],
      ["arn:aws:iam::111122223333:role/app/OrdersRole", "role", "OrdersRole", "2026-10-31T07:25:34.000Z", "a001"],
      ["arn:aws:iam::111122223333:user/ci/deployer", "user", "deployer", "2026-10-31T07:25:34.000Z", "a003"],
    ].map(([arn, kind, name, analyzedAt, id]) => ({
      arn,
      kind,
      name,
      account: "111122223333",
      analyzedAt,
      findingIds: [`5d1c0e6e-0000-4000-8000-00000000${id ?? ""}`],
    })),
  );
  expect(skipped).toEqual([
    { reason: "ACTIVE finding without unusedPermissionDetails", count: 1 },
    { reason: "ARCHIVED finding", count: 1 },
    { reason: "RESOLVED finding", count: 1 },
    { reason: "finding of type ExternalAccess", count: 1 },
    { reason: "finding of type UnusedIAMRole", count: 1 },
    { reason: "finding of type UnusedIAMUserAccessKey", count: 1 },
    { reason: "finding of type UnusedIAMUserPassword", count: 1 },
    { reason: "finding with the error ACCESS_DENIED", count: 1 },
  ]);
  expect(files).toHaveLength(8);
  expect(fingerprint).toMatch(/^[\da-f]{64}$/);
});

describe("findings of one principal", () => {
  test("the latest export of a finding counts", () => {
    const evidence = load(
      { updated: "2026-10-31T08:00:00Z", actions: ["GetBucketAcl"] },
      { updated: "2026-10-31T07:59:59Z", actions: ["GetBucketAcl", "GetBucketCORS"] },
    );
    expect(unusedOf(evidence)).toEqual(["Orders: GetBucketAcl"]);
    expect(evidence.skipped).toEqual([{ reason: "older export of a finding that is there again", count: 1 }]);
  });

  test("a finding that was resolved or archived since its first export does not count", () => {
    for (const status of ["RESOLVED", "ARCHIVED"]) {
      const evidence = load({ role: "Other", id: "f2" }, { updated: "2026-10-31T08:00:00Z", status }, {});
      expect(unusedOf(evidence)).toEqual(["Other: GetBucketAcl"]);
    }
  });

  test("the newest analysis wins over one that is more than 48 hours older", () => {
    const evidence = load(
      { id: "old", analyzed: "2026-10-29T06:59:59Z", actions: ["GetBucketAcl"] },
      { id: "new", analyzed: "2026-10-31T07:00:00Z", actions: ["GetBucketAcl", "GetBucketCORS"] },
    );
    expect(unusedOf(evidence)).toEqual(["Orders: GetBucketAcl GetBucketCORS"]);
    expect(everybody(evidence)[0]?.findingIds).toEqual(["new"]);
    expect(evidence.skipped).toEqual([{ reason: "finding of an older analysis than the principal's newest", count: 1 }]);
  });

  test("analyses up to 48 hours apart are intersected, and the oldest date counts", () => {
    const evidence = load(
      { id: "west", analyzed: "2026-10-31T07:00:00Z", actions: ["GetBucketAcl", "GetBucketCORS"] },
      { id: "east", analyzed: "2026-10-29T07:00:00Z", actions: ["getbucketacl", "GetBucketLogging"] },
    );
    expect(unusedOf(evidence)).toEqual(["Orders: GetBucketAcl"]);
    expect(everybody(evidence)[0]).toMatchObject({ analyzedAt: "2026-10-29T07:00:00.000Z", findingIds: ["east", "west"] });
    expect(evidence.skipped).toEqual([]);
  });

  test("a resolved finding of the newest analysis leaves nothing of older ones", () => {
    const evidence = load(
      { id: "other", role: "Other" },
      { id: "old", analyzed: "2026-10-01T07:00:00Z" },
      { id: "new", status: "RESOLVED" },
    );
    expect(unusedOf(evidence)).toEqual(["Other: GetBucketAcl"]);
  });

  test("an accepted finding keeps all grants of its principal, whatever another analyzer says", () => {
    const evidence = load({ id: "other", role: "Other" }, { id: "west" }, { id: "east", status: "ARCHIVED" });
    expect(unusedOf(evidence)).toEqual(["Other: GetBucketAcl"]);
    expect(evidence.skipped).toEqual([
      { reason: "ACTIVE finding of a principal with an ARCHIVED one", count: 1 },
      { reason: "ARCHIVED finding", count: 1 },
    ]);
  });

  test("the same finding in two files is one", () => {
    const evidence = loadEvidence([write("a.json", {}), write("b.json", {})]);
    expect(evidence.principals.size).toBe(1);
    expect(everybody(evidence)[0]?.findingIds).toEqual(["f1"]);
  });

  test("findings of one id but different principals are different", () => {
    expect(unusedOf(load({ role: "A" }, { role: "B", updated: "2026-11-01T00:00:00Z" }))).toEqual([
      "A: GetBucketAcl",
      "B: GetBucketAcl",
    ]);
  });
});

describe("one sentence for", () => {
  test("what is not the ARN of a principal", () => {
    const path = join(fixtures, "bad/not-a-principal.json");
    expect(complaint(() => loadEvidence([path]))).toBe(
      `${path}, finding 5d1c0e6e-0000-4000-8000-00000000a001: the resource "arn:aws:s3:::orders" is not the ARN of an IAM role or user: ` +
        'export the finding again with `aws accessanalyzer get-finding-v2 --analyzer-arn "$ANALYZER_ARN" --id 5d1c0e6e-0000-4000-8000-00000000a001 --output json`.',
    );
  });

  test("findings of which none counts", () => {
    const files = [write("a.json", { status: "RESOLVED" }, { id: "f2", role: "B", status: "ARCHIVED" }), write("b.json")];
    const [sentence, ...commands] = complaint(() => loadEvidence(files)).split("\n");
    expect(sentence).toBe(
      "<root>/a.json and 1 more: there is no ACTIVE finding of unused permissions, but 1 × ARCHIVED finding, 1 × RESOLVED finding: " +
        'fetch the details with these commands, then name the folder "findings":',
    );
    expect(commands.at(-1)).toBe("  done");
    expect(complaint(() => loadEvidence([write("c.json")]))).toContain(
      "<root>/c.json: there is no ACTIVE finding of unused permissions: fetch",
    );
  });

  test("a file that is gone", () => {
    expect(complaint(() => loadEvidence([join(root, "gone.json")]))).toBe(
      "<root>/gone.json: there is no such file: correct the name, make it readable, or leave it out.",
    );
  });
});

describe("files that change", () => {
  /** Files that were written a moment ago are read again in any case. */
  function age(path: string): void {
    const { mtimeMs } = statSync(path);
    utimesSync(path, new Date(mtimeMs - 60_000), new Date(mtimeMs - 60_000));
  }

  test("the same evidence is returned while they do not", () => {
    const path = write("a.json", {});
    age(path);
    const evidence = loadEvidence([path]);
    expect(loadEvidence([path])).toBe(evidence);
    // Touched, but with the same contents.
    age(path);
    expect(loadEvidence([path])).toBe(evidence);
  });

  test("they are read again when they do", () => {
    const path = write("a.json", {});
    age(path);
    const before = loadEvidence([path]);
    write("a.json", { role: "Another" });
    const after = loadEvidence([path]);
    expect(unusedOf(before)).toEqual(["Orders: GetBucketAcl"]);
    expect(unusedOf(after)).toEqual(["Another: GetBucketAcl"]);
    expect(after.fingerprint).not.toBe(before.fingerprint);
  });

  test("also when written twice in a moment with the same length", () => {
    const path = write("a.json", { role: "First" });
    loadEvidence([path]);
    const { atime, mtime } = statSync(path);
    write("a.json", { role: "Other" });
    utimesSync(path, atime, mtime);
    expect(unusedOf(loadEvidence([path]))).toEqual(["Other: GetBucketAcl"]);
  });

  test("a file that goes away is missed", () => {
    const path = write("a.json", {});
    loadEvidence([path]);
    unlinkSync(path);
    expect(() => loadEvidence([path])).toThrow(BadInput);
  });

  test("the fingerprint depends on contents, not on names and order", () => {
    const one = loadEvidence([write("a.json", {}), write("b.json", { role: "B", id: "f2" })]);
    const two = loadEvidence([write("c.json", { role: "B", id: "f2" }), write("d.json", {})]);
    expect(two.fingerprint).toBe(one.fingerprint);
    expect(loadEvidence([write("a.json", {})]).fingerprint).not.toBe(one.fingerprint);
  });
});

describe("looking up principals", () => {
  function lookup(name: PrincipalName, kind: PrincipalKind = "role"): string[] {
    const arns = [
      "arn:aws:iam::111122223333:role/Orders",
      "arn:aws:iam::444455556666:role/eu/app/Orders",
      "arn:aws:iam::111122223333:role/orders",
      "arn:aws:iam::111122223333:user/Orders",
      "arn:aws-cn:iam::111122223333:role/prod-OrdersRole-1A2B",
      "arn:aws:iam::111122223333:role/test-OrdersRole-3C4D",
    ];
    const evidence = load(...arns.map((resource, index) => ({ resource, id: `f${String(index)}` })));
    const reference = { kind, address: "aws_iam_role.orders", name };
    const found = evidenceFor(evidence, reference);
    expect(evidenceFor(evidence, reference)).toEqual(found);
    return found.map((principal) => principal.arn);
  }

  test("by name, in every account and path, sorted by ARN", () => {
    expect(lookup({ kind: "literal", name: "Orders" })).toEqual([
      "arn:aws:iam::111122223333:role/Orders",
      "arn:aws:iam::444455556666:role/eu/app/Orders",
    ]);
    expect(lookup({ kind: "literal", name: "Orders" }, "user")).toEqual(["arn:aws:iam::111122223333:user/Orders"]);
    expect(lookup({ kind: "literal", name: "Orders" }, "group")).toEqual([]);
    expect(lookup({ kind: "literal", name: "ORDERS" })).toEqual([]);
  });

  test("those of whom no finding counts", () => {
    const settled = load(
      { id: "f1", role: "Orders" },
      { id: "f2", resource: "arn:aws:iam::444455556666:role/app/Orders", status: "ARCHIVED" },
      { id: "f3", resource: "arn:aws:iam::777788889999:role/Orders", status: "RESOLVED" },
      { id: "f4", resource: "arn:aws:iam::777788889999:user/Orders", status: "RESOLVED" },
    );
    const accounts = (name: PrincipalName): string[] =>
      settledFor(settled, { kind: "role", address: "role", name }).map(({ account }) => account);
    expect(accounts({ kind: "literal", name: "Orders" })).toEqual(["444455556666", "777788889999"]);
    expect(accounts({ kind: "pattern", regex: "^Ord", fixed: 2, shown: "Ord<tail>", id: "Ord" })).toEqual([]);
    expect(accounts({ kind: "pattern", regex: "^Orders$", fixed: 6, shown: "Orders", id: "Orders" })).toEqual(["444455556666", "777788889999"]);
    expect(accounts({ kind: "arn", arn: "arn:aws:iam::444455556666:role/*" })).toEqual(["444455556666"]);
  });

  test("by a generated name", () => {
    const pattern = { kind: "pattern", regex: "^.+-OrdersRole-[A-Z0-9]+$", fixed: 11, shown: "<stack>-OrdersRole-<tail>", id: "OrdersRole" } as const;
    const roles = ["arn:aws-cn:iam::111122223333:role/prod-OrdersRole-1A2B", "arn:aws:iam::111122223333:role/test-OrdersRole-3C4D"];
    expect(lookup(pattern)).toEqual(roles);
    expect(lookup(pattern, "user")).toEqual([]);
    expect(lookup({ ...pattern, fixed: 3 })).toEqual([]);
  });

  test("by ARN, which says the kind itself", () => {
    expect(lookup({ kind: "arn", arn: "arn:aws:iam::111122223333:user/Orders" })).toEqual(["arn:aws:iam::111122223333:user/Orders"]);
    expect(lookup({ kind: "arn", arn: "arn:aws:iam::*:role/*Orders" })).toEqual([
      "arn:aws:iam::111122223333:role/Orders",
      "arn:aws:iam::444455556666:role/eu/app/Orders",
    ]);
    expect(lookup({ kind: "arn", arn: "arn:aws:iam::111122223333:role/Order" })).toEqual([]);
  });
});
