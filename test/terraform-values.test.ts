import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { lint } from "../src/cli/lint.js";
import { slice } from "../src/model/text.js";
import { parseHcl } from "../src/syntax/hcl.js";
import type { HclExpression } from "../src/syntax/hcl-nodes.js";

/**
 * What Terraform itself makes of policies that are put together from locals, before and after a fix: random modules of lists,
 * statements and policies in locals, used by two roles in every way that is known and in some that are not.
 */
const work = mkdtempSync(join(tmpdir(), "least-privilege-values-"));
const hasTerraform = spawnSync("terraform", ["version"]).status === 0;
const modules = Number(process.env["MODULES"] ?? "60");

afterAll(() => {
  rmSync(work, { recursive: true, force: true });
});

const UNIVERSE = ["s3:GetObject", "s3:GetBucketAcl", "s3:PutObject", "s3:PutBucketAcl", "sqs:SendMessage", "sqs:PurgeQueue", "sns:Publish"];
const ROLES = ["alpha", "beta"] as const;

const list = fc.subarray(UNIVERSE, { minLength: 1, maxLength: 4 });
const written = list.map((actions) => `[${actions.map((action) => JSON.stringify(action)).join(", ")}]`);
const anyList = fc.constantFrom("local.first", "local.second", "local.lists.one", 'local.lists["two"]', "local.joined", "local.chosen", "local.nested[0]");

/** The value of an `Action`. */
const actions: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: written },
  { weight: 4, arbitrary: anyList },
  fc.tuple(anyList, written).map(([a, b]) => `concat(${a}, ${b})`),
  fc.tuple(written, written).map(([a, b]) => `concat(${a}, ${b})`),
  fc.tuple(anyList, anyList).map(([a, b]) => `setunion(${a}, ${b})`),
  fc.tuple(anyList, written).map(([a, b]) => `distinct(flatten([${a}, [${b}]]))`),
  fc.tuple(fc.boolean(), written, anyList).map(([on, a, b]) => `${String(on)} ? ${a} : ${b}`),
  fc.tuple(fc.boolean(), written, written).map(([on, a, b]) => `concat(${a}, ${String(on)} ? ${b} : [])`),
  fc.tuple(fc.boolean(), written, written).map(([on, a, b]) => `tolist(${String(on)} ? ${a} : ${b})`),
  anyList.map((a) => `[for action in ${a} : action if action != "sns:Publish" || length(${a}) == 1]`),
  anyList.map((a) => `[for action in ${a} : upper(action)]`),
  anyList.map((a) => `[${a}[0]]`),
  anyList.map((a) => `slice(${a}, 0, 1)`),
  fc.constant("flatten(values(local.lists))"),
  fc.constant("sort(concat(local.second, local.lists.one))"),
);

const statement = (sid: string): fc.Arbitrary<string> =>
  fc
    .tuple(fc.constantFrom("Allow", "Allow", "Allow", "Deny"), fc.constantFrom("Action", "Action", "Action", "Action", "NotAction"), actions, fc.nat(9))
    .map(([effect, key, value, form]) => {
      const rest = `Sid = "${sid}", Resource = "*"`;
      if (form === 0) return `merge({ ${rest}, Effect = "${effect}" }, { ${key} = ${value} })`;
      if (form === 1) return `merge({ ${rest}, Effect = "Allow", ${key} = ${value} }, { Effect = "${effect}" })`;
      return `{ ${rest}, Effect = "${effect}", ${key} = ${value} }`;
    });

const shared = fc.constantFrom("local.statements", "[local.statement]", "[merge(local.statement, { Resource = \"arn\" })]", "[]");

const policy: fc.Arbitrary<string> = fc
  .tuple(statement("A"), statement("B"), shared, fc.nat(6))
  .map(([a, b, more, form]) => {
    const own = `[${a}, ${b}]`;
    if (form === 0) return "jsonencode(local.policy)";
    if (form === 1) return `jsonencode(merge({ Version = "2012-10-17" }, { Statement = ${own} }))`;
    return `jsonencode({ Version = "2012-10-17", Statement = ${more === "[]" ? own : `concat(${own}, ${more})`} })`;
  });

interface Module {
  readonly locals: string;
  readonly main: string;
  readonly unused: readonly (readonly string[])[];
}

const someModule: fc.Arbitrary<Module> = fc.record({
  locals: fc
    .tuple(written, written, written, written, written, fc.boolean(), statement("S"), statement("T"), statement("P"))
    .map(
      ([first, second, one, two, extra, on, s, t, p]) => `locals {
  first  = ${first}
  second = ${second}
  lists  = { one = ${one}, two = ${two} }
  joined = concat(local.first, ${extra})
  chosen = ${String(on)} ? local.second : ${one}
  nested = [local.first, ${two}]
  statement  = ${s}
  statements = [${t}]
  policy     = { Version = "2012-10-17", Statement = [${p}] }
}
`,
    ),
  main: fc.tuple(policy, policy).map((policies) =>
    policies
      .map((value, index) => {
        const role = ROLES[index] ?? "";
        return `resource "aws_iam_role" "${role}" {\n  name = "${role}"\n}\n\nresource "aws_iam_role_policy" "${role}" {\n  role   = aws_iam_role.${role}.name\n  policy = ${value}\n}\n`;
      })
      .join("\n"),
  ),
  unused: fc.tuple(fc.subarray(UNIVERSE, { minLength: 1 }), fc.subarray(UNIVERSE, { minLength: 1 })),
});

describe.skipIf(!hasTerraform)("policies that are put together from locals", () => {
  test("lose what is unused, and nothing else", { timeout: 600_000 }, async () => {
    const made = fc.sample(someModule, { numRuns: modules, seed: Number(process.env["SEED"] ?? "20261126") });
    const folders = made.map((module, index) => write(module, index));
    const before = evaluate(folders, "before");
    for (const folder of folders) expect(await fix(folder), "the second parser agrees").not.toContain("was left as it was");
    const after = evaluate(folders, "after");
    let changed = 0;
    before.forEach((policies, index) => {
      policies.forEach((old, role) => {
        const fixed = after[index]?.[role] ?? [];
        if (JSON.stringify(old) !== JSON.stringify(fixed)) changed += 1;
        check(old, fixed, made[index]?.unused[role] ?? [], readFileSync(join(folders[index] ?? "", "main.tf"), "utf8") + readFileSync(join(folders[index] ?? "", "locals.tf"), "utf8"));
      });
    });
    expect(changed).toBeGreaterThan(modules / 3);
    for (const folder of folders) {
      const texts = [readFileSync(join(folder, "main.tf"), "utf8"), readFileSync(join(folder, "locals.tf"), "utf8")];
      await fix(folder);
      expect([readFileSync(join(folder, "main.tf"), "utf8"), readFileSync(join(folder, "locals.tf"), "utf8")], "a second run changes nothing").toEqual(texts);
    }
  });
});

function write({ locals, main, unused }: Module, index: number): string {
  const folder = join(work, String(index));
  mkdirSync(folder);
  writeFileSync(join(folder, "locals.tf"), locals);
  writeFileSync(join(folder, "main.tf"), main);
  const findings = ROLES.map((role, at) => ({
    id: role,
    findingType: "UnusedPermission",
    status: "ACTIVE",
    resource: `arn:aws:iam::111122223333:role/${role}`,
    resourceType: "AWS::IAM::Role",
    resourceOwnerAccount: "111122223333",
    analyzedAt: "2026-09-01T00:00:00Z",
    createdAt: "2026-09-01T00:00:00Z",
    updatedAt: "2026-09-01T00:00:00Z",
    findingDetails: (unused[at] ?? []).map((action) => {
      const [serviceNamespace, name] = action.split(":");
      return { unusedPermissionDetails: { serviceNamespace, actions: [{ action: name }] } };
    }),
  }));
  writeFileSync(join(folder, "findings.json"), JSON.stringify(findings));
  return folder;
}

async function fix(folder: string): Promise<string> {
  let errors = "";
  await lint([], { findings: ["findings.json"], fix: true, color: false }, { cwd: folder, stdout: { write: () => true }, stderr: { write: (text) => (errors += text) } });
  return errors;
}

type Statement = Readonly<Record<string, unknown>>;

/** The statements of each policy of each module, as Terraform evaluates them: all modules as one, with names of their own. */
function evaluate(folders: readonly string[], when: string): readonly (readonly (readonly Statement[])[])[] {
  const directory = join(work, when);
  mkdirSync(directory);
  folders.forEach((folder, index) => {
    const name = `m${String(index)}_`;
    const locals = readFileSync(join(folder, "locals.tf"), "utf8").replace(/^ {2}(\w+) /gmu, `  ${name}$1 `);
    const main = readFileSync(join(folder, "main.tf"), "utf8");
    const values = policiesOf(main).map((value, role) => `  ${name}role${String(role)} = ${slice(main, value.span)}\n`);
    writeFileSync(join(directory, `${name}.tf`), `${locals}locals {\n${values.join("")}}\n`.replaceAll("local.", `local.${name}`));
  });
  const all = folders.map((_, index) => `[${ROLES.map((_role, role) => `local.m${String(index)}_role${String(role)}`).join(", ")}]`);
  const { stdout, stderr } = spawnSync("terraform", ["console"], { cwd: directory, input: `jsonencode([${all.join(", ")}])\n`, encoding: "utf8", maxBuffer: 100_000_000 });
  const line = stdout.split("\n").find((text) => text.startsWith('"'));
  if (line === undefined) throw new Error(stdout + stderr);
  const texts = JSON.parse(JSON.parse(line) as string) as readonly (readonly string[])[];
  return texts.map((policies) => policies.map((text) => (JSON.parse(text) as { readonly Statement: readonly Statement[] }).Statement));
}

function policiesOf(main: string): readonly HclExpression[] {
  return parseHcl(main).body.items.flatMap((item) =>
    item.type === "HclBlock" ? item.body.items.flatMap((inner) => (inner.type === "HclAttribute" && inner.name === "policy" ? [inner.value] : [])) : [],
  );
}

function check(before: readonly Statement[], after: readonly Statement[], unused: readonly string[], text: string): void {
  expect(after.length, text).toBeGreaterThan(0);
  for (const old of before) {
    const fixed = after.find(({ Sid }) => Sid === old["Sid"]);
    const was = actionsOf(old);
    if (fixed === undefined) {
      expect(old["Effect"], text).toBe("Allow");
      expect(was.every((action) => unused.includes(action)), text).toBe(true);
      continue;
    }
    expect({ ...fixed, Action: null }, text).toEqual({ ...old, Action: null });
    const is = actionsOf(fixed);
    if (old["Effect"] !== "Allow") expect(is, text).toEqual(was);
    if ("Action" in old) expect(is.length, text).toBeGreaterThan(0);
    expect(is.filter((action) => !was.includes(action)), text).toEqual([]);
    expect(was.filter((action) => !is.includes(action) && !unused.includes(action)), text).toEqual([]);
  }
  expect(after.every(({ Sid }) => before.some((old) => old["Sid"] === Sid)), text).toBe(true);
}

function actionsOf({ Action }: Statement): readonly string[] {
  return Array.isArray(Action) ? Action.filter((action) => typeof action === "string") : typeof Action === "string" ? [Action] : [];
}
