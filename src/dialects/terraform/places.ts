import { dirname } from "node:path";
import type { PrincipalKind, PrincipalName, PrincipalReference, Rival } from "../../model/principal.js";
import type { ProjectFiles } from "../dialect.js";
import { localSources } from "./local-sources.js";
import { mayBeSame } from "./namesakes.js";
import type { TerraformReading } from "./reading.js";

/** A principal that a root module declares, itself or through what it calls, in one of its deployments; or a file that may. */
export interface DeployedPrincipal extends Rival {
  /** Null when the source does not tell. */
  readonly name: PrincipalName | null;
}

/** Nothing for a directory that is no root module. */
export type DeployedBy = (root: string, kind: PrincipalKind) => readonly DeployedPrincipal[];

/**
 * All places of the project that declare a principal which `reference` may mean: one of its very name, or, where the name is
 * a pattern, of one that does not contradict it. Every place once for each deployment of its root module.
 */
export function placesOf(reference: PrincipalReference, files: ProjectFiles<TerraformReading>, deployedBy: DeployedBy): readonly Rival[] {
  const { kind, name, declared } = reference;
  if (name.kind === "arn") return [];
  const may = (other: PrincipalName | null): boolean => {
    if (name.kind === "pattern") return other === null || mayBeSame(name, other);
    return other?.kind === "literal" && other.name === name.name;
  };
  const below = directoriesBelow(files);
  const holds = holdersOf(files, below);
  // A word that its own root module does not hold is put together there, and may be so elsewhere.
  const words = wordsOf(name).filter((word) => declared === undefined || holds(declared.in, word));
  const candidates = [...new Set(files.holding(`aws_iam_${kind}`, "module").map(({ path }) => dirname(path)))].sort();
  return candidates
    .filter((root) => root === declared?.in || words.every((word) => holds(root, word)))
    .flatMap((root) => deployedBy(root, kind).filter((place) => may(place.name)));
}

function wordsOf(name: Exclude<PrincipalName, { kind: "arn" }>): readonly string[] {
  const known = name.kind === "literal" ? name.name : name.shown.replace(/<[^<>]*>/gu, " ");
  const words = known.match(/[A-Za-z0-9]+/gu) ?? [];
  // Single characters are everywhere. Long words are found faster, and in fewer places.
  return words.filter((word) => word.length > 1).sort((a, b) => b.length - a.length);
}

type Below = (root: string) => readonly string[];

/** A directory, and all that it calls by their paths. */
function directoriesBelow(files: ProjectFiles<TerraformReading>): Below {
  const called = new Map<string, string[]>();
  for (const [target, callers] of localSources(files)) {
    for (const caller of callers) called.set(caller, [...(called.get(caller) ?? []), target]);
  }
  return (root) => {
    const all = new Set([root]);
    for (const directory of all) for (const target of called.get(directory) ?? []) all.add(target);
    return [...all];
  };
}

/** Is a word in the text of a root module, of what it calls, or of any file of values? `lower` and `upper` change its case. */
function holdersOf(files: ProjectFiles<TerraformReading>, below: Below): (root: string, word: string) => boolean {
  const directories = new Map<string, ReadonlySet<string> | "all">();
  return (root, word) => {
    let held = directories.get(word);
    if (held === undefined) {
      const found = files.holding(...new Set([word, word.toLowerCase(), word.toUpperCase()])).map(({ path }) => path);
      held = found.some((path) => /\.tfvars(?:\.json)?$/u.test(path)) ? "all" : new Set(found.map((path) => dirname(path)));
      directories.set(word, held);
    }
    const among = held;
    return among === "all" || below(root).some((directory) => among.has(directory));
  };
}
