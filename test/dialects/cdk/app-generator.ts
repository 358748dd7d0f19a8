import type { AppFiles } from "./app-projects.js";

/** A small generator of pseudo-random numbers below a limit: every run takes the same ones. */
export type Random = (below: number) => number;

export function randomOf(seed: number): Random {
  let state = seed * 2_654_435_761 % 4_294_967_296;
  return (below) => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return Math.floor((state / 4_294_967_296) * below);
  };
}

/** A class of the project that later ones may create or extend. */
interface Made {
  readonly name: string;
  readonly file: string;
  readonly isDefault: boolean;
}

const HEAD = [
  "import { Construct } from 'constructs';",
  "import { App, NestedStack, Stack, Stage } from 'aws-cdk-lib';",
  "import * as iam from 'aws-cdk-lib/aws-iam';",
  "import { Code, Function as Fn, Runtime } from 'aws-cdk-lib/aws-lambda';",
  "const assumedBy = new iam.AccountRootPrincipal();",
].join("\n");

/** A random app: constructs in several files that create, extend and give roles to each other, in stacks and stages. */
export function randomApp(random: Random): AppFiles {
  const pick = <Item>(items: readonly Item[]): Item => items[random(items.length)] ?? items[0] ?? fail();
  const chance = (percent: number): boolean => random(100) < percent;
  const files: Record<string, string> = {};
  let counter = 0;
  const fresh = (start: string): string => `${start}${String((counter += 1))}`;
  const statement = (): string => `new iam.PolicyStatement({ actions: ['s3:${fresh("Act")}'], resources: ['*'] })`;

  /** The id of a construct, as the source writes it. */
  const idOf = (): string => {
    const name = fresh(pick(["Role", "Orders", "a-b", "x/y", "Resource", "VeryLongConstructIdentifierForReporting"]));
    return pick([`'${name}'`, `'${name}'`, `'${name}'`, `\`\${id}${name}\``, `id + '${name}'`]);
  };

  /** Lines of a constructor; `created` are classes that it may create. */
  const body = (created: readonly Made[], special: string): string[] => {
    const lines: string[] = [];
    const roles = ["props?.role"];
    const scopes = ["this"];
    for (let count = 1 + random(5); count > 0; count -= 1) {
      const scope = pick(scopes);
      const other = created.length === 0 ? null : pick(created);
      switch (random(11)) {
        case 0: {
          const name = fresh("group");
          lines.push(`const ${name} = new Construct(${scope}, ${chance(20) ? special : idOf()});`);
          if (lines.at(-1)?.includes(special) === true) special = idOf();
          scopes.push(name);
          break;
        }
        case 1:
        case 2: {
          const name = fresh("role");
          lines.push(`const ${name} = new iam.Role(${scope}, ${idOf()}, { assumedBy });`, `${name}.addToPolicy(${statement()});`);
          roles.push(name);
          break;
        }
        case 3:
          lines.push(`this.role.addToPrincipalPolicy(${statement()});`);
          break;
        case 4:
          lines.push(`${pick(roles).replace(/^props\?\.role$/u, "props?.role?")}.addToPrincipalPolicy(${statement()});`.replace("??.", "?."));
          break;
        case 5: {
          const name = fresh("fn");
          const given = chance(40) ? `, role: ${pick(roles)}` : "";
          lines.push(`const ${name} = new Fn(${scope}, ${idOf()}, { runtime: Runtime.NODEJS_22_X, handler: 'a.b', code: Code.fromInline('1')${given} });`);
          lines.push(`${name}.addToRolePolicy(${statement()});`);
          break;
        }
        case 6:
        case 7:
        case 8:
          if (other !== null) {
            const name = fresh("child");
            const given = chance(60) ? `, { role: ${pick([...roles, "this.role"])} }` : "";
            lines.push(`const ${name} = new ${other.name}(${scope}, ${idOf()}${given});`);
            if (chance(60)) lines.push(`${name}.${pick(["role", "own"])}.addToPrincipalPolicy(${statement()});`);
            roles.push(`${name}.role`);
          }
          break;
        case 9:
          if (other !== null && chance(15)) lines.push(`for (const each of ['A', 'B']) new ${other.name}(${scope}, \`${fresh("Loop")}\${each}\`);`);
          break;
        default:
          lines.push(`new iam.ManagedPolicy(${scope}, ${idOf()}, { roles: [${pick(["this.role", ...roles.slice(1), "this.role"])}], statements: [${statement()}] });`);
      }
    }
    return lines;
  };

  const classOf = (name: string, base: string, created: readonly Made[], parent: Made | null): string => {
    const call = pick(["super(scope, id, props);", "super(scope, id, props);", parent === null || base === "Construct" ? "super(scope, id);" : "super(scope, `${id}Sub`, { ...props });"]);
    const isDerived = parent !== null;
    const field = chance(50) ? "readonly role: iam.IRole;" : "public readonly role: iam.IRole;";
    const made = `new iam.Role(this, '${fresh("Own")}', { assumedBy })`;
    const own = pick([made, made, `props?.role ?? ${made}`]);
    return [
      `class ${name} extends ${parent?.name ?? base} {`,
      ...(isDerived ? [] : [field]),
      "  constructor(scope: Construct, id: string, props?: any) {",
      `    ${base === "Construct" && !isDerived ? "super(scope, id);" : call}`,
      ...(isDerived ? [] : [`    this.role = ${own};`]),
      ...body(created, pick(["'Default'", "'Resource'", "'Nested'"])).map((line) => `    ${line}`),
      "  }",
      ...(isDerived ? [] : ["  get own(): iam.IRole {", "    return this.role;", "  }"]),
      "}",
    ].join("\n");
  };

  const imports = (made: readonly Made[], from: string): string =>
    made
      .map(({ name, file, isDefault }) => {
        const path = pick(["own", "own", "index"]);
        const target = from === "bin" ? `../lib/${path === "index" && !isDefault ? "index" : file}` : `./${path === "index" && !isDefault ? "index" : file}`;
        return isDefault ? `import ${name} from '${target}';` : `import { ${name} } from '${target}';`;
      })
      .join("\n");

  const constructs: Made[] = [];
  const add = (name: string, file: string, base: string, parent: Made | null, used: readonly Made[]): Made => {
    const isDefault = chance(20);
    const all = parent === null ? used : [...new Set([...used, parent])];
    files[`lib/${file}.ts`] = `${HEAD}\n${imports(all, "lib")}\n\nexport ${isDefault ? "default " : ""}${classOf(name, base, used, parent)}\n`;
    return { name, file, isDefault };
  };
  for (let count = 2 + random(4); count > 0; count -= 1) {
    const used = constructs.filter(() => chance(60));
    const parent = constructs.length > 0 && chance(25) ? pick(constructs) : null;
    const name = fresh("Part");
    constructs.push(add(name, name.toLowerCase(), "Construct", parent, used));
  }
  const nested = chance(40) ? [add("Inner", "inner", "NestedStack", null, constructs.slice(0, 2))] : [];
  const stacks: Made[] = [];
  for (const name of ["First", "Second"].slice(0, 1 + random(2))) {
    const parent = stacks[0] !== undefined && chance(40) ? stacks[0] : null;
    stacks.push(add(`${name}Stack`, `${name.toLowerCase()}-stack`, "Stack", parent, [...constructs, ...nested]));
  }
  const stage = chance(40);
  if (stage) {
    const lines = stacks.map(({ name }, index) => `    new ${name}(this, '${pick(["Api", "Data"])}${String(index)}'${chance(30) ? `, { stackName: \`\${id}-stack${String(index)}\` }` : ""});`);
    files["lib/stage.ts"] = `${HEAD}\n${imports(stacks, "lib")}\n\nexport class ShopStage extends Stage {\n  constructor(scope: Construct, id: string, props?: any) {\n    super(scope, id, props);\n${lines.join("\n")}\n  }\n}\n`;
  }
  files["lib/index.ts"] = [...constructs, ...nested, ...stacks].filter(({ isDefault }) => !isDefault).map(({ file }) => `export * from './${file}';`).join("\n");
  const top: string[] = ["const app = new App();"];
  for (const { name } of stacks) {
    if (stage && chance(50)) continue;
    for (let count = 1 + random(2); count > 0; count -= 1) top.push(`new ${name}(app, '${fresh("Stack")}'${chance(30) ? `, { stackName: '${fresh("named-stack-of-a-long-name-")}' }` : ""});`);
  }
  if (stage) top.push("new ShopStage(app, 'Dev');", "new ShopStage(app, 'Prod', { stageName: 'production' });");
  files["bin/app.ts"] = `${HEAD}\n${imports(stacks, "bin")}\n${stage ? "import { ShopStage } from '../lib/stage';\n" : ""}\n${top.join("\n")}\n`;
  return files;
}

function fail(): never {
  throw new Error("nothing to choose from");
}
