import type { Edit } from "../../edit.js";
import type { Judgement } from "../../verdict.js";
import { sha256Of } from "./digests.js";

/** Where an offset of the text that was traced is now; null when it is gone. */
export type Moved = (offset: number) => number | null;

/** A text of a file as it was traced, or one that came from that by our own edits alone. */
interface State {
  /** Of the file's bytes when it was traced. */
  readonly sha256: string;
  readonly traced: string;
  readonly text: string;
  readonly moved: Moved;
  /** What was proposed for it. */
  readonly edits: readonly Edit[];
  /** What its own text accounted for when it was traced, by the offset of the call in that text. */
  readonly written: Written;
}

export type Written = ReadonlyMap<number, ReadonlySet<string>>;

/** What a text is to the one that was traced. */
export interface Derived {
  /** The one that was traced. */
  readonly text: string;
  readonly moved: Moved;
  /** Null when it is the same text. */
  readonly written: Written | null;
}

/** ESLint fixes a file in several passes, and editors apply one fix at a time: each of these texts is still the one that was traced. */
const states = new Map<string, readonly State[]>();

const BYTE_ORDER_MARK = "\uFEFF";

export interface KnownStates {
  /** What the file's text is to the one with this digest; null when it is another one. */
  readonly movedFrom: (sha256: string) => Derived | null;
  /** Remembers what is proposed for it. `used`: what its text accounts for. */
  readonly propose: (judgements: readonly Judgement[], used: Written) => void;
}

export function knownStates(path: string, text: string): KnownStates {
  const isOf = (sha256: string): boolean => [sha256Of(text), sha256Of(BYTE_ORDER_MARK + text)].includes(sha256);
  const found = new Map<string, Derived | null>();
  const movedFrom: KnownStates["movedFrom"] = (sha256) => {
    let state = found.get(sha256);
    if (state === undefined) found.set(sha256, (state = isOf(sha256) ? { text, moved: (offset) => offset, written: null } : movedByEdits(path, sha256, text)));
    return state;
  };
  return {
    movedFrom,
    propose(judgements, used) {
      const edits = editsOf(judgements);
      const own = [...found].flatMap(([sha256, state]): State[] => (state === null ? [] : [{ sha256, traced: state.text, text, moved: state.moved, edits, written: state.written ?? used }]));
      if (own.length > 0) states.set(path, own);
    },
  };
}

function movedByEdits(path: string, sha256: string, text: string): Derived | null {
  for (const state of states.get(path) ?? []) {
    if (state.sha256 !== sha256) continue;
    const { moved: formerly } = state;
    const applied = state.text === text ? [] : appliedEdits(state.text, state.edits, text);
    if (applied === null) continue;
    return {
      text: state.traced,
      written: state.written,
      moved: (offset) => {
        const before = formerly(offset);
        return before === null ? null : movedBy(applied, before);
      },
    };
  }
  return null;
}

function editsOf(judgements: readonly Judgement[]): readonly Edit[] {
  const edits = judgements.flatMap(({ outcome }) =>
    outcome.kind !== "judged"
      ? []
      : [
          ...outcome.verdicts.flatMap(({ proposal }) => proposal?.edit ?? []),
          ...outcome.named.flatMap(({ proposals }) => proposals.map(({ edit }) => edit)),
        ],
  );
  return edits.toSorted((one, other) => one.span.start - other.span.start || one.span.end - other.span.end);
}

/** Which of the edits, in order and apart from each other, make `after` of `before`; null when none do. */
export function appliedEdits(before: string, edits: readonly Edit[], after: string): readonly Edit[] | null {
  const failed = new Set<string>();
  const applied: Edit[] = [];
  return matches(0, 0, 0) ? applied.reverse() : null;

  function matches(index: number, from: number, at: number): boolean {
    const key = `${String(index)} ${String(from)} ${String(at)}`;
    if (failed.has(key)) return false;
    const edit = edits[index];
    if (edit === undefined) return before.length - from === after.length - at && before.endsWith(after.slice(at));
    if (edit.span.start >= from) {
      const kept = before.slice(from, edit.span.start);
      if (!after.startsWith(kept, at)) {
        failed.add(key);
        return false;
      }
      const next = at + kept.length;
      if (after.startsWith(edit.text, next) && matches(index + 1, edit.span.end, next + edit.text.length)) {
        applied.push(edit);
        return true;
      }
    }
    if (matches(index + 1, from, at)) return true;
    failed.add(key);
    return false;
  }
}

function movedBy(edits: readonly Edit[], offset: number): number | null {
  let shift = 0;
  for (const { span, text } of edits) {
    if (span.end <= offset) shift += text.length - (span.end - span.start);
    else if (span.start <= offset) return null;
  }
  return offset + shift;
}
