import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";

const digests = new Map<string, { readonly key: string; readonly checkedAt: number; readonly sha256: string | null }>();

/** A file is looked at once in a while only: each one is asked for with every other. */
const RECHECK_AFTER = 500;

/** Of a file's bytes; null when there is no such file. */
export function digestOf(path: string): string | null {
  const known = digests.get(path);
  const now = Date.now();
  if (known !== undefined && now - known.checkedAt < RECHECK_AFTER) return known.sha256;
  const stats = statSync(path, { throwIfNoEntry: false });
  const key = stats === undefined ? "" : `${String(stats.mtimeMs)}/${String(stats.size)}`;
  const sha256 = known?.key === key ? known.sha256 : stats === undefined ? null : sha256Of(readFileSync(path));
  digests.set(path, { key, checkedAt: now, sha256 });
  return sha256;
}

export function sha256Of(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
