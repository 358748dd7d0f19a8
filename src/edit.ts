import type { ActionEntry, ListElement, SourceList } from "./model/policy.js";
import type { Span } from "./model/text.js";
import { indentation, lineBreak, lineStart, nextLineStart, slice } from "./model/text.js";

/** Replace `span` by `text`. */
export interface Edit {
  readonly span: Span;
  readonly text: string;
}

type Bracketed = Extract<SourceList, { syntax: "bracketed" }>;
type BlockSequence = Extract<SourceList, { syntax: "block-sequence" }>;
type Blocks = Extract<SourceList, { syntax: "blocks" }>;

/**
 * Takes one element out of its list, with what separates it from its neighbours.
 *
 * Every edit stays between the end of the element before and the start of the element after, so edits of elements that are
 * not neighbours never touch, and ESLint may merge any of them that do not touch into one pass.
 */
export function removeElement(text: string, { list, index }: ListElement): Edit {
  switch (list.syntax) {
    case "bracketed":
      return removeBracketed(text, list, index);
    case "block-sequence":
      return removeDashed(text, list, index);
    case "blocks":
      return removeBlock(text, list, index);
  }
}

/** Writes `values` (at least one) in place of an entry: the first where it stands, the others after it in the style of its list. */
export function replaceEntry(text: string, entry: ActionEntry, values: readonly string[]): Edit {
  return writeInPlace(text, entry, values.map((value) => quoted(entry, value)));
}

/** Writes `values` after an entry, each in the style of its list; a single value becomes a list. The entry itself stays byte for byte. */
export function addAfter(text: string, entry: ActionEntry, values: readonly string[]): Edit {
  return writeInPlace(text, entry, [slice(text, entry.span), ...values.map((value) => quoted(entry, value))]);
}

function quoted({ quote }: ActionEntry, value: string): string {
  return quote + value + quote;
}

function writeInPlace(text: string, entry: ActionEntry, written: readonly string[]): Edit {
  const [first, ...rest] = written;
  if (first === undefined) throw new RangeError("An entry cannot be replaced by nothing.");
  if (rest.length === 0) return { span: entry.span, text: first };
  const { home } = entry;
  if (home.kind === "single") {
    return home.style === "bracketed"
      ? { span: entry.span, text: bracketedList(text, entry.span, written) }
      : dashedList(text, entry.span, written, home.keyEnd, home.indent);
  }
  const { list, index } = home.element;
  switch (list.syntax) {
    case "bracketed":
      return expandBracketed(text, entry.span, list, index, first, rest);
    case "block-sequence":
      return expandDashed(text, entry.span, list, index, first, rest);
    case "blocks":
      throw new TypeError("A block cannot be replaced by values.");
  }
}

/** The text with all edits made. Edits may come in any order and may touch; overlapping ones throw. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  let result = "";
  let done = 0;
  for (const { span, text: replacement } of edits.toSorted((a, b) => a.span.start - b.span.start || a.span.end - b.span.end)) {
    if (span.start < done) throw new RangeError(`Edits overlap at offset ${String(span.start)}.`);
    result += text.slice(done, span.start) + replacement;
    done = span.end;
  }
  return result + text.slice(done);
}

function removeBracketed(text: string, list: Bracketed, index: number): Edit {
  const before = gapBefore(text, list, index);
  const after = gapAfter(text, list, index);
  const element = { start: before.end, end: after.start };
  const last = index === list.items.length - 1;
  const lines = ownLines(text, element);
  const wholeLines = lines !== null && (after.comma === null || after.comma < lines.tail);

  if (last && after.comma === null && before.comma !== null) {
    // The comma before would be left dangling, which JSON does not allow; the comments around it stay.
    const comment = before.comments.at(-1);
    const keptTo = comment === undefined ? before.start : comment.line && !wholeLines ? element.start : comment.end;
    const kept = withoutComma(text, before.start, keptTo, before.comma);
    return { span: { start: before.start, end: wholeLines ? lines.tail : element.end }, text: kept };
  }
  if (wholeLines) return { span: withBlankLine(text, lines, true), text: "" };
  if (last && before.comma === null && before.comments.length + after.comments.length === 0) {
    return { span: { start: before.start, end: after.end }, text: "" };
  }
  if (after.comma === null) {
    return { span: { start: element.start, end: after.comments.length > 0 ? element.end : after.end }, text: "" };
  }

  const comma = after.comma;
  const inner = after.comments.some((comment) => comment.end <= comma) ? text.slice(element.end, comma) : "";
  const startsLine = startsItsLine(text, element.start);
  if (before.comma !== null && (last || (!startsLine && text.slice(comma, after.end).includes("\n")))) {
    // What follows on the next line keeps its place: the element goes with the blanks before it, not those after it.
    const comment = before.comments.findLast((each) => each.start > (before.comma ?? 0));
    const start = comment === undefined ? before.comma + 1 : comment.line ? element.start : comment.end;
    return { span: { start, end: comma + 1 }, text: inner };
  }
  // YAML takes `#` for a comment only after a blank.
  const blankBefore = /\s/u.test(text.charAt(element.start - 1));
  const comment = after.comments.find((each) => each.start > comma);
  const kept = inner !== "" || last || (comment !== undefined && !blankBefore);
  const end = kept ? comma + 1 : (comment?.start ?? after.end);
  return { span: { start: element.start, end }, text: blankBefore ? inner.trimStart() : inner };
}

function removeDashed(text: string, list: BlockSequence, index: number): Edit {
  const dash = dashAt(list, index);
  const end = contentEnd(text, itemAt(list, index), dash + 1);
  const start = lineStart(text, dash);
  if (text.slice(start, dash).trim() === "") {
    const lines = { start, end: nextLineStart(text, end) };
    // Blank lines below a block scalar with the indicator `+` are part of it.
    const previous = index === 0 ? null : itemAt(list, index - 1);
    const keepsBlankLines = previous !== null && /[|>]\d?\+/u.test(slice(text, previous));
    if (previous !== null && !keepsBlankLines && lines.end === text.length && !text.endsWith("\n")) {
      // A file that ends without a line break goes on doing so.
      const [blank] = /(?:\r?\n[ \t]*)*$/u.exec(text.slice(previous.end, start)) ?? [""];
      return { span: { start: start - blank.length, end: lines.end }, text: "" };
    }
    return { span: withBlankLine(text, lines, !keepsBlankLines), text: "" };
  }
  // `- - x`: the dash of the outer sequence stays where it is.
  const next = list.dashes[index + 1];
  if (next === undefined) return { span: { start: start + text.slice(start, dash).trimEnd().length, end }, text: "" };
  const comment = gap(text, nextLineStart(text, end), next, "left").comments[0];
  return { span: { start: dash, end: next }, text: comment === undefined ? "" : text.slice(comment.start, next) };
}

function removeBlock(text: string, list: Blocks, index: number): Edit {
  const item = itemAt(list, index);
  const element = { start: item.start, end: contentEnd(text, item, item.start) };
  const lines = ownLines(text, element);
  if (lines !== null) return { span: withBlankLine(text, lines, true), text: "" };
  const next = list.items[index + 1];
  if (next !== undefined && text.slice(element.end, next.start).trim() === "") {
    const between = text.slice(element.end, next.start);
    if (!between.includes("\n")) return { span: { start: element.start, end: next.start }, text: "" };
  }
  const line = lineStart(text, element.start);
  const head = text.slice(line, element.start);
  return { span: { start: head.trim() === "" ? element.start : line + head.trimEnd().length, end: element.end }, text: "" };
}

function expandBracketed(
  text: string,
  span: Span,
  list: Bracketed,
  index: number,
  first: string,
  rest: readonly string[],
): Edit {
  const before = gapBefore(text, list, index);
  const after = gapAfter(text, list, index);
  const next = list.items[index + 1];
  // An element in parentheses keeps them; the others stand after them.
  const closing = text.slice(span.end, after.start);
  const end = Math.max(span.end, after.start);
  const indent = startsItsLine(text, before.end)
    ? indentation(text, before.end)
    : next !== undefined && index === 0 && startsItsLine(text, next.start)
      ? indentation(text, next.start)
      : null;
  if (indent === null || !text.slice(list.open, list.close).includes("\n")) {
    const separator = inlineSeparator(text, next === undefined ? [before] : [before, after]);
    return { span: { start: span.start, end }, text: [first + closing, ...rest].join(separator) };
  }
  const separator = lineBreak(text, span.end) + indent;
  const tail = lineTail(text, end);
  const comment = after.comments[0];
  if (comment === undefined || tail === null || comment.start > tail || (after.comma !== null && after.comma > comment.start)) {
    return { span: { start: span.start, end }, text: [first + closing, ...rest].join("," + separator) };
  }
  // A comment on the line stays on the line of the first.
  const head = `${first}${closing},${text.slice(after.comma === null ? end : after.comma + 1, tail)}`;
  const others = rest.join("," + separator);
  return { span: { start: span.start, end: tail }, text: head + separator + others + (after.comma === null ? "" : ",") };
}

function expandDashed(
  text: string,
  span: Span,
  list: BlockSequence,
  index: number,
  first: string,
  rest: readonly string[],
): Edit {
  const dash = dashAt(list, index);
  const head = text.slice(lineStart(text, dash), dash);
  // In `- - x` the outer dash takes up room that the lines below fill with blanks.
  const indent = head.trim() === "" ? head : " ".repeat(head.length);
  const blanks = text.slice(dash + 1, span.start);
  const start = lineBreak(text, span.end) + indent + "-" + (/^[ \t]+$/u.test(blanks) ? blanks : " ");
  const end = lineEnd(text, span.end);
  const lines = rest.map((value) => start + value).join("");
  return { span: { start: span.start, end }, text: first + text.slice(span.end, end) + lines };
}

function bracketedList(text: string, span: Span, written: readonly string[]): string {
  const head = text.slice(lineStart(text, span.start), span.start);
  const alone = /^\s*(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[\w.$-]+)\s*[:=]\s*$/u.test(head) && lineTail(text, span.end, ",;") !== null;
  if (!alone || isAligned(text, span.start)) return `[${written.join(/[:=]$/u.test(head) ? "," : ", ")}]`;
  const outer = indentation(text, span.start);
  const newLine = lineBreak(text, span.start);
  const inner = newLine + outer + indentUnit(text, span.start);
  return `[${inner}${written.join("," + inner)}${newLine}${outer}]`;
}

/**
 * Does the line belong to a block of HCL arguments whose equals signs stand below each other? `terraform fmt` ends such a block at
 * a value of several lines, and would move the signs of all others.
 */
function isAligned(text: string, offset: number): boolean {
  const isArgument = (start: number): boolean => /^[ \t]*[\w"-]+[ \t]*=[ \t][^\n]*[^[({\s][ \t\r]*$/u.test(text.slice(start, lineEnd(text, start)));
  const own = lineStart(text, offset);
  if (!isArgument(own)) return false;
  const lines = [own];
  for (let line = own; line > 0; lines.push(line)) {
    line = lineStart(text, line - 1);
    if (!isArgument(line)) break;
  }
  for (let line = nextLineStart(text, own); line < text.length && isArgument(line); line = nextLineStart(text, line)) lines.push(line);
  return lines.some((line) => /^[ \t]*[\w"-]+[ \t]{2,}=/u.test(text.slice(line, lineEnd(text, line))));
}

function dashedList(text: string, span: Span, written: readonly string[], keyEnd: number, indent: string): Edit {
  const end = lineTail(text, span.end, "");
  // Something else shares the line: a block sequence cannot stand there.
  if (end === null) return { span, text: `[${written.join(", ")}]` };
  const comments = text.slice(keyEnd, span.start).trimEnd() + text.slice(span.end, end).trimEnd();
  const lines = written.map((value) => `${lineBreak(text, span.end)}${indent}- ${value}`).join("");
  return { span: { start: keyEnd, end }, text: comments + lines };
}

/** What stands between two elements, or an element and a bracket, without the parentheses and casts around the elements. */
interface Gap extends Span {
  readonly comma: number | null;
  readonly comments: readonly Comment[];
}

interface Comment extends Span {
  /** Runs to the end of its line. */
  readonly line: boolean;
}

function gapBefore(text: string, list: Bracketed, index: number): Gap {
  const previous = list.items[index - 1];
  // Where the list is the rest of a call's arguments, the comma before it opens it.
  const start = previous?.end ?? (text[list.open] === "," ? list.open : list.open + 1);
  return gap(text, start, itemAt(list, index).start, "right");
}

function gapAfter(text: string, list: Bracketed, index: number): Gap {
  const item = itemAt(list, index);
  return gap(text, contentEnd(text, item, item.start), list.items[index + 1]?.start ?? list.close, "left");
}

/** `side` says which element anything else in the gap belongs to when no comma tells. */
function gap(text: string, from: number, to: number, side: "left" | "right"): Gap {
  const comments: Comment[] = [];
  let start = from;
  let end: number | null = null;
  let comma: number | null = null;
  for (let at = from; at < to; ) {
    const comment = commentAt(text, at);
    if (comment !== null) {
      comments.push(comment);
      at = comment.end;
      continue;
    }
    const blank = blankAt(text, at);
    if (blank === 0) {
      if (text[at] === "," && comma === null) comma = at;
      else if (comma === null && side === "left") start = at + 1;
      else if (comma === null && text.slice(at, to).includes(",") && gap(text, at + 1, to, "left").comma !== null) start = at + 1;
      else end ??= at;
    }
    at += Math.max(blank, 1);
  }
  const limit = end ?? to;
  return { start, end: limit, comma, comments: comments.filter((each) => each.start >= start && each.end <= limit) };
}

function commentAt(text: string, at: number): Comment | null {
  const two = text.slice(at, at + 2);
  if (two === "/*") {
    const close = text.indexOf("*/", at + 2);
    return { start: at, end: close === -1 ? text.length : close + 2, line: false };
  }
  if (two === "//" || text[at] === "#") return { start: at, end: lineEnd(text, at), line: true };
  return null;
}

/** Length of the blank at `at`, 0 if there is none. In a quoted string, an escaped line break or tab is a blank, too. */
function blankAt(text: string, at: number): number {
  const char = text.charAt(at);
  if (char === "\\") return /^\\+[nrt]/u.exec(text.slice(at, at + 8))?.[0].length ?? 0;
  return /\s/u.test(char) ? 1 : 0;
}

function withoutComma(text: string, start: number, end: number, comma: number): string {
  return comma < end ? text.slice(start, comma) + text.slice(comma + 1, end) : text.slice(start, end);
}

interface Lines extends Span {
  /** Where the last line's text ends. */
  readonly tail: number;
}

/** The lines of an element that shares them with nothing but its separator and comments; else null. */
function ownLines(text: string, element: Span): Lines | null {
  const tail = lineTail(text, element.end);
  if (tail === null || !startsItsLine(text, element.start)) return null;
  return { start: lineStart(text, element.start), end: nextLineStart(text, tail), tail };
}

function startsItsLine(text: string, offset: number): boolean {
  return text.slice(lineStart(text, offset), offset).trim() === "";
}

/** Where the line ends, if only comments and one of `separators` follow on it; else null. */
function lineTail(text: string, offset: number, separators = ","): number | null {
  const end = lineEnd(text, offset);
  let open = separators !== "";
  for (let at = offset; at < end; ) {
    const comment = commentAt(text, at);
    if (comment !== null) {
      if (comment.end > end) return null;
      at = comment.end;
    } else if (open && separators.includes(text.charAt(at))) {
      open = false;
      at += 1;
    } else if (text[at] === " " || text[at] === "\t") at += 1;
    else return null;
  }
  return end;
}

/** Offset of the line break that ends the line of `offset`. */
function lineEnd(text: string, offset: number): number {
  const lineFeed = text.indexOf("\n", offset);
  if (lineFeed === -1) return text.length;
  return lineFeed > offset && text[lineFeed - 1] === "\r" ? lineFeed - 1 : lineFeed;
}

/** Adds one blank line to whole lines, where their removal would leave two together, or one beside a bracket. */
function withBlankLine(text: string, lines: Span, mayTakeBefore: boolean): Span {
  const before = lines.start === 0 ? null : slice(text, { start: lineStart(text, lines.start - 1), end: lines.start }).trim();
  const after = lines.end >= text.length ? null : slice(text, { start: lines.end, end: nextLineStart(text, lines.end) }).trim();
  if (after === "" && (before === null || before === "" || /[{[(:]$/u.test(before))) {
    return { start: lines.start, end: nextLineStart(text, lines.end) };
  }
  if (mayTakeBefore && before === "" && (after === null || /^[)\]}]/u.test(after))) {
    return { start: lineStart(text, lines.start - 1), end: lines.end };
  }
  return lines;
}

/** Copies how the list separates elements on one line, such as `,` in compact JSON. */
function inlineSeparator(text: string, gaps: readonly Gap[]): string {
  for (const each of gaps) {
    const between = slice(text, each);
    if (each.comma === each.start && each.comments.length === 0 && !between.includes("\n")) return between;
  }
  return ", ";
}

/** One step of indentation at `offset`: what its line has more than the nearest line above that has less. */
function indentUnit(text: string, offset: number): string {
  const own = indentation(text, offset);
  for (let line = lineStart(text, offset); line > 0; ) {
    line = lineStart(text, line - 1);
    const outer = indentation(text, line);
    const blank = text.slice(line, lineEnd(text, line)).trim() === "";
    if (!blank && outer.length < own.length && own.startsWith(outer)) return own.slice(outer.length);
  }
  return own.includes("\t") ? "\t" : "  ";
}

/** Where an item's text ends: a span taken from a YAML parser may run on to the next line. */
function contentEnd(text: string, item: Span, least: number): number {
  return Math.max(least, item.start + slice(text, item).trimEnd().length);
}

function itemAt(list: SourceList, index: number): Span {
  const item = list.items[index];
  if (item === undefined) throw new RangeError(`The list has no element ${String(index)}.`);
  return item;
}

function dashAt(list: BlockSequence, index: number): number {
  const dash = list.dashes[index];
  if (dash === undefined) throw new RangeError(`The sequence has no dash ${String(index)}.`);
  return dash;
}
