import { describe, expect, it } from "vitest";
import { exceedsQuota, overQuota, policySize } from "../../src/iam/quota.js";

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
    expect(overQuota(holder, 10, limit)).toBeNull();
    expect(overQuota(holder, 10, limit + 1)).toMatch(/^the policy would grow from 10 to [\d,]+ characters, and the quota of /u);
  });

  it("tells both numbers", () => {
    expect(overQuota("managed", 1_000, 7_012)).toBe(
      "the policy would grow from 1,000 to 7,012 characters, and the quota of a managed policy is 6,144",
    );
  });

  it("says nothing of a policy that was too large before", () => {
    expect(overQuota("user", 3_000, 4_000)).toBeNull();
  });

  it("counts entries with quotes and comma in place of how the source spells them", () => {
    const frame = "x".repeat(2_048 - 10);
    const policy = { text: `${frame} "s3:*"`, without: ['"s3:*"'], before: ["s3:*"] };
    expect(exceedsQuota("user", { ...policy, after: ["s3:Get*"] })).toBeNull();
    expect(exceedsQuota("user", { ...policy, after: ["s3:Get*a"] })).toBe(
      "the policy would grow from 2,045 to 2,049 characters, and the quota of the inline policies of a user is 2,048",
    );
    expect(exceedsQuota("user", { ...policy, after: [] })).toBeNull();
  });
});
