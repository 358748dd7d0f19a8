import type { Holder, ManagedPolicies } from "../model/policy.js";
import type { Attachment, PrincipalKind, PrincipalReference } from "../model/principal.js";
import { shownJson, type Json } from "./json.js";
import { MANAGED_POLICY, type ManagedPolicyUses } from "./managed-policies.js";
import { policyName, principalAt, principalOf } from "./principals.js";
import { resourcesOf, valuesOf, type SynthResource, type SynthStack } from "./stacks.js";
import type { ValueOf } from "./values.js";

type TargetProperties = Readonly<Partial<Record<PrincipalKind, string>>>;

const LISTS: TargetProperties = { role: "Roles", user: "Users", group: "Groups" };

/** The types that are a policy, with the properties that say whom they are attached to. */
const POLICIES: ReadonlyMap<string, TargetProperties> = new Map([
  ["AWS::IAM::Policy", LISTS],
  [MANAGED_POLICY, LISTS],
  ["AWS::IAM::RolePolicy", { role: "RoleName" }],
  ["AWS::IAM::UserPolicy", { user: "UserName" }],
  ["AWS::IAM::GroupPolicy", { group: "GroupName" }],
]);

export const POLICY_TYPES: readonly string[] = [...POLICIES.keys()];

/** What a policy that is a resource is attached as: of several kinds of principals, the one whose quota is the smallest. */
export function holderOf(policy: SynthResource): Holder {
  if (policy.type === MANAGED_POLICY) return "managed";
  const targets = POLICIES.get(policy.type);
  const kinds: readonly PrincipalKind[] = ["user", "group"];
  return kinds.find((kind) => targets?.[kind] !== undefined && valuesOf(policy, targets[kind]).length > 0) ?? "role";
}

/**
 * An attachment; `unnamed` are those clauses of `open` that say that somebody gets the grants whose name is not known. `managed` is
 * there for a managed policy.
 */
export interface SynthAttachment extends Attachment {
  readonly unnamed: readonly string[];
  readonly managed?: ManagedPolicies;
}

/** Says whom policies are attached to. */
export interface Attachments {
  /** Of a policy that is a resource. */
  ofPolicy(policy: SynthResource): SynthAttachment;
  /** Of the inline policies of a role, user or group. */
  ofPrincipal(principal: SynthResource): SynthAttachment;
}

const KINDS: readonly PrincipalKind[] = ["role", "user", "group"];

export function attachmentsIn(stacks: readonly SynthStack[], valueOf: ValueOf, uses: ManagedPolicyUses): Attachments {
  const members = membersIn(stacks, valueOf);
  return {
    ofPolicy(policy) {
      const targets = KINDS.flatMap((kind) => {
        const property = POLICIES.get(policy.type)?.[kind];
        return property === undefined ? [] : valuesOf(policy, property).map((value) => target(value, kind, policy));
      });
      const unnamed = targets.flatMap(({ open }) => open);
      if (policy.type !== MANAGED_POLICY) return { ...withMembers(together(targets, rewritten(policy))), unnamed };
      const users = uses.attachedBy(policy).map((user) => own(user));
      const open = uses.open(policy);
      const name = policyName(policy, valueOf);
      // A list of everyone who has the policy answers for it when it is this policy for certain.
      const managed = { names: [name], elsewhere: name.kind === "literal" ? open : [] };
      return { ...withMembers(together([...targets, ...users], [...uses.boundaries(policy), ...open, ...rewritten(policy)])), unnamed, managed };
    },
    ofPrincipal: (principal) => ({ ...withMembers(together([own(principal)], rewritten(principal))), unnamed: [] }),
  };

  function target(value: Json, kind: PrincipalKind, { stack }: SynthResource): Attachment {
    const principal = principalAt(value, kind, stack, valueOf);
    if (principal !== null) return { principals: [principal], open: [] };
    return { principals: [], open: [`it is attached to a ${kind} that the app does not name (${shownJson(value)})`] };
  }

  function own(resource: SynthResource): Attachment {
    const principal = principalOf(resource, valueOf);
    return { principals: principal === null ? [] : [principal], open: [] };
  }

  /** Findings know roles and users: what a group is granted is granted to the users in it. */
  function withMembers(attached: Attachment): Attachment {
    return together(
      attached.principals.map((principal): Attachment => {
        const users = principal.kind === "group" ? members(principal) : [];
        if (users.length === 0) return { principals: [principal], open: [] };
        return { principals: users, open: [`users that the app does not show may be in the group ${principal.address}`] };
      }),
      attached.open,
    );
  }
}

function together(parts: readonly Attachment[], open: readonly string[]): Attachment {
  const principals = parts.flatMap((part) => part.principals);
  return {
    principals: [...new Map(principals.map((principal) => [`${principal.kind} ${principal.address}`, principal])).values()],
    open: [...new Set([...parts.flatMap((part) => part.open), ...open])],
  };
}

function rewritten({ stack }: SynthResource): readonly string[] {
  return stack.isRewritten ? ["macros change the template before it is deployed"] : [];
}

/** The users that the app puts into a group. */
function membersIn(stacks: readonly SynthStack[], valueOf: ValueOf): (group: PrincipalReference) => readonly PrincipalReference[] {
  const members = new Map<string, PrincipalReference[]>();
  const add = (group: Json, stack: SynthStack, users: readonly (PrincipalReference | null)[]): void => {
    const key = keyOf(principalAt(group, "group", stack, valueOf));
    if (key !== null) members.set(key, [...(members.get(key) ?? []), ...users.filter((user) => user !== null)]);
  };
  for (const user of resourcesOf(stacks, "AWS::IAM::User")) {
    for (const group of valuesOf(user, "Groups")) add(group, user.stack, [principalOf(user, valueOf)]);
  }
  for (const addition of resourcesOf(stacks, "AWS::IAM::UserToGroupAddition")) {
    const users = valuesOf(addition, "Users").map((user) => principalAt(user, "user", addition.stack, valueOf));
    add(addition.properties["GroupName"], addition.stack, users);
  }
  return (group) => members.get(keyOf(group) ?? "") ?? [];
}

/** Two groups of the same literal name are taken for one. */
function keyOf(group: PrincipalReference | null): string | null {
  if (group === null) return null;
  return group.name.kind === "literal" ? group.name.name : group.address;
}
