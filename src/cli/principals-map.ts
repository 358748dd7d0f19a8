import * as z from "zod/mini";
import { BadInput } from "../findings/bad-input.js";
import { readJson } from "./json-file.js";

const arn = z.string().check(z.startsWith("arn:"));

const mapSchema = z
  .record(z.string(), z.union([arn, z.array(arn).check(z.minLength(1))]))
  .check(z.refine((map) => Object.keys(map).length > 0));

/** Policy JSON files (globs) and addresses → the ARN or ARNs of whose they are. */
export type PrincipalsMap = z.infer<typeof mapSchema>;

/** Reads the file that `--principals` names. Throws `BadInput`. */
export async function readPrincipals(file: string, cwd: string): Promise<PrincipalsMap> {
  const result = z.safeParse(mapSchema, await readJson("--principals", file, cwd));
  if (result.success) return result.data;
  throw new BadInput(
    `--principals ${file}: is not a map of file globs and addresses to ARNs: write {"policies/orders*.json": "arn:aws:iam::111122223333:role/orders"}.`,
  );
}
