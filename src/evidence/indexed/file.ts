import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { crc32 } from "node:zlib";
import * as z from "zod/mini";
import { BlockReader, checkedBytes, tableBytes, tableFrom, type BlockTable } from "./blocks.js";
import { DamagedIndex } from "./damage.js";
import { writeAll } from "./sorter.js";

/** An index says this at its end; another layout has another number. */
const MAGIC = "LPINDEX1";
const TRAILER_LENGTH = 32;

/** The tables that a principal or managed policy may be in; as in `Evidence`. */
export const TABLES = ["principals", "policies", "settled"] as const;

export type TableName = (typeof TABLES)[number];

/** What else may be said of it. */
export const MARKS = { count: 1, credentials: 2, recommendations: 4 } as const;

const NO_TABLE = TABLES.length;

/** The first byte of what is kept with an ARN. The slices follow. */
export function entryByte(table: TableName | null, marks: number): Buffer {
  return Buffer.of((table === null ? NO_TABLE : TABLES.indexOf(table)) | (marks << 4));
}

export function tableIn([byte = NO_TABLE]: Uint8Array): TableName | null {
  return TABLES[byte & 0x0f] ?? null;
}

export function hasMark([byte = 0]: Uint8Array, mark: number): boolean {
  return ((byte >> 4) & mark) !== 0;
}

const partSchema = z.strictObject({ at: z.number(), length: z.number(), crc: z.number() });

const rollSchema = z.strictObject({
  size: z.number(),
  /** By kind, in the order of the ARNs. */
  accounts: z.record(z.string(), z.array(z.string())),
});

const metaSchema = z.strictObject({
  /** Of the package that built it: another one may merge findings otherwise. */
  version: z.string(),
  /** SHA-256 of each file's bytes in hex, by the numbers that slices call them by. */
  digests: z.array(z.string()),
  fingerprint: z.string(),
  skipped: z.array(z.strictObject({ reason: z.string(), count: z.number() })),
  rolls: z.strictObject({ principals: rollSchema, policies: rollSchema, settled: rollSchema }),
  /** Those of any ARN. */
  marks: z.number(),
  arns: partSchema,
  names: partSchema,
});

export type Meta = z.infer<typeof metaSchema>;
export type Roll = z.infer<typeof rollSchema>;
type Part = z.infer<typeof partSchema>;

/** Ends an index whose blocks are written: the tables, what is known of the whole, and how long all is. */
export function writeEnd(file: number, from: number, tables: Record<"arns" | "names", BlockTable>, about: Omit<Meta, "arns" | "names">): void {
  let at = from;
  const write = (bytes: Buffer): Part => {
    writeAll(file, bytes);
    const part = { at, length: bytes.length, crc: crc32(bytes) };
    at += bytes.length;
    return part;
  };
  const arns = write(tableBytes(tables.arns));
  const names = write(tableBytes(tables.names));
  const meta: Meta = { ...about, arns, names };
  const { at: metaAt, length, crc } = write(Buffer.from(JSON.stringify(meta)));
  const trailer = Buffer.alloc(TRAILER_LENGTH);
  trailer.write(MAGIC, 0, "latin1");
  trailer.writeUIntLE(metaAt, 8, 6);
  trailer.writeUInt32LE(length, 14);
  trailer.writeUInt32LE(crc, 18);
  trailer.writeUIntLE(at + TRAILER_LENGTH, 22, 6);
  trailer.writeUInt32LE(crc32(trailer.subarray(0, 28)), 28);
  writeAll(file, trailer);
}

export interface OpenIndex {
  readonly file: number;
  readonly meta: Meta;
  readonly arns: BlockReader;
  readonly names: BlockReader;
}

/** Null when there is none. Throws `DamagedIndex` when there is one that cannot be used. */
export function openIndex(path: string, version: string): OpenIndex | null {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw new DamagedIndex("it cannot be read");
  }
  try {
    const meta = metaOf(file);
    if (meta.version !== version) throw new DamagedIndex("it is of another version");
    const table = (part: Part): BlockReader => new BlockReader(file, tableFrom(checkedBytes(file, part)));
    return { file, meta, arns: table(meta.arns), names: table(meta.names) };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

function metaOf(file: number): Meta {
  const { size } = fstatSync(file);
  const trailer = Buffer.alloc(TRAILER_LENGTH);
  const count = readSync(file, trailer, 0, TRAILER_LENGTH, Math.max(0, size - TRAILER_LENGTH));
  const isWhole =
    count === TRAILER_LENGTH &&
    trailer.toString("latin1", 0, 8) === MAGIC &&
    crc32(trailer.subarray(0, 28)) === trailer.readUInt32LE(28) &&
    trailer.readUIntLE(22, 6) === size;
  if (!isWhole) throw new DamagedIndex("its end is not as it was written");
  const bytes = checkedBytes(file, { at: trailer.readUIntLE(8, 6), length: trailer.readUInt32LE(14), crc: trailer.readUInt32LE(18) });
  const meta = metaSchema.safeParse(JSON.parse(bytes.toString("utf8")));
  if (!meta.success) throw new DamagedIndex("it is of another version");
  return meta.data;
}
