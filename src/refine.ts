import { UPDATE_CATALOGUE, type Catalogue } from "./iam/catalogue.js";
import { alphabetically } from "./iam/order.js";
import { cover, divide, shorterCovers } from "./iam/cover.js";
import { isPattern, matcher, parseEntry } from "./iam/pattern.js";
import { provesNarrower } from "./iam/proof.js";
import { protection, type Protection } from "./iam/protected.js";
import { entriesSize } from "./iam/quota.js";
import { matching, serviceActions, type KnownAction, type ServiceActions } from "./iam/service-actions.js";
import type { UnusedPermissions, UnusedService } from "./model/usage.js";

export interface RefineOptions {
  readonly catalogue: Catalogue;
  /** Actions or patterns (`kms:Decrypt`, `*:Pass*`) that stay, besides those that stay by default. */
  readonly protectedActions: readonly string[];
  /** Of the newest analysis; ISO 8601. */
  readonly analyzedAt: string;
  /**
   * Bare names, by lower-case service, that AWS is known to have from elsewhere, such as those that some principals of a
   * document report and others do not. They stay as those of the catalogue do.
   */
  readonly alsoKnown?: ReadonlyMap<string, readonly string[]>;
}

/** An action that an entry grants and that is reported unused. */
export interface UnusedGrant {
  /** `s3:GetBucketAcl`, in the catalogue's casing if it is known there; `s3:*` for a service without known actions. */
  readonly action: string;
  /** ISO 8601; null when it was never used in the tracking period. */
  readonly lastAccessed: string | null;
}

/**
 * Why an entry stays byte for byte.
 *
 * - `nothing-unused`: it grants nothing that is reported unused.
 * - `unknown`: the catalogue knows nothing that it grants, or it is not an action at all.
 * - `protected`: all that is reported unused of it is protected.
 */
export type KeepReason = "nothing-unused" | "unknown" | "protected";

/** What becomes of one action entry. `unused` and `kept` are alphabetical. */
export type Refinement =
  | { readonly kind: "keep"; readonly reason: KeepReason }
  | {
      readonly kind: "remove";
      readonly unused: readonly UnusedGrant[];
      /** The service as a whole is not used. */
      readonly wholeService: boolean;
      /** The latest use of what goes; ISO 8601, or null. */
      readonly lastAccessed: string | null;
      /** Entries of the same statement that go on granting the rest; empty when nothing of the entry is to stay. */
      readonly coveredBy: readonly string[];
    }
  | {
      readonly kind: "replace";
      /** Narrower entries, at least one, with the author's spelling of the service. */
      readonly entries: readonly string[];
      readonly unused: readonly UnusedGrant[];
      /** What of the entry stays granted: known actions, with their service. */
      readonly kept: readonly string[];
    }
  | {
      /** Of `NotAction` only. */
      readonly kind: "exclude";
      readonly unused: readonly UnusedGrant[];
      /** What to add to the list so that it grants all that it did but `unused`; at least one. */
      readonly entries: readonly string[];
      /** A clause that completes "not fixed by itself, because …". */
      readonly why: string;
    }
  | {
      readonly kind: "report";
      readonly unused: readonly UnusedGrant[];
      /** A clause that completes "not fixed, because …". */
      readonly why: string;
    };

/** Refines each element of one statement's `Action`; the answers are in the order of `values`. */
export function refineStatement(
  values: readonly string[],
  unused: UnusedPermissions,
  options: RefineOptions,
): readonly Refinement[] {
  const safe = protection(options.protectedActions);
  const refinements = values.map((value) => refineEntry(value, unused, safe, options));
  // What is written already stays, for it grants nothing that is unused; so does what an earlier entry becomes.
  const standing = new Set(values.map((value) => value.toLowerCase()));
  return refinements.map((refinement) => {
    if (refinement.kind !== "replace") return refinement;
    const entries = refinement.entries.filter((entry) => !standing.has(entry.toLowerCase()));
    for (const entry of entries) standing.add(entry.toLowerCase());
    return entries.length > 0 ? { ...refinement, entries } : removal(refinement.unused, false, refinement.entries);
  });
}

/**
 * What of the grant of a statement with `NotAction` is unused: `keep` when nothing is, `exclude` when it could be added to the
 * list, or else `report`. Never an edit to make without a person: whatever is not named stays granted.
 */
export function refineNotActions(values: readonly string[], unused: UnusedPermissions, options: RefineOptions): Refinement {
  const excluded = values.map(parseEntry);
  if (excluded.some((entry) => entry.kind === "all")) return { kind: "keep", reason: "nothing-unused" };
  const safe = protection(options.protectedActions);
  const additions = byService(unused).map(([service, reported]) => {
    const patterns = excluded.flatMap((entry) =>
      entry.kind === "actions" && entry.service.toLowerCase() === service ? [entry.name] : [],
    );
    return additionsOf(service, reported, patterns, safe, options.catalogue);
  });
  const grants = additions.flatMap((addition) => addition.unused);
  if (grants.length === 0) return { kind: "keep", reason: "nothing-unused" };
  const why = "NotAction grants everything that it does not name: write the actions that are needed as Action";
  if (!additions.every(({ exact }) => exact)) return { kind: "report", unused: grants, why };
  return { kind: "exclude", unused: grants, entries: additions.flatMap(({ entries }) => entries), why };
}

interface Additions {
  readonly unused: readonly UnusedGrant[];
  readonly entries: readonly string[];
  /** Would the statement lose exactly `unused` of what the catalogue knows and of what is reported? */
  readonly exact: boolean;
}

/** What to add of one service to a `NotAction` that names `patterns` of it. */
function additionsOf(
  service: string,
  reported: UnusedService,
  patterns: readonly string[],
  safe: Protection,
  catalogue: Catalogue,
): Additions {
  const tests = patterns.map(matcher);
  const isGranted = (key: string): boolean => !tests.some((test) => test(key));
  const unused = new Map([...grantsUnder(service, "*", reported, safe, catalogue)].filter(([key]) => isGranted(key)));
  const whole = reported.whole && !safe.reachesInto(service, "*");
  const grants = [...unused.values()];
  const entries = unused.size === 0 ? [] : whole ? [`${service}:*`] : grants.map(({ action }) => action);
  const added = entries.map((entry) => matcher(entry.slice(service.length + 1)));
  const isLost = (key: string): boolean => isGranted(key) && added.some((test) => test(key));
  const known = knownActions(service, catalogue).all.map(({ key }) => key);
  return { unused: grants, entries, exact: [...known, ...unused.keys()].every((key) => isLost(key) === unused.has(key)) };
}

/**
 * Other replacements for an entry of which `refineStatement` makes narrower ones, for when those do not fit: each shorter
 * than the one before, less readable, and proven like them.
 */
export function shorterReplacements(
  value: string,
  unused: UnusedPermissions,
  options: RefineOptions,
): readonly (readonly string[])[] {
  const entry = parseEntry(value);
  if (entry.kind !== "actions") return [];
  const service = entry.service.toLowerCase();
  const reported = unused.get(service);
  // Of an unused service only protected actions stay, by their names.
  if (reported === undefined || reported.whole) return [];
  const refinement = refineEntry(value, unused, protection(options.protectedActions), options);
  if (refinement.kind !== "replace") return [];
  const known = actionsOf(service, reported, options);
  const gone = new Map(refinement.unused.map((grant) => [grant.action.slice(service.length + 1).toLowerCase(), grant]));
  const division = divide(known, entry.name, matching(known, entry.name), gone);
  let shortest = entriesSize(refinement.entries);
  return shorterCovers(division).flatMap((bare) => {
    const entries = bare.map((text) => `${entry.service}:${text}`);
    const claim = { pattern: entry.name, entries: bare, kept: division.kept, gone: [...gone.keys()] };
    if (entriesSize(entries) >= shortest || !provesNarrower(known, claim)) return [];
    shortest = entriesSize(entries);
    return [entries];
  });
}

function refineEntry(value: string, unused: UnusedPermissions, safe: Protection, options: RefineOptions): Refinement {
  const entry = parseEntry(value);
  switch (entry.kind) {
    case "unknown":
      return { kind: "keep", reason: "unknown" };
    case "all": {
      const grants = byService(unused).flatMap(([service, reported]) => [...grantsUnder(service, "*", reported, safe, options.catalogue).values()]);
      if (grants.length === 0) return { kind: "keep", reason: "nothing-unused" };
      return {
        kind: "report",
        unused: grants,
        why: `"${value}" grants every action of every service: write the actions that are needed`,
      };
    }
    case "actions": {
      const service = entry.service.toLowerCase();
      const reported = unused.get(service);
      if (reported === undefined) return keepUnreported(service, entry.name, options.catalogue);
      const grant = { service, prefix: entry.service, name: entry.name, reported };
      if (!isPattern(entry.name)) return refineLiteral(grant, safe, options.catalogue);
      return reported.whole ? refineWhole(grant, safe, options) : refinePattern(grant, safe, options);
    }
  }
}

/** What one entry grants of a service of which something is reported unused. */
interface Grant {
  /** Lower case. */
  readonly service: string;
  /** The service as the author spells it. */
  readonly prefix: string;
  /** A bare action name, or a pattern of them. */
  readonly name: string;
  readonly reported: UnusedService;
}

/** One action goes or stays as it is, whatever the catalogue knows of it. */
function refineLiteral({ service, name, reported }: Grant, safe: Protection, catalogue: Catalogue): Refinement {
  const key = name.toLowerCase();
  const action = reported.actions.get(key);
  if (!reported.whole && action === undefined) return keepUnreported(service, name, catalogue);
  if (safe.covers(service, name)) return { kind: "keep", reason: "protected" };
  const known = knownActions(service, catalogue).byKey.get(key);
  return removal([grantOf(service, known?.name ?? action?.name ?? name, key, reported)], reported.whole);
}

/** Of a service that is not used at all, only protected actions stay. */
function refineWhole(grant: Grant, safe: Protection, options: RefineOptions): Refinement {
  const { service, name, reported } = grant;
  const { catalogue } = options;
  const unused = grantsUnder(service, name, reported, safe, catalogue);
  if (!safe.reachesInto(service, name)) return removal([...unused.values()], true);
  if (matching(knownActions(service, catalogue), name).length === 0) {
    return { kind: "report", unused: [...unused.values()], why: unknownToCatalogue(grant, catalogue) };
  }
  if (unused.size === 0) return { kind: "keep", reason: "protected" };
  const outdated = whyOutdated(options);
  if (outdated !== null) return { kind: "report", unused: [...unused.values()], why: outdated };
  const known = actionsOf(service, reported, options);
  const kept = matching(known, name).filter((action) => safe.covers(service, action.name));
  return replacement(grant, kept.map((action) => action.name), kept, unused, known);
}

function refinePattern(grant: Grant, safe: Protection, options: RefineOptions): Refinement {
  const { service, name, reported } = grant;
  const { catalogue } = options;
  const unused = grantsUnder(service, name, reported, safe, catalogue);
  if (unused.size === 0) {
    const test = matcher(name);
    const protectedOnly = [...reported.actions.keys()].some(test);
    return protectedOnly ? { kind: "keep", reason: "protected" } : keepUnreported(service, name, catalogue);
  }
  if (matching(knownActions(service, catalogue), name).length === 0) {
    return { kind: "report", unused: [...unused.values()], why: unknownToCatalogue(grant, catalogue) };
  }
  const outdated = whyOutdated(options);
  if (outdated !== null) return { kind: "report", unused: [...unused.values()], why: outdated };
  const known = actionsOf(service, reported, options);
  const division = divide(known, name, matching(known, name), unused);
  return replacement(grant, cover(division), division.kept, unused, known);
}

function replacement(
  grant: Grant,
  entries: readonly string[],
  kept: readonly KnownAction[],
  unused: UnusedGrants,
  known: ServiceActions,
): Refinement {
  if (kept.length === 0) return removal([...unused.values()], grant.reported.whole);
  if (!provesNarrower(known, { pattern: grant.name, entries, kept, gone: [...unused.keys()] })) {
    return { kind: "report", unused: [...unused.values()], why: "no narrower entries could be proven to grant all and only the rest" };
  }
  return {
    kind: "replace",
    entries: entries.map((entry) => `${grant.prefix}:${entry}`),
    unused: [...unused.values()],
    kept: kept.map(({ name }) => `${grant.service}:${name}`),
  };
}

function removal(unused: readonly UnusedGrant[], wholeService: boolean, coveredBy: readonly string[] = []): Refinement {
  return { kind: "remove", unused, wholeService, lastAccessed: latest(unused), coveredBy };
}

function keepUnreported(service: string, name: string, catalogue: Catalogue): Refinement {
  const known = matching(knownActions(service, catalogue), name).length > 0;
  return { kind: "keep", reason: known ? "nothing-unused" : "unknown" };
}

function knownActions(service: string, catalogue: Catalogue): ServiceActions {
  return serviceActions(catalogue.actions(service));
}

const ACTION_NAME = /^[A-Za-z0-9_-]+$/u;

/** What AWS is known to have of a service: the catalogue's actions, the reported ones that it lacks, and `alsoKnown`. */
function actionsOf(service: string, reported: UnusedService, { catalogue, alsoKnown }: RefineOptions): ServiceActions {
  const known = knownActions(service, catalogue);
  const others = new Map<string, string>();
  const names = [...reported.actions.values()].map((action) => action.name);
  for (const name of [...names, ...(alsoKnown?.get(service) ?? [])]) {
    const key = name.toLowerCase();
    if (!known.byKey.has(key) && !others.has(key) && ACTION_NAME.test(name)) others.set(key, name);
  }
  return others.size === 0 ? known : serviceActions([...catalogue.actions(service), ...others.values()]);
}

/** By lower-case name, alphabetical. */
type UnusedGrants = ReadonlyMap<string, UnusedGrant>;

/**
 * What `pattern` grants of a service and is reported unused, without what is protected. Of an unused service of which the
 * catalogue knows nothing under the pattern, the pattern itself.
 */
function grantsUnder(
  service: string,
  pattern: string,
  reported: UnusedService,
  safe: Protection,
  catalogue: Catalogue,
): UnusedGrants {
  const known = knownActions(service, catalogue);
  const test = matcher(pattern);
  const names = new Map<string, string>();
  if (reported.whole) for (const { key, name } of matching(known, pattern)) names.set(key, name);
  for (const [key, { name }] of reported.actions) if (test(key)) names.set(key, known.byKey.get(key)?.name ?? name);
  if (reported.whole && names.size === 0) names.set(pattern.toLowerCase(), pattern);
  else for (const [key, name] of names) if (safe.covers(service, name)) names.delete(key);
  const grants = new Map<string, UnusedGrant>();
  for (const key of [...names.keys()].sort()) grants.set(key, grantOf(service, names.get(key) ?? key, key, reported));
  return grants;
}

function grantOf(service: string, name: string, key: string, { whole, lastAccessed, actions }: UnusedService): UnusedGrant {
  return { action: `${service}:${name}`, lastAccessed: actions.get(key)?.lastAccessed ?? (whole ? lastAccessed : null) };
}

function byService(unused: UnusedPermissions): readonly (readonly [string, UnusedService])[] {
  return [...unused].sort(([a], [b]) => alphabetically(a, b));
}

function latest(grants: readonly UnusedGrant[]): string | null {
  return grants.reduce<string | null>((found, { lastAccessed }) => {
    if (found === null || lastAccessed === null) return found ?? lastAccessed;
    return Date.parse(lastAccessed) > Date.parse(found) ? lastAccessed : found;
  }, null);
}

function unknownToCatalogue({ service, name }: Grant, { date }: Catalogue): string {
  return `the action catalogue of ${date} knows no action that "${service}:${name}" matches`;
}

/**
 * An action that is newer than the catalogue, and in use, would be under none of the narrower entries. Null when the
 * catalogue is at least as new as the findings.
 */
function whyOutdated({ catalogue, analyzedAt }: RefineOptions): string | null {
  const time = Date.parse(analyzedAt);
  if (Number.isNaN(time)) return "the findings do not say when they were analysed, so the action catalogue may be older";
  const analysed = new Date(time).toISOString().slice(0, 10);
  if (catalogue.date >= analysed) return null;
  return (
    `the action catalogue of ${catalogue.date} is older than the analysis of ${analysed} and may lack actions in use ` +
    `(${UPDATE_CATALOGUE})`
  );
}
