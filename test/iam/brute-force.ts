/** What patterns mean, written down a second time, as plainly as possible; everything in lower case. */

/** Does `glob` match the whole of `name`? Every way of sharing the name among the stars is tried. */
export function globMatches(glob: string, name: string, at = 0, from = 0): boolean {
  if (at === glob.length) return from === name.length;
  const more = from < name.length;
  if (glob[at] === "*") return globMatches(glob, name, at + 1, from) || (more && globMatches(glob, name, at, from + 1));
  return more && (glob[at] === "?" || glob[at] === name[from]) && globMatches(glob, name, at + 1, from + 1);
}

/** What stands before the first wildcard. */
export function literalStart(glob: string): string {
  return glob.split(/[*?]/u)[0] ?? "";
}

/**
 * Is every name that `inner` matches matched by `outer`? Both are read as automata; a place of the one is followed together
 * with all places of the other that the same characters lead to. What neither has at its places is one character more.
 */
export function includes(outer: string, inner: string): boolean {
  if (literalStart(inner) === inner) return globMatches(outer, inner);
  const seen = new Set<string>();
  const pending = [{ left: places(inner, [0]), right: places(outer, [0]) }];
  for (let state = pending.pop(); state !== undefined; state = pending.pop()) {
    const { left, right } = state;
    if (left.includes(inner.length) && !right.includes(outer.length)) return false;
    const chars = new Set(["other", ...left.map((place) => inner[place]), ...right.map((place) => outer[place])]);
    for (const char of chars) {
      if (char === undefined || char === "*" || char === "?") continue;
      const next = { left: step(inner, left, char), right: step(outer, right, char) };
      const key = `${next.left.join()} ${next.right.join()}`;
      if (next.left.length === 0 || seen.has(key)) continue;
      seen.add(key);
      pending.push(next);
    }
  }
  return true;
}

function step(glob: string, from: readonly number[], char: string): readonly number[] {
  return places(
    glob,
    from.flatMap((place) => (glob[place] === "*" ? [place] : glob[place] === "?" || glob[place] === char ? [place + 1] : [])),
  );
}

/** With those that are reached when stars stand for nothing. */
function places(glob: string, from: readonly number[]): readonly number[] {
  const all = new Set(from);
  for (const place of all) if (glob[place] === "*") all.add(place + 1);
  return [...all].sort((a, b) => a - b);
}
