/**
 * Prints one tree in the bracketed syntaxes (HCL, JSON, TypeScript, YAML flow) and as YAML blocks, in many surface styles. The
 * printed text carries marks around entries, statements and comments; `unmarked` takes them out and tells where they stood.
 */
export type CommentPlace = "none" | "above" | "after" | "inside";

export interface Comment {
  readonly place: CommentPlace;
  readonly text: string;
}

export type Node =
  | { readonly kind: "raw"; readonly text: string }
  | { readonly kind: "text"; readonly value: string; readonly quote: string; readonly mark?: string }
  | { readonly kind: "list"; readonly items: readonly Item[]; readonly layout: ListLayout; readonly trailing: boolean }
  | { readonly kind: "map"; readonly members: readonly Member[]; readonly inline: boolean; readonly mark?: string }
  | { readonly kind: "call"; readonly head: string; readonly argument: Node; readonly mark?: string };

/** `block` is YAML's dashes; elsewhere it is `lines`. */
export type ListLayout = "inline" | "packed" | "lines" | "block";

export interface Item {
  readonly node: Node;
  readonly comment: Comment;
}

export interface Member extends Item {
  readonly key: string;
}

export interface Syntax {
  readonly assign: string;
  /** Between members on lines of their own. */
  readonly memberComma: boolean;
  /** What begins a comment that runs to the end of the line; null when there are no comments. */
  readonly lineComment: string | null;
  readonly blockComments: boolean;
  readonly trailingCommas: boolean;
  readonly unit: string;
  /** `[ a ]` instead of `[a]`. */
  readonly padded: boolean;
  readonly separator: ", " | ",";
  readonly key: (name: string) => string;
}

export const NO_COMMENT: Comment = { place: "none", text: "" };

export function member(key: string, node: Node, comment: Comment = NO_COMMENT): Member {
  return { key, node, comment };
}

export function items(nodes: readonly Node[]): Item[] {
  return nodes.map((node) => ({ node, comment: NO_COMMENT }));
}

const OPEN = "\uE000";
const END_OF_NAME = "\uE001";
const CLOSE = "\uE002";

export function marked(name: string | undefined, text: string): string {
  return name === undefined ? text : OPEN + name + END_OF_NAME + text + CLOSE;
}

function comment(text: string): string {
  return marked("comment", text);
}

export function print(node: Node, indent: string, syntax: Syntax): string {
  switch (node.kind) {
    case "raw":
      return node.text;
    case "text":
      return marked(node.mark, node.quote + node.value + node.quote);
    case "call":
      return marked(node.mark, `${node.head}(${print(node.argument, indent, syntax)})`);
    case "list":
      return printList(node, indent, syntax);
    case "map":
      return marked(node.mark, printMap(node, indent, syntax));
  }
}

function printList({ items: elements, layout, trailing }: Extract<Node, { kind: "list" }>, indent: string, syntax: Syntax): string {
  const last = elements.length - 1;
  const end = trailing && syntax.trailingCommas ? "," : "";
  if (layout === "inline") {
    const texts = elements.map((item) => print(item.node, indent, syntax) + insideComment(item.comment, syntax));
    const blank = syntax.padded ? " " : "";
    return `[${blank}${texts.join(syntax.separator)}${end}${blank}]`;
  }
  const inner = indent + syntax.unit;
  if (layout === "packed") {
    const rows: string[] = [];
    for (let at = 0; at <= last; at += 2) {
      const row = elements.slice(at, at + 2).map((item) => print(item.node, inner, syntax) + insideComment(item.comment, syntax));
      rows.push(inner + row.join(syntax.separator));
    }
    return `[\n${rows.join(",\n")}${end}\n${indent}]`;
  }
  const lines = elements.map((item, index) => {
    const text = print(item.node, inner, syntax) + insideComment(item.comment, syntax);
    return lineComments(item.comment, inner, text + (index < last ? "," : end), syntax);
  });
  return `[\n${lines.join("\n")}\n${indent}]`;
}

function printMap({ members, inline }: Extract<Node, { kind: "map" }>, indent: string, syntax: Syntax): string {
  const texts = (at: string): string[] => members.map(({ key, node }) => syntax.key(key) + syntax.assign + print(node, at, syntax));
  if (inline) return `{ ${members.map(({ comment: each }, index) => (texts(indent)[index] ?? "") + insideComment(each, syntax)).join(", ")} }`;
  const inner = indent + syntax.unit;
  const lines = texts(inner).map((text, index) => {
    const { comment: each } = members[index] ?? { comment: NO_COMMENT };
    const comma = syntax.memberComma && (index < members.length - 1 || syntax.trailingCommas) ? "," : "";
    return lineComments(each, inner, text + insideComment(each, syntax) + comma, syntax);
  });
  return `{\n${lines.join("\n")}\n${indent}}`;
}

function insideComment({ place, text }: Comment, { blockComments }: Syntax): string {
  return place === "inside" && blockComments ? ` ${comment(`/* ${text} */`)}` : "";
}

function lineComments({ place, text }: Comment, indent: string, line: string, { lineComment }: Syntax): string {
  if (lineComment === null) return indent + line;
  const written = comment(`${lineComment} ${text}`);
  if (place === "above") return `${indent}${written}\n${indent}${line}`;
  return place === "after" ? `${indent}${line} ${written}` : indent + line;
}

/** Blocks of YAML; what is inline or of another list layout than `block` is written in flow style. */
export interface Yaml {
  readonly flow: Syntax;
  /** How far dashes stand to the right of their key. */
  readonly dashes: "" | "  ";
}

/** A whole file. */
export function printYaml(root: Node, yaml: Yaml): string {
  return root.kind === "map" ? yamlMembers(root.members, "", yaml) : "";
}

function yamlMembers(members: readonly Member[], indent: string, yaml: Yaml): string {
  return members
    .map(({ key, node, comment: each }) => yamlLine(each, indent, `${indent}${yaml.flow.key(key)}:${yamlValue(node, indent, yaml)}`, node, yaml))
    .join("");
}

/** A comment after a value of several lines would stand in its last line: it is left out. */
function yamlLine({ place, text }: Comment, indent: string, body: string, node: Node, { flow }: Yaml): string {
  const written = comment(`${flow.lineComment ?? "#"} ${text}`);
  if (place === "above") return `${indent}${written}\n${body}`;
  const oneLine = body.endsWith("\n") && !body.slice(0, -1).includes("\n") && node.kind !== "map";
  return place === "after" && oneLine ? `${body.slice(0, -1)} ${written}\n` : body;
}

/** What follows the colon of a key, with its line break. */
function yamlValue(node: Node, indent: string, yaml: Yaml): string {
  if (isBlock(node)) {
    if (node.kind === "map") return `\n${marked(node.mark, yamlMembers(node.members, indent + yaml.flow.unit, yaml).trimEnd())}\n`;
    return `\n${yamlItems(node, indent + yaml.dashes, yaml)}`;
  }
  return ` ${print(node, indent, yaml.flow)}\n`;
}

function yamlItems({ items: elements }: Extract<Node, { kind: "list" }>, indent: string, yaml: Yaml): string {
  return elements
    .map(({ node, comment: each }) => {
      const body =
        node.kind === "map" && isBlock(node)
          ? `${indent}- ${marked(node.mark, yamlMembers(node.members, `${indent}  `, yaml).trim())}\n`
          : `${indent}- ${print(node, indent, yaml.flow)}\n`;
      return yamlLine(each, indent, body, node, yaml);
    })
    .join("");
}

function isBlock(node: Node): node is Extract<Node, { kind: "map" | "list" }> {
  return (node.kind === "map" && !node.inline) || (node.kind === "list" && node.layout === "block");
}

export interface Mark {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** The text without its marks, and where they stood. */
export function unmarked(text: string): { readonly text: string; readonly marks: readonly Mark[] } {
  let result = "";
  const open: { name: string; start: number }[] = [];
  const marks: Mark[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === OPEN) {
      const end = text.indexOf(END_OF_NAME, at);
      open.push({ name: text.slice(at + 1, end), start: result.length });
      at = end;
    } else if (char === CLOSE) {
      const last = open.pop();
      if (last !== undefined) marks.push({ ...last, end: result.length });
    } else result += char;
  }
  return { text: result, marks };
}
