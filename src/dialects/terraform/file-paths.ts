import { posix } from "node:path";
import { literalPattern } from "../../model/text.js";
import type { HclCall, HclExpression } from "../../syntax/hcl-nodes.js";
import { traversal, unwrap } from "./expressions.js";

/** The file that `file(…)` or `templatefile(…)` reads. */
export interface FilePath {
  /** What names this file among the uses of a directory. */
  readonly target: string;
  /** `templatefile`: the text is a template. */
  readonly isTemplate: boolean;
  /** Relative to the module's own directory, or to one that the source does not tell (`path.root`, `path.cwd`, nothing). */
  readonly from: "module" | "elsewhere";
  /** The path, with `UNKNOWN` for what is only known at deployment. */
  readonly path: string;
}

const UNKNOWN = "\0";

const MARK = "file ";

export function isFileTarget(target: string): boolean {
  return target.startsWith(MARK);
}

/** Null for any other function, and for a path of which nothing is known. */
export function readFileOf({ name, arguments: [argument] }: HclCall): FilePath | null {
  if ((name !== "file" && name !== "templatefile") || argument === undefined) return null;
  const written = pathText(argument);
  if (written === null) return null;
  const isTemplate = name === "templatefile";
  return { ...written, isTemplate, target: `${MARK}${name} ${written.from} ${written.path}` };
}

function pathText(expression: HclExpression): Pick<FilePath, "from" | "path"> | null {
  const inner = unwrap(expression);
  if (inner.type !== "HclTemplate" || inner.form !== "quoted") return null;
  let from: FilePath["from"] = "elsewhere";
  let path = "";
  for (const [index, part] of inner.parts.entries()) {
    if (part.type === "HclText") {
      path += part.value;
      continue;
    }
    const [root, name] = part.type === "HclInterpolation" ? (traversal(part.expression) ?? []) : [];
    if (index > 0 || root !== "path") path += UNKNOWN;
    else if (name === "module") from = "module";
  }
  const known = path.replaceAll(UNKNOWN, "").replace(/[./]/gu, "");
  return known === "" && from === "elsewhere" ? null : { from, path: path.replace(/^\/+/u, "") };
}

/** Could the path, written in a file of `directory`, be that of `file`? */
export function mayRead({ from, path }: FilePath, directory: string, file: string): boolean {
  const target = file.replaceAll("\\", "/");
  if (from === "module") return matcher(posix.join(directory.replaceAll("\\", "/"), path), "^").test(target);
  return matcher(posix.normalize(path).replace(/^(?:\.\.\/)+/u, ""), "(?:^|/)").test(target);
}

function matcher(path: string, start: string): RegExp {
  const source = path.split(UNKNOWN).map(literalPattern).join(".*");
  return new RegExp(`${start}${source}$`, "u");
}

/** Where the file is looked for, when all of its path is known. */
export function candidates({ from, path }: FilePath, directory: string, root: string): readonly string[] {
  if (path.includes(UNKNOWN)) return [];
  return (from === "module" ? [directory] : [directory, root]).map((folder) => posix.join(folder.replaceAll("\\", "/"), path));
}
