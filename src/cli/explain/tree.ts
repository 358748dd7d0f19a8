import { counted } from "../../eslint/describe.js";
import type { Explanation } from "../../explain.js";
import { branchesOf, noteOf, type Branch } from "./branches.js";
import { lastUse, reasonGroups, type ReasonGroup } from "./reasons.js";
import { countsOf, groundsOf, outcomeOf } from "./replacement.js";

export interface TreeOptions {
  /** In characters. */
  readonly width: number;
  readonly color: boolean;
  /** For terminals that cannot show more. */
  readonly ascii: boolean;
}

/** More branches than this are not drawn: what they hold is in the lists below. */
const MOST_BRANCHES = 160;

interface Signs {
  readonly safe: string;
  readonly unsafe: string;
  readonly entry: string;
  readonly fork: string;
  readonly last: string;
  readonly trunk: string;
  readonly ellipsis: string;
}

const UNICODE: Signs = { safe: "✓", unsafe: "✗", entry: "◀ entry", fork: "├─ ", last: "└─ ", trunk: "│  ", ellipsis: "…" };
const ASCII: Signs = { safe: "+", unsafe: "x", entry: "<- entry", fork: "|-- ", last: "`-- ", trunk: "|   ", ellipsis: ".." };

const STYLES = { bold: "1", dim: "2", safe: "32", entry: "1;32", unsafe: "33" } as const;
type Style = keyof typeof STYLES;

/** The explanation as text for a terminal: the trie, the replacement, and the reasons. */
export function treeText(explanation: Explanation, options: TreeOptions): string {
  const signs = options.ascii ? ASCII : UNICODE;
  const { text: outcome, entries } = outcomeOf(explanation);
  const isTree = explanation.trie.children.length > 0 && explanation.trie.children[0]?.text !== explanation.trie.pattern;
  const lines = [
    `${paint(`"${explanation.value}"`, "bold", options)} of ${groundsOf(explanation)}`,
    countsOf(explanation),
    ...(isTree ? ["", ...drawnTree(branchesOf(explanation.trie, MOST_BRANCHES), signs, options), "", legend(signs, options)] : []),
    "",
    paint("Replacement", "bold", options),
    ...wrapped(outcome.split(" "), " ", "  ", options.width),
    ...aligned(
      entries.map(({ entry, actions }) => [paint(entry, "entry", options), entry.length, counted(actions.length, "action")]),
    ),
    "",
    paint("Reasons", "bold", options),
    ...reasonGroups(explanation).flatMap((group) => drawnGroup(group, signs, options)),
  ];
  return `${lines.map((line) => line.trimEnd()).join("\n")}\n`;
}

interface Row {
  /** With the lines that lead to it. */
  readonly before: string;
  readonly branch: Branch;
  readonly isRoot: boolean;
}

function drawnTree(root: Branch, signs: Signs, options: TreeOptions): readonly string[] {
  const rows = [...rowsOf(root, "", "", true, signs)];
  const widest = Math.max(...rows.map(({ before, branch }) => before.length + branch.label.length)) + 4;
  const column = Math.min(widest, Math.max(options.width - 24, 20));
  return rows.map(({ before, branch, isRoot }) => {
    const { kind, safe } = branch;
    const style: Style = kind === "entry" ? "entry" : safe ? "safe" : "unsafe";
    const note = [noteOf(branch, isRoot), ...(kind === "entry" ? [signs.entry] : [])].filter((part) => part !== "").join("  ");
    const { label, shared } = fitted(branch, options.width - before.length - note.length - 4, signs);
    const sign = kind === "more" ? " " : safe ? signs.safe : signs.unsafe;
    const spelled =
      kind === "entry" || kind === "more"
        ? paint(label, kind === "more" ? "dim" : style, options)
        : paint(label.slice(0, shared), "dim", options) + paint(label.slice(shared), style, options);
    const used = before.length + 2 + label.length;
    const gap = " ".repeat(Math.max(Math.min(column - used, options.width - used - note.length), 2));
    return `${paint(before, "dim", options)}${paint(sign, style, options)} ${spelled}${gap}${shorter(note, kind, options.width - used - gap.length, signs)}`;
  });
}

/** What the branch above says already is left out where the line would become too long. */
function fitted({ label, shared, kind }: Branch, room: number, { ellipsis }: Signs): { readonly label: string; readonly shared: number } {
  if (label.length <= room || shared <= ellipsis.length || kind === "more") return { label, shared };
  return { label: ellipsis + label.slice(shared), shared: ellipsis.length };
}

/** Of an entry its sign matters most. */
function shorter(note: string, kind: Branch["kind"], room: number, { ellipsis, entry }: Signs): string {
  if (note.length <= room) return note;
  if (kind === "entry") return entry.length <= room ? entry : (entry.split(" ")[0] ?? "");
  return note.slice(0, Math.max(room - ellipsis.length, 8)) + ellipsis;
}

function* rowsOf(branch: Branch, before: string, below: string, isRoot: boolean, signs: Signs): Generator<Row> {
  yield { before, branch, isRoot };
  const last = branch.children.length - 1;
  for (const [index, child] of branch.children.entries()) {
    const blank = " ".repeat(signs.trunk.length);
    yield* rowsOf(child, below + (index === last ? signs.last : signs.fork), below + (index === last ? blank : signs.trunk), false, signs);
  }
}

function legend(signs: Signs, options: TreeOptions): string {
  const safe = paint(signs.safe, "safe", options);
  const unsafe = paint(signs.unsafe, "unsafe", options);
  return `${safe} matches nothing that is unused   ${unsafe} matches something unused   ${signs.entry.split(" ")[0] ?? ""} entry of the replacement`;
}

function drawnGroup({ kind, title, detail, actions }: ReasonGroup, signs: Signs, options: TreeOptions): readonly string[] {
  const goes = kind === "reported-unused";
  const sign = paint(goes ? signs.unsafe : signs.safe, goes ? "unsafe" : "safe", options);
  const heading = `${sign} ${String(actions.length)} ${title}`;
  const explained = detail === null ? [] : wrapped(detail.split(" "), " ", "    ", options.width);
  if (!goes) return [`  ${heading}`, ...explained, ...wrapped(actions.map(({ name }) => name), ", ", "    ", options.width)];
  const rows = actions.map(({ name, reason }): Cells => {
    const used = reason.kind === "reported-unused" ? lastUse(reason.lastAccessed) : "";
    return [name, name.length, used];
  });
  return [`  ${heading}`, ...explained, ...aligned(rows, "    ")];
}

/** A painted text, its length without paint, and what stands in the second column. */
type Cells = readonly [string, number, string];

function aligned(rows: readonly Cells[], indent = "  "): readonly string[] {
  const width = Math.max(0, ...rows.map(([, length]) => length));
  return rows.map(([text, length, second]) => `${indent}${text}${" ".repeat(width - length + 2)}${second}`);
}

function wrapped(items: readonly string[], separator: string, indent: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  items.forEach((item, index) => {
    const text = index < items.length - 1 ? item + separator : item;
    if (line !== "" && indent.length + line.length + text.trimEnd().length > width) {
      lines.push(indent + line);
      line = "";
    }
    line += text;
  });
  return line === "" ? lines : [...lines, indent + line];
}

function paint(text: string, style: Style, { color }: TreeOptions): string {
  return color && text !== "" ? `\u001B[${STYLES[style]}m${text}\u001B[0m` : text;
}

