import type { PrincipalReference } from "../../model/principal.js";
import { pairAt } from "../../syntax/yaml-values.js";
import { assignmentDoubt } from "../terraform/permission-sets.js";
import { attachment, joined, NOTHING, policiesOf, type Located } from "./located.js";
import { nameParts } from "./names.js";
import type { Resource, Template } from "./template.js";
import { textParts, unknown } from "./text-parts.js";

/**
 * `InlinePolicy` of permission sets. IAM Identity Center makes a role of it in each account that the set is assigned in, called
 * `AWSReservedSSO_<set>_<hash>`: https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
 */
export function permissionSets(template: Template): Located {
  return joined(
    template.resources.map((resource) => {
      const role = permissionSetRole(resource, template);
      if (role === null || resource.properties === null || pairAt(resource.properties, "InlinePolicy") === null) return NOTHING;
      const open = [assignmentDoubt(resource.id)];
      return policiesOf(
        template,
        resource.properties,
        {
          address: `${resource.id}.InlinePolicy`,
          holder: "unknown",
          element: null,
          attachment: attachment(template, { principals: [role], open }),
          when: [],
        },
        "InlinePolicy",
      );
    }),
  );
}

const PREFIX = "AWSReservedSSO_";

/** The roles of a permission set; null for any other resource. */
export function permissionSetRole({ id, type, properties }: Resource, template: Template): PrincipalReference | null {
  if (type !== "AWS::SSO::PermissionSet" || properties === null) return null;
  const pair = pairAt(properties, "Name");
  const { regex, fixed, shown, written, isLiteral } = nameParts((pair === null ? null : textParts(pair.value, template.scope)) ?? [unknown("name")]);
  const name = {
    kind: "pattern" as const,
    regex: `^${PREFIX}${regex}_[0-9a-f]{16}$`,
    fixed: isLiteral ? PREFIX.length + fixed : fixed,
    shown: `${PREFIX}${shown}_<hash>`,
    id: `${PREFIX}${written}_`,
  };
  return { kind: "role", address: id, name };
}
