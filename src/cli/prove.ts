import { readFile } from "node:fs/promises";
import type { ESLint } from "eslint";
import { parseTypeScript } from "../eslint/typescript-parser.js";
import { verifyFix } from "./verify.js";

/** A fix that an independent parser has confirmed; both texts as they stand in the file, byte order mark included. */
export interface ProvenFix {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

export interface RefusedFix {
  readonly path: string;
  /** A clause with its full stop. */
  readonly why: string;
}

/** Checks every fixed file before the first one is written, so that a surprise leaves all files as they were. */
export async function proveFixes(
  results: readonly ESLint.LintResult[],
): Promise<{ readonly proven: readonly ProvenFix[]; readonly refused: readonly RefusedFix[] }> {
  const proven: ProvenFix[] = [];
  const refused: RefusedFix[] = [];
  for (const { filePath: path, output } of results) {
    if (output === undefined) continue;
    const before = await readFile(path, "utf8");
    if (before === output) continue;
    const why = await verifyFix(path, withoutMark(before), withoutMark(output), (source) => parseTypeScript(source, { sourceType: "module" }).ast);
    if (why === null) proven.push({ path, before, after: output });
    else refused.push({ path, why: `its fix could not be proven: ${why}` });
  }
  return { proven, refused };
}

function withoutMark(text: string): string {
  return text.startsWith("\uFEFF") ? text.slice(1) : text;
}
