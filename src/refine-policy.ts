import { builtInCatalogue, isDate, readCatalogue, type Catalogue } from "./iam/catalogue.js";
import { isProtectable } from "./iam/protected.js";
import { isQuotaHolder, overQuota, policySize, type QuotaHolder } from "./iam/quota.js";
import type { UnusedAction, UnusedPermissions, UnusedService } from "./model/usage.js";
import { refineNotActions, refineStatement, shorterReplacements, type Refinement, type RefineOptions, type UnusedGrant } from "./refine.js";

export { builtInCatalogue, readCatalogue };
export type { Catalogue, QuotaHolder, UnusedAction, UnusedGrant, UnusedPermissions, UnusedService };

/** One statement of an identity policy, as parsed JSON. */
export interface StatementJson {
  readonly Effect: string;
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly [element: string]: unknown;
}

/** An identity policy, as parsed JSON. */
export interface PolicyJson {
  readonly Statement: StatementJson | readonly StatementJson[];
  readonly [element: string]: unknown;
}

/**
 * What is unused, by service prefix in any case: the names of actions, or `true` when the service as a whole is not used.
 *
 * `{ s3: ["GetBucketAcl", "GetBucketCORS"], sqs: true }`
 */
export type UnusedByService = Readonly<Record<string, true | readonly string[]>>;

export interface RefinePolicyOptions {
  /** When the unused permissions were found out; ISO 8601. A wildcard is narrowed only if the catalogue is not older. */
  readonly analyzedAt: string;
  /** Default: the one that comes with this package. */
  readonly catalogue?: Catalogue;
  /** Actions or patterns (`kms:Decrypt`, `*:Pass*`) that stay, besides `iam:PassRole` and its like. */
  readonly protectedActions?: readonly string[];
  /** What the policy is attached as, which decides its quota. Default: a managed policy. */
  readonly holder?: QuotaHolder;
}

interface Change {
  /** Index of the statement in the policy that was given; 0 when `Statement` is an object. */
  readonly statement: number;
  readonly sid: string | null;
  /** As the policy writes it; null for the whole of a `NotAction`. */
  readonly action: string | null;
  /** What of its grant is unused. */
  readonly unused: readonly UnusedGrant[];
}

/**
 * What became of one entry of which something is unused.
 *
 * - `removed`: it is gone; `withStatement` when its statement is gone with it.
 * - `replaced`: `entries` stand in its place, which grant all and only what is not reported unused.
 * - `kept`: it grants more than is used, and `why` says why it stays (completes "kept, because …"). `suggestion` is what
 *   a person could write: other entries in its place, or entries to add to a `NotAction`.
 */
export type PolicyChange =
  | (Change & { readonly kind: "removed"; readonly withStatement: boolean })
  | (Change & { readonly kind: "replaced"; readonly entries: readonly string[] })
  | (Change & {
      readonly kind: "kept";
      readonly why: string;
      readonly suggestion: { readonly kind: "replace" | "add"; readonly entries: readonly string[] } | null;
    });

export interface RefinedPolicy {
  /** Always a policy that IAM takes: with at least one statement, and no statement without actions. */
  readonly policy: PolicyJson;
  /** In the order of the policy. */
  readonly changes: readonly PolicyChange[];
}

/**
 * Takes out of an identity policy what is unused. Nothing is granted that the policy does not grant, today or after AWS adds
 * actions; `Deny`, resources and conditions stay as they are. The given policy is not changed.
 *
 * ```js
 * const { policy, changes } = refinePolicy(JSON.parse(text), { s3: ["GetBucketAcl"], sqs: true }, { analyzedAt: "2026-09-20" });
 * ```
 *
 * When nothing would be left of the policy, everything stays and the changes say so: delete the policy, or what attaches it.
 * Throws a TypeError of one sentence when an argument is not what it should be.
 */
export function refinePolicy(policy: PolicyJson, unused: UnusedByService | UnusedPermissions, options: RefinePolicyOptions): RefinedPolicy {
  const statements = statementsOf(policy);
  const permissions = permissionsOf(unused);
  const refining = refineOptionsOf(options);
  const assessed = statements.flatMap((statement) => assess(statement, permissions, refining));

  const removed = new Set(assessed.flatMap(({ entry, refinement }) => (refinement.kind === "remove" ? [entry] : [])));
  const emptied = statements.filter(({ actions }) => actions.length > 0 && actions.every((entry) => removed.has(entry)));
  const nothingLeft = emptied.length === statements.length;
  const written = new Map<Entry, readonly string[]>(nothingLeft ? [] : [...removed].map((entry) => [entry, []]));
  const sizeWith = (entry: Entry, values: readonly string[]): number => sizeOf(rebuilt(policy, statements, new Map([...written, [entry, values]])));
  const before = sizeOf(policy);
  const holder = holderOf(options);

  const changes = assessed.map(({ statement, entry, refinement }): PolicyChange => {
    const change = { statement: statement.index, sid: statement.sid, action: entry.value, unused: refinement.unused };
    const kept = (why: string): PolicyChange => ({ ...change, kind: "kept", why, suggestion: null });
    switch (refinement.kind) {
      case "report":
        return kept(refinement.why);
      case "exclude":
        return { ...change, action: null, kind: "kept", why: refinement.why, suggestion: { kind: "add", entries: refinement.entries } };
      case "remove":
        if (nothingLeft) return kept("nothing would be left of the policy: delete the policy, or what attaches it");
        return { ...change, kind: "removed", withStatement: emptied.includes(statement) };
      case "replace": {
        const why = overQuota(holder, { before, after: sizeWith(entry, refinement.entries) });
        if (why === null) {
          written.set(entry, refinement.entries);
          return { ...change, kind: "replaced", entries: refinement.entries };
        }
        const fitting = shorterReplacements(entry.value, permissions, refining).find(
          (entries) => overQuota(holder, { before, after: sizeWith(entry, entries) }) === null,
        );
        return { ...change, kind: "kept", why, suggestion: fitting === undefined ? null : { kind: "replace", entries: fitting } };
      }
    }
  });
  return { policy: rebuilt(policy, statements, written), changes };
}

/** One element of an `Action`. */
interface Entry {
  readonly value: string;
}

interface ReadStatement {
  readonly index: number;
  readonly sid: string | null;
  readonly json: StatementJson;
  readonly actions: readonly Entry[];
  readonly notActions: readonly string[];
}

interface Assessed {
  readonly statement: ReadStatement;
  readonly entry: Entry;
  readonly refinement: Exclude<Refinement, { kind: "keep" }>;
}

function assess(statement: ReadStatement, unused: UnusedPermissions, options: RefineOptions): readonly Assessed[] {
  if (statement.json.Effect === "Deny") return [];
  const refinements = refineStatement(statement.actions.map(({ value }) => value), unused, options);
  const assessed = statement.actions.flatMap((entry, index): readonly Assessed[] => {
    const refinement = refinements[index];
    return refinement === undefined || refinement.kind === "keep" ? [] : [{ statement, entry, refinement }];
  });
  const [first] = statement.notActions;
  if (first === undefined) return assessed;
  const refinement = refineNotActions(statement.notActions, unused, options);
  return refinement.kind === "keep" ? assessed : [...assessed, { statement, entry: { value: first }, refinement }];
}

/** The policy with other values for some entries; a statement of which nothing is left is left out. */
function rebuilt(policy: PolicyJson, statements: readonly ReadStatement[], written: ReadonlyMap<Entry, readonly string[]>): PolicyJson {
  const left = statements.flatMap(({ json, actions }): readonly StatementJson[] => {
    if (!actions.some((entry) => written.has(entry))) return [json];
    const values = actions.flatMap((entry) => written.get(entry) ?? [entry.value]);
    const [only] = values;
    if (only === undefined) return [];
    return [{ ...json, Action: typeof json.Action === "string" && values.length === 1 ? only : values }];
  });
  const [first] = left;
  return { ...policy, Statement: Array.isArray(policy.Statement) || first === undefined ? left : first };
}

function sizeOf(policy: PolicyJson): number {
  return policySize(JSON.stringify(policy));
}

function statementsOf(policy: unknown): readonly ReadStatement[] {
  if (!isRecord(policy)) throw new TypeError("policy must be an object with a Statement: parse its JSON first.");
  const { Statement: given } = policy;
  const list: readonly unknown[] | null = Array.isArray(given) ? given : null;
  if (list === null && !isRecord(given)) throw new TypeError("policy.Statement must be an object or a list of objects.");
  if (list?.length === 0) throw new TypeError("policy.Statement has no statements.");
  return (list ?? [given]).map((statement, index) =>
    readStatement(statement, index, list === null ? "policy.Statement" : `policy.Statement[${String(index)}]`),
  );
}

function readStatement(json: unknown, index: number, place: string): ReadStatement {
  if (!isStatement(json)) throw new TypeError(`${place} must be an object with the Effect "Allow" or "Deny".`);
  if ("Principal" in json || "NotPrincipal" in json) {
    throw new TypeError(`${place} has a Principal: only identity policies say what a role, user or group may do.`);
  }
  const actions = namesOf(json.Action, `${place}.Action`);
  const notActions = namesOf(json.NotAction, `${place}.NotAction`);
  if ((actions.length === 0) === (notActions.length === 0)) throw new TypeError(`${place} must have either an Action or a NotAction.`);
  const { Sid: sid } = json;
  return { index, sid: typeof sid === "string" ? sid : null, json, actions: actions.map((value) => ({ value })), notActions };
}

function isStatement(value: unknown): value is StatementJson {
  return isRecord(value) && (value["Effect"] === "Allow" || value["Effect"] === "Deny");
}

function namesOf(value: unknown, place: string): readonly string[] {
  if (value === undefined) return [];
  if (typeof value === "string") return [value];
  const list: readonly unknown[] | null = Array.isArray(value) ? value : null;
  if (list === null || list.length === 0 || !list.every((each) => typeof each === "string")) {
    throw new TypeError(`${place} must be a string or a list of strings.`);
  }
  return list;
}

function refineOptionsOf(options: RefinePolicyOptions): RefineOptions {
  if (!isRecord(options)) throw new TypeError('options must be an object such as { analyzedAt: "2026-09-20T04:00:00Z" }.');
  const { catalogue = builtInCatalogue(), protectedActions = [], analyzedAt } = options;
  if (typeof analyzedAt !== "string" || !/^\d{4}-\d\d-\d\d(?:T|$)/u.test(analyzedAt) || Number.isNaN(Date.parse(analyzedAt))) {
    throw new TypeError('options.analyzedAt must be the time of the analysis, such as "2026-09-20T04:00:00Z".');
  }
  if (!isRecord(catalogue) || typeof catalogue.actions !== "function" || typeof catalogue.date !== "string" || !isDate(catalogue.date)) {
    throw new TypeError("options.catalogue must be what readCatalogue or builtInCatalogue returns.");
  }
  const list: readonly unknown[] | null = Array.isArray(protectedActions) ? protectedActions : null;
  if (!list?.every((each) => typeof each === "string" && isProtectable(each))) {
    throw new TypeError("options.protectedActions must be a list of actions or patterns, such as kms:Decrypt or *:Pass*.");
  }
  return { catalogue, protectedActions, analyzedAt };
}

function holderOf({ holder = "managed" }: RefinePolicyOptions): QuotaHolder {
  if (!isQuotaHolder(holder)) throw new TypeError('options.holder must be "managed", "role", "user", "group" or "unknown".');
  return holder;
}

function permissionsOf(unused: UnusedByService | UnusedPermissions): UnusedPermissions {
  if (isMap(unused)) {
    for (const [service, reported] of unused) {
      if (isUnusedService(service, reported)) continue;
      throw new TypeError(`unused: ${JSON.stringify(service)} is not a service of findings: write an object such as { s3: ["GetBucketAcl"], sqs: true }.`);
    }
    return unused;
  }
  if (!isRecord(unused)) throw new TypeError('unused must be an object such as { s3: ["GetBucketAcl"], sqs: true }.');
  const services = new Map<string, UnusedService>();
  for (const [namespace, names] of Object.entries(unused)) {
    const service = namespace.toLowerCase();
    if (!/^[a-z0-9-]+$/u.test(service)) throw new TypeError(`unused: "${namespace}" is not a service prefix, such as s3.`);
    if (services.has(service)) throw new TypeError(`unused names the service "${service}" twice.`);
    services.set(service, { namespace, whole: names === true, lastAccessed: null, actions: unusedActions(service, names) });
  }
  return services;
}

function unusedActions(service: string, names: unknown): UnusedService["actions"] {
  const actions = new Map<string, UnusedAction>();
  if (names === true) return actions;
  const list: readonly unknown[] | null = Array.isArray(names) ? names : null;
  if (list === null) throw new TypeError(`unused.${service} must be true, for the whole service, or a list of action names.`);
  for (const each of list) {
    const name = typeof each === "string" && each.toLowerCase().startsWith(`${service}:`) ? each.slice(service.length + 1) : each;
    if (typeof name !== "string" || !/^[A-Za-z0-9_-]+$/u.test(name)) {
      throw new TypeError(`unused.${service} has ${JSON.stringify(each)}, which is not the name of an action, such as GetBucketAcl.`);
    }
    actions.set(name.toLowerCase(), { name, lastAccessed: null });
  }
  return actions;
}

function isMap(unused: UnusedByService | UnusedPermissions): unused is UnusedPermissions {
  return unused instanceof Map;
}

/** As findings give it: keys in lower case, which is how they are looked up. */
function isUnusedService(service: unknown, reported: unknown): boolean {
  if (!isLowerCase(service) || !isRecord(reported)) return false;
  const { whole, actions } = reported;
  return typeof whole === "boolean" && actions instanceof Map && [...actions].every(([key, action]: readonly unknown[]) => isLowerCase(key) && isRecord(action));
}

function isLowerCase(text: unknown): boolean {
  return typeof text === "string" && text === text.toLowerCase();
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
