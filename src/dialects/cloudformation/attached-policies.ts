import type { Holder, ManagedPolicies } from "../../model/policy.js";
import type { Attachment, PrincipalKind, PrincipalReference } from "../../model/principal.js";
import { slice } from "../../model/text.js";
import type { YamlNode } from "../../syntax/yaml-nodes.js";
import { pairAt, resolved, textOf } from "../../syntax/yaml-values.js";
import { alternatives, intrinsic, isIncluded, isNoValue, reference } from "./intrinsics.js";
import { attachment, joined, NOTHING, policiesOf, type Located } from "./located.js";
import { managedPolicyUses, type Uses } from "./managed-policy-uses.js";
import { withMembers } from "./groups.js";
import { nameOf, policyNamesOf, principalsOf, together } from "./names.js";
import { textParts, unknown } from "./text-parts.js";
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
    template.resources.map((resource) => {
      const properties = POLICIES.get(resource.type);
      if (properties === undefined || resource.properties === null) return NOTHING;
      const { attached, managed } = attachmentOf(template, resource, properties, uses);
      if (uses.boundaries.has(resource.id) && attached.principals.length === 0) return NOTHING;
      return policiesOf(template, resource.properties, {
        address: resource.id,
        holder: resource.type === MANAGED ? "managed" : inlineHolder(attached),
        element: null,
        attachment: attachment(template, withMembers(template, attached)),
        ...(managed === null ? {} : { managed }),
        when: [],
      });
    }),
  );
}

/** Of several kinds, the one whose quota is the smallest. */
function inlineHolder({ principals }: Attachment): Holder {
  const kinds: readonly Holder[] = ["user", "group"];
  return kinds.find((kind) => principals.some((principal) => principal.kind === kind)) ?? "role";
}

interface Attached {
  readonly attached: Attachment;
  readonly managed: ManagedPolicies | null;
}

function attachmentOf(template: Template, resource: Resource, targets: TargetProperties, uses: Uses): Attached {
  const parts: Attachment[] = [];
  const open: string[] = [...resource.open];
  const elsewhere: string[] = [];
  const kinds: readonly PrincipalKind[] = ["role", "user", "group"];
  for (const kind of kinds) {
    const property = targets[kind];
    const pair = property === undefined || resource.properties === null ? null : pairAt(resource.properties, property);
    if (pair !== null) parts.push(...targetsOf(pair.value).map((node) => targetOf(template, resource, kind, node)));
  }
  elsewhere.push(...parts.filter(({ principals }) => principals.length === 0).flatMap((part) => part.open));
  if (resource.type === MANAGED) {
    const ids = [resource.id, ...resource.instances.map(({ id }) => id)];
    parts.push(...ids.flatMap((id) => uses.attachedBy.get(id) ?? []));
    open.push(...ids.flatMap((id) => uses.boundaries.get(id) ?? []));
    elsewhere.push(...ids.flatMap((id) => uses.open.get(id) ?? []));
    const name = resource.properties === null ? null : pairAt(resource.properties, "ManagedPolicyName");
    if (name !== null && !isNoValue(name.value)) elsewhere.push("the policy has a name, by which it may be attached elsewhere");
    elsewhere.push(...uses.hidden);
    open.push(...elsewhere);
  }
  if (resource.properties !== null && isIncluded(resource.properties)) {
    open.push(`a part of ${resource.id} is included from elsewhere`);
  }
  const attached = together(parts);
  const names = resource.type === MANAGED ? policyNamesOf(resource, template) : null;
  return {
    attached: { principals: attached.principals, open: [...new Set([...attached.open, ...open])] },
    managed: names === null ? null : { names, elsewhere },
  };
}

/** The items of `Roles`, or the value of `RoleName`. */
function targetsOf(property: YamlNode): readonly YamlNode[] {
  return alternatives(property).flatMap(({ node }) => {
    const value = resolved(node);
    if (value?.type !== "YamlSequence" || intrinsic(node) !== null) return [node];
    return value.items.flatMap((item) => alternatives(item).map((each) => each.node));
  });
}

/** The principals of the template that a node refers to, or one that it names. */
function targetOf(template: Template, { instances }: Resource, kind: PrincipalKind, node: YamlNode): Attachment {
  const text = textOf(node);
  if (text !== null) return { principals: [named(kind, text)], open: [] };
  const id = reference(node);
  const own = id === null ? undefined : template.find(id);
  const declared = own === undefined ? null : principalsOf(own, template);
  if (declared?.principals.every((principal) => principal.kind === kind) === true) return declared;
  const names = instances.map(({ scope }) => nameOf(textParts(node, scope) ?? [unknown("name")]));
  if (names.every((name) => name.kind === "literal")) return { principals: names.map(({ name }) => named(kind, name)), open: [] };
  return { principals: [], open: [`the policy is attached to a ${kind} that the template does not name (${shown(template, node)})`] };
}

function named(kind: PrincipalKind, name: string): PrincipalReference {
  return { kind, address: name, name: { kind: "literal", name } };
}

function shown({ text }: Template, { span }: YamlNode): string {
  const written = slice(text, span).replace(/\s+/gu, " ");
  return written.length > 60 ? `${written.slice(0, 57)}...` : written;
}
