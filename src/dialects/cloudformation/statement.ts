import type { ActionEntry, Effect, EntryHome, ListElement, Opaque, Statement } from "../../model/policy.js";
import { lineStart } from "../../model/text.js";
import type { YamlMap, YamlNode, YamlPair, YamlScalar } from "../../syntax/yaml-nodes.js";
import { hasTwice, isNull, pairAt, resolved, textOf, valueAt } from "../../syntax/yaml-values.js";
import { alternatives, choice, intrinsic, isIncluded, isNoValue } from "./intrinsics.js";
import type { Shared } from "./shared-text.js";

/**
 * The statements that a map stands for: one, or one for each value that an `Fn::If` chooses its `Action` from. Those cannot
 * be taken out one by one.
 */
export function readStatement(
  map: YamlMap,
  element: ListElement | null,
  text: string,
  shared: Shared,
): readonly Statement[] {
  const effect = effectOf(valueAt(map, "Effect"));
  const sid = textOf(valueAt(map, "Sid") ?? map);
  const statement = (actions: Elements, notActions: Elements, removal: ListElement | null): Statement => ({
    sid,
    effect,
    actions: actions.entries,
    notActions: notActions.entries,
    opaque: [...actions.opaque, ...notActions.opaque],
    span: map.span,
    element: removal,
  });

  const twice = ["Effect", "Action", "NotAction"].find((key) => hasTwice(map, key));
  const why =
    twice !== undefined
      ? `the statement has more than one ${twice}`
      : isIncluded(map)
        ? "a part of the statement is included from elsewhere"
        : null;
  if (why !== null) return [statement({ entries: [], opaque: [{ span: map.span, why }] }, NO_ELEMENTS, element)];

  const action = pairAt(map, "Action");
  const notAction = pairAt(map, "NotAction");
  if (action === null && notAction === null && effect !== "Deny") {
    const neither: Opaque = { span: map.span, why: "the statement has neither Action nor NotAction" };
    return [statement({ entries: [], opaque: [neither] }, NO_ELEMENTS, element)];
  }
  const notActions = notAction === null ? NO_ELEMENTS : elementsOf(notAction.value, homeOf(map, notAction, text), shared);
  if (action !== null && choice(action.value) !== null) {
    return alternatives(action.value).map(({ node }) => statement(elementsOf(node, BRACKETED, shared), notActions, null));
  }
  const actions = action === null ? NO_ELEMENTS : elementsOf(action.value, homeOf(map, action, text), shared);
  return [statement(actions, notActions, element)];
}

function effectOf(node: YamlNode | null): Effect {
  const text = node === null ? null : textOf(node);
  return text === "Allow" || text === "Deny" ? text : "unknown";
}

/** The elements of an `Action` or `NotAction`. */
interface Elements {
  readonly entries: readonly ActionEntry[];
  readonly opaque: readonly Opaque[];
}

const NO_ELEMENTS: Elements = { entries: [], opaque: [] };
const BRACKETED: EntryHome = { kind: "single", style: "bracketed" };

/** `single` says how a value that is no list becomes one. */
function elementsOf(node: YamlNode, single: EntryHome, shared: Shared): Elements {
  const value = resolved(node);
  if (value?.type !== "YamlSequence" || value.tag !== null) return elementOf(node, single, null, shared);
  const depends = value.items.some((item) => choice(item) !== null || isNoValue(item));
  const lock = depends ? "a condition decides what is left of its list" : null;
  return joined(
    value.items.flatMap((item, index) =>
      alternatives(item).map(({ node: alternative, when }) => {
        if (when.length === 0) return elementOf(item, { kind: "item", element: { list: value.list, index } }, lock, shared);
        const inner = resolved(alternative);
        if (inner?.type !== "YamlSequence") return elementOf(alternative, BRACKETED, lock, shared);
        return joined(
          inner.items.map((each, at) => elementOf(each, { kind: "item", element: { list: inner.list, index: at } }, lock, shared)),
        );
      }),
    ),
  );
}

function elementOf(node: YamlNode, home: EntryHome, lock: string | null, shared: Shared): Elements {
  const call = intrinsic(node);
  if (call !== null) return opaque(node, `${call.name} is only known at deployment`);
  const value = resolved(node);
  if (value?.type !== "YamlScalar" || isNull(value)) return opaque(node, "the action is not text");
  if (value.tag !== null) return opaque(node, `the action has the tag ${value.tag}`);
  if (value.style === "block") return opaque(node, "the action is a block of text");
  if (value.value.includes("${")) return opaque(node, "the action holds a variable");
  const locked = lockOf(node, shared) ?? lock;
  return { entries: [{ value: value.value, span: node.span, quote: quoteOf(node), home, locked }], opaque: [] };
}

function lockOf(node: YamlNode, shared: Shared): string | null {
  if (node.type === "YamlAlias") return `it is an alias of the text at the anchor "${node.name}"`;
  return shared(node.span) ?? (node.anchor === null ? null : `it has the anchor "${node.anchor}"`);
}

function opaque({ span }: YamlNode, why: string): Elements {
  return { entries: [], opaque: [{ span, why }] };
}

function joined(parts: readonly Elements[]): Elements {
  return { entries: parts.flatMap((part) => part.entries), opaque: parts.flatMap((part) => part.opaque) };
}

const QUOTES: Readonly<Record<YamlScalar["style"], string>> = { plain: "", single: "'", double: '"', block: "" };

function quoteOf(node: YamlNode): string {
  return node.type === "YamlScalar" ? QUOTES[node.style] : "";
}

/** How the value of a pair becomes a list: dashes in block style, brackets in flow style, which JSON is. */
function homeOf(map: YamlMap, pair: YamlPair, text: string): EntryHome {
  if (map.style === "flow" || pair.colon === null) return BRACKETED;
  const start = lineStart(text, pair.key.span.start);
  // What stands before the key, such as the dash of a list, takes up room that the lines below fill with blanks.
  const column = text.slice(start, pair.key.span.start).replace(/\S/gu, " ");
  return { kind: "single", style: "block-sequence", keyEnd: pair.colon + 1, indent: `${column}  ` };
}
