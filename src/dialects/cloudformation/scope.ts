import type { YamlMap } from "../../syntax/yaml-nodes.js";
import { keyOf, mapAt, resolved, textOf, valueAt } from "../../syntax/yaml-values.js";
import { oneOf, pieces, unknown, type Scope, type TextPart, type Unknown } from "./text-parts.js";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html */
const PSEUDO_PARAMETERS: ReadonlyMap<string, string> = new Map([
  ["AWS::AccountId", "\\d{12}"],
  ["AWS::Partition", "aws(?:-[a-z]+)*"],
  ["AWS::Region", "[a-z]{2,4}(?:-[a-z]+)+-\\d+"],
  ["AWS::StackName", "[A-Za-z][A-Za-z0-9-]*"],
]);

/** A deployment that is on record beside the template: the stack's name, and the values of parameters, as far as it gives them. */
export interface Deployment {
  readonly stack: string | null;
  readonly parameters: ReadonlyMap<string, string>;
}

/** Of a parameter, only its allowed values bind a deployment; its default is what it usually is. */
export function templateScope(root: YamlMap, deployments: readonly Deployment[]): Scope {
  const parameters = mapAt(root, "Parameters");
  const mappings = mapAt(root, "Mappings");
  const known = new Map<string, readonly TextPart[]>();
  return {
    variable(name) {
      const before = known.get(name);
      if (before !== undefined) return before;
      const parts = variableOf(name, parameters, deployments);
      known.set(name, parts);
      return parts;
    },
    mapping: (name, first, second) => (mappings === null ? null : mapped(mappings, name, first, second)),
    written: plainText,
  };
}

/** The same scope, in which the identifiers of loops stand for values. */
export function withValues(scope: Scope, values: ReadonlyMap<string, readonly TextPart[]>): Scope {
  return { ...scope, variable: (name) => values.get(name.replace(/^&/u, "")) ?? scope.variable(name) };
}

/** What goes over the file before CloudFormation does. */
export interface HostVariables {
  readonly written: Scope["written"];
  readonly variable: (expression: string) => readonly TextPart[];
}

/** The same scope, in a file whose host has variables of its own: `${self:service}`. */
export function withHostVariables(scope: Scope, { written, variable }: HostVariables): Scope {
  const isHosts = (name: string): boolean => !name.startsWith("AWS::") && /[:,]/u.test(name);
  return { ...scope, written, variable: (name) => (isHosts(name) ? variable(name) : scope.variable(name)) };
}

export function pseudoParameter(name: string): Unknown | null {
  const regex = PSEUDO_PARAMETERS.get(name);
  return regex === undefined ? null : unknown(name, { regex, varies: false });
}

function variableOf(name: string, parameters: YamlMap | null, deployments: readonly Deployment[]): readonly TextPart[] {
  const pseudo = pseudoParameter(name);
  if (pseudo !== null) return [pseudo];
  const parameter = parameters === null ? null : mapAt(parameters, name);
  if (parameter === null) return [unknown(name)];
  const written = textOf(valueAt(parameter, "Default") ?? parameter);
  const values = deployments.length === 0 ? [written] : deployments.map((deployment) => deployment.parameters.get(name) ?? written);
  const usual = [...new Set(values.filter((value) => value !== null))];
  const allowed = valueAt(parameter, "AllowedValues");
  const items = allowed?.type === "YamlSequence" ? allowed.items.map(textOf) : [];
  const listed = items.filter((value) => value !== null);
  if (listed.length > 0 && listed.length === items.length) return oneOf(name, listed.map((value) => [{ written: value }]), usual);
  return [unknown(name, { usual })];
}

function mapped(mappings: YamlMap, name: string, first: string | null, second: string | null): readonly string[] | null {
  const values: string[] = [];
  for (const [, section] of entries(mapAt(mappings, name), first)) {
    if (section?.type !== "YamlMap") return null;
    for (const [, value] of entries(section, second)) {
      const text = value === null ? null : textOf(value);
      if (text === null) return null;
      values.push(text);
    }
  }
  return values.length === 0 ? null : [...new Set(values)];
}

function entries(map: YamlMap | null, key: string | null): readonly (readonly [string, ReturnType<typeof resolved>])[] {
  return (map?.pairs ?? []).flatMap((pair) => {
    const own = keyOf(pair);
    return own === null || (key !== null && own !== key) ? [] : [[own, resolved(pair.value)] as const];
  });
}

/** What stands in braces is a variable of a tool that goes over the file before CloudFormation does. */
function plainText(text: string): readonly TextPart[] {
  return pieces(text).map((piece) => ("text" in piece ? { written: piece.text } : unknown(piece.braced)));
}
