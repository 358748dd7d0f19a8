import type { PrincipalKind, PrincipalName, PrincipalReference } from "../../model/principal.js";
import type { YamlNode } from "../../syntax/yaml-nodes.js";
import { pairAt } from "../../syntax/yaml-values.js";
import { escaped, generatedName } from "./generated-name.js";
import { tellingCharacters } from "./generic-words.js";
import { isIncluded, isNoValue, textParts } from "./intrinsics.js";
import type { Resource, Template } from "./template.js";
import type { Variables } from "./variables.js";

const PRINCIPALS: ReadonlyMap<string, { readonly kind: PrincipalKind; readonly nameProperty: string }> = new Map([
  ["AWS::IAM::Role", { kind: "role", nameProperty: "RoleName" }],
  ["AWS::IAM::User", { kind: "user", nameProperty: "UserName" }],
  ["AWS::IAM::Group", { kind: "group", nameProperty: "GroupName" }],
]);

/** The principal that a resource is; null when it is none. */
export function principalOf(resource: Resource, { variables }: Template): PrincipalReference | null {
  const type = PRINCIPALS.get(resource.type);
  if (type === undefined) return null;
  const { properties } = resource;
  const pair = properties === null ? null : pairAt(properties, type.nameProperty);
  const named = pair !== null && !isNoValue(pair.value);
  const mayBeNamed = !resource.isWhole || (properties !== null && isIncluded(properties));
  const name = named ? writtenName(pair.value, variables) : mayBeNamed ? unknownName(type.nameProperty) : generatedName(resource.id);
  return { kind: type.kind, address: resource.id, name };
}

/** A name that the template gives. Defaults of parameters do not count: a deployment may override them. */
function writtenName(node: YamlNode, variables: Variables): PrincipalName {
  const { regex, fixed, shown, written, isLiteral } = nameParts(node, variables);
  if (isLiteral) return { kind: "literal", name: written };
  return { kind: "pattern", regex: `^${regex}$`, fixed, shown, id: written };
}

/** What a template tells of a name. */
export interface NameParts {
  readonly regex: string;
  readonly fixed: number;
  readonly shown: string;
  /** What is written of it, without the variables. */
  readonly written: string;
  readonly isLiteral: boolean;
}

export function nameParts(node: YamlNode | null, variables: Variables): NameParts {
  const parts = (node === null ? null : textParts(node)) ?? [{ variable: "name" }];
  const written = parts.map((part) => ("written" in part ? part.written : "")).join("");
  const isLiteral = parts.every((part) => "written" in part);
  return {
    regex: parts.map((part) => ("written" in part ? escaped(part.written) : (variables.get(part.variable) ?? ".+"))).join(""),
    fixed: isLiteral ? written.length : tellingCharacters(parts.map((part) => ("written" in part ? part.written : " ")).join("")),
    shown: parts.map((part) => ("written" in part ? part.written : `<${part.variable}>`)).join(""),
    written,
    isLiteral,
  };
}

/** Matches nobody. */
function unknownName(shown: string): PrincipalName {
  return { kind: "pattern", regex: "^.+$", fixed: 0, shown: `<${shown}>`, id: "" };
}
