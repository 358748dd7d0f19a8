import type { PrincipalReference } from "../../model/principal.js";
import { pairAt } from "../../syntax/yaml-values.js";
import { generatedName } from "./generated-name.js";
import { principalOf } from "./names.js";
import type { Resource, Template } from "./template.js";

/** SAM makes a role for each of these unless `Role` names one: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html */
const WITH_GENERATED_ROLE: ReadonlySet<string> = new Set(["AWS::Serverless::Function", "AWS::Serverless::StateMachine"]);

/** The roles, users and groups that a template declares, those that SAM makes included. */
export function principalsOf(template: Template): readonly PrincipalReference[] {
  return [...template.resources.values()].flatMap((resource) => principalOf(resource) ?? generatedRole(resource) ?? []);
}

function generatedRole({ id, type, properties }: Resource): PrincipalReference | null {
  if (!WITH_GENERATED_ROLE.has(type)) return null;
  if (properties !== null && pairAt(properties, "Role") !== null) return null;
  return { kind: "role", address: id, name: generatedName(`${id}Role`) };
}
