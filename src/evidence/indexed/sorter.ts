import { closeSync, openSync, readSync, rmSync, writeSync } from "node:fs";

/** A key, in ASCII, and what is kept with it. */
export interface Entry {
  readonly key: string;
  readonly value: Uint8Array;
}

/** So many entries are sorted in memory; more of them in a file for each such run. */
const RUN = 150_000;

/**
 * Sorts any number of entries by key in bounded memory; entries of one key stay in the order in which they were added. `draft` is a
 * path that nobody else uses: files beside it hold what does not fit into memory. `valueLength` is that of every value.
 */
export class Sorter {
  readonly #draft: string;
  readonly #valueLength: number;
  #keys: string[] = [];
  #values: Buffer;
  readonly #runs: string[] = [];

  constructor(draft: string, valueLength: number) {
    this.#draft = draft;
    this.#valueLength = valueLength;
    this.#values = Buffer.allocUnsafe(1024 * valueLength);
  }

  add(key: string, value: Uint8Array): void {
    const at = this.#keys.length * this.#valueLength;
    if (at === this.#values.length) this.#values = Buffer.concat([this.#values], 2 * this.#values.length);
    this.#values.set(value, at);
    this.#keys.push(key);
    if (this.#keys.length === RUN) this.#writeRun();
  }

  /** All entries, sorted; once. */
  *sorted(): Generator<Entry, void, undefined> {
    if (this.#runs.length === 0) {
      yield* this.#inMemory();
      return;
    }
    if (this.#keys.length > 0) this.#writeRun();
    this.#values = Buffer.alloc(0);
    yield* merged(this.#runs.map((path) => entriesOf(path, this.#valueLength)));
  }

  /** Leaves no file behind. */
  remove(): void {
    for (const path of this.#runs) rmSync(path, { force: true });
  }

  *#inMemory(): Generator<Entry, void, undefined> {
    const keys = this.#keys;
    const order = Array.from(keys, (_key, index) => index).sort((a, b) => compared(keys[a] ?? "", keys[b] ?? "") || a - b);
    for (const index of order) {
      const at = index * this.#valueLength;
      yield { key: keys[index] ?? "", value: this.#values.subarray(at, at + this.#valueLength) };
    }
  }

  #writeRun(): void {
    const path = `${this.#draft}-${String(this.#runs.length)}`;
    const file = openSync(path, "wx");
    this.#runs.push(path);
    try {
      let block = Buffer.allocUnsafe(256 * 1024);
      let length = 0;
      for (const { key, value } of this.#inMemory()) {
        const needed = 2 + key.length + value.length;
        if (length + needed > block.length) {
          writeAll(file, block.subarray(0, length));
          length = 0;
          if (needed > block.length) block = Buffer.allocUnsafe(needed);
        }
        length = block.writeUInt16LE(key.length, length);
        length += block.write(key, length, "latin1");
        block.set(value, length);
        length += value.length;
      }
      writeAll(file, block.subarray(0, length));
    } finally {
      closeSync(file);
    }
    this.#keys = [];
  }
}

export function writeAll(file: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
}

function* entriesOf(path: string, valueLength: number): Generator<Entry, void, undefined> {
  const file = openSync(path, "r");
  try {
    let block = Buffer.allocUnsafe(256 * 1024);
    let rest = 0;
    for (let count = readSync(file, block, 0, block.length, null); count > 0; ) {
      const end = rest + count;
      let at = 0;
      while (at + 2 <= end) {
        const keyEnd = at + 2 + block.readUInt16LE(at);
        if (keyEnd + valueLength > end) break;
        yield { key: block.toString("latin1", at + 2, keyEnd), value: Buffer.from(block.subarray(keyEnd, keyEnd + valueLength)) };
        at = keyEnd + valueLength;
      }
      rest = end - at;
      const next = at === 0 ? Buffer.allocUnsafe(2 * block.length) : block;
      block.copy(next, 0, at, end);
      block = next;
      count = readSync(file, block, rest, block.length - rest, null);
    }
  } finally {
    closeSync(file);
  }
}

function compared(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

interface Head {
  readonly entry: Entry;
  readonly run: number;
}

/** Of entries with one key, those of an earlier run come first. */
function* merged(runs: readonly Generator<Entry, void, undefined>[]): Generator<Entry, void, undefined> {
  const heap: Head[] = [];
  const isBefore = (a: Head, b: Head): boolean => (compared(a.entry.key, b.entry.key) || a.run - b.run) < 0;
  const sink = (head: Head): void => {
    let at = 0;
    for (;;) {
      const left = heap[2 * at + 1];
      const right = heap[2 * at + 2];
      const isRight = right !== undefined && left !== undefined && isBefore(right, left);
      const least = isRight ? right : left;
      if (least === undefined || isBefore(head, least)) break;
      heap[at] = least;
      at = 2 * at + (isRight ? 2 : 1);
    }
    heap[at] = head;
  };
  const first = runs.flatMap((entries, run): readonly Head[] => {
    const next = entries.next();
    return next.done === true ? [] : [{ entry: next.value, run }];
  });
  // What is sorted is a heap.
  heap.push(...first.sort((a, b) => (isBefore(a, b) ? -1 : 1)));
  for (let head = heap[0]; head !== undefined; head = heap[0]) {
    yield head.entry;
    const next = runs[head.run]?.next();
    if (next !== undefined && next.done !== true) {
      sink({ entry: next.value, run: head.run });
      continue;
    }
    const last = heap.pop();
    if (last !== undefined && heap.length > 0) sink(last);
  }
}
