import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { readFile } from "../../src/findings/files.js";
import { NOTHING_FOUND, type FindingsFile } from "../../src/findings/findings-file.js";
import { readFindings } from "../../src/findings/format.js";
import type { Finding } from "../../src/model/usage.js";
import { drawn } from "./drawn.js";

const folder = resolve(import.meta.dirname, "../../fixtures/findings/good");

function read(name: string): FindingsFile {
  const path = resolve(folder, name);
  return readFindings(path, readFile(path).text);
}

function only(name: string): Finding {
  const { findings, skipped } = read(name);
  expect(skipped).toEqual([]);
  const [finding, ...others] = findings;
  if (finding === undefined || others.length > 0) throw new Error(`${name} should hold one finding`);
  return finding;
}

describe("get-finding-v2 output", () => {
  test("of the AWS CLI", () => {
    const { unused, ...finding } = only("cli.json");
    expect(finding).toEqual({
      id: "5d1c0e6e-0000-4000-8000-00000000a001",
      principalArn: "arn:aws:iam::111122223333:role/app/OrdersRole",
      status: "ACTIVE",
      analyzedAt: "2026-10-31T07:25:34.000Z",
      updatedAt: "2026-10-31T07:25:37.000Z",
      file: resolve(folder, "cli.json"),
    });
    expect([...unused]).toEqual([
      [
        "s3",
        {
          namespace: "s3",
          whole: false,
          lastAccessed: "2026-10-30T21:03:00.000Z",
          actions: new Map([
            ["getbucketacl", { name: "GetBucketAcl", lastAccessed: "2025-06-02T10:00:00.000Z" }],
            ["getbucketpolicy", { name: "GetBucketPolicy", lastAccessed: null }],
          ]),
        },
      ],
      ["sns", { namespace: "sns", whole: true, lastAccessed: null, actions: new Map() }],
      ["sqs", { namespace: "sqs", whole: true, lastAccessed: "2025-03-11T08:00:00.000Z", actions: new Map() }],
    ]);
  });

  test("of boto3, with Python's own spelling of times, microseconds and prefixed actions", () => {
    const finding = only("boto3.json");
    expect(finding.analyzedAt).toBe("2026-10-31T07:25:34.123Z");
    expect(drawn(finding.unused)).toEqual(["s3 GetBucketPolicy@2025-06-02 PutBucketPolicy", "sns whole"]);
  });

  test("of the JavaScript SDK, of a user", () => {
    const finding = only("js-sdk.json");
    expect(finding.principalArn).toBe("arn:aws:iam::111122223333:user/ci/deployer");
    expect(drawn(finding.unused)).toEqual(["dynamodb CreateTable DeleteItem@2025-06-02"]);
  });

  test("with nulls, plain strings, split services and spellings that differ", () => {
    const finding = only("spellings.json");
    expect(finding.updatedAt).toBe(finding.analyzedAt);
    // The entry of s3 without actions does not make the service unused: others list what is.
    expect(drawn(finding.unused)).toEqual(["s3 GetBucketAcl GetBucketCORS GetBucketLogging", "sqs whole"]);
    expect(finding.unused.get("s3")?.lastAccessed).toBe("2026-10-30T21:03:00.000Z");
  });
});

describe("several findings in one file", () => {
  const ids = (name: string): string[] => read(name).findings.map((finding) => finding.id.slice(-4));

  test("a list", () => {
    expect(ids("array.json")).toEqual(["a001", "a002"]);
  });

  test("JSON Lines", () => {
    expect(ids("lines.jsonl")).toEqual(["a001", "a002", "a003"]);
  });

  test("documents appended by a shell loop", () => {
    expect(ids("appended.json")).toEqual(["a001", "a002", "a003"]);
  });

  test("a bundle keeps every status and counts what is no unused permission", () => {
    const { findings, skipped, credentials } = read("bundle.json");
    expect(findings.map(({ id, status }) => `${id.slice(-4)} ${status}`)).toEqual([
      "a001 ACTIVE",
      "b001 ARCHIVED",
      "b002 RESOLVED",
      "b007 FAILED",
      "b008 ACTIVE",
    ]);
    expect(credentials.map(({ kind, principalArn, accessKeyId, lastAccessed, findingId }) => [kind, principalArn, accessKeyId, lastAccessed, findingId.slice(-4)])).toEqual([
      ["role", "arn:aws:iam::111122223333:role/Nobody", null, "2025-01-01T00:00:00.000Z", "b003"],
      ["access key", "arn:aws:iam::111122223333:user/alice", "AKIAIOSFODNN7EXAMPLE", null, "b004"],
      ["password", "arn:aws:iam::111122223333:user/alice", null, null, "b005"],
    ]);
    expect(skipped).toEqual([
      { reason: "ACTIVE finding without unusedPermissionDetails", count: 1 },
      { reason: "finding of type ExternalAccess", count: 1 },
      { reason: "finding with the error ACCESS_DENIED", count: 1 },
    ]);
  });

  test("summaries of other types need no details", () => {
    const { skipped } = readFindings(
      "/findings.json",
      JSON.stringify({ findings: [{ id: "1", findingType: "UnusedIAMRole" }, { id: "2", analyzedAt: "", isPublic: false }] }),
    );
    expect(skipped).toEqual([
      { reason: "finding of type ExternalAccess", count: 1 },
      { reason: "finding of type UnusedIAMRole", count: 1 },
    ]);
  });

  test("none at all", () => {
    expect(readFindings("/findings.json", '{"findings": [], "nextToken": null}')).toEqual(NOTHING_FOUND);
  });
});

test("what a finding names another service for belongs to that service", () => {
  const details = [{ unusedPermissionDetails: { serviceNamespace: "s3", actions: ["s3-object-lambda:GetObject"] } }];
  const finding = { id: "1", status: "ACTIVE", resource: "arn", analyzedAt: "2026-10-31", findingDetails: details };
  const [read] = readFindings("/findings.json", JSON.stringify(finding)).findings;
  expect(drawn(read?.unused ?? new Map())).toEqual(["s3-object-lambda GetObject"]);
});
