import { relative, sep } from "node:path";
import { structuredPatch } from "diff";

export interface ChangedText {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

export interface DiffOptions {
  /** Paths are shown as seen from here. */
  readonly cwd: string;
  readonly color?: boolean;
}

const RESET = "\u001B[0m";
const COLORS: Readonly<Record<string, string>> = { "-": "\u001B[31m", "+": "\u001B[32m", "@": "\u001B[36m" };
const BOLD = "\u001B[1m";

/** What a run would change, as a patch that `git apply` takes. */
export function unifiedDiff(changes: readonly ChangedText[], { cwd, color = false }: DiffOptions): string {
  return changes.map((change) => fileDiff(change, cwd, color)).join("");
}

function fileDiff({ path, before, after }: ChangedText, cwd: string, color: boolean): string {
  const { hunks } = structuredPatch("", "", before, after, undefined, undefined, { context: 3 });
  if (hunks.length === 0) return "";
  const name = relative(cwd, path).replaceAll(sep, "/");
  const lines = [header("---", `a/${name}`), header("+++", `b/${name}`)].map((line) => paint(line, color ? BOLD : ""));
  for (const { oldStart, oldLines, newStart, newLines, lines: changed } of hunks) {
    const place = `@@ -${range(oldStart, oldLines)} +${range(newStart, newLines)} @@`;
    lines.push(paint(place, color ? (COLORS["@"] ?? "") : ""));
    for (const line of changed) lines.push(paint(line, color ? (COLORS[line.charAt(0)] ?? "") : ""));
  }
  return `${lines.join("\n")}\n`;
}

/** Git ends a name with blanks in it by a tab, and quotes one with characters that would break the line. */
function header(mark: string, name: string): string {
  if (/["\\\p{Cc}]/u.test(name)) return `${mark} ${JSON.stringify(name)}`;
  return `${mark} ${name}${name.includes(" ") ? "\t" : ""}`;
}

function range(start: number, count: number): string {
  return count === 1 ? String(start) : `${String(start)},${String(count)}`;
}

/** Colours a line, but not the carriage return that may end it. */
function paint(line: string, color: string): string {
  if (color === "") return line;
  const end = line.endsWith("\r") ? "\r" : "";
  return color + line.slice(0, line.length - end.length) + RESET + end;
}
