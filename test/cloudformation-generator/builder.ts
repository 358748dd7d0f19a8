import { someDocument, type DocumentCase } from "../terraform-generator/documents.js";
import type { Random } from "../terraform-generator/random.js";
import type { Kind } from "../terraform-generator/world.js";
import { spelled } from "./documents.js";
import { NAME_FORMS } from "./names.js";
import { list, map, scalar, when, type Node } from "./nodes.js";
import { generatedName, type GrantCase, type OutsideCase, type PrincipalCase } from "./world.js";

/** What is made of a whole project. */
export interface Project {
  readonly random: Random;
  readonly services: readonly string[];
  readonly documents: DocumentCase[];
  /** Which forms it has. */
  readonly used: Set<string>;
  readonly nextWord: () => string;
}

/** A template in the making. */
export interface Builder {
  readonly project: Project;
  readonly isJson: boolean;
  /** Are there several stacks of it in one account? Then names have to differ. */
  readonly isRepeated: boolean;
  readonly sections: Readonly<Record<"Parameters" | "Mappings" | "Conditions" | "Globals" | "Outputs", Map<string, Node>>>;
  readonly resources: Map<string, Node>;
  readonly principals: Declared[];
  /** Roles that SAM makes, and loops. */
  readonly made: PrincipalCase[];
  readonly grants: GrantCase[];
  /** What managed policies say. */
  readonly managed: DocumentCase[];
  /** What is to be done when everything else is there. */
  readonly last: (() => void)[];
}

/** A role or user, whose properties grow until the template is finished. */
export interface Declared extends PrincipalCase {
  readonly properties: Map<string, Node>;
  readonly policies: Node[];
  readonly arns: Node[];
}

export function newBuilder(project: Project, isJson: boolean, isRepeated: boolean): Builder {
  const section = (): Map<string, Node> => new Map();
  return {
    project,
    isJson,
    isRepeated,
    sections: { Parameters: section(), Mappings: section(), Conditions: section(), Globals: section(), Outputs: section() },
    resources: new Map(),
    principals: [],
    made: [],
    grants: [],
    managed: [],
    last: [],
  };
}

const THINGS = ["Orders", "Billing", "Invoices", "Catalogue", "Payments"];
const KINDS = ["", "Reader", "Nightly", "NightlySummariesJobOfTheWholeRegion"];

export function newId({ project: { random, nextWord } }: Builder, end: string): string {
  return `${random.pick(THINGS)}${nextWord().replace(/\D/gu, "")}${random.pick(KINDS)}${end}`;
}

export function resource({ resources }: Builder, id: string, type: string, properties: Readonly<Record<string, Node>>): void {
  resources.set(id, map({ Type: scalar(type), Properties: map(properties) }));
}

export function addPrincipal(builder: Builder, kind: Kind): Declared {
  const { random, used } = builder.project;
  const id = newId(builder, kind === "role" ? "Role" : "User");
  const forms = builder.isRepeated ? NAME_FORMS.filter(({ tellsStacks }) => tellsStacks) : NAME_FORMS;
  const chosen = random.chance(0.5) ? null : random.pick(forms);
  used.add(`named by ${chosen?.form ?? "CloudFormation"}`);
  const made = chosen === null ? { node: null, name: generatedName(id, random) } : chosen.make(builder, id);
  const properties = new Map<string, Node>(made.node === null ? [] : [[kind === "role" ? "RoleName" : "UserName", made.node]]);
  const declared: Declared = { id, kind, name: made.name, properties, policies: [], arns: [] };
  builder.principals.push(declared);
  return declared;
}

export function newCondition({ sections: { Conditions: conditions }, project: { random } }: Builder): string {
  const name = random.pick(["IsProduction", "HasQueue", "IsMain"]);
  conditions.set(name, map({ "Fn::Equals": list([scalar("a"), scalar(random.pick(["a", "b"]))]) }));
  return name;
}

export function newDocument({ project: { documents, random, services } }: Builder): DocumentCase {
  const document = someDocument(random, documents.length, services, false);
  documents.push(document);
  return document;
}

/** A document, and the text of it. */
export function newPolicy(builder: Builder, to: readonly (PrincipalCase | OutsideCase)[]): { readonly document: DocumentCase; readonly node: Node } {
  const document = newDocument(builder);
  if (to.length > 0) builder.grants.push({ document, to });
  const node = spelled(document, builder.project.random, builder.project.used, () => newCondition(builder));
  if (JSON.stringify(node).includes("Verb")) builder.sections.Parameters.set("Verb", map({ Type: scalar("String"), Default: scalar("Get") }));
  return { document, node };
}

/** An item of a list of policies, which a condition may take away. */
export function perhaps(builder: Builder, node: Node): Node {
  return builder.project.random.chance(0.06) ? when(newCondition(builder), node) : node;
}
