import { readFile, statFile } from "./files.js";
import type { Exported } from "./json-values.js";

/** What a file holds. */
export interface FileContent<Value> {
  /** SHA-256 of its bytes, in hex. */
  readonly digest: string;
  readonly value: Value;
}

interface Known<Value> {
  readonly modified: number;
  readonly size: number;
  readonly readAt: number;
  readonly content: FileContent<Value>;
}

/** A file that was read within this many milliseconds of its change may change again without a new modification time. */
export const CLOCK_TICK = 50;

/**
 * Reads exported files, each again only when its modification time or size has changed; the same bytes give the same content.
 * Throws `BadInput`.
 */
export function fileMemo<Value>(exported: Exported, parse: (path: string, text: string) => Value): (path: string) => FileContent<Value> {
  const contents = new Map<string, Known<Value>>();
  return (path) => {
    const { mtimeMs: modified, size } = statFile(path);
    const known = contents.get(path);
    const unchanged = known?.modified === modified && known.size === size;
    if (unchanged && Math.abs(known.readAt - modified) > CLOCK_TICK) return known.content;
    const readAt = Date.now();
    const { text, digest } = readFile(path, exported);
    const content = known?.content.digest === digest ? known.content : { digest, value: parse(path, text) };
    contents.set(path, { modified, size, readAt, content });
    return content;
  };
}
