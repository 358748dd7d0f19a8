import type { PrincipalKind, PrincipalName, PrincipalReference } from "../../model/principal.js";
import type { YamlNode } from "../../syntax/yaml-nodes.js";
import { pairAt } from "../../syntax/yaml-values.js";
import { escaped, generatedName } from "./generated-name.js";
import { isIncluded, isNoValue, textParts } from "./intrinsics.js";
import type { Resource } from "./template.js";

const PRINCIPALS: ReadonlyMap<string, { readonly kind: PrincipalKind; readonly nameProperty: string }> = new Map([
  ["AWS::IAM::Role", { kind: "role", nameProperty: "RoleName" }],
  ["AWS::IAM::User", { kind: "user", nameProperty: "UserName" }],
  ["AWS::IAM::Group", { kind: "group", nameProperty: "GroupName" }],
]);

/** The principal that a resource is; null when it is none. */
export function principalOf(resource: Resource): PrincipalReference | null {
  const type = PRINCIPALS.get(resource.type);
  if (type === undefined) return null;
  const pair = resource.properties === null ? null : pairAt(resource.properties, type.nameProperty);
  if (pair !== null && !isNoValue(pair.value)) return { kind: type.kind, address: resource.id, name: writtenName(pair.value) };
  const mayBeNamed = resource.properties !== null && isIncluded(resource.properties);
  return { kind: type.kind, address: resource.id, name: mayBeNamed ? unknownName(type.nameProperty) : generatedName(resource.id) };
}

/** A name that the template gives. Defaults of parameters do not count: a deployment may override them. */
function writtenName(node: YamlNode): PrincipalName {
  const parts = textParts(node);
  if (parts === null) return unknownName("name");
  const written = parts.map((part) => ("written" in part ? part.written : "")).join("");
  if (parts.every((part) => "written" in part)) return { kind: "literal", name: written };
  return {
    kind: "pattern",
    regex: `^${parts.map((part) => ("written" in part ? escaped(part.written) : ".+")).join("")}$`,
    fixed: written.length,
    shown: parts.map((part) => ("written" in part ? part.written : `<${part.variable}>`)).join(""),
    id: written,
  };
}

/** Matches nobody. */
function unknownName(shown: string): PrincipalName {
  return { kind: "pattern", regex: "^.+$", fixed: 0, shown: `<${shown}>`, id: "" };
}
