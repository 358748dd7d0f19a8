import type { Attachment, PrincipalReference } from "../../model/principal.js";
import type { Modules } from "./flow.js";
import type { Declaration } from "./instances.js";
import { principalKey, principalsOf, together } from "./principals.js";
import type { ModuleInstance } from "./scope.js";

/**
 * Findings exist for roles and users only: in the place of a group come its users, where the source says who they are.
 * https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iam_group_membership
 */
export function withMembers(attachment: Attachment, among: readonly ModuleInstance[], modules: Modules): Attachment {
  const parts = attachment.principals.map((principal): Attachment => {
    const itself = { principals: [principal], open: [] };
    return principal.kind === "group" ? (membersOf(principal, among, modules) ?? itself) : itself;
  });
  return together([...parts, { ...attachment, principals: [] }]);
}

/** Null when the source does not put anybody into the group. */
function membersOf(group: PrincipalReference, among: readonly ModuleInstance[], modules: Modules): Attachment | null {
  const memberships = among.flatMap((module) => {
    const directory = modules.directoryOf(module);
    return [...directory.ofType("aws_iam_group_membership"), ...directory.ofType("aws_iam_user_group_membership")]
      .filter((membership) => namesGroup(membership, group, module, modules))
      .map((membership) => ({ membership, users: usersIn(membership, module, modules) }));
  });
  if (memberships.length === 0) return null;
  // Only aws_iam_group_membership says who all the users of a group are.
  const isWhole = memberships.some(({ membership }) => membership.type === "aws_iam_group_membership");
  const others = isWhole ? [] : [`there may be other users in ${group.address}`];
  return together([...memberships.map(({ users }) => users), { principals: [], open: others }]);
}

function namesGroup(membership: Declaration, group: PrincipalReference, module: ModuleInstance, modules: Modules): boolean {
  const expression = membership.attributes.get(membership.type === "aws_iam_group_membership" ? "group" : "groups");
  if (expression === undefined) return false;
  const named = principalsOf(expression, "group", membership, module, modules).principals;
  return named.some((other) => principalKey(other) === principalKey(group) || sameLiteral(other, group));
}

function sameLiteral({ name: a }: PrincipalReference, { name: b }: PrincipalReference): boolean {
  return a.kind === "literal" && b.kind === "literal" && a.name === b.name;
}

function usersIn(membership: Declaration, module: ModuleInstance, modules: Modules): Attachment {
  const expression = membership.attributes.get(membership.type === "aws_iam_group_membership" ? "users" : "user");
  return expression === undefined ? { principals: [], open: [] } : principalsOf(expression, "user", membership, module, modules);
}
