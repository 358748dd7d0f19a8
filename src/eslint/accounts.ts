import { isAbsolute, resolve } from "node:path";
import picomatch from "picomatch";
import { sourceOf } from "../deployed/place.js";
import type { AccountsOf } from "../model/principal.js";
import { filesIn } from "../project.js";
import type { Settings } from "./settings.js";

/** Files, by globs, and all the accounts that they are deployed in. Plain data. */
export type DeployedFiles = NonNullable<Settings["deployments"]>[number];

/**
 * The accounts of the principals of a file. What a principal is declared in counts: the root module's directory, wherever the
 * text of its policies is, the template, or the file that creates the CDK stack. A directory is meant by a glob that matches one of its files; `own` counts
 * where nothing better is known. `use` is told each entry that matches.
 */
export function accountsOf({ deployments, cwd }: Settings, own: string, use: (entry: DeployedFiles) => void): AccountsOf {
  if (deployments === undefined) return () => null;
  const entries = deployments.map((entry) => ({ entry, matches: matcherOf(entry, cwd) }));
  const known = new Map<string, readonly string[] | null>();
  return (reference) => {
    const place = sourceOf(reference?.declared?.in ?? own);
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
}

function matcherOf({ files }: DeployedFiles, cwd: string): (path: string) => boolean {
  const globs = files.map((glob) => (isAbsolute(glob) ? glob : resolve(cwd, glob)).replaceAll("\\", "/"));
  const matches = picomatch(globs);
  return (path) => matches(path);
}
