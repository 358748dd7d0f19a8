import * as z from "zod/mini";
import { deploymentSchema, type EvidenceOptions } from "../eslint/settings.js";
import { BadInput } from "../findings/bad-input.js";
import { readJson } from "./json-file.js";

const listSchema = z.array(deploymentSchema, "a list");

/** Reads the file that `--deployments` names. Throws `BadInput`. */
export async function readDeployments(file: string, cwd: string): Promise<NonNullable<EvidenceOptions["deployments"]>> {
  const result = listSchema.safeParse(await readJson("--deployments", file, cwd));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const place = (issue?.path ?? []).map((key) => (typeof key === "number" ? `entry ${String(key + 1)}` : String(key)));
  throw new BadInput(
    `${[`--deployments ${file}`, ...place].join(", ")}: expected ${issue?.message ?? "something else"}: write [{"files": "envs/prod/**", "accounts": ["111122223333"]}].`,
  );
}
