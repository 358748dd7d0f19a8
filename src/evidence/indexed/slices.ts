import { closeSync, openSync, readSync } from "node:fs";
import { crc32 } from "node:zlib";
import { BadInput } from "../../findings/bad-input.js";
import type { FindingsFile } from "../../findings/findings-file.js";
import { readPiece } from "../../findings/format.js";
import { saidByArn } from "../weigh.js";
import { DamagedIndex } from "./damage.js";

/** Where a statement about a principal stands. */
export interface Slice {
  /** The number of the file; `IN_INDEX` for one that stands in the index itself, because its file is not in UTF-8. */
  readonly file: number;
  readonly from: number;
  readonly length: number;
  readonly crc: number;
  readonly list: "findings" | "Findings" | null;
}

export const IN_INDEX = 0xffff_ffff;

export const SLICE_LENGTH = 19;

const LISTS = [null, "findings", "Findings"] as const;

export function sliceBytes({ file, from, length, crc, list }: Slice): Buffer {
  const bytes = Buffer.allocUnsafe(SLICE_LENGTH);
  let at = bytes.writeUInt32LE(file, 0);
  at = bytes.writeUIntLE(from, at, 6);
  at = bytes.writeUInt32LE(length, at);
  at = bytes.writeUInt32LE(crc, at);
  bytes.writeUInt8(LISTS.indexOf(list), at);
  return bytes;
}

/** Of as many slices as the bytes hold. */
export function slicesFrom(all: Uint8Array): readonly Slice[] {
  const bytes = Buffer.from(all.buffer, all.byteOffset, all.length);
  return Array.from({ length: bytes.length / SLICE_LENGTH }, (_each, index) => {
    const at = index * SLICE_LENGTH;
    return {
      file: bytes.readUInt32LE(at),
      from: bytes.readUIntLE(at + 4, 6),
      length: bytes.readUInt32LE(at + 10),
      crc: bytes.readUInt32LE(at + 14),
      list: LISTS[bytes.readUInt8(at + 18)] ?? null,
    };
  });
}

/** A file is not what its index is of. */
export class ChangedFile extends BadInput {}

/** An export may be in very many files. */
const MOST_OPEN = 64;

/** Reads statements where they stand. */
export class SliceReader {
  readonly #paths: readonly string[];
  readonly #index: number;
  readonly #open = new Map<number, number>();

  /** `index`: the index's open file. */
  constructor(paths: readonly string[], index: number) {
    this.#paths = paths;
    this.#index = index;
  }

  /** What the slices say of one ARN. Throws `ChangedFile` when a file was changed since, `DamagedIndex` when the index was. */
  said(arn: string, slices: readonly Slice[]): readonly FindingsFile[] {
    return slices.flatMap((slice) => {
      const path = this.#paths[slice.file] ?? "";
      const value: unknown = JSON.parse(this.#bytes(slice).toString("utf8"));
      return saidByArn(readPiece(path, { value, list: slice.list, within: [] })).get(arn) ?? [];
    });
  }

  close(): void {
    for (const file of this.#open.values()) closeSync(file);
    this.#open.clear();
  }

  #bytes({ file, from, length, crc }: Slice): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    const count = readSync(file === IN_INDEX ? this.#index : this.#opened(file), bytes, 0, length, from);
    if (count === length && crc32(bytes) === crc) return bytes;
    if (file === IN_INDEX) throw new DamagedIndex("a statement is not as it was written");
    throw new ChangedFile(`${this.#paths[file] ?? "findings"}: the file was changed while it was in use: run again.`);
  }

  #opened(file: number): number {
    const known = this.#open.get(file);
    if (known !== undefined) return known;
    for (const [oldest, descriptor] of this.#open) {
      if (this.#open.size < MOST_OPEN) break;
      closeSync(descriptor);
      this.#open.delete(oldest);
    }
    const path = this.#paths[file];
    if (path === undefined) throw new DamagedIndex("a file is missing");
    try {
      const descriptor = openSync(path, "r");
      this.#open.set(file, descriptor);
      return descriptor;
    } catch (cause) {
      throw new ChangedFile(`${path}: the file cannot be read any more: run again.`, { cause });
    }
  }
}
