import type { Explanation } from "../../explain.js";
import { branchesOf, noteOf, type Branch } from "./branches.js";
import { COLORS, escaped } from "./markup.js";
import { countsOf, groundsOf } from "./replacement.js";

/** More branches than this are not drawn. */
const MOST_BRANCHES = 150;

const FONT = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace";
/** The widest of these fonts, in pixels at 13: boxes are made for it. */
const CHARACTER = 7.85;
const SMALL_CHARACTER = 6.7;
const ROW = 30;
const BOX = 24;
const MARGIN = 24;
const GAP = 40;
const HEADER = 112;

interface Placed {
  readonly branch: Branch;
  readonly note: string;
  readonly depth: number;
  readonly row: number;
  readonly width: number;
  readonly children: readonly Placed[];
}

/** The trie as a picture: what it says is in it, nothing is loaded from elsewhere. */
export function explanationSvg(explanation: Explanation): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${svgElement(explanation)}`;
}

export function svgElement(explanation: Explanation): string {
  const { root, rows } = placed(branchesOf(explanation.trie, MOST_BRANCHES));
  const lefts = columnsOf(root);
  const grounds = groundsOf(explanation);
  const drawn = Math.max(...[...everyOf(root)].map(({ depth, width }) => (lefts[depth] ?? 0) + width)) + MARGIN;
  const width = Math.ceil(Math.max(drawn, LEGEND_WIDTH + 2 * MARGIN, grounds.length * SMALL_CHARACTER + 2 * MARGIN));
  const height = HEADER + rows * ROW + MARGIN - (ROW - BOX);
  const title = `What becomes of ${explanation.value}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${String(width)}" height="${String(height)}" viewBox="0 0 ${String(width)} ${String(height)}" role="img" font-family="${FONT}" font-size="13">`,
    `<title>${escaped(title)}</title>`,
    `<desc>${escaped(`${countsOf(explanation)} ${grounds}`)}</desc>`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    `<text x="${String(MARGIN)}" y="36" font-size="20" font-weight="bold" fill="${COLORS.text}">${escaped(explanation.value)}<tspan dx="16" font-size="14" font-weight="normal">${escaped(countsOf(explanation))}</tspan></text>`,
    `<text x="${String(MARGIN)}" y="58" font-size="11" fill="${COLORS.dim}">${escaped(grounds)}</text>`,
    legend(),
    ...edges(root, lefts),
    ...[...everyOf(root)].map((node) => box(node, lefts[node.depth] ?? MARGIN, top(node.row))),
    "</svg>",
    "",
  ].join("\n");
}

/** A parent stands beside its first child, so that the picture reads from the top left. */
function placed(root: Branch): { readonly root: Placed; readonly rows: number } {
  let rows = 0;
  const place = (branch: Branch, depth: number): Placed => {
    const row = rows;
    const children = branch.children.map((child) => place(child, depth + 1));
    if (children.length === 0) rows += 1;
    const note = noteOf(branch, depth === 0);
    return { branch, note, depth, row, width: widthOf(branch, note), children };
  };
  return { root: place(root, 0), rows };
}

function widthOf({ kind, label }: Branch, note: string): number {
  return (kind === "more" ? 12 : 28) + label.length * CHARACTER + (note === "" ? 0 : 12 + note.length * SMALL_CHARACTER) + 10;
}

/** Where each depth begins: to the right of the boxes that have children. Others have their rows for themselves. */
function columnsOf(root: Placed): readonly number[] {
  const widths: number[] = [];
  for (const { depth, width, children } of everyOf(root)) {
    if (children.length > 0) widths[depth] = Math.max(widths[depth] ?? 0, width);
  }
  return widths.reduce<readonly number[]>((lefts, width) => [...lefts, (lefts.at(-1) ?? MARGIN) + width + GAP], [MARGIN]);
}

function* everyOf(node: Placed): Generator<Placed> {
  yield node;
  for (const child of node.children) yield* everyOf(child);
}

function top(row: number): number {
  return HEADER + row * ROW;
}

/** From the parent's right to a trunk in the gap, and from there to each child. */
function edges(node: Placed, lefts: readonly number[]): readonly string[] {
  const last = node.children.at(-1);
  if (last === undefined) return [];
  const start = (lefts[node.depth] ?? 0) + node.width;
  const end = lefts[node.depth + 1] ?? 0;
  const trunk = end - GAP / 2;
  const middle = (row: number): string => String(top(row) + BOX / 2);
  const paths = [
    `M${round(start)} ${middle(node.row)}H${round(end)}`,
    ...(node.children.length > 1 ? [`M${round(trunk)} ${middle(node.row)}V${middle(last.row)}`] : []),
    ...node.children.slice(1).map((child) => `M${round(trunk)} ${middle(child.row)}H${round(end)}`),
  ];
  return [`<path d="${paths.join("")}" fill="none" stroke="${COLORS.line}"/>`, ...node.children.flatMap((child) => edges(child, lefts))];
}

function box({ branch, note, width }: Placed, left: number, y: number): string {
  const { kind, label, shared, safe } = branch;
  const style = styleOf(branch);
  const dashed = kind === "mixed" || kind === "more" ? ' stroke-dasharray="5 3"' : "";
  const weight = kind === "entry" ? ' font-weight="bold"' : "";
  const x = left + 28;
  const baseline = String(y + 16.5);
  const spelled =
    shared === 0 || kind === "entry"
      ? escaped(label)
      : `<tspan fill="${style.dim}">${escaped(label.slice(0, shared))}</tspan>${escaped(label.slice(shared))}`;
  return [
    "<g>",
    `<title>${escaped(tooltip(branch))}</title>`,
    `<rect x="${round(left)}" y="${String(y)}" width="${round(width)}" height="${String(BOX)}" rx="5" fill="${style.fill}" stroke="${style.border}" stroke-width="1.5"${dashed}/>`,
    kind === "more" ? "" : sign(safe, left + 8, y + 7, style.text),
    `<text x="${round(kind === "more" ? left + 12 : x)}" y="${baseline}"${weight} fill="${style.text}">${spelled}</text>`,
    note === ""
      ? ""
      : `<text x="${round(left + width - 10)}" y="${baseline}" font-size="11" text-anchor="end" fill="${style.dim}">${escaped(note)}</text>`,
    "</g>",
  ].join("");
}

function styleOf({ kind }: Branch): (typeof COLORS)["entry" | "safe" | "mixed" | "unused" | "more"] {
  return kind === "kept" ? COLORS.safe : COLORS[kind];
}

/** A tick or a cross; drawn, because not every font has them. */
function sign(safe: boolean, x: number, y: number, color: string): string {
  const path = safe ? "l3.5 4.5l7 -9" : "l9 9m0 -9l-9 9";
  return `<path d="M${round(x)} ${round(safe ? y + 5.5 : y + 0.5)}${path}" fill="none" stroke="${color}" stroke-width="2"/>`;
}

/** All names, for what the picture leaves out. */
function tooltip({ label, kept, unused, entries, clashes, kind }: Branch): string {
  const parts = [
    kind === "more" ? label : "",
    entries.length > 0 ? `Entries: ${entries.join(", ")}` : "",
    kept.length > 0 ? `Stay (${String(kept.length)}): ${kept.join(", ")}` : "",
    unused.length > 0 ? `Unused (${String(unused.length)}): ${unused.join(", ")}` : "",
    clashes.length > 0 ? `Matches too: ${clashes.join(", ")}` : "",
  ];
  return parts.filter((part) => part !== "").join("\n");
}

const LEGEND: readonly (readonly [Branch["kind"], string])[] = [
  ["entry", "entry of the replacement"],
  ["kept", "stays"],
  ["mixed", "unsafe: matches something unused"],
  ["unused", "unused"],
];

const LEGEND_WIDTH = LEGEND.reduce((total, [, text]) => total + 34 + text.length * SMALL_CHARACTER + 24, 0);

function legend(): string {
  let x = MARGIN;
  const items = LEGEND.map(([kind, text]) => {
    const style = kind === "kept" ? COLORS.safe : COLORS[kind];
    const dashed = kind === "mixed" ? ' stroke-dasharray="5 3"' : "";
    const item = [
      `<rect x="${round(x)}" y="72" width="26" height="18" rx="4" fill="${style.fill}" stroke="${style.border}" stroke-width="1.5"${dashed}/>`,
      sign(kind === "entry" || kind === "kept", x + 8, 76, style.text),
      `<text x="${round(x + 34)}" y="85" font-size="11" fill="${COLORS.text}">${escaped(text)}</text>`,
    ].join("");
    x += 34 + text.length * SMALL_CHARACTER + 24;
    return item;
  });
  return items.join("\n");
}

function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}
