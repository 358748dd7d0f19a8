import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { read, runLint, workspace } from "../workspace.js";

const TERRAFORM = "/usr/local/bin/terraform";

export const canFormat = existsSync(TERRAFORM);

/** Files that are formatted as `terraform fmt` does it are so after a fix. */
export async function formattingProblems(files: ReadonlyMap<string, string>, findings: string): Promise<readonly string[]> {
  const before = formatted(files);
  const folder = workspace({ ...Object.fromEntries(before), "findings/all.json": findings });
  await runLint(folder, { fix: true, passOnNoMatch: true });
  const after = new Map([...before.keys()].map((path) => [path, read(folder, path)]));
  const again = formatted(after);
  return [...after].flatMap(([path, text]) => {
    const wanted = (again.get(path) ?? "").split("\n");
    const changed = text.split("\n").flatMap((line, index) => (line === wanted[index] || isNeighbour(line, wanted[index] ?? "") ? [] : [{ line, wanted: wanted[index] }]));
    return changed.slice(0, 2).map((line) => `${path}: terraform fmt would change ${JSON.stringify(line)}`);
  });
}

/**
 * Two things are left to `terraform fmt`, because no line changes that an edit does not touch: how the attributes beside a single
 * action are aligned that has become a list of several lines, and how far a bracket is indented that closes a list on the
 * line of what was not its last statement.
 */
function isNeighbour(line: string, wanted: string): boolean {
  const isSame = line.replaceAll(/\s+/gu, " ").trim() === wanted.replaceAll(/\s+/gu, " ").trim();
  return isSame && (/^\s*\}, ?\]/u.test(line) || /^\s*"?(?:Effect|Action|Sid|Resource)"?\s+[=:]/u.test(line));
}

function formatted(files: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const folder = workspace(Object.fromEntries(files));
  const { status, stderr } = spawnSync(TERRAFORM, ["fmt", "-recursive", "-list=false"], { cwd: folder, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return new Map([...files.keys()].map((path) => [path, read(folder, path)]));
}
