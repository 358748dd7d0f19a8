import type { CST } from "yaml";
import { SyntaxProblem } from "../model/text.js";
import type { YamlAlias, YamlComment, YamlDocument, YamlFile, YamlMap, YamlNode, YamlPair, YamlScalar } from "./yaml-nodes.js";
import { yamlLibrary } from "./yaml-library.js";

export type * from "./yaml-nodes.js";

/**
 * Reads YAML 1.2 text, and with it JSON. Throws a `SyntaxProblem` at the first place that does not follow the grammar
 * strictly.
 *
 * The tree is made from the tokens, not from the documents that `yaml` composes: only tokens know where tags, dashes, colons
 * and brackets stand. The documents are composed for their errors.
 */
export function parseYaml(text: string): YamlFile {
  if (latest?.text !== text) latest = { text, file: read(text) };
  return latest.file;
}

/** A file is asked for several times in a row: as a syntax tree, for its policies, as its own rival. */
let latest: { readonly text: string; readonly file: YamlFile } | null = null;

function read(text: string): YamlFile {
  const { tokens, comments } = tokenize(text);
  refuseErrors(tokens, text);
  return {
    type: "YamlFile",
    documents: tokens.flatMap((token) => (token.type === "document" ? [documentOf(token)] : [])),
    comments,
    span: { start: 0, end: text.length },
  };
}

function tokenize(text: string): { tokens: readonly CST.Token[]; comments: readonly YamlComment[] } {
  const { CST, Lexer, Parser } = yamlLibrary();
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  const comments: YamlComment[] = [];
  let offset = 0;
  let scalarFollows = false;
  for (const lexeme of new Lexer().lex(text)) {
    tokens.push(...parser.next(lexeme));
    // The lexer puts control characters of its own, which stand nowhere in the text, between the others.
    const isMark = !scalarFollows && (lexeme === CST.SCALAR || lexeme === CST.DOCUMENT || lexeme === CST.FLOW_END);
    if (isMark) {
      scalarFollows = lexeme === CST.SCALAR;
      continue;
    }
    if (!scalarFollows && lexeme.startsWith("#")) {
      comments.push({ type: "YamlComment", value: lexeme.slice(1), span: { start: offset, end: offset + lexeme.length } });
    }
    scalarFollows = false;
    offset += lexeme.length;
  }
  tokens.push(...parser.end());
  return { tokens, comments };
}

function refuseErrors(tokens: readonly CST.Token[], text: string): void {
  const { Composer } = yamlLibrary();
  // Tags of CloudFormation are unknown to `yaml`, which is a warning only.
  const composer = new Composer({ uniqueKeys: false, logLevel: "silent" });
  const errors = [...composer.compose(tokens)].flatMap((document) => document.errors).concat(composer.streamInfo().errors);
  const [first] = errors.sort((a, b) => a.pos[0] - b.pos[0]);
  if (first !== undefined) {
    const isTooDeep = first.message.startsWith("Maximum call stack");
    const reason = isTooDeep ? "its values are nested too deeply" : first.message.replace(/\s+/gu, " ").replace(/\.$/u, "");
    const grammar = /^\s*[{[]/u.test(text) ? "neither JSON nor strict YAML" : "not strict YAML";
    throw new SyntaxProblem(`This is ${grammar}: ${reason}.`, first.pos[0]);
  }
}

type Anchors = Map<string, Exclude<YamlNode, YamlAlias>>;

function documentOf(token: CST.Document): YamlDocument {
  const root = nodeOf(token.value, token.start, token.offset, new Map());
  return { type: "YamlDocument", root, span: root.span };
}

/** `before` holds the tag and the anchor of the node; `at` is where a node that is left out stands. */
function nodeOf(
  token: CST.Token | null | undefined,
  before: readonly CST.SourceToken[],
  at: number,
  anchors: Anchors,
): YamlNode {
  const marks = before.filter((each) => each.type === "tag" || each.type === "anchor");
  const start = marks[0]?.offset ?? token?.offset ?? at;
  const base = {
    tag: marks.find((each) => each.type === "tag")?.source ?? null,
    anchor: marks.find((each) => each.type === "anchor")?.source.slice(1) ?? null,
  };
  const node = bare(token, (end) => ({ ...base, span: { start, end: end ?? endOf(marks.at(-1)) ?? at } }), anchors);
  if (node.anchor !== null && node.type !== "YamlAlias") anchors.set(node.anchor, node);
  return node;
}

type Common = (end: number | null) => Pick<YamlNode, "tag" | "anchor" | "span">;

function bare(token: CST.Token | null | undefined, common: Common, anchors: Anchors): YamlNode {
  if (token?.type === "block-map") return blockMap(token, common, anchors);
  if (token?.type === "block-seq") return blockSequence(token, common, anchors);
  if (token?.type === "flow-collection") {
    return token.start.type === "flow-map-start" ? flowMap(token, common, anchors) : flowSequence(token, common, anchors);
  }
  if (token?.type === "alias") {
    const name = token.source.slice(1);
    return { type: "YamlAlias", ...common(endOf(token)), name, target: anchors.get(name) ?? null };
  }
  const { CST } = yamlLibrary();
  if (CST.isScalar(token)) {
    // What is wrong with it was reported when the document was composed.
    const { value, type } = CST.resolveAsScalar(token, true, () => undefined);
    return { type: "YamlScalar", ...common(endOf(token)), value, style: STYLES.get(type) ?? "plain" };
  }
  return { type: "YamlScalar", ...common(null), value: "", style: "plain" };
}

const STYLES: ReadonlyMap<string | null, YamlScalar["style"]> = new Map([
  ["QUOTE_SINGLE", "single"],
  ["QUOTE_DOUBLE", "double"],
  ["BLOCK_FOLDED", "block"],
  ["BLOCK_LITERAL", "block"],
]);

function blockMap(token: CST.BlockMap, common: Common, anchors: Anchors): YamlMap {
  const pairs = token.items.flatMap((item) => pairOf(item, token.offset, anchors));
  return { type: "YamlMap", ...common(pairs.at(-1)?.span.end ?? token.offset), style: "block", pairs };
}

function flowMap(token: CST.FlowCollection, common: Common, anchors: Anchors): YamlMap {
  const pairs = token.items.flatMap((item) => pairOf(item, token.offset, anchors));
  return { type: "YamlMap", ...common(closeOf(token) + 1), style: "flow", pairs };
}

function pairOf(item: CST.CollectionItem, at: number, anchors: Anchors): readonly YamlPair[] {
  if (item.sep === undefined && isNothing(item)) return [];
  // In a flow map, a key alone is the value of its item.
  const keyToken = item.key ?? (item.sep === undefined ? item.value : null);
  const separator = item.sep ?? [];
  const colon = separator.find((each) => each.type === "map-value-ind")?.offset ?? null;
  const key = nodeOf(keyToken, item.start, colon ?? at, anchors);
  const value = nodeOf(item.sep === undefined ? null : item.value, separator, colon === null ? key.span.end : colon + 1, anchors);
  return [{ type: "YamlPair", key, colon, value, span: { start: key.span.start, end: value.span.end } }];
}

function blockSequence(token: CST.BlockSequence, common: Common, anchors: Anchors): YamlNode {
  const dashes: number[] = [];
  const items: YamlNode[] = [];
  for (const item of token.items) {
    // Comments below the last item make one without a dash.
    const dash = item.start.find((each) => each.type === "seq-item-ind");
    if (dash === undefined) continue;
    dashes.push(dash.offset);
    items.push(nodeOf(item.value, item.start, dash.offset + 1, anchors));
  }
  const list = { syntax: "block-sequence", dashes, items: items.map((item) => item.span) } as const;
  return { type: "YamlSequence", ...common(items.at(-1)?.span.end ?? token.offset), items, list };
}

function flowSequence(token: CST.FlowCollection, common: Common, anchors: Anchors): YamlNode {
  const close = closeOf(token);
  const items = token.items.flatMap((item): readonly YamlNode[] => {
    if (item.sep === undefined) return isNothing(item) ? [] : [nodeOf(item.value ?? item.key, item.start, close, anchors)];
    // `[a: b]` holds a map of one pair.
    const pairs = pairOf(item, token.offset, anchors);
    const span = { start: pairs[0]?.span.start ?? close, end: pairs[0]?.span.end ?? close };
    return [{ type: "YamlMap", tag: null, anchor: null, span, style: "flow", pairs }];
  });
  const list = { syntax: "bracketed", open: token.start.offset, close, items: items.map((item) => item.span) } as const;
  return { type: "YamlSequence", ...common(close + 1), items, list };
}

/** What follows a trailing comma. */
function isNothing(item: CST.CollectionItem): boolean {
  const isMarked = item.start.some((each) => each.type === "tag" || each.type === "anchor");
  return (item.value ?? null) === null && (item.key ?? null) === null && !isMarked;
}

function closeOf(token: CST.FlowCollection): number {
  const bracket = token.end.find((each) => each.type === "flow-map-end" || each.type === "flow-seq-end");
  return bracket?.offset ?? token.offset;
}

function endOf(token: CST.SourceToken | CST.FlowScalar | CST.BlockScalar | undefined): number | null {
  if (token === undefined) return null;
  if (token.type !== "block-scalar") return token.offset + token.source.length;
  const header = token.props.at(-1);
  const start = header === undefined || !("source" in header) ? token.offset : header.offset + header.source.length;
  // The line breaks that end a block scalar are not its own text.
  return start + token.source.replace(/[ \t\r\n]+$/u, "").length;
}
