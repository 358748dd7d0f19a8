import { marked, NO_COMMENT, type Comment } from "../end-to-end/print.js";
import type { Random } from "../terraform-generator/random.js";
import type { Item, Member, Node } from "./nodes.js";

/** How one file is written; what is left open is chosen anew at every node. */
export interface Style {
  readonly random: Random;
  readonly unit: "  " | "    " | "\t";
  /** Do dashes stand at the column of their key? */
  readonly dashesAtKey: boolean;
  /** How likely a node is written in flow style. */
  readonly flow: number;
  /** How likely a map is written as JSON. */
  readonly json: number;
  readonly quotes: readonly Quote[];
  readonly padded: boolean;
  readonly colon: ": " | ":";
  readonly comma: ", " | ",";
  /** Are functions written in their short form, where there is one? */
  readonly shortForms: number;
  readonly isJson: boolean;
}

export type Quote = "plain" | "single" | "double";

export function someStyle(random: Random, isJson: boolean): Style {
  return {
    random,
    unit: isJson ? random.pick(["  ", "    ", "\t"]) : random.pick(["  ", "  ", "    "]),
    dashesAtKey: random.chance(0.3),
    flow: isJson ? 1 : random.pick([0, 0.05, 0.05, 0.3]),
    json: random.pick([0, 0, 0.05]),
    quotes: isJson ? ["double"] : random.pick<readonly Quote[]>([["plain"], ["plain"], ["single"], ["double"], ["plain", "single", "double"]]),
    padded: random.chance(0.3),
    colon: isJson ? random.pick([": ", ": ", ":"]) : ": ",
    comma: random.pick([", ", ", ", ","]),
    shortForms: isJson ? 0 : random.pick([0, 0.5, 1, 1]),
    isJson,
  };
}

/** A whole file, with marks. */
export function printTemplate(root: Node, style: Style): string {
  if (style.isJson) return `${flowText(root, "", style, style.random.chance(0.1) ? "inline" : "lines")}\n`;
  if (root.kind !== "map") throw new Error("A template is a map.");
  return `${blockMembers(root.members, "", style).join("\n")}\n`;
}

/** What follows the colon of a key or a dash, with the blank before it. `indent` is the column of the key, or after the dash. */
function blockValue(node: Node, indent: string, after: "key" | "dash", style: Style): string {
  const { random } = style;
  switch (node.kind) {
    case "scalar":
      return ` ${scalarText(node, false, style)}`;
    case "alias":
      return ` *${node.name}`;
    case "call":
      if (!isShort(node, style)) return blockValue(longForm(node), indent, after, style);
      return ` ${tagOf(node.name)}${blockValue(node.argument, indent, "key", style)}`;
    case "list":
      if (node.items.length === 0 || random.chance(style.flow)) return ` ${flowInBlock(node, indent, style)}`;
      return blockList(node, indent, after, style);
    case "map":
      if (random.chance(style.json)) return ` ${flowText(node, indent + style.unit, { ...style, isJson: true, shortForms: 0, colon: random.pick([": ", ":"]) }, random.pick(["inline", "lines"]))}`;
      if (node.members.length === 0 || random.chance(style.flow)) return ` ${flowInBlock(node, indent, style)}`;
      if (after === "dash") return ` ${marked(node.mark, blockMembers(node.members, indent, style).join("\n").trimStart())}`;
      return `\n${withMark(node.mark, blockMembers(node.members, indent + style.unit, style).join("\n"))}`;
  }
}

function blockList(node: Extract<Node, { kind: "list" }>, indent: string, after: "key" | "dash", style: Style): string {
  const { random } = style;
  if (after === "dash" && node.anchor === undefined && random.chance(0.7)) {
    // - - x
    return ` ${blockItems(node.items.map((item, index) => (index === 0 && item.comment.place === "above" ? { ...item, comment: NO_COMMENT } : item)), indent, style).join("\n").trimStart()}`;
  }
  const column = after === "dash" || !style.dashesAtKey ? `${indent}  ` : indent;
  return `${node.anchor === undefined ? "" : ` ${anchorOf(node).trim()}`}\n${blockItems(node.items, column, style).join("\n")}`;
}

/** The mark begins with the text, not with what it is indented by. */
function withMark(name: string | undefined, text: string): string {
  const [indent = ""] = /^\s*/u.exec(text) ?? [];
  return indent + marked(name, text.slice(indent.length));
}

function blockMembers(members: readonly Member[], indent: string, style: Style): readonly string[] {
  return members.map(({ key, node, comment }) => commented(comment, indent, `${indent}${keyText(key, style)}:${blockValue(node, indent, "key", style)}`));
}

function blockItems(items: readonly Item[], indent: string, style: Style): readonly string[] {
  const gap = style.random.chance(0.1) ? "   " : " ";
  return items.map(({ node, comment }) => {
    const value = blockValue(node, `${indent} ${gap}`, "dash", style);
    return commented(comment, indent, `${indent}-${value.startsWith("\n") ? value : gap + value.slice(1)}`);
  });
}

/** A comment after a value of several lines would stand in its last line: it is left out. */
function commented({ place, text }: Comment, indent: string, body: string): string {
  const written = marked("comment", `# ${text}`);
  if (place === "above") return `${indent}${written}\n${body}`;
  return place === "after" && !body.includes("\n") ? `${body} ${written}` : body;
}

/** The brackets of a flow collection stand further right than the key of the block that it is in. */
function flowInBlock(node: Node, indent: string, style: Style): string {
  return flowText(node, indent + style.unit, style, style.random.pick(["inline", "lines", "lines"]));
}

function flowText(node: Node, indent: string, style: Style, layout: "inline" | "lines"): string {
  switch (node.kind) {
    case "scalar":
      return scalarText(node, true, style);
    case "alias":
      return `*${node.name} `;
    case "call":
      if (!isShort(node, style)) return flowText(longForm(node), indent, style, layout);
      return `${tagOf(node.name)} ${flowText(node.argument, indent, style, layout)}`;
    case "list": {
      const own = layout === "lines" && node.items.every((item) => item.node.kind === "scalar") ? style.random.pick(["inline", "lines"] as const) : layout;
      return anchorOf(node) + bracketed("[", "]", node.items, indent, style, own, (item, inner) => flowText(item.node, inner, style, own));
    }
    case "map":
      return marked(
        node.mark,
        bracketed("{", "}", node.members, indent, style, layout, (member, inner) => {
          const key = keyText(member.key, style);
          // After a quoted key, YAML takes a colon without a blank, too.
          const colon = key.startsWith('"') ? style.colon : ": ";
          return key + colon + flowText(member.node, inner, style, layout);
        }),
      );
  }
}

function bracketed<Each extends Item>(
  open: string,
  close: string,
  items: readonly Each[],
  indent: string,
  style: Style,
  layout: "inline" | "lines",
  print: (item: Each, indent: string) => string,
): string {
  if (items.length === 0) return open + close;
  const trailing = !style.isJson && style.random.chance(0.15) ? "," : "";
  if (layout === "inline") {
    const blank = style.padded ? " " : "";
    return `${open}${blank}${items.map((item) => print(item, indent)).join(style.comma)}${trailing}${blank}${close}`;
  }
  const inner = indent + style.unit;
  const lines = items.map((item, index) => {
    const line = inner + print(item, inner) + (index < items.length - 1 ? "," : trailing);
    return style.isJson || line.includes("\n") ? line : commented(item.comment, inner, line);
  });
  return `${open}\n${lines.join("\n")}\n${indent}${close}`;
}

const SHORT_WITH_TAG = /^(?:Ref|Fn::\w+)$/u;

function isShort({ name }: Extract<Node, { kind: "call" }>, { random, shortForms }: Style): boolean {
  return SHORT_WITH_TAG.test(name) && random.chance(shortForms);
}

function tagOf(name: string): string {
  return `!${name.replace("Fn::", "")}`;
}

function longForm({ name, argument }: Extract<Node, { kind: "call" }>): Node {
  return { kind: "map", members: [{ key: name, node: argument, comment: { place: "none", text: "" } }] };
}

function anchorOf(node: Node): string {
  return node.kind === "list" && node.anchor !== undefined ? `&${node.anchor} ` : "";
}

function keyText(key: string, { isJson, random, quotes }: Style): string {
  if (isJson) return JSON.stringify(key);
  const isPlain = /^\w(?:[\w:]*\w)?$/u.test(key);
  return isPlain && (quotes.includes("plain") || random.chance(0.9)) ? key : JSON.stringify(key);
}

const PLAIN = /^[A-Za-z][\w:./*?-]*[\w*?]$/u;

function scalarText({ value, mark }: Extract<Node, { kind: "scalar" }>, inFlow: boolean, { random, quotes, isJson }: Style): string {
  if (isJson) return marked(mark, JSON.stringify(value));
  const quote = random.pick(quotes);
  const isPlain = PLAIN.test(value) && !/^(?:true|false|null|yes|no|on|off)$/iu.test(value) && !(inFlow && value.endsWith("?"));
  const written = quote === "plain" && isPlain ? value : quote === "single" || quote === "plain" ? `'${value.replaceAll("'", "''")}'` : JSON.stringify(value);
  return marked(mark, written);
}
