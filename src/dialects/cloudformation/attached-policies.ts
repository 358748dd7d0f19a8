import type { Holder } from "../../model/policy.js";
import type { Attachment, PrincipalKind, PrincipalReference } from "../../model/principal.js";
import { slice } from "../../model/text.js";
import type { YamlNode } from "../../syntax/yaml-nodes.js";
import { pairAt, resolved, textOf } from "../../syntax/yaml-values.js";
import { alternatives, intrinsic, isIncluded, isNoValue, reference } from "./intrinsics.js";
import { attachment, joined, NOTHING, policiesOf, type Located } from "./located.js";
import { managedPolicyUses, type Uses } from "./managed-policy-uses.js";
import { principalOf } from "./names.js";
import type { Resource, Template } from "./template.js";

type TargetProperties = Readonly<Partial<Record<PrincipalKind, string>>>;

const LISTS: TargetProperties = { role: "Roles", user: "Users", group: "Groups" };

/** The types that are a policy, with the properties that say whom they are attached to. */
const POLICIES: ReadonlyMap<string, TargetProperties> = new Map([
  ["AWS::IAM::Policy", LISTS],
  ["AWS::IAM::ManagedPolicy", LISTS],
  ["AWS::IAM::RolePolicy", { role: "RoleName" }],
  ["AWS::IAM::UserPolicy", { user: "UserName" }],
  ["AWS::IAM::GroupPolicy", { group: "GroupName" }],
]);

const MANAGED = "AWS::IAM::ManagedPolicy";

/** Policies that are resources of their own. */
export function attachedPolicies(template: Template): Located {
  const uses = managedPolicyUses(template);
  return joined(
    [...template.resources.values()].map((resource) => {
      const properties = POLICIES.get(resource.type);
      if (properties === undefined || resource.properties === null) return NOTHING;
      const attached = attachmentOf(template, resource, properties, uses);
      if (uses.boundaries.has(resource.id) && attached.principals.length === 0) return NOTHING;
      return policiesOf(template, resource.properties, {
        address: resource.id,
        holder: resource.type === MANAGED ? "managed" : inlineHolder(attached.principals),
        element: null,
        attachment: attachment(template, attached),
        when: [],
      });
    }),
  );
}

/** Of several kinds, the one whose quota is the smallest. */
function inlineHolder(principals: readonly PrincipalReference[]): Holder {
  const kinds: readonly Holder[] = ["user", "group"];
  return kinds.find((kind) => principals.some((principal) => principal.kind === kind)) ?? "role";
}

function attachmentOf(template: Template, resource: Resource, targets: TargetProperties, uses: Uses): Attachment {
  const principals = new Map<string, PrincipalReference>();
  const open: string[] = [];
  const kinds: readonly PrincipalKind[] = ["role", "user", "group"];
  for (const kind of kinds) {
    const property = targets[kind];
    const pair = property === undefined || resource.properties === null ? null : pairAt(resource.properties, property);
    if (pair === null || property === undefined) continue;
    for (const node of targetsOf(pair.value)) {
      const principal = targetOf(template, kind, node);
      if (principal !== null) principals.set(key(principal), principal);
      else open.push(`the policy is attached to a ${kind} that the template does not name (${shown(template, node)})`);
    }
  }
  if (resource.type === MANAGED) {
    for (const principal of uses.attachedBy.get(resource.id) ?? []) principals.set(key(principal), principal);
    open.push(...(uses.open.get(resource.id) ?? []));
    const name = resource.properties === null ? null : pairAt(resource.properties, "ManagedPolicyName");
    if (name !== null && !isNoValue(name.value)) open.push("the policy has a name, by which it may be attached elsewhere");
    open.push(...uses.hidden);
  }
  if (resource.properties !== null && isIncluded(resource.properties)) {
    open.push(`a part of ${resource.id} is included from elsewhere`);
  }
  return { principals: [...principals.values()], open };
}

function key({ kind, address, name }: PrincipalReference): string {
  return JSON.stringify([kind, address, name]);
}

/** The items of `Roles`, or the value of `RoleName`. */
function targetsOf(property: YamlNode): readonly YamlNode[] {
  return alternatives(property).flatMap(({ node }) => {
    const value = resolved(node);
    if (value?.type !== "YamlSequence" || intrinsic(node) !== null) return [node];
    return value.items.flatMap((item) => alternatives(item).map((each) => each.node));
  });
}

/** A principal of the template, or one that is named; else null. */
function targetOf(template: Template, kind: PrincipalKind, node: YamlNode): PrincipalReference | null {
  const name = textOf(node);
  if (name !== null) return { kind, address: name, name: { kind: "literal", name } };
  const id = reference(node);
  const resource = id === null ? undefined : template.resources.get(id);
  const principal = resource === undefined ? null : principalOf(resource, template);
  return principal?.kind === kind ? principal : null;
}

function shown({ text }: Template, { span }: YamlNode): string {
  const written = slice(text, span).replace(/\s+/gu, " ");
  return written.length > 60 ? `${written.slice(0, 57)}...` : written;
}
