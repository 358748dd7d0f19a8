import { Aspects, Stack } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import fc from "fast-check";
import { afterEach, expect, test, vi } from "vitest";
import { RefineUnusedAccess } from "../../src/cdk-nag/index.js";
import { builtInCatalogue } from "../../src/iam/catalogue.js";
import { globMatches } from "../end-to-end/semantics.js";
import { finding, put, workspace } from "../workspace.js";
import { assumedBy, newApp } from "./demo-app.js";
import { templatesOf } from "./templates.js";

afterEach(() => {
  vi.restoreAllMocks();
});

const SERVICES = ["sqs", "sns", "kms"];
const namesOf = (service: string): readonly string[] => builtInCatalogue().actions(service);
const name = (service: string): fc.Arbitrary<string> => fc.constantFrom(...namesOf(service));
const entry = fc.constantFrom(...SERVICES).chain((service) =>
  fc.oneof(
    name(service).map((action) => `${service}:${action}`),
    fc.tuple(name(service), fc.integer({ min: 1, max: 8 })).map(([action, length]) => `${service}:${action.slice(0, length)}*`),
    fc.constant(`${service}:*`),
  ),
);
const statement = fc.uniqueArray(entry, { minLength: 1, maxLength: 5 });
const policy = fc.record({
  statements: fc.array(statement, { minLength: 1, maxLength: 3 }),
  roles: fc.uniqueArray(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 3 }),
  form: fc.constantFrom("policy", "managed", "inline"),
});
/** An empty list means the whole service. */
const some = (service: string): fc.Arbitrary<readonly string[]> =>
  fc.oneof({ arbitrary: fc.subarray([...namesOf(service)], { minLength: 1 }), weight: 4 }, { arbitrary: fc.constant([]), weight: 1 });
const unused: fc.Arbitrary<Readonly<Record<string, readonly string[]>>> = fc.subarray(SERVICES, { minLength: 1 }).chain((services) => fc.record(Object.fromEntries(services.map((service) => [service, some(service)]))));
/** Role c has a finding only sometimes. */
const world = fc.record({ policies: fc.array(policy, { minLength: 1, maxLength: 4 }), a: unused, b: unused, c: fc.option(unused) });

type World = typeof world extends fc.Arbitrary<infer W> ? W : never;
type Statements = readonly { readonly Action: string | readonly string[]; readonly Resource: string }[];

const cwd = workspace({});

function deployed({ policies, a, b, c }: World, isRefined: boolean): ReadonlyMap<string, Statements> {
  const app = newApp();
  const stack = new Stack(app, "Demo");
  const role = Object.fromEntries(["a", "b", "c"].map((id) => [id, iam.Role.fromRoleName(stack, id, id)]));
  policies.forEach(({ statements, roles, form }, index) => {
    const own = statements.map((actions, at) => new iam.PolicyStatement({ actions: [...actions], resources: [`arn:aws:s3:::${String(index)}-${String(at)}`] }));
    const to = roles.flatMap((id) => role[id] ?? []);
    if (form === "policy") new iam.Policy(stack, `P${String(index)}`, { statements: own, roles: to });
    else if (form === "managed") new iam.ManagedPolicy(stack, `M${String(index)}`, { statements: own, roles: to });
    else new iam.Role(stack, `R${String(index)}`, { assumedBy, roleName: `inline-${String(index)}`, inlinePolicies: { own: new iam.PolicyDocument({ statements: own }) } });
  });
  if (isRefined) {
    put(cwd, "f/a.json", finding("a", a));
    put(cwd, "f/b.json", finding("b", b));
    put(cwd, "f/c.json", c === null ? "[]" : finding("c", c));
    policies.forEach((_, index) => put(cwd, `f/${String(index)}.json`, finding(`inline-${String(index)}`, a)));
    Aspects.of(app).add(new RefineUnusedAccess({ findings: ["f/*.json"], cwd }));
  }
  app.synth();
  const documents = new Map<string, Statements>();
  for (const { Resources } of Object.values(templatesOf(app))) {
    for (const [id, { Properties: { PolicyDocument, Policies } = {} }] of Object.entries(Resources)) {
      const held = PolicyDocument ?? (Policies as readonly { readonly PolicyDocument: unknown }[] | undefined)?.[0]?.PolicyDocument;
      if (held !== undefined) documents.set(id, (held as { readonly Statement: Statements }).Statement);
    }
  }
  return documents;
}

const actionsOf = ({ Action }: Statements[number]): readonly string[] => (typeof Action === "string" ? [Action] : Action);

function granted(statements: Statements, resource: string): ReadonlySet<string> {
  const entries = statements.filter(({ Resource }) => Resource === resource).flatMap(actionsOf);
  const all = SERVICES.flatMap((service) => namesOf(service).map((action) => `${service}:${action}`));
  return new Set(all.filter((action) => entries.some((each) => globMatches(each, action))));
}

test("random policies: nothing is widened, nothing that anybody uses is lost, and nothing is left empty", () => {
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
  let changed = 0;
  fc.assert(
    fc.property(world, (given) => {
      const before = deployed(given, false);
      const after = deployed(given, true);
      expect([...after.keys()]).toEqual([...before.keys()]);
      for (const [id, statements] of after) {
        expect(statements.length).toBeGreaterThan(0);
        expect(statements.every((each) => actionsOf(each).length > 0)).toBe(true);
        const index = Number(/^[A-Z](\d)/u.exec(id)?.[1]);
        const { roles, form } = given.policies[index] ?? { roles: new Array<string>(), form: "inline" };
        const byRole: Readonly<Record<string, Readonly<Record<string, readonly string[]>> | null>> = { a: given.a, b: given.b, c: given.c };
        const findings = form === "inline" ? [given.a] : roles.map((each) => byRole[each] ?? null);
        for (const { Resource } of before.get(id) ?? []) {
          const [had, has] = [granted(before.get(id) ?? [], Resource), granted(statements, Resource)];
          expect([...has].filter((action) => !had.has(action))).toEqual([]);
          const lost = [...had].filter((action) => !has.has(action));
          changed += lost.length;
          const isUnused = (action: string): boolean => {
            const [service = "", bare = ""] = action.split(":");
            return findings.every((each) => each !== null && (each[service]?.length === 0 || each[service]?.includes(bare) === true));
          };
          expect(lost.filter((action) => !isUnused(action))).toEqual([]);
        }
      }
    }),
    { numRuns: Number(process.env["PROPERTY_RUNS"] ?? 60) },
  );
  expect(changed).toBeGreaterThan(0);
});
