import { constants } from "node:buffer";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, realpathSync, statSync, type Stats } from "node:fs";
import { join, resolve } from "node:path";
import { globSync, isDynamicPattern } from "tinyglobby";
import { BadInput } from "./bad-input.js";
import { FINDINGS, type Exported } from "./json-values.js";

const EXPORT_NAME = /\.(?:json|jsonl|ndjson)$/i;

/**
 * The findings files that `patterns` name: files, folders (all their `.json`, `.jsonl` and `.ndjson`, recursively, except
 * below names that begin with a dot), and globs. Relative patterns start at `cwd`. The result is absolute, sorted, without
 * duplicates, and never empty. Throws `BadInput` when a pattern names nothing or cannot be read.
 */
export function findingsFiles(patterns: readonly string[], cwd: string): string[] {
  if (patterns.length === 0) {
    throw new BadInput("findings: no file is named: name the files, folders or globs of the exported findings.");
  }
  return [...new Set(patterns.flatMap((pattern) => filesOf(pattern, cwd)))].sort();
}

function filesOf(pattern: string, cwd: string): readonly string[] {
  if (pattern.trim() === "") {
    throw new BadInput("findings: one of the names is empty: name the files, folders or globs of the exported findings.");
  }
  const path = resolve(cwd, pattern);
  const stats = attempt(path, () => statSync(path, { throwIfNoEntry: false }));
  if (stats?.isDirectory() === true) return filesOfFolder(path);
  if (stats !== undefined) return [path];
  if (!isDynamicPattern(pattern)) {
    throw new BadInput(`${path}: there is no such file or folder: correct the name, or export the findings to it.`);
  }
  // Windows users write globs with backslashes; elsewhere a backslash escapes.
  const portable = process.platform === "win32" ? pattern.replaceAll("\\", "/") : pattern;
  const found = attempt(path, () => globSync(portable, { cwd, absolute: true, expandDirectories: false }));
  if (found.length === 0) {
    throw new BadInput(`${path}: no file matches this glob: correct it, or export the findings to where it points.`);
  }
  return found.map((file) => resolve(file));
}

function filesOfFolder(folder: string): readonly string[] {
  const files: string[] = [];
  const visited = new Set<string>();
  const folders = [folder];
  for (let at = folders.pop(); at !== undefined; at = folders.pop()) {
    const directory = at;
    // Symbolic links may lead back up.
    const real = attempt(directory, () => realpathSync(directory));
    if (visited.has(real)) continue;
    visited.add(real);
    for (const entry of attempt(directory, () => readdirSync(directory, { withFileTypes: true }))) {
      if (entry.name.startsWith(".")) continue;
      const path = join(directory, entry.name);
      const kind = entry.isSymbolicLink() ? attempt(path, () => statSync(path)) : entry;
      if (kind.isDirectory()) folders.push(path);
      else if (EXPORT_NAME.test(entry.name)) files.push(path);
    }
  }
  if (files.length === 0) {
    throw new BadInput(`${folder}: the folder has no .json, .jsonl or .ndjson file: export the findings to it, or name another.`);
  }
  return files;
}

/** Throws `BadInput` when the file is gone or unreachable. */
export function statFile(path: string): Stats {
  return attempt(path, () => statSync(path));
}

/** An exported file's text, without byte order mark, and the SHA-256 of its bytes in hex. Throws `BadInput`. */
export function readFile(path: string, exported = FINDINGS): { readonly text: string; readonly digest: string } {
  const bytes = attempt(path, () => readFileSync(path));
  return { text: decoded(path, bytes, exported), digest: createHash("sha256").update(bytes).digest("hex") };
}

function decoded(path: string, bytes: Uint8Array, { what, how }: Exported): string {
  if (bytes.length > constants.MAX_STRING_LENGTH) {
    throw new BadInput(`${path}: the file is larger than 512 MB: split it, for example into one file a finding.`);
  }
  const archive = archiveOf(bytes);
  if (archive !== null) throw new BadInput(`${path}: the file is compressed (${archive}): unpack it, and name what it holds.`);
  const encoding = encodingOf(bytes);
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new BadInput(
      `${path}: the file is not text in ${encoding.toUpperCase()}: export ${what} again ${how}.`,
      { cause },
    );
  }
}

/** By the first bytes, whatever the file is called. */
function archiveOf([first, second, third]: Uint8Array): string | null {
  if (first === 0x1f && second === 0x8b) return "gzip";
  if (first === 0x50 && second === 0x4b && third === 0x03) return "zip";
  if (first === 0x28 && second === 0xb5 && third === 0x2f) return "zstd";
  return null;
}

/** Windows PowerShell's `>` writes UTF-16. JSON begins with an ASCII character, which shows it also without a mark. */
export function encodingOf([first, second]: Uint8Array): "utf-8" | "utf-16le" | "utf-16be" {
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0)) return "utf-16le";
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== 0)) return "utf-16be";
  return "utf-8";
}

/** What `access` gives. Throws `BadInput` when the system refuses. */
export function attempt<Result>(path: string, access: () => Result): Result {
  try {
    return access();
  } catch (cause) {
    if (cause instanceof BadInput) throw cause;
    throw new BadInput(`${path}: ${reason(cause)}: correct the name, make it readable, or leave it out.`, { cause });
  }
}

function reason(cause: unknown): string {
  const code = cause instanceof Error && "code" in cause ? cause.code : null;
  switch (code) {
    case "ENOENT":
      return "there is no such file";
    case "EACCES":
    case "EPERM":
      return "the file cannot be read (permission denied)";
    case "EISDIR":
      return "this is a folder";
    case "ERR_FS_FILE_TOO_LARGE":
      return "the file is larger than 2 GB";
    default:
      return `the file cannot be read (${cause instanceof Error ? cause.message : String(cause)})`;
  }
}
