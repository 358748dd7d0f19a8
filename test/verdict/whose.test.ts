import { describe, expect, test } from "vitest";
import { recommendationTable, tableOf, type Evidence } from "../../src/evidence.js";
import type { PolicyDocument } from "../../src/model/policy.js";
import type { AccountsOf, PrincipalName, PrincipalReference } from "../../src/model/principal.js";
import type { PrincipalEvidence } from "../../src/model/usage.js";
import { confidenceOf, whoseIs } from "../../src/verdict/whose.js";

const [A, B, C] = ["111122223333", "444455556666", "777788889999"] as const;

function principal(name: string, account: string = A): PrincipalEvidence {
  return { arn: `arn:aws:iam::${account}:role/${name}`, kind: "role", name, account, analyzedAt: "2026-09-01T00:00:00Z", findingIds: ["f"], unused: new Map() };
}

function evidence(principals: readonly PrincipalEvidence[], settled: readonly PrincipalEvidence[] = []): Evidence {
  return { files: [], principals: tableOf(principals), settled: tableOf(settled), policies: tableOf([]), counts: [], credentials: [], recommendations: recommendationTable([]), skipped: [], fingerprint: "" };
}

function literal(name: string, place?: string): PrincipalReference {
  return { kind: "role", address: `role.${name}`, name: { kind: "literal", name }, ...(place === undefined ? {} : { declared: { in: place, address: `role.${name}` } }) };
}

function arn(text: string): PrincipalReference {
  return { kind: "role", address: text, name: { kind: "arn", arn: text } };
}

function generated(id: string, stack = "<stack>"): Extract<PrincipalName, { kind: "pattern" }> {
  return { kind: "pattern", regex: `^.+-${id}-.+$`, fixed: id.length, shown: `${stack}-${id}-<tail>`, id };
}

function whose(principals: readonly PrincipalReference[], known: Evidence, accountsOf: AccountsOf = () => null): Record<string, unknown> {
  const document: PolicyDocument = { address: "policy", holder: "role", span: { start: 0, end: 0 }, statements: [], opaque: [], element: null, attachment: { principals, open: [] } };
  const found = whoseIs(document, { attachment: document.attachment, policies: [], isCovering: false, others: null }, known, accountsOf);
  return {
    principals: found.principals.map(({ name, account }) => `${name}@${account}`),
    without: found.without.map(({ address }) => address),
    because: found.because,
    lacking: found.lacking,
    byPattern: Object.fromEntries(found.byPattern),
  };
}

const NOTHING = { principals: [], without: [], because: [], lacking: [], byPattern: {} };

describe("whose a document is", () => {
  const orders = [principal("orders"), principal("orders", B), principal("orders", C)];

  test("in every account that the findings show, if nobody said which", () => {
    expect(whose([literal("orders")], evidence(orders))).toEqual({ ...NOTHING, principals: [`orders@${A}`, `orders@${B}`, `orders@${C}`] });
    expect(whose([literal("orders")], evidence(orders.slice(0, 2), orders.slice(2)))).toEqual({ ...NOTHING, principals: [`orders@${A}`, `orders@${B}`], without: ["role.orders"] });
  });

  test("in the accounts that the user named only, and in all of these", () => {
    const at = (...accounts: readonly string[]): Record<string, unknown> => whose([literal("orders")], evidence(orders.slice(0, 2), orders.slice(2)), () => accounts);
    expect(at(A)).toEqual({ ...NOTHING, principals: [`orders@${A}`] });
    expect(at(A, B)).toEqual({ ...NOTHING, principals: [`orders@${A}`, `orders@${B}`] });
    expect(at(A, C)).toEqual({
      ...NOTHING,
      principals: [`orders@${A}`],
      without: ["role.orders"],
      lacking: [`there is no evidence in account ${C} for role.orders`],
    });
    expect(at("000000000000")).toEqual({ ...NOTHING, without: ["role.orders"], because: [`the findings for role.orders are of account ${A}, in which it is not deployed`] });
  });

  test("what one declaration became in several deployments counts together", () => {
    const declared = (name: string): PrincipalReference => ({ ...arn(`arn:aws:iam::*:role/${name}`), declared: { in: "/infra", address: "aws_iam_role.app" } });
    const known = evidence([principal("prod-app"), principal("dev-app", B)]);
    const scope = (): readonly string[] => [A, B];
    expect(whose([declared("prod-app"), declared("dev-app")], known, scope)["lacking"]).toEqual([]);
    expect(whose([declared("prod-app"), literal("dev-app", "/other")], known, scope)["lacking"]).toEqual([
      `there is no evidence in account ${B} for arn:aws:iam::*:role/prod-app`,
      `there is no evidence in account ${A} for role.dev-app`,
    ]);
  });

  test("an ARN beside declared principals is of its own account", () => {
    const known = evidence([...orders, principal("manual", B)]);
    const scope = (): readonly string[] => [A, B];
    expect(whose([literal("orders"), arn(`arn:aws:iam::${B}:role/manual`)], known, scope)["lacking"]).toEqual([]);
    expect(whose([arn(`arn:aws:iam::${B}:role/manual`)], known, scope)["lacking"]).toEqual([`there is no evidence in account ${A} for arn:aws:iam::${B}:role/manual`]);
    expect(whose([arn(`arn:aws:iam::${B}:role/manual`), arn(`arn:aws:iam::${A}:role/orders`)], known, scope)["lacking"]).toEqual([]);
  });

  test("a principal that one reference means exactly is matched exactly", () => {
    const known = evidence([principal("prod-orders-x"), principal("test-orders-x")]);
    const pattern: PrincipalReference = { kind: "role", address: "role.orders", name: generated("orders") };
    expect(whose([pattern, literal("prod-orders-x")], known)).toEqual({
      ...NOTHING,
      principals: [`prod-orders-x@${A}`, `test-orders-x@${A}`],
      byPattern: { [`arn:aws:iam::${A}:role/test-orders-x`]: "<stack>-orders-<tail>" },
    });
  });
});

describe("the confidence of a match", () => {
  test.each<[string, PrincipalName, string, "exact" | "pattern"]>([
    ["a literal name", { kind: "literal", name: "orders" }, "orders", "exact"],
    ["an ARN", { kind: "arn", arn: `arn:aws:iam::${A}:role/app/orders` }, "orders", "exact"],
    ["an ARN of any account", { kind: "arn", arn: "arn:*:iam::*:role/app/orders" }, "orders", "exact"],
    ["an ARN of any path", { kind: "arn", arn: `arn:aws:iam::${A}:role/*orders` }, "orders", "pattern"],
    ["an ARN of any name", { kind: "arn", arn: `arn:aws:iam::${A}:role/orders-*` }, "orders-x", "pattern"],
    ["a logical id", generated("OrdersRole"), "prod-OrdersRole-AbCdEfGhIjKl", "pattern"],
    ["a logical id with a digest", generated("OrdersRole1A2B3C4D"), "prod-OrdersRole1A2B3C4D-AbCdEfGhIjKl", "exact"],
    ["a logical id with a digest, in a known stack", generated("OrdersRole1A2B3C4D", "prod"), "prod-OrdersRole1A2B3C4D-AbCdEfGhIjKl", "exact"],
    ["a logical id whose digest was cut off", generated("OrdersReportingSummariesRole1A2B3C4D"), "prod-OrdersReportingSummariesR-AbCdEfGhIjKl", "pattern"],
    ["a written name that looks like it", { ...generated("ORDERS1A2B3C4D"), shown: "<env>-ORDERS1A2B3C4D-<x>" }, "prod-ORDERS1A2B3C4D-1", "pattern"],
  ])("by %s", (_by, name, found, expected) => {
    expect(confidenceOf({ kind: "role", address: "x", name }, { name: found })).toBe(expected);
  });

  test("is what is known otherwise", () => {
    expect(confidenceOf({ kind: "role", address: "x", name: generated("OrdersRole"), confidence: "exact" }, { name: "prod-OrdersRole-x" })).toBe("exact");
    expect(confidenceOf({ ...literal("orders"), confidence: "pattern" }, { name: "orders" })).toBe("pattern");
  });
});
