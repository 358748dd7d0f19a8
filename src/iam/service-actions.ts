import { alphabetically } from "./order.js";
import { isPattern, isPrefixPattern, literalPrefix, matcher } from "./pattern.js";

/** One known action of a service. */
export interface KnownAction {
  /** As AWS writes it. */
  readonly name: string;
  /** In lower case. */
  readonly key: string;
  /** Its place in the alphabetical list. */
  readonly rank: number;
}

/** The actions of one service, ready to be looked up. */
export interface ServiceActions {
  /** Alphabetical, by `key`. */
  readonly all: readonly KnownAction[];
  readonly byKey: ReadonlyMap<string, KnownAction>;
}

const prepared = new WeakMap<readonly string[], ServiceActions>();

/** The names of a catalogue's service made ready; once for each list, whoever asks. */
export function serviceActions(names: readonly string[]): ServiceActions {
  let found = prepared.get(names);
  if (found === undefined) {
    const all = [...names].sort(alphabetically).map((name, rank) => ({ name, key: name.toLowerCase(), rank }));
    found = { all, byKey: new Map(all.map((action) => [action.key, action])) };
    prepared.set(names, found);
  }
  return found;
}

/** Half-open, of ranks. */
export interface Ranks {
  readonly start: number;
  readonly end: number;
}

/** The actions that begin with `prefix`, given in lower case. */
export function beginningWith({ all }: ServiceActions, prefix: string): Ranks {
  return { start: firstFrom(all, prefix), end: firstFrom(all, `${prefix}\uffff`) };
}

function firstFrom(all: readonly KnownAction[], key: string): number {
  let [low, high] = [0, all.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const action = all[middle];
    if (action !== undefined && action.key < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The actions that `pattern` matches, alphabetical. */
export function matching(service: ServiceActions, pattern: string): readonly KnownAction[] {
  const key = pattern.toLowerCase();
  if (!isPattern(key)) {
    const action = service.byKey.get(key);
    return action === undefined ? [] : [action];
  }
  const { start, end } = beginningWith(service, literalPrefix(key));
  const candidates = service.all.slice(start, end);
  if (isPrefixPattern(key)) return candidates;
  const test = matcher(key);
  return candidates.filter((action) => test(action.key));
}
