import { describe, expect, test } from "vitest";
import { recommendationTable, tableOf, type Evidence } from "../../src/evidence.js";
import type { Exception } from "../../src/exceptions/exceptions.js";
import { builtInCatalogue } from "../../src/iam/catalogue.js";
import { policyFile } from "../../src/dialects/policy-json.js";
import type { LocatedPolicies } from "../../src/model/policy.js";
import type { AccountsOf, PrincipalReference } from "../../src/model/principal.js";
import type { PrincipalEvidence } from "../../src/model/usage.js";
import { judge, type JudgeOptions } from "../../src/verdict.js";
import { mayMean } from "../../src/verdict/whose.js";
import { reported } from "../iam/reported.js";

const [A, B] = ["111122223333", "444455556666"] as const;
const UNUSED = { sqs: ["PurgeQueue", "DeleteQueue"] };
const TEXT = '{"Statement":[{"Effect":"Allow","Action":["sqs:PurgeQueue","sqs:DeleteQueue","sqs:SendMessage"],"Resource":"*"}]}';

function evidenceOf(kind: "role" | "policy", name: string, account: string = A): PrincipalEvidence {
  return { arn: `arn:aws:iam::${account}:${kind}/${name}`, kind, name, account, analyzedAt: "2026-09-01T00:00:00Z", findingIds: ["f"], unused: reported(UNUSED) };
}

function role(name: string): PrincipalReference {
  return { kind: "role", address: `aws_iam_role.${name}`, name: { kind: "literal", name }, declared: { in: "/infra", address: `aws_iam_role.${name}` } };
}

function arn(name: string, account: string): PrincipalReference {
  const address = `role "${name}" in account ${account}`;
  return { kind: "role", address, name: { kind: "arn", arn: `arn:aws:iam::${account}:role/${name}` } };
}

/** A managed policy of which there is a report in account A, and a finding for the role `orders`. */
function judged(principals: readonly PrincipalReference[], more: Partial<JudgeOptions> = {}, policies: readonly PrincipalEvidence[] = [evidenceOf("policy", "shared")]): readonly string[] {
  const evidence: Evidence = {
    files: [],
    principals: tableOf([evidenceOf("role", "orders")]),
    policies: tableOf(policies),
    settled: tableOf([]),
    counts: [],
    credentials: [],
    recommendations: recommendationTable([]),
    skipped: [],
    fingerprint: "",
  };
  const read = policyFile({ path: "/p.json", text: TEXT, tree: null, principals: ["arn:aws:iam::*:role/x"] });
  const located: LocatedPolicies = {
    ...read,
    documents: read.documents.map((document) => ({
      ...document,
      attachment: { principals, open: ["an output hands it on"] },
      managed: { names: [{ kind: "literal", name: "shared" }], elsewhere: ["an output hands it on"] },
    })),
  };
  const [judgement] = judge(TEXT, located, { evidence, catalogue: builtInCatalogue(), protectedActions: [], rivals: () => [], ...more });
  if (judgement?.outcome.kind !== "judged") return [judgement?.outcome.kind ?? "nothing"];
  return judgement.outcome.verdicts.map(({ entry, applicability, withheld }) => `${entry.value}: ${withheld ?? applicability}`);
}

const FIXED = ["sqs:PurgeQueue: fix", "sqs:DeleteQueue: fix"];
const both = (clause: string): readonly string[] => FIXED.map((each) => each.replace(": fix", `: ${clause}`));
const inBoth: AccountsOf = () => [A, B];

describe("a report of a managed policy", () => {
  test("answers for those who have no finding, in its account", () => {
    expect(judged([role("orders"), role("worker")])).toEqual(FIXED);
    expect(judged([role("orders"), arn("manual", A)])).toEqual(FIXED);
    expect(judged([role("orders"), arn("manual", B)])).toEqual(["no-finding"]);
  });

  test("must be there in every account that the user named", () => {
    expect(judged([role("orders")], { accountsOf: () => [A] })).toEqual(FIXED);
    expect(judged([role("orders")], { accountsOf: inBoth })).toEqual(both(`there is no evidence in account ${B} for the managed policy "shared"`));
    const reports = [evidenceOf("policy", "shared"), evidenceOf("policy", "shared", B)];
    expect(judged([role("orders")], { accountsOf: inBoth }, reports)).toEqual(FIXED);
    expect(judged([role("orders"), arn("manual", B)], { accountsOf: inBoth }, reports)).toEqual(FIXED);
    // Where the other account does not count, its report does not either.
    expect(judged([role("orders")], { accountsOf: () => [B] }, [evidenceOf("policy", "shared", B)])).toEqual(both(`only its name ties it to the managed policy "shared" in account ${B}`));
  });

  test("does not take protection from those whom only the source names", () => {
    expect(judged([role("orders"), role("break-glass")], { protectedPrincipals: ["arn:aws:iam::*:role/break-*"] })).toEqual(both("aws_iam_role.break-glass is protected"));
    expect(judged([role("orders"), arn("break-glass", A)], { protectedPrincipals: [`arn:aws:iam::${A}:role/break-*`] })).toEqual(both(`role "break-glass" in account ${A} is protected`));
    expect(judged([role("orders"), arn("break-glass", A)], { protectedPrincipals: [`arn:aws:iam::${B}:role/break-*`] })).toEqual(FIXED);
  });

  test("nor exceptions", () => {
    const exception = (principal: string): Exception => ({ principal, actions: ["sqs:Purge*"], reason: "r", expires: null, file: "/e.yaml", line: 1 });
    expect(judged([role("orders"), role("worker")], { exceptions: [exception("worker")] })).toEqual(["sqs:DeleteQueue: fix"]);
    expect(judged([role("orders"), role("worker")], { exceptions: [exception(`arn:aws:iam::${A}:role/ops/work*`)] })).toEqual(["sqs:DeleteQueue: fix"]);
    const other = `an output hands it on, and an exception is about "other", who may have it, too`;
    expect(judged([role("orders"), role("worker")], { exceptions: [exception("other")] })).toEqual(both(other));
    expect(judged([role("orders"), role("worker")], { exceptions: [exception(`arn:aws:iam::${B}:role/other`)] })).toEqual(FIXED);
  });
});

test("a glob and a principal whose ARN is not known", () => {
  const literal = role("orders-api");
  const about = (reference: PrincipalReference, ...globs: readonly string[]): readonly boolean[] => globs.map((glob) => mayMean(glob, reference));
  expect(about(literal, "orders-*", "arn:aws:iam::*:role/orders-*", "arn:aws:iam::*:role/team/*", "arn:aws:iam::*:*", "*", "billing", "arn:aws:iam::*:role/billing-*")).toEqual([
    true, true, true, true, true, false, false,
  ]);
  expect(about(arn("orders-api", A), "orders-*", `arn:aws:iam::${A}:role/orders-*`, `arn:aws:iam::${B}:role/orders-*`)).toEqual([true, true, false]);
});
