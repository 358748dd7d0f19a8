/**
 * What an action entry says.
 *
 * - `all`: every action of every service.
 * - `actions`: of one service, one action (`GetObject`) or a pattern (`Get*`). Both parts as the author wrote them.
 * - `unknown`: not an action as IAM reads it.
 */
export type EntryValue =
  | { readonly kind: "all" }
  | { readonly kind: "actions"; readonly service: string; readonly name: string }
  | { readonly kind: "unknown" };

// The service part takes no wildcards: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
const ACTIONS = /^[A-Za-z0-9-]+:[A-Za-z0-9_*?-]+$/;

export function parseEntry(value: string): EntryValue {
  if (value === "*" || value === "*:*") return { kind: "all" };
  if (!ACTIONS.test(value)) return { kind: "unknown" };
  const colon = value.indexOf(":");
  return { kind: "actions", service: value.slice(0, colon), name: value.slice(colon + 1) };
}

/** Has it wildcards: `*` (any run of characters) or `?` (one character)? */
export function isPattern(name: string): boolean {
  return name.includes("*") || name.includes("?");
}

/** What stands before the first wildcard. */
export function literalPrefix(pattern: string): string {
  const wildcard = pattern.search(/[*?]/u);
  return wildcard === -1 ? pattern : pattern.slice(0, wildcard);
}

/** `Get*`: no wildcard but a star at its end. */
export function isPrefixPattern(pattern: string): boolean {
  return pattern.endsWith("*") && !isPattern(pattern.slice(0, -1));
}

/** A test for names, given in lower case, whether `pattern` matches them; case of the pattern does not matter. */
export function matcher(pattern: string): (lowerCaseName: string) => boolean {
  const glob = pattern.toLowerCase();
  if (!isPattern(glob)) return (name) => name === glob;
  if (isPrefixPattern(glob)) {
    const prefix = glob.slice(0, -1);
    return (name) => name.startsWith(prefix);
  }
  return (name) => matchesGlob(glob, name);
}

/** Does `pattern` match `name`? Without regard to case, as IAM matches. */
export function matches(pattern: string, name: string): boolean {
  return matcher(pattern)(name.toLowerCase());
}

/** The names that `pattern` matches, in their order. */
export function expand(pattern: string, names: readonly string[]): readonly string[] {
  const test = matcher(pattern);
  return names.filter((name) => test(name.toLowerCase()));
}

/** Back to the latest star only: an earlier star could not do better by taking more. */
function matchesGlob(glob: string, name: string): boolean {
  let at = 0;
  let star = -1;
  let afterStar = 0;
  let i = 0;
  while (i < name.length) {
    const wanted = glob[at];
    if (wanted === "*") {
      star = at;
      afterStar = i;
      at += 1;
    } else if (wanted === "?" || wanted === name[i]) {
      at += 1;
      i += 1;
    } else if (star === -1) {
      return false;
    } else {
      at = star + 1;
      afterStar += 1;
      i = afterStar;
    }
  }
  while (glob[at] === "*") at += 1;
  return at === glob.length;
}

/**
 * Is every name that `inner` matches also matched by `outer`? Exact, without regard to case.
 *
 * The patterns are languages over an alphabet that has a character which neither of them spells. Over such an alphabet
 * containment holds exactly if `outer` matches `inner` symbol by symbol, where only a star may take a star and only a star
 * or `?` may take `?`: a star of `inner` can stand for nothing as well as for a long run of the unspelled character, so
 * nothing else takes both. `?` beside a star may lie on either side of it, hence `floating`.
 */
export function contains(outer: string, inner: string): boolean {
  const wanted = outer.toLowerCase();
  const given = inner.toLowerCase();
  // Of a literal, and in a pattern whose only wildcard is a star at its end, the symbols themselves decide.
  if (!isPattern(given) || isPrefixPattern(wanted)) return matcher(wanted)(given);
  const pattern = floating(wanted);
  // The places in `pattern` that can be reached after the symbols of `inner` so far.
  let places = new Set<number>();
  reach(pattern, 0, places);
  for (const symbol of given) {
    const next = new Set<number>();
    for (const place of places) {
      const here = pattern[place];
      if (here === "*") reach(pattern, place, next);
      else if (symbol !== "*" && (here === "?" || here === symbol)) reach(pattern, place + 1, next);
    }
    places = next;
  }
  return places.has(pattern.length);
}

/** A star may stand for nothing. Two never come together where they float. */
function reach(pattern: string, place: number, places: Set<number>): void {
  places.add(place);
  if (pattern[place] === "*") places.add(place + 1);
}

/** Runs of wildcards that hold a star, with a star at every place: `?*?` becomes `*?*?*`. The language stays the same. */
function floating(glob: string): string {
  return glob.replace(/[*?]*\*[*?]*/g, (run) => `*${"?*".repeat(run.replaceAll("*", "").length)}`);
}

/** Is there a name that both patterns match? Exact, without regard to case. */
export function intersects(a: string, b: string): boolean {
  const [left, right] = [a.toLowerCase(), b.toLowerCase()];
  const seen = new Set<number>();
  const pending: (readonly [number, number])[] = [[0, 0]];
  for (let pair = pending.pop(); pair !== undefined; pair = pending.pop()) {
    const [i, j] = pair;
    const key = i * (right.length + 1) + j;
    if (seen.has(key)) continue;
    seen.add(key);
    const [x, y] = [left[i], right[j]];
    if (x === undefined && y === undefined) return true;
    if (x === "*") pending.push([i + 1, j]);
    if (y === "*") pending.push([i, j + 1]);
    if (x === undefined || y === undefined) continue;
    if (x === "*" || y === "*" || x === "?" || y === "?" || x === y) {
      pending.push([x === "*" ? i : i + 1, y === "*" ? j : j + 1]);
    }
  }
  return false;
}
