import { isDeepStrictEqual } from "node:util";
import { pathFrom } from "../../model/paths.js";
import type { PrincipalReference, Rival } from "../../model/principal.js";
import type { SourceText } from "../../model/text.js";
import type { ProjectFiles } from "../dialect.js";
import { couldBe } from "./principal-names.js";
import { createdPrincipals, type CreatedPrincipals } from "./principals.js";
import { modulesOf, type Modules } from "./across-files/modules.js";
import { projectAround } from "./across-files/cdk-project.js";
import { candidatesFor, rivals } from "./rivals.js";

/**
 * Every place of the project that creates a principal which `reference` may mean: one of its very name, or one whose generated
 * name may be the same. A construct that is created in several stacks is as many places. Tests deploy nothing.
 */
export function placesOf(reference: PrincipalReference, files: ProjectFiles<unknown>): readonly Rival[] {
  const { root } = files;
  return candidatesFor(reference, modulesOf(files), root).flatMap((source): readonly Rival[] => {
    const created = files.tree === undefined ? null : createdIn(source, files);
    const itself: Rival = { shown: pathFrom(root, source.path), declared: null };
    // All that its text tells.
    if (created === null) return rivals(source, reference) ? [itself] : [];
    const places = created.principals.flatMap(({ principal }): Rival[] => {
      if (!mayBeSame(reference, principal)) return [];
      return [principal.declared === undefined ? itself : { shown: `${principal.address} (${itself.shown})`, declared: principal.declared }];
    });
    // A name stands in the text for those; a logical id may be that of others besides, but not of the file that it is of.
    const isExplained = places.some(({ declared }) => reference.name.kind === "literal" || isDeepStrictEqual(declared, reference.declared));
    return created.isWhole || isExplained || !rivals(source, reference) ? places : [...places, itself];
  });
}

function mayBeSame({ kind, name }: PrincipalReference, other: PrincipalReference): boolean {
  if (kind !== other.kind) return false;
  if (name.kind === "literal") return other.name.kind === "literal" && name.name === other.name.name;
  return couldBe(name, other.name) || couldBe(other.name, name);
}

/** What files create, in one state of all of them. */
const known = new WeakMap<Modules, Map<string, CreatedPrincipals | null>>();

/** Null for a file that cannot be parsed. */
function createdIn({ path }: SourceText, files: ProjectFiles<unknown>): CreatedPrincipals | null {
  const modules = modulesOf(files);
  const answers = known.get(modules) ?? new Map<string, CreatedPrincipals | null>();
  known.set(modules, answers);
  const before = answers.get(path);
  if (before !== undefined) return before;
  const file = projectAround(files).file(path);
  const created = file === null ? null : createdPrincipals(file);
  answers.set(path, created);
  return created;
}
