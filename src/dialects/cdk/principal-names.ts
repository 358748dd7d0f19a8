import { literalPattern } from "../../model/text.js";
import type { PrincipalName } from "../../model/principal.js";
import type { TextPart } from "../../syntax/estree-values.js";
import { sameWhenCut } from "../cloudformation/generated-name.js";

/** What the names of many roles hold: by these words alone, a role cannot be told from one that has nothing to do with it. */
const COMMON =
  /access|admin|assume|aws|cdk|dev|ec2|ecs|exec(?:ution)?|function|group|iam|instance|lambda|policy|prod(?:uction)?|role|service|stack|stag(?:e|ing)|task|test|user|[^a-z]/giu;
const LEAST_DISTINCT_CHARACTERS = 3;

/** The name that the source writes down; null when nothing at all is known of it. */
export function writtenName(parts: readonly TextPart[]): PrincipalName | null {
  const known = parts.filter((part) => typeof part === "string").join("");
  if (parts.every((part) => typeof part === "string")) return { kind: "literal", name: known };
  if (known.replace(COMMON, "").length < LEAST_DISTINCT_CHARACTERS) return null;
  return {
    kind: "pattern",
    regex: `^${parts.map((part) => (typeof part === "string" ? literalPattern(part) : ".+")).join("")}$`,
    fixed: known.length,
    shown: parts.map((part) => (typeof part === "string" ? part : `<${part.unknown}>`)).join(""),
    id: known,
  };
}

/** The pattern of a generated name, narrowed to one stack. CloudFormation keeps 25 characters of its name at least. */
export function ofStack(name: PrincipalName, stackName: string | null): PrincipalName {
  if (stackName === null || name.kind !== "pattern") return name;
  const isWhole = stackName.length <= SURE_LENGTH;
  const start = isWhole ? `${stackName}-` : stackName.slice(0, SURE_LENGTH);
  const ahead = isWhole ? start + name.id.slice(0, SURE_LENGTH) : start;
  return {
    ...name,
    regex: `^(?=${ahead})${name.regex.replace(/^\^/u, "")}`,
    fixed: name.fixed + start.length,
    shown: name.shown.replace("<stack>", stackName),
  };
}

/** Of 64 characters CloudFormation leaves 50 to the stack's name and the logical id, half to each when both are long. */
const SURE_LENGTH = 25;

/**
 * Could a principal called `other` be taken for the one called `name`? The digest in a logical id makes it unique in its
 * stack, but not over several stacks, and a long one may be cut.
 */
export function couldBe(name: PrincipalName, other: PrincipalName): boolean {
  if (name.kind !== "pattern" || other.kind === "arn") return false;
  const stack = stackPart(name);
  const otherStack = other.kind === "pattern" ? stackPart(other) : null;
  if (other.kind === "pattern" && stack !== null && otherStack !== null) {
    const isUnknown = stack === UNKNOWN_STACK || otherStack === UNKNOWN_STACK;
    const mayBeSame = isUnknown || stack.slice(0, SURE_LENGTH) === otherStack.slice(0, SURE_LENGTH);
    return mayBeSame && (name.id === other.id || sameWhenCut(name.id, other.id));
  }
  const example = other.kind === "literal" ? other.name : other.shown.replace(/<[^>]*>/gu, "x");
  return (other.kind === "pattern" && name.id === other.id) || expressionOf(name.regex).test(example);
}

/** Every pattern is compared with every name of its file. */
const expressions = new Map<string, RegExp>();
const MOST_EXPRESSIONS = 1000;

function expressionOf(regex: string): RegExp {
  const known = expressions.get(regex) ?? new RegExp(regex, "u");
  if (expressions.size >= MOST_EXPRESSIONS) expressions.clear();
  expressions.set(regex, known);
  return known;
}

const UNKNOWN_STACK = "<stack>";
const TAIL = "-<tail>";

/** The stack's part of a generated name; null for other names. */
function stackPart({ shown, id }: Extract<PrincipalName, { kind: "pattern" }>): string | null {
  const end = `-${id}${TAIL}`;
  return shown.endsWith(end) ? shown.slice(0, -end.length) : null;
}
