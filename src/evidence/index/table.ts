import type { PrincipalEvidence } from "../../model/usage.js";
import type { Holder, Meant, PrincipalTable } from "../table.js";
import { weigh } from "../weigh.js";
import type { NumberedEntry } from "./blocks.js";
import { DamagedIndex, holderIn } from "./damage.js";
import { TABLES, type OpenIndex, type TableName } from "./file.js";
import { numbersOf } from "./names.js";
import { slicesFrom, type SliceReader } from "./slices.js";

/** An index with the files that it is of. */
export interface IndexInUse extends OpenIndex {
  readonly slices: SliceReader;
}

/** Hands over the index, and a new one when it shows itself damaged. */
export type WithIndex = <Result>(use: (index: IndexInUse) => Result) => Result;

/** Those with findings that count. */
export function principalsOf(withIndex: WithIndex): PrincipalTable<PrincipalEvidence> {
  return indexTable("principals", withIndex, ({ slices }, { key: arn, value }) => {
    const { evidence } = weigh(arn, slices.said(arn, slicesFrom(value.subarray(1))));
    if (evidence === null) throw new DamagedIndex(`the findings of ${arn} do not count`);
    return evidence;
  });
}

/** Those of whom no finding counts. */
export function settledOf(withIndex: WithIndex): PrincipalTable<Holder> {
  return indexTable("settled", withIndex, (_index, { key: arn }) => holderIn(arn));
}

function indexTable<Row extends Holder>(
  table: TableName,
  withIndex: WithIndex,
  rowOf: (index: IndexInUse, entry: NumberedEntry) => Row,
): PrincipalTable<Row> {
  const rows = new Map<string, Row>();
  // The sources ask for the same principals again and again.
  const searches = new Map<string, readonly Row[]>();
  const isIn = ({ value }: NumberedEntry): boolean => TABLES[value[0] ?? TABLES.length] === table;
  const row = (index: IndexInUse, entry: NumberedEntry): Row => {
    const known = rows.get(entry.key) ?? rowOf(index, entry);
    rows.set(entry.key, known);
    return known;
  };
  const { size, accounts } = withIndex(({ meta }) => meta.rolls[table]);
  return {
    size,
    find: (meant) => {
      const key = searchKey(meant);
      const known = searches.get(key);
      if (known !== undefined) return known;
      const found = withIndex((index) =>
        numbersOf(index, meant).flatMap((number) => {
          const entry = index.arns.entry(number);
          return isIn(entry) ? row(index, entry) : [];
        }),
      );
      searches.set(key, found);
      return found;
    },
    *holders() {
      const count = withIndex(({ arns }) => arns.table.count);
      for (let number = 0; number < count; number += 1) {
        const entry = withIndex(({ arns }) => arns.entry(number));
        if (isIn(entry)) yield holderIn(entry.key);
      }
    },
    accounts: (kind) => (kind === undefined ? [...new Set(Object.values(accounts).flat())] : (accounts[kind] ?? [])),
  };
}

function searchKey({ kind, name }: Meant): string {
  switch (name.kind) {
    case "literal":
      return `${kind}/${name.name}`;
    case "pattern":
      return `${kind}/${String(name.fixed)}/${name.regex}`;
    case "arn":
      return `arn/${name.arn}`;
  }
}
