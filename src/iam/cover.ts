import { isPattern, matcher } from "./pattern.js";
import { beginningWith, type KnownAction, type Ranks, type ServiceActions } from "./service-actions.js";
import { trieOf, type TrieNode } from "./trie.js";

/** The actions that a pattern matches, parted into those that stay and those that are to go. */
export interface Division {
  readonly service: ServiceActions;
  /** Up to the first star; null when there is none or a `?` stands before it, so that only literals will do. */
  readonly prefix: string | null;
  /** After the first star. */
  readonly rest: string;
  /** Alphabetical. */
  readonly kept: readonly KnownAction[];
  /** By rank: 1 for those that stay. */
  readonly stays: Uint8Array;
  /** By rank: that of the nearest known action that is to go, itself or after it; their number when there is none. */
  readonly nextGone: Uint32Array;
  /** Names that are to go and that the catalogue lacks; lower case. */
  readonly strangers: readonly string[];
}

/** `matched` are the known actions that `pattern` matches, `gone` the lower-case names among its matches that are to go. */
export function divide(
  service: ServiceActions,
  pattern: string,
  matched: readonly KnownAction[],
  gone: { has(key: string): boolean; keys(): Iterable<string> },
): Division {
  const { all, byKey } = service;
  const star = pattern.indexOf("*");
  const prefix = pattern.slice(0, Math.max(star, 0));
  const kept: KnownAction[] = [];
  const stays = new Uint8Array(all.length);
  const nextGone = new Uint32Array(all.length).fill(all.length);
  let done = 0;
  for (const action of matched) {
    if (gone.has(action.key)) {
      nextGone.fill(action.rank, done, action.rank + 1);
      done = action.rank + 1;
    } else {
      stays[action.rank] = 1;
      kept.push(action);
    }
  }
  return {
    service,
    prefix: star === -1 || isPattern(prefix) ? null : prefix,
    rest: pattern.slice(star + 1).replace(/^\*+/u, ""),
    kept,
    stays,
    nextGone,
    strangers: [...gone.keys()].filter((name) => !byKey.has(name)),
  };
}

/**
 * The shortest narrower patterns that together match all that stays and nothing that is to go, which is something,
 * alphabetically.
 *
 * The pattern is its text up to the first star and a rest. Below the first, a node of the trie stands for its text, a star
 * and the rest. It is safe when that matches nothing that is to go: as characters, for `ListRole*` also matches `ListRoles`,
 * which does not lie below the word `Role`. Every safe node whose parent is not safe gives an entry: its pattern, or the
 * name when only one that stays lies below it. Names at nodes that are not safe stand for themselves.
 */
export function cover(division: Division): readonly string[] {
  const { service, prefix, rest, stays, kept } = division;
  if (prefix === null) return kept.map(({ name }) => name);
  const lastFit = fits(division);
  const entries: Entry[] = [];
  collect(trieOf(service));
  return irredundant(entries, division, lastFit);

  function collect({ text, actions, ranks, children }: TrieNode): void {
    const [only, second] = firstTwo(actions, stays);
    if (only === undefined) return;
    if (second === undefined) {
      entries.push(literal(only));
      return;
    }
    if (isSafe(division, text, ranks, lastFit) && allFit(actions, text.length)) {
      entries.push(patterned(text, rest));
      return;
    }
    if (only.name.length === text.length) entries.push(literal(only));
    for (const child of children) collect(child);
  }

  function allFit(actions: readonly KnownAction[], length: number): boolean {
    return actions.every(({ key, rank }) => stays[rank] === 0 || lastFit(key) >= length);
  }
}

/**
 * Shorter covers than `cover` gives, the more readable first: patterns that end within a word where they then match several
 * of the names that stay; and besides, each name cut down to where nothing that is to go begins alike. They match what
 * `cover` matches of the known actions, and nothing that is to go.
 */
export function shorterCovers(division: Division): readonly (readonly string[])[] {
  return division.prefix === null ? [] : [characterCover(division, division.prefix, false), characterCover(division, division.prefix, true)];
}

/** Each entry stands for several of the names that stay, or is one of them; `cut`: or one of them cut down. */
function characterCover(division: Division, prefix: string, cut: boolean): readonly string[] {
  const { service, rest, kept, stays } = division;
  const lastFit = fits(division);
  return irredundant(kept.map(shortest), division, lastFit);

  function shortest(action: KnownAction): Entry {
    const last = lastFit(action.key);
    for (let length = prefix.length + 1; length <= last; length += 1) {
      const ranks = beginningWith(service, action.key.slice(0, length));
      if (!isSafe(division, action.name.slice(0, length), ranks, lastFit)) continue;
      const alike = service.all.slice(ranks.start, ranks.end).filter(({ key, rank }) => stays[rank] === 1 && lastFit(key) >= length);
      const pattern = patterned(action.name.slice(0, length), rest);
      return alike.length > 1 || (cut && pattern.text.length < action.name.length) ? pattern : literal(action);
    }
    return literal(action);
  }
}

interface Entry {
  readonly text: string;
  /** In lower case. */
  readonly key: string;
  /** What a pattern has before its star, in lower case; null for a name. */
  readonly beginning: string | null;
}

function literal({ name, key }: KnownAction): Entry {
  return { text: name, key, beginning: null };
}

function patterned(beginning: string, rest: string): Entry {
  const text = `${beginning}*${rest}`;
  return { text, key: text.toLowerCase(), beginning: beginning.toLowerCase() };
}

/** How far into a name the part before the star may reach so that the rest still matches what follows. */
type LastFit = (key: string) => number;

function fits({ rest }: Division): LastFit {
  if (!isPattern(rest)) return (key) => key.length - rest.length;
  const test = matcher(`*${rest}`);
  return (key) => {
    let [fit, misfit] = [0, key.length];
    while (misfit - fit > 1) {
      const middle = (fit + misfit) >>> 1;
      if (test(key.slice(middle))) fit = middle;
      else misfit = middle;
    }
    return fit;
  };
}

/** A node of a service's trie below a pattern, with what decides whether its own pattern may be written. */
export interface JudgedNode {
  /** What the names have in common. */
  readonly text: string;
  /** What the node stands for: `GetObject*`. */
  readonly pattern: string;
  /** The names that stay and begin with the same words, alphabetical. */
  readonly kept: readonly string[];
  /** The known names that are to go and begin with the same words, alphabetical. */
  readonly gone: readonly string[];
  /** The names that are to go and that `pattern` matches, whether or not they begin with the same words; those that the catalogue lacks in lower case. */
  readonly clashes: readonly string[];
  /** Matches `pattern` all of `kept`, which is something, and nothing that is to go? */
  readonly safe: boolean;
  readonly children: readonly JudgedNode[];
}

/**
 * The nodes below a pattern, with all below them: those that end behind its first star and that a name which it matches
 * begins with. Empty for a pattern without star.
 */
export function judgedNodes(division: Division): readonly JudgedNode[] {
  const { service, prefix, rest, stays, nextGone, strangers } = division;
  if (prefix === null) return [];
  const lastFit = fits(division);
  return below(trieOf(service), prefix.length);

  function below({ children }: TrieNode, least: number): readonly JudgedNode[] {
    return children.flatMap((child) => {
      const kept = child.actions.filter(({ rank }) => stays[rank] === 1);
      const gone = child.actions.filter(({ rank }) => nextGone[rank] === rank);
      if (kept.length + gone.length === 0) return [];
      return child.text.length > least || child.children.length === 0 ? [judged(child, kept, gone)] : below(child, least);
    });
  }

  function judged(node: TrieNode, kept: readonly KnownAction[], gone: readonly KnownAction[]): JudgedNode {
    const { text, ranks } = node;
    const begun = text.toLowerCase();
    const matched = (key: string): boolean => key.startsWith(begun) && lastFit(key) >= text.length;
    const clashes = [
      ...service.all.slice(ranks.start, ranks.end).filter(({ key, rank }) => nextGone[rank] === rank && matched(key)).map(({ name }) => name),
      ...strangers.filter(matched),
    ];
    return {
      text,
      pattern: patterned(text, rest).text,
      kept: kept.map(({ name }) => name),
      gone: gone.map(({ name }) => name),
      clashes,
      safe: clashes.length === 0 && kept.length > 0 && kept.every(({ key }) => matched(key)),
      children: below(node, 0),
    };
  }
}

/** Does `text`, a star and the rest match nothing that is to go? `ranks` are those of the names that begin with `text`. */
function isSafe({ service, nextGone, strangers }: Division, text: string, { start, end }: Ranks, lastFit: LastFit): boolean {
  for (let rank = nextGone[start] ?? end; rank < end; rank = nextGone[rank + 1] ?? end) {
    const action = service.all[rank];
    if (action !== undefined && lastFit(action.key) >= text.length) return false;
  }
  const key = text.toLowerCase();
  return !strangers.some((name) => name.startsWith(key) && lastFit(name) >= text.length);
}

function firstTwo(actions: readonly KnownAction[], stays: Uint8Array): readonly KnownAction[] {
  const found: KnownAction[] = [];
  for (const action of actions) {
    if (stays[action.rank] === 1 && found.push(action) === 2) break;
  }
  return found;
}

/**
 * Alphabetical, without the entries that another one contains. All patterns have the same rest, so one contains another
 * exactly if its beginning begins the other's; and what begins alike stands together.
 */
function irredundant(entries: readonly Entry[], { rest }: Division, lastFit: LastFit): readonly string[] {
  const byKey = new Map(entries.map((entry) => [entry.key, entry]));
  const needed: Entry[] = [];
  let wide: string | null = null;
  for (const entry of [...byKey.values()].sort((a, b) => (a.key < b.key ? -1 : 1))) {
    const { key, beginning } = entry;
    if (wide !== null && key.startsWith(wide) && lastFit(key) >= wide.length) continue;
    if (beginning !== null) {
      wide = beginning;
      // A name that is no longer than the beginning stands before it.
      if (needed.at(-1)?.key === beginning && rest === "") needed.pop();
    }
    needed.push(entry);
  }
  return needed.map(({ text }) => text);
}
