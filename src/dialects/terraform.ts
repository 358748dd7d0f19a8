import { basename, dirname } from "node:path";
import type { LocatedPolicies, Opaque, PolicyDocument, Statement } from "../model/policy.js";
import type { SourceText } from "../model/text.js";
import type { Dialect, ProjectFiles } from "./dialect.js";
import { configurationOf, type Configuration } from "./terraform/configuration.js";
import type { Directory } from "./terraform/directory.js";
import { declares } from "./terraform/declares.js";
import { placesOf, type DeployedBy } from "./terraform/places.js";
import { readTerraform, type TerraformReading, type WrittenPolicy, type WrittenValue } from "./terraform/reading.js";
import { isValuesFile } from "./terraform/tfvars.js";

export type { TerraformReading } from "./terraform/reading.js";

/** Terraform and OpenTofu, in native and in JSON syntax, with the files that assign values to variables. */
export const terraform: Dialect<TerraformReading> = {
  name: "terraform",
  scope: "directory",
  comparesLiterals: true,
  needsTree: false,
  claims: (path) => /\.(?:tf|tofu|tfvars)(?:\.json)?$/u.test(path) && !basename(path).startsWith("."),
  mentions: ({ path, text }) => !isValuesFile(path) && (MODULE_FROM_ELSEWHERE.test(text) || /aws_iam_|\bStatement\b|\b[Aa]ctions?"?\s*[=:]|"[a-z0-9-]+:(?:[A-Z][\w*?]*|\*)"/u.test(text)),
  read: readTerraform,
  bind,
  rivals: () => false,
  rivalWords: () => [],
  places: (reference, files) => placesOf(reference, files, deployedPrincipals(files)),
  declares,
};

/** Also in JSON syntax; a source of a provider matches, too, which does no harm. */
const MODULE_FROM_ELSEWHERE = /\bmodule\b[^]*\bsource"?\s*[=:]\s*"(?!\.{1,2}[/"])/u;

function bind(own: TerraformReading, files: ProjectFiles<TerraformReading>): LocatedPolicies {
  const path = dirname(own.path);
  const { unread } = files.directory(path);
  const configuration = configurationOf(files);
  const unseen = unread.map(({ path, why }) => `${basename(path)} beside it could not be read (${why})`);
  return {
    documents: own.policies.flatMap((policy) => located(policy, path, configuration, unseen)),
    comments: own.comments,
    unread: own.calls.filter((call) => !configuration.isFollowed(call, path)).map(({ name, source }) => `module "${name}" (${source ?? "its source is computed"})`),
    opaque: own.elsewhere.filter((place) => !configuration.isRead(place, path)).map(({ span, why }) => ({ span, why })),
  };
}

function located(policy: WrittenPolicy, path: string, configuration: Configuration, unseen: readonly string[]): readonly PolicyDocument[] {
  const { address, span, element, node, start, value } = policy;
  const { attachment, holder, foreign, locked } = configuration.flow(policy, path);
  // A value that becomes part of no policy with a principal is only a list of words.
  if (foreign || (value !== null && attachment.principals.length === 0)) return [];
  const open = [...attachment.open, ...unseen];
  const declared = node ?? start?.target ?? address;
  const twice = configuration.directory(path).declaredTwice(declared) ? `${declared} is declared more than once` : null;
  const lock = twice ?? locked ?? (value === null ? null : valueLock(value, address, configuration.directory(path), open));
  return [
    {
      address,
      holder,
      span,
      statements: policy.statements.map((statement) => withKnownParts(lock === null ? statement : lockedStatement(statement, lock), path, configuration)),
      opaque: policy.opaque.map((part) => known(part, path, configuration)),
      element: lock === null ? element : null,
      attachment: { ...attachment, open },
      ...(value === null || value.shape === "policy" ? {} : { partial: true }),
    },
  ];
}

/** Where else a value ends up may be a "Deny", which must not lose anything. */
function valueLock({ local }: WrittenValue, address: string, directory: Directory, open: readonly string[]): string | null {
  if (local === null) return `another value may be given to ${address}`;
  if (directory.values.local(local) === null) return `local.${local} is declared more than once`;
  return open[0] ?? null;
}

function withKnownParts(statement: Statement, path: string, configuration: Configuration): Statement {
  return statement.opaque.length === 0 ? statement : { ...statement, opaque: statement.opaque.map((part) => known(part, path, configuration)) };
}

/** What a value refers to, if that is read where it stands. */
function known(part: Opaque, path: string, configuration: Configuration): Opaque {
  if (part.from === undefined || configuration.holdsPolicy(part.from, path)) return part;
  return { span: part.span, why: part.why };
}

function lockedStatement(statement: Statement, lock: string): Statement {
  return {
    ...statement,
    actions: statement.actions.map((entry) => ({ ...entry, locked: entry.locked ?? lock })),
    notActions: statement.notActions.map((entry) => ({ ...entry, locked: entry.locked ?? lock })),
    element: null,
  };
}

/** Of one state of the project: every file asks about the same root modules. */
const deployed = new WeakMap<readonly SourceText[], Map<string, ReturnType<DeployedBy>>>();

function deployedPrincipals(files: ProjectFiles<TerraformReading>): DeployedBy {
  const state = files.holding("aws_iam_", "module");
  const known = deployed.get(state) ?? new Map<string, ReturnType<DeployedBy>>();
  deployed.set(state, known);
  const { deployedBy } = configurationOf(files);
  return (root, kind) => {
    const key = `${kind} ${root}`;
    const found = known.get(key) ?? deployedBy(root, kind);
    known.set(key, found);
    return found;
  };
}
