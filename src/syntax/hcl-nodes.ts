import type { Span } from "../model/text.js";

/**
 * The syntax tree of HCL 2 as Terraform writes it, in its native syntax or in its JSON syntax. Every type name starts with `Hcl`: ESTree's names would
 * wake up rules for JavaScript. Spans are exact: slicing the source by a node's span gives the node's own text.
 */
export interface HclFile {
  readonly type: "HclFile";
  readonly body: HclBody;
  /** Every comment once, in source order. */
  readonly comments: readonly HclComment[];
  readonly span: Span;
}

/**
 * `#` and `//` run to the end of the line (line break not included); `block` is C-style. `value` is the text without marks.
 * In JSON syntax, a member `"//"` with a text is a comment of style `//`; its span is the whole member.
 */
export interface HclComment {
  readonly type: "HclComment";
  readonly style: "#" | "//" | "block";
  readonly value: string;
  readonly span: Span;
}

export interface HclBody {
  readonly type: "HclBody";
  readonly items: readonly (HclAttribute | HclBlock)[];
  /** Between the braces, or the whole file. */
  readonly span: Span;
}

export interface HclAttribute {
  readonly type: "HclAttribute";
  readonly name: string;
  readonly nameSpan: Span;
  readonly value: HclExpression;
  readonly span: Span;
}

export interface HclBlock {
  readonly type: "HclBlock";
  /** `resource`, `data`, `statement`, … */
  readonly name: string;
  readonly nameSpan: Span;
  readonly labels: readonly HclLabel[];
  readonly body: HclBody;
  /** From the name to the closing brace; in JSON syntax the block's own member or element of an array, without what it shares. */
  readonly span: Span;
  /** Present in JSON syntax: the array that the block is an element of, brackets included; null when it is no element. */
  readonly json?: { readonly array: Span | null };
}

export interface HclLabel {
  readonly type: "HclLabel";
  readonly value: string;
  readonly quoted: boolean;
  readonly span: Span;
}

export type HclExpression =
  | HclNumber
  | HclBoolean
  | HclNull
  | HclTemplate
  | HclTuple
  | HclObject
  | HclForTuple
  | HclForObject
  | HclVariable
  | HclCall
  | HclGetAttribute
  | HclIndex
  | HclSplat
  | HclConditional
  | HclBinary
  | HclUnary
  | HclParentheses;

export interface HclNumber {
  readonly type: "HclNumber";
  readonly value: number;
  /** As written: `1e3`, `012`. */
  readonly raw: string;
  readonly span: Span;
}

export interface HclBoolean {
  readonly type: "HclBoolean";
  readonly value: boolean;
  readonly span: Span;
}

export interface HclNull {
  readonly type: "HclNull";
  readonly span: Span;
}

/**
 * A string: quoted (also in JSON), or a heredoc. A literal string has text parts only (none when empty). A heredoc's text is split at line
 * ends, so that each part of an indented heredoc (`<<-`) maps to its source with one offset.
 */
export interface HclTemplate {
  readonly type: "HclTemplate";
  readonly form: "quoted" | "heredoc";
  readonly parts: readonly HclTemplatePart[];
  /** Quotes, or heredoc markers from `<<` to the end of the closing marker, included. */
  readonly span: Span;
}

export type HclTemplatePart = HclText | HclInterpolation | HclTemplateIf | HclTemplateFor;

export interface HclText {
  readonly type: "HclText";
  /** Escapes resolved, indentation of `<<-` removed. */
  readonly value: string;
  /** The source of `value`; the same characters unless the text holds escapes or a carriage return. */
  readonly span: Span;
}

/** `${ expression }`; `~` next to a brace trims the neighbouring text (already trimmed in the neighbours' `value`). */
export interface HclInterpolation {
  readonly type: "HclInterpolation";
  readonly expression: HclExpression;
  readonly span: Span;
}

/** `%{ if condition }…%{ else }…%{ endif }`. */
export interface HclTemplateIf {
  readonly type: "HclTemplateIf";
  readonly condition: HclExpression;
  readonly consequent: readonly HclTemplatePart[];
  readonly alternate: readonly HclTemplatePart[];
  readonly span: Span;
}

/** `%{ for key, value in collection }…%{ endfor }`. */
export interface HclTemplateFor {
  readonly type: "HclTemplateFor";
  readonly key: string | null;
  readonly value: string;
  readonly collection: HclExpression;
  readonly body: readonly HclTemplatePart[];
  readonly span: Span;
}

export interface HclTuple {
  readonly type: "HclTuple";
  readonly items: readonly HclExpression[];
  /** Brackets included. */
  readonly span: Span;
}

export interface HclObject {
  readonly type: "HclObject";
  readonly items: readonly HclObjectItem[];
  readonly span: Span;
}

/**
 * A bare identifier as key is an `HclVariable` here; it means its own name, and so do the keys `true`, `false` and `null`.
 * `(expression)` is an `HclParentheses`.
 */
export interface HclObjectItem {
  readonly type: "HclObjectItem";
  readonly key: HclExpression;
  readonly separator: "=" | ":";
  readonly value: HclExpression;
  readonly span: Span;
}

/** `[for key, value in collection : result if condition]`. */
export interface HclForTuple {
  readonly type: "HclForTuple";
  readonly key: string | null;
  readonly value: string;
  readonly collection: HclExpression;
  readonly result: HclExpression;
  readonly condition: HclExpression | null;
  readonly span: Span;
}

/** `{for key, value in collection : resultKey => result... if condition}`; `grouped` when `...` follows the result. */
export interface HclForObject {
  readonly type: "HclForObject";
  readonly key: string | null;
  readonly value: string;
  readonly collection: HclExpression;
  readonly resultKey: HclExpression;
  readonly result: HclExpression;
  readonly grouped: boolean;
  readonly condition: HclExpression | null;
  readonly span: Span;
}

/** The first name of a traversal: `var`, `local`, `data`, `aws_iam_role`, an iterator. */
export interface HclVariable {
  readonly type: "HclVariable";
  readonly name: string;
  readonly span: Span;
}

/** `name(…)`; provider functions keep their colons (`provider::aws::arn_parse`). `expanded`: the last argument has `...`. */
export interface HclCall {
  readonly type: "HclCall";
  readonly name: string;
  readonly nameSpan: Span;
  readonly arguments: readonly HclExpression[];
  readonly expanded: boolean;
  readonly span: Span;
}

export interface HclGetAttribute {
  readonly type: "HclGetAttribute";
  readonly object: HclExpression;
  readonly name: string;
  readonly span: Span;
}

/** `object[key]`; the legacy `object.0` has an `HclNumber` as key. */
export interface HclIndex {
  readonly type: "HclIndex";
  readonly object: HclExpression;
  readonly key: HclExpression;
  readonly legacy: boolean;
  readonly span: Span;
}

/**
 * `object[*]…` (`full`) or `object.*…`; `each` is what follows, applied to each element: its innermost object is an
 * `HclVariable` with the empty name, of zero width, just after the star (after the bracket in `[*]`).
 */
export interface HclSplat {
  readonly type: "HclSplat";
  readonly object: HclExpression;
  readonly full: boolean;
  readonly each: HclExpression;
  readonly span: Span;
}

export interface HclConditional {
  readonly type: "HclConditional";
  readonly condition: HclExpression;
  readonly consequent: HclExpression;
  readonly alternate: HclExpression;
  readonly span: Span;
}

export type HclBinaryOperator = "+" | "-" | "*" | "/" | "%" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "&&" | "||";

export interface HclBinary {
  readonly type: "HclBinary";
  readonly operator: HclBinaryOperator;
  readonly left: HclExpression;
  readonly right: HclExpression;
  readonly span: Span;
}

export interface HclUnary {
  readonly type: "HclUnary";
  readonly operator: "-" | "!";
  readonly operand: HclExpression;
  readonly span: Span;
}

export interface HclParentheses {
  readonly type: "HclParentheses";
  readonly expression: HclExpression;
  readonly span: Span;
}

export type HclNode =
  | HclFile
  | HclBody
  | HclAttribute
  | HclBlock
  | HclLabel
  | HclExpression
  | HclTemplatePart
  | HclObjectItem
  | HclComment;
