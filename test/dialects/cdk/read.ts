import { parseForESLint } from "@typescript-eslint/parser";
import { cdk } from "../../../src/dialects/cdk.js";
import type { LocatedPolicies } from "../../../src/model/policy.js";
import { NO_FILES } from "../project.js";

export interface ReadOptions {
  readonly principals?: readonly string[];
  readonly path?: string;
}

/** The policies of one TypeScript file, as the host would have them read. */
export function read(text: string, { principals = [], path = "/app/stack.ts" }: ReadOptions = {}): LocatedPolicies {
  const { ast, scopeManager } = parseForESLint(text, {
    filePath: path,
    range: true,
    loc: true,
    comment: true,
    tokens: true,
    sourceType: "module",
  });
  return cdk.bind(cdk.read({ path, text, tree: { ast, scopeManager }, principals }), NO_FILES);
}
