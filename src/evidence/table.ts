import { matchesArn } from "../iam/arn.js";
import { groupedBy } from "../model/groups.js";
import { matchesName, type PrincipalReference } from "../model/principal.js";
import type { PrincipalEvidence } from "../model/usage.js";

/** A principal as AWS names it. */
export type Holder = Pick<PrincipalEvidence, "arn" | "kind" | "name" | "account">;

/** What the source knows of whom it means. */
export interface Meant extends Pick<PrincipalReference, "name"> {
  readonly kind: Holder["kind"];
}

/**
 * Principals and what is known of each, found by what the source knows of them. There may be a million, and not in memory:
 * nothing here but `holders` goes through all of them without need. What is returned is sorted by ARN.
 */
export interface PrincipalTable<Row extends Holder> {
  readonly size: number;
  /** By kind and name, in every account; a name given as an ARN says the kind itself, and `*` in it stands for any run. */
  find(meant: Meant): readonly Row[];
  /** All of them, one at a time. */
  holders(): Iterable<Holder>;
  /** In which accounts there are some, of one kind or of any. */
  accounts(kind?: Holder["kind"]): readonly string[];
}

/** A table of rows that are in memory, in any order. */
export function tableOf<Row extends Holder>(unsorted: readonly Row[]): PrincipalTable<Row> {
  const rows = [...unsorted].sort((a, b) => (a.arn < b.arn ? -1 : 1));
  const byName = groupedBy(rows, ({ kind, name }) => `${kind}/${name}`);
  const byKind = groupedBy(rows, ({ kind }) => kind);
  // What was found by going through all rows; the sources ask for the same patterns again and again.
  const searches = new Map<string, readonly Row[]>();
  const searched = (key: string, among: readonly Row[], isMeant: (row: Row) => boolean): readonly Row[] => {
    const known = searches.get(key);
    if (known !== undefined) return known;
    const found = among.filter(isMeant);
    searches.set(key, found);
    return found;
  };
  return {
    size: rows.length,
    find: ({ kind, name }) => {
      switch (name.kind) {
        case "literal":
          return byName.get(`${kind}/${name.name}`) ?? [];
        case "pattern":
          return searched(`${kind}/${String(name.fixed)}/${name.regex}`, byKind.get(kind) ?? [], (row) => matchesName(name, row.name));
        case "arn":
          return searched(`arn/${name.arn}`, rows, (row) => matchesArn(name.arn, row.arn));
      }
    },
    holders: () => rows,
    accounts: (kind) => [...new Set((kind === undefined ? rows : (byKind.get(kind) ?? [])).map(({ account }) => account))],
  };
}
