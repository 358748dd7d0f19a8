import { removeElement, type Edit } from "../edit.js";
import type { NamedGrant } from "../model/policy.js";
import { lineStart, nextLineStart, type Span } from "../model/text.js";
import type { UnusedPermissions } from "../model/usage.js";
import { refineStatement, type RefineOptions, type UnusedGrant } from "../refine.js";

/** The unused part of a grant that the source names, and what a person may do about it. */
export interface NamedVerdict {
  readonly grant: NamedGrant;
  readonly unused: readonly UnusedGrant[];
  /** The same for people: what goes as a whole as the grant has it, `s3:GetBucket*`. */
  readonly shown: readonly string[];
  /** Nothing that it grants is to stay. */
  readonly isWhole: boolean;
  /** All for a person to choose from; the first one is the least work. */
  readonly proposals: readonly NamedProposal[];
  /** A clause that completes "not fixed, because …". */
  readonly withheld: string;
}

export interface NamedProposal {
  /** What stands in its place then; null when it is taken out. */
  readonly by: string | null;
  readonly edit: Edit;
}

/** What holds for the document as a whole. */
interface Gates {
  readonly message: string | null;
  readonly suggestion: string | null;
}

/** Null when all that it grants is to stay, or what is unused of it cannot be taken away without the rest. */
export function judgeNamed(
  text: string,
  grant: NamedGrant,
  gates: () => Gates,
  comments: readonly Span[],
  unused: UnusedPermissions,
  options: RefineOptions,
): NamedVerdict | null {
  const refinements = refineStatement(grant.actions, unused, options);
  const kept: string[] = [];
  const shown: string[] = [];
  const gone = new Map<string, UnusedGrant>();
  grant.actions.forEach((action, index) => {
    const refinement = refinements[index];
    if (refinement?.kind === "replace") kept.push(...refinement.entries);
    else if (refinement?.kind !== "remove") kept.push(action);
    if (refinement?.kind !== "replace" && refinement?.kind !== "remove") return;
    shown.push(...(refinement.kind === "remove" ? [action] : refinement.unused.map((each) => each.action)));
    for (const each of refinement.unused) gone.set(each.action, each);
  });
  const isWhole = kept.length === 0;
  if (gone.size === 0 || (grant.narrowed === null && !isWhole)) return null;
  const { message, suggestion } = gates();
  const verdict = { grant, unused: [...gone.values()], shown, isWhole };
  const why = grant.locked ?? message;
  if (why !== null) return { ...verdict, proposals: [], withheld: why };
  const proposals = proposalsFor(text, grant, kept, isWhole).filter(({ edit }) => !comments.some((comment) => comment.start < edit.span.end && edit.span.start < comment.end));
  const first = suggestion ?? (isCommented(text, grant, comments) ? "a comment explains it" : "what it grants is not written here");
  return { ...verdict, proposals, withheld: [first, ...(grant.caveats ?? [])].join(", and ") };
}

function proposalsFor(text: string, { element, narrowed }: NamedGrant, kept: readonly string[], isWhole: boolean): readonly NamedProposal[] {
  if (isWhole) return element === null ? [] : [{ by: null, edit: removeElement(text, element) }];
  return (narrowed?.(kept) ?? []).map(({ shown, span, text: written }) => ({ by: shown, edit: { span, text: written } }));
}

function isCommented(text: string, { span }: NamedGrant, comments: readonly Span[]): boolean {
  const lines = { start: lineStart(text, Math.max(0, lineStart(text, span.start) - 1)), end: nextLineStart(text, span.end) };
  return comments.some(({ start, end }) => start < lines.end && lines.start < end);
}
