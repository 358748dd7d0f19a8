import { join, resolve } from "node:path";
import type { ProjectFiles } from "../dialect.js";

/**
 * The directories of modules that `terraform init` has fetched or found, by the names of the calls that lead to them
 * (`app.role`), as `.terraform/modules/modules.json` of a root module lists them.
 */
export function installedModules(root: string, files: Pick<ProjectFiles<unknown>, "text">): ReadonlyMap<string, string> {
  const text = files.text(join(root, ".terraform", "modules", "modules.json"));
  const listed: unknown = text === null ? null : parsed(text);
  const found = new Map<string, string>();
  if (!isRecord(listed) || !Array.isArray(listed["Modules"])) return found;
  for (const entry of listed["Modules"] as readonly unknown[]) {
    if (!isRecord(entry)) continue;
    const { Key: key, Dir: directory } = entry;
    if (typeof key === "string" && key !== "" && typeof directory === "string") found.set(key, resolve(root, directory));
  }
  return found;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** The file is a help that Terraform writes for itself: what cannot be read is as good as not there. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
