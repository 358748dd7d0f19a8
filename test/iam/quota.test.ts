import { describe, expect, it } from "vitest";
import { isQuotaHolder, overQuota, policySize, policySizes, quotaOf } from "../../src/iam/quota.js";

describe("quotas", () => {
  it("counts characters without white space", () => {
    expect(policySize(' {\n\t"Action": [ "s3:Get*" ]\r\n}')).toBe('{"Action":["s3:Get*"]}'.length);
  });

  it.each([
    ["managed", 6_144],
    ["role", 10_240],
    ["user", 2_048],
    ["group", 5_120],
    ["unknown", 6_144],
  ] as const)("holds %s to %d characters", (holder, limit) => {
    expect([isQuotaHolder(holder), quotaOf(holder)]).toEqual([true, limit]);
    expect(overQuota(holder, { before: 10, after: limit })).toBeNull();
    expect(overQuota(holder, { before: 10, after: limit + 1 })).toMatch(/^the policy would grow from 10 to [\d,]+ characters, and the quota of /u);
  });

  it("has none for anything else", () => {
    for (const other of ["", "Role", "toString", null, 0, ["role"]]) expect(isQuotaHolder(other)).toBe(false);
  });

  it("tells both numbers", () => {
    expect(overQuota("managed", { before: 1_000, after: 7_012 })).toBe(
      "the policy would grow from 1,000 to 7,012 characters, and the quota of a managed policy is 6,144",
    );
  });

  it("says nothing of a policy that was too large before", () => {
    expect(overQuota("user", { before: 2_048, after: 2_049 })).not.toBeNull();
    expect(overQuota("user", { before: 2_049, after: 2_050 })).toBeNull();
    expect(overQuota("user", { before: 3_000, after: 4_000 })).toBeNull();
  });

  it("counts entries with quotes and comma in place of how the source spells them", () => {
    const frame = "x".repeat(2_048 - 10);
    const policy = { text: `${frame} "s3:*"`, without: ['"s3:*"'], before: ["s3:*"] };
    expect(policySizes({ ...policy, after: ["s3:Get*"] })).toEqual({ before: 2_045, after: 2_048 });
    expect(policySizes({ ...policy, after: ["s3:Get*", "sqs:*"] })).toEqual({ before: 2_045, after: 2_056 });
    expect(policySizes({ ...policy, after: [] })).toEqual({ before: 2_045, after: 2_038 });
  });

  it("counts the policies that share the quota", () => {
    expect(policySizes({ text: "{ }", without: [], before: [], after: ["s3:*"] }, 100)).toEqual({ before: 102, after: 109 });
  });
});
