import { capture, type Captured, type Origin } from "./places.js";
import { isObject, member, type Call } from "./wrap.js";

/** What each statement was given, by action. */
const givenTo = new WeakMap<object, Map<string, Set<Origin>>>();

/** All statements that were given an action from one origin. */
const receivers = new Map<Origin, Map<string, Set<object>>>();

/** What a statement is a copy of. */
const originals = new WeakMap<object, object>();

/** The statements that each document was given, before CDK merged them. */
const addedTo = new Map<object, object[]>();

/** Where each construct that may hold plain JSON policies was created, and where its properties were overridden. */
const createdAt = new WeakMap<object, Origin>();
const overriddenAt = new WeakMap<object, Origin[]>();

/** The files of the user's that any of it came from. */
const files = new Set<string>();

/** Within `copy`, actions come from the statement that is copied. */
let copying = 0;

function here(): Origin {
  const { origin, files: own }: Captured = capture();
  for (const file of own) files.add(file);
  return origin;
}

export function userFiles(): ReadonlySet<string> {
  return files;
}

/** `isMerged`: CDK put the statement together from others, which count themselves. */
function give(statement: object, action: string, origins: Iterable<Origin>, isMerged = false): void {
  const given = givenTo.get(statement) ?? new Map<string, Set<Origin>>();
  givenTo.set(statement, given);
  const known = given.get(action) ?? new Set<Origin>();
  given.set(action, known);
  for (const origin of origins) {
    known.add(origin);
    if (isMerged) continue;
    const byAction = receivers.get(origin) ?? new Map<string, Set<object>>();
    receivers.set(origin, byAction);
    byAction.set(action, (byAction.get(action) ?? new Set()).add(statement));
  }
}

/** `addActions`, which constructors, `fromJson` and all grants go through, too. */
export function onAddActions({ self, args, proceed }: Call): unknown {
  const result = proceed();
  if (copying > 0 || args.length === 0) return result;
  const origin = here();
  for (const action of args) if (typeof action === "string") give(self, action, [origin]);
  return result;
}

/** `copy` keeps actions where they were written; those that it is given may stand at its call, too, unless it is CDK's that merges. */
export function onCopy({ self, args, proceed }: Call): unknown {
  copying += 1;
  let copy: unknown;
  try {
    copy = proceed();
  } finally {
    copying -= 1;
  }
  const actions = member(copy, "actions");
  if (!isObject(copy) || !Array.isArray(actions)) return copy;
  originals.set(copy, self);
  const given = givenTo.get(self);
  const isGiven = Array.isArray(member(args[0], "actions"));
  const own = isGiven ? [here()].filter((origin) => "place" in origin) : [];
  for (const action of actions) {
    if (typeof action === "string") give(copy, action, [...(given?.get(action) ?? []), ...own], isGiven && own.length === 0);
  }
  return copy;
}

export function onAddStatements({ self, args, proceed }: Call): unknown {
  const result = proceed();
  const statements = addedTo.get(self) ?? [];
  addedTo.set(self, statements);
  statements.push(...args.filter(isObject));
  return result;
}

/** `_splitDocument` deals the statements of a large policy out to several, and says which came from which. */
export function onSplitDocument({ proceed }: Call): unknown {
  const result = proceed();
  if (!(result instanceof Map)) return result;
  for (const [document, statements] of result as ReadonlyMap<unknown, unknown>) {
    if (isObject(document) && Array.isArray(statements)) addedTo.set(document, statements.filter(isObject));
  }
  return result;
}

/** Documents that are resolved while a resource is collected. */
let resolved: object[] | null = null;

export function onResolve({ self, proceed }: Call): unknown {
  resolved?.push(self);
  return proceed();
}

export type WatchDocuments = typeof documentsOf;

/** The policy documents that `run` resolves, and what it answers. */
export function documentsOf<Value>(run: () => Value): { readonly value: Value; readonly documents: readonly object[] } {
  const outer = resolved;
  resolved = [];
  try {
    return { value: run(), documents: resolved };
  } finally {
    resolved = outer;
  }
}

/** A child in the construct tree: resources may be given policies as plain JSON when they are created. */
export function onAddChild({ args: [child], proceed }: Call): unknown {
  if (isObject(child) && mayHoldPolicies(child.constructor)) createdAt.set(child, here());
  return proceed();
}

/** IAM's own resources, those that are spelled out by type, and whatever else takes policies as JSON. */
function mayHoldPolicies(type: unknown): boolean {
  const name = member(type, "CFN_RESOURCE_TYPE_NAME");
  if (typeof name === "string") return /^AWS::(?:IAM|SSO|Serverless)::/u.test(name);
  return member(type, "name") === "CfnResource";
}

export function onOverride({ self, args: [path], proceed }: Call): unknown {
  if (typeof path === "string" && /(?<!AssumeRole)PolicyDocument|Policies|InlinePolicy/u.test(path)) {
    const places = overriddenAt.get(self) ?? [];
    overriddenAt.set(self, places);
    places.push(here());
  }
  return proceed();
}

const NOT_SEEN: Origin = { why: "it was added before the recorder was loaded" };

/** Where the actions of a resource may come from. */
export interface Origins {
  /** Of an action as the template spells it; one at least. */
  of(action: string): readonly Origin[];
  /** Whether an override reaches into its policies by their place. */
  readonly overridden: boolean;
  /** The documents that it holds. */
  readonly documents: readonly object[];
}

/** Says whether an origin gives an action to anything else than these documents: a policy of a resource, a boundary, plain JSON. */
export function othersThan(documents: Iterable<object>): (origin: Origin, action: string) => boolean {
  const own = new Set(documents);
  const within = new Set<object>();
  const outside = new Set<object>();
  for (const [document, statements] of addedTo) {
    for (const statement of statements) {
      for (let at: object | undefined = statement; at !== undefined; at = originals.get(at)) (own.has(document) ? within : outside).add(at);
    }
  }
  return (origin, action) => [...(receivers.get(origin)?.get(action) ?? [])].some((statement) => outside.has(statement) || !within.has(statement));
}

export function originsOf(resource: object, documents: readonly object[]): Origins {
  const statements = new Set(documents.flatMap((document) => addedTo.get(document) ?? statementsOf(document)));
  const overrides = overriddenAt.get(resource) ?? [];
  const created = createdAt.get(resource);
  return {
    overridden: overrides.length > 0,
    documents,
    of: (action) => {
      const given = [...statements].flatMap((statement) => [...(givenTo.get(statement)?.get(action) ?? [])]);
      if (given.length > 0) return [...new Set(given)];
      return overrides.length > 0 ? overrides : [created ?? NOT_SEEN];
    },
  };
}

function statementsOf(document: object): readonly object[] {
  const statements = member(document, "statements");
  return Array.isArray(statements) ? statements.filter(isObject) : [];
}
