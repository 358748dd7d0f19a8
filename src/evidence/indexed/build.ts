import { createHash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";
import { crc32 } from "node:zlib";
import { BadInput } from "../../findings/bad-input.js";
import type { ReadOn } from "../../findings/byte-window.js";
import { refuseDuplicateKeys } from "../../findings/duplicate-keys.js";
import { decoded, openStream, streamProblem } from "../../findings/file-stream.js";
import type { FindingsFile, Skipped } from "../../findings/findings-file.js";
import { readPiece } from "../../findings/format.js";
import { jsonPieces, NotJson } from "../../findings/json-stream.js";
import { FINDINGS } from "../../findings/json-values.js";
import { holderNamed, saidByArn, weigh } from "../weigh.js";
import { BlockWriter } from "./blocks.js";
import { holderIn } from "./damage.js";
import { entryByte, writeEnd } from "./file.js";
import { keysOf, numberBytes } from "./names.js";
import { outcomeOf, Outcomes, RollBook, Tally, UNDECIDED } from "./outcomes.js";
import { IN_INDEX, SLICE_LENGTH, sliceBytes, SliceReader, slicesFrom } from "./slices.js";
import { Sorter, writeAll } from "./sorter.js";

/**
 * Reads findings files (absolute paths) as streams and writes their index to `draft`, a path that nobody else uses; memory does not
 * grow with them. Other files are beside it meanwhile. Returns the SHA-256 of each file in hex. Throws `BadInput`.
 */
export function buildIndex(paths: readonly string[], draft: string, version: string): readonly string[] {
  const statements = new Sorter(`${draft}-statements`, OUTCOME_LENGTH + SLICE_LENGTH);
  const keys = new Sorter(`${draft}-keys`, 4);
  const file = openSync(draft, "wx+");
  const slices = new SliceReader(paths, file);
  try {
    const skipped = new Tally();
    const outcomes = new Outcomes();
    const strangers = new Strangers();
    const { digests, end } = readAll(paths, file, { statements, outcomes, strangers, skipped });
    const arns = new BlockWriter(file, end);
    const rolls = { principals: new RollBook(), policies: new RollBook(), settled: new RollBook() };
    let allMarks = 0;
    for (const { arn, outcome, bytes } of byArn(statements)) {
      strangers.refuseBefore(arn);
      const { table, marks, skipped: notCounted } = outcomes.get(outcome) ?? outcomeOf(weigh(arn, slices.said(arn, slicesFrom(bytes)), null));
      skipped.add(notCounted);
      const holder = holderIn(arn);
      if (table !== null) rolls[table].add(holder);
      allMarks |= marks;
      const number = numberBytes(arns.add(arn, Buffer.concat([entryByte(table, marks), bytes])));
      for (const key of keysOf(holder)) keys.add(key, number);
    }
    strangers.refuseBefore(null);
    const { at, table } = arns.end();
    const names = new BlockWriter(file, at);
    for (const { key, value } of keys.sorted()) names.add(key, value);
    const written = names.end();
    const about = { version, digests: [...digests], fingerprint: fingerprintOf(digests), skipped: [...skipped.counts()] };
    const tables = { arns: table, names: written.table };
    writeEnd(file, written.at, tables, {
      ...about,
      rolls: { principals: rolls.principals.roll(), policies: rolls.policies.roll(), settled: rolls.settled.roll() },
      marks: allMarks,
    });
    return digests;
  } finally {
    statements.remove();
    keys.remove();
    slices.close();
    closeSync(file);
  }
}

/** SHA-256 in hex over the contents of files, whatever their paths and order. */
export function fingerprintOf(digests: readonly string[]): string {
  const hash = createHash("sha256");
  for (const digest of [...digests].sort()) hash.update(digest);
  return hash.digest("hex");
}

const OUTCOME_LENGTH = 2;

/** Sorts what all files say by ARN. What is not in UTF-8 is copied to the index, up to `end`. */
function readAll(
  paths: readonly string[],
  file: number,
  { statements, outcomes, strangers, skipped }: { readonly statements: Sorter; readonly outcomes: Outcomes; readonly strangers: Strangers; readonly skipped: Tally },
): { readonly digests: readonly string[]; readonly end: number } {
  let end = 0;
  const digests = paths.map((path, number) => {
    const stream = openStream(path);
    try {
      if (stream.encoding === "utf-8") {
        readOne(path, stream.readOn, number, 0);
        return stream.digest();
      }
      const from = end;
      for (const text of decoded(path, stream)) {
        const bytes = Buffer.from(text);
        writeAll(file, bytes);
        end += bytes.length;
      }
      readOne(path, copied(file, from, end), IN_INDEX, from);
      return stream.digest();
    } catch (error) {
      throw streamProblem(path, error);
    } finally {
      stream.close();
    }
  });
  return { digests, end };

  function readOne(path: string, readOn: ReadOn, number: number, start: number): void {
    let isEmpty = true;
    for (const piece of jsonPieces(readOn)) {
      isEmpty = false;
      refuseDuplicateKeys([path, ...piece.within], piece.text, piece.value, FINDINGS);
      const read = readPiece(path, piece);
      skipped.add(read.skipped);
      const said = saidByArn(read);
      if (said.size === 0) continue;
      const { from, to, bytes, list } = piece;
      const slice = sliceBytes({ file: number, from: start + from, length: to - from, crc: crc32(bytes), list });
      for (const [arn, own] of said) {
        // Nobody can have such an ARN: it is only counted.
        if (holderNamed(arn) === null) skipped.add(strangers.skipped(arn, own));
        else statements.add(arn, Buffer.concat([outcomeBytes(outcomes.of(arn, own)), slice]));
      }
    }
    if (isEmpty) throw new NotJson(1, true);
  }
}

/** Those whose ARN is none that findings can be about. What is wrong is said when everything was read, in the order of the ARNs. */
class Strangers {
  #refused: { readonly arn: string; readonly problem: BadInput } | null = null;

  /** How a statement about one counts. */
  skipped(arn: string, said: FindingsFile): readonly Skipped[] {
    try {
      return weigh(arn, [said], null).skipped;
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
      if (this.#refused === null || arn < this.#refused.arn) this.#refused = { arn, problem: error };
      return [];
    }
  }

  /** Throws `BadInput` for those before an ARN; null: for all. */
  refuseBefore(arn: string | null): void {
    if (this.#refused !== null && (arn === null || this.#refused.arn < arn)) throw this.#refused.problem;
  }
}

function copied(file: number, from: number, end: number): ReadOn {
  let at = from;
  return (into) => {
    const count = at === end ? 0 : readSync(file, into, 0, Math.min(into.length, end - at), at);
    at += count;
    return count;
  };
}

function outcomeBytes(outcome: number): Buffer {
  const bytes = Buffer.allocUnsafe(OUTCOME_LENGTH);
  bytes.writeUInt16LE(outcome);
  return bytes;
}

interface Statements {
  readonly arn: string;
  /** What one statement by itself comes to. */
  readonly outcome: number;
  /** The slices of all. */
  readonly bytes: Buffer;
}

function* byArn(statements: Sorter): Generator<Statements, void, undefined> {
  let arn: string | null = null;
  let values: Buffer[] = [];
  const together = (of: string): Statements => ({
    arn: of,
    outcome: values.length === 1 ? (values[0]?.readUInt16LE() ?? UNDECIDED) : UNDECIDED,
    bytes: Buffer.concat(values.map((value) => value.subarray(OUTCOME_LENGTH))),
  });
  for (const { key, value } of statements.sorted()) {
    if (arn !== null && key !== arn) {
      yield together(arn);
      values = [];
    }
    arn = key;
    values.push(Buffer.from(value));
  }
  if (arn !== null) yield together(arn);
}
