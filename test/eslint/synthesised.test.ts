import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, symlinkSync, utimesSync } from "node:fs";
import { join, relative } from "node:path";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import plugin from "../../src/index.js";
import { logicalId } from "../../src/dialects/cdk/logical-id.js";
import { loadCdkOut } from "../../src/deployed/cdk-out.js";
import { authorizationDetails } from "../inventory/export.js";
import { eslintIn, finding, put, read, runLint, workspace } from "../workspace.js";

const statement = (...actions: readonly string[]): string => `new iam.PolicyStatement({ actions: ${JSON.stringify(actions).replaceAll(",", ", ")}, resources: ["*"] })`;
const STATEMENT = statement("s3:ListBucket", "s3:GetObject", "s3:PutObject");

/** Ids come from a list that only the running app knows; two creations have ids that end alike. */
const TEAM = `import * as iam from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";

export class Team extends Construct {
  constructor(scope: Construct, id: string, names: readonly string[]) {
    super(scope, id);
    const assumedBy = new iam.ServicePrincipal("lambda.amazonaws.com");
    for (const name of names) {
      const reader = new iam.Role(this, \`\${name}Reader\`, { assumedBy });
      reader.addToPolicy(${STATEMENT});
    }
    for (const name of names) {
      const computed = new iam.Role(this, name, { assumedBy });
      computed.addToPolicy(${statement("s3:ListBucket", "s3:DeleteObject")});
    }
  }
}
`;

const APP = `import { App, NestedStack, Stack, Stage } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import { Team } from "../lib/team.js";

const names: string[] = JSON.parse('["Red", "Blue"]');
const app = new App({ analyticsReporting: false });
for (const name of names.slice(0, 1)) new Team(new Stack(app, "Demo", { stackName: "demo" }), name, names);
const prod = new Stage(app, "Prod", { env: { account: "111122223333", region: "eu-west-1" } });
const inner = new Stack(prod, "Inner");
const owner = new iam.Role(inner, "Owner", { assumedBy: new iam.AccountRootPrincipal(), roleName: names[1] });
owner.addToPolicy(${statement("sqs:SendMessage", "sqs:PurgeQueue")});
for (const name of names) {
  const nested = new iam.User(new NestedStack(inner, \`\${name}Nested\`), \`\${name}Hidden\`);
  nested.addToPolicy(${STATEMENT});
}
app.synth();
`;

const SOURCES = { "bin/app.ts": APP, "lib/team.ts": TEAM };
const READERS = ["demo-RedRedReaderBCEC1614-AbCdEfGhIjKl", "demo-RedBlueReader2499D04D-AbCdEfGhIjKl"];
const COMPUTED = ["demo-Red9EDBD9B4-AbCdEfGhIjKl", "demo-RedBlue15E46CFD-AbCdEfGhIjKl"];
const UNUSED = { s3: ["GetObject", "PutObject"] };

let folder = "";

function synthesise(): ReadonlyMap<string, string> {
  const outdir = join(folder, "cdk.out");
  rmSync(outdir, { recursive: true, force: true });
  const { status, stderr } = spawnSync(process.execPath, ["--import", "tsx", "bin/app.ts"], {
    cwd: folder,
    encoding: "utf8",
    // The built-in check of templates takes seconds and finds nothing that matters here.
    env: { ...process.env, NODE_OPTIONS: "", CDK_OUTDIR: outdir, CDK_VALIDATION: "false" },
  });
  if (status !== 0) throw new Error(stderr);
  const files = readdirSync(outdir, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".template.json"));
  return new Map(files.sort().map((name) => [name, readFileSync(join(outdir, name), "utf8")]));
}

let templates: ReadonlyMap<string, string>;

beforeAll(() => {
  folder = workspace({ ...SOURCES, "package.json": '{ "type": "module" }' });
  symlinkSync(join(import.meta.dirname, "..", "..", "node_modules"), join(folder, "node_modules"));
  templates = synthesise();
}, 120_000);

beforeEach(() => {
  rmSync(join(folder, "findings"), { recursive: true, force: true });
  for (const [path, text] of Object.entries(SOURCES)) write(path, text);
});

/** A source as it was before the synthesis. */
function write(path: string, text: string): void {
  put(folder, path, text);
  utimesSync(join(folder, path), 1_750_000_000, 1_750_000_000);
}

function given(roles: readonly string[], unused: Readonly<Record<string, readonly string[]>> = UNUSED): void {
  for (const role of roles) put(folder, `findings/${role}.json`, finding(role, unused));
}

function inventory(roles: readonly string[]): void {
  put(folder, "inventory.json", authorizationDetails({ roles: Object.fromEntries(roles.map((role) => [`arn:aws:iam::111122223333:role/${role}`, []])) }));
}

/** The actions that are reported, each with why it is not fixed. */
async function reported(options: Parameters<typeof runLint>[1] = {}): Promise<readonly string[]> {
  const { stdout } = await runLint(folder, { cdkOut: ["cdk.out"], ...options });
  return [...stdout.matchAll(/error {2}"([^"]+)" is not used by .*?\. (?:Not fixed(?: by itself)?, because )?(.*?)\.? {2}least-privilege/gu)].map(([, action = "", why = ""]) => `${action}: ${why}`);
}

test("a cdk.out folder tells every principal of the app and its stages, with the places of its creation", () => {
  const { principals } = loadCdkOut(join(folder, "cdk.out")).value;
  const shown = principals
    .filter(({ kind, address }) => kind !== null || address.endsWith("Hidden"))
    .map(({ kind, address, stack, logicalId, name, frames }) => {
      const places = frames.map(({ file, line, column }) => `${relative(folder, file)}:${String(line)}:${String(column)}`);
      return [kind, address, `${stack}/${logicalId}`, name.kind === "written" ? `written ${name.name}` : name.kind, ...places].join(" ");
    });
  expect(shown.sort()).toEqual([
    " Prod/Inner/BlueNested/BlueHidden Prod-Inner/BlueHidden7EA35AE8 unknown bin/app.ts:13:18",
    " Prod/Inner/RedNested/RedHidden Prod-Inner/RedHidden5A7A67E3 unknown bin/app.ts:13:18",
    "role Demo/Red/Blue demo/RedBlue15E46CFD generated lib/team.ts:13:24 bin/app.ts:7:39",
    "role Demo/Red/BlueReader demo/RedBlueReader2499D04D generated lib/team.ts:9:22 bin/app.ts:7:39",
    "role Demo/Red/Red demo/Red9EDBD9B4 generated lib/team.ts:13:24 bin/app.ts:7:39",
    "role Demo/Red/RedReader demo/RedRedReaderBCEC1614 generated lib/team.ts:9:22 bin/app.ts:7:39",
    "role Prod/Inner/Owner Prod-Inner/Owner3BA7C727 written Blue bin/app.ts:10:15",
  ]);
});

describe("names from a synthesis", () => {
  test("are not known without it", async () => {
    given(READERS);
    expect(await reported({ cdkOut: [] })).toEqual([]);
  });

  test("lead to suggestions: another synthesis may make others", async () => {
    given([...READERS, ...COMPUTED], { s3: ["GetObject", "PutObject", "DeleteObject"] });
    given(["Blue"], { sqs: ["PurgeQueue"] });
    const why = (address: string): string => `the names of "${address}" are known from a synthesis, and`;
    expect(await reported({ fix: true })).toEqual([
      `sqs:PurgeQueue: ${why("Prod/Inner/Owner")} another one may give others`,
      `s3:GetObject: ${why("Team/<name>Reader")} no inventory shows that there are no others`,
      `s3:PutObject: ${why("Team/<name>Reader")} no inventory shows that there are no others`,
      `s3:DeleteObject: ${why("Team/<name>")} another one may give others`,
    ]);
    expect([read(folder, "bin/app.ts"), read(folder, "lib/team.ts")]).toEqual([APP, TEAM]);
  });

  test("are all that one creation made: who has no finding keeps everything", async () => {
    given(READERS.slice(1));
    inventory(READERS);
    expect(await reported({ fix: true, inventory: ["inventory.json"] })).toEqual([]);
    expect(read(folder, "lib/team.ts")).toBe(TEAM);
  });

  test("leave a doubt while the inventory shows another principal that the creation may have made", async () => {
    given(READERS);
    for (const other of ["demo-RedGreenReader01234567-AbCdEfGhIjKl", "Later-BlueBlueReader89ABCDEF-AbCdEfGhIjKl"]) {
      inventory([...READERS, other]);
      const why = `the role "${other}" in account 111122223333 may be "Team/<name>Reader" of another synthesis`;
      expect(await reported({ fix: true, inventory: ["inventory.json"] })).toEqual([`s3:GetObject: ${why}`, `s3:PutObject: ${why}`]);
    }
    expect(read(folder, "lib/team.ts")).toBe(TEAM);
  });

  test("are not looked up by places in a file that was written since, or is looked at in another state", async () => {
    given([...READERS, "Blue"], { ...UNUSED, sqs: ["PurgeQueue"] });
    inventory([...READERS, "Blue"]);
    put(folder, "lib/team.ts", TEAM);
    put(folder, "bin/app.ts", `\n${APP}`);
    expect(await reported({ fix: true, inventory: ["inventory.json"] })).toEqual([`sqs:PurgeQueue: "Prod/Inner/Owner" is known in a synthesis by the end of its path only`]);
    write("lib/team.ts", TEAM);
    const config = [...plugin.configs.typescript, { settings: plugin.evidence({ findings: ["findings"], cdkOut: ["cdk.out"], cwd: folder }) }];
    const lintText = async (text: string) => (await eslintIn(folder, config).lintText(text, { filePath: join(folder, "lib/team.ts") }))[0]?.messages.map(({ line, suggestions = [] }) => [line, suggestions.length]);
    expect(await lintText(TEAM)).toEqual([[10, 1], [10, 1]]);
    expect(await lintText(`\n${TEAM}`)).toEqual([]);
  });

  test("are part of what ESLint's cache goes by", () => {
    given(READERS);
    const fingerprint = (): string => plugin.evidence({ findings: ["findings"], cdkOut: ["cdk.out"], cwd: folder })["least-privilege"].fingerprint;
    const before = fingerprint();
    expect(fingerprint()).toBe(before);
    const [[path, text] = ["", ""]] = templates;
    put(folder, `cdk.out/${path}`, text.replace("{", '{ "Description": "changed",'));
    expect(fingerprint()).not.toBe(before);
    put(folder, `cdk.out/${path}`, text);
  });
});

describe("a folder that is none", () => {
  test.each([
    ["is refused", {}, "there is no manifest.json in it: name the folder that `cdk synth` wrote, usually cdk.out."],
    ["with something else in its manifest", { "manifest.json": '{ "artifacts": [] }' }, "manifest.json, artifacts: expected the artifacts by their ids: "],
    ["with a stack without a template", { "manifest.json": '{ "artifacts": { "A": { "type": "aws:cloudformation:stack" } } }' }, "artifacts.A.properties: expected a templateFile: "],
    ["without the file of a template", { "manifest.json": '{ "artifacts": { "A": { "type": "aws:cloudformation:stack", "properties": { "templateFile": "a.json" } } } }' }, "a.json: "],
  ])("%s", (_, files, message) => {
    const other = workspace({ "findings/1.json": finding("a", UNUSED), "out/readme.md": "", ...Object.fromEntries(Object.entries(files).map(([path, text]) => [`out/${path}`, text])) });
    expect(() => plugin.evidence({ findings: ["findings"], cdkOut: ["out"], cwd: other })).toThrow(message);
  });
});

describe("a synthesis that was recorded otherwise", () => {
  const SHARED = `import * as iam from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";

export class Shared extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    new iam.Role(this, "Exporter").addToPolicy(${STATEMENT});
  }
}
`;
  const stack = (metadata: object, resources: object): object => ({
    "cdk.out/manifest.json": JSON.stringify({ artifacts: { Shop: { type: "aws:cloudformation:stack", properties: { templateFile: "Shop.template.json" }, metadata } } }),
    "cdk.out/Shop.template.json": JSON.stringify({ Resources: resources }),
  });
  const id = (path: string): string => logicalId([...path.split("/"), "Resource"]);
  const entry = (path: string, own = id(path), file: string | null = null): object => ({
    [`/Shop/${path}/Resource`]: [{ type: "aws:cdk:logicalId", data: own }, ...(file === null ? [] : [{ type: "aws:cdk:creationStack", data: [`new Shared (${file})`] }])],
  });
  const role = (own: string, properties: object = {}): object => ({ [own]: { Type: "AWS::IAM::Role", Properties: properties } });
  const OWN = `Shop-${id("Left/Exporter")}-AbCdEfGhIjKl`;

  async function why(files: object): Promise<readonly string[]> {
    const other = workspace({ "lib/shared.ts": SHARED, "findings/1.json": finding(OWN, UNUSED), "inventory.json": authorizationDetails({ roles: { [`arn:aws:iam::111122223333:role/${OWN}`]: [] } }), ...files });
    utimesSync(join(other, "lib/shared.ts"), 1_750_000_000, 1_750_000_000);
    const { stdout } = await runLint(other, { cdkOut: ["cdk.out"], inventory: ["inventory.json"], fix: true });
    expect(read(other, "lib/shared.ts")).toBe(SHARED);
    return [...stdout.matchAll(/Not fixed(?: by itself)?, because (.*?)\. {2}/gu)].map(([, each = ""]) => each);
  }
  const byPath = Array.from({ length: 2 }, () => '"Shared/Exporter" is known in a synthesis by the end of its path only');

  test("tells by the end of the path what only one construct has", async () => {
    expect(await why(stack(entry("Left/Exporter"), role(id("Left/Exporter"))))).toEqual(byPath);
    expect(await why(stack(entry("Left/Exporter", undefined, "/other/checkout/lib/shared.ts:7:5"), role(id("Left/Exporter"))))).toEqual(byPath);
    expect(await why(stack(entry("Left/Exporter", undefined, "/app/dist/lib/shared.js:9:9"), role(id("Left/Exporter"))))).toEqual(byPath);
  });

  test("tells nothing where it may be another, or one without a known name", async () => {
    const one = { ...entry("Left/Exporter") };
    const own = role(id("Left/Exporter"));
    expect(await why(stack({ ...one, ...entry("Right/Exporter") }, { ...own, ...role(id("Right/Exporter")) }))).toEqual([]);
    expect(await why(stack({ ...one, ...entry("Nested/Exporter", "Exporter01234567") }, own))).toEqual([]);
    expect(await why(stack(one, { ...own, ...role("WithoutMetadata") }))).toEqual([]);
    expect(await why(stack(entry("Left/Exporter", "Renamed"), role("Renamed")))).toEqual([]);
    expect(await why(stack(one, role(id("Left/Exporter"), { RoleName: { "Fn::Sub": "x-${AWS::Region}" } })))).toEqual([]);
  });
});

interface Policy {
  readonly Type: string;
  readonly Properties: { readonly Roles?: readonly { readonly Ref: string }[]; readonly PolicyDocument?: { readonly Statement: readonly { readonly Action: readonly string[] }[] } };
}

/** A template without what the roles of these logical ids do not use. */
function without(text: string, ids: readonly string[], unused: readonly string[]): unknown {
  const template = JSON.parse(text) as { readonly Resources: Readonly<Record<string, Policy>> };
  const Resources = Object.entries(template.Resources).map(([id, resource]) => {
    const { Roles = [], PolicyDocument } = resource.Properties;
    if (PolicyDocument === undefined || !Roles.some(({ Ref }) => ids.includes(Ref))) return [id, resource];
    const Statement = PolicyDocument.Statement.map(({ Action, ...rest }) => {
      const left = Action.filter((action) => !unused.includes(action));
      return { ...rest, Action: left.length === 1 ? left[0] : left };
    });
    return [id, { ...resource, Properties: { ...resource.Properties, PolicyDocument: { ...PolicyDocument, Statement } } }];
  });
  return { ...template, Resources: Object.fromEntries(Resources) as unknown };
}

test("with an inventory that shows no others, all is fixed in one run, and the app gives the same templates but for that", async () => {
  given(READERS);
  inventory([...READERS, ...COMPUTED, "demo-Another01234567-AbCdEfGhIjKl", "by-hand"]);
  const { stdout, stderr, exitCode } = await runLint(folder, { cdkOut: ["cdk.out"], inventory: ["inventory.json"], fix: true });
  expect([stdout, exitCode]).toEqual(["", 0]);
  expect(stderr).toContain("Fixed: 1 file.\n");
  expect(read(folder, "bin/app.ts")).toBe(APP);
  expect(read(folder, "lib/team.ts")).toBe(TEAM.replace(STATEMENT, statement("s3:ListBucket")));
  const after = synthesise();
  const logicalIds = READERS.map((role) => role.split("-")[1] ?? "");
  const shown = (all: ReadonlyMap<string, string>, ids: readonly string[]) => Object.fromEntries([...all].filter(([name]) => !name.includes("nested")).map(([name, text]) => [name, without(text, ids, ["s3:GetObject", "s3:PutObject"])]));
  expect(shown(after, [])).toEqual(shown(templates, logicalIds));
  expect(shown(after, [])).not.toEqual(shown(templates, []));
}, 60_000);
