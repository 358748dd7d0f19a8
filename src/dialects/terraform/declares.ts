import { SyntaxProblem, type SourceText } from "../../model/text.js";
import { readTerraform } from "./reading.js";

/** Do these files of one directory declare all of these resources (`aws_iam_role.orders`) and module calls (`module.app`)? */
export function declares(sources: readonly SourceText[], names: readonly string[]): boolean {
  const declared = new Set(sources.flatMap(declaredIn));
  return names.every((name) => declared.has(name));
}

function declaredIn(source: SourceText): readonly string[] {
  try {
    const { declarations, calls } = readTerraform(source);
    return [...declarations.map(({ address }) => address), ...calls.map(({ name }) => `module.${name}`)];
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    return [];
  }
}
