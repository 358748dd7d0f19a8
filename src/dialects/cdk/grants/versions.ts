import { dirname, join } from "node:path";
import type { LocatedPolicies, NamedGrant, PolicyDocument } from "../../../model/policy.js";
import type { ProjectFiles } from "../../dialect.js";
import { tableVersion } from "./table.js";

/** What grant methods grant is known of one version of aws-cdk-lib: their reports say so where another one is installed. */
export function withInstalledVersion(located: LocatedPolicies, path: string, files: ProjectFiles<unknown>): LocatedPolicies {
  if (!located.documents.some(({ named = [] }) => named.some(isMethod))) return located;
  const caveat = caveatOf(installedVersion(path, files));
  if (caveat === null) return located;
  const withCaveat = (grant: NamedGrant): NamedGrant => (isMethod(grant) ? { ...grant, caveats: [...(grant.caveats ?? []), caveat] } : grant);
  const documents = located.documents.map((document): PolicyDocument => (document.named === undefined ? document : { ...document, named: document.named.map(withCaveat) }));
  return { ...located, documents };
}

/** What a managed policy of AWS allows does not depend on the CDK. */
function isMethod({ narrowed }: NamedGrant): boolean {
  return narrowed !== null;
}

function caveatOf(installed: string | null): string | null {
  const own = tableVersion();
  if (installed === own) return null;
  return `its actions are those of aws-cdk-lib ${own}${installed === null ? "" : `, not of ${installed}`}`;
}

/** Of the package as Node finds it from the file, up to the project's root. */
function installedVersion(path: string, files: ProjectFiles<unknown>): string | null {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const manifest = files.text(join(folder, "node_modules", "aws-cdk-lib", "package.json"));
    if (manifest !== null) return /"version"\s*:\s*"([^"]+)"/u.exec(manifest)?.[1] ?? null;
    if (folder === files.root || folder === dirname(folder)) return null;
  }
}
