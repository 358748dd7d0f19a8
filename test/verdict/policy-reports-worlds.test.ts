import fc from "fast-check";
import { expect, test } from "vitest";
import { evidenceFor, settledFor, unusedByAll, type Evidence } from "../../src/evidence.js";
import type { PolicyDocument } from "../../src/model/policy.js";
import type { PrincipalName, PrincipalReference } from "../../src/model/principal.js";
import type { PrincipalEvidence } from "../../src/model/usage.js";
import { withPolicyReports } from "../../src/verdict/policy-reports.js";
import { evidenceWith } from "../evidence-tables.js";
import { reported } from "../iam/reported.js";

const ACTIONS = ["GetA", "GetB", "GetC"] as const;

/** A role that has the policy, and what is known of it. */
interface Role {
  readonly account: string;
  readonly uses: readonly string[];
  readonly known: "finding" | "archived" | "nothing";
  readonly inSource: boolean;
}

interface World {
  readonly roles: readonly Role[];
  /** Accounts with a report of the policy. */
  readonly reports: readonly string[];
  readonly generated: boolean;
  readonly alsoInline: boolean;
}

const role: fc.Arbitrary<Role> = fc.record({
  account: fc.constantFrom("111111111111", "222222222222"),
  uses: fc.subarray([...ACTIONS]),
  known: fc.constantFrom("finding", "finding", "archived", "nothing"),
  inSource: fc.boolean(),
});

const world: fc.Arbitrary<World> = fc.record({
  roles: fc.array(role, { maxLength: 4 }),
  reports: fc.subarray(["111111111111", "222222222222"]),
  generated: fc.boolean(),
  alsoInline: fc.boolean(),
});

const NAME: PrincipalName = { kind: "literal", name: "Read" };
const GENERATED: PrincipalName = { kind: "pattern", regex: "^stack-Read-.*$", fixed: 11, shown: "stack-Read-<tail>", id: "Read" };

function holder(kind: PrincipalEvidence["kind"], name: string, account: string): Pick<PrincipalEvidence, "arn" | "kind" | "name" | "account"> {
  return { arn: `arn:aws:iam::${account}:${kind}/${name}`, kind, name, account };
}

function evidenceOf({ roles, reports, generated }: World): Evidence {
  const unused = (uses: readonly string[]) => ({
    analyzedAt: "2026-09-01T00:00:00.000Z",
    findingIds: [],
    unused: uses.length === ACTIONS.length ? new Map() : reported({ s3: ACTIONS.filter((action) => !uses.includes(action)) }),
  });
  return evidenceWith({
    principals: roles.flatMap((each, index) => (each.known === "finding" ? [{ ...holder("role", `role${String(index)}`, each.account), ...unused(each.uses) }] : [])),
    policies: reports.map((account) => ({
      ...holder("policy", generated ? "stack-Read-ABC" : "Read", account),
      ...unused([...new Set(roles.filter((each) => each.account === account).flatMap(({ uses }) => uses))]),
    })),
    settled: roles.flatMap((each, index) => (each.known === "archived" ? [holder("role", `role${String(index)}`, each.account)] : [])),
  });
}

const OUTSIDE = "its ARN leaves the repository";

function documentOf({ roles, generated, alsoInline }: World): PolicyDocument {
  const principals = roles.flatMap((each, index): PrincipalReference[] => (each.inSource ? [{ kind: "role", address: `role${String(index)}`, name: { kind: "literal", name: `role${String(index)}` } }] : []));
  const open = roles.every(({ inSource }) => inSource) ? [] : [OUTSIDE];
  return {
    address: "read",
    holder: "managed",
    span: { start: 0, end: 0 },
    statements: [],
    opaque: [],
    element: null,
    attachment: { principals, open },
    managed: { names: [generated ? GENERATED : NAME], elsewhere: [OUTSIDE], ...(alsoInline ? { alsoInline: true } : {}) },
  };
}

/** What may go by itself; null when something is open, or somebody is not known. */
function removed(made: World): readonly string[] | null {
  const evidence = evidenceOf(made);
  const { attachment, policies } = withPolicyReports(documentOf(made), evidence, () => null);
  const found = attachment.principals.map((reference) => evidenceFor(evidence, reference));
  const isSettled = attachment.principals.some((reference) => settledFor(evidence, reference).length > 0);
  if (attachment.open.length > 0 || isSettled || found.some((each) => each.length === 0) || found.length + policies.length === 0) return null;
  const unused = unusedByAll([...found.flat(), ...policies]).get("s3");
  return [...(unused?.actions.values() ?? [])].map(({ name }) => name);
}

test("what goes by itself is used by nobody who has the policy, inside the source or outside", () => {
  let fixes = 0;
  fc.assert(
    fc.property(world, (made) => {
      // A policy is attached in its own account only, and the source is deployed in the accounts that the evidence of its roles shows.
      const accounts = new Set(made.roles.filter(({ inSource, known }) => inSource && known !== "nothing").map(({ account }) => account));
      const holders = made.roles.filter(({ account }) => accounts.has(account));
      const gone = removed(made) ?? [];
      fixes += gone.length;
      expect(gone.filter((action) => holders.some(({ uses }) => uses.includes(action)))).toEqual([]);
    }),
    { numRuns: 5000 },
  );
  expect(fixes).toBeGreaterThan(100);
});

const ONE: Role = { account: "111111111111", uses: ["GetA"], known: "finding", inSource: true };

test.each<readonly [string, Partial<World>, readonly string[] | null]>([
  ["without a report an open policy is for a person to edit", { reports: [] }, null],
  ["with one, what nobody uses goes", {}, ["GetB"]],
  ["in every account of the evidence", { reports: ["222222222222"] }, null],
  ["not where the name may be that of several policies", { generated: true }, null],
  ["not where the text is an inline policy, too", { alsoInline: true }, null],
])("%s", (_what, more, gone) => {
  const outside: Role = { ...ONE, uses: ["GetC"], known: "nothing", inSource: false };
  expect(removed({ roles: [ONE, outside], reports: ["111111111111"], generated: false, alsoInline: false, ...more })).toEqual(gone);
});
