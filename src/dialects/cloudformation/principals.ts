import type { PrincipalReference } from "../../model/principal.js";
import { parseYaml } from "../../syntax/yaml.js";
import { pairAt, resolved } from "../../syntax/yaml-values.js";
import { SyntaxProblem } from "../../model/text.js";
import { generatedName } from "./generated-name.js";
import { principalOf } from "./names.js";
import { permissionSetRole } from "./permission-sets.js";
import { templatesOf, type Resource, type Template } from "./template.js";

/** SAM makes a role for each of these unless `Role` names one: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html */
const WITH_GENERATED_ROLE: ReadonlySet<string> = new Set(["AWS::Serverless::Function", "AWS::Serverless::StateMachine"]);

/** The roles, users and groups that a template declares, those that SAM makes included. */
export function principalsOf(template: Template): readonly PrincipalReference[] {
  return [...template.resources.values()].flatMap((resource) => ownPrincipals(template, resource));
}

function ownPrincipals(template: Template, resource: Resource): readonly PrincipalReference[] {
  const own = principalOf(resource, template) ?? permissionSetRole(resource, template) ?? generatedRole(resource);
  return own === null ? embeddedPrincipals(resource) : [own];
}

/** Stack sets can hold their template as text: its roles are not ours to edit, but their names may be taken for those of others. */
function embeddedPrincipals({ id, type, properties }: Resource): readonly PrincipalReference[] {
  const body = type === "AWS::CloudFormation::StackSet" && properties !== null ? pairAt(properties, "TemplateBody") : null;
  const text = body === null ? null : resolved(body.value);
  if (text?.type !== "YamlScalar") return [];
  try {
    const principals = templatesOf(text.value, parseYaml(text.value)).flatMap(principalsOf);
    return principals.map((principal) => ({ ...principal, address: `${id}.TemplateBody.${principal.address}` }));
  } catch (error) {
    if (error instanceof SyntaxProblem) return [];
    throw error;
  }
}

function generatedRole({ id, type, properties }: Resource): PrincipalReference | null {
  if (!WITH_GENERATED_ROLE.has(type)) return null;
  if (properties !== null && pairAt(properties, "Role") !== null) return null;
  return { kind: "role", address: id, name: generatedName(`${id}Role`) };
}
