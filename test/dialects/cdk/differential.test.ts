import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { applyEdits, type Edit } from "../../../src/edit.js";
import { loadEvidence, type Evidence } from "../../../src/evidence.js";
import { builtInCatalogue } from "../../../src/iam/catalogue.js";
import { judge } from "../../../src/verdict.js";
import { verifyFix } from "../../../src/cli/verify.js";
import { parseTypeScript } from "../../../src/eslint/typescript-parser.js";
import { read } from "./read.js";
import { granted, synthesise, type Granted } from "./synthesise.js";

// Stacks are synthesised by aws-cdk-lib before and after a fix: what is gone must be what was reported unused, of the roles
// that it was reported of, and nothing else in the templates may differ.

const folder = join(import.meta.dirname, "..", "..", "..", "fixtures", "cdk");
const sources = [
  "orders-service/lib/orders-stack.ts",
  "standard-style/lib/queue-stack.js",
  "barrel-app/lib/data-stack.ts",
  "l1-app/lib/l1-stack.ts",
  "grants-app/lib/grants-stack.ts",
  "pipelines-app/lib/delivery-stack.ts",
].map((name) => ({ name, text: readFileSync(join(folder, name), "utf8") }));

const ACCOUNT = "111122223333";
const AT = "2024-06-01T00:00:00+00:00";
const ROUNDS = 5;

const work = mkdtempSync(join(tmpdir(), "least-privilege-differential-"));
let files = 0;

afterAll(() => {
  rmSync(work, { recursive: true, force: true });
});

/** A small generator of pseudo-random numbers: every run takes the same ones. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

type Unused = ReadonlyMap<string, ReadonlySet<string>>;

/** Some roles, each with some of its actions. */
function someUnused({ roles }: Granted, next: (below: number) => number): Unused {
  const chosen = [...roles].filter(() => next(3) > 0);
  return new Map(
    chosen.map(([id, { grants }]) => {
      const share = 1 + next(4);
      const plain = grants.map(({ action }) => action).filter((action) => !action.includes("*") && !action.startsWith("iam:Pass"));
      return [id, new Set(plain.filter(() => next(4) < share))];
    }),
  );
}

/** The evidence that Access Analyzer's findings would give. */
function evidenceOf(unused: Unused, { roles }: Granted): Evidence | null {
  const findings = [...unused].flatMap(([id, actions]) => {
    const path = id.split("/");
    const logicalId = path.pop() ?? "";
    const name = roles.get(id)?.name ?? `${path.join("-").slice(0, 25)}-${logicalId}-AbCdEfGhIjKl`;
    const services = new Map<string, { action: string }[]>();
    for (const action of actions) {
      const [namespace = "", bare = ""] = action.split(":");
      services.set(namespace, [...(services.get(namespace) ?? []), { action: bare }]);
    }
    if (services.size === 0) return [];
    const findingDetails = [...services].map(([serviceNamespace, names]) => ({ unusedPermissionDetails: { serviceNamespace, actions: names } }));
    return [{
      id: `${name}-finding`, findingType: "UnusedPermission", resourceType: "AWS::IAM::Role", resource: `arn:aws:iam::${ACCOUNT}:role/${name}`,
      resourceOwnerAccount: ACCOUNT, status: "ACTIVE", analyzedAt: AT, createdAt: AT, updatedAt: AT, findingDetails,
    }];
  });
  if (findings.length === 0) return null;
  const path = join(work, `${String((files += 1))}.json`);
  writeFileSync(path, JSON.stringify(findings));
  return loadEvidence([path]);
}

/** As ESLint does it: in passes, each of the edits that do not touch. */
function fixed(text: string, evidence: Evidence): string {
  for (let pass = 0; pass < 20; pass += 1) {
    const judgements = judge(text, read(text), { evidence, catalogue: builtInCatalogue(), protectedActions: [], rivals: () => [] });
    const edits = judgements.flatMap(({ outcome }) =>
      outcome.kind === "judged"
        ? outcome.verdicts.flatMap(({ applicability, proposal }) => (applicability === "fix" && proposal !== null ? [proposal.edit] : []))
        : [],
    );
    if (edits.length === 0) return text;
    const apart: Edit[] = [];
    for (const edit of edits.toSorted((one, other) => one.span.start - other.span.start)) {
      if (edit.span.start > (apart.at(-1)?.span.end ?? -1)) apart.push(edit);
    }
    text = applyEdits(text, apart);
  }
  throw new Error("the fixes do not come to an end");
}

function keys(granting: Granted, id: string): readonly string[] {
  return (granting.roles.get(id)?.grants ?? []).map(({ action, rest }) => `${action} ${rest}`).sort();
}

function variants(text: string): readonly (readonly [string, string])[] {
  return [
    ["as written", text],
    ["with CRLF", text.replaceAll("\n", "\r\n")],
    ["with tabs and without semicolons", text.replaceAll("  ", "\t").replace(/;$/gmu, "")],
    ["on as few lines as possible", text.replace(/([;,{([])\n\s*(?=[^\s/])/gu, "$1 ")],
  ];
}

describe.each(sources)("$name", ({ text: source }) => {
  it.each(variants(source))("%s", async (_, text) => {
    const before = granted(synthesise(text));
    let changes = 0;
    for (let round = 1; round <= ROUNDS; round += 1) {
      const unused = someUnused(before, random(round * 7919));
      const evidence = evidenceOf(unused, before);
      const after = evidence === null ? text : fixed(text, evidence);
      if (after === text) continue;
      expect(await verifyFix("stack.ts", text, after, (program) => parseTypeScript(program, { sourceType: "module" }).ast)).toBeNull();
      const result = granted(synthesise(after));
      expect([...result.roles.keys()]).toEqual([...before.roles.keys()]);
      expect(result.others).toBe(before.others);
      for (const id of before.roles.keys()) {
        const left = keys(result, id);
        const allowed = keys(before, id);
        const gone = allowed.filter((key) => !left.includes(key)).map((key) => key.slice(0, key.indexOf(" ")));
        expect(left.filter((key) => !allowed.includes(key)), `nothing new for ${id}`).toEqual([]);
        expect(gone.filter((action) => unused.get(id)?.has(action) !== true), `only what ${id} does not use`).toEqual([]);
        changes += gone.length;
      }
    }
    expect(changes).toBeGreaterThan(0);
  });
});
