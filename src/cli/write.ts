import { randomUUID } from "node:crypto";
import { access, constants, open, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/**
 * Replaces the text of a file in one step: whoever reads it sees the old text or the new one, also after a crash.
 * A symbolic link stays one; the file that it leads to is replaced. Permissions are kept:
 * a file that may not be written is not replaced either, although its folder would allow it.
 */
export async function writeAtomically(path: string, text: string): Promise<void> {
  const target = await realpath(path);
  const { mode } = await stat(target);
  await access(target, constants.W_OK);
  await putInPlace(target, text, mode & 0o7777);
}

/** A clause that completes "cannot be written, because …". */
export function whyNotWritten(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: "there is no such folder",
    ENOTDIR: "there is no such folder",
    EISDIR: "this is a folder",
    EACCES: "permission denied",
    EROFS: "the file system is read-only",
    ENOSPC: "the disk is full",
  };
  return reasons[code] ?? (error instanceof Error ? error.message : String(error));
}

/** As `writeAtomically`, and makes the file when there is none. */
export async function writeNew(path: string, text: string): Promise<void> {
  const isThere = await stat(path).then(
    () => true,
    () => false,
  );
  await (isThere ? writeAtomically(path, text) : putInPlace(path, text, null));
}

/** `mode`: the permissions that the file had; null for those that the umask leaves to a new one. */
async function putInPlace(target: string, text: string, mode: number | null): Promise<void> {
  const folder = dirname(target);
  // In the same folder, because a file cannot be renamed from one file system to another.
  const draft = join(folder, `.${basename(target)}.${randomUUID()}.tmp`);
  try {
    const file = await open(draft, "wx", mode ?? 0o666);
    try {
      await file.writeFile(text, "utf8");
      // The umask may have taken permissions away.
      if (mode !== null) await file.chmod(mode);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  await syncFolder(folder);
}

/** Makes the new name durable, where the system lets a folder be opened. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    // Windows cannot; the file's own text is safe already.
  }
}
