import { basename, dirname } from "node:path";
import type { ProjectFiles } from "../dialect.js";
import type { Directory } from "./directory.js";
import type { NamedValue, Sourced } from "./module-blocks.js";
import type { TerraformReading } from "./reading.js";

/** What a root module's variables are in one deployment. */
export interface Assigned {
  readonly values: ReadonlyMap<string, Sourced>;
  /** The file that is meant for one deployment: what is not assigned has its default. Null when any may follow. */
  readonly file: string | null;
}

/** `terraform.tfvars` and `*.auto.tfvars`: https://developer.hashicorp.com/terraform/language/values/variables */
export function isLoadedByItself(path: string): boolean {
  return /^terraform\.tfvars|\.auto\.tfvars/u.test(basename(path));
}

/** The sets of values that a root module is deployed with: one for each file that `-var-file` may name, over those always loaded. */
export function deployments(
  own: Directory,
  path: string,
  files: ProjectFiles<TerraformReading>,
  directory: (path: string) => Directory,
): readonly Assigned[] {
  const loaded = [...own.assignments].filter(([file]) => isLoadedByItself(file)).sort(([a], [b]) => precedence(a) - precedence(b) || (a < b ? -1 : 1));
  const base = valuesOf(loaded.flatMap(([, assignments]) => assignments));
  const chosen = files
    .ending(".tfvars")
    .concat(files.ending(".tfvars.json"))
    .flatMap((file): readonly Assigned[] => {
      const folder = dirname(file.path);
      if (folder === path ? isLoadedByItself(file.path) : !directory(folder).isEmpty) return [];
      const assignments = directory(folder).assignments.get(file.path) ?? [];
      const fits = (root: string): boolean => assignments.every(({ name }) => directory(root).hasVariable(name));
      if (assignments.length === 0 || !fits(path)) return [];
      // In a folder of one root module it is for that one, whatever others have variables of these names.
      const owner = foldersAbove(folder, files.root).find((above) => !directory(above).isEmpty && fits(above));
      return owner === undefined || owner === path ? [{ values: new Map([...base, ...valuesOf(assignments)]), file: file.path }] : [];
    });
  return loaded.length > 0 || chosen.length === 0 ? [{ values: base, file: null }, ...chosen] : chosen;
}

/** From the folder itself up to the project's root. */
function foldersAbove(folder: string, root: string): readonly string[] {
  return folder === root || folder === dirname(folder) ? [folder] : [folder, ...foldersAbove(dirname(folder), root)];
}

function precedence(path: string): number {
  return basename(path).startsWith("terraform.tfvars") ? 0 : 1;
}

function valuesOf(assignments: readonly NamedValue[]): ReadonlyMap<string, Sourced> {
  return new Map(assignments.map(({ name, value }) => [name, value]));
}

