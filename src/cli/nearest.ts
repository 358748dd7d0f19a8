/** Something with a name that may be meant by another name. */
export interface Candidate {
  readonly name: string;
  /** Where it is, for people. */
  readonly where: string;
}

/** Two names with less in common are not near each other: the share of their groups of three characters, from 0 to 1. */
const LEAST_ALIKE = 0.5;

/**
 * Finds the candidate whose name is most like another name: with the most groups of three neighbouring characters in common. A prefix,
 * a suffix, or a few other characters leave most of them. Null when none is near.
 */
export function nearestOf(candidates: readonly Candidate[]): (name: string) => Candidate | null {
  const byName = new Map(candidates.map((candidate) => [candidate.name, candidate]));
  const named = [...byName.values()].map((candidate) => ({ candidate, groups: groupsOf(candidate.name) }));
  const holders = new Map<string, number[]>();
  named.forEach(({ groups }, index) => {
    for (const group of groups) {
      const known = holders.get(group);
      if (known === undefined) holders.set(group, [index]);
      else known.push(index);
    }
  });
  return (name) => {
    const groups = groupsOf(name);
    const common = new Map<number, number>();
    for (const group of groups) {
      for (const index of holders.get(group) ?? []) common.set(index, (common.get(index) ?? 0) + 1);
    }
    let nearest: Candidate | null = null;
    let most = LEAST_ALIKE;
    for (const [index, count] of [...common].sort(([a], [b]) => a - b)) {
      const other = named[index];
      if (other === undefined) continue;
      const alike = (2 * count) / (groups.size + other.groups.size);
      if (alike > most || (alike === most && nearest === null)) [nearest, most] = [other.candidate, alike];
    }
    return nearest;
  };
}

function groupsOf(name: string): ReadonlySet<string> {
  const padded = ` ${name.toLowerCase()} `;
  return new Set(Array.from({ length: padded.length - 2 }, (_group, at) => padded.slice(at, at + 3)));
}
