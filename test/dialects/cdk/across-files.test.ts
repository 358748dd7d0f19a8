import { relative } from "node:path";
import { describe, expect, it } from "vitest";
import { cdk } from "../../../src/dialects/cdk.js";
import type { SourceText } from "../../../src/model/text.js";
import { appFiles, locateIn, parse, type AppFiles } from "./app-projects.js";

const HEAD = "import { App, Stack, Stage, aws_iam as iam } from 'aws-cdk-lib'; import { Construct } from 'constructs';";
const GRANT = "addToPrincipalPolicy(new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: ['*'] }));";
const part = (body: string, head = "constructor(scope: Construct, id: string, props?: any)") => `${HEAD} export class Part extends Construct { ${head} { super(scope, id); ${body} } }`;
const OWN = `new iam.Role(this, 'Role', {}).${GRANT}`;
const app = (body: string, imports = "import { Part } from '../lib/part';") => `${HEAD} ${imports} const app = new App(); const stack = new Stack(app, 'Shop'); ${body}`;

/** What is said of the policies in `lib/part.ts`: principals, then clauses. */
function said(files: AppFiles, path = "lib/part.ts"): readonly string[] {
  return locateIn(files, path).documents.flatMap(({ attachment: { principals, open } }) => [
    ...principals.map(({ name }) => (name.kind === "pattern" ? name.shown : name.kind === "literal" ? name.name : name.arn)),
    ...open,
  ]);
}

const ROLE = "Shop-PRole07BDC907-<tail>";

describe("constructs that other files create", () => {
  it.each<[string, AppFiles, readonly string[]]>([
    ["named import", { "bin/app.ts": app("new Part(stack, 'P');") }, [ROLE]],
    ["renamed import", { "bin/app.ts": app("new Made(stack, 'P');", "import { Part as Made } from '../lib/part.js';") }, [ROLE]],
    ["namespace", { "bin/app.ts": app("new lib.Part(stack, 'P');", "import * as lib from '../lib/part';") }, [ROLE]],
    ["require", { "bin/app.ts": app("new Part(stack, 'P');", "const { Part } = require('../lib/part');") }, [ROLE]],
    ["barrel", { "bin/app.ts": app("new Part(stack, 'P');", "import { Part } from '../lib';"), "lib/index.ts": "export * from './part';" }, [ROLE]],
    ["renaming barrel", { "bin/app.ts": app("new Made(stack, 'P');", "import { Made } from '../lib';"), "lib/index.ts": "export { Part as Made } from './part';" }, [ROLE]],
    ["paths of tsconfig", { "bin/app.ts": app("new Part(stack, 'P');", "import { Part } from '~/part';"), "tsconfig.json": '{ "compilerOptions": { "paths": { "~/*": ["./lib/*"] } } }' }, [ROLE]],
    ["test beside it", { "bin/app.ts": app("new Part(stack, 'P');"), "test/part.test.ts": app("new Part(stack, 'T');", "import { Part } from '../lib/part';") }, [ROLE]],
    ["compiled beside it", { "bin/app.ts": app("new Part(stack, 'P');"), "bin/app.js": app("new Part(stack, 'P');") }, [ROLE]],
    ["subclass in another file", { "bin/app.ts": app("new Sub(stack, 'P');", "import { Sub } from '../lib/sub';"), "lib/sub.ts": `${HEAD} import { Part } from './part'; export class Sub extends Part {}` }, [ROLE]],
    ["an unused class that creates it", { "bin/app.ts": app("new Part(stack, 'P');"), "lib/old.ts": `${HEAD} import { Part } from './part'; export class Old extends Construct { constructor(s: Construct, i: string) { super(s, i); new Part(this, 'X'); } }` }, [ROLE]],
    ["loop", { "bin/app.ts": app("for (const n of ['A', 'B']) new Part(stack, n);") }, ['the construct id "n" is not a literal']],
    ["function", { "bin/app.ts": app("function add(scope: Construct) { new Part(scope, 'P'); } add(stack);") }, ['the construct scope "scope" is not created in the project']],
    ["handed on", { "bin/app.ts": app("new Part(stack, 'P'); create(Part);") }, [ROLE, 'the class "Part" is handed on as a value']],
    ["module handed on", { "bin/app.ts": app("for (const each of Object.values(lib)) new each(stack, 'P');", "import * as lib from '../lib/part';") }, ['the module of the class "Part" is handed on as a whole']],
    ["loaded when it runs", { "bin/app.ts": app("new Part(stack, 'P'); void import('../lib/part');") }, [ROLE, '"bin/app.ts" loads the module of the class "Part" when it runs']],
    ["nothing", { "bin/app.ts": app("") }, ['nothing in the project creates the class "Part"']],
    ["no app", { "lib/stack.ts": `${HEAD} import { Part } from './part'; export class Shop extends Stack { constructor(s: Construct, i: string) { super(s, i); new Part(this, 'P'); } }` }, [
      "<stack>-PRole07BDC907-<tail>", 'the project creates no app, and others may create the class "Part", which is exported',
    ]],
    ["package", { "bin/app.ts": app("new Part(stack, 'P');"), "package.json": '{ "name": "@acme/parts", "types": "lib/index.d.ts" }' }, [ROLE, 'the package "@acme/parts" exports the class "Part" for others']],
    ["workspace package", { "bin/app.ts": app("new Part(stack, 'P');"), "bin/other.ts": app("new Part(stack, 'Q');", "import { Part } from '@acme/parts';") }, [
      ROLE, '"bin/other.ts" imports "Part" from "@acme/parts", which is not followed',
    ]],
    ["unreadable file", { "bin/app.ts": app("new Part(stack, 'P');"), "bin/other.ts": `${app("new Part(stack, 'Q');")} }}}` }, [
      ROLE, '"bin/other.ts", which may create the class "Part", cannot be parsed',
    ]],
  ])("%s", (_, files, expected) => {
    expect(said({ "lib/part.ts": part(OWN), ...files })).toEqual(expected);
  });
});

describe("roles that other files create", () => {
  const GIVEN = `props.role.${GRANT}`;
  it.each<[string, AppFiles, readonly string[]]>([
    ["property", { "lib/part.ts": part(GIVEN), "bin/app.ts": app("const role = new iam.Role(stack, 'R', {}); new Part(stack, 'P', { role });") }, ["Shop-RC21A1702-<tail>"]],
    ["spread", { "lib/part.ts": part(GIVEN), "bin/app.ts": app("const all = { role: new iam.Role(stack, 'R', {}) }; new Part(stack, 'P', { ...all });") }, ["Shop-RC21A1702-<tail>"]],
    ["parameter property", { "lib/part.ts": part(`this.props.role.${GRANT}`, "constructor(scope: Construct, id: string, private readonly props: any)"), "bin/app.ts": app("new Part(stack, 'P', { role: new iam.Role(stack, 'R', {}) });") }, ["Shop-RC21A1702-<tail>"]],
    ["default", { "lib/part.ts": part(`role.${GRANT}`, "constructor(scope: Construct, id: string, { role = new iam.Role(scope, 'D', { roleName: 'default' }) }: any = {})"), "bin/app.ts": app("new Part(stack, 'P');") }, ["default"]],
    ["either", { "lib/part.ts": part(GIVEN), "bin/app.ts": app("const a = new iam.Role(stack, 'A', { roleName: 'a' }), b = new iam.Role(stack, 'B', { roleName: 'b' }); new Part(stack, 'P', { role: big ? a : b });") }, ["a", "b"]],
    ["constant of another file", { "lib/names.ts": "export const NAMES = { reader: 'the-reader' } as const;", "lib/part.ts": `import { NAMES } from './names'; ${part(`new iam.Role(this, 'R', { roleName: NAMES.reader }).${GRANT}`)}`, "bin/app.ts": app("new Part(stack, 'P');") }, ["the-reader"]],
    ["changed properties", { "lib/part.ts": part(GIVEN), "bin/app.ts": app("const all: any = {}; all.role = other; new Part(stack, 'P', all);") }, ['"all" is changed after it is made']],
  ])("%s", (_, files, expected) => {
    expect(said(files)).toEqual(expected);
  });

  const OTHER = { "lib/part.ts": `${HEAD} export class Part extends Construct { role: iam.Role; constructor(s: Construct, i: string) { super(s, i); this.role = new iam.Role(this, 'Role', {}); } }` };

  it("by a field, unless another file may assign it", () => {
    const use = app(`const part = new Part(stack, 'P'); part.role.${GRANT}`);
    expect(said({ ...OTHER, "bin/app.ts": use }, "bin/app.ts")).toEqual([ROLE]);
    expect(said({ ...OTHER, "bin/app.ts": use, "lib/x.ts": "export function swap(part: any, role: any) { part.role = role; }" }, "bin/app.ts")).toEqual(['"role" is assigned more than once']);
  });
});

describe("logical ids that are given", () => {
  it.each([
    ["overrideLogicalId", "(role.node.defaultChild as iam.CfnRole).overrideLogicalId('Mine');"],
    ["renameLogicalId", "Stack.of(this).renameLogicalId('PRole07BDC907', 'Mine');"],
  ])("%s", (name, change) => {
    const files = { "lib/part.ts": part(`const role = new iam.Role(this, 'Role', {}); role.${GRANT} ${change}`), "bin/app.ts": app("new Part(stack, 'P');") };
    expect(said(files)).toEqual([`"${name}" gives "Shop/P/Role" another logical id`]);
  });

  it("to another construct changes nothing", () => {
    const files = { "lib/part.ts": part(OWN), "bin/app.ts": app("new Part(stack, 'P'); const r = new iam.Role(stack, 'R', {}); (r.node.defaultChild as iam.CfnRole).overrideLogicalId('Mine');") };
    expect(said(files)).toEqual([ROLE]);
  });
});

describe("names of stacks", () => {
  const shown = (body: string): readonly string[] => said({ "lib/part.ts": part(OWN), "bin/app.ts": app(body) });
  const deployments = (body: string) =>
    locateIn({ "lib/part.ts": part(OWN), "bin/app.ts": app(body) }, "lib/part.ts").documents.flatMap(({ attachment }) =>
      attachment.principals.map(({ name }) => (name.kind === "pattern" ? name.deployments : null)),
    );

  it("come with their stages", () => {
    expect(shown("const stage = new Stage(app, 'Prod'); new Part(new Stack(stage, 'Api'), 'P');")).toEqual(["Prod-Api-PRole07BDC907-<tail>"]);
    expect(shown("const stage = new Stage(new Stage(app, 'A'), 'B', { stageName: 'c' }); new Part(new Stack(stage, 'Api'), 'P');")).toEqual(["A-c-Api-PRole07BDC907-<tail>"]);
  });

  it("differ from deployment to deployment where the source computes them", () => {
    const computed = "new Part(new Stack(app, `Shop-${process.env.STAGE}`), 'P');";
    expect(shown(computed)).toEqual(["Shop-<process.env.STAGE>-PRole07BDC907-<tail>"]);
    expect(deployments(computed)).toEqual([[]]);
    expect(deployments("for (const env of envs) new Part(new Stack(app, env.name, { stackName: 'shop' }), 'P');")).toEqual([[]]);
    expect(deployments("new Part(stack, 'P');")).toEqual([undefined]);
  });
});

describe("places", () => {
  const placesOf = (files: AppFiles) => {
    const around = appFiles(files);
    const [principal] = locateIn(files, "lib/part.ts", around).documents[0]?.attachment.principals ?? [];
    return principal === undefined ? [] : (cdk.places?.(principal, around) ?? []).map(({ shown }) => shown);
  };

  it("are all stacks that have a construct of the same path", () => {
    const files = { "lib/part.ts": part(OWN), "bin/app.ts": app("new Part(stack, 'P'); const other: Stack = new Stack(app, props.name); new Part(other, 'P'); new Part(stack, 'Q');") };
    expect(placesOf(files)).toEqual(["Shop/P/Role (lib/part.ts)", "<props.name>/P/Role (lib/part.ts)"]);
  });

  it("are all that write the same name", () => {
    const named = (id: string) => `new iam.Role(this, '${id}', { roleName: 'reader' }).${GRANT}`;
    const files = { "lib/part.ts": part(named("A")), "lib/other.ts": part(named("B")), "bin/app.ts": app("new Part(stack, 'P'); new Other(stack, 'O');", "import { Part } from '../lib/part'; import { Part as Other } from '../lib/other';") };
    expect(placesOf(files)).toEqual(["Shop/O/B (lib/other.ts)", "Shop/P/A (lib/part.ts)"]);
  });
});

it("asks nothing of other files without a parser", () => {
  const files = { "lib/part.ts": part(OWN), "bin/app.ts": app("new Part(stack, 'P');") };
  const { tree, ...untold } = appFiles(files);
  expect(tree).toBeTypeOf("function");
  const reading = cdk.read({ path: "/project/lib/part.ts", text: files["lib/part.ts"], tree: parse({ path: "/project/lib/part.ts", text: files["lib/part.ts"] }), principals: [] });
  const clause = 'other files may create the class "Part", which is exported';
  const offset = files["lib/part.ts"].indexOf("new iam.Role");
  expect(cdk.bind(reading, untold).documents.map(({ attachment }) => attachment)).toEqual([
    {
      principals: [],
      open: [clause],
      creations: [{ clause, kind: "role", address: "Part/Role", file: "/project/lib/part.ts", offset, isDerived: false, isGenerated: true, id: ["Role"], below: ["Resource"] }],
    },
  ]);
});

it("parses only the files that lead to the answer", () => {
  const files = {
    "bin/app.ts": app("new Part(stack, 'P'); new Other(stack, 'O');", "import { Part } from '../lib/part'; import { Other } from '../lib/other';"),
    "lib/part.ts": part(OWN),
    "lib/other.ts": part(OWN).replace("Part", "Other"),
  };
  const around = appFiles(files);
  const parsed: string[] = [];
  const tree = (file: SourceText): unknown => {
    parsed.push(relative(around.root, file.path));
    return around.tree?.(file);
  };
  expect(locateIn(files, "lib/part.ts", { ...around, tree }).documents.map(({ address }) => address)).toEqual(["Shop/P/Role/DefaultPolicy"]);
  expect(parsed).toEqual(["lib/part.ts", "bin/app.ts"]);
});
