import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import * as z from "zod/mini";
import { BadInput } from "../findings/bad-input.js";

const arn = z.string().check(z.startsWith("arn:"));

const mapSchema = z
  .record(z.string(), z.union([arn, z.array(arn).check(z.minLength(1))]))
  .check(z.refine((map) => Object.keys(map).length > 0));

/** Policy JSON files (globs) → the ARN or ARNs of who they are attached to. */
export type PrincipalsMap = z.infer<typeof mapSchema>;

/** Reads the file that `--principals` names. Throws `BadInput`. */
export async function readPrincipals(file: string, cwd: string): Promise<PrincipalsMap> {
  const result = z.safeParse(mapSchema, await readJson(file, resolve(cwd, file)));
  if (result.success) return result.data;
  throw new BadInput(
    `--principals ${file}: is not a map of file globs to ARNs: write {"policies/orders*.json": "arn:aws:iam::111122223333:role/orders"}.`,
  );
}

async function readJson(file: string, path: string): Promise<unknown> {
  try {
    return JSON.parse((await readFile(path, "utf8")).replace(/^\uFEFF/u, ""));
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") {
      throw new BadInput(`--principals ${file}: there is no such file: correct the name.`, { cause });
    }
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new BadInput(`--principals ${file}: cannot be read as JSON (${reason}): correct the file.`, { cause });
  }
}
