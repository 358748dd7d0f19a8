import { basename, dirname, join } from "node:path";
import type { Dialect, DirectoryReadings, Source, Unread } from "../dialects/dialect.js";
import { SyntaxProblem } from "../model/text.js";
import { digest, isSettled, listDirectory, readText, Recent, sameStamp, stampOf, systemCode, type Stamp } from "./disk.js";

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

/** The file that is looked at, which counts as it was given. */
interface Given<Reading> {
  readonly path: string;
  readonly reading: Reading;
}

/** Answers by their readings: the same readings are handed out as the same array, so that who binds them can share its work. */
const lists = new WeakMap<object, DirectoryReadings<unknown>[]>();
const NONE: DirectoryReadings<never> = { readings: [], unread: [] };

/** Reads the files of a directory from disk, all but the given one. */
export function readDirectory<Reading>(dialect: Dialect<Reading>, directory: string, given: Given<Reading> | null): DirectoryReadings<Reading> {
  const unread: Unread[] = [];
  const memo = directoryMemo(dialect, directory, unread);
  const read: { readonly path: string; readonly reading: Reading }[] = given === null ? [] : [given];
  for (const name of memo?.names ?? []) {
    const path = join(directory, name);
    if (path === given?.path) continue;
    const outcome = fileOutcome(dialect, path, name, memo);
    // A memo is of one dialect: its readings are what that dialect reads.
    if (outcome?.kind === "read") read.push({ path, reading: outcome.reading as Reading });
    else if (outcome?.kind === "unread") unread.push({ path, why: outcome.why });
  }
  const readings = read.sort((a, b) => (a.path < b.path ? -1 : 1)).map(({ reading }) => reading);
  const [first] = readings;
  if (typeof first !== "object" || first === null) return readings.length + unread.length === 0 ? NONE : { readings, unread };
  const known = lists.get(first) ?? [];
  lists.set(first, known);
  const same = known.find((other) => sameReadings(other, readings, unread));
  if (same !== undefined) return same as DirectoryReadings<Reading>;
  const made = { readings, unread };
  known.push(made);
  return made;
}

function sameReadings(a: DirectoryReadings<unknown>, readings: readonly unknown[], unread: readonly Unread[]): boolean {
  return (
    a.readings.length === readings.length &&
    a.unread.length === unread.length &&
    a.readings.every((reading, index) => reading === readings[index]) &&
    a.unread.every(({ path, why }, index) => path === unread[index]?.path && why === unread[index].why)
  );
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

/**
 * The reading of a file's given text: the one of the disk when the text is the same there, so that all files of a directory
 * share it. Throws a `SyntaxProblem` when it cannot be read.
 */
export function readFileIn<Reading>(dialect: Dialect<Reading>, source: Source): Reading {
  if (dialect.scope === "file") return dialect.read(source);
  const name = basename(source.path);
  const memo = directoryMemo(dialect, dirname(source.path), []);
  if (memo?.names.includes(name) === true) {
    const outcome = fileOutcome(dialect, source.path, name, memo);
    if (outcome?.kind === "read" && memo.files.get(name)?.digest === digest(source.text)) return outcome.reading as Reading;
  }
  return dialect.read(source);
}
