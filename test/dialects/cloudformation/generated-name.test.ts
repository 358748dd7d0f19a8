import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { generatedName, sameWhenCut } from "../../../src/dialects/cloudformation/generated-name.js";
import { matchesName } from "../../../src/model/principal.js";

/** What CloudFormation makes of a stack's name and a logical id, written from its results rather than from our pattern. */
function forward(stack: string, id: string, tail: string): string {
  const budget = 64 - 2 - tail.length;
  if (stack.length + id.length <= budget) return `${stack}-${id}-${tail}`;
  const half = 25;
  const idPart = stack.length < budget - half ? id.slice(0, budget - stack.length) : id.slice(0, half);
  const stackPart = stack.slice(0, budget - idPart.length);
  return `${stackPart}-${idPart}-${tail}`;
}

const stackName = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,60}$/u);
const logicalId = fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{0,70}$/u);
const newTail = fc.stringMatching(/^[A-Za-z0-9]{12}$/u);
const oldTail = fc.stringMatching(/^[A-Z0-9]{12,13}$/u);

function matches(id: string, name: string): boolean {
  return matchesName({ ...generatedName(id), ...{ fixed: 64 } }, name);
}

describe("generated names", () => {
  test.each([
    ["OrdersRole", "orders-prod-OrdersRole-1ABCDEFGHIJKL"],
    ["OrdersRole", "orders-OrdersRole-Ab3dEf6hIj9k"],
    ["NightlySummariesJobFunctionRole", "OrdersAnalyticsReportingS-NightlySummariesJobFuncti-AbCdEfGhIjKl"],
    ["CustomCDKBucketDeployment8693BB64968944B69AAFB0CC9EB8756CServiceRole89A01265", "orders-platform-frontend--CustomCDKBucketDeployment-AbCdEfGhIjKl"],
    ["CustomCDKBucketDeployment8693BB64968944B69AAFB0CC9EB8756CServiceRole89A01265", "orders-demo-compute-CustomCDKBucketDeployment8693BB-AbCdEfGhIjKl"],
  ])("%s: %s", (id, name) => {
    expect(matches(id, name)).toBe(true);
  });

  test.each([
    ["OrdersRole", "orders-NewOrdersRole-Ab3dEf6hIj9k", "another id"],
    ["OrdersRole", "orders-OrdersRole-Ab3dEf6hIj9", "a tail that is too short"],
    ["OrdersRole", "orders-OrdersRole-Ab3dEf6hIj9kx", "a mixed tail that is too long"],
    ["OrdersRole", "-OrdersRole-Ab3dEf6hIj9k", "no stack"],
    ["OrdersRole", "OrdersRole", "no generated name"],
    ["OrdersAnalyticsReportingSummaries", "orders-OrdersAnalyticsReportingS-Ab3dEf6hIj9k", "a cut without need"],
    ["OrdersAnalyticsReportingSummaries", "OrdersAnalyticsReportingStackOne-OrdersAnalyticsRep-Ab3dEf6hIj9k", "too much of the stack's name"],
  ])("%s: not %s (%s)", (id, name) => {
    expect(matches(id, name)).toBe(false);
  });

  test("match what CloudFormation makes of any stack and logical id", () => {
    fc.assert(
      fc.property(stackName, logicalId, fc.oneof(newTail, oldTail), (stack, id, tail) => {
        const name = forward(stack, id, tail);
        expect(name.length).toBeLessThanOrEqual(64);
        expect(matches(id, name)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  test("match nothing that no stack could bring about", () => {
    // Whatever a pattern matches, some stack's name leads to: the part before the id, or one that begins with it.
    fc.assert(
      fc.property(stackName, logicalId, logicalId, newTail, fc.nat(60), (stack, id, other, tail, cut) => {
        for (const part of [id.slice(0, cut), other, id]) {
          // Half of the names are as long as names can be.
          const room = 64 - 2 - part.length - tail.length;
          const before = cut % 2 === 0 ? stack : stack.padEnd(room, "s").slice(0, Math.max(room, 0));
          const name = `${before}-${part}-${tail}`;
          if (!matches(id, name)) continue;
          const origins = [before, `${before}${"x".repeat(60)}`];
          expect(origins.map((origin) => forward(origin, id, tail))).toContain(name);
        }
      }),
      { numRuns: 3000 },
    );
  });

  test("know how much of the id is certain", () => {
    expect(generatedName("OrdersRole")).toMatchObject({ fixed: 10, id: "OrdersRole", shown: "<stack>-OrdersRole-<tail>" });
    expect(generatedName("A".repeat(40))).toMatchObject({ fixed: 25, id: "A".repeat(40) });
  });

  test("of two ids can be the same only if both say so", () => {
    fc.assert(
      fc.property(stackName, stackName, logicalId, fc.nat(40), logicalId, newTail, (one, two, id, kept, rest, tail) => {
        const other = id.slice(0, kept) + rest;
        if (other === id || !matches(id, forward(two, other, tail))) return;
        expect(sameWhenCut(id, other)).toBe(true);
        expect(forward(one, id, tail).length).toBeLessThanOrEqual(64);
      }),
      { numRuns: 3000 },
    );
    expect(sameWhenCut("OrdersRole", "OrdersRoleTwo")).toBe(false);
    expect(sameWhenCut("OrdersAnalyticsReportingSummaries", "OrdersAnalyticsReportingStatements")).toBe(true);
  });
});
