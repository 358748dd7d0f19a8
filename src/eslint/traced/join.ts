import type { CallSite } from "../../dialects/cdk/call-sites.js";
import { evidenceFor, settledFor, type Evidence } from "../../evidence.js";
import { generatedName } from "../../dialects/cloudformation/generated-name.js";
import { pathFrom } from "../../model/paths.js";
import type { ActionEntry, LocatedPolicies, NamedGrant, PolicyDocument, Statement } from "../../model/policy.js";
import { contains } from "../../iam/pattern.js";
import { matchesName, type Attachment, type PrincipalReference } from "../../model/principal.js";
import type { FileTraces, Grant } from "./records.js";

/** The policies of a file, with what the traces say of them. */
export interface JoinedPolicies {
  readonly located: LocatedPolicies;
  /** Principals that the traces tell apart from all others of the same name in the sources. */
  readonly told: ReadonlySet<PrincipalReference>;
  /** The actions that the text accounts for, by the offset of the call that gave them. */
  readonly used: ReadonlyMap<number, ReadonlySet<string>>;
}

interface Join {
  readonly traces: FileTraces;
  readonly evidence: Evidence;
  readonly root: string;
  /** What entries of the policies that were found account for, by offset. */
  readonly used: Map<number, Set<string>>;
  /** Calls of which a named grant accounts for the rest. */
  readonly named: Set<number>;
  readonly told: Set<PrincipalReference>;
  /** All that the traces tell of, by kind and name. */
  readonly byName: ReadonlyMap<string, ReadonlySet<PrincipalReference>>;
}

/**
 * Joins the policies that were found in a file's text with the calls that gave actions when the app was synthesised. Whoever got an
 * action from a call is a principal of the policies there; a policy all of whose actions were seen belongs to nobody else. What
 * no policy in the text accounts for is added: statements whose way to a principal the text does not show, and calls that grant
 * what others wrote.
 */
export function withTraces(located: LocatedPolicies, traces: FileTraces, sites: ReadonlyMap<number, CallSite>, evidence: Evidence, root: string): JoinedPolicies {
  const join: Join = { traces, evidence, root, used: new Map(), named: new Set(), told: new Set(), byName: byNameOf(traces.principals) };
  const documents = located.documents.map((document) => joined(document, join));
  const added = [...traces.at].flatMap(([offset, actions]) => {
    const site = sites.get(offset);
    return site === undefined ? [] : leftOver(offset, site, actions, join);
  });
  const understood = added.flatMap(({ statements }) => statements.map(({ span }) => span));
  return {
    located: {
      ...located,
      documents: [...documents, ...added].sort((one, other) => one.span.start - other.span.start),
      opaque: located.opaque.filter(({ span }) => !understood.some((other) => other.start === span.start && other.end === span.end)),
      ...(traces.stale === 0 ? {} : { stale: traces.stale }),
    },
    told: join.told,
    used: join.used,
  };
}

function joined(document: PolicyDocument, join: Join): PolicyDocument {
  const grants: Grant[] = [];
  let isCovered = document.statements.every(({ notActions }) => notActions.length === 0);
  const statements = document.statements.map((statement) => {
    const { entries, own, isComplete } = joinedEntries(statement, join);
    grants.push(...own);
    isCovered &&= isComplete;
    return own.length === 0 ? statement : { ...statement, actions: entries };
  });
  const named = document.named?.map((grant) => {
    const own = exactGrant(grant, join);
    if (own === null) isCovered = false;
    else grants.push(...own.grants);
    return own?.grant ?? grant;
  });
  if (grants.length === 0) return document;
  return { ...document, statements, ...(named === undefined ? {} : { named }), attachment: attachmentOf(grants, isCovered ? null : document.attachment, document.attachment, join) };
}

interface JoinedEntries {
  readonly entries: readonly ActionEntry[];
  readonly own: readonly Grant[];
  /** Every place that hands one of the entries over was seen to do so. */
  readonly isComplete: boolean;
}

function joinedEntries({ effect, actions }: Statement, join: Join): JoinedEntries {
  if (effect === "Deny") return { entries: actions, own: [], isComplete: true };
  const own: Grant[] = [];
  let isComplete = true;
  const entries = actions.map((entry) => {
    const found = (entry.handedAt ?? []).map((offset) => ({ offset, grants: grantsOf(entry.value, offset, join) }));
    if (found.length === 0 || found.some(({ grants }) => grants.length === 0)) isComplete = false;
    const grants = found.flatMap((each) => each.grants);
    for (const { offset, grants: seen } of found) if (seen.length > 0) use(join, offset, entry.value);
    own.push(...grants);
    const also = alsoOf(grants, join.root);
    return also.length === 0 ? entry : { ...entry, also };
  });
  return { entries, own, isComplete };
}

/** An entry that one of our fixes wrote has what the wider one had that stood there when it was traced. */
function grantsOf(action: string, offset: number, { traces: { at, written } }: Join): readonly Grant[] {
  const actions = at.get(offset);
  const exact = actions?.get(action);
  if (exact !== undefined || actions === undefined || written === null) return exact ?? [];
  return [...actions].flatMap(([wider, grants]) => (written.get(offset)?.has(wider) === true && contains(wider, action) ? grants : []));
}

function use({ used }: Join, offset: number, action: string): void {
  used.set(offset, (used.get(offset) ?? new Set()).add(action));
}

/** Is, or was when the app was traced, an action of the call written in the text? */
function isWritten(offset: number, action: string, { used, traces: { written } }: Join): boolean {
  return used.get(offset)?.has(action) === true || written?.get(offset)?.has(action) === true;
}

/** What a call granted exactly, in place of what its table says; null when it was not seen. */
function exactGrant(grant: NamedGrant, join: Join): { readonly grant: NamedGrant; readonly grants: readonly Grant[] } | null {
  const actions = join.traces.at.get(grant.span.start);
  const left = [...(actions ?? [])].filter(([action]) => !isWritten(grant.span.start, action, join));
  if (left.length === 0) return null;
  join.named.add(grant.span.start);
  // What was traced is certain.
  return { grant: { ...grant, actions: left.map(([action]) => action), caveats: [] }, grants: left.flatMap(([, grants]) => grants) };
}

/** The policies of a call that none of the found ones accounts for. */
function leftOver(offset: number, site: CallSite, actions: ReadonlyMap<string, readonly Grant[]>, join: Join): readonly PolicyDocument[] {
  const documents: PolicyDocument[] = [];
  const { statement } = site;
  const isFound = join.used.has(offset);
  if (statement !== null && statement.effect === "Allow" && !isFound && statement.actions.some(({ value }) => grantsOf(value, offset, join).length > 0)) {
    const { entries, own, isComplete } = joinedEntries(statement, join);
    const isCovered = isComplete && statement.notActions.length === 0;
    const open = isCovered ? null : { principals: [], open: ["not all that its statement grants was traced"] };
    documents.push({
      address: site.name,
      holder: "unknown",
      span: statement.span,
      statements: [{ ...statement, actions: entries }],
      opaque: [],
      element: null,
      attachment: attachmentOf(own, open, { principals: [], open: [] }, join),
    });
  }
  // What goes to the same principals is one grant.
  const groups = new Map<string, [string, readonly Grant[]][]>();
  for (const [action, grants] of actions) {
    if (join.named.has(offset) || isWritten(offset, action, join)) continue;
    const key = [...new Set(grants.flatMap(({ principals }) => principals.map(({ kind, address }) => `${kind} ${address}`)))].sort().join("\n");
    groups.set(key, [...(groups.get(key) ?? []), [action, grants]]);
  }
  for (const group of groups.values()) {
    const named: NamedGrant = {
      name: site.name,
      span: site.span,
      actions: group.map(([action]) => action),
      locked: null,
      element: null,
      narrowed: () => [],
    };
    const grants = group.flatMap(([, own]) => own);
    documents.push({
      address: site.name,
      holder: "unknown",
      span: site.whole,
      statements: [],
      named: [named],
      opaque: [],
      element: null,
      attachment: attachmentOf(grants, null, { principals: [], open: [] }, join),
    });
  }
  return documents;
}

/** `rest`: what remains of the attachment in the text, because not everything was seen; null when the traces say all. */
function attachmentOf(grants: readonly Grant[], rest: Attachment | null, written: Attachment, join: Join): Attachment {
  const traced = [...new Set(grants.flatMap((grant) => grant.principals))];
  const principals = [...written.principals, ...traced, ...traced.flatMap((reference) => otherDeployments(reference, join))];
  if (rest === null) for (const principal of principals) join.told.add(principal);
  const open = [...new Set([...(rest?.open ?? []), ...grants.flatMap((grant) => grant.open), ...traced.flatMap((reference) => namesakes(reference, join))])];
  return { principals, open, ...(rest?.doubts === undefined ? {} : { doubts: rest.doubts }) };
}

/**
 * One name of several constructs, or of one construct in several environments, is several principals, in as many accounts: a trace
 * does not tell which one a finding is of, so that all of them must have one.
 */
function namesakes(reference: PrincipalReference, { byName, evidence }: Join): readonly string[] {
  const places = byName.get(nameKey(reference))?.size ?? 0;
  const found = evidenceFor(evidence, reference).length;
  if (places < 2 || found === 0 || found >= places) return [];
  return [`the traces tell of ${String(places)} constructs with the name of ${reference.address}, and there are findings for ${found === 1 ? "one" : String(found)} only`];
}

function byNameOf(principals: readonly PrincipalReference[]): ReadonlyMap<string, ReadonlySet<PrincipalReference>> {
  const byName = new Map<string, Set<PrincipalReference>>();
  for (const reference of principals) {
    // A principal that the app only names is created elsewhere.
    if (reference.name.kind === "arn" || (reference.name.kind === "literal" && reference.name.name === reference.address)) continue;
    byName.set(nameKey(reference), (byName.get(nameKey(reference)) ?? new Set()).add(reference));
  }
  return byName;
}

function nameKey({ kind, name }: PrincipalReference): string {
  return JSON.stringify([kind, name]);
}

/**
 * The same construct in stacks of other names, of which no trace tells: another synthesis of the same app made it, for another
 * stage, whose trace was not given. It counts, too.
 */
function otherDeployments(reference: PrincipalReference, { traces, evidence }: Join): readonly PrincipalReference[] {
  if (reference.name.kind !== "pattern") return [];
  const anywhere = { ...reference, name: generatedName(reference.name.id) };
  return [...evidenceFor(evidence, anywhere), ...settledFor(evidence, anywhere)]
    .filter((found) => !traces.principals.some((known) => known.kind === found.kind && matchesName(known.name, found.name)))
    .map(({ arn }): PrincipalReference => ({ kind: reference.kind, address: reference.address, name: { kind: "arn", arn } }));
}

/** Other places of the same policies that grant the same. */
function alsoOf(grants: readonly Grant[], root: string): readonly string[] {
  const shown = grants.flatMap(({ also }) =>
    also.map((other) => ("why" in other ? `a call without a line of its own (${other.why})` : `${pathFrom(root, other.file)}:${String(other.line)}:${String(other.column)}`)),
  );
  return [...new Set(shown)];
}
