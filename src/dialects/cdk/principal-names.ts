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
    shown: shownText(parts),
    id: known,
    deployments: [],
  };
}

/** The pattern of a generated name, narrowed to one stack as far as its name is known. CloudFormation keeps 25 characters of it at least. */
export function ofStack(name: PrincipalName, stack: readonly TextPart[] | null): PrincipalName {
  if (stack === null || name.kind !== "pattern") return name;
  const [first = ""] = stack;
  const start = typeof first === "string" ? first : "";
  const shown = name.shown.replace("<stack>", () => shownText(stack));
  // What the source does not tell of it is another in each deployment.
  if (stack.some((part) => typeof part !== "string")) {
    const ahead = start.slice(0, LEAST_LENGTH);
    return { ...name, regex: ahead === "" ? name.regex : narrowed(name.regex, ahead), shown, deployments: [] };
  }
  const stackName = shownText(stack);
  const isWhole = stackName.length <= SURE_LENGTH;
  const begin = isWhole ? `${stackName}-` : stackName.slice(0, SURE_LENGTH);
  const ahead = isWhole ? begin + name.id.slice(0, SURE_LENGTH) : begin;
  return { ...name, regex: narrowed(name.regex, ahead), fixed: name.fixed + begin.length, shown };
}

function narrowed(regex: string, ahead: string): string {
  return `^(?=${literalPattern(ahead)})${regex.replace(/^\^/u, "")}`;
}

function shownText(parts: readonly TextPart[]): string {
  return parts.map((part) => (typeof part === "string" ? part : `<${part.unknown}>`)).join("");
}

/** Beside the longest tail. */
const LEAST_LENGTH = 24;

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
    return mayBeSameStack(stack, otherStack) && (name.id === other.id || sameWhenCut(name.id, other.id));
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

/** Stack names are cut in the names of roles; of those that are known in part, the beginning is compared. */
function mayBeSameStack(one: string, other: string): boolean {
  const [a, b] = [one, other].map((stack) => ({ known: stack.replace(/<.*$/su, "").slice(0, SURE_LENGTH), isWhole: !stack.includes("<") }));
  if (a === undefined || b === undefined) return true;
  if (a.isWhole && b.isWhole) return a.known === b.known;
  const [shorter, longer] = a.known.length <= b.known.length ? [a, b] : [b, a];
  // A whole name is no beginning of a longer one.
  return longer.known.startsWith(shorter.known) && !(shorter.isWhole && shorter.known !== longer.known && shorter.known.length < SURE_LENGTH);
}

const TAIL = "-<tail>";

/** The stack's part of a generated name; null for other names. */
function stackPart({ shown, id }: Extract<PrincipalName, { kind: "pattern" }>): string | null {
  const end = `-${id}${TAIL}`;
  return shown.endsWith(end) ? shown.slice(0, -end.length) : null;
}
