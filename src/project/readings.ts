import { basename, dirname, join } from "node:path";
import type { Dialect, Source, Unread } from "../dialects/dialect.js";
import { SyntaxProblem } from "../model/text.js";
import { digest, isSettled, listDirectory, readText, Recent, sameStamp, stampOf, systemCode, type Stamp } from "./disk.js";

/** What the files of one directory say. */
export interface DirectoryReadings {
  readonly own: unknown;
  readonly neighbours: readonly unknown[];
  readonly unread: readonly Unread[];
}

interface FileMemo {
  readonly stamp: Stamp;
  readonly readAt: number;
  readonly digest: string;
  readonly outcome: Outcome;
}

type Outcome = { readonly kind: "read"; readonly reading: unknown } | { readonly kind: "unread"; readonly why: string };

interface DirectoryMemo {
  readonly stamp: Stamp;
  readonly listedAt: number;
  readonly names: readonly string[];
  /** By file name. */
  readonly files: Map<string, FileMemo>;
}

/** Enough for runs that go from directory to directory; what falls out is read again. */
const MOST_DIRECTORIES = 256;

const memos = new Recent<DirectoryMemo>(MOST_DIRECTORIES);

/**
 * Reads a file and its neighbours in one dialect. The file's own text is the one given, whatever the disk says; neighbours
 * are read from disk. As long as no file changes, the same readings are handed out, so that whoever binds them can share
 * its work between the files of a directory. Throws a `SyntaxProblem` when the own text cannot be read.
 */
export function readDirectory<Reading>(dialect: Dialect<Reading>, source: Source): DirectoryReadings {
  const directory = dirname(source.path);
  const ownName = basename(source.path);
  const unread: Unread[] = [];
  const memo = directoryMemo(dialect, directory, unread);
  const neighbours: unknown[] = [];
  for (const name of memo?.names ?? []) {
    if (name === ownName) continue;
    const path = join(directory, name);
    const outcome = fileOutcome(dialect, path, name, memo);
    if (outcome?.kind === "read") neighbours.push(outcome.reading);
    else if (outcome?.kind === "unread") unread.push({ path, why: outcome.why });
  }
  return { own: ownReading(dialect, source, ownName, memo), neighbours, unread };
}

/** Null when there is no such directory: the text does not come from the disk. */
function directoryMemo(dialect: Dialect<unknown>, directory: string, unread: Unread[]): DirectoryMemo | null {
  const key = `${dialect.name}:${directory}`;
  try {
    const listedAt = Date.now();
    const stamp = stampOf(directory, "directory");
    if (stamp === null) return null;
    const known = memos.get(key);
    if (known !== undefined && sameStamp(known.stamp, stamp) && isSettled(stamp, known.listedAt)) return known;
    const names = listDirectory(directory)
      .filter((entry) => !entry.isDirectory() && dialect.claims(join(directory, entry.name)))
      .map((entry) => entry.name)
      .sort();
    const files = known?.files ?? new Map<string, FileMemo>();
    const present = new Set(names);
    for (const name of files.keys()) if (!present.has(name)) files.delete(name);
    const memo: DirectoryMemo = { stamp, listedAt, names, files };
    memos.set(key, memo);
    return memo;
  } catch (error) {
    const code = systemCode(error);
    if (code === null) throw error;
    unread.push({ path: directory, why: `it cannot be listed: ${code}` });
    return null;
  }
}

/** Null for a file that is gone. */
function fileOutcome(dialect: Dialect<unknown>, path: string, name: string, memo: DirectoryMemo | null): Outcome | null {
  try {
    const readAt = Date.now();
    const stamp = stampOf(path, "file");
    if (stamp === null) return null;
    const known = memo?.files.get(name);
    if (known !== undefined && sameStamp(known.stamp, stamp) && isSettled(stamp, known.readAt)) return known.outcome;
    const text = readText(path);
    const print = digest(text);
    const outcome = known?.digest === print ? known.outcome : read(dialect, { path, text, tree: null, principals: [] });
    memo?.files.set(name, { stamp, readAt, digest: print, outcome });
    return outcome;
  } catch (error) {
    const code = systemCode(error);
    if (code === null) throw error;
    return code === "ENOENT" ? null : { kind: "unread", why: code };
  }
}

function read(dialect: Dialect<unknown>, source: Source): Outcome {
  try {
    return { kind: "read", reading: dialect.read(source) };
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    return { kind: "unread", why: error.message.replace(/\.$/u, "") };
  }
}

/** The reading of the disk's text when the own text is the same, so that all files of a directory share it. */
function ownReading(dialect: Dialect<unknown>, source: Source, name: string, memo: DirectoryMemo | null): unknown {
  if (memo?.names.includes(name) === true) {
    const outcome = fileOutcome(dialect, source.path, name, memo);
    if (outcome?.kind === "read" && memo.files.get(name)?.digest === digest(source.text)) return outcome.reading;
  }
  return dialect.read(source);
}
