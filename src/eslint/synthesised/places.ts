import { readFileSync, statSync } from "node:fs";
import { extname, resolve } from "node:path";
import type { CdkOut, CreationFrame, SynthesisedPrincipal } from "../../deployed/cdk-out.js";
import type { UnnamedCreation } from "../../model/principal.js";
import { positionAt } from "../../model/text.js";
import { digestOf } from "../traced/digests.js";
import type { KnownStates } from "../traced/moved.js";

/** The file that is looked at, and what its text is to the one on the disk. */
export interface OwnFile {
  readonly path: string;
  readonly movedFrom: KnownStates["movedFrom"];
}

/** Where stack traces of a synthesis place a creation. */
export interface CreationPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/**
 * Null when a synthesis does not tell it apart from others by its place: the file was written after the synthesis, or is looked at with
 * more changes than our own edits, or nothing in the synthesis was created in it, by its path there; or the class that is created is the
 * project's own, whose places come before it.
 */
export function placeIn({ modified, principals }: CdkOut, { file, offset, isDerived }: UnnamedCreation, own: OwnFile): CreationPlace | null {
  if (isDerived || !principals.some(({ frames }) => frames.some((frame) => resolve(frame.file) === file))) return null;
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats?.isFile() !== true || stats.mtimeMs > modified) return null;
  const text = readFileSync(file, "utf8").replace(/^\uFEFF/u, "");
  const before = file === own.path ? offsetBefore(own, offset, text) : offset;
  return before !== null && /^new\b/u.test(text.slice(before, before + 4)) ? { file, ...positionAt(text, before) } : null;
}

/** Where on the disk a `new` of the text stands. */
function offsetBefore({ path, movedFrom }: OwnFile, offset: number, text: string): number | null {
  const digest = digestOf(path);
  const derived = digest === null ? null : movedFrom(digest);
  if (derived?.text !== text) return null;
  const starts = [...text.matchAll(/\bnew\b/gu)].map(({ index }) => index);
  return starts.find((start) => derived.moved(start) === offset) ?? null;
}

/** Was a principal made by the creation at this place? `unknown` when its frames are of none or of compiled files. */
export function isMadeAt(place: CreationPlace | null, { frames }: SynthesisedPrincipal): "yes" | "no" | "unknown" {
  const [innermost] = frames;
  if (place === null || innermost === undefined) return "unknown";
  const isAt = ({ file, line, column }: CreationFrame): boolean => line === place.line && column === place.column && resolve(file) === place.file;
  if (frames.some(isAt)) return "yes";
  return extname(innermost.file) === extname(place.file) ? "no" : "unknown";
}
