import type { Attachment, PrincipalReference } from "../../model/principal.js";
import type { YamlNode } from "../../syntax/yaml-nodes.js";
import { pairAt, textOf, valueAt } from "../../syntax/yaml-values.js";
import { itemsOf, reference } from "./intrinsics.js";
import { principalsOf, together } from "./names.js";
import type { Template } from "./template.js";

/** Findings know roles and users: what a group is granted is granted to the users in it, of whom the template may show some. */
export function withMembers(template: Template, attached: Attachment): Attachment {
  return together(
    attached.principals.map((principal): Attachment => {
      const members = principal.kind === "group" ? membersOf(template, principal) : [];
      if (members.length === 0) return { principals: [principal], open: [] };
      return { principals: members, open: [`users that the template does not show may be in the group ${principal.address}`] };
    }),
    attached.open,
  );
}

function membersOf(template: Template, group: PrincipalReference): readonly PrincipalReference[] {
  return template.resources.flatMap((resource): readonly PrincipalReference[] => {
    const { type, properties } = resource;
    if (properties === null) return [];
    if (type === "AWS::IAM::User") {
      const groups = valueAt(properties, "Groups");
      const isMember = groups !== null && itemsOf(groups).some((node) => names(node, group, template));
      return isMember ? (principalsOf(resource, template)?.principals ?? []) : [];
    }
    if (type !== "AWS::IAM::UserToGroupAddition") return [];
    const to = pairAt(properties, "GroupName");
    const users = valueAt(properties, "Users");
    if (to === null || users === null || !names(to.value, group, template)) return [];
    return itemsOf(users).flatMap((node) => userAt(node, template));
  });
}

function names(node: YamlNode, { address, name }: PrincipalReference, template: Template): boolean {
  const text = textOf(node);
  if (text !== null) return name.kind === "literal" && name.name === text;
  const id = reference(node);
  return id !== null && (id === address || template.find(id)?.instances.some((instance) => instance.id === address) === true);
}

function userAt(node: YamlNode, template: Template): readonly PrincipalReference[] {
  const text = textOf(node);
  if (text !== null) return [{ kind: "user", address: text, name: { kind: "literal", name: text } }];
  const resource = template.find(reference(node) ?? "");
  return resource?.type === "AWS::IAM::User" ? (principalsOf(resource, template)?.principals ?? []) : [];
}
