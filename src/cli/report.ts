import { relative } from "node:path";
import type { ESLint, Linter } from "eslint";

export interface ReportOptions {
  /** Paths are shown as seen from here, where a person reads them. */
  readonly cwd: string;
  readonly color: boolean;
  /** Columns of the terminal; null when the report goes elsewhere. */
  readonly width: number | null;
}

const WIDEST = 120;
const NARROWEST = 40;

/**
 * The report when no formatter is asked for. In a terminal, long messages are wrapped beside their place. Elsewhere each
 * message stays on one line, in the form of ESLint's `stylish`, so that `grep` and the problem matchers of CI systems work.
 */
export function report(results: readonly ESLint.LintResult[], options: ReportOptions): string {
  const messages = results.flatMap((result) => result.messages);
  if (messages.length === 0) return "";
  const files = results.filter((result) => result.messages.length > 0).map((result) => fileReport(result, options));
  return `${files.join("\n")}\n${paint(total(messages), BOLD, options)}\n`;
}

function fileReport({ filePath, messages }: ESLint.LintResult, options: ReportOptions): string {
  const path = options.width === null ? filePath : relative(options.cwd, filePath) || filePath;
  const places = messages.map(({ line, column }) => `${String(line)}:${String(column)}`);
  const widest = Math.max(...places.map((place) => place.length));
  const lines = messages.map((message, index) => {
    const place = (places[index] ?? "").padEnd(widest);
    const head = `  ${paint(place, DIM, options)}  ${paint("error", RED, options)}  `;
    const indent = widest + "    error  ".length;
    return head + (options.width === null ? oneLine(message) : wrapped(message.message, indent, options.width));
  });
  return [paint(path, UNDERLINE, options), ...lines, ""].join("\n");
}

function oneLine({ message, ruleId }: Linter.LintMessage): string {
  return ruleId === null ? message : `${message}  ${ruleId}`;
}

function wrapped(text: string, indent: number, width: number): string {
  const room = Math.min(width, WIDEST) - indent;
  if (room < NARROWEST) return text;
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].join(`\n${" ".repeat(indent)}`);
}

function total(messages: readonly Linter.LintMessage[]): string {
  const fixable = messages.filter((message) => message.fix !== undefined).length;
  const problems = `✖ ${String(messages.length)} problem${messages.length === 1 ? "" : "s"}`;
  return fixable === 0 ? problems : `${problems}, ${String(fixable)} fixable with --fix`;
}

const RESET = "\u001B[0m";
const BOLD = "\u001B[1m";
const DIM = "\u001B[2m";
const UNDERLINE = "\u001B[4m";
const RED = "\u001B[31m";

function paint(text: string, code: string, { color }: ReportOptions): string {
  return color ? code + text + RESET : text;
}
