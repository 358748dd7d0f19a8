import { dirname, join } from "node:path";
import { NO_POLICIES, type PolicyDocument } from "../model/policy.js";
import type { NameDoubt, PrincipalReference } from "../model/principal.js";
import type { SourceText } from "../model/text.js";
import { parseYaml, type YamlFile } from "../syntax/yaml.js";
import { attachedPolicies } from "./cloudformation/attached-policies.js";
import { contentsOf, type Contents } from "./cloudformation/contents.js";
import { declares } from "./cloudformation/declares.js";
import { inlinePolicies } from "./cloudformation/inline-policies.js";
import { joined, type Located } from "./cloudformation/located.js";
import { managedAttachments } from "./cloudformation/managed-attachments.js";
import { namesakesAmong, type Namesakes } from "./cloudformation/namesakes.js";
import { permissionSets } from "./cloudformation/permission-sets.js";
import { holdsIam } from "./cloudformation/recognise.js";
import { rivals } from "./cloudformation/rivals.js";
import { deploymentsIn } from "./cloudformation/samconfig.js";
import { samPolicies } from "./cloudformation/sam-policies.js";
import type { Deployment } from "./cloudformation/scope.js";
import { servicePolicies } from "./cloudformation/serverless/policies.js";
import type { Template } from "./cloudformation/template.js";
import type { Dialect, ProjectFiles } from "./dialect.js";

/** Every form of holding identity policies. Nothing else is looked at: an allow-list cannot go stale. */
const FORMS: readonly ((template: Template) => Located)[] = [
  inlinePolicies,
  attachedPolicies,
  managedAttachments,
  permissionSets,
  samPolicies,
];

/** A file as it is parsed; null when it holds no template with IAM. */
interface Reading extends SourceText {
  readonly file: YamlFile | null;
}

/** CloudFormation templates, SAM's included, and services of the Serverless Framework, in YAML and JSON. */
export const cloudformation: Dialect<Reading> = {
  name: "cloudformation",
  needsTree: false,
  scope: "file",
  comparesLiterals: true,
  claims: (path) => /\.(?:ya?ml|json|template|cform|cfn)$/iu.test(path),
  mentions: ({ text }) => holdsIam(text),
  read: ({ path, text }) => ({ path, text, file: holdsIam(text) ? parseYaml(text) : null }),
  bind({ path, text, file }, files) {
    if (file === null) return NO_POLICIES;
    const contents = contentsOf(file, { path, text, deployments: deploymentsOf(path, files), hidden: servicesAround(path, files), readText: (other) => files.text(other) });
    const { documents, opaque } = locate(contents);
    return { documents, opaque, comments: file.comments.map((comment) => comment.span) };
  },
  rivals,
  declares,
};

function deploymentsOf(path: string, files: ProjectFiles<Reading>): readonly Deployment[] {
  const toml = files.text(join(dirname(path), "samconfig.toml"));
  return toml === null ? [] : deploymentsIn(toml);
}

const SERVICES = ["serverless.yml", "serverless.yaml", "serverless.ts", "serverless.js", "serverless.json"];

/** A template below a service may be a part of it, put together with others. */
function servicesAround(path: string, files: ProjectFiles<Reading>): readonly string[] {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const service = SERVICES.find((name) => files.text(join(folder, name)) !== null);
    if (service !== undefined) return [`the template may be a part of the service in ${service}, of which other parts may use the policy`];
    if (folder === files.root || folder === dirname(folder) || !folder.startsWith(files.root)) return [];
  }
}

function locate({ templates, services, principals }: Contents): Located {
  const located = joined([...templates.flatMap((template) => FORMS.map((form) => form(template))), ...services.map(servicePolicies)]);
  const namesakes = namesakesAmong(principals);
  return {
    documents: located.documents.map((document) => withNameDoubts(document, namesakes)),
    opaque: [...templates.flatMap((template) => template.opaque), ...located.opaque],
  };
}

/** A finding cannot be told apart from one of another principal in the same file when their names can be the same. */
function withNameDoubts(document: PolicyDocument, namesakes: Namesakes): PolicyDocument {
  const { attachment } = document;
  const doubts = attachment.principals.flatMap((own): readonly NameDoubt[] => {
    const others = namesakes(own);
    const mistaken = mistakenName(own, others);
    if (mistaken !== null) return [{ address: own.address, clause: mistaken, leaves: "message" }];
    // Conditions may give one name to several resources, of which each account has one: there are as many principals as resources.
    const [first, second] = own.name.kind === "literal" ? others : [];
    if (first === undefined || second === undefined) return [];
    return [{ address: own.address, clause: `${first.address} and ${second.address} have the same name`, leaves: "suggestion" }];
  });
  return doubts.length === 0 ? document : { ...document, attachment: { ...attachment, doubts: [...(attachment.doubts ?? []), ...doubts] } };
}

/** Its own declaration is one of the namesakes. */
function mistakenName({ address, name }: PrincipalReference, namesakes: readonly PrincipalReference[]): string | null {
  if (name.kind === "literal") return null;
  const [, second] = namesakes;
  if (second === undefined) return null;
  const other = namesakes.find((each) => each.address !== address) ?? second;
  return `the name of ${address} is only known at deployment and could also be that of ${other.address}`;
}
