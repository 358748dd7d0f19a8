import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recommendationTable, tableOf, type Evidence } from "../../src/evidence.js";
import { inventoryOf } from "../../src/inventory/inventory.js";
import { readAuthorizationDetails } from "../../src/inventory/authorization-details.js";
import { withInventory } from "../../src/inventory/known.js";
import type { PolicyDocument } from "../../src/model/policy.js";
import type { PrincipalReference } from "../../src/model/principal.js";
import type { PrincipalEvidence } from "../../src/model/usage.js";
import { whoseIs } from "../../src/verdict/whose.js";
import { authorizationDetails } from "./export.js";

const ACCOUNTS = ["111122223333", "444455556666"] as const;
const NAMES = ["orders", "worker-a", "worker-b", "legacy"] as const;
const ELSEWHERE = "an output hands it on";
const OTHER = "something else";

/** A role of one account: is it there, does it have the policy, and is there a finding? */
interface Role {
  readonly account: string;
  readonly name: string;
  readonly exists: boolean;
  readonly attached: boolean;
  readonly reported: boolean;
}

interface World {
  readonly roles: readonly Role[];
  /** Accounts of which there is an inventory. */
  readonly inventoried: readonly string[];
  /** Accounts in which there is the policy. */
  readonly holding: readonly string[];
  /** AWS counts one attachment more than the inventory shows. */
  readonly uncounted: boolean;
  /** What the source says of whom the policy is attached to. */
  readonly source: readonly ("orders" | "worker-*")[];
  readonly scope: readonly string[] | null;
}

const world: fc.Arbitrary<World> = fc.record({
  roles: fc
    .tuple(...ACCOUNTS.flatMap((account) => NAMES.map((name) => fc.record({ account: fc.constant(account), name: fc.constant(name), exists: fc.boolean(), attached: fc.boolean(), reported: fc.boolean() }))))
    .map((roles) => roles.map((role) => ({ ...role, attached: role.exists && role.attached, reported: role.exists && role.reported }))),
  inventoried: fc.subarray([...ACCOUNTS]),
  holding: fc.subarray([...ACCOUNTS], { minLength: 1 }),
  uncounted: fc.boolean(),
  source: fc.subarray(["orders", "worker-*"]),
  scope: fc.oneof(fc.constant(null), fc.subarray([...ACCOUNTS], { minLength: 1 })),
});

const arnOf = ({ account, name }: Pick<Role, "account" | "name">): string => `arn:aws:iam::${account}:role/${name}`;
const policyIn = (account: string): string => `arn:aws:iam::${account}:policy/shared`;

const REFERENCES: Readonly<Record<World["source"][number], PrincipalReference>> = {
  orders: { kind: "role", address: "role.orders", name: { kind: "literal", name: "orders" } },
  "worker-*": { kind: "role", address: "role.worker", name: { kind: "pattern", regex: "^worker-.*$", fixed: 7, shown: "worker-<x>", id: "worker-" } },
};

function evidenceOf({ roles }: World): Evidence {
  const principals = roles
    .filter(({ reported }) => reported)
    .map((role): PrincipalEvidence => ({ arn: arnOf(role), kind: "role", name: role.name, account: role.account, analyzedAt: "2026-09-01T00:00:00Z", findingIds: ["f"], unused: new Map() }));
  return { files: [], principals: tableOf(principals), settled: tableOf([]), policies: tableOf([]), counts: [], credentials: [], recommendations: recommendationTable([]), skipped: [], fingerprint: "" };
}

function inventoryFor({ roles, inventoried, holding, uncounted }: World): ReturnType<typeof inventoryOf> {
  const contents = inventoried.map((account) => {
    const own = roles.filter((role) => role.account === account && role.exists);
    const holds = holding.includes(account);
    const attached = (role: Role): readonly string[] => (holds && role.attached ? [policyIn(account)] : []);
    const details = {
      roles: { [arnOf({ account, name: "somebody" })]: [], ...Object.fromEntries(own.map((role) => [arnOf(role), attached(role)])) },
      policies: holds ? { [policyIn(account)]: own.filter((role) => role.attached).length + (uncounted ? 1 : 0) } : {},
    };
    return readAuthorizationDetails("/x.json", authorizationDetails(details));
  });
  return inventoryOf(contents);
}

function outcome(made: World): { readonly known: readonly string[]; readonly isKept: boolean; readonly open: readonly string[] } {
  const evidence = evidenceOf(made);
  const document: PolicyDocument = {
    address: "policy",
    holder: "managed",
    span: { start: 0, end: 0 },
    statements: [],
    opaque: [],
    element: null,
    attachment: { principals: made.source.map((name) => REFERENCES[name]), open: [ELSEWHERE, OTHER] },
    managed: { names: [{ kind: "literal", name: "shared" }], elsewhere: [ELSEWHERE] },
  };
  const accountsOf = (): readonly string[] | null => made.scope;
  const inventory = made.inventoried.length === 0 ? null : inventoryFor(made);
  const [after = document] = withInventory({ documents: [document], comments: [], opaque: [] }, inventory, evidence, accountsOf).documents;
  const whose = whoseIs(after, { attachment: after.attachment, policies: [], isCovering: false, others: null }, evidence, accountsOf);
  const isKept = after.attachment.principals.length === 0 || whose.without.length > 0;
  return { known: whose.principals.map(({ arn }) => arn).sort(), isKept, open: after.attachment.open };
}

describe("what an inventory knows of a managed policy", () => {
  test("is everyone who gets it, by definition", () => {
    const counts = { kept: 0, closed: 0, judged: 0 };
    fc.assert(
      fc.property(world, (made) => {
        const isIn = (account: string): boolean => made.scope === null || made.scope.includes(account);
        const fits = ({ name }: Role): boolean => made.source.some((each) => (each === "orders" ? name === "orders" : name.startsWith("worker-")));
        const isKnown = ({ account }: Role): boolean => made.inventoried.includes(account);
        const gets = (role: Role): boolean =>
          isIn(role.account) && role.exists && ((fits(role) && (role.reported || isKnown(role))) || (role.attached && isKnown(role) && made.holding.includes(role.account)));
        const everyone = made.roles.filter(gets);
        // A name of which nothing at all is known keeps everything, too.
        const nobody = made.source.some((each) => !made.roles.some((role) => isIn(role.account) && role.reported && (each === "orders" ? role.name === "orders" : role.name.startsWith("worker-"))));
        const expected = everyone.length === 0 || nobody || everyone.some(({ reported }) => !reported);
        const found = outcome(made);
        expect(found.isKept).toBe(expected);
        if (!expected) expect(found.known).toEqual(everyone.map(arnOf).sort());

        const concerned = made.scope ?? [...new Set(made.roles.filter(({ reported }) => reported).map(({ account }) => account))];
        const covered = concerned.every((account) => made.inventoried.includes(account));
        const shown = made.inventoried.filter((account) => isIn(account) && made.holding.includes(account));
        const isClosed = made.inventoried.length > 0 && covered && shown.length > 0 && !made.uncounted;
        const [first = ""] = shown;
        const counted = made.uncounted && shown.length > 0 ? [`AWS counts more attachments of ${policyIn(first)} than the inventory shows`] : [];
        expect(found.open).toEqual([...(isClosed ? [] : [ELSEWHERE]), OTHER, ...counted]);
        counts[expected ? "kept" : "judged"] += 1;
        if (isClosed) counts.closed += 1;
      }),
      { numRuns: 3000 },
    );
    expect(Math.min(counts.kept, counts.judged, counts.closed)).toBeGreaterThan(50);
  });
});
