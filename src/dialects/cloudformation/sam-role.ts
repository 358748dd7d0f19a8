import type { Attachment } from "../../model/principal.js";
import { pairAt } from "../../syntax/yaml-values.js";
import { generatedName } from "./generated-name.js";
import { mayVanish } from "./intrinsics.js";
import { declaredPrincipal, together } from "./names.js";
import type { Resource, Template } from "./template.js";

/** SAM makes a role for each of these unless `Role` names one: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html */
export const WITH_ROLE: ReadonlySet<string> = new Set(["AWS::Serverless::Function", "AWS::Serverless::StateMachine"]);

/** The role that SAM makes for a function or state machine; null when it makes none. */
export function samRole({ type, properties, instances, open }: Resource, template: Template): Attachment | null {
  if (!WITH_ROLE.has(type)) return null;
  const own = properties === null ? null : pairAt(properties, "Role");
  if (own !== null && !mayVanish(own.value)) return null;
  return together(
    instances.map(({ id }) => ({
      principals: [declaredPrincipal(template, "role", `${id}Role`, generatedName(`${id}Role`, template.stacks))],
      open: [],
    })),
    open,
  );
}
