import { posix } from "node:path";
import { unmarked, type Mark } from "../end-to-end/print.js";
import { ATTACHMENT_FORMS, attachPolicy, grantOutside, managedPolicy } from "./attachments.js";
import { addPrincipal, keyText, newBuilder, referencesTo, resource, someName, someRepeat, type Builder, type Project, type Source } from "./builder.js";
import { DOCUMENT_FORMS } from "./document-forms.js";
import { SERVICES, type DocumentCase } from "./documents.js";
import { literal } from "./names.js";
import { randomOf, type Random } from "./random.js";
import { deploy, envsOf, grant, ONCE, text, UNSAID, type Deployment, type Env, type Expr, type Inst, type Module, type World } from "./world.js";

/** A Terraform project in several files, and what comes of it. */
export interface Generated {
  readonly files: ReadonlyMap<string, { readonly text: string; readonly marks: readonly Mark[] }>;
  readonly documents: readonly DocumentCase[];
  readonly services: readonly string[];
  readonly world: World;
  readonly modules: number;
  readonly used: ReadonlySet<string>;
}

const ACCOUNTS = ["111122223333", "444455556666", "777788889999"];

/** A module that others call: what it takes besides a name, and what it hands out. */
interface LocalModule {
  readonly module: Module;
  readonly inputs: readonly InputForm[];
  readonly outputs: readonly Output[];
}

interface Output {
  readonly name: string;
  readonly kind: "role" | "user" | "policy" | "json";
  readonly source: Source | null;
}

type InputForm = "policy" | "policies" | "policy_arns";

export function generate(seed: number): Generated {
  const random = randomOf(seed);
  let words = 0;
  const counter = { next: (): string => `n${String((words += 1))}${random.pick(["ord", "bil", "api", "job"])}` };
  const documents: DocumentCase[] = [];
  const used = new Set<string>();
  const services = random.some(SERVICES, 1, 3);
  const project: Project = { random, services, documents, used, nextWord: counter.next };
  const files = new Map<string, { text: string; marks: readonly Mark[] }>();

  const locals: LocalModule[] = [];
  const count = random.pick([0, 1, 2, 3, 4]);
  for (let index = 0; index < count; index += 1) locals.push(localModule(project, `modules/m${String(index)}`, locals, files));

  const deployments: Deployment[] = [];
  const roots = random.pick([1, 1, 2, 2, 3]);
  const dirs = roots === 1 && random.chance(0.3) ? [""] : ["envs/dev", "envs/prod", "stacks/main"].slice(0, roots);
  const twins = roots > 1 && random.chance(0.4);
  if (twins) used.add("roots that say the same");
  const rootSeed = random.int(2 ** 31);
  const wordsBefore = words;
  for (const [index, dir] of dirs.entries()) {
    if (twins) words = wordsBefore;
    const own = twins ? { ...project, random: randomOf(rootSeed), nextWord: () => `n${String((words += 1))}twin` } : project;
    // A module without any caller would be one that is deployed in a way that is not to be seen.
    const called = new Set(locals.flatMap(({ module }) => module.calls.map((call) => call.module)));
    const some = own.random.some(locals, Math.min(1, locals.length), 3);
    const wanted = index === 0 || twins ? [...new Set([...some, ...locals.filter(({ module }) => !called.has(module))])] : some;
    deployments.push(...rootModule(own, dir, ACCOUNTS[index] ?? "", wanted, files));
  }
  const world = deploy(deployments);
  return { files, documents, services, world, modules: count + roots, used };
}

function localModule(project: Project, dir: string, others: readonly LocalModule[], files: Map<string, { text: string; marks: readonly Mark[] }>): LocalModule {
  const { random } = project;
  const first: Expr = { text: "var.name", value: ({ inst }) => inst.vars["name"] ?? "" };
  const builder = newBuilder(project, dir, first);
  builder.blocks.push('variable "name" {\n  type = string\n}\n');
  const inputs = random.some<InputForm>(["policy", "policies", "policy_arns"], 0, 2);
  fill(builder, random.some(others, 0, 2));
  for (const input of inputs) useInput(builder, input);
  const outputs = someOutputs(builder);
  finish(builder, files);
  return { module: builder.module, inputs, outputs };
}

/** Principals, calls, policies and what attaches them. */
function fill(builder: Builder, modules: readonly LocalModule[]): void {
  const { random, used } = builder.project;
  for (let left = random.pick([1, 1, 2, 3]); left > 0; left -= 1) builder.principals.push(...referencesTo(addPrincipal(builder, random.chance(0.75) ? "role" : "user"), random));
  for (const module of modules) for (let left = random.pick([1, 1, 2]); left > 0; left -= 1) call(builder, module);
  for (let left = random.pick([1, 1, 2, 3]); left > 0; left -= 1) {
    const form = random.pick(DOCUMENT_FORMS);
    used.add(`a policy as ${form.form.trim()}`);
    builder.sources.push(form.make(builder));
  }
  for (const source of builder.sources) {
    const times = source.inPlace ? 1 : random.pick([0, 1, 1, 1, 2]);
    for (let left = times; left > 0; left -= 1) {
      const common = random.chance(0.9);
      const forms = ATTACHMENT_FORMS.filter(({ once, form }) => (once || !source.inPlace) && (/^also|others/u.test(form) ? !common : common));
      const [chosen, ...more] = random.some(builder.principals, 1, 3);
      if (chosen === undefined) continue;
      const form = random.pick(forms);
      used.add(`attached by ${form.form}`);
      form.attach(builder, source, [chosen, ...more]);
    }
  }
  for (const arn of builder.policies) {
    if (random.chance(0.7)) attachPolicy(builder, arn, random.some(builder.principals, 1, 2));
  }
}

function call(builder: Builder, { module, inputs, outputs }: LocalModule): void {
  const { used } = builder.project;
  const name = `c${String(builder.module.calls.length)}`;
  const repeat = someRepeat(builder, 0.3);
  if (repeat.kind !== "none") used.add("a module called several times by one block");
  const given = new Map<string, Expr>([["name", someName(builder, repeat)]]);
  for (const input of inputs) given.set(input, inputValue(builder, input));
  builder.module.calls.push({ name, module, repeat, inputs: given });
  const from = posix.relative(builder.module.dir, module.dir);
  const lines = [`source = "${from.startsWith(".") ? from : `./${from}`}"`, ...(repeat.line === "" ? [] : [repeat.line]), ...[...given].map(([input, { text: source }]) => `${input} = ${source}`)];
  builder.blocks.push(`module "${name}" {\n${lines.map((line) => `  ${line}\n`).join("")}}\n`);

  for (const output of outputs) {
    const refs = repeat.elements.filter(({ key }) => !key.includes(UNSAID)).map(({ key }): Expr => ({
      text: `module.${name}${keyText(repeat, key)}.${output.name}${output.kind === "role" && output.name === "role" ? ".name" : ""}`,
      value({ inst }) {
        const child = inst.child(name, key);
        const [env] = envsOf(ONCE, child);
        return env === undefined ? "" : (module.outputs.get(output.name)?.value(env) ?? "");
      },
    }));
    for (const ref of refs) {
      if (output.kind === "policy") builder.policies.push(ref);
      else if (output.kind === "json") builder.sources.push({ documents: output.source?.documents ?? [], json: ref, inPlace: false });
      else builder.principals.push({ kind: output.kind, name: ref, block: null });
    }
  }
}

function inputValue(builder: Builder, input: InputForm): Expr {
  const { random, used } = builder.project;
  if (random.chance(0.3)) return input === "policy" ? { text: "null", value: () => "" } : input === "policies" ? { text: "{}", value: () => "" } : { text: "[]", value: () => "" };
  used.add(`given to a module as ${input}`);
  const made = random.pick(DOCUMENT_FORMS).make(builder);
  if (!made.inPlace) builder.sources.push(made);
  switch (input) {
    case "policy":
      return made.json;
    case "policies":
      return { text: `{\n    main = ${made.json.text}\n  }`, value: made.json.value };
    case "policy_arns": {
      const arn = managedPolicy(builder, made);
      return { text: `[${arn.text}]`, value: arn.value };
    }
  }
}

/** The module gives what it is handed to a principal of its own. */
function useInput(builder: Builder, input: InputForm): void {
  const { random } = builder.project;
  builder.blocks.push(`variable "${input}" {\n  default = ${input === "policy" ? "null" : input === "policies" ? "{}" : "[]"}\n}\n`);
  const block = random.pick(builder.module.principals);
  const [reference] = referencesTo(block, random);
  if (reference === undefined) return;
  const { kind } = block;
  const to = `${kind} = ${reference.name.text}`;
  switch (input) {
    case "policy":
      resource(builder, `aws_iam_${kind}_policy`, "given", [random.chance(0.5) ? "count = var.policy == null ? 0 : 1" : "", to, "policy = var.policy"]);
      break;
    case "policies":
      resource(builder, `aws_iam_${kind}_policy`, "all_given", ["for_each = var.policies", to, "policy = each.value"]);
      break;
    case "policy_arns": {
      const counted = random.chance(0.5);
      resource(builder, `aws_iam_${kind}_policy_attachment`, "given", [
        counted ? "count = length(var.policy_arns)" : "for_each = toset(var.policy_arns)",
        to,
        `policy_arn = ${counted ? "var.policy_arns[count.index]" : "each.value"}`,
      ]);
    }
  }
  builder.module.effects.push((inst: Inst, world: World) => {
    const [env] = envsOf(ONCE, inst);
    if (env !== undefined) grant(world, inst, kind, text(reference.name.value(env)), inst.vars[input] ?? "");
  });
}

function someOutputs(builder: Builder): readonly Output[] {
  const { random } = builder.project;
  const outputs: Output[] = [];
  const add = (output: Output, source: string, value: Expr["value"]): void => {
    outputs.push(output);
    builder.blocks.push(`output "${output.name}" {\n  value = ${source}\n}\n`);
    builder.module.outputs.set(output.name, { text: source, value });
  };
  const principal = random.pick(builder.principals);
  if (random.chance(0.7)) {
    const { block, kind, name } = principal;
    const asWhole = block?.kind === "role" && block.repeat.kind === "none" && random.chance(0.4) ? `aws_iam_role.${block.label}` : null;
    add({ name: asWhole === null ? `${kind}_name` : "role", kind, source: null }, asWhole ?? name.text, name.value);
  }
  const [source] = random.some(builder.sources.filter(({ inPlace }) => !inPlace), 1, 1);
  if (source !== undefined && random.chance(0.4)) {
    if (random.chance(0.6)) {
      const arn = managedPolicy(builder, source);
      add({ name: "policy_arn", kind: "policy", source }, arn.text, arn.value);
    } else add({ name: "policy_json", kind: "json", source }, source.json.text, source.json.value);
  }
  return outputs;
}

/** A directory that is deployed, once or with several files of values. */
function rootModule(project: Project, dir: string, account: string, locals: readonly LocalModule[], files: Map<string, { text: string; marks: readonly Mark[] }>): readonly Deployment[] {
  const { random, used } = project;
  const { first, variable, values } = somePrefix(random, project.nextWord(), account);
  const builder = newBuilder(project, dir, first);
  if (variable !== null) builder.blocks.push(variable);
  if (random.chance(0.5)) builder.blocks.push('terraform {\n  backend "s3" {}\n}\n');
  fill(builder, locals);
  const [source] = random.some(builder.sources.filter(({ inPlace }) => !inPlace), 1, 1);
  if (source !== undefined && random.chance(0.12)) {
    used.add("handed out by a root");
    builder.blocks.push(`output "handed_out" {\n  value = ${random.chance(0.5) ? source.json.text : managedPolicy(builder, source).text}\n}\n`);
    grantOutside(builder, "role", source);
  }
  finish(builder, files);
  for (const { file, content } of values) if (file !== null) files.set(posix.join(dir, file), { text: content, marks: [] });
  return values.map(({ env, account: own }) => ({ root: builder.module, account: own, vars: { env } }));
}

interface Prefix {
  readonly first: Expr;
  readonly variable: string | null;
  readonly values: readonly { readonly env: string; readonly account: string; readonly file: string | null; readonly content: string }[];
}

/** What the names in a root module begin with. */
function somePrefix(random: Random, word: string, account: string): Prefix {
  const value: Expr = { text: "var.env", value: ({ inst }: Env) => inst.vars["env"] ?? "" };
  const set = (env: string, file: string | null, of = account): Prefix["values"][number] => ({ env, account: of, file, content: `env = "${env}"\n` });
  switch (random.int(6)) {
    case 0:
      return { first: value, variable: 'variable "env" {}\n', values: [set(`${word}-main`, random.pick(["terraform.tfvars", "x.auto.tfvars"]))] };
    case 1:
      return {
        first: value,
        variable: 'variable "env" {\n  default = "unset"\n}\n',
        values: [set(`${word}-blue`, "blue.tfvars"), set(`${word}-green`, "config/green.tfvars", random.pick([account, `${account.slice(0, -1)}0`]))],
      };
    case 2:
      return { first: value, variable: random.chance(0.5) ? 'variable "env" {}\n' : 'variable "env" {\n  default = "usual"\n}\n', values: [set(random.pick(["usual", word]) + UNSAID, null)] };
    default:
      return { first: literal(word), variable: null, values: [set("", null)] };
  }
}

/** Writes the module's files. */
function finish(builder: Builder, files: Map<string, { text: string; marks: readonly Mark[] }>): void {
  const { random } = builder.project;
  for (const [path, content] of builder.files) files.set(posix.join(builder.module.dir, path), unmarked(content));
  for (const { kind, label, lines } of builder.module.principals) resource(builder, `aws_iam_${kind}`, label, lines);
  const trust = 'trust = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })';
  builder.blocks.push(`locals {\n${[trust, ...builder.locals].map((line) => `  ${line}\n`).join("")}}\n`);
  const blocks = random.some(builder.blocks, builder.blocks.length, builder.blocks.length);
  const names = ["main.tf", "iam.tf", "policies.tf"].slice(0, random.pick([1, 1, 2, 3]));
  const size = Math.ceil(blocks.length / names.length);
  for (const [index, name] of names.entries()) {
    const joined = blocks.slice(index * size, (index + 1) * size).join("\n");
    const eol = random.chance(0.2) ? "\r\n" : "\n";
    if (joined !== "") files.set(posix.join(builder.module.dir, name), unmarked(joined.replaceAll("\n", eol)));
  }
}
