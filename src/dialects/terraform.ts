import { basename, dirname } from "node:path";
import type { LocatedPolicies, Opaque, PolicyDocument } from "../model/policy.js";
import type { SourceText } from "../model/text.js";
import type { Dialect, ProjectFiles } from "./dialect.js";
import { isPolicyFile, mentionsPolicy } from "./policy-file.js";
import { configurationOf, type Configuration } from "./terraform/configuration.js";
import { declares } from "./terraform/declares.js";
import type { Directory } from "./terraform/directory.js";
import { candidates, type FilePath } from "./terraform/file-paths.js";
import { lockedStatement } from "./terraform/locked.js";
import { placesOf, type DeployedBy } from "./terraform/places.js";
import { matters, readTerraform, type TerraformReading, type WrittenPolicy, type WrittenValue } from "./terraform/reading.js";
import { moduleFrom } from "./terraform/registry-modules.js";
import { isValuesFile } from "./terraform/tfvars.js";

export type { TerraformReading } from "./terraform/reading.js";

/** Terraform and OpenTofu, in native and in JSON syntax, with the files that assign values to variables. */
export const terraform: Dialect<TerraformReading> = {
  name: "terraform",
  scope: "directory",
  comparesLiterals: true,
  needsTree: false,
  claims: (path) => /\.(?:tf|tofu|tfvars)(?:\.json)?$/u.test(path) && !basename(path).startsWith("."),
  mentions: ({ path, text }) => !isValuesFile(path) && (MODULE_FROM_ELSEWHERE.test(text) || IAM.test(text)),
  matters,
  read: readTerraform,
  bind,
  places: (reference, files) => placesOf(reference, files, deployedPrincipals(files)),
  declares,
};

const IAM = /aws_(?:iam|ssoadmin)_|\bStatement\b|\b[Aa]ctions?"?\s*[=:]|"[a-z0-9-]+:(?:[A-Z][\w*?]*|\*)"/u;

/** Also in JSON syntax; a source of a provider matches, too, which does no harm. */
const MODULE_FROM_ELSEWHERE = /\bmodule\b[^]*\bsource"?\s*[=:]\s*"(?!\.{1,2}[/"])/u;

function bind(own: TerraformReading, files: ProjectFiles<TerraformReading>): LocatedPolicies {
  const path = dirname(own.path);
  const { unread } = files.directory(path);
  const configuration = configurationOf(files);
  const unseen = unread.map(({ path, why }) => `${basename(path)} beside it could not be read (${why})`);
  const analysed = new Set(own.files.filter((file) => holdsPolicyText(file, dirname(own.path), files)).map(({ target }) => target));
  return {
    documents: own.policies.flatMap((policy) => located(policy, path, configuration, unseen, analysed)),
    comments: own.comments,
    unread: own.calls
      .filter((call) => moduleFrom(call.source) === null && !configuration.isFollowed(call, path))
      .map(({ name, source }) => `module "${name}" (${source ?? "its source is computed"})`),
    opaque: own.elsewhere
      .filter((place) => !place.sources.some((node) => analysed.has(node)) && !configuration.isRead(place, path))
      .map(({ span, why }) => ({ span, why })),
    deployedFrom: configuration.rootsOf(path),
  };
}

/** Is the file there, and a policy? Then it is looked at by itself. */
function holdsPolicyText(file: FilePath, directory: string, files: ProjectFiles<unknown>): boolean {
  return candidates(file, directory, files.root).some((path) => isPolicyFile(path) && mentionsPolicy(files.text(path) ?? ""));
}

function located(
  policy: WrittenPolicy,
  path: string,
  configuration: Configuration,
  unseen: readonly string[],
  analysed: ReadonlySet<string>,
): readonly PolicyDocument[] {
  const { address, span, element, node, start, value } = policy;
  const { attachment, holder, foreign, locked, managed, inlineNames } = configuration.flow(policy, path);
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
      statements: policy.statements.map((statement) => ({
        ...(lock === null ? statement : lockedStatement(statement, lock)),
        opaque: statement.opaque.map((part) => known(part, path, configuration, analysed)),
      })),
      opaque: policy.opaque.map((part) => known(part, path, configuration, analysed)),
      element: lock === null ? element : null,
      attachment: { ...attachment, open },
      ...(managed === null ? {} : { managed }),
      ...(inlineNames.length === 0 ? {} : { inlineNames }),
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

/** What a value refers to, if that is read where it stands. */
function known(part: Opaque, path: string, configuration: Configuration, analysed: ReadonlySet<string>): Opaque {
  if (part.from === undefined || configuration.holdsPolicy(part.from, path) || analysed.has(part.from)) return part;
  return { span: part.span, why: part.why };
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
