import { afterEach, describe, expect, test, vi } from "vitest";
import { explainEntry } from "../../src/cli/explain.js";
import { refinePolicyText } from "../../src/cli/refine.js";
import { BadInput } from "../../src/findings/bad-input.js";
import plugin, { type EvidenceOptions } from "../../src/index.js";
import { authorizationDetails } from "../inventory/export.js";
import { roleArn, shownState } from "../deployed/records.js";
import { finding, inlinePolicy, put, read, runLint, workspace, type Run } from "../workspace.js";

const ACL = { s3: ["GetBucketAcl"] };
const OTHER = "444455556666";
const [NAME_1, NAME_2, NAME_3] = ["orders-202601010000000000000001ab", "orders-202601010000000000000002ab", "orders-202601010000000000000003ab"];
const INLINE = inlinePolicy('          "s3:GetObject",\n          "s3:GetBucketAcl",');
const EXCEPTION = (more: string): string => `exceptions:\n  - principal: orders\n    actions: [s3:GetBucketAcl]\n    reason: The audit reads it.\n${more}`;

const SHARED = "arn:aws:iam::111122223333:policy/shared";
const shared = `${INLINE.replace('"aws_iam_role_policy" "orders"', '"aws_iam_policy" "shared"').replace('"access"', '"shared"').replace(/ {2}role = .*\n/u, "")}
resource "aws_iam_role_policy_attachment" "orders" {
  role       = "orders"
  policy_arn = aws_iam_policy.shared.arn
}
output "arn" {
  value = aws_iam_policy.shared.arn
}
`;

afterEach(() => {
  vi.useRealTimers();
});

function on(day: string): void {
  vi.useFakeTimers({ toFake: ["Date"], now: new Date(`${day}T23:59:59Z`) });
}

function findings(...arns: readonly string[]): Record<string, string> {
  return Object.fromEntries(arns.map((arn, index) => [`findings/${String(index)}.json`, finding(arn, ACL)]));
}

/** A report of IAM that says the same of whoever it is of. */
function lastAccessed(arn: string): string {
  return JSON.stringify({
    Arn: arn,
    CreateDate: "2020-01-01T00:00:00Z",
    JobStatus: "COMPLETED",
    JobType: "ACTION_LEVEL",
    JobCreationDate: "2026-09-01T00:00:00Z",
    JobCompletionDate: "2026-09-01T00:00:00Z",
    ServicesLastAccessed: [{ ServiceName: "S3", ServiceNamespace: "s3", LastAuthenticated: "2026-08-01T00:00:00Z", TotalAuthenticatedEntities: 1, TrackedActionsLastAccessed: [{ ActionName: "GetBucketAcl" }] }],
  });
}

/** What a run says after the counts, and whether it fixed `main.tf`. */
async function fixRun(files: Readonly<Record<string, string>>, options: Parameters<typeof runLint>[1] = {}): Promise<{ readonly exitCode: number; readonly fixed: boolean; readonly said: readonly string[] }> {
  const folder = workspace(files);
  const before = read(folder, "main.tf");
  const { exitCode, stdout, stderr } = await runLint(folder, { ...options, fix: true });
  const lines = [...stdout.split("\n").filter((line) => /\berror\b/u.test(line)), ...stderr.split("\n")];
  const said = lines.filter((line) => line !== "" && !/^(?:Fixed:|Findings:|Policy documents:|Unused grants:| {2}not fixed: \d+ × | {2}\S+\.tf$)/u.test(line));
  return { exitCode, fixed: read(folder, "main.tf") !== before, said };
}

async function refusal(run: Promise<Run>): Promise<string> {
  try {
    await run;
  } catch (error) {
    if (error instanceof BadInput) return error.message;
    throw error;
  }
  return "nothing was refused";
}

describe("exceptions", () => {
  test("hold on their last day, and come back with a line and exit code 1 on the next", async () => {
    const files = { "main.tf": INLINE, ...findings(roleArn("orders")), "least-privilege.exceptions.yaml": EXCEPTION("    expires: 2026-12-31\n") };
    on("2026-12-31");
    expect(await fixRun(files)).toEqual({ exitCode: 0, fixed: false, said: ["Exceptions: 1, 0 expired, 0 without effect."] });
    on("2027-01-01");
    expect(await fixRun(files)).toEqual({
      exitCode: 1,
      fixed: true,
      said: [
        "Exceptions: 1, 1 expired, 0 without effect.",
        "  expired: least-privilege.exceptions.yaml:2: s3:GetBucketAcl of orders, on 2026-12-31: what it kept is reported again",
      ],
    });
  });

  test("without effect are listed when everything was linted", async () => {
    const files = { "main.tf": INLINE, ...findings(roleArn("orders")), "agreed.yaml": EXCEPTION("").replace("s3:GetBucketAcl", "s3:PutObject, kms:*") };
    const idle = "  without effect: agreed.yaml:2: s3:PutObject and 1 other action of orders: nothing that it names is both granted here and reported as unused";
    expect(await fixRun(files, { exceptions: "agreed.yaml" })).toEqual({ exitCode: 0, fixed: true, said: ["Exceptions: 1, 0 expired, 1 without effect.", idle] });
    const folder = workspace(files);
    expect((await runLint(folder, { exceptions: "agreed.yaml" }, ["main.tf"])).stderr).toContain("Exceptions: 1, 0 expired.\n");
  });

  test("that cannot be read stop the run", async () => {
    const folder = workspace({ "main.tf": INLINE, ...findings(roleArn("orders")) });
    expect(await refusal(runLint(folder, { exceptions: "none.yaml" }))).toBe(`${folder}/none.yaml: there is no such file: correct the name, make it readable, or leave it out.`);
    put(folder, "least-privilege.exceptions.yaml", EXCEPTION("    expires: soon\n"));
    expect(await refusal(runLint(folder))).toBe(
      `${folder}/least-privilege.exceptions.yaml, line 5, exception 1, expires: found "soon", expected a day such as 2027-03-31: correct it.`,
    );
  });

  test("are part of the fingerprint, and so is what has expired of them", () => {
    const folder = workspace({ ...findings(roleArn("orders")) });
    const fingerprint = (): string => plugin.evidence({ findings: ["findings"], cwd: folder })["least-privilege"].fingerprint;
    const without = fingerprint();
    put(folder, "least-privilege.exceptions.yaml", EXCEPTION("    expires: 2026-12-31\n"));
    const prints = ["2026-12-30", "2026-12-31", "2027-01-01"].map((day) => {
      on(day);
      return fingerprint();
    });
    expect(prints[0]).toBe(prints[1]);
    expect(new Set([without, ...prints]).size).toBe(3);
  });
});

describe("--max-removals", () => {
  const files = { "main.tf": inlinePolicy('          "s3:GetObject",\n          "s3:GetBucketAcl", # lp\n          "s3:GetBucketCORS",\n          "sns:*",').replace(" # lp", ""), "findings/a.json": finding("orders", { s3: ["GetBucketAcl", "GetBucketCORS"], sns: [] }) };

  test("counts actions, entry by entry, and fixes all or nothing", async () => {
    const over = await fixRun(files, { maxRemovals: 10 });
    expect(over).toEqual({
      exitCode: 1,
      fixed: false,
      said: [
        expect.stringMatching(/"s3:GetBucketAcl" is not used/u),
        expect.stringMatching(/"s3:GetBucketCORS" is not used/u),
        expect.stringMatching(/"sns:\*" is not used by role "orders" in account 111122223333: the whole service is unused/u),
        expect.stringMatching(/^least-privilege: nothing was fixed: the fixes would take away \d+ actions, and --max-removals allows 10\. Fix some files at a time, or raise it\.$/u),
      ],
    });
    const count = Number(/take away (\d+)/u.exec(over.said.at(-1) ?? "")?.[1]);
    expect(count).toBeGreaterThan(20);
    expect(await fixRun(files, { maxRemovals: count - 1 })).toMatchObject({ exitCode: 1, fixed: false });
    expect(await fixRun(files, { maxRemovals: count })).toEqual({ exitCode: 0, fixed: true, said: [] });
  });

  test("does not count what a comment disables", async () => {
    const disabled = { ...files, "main.tf": files["main.tf"].replace('          "sns:*"', '          # eslint-disable-next-line least-privilege/no-unused-actions\n          "sns:*"') };
    expect(await fixRun(disabled, { maxRemovals: 1 })).toMatchObject({ fixed: false, said: [expect.anything(), expect.anything(), expect.stringContaining("take away 2 actions")] });
    expect(await fixRun(disabled, { maxRemovals: 2 })).toMatchObject({ exitCode: 0, fixed: true });
  });

  test("a dry run prints no diff", async () => {
    const folder = workspace(files);
    const { stdout, stderr, exitCode } = await runLint(folder, { fixDryRun: true, maxRemovals: 1 });
    expect([stdout, exitCode]).toEqual(["", 1]);
    expect(stderr).toContain("nothing was fixed");
  });
});

describe("what is protected or excepted", () => {
  const glass = `${shared.replace(/output[^]*/u, "")}resource "aws_iam_role" "glass" {\n  name_prefix = "break-glass-"\n}\nresource "aws_iam_role_policy_attachment" "glass" {\n  role       = aws_iam_role.glass.name\n  policy_arn = aws_iam_policy.shared.arn\n}\n`;
  const reported = { ...findings(roleArn("orders")), "findings/policy.json": lastAccessed(SHARED) };
  const protect = { protectPrincipal: ["arn:aws:iam::*:role/break-glass-*"] };
  const exception = { "least-privilege.exceptions.yaml": EXCEPTION("").replace("orders", "break-glass-*") };

  test("whatever the case of the name, and its path", async () => {
    const files = { "main.tf": INLINE, ...findings(roleArn("ops/orders")) };
    const withException = (principal: string): Promise<unknown> => fixRun({ ...files, "least-privilege.exceptions.yaml": EXCEPTION("").replace("orders", principal) });
    for (const principal of ["Orders", roleArn("orders"), roleArn("ops/Orders")]) {
      expect(await withException(principal)).toMatchObject({ fixed: false, exitCode: 0 });
      if (principal !== "Orders") expect(await fixRun(files, { protectPrincipal: [principal] })).toMatchObject({ fixed: false, exitCode: 1 });
    }
    for (const principal of ["order", roleArn("other/orders")]) expect(await withException(principal)).toMatchObject({ fixed: true });
  });

  test("of a principal whose name is a pattern, where the report of a policy answers for it", async () => {
    expect(await fixRun({ "main.tf": glass, ...reported })).toMatchObject({ fixed: true });
    expect(await fixRun({ "main.tf": glass, ...reported }, protect)).toMatchObject({ fixed: false, exitCode: 1 });
    expect(await fixRun({ "main.tf": glass, ...reported, ...exception })).toMatchObject({ fixed: false, exitCode: 0 });
  });

  test("of somebody who may have a policy outside of the sources", async () => {
    expect(await fixRun({ "main.tf": shared, ...reported })).toMatchObject({ fixed: true });
    const why = async (files: Readonly<Record<string, string>>, options: object): Promise<unknown> => {
      const folder = workspace({ "main.tf": shared, ...reported, ...files });
      const { stderr } = await runLint(folder, { ...options, fix: true });
      return [read(folder, "main.tf") === shared, /not fixed: 1 × (.*)/u.exec(stderr)?.[1]];
    };
    expect(await why({}, protect)).toEqual([true, 'output "arn" hands it on, and a protected principal may have it, too']);
    expect(await why(exception, {})).toEqual([true, 'output "arn" hands it on, and an exception is about "break-glass-*", who may have it, too']);
    const inventory = authorizationDetails({ roles: { [roleArn("orders")]: [SHARED] }, policies: { [SHARED]: 1 } });
    expect(await fixRun({ "main.tf": shared, ...reported, ...exception, "i.json": inventory }, { ...protect, inventory: ["i.json"] })).toMatchObject({ fixed: true });
  });

  test("in a file of the other usual ending", async () => {
    const files = { "main.tf": INLINE, ...findings(roleArn("orders")), "least-privilege.exceptions.yml": EXCEPTION("") };
    expect(await fixRun(files)).toMatchObject({ fixed: false, exitCode: 0 });
    const folder = workspace({ ...files, "least-privilege.exceptions.yaml": EXCEPTION("") });
    expect(await refusal(runLint(folder))).toBe(`${folder}/least-privilege.exceptions.yml: least-privilege.exceptions.yaml is there, too: keep one of them.`);
  });
});

describe("the map of principals", () => {
  const declared = (name: string): string => `variable "n" {}\nresource "aws_iam_role" "orders" {\n  name = ${name}\n}\n${INLINE.replace('role = "orders"', "role = aws_iam_role.orders.name")}`;
  const fixedWith = async (files: Readonly<Record<string, string>>, map: object): Promise<readonly string[]> => {
    const folder = workspace({ ...files, ...findings(roleArn("orders-prod")), "map.json": JSON.stringify(map) });
    await runLint(folder, { principals: "map.json", fix: true });
    return Object.keys(files).filter((path) => read(folder, path) !== files[path]);
  };
  const both = { "dev/main.tf": declared("var.n"), "prod/main.tf": declared("var.n") };

  test("an address that several places have is one of them only with its path", async () => {
    expect(await fixedWith(both, { "aws_iam_role.orders": roleArn("orders-prod") })).toEqual([]);
    expect(await fixedWith(both, { "prod/aws_iam_role.orders": roleArn("orders-prod") })).toEqual(["prod/main.tf"]);
    expect(await fixedWith({ "prod/main.tf": declared("var.n") }, { "aws_iam_role.orders": roleArn("orders-prod") })).toEqual(["prod/main.tf"]);
  });

  test("a name that the source gives for certain counts, too", async () => {
    expect(await fixedWith({ "dev/main.tf": declared('"orders-dev"') }, { "aws_iam_role.orders": roleArn("orders-prod") })).toEqual([]);
    expect(await fixedWith({ "prod/main.tf": declared('"orders-prod"') }, { "aws_iam_role.orders": roleArn("orders-prod") })).toEqual(["prod/main.tf"]);
  });

  test("one instance does not tell the others", async () => {
    const several = 'variable "n" {}\nresource "aws_iam_role" "orders" {\n  count = 2\n  name  = "${var.n}-${count.index}"\n}\n';
    const files = { "main.tf": `${several}${INLINE.replace('role = "orders"', "count = 2\n  role = aws_iam_role.orders[count.index].name")}` };
    expect(await fixedWith(files, { "aws_iam_role.orders[0]": roleArn("orders-prod") })).toEqual([]);
    expect(await fixedWith(files, { "aws_iam_role.orders": roleArn("orders-prod") })).toEqual(["main.tf"]);
  });
});

describe("accounts that files are deployed in", () => {
  const files = { "main.tf": INLINE, ...findings(roleArn("orders"), roleArn("orders", OTHER)), "findings/2.json": finding(roleArn("orders", "777788889999"), { s3: ["PutObject"] }) };
  const list = (accounts: readonly string[], globs: unknown = "*.tf"): string => JSON.stringify([{ files: globs, accounts }]);
  const run = (accounts: readonly string[]): ReturnType<typeof fixRun> => fixRun({ ...files, "deployments.json": list(accounts) }, { deployments: "deployments.json" });

  test("findings of others do not count, and all of them must have some", async () => {
    expect(await fixRun(files)).toMatchObject({ fixed: false, exitCode: 0 });
    expect(await run(["111122223333", OTHER])).toMatchObject({ fixed: true, exitCode: 0 });
    expect(await run(["111122223333", "777788889999"])).toMatchObject({ fixed: false, exitCode: 0 });
    const missing = await run(["111122223333", "000011112222"]);
    expect(missing).toMatchObject({ fixed: false, exitCode: 1 });
    expect(missing.said).toContain('  not fixed: main.tf: aws_iam_role_policy.orders: there is no evidence in account 000011112222 for role "orders"');
    expect((await run(["000011112222"])).said).toContain(
      '  kept: main.tf: aws_iam_role_policy.orders: the findings for role "orders" are of account 111122223333, in which it is not deployed',
    );
  });

  test.each([
    ["**", ".infra/main.tf"],
    ["infra", "infra/prod/main.tf"],
    ["./infra/", "infra/main.tf"],
    ["infra\\prod\\**", "infra/prod/main.tf"],
    ["infra/*", "infra/main.tf"],
  ])("%s means %s, whatever the repository's folder is called", async (glob, path) => {
    const folder = workspace({ [`a(b)+{c,d}/repo/${path}`]: INLINE, "a(b)+{c,d}/repo/findings/0.json": finding(roleArn("orders"), ACL), "a(b)+{c,d}/repo/d.json": list(["111122223333", OTHER], glob) });
    const { stderr } = await runLint(`${folder}/a(b)+{c,d}/repo`, { deployments: "d.json", fix: true }, [path]);
    expect(stderr).toContain(`  not fixed: ${path}: aws_iam_role_policy.orders: there is no evidence in account ${OTHER} for role "orders"`);
  });

  test("are no others for a glob that only the path to the repository matches", async () => {
    const folder = workspace({ "prod/repo/main.tf": INLINE, "prod/repo/findings/0.json": finding(roleArn("orders"), ACL), "prod/repo/d.json": list(["111122223333", OTHER], "**/prod/**") });
    expect((await runLint(`${folder}/prod/repo`, { deployments: "d.json", fix: true })).stderr).toContain('Deployments: no policy was found that belongs to "**/prod/**".');
  });

  const CALL = 'module "app" {\n  source = "../../modules/app"\n}\n';
  const used = { ...findings(roleArn("orders")), "findings/1.json": finding(roleArn("orders", OTHER), { s3: ["PutObject"] }) };
  const two = (common: string): string =>
    JSON.stringify([{ files: common, accounts: ["111122223333"] }, { files: "envs/dev/**", accounts: ["111122223333"] }, { files: "envs/prod/**", accounts: [OTHER] }]);

  test.each(["**", "modules/**"])("a role that a module only names is where its root modules are, whatever %s says", async (common) => {
    const folder = workspace({ ...used, "modules/app/main.tf": INLINE, "envs/dev/main.tf": CALL, "envs/prod/main.tf": CALL, "d.json": two(common) });
    await runLint(folder, { deployments: "d.json", fix: true });
    expect(read(folder, "modules/app/main.tf")).toBe(INLINE);
  });

  test("policy JSON is where the root modules are that read it", async () => {
    const reader = 'resource "aws_iam_role_policy" "orders" {\n  role = "orders"\n  policy = file("${path.module}/../../policies/orders.json")\n}\n';
    const policy = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:GetObject", "s3:GetBucketAcl"], "Resource": "*"}]}\n';
    const sources = { "policies/orders.json": policy, "envs/dev/main.tf": reader, "envs/prod/main.tf": reader };
    const folder = workspace({ ...used, ...sources, "d.json": two("policies/**") });
    await runLint(folder, { deployments: "d.json", fix: true });
    expect(read(folder, "policies/orders.json")).toBe(policy);
    const unused = workspace({ ...findings(roleArn("orders"), roleArn("orders", OTHER)), ...sources, "d.json": two("policies/**") });
    await runLint(unused, { deployments: "d.json", fix: true });
    expect(read(unused, "policies/orders.json")).not.toBe(policy);
  });

  test("a role that a CDK file only names is wherever there is one of that name, too", async () => {
    const lib = `import * as iam from "aws-cdk-lib/aws-iam";
import { Stack } from "aws-cdk-lib";
export class Access extends Stack {
  constructor(scope: any, id: string) {
    super(scope, id);
    const role = iam.Role.fromRoleName(this, "Role", "orders");
    role.addToPrincipalPolicy(new iam.PolicyStatement({ actions: ["s3:GetObject", "s3:GetBucketAcl"], resources: ["*"] }));
  }
}
`;
    const bin = 'import { App } from "aws-cdk-lib";\nimport { Access } from "../lib/access";\nnew Access(new App(), "Access");\n';
    const sources = { "lib/access.ts": lib, "bin/app.ts": bin, "d.json": JSON.stringify([{ files: "lib/**", accounts: ["111122223333"] }, { files: "bin/**", accounts: [OTHER] }]) };
    const run = async (all: Readonly<Record<string, string>>): Promise<boolean> => {
      const folder = workspace({ ...sources, ...all });
      await runLint(folder, { deployments: "d.json", fix: true });
      return read(folder, "lib/access.ts") !== lib;
    };
    expect(await run(used)).toBe(false);
    expect(await run(findings(roleArn("orders"), roleArn("orders", OTHER)))).toBe(true);
  });

  test("where states tell the ARNs", async () => {
    const declared = `resource "aws_iam_role" "orders" {\n  name_prefix = "orders-"\n}\n${INLINE.replace('role = "orders"', "role = aws_iam_role.orders.name")}`;
    const known = {
      "main.tf": declared,
      ...findings(roleArn(NAME_1), roleArn(NAME_2, OTHER), roleArn(NAME_3, "777788889999")),
      "a.json": shownState({ "aws_iam_role.orders": roleArn(NAME_1) }),
      "b.json": shownState({ "aws_iam_role.orders": roleArn(NAME_2, OTHER) }),
    };
    const both = { ...known, "deployments.json": list(["111122223333", OTHER]) };
    expect(await fixRun(both, { state: ["a.json", "b.json"], deployments: "deployments.json" })).toMatchObject({ fixed: true });
    // The name alone fits roles of all accounts; of the one that is not in the state, the state of another deployment may tell.
    expect(await fixRun(both, { state: ["a.json"], deployments: "deployments.json" })).toMatchObject({ fixed: true });
    expect(await fixRun({ ...both, ...findings(roleArn(NAME_1)), "findings/1.json": finding(roleArn("x", OTHER), ACL) }, { state: ["a.json"], deployments: "deployments.json" })).toMatchObject({
      fixed: false,
      exitCode: 1,
    });
  });

  test.each([
    [list(["1111"]), 'expected the twelve digits of an account, as a text'],
    [list([]), "accounts: expected at least one account"],
    [list(["111122223333"], []), "expected"],
    ["{}", "expected a list"],
    ['[{"files": "*"}]', "accounts: expected a list of accounts"],
    ["nonsense", "cannot be read as JSON"],
  ])("bad input: %s", async (text, message) => {
    const folder = workspace({ ...files, "deployments.json": text });
    expect(await refusal(runLint(folder, { deployments: "deployments.json" }))).toMatch(/^--deployments deployments\.json/u);
    expect(await refusal(runLint(folder, { deployments: "deployments.json" }))).toContain(message);
  });
});

describe("an inventory", () => {
  const generated = `resource "aws_iam_role" "orders" {\n  name_prefix = "orders-"\n}\n${INLINE.replace('role = "orders"', "role = aws_iam_role.orders.name")}`;
  const inventory = (...names: readonly string[]): string => authorizationDetails({ roles: Object.fromEntries(names.map((name) => [roleArn(name), []])) });

  test("of a deployment whose records were not given", async () => {
    const files = { "main.tf": generated, ...findings(roleArn(NAME_1)), "a.json": shownState({ "aws_iam_role.orders": roleArn(NAME_1) }) };
    expect(await fixRun({ ...files, "inventory.json": inventory(NAME_1) }, { state: ["a.json"], inventory: ["inventory.json"] })).toMatchObject({ fixed: true });
    const twice = await fixRun({ ...files, "inventory.json": inventory(NAME_1, NAME_2) }, { state: ["a.json"], inventory: ["inventory.json"] });
    expect(twice).toMatchObject({ fixed: false, exitCode: 0 });
    expect(twice.said).toEqual([
      `  kept: main.tf: aws_iam_role_policy.orders: no finding for role "${NAME_2}" in account 111122223333, whose name fits aws_iam_role.orders and of which there is no state or stack`,
    ]);
  });

  test("makes the only name that there is an exact one, if it has all accounts of the findings", async () => {
    const files = { "main.tf": generated, ...findings(roleArn(NAME_1)) };
    expect(await fixRun(files, { exactOnly: true })).toMatchObject({ fixed: false, exitCode: 1 });
    const known = { ...files, "inventory.json": inventory(NAME_1, "other") };
    expect(await fixRun(known, { exactOnly: true, inventory: ["inventory.json"] })).toMatchObject({ fixed: true });
    const elsewhere = { ...known, "findings/1.json": finding(roleArn("x", OTHER), ACL) };
    expect(await fixRun(elsewhere, { exactOnly: true, inventory: ["inventory.json"] })).toMatchObject({ fixed: false });
    const placed = { ...elsewhere, "deployments.json": JSON.stringify([{ files: "**", accounts: ["111122223333"] }]) };
    expect(await fixRun(placed, { exactOnly: true, inventory: ["inventory.json"], deployments: "deployments.json" })).toMatchObject({ fixed: true });
  });

  const groupArn = (name: string, account = "111122223333"): string => `arn:aws:iam::${account}:group/${name}`;
  const userArn = (name: string, account = "111122223333"): string => `arn:aws:iam::${account}:user/${name}`;
  test("a group that has evidence in one account is another one in the next", async () => {
    const files = {
      "main.tf": INLINE.replace("aws_iam_role_policy", "aws_iam_group_policy").replace('role = "orders"', 'group = "devs"'),
      ...findings(roleArn("x", OTHER)),
      "findings/devs.json": lastAccessed(groupArn("devs")),
    };
    const everywhere = authorizationDetails({ groups: { [groupArn("devs")]: [], [groupArn("devs", OTHER)]: [] }, users: { [userArn("ann", OTHER)]: { groups: ["devs"] } } });
    const here = authorizationDetails({ groups: { [groupArn("devs")]: [] }, roles: { [roleArn("x", OTHER)]: [] } });
    expect(await fixRun({ ...files, "inventory.json": here }, { inventory: ["inventory.json"] })).toMatchObject({ fixed: true });
    const both = await fixRun({ ...files, "inventory.json": everywhere }, { inventory: ["inventory.json"] });
    expect(both.fixed).toBe(false);
    expect(both.said).toContain(`  kept: main.tf: aws_iam_group_policy.orders: no finding for group "devs" in account ${OTHER} (group "devs")`);
  });

  test("without users, groups are not empty", async () => {
    const files = { "main.tf": shared, ...findings(roleArn("orders")) };
    const details = { roles: { [roleArn("orders")]: [SHARED] }, groups: { [groupArn("devs")]: [SHARED] }, policies: { [SHARED]: 2 } };
    const kept = await fixRun({ ...files, "inventory.json": authorizationDetails(details) }, { inventory: ["inventory.json"] });
    expect(kept.fixed).toBe(false);
    expect(kept.said).toContain('  kept: main.tf: aws_iam_policy.shared: no finding for group "devs" in account 111122223333, to whom "shared" is attached outside of this repository');
    const known = authorizationDetails({ ...details, users: { [userArn("ann")]: {} } });
    expect(await fixRun({ ...files, "inventory.json": known }, { inventory: ["inventory.json"] })).toMatchObject({ fixed: true });
  });

  test("that does not say how many attachments there are closes nothing", async () => {
    const files = { "main.tf": shared, ...findings(roleArn("orders")) };
    const inventoryOf = (more: object): string => JSON.stringify({ RoleDetailList: [{ Arn: roleArn("orders"), AttachedManagedPolicies: [{ PolicyArn: SHARED }] }], Policies: [{ Arn: SHARED, ...more }] });
    expect(await fixRun({ ...files, "inventory.json": inventoryOf({ AttachmentCount: 1 }) }, { inventory: ["inventory.json"] })).toMatchObject({ fixed: true });
    expect(await fixRun({ ...files, "inventory.json": inventoryOf({}) }, { inventory: ["inventory.json"] })).toMatchObject({ fixed: false, exitCode: 1 });
  });

  test("says nothing of accounts that it does not have", async () => {
    const files = { "main.tf": INLINE, ...findings(roleArn("orders"), roleArn("orders", OTHER)), "inventory.json": inventory("orders") };
    expect(await fixRun(files, { inventory: ["inventory.json"] })).toMatchObject({ fixed: true });
  });

  test("does not answer for a policy that is somebody's boundary, too", async () => {
    const template = (boundary: string): string => `Resources:
  Shared:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      ManagedPolicyName: shared
      Roles: [orders]
      PolicyDocument:
        Statement:
          - Effect: Allow
            Action:
              - s3:GetObject
              - s3:GetBucketAcl
            Resource: "*"
${boundary}`;
    const boundary = "  Other:\n    Type: AWS::IAM::Role\n    Properties:\n      PermissionsBoundary: !Ref Shared\n";
    const policy = "arn:aws:iam::111122223333:policy/shared";
    const details = authorizationDetails({ roles: { [roleArn("orders")]: [policy] }, policies: { [policy]: 1 } });
    const fixes = async (text: string): Promise<boolean> => {
      const folder = workspace({ "template.yaml": text, ...findings(roleArn("orders")), "inventory.json": details });
      await runLint(folder, { inventory: ["inventory.json"], fix: true });
      return read(folder, "template.yaml") !== text;
    };
    expect(await fixes(template(""))).toBe(true);
    expect(await fixes(template(boundary))).toBe(false);
  });

  test("that is none stops the run", async () => {
    const folder = workspace({ "main.tf": INLINE, ...findings(roleArn("orders")), "inventory.json": "{}" });
    expect(await refusal(runLint(folder, { inventory: ["inventory.json"] }))).toBe(
      `${folder}/inventory.json: this is not the output of get-account-authorization-details but an empty object: export it with \`aws iam get-account-authorization-details --output json\`.`,
    );
  });
});

describe("settings of evidence()", () => {
  const folder = workspace({ ...findings(roleArn("orders")), "inventory.json": authorizationDetails({ roles: { [roleArn("orders")]: [] } }) });
  const settings = (options: Omit<EvidenceOptions, "findings" | "cwd">): Readonly<Record<string, unknown>> => plugin.evidence({ findings: ["findings"], cwd: folder, ...options })["least-privilege"];

  test("are plain data, with absolute paths", () => {
    const made = settings({
      inventory: ["inventory.json"],
      deployments: [{ files: "*.tf", accounts: ["111122223333"] }],
      fixOnly: "exact",
      protectedPrincipals: ["arn:aws:iam::*:role/break-glass-*"],
      principals: { "aws_iam_role.orders": roleArn("orders") },
    });
    expect(made["fingerprint"]).toMatch(/^[0-9a-f]{64}-[0-9a-f]{64}$/u);
    expect({ ...made, fingerprint: "" }).toEqual({
      findings: [`${folder}/findings/0.json`],
      fingerprint: "",
      root: folder,
      cwd: folder,
      inventory: [`${folder}/inventory.json`],
      deployments: [{ files: ["*.tf"], accounts: ["111122223333"] }],
      fixOnly: "exact",
      protectedPrincipals: ["arn:aws:iam::*:role/break-glass-*"],
      principals: { "aws_iam_role.orders": roleArn("orders") },
    });
    expect(JSON.parse(JSON.stringify(made))).toEqual(made);
  });

  test.each([
    [{ principals: { "aws_iam_role.orders": "orders" } }, 'principals, "aws_iam_role.orders": found "orders", expected the ARN of a role, user or group'],
    [{ principals: { "aws_iam_role.orders": [] } }, 'principals, "aws_iam_role.orders": found nothing, expected the ARN'],
    [{ principals: { x: "arn:aws:s3:::bucket" } }, 'principals, "x": found "arn:aws:s3:::bucket", expected the ARN'],
    [{ protectedPrincipals: ["break-glass-*"] }, 'protected principals: "break-glass-*" is not an ARN of a role or user'],
    [{ protectedPrincipals: ["arn:aws:s3:::*"] }, 'protected principals: "arn:aws:s3:::*" is not an ARN of a role or user'],
    [{ protectedPrincipals: ["arn:aws:iam::111122223333:policy/x"] }, "is not an ARN of a role or user"],
    [{ deployments: [{ files: "*.tf", accounts: ["prod"] }] }, "deployments.0.accounts.0: the twelve digits of an account, as a text"],
  ])("bad ones: %j", (options, message) => {
    expect(() => settings(options)).toThrow(message);
  });
});

describe("exceptions of refine and explain", () => {
  const folder = workspace({
    "findings/0.json": finding("orders", { s3: ["GetBucketAcl", "GetBucketCORS"] }),
    "least-privilege.exceptions.yaml": EXCEPTION("    expires: 2999-12-31\n"),
  });
  const principal = roleArn("orders");
  const policy = JSON.stringify({ Statement: [{ Effect: "Allow", Action: ["s3:GetObject", "s3:GetBucketAcl", "s3:GetBucketCORS"] }] });

  test("what they keep stays, and is told", () => {
    expect(refinePolicyText(policy, { findings: ["findings"], principal }, folder)).toEqual({
      output: policy.replace(',"s3:GetBucketCORS"', ""),
      notes: ['removed "s3:GetBucketCORS"', "kept s3:GetBucketAcl, because orders is excepted: The audit reads it."],
    });
  });

  test("is a reason of its own", async () => {
    let written = "";
    await explainEntry(
      "s3:GetBucketA*",
      { findings: ["findings"], principal: [principal], format: "json" },
      { cwd: folder, env: {}, stdout: { write: (text) => (written += text) } },
    );
    const { actions } = JSON.parse(written) as { readonly actions: readonly unknown[] };
    expect(actions).toEqual([
      { action: "s3:GetBucketAbac", kind: "not-reported", tracked: null },
      { action: "s3:GetBucketAcl", kind: "excepted", reason: "The audit reads it.", until: "2999-12-31" },
    ]);
  });
});
