import { dirname, join } from "node:path";
import { NO_POLICIES, type LocatedPolicies, type PolicyDocument } from "../model/policy.js";
import type { PrincipalKind, PrincipalReference } from "../model/principal.js";
import { SyntaxProblem, type SourceText } from "../model/text.js";
import { parseYaml, type YamlFile } from "../syntax/yaml.js";
import { attachedPolicies } from "./cloudformation/attached-policies.js";
import { SURE_ID_LENGTH } from "./cloudformation/generated-name.js";
import { inlinePolicies } from "./cloudformation/inline-policies.js";
import { joined, type Located } from "./cloudformation/located.js";
import { isGenerated, namesakesAmong, type Namesakes } from "./cloudformation/namesakes.js";
import { permissionSets } from "./cloudformation/permission-sets.js";
import { declaredPrincipals } from "./cloudformation/principals.js";
import { looksLikeTemplate } from "./cloudformation/recognise.js";
import { deploymentsIn } from "./cloudformation/samconfig.js";
import { samPolicies } from "./cloudformation/sam-policies.js";
import type { Deployment } from "./cloudformation/scope.js";
import { templateOf, type Template } from "./cloudformation/template.js";
import type { Dialect, ProjectFiles } from "./dialect.js";

/** Every form of holding identity policies. Nothing else is looked at: an allow-list cannot go stale. */
const FORMS: readonly ((template: Template) => Located)[] = [inlinePolicies, attachedPolicies, permissionSets, samPolicies];

/** A file as it is parsed; null when it holds no template with IAM. */
interface Reading extends SourceText {
  readonly file: YamlFile | null;
}

/** CloudFormation templates, SAM's included, in YAML and JSON. */
export const cloudformation: Dialect<Reading> = {
  name: "cloudformation",
  needsTree: false,
  scope: "file",
  claims: (path) => /\.(?:ya?ml|json|template|cform|cfn)$/iu.test(path),
  mentions: ({ text }) => looksLikeTemplate(text),
  read: ({ path, text }) => ({ path, text, file: looksLikeTemplate(text) ? parseYaml(text) : null }),
  bind(own, files) {
    if (own.file === null) return NO_POLICIES;
    return locate(own.file, templatesOf(own, own.file, deploymentsOf(own.path, files)));
  },
  rivals(source, reference) {
    if (!mayDeclareRival(source.text, reference)) return false;
    const namesakes = namesakesIn(source);
    return namesakes === null || namesakes(reference).length > 0;
  },
};

/** The templates of a file: each of its documents that is one. */
function templatesOf({ path, text }: SourceText, { documents }: YamlFile, deployments: readonly Deployment[]): readonly Template[] {
  return documents.flatMap(({ root }) => templateOf(root, { path, text, deployments }) ?? []);
}

function deploymentsOf(path: string, files: ProjectFiles<Reading>): readonly Deployment[] {
  const toml = files.text(join(dirname(path), "samconfig.toml"));
  return toml === null ? [] : deploymentsIn(toml);
}

function locate(file: YamlFile, templates: readonly Template[]): LocatedPolicies {
  const located = joined(templates.flatMap((template) => FORMS.map((form) => form(template))));
  const namesakes = namesakesAmong(templates.flatMap(declaredPrincipals));
  return {
    documents: located.documents.map((document) => withoutMistakenNames(document, namesakes)),
    comments: file.comments.map((comment) => comment.span),
    opaque: [...templates.flatMap((template) => template.opaque), ...located.opaque],
  };
}

/** A finding cannot be told apart from one of another principal in the same file when their names can be the same. */
function withoutMistakenNames(document: PolicyDocument, namesakes: Namesakes): PolicyDocument {
  const clause = document.attachment.principals.map((own) => mistakenName(own, namesakes(own))).find((each) => each !== null);
  if (clause === undefined) return document;
  const statements = document.statements.map((statement) => ({
    ...statement,
    actions: statement.actions.map((entry) => ({ ...entry, locked: entry.locked ?? clause })),
  }));
  return { ...document, statements };
}

/** Its own declaration is one of the namesakes. */
function mistakenName({ address }: PrincipalReference, namesakes: readonly PrincipalReference[]): string | null {
  const [, second] = namesakes;
  if (second === undefined) return null;
  const other = namesakes.find((each) => each.address !== address) ?? second;
  return `the name of ${address} is only known at deployment and could also be that of ${other.address}`;
}

const NAME_PROPERTIES: Readonly<Record<PrincipalKind, string>> = { role: "RoleName", user: "UserName", group: "GroupName" };

/** A quick look at the text: without the logical id, no generated name can be the same. */
function mayDeclareRival(text: string, { kind, name }: PrincipalReference): boolean {
  if (name.kind !== "pattern" || !looksLikeTemplate(text)) return false;
  if (!isGenerated(name)) return text.includes(NAME_PROPERTIES[kind]);
  // SAM makes the logical ids of roles from those of functions.
  return text.includes(name.id.replace(/Role$/u, "").slice(0, SURE_ID_LENGTH)) || text.includes(NAME_PROPERTIES[kind]);
}

interface Known {
  readonly text: string;
  readonly namesakes: Namesakes | null;
}

const known = new Map<string, Known>();

/** Null when the file cannot be read. Remembered for as long as its text is the same. */
function namesakesIn(source: SourceText): Namesakes | null {
  const before = known.get(source.path);
  if (before?.text === source.text) return before.namesakes;
  const namesakes = namesakesOf(source);
  known.set(source.path, { text: source.text, namesakes });
  return namesakes;
}

function namesakesOf(source: SourceText): Namesakes | null {
  try {
    return namesakesAmong(templatesOf(source, parseYaml(source.text), []).flatMap(declaredPrincipals));
  } catch (error) {
    if (error instanceof SyntaxProblem) return null;
    throw error;
  }
}
