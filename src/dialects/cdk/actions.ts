import type { ActionEntry, ListElement, Opaque, SourceList } from "../../model/policy.js";
import type { EstreeFile } from "../../syntax/estree.js";
import { memberName, shownText, unwrap, wrapped } from "../../syntax/estree.js";
import type { CallExpression, Node } from "../../syntax/estree-nodes.js";
import { spanOf } from "../../syntax/estree-nodes.js";
import { resolve } from "../../syntax/estree-values.js";
import { isMention, listBehind, usesOf } from "./lists.js";

export interface ActionList {
  readonly entries: readonly ActionEntry[];
  readonly opaque: readonly Opaque[];
  /** Lists that stand by themselves and have other users, too; each of them is in `opaque` as well. */
  readonly shared: readonly SharedUse[];
}

/** One use of a list that several statements take their actions from. */
export interface SharedUse {
  /** The list, or the text in its place, where it is written. */
  readonly value: Node;
  readonly shown: string;
  /** The expression that stands for it here; null when it comes as part of an object that others use, too. */
  readonly at: Node | null;
  /** Its user takes it for the actions that it does not grant. */
  readonly isNegated?: true;
}

export const NO_ACTIONS: ActionList = { entries: [], opaque: [], shared: [] };

export function joined(lists: readonly ActionList[]): ActionList {
  return {
    entries: lists.flatMap(({ entries }) => entries),
    opaque: lists.flatMap(({ opaque }) => opaque),
    shared: lists.flatMap(({ shared }) => shared),
  };
}

/** The list, with the place that hands its actions over when the program runs. */
export function handedOver(list: ActionList, by: readonly number[]): ActionList {
  return { ...list, entries: list.entries.map((entry) => ({ ...entry, handedAt: by })) };
}

/** Where a stack trace places a creation or a call. */
export function tracedAt(node: Node): number {
  const callee = node.type === "CallExpression" ? unwrap(node.callee) : node;
  return callee.type === "MemberExpression" ? callee.property.range[0] : callee.range[0];
}

const DEEPEST = 20;

/** The value of `actions` (an array), or of `Action` in JSON (an array or one string). */
export function readActions(file: EstreeFile, value: Node, depth = 0): ActionList {
  const node = unwrap(value);
  const text = textOf(node);
  if (text !== null) {
    return { ...NO_ACTIONS, entries: [{ ...text, span: spanOf(node), home: { kind: "single", style: "bracketed" }, locked: null }] };
  }
  if (node.type === "ArrayExpression") {
    const list = bracketed(node.range[0], node.range[1], node.elements);
    return readElements(file, node.elements, list, depth);
  }
  // Lists that are made of each other: no program runs with them.
  if (depth > DEEPEST) return opaque(file, node, "nests too deeply");
  const parts = concatenated(node);
  return parts === null ? readNamed(file, node, depth) : joined(parts.map((part) => readActions(file, part, depth + 1)));
}

/** `one.concat(other, …)`: the lists that are put together. */
function concatenated(node: Node): readonly Node[] | null {
  const callee = node.type === "CallExpression" ? unwrap(node.callee) : null;
  if (node.type !== "CallExpression" || callee?.type !== "MemberExpression" || memberName(callee) !== "concat") return null;
  return [callee.object, ...node.arguments.map((argument) => (argument.type === "SpreadElement" ? argument : unwrap(argument)))];
}

/** The value of `actions` in an object that several statements are made of. */
export function readAliased(file: EstreeFile, value: Node): ActionList {
  const node = unwrap(value);
  const list = textOf(node) === null ? listBehind(file, node) : node;
  return list === null ? opaque(file, node, "is not a list in this file") : sharedList(file, node, list, null);
}

/** The arguments of `addActions(…)`, or those of another method behind the first few. */
export function readArguments(file: EstreeFile, call: CallExpression, skipped = 0): ActionList {
  const open = skipped === 0 ? openingParenthesis(file, call) : commaAfter(file, call.arguments[skipped - 1] ?? call);
  const given = call.arguments.slice(skipped);
  return readElements(file, given, bracketed(open, call.range[1], given), 0);
}

function commaAfter(file: EstreeFile, argument: Node): number {
  return offsetOf(file, ",", wrapped(file, argument).range[1], file.text.length);
}

export function bracketed(open: number, end: number, elements: readonly (Node | null)[]): SourceList {
  const items = elements.flatMap((element) => (element === null ? [] : [spanOf(element)]));
  return { syntax: "bracketed", open, close: end - 1, items };
}

function openingParenthesis(file: EstreeFile, call: CallExpression): number {
  // Before it: a closing bracket of a parenthesised callee, white space, or the mark of an optional call.
  return offsetOf(file, "(", (call.typeArguments ?? call.callee).range[1], call.range[1]);
}

/** Where this character stands, comments passed over. */
function offsetOf(file: EstreeFile, character: string, from: number, end: number): number {
  let at = from;
  for (;;) {
    const comment = file.comments.find(({ start }) => start === at);
    if (comment !== undefined) at = comment.end;
    else if (file.text[at] === character || at >= end) return at;
    else at += 1;
  }
}

function readElements(file: EstreeFile, elements: readonly (Node | null)[], list: SourceList, depth: number): ActionList {
  const present = elements.filter((element) => element !== null);
  const entries: ActionEntry[] = [];
  const others: ActionList[] = [];
  present.forEach((element, index) => {
    const text = textOf(element);
    // Nearly all elements are plain literals.
    if (text !== null) entries.push({ ...text, span: spanOf(element), home: { kind: "item", element: { list, index } }, locked: null });
    else {
      const read = readElement(file, element, { list, index }, depth);
      entries.push(...read.entries);
      others.push(read);
    }
  });
  return { entries, opaque: others.flatMap(({ opaque: parts }) => parts), shared: others.flatMap(({ shared }) => shared) };
}

function readElement(file: EstreeFile, element: Node, home: ListElement, depth: number): ActionList {
  if (element.type === "SpreadElement") return readActions(file, element.argument, depth + 1);
  const node = unwrap(element);
  const own = textOf(node);
  if (own !== null) {
    const locked = "it stands in a type assertion";
    return { ...NO_ACTIONS, entries: [{ ...own, span: spanOf(element), home: { kind: "item", element: home }, locked }] };
  }
  const constant = textOf(resolve(file, node));
  if (constant === null || node === resolve(file, node)) return opaque(file, element, "is not a literal");
  const entry: ActionEntry = {
    value: constant.value,
    quote: '"',
    span: spanOf(element),
    home: { kind: "item", element: home },
    locked: `it is written as "${shownText(file, element)}"`,
  };
  return { ...NO_ACTIONS, entries: [entry] };
}

/** A list behind a name: editable where it stands when only this one place uses it; else one list of its own for all its uses. */
function readNamed(file: EstreeFile, node: Node, depth: number): ActionList {
  const list = listBehind(file, node);
  if (list === null) return opaque(file, node, "is not a list in this file");
  const { mentions, lost, isChanged } = usesOf(file, list);
  if (isChanged) return opaque(file, node, "is changed after it is made");
  const [mention, ...others] = mentions;
  const isOwn = mention !== undefined && others.length === 0 && lost.length === 0 && isMention(file, mention, node);
  return isOwn ? readActions(file, list, depth + 1) : sharedList(file, node, list, node);
}

function sharedList(file: EstreeFile, node: Node, value: Node, at: Node | null): ActionList {
  const shown = shownText(file, node);
  const why = `the list "${shown}" is also used elsewhere`;
  return { ...NO_ACTIONS, opaque: [{ span: spanOf(node), why, from: shown }], shared: [{ value, shown, at }] };
}

function opaque(file: EstreeFile, node: Node, what: string): ActionList {
  return { ...NO_ACTIONS, opaque: [{ span: spanOf(node), why: `"${shownText(file, node)}" ${what}` }] };
}

function textOf(node: Node): { readonly value: string; readonly quote: string } | null {
  if (node.type === "Literal" && typeof node.value === "string") return { value: node.value, quote: node.raw.charAt(0) };
  const [quasi, ...others] = node.type === "TemplateLiteral" ? node.quasis : [];
  if (quasi === undefined || others.length > 0) return null;
  return typeof quasi.value.cooked === "string" ? { value: quasi.value.cooked, quote: "`" } : null;
}
