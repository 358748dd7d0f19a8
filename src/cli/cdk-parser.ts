import type { Linter } from "eslint";
import { cdk } from "../dialects/cdk.js";
import { OTHER_FILE } from "../eslint/other-files.js";
import { parseTypeScript, typescriptProblem } from "../eslint/typescript-parser.js";
import { version } from "../version.js";
import { positionAt } from "../model/text.js";
import type { NotAnalysed } from "./summary.js";

/**
 * The TypeScript parser for a run over whole repositories: a file without IAM text is not parsed at all, and where
 * TypeScript cannot be parsed the CDK sources are listed instead.
 */
export function cdkParser(notAnalysed: Map<string, NotAnalysed>): Linter.Parser {
  return {
    meta: { name: "least-privilege/cdk-parser", version },
    parseForESLint(text, options: { readonly filePath?: string; readonly [OTHER_FILE]?: true } = {}) {
      const path = options.filePath ?? "";
      if (options[OTHER_FILE] === true) return parseTypeScript(text, options);
      if (!cdk.mentions({ path, text, tree: null, principals: [] })) return emptyProgram(text);
      const problem = typescriptProblem();
      if (problem === null) return parseTypeScript(text, options);
      notAnalysed.set(path, { path, why: problem });
      return emptyProgram(text);
    },
  };
}

function emptyProgram(text: string): Linter.ESLintParseResult {
  const { line, column } = positionAt(text, text.length);
  return {
    ast: {
      type: "Program",
      sourceType: "module",
      body: [],
      comments: [],
      tokens: [],
      range: [0, text.length],
      loc: { start: { line: 1, column: 0 }, end: { line, column: column - 1 } },
    },
  };
}
