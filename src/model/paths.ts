import { relative, sep } from "node:path";

/** A path as seen from a folder, with `/` on every system: for messages, globs and files that others read. Empty for the folder itself. */
export function pathFrom(folder: string, path: string): string {
  return relative(folder, path).split(sep).join("/");
}
