import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { BadInput } from "../findings/bad-input.js";

/** The JSON of a small file that an option names. Throws `BadInput`. */
export async function readJson(option: string, file: string, cwd: string): Promise<unknown> {
  try {
    return JSON.parse((await readFile(resolve(cwd, file), "utf8")).replace(/^\uFEFF/u, ""));
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") {
      throw new BadInput(`${option} ${file}: there is no such file: correct the name.`, { cause });
    }
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new BadInput(`${option} ${file}: cannot be read as JSON (${reason}): correct the file.`, { cause });
  }
}
