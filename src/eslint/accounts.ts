import { sourceOf } from "../deployed/place.js";
import type { AccountsOf, PrincipalReference } from "../model/principal.js";
import { filesIn } from "../project.js";
import { fileMatcher } from "./globs.js";
import type { Settings } from "./settings.js";

/** Files, by globs, and all the accounts that they are deployed in. Plain data. */
export type DeployedFiles = NonNullable<Settings["deployments"]>[number];

/** Where what a file only names is deployed: root modules' directories, or the file itself. */
export interface OwnPlaces {
  readonly places: readonly string[];
  /** False for a file that others may make part of what they deploy. */
  readonly isAll: boolean;
}

/**
 * The accounts of the principals of a file. What a principal is declared in counts: the root module's directory, wherever the
 * text of its policies is, the template, or the file that creates the CDK stack. A directory is meant by a glob that matches one of its
 * files. A principal that is only named is in all accounts of the file's own places; where not all of those are known, wherever
 * there is one of its name, too (`whereIs`). `use` is told each entry that matches.
 */
export function accountsOf(
  { deployments, cwd }: Settings,
  own: OwnPlaces,
  whereIs: (reference: PrincipalReference) => readonly string[],
  use: (entry: DeployedFiles) => void,
): AccountsOf {
  if (deployments === undefined) return () => null;
  const entries = deployments.map((entry) => ({ entry, matches: fileMatcher(entry.files, cwd, { below: true }) }));
  const known = new Map<string, readonly string[] | null>();
  const accountsAt = (place: string): readonly string[] | null => {
    let accounts = known.get(place);
    if (accounts === undefined) {
      const paths = [place, ...filesIn(place)];
      const found = entries.filter(({ matches }) => paths.some(matches));
      for (const { entry } of found) use(entry);
      accounts = found.length === 0 ? null : [...new Set(found.flatMap(({ entry }) => entry.accounts))];
      known.set(place, accounts);
    }
    return accounts;
  };
  return (reference) => {
    if (reference?.declared !== undefined) return accountsAt(sourceOf(reference.declared.in));
    const all = own.places.map((place) => accountsAt(sourceOf(place)));
    const told = all.filter((accounts) => accounts !== null);
    if (told.length === 0) return null;
    const accounts = told.flat();
    if (own.isAll && told.length === all.length) return [...new Set(accounts)];
    return reference === null ? null : [...new Set([...accounts, ...whereIs(reference)])];
  };
}
