import type { Attachment, PrincipalName } from "./principal.js";
import type { Span } from "./text.js";

/**
 * A list in the source whose elements can be removed or replaced one by one.
 *
 * - `bracketed`: elements between brackets, separated by commas: an HCL tuple, a JSON array, a YAML flow sequence, a
 *   TypeScript array, a call's arguments. `open` and `close` are the offsets of the brackets. An HCL object list or a
 *   call's arguments may hold elements that are not in `items` only if they stand before `open`.
 * - `block-sequence`: YAML's `- element` lines; `dashes[i]` is the offset of the dash of `items[i]`.
 * - `blocks`: constructs of their own, without separators: HCL blocks, TypeScript statements.
 *
 * `items` are the elements' own texts in source order, tags and anchors included, comments and separators not.
 */
export type SourceList =
  | { readonly syntax: "bracketed"; readonly open: number; readonly close: number; readonly items: readonly Span[] }
  | { readonly syntax: "block-sequence"; readonly dashes: readonly number[]; readonly items: readonly Span[] }
  | { readonly syntax: "blocks"; readonly items: readonly Span[] };

/** An element of a list: its removal takes the element and what separates it from its neighbours. */
export interface ListElement {
  readonly list: SourceList;
  readonly index: number;
}

/**
 * Where an action entry stands.
 *
 * - `item`: an element of a list.
 * - `single`: the value itself, as in `"Action": "s3:*"`; to become several it must become a list, in the style of its host:
 *   `bracketed` writes `[…]` in place of the value; `block-sequence` writes dash lines after `keyEnd` (the offset just after
 *   the key's colon), each indented by `indent`.
 */
export type EntryHome =
  | { readonly kind: "item"; readonly element: ListElement }
  | { readonly kind: "single"; readonly style: "bracketed" }
  | { readonly kind: "single"; readonly style: "block-sequence"; readonly keyEnd: number; readonly indent: string };

/** One element of `Action` (or `NotAction`) that is plain text: a literal `s3:GetObject` or a pattern `s3:Get*`. */
export interface ActionEntry {
  /** As IAM reads it, unescaped, in the author's casing. */
  readonly value: string;
  /** The whole element, quotes and tag included. Reports stand here. */
  readonly span: Span;
  /** What stands before and after a value written in the style of this one: `"`, `'`, a backtick, `\"`, or nothing. */
  readonly quote: string;
  readonly home: EntryHome;
  /**
   * Null when this element may be edited where it stands. Otherwise a clause that completes "not fixed, because …", such as
   * `the list "local.read" is also used by other statements`.
   */
  readonly locked: string | null;
  /** Whether it applies is decided at deployment (a condition, a loop); absent when it does whenever its statement does. */
  readonly optional?: true;
  /**
   * Offsets of the expressions that hand it over when the program runs, where stack traces place them: at the `new` of a
   * creation, at the name of a called method. Absent where nothing runs.
   */
  readonly handedAt?: readonly number[];
  /** Where the same policies get the same action from, too: places, or `a call while the app is synthesised`. For messages. */
  readonly also?: readonly string[];
}

/**
 * A grant that the source names instead of spelling its actions out: a policy template of SAM, a managed policy of AWS, a grant
 * method of the CDK. Its text belongs to others, so it is never edited by itself.
 */
export interface NamedGrant {
  readonly name: string;
  /** Reports stand here. */
  readonly span: Span;
  /** Literals and patterns. */
  readonly actions: readonly string[];
  /** As in `ActionEntry`. */
  readonly locked: string | null;
  /** How it is taken out; null when it cannot be. */
  readonly element: ListElement | null;
  /** What may stand in its place when only `kept` is to stay granted, the narrowest last. Null: what it grants cannot be changed, only taken away. */
  readonly narrowed: ((kept: readonly string[]) => readonly NarrowerGrant[]) | null;
  /** What is not certain about its actions: clauses that complete "not fixed by itself, because …, and …". */
  readonly caveats?: readonly string[];
}

/** What stands in place of a named grant. */
export interface NarrowerGrant {
  /** `"S3ReadPolicy"`, `a statement`. */
  readonly shown: string;
  readonly span: Span;
  readonly text: string;
}

/** A part of the source that could not be read as literal text. `why` completes "not understood: …". */
export interface Opaque {
  readonly span: Span;
  readonly why: string;
  /** The document of its own that it refers to; it is understood there, and need not be listed. */
  readonly from?: string;
}

export type Effect = "Allow" | "Deny" | "unknown";

export interface Statement {
  readonly sid: string | null;
  readonly effect: Effect;
  readonly actions: readonly ActionEntry[];
  readonly notActions: readonly ActionEntry[];
  /** Elements of `Action` or `NotAction` that are not plain text. A statement that has some never counts as empty. */
  readonly opaque: readonly Opaque[];
  readonly span: Span;
  /** How the whole statement is taken out; null when it cannot be. */
  readonly element: ListElement | null;
  /** Whether the statement is there, or how many there are of it, is decided at deployment; absent when there is one. */
  readonly optional?: true;
}

/** What a policy document is attached as; decides its size quota. */
export type Holder = "managed" | "role" | "user" | "group" | "unknown";

/** The managed policies that are made of a document. */
export interface ManagedPolicies {
  /** As IAM calls them; what a deployment makes up is a pattern. */
  readonly names: readonly PrincipalName[];
  /** Those clauses of the attachment's `open` that a list of everyone who has these policies answers. */
  readonly elsewhere: readonly string[];
  /** The document is an inline policy of somebody, too. */
  readonly alsoInline?: true;
}

/** One IAM identity policy document, found in a source, with its attachment. */
export interface PolicyDocument {
  /** As the source names it: `data.aws_iam_policy_document.read`, `OrdersRole.Policies[0]`. For messages and summaries. */
  readonly address: string;
  readonly holder: Holder;
  /** The whole document's text. */
  readonly span: Span;
  readonly statements: readonly Statement[];
  /** Grants that it names; absent when it names none. */
  readonly named?: readonly NamedGrant[];
  /** Statements, or sources of statements, that could not be read. A document that has some never counts as empty. */
  readonly opaque: readonly Opaque[];
  /** Only a list of actions, which statements elsewhere take theirs from: it must not be left empty. */
  readonly partial?: true;
  /** How the whole policy is taken out of what holds it, when it is left without statements; null when it cannot be. */
  readonly element: ListElement | null;
  readonly attachment: Attachment;
  /** Absent when it is none, or when the source does not tell the names of all. */
  readonly managed?: ManagedPolicies;
  /** The names of the inline policies that it is, as far as the source gives them in plain text. */
  readonly inlineNames?: readonly string[];
}

/** The identity policies of one file. */
export interface LocatedPolicies {
  readonly documents: readonly PolicyDocument[];
  /** All comments of the file, in source order. */
  readonly comments: readonly Span[];
  /** What in this file looks like a policy and was not understood. */
  readonly opaque: readonly Opaque[];
  /** What it calls that cannot be read: `module "vpc" (terraform-aws-modules/vpc/aws)`. Policies may be made there, too. */
  readonly unread?: readonly string[];
  /** How many entries of traces were about another state of this file; absent when all are of this one. */
  readonly stale?: number;
  /** The directory (absolute) whose Terraform files say whose the policies are; absent when this file, or its own, does. */
  readonly boundIn?: string;
  /** The root modules (absolute paths of directories) that the file is part of; absent when it is deployed by itself, or nobody can tell. */
  readonly deployedFrom?: readonly string[];
}

export const NO_POLICIES: LocatedPolicies = { documents: [], comments: [], opaque: [] };
