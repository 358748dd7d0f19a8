import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { unusedByAll } from "../src/evidence.js";
import type { PrincipalEvidence, UnusedAction, UnusedPermissions, UnusedService } from "../src/model/usage.js";

function principal(unused: UnusedPermissions): PrincipalEvidence {
  return {
    arn: "arn:aws:iam::111122223333:role/Orders",
    kind: "role",
    name: "Orders",
    account: "111122223333",
    analyzedAt: "2026-10-31T07:00:00.000Z",
    findingIds: ["f1"],
    unused,
  };
}

function both(...all: readonly UnusedPermissions[]): UnusedPermissions {
  return unusedByAll(all.map(principal));
}

const lastAccessed = fc.constantFrom(null, "2025-01-01T00:00:00.000Z", "2025-06-01T00:00:00.000Z", "2026-01-01T00:00:00.000Z");

const actions = fc
  .uniqueArray(fc.tuple(fc.constantFrom("GetA", "getA", "GetB", "GetC", "GETc"), lastAccessed), {
    minLength: 1,
    selector: ([name]) => name.toLowerCase(),
  })
  .map((entries) => new Map(entries.map(([name, used]): [string, UnusedAction] => [name.toLowerCase(), { name, lastAccessed: used }])));

const service = fc
  .record({ namespace: fc.constantFrom("s3", "S3", "sqs", "sns"), lastAccessed, actions: fc.option(actions) })
  .map(
    ({ actions: listed, ...rest }): UnusedService => ({ ...rest, whole: listed === null, actions: listed ?? new Map<string, UnusedAction>() }),
  );

const permissions = fc
  .uniqueArray(service, { selector: ({ namespace }) => namespace.toLowerCase() })
  .map((services): UnusedPermissions => new Map(services.map((entry) => [entry.namespace.toLowerCase(), entry])));

function isUnused(unused: UnusedPermissions, namespace: string, action: string): boolean {
  const found = unused.get(namespace);
  return found !== undefined && (found.whole || found.actions.has(action));
}

describe("what several principals do not use", () => {
  test("does not depend on their order", () => {
    fc.assert(
      fc.property(permissions, permissions, (a, b) => {
        expect(both(a, b)).toEqual(both(b, a));
      }),
    );
  });

  test("does not depend on their grouping", () => {
    fc.assert(
      fc.property(permissions, permissions, permissions, (a, b, c) => {
        expect(both(both(a, b), c)).toEqual(both(a, both(b, c)));
        expect(both(a, b, c)).toEqual(both(both(a, b), c));
      }),
    );
  });

  test("is what one does not use, if they are all the same", () => {
    fc.assert(
      fc.property(permissions, (a) => {
        expect(both(a, a)).toEqual(a);
        expect(both(a)).toEqual(a);
      }),
    );
  });

  test("is exactly what each of them does not use", () => {
    fc.assert(
      fc.property(permissions, permissions, (a, b) => {
        const shared = both(a, b);
        for (const namespace of ["s3", "sqs", "sns"]) {
          expect(shared.get(namespace)?.whole ?? false).toBe((a.get(namespace)?.whole ?? false) && (b.get(namespace)?.whole ?? false));
          for (const action of ["geta", "getb", "getc", "listed nowhere"]) {
            expect(isUnused(shared, namespace, action)).toBe(isUnused(a, namespace, action) && isUnused(b, namespace, action));
          }
        }
      }),
    );
  });

  test("of no principals is nothing", () => {
    expect(both()).toEqual(new Map());
  });
});

describe("the date of last use", () => {
  const early = "2025-01-01T00:00:00.000Z";
  const late = "2026-01-01T00:00:00.000Z";
  const whole = (used: string | null): UnusedPermissions =>
    new Map([["s3", { namespace: "s3", whole: true, lastAccessed: used, actions: new Map() }]]);
  const action = (used: string | null): UnusedPermissions =>
    new Map([
      ["s3", { namespace: "s3", whole: false, lastAccessed: null, actions: new Map([["geta", { name: "GetA", lastAccessed: used }]]) }],
    ]);
  const ofAction = (unused: UnusedPermissions): string | null | undefined => unused.get("s3")?.actions.get("geta")?.lastAccessed;

  test("is the latest of all", () => {
    expect(both(whole(early), whole(late), whole(null)).get("s3")?.lastAccessed).toBe(late);
    expect(ofAction(both(action(early), action(late), action(null)))).toBe(late);
  });

  test("of an action of a service that another does not use at all is no earlier than that service's", () => {
    expect(ofAction(both(action(early), whole(late)))).toBe(late);
    expect(ofAction(both(whole(null), action(early)))).toBe(early);
  });
});
