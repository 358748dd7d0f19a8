import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { readFile } from "../../src/findings/files.js";
import { NOTHING_FOUND, type FindingsFile } from "../../src/findings/findings-file.js";
import { readFindings } from "../../src/findings/format.js";
import { drawn } from "./drawn.js";

const folder = resolve(import.meta.dirname, "../../fixtures/findings/sources");

const ROLE = "arn:aws:iam::111122223333:role/app/OrdersRole";
const USER = "arn:aws:iam::111122223333:user/ci/deployer";
const POLICY = "arn:aws:iam::111122223333:policy/team/OrdersRead";
const ANALYZER = "arn:aws:access-analyzer:eu-west-1:111122223333:analyzer/unused-access";

const read = (name: string): FindingsFile => readFindings(resolve(folder, name), readFile(resolve(folder, name)).text);

describe("last-accessed data of IAM", () => {
  const RECORDED = [
    "kms",
    "s3 whole GetBucketAcl@2026-10-30 GetBucketCORS@2026-02-01 GetBucketPolicy",
    "sns whole",
    "sqs whole",
    "sts whole",
  ];

  test("with the ARN beside it: all that is recorded, used or not", () => {
    const { findings, ...nothing } = read("last-accessed-role.json");
    expect(nothing).toEqual({ counts: [], credentials: [], recommendations: [], skipped: [] });
    expect(findings.map(({ unused, ...finding }) => ({ ...finding, unused: drawn(unused) }))).toEqual([
      {
        id: "last-accessed data of 2026-10-31T08:00:00.000Z",
        principalArn: ROLE,
        status: "ACTIVE",
        analyzedAt: "2026-10-31T08:00:09.000Z",
        updatedAt: "2026-10-31T08:00:09.000Z",
        file: resolve(folder, "last-accessed-role.json"),
        lastAccessed: { isLast: true, createdAt: "2024-03-01T09:00:00.000Z" },
        // Something used KMS, and nobody knows when.
        unused: RECORDED,
      },
    ]);
  });

  test("in a file that is called after the ARN", () => {
    const [finding] = read("arn%3Aaws%3Aiam%3A%3A111122223333%3Apolicy%2Fteam%2FOrdersRead.json").findings;
    expect([finding?.principalArn, finding?.lastAccessed, drawn(finding?.unused ?? new Map())]).toEqual([POLICY, { isLast: true, createdAt: null }, RECORDED]);
  });

  test("in pages", () => {
    expect(read("last-accessed-pages.jsonl").findings.map(({ principalArn, lastAccessed, unused }) => [principalArn, lastAccessed?.isLast, drawn(unused)])).toEqual([
      ["arn:aws:iam::111122223333:group/Developers", true, ["sqs whole"]],
      ["arn:aws:iam::111122223333:group/Developers", false, ["s3 whole"]],
    ]);
  });

  test("by service only", () => {
    expect(read("last-accessed-service-level.json").findings.map(({ principalArn, unused }) => [principalArn, drawn(unused)])).toEqual([
      [USER, ["s3 whole", "sns whole"]],
    ]);
  });

  test("of a managed policy of AWS says nothing of the sources", () => {
    const text = JSON.stringify({ Arn: "arn:aws:iam::aws:policy/ReadOnlyAccess", JobStatus: "COMPLETED", JobCompletionDate: "2026-10-31", ServicesLastAccessed: [] });
    expect(readFindings("/f.json", text)).toEqual({
      ...NOTHING_FOUND,
      skipped: [{ reason: "last-accessed data of a managed policy of AWS, which no source can change", count: 1 }],
    });
  });
});

describe("counts without names", () => {
  const COUNT = {
    principalArn: ROLE,
    actions: 12,
    services: 2,
    isActive: true,
    updatedAt: "2026-10-31T07:25:37.000Z",
    findingId: "5d1c0e6e-0000-4000-8000-00000000a001",
    analyzerArn: ANALYZER,
  };

  test("in events of EventBridge", () => {
    const file = resolve(folder, "eventbridge.jsonl");
    expect(read("eventbridge.jsonl")).toEqual({
      ...NOTHING_FOUND,
      counts: [
        { ...COUNT, file },
        { ...COUNT, file, principalArn: USER, findingId: "5d1c0e6e-0000-4000-8000-00000000a002", isActive: false },
      ],
      skipped: [
        { reason: "event of a finding of type UnusedIAMRole", count: 1 },
        { reason: "event with an error", count: 1 },
      ],
    });
  });

  test("in Security Hub's older format, also inside its events", () => {
    const file = resolve(folder, "asff.json");
    const expected = {
      ...NOTHING_FOUND,
      counts: [
        { ...COUNT, file },
        { ...COUNT, file, principalArn: USER, isActive: false },
      ],
      skipped: [{ reason: "Security Hub finding of another type", count: 1 }],
    };
    expect(read("asff.json")).toEqual(expected);
    const { Findings: findings } = JSON.parse(readFile(file).text) as { readonly Findings: readonly unknown[] };
    const event = { "detail-type": "Security Hub Findings - Imported", source: "aws.securityhub", detail: { findings } };
    expect(readFindings(file, JSON.stringify(event))).toEqual(expected);
  });

  test("in OCSF before 1.8", () => {
    expect(read("ocsf-counts.json")).toEqual({
      ...NOTHING_FOUND,
      counts: [
        {
          principalArn: USER,
          actions: 12,
          services: 1,
          isActive: true,
          updatedAt: "2026-10-31T07:25:34.000Z",
          findingId: null,
          analyzerArn: null,
          file: resolve(folder, "ocsf-counts.json"),
        },
      ],
      skipped: [{ reason: "Security Hub finding of another type", count: 1 }],
    });
  });
});

test("Security Hub findings in OCSF that name actions: what one policy's analysis shows as used is used", () => {
  const { findings, ...nothing } = read("ocsf.json");
  expect(nothing).toEqual({ counts: [], credentials: [], recommendations: [], skipped: [] });
  const finding = {
    id: "22222222-0000-4000-8000-00000000d001",
    principalArn: ROLE,
    status: "ACTIVE",
    analyzedAt: "2026-10-31T07:25:34.000Z",
    updatedAt: "2026-10-31T07:25:34.000Z",
    file: resolve(folder, "ocsf.json"),
    unused: ["s3 GetBucketAcl@2025-06-02", "sqs whole"],
  };
  // The same finding, from two Regions.
  expect(findings.map(({ unused, ...read }) => ({ ...read, unused: drawn(unused) }))).toEqual([finding, finding]);
});

test("Of a service in several of OCSF's analyses the latest use counts, and of named privileges only these are unused", () => {
  const analysis = (...services: readonly object[]): object => ({ service_privilege_analysis_list: services });
  const day = (written: string): number => Date.parse(written);
  const listed = { privilege_attack_info_list: [{ privilege_info_list: [{ name: "sqs:CreateQueue", is_unused: true }] }] };
  const value = {
    class_uid: 2008,
    time: day("2026-10-31"),
    finding_info: { uid: "f" },
    resources: [{ uid: ROLE }],
    permission_analysis_results: [
      analysis({ name: "sns", all_privileges_unused: true, last_used_time: day("2026-01-01") }, { name: "sqs", all_privileges_unused: true, ...listed }),
      analysis({ name: "SNS", all_privileges_unused: true, last_used_time: day("2026-10-01") }),
    ],
  };
  const { findings } = readFindings("/f.json", JSON.stringify({ Findings: [value] }));
  expect(findings.map(({ unused }) => [drawn(unused), unused.get("sns")?.lastAccessed])).toEqual([[["sns whole", "sqs CreateQueue"], "2026-10-01T00:00:00.000Z"]]);
});

describe("recommendations", () => {
  test("of IAM Access Analyzer", () => {
    const recommendation = { principalArn: ROLE, completedAt: "2026-01-05T08:00:04.413Z" };
    expect(read("recommendation.json")).toEqual({
      ...NOTHING_FOUND,
      recommendations: [
        { ...recommendation, policyId: POLICY, allows: ["s3:GetBucketAcl", "s3:ListBucket"] },
        { ...recommendation, policyId: "OrdersInline", allows: [] },
      ],
    });
  });

  test("of Security Hub", () => {
    expect(read("security-hub-recommendation.json")).toEqual({
      ...NOTHING_FOUND,
      recommendations: [{ principalArn: ROLE, completedAt: null, policyId: "OrdersInline", allows: ["s3:ListBucket"] }],
    });
  });

  test("that failed", () => {
    expect(readFindings("/f.json", JSON.stringify({ status: "FAILED", error: { code: "UNSUPPORTED" }, resourceArn: ROLE, recommendedSteps: [] }))).toEqual({
      ...NOTHING_FOUND,
      skipped: [{ reason: "recommendation that failed (UNSUPPORTED)", count: 1 }],
    });
  });
});

test.each(["bom.json", "utf-16.json"])("the encoding of %s does not matter", (name) => {
  const path = resolve(folder, "../good/cli.json");
  const plain = readFindings(path, readFile(path).text);
  expect(read(name)).toEqual({ ...plain, findings: plain.findings.map((finding) => ({ ...finding, file: resolve(folder, name) })) });
});

test("every fixture is read", () => {
  for (const name of readdirSync(folder)) expect(read(name)).not.toEqual(NOTHING_FOUND);
});
