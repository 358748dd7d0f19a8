import type { IdentityPolicy } from "./policies.js";
import type { SynthAction } from "./statements.js";

/** A place in a source file: an absolute path, and line and column counted from 1. */
export interface SourcePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Where an action came from, or why no line of the user's says it; `why` completes "no source line, because …". */
export type Origin = { readonly place: SourcePlace } | { readonly why: string };

/** Where the source grants an action: one call, or several that ask for the same. None when nothing was recorded. */
export type OriginsOf = (policy: IdentityPolicy, action: SynthAction) => readonly Origin[];
