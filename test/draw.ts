import type { Linter } from "eslint";

/** Draws messages under the lines that they stand at, as `report.txt` of a fixture holds them. */
export function drawReport(path: string, text: string, messages: readonly Linter.LintMessage[]): string {
  if (messages.length === 0) return "";
  const lines = text.replace(/^\uFEFF/u, "").split(/\r?\n/u);
  return [`${path}\n`, ...messages.map((message) => draw(lines, message))].join("");
}

function draw(lines: readonly string[], message: Linter.LintMessage): string {
  const line = lines[message.line - 1] ?? "";
  const width = String(message.line).length;
  const length = message.endLine === message.line && message.endColumn !== undefined ? message.endColumn - message.column : 1;
  const mark = `${line.slice(0, message.column - 1).replaceAll(/[^\t]/gu, " ")}${"^".repeat(Math.max(length, 1))}`;
  const gutter = " ".repeat(width);
  return [
    `  ${String(message.line)} | ${line}`,
    `  ${gutter} | ${mark}${message.fix === undefined ? "" : " (fix)"}`,
    `  ${gutter} = ${message.message}`,
    ...(message.suggestions ?? []).map((suggestion) => `  ${gutter} ? ${suggestion.desc}`),
    "",
  ].join("\n");
}
