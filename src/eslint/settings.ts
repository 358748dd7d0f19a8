import { existsSync } from "node:fs";
import { resolve } from "node:path";
import * as z from "zod/mini";
import { cdkOutFingerprint } from "../deployed/cdk-out.js";
import { tracesFingerprint } from "../deployed/cdk-trace.js";
import { recordsFingerprint, type DeploymentRecords } from "../deployed/deployments.js";
import { placeRecords } from "../deployed/placement.js";
import { cacheFolder, findingsFiles, loadEvidence } from "../evidence.js";
import { EXCEPTIONS_FILE, exceptionsFingerprint, today } from "../exceptions/exceptions.js";
import { BadInput } from "../findings/bad-input.js";
import { intersects } from "../iam/pattern.js";
import { isProtectable } from "../iam/protected.js";
import { inventoryFingerprint } from "../inventory/inventory.js";
import { catalogueFingerprint } from "../load-catalogue.js";
import { fileMatcher } from "./globs.js";

/** The key of our settings in an ESLint configuration. */
export const SETTINGS_KEY = "least-privilege";

const arns = z.union([z.string(), z.array(z.string())]);

const settingsSchema = z.strictObject({
  findings: z.array(z.string()),
  fingerprint: z.string(),
  root: z.string(),
  cwd: z.string(),
  principals: z.optional(z.record(z.string(), arns)),
  protectedActions: z.optional(z.array(z.string())),
  catalogue: z.optional(z.string()),
  unusedFor: z.optional(z.number()),
  maxAge: z.optional(z.strictObject({ days: z.number(), today: z.string() })),
  cacheLocation: z.optional(z.string()),
  indexFrom: z.optional(z.number()),
  traces: z.optional(z.array(z.string())),
  cdkOut: z.optional(z.array(z.string())),
  records: z.optional(
    z.array(z.strictObject({ kind: z.enum(["state", "stack-resources"]), file: z.string(), stack: z.nullable(z.string()), in: z.string() })),
  ),
  inventory: z.optional(z.array(z.string())),
  deployments: z.optional(z.array(z.strictObject({ files: z.array(z.string()), accounts: z.array(z.string()) }))),
  fixOnly: z.optional(z.literal("exact")),
  protectedPrincipals: z.optional(z.array(z.string())),
  exceptions: z.optional(z.string()),
});

/**
 * `settings["least-privilege"]`, as `evidence()` makes it: plain data, because ESLint hashes settings into its cache key and
 * merges them by spreading.
 */
export type Settings = z.infer<typeof settingsSchema>;

export interface EvidenceOptions {
  /** Files, folders or globs of findings exports, relative to `cwd`. */
  readonly findings: readonly string[];
  /**
   * Whose policies are, where the sources do not tell: files (policy JSON, by a glob relative to `cwd`) or addresses
   * (`aws_iam_role.orders`, `infra/prod/aws_iam_role.orders`, `template.yaml/OrdersRole`, `OrdersStack/Orders`) → the ARN or
   * ARNs of the principals; `*` in an ARN is any run.
   */
  readonly principals?: Readonly<Record<string, string | readonly string[]>>;
  /** Actions that stay whatever the findings say, beside the built-in `Pass*` actions: `ec2:TerminateInstances`, `backup:*`. */
  readonly protectedActions?: readonly string[];
  /** An action catalogue that `least-privilege catalogue` wrote, relative to `cwd`, to be used instead of the built-in one. */
  readonly catalogue?: string;
  /**
   * Days without use after which a permission counts as unused. Without it, last-accessed data counts what was never used in the
   * tracked period, and findings count by the period of their analyzer.
   */
  readonly unusedFor?: number;
  /** Evidence that is older than this many days when the configuration loads is reported, and leads to no fix. */
  readonly maxAge?: number;
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
  /**
   * Folders that `cdk synth` wrote (`cdk.out`), relative to `cwd`: they tell the names of roles, users and groups that the source of
   * a CDK app does not. One of each app, and of each of its environments.
   */
  readonly cdkOut?: readonly string[];
  /** Outputs of `aws iam get-account-authorization-details`, relative to `cwd`: everyone there is, and what is attached to whom. */
  readonly inventory?: readonly string[];
  /** The accounts that files (globs, relative to `cwd`) are deployed in: all of them, and no others. */
  readonly deployments?: readonly { readonly files: string | readonly string[]; readonly accounts: readonly string[] }[];
  /** `exact`: only suggest what belongs to principals that were matched by a pattern of their name. */
  readonly fixOnly?: "exact";
  /** ARNs, in which `*` is any run of characters, of principals whose policies are never fixed. */
  readonly protectedPrincipals?: readonly string[];
  /** What stays although it is unused, relative to `cwd`; by default `least-privilege.exceptions.yaml`, if there is one. */
  readonly exceptions?: string;
  /**
   * A folder, relative to `cwd`, for the index of exports that are too large for memory; by default `node_modules/.cache`, or, where
   * there is none, the user's folder for caches.
   */
  readonly cacheLocation?: string;
  /** So many bytes of findings files, and they are indexed: 8388608 by default. */
  readonly indexFrom?: number;
  /** Where relative paths start; the working directory by default. */
  readonly cwd?: string;
}

const days = z.optional(z.int("expected a number of days, at least 1").check(z.gte(1, "expected a number of days, at least 1")));
const glob = z.string("a glob").check(z.minLength(1, "a glob"));

/** The message of each check completes "expected …". */
export const deploymentSchema = z.strictObject(
  {
    files: z.union([glob, z.readonly(z.array(glob).check(z.minLength(1, "at least one glob")))], "a glob, or a list of them"),
    accounts: z.readonly(
      z.array(z.string("an account").check(z.regex(/^\d{12}$/u, "the twelve digits of an account, as a text")), "a list of accounts").check(z.minLength(1, "at least one account")),
    ),
  },
  'an object with "files" and "accounts"',
);

const optionsSchema = z.strictObject({
  findings: z.array(z.string()),
  principals: z.optional(z.record(z.string(), z.union([z.string(), z.readonly(z.array(z.string()))]))),
  protectedActions: z.optional(z.readonly(z.array(z.string()))),
  catalogue: z.optional(z.string()),
  unusedFor: days,
  maxAge: days,
  cacheLocation: z.optional(z.string().check(z.minLength(1, "expected a folder"))),
  indexFrom: z.optional(z.int("expected a number of bytes").check(z.gte(0, "expected a number of bytes"))),
  state: z.optional(z.readonly(z.array(z.string()))),
  stackResources: z.optional(z.readonly(z.array(z.string()))),
  trace: z.optional(z.readonly(z.array(z.string()))),
  cdkOut: z.optional(z.readonly(z.array(z.string()))),
  inventory: z.optional(z.readonly(z.array(z.string()))),
  deployments: z.optional(z.readonly(z.array(deploymentSchema))),
  fixOnly: z.optional(z.literal("exact")),
  protectedPrincipals: z.optional(z.readonly(z.array(z.string()))),
  exceptions: z.optional(z.string()),
  cwd: z.optional(z.string()),
});

/**
 * Settings for an ESLint configuration: `{ settings: evidence({ findings: ["findings"] }) }`. The findings are read and
 * checked here, so that missing or useless findings stop the run instead of silencing it, and their fingerprint, together with
 * those of the catalogue file, of the records of deployments, of traces and of syntheses if there are some, makes ESLint's cache forget results of older
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
  const { unusedFor, maxAge, indexFrom } = options;
  const cacheLocation = cacheFolder(options.cacheLocation, root);
  const rules = { unusedFor, cacheLocation, indexFrom };
  const settings: Settings = { findings: files, fingerprint: loadEvidence(files, rules).fingerprint, root, cwd: root };
  if (options.cacheLocation !== undefined) settings.cacheLocation = cacheLocation;
  if (indexFrom !== undefined) settings.indexFrom = indexFrom;
  if (unusedFor !== undefined) settings.unusedFor = unusedFor;
  // The day is part of the settings, and so of ESLint's cache key: what is young enough today may be too old tomorrow.
  if (maxAge !== undefined) settings.maxAge = { days: maxAge, today: new Date().toISOString().slice(0, 10) };
  if (options.principals !== undefined) {
    checkPrincipals(options.principals);
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
  if (options.cdkOut !== undefined && options.cdkOut.length > 0) {
    settings.cdkOut = options.cdkOut.map((path) => resolve(root, path));
    settings.fingerprint = `${settings.fingerprint}-${cdkOutFingerprint(settings.cdkOut)}`;
  }
  addGates(settings, options);
  return { [SETTINGS_KEY]: settings };
}

/** What else decides whether something is fixed. */
function addGates(settings: Settings, { inventory = [], deployments, fixOnly, protectedPrincipals, exceptions }: EvidenceOptions): void {
  const { cwd } = settings;
  if (inventory.length > 0) {
    settings.inventory = inventory.map((file) => resolve(cwd, file));
    settings.fingerprint = `${settings.fingerprint}-${inventoryFingerprint(settings.inventory)}`;
  }
  if (deployments !== undefined) {
    settings.deployments = deployments.map(({ files, accounts }) => ({ files: typeof files === "string" ? [files] : [...files], accounts: [...accounts] }));
  }
  if (fixOnly !== undefined) settings.fixOnly = fixOnly;
  if (protectedPrincipals !== undefined) {
    checkProtectedPrincipals(protectedPrincipals);
    settings.protectedPrincipals = [...protectedPrincipals];
  }
  const file = exceptionsFile(exceptions, cwd);
  if (file !== null) {
    settings.exceptions = file;
    settings.fingerprint = `${settings.fingerprint}-${exceptionsFingerprint(file, today())}`;
  }
}

/** The file that is named, or the one of the usual name if there is one; absolute. */
export function exceptionsFile(named: string | undefined, cwd: string): string | null {
  if (named !== undefined) return resolve(cwd, named);
  const [file = null, other] = [EXCEPTIONS_FILE, EXCEPTIONS_FILE.replace(/yaml$/u, "yml")].map((name) => resolve(cwd, name)).filter((each) => existsSync(each));
  if (file !== null && other !== undefined) throw new BadInput(`${other}: ${EXCEPTIONS_FILE} is there, too: keep one of them.`);
  return file;
}

const PRINCIPAL_GLOB = /^arn:[^:\s]+:iam::[^:\s]+:(?:role|user|group)\/\S+$/u;

/** Throws `BadInput` at the first value that is no ARN of a principal. */
function checkPrincipals(principals: NonNullable<EvidenceOptions["principals"]>): void {
  for (const [key, value] of Object.entries(principals)) {
    const given = typeof value === "string" ? [value] : value;
    const wrong = given.length === 0 ? "nothing" : given.find((arn) => !PRINCIPAL_GLOB.test(arn));
    if (wrong === undefined) continue;
    throw new BadInput(`principals, "${key}": found ${wrong === "nothing" ? wrong : JSON.stringify(wrong)}, expected the ARN of a role, user or group: write it as arn:aws:iam::111122223333:role/orders, in which * stands for any run of characters.`);
  }
}

/** Of all partitions. */
const PRINCIPALS = ["arn:aws:iam", "arn:aws-?*:iam"].flatMap((start) => ["role", "user"].map((kind) => `${start}::????????????:${kind}/?*`));

/** Throws `BadInput` at the first that no ARN of a role or user can match. */
export function checkProtectedPrincipals(globs: readonly string[]): void {
  const wrong = globs.find((glob) => /\s/u.test(glob) || !PRINCIPALS.some((principals) => intersects(glob, principals)));
  if (wrong !== undefined) {
    throw new BadInput(`protected principals: "${wrong}" is not an ARN of a role or user: write it as arn:aws:iam::*:role/break-glass-*, in which * stands for any run of characters.`);
  }
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

/** The ARNs that the `principals` map binds a file to; `use` is told each key that matches. */
export function principalsOf(settings: Settings, path: string, use: (key: string) => void = () => undefined): readonly string[] {
  if (settings.principals === undefined) return [];
  return Object.entries(settings.principals).flatMap(([glob, value]) => {
    if (!fileMatcher([glob], settings.cwd, { below: false })(path)) return [];
    use(glob);
    return value;
  });
}

/** The same map, for those of its keys that are addresses. */
export function addressesOf({ principals = {} }: Settings): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(Object.entries(principals).map(([key, value]) => [key, typeof value === "string" ? [value] : value]));
}
