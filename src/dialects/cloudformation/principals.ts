import type { PrincipalReference } from "../../model/principal.js";
import { SyntaxProblem } from "../../model/text.js";
import { parseYaml } from "../../syntax/yaml.js";
import { pairAt, resolved } from "../../syntax/yaml-values.js";
import { principalsOf } from "./names.js";
import { permissionSetRole } from "./permission-sets.js";
import { samRole } from "./sam-role.js";
import { templatesOf, type Resource, type Template } from "./template.js";

/** The roles, users and groups that a template declares, those that SAM makes included. */
export function declaredPrincipals(template: Template): readonly PrincipalReference[] {
  return template.resources.flatMap((resource) => ownPrincipals(template, resource));
}

function ownPrincipals(template: Template, resource: Resource): readonly PrincipalReference[] {
  const own = principalsOf(resource, template) ?? samRole(resource, template);
  if (own !== null) return own.principals;
  const role = permissionSetRole(resource, template);
  return role === null ? embeddedPrincipals(template, resource) : [role];
}

/** Stack sets can hold their template as text: its roles are not ours to edit, but their names may be taken for those of others. */
function embeddedPrincipals({ path }: Template, { id, type, properties }: Resource): readonly PrincipalReference[] {
  const body = type === "AWS::CloudFormation::StackSet" && properties !== null ? pairAt(properties, "TemplateBody") : null;
  const text = body === null ? null : resolved(body.value);
  if (text?.type !== "YamlScalar") return [];
  try {
    const principals = templatesOf(parseYaml(text.value), { path, text: text.value, deployments: [] }).flatMap(declaredPrincipals);
    return principals.map(({ kind, name, address }) => ({ kind, name, address: `${id}.TemplateBody.${address}` }));
  } catch (error) {
    if (error instanceof SyntaxProblem) return [];
    throw error;
  }
}
