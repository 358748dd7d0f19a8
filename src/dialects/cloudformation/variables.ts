import type { YamlMap } from "../../syntax/yaml-nodes.js";
import { keyOf, mapAt, resolved, textOf, valueAt } from "../../syntax/yaml-values.js";
import { escaped } from "./generated-name.js";

/** What the variables of a template can stand for: sources of regular expressions, by name. */
export type Variables = ReadonlyMap<string, string>;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html */
const PSEUDO_PARAMETERS: Variables = new Map([
  ["AWS::AccountId", "\\d{12}"],
  ["AWS::Partition", "aws(?:-[a-z]+)*"],
  ["AWS::Region", "[a-z]{2,4}(?:-[a-z]+)+-\\d+"],
  ["AWS::StackName", "[A-Za-z][A-Za-z0-9-]*"],
]);

/** Of a parameter, only its allowed values bind a deployment; its default does not. */
export function variablesOf(root: YamlMap): Variables {
  const variables = new Map(PSEUDO_PARAMETERS);
  for (const pair of mapAt(root, "Parameters")?.pairs ?? []) {
    const name = keyOf(pair);
    const parameter = resolved(pair.value);
    const allowed = parameter?.type === "YamlMap" ? valueAt(parameter, "AllowedValues") : null;
    if (name === null || allowed?.type !== "YamlSequence") continue;
    const values = allowed.items.map(textOf).filter((value) => value !== null);
    if (values.length > 0 && values.length === allowed.items.length) variables.set(name, `(?:${values.map(escaped).join("|")})`);
  }
  return variables;
}
