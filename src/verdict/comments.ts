import type { ActionEntry, ListElement, PolicyDocument } from "../model/policy.js";
import { lineStart, nextLineStart, type Span } from "../model/text.js";

/** A comment on the entry's own lines or directly above them: someone justified it. */
export function isCommented(text: string, { span, home }: ActionEntry, comments: readonly Span[]): boolean {
  const before = home.kind === "item" ? extentOf(home.element)?.start : home.style === "block-sequence" ? home.keyEnd : undefined;
  const whole = { start: Math.min(before ?? span.start, span.start), end: span.end };
  const lines = { start: lineStart(text, whole.start), end: nextLineStart(text, whole.end) };
  return comments.some((comment) => overlaps(comment, lines) || isDirectlyAbove(text, comment, whole));
}

/** An element of a list, from its dash if it has one: a comment may stand between the two. */
export function extentOf({ list, index }: ListElement): Span | null {
  const item = list.items[index];
  if (item === undefined) return null;
  const dash = list.syntax === "block-sequence" ? list.dashes[index] : undefined;
  return { start: dash ?? item.start, end: item.end };
}

/** Of the comments of a file, which may be thousands, those from the line above a document to its last line. */
export function commentsNear(text: string, document: PolicyDocument, comments: readonly Span[]): readonly Span[] {
  const named = (document.named ?? []).flatMap(({ span, element }) => [span, ...(element === null ? [] : [extentOf(element) ?? span])]);
  const parts = document.statements.flatMap((statement) => [
    statement.span,
    ...(statement.element === null ? [] : [extentOf(statement.element) ?? statement.span]),
    ...statement.actions.flatMap(({ span, home }) => [
      span,
      ...(home.kind === "item" ? [extentOf(home.element) ?? span] : home.style === "block-sequence" ? [{ start: home.keyEnd, end: span.end }] : []),
    ]),
  ]);
  const all = [...parts, ...named];
  const start = all.reduce((least, span) => Math.min(least, span.start), document.span.start);
  const end = all.reduce((most, span) => Math.max(most, span.end), document.span.end);
  const lines = { start: lineStart(text, Math.max(0, lineStart(text, start) - 1)), end: nextLineStart(text, end) };
  return comments.filter((comment) => overlaps(comment, lines));
}

export function isDirectlyAbove(text: string, comment: Span, span: Span): boolean {
  const standsAlone = text.slice(lineStart(text, comment.start), comment.start).trim() === "";
  return standsAlone && comment.end < span.start && nextLineStart(text, comment.end) === lineStart(text, span.start);
}

export function overlaps(a: Span, b: Span): boolean {
  return a.start < b.end && b.start < a.end;
}
