import { existsSync, readFileSync, statSync } from "node:fs";
import { findSourceMap, SourceMap } from "node:module";
import { dirname, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** A place in a source file: an absolute path, and line and column counted from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Where an action came from, or why no line of the user's says it; `why` completes "no source line, because …". */
export type Origin = { readonly place: Place } | { readonly why: string };

/** What a call stack says of the user's files. */
export interface Captured {
  readonly origin: Origin;
  /** Every file of the user's that took part (absolute paths). */
  readonly files: ReadonlySet<string>;
}

/** Grants of constructs within constructs are called over some 30 frames. */
const FRAMES = 60;

/** The user's line that the running call comes from: the first frame outside installed packages, Node and this package. */
export function capture(): Captured {
  const { frames, formerly } = callSites();
  const files = new Set<string>();
  let first: Origin | null = null;
  for (const [index, frame] of frames.entries()) {
    const file = userFile(frame);
    if (file === null) continue;
    const located = locate(frame, file, formerly);
    if ("place" in located) files.add(located.place.file);
    const callee = frames[index - 1];
    first ??= callee !== undefined && userFile(callee) === null && isSynthesis(callee) ? { why: "it is made while the app is synthesised" } : located;
  }
  return { origin: first ?? { why: "no line of the app's own files is among the calls that made it" }, files };
}

type Prepare = (error: Error, frames: NodeJS.CallSite[]) => unknown;

interface CallSites {
  readonly frames: readonly NodeJS.CallSite[];
  /** What formats stacks otherwise: ts-node's knows the TypeScript lines. */
  readonly formerly: Prepare | null;
}

function callSites(): CallSites {
  const { stackTraceLimit } = Error;
  const formerly: unknown = Reflect.get(Error, "prepareStackTrace");
  const seen: NodeJS.CallSite[] = [];
  try {
    Error.stackTraceLimit = FRAMES;
    Error.prepareStackTrace = (_, frames) => {
      seen.push(...frames);
      return "";
    };
    const holder = { stack: "" };
    Error.captureStackTrace(holder, callSites);
    // Some versions of V8 format a stack only when it is asked for.
    Reflect.get(holder, "stack");
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    if (formerly === undefined) Reflect.deleteProperty(Error, "prepareStackTrace");
    else Reflect.set(Error, "prepareStackTrace", formerly);
  }
  const prepare: Prepare | null = typeof formerly === "function" ? (error, frames): unknown => Reflect.apply(formerly, Error, [error, frames]) : null;
  return { frames: seen, formerly: prepare };
}

/** `src/cdk-nag`, which may be a part of the app's own repository. */
const own = dirname(dirname(fileURLToPath(import.meta.url)));

const userFiles = new Map<string, string | null>();

/** The absolute path of the file that a frame runs in; null when it is not one of the user's. */
function userFile(frame: NodeJS.CallSite): string | null {
  const name = frame.getFileName();
  if (name == null) return null;
  const known = userFiles.get(name);
  if (known !== undefined) return known;
  const path = name.startsWith("file:") ? pathOfUrl(name) : name;
  const isUsers = path !== null && /^(?:\/|[A-Za-z]:[\\/]|\\\\)/u.test(path) && !/[\\/]node_modules[\\/]/u.test(path) && !path.startsWith(own + sep);
  userFiles.set(name, isUsers ? path : null);
  return isUsers ? path : null;
}

function pathOfUrl(url: string): string | null {
  try {
    return fileURLToPath(url.replace(/[?#].*$/u, ""));
  } catch {
    return null;
  }
}

/** `app.synth()` runs everything that waited for it, and `addStage` synthesises the stage: their lines say nothing. */
function isSynthesis(callee: NodeJS.CallSite): boolean {
  const name = callee.getMethodName() ?? callee.getFunctionName() ?? "";
  return /(?:^|\.)(?:synth|synthesize|addStage)$/u.test(name);
}

const located = new Map<string, Origin>();

function locate(frame: NodeJS.CallSite, file: string, formerly: Prepare | null): Origin {
  const [line, column] = [frame.getLineNumber(), frame.getColumnNumber()];
  if (line === null || column === null) return { why: `${file} is running without line numbers` };
  const key = `${file}:${String(line)}:${String(column)}`;
  let origin = located.get(key);
  if (origin === undefined) located.set(key, (origin = originOf(frame, { file, line, column }, formerly)));
  return origin;
}

function originOf(frame: NodeJS.CallSite, running: Place, formerly: Prepare | null): Origin {
  const map = findSourceMap(frame.getFileName() ?? "");
  if (map !== undefined) return mapped(map, running, running.file);
  // ts-node keeps its maps to itself, and formats stacks by them.
  const reported = formerly === null ? null : reportedPlace(formerly(new Error(), [frame]));
  if (reported !== null && reported.file !== running.file) return { place: reported };
  if (reported !== null && (reported.line !== running.line || reported.column !== running.column)) return { place: reported };
  return mappedByFile(running);
}

/** The place in a frame as a formatted stack has it: `    at new Orders (/app/lib/orders.ts:12:5)`. */
function reportedPlace(stack: unknown): Place | null {
  const [, shown = "", line, column] = /(?:\(|at (?:async )?)([^()\n]+):(\d+):(\d+)\)?\s*$/u.exec(String(stack)) ?? [];
  const file = shown.startsWith("file:") ? pathOfUrl(shown) : shown;
  return file === null || line === undefined ? null : { file, line: Number(line), column: Number(column) };
}

function mapped(map: SourceMap, running: Place, base: string): Origin {
  const entry = map.findEntry(running.line - 1, running.column - 1);
  if (!("originalSource" in entry)) return { why: `the source map of ${running.file} does not cover line ${String(running.line)}` };
  const source = entry.originalSource;
  const file = source.startsWith("file:") ? pathOfUrl(source) : resolve(dirname(base), source);
  if (file === null) return { why: `the source map of ${running.file} names no file` };
  return { place: { file, line: entry.originalLine + 1, column: entry.originalColumn + 1 } };
}

const maps = new Map<string, SourceMap | string | null>();

/** By the map that a compiler left beside its output, as `node --enable-source-maps` would. */
function mappedByFile(running: Place): Origin {
  const { file } = running;
  let map = maps.get(file);
  if (map === undefined) maps.set(file, (map = readMap(file)));
  if (map === null) return { place: running };
  if (typeof map === "string") return { why: map };
  const origin = mapped(map, running, mapFile(file) ?? file);
  return "place" in origin && isNewer(origin.place.file, file) ? { why: `${file} is older than ${origin.place.file}: compile it again` } : origin;
}

/** Null: the file is no compiler's output. A text: why its map is of no use. */
function readMap(file: string): SourceMap | string | null {
  const path = mapFile(file);
  if (path === null) return null;
  try {
    const payload: unknown = JSON.parse(readFileSync(path, "utf8"));
    return isPayload(payload) ? new SourceMap(payload) : `${path} is not a source map`;
  } catch (error) {
    return `${path} cannot be read (${error instanceof Error ? error.message : String(error)})`;
  }
}

function mapFile(file: string): string | null {
  const [, named] = /\/\/# sourceMappingURL=(\S+)\s*$/u.exec(readFileSync(file, "utf8")) ?? [];
  if (named === undefined || named.startsWith("data:")) return null;
  const path = resolve(dirname(file), decodeURI(named));
  return existsSync(path) ? path : null;
}

type Payload = SourceMap["payload"];

function isPayload(value: unknown): value is Payload {
  return typeof value === "object" && value !== null && "mappings" in value && typeof value.mappings === "string" && "sources" in value && Array.isArray(value.sources);
}

function isNewer(source: string, output: string): boolean {
  const [one, other] = [source, output].map((path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs);
  return one !== undefined && other !== undefined && one > other;
}
