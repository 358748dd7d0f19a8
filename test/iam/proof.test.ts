import { describe, expect, it } from "vitest";
import { provesNarrower } from "../../src/iam/proof.js";
import { matching, serviceActions } from "../../src/iam/service-actions.js";

const S3 = serviceActions(["GetBucketAcl", "GetBucketPolicy", "GetBucketPolicyStatus", "GetObject", "PutObject"]);

/** Is it proven that `entries` replace `Get…` so that `kept` stays and `gone` goes? */
function proven(pattern: string, entries: readonly string[], kept: readonly string[], gone: readonly string[]): boolean {
  return provesNarrower(S3, { pattern, entries, kept: kept.flatMap((name) => matching(S3, name)), gone });
}

describe("the proof", () => {
  const policy = ["GetBucketPolicy", "GetBucketPolicyStatus"];

  it("holds for what matches all that stays and nothing else", () => {
    expect(proven("Get*", ["getbucketpolicy*", "GetObject"], [...policy, "GetObject"], ["getbucketacl"])).toBe(true);
    expect(proven("Get*", ["GetBucketP*", "GetBucketPolicy*"], policy, ["getbucketacl", "getobject"])).toBe(true);
    expect(proven("Get*", [], [], ["getbucketacl", "getbucketpolicy", "getbucketpolicystatus", "getobject"])).toBe(true);
  });

  it("fails when something is lost", () => {
    expect(proven("Get*", ["GetBucketPolicy"], policy, ["getbucketacl", "getobject"])).toBe(false);
    expect(proven("Get*", [], policy, ["getbucketacl", "getobject"])).toBe(false);
    expect(proven("Get*", ["GetObject", "GetBucketPolicy"], policy, ["getbucketacl"])).toBe(false);
  });

  it("fails when something else is granted", () => {
    expect(proven("Get*", ["GetBucket*"], policy, ["getbucketacl", "getobject"])).toBe(false);
    expect(proven("*", ["GetBucketPolicy*", "PutObject"], policy, ["getbucketacl"])).toBe(false);
  });

  it("fails when what goes is said to stay", () => {
    expect(proven("Get*", ["GetBucketPolicy*"], policy, ["getbucketpolicystatus"])).toBe(false);
  });

  it("fails when a name that the catalogue lacks is granted, by whichever entry", () => {
    const kept = [...policy, "GetObject"];
    expect(proven("Get*", ["GetBucketPolicy*", "GetObject"], kept, ["getbucketacl", "getobjectfuture"])).toBe(true);
    expect(proven("Get*", ["GetBucketPolicy*", "GetObject"], kept, ["getbucketpolicies", "getobjectfuture"])).toBe(true);
    expect(proven("Get*", ["GetBucketPolicy*", "GetObject"], kept, ["getobjectfuture", "getbucketpolicyfuture"])).toBe(false);
    expect(proven("Get*", ["GetBucketPolicy*", "GetObject*"], kept, ["getobjectfuture"])).toBe(false);
  });

  it("fails when one of the entries could match what the pattern does not, also later", () => {
    expect(proven("Get*", ["G*Policy*"], policy, ["getbucketacl", "getobject"])).toBe(false);
    expect(proven("Get*", ["GetBucketPolicy", "G*Status"], policy, ["getbucketacl", "getobject"])).toBe(false);
    expect(proven("*Policy*", ["GetBucketPolicy*"], policy, [])).toBe(true);
  });
});
