import type { TextPart } from "../../syntax/estree-values.js";
import { uniqueName } from "./logical-id.js";
import { propertyAt, textAt, wholeText, type Found, type Value } from "./across-files/values.js";

/** A text that is known in part. */
export type NameParts = readonly TextPart[];

/** CloudFormation's naming rule for stacks; CDK takes the construct id as it is when the id satisfies it. */
const STACK_NAME = /^[A-Za-z][A-Za-z0-9-]{0,127}$/u;

/** Where a stack stands: the name of its stage (empty for the app itself), and the ids between. */
interface StackPlace {
  readonly name: NameParts;
  readonly ids: readonly NameParts[];
}

/**
 * The name of a stack as CDK makes it: `stackName`, or the ids from the stage down to it, after the stage's name. Null when nothing
 * is known of it. `base`: the CDK class that it is in the end. https://docs.aws.amazon.com/cdk/v2/guide/stacks.html#stack-names
 */
export function stackName(place: StackPlace | null, id: NameParts, base: string | null, properties: Value | undefined): NameParts | null {
  if (base !== "core.Stack") return null;
  const [given, ...others] = propertyAt(properties, "stackName");
  if (given === undefined || others.length > 0) return null;
  const parts = given.kind === "absent" ? generatedName(place, id) : textOf(given);
  if (parts === null) return null;
  const whole = wholeText(parts);
  return whole === null || STACK_NAME.test(whole) ? parts : null;
}

function textOf(found: Found): NameParts | null {
  return found.kind === "value" ? textAt(found.at) : found.kind === "member" ? [{ unknown: found.name }] : null;
}

function generatedName(place: StackPlace | null, id: NameParts): NameParts | null {
  if (place === null) return null;
  const prefix = place.name.length === 0 ? [] : [...place.name, "-"];
  if (place.ids.length === 0) return [...prefix, ...id];
  const ids = [...place.ids, id].flatMap((parts) => wholeText(parts) ?? []);
  return ids.length === place.ids.length + 1 ? [...prefix, uniqueName(ids)] : [...prefix, { unknown: "ids" }];
}

/** The name of a stage: `stageName` or its id, after the names of the stages around it. Null when it is not known. */
export function stageName(around: NameParts, id: NameParts, properties: Value | undefined): NameParts | null {
  const [given, ...others] = propertyAt(properties, "stageName");
  if (given === undefined || others.length > 0) return null;
  const own = given.kind === "absent" ? id : textOf(given);
  if (own === null) return null;
  return around.length === 0 ? own : [...around, "-", ...own];
}
