import { existsSync, statSync } from "node:fs";
import { basename, dirname, resolve, sep } from "node:path";
import { BadInput } from "../findings/bad-input.js";
import { declarersOf, hasSources } from "../project.js";
import { declaredByRoot } from "./address.js";
import type { Deployment } from "./deployment.js";
import { deploymentsIn, type DeploymentRecords } from "./deployments.js";
import { pathFrom } from "../model/paths.js";

/** Records of deployments as a user names them: `state.json`, or `infra/prod=state.json` with what they are records of. */
export interface GivenRecords {
  readonly states: readonly string[];
  readonly stackResources: readonly string[];
}

/**
 * Finds out what each of them is a record of, below `root`, where relative names start. Neither a state nor the resources of a
 * stack say it. Throws `BadInput`.
 */
export function placeRecords({ states, stackResources }: GivenRecords, root: string): readonly DeploymentRecords[] {
  return [...states.flatMap((given) => placeState(given, root)), ...stackResources.flatMap((given) => placeStacks(given, root))];
}

function placeState(given: string, root: string): readonly DeploymentRecords[] {
  const { place, file } = split(given, "state", root);
  const records = { kind: "state", file, stack: null } as const;
  const deployments = deploymentsIn(records);
  if (place !== null) return [{ ...records, in: place }];
  const names = [...new Set(deployments.flatMap(({ principals }) => principals.map(({ address }) => declaredByRoot(address))))];
  // Nothing in it is tied to anything.
  if (names.length === 0) return [];
  const declarers = declarersOf("terraform", names, root);
  const own = ownDirectory(file, root);
  if (own !== null && (keepsItsState(own, file) || declarers.includes(own))) return [{ ...records, in: own }];
  const [only, ...others] = declarers;
  if (only !== undefined && others.length === 0) return [{ ...records, in: only }];
  throw unplaced("--state", "directory", "root module", given, names, declarers, root);
}

/** The directory that the file lies in, or the nearest one above it, that holds Terraform files. */
function ownDirectory(file: string, root: string): string | null {
  for (let directory = dirname(file); isInside(directory, root); directory = dirname(directory)) {
    if (hasSources("terraform", directory)) return directory;
  }
  return null;
}

function isInside(directory: string, root: string): boolean {
  return directory === root || directory.startsWith(root.endsWith(sep) ? root : root + sep);
}

/** https://developer.hashicorp.com/terraform/language/backend/local: beside the files, or in a folder for each workspace. */
function keepsItsState(directory: string, file: string): boolean {
  const path = pathFrom(directory, file);
  return basename(file).endsWith(".tfstate") && /^(?:terraform\.tfstate\.d\/[^/]+\/)?[^/]+$/u.test(path);
}

function placeStacks(given: string, root: string): readonly DeploymentRecords[] {
  const { place, file } = split(given, "stack-resources", root);
  const records = { kind: "stack-resources", file } as const;
  const deployments = deploymentsIn(records);
  if (place !== null) return [{ ...records, stack: null, in: place }];
  return deployments.flatMap((deployment) => placeStack(records, deployment, given, root));
}

function placeStack(records: Pick<DeploymentRecords, "kind" | "file">, { stack, principals }: Deployment, given: string, root: string): readonly DeploymentRecords[] {
  const names = [...new Set(principals.map(({ address }) => address))];
  if (names.length === 0) return [];
  const declarers = declarersOf("cloudformation", names, root);
  const [only, ...others] = declarers;
  if (only !== undefined && others.length === 0) return [{ ...records, stack, in: only }];
  throw unplaced("--stack-resources", "template", stack === null ? "template" : `template of ${stack}`, given, names, declarers, root);
}

function unplaced(
  option: string,
  what: string,
  wanted: string,
  given: string,
  names: readonly string[],
  declarers: readonly string[],
  root: string,
): BadInput {
  const show = (path: string): string => pathFrom(root, path) || ".";
  const [first = ""] = names;
  const found =
    declarers.length === 0
      ? `no ${what} below ${root} declares ${names.length === 1 ? first : `all of its roles, users and groups (${names.slice(0, 3).join(", ")}${names.length > 3 ? ", …" : ""})`}`
      : `${declarers.map(show).join(" and ")} declare what is in it`;
  return new BadInput(`${given}: it does not say which ${wanted} it is of, and ${found}: name it with ${option} <${what}>=${given}.`);
}

/** `place=file`, unless a file has that very name. */
function split(given: string, kind: DeploymentRecords["kind"], root: string): { readonly place: string | null; readonly file: string } {
  const equals = [...given.matchAll(/=/gu)].map(({ index }) => index);
  const whole = resolve(root, given);
  if (equals.length === 0 || existsSync(whole)) return { place: null, file: whole };
  const parts = equals.map((index) => ({ place: resolve(root, given.slice(0, index)), file: resolve(root, given.slice(index + 1)) }));
  const isPlace = (path: string): boolean => {
    const stats = statSync(path, { throwIfNoEntry: false });
    return kind === "state" ? stats?.isDirectory() === true : stats?.isFile() === true;
  };
  const found = parts.find(({ place }) => isPlace(place));
  if (found !== undefined) return found;
  const [first] = parts;
  throw new BadInput(`${first?.place ?? whole}: there is no such ${kind === "state" ? "directory" : "template"}: correct what stands before "=" in ${given}.`);
}
