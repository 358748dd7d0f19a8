import { literalPattern } from "../model/text.js";
import type { PrincipalKind, PrincipalName, PrincipalReference } from "../model/principal.js";
import { generatedName, SURE_ID_LENGTH, SURE_STACK_LENGTH } from "../dialects/cloudformation/generated-name.js";
import { nameOf } from "../dialects/cloudformation/names.js";
import { permissionSetRoles } from "../dialects/terraform/permission-sets.js";
import type { Json } from "./json.js";
import type { StackName, SynthResource, SynthStack } from "./stacks.js";
import { partsOf, written, type Value, type ValueOf } from "./values.js";

const PRINCIPALS: ReadonlyMap<string, { readonly kind: PrincipalKind; readonly nameProperty: string }> = new Map([
  ["AWS::IAM::Role", { kind: "role", nameProperty: "RoleName" }],
  ["AWS::IAM::User", { kind: "user", nameProperty: "UserName" }],
  ["AWS::IAM::Group", { kind: "group", nameProperty: "GroupName" }],
]);

export const PRINCIPAL_TYPES: readonly string[] = [...PRINCIPALS.keys()];

/** The principal that a resource is; null when it is none. */
export function principalOf(resource: SynthResource, valueOf: ValueOf): PrincipalReference | null {
  const type = PRINCIPALS.get(resource.type);
  if (type === undefined) return null;
  const given = resource.properties[type.nameProperty];
  const name = given === undefined ? generatedIn(resource) : nameOf(partsOf(valueOf(given, resource.stack)));
  return { kind: type.kind, address: pathOf(resource), name, declared: { in: resource.stack.file, address: resource.logicalId } };
}

/** Whom an element of `Roles`, `Users` or `Groups` means, or the one of `RoleName`; null when it does not say. */
export function principalAt(value: Json, kind: PrincipalKind, stack: SynthStack, valueOf: ValueOf): PrincipalReference | null {
  const found = valueOf(value, stack);
  if (found.kind === "resource") {
    const principal = found.attribute === null ? principalOf(found.resource, valueOf) : null;
    return principal?.kind === kind ? principal : null;
  }
  return namedPrincipal(found, kind);
}

function namedPrincipal(value: Value, kind: PrincipalKind): PrincipalReference | null {
  const name = written(value);
  return name === null ? null : { kind, address: name, name: { kind: "literal", name } };
}

/** The roles that IAM Identity Center makes of a permission set. */
export function permissionSetRole(resource: SynthResource, valueOf: ValueOf): PrincipalReference {
  const name = nameOf(partsOf(valueOf(resource.properties["Name"], resource.stack)));
  return permissionSetRoles({ kind: "role", address: pathOf(resource), name });
}

/** What IAM calls a managed policy. Names that CloudFormation makes are not cut where those of roles are: this fits all that it may be. */
export function policyName({ logicalId, properties, stack }: SynthResource, valueOf: ValueOf): PrincipalName {
  const given = properties["ManagedPolicyName"];
  if (given !== undefined) return nameOf(partsOf(valueOf(given, stack)));
  return { ...generatedName(logicalId), regex: `^(?=${literalPattern(startOf(stack.name) ?? "")}).*-${literalPattern(logicalId.slice(0, SURE_ID_LENGTH))}` };
}

/** The path of the construct, without the `Resource` that CDK adds to every construct of its own. */
export function pathOf({ node }: SynthResource): string {
  return node.node.path.replace(/\/Resource$/u, "");
}

/**
 * The name that CloudFormation makes, as far as the stack's name is known: its first 24 characters at least are in it, and
 * those of a nested stack begin with the name of the stack around it.
 */
function generatedIn({ logicalId, stack }: SynthResource): PrincipalName {
  const known = stack.name.kind === "known" ? stack.name.name : null;
  const pattern = generatedName(logicalId, known === null ? [] : [known]);
  const { deployments: [own] = [], ...general } = pattern;
  if (own !== undefined && known !== null) {
    return { ...general, regex: own.regex, shown: own.shown, fixed: pattern.fixed + Math.min(known.length, SURE_STACK_LENGTH) };
  }
  const start = startOf(stack.name);
  if (start === null) return general;
  return {
    ...general,
    regex: `^(?=${literalPattern(start)})${general.regex.slice(1)}`,
    shown: general.shown.replace("<stack>", `${start}<…>`),
    fixed: general.fixed + start.length,
  };
}

/** What the name of a stack is known to begin with, as far as names of roles keep it. */
function startOf(name: StackName): string | null {
  switch (name.kind) {
    case "known":
      return `${name.name}-`.slice(0, SURE_STACK_LENGTH);
    case "nested": {
      const around = startOf(name.around.name);
      if (around?.endsWith("-") !== true) return around;
      return `${around}${name.resource}-`.slice(0, SURE_STACK_LENGTH);
    }
    case "unknown":
      return null;
  }
}
