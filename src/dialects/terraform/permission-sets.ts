import type { PrincipalName, PrincipalReference } from "../../model/principal.js";
import { literalPattern } from "../../model/text.js";

const PREFIX = "AWSReservedSSO_";
const TAIL = "_[0-9a-f]{16}";

/**
 * The roles of a permission set, from what its name says: IAM Identity Center makes one in each account that the set is
 * assigned in, called `AWSReservedSSO_<set>_<hash>`: https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
 */
export function permissionSetRoles({ kind, address, name }: PrincipalReference): PrincipalReference {
  return { kind, address, name: roleName(name) };
}

/** Why the roles are never known to be all of them. */
export function assignmentDoubt(address: string): string {
  return `the permission set ${address} may be assigned in accounts that the findings do not show`;
}

function roleName(name: PrincipalName): PrincipalName {
  switch (name.kind) {
    case "literal": {
      const regex = literalPattern(name.name);
      return { kind: "pattern", regex: `^${PREFIX}${regex}${TAIL}$`, fixed: PREFIX.length + name.name.length, shown: `${PREFIX}${name.name}_<hash>`, id: `${PREFIX}${name.name}_` };
    }
    case "pattern":
      // The prefix tells no set from another, and does not count.
      return { ...name, regex: `^${PREFIX}${name.regex.slice(1, -1)}${TAIL}$`, shown: `${PREFIX}${name.shown}_<hash>`, id: `${PREFIX}${name.id}_` };
    case "arn":
      return name;
  }
}
