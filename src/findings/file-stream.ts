import { constants } from "node:buffer";
import { createHash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";
import { BadInput, badPlace } from "./bad-input.js";
import type { ReadOn } from "./byte-window.js";
import { attempt, encodingOf, readFile, statFile } from "./files.js";
import { readFindings } from "./format.js";
import { NotJson } from "./json-stream.js";
import { FINDINGS } from "./json-values.js";

/** A findings file that is read part by part. */
export interface FileStream {
  readonly encoding: "utf-8" | "utf-16le" | "utf-16be";
  readonly readOn: ReadOn;
  /** SHA-256 in hex of what was read so far. */
  digest(): string;
  close(): void;
}

/** Throws `BadInput`, as `readOn` does, too. */
export function openStream(path: string): FileStream {
  const file = attempt(path, () => openSync(path, "r"));
  try {
    const start = Buffer.alloc(2);
    attempt(path, () => readSync(file, start, 0, start.length, 0));
    const hash = createHash("sha256");
    return {
      encoding: encodingOf(start),
      readOn: (into) => {
        const count = attempt(path, () => readSync(file, into, 0, into.length, null));
        hash.update(into.subarray(0, count));
        return count;
      },
      digest: () => hash.digest("hex"),
      close: () => closeSync(file),
    };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

/** SHA-256 of a file's bytes, in hex. Throws `BadInput`. */
export function digestOf(path: string): string {
  const stream = openStream(path);
  try {
    const bytes = Buffer.allocUnsafe(1024 * 1024);
    while (stream.readOn(bytes) > 0);
    return stream.digest();
  } finally {
    stream.close();
  }
}

/** The text of a stream in UTF-16, part by part. Throws `BadInput`. */
export function* decoded(path: string, { encoding, readOn }: FileStream): Generator<string, void, undefined> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  const bytes = Buffer.allocUnsafe(1024 * 1024);
  try {
    for (let count = readOn(bytes); count > 0; count = readOn(bytes)) yield decoder.decode(bytes.subarray(0, count), { stream: true });
    yield decoder.decode();
  } catch (cause) {
    if (cause instanceof BadInput) throw cause;
    throw new BadInput(`${path}: the file is not text in ${encoding.toUpperCase()}: export the findings again ${FINDINGS.how}.`, { cause });
  }
}

/** What is wrong with a file that could not be read as a stream: as it is said of small files, unless the file is too large for that. */
export function streamProblem(path: string, error: unknown): unknown {
  if (!(error instanceof NotJson || error instanceof RangeError || error instanceof BadInput)) return error;
  if (statFile(path).size < constants.MAX_STRING_LENGTH) {
    try {
      readFindings(path, readFile(path).text);
    } catch (problem) {
      return problem;
    }
  }
  const remedy = `export the findings again ${FINDINGS.how}, or delete the file`;
  if (error instanceof NotJson) {
    const what = error.isTruncated ? "the JSON is truncated, what begins here is never closed" : "what begins here is not JSON";
    return badPlace([path, `line ${String(error.line)}`], what, remedy);
  }
  return error instanceof RangeError ? badPlace([path], error.message, remedy) : error;
}
