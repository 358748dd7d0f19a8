import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { BadInput, badPlace } from "./findings/bad-input.js";
import { CLOCK_TICK } from "./findings/file-memo.js";
import { builtInCatalogue, readCatalogue, type Catalogue } from "./iam/catalogue.js";

const REMEDY = "make it anew with `least-privilege catalogue`, or leave it out to use the built-in one";

interface Loaded {
  readonly modified: number;
  readonly size: number;
  readonly readAt: number;
  readonly digest: string;
  readonly catalogue: Catalogue;
}

const loaded = new Map<string, Loaded>();

/**
 * The catalogue in a file (absolute path) that `least-privilege catalogue` wrote; without a path, the built-in one. The same
 * object is returned for as long as the file does not change: it is read again when its modification time or size has
 * changed. Throws `BadInput`.
 */
export function loadCatalogue(path: string | undefined): Catalogue {
  return path === undefined ? builtInCatalogue() : fromFile(path).catalogue;
}

/** SHA-256 in hex of a catalogue file. Throws `BadInput`. */
export function catalogueFingerprint(path: string): string {
  return fromFile(path).digest;
}

function fromFile(path: string): Loaded {
  const { mtimeMs: modified, size } = attempt(path, () => statSync(path));
  const known = loaded.get(path);
  const unchanged = known?.modified === modified && known.size === size;
  if (unchanged && Math.abs(known.readAt - modified) > CLOCK_TICK) return known;
  const readAt = Date.now();
  const bytes = attempt(path, () => readFileSync(path));
  const digest = createHash("sha256").update(bytes).digest("hex");
  const catalogue = known?.digest === digest ? known.catalogue : whole(path, bytes.toString("utf8"));
  const result = { modified, size, readAt, digest, catalogue };
  loaded.set(path, result);
  return result;
}

/** Every line is looked at here, so that no rule meets a damaged one. */
function whole(path: string, text: string): Catalogue {
  try {
    const catalogue = readCatalogue(text, { name: `${path}: the action catalogue`, remedy: REMEDY });
    for (const service of catalogue.services()) catalogue.actions(service);
    return catalogue;
  } catch (error) {
    throw new BadInput(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function attempt<Result>(path: string, access: () => Result): Result {
  try {
    return access();
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
    const reasons: Readonly<Record<string, string>> = {
      ENOENT: "there is no such file",
      ENOTDIR: "there is no such file",
      EISDIR: "this is a folder, not a catalogue",
      EACCES: "the file cannot be read (permission denied)",
    };
    throw badPlace([path], reasons[code] ?? `the file cannot be read (${code})`, `correct the name, or ${REMEDY}`);
  }
}
