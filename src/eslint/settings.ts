import { isAbsolute, resolve } from "node:path";
import picomatch from "picomatch";
import * as z from "zod/mini";
import { tracesFingerprint } from "../deployed/cdk-trace.js";
import { recordsFingerprint, type DeploymentRecords } from "../deployed/deployments.js";
import { placeRecords } from "../deployed/placement.js";
import { findingsFiles, loadEvidence } from "../evidence.js";
import { BadInput } from "../findings/bad-input.js";
import { isProtectable } from "../iam/protected.js";
import { catalogueFingerprint } from "../load-catalogue.js";

/** The key of our settings in an ESLint configuration. */
export const SETTINGS_KEY = "least-privilege";

const arns = z.union([z.string(), z.array(z.string())]);

const settingsSchema = z.strictObject({
  findings: z.array(z.string()),
  fingerprint: z.string(),
  root: z.string(),
  principals: z.optional(z.record(z.string(), arns)),
  protectedActions: z.optional(z.array(z.string())),
  catalogue: z.optional(z.string()),
  traces: z.optional(z.array(z.string())),
  records: z.optional(
    z.array(z.strictObject({ kind: z.enum(["state", "stack-resources"]), file: z.string(), stack: z.nullable(z.string()), in: z.string() })),
  ),
});

/**
 * `settings["least-privilege"]`, as `evidence()` makes it: plain data, because ESLint hashes settings into its cache key and
 * merges them by spreading.
 */
export type Settings = z.infer<typeof settingsSchema>;

export interface EvidenceOptions {
  /** Files, folders or globs of findings exports, relative to `cwd`. */
  readonly findings: readonly string[];
  /** Policy JSON files (glob, relative to `cwd`) → the ARN or ARNs of who they are attached to; `*` in an ARN is any run. */
  readonly principals?: Readonly<Record<string, string | readonly string[]>>;
  /** Actions that stay whatever the findings say, beside the built-in `Pass*` actions: `ec2:TerminateInstances`, `backup:*`. */
  readonly protectedActions?: readonly string[];
  /** An action catalogue that `least-privilege catalogue` wrote, relative to `cwd`, to be used instead of the built-in one. */
  readonly catalogue?: string;
  /**
   * Terraform states, of `terraform show -json` or `terraform state pull`, relative to `cwd`: they tell the ARN of each role and
   * user. `directory=file` where it does not show which root module a state is of.
   */
  readonly state?: readonly string[];
  /** Answers of `describe-stack-resources` or `list-stack-resources`, the same for templates; or `template=file`. */
  readonly stackResources?: readonly string[];
  /**
   * Traces that `eslint-plugin-least-privilege/cdk-trace` wrote when CDK apps were synthesised, relative to `cwd`: which line gave
   * which action to whom. One of each app, and of each of its environments.
   */
  readonly trace?: readonly string[];
  /** Where relative paths start; the working directory by default. */
  readonly cwd?: string;
}

const optionsSchema = z.strictObject({
  findings: z.array(z.string()),
  principals: z.optional(z.record(z.string(), z.union([z.string(), z.readonly(z.array(z.string()))]))),
  protectedActions: z.optional(z.readonly(z.array(z.string()))),
  catalogue: z.optional(z.string()),
  state: z.optional(z.readonly(z.array(z.string()))),
  stackResources: z.optional(z.readonly(z.array(z.string()))),
  trace: z.optional(z.readonly(z.array(z.string()))),
  cwd: z.optional(z.string()),
});

/**
 * Settings for an ESLint configuration: `{ settings: evidence({ findings: ["findings"] }) }`. The findings are read and
 * checked here, so that missing or useless findings stop the run instead of silencing it, and their fingerprint, together with
 * those of the catalogue file, of the records of deployments and of traces if there are some, makes ESLint's cache forget results of older
 * ones. Throws `BadInput`.
 */
export function evidence(options: EvidenceOptions): { readonly [SETTINGS_KEY]: Settings } {
  const result = optionsSchema.safeParse(options);
  if (!result.success) {
    throw new BadInput(`evidence(${problemOf("", result.error)}): write evidence({ findings: ["findings"] }).`);
  }
  checkProtectedActions(options.protectedActions ?? []);
  const root = resolve(options.cwd ?? process.cwd());
  const files = findingsFiles(options.findings, root);
  const settings: Settings = { findings: files, fingerprint: loadEvidence(files).fingerprint, root };
  if (options.principals !== undefined) {
    settings.principals = Object.fromEntries(
      Object.entries(options.principals).map(([glob, value]) => [glob, typeof value === "string" ? value : [...value]]),
    );
  }
  if (options.protectedActions !== undefined) settings.protectedActions = [...options.protectedActions];
  if (options.catalogue !== undefined) {
    settings.catalogue = resolve(root, options.catalogue);
    settings.fingerprint = `${settings.fingerprint}-${catalogueFingerprint(settings.catalogue)}`;
  }
  const records = placeRecords({ states: options.state ?? [], stackResources: options.stackResources ?? [] }, root);
  if (records.length > 0) {
    settings.records = [...records];
    settings.fingerprint = `${settings.fingerprint}-${recordsFingerprint(records)}`;
  }
  if (options.trace !== undefined && options.trace.length > 0) {
    settings.traces = options.trace.map((path) => resolve(root, path));
    settings.fingerprint = `${settings.fingerprint}-${tracesFingerprint(settings.traces)}`;
  }
  return { [SETTINGS_KEY]: settings };
}

const NO_RECORDS: readonly DeploymentRecords[] = [];

/** The records of deployments; the same array for the same settings. */
export function recordsOf({ records }: Settings): readonly DeploymentRecords[] {
  return records ?? NO_RECORDS;
}

/** Throws `BadInput` at the first that no action can match. */
export function checkProtectedActions(actions: readonly string[]): void {
  const wrong = actions.find((action) => !isProtectable(action));
  if (wrong !== undefined) {
    throw new BadInput(`protected actions: "${wrong}" is not an action: write it as ec2:TerminateInstances, or as a pattern such as backup:*.`);
  }
}

function problemOf(object: string, { issues: [issue] }: z.core.$ZodError): string {
  const place = [...(object === "" ? [] : [object]), ...(issue?.path ?? [])].join(".");
  return `${place === "" ? "" : `${place}: `}${issue?.message ?? "not usable"}`;
}

const checked = new WeakMap<object, Settings>();

/** Our part of a file's settings. Throws `BadInput` when there is none: rules without evidence must not fall silent. */
export function settingsOf(settings: Readonly<Record<string, unknown>>): Settings {
  const own = settings[SETTINGS_KEY];
  if (typeof own !== "object" || own === null) {
    throw new BadInput(
      'No findings are configured: add { settings: leastPrivilege.evidence({ findings: ["findings"] }) } to eslint.config.js.',
    );
  }
  const known = checked.get(own);
  if (known !== undefined) return known;
  const result = settingsSchema.safeParse(own);
  if (!result.success) {
    throw new BadInput(
      `${problemOf(`settings.${SETTINGS_KEY}`, result.error)} in eslint.config.js: make the settings with leastPrivilege.evidence({ findings: […] }).`,
    );
  }
  checked.set(own, result.data);
  return result.data;
}

/** The ARNs that the `principals` map binds a file to. */
export function principalsOf(settings: Settings, path: string): readonly string[] {
  if (settings.principals === undefined) return [];
  return Object.entries(settings.principals).flatMap(([glob, value]) => {
    const pattern = isAbsolute(glob) ? glob : resolve(settings.root, glob);
    return picomatch.isMatch(path, pattern.replaceAll("\\", "/")) ? value : [];
  });
}
