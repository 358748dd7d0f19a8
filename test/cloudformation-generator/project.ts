import { unmarked, type Mark } from "../end-to-end/print.js";
import { SERVICES, type DocumentCase } from "../terraform-generator/documents.js";
import { randomOf, type Random } from "../terraform-generator/random.js";
import type { World } from "../terraform-generator/world.js";
import { newBuilder, type Builder, type Project } from "./builder.js";
import { finishPrincipals, FORMS, type Form } from "./forms.js";
import { list, map, scalar, type Node } from "./nodes.js";
import { printTemplate, someStyle } from "./print.js";
import { deploy, type Stack, type TemplateCase } from "./world.js";

/** Some templates with their stacks, and what comes of them. */
export interface Generated {
  readonly files: ReadonlyMap<string, { readonly text: string; readonly marks: readonly Mark[] }>;
  readonly documents: readonly DocumentCase[];
  readonly services: readonly string[];
  readonly world: World;
  readonly templates: number;
  readonly used: ReadonlySet<string>;
}

const ACCOUNTS = ["111122223333", "444455556666", "777788889999"];
const REGIONS = ["eu-west-1", "us-east-1"];
/** A run takes most of the time of a proof: it is shared. */
const TEMPLATES = 16;

export function generate(seed: number): Generated {
  const random = randomOf(seed);
  let words = 0;
  const used = new Set<string>();
  const project: Project = { random, services: random.some(SERVICES, 1, 3), documents: [], used, nextWord: () => `n${String((words += 1))}${random.pick(["ordering", "billing", "invoices"])}` };
  const files = new Map<string, { text: string; marks: readonly Mark[] }>();
  const templates = Array.from({ length: TEMPLATES }, (_, index) => template(project, index, files));
  return { files, documents: project.documents, services: project.services, world: deploy(templates, random), templates: TEMPLATES, used };
}

function template(project: Project, index: number, files: Map<string, { text: string; marks: readonly Mark[] }>): TemplateCase {
  const { random, used } = project;
  const isJson = random.chance(0.3);
  const stacks = someStacks(project);
  const accounts = stacks.map(({ account }) => account);
  const builder = newBuilder(project, isJson, new Set(accounts).size < accounts.length);
  const forms = FORMS.filter(({ yamlOnly }) => !isJson || yamlOnly !== true);
  for (let left = random.pick([1, 1, 2, 3, 4]); left > 0; left -= 1) {
    const { form, add } = weighted(random, forms);
    used.add(form);
    add(builder);
  }
  for (const finish of builder.last) finish();
  finishPrincipals(builder);
  const folder = `stacks/t${String(index)}`;
  const path = `${folder}/${isJson ? random.pick(["template.json", "stack.template"]) : random.pick(["template.yaml", "iam.yml", "stack.template"])}`;
  files.set(path, unmarked(fileText(builder, random, isJson)));
  const shown = stacks.filter(({ isShown }) => isShown);
  if (shown.length > 0) {
    used.add("samconfig.toml");
    const sections = shown.map(({ name }, at) => `[env${String(at)}.deploy.parameters]\nstack_name = "${name}"\n`);
    files.set(`${folder}/samconfig.toml`, { text: `version = 0.1\n${sections.join("\n")}`, marks: [] });
  }
  return { path, stacks, principals: [...builder.principals, ...builder.made], grants: builder.grants };
}

function weighted(random: Random, forms: readonly Form[]): Form {
  let at = random.int(1000) / 1000 * forms.reduce((sum, { weight }) => sum + weight, 0);
  const chosen = forms.find(({ weight }) => (at -= weight) < 0) ?? forms[0];
  if (chosen === undefined) throw new Error("There is no form.");
  return chosen;
}

function someStacks({ random, nextWord, used }: Project): readonly Stack[] {
  const count = random.pick([1, 1, 1, 1, 2, 3]);
  const word = nextWord();
  const end = random.pick(["", "", "-production", "-for-the-whole-of-the-organisation"]);
  const oneAccount = random.chance(0.4);
  const isRecorded = random.chance(0.25);
  if (count > 1) used.add(oneAccount ? "several stacks in one account" : "stacks in several accounts");
  return Array.from({ length: count }, (_, index): Stack => ({
    name: `${word}${count === 1 ? "" : random.pick(["-blue", "-green", "-red"]) + String(index)}${end}`,
    account: oneAccount ? (ACCOUNTS[0] ?? "") : (ACCOUNTS[index] ?? ""),
    region: random.pick(REGIONS),
    isShown: isRecorded && random.chance(0.8),
  }));
}

function fileText(builder: Builder, random: Random, isJson: boolean): string {
  const { sections } = builder;
  const resources = random.some([...builder.resources], builder.resources.size, builder.resources.size);
  const hasLoops = [...builder.resources.keys()].some((id) => id.startsWith("Fn::"));
  const isSam = [...builder.resources.values()].some((node) => JSON.stringify(node).includes("AWS::Serverless"));
  const members = new Map<string, Node>();
  if (random.chance(0.8)) members.set("AWSTemplateFormatVersion", scalar("2010-09-09"));
  const transforms = [...(hasLoops ? ["AWS::LanguageExtensions"] : []), ...(isSam || sections.Globals.size > 0 ? ["AWS::Serverless-2016-10-31"] : [])].map((name) => scalar(name));
  const [transform] = transforms;
  if (transform !== undefined) members.set("Transform", transforms.length === 1 && random.chance(0.5) ? transform : list(transforms));
  for (const name of ["Parameters", "Mappings", "Conditions", "Globals"] as const) if (sections[name].size > 0) members.set(name, map(Object.fromEntries(sections[name])));
  members.set("Resources", map(Object.fromEntries(resources)));
  if (sections.Outputs.size > 0) members.set("Outputs", map(Object.fromEntries(sections.Outputs)));
  const style = someStyle(random, isJson);
  const printed = printTemplate(map(Object.fromEntries(members)), style);
  const head = isJson ? "" : random.pick(["", "", "---\n", "# Orders\n\n"]);
  const whole = head + printed;
  const ended = random.chance(0.2) ? whole.trimEnd() : whole;
  const eol = random.chance(0.2) ? "\r\n" : "\n";
  return (random.chance(0.1) ? "\uFEFF" : "") + ended.replaceAll("\n", eol);
}
