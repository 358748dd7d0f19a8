import { NO_POLICIES, type LocatedPolicies, type PolicyDocument } from "../model/policy.js";
import type { PrincipalKind, PrincipalReference } from "../model/principal.js";
import { SyntaxProblem, type SourceText } from "../model/text.js";
import { parseYaml } from "../syntax/yaml.js";
import { attachedPolicies } from "./cloudformation/attached-policies.js";
import { SURE_ID_LENGTH } from "./cloudformation/generated-name.js";
import { inlinePolicies } from "./cloudformation/inline-policies.js";
import { joined, type Located } from "./cloudformation/located.js";
import { isGenerated, namesakesAmong, type Namesakes } from "./cloudformation/namesakes.js";
import { permissionSets } from "./cloudformation/permission-sets.js";
import { principalsOf } from "./cloudformation/principals.js";
import { looksLikeTemplate, templatesOf, type Template } from "./cloudformation/template.js";
import type { Dialect } from "./dialect.js";

/** Every form of holding identity policies. Nothing else is looked at: an allow-list cannot go stale. */
const FORMS: readonly ((template: Template) => Located)[] = [inlinePolicies, attachedPolicies, permissionSets];

/** CloudFormation templates, in YAML and JSON. */
export const cloudformation: Dialect<LocatedPolicies> = {
  name: "cloudformation",
  needsTree: false,
  scope: "file",
  claims: (path) => /\.(?:ya?ml|json|template|cform|cfn)$/iu.test(path),
  mentions: ({ text }) => looksLikeTemplate(text),
  read({ text }) {
    if (!looksLikeTemplate(text)) return NO_POLICIES;
    const file = parseYaml(text);
    const templates = templatesOf(text, file);
    const located = joined(templates.flatMap((template) => FORMS.map((form) => form(template))));
    const namesakes = namesakesAmong(templates.flatMap(principalsOf));
    return {
      documents: located.documents.map((document) => withoutMistakenNames(document, namesakes)),
      comments: file.comments.map((comment) => comment.span),
      opaque: [...templates.flatMap((template) => template.opaque), ...located.opaque],
    };
  },
  bind: (own) => own,
  rivalWords: () => [],
  rivals: (sources, reference) => sources.some((source) => declaresRival(source, reference)),
};

function declaresRival(source: SourceText, reference: PrincipalReference): boolean {
  if (!mayDeclareRival(source.text, reference)) return false;
  const namesakes = namesakesIn(source);
  return namesakes === null || namesakes(reference).length > 0;
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
function namesakesIn({ path, text }: SourceText): Namesakes | null {
  const before = known.get(path);
  if (before?.text === text) return before.namesakes;
  const namesakes = namesakesOf(text);
  known.set(path, { text, namesakes });
  return namesakes;
}

function namesakesOf(text: string): Namesakes | null {
  try {
    return namesakesAmong(templatesOf(text, parseYaml(text)).flatMap(principalsOf));
  } catch (error) {
    if (error instanceof SyntaxProblem) return null;
    throw error;
  }
}
