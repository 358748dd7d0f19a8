import { loadTrace, type CdkTrace, type TracedAction } from "../../deployed/cdk-trace.js";
import { pathFrom } from "../../model/paths.js";
import type { PrincipalReference } from "../../model/principal.js";
import { digestOf } from "./digests.js";
import type { KnownStates } from "./moved.js";

/** What the traces say of one file. */
export interface FileTraces {
  /** Entries that are about this state of the file, by the offset of the call in its text, then by action. */
  readonly at: ReadonlyMap<number, ReadonlyMap<string, readonly Grant[]>>;
  /** What the text accounted for when it was traced, by today's offsets; null when it is still that text. */
  readonly written: ReadonlyMap<number, ReadonlySet<string>> | null;
  /** How many entries are about another one. */
  readonly stale: number;
  /** Everybody whom any of the traces tells of. */
  readonly principals: readonly PrincipalReference[];
}

/** One policy that got an action from a call, with the clauses that keep its attachment open. */
export interface Grant extends Pick<TracedAction, "constructPath" | "principals" | "also"> {
  readonly open: readonly string[];
}

/** Null when no trace knows the file. Throws `BadInput`. */
export function fileTraces(paths: readonly string[], file: string, root: string, movedFrom: KnownStates["movedFrom"]): FileTraces | null {
  const traces = paths.map((path) => loadTrace(path).value);
  if (!traces.some(({ files }) => files.has(file))) return null;
  const at = new Map<number, Map<string, Grant[]>>();
  const older = traces.filter(({ files }) => {
    const own = files.get(file);
    return own !== undefined && movedFrom(own.sha256) === null;
  });
  const stale = older.reduce((count, { files }) => count + (files.get(file)?.actions.length ?? 0), 0);
  const unseen = older.length === 0 ? [] : ["another trace is of an older state of this file: synthesise that app again"];
  let written: Map<number, ReadonlySet<string>> | null = null;
  for (const trace of traces) {
    const own = trace.files.get(file);
    const state = own === undefined ? null : movedFrom(own.sha256);
    if (own === undefined || state === null) continue;
    const open = [...unseen, ...changedSince(trace, file, root)];
    const starts = lineStarts(state.text);
    for (const [offset, actions] of state.written ?? []) {
      const now = state.moved(offset);
      written ??= new Map();
      if (now !== null) written.set(now, actions);
    }
    for (const { line, column, action, constructPath, principals, open: own_, also } of own.actions) {
      const start = starts[line - 1];
      const offset = start === undefined ? null : state.moved(start + column - 1);
      if (offset === null) continue;
      const actions = at.get(offset) ?? new Map<string, Grant[]>();
      at.set(offset, actions);
      actions.set(action, [...(actions.get(action) ?? []), { constructPath, principals, also, open: [...own_, ...open] }]);
    }
  }
  return { at, written, stale, principals: traces.flatMap(({ principals }) => principals) };
}

/** A call in a changed file may give the same line's actions to more principals. */
function changedSince({ files }: CdkTrace, own: string, root: string): readonly string[] {
  const changed = [...files].find(([path, { sha256 }]) => path !== own && digestOf(path) !== sha256);
  if (changed === undefined) return [];
  return [`${pathFrom(root, changed[0])} has changed since the app was traced: synthesise it again`];
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}
