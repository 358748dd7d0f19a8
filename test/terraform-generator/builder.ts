import { someDocument, type DocumentCase } from "./documents.js";
import { generatedSuffix, inTemplate, NAME_FORMS } from "./names.js";
import type { Random } from "./random.js";
import { envsOf, ONCE, text, UNSAID, type Env, type Expr, type Kind, type Module, type PrincipalBlock, type Repeat } from "./world.js";

/** What is made of a whole project. */
export interface Project {
  readonly random: Random;
  readonly services: readonly string[];
  readonly documents: DocumentCase[];
  /** Which forms it has. */
  readonly used: Set<string>;
  readonly nextWord: () => string;
}

/** A principal that can be named in the module. */
export interface Visible {
  readonly kind: Kind;
  /** Its name, in a block that stands for itself. */
  readonly name: Expr;
  /** The block that declares it, when that is in the same module. */
  readonly block: PrincipalBlock | null;
}

/** A policy's JSON that can be used in the module. */
export interface Source {
  readonly documents: readonly DocumentCase[];
  readonly json: Expr;
  /** Written out where it is used: in one place only. */
  readonly inPlace: boolean;
}

/** A module in the making. */
export interface Builder {
  readonly project: Project;
  readonly module: Module;
  /** What distinguishes the names of one instance of it from those of others. */
  readonly first: Expr;
  readonly blocks: string[];
  readonly locals: string[];
  /** Besides its Terraform files, by their paths in its directory. */
  readonly files: Map<string, string>;
  readonly principals: Visible[];
  readonly sources: Source[];
  /** ARNs of managed policies that children hand out. */
  readonly policies: Expr[];
}

export function resource(builder: Builder, type: string, label: string, lines: readonly string[]): void {
  builder.blocks.push(`resource "${type}" "${label}" {\n${lines.filter((line) => line !== "").map((line) => `  ${line}\n`).join("")}}\n`);
}

export function localValue(builder: Builder, value: Expr): Expr {
  const name = `l_${builder.project.nextWord().replaceAll("-", "_")}`;
  builder.locals.push(`${name} = ${value.text}`);
  return { text: `local.${name}`, value: value.value };
}

interface Repetition {
  readonly form: string;
  readonly make: (builder: Builder) => Repeat;
}

/** How often blocks are there, in ways that the source shows. */
const REPETITIONS: readonly Repetition[] = [
  { form: "count", make: () => ({ line: "count = 2", kind: "count", elements: [{ key: "0", element: "0" }, { key: "1", element: "1" }] }) },
  { form: "toset", make: () => ({ line: 'for_each = toset(["one", "two"])', kind: "each", elements: [{ key: "one", element: "one" }, { key: "two", element: "two" }] }) },
  { form: "an object", make: () => ({ line: 'for_each = { blue = "b", green = "g" }', kind: "each", elements: [{ key: "blue", element: "b" }, { key: "green", element: "g" }] }) },
  {
    form: "a local object",
    make: (builder) => {
      const elements = [{ key: "web", element: "w" }, { key: "jobs", element: "j" }, { key: "cron", element: "c" }];
      const local = localValue(builder, { text: '{\n    web  = "w"\n    jobs = "j"\n    cron = "c"\n  }', value: () => "" });
      return { line: `for_each = ${local.text}`, kind: "each", elements };
    },
  },
  {
    form: "for",
    make: () => ({
      line: 'for_each = { for item in [{ id = "a", on = true }, { id = "b", on = false }, { id = "c", on = true }] : item.id => upper(item.id) if item.on }',
      kind: "each",
      elements: [{ key: "a", element: "A" }, { key: "c", element: "C" }],
    }),
  },
];

/** Not known from the source. */
const UNLISTED: Repetition = {
  form: "a variable",
  make: (builder) => {
    const name = `v_${builder.project.nextWord().replaceAll("-", "_")}`;
    builder.blocks.push(`variable "${name}" {\n  type = set(string)\n}\n`);
    return { line: `for_each = var.${name}`, kind: "each", elements: [{ key: `alpha${UNSAID}`, element: `alpha${UNSAID}` }, { key: `omega${UNSAID}`, element: `omega${UNSAID}` }] };
  },
};

export function someRepeat(builder: Builder, likely: number, mayBeUnlisted = true): Repeat {
  const { random, used } = builder.project;
  if (!random.chance(likely)) return ONCE;
  const isRoot = !builder.module.dir.startsWith("modules/");
  const chosen = mayBeUnlisted && isRoot && random.chance(0.1) ? UNLISTED : random.pick(REPETITIONS);
  used.add(`repeated by ${chosen.form}`);
  return chosen.make(builder);
}

/** What tells the instances of a block apart in a name. */
export function eachText({ kind }: Repeat, random: Random): Expr | null {
  if (kind === "none") return null;
  if (kind === "count") return { text: "count.index", value: ({ key }) => key };
  return random.chance(0.6) ? { text: "each.key", value: ({ key }) => key } : { text: "each.value", value: ({ element }) => text(element) };
}

export function someName(builder: Builder, repeat: Repeat): Expr {
  const { random, used } = builder.project;
  const each = eachText(repeat, random);
  const own = builder.first;
  const first: Expr =
    each === null ? own : { text: `"${inTemplate(own)}-${inTemplate(each)}"`, value: (env) => `${text(own.value(env))}-${text(each.value(env))}` };
  const cuts = each === null && !builder.module.dir.startsWith("modules/");
  const known = NAME_FORMS.filter(({ form }) => (form !== "substr that cuts" || cuts) && !(repeat.kind !== "none" && form === "a local"));
  const chosen = random.chance(0.88) ? random.pick(known.slice(0, -2)) : random.pick(known.slice(-2));
  used.add(`named by ${chosen.form}`);
  return chosen.make({ first, word: builder.project.nextWord(), local: (value) => localValue(builder, value) }, random);
}

/** Declares a role or a user; a block for it is written when the module is finished, because policies may stand in it. */
export function addPrincipal(builder: Builder, kind: Kind): PrincipalBlock {
  const { random, used } = builder.project;
  const label = `p${String(builder.module.principals.length)}`;
  const repeat = someRepeat(builder, 0.25);
  const luck = random.int(30);
  const prefixed = luck < 2 && kind === "role";
  const given = someName(builder, repeat);
  const suffixes = new Map<string, string>();
  const name: Expr = !prefixed
    ? given
    : {
        text: given.text,
        value: (env) => {
          const id = `${env.inst.account} ${JSON.stringify(given.value(env))}`;
          const suffix = suffixes.get(id) ?? generatedSuffix(random);
          suffixes.set(id, suffix);
          return text(given.value(env)) + suffix;
        },
      };
  if (prefixed) used.add("named by name_prefix");
  const lines = [repeat.line, `${prefixed ? "name_prefix" : "name"} = ${given.text}`, ...(kind === "role" ? ["assume_role_policy = local.trust"] : [])];
  const block: PrincipalBlock = { kind, label, repeat, name, lines };
  builder.module.principals.push(block);
  return block;
}

/** References to the instances of a principal. */
export function referencesTo(block: PrincipalBlock, random: Random): readonly Visible[] {
  const address = `aws_iam_${block.kind}.${block.label}`;
  const attribute = random.pick(["name", "id"]);
  return block.repeat.elements
    .filter(({ key }) => !key.includes(UNSAID))
    .map(({ key }) => ({
      kind: block.kind,
      block,
      name: {
        text: `${address}${keyText(block.repeat, key)}.${attribute}`,
        value: (env: Env) => {
          const found = envsOf(block.repeat, env.inst).find((each) => each.key === key);
          if (found === undefined) throw new Error(`no ${address}[${key}]`);
          return block.name.value(found);
        },
      },
    }));
}

export function keyText({ kind }: Repeat, key: string): string {
  return kind === "none" ? "" : kind === "count" ? `[${key}]` : `["${key}"]`;
}

export function newDocument(builder: Builder, hasSources: boolean): DocumentCase {
  const { documents, random, services } = builder.project;
  const document = someDocument(random, documents.length, services, hasSources);
  documents.push(document);
  return document;
}

export function newBuilder(project: Project, dir: string, first: Expr): Builder {
  const module: Module = { dir, calls: [], principals: [], effects: [], outputs: new Map() };
  return { project, module, first, blocks: [], locals: [], files: new Map(), principals: [], sources: [], policies: [] };
}
