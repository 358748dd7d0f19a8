import { randomUUID } from "node:crypto";
import { mkdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, relative, resolve } from "node:path";
import type { TraceFile } from "../../deployed/cdk-trace.js";
import type { SynthPolicies } from "../policies.js";
import { collect } from "./collect.js";
import { install, onSynth, wrappedCopies } from "./hooks.js";
import { documentsOf } from "./record.js";
import { isObject, member, type Call } from "./wrap.js";

const require = createRequire(import.meta.url);

interface Options {
  /** Absolute. */
  readonly path: string;
  /** Whether this process was started to be traced; others may have inherited the recorder. */
  readonly isAsked: boolean;
  readonly say: (sentence: string) => void;
}

/** Apps that were synthesised, and errors of those that were not. */
interface Seen {
  readonly apps: Set<object>;
  readonly failures: Map<object, string>;
}

/** Records from now on, and writes the trace when the process ends. */
export function start(options: Options): void {
  const seen: Seen = { apps: new Set(), failures: new Map() };
  onSynth((call) => synthesise(call, seen));
  install();
  process.once("exit", () => finish(seen, wrappedCopies(), options));
}

/** Writes the trace of one app whenever it has been synthesised, if the recorder was there before its first statement. */
export function traceApp(app: object, options: Omit<Options, "isAsked">): void {
  onSynth((call) => {
    if (call.self !== app) return call.proceed();
    const seen: Seen = { apps: new Set(), failures: new Map() };
    try {
      return synthesise(call, seen);
    } finally {
      finish(seen, wrappedCopies(), { ...options, isAsked: true });
    }
  });
}

/** An app's validations come after its templates: when they fail, the trace is complete. */
function synthesise({ self, proceed }: Call, { apps, failures }: Seen): unknown {
  if (member(self, "parentStage") !== undefined) return proceed();
  const since = Date.now();
  apps.delete(self);
  failures.delete(self);
  try {
    const assembly = proceed();
    apps.add(self);
    return assembly;
  } catch (error) {
    if (hasAssembly(self, since)) apps.add(self);
    else failures.set(self, error instanceof Error ? error.message : String(error));
    throw error;
  }
}

function hasAssembly(app: object, since: number): boolean {
  const folder = member(app, "outdir");
  if (typeof folder !== "string") return false;
  const written = statSync(join(folder, "manifest.json"), { throwIfNoEntry: false })?.mtimeMs;
  // Clocks of file systems tick coarsely.
  return written !== undefined && written >= since - CLOCK_TICK;
}

const CLOCK_TICK = 50;

function finish({ apps, failures }: Seen, copies: number, { path, isAsked, say }: Options): void {
  if (copies === 0) {
    if (isAsked) say("no aws-cdk-lib was loaded, so there is nothing to trace: is it bundled with the app, or is this not the app's own process?");
    return;
  }
  const why = whyNot(apps, failures);
  try {
    if (why !== null) throw new Error(why);
    const trace = collect([...apps].map(policiesOf), path);
    writeTrace(trace, path);
    const counts = `${String(trace.entries.length)} actions to ${String(new Set(trace.entries.map(({ file, line, column }) => [file, line, column].join())).size)} lines, ${String(trace.without.length)} to none`;
    say(`traced ${counts}: ${shown(path)}`);
  } catch (error) {
    rmSync(path, { force: true });
    say(`no trace of this app was made: ${oneLine(error)}`);
  }
}

function whyNot(apps: ReadonlySet<object>, failures: ReadonlyMap<object, string>): string | null {
  const [failure] = failures.values();
  if (failure !== undefined) return `it could not be synthesised (${failure})`;
  return apps.size === 0 ? "it ended before it was synthesised" : null;
}

/** The policies are read by what the whole package knows of templates, which only a process that synthesises an app needs. */
function policiesOf(app: object): SynthPolicies {
  const read: unknown = member(require("../policies.js"), "identityPolicies");
  const policies: unknown = typeof read === "function" ? Reflect.apply(read, undefined, [app, undefined, documentsOf]) : undefined;
  if (!isPolicies(policies)) throw new Error("the installation of eslint-plugin-least-privilege is not complete");
  return policies;
}

function isPolicies(value: unknown): value is SynthPolicies {
  return isObject(value) && "policies" in value && "opaque" in value;
}

function oneLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\s+/gu, " ").trim();
}

function shown(path: string): string {
  return relative(process.cwd(), path) || path;
}

/** In one step: whoever reads it sees the old trace or the new one. */
export function writeTrace(trace: TraceFile, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const draft = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
  try {
    writeFileSync(draft, `${JSON.stringify(trace, null, 1)}\n`);
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

/** Where the trace goes: named by the environment, or in the working directory of the app. */
export function tracePath(): string {
  return resolve(process.env["LEAST_PRIVILEGE_TRACE"] ?? "unused-access.trace.json");
}
