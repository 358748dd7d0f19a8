import type { UnusedAction, UnusedPermissions, UnusedService } from "../model/usage.js";
import type { UnusedPermissionDetails } from "./access-analyzer-schema.js";
import { later } from "./time.js";

interface ServiceEntries {
  readonly namespace: string;
  lastAccessed: string | null;
  readonly actions: Map<string, UnusedAction>;
}

/**
 * One finding's details as unused permissions. AWS may split a service over several entries: they are merged. A service
 * is unused as a whole when none of its entries lists actions; one that lists some outweighs one that lists none, because
 * the other reading would take away what is in use. Services and actions are sorted by key.
 */
export function unusedPermissions(details: readonly UnusedPermissionDetails[]): UnusedPermissions {
  const services = new Map<string, ServiceEntries>();
  const entriesOf = (namespace: string): ServiceEntries => {
    const key = namespace.toLowerCase();
    const known = services.get(key);
    if (known !== undefined) return known;
    const made: ServiceEntries = { namespace, lastAccessed: null, actions: new Map() };
    services.set(key, made);
    return made;
  };
  for (const { serviceNamespace, lastAccessed, actions } of details) {
    if (actions === undefined || actions === null || actions.length === 0) {
      const entries = entriesOf(serviceNamespace);
      entries.lastAccessed = later(entries.lastAccessed, lastAccessed ?? null);
    }
    for (const { action, lastAccessed: used } of actions ?? []) {
      // A prefix of its own says where the action belongs, more exactly than the entry that it stands in.
      const colon = action.indexOf(":");
      const entries = entriesOf(colon === -1 ? serviceNamespace : action.slice(0, colon));
      addAction(entries.actions, action.slice(colon + 1), used ?? null);
      entries.lastAccessed = later(entries.lastAccessed, lastAccessed ?? null);
    }
  }
  return sortedByKey(
    new Map(
      [...services].map(([key, { namespace, lastAccessed, actions }]): [string, UnusedService] => [
        key,
        { namespace, whole: actions.size === 0, lastAccessed, actions: sortedByKey(actions) },
      ]),
    ),
  );
}

function addAction(actions: Map<string, UnusedAction>, name: string, lastAccessed: string | null): void {
  const { key, neverUsed } = pooled(name);
  const known = actions.get(key);
  const latest = later(known?.lastAccessed ?? null, lastAccessed);
  actions.set(key, latest === null ? (known ?? neverUsed) : { name: known?.name ?? name, lastAccessed: latest });
}

/** The same order whatever the export's. */
export function sortedByKey<Value>(map: ReadonlyMap<string, Value>): ReadonlyMap<string, Value> {
  return new Map([...map].sort(([a], [b]) => (a < b ? -1 : 1)));
}

interface PooledAction {
  readonly key: string;
  readonly neverUsed: UnusedAction;
}

/** Large exports repeat a few thousand names millions of times: each is kept once. */
const pool = new Map<string, PooledAction>();

function pooled(name: string): PooledAction {
  const known = pool.get(name);
  if (known !== undefined) return known;
  const made = { key: name.toLowerCase(), neverUsed: { name, lastAccessed: null } };
  pool.set(name, made);
  return made;
}

/** What is unused in all of them. Nothing is unused in none. Dates of last use are the latest of all. */
export function intersection(all: readonly UnusedPermissions[]): UnusedPermissions {
  const [first, ...others] = all;
  return others.reduce<UnusedPermissions>(intersectionOfTwo, first ?? new Map<string, UnusedService>());
}

function intersectionOfTwo(a: UnusedPermissions, b: UnusedPermissions): UnusedPermissions {
  const services = new Map<string, UnusedService>();
  for (const [key, left] of a) {
    const right = b.get(key);
    if (right === undefined) continue;
    const whole = left.whole && right.whole;
    const actions = whole ? left.actions : commonActions(left, right);
    if (!whole && actions.size === 0) continue;
    services.set(key, {
      namespace: least(left.namespace, right.namespace),
      whole,
      lastAccessed: later(left.lastAccessed, right.lastAccessed),
      actions,
    });
  }
  return services;
}

function commonActions(left: UnusedService, right: UnusedService): ReadonlyMap<string, UnusedAction> {
  if (left.whole) return common(right.actions, (action) => ({ name: action.name, lastAccessed: left.lastAccessed }));
  if (right.whole) return common(left.actions, (action) => ({ name: action.name, lastAccessed: right.lastAccessed }));
  return common(left.actions, (_action, key) => right.actions.get(key));
}

function common(
  actions: ReadonlyMap<string, UnusedAction>,
  counterpart: (action: UnusedAction, key: string) => UnusedAction | undefined,
): ReadonlyMap<string, UnusedAction> {
  const both = new Map<string, UnusedAction>();
  for (const [key, action] of actions) {
    const other = counterpart(action, key);
    if (other === undefined) continue;
    both.set(key, {
      name: least(action.name, other.name),
      // Of a service that is unused as a whole no more is known than when it was last used in any way.
      lastAccessed: later(action.lastAccessed, other.lastAccessed),
    });
  }
  return both;
}

/** The same spelling whatever the order. */
function least(a: string, b: string): string {
  return a < b ? a : b;
}
