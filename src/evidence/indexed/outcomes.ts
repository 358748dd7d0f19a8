import { BadInput } from "../../findings/bad-input.js";
import type { FindingsFile, Skipped } from "../../findings/findings-file.js";
import type { Holder } from "../table.js";
import { weigh, type Weighed } from "../weigh.js";
import { MARKS, type Roll, type TableName } from "./file.js";

/** What the statements about a principal come to, as far as an index keeps it. */
export interface Outcome {
  readonly table: TableName | null;
  /** Of `MARKS`: what else is said of it. */
  readonly marks: number;
  readonly skipped: readonly Skipped[];
}

export function outcomeOf({ evidence, settled, credentials, recommendations, skipped }: Weighed): Outcome {
  const table = evidence?.kind === "policy" ? "policies" : evidence !== null ? "principals" : settled !== null ? "settled" : null;
  const marks =
    (settled?.count === undefined ? 0 : MARKS.count) |
    (credentials.length === 0 ? 0 : MARKS.credentials) |
    (recommendations.length === 0 ? 0 : MARKS.recommendations);
  return { table, marks, skipped };
}

/** What one statement comes to cannot be told without the others, or in few bytes. */
export const UNDECIDED = 0xffff;

/** There are few different outcomes of single statements: each has a number. */
export class Outcomes {
  readonly #numbers = new Map<string, number>();
  readonly #outcomes: Outcome[] = [];

  of(arn: string, said: FindingsFile): number {
    try {
      return this.#numberOf(outcomeOf(weigh(arn, [said], null)));
    } catch (error) {
      // One page of several is nothing by itself; what is wrong is said when everything was read.
      if (error instanceof BadInput) return UNDECIDED;
      throw error;
    }
  }

  /** Null for `UNDECIDED`. */
  get(number: number): Outcome | null {
    return this.#outcomes[number] ?? null;
  }

  #numberOf(outcome: Outcome): number {
    const key = JSON.stringify(outcome);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#outcomes.length;
    if (number === UNDECIDED) return UNDECIDED;
    this.#outcomes.push(outcome);
    this.#numbers.set(key, number);
    return number;
  }
}

/** Adds up what does not count, by reason. */
export class Tally {
  readonly #counts = new Map<string, number>();

  add(skipped: readonly Skipped[]): void {
    for (const { reason, count } of skipped) this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + count);
  }

  /** Sorted by reason. */
  counts(): readonly Skipped[] {
    return [...this.#counts].map(([reason, count]) => ({ reason, count })).sort((a, b) => (a.reason < b.reason ? -1 : 1));
  }
}

/** Who is in a table, in numbers. */
export class RollBook {
  #size = 0;
  readonly #accounts = new Map<string, Set<string>>();

  add({ kind, account }: Holder): void {
    this.#size += 1;
    const accounts = this.#accounts.get(kind);
    if (accounts === undefined) this.#accounts.set(kind, new Set([account]));
    else accounts.add(account);
  }

  roll(): Roll {
    return { size: this.#size, accounts: Object.fromEntries([...this.#accounts].map(([kind, accounts]) => [kind, [...accounts]])) };
  }
}
