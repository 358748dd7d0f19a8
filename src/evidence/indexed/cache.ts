import { createHash, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import * as z from "zod/mini";
import { BadInput } from "../../findings/bad-input.js";
import { CLOCK_TICK } from "../../findings/file-memo.js";
import { digestOf } from "../../findings/file-stream.js";
import { buildIndex, fingerprintOf } from "./build.js";
import { DamagedIndex } from "./damage.js";
import { openIndex, type OpenIndex } from "./file.js";

/** A findings file as the system shows it. */
export interface FileState {
  /** Absolute. */
  readonly path: string;
  readonly size: number;
  /** Of its last change, in milliseconds. */
  readonly modified: number;
}

/** Where indexes are kept: where `location` says, relative to `root`; otherwise with the caches of other tools of the project, or of the user. */
export function cacheFolder(location: string | undefined, root: string): string {
  if (location !== undefined) return resolve(root, location);
  const modules = join(root, "node_modules");
  return existsSync(modules) ? join(modules, ".cache", NAME) : join(userCache(), NAME);
}

const NAME = "least-privilege";

function userCache(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (process.platform === "win32") return LOCALAPPDATA ?? join(homedir(), "AppData", "Local");
  if (process.platform === "darwin") return join(homedir(), "Library", "Caches");
  return XDG_CACHE_HOME === undefined || XDG_CACHE_HOME === "" ? join(homedir(), ".cache") : resolve(XDG_CACHE_HOME);
}

/** Indexes of other findings that stay, when a new one is built. */
const KEPT = 3;

/** What an abandoned build leaves is removed after a day. */
const ABANDONED = 24 * 60 * 60 * 1000;

/** An index, and the files that its slices are of, in the order of their numbers. */
export interface FoundIndex {
  readonly index: OpenIndex;
  readonly paths: readonly string[];
  readonly digests: readonly string[];
}

/**
 * The index of the files, built when there is none that can be used. It is found by the contents of the files; that these are as they
 * were is known by their sizes and times, as long as they stay. Several processes may do this at once: each builds for itself, and
 * what is there under its final name is always whole. Throws `BadInput`.
 */
export function indexOf(files: readonly FileState[], folder: string, version: string): FoundIndex {
  makeFolder(folder);
  const stamp = stampPath(folder, files);
  const digests = stamped(stamp, files) ?? (hasIndexes(folder) ? digestsOf(stamp, files) : null);
  if (digests !== null) {
    const found = existing(files, digests, folder, version);
    if (found !== null) return found;
  }
  const built = build(files, stamp, folder, version);
  const found = existing(files, built, folder, version);
  if (found === null) throw unusable(folder, "what was written there is gone");
  return found;
}

/** Of the same files, whatever is there. */
export function rebuiltIndex(files: readonly FileState[], folder: string, version: string): FoundIndex {
  const digests = build(files, stampPath(folder, files), folder, version);
  const found = existing(files, digests, folder, version);
  if (found === null) throw unusable(folder, "what was written there is damaged at once");
  return found;
}

function existing(files: readonly FileState[], digests: readonly string[], folder: string, version: string): FoundIndex | null {
  const path = indexPath(folder, digests);
  try {
    const index = openIndex(path, version);
    if (index === null || !isSame(digests, index.meta.digests)) return null;
    const now = new Date();
    ignoringProblems(() => utimesSync(path, now, now));
    return { index, paths: pathsOf(files, digests, index.meta.digests), digests };
  } catch (error) {
    if (error instanceof DamagedIndex) return null;
    throw error;
  }
}

function isSame(digests: readonly string[], numbered: readonly string[]): boolean {
  return digests.length === numbered.length && numbered.every((digest) => digests.includes(digest));
}

/** The files may be called otherwise than when the index was built; of several with the same contents the first one counts. */
function pathsOf(files: readonly FileState[], digests: readonly string[], numbered: readonly string[]): readonly string[] {
  const byDigest = new Map(digests.map((digest, index): [string, string] => [digest, files[index]?.path ?? ""]).reverse());
  return numbered.map((digest) => byDigest.get(digest) ?? "");
}

function indexPath(folder: string, digests: readonly string[]): string {
  return join(folder, `${fingerprintOf(digests)}.index`);
}

function hasIndexes(folder: string): boolean {
  return readdirSync(folder).some((name) => name.endsWith(".index"));
}

function stampPath(folder: string, files: readonly FileState[]): string {
  return join(folder, `${createHash("sha256").update(JSON.stringify(files)).digest("hex").slice(0, 32)}.stamp`);
}

/** Sizes and times do not tell that the files are as they were: they are read again when their index is asked for. */
export function distrust(files: readonly FileState[], folder: string): void {
  ignoringProblems(() => rmSync(stampPath(folder, files), { force: true }));
}

const stampSchema = z.strictObject({ files: z.array(z.strictObject({ path: z.string(), size: z.number(), modified: z.number() })), digests: z.array(z.string()), readAt: z.number() });

/** The digests of the files, when they were read before and are the same. */
function stamped(stamp: string, files: readonly FileState[]): readonly string[] | null {
  const read = ignoringProblems((): unknown => JSON.parse(readFileSync(stamp, "utf8")));
  const result = stampSchema.safeParse(read);
  if (!result.success || JSON.stringify(result.data.files) !== JSON.stringify(files) || result.data.digests.length !== files.length) return null;
  const { digests, readAt } = result.data;
  return files.every(({ modified }) => Math.abs(readAt - modified) > CLOCK_TICK) ? digests : null;
}

function digestsOf(stamp: string, files: readonly FileState[]): readonly string[] {
  const readAt = Date.now();
  const digests = files.map(({ path }) => digestOf(path));
  writeStamp(stamp, files, digests, readAt);
  return digests;
}

function writeStamp(stamp: string, files: readonly FileState[], digests: readonly string[], readAt: number): void {
  const draft = `${stamp}-${randomUUID()}${DRAFT}`;
  // Without a stamp the files are read again: that is slow, and nothing else.
  ignoringProblems(() => {
    writeFileSync(draft, JSON.stringify({ files, digests, readAt }));
    renameSync(draft, stamp);
  });
}

const DRAFT = ".draft";

function build(files: readonly FileState[], stamp: string, folder: string, version: string): readonly string[] {
  const draft = join(folder, `${randomUUID()}${DRAFT}`);
  try {
    const readAt = Date.now();
    const digests = buildIndex(files.map(({ path }) => path), draft, version);
    const path = indexPath(folder, digests);
    prune(folder);
    move(draft, path);
    writeStamp(stamp, files, digests, readAt);
    return digests;
  } catch (error) {
    rmSync(draft, { force: true });
    if (error instanceof BadInput || !(error instanceof Error) || !("code" in error)) throw error;
    throw unusable(folder, error.message);
  }
}

/** Where a file that is open cannot be replaced, the one that is there is as good. */
function move(draft: string, path: string): void {
  try {
    renameSync(draft, path);
  } catch (error) {
    if (!existsSync(path)) throw error;
    rmSync(draft, { force: true });
  }
}

/** Old indexes are as large as they are useless. */
function prune(folder: string): void {
  ignoringProblems(() => {
    const entries = readdirSync(folder).map((name) => ({ name, path: join(folder, name), used: statSync(join(folder, name)).mtimeMs }));
    const old = [".index", ".stamp"].flatMap((extension) =>
      entries
        .filter(({ name }) => name.endsWith(extension))
        .sort((a, b) => b.used - a.used)
        .slice(KEPT),
    );
    const abandoned = entries.filter(({ name, used }) => name.includes(DRAFT) && Date.now() - used > ABANDONED);
    for (const { path } of [...old, ...abandoned]) rmSync(path, { force: true });
  });
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (cause) {
    throw unusable(folder, cause instanceof Error ? cause.message : String(cause));
  }
}

function unusable(folder: string, why: string): BadInput {
  return new BadInput(
    `${folder}: the index of the findings cannot be kept there (${why}): make room, or name another folder with --cache-location or cacheLocation.`,
  );
}

/** Undefined when the system refuses. */
function ignoringProblems<Result>(act: () => Result): Result | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
