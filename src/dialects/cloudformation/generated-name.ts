import { literalPattern } from "../../model/text.js";
import type { DeployedName, PrincipalName } from "../../model/principal.js";

/** A name that is only known in part. */
export type NamePattern = Extract<PrincipalName, { kind: "pattern" }>;

/** IAM names of roles and users have 64 characters at most. */
const LONGEST_NAME = 64;

/** CloudFormation keeps at least this much of a logical id. */
export const SURE_ID_LENGTH = 25;

/** It keeps at least this much of a stack's name, beside the longest tail. */
export const SURE_STACK_LENGTH = 24;

/** What CloudFormation ends a generated name with: 12 letters and digits; in older stacks 12 or 13 upper-case ones. */
export const TAIL = "(?:[A-Za-z0-9]{12}|[A-Z0-9]{13})";
const LONGEST_TAIL = 13;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-using-console-create-stack-parameters.html */
const STACK = "[A-Za-z][A-Za-z0-9-]*";

/**
 * The name that CloudFormation makes for a role or user without one: `<stack>-<logical id>-<tail>`, cut to 64 characters.
 *
 * Of the 50 characters that the tail and the hyphens leave (49 beside a tail of 13), the stack's name and the logical id get
 * half each when together they are too long, and what a short one leaves over goes to the other. So a name either holds
 * the whole id, or it is full, and then says by its length how much of the id it holds: at least 25 characters.
 */
export function generatedName(logicalId: string, stacks: readonly string[] = []): NamePattern {
  const sure = logicalId.slice(0, SURE_ID_LENGTH);
  return {
    kind: "pattern",
    regex: `^${nameRegex(logicalId, STACK, STACK)}$`,
    fixed: sure.length,
    shown: `<stack>-${logicalId}-<tail>`,
    id: logicalId,
    ...(stacks.length === 0 ? {} : { deployments: stacks.map((stack) => deployedName(logicalId, stack)) }),
  };
}

/** The name in a stack of a known name. */
function deployedName(logicalId: string, stack: string): DeployedName {
  const fits = stack.length + logicalId.length + LONGEST_TAIL + 2 <= LONGEST_NAME;
  const cut = `${literalPattern(stack.slice(0, SURE_STACK_LENGTH))}[A-Za-z0-9-]*`;
  return {
    regex: `^${nameRegex(logicalId, literalPattern(stack), fits ? literalPattern(stack) : cut)}$`,
    shown: `${stack}-${logicalId}-<tail>`,
  };
}

function nameRegex(logicalId: string, stack: string, cutStack: string): string {
  const sure = logicalId.slice(0, SURE_ID_LENGTH);
  const cutBetween = logicalId.slice(SURE_ID_LENGTH, -1);
  const cut = Array.from(cutBetween).reduceRight((inner, character) => `(?:${literalPattern(character)}${inner})?`, "");
  const whole = `(?=.{1,${String(LONGEST_NAME)}}$)${stack}-${literalPattern(logicalId)}-${TAIL}`;
  const full = `(?=.{${String(LONGEST_NAME)}}$)${cutStack}-${literalPattern(sure)}${cut}-${TAIL}`;
  return logicalId.length > SURE_ID_LENGTH || stack !== cutStack ? `(?:${whole}|${full})` : `(?:${whole})`;
}

/** Can the generated names of two different logical ids be the same? Only when both are cut, or one is where the other ends. */
export function sameWhenCut(one: string, other: string): boolean {
  const [shorter, longer] = one.length <= other.length ? [one, other] : [other, one];
  return shorter.length >= SURE_ID_LENGTH && longer.startsWith(shorter.slice(0, SURE_ID_LENGTH));
}
