import {
  LEAST_FIXED_CHARACTERS,
  type Attachment,
  type DeployedName,
  type PrincipalKind,
  type PrincipalName,
  type PrincipalReference,
} from "../../model/principal.js";
import type { YamlNode } from "../../syntax/yaml-nodes.js";
import { pairAt } from "../../syntax/yaml-values.js";
import { generatedName, type NamePattern } from "./generated-name.js";
import { tellingCharacters } from "./generic-words.js";
import { alternatives, isIncluded, mayVanish } from "./intrinsics.js";
import type { Instance, Resource, Template } from "./template.js";
import { regexOf, textParts, unknown, type Scope, type TextPart, type Unknown } from "./text-parts.js";

const PRINCIPALS: ReadonlyMap<string, { readonly kind: PrincipalKind; readonly nameProperty: string }> = new Map([
  ["AWS::IAM::Role", { kind: "role", nameProperty: "RoleName" }],
  ["AWS::IAM::User", { kind: "user", nameProperty: "UserName" }],
  ["AWS::IAM::Group", { kind: "group", nameProperty: "GroupName" }],
]);

/** The principals that a resource is: one, or one for each turn of the loops around it; null when it is none. */
export function principalsOf(resource: Resource, template: Template): Attachment | null {
  const type = PRINCIPALS.get(resource.type);
  if (type === undefined) return null;
  const { properties } = resource;
  const pair = properties === null ? null : pairAt(properties, type.nameProperty);
  const mayBeNamed = !resource.isWhole || (properties !== null && isIncluded(properties));
  const names = resource.instances.map((instance): Names => {
    if (pair === null && mayBeNamed) return { names: [unknownName(type.nameProperty)], open: null };
    return namesOf(pair?.value ?? null, instance, template);
  });
  return together(
    resource.instances.map((instance, index) => {
      const { names: own, open } = names[index] ?? NO_NAMES;
      return {
        principals: own.map((name) => declaredPrincipal(template, type.kind, instance.id, name)),
        open: open === null ? [] : [open.replace("%", instance.id)],
      };
    }),
    resource.open,
  );
}

/** The names of a managed policy, or of all that a loop makes; null when one of them is only known at deployment. */
export function policyNamesOf({ properties, instances, isWhole }: Resource, template: Template): readonly PrincipalName[] | null {
  const pair = properties === null ? null : pairAt(properties, "ManagedPolicyName");
  if (pair === null && (!isWhole || (properties !== null && isIncluded(properties)))) return null;
  const names = instances.flatMap((instance) => namesOf(pair?.value ?? null, instance, template).names);
  return names.every(isTelling) ? names : null;
}

/** A principal that the template declares, or that is made of what it declares, with a logical id. */
export function declaredPrincipal(template: Template, kind: PrincipalKind, id: string, name: PrincipalName, address = id): PrincipalReference {
  return { kind, address, name, declared: { in: template.path, address: id } };
}

export function together(parts: readonly Attachment[], open: readonly string[] = []): Attachment {
  const principals = parts.flatMap((part) => part.principals);
  return {
    principals: [...new Map(principals.map((principal) => [JSON.stringify([principal.kind, principal.address, principal.name]), principal])).values()],
    open: [...new Set([...open, ...parts.flatMap((part) => part.open)])],
  };
}

/** Names that a principal may have, with a clause when it may have others; `%` stands for the principal. */
interface Names {
  readonly names: readonly PrincipalName[];
  readonly open: string | null;
}

const NO_NAMES: Names = { names: [], open: null };

function namesOf(node: YamlNode | null, { id, scope }: Instance, { stacks }: Template): Names {
  const generated = generatedName(id, stacks);
  if (node === null || alternatives(node).length === 0) return { names: [generated], open: null };
  const written = writtenNames(node, scope);
  if (!mayVanish(node)) return written;
  const telling = written.names.filter(isTelling);
  if (telling.length === 0) return { names: [generated], open: "% may have a name that is only known at deployment" };
  return { names: telling.map((name) => orGenerated(name, generated)), open: written.open };
}

/**
 * A name that a condition takes away, so that CloudFormation makes one. Which of them a stack has is not known: of several that
 * are on record, each must have the one that tells it from the others.
 */
function orGenerated(name: PrincipalName, generated: NamePattern): PrincipalName {
  const { deployments = [] } = generated;
  const own = name.kind === "pattern" ? name.regex.slice(1, -1) : regexOf([{ written: name.kind === "literal" ? name.name : name.arn }]);
  return { ...generated, regex: `^(?:${own}|${generated.regex.slice(1, -1)})$`, deployments: deployments.length > 1 ? deployments : [] };
}

function isTelling(name: PrincipalName): boolean {
  return name.kind !== "pattern" || name.fixed >= LEAST_FIXED_CHARACTERS;
}

/** A name that the template gives. What a parameter usually is counts only where nothing else tells the name from others. */
function writtenNames(node: YamlNode, scope: Scope): Names {
  const parts = textParts(node, scope) ?? [unknown("name")];
  const name = nameOf(parts);
  if (isTelling(name)) return { names: [name], open: null };
  const likely = asUsual(parts).map(nameOf).filter(isTelling);
  if (likely.length === 0) return { names: [name], open: null };
  return { names: likely, open: "the name of % depends on parameters, of which a deployment may change the defaults" };
}

export function nameOf(parts: readonly TextPart[]): PrincipalName {
  const { regex, fixed, shown, written, isLiteral, deployments } = nameParts(parts);
  if (isLiteral) return { kind: "literal", name: written };
  return { kind: "pattern", regex: `^${regex}$`, fixed, shown, id: written, ...(deployments === null ? {} : { deployments }) };
}

/** What a template tells of a name. */
interface NameParts {
  readonly regex: string;
  readonly fixed: number;
  readonly shown: string;
  /** What is written of it, without the variables. */
  readonly written: string;
  readonly isLiteral: boolean;
  /** As in `PrincipalName`, null when nothing says that they differ. */
  readonly deployments: readonly DeployedName[] | null;
}

export function nameParts(parts: readonly TextPart[]): NameParts {
  const every = expanded(parts, ({ listed }) => listed) ?? [parts];
  return {
    regex: regexOf(parts),
    fixed: Math.min(...every.map(fixedCharacters)),
    shown: shown(parts),
    written: parts.map((part) => ("written" in part ? part.written : "")).join(""),
    isLiteral: parts.every((part) => "written" in part),
    deployments: deploymentsOf(parts),
  };
}

function shown(parts: readonly TextPart[]): string {
  return parts.map((part) => ("written" in part ? part.written : `<${part.variable}>`)).join("");
}

function fixedCharacters(parts: readonly TextPart[]): number {
  if (parts.every((part) => "written" in part)) return parts.map(({ written }) => written).join("").length;
  return tellingCharacters(parts.map((part) => ("written" in part ? part.written : " ")).join(""));
}

function deploymentsOf(parts: readonly TextPart[]): readonly DeployedName[] | null {
  const varies = (some: readonly TextPart[]): boolean => some.some((part) => !("written" in part) && part.varies);
  if (!varies(parts)) return null;
  // One value that is on record says nothing of the deployments that are not.
  const onRecord = ({ listed, usual }: Unknown): Unknown["listed"] => listed ?? (usual.length > 1 ? usual.map((written) => [{ written }]) : null);
  const every = expanded(parts, onRecord);
  return every === null || every.some(varies) ? [] : every.map((each) => ({ regex: `^${regexOf(each)}$`, shown: shown(each) }));
}

/** The names that the usual values of all parameters make, if all have some. */
function asUsual(parts: readonly TextPart[]): readonly (readonly TextPart[])[] {
  const usual = ({ usual: values, varies }: Unknown): Unknown["listed"] => (varies && values.length > 0 ? values.map((written) => [{ written }]) : null);
  const made = expanded(parts, usual) ?? [];
  return made.every((each) => each.every((part) => "written" in part || !part.varies)) ? made : [];
}

/** More combinations than this are not gone through. */
const MOST_COMBINATIONS = 64;

/** All texts that come of putting in for each unknown part what it may be; null when they are too many. */
function expanded(parts: readonly TextPart[], values: (part: Unknown) => Unknown["listed"]): readonly (readonly TextPart[])[] | null {
  let made: readonly (readonly TextPart[])[] = [[]];
  for (const part of parts) {
    const own = "written" in part ? null : values(part);
    const choices = own?.flatMap((each) => expanded(each, values) ?? [each]) ?? [[part]];
    made = made.flatMap((before) => choices.map((choice) => [...before, ...choice]));
    if (made.length > MOST_COMBINATIONS) return null;
  }
  return made;
}

/** Matches nobody. */
function unknownName(property: string): PrincipalName {
  return { kind: "pattern", regex: "^.+$", fixed: 0, shown: `<${property}>`, id: "" };
}
