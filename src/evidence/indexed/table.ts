import type { Evidence } from "../../evidence.js";
import type { PrincipalEvidence } from "../../model/usage.js";
import type { Holder, Meant, PrincipalTable } from "../table.js";
import { weigh, type Settled, type Weighed } from "../weigh.js";
import type { NumberedEntry } from "./blocks.js";
import { DamagedIndex, holderIn } from "./damage.js";
import { hasMark, MARKS, tableIn, type OpenIndex, type TableName } from "./file.js";
import { numbersOf } from "./names.js";
import { slicesFrom, type SliceReader } from "./slices.js";

/** An index with the files that it is of. */
export interface IndexInUse extends OpenIndex {
  readonly slices: SliceReader;
}

/** Hands over the index, and a new one when it shows itself damaged. */
export type WithIndex = <Result>(use: (index: IndexInUse) => Result) => Result;

/** Everything that an index says. `unusedFor` as in `mergeFindings`. */
export function indexTables(withIndex: WithIndex, unusedFor: number | null): Pick<Evidence, "principals" | "policies" | "settled" | "counts" | "credentials" | "recommendations"> {
  const weighed = ({ slices }: IndexInUse, { key: arn, value }: NumberedEntry): Weighed => weigh(arn, slices.said(arn, slicesFrom(value.subarray(1))), unusedFor);
  const evidence = (index: IndexInUse, entry: NumberedEntry): PrincipalEvidence => weighed(index, entry).evidence ?? unsaid(entry);
  const settled = (index: IndexInUse, entry: NumberedEntry): Settled =>
    hasMark(entry.value, MARKS.count) ? (weighed(index, entry).settled ?? unsaid(entry)) : holderIn(entry.key);
  const marked = <Item>(mark: number, itemsOf: (one: Weighed) => readonly Item[]): Iterable<Item> => ({
    *[Symbol.iterator]() {
      if (withIndex(({ meta }) => meta.marks & mark) === 0) return;
      for (const entry of entries(withIndex)) {
        if (hasMark(entry.value, mark)) yield* withIndex((index) => itemsOf(weighed(index, entry)));
      }
    },
  });
  return {
    principals: indexTable("principals", withIndex, evidence),
    policies: indexTable("policies", withIndex, evidence),
    settled: indexTable("settled", withIndex, settled),
    counts: marked(MARKS.count, (one) => (one.settled?.count === undefined ? [] : [one.settled.count])),
    credentials: marked(MARKS.credentials, ({ credentials }) => credentials),
    recommendations: {
      isEmpty: withIndex(({ meta }) => meta.marks & MARKS.recommendations) === 0,
      of: (arn) =>
        withIndex((index) =>
          numbersOf(index, { kind: "role", name: { kind: "arn", arn } }).flatMap((number) => weighed(index, index.arns.entry(number)).recommendations),
        ),
    },
  };
}

function unsaid({ key: arn }: NumberedEntry): never {
  throw new DamagedIndex(`the findings of ${arn} are not what it says`);
}

function* entries(withIndex: WithIndex): Generator<NumberedEntry, void, undefined> {
  const count = withIndex(({ arns }) => arns.table.count);
  for (let number = 0; number < count; number += 1) yield withIndex(({ arns }) => arns.entry(number));
}

function indexTable<Row extends Holder>(
  table: TableName,
  withIndex: WithIndex,
  rowOf: (index: IndexInUse, entry: NumberedEntry) => Row,
): PrincipalTable<Row> {
  const rows = new Map<string, Row>();
  // The sources ask for the same principals again and again.
  const searches = new Map<string, readonly Row[]>();
  const isIn = ({ value }: NumberedEntry): boolean => tableIn(value) === table;
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
      for (const entry of entries(withIndex)) {
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
