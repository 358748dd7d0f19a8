import { describe, expect, test } from "vitest";
import { BadInput } from "../../src/findings/bad-input.js";
import { readFindings } from "../../src/findings/format.js";
import { mergeHolder } from "../../src/findings/merge-holder.js";
import { drawn } from "./drawn.js";

const ARN = "arn:aws:iam::111122223333:role/OrdersRole";

/** Actions with the day of their last use, or null. */
type Uses = Readonly<Record<string, string | null>>;

function finding(day: string, actions: Uses | null, more: object = {}): object {
  const listed = Object.entries(actions ?? {}).map(([action, lastAccessed]) => ({ action, lastAccessed }));
  const findingDetails = actions === null ? [] : [{ unusedPermissionDetails: { serviceNamespace: "s3", actions: listed } }];
  return { id: `finding of ${day}`, findingType: "UnusedPermission", status: "ACTIVE", resource: ARN, analyzedAt: day, findingDetails, ...more };
}

function report(day: string, actions: Uses, more: object = {}, services: readonly object[] = []): object {
  const tracked = Object.entries(actions).map(([ActionName, LastAccessedTime]) => ({ ActionName, LastAccessedTime }));
  const s3 = { ServiceNamespace: "s3", LastAuthenticated: day, TrackedActionsLastAccessed: tracked };
  return { Arn: ARN, CreateDate: "2020-01-01", JobStatus: "COMPLETED", JobCreationDate: day, JobCompletionDate: day, ServicesLastAccessed: [s3, ...services], ...more };
}

interface Result {
  readonly unused: readonly string[] | null;
  readonly skipped: readonly string[];
}

function merged(values: readonly object[], unusedFor: number | null = null): Result {
  const { findings, counts } = readFindings("/findings.json", JSON.stringify(values));
  const { holder, skipped } = mergeHolder(ARN, findings, counts, unusedFor);
  return {
    unused: holder.merged === null ? null : [holder.merged.analyzedAt.slice(0, 10), ...drawn(holder.merged.unused)],
    skipped: skipped.map(({ reason, count }) => `${String(count)} × ${reason}`),
  };
}

const unused = (values: readonly object[], unusedFor?: number): Result["unused"] => merged(values, unusedFor).unused;

describe("last-accessed data", () => {
  const uses: Uses = { GetA: null, GetB: "2026-10-30", GetC: "2026-06-01" };

  test("without days, only what was never used counts", () => {
    expect(unused([report("2026-10-31", uses)])).toEqual(["2026-10-31", "s3 GetA"]);
  });

  test("with days, also what was not used for as many", () => {
    expect(unused([report("2026-10-31", uses)], 90)).toEqual(["2026-10-31", "s3 GetA GetC@2026-06-01"]);
    expect(unused([report("2026-10-31", uses)], 152)).toEqual(["2026-10-31", "s3 GetA"]);
    expect(unused([report("2026-10-31", uses)], 151)).toEqual(["2026-10-31", "s3 GetA GetC@2026-06-01"]);
  });

  test("of whole services", () => {
    const services = [
      { ServiceNamespace: "sns" },
      { ServiceNamespace: "sqs", LastAuthenticated: "2026-01-01" },
      { ServiceNamespace: "kms", TotalAuthenticatedEntities: 1 },
      { ServiceNamespace: "ec2", LastAuthenticated: "2026-01-01", TrackedActionsLastAccessed: [{ ActionName: "RunInstances", LastAccessedTime: "2026-10-30" }, { ActionName: "StopInstances" }] },
      { ServiceNamespace: "sts", LastAuthenticated: "2026-10-31" },
    ];
    expect(unused([report("2026-10-31", {}, {}, services)])).toEqual(["2026-10-31", "ec2 StopInstances", "sns whole"]);
    expect(unused([report("2026-10-31", {}, {}, services)], 90)).toEqual(["2026-10-31", "ec2 StopInstances", "sns whole", "sqs whole"]);
    expect(unused([report("2026-10-31", uses, { JobType: "SERVICE_LEVEL" }, services)], 90)).toEqual(["2026-10-31", "sns whole", "sqs whole"]);
  });

  test("a service that was used at an unknown time is not unused as a whole, whatever is known of its actions", () => {
    const services = [{ ServiceNamespace: "kms", TotalAuthenticatedEntities: 1, TrackedActionsLastAccessed: [{ ActionName: "Sign", LastAccessedTime: "2026-01-01" }, { ActionName: "Verify" }] }];
    expect(unused([report("2026-10-31", {}, {}, services)], 90)).toEqual(["2026-10-31", "kms Sign@2026-01-01 Verify"]);
  });

  test("of a principal that is too young says nothing", () => {
    expect(unused([report("2026-10-31", uses, { CreateDate: "2026-08-03" })])).toEqual(["2026-10-31"]);
    expect(unused([report("2026-10-31", uses, { CreateDate: "2026-08-02" })])).toEqual(["2026-10-31", "s3 GetA"]);
    expect(unused([report("2026-10-31", uses, { CreateDate: "2026-08-02" })], 180)).toEqual(["2026-10-31"]);
    // Without the day, a known use must be that old.
    expect(unused([report("2026-10-31", { GetA: null }, { CreateDate: null })])).toEqual(["2026-10-31"]);
    expect(unused([report("2026-10-31", { GetA: null, GetB: "2026-01-01" }, { CreateDate: null })])).toEqual(["2026-10-31", "s3 GetA"]);
  });

  test("the pages of one job are united, in any order", () => {
    const first = report("2026-10-31", { GetA: null }, { IsTruncated: true, Marker: "1" }, [{ ServiceNamespace: "sns" }]);
    const last = report("2026-10-31", { GetB: null, GetA: "2026-10-30" }, { IsTruncated: false }, [{ ServiceNamespace: "sqs" }]);
    const united = ["2026-10-31", "s3 GetB", "sns whole", "sqs whole"];
    expect(unused([first, last])).toEqual(united);
    expect(unused([last, first, last])).toEqual(united);
  });

  test("a missing last page is refused", () => {
    const page = report("2026-10-31", uses, { IsTruncated: true, Marker: "1" });
    expect(() => merged([page, page])).toThrow(
      new BadInput(
        `/findings.json: the last page of the last-accessed data of ${ARN} is missing (IsTruncated is true on all that are there): fetch the other pages with --marker, or export it again with ` +
          `\`aws iam generate-service-last-accessed-details --granularity ACTION_LEVEL --arn ${ARN}\` and then \`aws iam get-service-last-accessed-details --max-items 1000 --job-id <job id> --output json\`.`,
      ),
    );
  });

  test("the newest counts, and those of the same time are intersected", () => {
    const values = [report("2026-10-31", { GetA: null, GetB: null }), report("2026-10-30", { GetA: null }), report("2026-10-01", {})];
    expect(merged(values)).toEqual({ unused: ["2026-10-30", "s3 GetA"], skipped: ["1 × last-accessed data older than the principal's newest"] });
  });
});

describe("findings and last-accessed data of one principal", () => {
  test("count only in what both say, when both are recent", () => {
    expect(merged([finding("2026-10-01", { GetA: null, GetB: null }), report("2026-10-31", { GetB: null, GetC: null })])).toEqual({
      unused: ["2026-10-01", "s3 GetB"],
      skipped: [],
    });
  });

  test("the newer counts when the other is more than 30 days older", () => {
    const why = (what: string): string => `1 × ${what} of a principal of which there is newer evidence of another kind`;
    expect(merged([finding("2026-09-30", { GetA: null }), report("2026-10-31", { GetC: null })])).toEqual({ unused: ["2026-10-31", "s3 GetC"], skipped: [why("finding")] });
    expect(merged([report("2026-09-30", { GetC: null }), finding("2026-10-31", { GetA: null })])).toEqual({ unused: ["2026-10-31", "s3 GetA"], skipped: [why("last-accessed data")] });
  });

  test("an accepted finding keeps everything, however old", () => {
    const values = [finding("2024-01-01", { GetA: null }, { status: "ARCHIVED" }), report("2026-10-31", { GetA: null })];
    expect(merged(values)).toEqual({ unused: null, skipped: ["1 × ARCHIVED finding"] });
  });

  test("a resolved finding keeps everything until there is newer evidence", () => {
    const resolved = finding("2026-10-20", { GetA: null }, { status: "RESOLVED" });
    expect(unused([resolved, report("2026-10-31", { GetA: null })])).toBeNull();
    expect(unused([resolved, report("2026-11-20", { GetA: null })])).toEqual(["2026-11-20", "s3 GetA"]);
  });

  test("a failed analysis says nothing", () => {
    const failed = finding("2026-11-01", null, { error: "INTERNAL_ERROR" });
    expect(unused([failed])).toBeNull();
    expect(unused([failed, finding("2026-10-01", { GetA: null })])).toEqual(["2026-10-01", "s3 GetA"]);
    expect(unused([failed, report("2026-10-01", { GetA: null })])).toEqual(["2026-10-01", "s3 GetA"]);
  });
});

describe("findings of an analyzer", () => {
  test("with days, what was used since does not count", () => {
    const one = finding("2026-10-31", { GetA: null, GetB: "2026-10-01", GetC: "2026-06-01" });
    expect(unused([one])).toEqual(["2026-10-31", "s3 GetA GetB@2026-10-01 GetC@2026-06-01"]);
    expect(unused([one], 90)).toEqual(["2026-10-31", "s3 GetA GetC@2026-06-01"]);
  });

  test("one that was resolved after all others were made leaves nothing unused", () => {
    const active = finding("2026-10-30T07:00:00Z", { GetA: null }, { id: "account" });
    const resolved = (time: string): object => finding(time, { GetA: null }, { id: "organization", status: "RESOLVED" });
    expect(merged([active, resolved("2026-10-31T06:00:00Z")])).toEqual({
      unused: null,
      skipped: ["1 × RESOLVED finding", "1 × ACTIVE finding of a principal of which a newer one is RESOLVED"],
    });
    // What is left after a fix is a new finding of the same run.
    expect(unused([active, resolved("2026-10-30T07:00:09Z")])).toEqual(["2026-10-30", "s3 GetA"]);
    expect(unused([active, resolved("2026-10-29T07:00:00Z")])).toEqual(["2026-10-30", "s3 GetA"]);
  });

  test("of exports of the same finding, one that does not tell when it was updated hides no newer analysis", () => {
    const undated = finding("2026-10-20", { GetA: null, GetB: null }, { id: "f" });
    const newer = finding("2026-10-31", { GetB: null }, { id: "f", updatedAt: "2026-10-05" });
    expect(unused([undated, newer])).toEqual(["2026-10-31", "s3 GetB"]);
    expect(unused([newer, undated])).toEqual(["2026-10-31", "s3 GetB"]);
  });

  test("without details keep everything that their principal is granted", () => {
    expect(unused([finding("2026-10-31", null)])).toBeNull();
    expect(unused([finding("2026-10-31", null, { id: "east" }), finding("2026-10-31", { GetA: null }, { id: "west" })])).toBeNull();
    expect(unused([finding("2026-10-01", null, { id: "east" }), finding("2026-10-31", { GetA: null }, { id: "west" })])).toEqual(["2026-10-31", "s3 GetA"]);
  });
});

describe("counts", () => {
  const event = (day: string, status: string, actions: number): object => ({
    "detail-type": "Unused Access Finding for IAM entities",
    time: day,
    detail: { findingId: "f1", resource: ARN, status, numberOfUnusedActions: actions, numberOfUnusedServices: 0, updatedAt: day },
  });

  function counted(values: readonly object[]): readonly [number | null, readonly string[]] {
    const { findings, counts } = readFindings("/findings.json", JSON.stringify(values));
    const { holder, skipped } = mergeHolder(ARN, findings, counts, null);
    return [holder.count?.actions ?? null, skipped.map(({ reason, count }) => `${String(count)} × ${reason}`)];
  }

  test("the newest is kept while nothing else is known", () => {
    expect(counted([event("2026-10-30", "ACTIVE", 3), event("2026-10-31", "ACTIVE", 5)])).toEqual([5, []]);
  });

  test("of what is no longer active nothing is", () => {
    expect(counted([event("2026-10-30", "ACTIVE", 3), event("2026-10-31", "RESOLVED", 0)])).toEqual([null, ["2 × count of unused actions of a finding that is no longer ACTIVE"]]);
  });

  test("beside the finding itself it says nothing more", () => {
    expect(counted([event("2026-10-31", "ACTIVE", 5), finding("2026-10-31", { GetA: null })])).toEqual([
      null,
      ["1 × count of unused actions without their names, of a principal whose findings are there"],
    ]);
  });
});
