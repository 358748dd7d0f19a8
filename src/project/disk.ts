import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, realpathSync, statSync, type Dirent } from "node:fs";

/** What tells one state of a file or directory from another. */
export interface Stamp {
  readonly modified: number;
  readonly size: number;
}

/** Some file systems count time in steps of two seconds: what was just changed may change again without showing it. */
const COARSEST_TIME = 2_000;

/** May a memo of this state be trusted for as long as the stamp stays? `at` is when the state was read. */
export function isSettled({ modified }: Stamp, at: number): boolean {
  return at - modified > COARSEST_TIME;
}

export function sameStamp(a: Stamp, b: Stamp): boolean {
  return a.modified === b.modified && a.size === b.size;
}

/** Null when there is no such file or directory, or another kind of thing has its name. */
export function stampOf(path: string, kind: "file" | "directory"): Stamp | null {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return null;
  if (!(kind === "file" ? stats.isFile() : stats.isDirectory())) return null;
  return { modified: stats.mtimeMs, size: stats.size };
}

/** Where a path leads to, and whether its last part is a symbolic link; null when there is nothing. */
export function linkTarget(path: string): { readonly path: string; readonly isLink: boolean } | null {
  try {
    return { path: realpathSync(path), isLink: lstatSync(path).isSymbolicLink() };
  } catch (error) {
    if (systemCode(error) === null) throw error;
    return null;
  }
}

/** The text without its byte order mark, as ESLint hands it over. */
export function readText(path: string): string {
  return decode(readBytes(path));
}

export function readBytes(path: string): Buffer {
  return readFileSync(path);
}

export function decode(bytes: Buffer): string {
  const text = bytes.toString("utf8");
  return text.startsWith("\uFEFF") ? text.slice(1) : text;
}

export function listDirectory(path: string): readonly Dirent[] {
  return readdirSync(path, { withFileTypes: true });
}

export function digest(text: string): string {
  return createHash("sha1").update(text).digest("base64");
}

/** `EACCES` and the like; null for what is no error of the file system. */
export function systemCode(error: unknown): string | null {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;
}

/** Keeps the `most` latest used values. */
export class Recent<Value> {
  readonly #most: number;
  readonly #values = new Map<string, Value>();

  constructor(most: number) {
    this.#most = most;
  }

  get(key: string): Value | undefined {
    const value = this.#values.get(key);
    if (value === undefined) return undefined;
    this.#values.delete(key);
    this.#values.set(key, value);
    return value;
  }

  set(key: string, value: Value): void {
    this.#values.delete(key);
    this.#values.set(key, value);
    if (this.#values.size <= this.#most) return;
    const [oldest] = this.#values.keys();
    if (oldest !== undefined) this.#values.delete(oldest);
  }
}
