import { readSync } from "node:fs";
import { crc32 } from "node:zlib";
import { DamagedIndex } from "./damage.js";
import { writeAll, type Entry } from "./sorter.js";

/**
 * A table of sorted entries in a file. It is a row of blocks; each is checked by itself when it is read. What is kept in memory
 * is where each block begins, and with which key.
 */
export interface BlockTable {
  readonly count: number;
  readonly blocks: readonly BlockPlace[];
}

interface BlockPlace {
  /** Its first key. */
  readonly key: string;
  /** The number of its first entry. */
  readonly first: number;
  /** In the file. */
  readonly at: number;
  readonly length: number;
  readonly crc: number;
}

const PLACE_LENGTH = 20;

/** A table as bytes, without its blocks. */
export function tableBytes({ count, blocks }: BlockTable): Buffer {
  const length = blocks.reduce((sum, { key }) => sum + PLACE_LENGTH + key.length, 4);
  const bytes = Buffer.allocUnsafe(length);
  let at = bytes.writeUInt32LE(count, 0);
  for (const place of blocks) {
    at = bytes.writeUInt32LE(place.first, at);
    at = bytes.writeUIntLE(place.at, at, 6);
    at = bytes.writeUInt32LE(place.length, at);
    at = bytes.writeUInt32LE(place.crc, at);
    at = bytes.writeUInt16LE(place.key.length, at);
    at += bytes.write(place.key, at, "latin1");
  }
  return bytes;
}

/** Of bytes whose checksum was right. */
export function tableFrom(bytes: Buffer): BlockTable {
  const blocks: BlockPlace[] = [];
  for (let at = 4; at < bytes.length; ) {
    const keyEnd = at + PLACE_LENGTH + bytes.readUInt16LE(at + 18);
    blocks.push({
      key: bytes.toString("latin1", at + PLACE_LENGTH, keyEnd),
      first: bytes.readUInt32LE(at),
      at: bytes.readUIntLE(at + 4, 6),
      length: bytes.readUInt32LE(at + 10),
      crc: bytes.readUInt32LE(at + 14),
    });
    at = keyEnd;
  }
  return { count: bytes.readUInt32LE(0), blocks };
}

/** An entry and its number in the table. */
export interface NumberedEntry extends Entry {
  readonly number: number;
}

const BLOCK = 8 * 1024;

/** Writes entries that come in the order of their keys. An entry is: what its key shares with the one before, the rest, the value. */
export class BlockWriter {
  readonly #file: number;
  #at: number;
  #count = 0;
  #block = Buffer.allocUnsafe(2 * BLOCK);
  #length = 0;
  #key = "";
  #first: Pick<BlockPlace, "key" | "first"> = { key: "", first: 0 };
  readonly #blocks: BlockPlace[] = [];

  /** `at`: where the file ends. */
  constructor(file: number, at: number) {
    this.#file = file;
    this.#at = at;
  }

  add(key: string, value: Uint8Array): number {
    const number = this.#count;
    if (this.#length >= BLOCK) this.#flush();
    if (this.#length === 0) {
      this.#first = { key, first: number };
      this.#key = "";
    }
    const shared = sharedLength(this.#key, key);
    const needed = 8 + key.length - shared + value.length;
    if (this.#length + needed > this.#block.length) this.#block = Buffer.concat([this.#block], this.#length + 2 * needed);
    const block = this.#block;
    let at = block.writeUInt16LE(shared, this.#length);
    at = block.writeUInt16LE(key.length - shared, at);
    at = block.writeUInt32LE(value.length, at);
    at += block.write(key.slice(shared), at, "latin1");
    block.set(value, at);
    this.#length = at + value.length;
    this.#key = key;
    this.#count += 1;
    return number;
  }

  /** Where the file ends now, and what was written. */
  end(): { readonly at: number; readonly table: BlockTable } {
    this.#flush();
    return { at: this.#at, table: { count: this.#count, blocks: this.#blocks } };
  }

  #flush(): void {
    if (this.#length === 0) return;
    const bytes = this.#block.subarray(0, this.#length);
    writeAll(this.#file, bytes);
    this.#blocks.push({ ...this.#first, at: this.#at, length: bytes.length, crc: crc32(bytes) });
    this.#at += bytes.length;
    this.#length = 0;
  }
}

function sharedLength(a: string, b: string): number {
  const most = Math.min(a.length, b.length, 0xffff);
  let length = 0;
  while (length < most && a.charCodeAt(length) === b.charCodeAt(length)) length += 1;
  return length;
}

/** So many blocks of a table stay in memory. */
const KEPT = 256;

/** Looks entries up. Throws `DamagedIndex`. */
export class BlockReader {
  readonly table: BlockTable;
  readonly #file: number;
  readonly #known = new Map<number, Buffer>();
  /** Where the last look-up by number was: the next one is often the one after it. */
  #walk: { readonly index: number; readonly walk: BlockWalk } | null = null;

  constructor(file: number, table: BlockTable) {
    this.#file = file;
    this.table = table;
  }

  /** The entry with a number. */
  entry(number: number): NumberedEntry {
    const index = lastIndex(this.table.blocks, ({ first }) => first <= number);
    const known = this.#walk?.index === index && this.#walk.walk.number <= number ? this.#walk.walk : null;
    const walk = known ?? this.#walkOf(index);
    this.#walk = { index, walk };
    while (walk.number < number && walk.step());
    if (walk.number !== number) throw new DamagedIndex("an entry is missing");
    return walk.entry();
  }

  /** All entries from the first whose key is not before `from`, in their order, to where the reader stops. */
  *from(from: string): Generator<NumberedEntry, void, undefined> {
    const { blocks } = this.table;
    // A key may begin in the block before the one that begins with it.
    const start = Math.max(0, lastIndex(blocks, ({ key }) => key < from));
    const bytes = Buffer.from(from, "latin1");
    for (let index = start; index < blocks.length; index += 1) {
      const walk = this.#walkOf(index);
      while (walk.step()) {
        if (index > start || !walk.isBefore(bytes)) yield walk.entry();
      }
    }
  }

  /** About how many entries have keys from `from` to before `to`. */
  estimate(from: string, to: string): number {
    const { blocks, count } = this.table;
    const first = blocks[Math.max(0, lastIndex(blocks, ({ key }) => key < from))]?.first ?? 0;
    const next = blocks[lastIndex(blocks, ({ key }) => key < to) + 1]?.first ?? count;
    return next - first;
  }

  #walkOf(index: number): BlockWalk {
    return new BlockWalk(this.#block(index), this.table.blocks[index]?.first ?? 0);
  }

  #block(index: number): Buffer {
    const place = this.table.blocks[index];
    if (place === undefined) return Buffer.alloc(0);
    const block = this.#known.get(index) ?? checkedBytes(this.#file, place);
    this.#known.delete(index);
    this.#known.set(index, block);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= KEPT) break;
      this.#known.delete(oldest);
    }
    return block;
  }
}

/** Goes over the entries of a block, of which there are hundreds, and makes objects of those that are asked for. */
class BlockWalk {
  readonly #block: Buffer;
  #at = 0;
  #key = Buffer.allocUnsafe(256);
  #keyLength = 0;
  #valueAt = 0;
  /** Of the entry that it is at; before the first step, that of the one before the block. */
  number: number;

  constructor(block: Buffer, first: number) {
    this.#block = block;
    this.number = first - 1;
  }

  /** Goes to the next entry; false when there is none. */
  step(): boolean {
    const block = this.#block;
    if (this.#at >= block.length) return false;
    const shared = block.readUInt16LE(this.#at);
    const restAt = this.#at + 8;
    this.#valueAt = restAt + block.readUInt16LE(this.#at + 2);
    this.#keyLength = shared + this.#valueAt - restAt;
    if (this.#keyLength > this.#key.length) this.#key = Buffer.concat([this.#key], 2 * this.#keyLength);
    block.copy(this.#key, shared, restAt, this.#valueAt);
    this.#at = this.#valueAt + block.readUInt32LE(this.#at + 4);
    this.number += 1;
    return true;
  }

  isBefore(key: Buffer): boolean {
    return this.#key.compare(key, 0, key.length, 0, this.#keyLength) < 0;
  }

  /** The entry that it is at. */
  entry(): NumberedEntry {
    return { key: this.#key.toString("latin1", 0, this.#keyLength), value: this.#block.subarray(this.#valueAt, this.#at), number: this.number };
  }
}

/** Bytes of a file. Throws `DamagedIndex` when they are not those that were written. */
export function checkedBytes(file: number, { at, length, crc }: Pick<BlockPlace, "at" | "length" | "crc">): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  const count = readSync(file, bytes, 0, length, at);
  if (count < length || crc32(bytes) !== crc) throw new DamagedIndex("a part of it is not as it was written");
  return bytes;
}

/** The index of the last element that fulfils what all before it do, too; -1 when none does. */
function lastIndex<Element>(elements: readonly Element[], fulfils: (element: Element) => boolean): number {
  let low = 0;
  let high = elements.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const element = elements[middle];
    if (element !== undefined && fulfils(element)) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
