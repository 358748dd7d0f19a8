import { hash } from "node:crypto";

const LONGEST_HUMAN_PART = 240;

/**
 * The logical id that CDK gives to a resource, from the ids of the constructs between its stack and itself.
 * As `makeUniqueId` in aws-cdk-lib/core does it: https://docs.aws.amazon.com/cdk/v2/guide/identifiers.html
 */
export function logicalId(path: readonly string[]): string {
  const ids = path.filter((id) => id !== "Default");
  const [only, ...others] = ids;
  if (only !== undefined && others.length === 0) return alphanumeric(only);
  return withoutEchoes(ids).filter((id) => id !== "Resource").map(alphanumeric).join("").slice(0, LONGEST_HUMAN_PART) + digestOf(ids);
}

/** The name that CDK makes of the ids of several constructs. As `makeUniqueResourceName` in aws-cdk-lib/core does it, for names of stacks. */
export function uniqueName(path: readonly string[]): string {
  const ids = path.filter((id) => id !== "Default");
  const [only, ...others] = ids;
  if (only !== undefined && others.length === 0) return alphanumeric(only);
  return withoutEchoes(ids).filter((id) => id !== "Resource").map(alphanumeric).join("") + digestOf(ids);
}

/** A component that the one before it already ends with says nothing new. */
function withoutEchoes(ids: readonly string[]): readonly string[] {
  const kept: string[] = [];
  for (const id of ids) if (kept.at(-1)?.endsWith(id) !== true) kept.push(id);
  return kept;
}

function digestOf(ids: readonly string[]): string {
  return hash("md5", ids.join("/")).slice(0, 8).toUpperCase();
}

function alphanumeric(id: string): string {
  return id.replace(/[^A-Za-z0-9]/gu, "");
}
