import { positionAt, SyntaxProblem } from "../model/text.js";
import type { HclComment } from "./hcl-nodes.js";

/**
 * Words for what has no fixed spelling, the token's own spelling for the rest. `template end` is the closing quote or the
 * heredoc's closing marker; `sequence end` is the brace (or `~}`) that closes a `${` or `%{`. `invalid` stands where the
 * scanner gave up; its problem is in `HclTokens`.
 */
export type TokenKind =
  | "end of file"
  | "line break"
  | "identifier"
  | "number"
  | "text"
  | "quote"
  | "heredoc"
  | "template end"
  | "${"
  | "%{"
  | "sequence end"
  | "invalid"
  | Punctuation;

type Punctuation =
  | "{" | "}" | "[" | "]" | "(" | ")" | "." | "..." | "," | ":" | "::" | "?"
  | "=" | "=>" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "&&" | "||" | "!" | "+" | "-" | "*" | "/" | "%"; // prettier-ignore

/** Parallel arrays: token `i` has kind `kinds[i]` and reaches from `starts[i]` to `ends[i]`. The last is `end of file`. */
export interface HclTokens {
  readonly kinds: readonly TokenKind[];
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly comments: readonly HclComment[];
  /** Why the scanner gave up at the `invalid` token. */
  readonly problem: SyntaxProblem | null;
}

interface OpenTemplate {
  readonly form: "quoted" | "heredoc" | "bare";
  readonly start: number;
  /** A heredoc's closing marker; null in other templates. */
  readonly marker: string | null;
  /** Whether the next text begins a line of the heredoc: only there can the closing marker stand. */
  atLineStart: boolean;
}

const identifierStart = /[\p{ID_Start}_]/uy;
const identifierRest = /[\p{ID_Continue}-]*/uy;
const heredocOpening = /<<-?([\p{ID_Start}_][\p{ID_Continue}-]*)\r?\n/uy;

const newline = 10;
const carriageReturn = 13;
const quote = 34;
const hash = 35;
const dollar = 36;
const percent = 37;
const star = 42;
const plus = 43;
const minus = 45;
const dot = 46;
const slash = 47;
const lessThan = 60;
const equals = 61;
const greaterThan = 62;
const backslash = 92;
const openBrace = 123;
const closingBrace = 125;
const tilde = 126;

/** Letters, digits, `_` and `-`: what continues an identifier, among the ASCII characters. */
const continuesIdentifier = new Uint8Array(128);
for (const character of "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") {
  continuesIdentifier[character.charCodeAt(0)] = 1;
}

/**
 * Splits HCL into tokens (https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md, "Lexical Elements" and "Template
 * Expressions"). Blanks and comments are no tokens. A quoted template's text is cut at every `$` and `%`, a heredoc's also
 * at line ends, as HashiCorp's scanner does: the `~` markers trim one such piece, not more. As a `template`, the whole text
 * is one without quotes: what a string of Terraform's JSON syntax says.
 */
export function scan(text: string, as: "code" | "template" = "code"): HclTokens {
  const kinds: TokenKind[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  const comments: HclComment[] = [];
  const templates: OpenTemplate[] = as === "template" ? [{ form: "bare", start: 0, marker: null, atLineStart: false }] : [];
  /** For each open template sequence, the count of open braces at which its own brace closes it. */
  const sequences: number[] = [];
  const length = text.length;
  let braces = 0;
  let at = 0;
  const problems: SyntaxProblem[] = [];

  function push(kind: TokenKind, start: number, end: number): void {
    kinds.push(kind);
    starts.push(start);
    ends.push(end);
    at = end;
  }

  function giveUp(message: string, offset: number): void {
    problems.push(new SyntaxProblem(message, offset));
    push("invalid", offset, length);
  }

  function pushText(start: number, end: number): void {
    if (start < end) push("text", start, end);
  }

  function comment(style: HclComment["style"], end: number): void {
    const opening = style === "#" ? 1 : 2;
    const value = text.slice(at + opening, style === "block" ? end - 2 : end);
    comments.push({ type: "HclComment", style, value, span: { start: at, end } });
    at = end;
  }

  function lineComment(style: "#" | "//"): void {
    const lineFeed = text.indexOf("\n", at);
    if (lineFeed === -1) comment(style, length);
    else comment(style, text.charCodeAt(lineFeed - 1) === carriageReturn ? lineFeed - 1 : lineFeed);
  }

  function blockComment(): void {
    const close = text.indexOf("*/", at + 2);
    if (close === -1) giveUp('Expected "*/" to close the comment that begins here.', at);
    else comment("block", close + 2);
  }

  function identifier(start: number): void {
    let end = start;
    let code = text.charCodeAt(end);
    while (code < 128 && continuesIdentifier[code] === 1) code = text.charCodeAt((end += 1));
    if (code >= 128) {
      identifierRest.lastIndex = end;
      identifierRest.test(text);
      end = identifierRest.lastIndex;
    }
    push("identifier", start, end);
  }

  /** Digits, dots and exponents in any order, but a dot does not end it. What is no number is refused by the parser. */
  function number(start: number): void {
    let end = start + 1;
    for (let next = end; ; ) {
      const code = text.charCodeAt(next);
      if (isDigit(code)) {
        next += 1;
      } else if (code === dot) {
        next += 1;
        continue;
      } else if (code === 101 || code === 69) {
        const sign = text.charCodeAt(next + 1);
        const digit = sign === plus || sign === minus ? next + 2 : next + 1;
        if (!isDigit(text.charCodeAt(digit))) break;
        next = digit + 1;
      } else break;
      end = next;
    }
    push("number", start, end);
  }

  function openTemplate(kind: "quote" | "heredoc", end: number, marker: string | null): void {
    templates.push({ form: kind === "quote" ? "quoted" : "heredoc", start: at, marker, atLineStart: marker !== null });
    push(kind, at, end);
  }

  function openHeredoc(): void {
    heredocOpening.lastIndex = at;
    const marker = heredocOpening.exec(text)?.[1];
    if (marker === undefined) giveUp('Expected a heredoc marker and a line break after "<<".', at);
    else openTemplate("heredoc", heredocOpening.lastIndex, marker);
  }

  function closeBrace(end: number): void {
    const closesSequence = sequences.length > 0 && sequences[sequences.length - 1] === braces;
    if (!closesSequence && end - at === 2) {
      giveUp('"~}" closes no template sequence here.', at);
      return;
    }
    if (closesSequence) sequences.pop();
    braces -= 1;
    push(closesSequence ? "sequence end" : "}", at, end);
  }

  /** At a `$` or `%` of a template: a sequence begins, or the sign is text. */
  function templateSign(template: OpenTemplate, sign: number): void {
    template.atLineStart = false;
    const next = text.charCodeAt(at + 1);
    if (next === openBrace) {
      braces += 1;
      sequences.push(braces);
      push(sign === dollar ? "${" : "%{", at, at + (text.charCodeAt(at + 2) === tilde ? 3 : 2));
    } else if (next === sign && text.charCodeAt(at + 2) === openBrace) {
      push("text", at, at + (text.charCodeAt(at + 3) === tilde ? 4 : 3));
    } else {
      // In a heredoc, HashiCorp's scanner takes one ASCII character along when the line ends after it.
      const along = template.marker !== null && next < 128 && next !== newline && lineBreakAt(text, at + 2);
      push("text", at, along ? at + 2 : at + 1);
    }
  }

  function quotedText(template: OpenTemplate): void {
    let end = at;
    let code = text.charCodeAt(end);
    while (code !== quote && code !== dollar && code !== percent && code !== newline && code !== carriageReturn && end < length) {
      end += code === backslash && text.charCodeAt(end + 1) > carriageReturn ? 2 : 1;
      code = text.charCodeAt(end);
    }
    pushText(at, end);
    if (code === quote) {
      templates.pop();
      push("template end", end, end + 1);
    } else if (code === dollar || code === percent) templateSign(template, code);
    else giveUp("Expected a closing quote before the end of the line.", end);
  }

  function bareText(template: OpenTemplate): void {
    let end = at;
    let code = text.charCodeAt(end);
    while (code !== dollar && code !== percent && end < length) code = text.charCodeAt((end += 1));
    pushText(at, end);
    if (end < length) templateSign(template, code);
    else {
      templates.pop();
      push("template end", end, end);
    }
  }

  function heredocText(template: OpenTemplate, marker: string): void {
    const start = at;
    let end = at;
    let code = text.charCodeAt(end);
    while (code !== dollar && code !== percent && code !== newline && code !== carriageReturn && end < length) {
      code = text.charCodeAt((end += 1));
    }
    if (code === dollar || code === percent) {
      pushText(start, end);
      templateSign(template, code);
    } else if (lineBreakAt(text, end)) heredocLine(template, marker, end, code === newline ? end + 1 : end + 2);
    else if (end < length) giveUp("Expected a line feed after the carriage return.", end);
    else {
      const { line } = positionAt(text, template.start);
      giveUp(`Expected a line with "${marker}" alone, and a line break, to close the heredoc that begins on line ${String(line)}.`, end);
    }
  }

  /** The rest of a heredoc's line, up to its line break at `end`: text, or the closing marker. */
  function heredocLine(template: OpenTemplate, marker: string, end: number, afterBreak: number): void {
    const closing = template.atLineStart ? markerOffset(text, at, end, marker) : -1;
    if (closing === -1) {
      template.atLineStart = true;
      push("text", at, afterBreak);
    } else {
      templates.pop();
      push("template end", closing, closing + marker.length);
      push("line break", end, afterBreak);
    }
  }

  function code(): void {
    let first = text.charCodeAt(at);
    while (first === 32 || first === 9) first = text.charCodeAt((at += 1));
    if (first < 128) {
      if (continuesIdentifier[first] === 1 && first !== minus) {
        if (isDigit(first)) number(at);
        else identifier(at);
      } else {
        const kind = punctuation(text, at, first);
        if (kind === null) other(first, text.charCodeAt(at + 1));
        else push(kind, at, at + kind.length);
      }
    } else if (at < length) {
      identifierStart.lastIndex = at;
      if (identifierStart.test(text)) identifier(at);
      else meaningless();
    }
  }

  /** What is neither a name, a number nor plain punctuation. */
  function other(first: number, second: number): void {
    if (lineBreakAt(text, at)) push("line break", at, first === newline ? at + 1 : at + 2);
    else if (first === quote) openTemplate("quote", at + 1, null);
    else if (first === openBrace) {
      braces += 1;
      push("{", at, at + 1);
    } else if (first === closingBrace) closeBrace(at + 1);
    else if (first === tilde && second === closingBrace) closeBrace(at + 2);
    else if (first === hash) lineComment("#");
    else if (first === slash && second === slash) lineComment("//");
    else if (first === slash) blockComment();
    else if (first === lessThan) openHeredoc();
    else meaningless();
  }

  function meaningless(): void {
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
    giveUp(explanations.get(character) ?? `The character ${JSON.stringify(character)} has no meaning in HCL.`, at);
  }

  while ((at < length || templates.length > sequences.length) && problems.length === 0) {
    // A template is being read when it was opened after the innermost sequence: the two alternate.
    const template = templates.length > sequences.length ? templates[templates.length - 1] : undefined;
    if (template === undefined) code();
    else if (template.marker !== null) heredocText(template, template.marker);
    else if (template.form === "bare") bareText(template);
    else quotedText(template);
  }
  push("end of file", length, length);
  return { kinds, starts, ends, comments, problem: problems[0] ?? null };
}

const explanations = new Map([
  ["\r", "Expected a line feed after the carriage return."],
  ["'", "Strings are written in double quotes, not in single quotes."],
  ["&", 'HCL has no bitwise operators: "&" must be "&&".'],
  ["|", 'HCL has no bitwise operators: "|" must be "||".'],
  ["~", '"~" may only stand next to a brace of a template sequence.'],
]);

/** The punctuation at `at` that means the same wherever it stands: no braces, quotes, comments or heredocs. */
function punctuation(text: string, at: number, first: number): Punctuation | null {
  const second = text.charCodeAt(at + 1);
  switch (first) {
    case 33:
      return second === equals ? "!=" : "!";
    case percent:
      return "%";
    case 38:
      return second === 38 ? "&&" : null;
    case 40:
      return "(";
    case 41:
      return ")";
    case star:
      return "*";
    case plus:
      return "+";
    case 44:
      return ",";
    case minus:
      return "-";
    case dot:
      return second === dot && text.charCodeAt(at + 2) === dot ? "..." : ".";
    case slash:
      return second === slash || second === star ? null : "/";
    case 58:
      return second === 58 ? "::" : ":";
    case lessThan:
      return second === lessThan ? null : second === equals ? "<=" : "<";
    case equals:
      return second === equals ? "==" : second === greaterThan ? "=>" : "=";
    case greaterThan:
      return second === equals ? ">=" : ">";
    case 63:
      return "?";
    case 91:
      return "[";
    case 93:
      return "]";
    case 124:
      return second === 124 ? "||" : null;
    default:
      return null;
  }
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function lineBreakAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === newline || (code === carriageReturn && text.charCodeAt(at + 1) === newline);
}

/** Where the marker stands on the line from `start` to `end`, when only white space surrounds it; otherwise -1. */
function markerOffset(text: string, start: number, end: number, marker: string): number {
  let first = start;
  let last = end;
  while (first < last && isSpace(text.charCodeAt(first))) first += 1;
  while (first < last && isSpace(text.charCodeAt(last - 1))) last -= 1;
  return last - first === marker.length && text.startsWith(marker, first) ? first : -1;
}

/** White space as Unicode defines it (the property White_Space), which is what HashiCorp's parser trims. */
export function isSpace(code: number): boolean {
  if (code <= 32) return code === 32 || (code >= 9 && code <= 13);
  if (code < 0x1680) return code === 0x85 || code === 0xa0;
  if (code < 0x2028) return code === 0x1680 || (code >= 0x2000 && code <= 0x200a);
  return code === 0x2028 || code === 0x2029 || code === 0x202f || code === 0x205f || code === 0x3000;
}
