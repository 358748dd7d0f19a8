import type { ActionEntry, ListElement, Opaque, SourceList } from "../../model/policy.js";
import type { EstreeFile } from "../../syntax/estree.js";
import { holderOf, shownText, unwrap } from "../../syntax/estree.js";
import type { CallExpression, Node } from "../../syntax/estree-nodes.js";
import { spanOf } from "../../syntax/estree-nodes.js";
import { constantOf, isShared, resolve, valueReads } from "../../syntax/estree-values.js";

export interface ActionList {
  readonly entries: readonly ActionEntry[];
  readonly opaque: readonly Opaque[];
}

export const NO_ACTIONS: ActionList = { entries: [], opaque: [] };

export function joined(lists: readonly ActionList[]): ActionList {
  return { entries: lists.flatMap(({ entries }) => entries), opaque: lists.flatMap(({ opaque }) => opaque) };
}

/** The value of `actions` (an array), or of `Action` in JSON (an array or one string). */
export function readActions(file: EstreeFile, value: Node, locked: string | null): ActionList {
  const node = unwrap(value);
  const text = textOf(node);
  if (text !== null) {
    return { entries: [{ ...text, span: spanOf(node), home: { kind: "single", style: "bracketed" }, locked }], opaque: [] };
  }
  if (node.type === "ArrayExpression") {
    const list = bracketed(node.range[0], node.range[1], node.elements);
    return readElements(file, node.elements, list, locked);
  }
  return readNamed(file, node, locked);
}

/** The arguments of `addActions(…)`. */
export function readArguments(file: EstreeFile, call: CallExpression): ActionList {
  const open = openingParenthesis(file, call);
  return readElements(file, call.arguments, bracketed(open, call.range[1], call.arguments), null);
}

export function bracketed(open: number, end: number, elements: readonly (Node | null)[]): SourceList {
  const items = elements.flatMap((element) => (element === null ? [] : [spanOf(element)]));
  return { syntax: "bracketed", open, close: end - 1, items };
}

function openingParenthesis(file: EstreeFile, call: CallExpression): number {
  let at = (call.typeArguments ?? call.callee).range[1];
  for (;;) {
    const comment = file.comments.find(({ start }) => start === at);
    if (comment !== undefined) at = comment.end;
    else if (file.text[at] === "(" || at >= call.range[1]) return at;
    // A closing bracket of a parenthesised callee, white space, or the mark of an optional call.
    else at += 1;
  }
}

function readElements(file: EstreeFile, elements: readonly (Node | null)[], list: SourceList, locked: string | null): ActionList {
  const present = elements.filter((element) => element !== null);
  return joined(present.map((element, index) => readElement(file, element, { list, index }, locked)));
}

function readElement(file: EstreeFile, element: Node, home: ListElement, locked: string | null): ActionList {
  if (element.type === "SpreadElement") {
    const spread = unwrap(element.argument);
    return spread.type === "ArrayExpression" ? readActions(file, spread, locked) : readNamed(file, spread, locked);
  }
  const node = unwrap(element);
  const own = textOf(node);
  if (own !== null) {
    const asserted = node === element ? null : "it stands in a type assertion";
    const entry: ActionEntry = { ...own, span: spanOf(element), home: { kind: "item", element: home }, locked: locked ?? asserted };
    return { entries: [entry], opaque: [] };
  }
  const constant = textOf(resolve(file, node));
  if (constant === null || node === resolve(file, node)) return opaque(file, element, "is not a literal");
  const entry: ActionEntry = {
    value: constant.value,
    quote: '"',
    span: spanOf(element),
    home: { kind: "item", element: home },
    locked: locked ?? `it is written as "${shownText(file, element)}"`,
  };
  return { entries: [entry], opaque: [] };
}

/** A list behind a name: editable where it stands when only this one place uses it. */
function readNamed(file: EstreeFile, node: Node, locked: string | null): ActionList {
  const target = resolve(file, node);
  const shown = shownText(file, node);
  if (target.type !== "ArrayExpression" || target === node) return opaque(file, node, "is not a list in this file");
  if (isChanged(file, node)) return opaque(file, node, "is changed after it is made");
  const shared = isShared(file, node) ? `the list "${shown}" is also used elsewhere` : null;
  return readActions(file, target, locked ?? shared);
}

/** Is anything but reading done to the list: `list.push(…)`, `list[0] = …`? */
function isChanged(file: EstreeFile, node: Node): boolean {
  if (node.type !== "Identifier") return true;
  const variable = file.variables.get(node);
  if (variable === undefined) return true;
  const value = constantOf(variable);
  if (value !== null && unwrap(value).type === "Identifier" && isChanged(file, unwrap(value))) return true;
  return valueReads(variable).some((read) => holderOf(file, read)?.type === "MemberExpression");
}

function opaque(file: EstreeFile, node: Node, what: string): ActionList {
  return { entries: [], opaque: [{ span: spanOf(node), why: `"${shownText(file, node)}" ${what}` }] };
}

function textOf(node: Node): { readonly value: string; readonly quote: string } | null {
  if (node.type === "Literal" && typeof node.value === "string") return { value: node.value, quote: node.raw.charAt(0) };
  const [quasi, ...others] = node.type === "TemplateLiteral" ? node.quasis : [];
  if (quasi === undefined || others.length > 0) return null;
  return typeof quasi.value.cooked === "string" ? { value: quasi.value.cooked, quote: "`" } : null;
}
