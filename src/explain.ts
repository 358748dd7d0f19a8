import { unusedByAll } from "./evidence.js";
import { isAbout, type Exception } from "./exceptions/exceptions.js";
import type { Catalogue } from "./iam/catalogue.js";
import { divide, judgedNodes, type JudgedNode } from "./iam/cover.js";
import { alphabetically } from "./iam/order.js";
import { contains, matcher, parseEntry } from "./iam/pattern.js";
import { protection, protectionBy } from "./iam/protected.js";
import { matching, serviceActions, type ServiceActions } from "./iam/service-actions.js";
import type { PrincipalEvidence } from "./model/usage.js";
import { refineStatement, type Refinement } from "./refine.js";

export interface ExplainOptions {
  readonly catalogue: Catalogue;
  /**
   * Another catalogue that was made on the day of the analysis or later: an action that it lacks did not exist when the
   * findings were made. Null when there is none; an older one says nothing, for AWS may have added the action in between.
   */
  readonly earlierCatalogue: Catalogue | null;
  /** Actions or patterns that stay, besides those that stay by default. */
  readonly protectedActions: readonly string[];
  /** Those in force. */
  readonly exceptions?: readonly Exception[];
}

/**
 * Why an action goes or stays. Of several reasons the first that applies:
 *
 * - `protected`: it stays whatever is reported of it, `by` default or by a setting.
 * - `excepted`: it is agreed that one of the principals keeps it, `until` a day (YYYY-MM-DD), or null.
 * - `reported-unused`: by every principal.
 * - `kept-by`: some principals have it reported unused, these do not. ARNs.
 * - `newer`: it did not exist when the findings were made, as the earlier catalogue shows.
 * - `unobservable`: AWS does not record its last use, so it is reported only with a service that is not used at all.
 * - `not-reported`: `tracked` says whether AWS records its last use; null when the catalogue does not say.
 */
export type Reason =
  | { readonly kind: "protected"; readonly by: "default" | "setting" }
  | { readonly kind: "excepted"; readonly reason: string; readonly until: string | null }
  | { readonly kind: "reported-unused"; readonly lastAccessed: string | null }
  | { readonly kind: "kept-by"; readonly principals: readonly string[]; readonly tracked: boolean | null }
  | { readonly kind: "newer" }
  | { readonly kind: "unobservable" }
  | { readonly kind: "not-reported"; readonly tracked: true | null };

export interface ExplainedAction {
  /** Bare: `GetObject`. In the catalogue's casing, or in that of the report if the catalogue lacks it. */
  readonly name: string;
  readonly reason: Reason;
}

/** Actions whose names begin with the same words. A single action is a node without children. */
export interface ExplainedNode {
  /** What the names have in common. */
  readonly text: string;
  /** What the node stands for: `GetObject*`, or the name of its single action. */
  readonly pattern: string;
  /** Does the pattern match all that stays below, which is something, and nothing that goes? */
  readonly safe: boolean;
  readonly kept: readonly string[];
  readonly unused: readonly string[];
  /** Names that go and that the pattern also matches, though they begin with other words: `ListRoles` of `ListRole*`. */
  readonly clashes: readonly string[];
  /** The narrower entry that this node gives. */
  readonly entry: string | null;
  /** The entry, given elsewhere, that grants all that stays here. */
  readonly coveredBy: string | null;
  readonly children: readonly ExplainedNode[];
}

/** What becomes of one action entry, and why of each action that it grants. */
export interface Explanation {
  /** As it was asked for: `s3:Get*`. */
  readonly value: string;
  /** Lower case. */
  readonly service: string;
  readonly principals: readonly PrincipalEvidence[];
  /** The newest analysis; ISO 8601. */
  readonly analyzedAt: string;
  /** YYYY-MM-DD. */
  readonly catalogueDate: string;
  /** YYYY-MM-DD; null when there is none that says something. */
  readonly earlierDate: string | null;
  /** Known or reported actions that the entry grants, alphabetical. */
  readonly actions: readonly ExplainedAction[];
  readonly trie: ExplainedNode;
  readonly refinement: Refinement;
}

/** Null when `value` is not an entry of one service. At least one principal. */
export function explain(value: string, principals: readonly PrincipalEvidence[], options: ExplainOptions): Explanation | null {
  const parsed = parseEntry(value);
  const [newest] = principals.map(({ analyzedAt }) => analyzedAt).sort((a, b) => Date.parse(b) - Date.parse(a));
  if (parsed.kind !== "actions" || newest === undefined) return null;
  const { catalogue } = options;
  const exceptions = (options.exceptions ?? []).filter((exception) => principals.some((principal) => isAbout(exception, principal)));
  const protectedActions = [...options.protectedActions, ...exceptions.flatMap(({ actions }) => actions)];
  const service = parsed.service.toLowerCase();
  const refinementOptions = { catalogue, protectedActions, analyzedAt: newest };
  const [refinement] = refineStatement([value], unusedByAll(principals), refinementOptions);
  if (refinement === undefined) return null;

  const known = serviceActions(catalogue.actions(service));
  const names = namesUnder(parsed.name, known, service, principals);
  const gone = goneOf(refinement, service);
  const earlier = saysSomething(options.earlierCatalogue, newest);
  const reasonOf = reasons(service, principals, gone, earlier, { ...options, exceptions });
  const entries = refinement.kind === "replace" ? refinement.entries.map((entry) => entry.slice(entry.indexOf(":") + 1)) : [];
  return {
    value,
    service,
    principals,
    analyzedAt: newest,
    catalogueDate: catalogue.date,
    earlierDate: earlier?.date ?? null,
    actions: names.map((name) => ({ name, reason: reasonOf(name) })),
    trie: trieUnder(parsed.name, known, names, gone, entries),
    refinement,
  };
}

/** What `pattern` matches of the catalogue and of what is reported for anyone; alphabetical. */
function namesUnder(
  pattern: string,
  known: ServiceActions,
  service: string,
  principals: readonly PrincipalEvidence[],
): readonly string[] {
  const test = matcher(pattern);
  const names = new Map<string, string>();
  for (const { unused } of principals) {
    for (const [key, { name }] of unused.get(service)?.actions ?? []) if (test(key)) names.set(key, name);
  }
  for (const { key, name } of matching(known, pattern)) names.set(key, name);
  return [...names.values()].sort(alphabetically);
}

/** When each action that goes was last used, by its lower-case bare name. */
type Gone = ReadonlyMap<string, string | null>;

function goneOf(refinement: Refinement, service: string): Gone {
  const unused = refinement.kind === "keep" ? [] : refinement.unused;
  return new Map(unused.map(({ action, lastAccessed }) => [action.slice(service.length + 1).toLowerCase(), lastAccessed]));
}

/** An action that a catalogue lacks is newer than the findings only if the catalogue is not older than they are. */
function saysSomething(earlier: Catalogue | null, analyzedAt: string): Catalogue | null {
  const time = Date.parse(analyzedAt);
  if (earlier === null || Number.isNaN(time)) return null;
  return earlier.date >= new Date(time).toISOString().slice(0, 10) ? earlier : null;
}

function reasons(
  service: string,
  principals: readonly PrincipalEvidence[],
  gone: Gone,
  earlier: Catalogue | null,
  { catalogue, protectedActions, exceptions = [] }: ExplainOptions,
): (name: string) => Reason {
  const [byDefault, byAnyone] = [protection([]), protection(protectedActions)];
  const agreed = exceptions.map((exception) => ({ exception, keeps: protectionBy(exception.actions) }));
  const existed = earlier === null ? null : serviceActions(earlier.actions(service)).byKey;
  return (name) => {
    const key = name.toLowerCase();
    if (byAnyone.covers(service, name)) return { kind: "protected", by: byDefault.covers(service, name) ? "default" : "setting" };
    const excepted = agreed.find(({ keeps }) => keeps.covers(service, name))?.exception;
    if (excepted !== undefined) return { kind: "excepted", reason: excepted.reason, until: excepted.expires };
    const lastAccessed = gone.get(key);
    if (lastAccessed !== undefined) return { kind: "reported-unused", lastAccessed };
    const tracked = catalogue.tracked(service, name);
    const keepers = principals.filter(({ unused }) => {
      const reported = unused.get(service);
      return reported?.whole !== true && reported?.actions.has(key) !== true;
    });
    if (keepers.length < principals.length) return { kind: "kept-by", principals: keepers.map(({ arn }) => arn), tracked };
    if (existed?.has(key) === false) return { kind: "newer" };
    return tracked === false ? { kind: "unobservable" } : { kind: "not-reported", tracked };
  };
}

function trieUnder(
  pattern: string,
  known: ServiceActions,
  names: readonly string[],
  gone: Gone,
  entries: readonly string[],
): ExplainedNode {
  const isGone = (name: string): boolean => gone.has(name.toLowerCase());
  const written = new Set(entries);
  const nodes = judgedNodes(divide(known, pattern, matching(known, pattern), gone));
  const below = new Set(nodes.flatMap(({ kept, gone: unused }) => [...kept, ...unused]));
  const unused = names.filter(isGone);
  const children = [
    ...names.filter((name) => !below.has(name)).map((name) => single(name, true)),
    ...nodes.map((node) => explained(node, true)),
  ];
  return {
    text: pattern.slice(0, Math.max(pattern.search(/[*?]/u), 0)),
    pattern,
    safe: unused.length === 0 && names.length > 0,
    kept: names.filter((name) => !isGone(name)),
    unused,
    clashes: [],
    entry: null,
    coveredBy: null,
    children: children.sort((a, b) => alphabetically(a.text, b.text)),
  };

  /** `open`: no node above gives an entry. */
  function explained(node: JudgedNode, open: boolean): ExplainedNode {
    const { text, kept, gone: unused, clashes, safe } = node;
    const [name, another] = [...kept, ...unused];
    if (name !== undefined && another === undefined) return single(name, open);
    const entry = open && safe && written.has(node.pattern) ? node.pattern : null;
    const coveredBy = open && safe && entry === null ? coverOf(node.pattern) : null;
    const stillOpen = open && entry === null && coveredBy === null;
    const itself = [...kept, ...unused].filter((inner) => inner.length === text.length);
    return {
      text,
      pattern: node.pattern,
      safe,
      kept,
      unused,
      clashes: clashes.filter((clash) => !unused.includes(clash)),
      entry,
      coveredBy,
      children: [...itself.map((inner) => single(inner, stillOpen)), ...node.children.map((child) => explained(child, stillOpen))],
    };
  }

  function single(name: string, open: boolean): ExplainedNode {
    const goes = isGone(name);
    const entry = open && !goes && written.has(name) ? name : null;
    return {
      text: name,
      pattern: name,
      safe: !goes,
      kept: goes ? [] : [name],
      unused: goes ? [name] : [],
      clashes: [],
      entry,
      coveredBy: open && !goes && entry === null ? coverOf(name) : null,
      children: [],
    };
  }

  function coverOf(inner: string): string | null {
    return entries.find((entry) => contains(entry, inner)) ?? null;
  }
}
