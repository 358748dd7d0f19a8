import type { ESLint } from "eslint";
import type { JudgedFile } from "../eslint/policies.js";
import { positionAt } from "../model/text.js";

/** How many actions the fixes of a run that fixed nothing would take away, counted entry by entry. */
export function countRemovals(results: readonly ESLint.LintResult[], files: ReadonlyMap<string, JudgedFile>): number {
  return results.reduce((total, result) => total + removalsIn(result, files.get(result.filePath)), 0);
}

/** A comment may disable the report of an entry: only messages that came through count. */
function removalsIn({ messages, source }: ESLint.LintResult, file: JudgedFile | undefined): number {
  const fixed = new Set(messages.filter(({ fix }) => fix !== undefined).map(({ line, column }) => `${String(line)}:${String(column)}`));
  if (fixed.size === 0 || file === undefined || source === undefined) return fixed.size;
  const text = source.replace(/^\uFEFF/u, "");
  return file.judgements.reduce((total, { outcome }) => {
    const verdicts = outcome.kind === "judged" ? outcome.verdicts : [];
    return total + verdicts.filter(({ entry }) => fixed.has(placeOf(text, entry.span.start))).reduce((sum, { refinement }) => sum + refinement.unused.length, 0);
  }, 0);
}

function placeOf(text: string, offset: number): string {
  const { line, column } = positionAt(text, offset);
  return `${String(line)}:${String(column)}`;
}
