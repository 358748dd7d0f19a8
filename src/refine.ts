import { UPDATE_CATALOGUE, type Catalogue } from "./iam/catalogue.js";
import { alphabetically } from "./iam/order.js";
import { contains, expand, isPattern, matcher, parseEntry } from "./iam/pattern.js";
import { protection, type Protection } from "./iam/protected.js";
import { cover } from "./iam/trie.js";
import type { UnusedPermissions, UnusedService } from "./model/usage.js";

export interface RefineOptions {
  readonly catalogue: Catalogue;
  /** Actions or patterns (`kms:Decrypt`, `*:Pass*`) that stay, besides those that stay by default. */
  readonly protectedActions: readonly string[];
  /** Of the newest analysis; ISO 8601. */
  readonly analyzedAt: string;
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
  // An entry that stays, or an earlier one that becomes narrower, keeps granting what is written in it either way.
  const standing = new Set(values.filter((_, index) => refinements[index]?.kind === "keep").map((value) => value.toLowerCase()));
  return refinements.map((refinement) => {
    if (refinement.kind !== "replace") return refinement;
    const entries = refinement.entries.filter((entry) => !standing.has(entry.toLowerCase()));
    for (const entry of entries) standing.add(entry.toLowerCase());
    return entries.length > 0 ? { ...refinement, entries } : removal(refinement.unused, false, refinement.entries);
  });
}

/** What of the grant of a statement with `NotAction` is unused: `report`, or `keep` when nothing is. Never an edit. */
export function refineNotActions(values: readonly string[], unused: UnusedPermissions, options: RefineOptions): Refinement {
  const excluded = values.map(parseEntry);
  if (excluded.some((entry) => entry.kind === "all")) return { kind: "keep", reason: "nothing-unused" };
  const safe = protection(options.protectedActions);
  const grants = byService(unused).flatMap(([service, reported]) => {
    const patterns = excluded.flatMap((entry) =>
      entry.kind === "actions" && entry.service.toLowerCase() === service ? [entry.name] : [],
    );
    if (patterns.some((pattern) => contains(pattern, "*"))) return [];
    const tests = patterns.map(matcher);
    const named = grantsUnder(service, "*", reported, safe, options.catalogue);
    return named.filter(({ action }) => !tests.some((test) => test(action.slice(service.length + 1).toLowerCase())));
  });
  if (grants.length === 0) return { kind: "keep", reason: "nothing-unused" };
  return {
    kind: "report",
    unused: grants,
    why: "NotAction grants everything that it does not name: write the actions that are needed as Action",
  };
}

function refineEntry(value: string, unused: UnusedPermissions, safe: Protection, options: RefineOptions): Refinement {
  const entry = parseEntry(value);
  switch (entry.kind) {
    case "unknown":
      return { kind: "keep", reason: "unknown" };
    case "all": {
      const grants = byService(unused).flatMap(([service, reported]) => grantsUnder(service, "*", reported, safe, options.catalogue));
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
  if (!reported.whole && !reported.actions.has(name.toLowerCase())) return keepUnreported(service, name, catalogue);
  if (safe.covers(service, name)) return { kind: "keep", reason: "protected" };
  const key = name.toLowerCase();
  const cased = catalogue.actions(service).find((action) => action.toLowerCase() === key);
  return removal([grantOf(service, cased ?? reported.actions.get(key)?.name ?? name, reported)], reported.whole);
}

/** Of a service that is not used at all, only protected actions stay. */
function refineWhole(grant: Grant, safe: Protection, options: RefineOptions): Refinement {
  const { service, name, reported } = grant;
  const { catalogue } = options;
  const unused = grantsUnder(service, name, reported, safe, catalogue);
  if (!safe.reachesInto(service, name)) return removal(unused, true);
  const known = expand(name, catalogue.actions(service));
  const kept = known.filter((action) => safe.covers(service, action));
  if (known.length === 0) return { kind: "report", unused, why: unknownToCatalogue(grant, catalogue) };
  if (unused.length === 0) return { kind: "keep", reason: "protected" };
  const outdated = whyOutdated(options);
  if (outdated !== null) return { kind: "report", unused, why: outdated };
  return kept.length === 0 ? removal(unused, true) : proven(grant, kept, kept, unused, catalogue);
}

function refinePattern(grant: Grant, safe: Protection, options: RefineOptions): Refinement {
  const { service, name, reported } = grant;
  const { catalogue } = options;
  const unused = grantsUnder(service, name, reported, safe, catalogue);
  if (unused.length === 0) {
    const test = matcher(name);
    const protectedOnly = [...reported.actions.keys()].some(test);
    return protectedOnly ? { kind: "keep", reason: "protected" } : keepUnreported(service, name, catalogue);
  }
  const known = expand(name, catalogue.actions(service));
  if (known.length === 0) return { kind: "report", unused, why: unknownToCatalogue(grant, catalogue) };
  const outdated = whyOutdated(options);
  if (outdated !== null) return { kind: "report", unused, why: outdated };
  const names = bareNames(unused, service);
  const gone = new Set(names.map((action) => action.toLowerCase()));
  const kept = known.filter((action) => !gone.has(action.toLowerCase()));
  return kept.length === 0 ? removal(unused, false) : proven(grant, cover(name, kept, names), kept, unused, catalogue);
}

/**
 * The replacement, if it can be shown to grant all and only what is kept: over the catalogue the new entries match `kept`
 * and nothing else, they match no name that is reported unused, known or not, and each of them is contained in the old
 * entry, so that nothing which AWS adds later is granted anew.
 */
function proven(
  { service, prefix, name }: Grant,
  entries: readonly string[],
  kept: readonly string[],
  unused: readonly UnusedGrant[],
  catalogue: Catalogue,
): Refinement {
  const literals = new Set(entries.filter((entry) => !isPattern(entry)).map((entry) => entry.toLowerCase()));
  const tests = entries.filter(isPattern).map(matcher);
  const granted = (action: string): boolean => literals.has(action) || tests.some((test) => test(action));
  const wanted = new Set(kept.map((action) => action.toLowerCase()));
  const actions = catalogue.actions(service).map((action) => action.toLowerCase());
  const holds =
    actions.every((action) => granted(action) === wanted.has(action)) &&
    !bareNames(unused, service).some((action) => granted(action.toLowerCase())) &&
    entries.every((entry) => contains(name, entry));
  if (!holds) return { kind: "report", unused, why: "no narrower entries could be proven to grant all and only the rest" };
  return {
    kind: "replace",
    entries: entries.map((entry) => `${prefix}:${entry}`),
    unused,
    kept: kept.map((action) => `${service}:${action}`),
  };
}

function removal(unused: readonly UnusedGrant[], wholeService: boolean, coveredBy: readonly string[] = []): Refinement {
  return { kind: "remove", unused, wholeService, lastAccessed: latest(unused), coveredBy };
}

function keepUnreported(service: string, name: string, catalogue: Catalogue): Refinement {
  const known = expand(name, catalogue.actions(service)).length > 0;
  return { kind: "keep", reason: known ? "nothing-unused" : "unknown" };
}

/**
 * What `pattern` grants of a service and is reported unused, without what is protected; alphabetical. Of an unused service of
 * which the catalogue knows nothing under the pattern, the pattern itself.
 */
function grantsUnder(
  service: string,
  pattern: string,
  reported: UnusedService,
  safe: Protection,
  catalogue: Catalogue,
): readonly UnusedGrant[] {
  const test = matcher(pattern);
  const known = catalogue.actions(service);
  const names = reported.whole ? merged(known, reported) : casedAsKnown(known, reported);
  const granted = names.filter((name) => test(name.toLowerCase()));
  if (reported.whole && granted.length === 0) return [grantOf(service, pattern, reported)];
  return granted.filter((name) => !safe.covers(service, name)).map((name) => grantOf(service, name, reported));
}

/** The reported names, alphabetical, each as the catalogue writes it if it knows it. */
function casedAsKnown(known: readonly string[], { actions }: UnusedService): readonly string[] {
  const names = new Map([...actions].map(([key, { name }]) => [key, name]));
  for (const name of known) {
    const key = name.toLowerCase();
    if (names.has(key)) names.set(key, name);
  }
  return [...names.values()].sort(alphabetically);
}

/** Known and reported names, alphabetical. */
function merged(known: readonly string[], { actions }: UnusedService): readonly string[] {
  if (actions.size === 0) return known;
  const keys = new Set(known.map((name) => name.toLowerCase()));
  const others = [...actions].filter(([key]) => !keys.has(key)).map(([, { name }]) => name);
  return [...known, ...others].sort(alphabetically);
}

function grantOf(service: string, name: string, { whole, lastAccessed, actions }: UnusedService): UnusedGrant {
  return {
    action: `${service}:${name}`,
    lastAccessed: actions.get(name.toLowerCase())?.lastAccessed ?? (whole ? lastAccessed : null),
  };
}

function bareNames(grants: readonly UnusedGrant[], service: string): readonly string[] {
  return grants.map(({ action }) => action.slice(service.length + 1));
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
