import { createHash } from "node:crypto";
import { dirname, resolve } from "node:path";
import * as z from "zod/mini";
import { badPlace } from "../findings/bad-input.js";
import { fileMemo, type FileContent } from "../findings/file-memo.js";
import { jsonValues, shown, type Exported } from "../findings/json-values.js";
import { groupedBy } from "../model/groups.js";
import type { PrincipalReference } from "../model/principal.js";

const TRACE: Exported = { what: "the trace", how: "by synthesising the app with eslint-plugin-least-privilege/cdk-trace" };

const SYNTHESISE = "synthesise the app again with eslint-plugin-least-privilege/cdk-trace";

/** The first member of every trace; another number is another format. */
export const TRACE_FORMAT = "least-privilege trace 1";

// The message of each check completes "expected …".
const text = z.string("a text");
const count = z.int("a number from 1").check(z.gte(1, "a number from 1"));
const digest = text.check(z.regex(/^[0-9a-f]{64}$/u, "a SHA-256 in hex"));

const pattern = z.object({ kind: z.literal("pattern"), regex: text.check(z.refine(isRegex, "a regular expression")), fixed: z.number(), shown: text, id: text });
const name = z.discriminatedUnion(
  "kind",
  [z.object({ kind: z.literal("literal"), name: text }), pattern, z.object({ kind: z.literal("arn"), arn: text })],
  "a name",
);

const principal = z.object({ kind: z.enum(["role", "user", "group"], "role, user or group"), address: text, name }, "a principal");
const place = z.object({ file: text, line: count, column: count }, "a place");

const entry = z.object(
  {
    ...place.shape,
    sha256: digest,
    action: text,
    constructPath: text,
    principals: z.array(text, "a list of principals"),
    open: z.optional(z.array(text)),
    also: z.optional(z.array(z.union([place, z.object({ why: text })], "a place or a reason"))),
  },
  "an entry",
);

const without = z.object({ action: text, constructPath: text, principals: z.array(text, "a list of principals"), why: text }, "an action without a line");

const trace = z.object(
  {
    format: z.literal(TRACE_FORMAT, JSON.stringify(TRACE_FORMAT)),
    principals: z.record(text, principal, "the principals by their keys"),
    files: z.record(text, digest, "SHA-256 digests by file"),
    entries: z.array(entry, "a list of entries"),
    without: z.array(without, "a list of actions without a line"),
    notRead: z.array(text, "a list of texts"),
  },
  "a trace",
);

/**
 * A trace as its file has it. Files are relative to it, with `/`. `principals` of entries are keys of the trace's `principals`.
 *
 * - `files`: all files of the app that took part, with the digests of their bytes.
 * - `entries`: an action of an identity policy, and one place that added it. `open` are clauses: why others may get it, too.
 *   `also` are the other origins of the same action in the same policy.
 * - `without`: actions of identity policies that no line of the app's adds, and why.
 * - `notRead`: what the templates only say at deployment.
 */
export type TraceFile = z.infer<typeof trace>;

/** One place that added an action to a policy. */
export interface TracedAction {
  /** Counted from 1. */
  readonly line: number;
  readonly column: number;
  readonly action: string;
  readonly constructPath: string;
  readonly principals: readonly PrincipalReference[];
  readonly open: readonly string[];
  /** Where else the same policy gets it from: a place, with the absolute path, or why there is none. */
  readonly also: readonly ({ readonly file: string; readonly line: number; readonly column: number } | { readonly why: string })[];
}

export interface TracedFile {
  /** SHA-256 of its bytes when the app was synthesised, in hex. */
  readonly sha256: string;
  readonly actions: readonly TracedAction[];
}

/** What one synthesis showed. Paths are absolute. */
export interface CdkTrace {
  readonly principals: readonly PrincipalReference[];
  readonly files: ReadonlyMap<string, TracedFile>;
}

const traceOf = fileMemo(TRACE, readTrace);

/** Throws `BadInput`. */
export function loadTrace(path: string): FileContent<CdkTrace> {
  return traceOf(path);
}

/** Of the contents of all these files; SHA-256 in hex. Throws `BadInput`. */
export function tracesFingerprint(paths: readonly string[]): string {
  const hash = createHash("sha256");
  for (const path of paths) hash.update(loadTrace(path).digest);
  return hash.digest("hex");
}

function readTrace(path: string, json: string): CdkTrace {
  const [only, ...others] = jsonValues(path, json, TRACE);
  if (only === undefined || others.length > 0) throw badPlace([path], "this is not one trace but several values", SYNTHESISE);
  const result = trace.safeParse(only.value);
  if (!result.success) {
    const issue = result.error.issues[0];
    const within = issue === undefined || issue.path.length === 0 ? [] : [issue.path.map(String).join(".")];
    throw badPlace([path, ...within], `expected ${issue?.message ?? "a trace"}${within.length === 0 ? `, not ${shown(only.value)}` : ""}`, SYNTHESISE);
  }
  return fromFile(path, result.data);
}

function fromFile(path: string, { principals, files, entries }: TraceFile): CdkTrace {
  const folder = dirname(path);
  const known = new Map(Object.entries(principals).map(([key, { kind, address, name: own }]): [string, PrincipalReference] => [key, { kind, address, name: own }]));
  const actionsOf = groupedBy(entries, ({ file }) => file);
  const traced = Object.entries(files).map(([file, sha256]): [string, TracedFile] => [
    resolve(folder, file),
    {
      sha256,
      actions: (actionsOf.get(file) ?? []).map(({ line, column, action, constructPath, principals: keys, open = [], also = [] }, index) => ({
        line,
        column,
        action,
        constructPath,
        open,
        principals: keys.map((key) => {
          const found = known.get(key);
          if (found !== undefined) return found;
          throw badPlace([path, `entry ${String(index + 1)} of ${file}`], `there is no principal ${JSON.stringify(key)} in the trace`, SYNTHESISE);
        }),
        also: also.map((other) => ("why" in other ? other : { ...other, file: resolve(folder, other.file) })),
      })),
    },
  ]);
  const stray = entries.find(({ file, sha256 }) => files[file] !== sha256);
  if (stray !== undefined) throw badPlace([path], `the digests of ${stray.file} contradict each other`, SYNTHESISE);
  return { principals: [...known.values()], files: new Map(traced) };
}

function isRegex(source: string): boolean {
  try {
    return new RegExp(source, "u") instanceof RegExp;
  } catch {
    return false;
  }
}

