import type { ExplainedNode } from "../../explain.js";

/**
 * A branch of the trie as it is drawn.
 *
 * - `mixed`: its pattern matches something that goes, or not all that stays.
 * - `entry`: an entry of the replacement; nothing of it needs drawing further.
 * - `kept`: all below it stays, and another entry or the entry itself goes on granting it.
 * - `unused`: all below it goes.
 * - `more`: several siblings in one, to save room.
 */
export interface Branch {
  readonly kind: "mixed" | "entry" | "kept" | "unused" | "more";
  readonly label: string;
  /** How much of the label its parent says already; 0 if that is all of it. */
  readonly shared: number;
  /** Without a label for the sign: what `more` stands for. */
  readonly safe: boolean;
  readonly kept: readonly string[];
  readonly unused: readonly string[];
  readonly clashes: readonly string[];
  readonly coveredBy: string | null;
  /** Entries of the replacement at it or below it. */
  readonly entries: readonly string[];
  /** Those that are drawn. */
  readonly children: readonly Branch[];
}

/** Of one kind and one parent, when not all can be drawn. */
const SHOWN = { mixed: 40, entry: 12, kept: 6, unused: 4, more: 0 } as const;

/**
 * The trie cut to what tells something: branches of which everything stays, or everything goes, are drawn as one. Of a trie
 * that would still have more than `most` branches, the uppermost ones that hold most are opened, and of many siblings only the
 * first are drawn.
 */
export function branchesOf(root: ExplainedNode, most: number): Branch {
  const everything = opened(root, 0, () => true, false);
  if (count(everything) <= most) return everything;
  const open = new Set<ExplainedNode>();
  let total = 1;
  let level = [root];
  while (level.length > 0) {
    const next: ExplainedNode[] = [];
    for (const node of [...level].sort((a, b) => b.kept.length + b.unused.length - (a.kept.length + a.unused.length))) {
      const alone = opened(node, 0, (other) => other === node, true);
      const added = alone.children.length;
      if (node !== root && total + added > most) continue;
      total += added;
      open.add(node);
      const drawn = new Set(alone.children.map(({ label }) => label));
      next.push(...compressed(node).children.map(compressed).filter((child) => kindOf(child) === "mixed" && drawn.has(child.pattern)));
    }
    level = next;
  }
  return opened(root, 0, (node) => open.has(node), true);
}

function opened(start: ExplainedNode, shared: number, isOpen: (node: ExplainedNode) => boolean, cut: boolean): Branch {
  const node = compressed(start);
  const kind = kindOf(node);
  const { pattern, safe, kept, unused, clashes, coveredBy } = node;
  const children =
    kind === "mixed" && (isOpen(start) || isOpen(node))
      ? node.children.map((child) => opened(child, node.text.length, isOpen, cut))
      : [];
  return {
    kind,
    label: pattern,
    shared: shared < pattern.length ? shared : 0,
    safe,
    kept,
    unused,
    clashes,
    coveredBy,
    entries: entriesOf(node),
    children: cut ? shortened(children) : children,
  };
}

function kindOf({ kept, unused, entry, safe, coveredBy, children }: ExplainedNode): Exclude<Branch["kind"], "more"> {
  if (entry !== null) return "entry";
  if (kept.length === 0 && unused.length > 0) return "unused";
  if (coveredBy !== null || children.length === 0) return "kept";
  return safe && !children.some((child) => entriesOf(child).length > 0) ? "kept" : "mixed";
}

/** Down to where names part: `Create`, if all that begins so begins with `CreateJob`. */
function compressed(node: ExplainedNode): ExplainedNode {
  const [only, ...others] = node.children;
  const goesOn = only !== undefined && others.length === 0 && only.children.length > 0;
  return goesOn && kindOf(node) === "mixed" && kindOf(only) === "mixed" ? compressed(only) : node;
}

function entriesOf({ entry, children }: ExplainedNode): readonly string[] {
  return entry === null ? children.flatMap(entriesOf) : [entry];
}

function count({ children }: Branch): number {
  return children.reduce((total, child) => total + count(child), 1);
}

/** The first of each kind, where they stand, and then what else there is. */
function shortened(children: readonly Branch[]): readonly Branch[] {
  const kinds = ["mixed", "entry", "kept", "unused"] as const;
  const cut = new Map<Branch, Branch["kind"]>();
  for (const kind of kinds) {
    const alike = children.filter((child) => child.kind === kind);
    // One more takes no more room than the line that would stand for it.
    if (alike.length > SHOWN[kind] + 1) for (const child of alike.slice(SHOWN[kind])) cut.set(child, kind);
  }
  return [
    ...children.filter((child) => !cut.has(child)),
    ...kinds.flatMap((kind) => {
      const hidden = children.filter((child) => cut.get(child) === kind);
      return hidden.length === 0 ? [] : [together(hidden, kind)];
    }),
  ];
}

const NAMES_OF = { mixed: "more branches", entry: "more entries", kept: "more that stay", unused: "more unused", more: "more" } as const;

function together(hidden: readonly Branch[], kind: Branch["kind"]): Branch {
  const unused = hidden.flatMap((branch) => branch.unused);
  return {
    kind: "more",
    label: `+ ${String(kind === "unused" ? unused.length : hidden.length)} ${NAMES_OF[kind]}`,
    shared: 0,
    safe: kind === "entry" || kind === "kept",
    kept: hidden.flatMap((branch) => branch.kept),
    unused,
    clashes: [],
    coveredBy: null,
    entries: hidden.flatMap((branch) => branch.entries),
    children: [],
  };
}

/** What a branch's label does not say: `2 kept, 13 unused`. */
export function noteOf(branch: Branch, isRoot: boolean): string {
  const { kind, label, kept, unused, clashes, coveredBy, entries, children, safe } = branch;
  switch (kind) {
    case "entry":
      return stay(branch);
    case "kept":
      return coveredBy === null ? stay(branch) : `${stay(branch)}, granted by ${coveredBy}`;
    case "unused":
      return label === unused[0] ? "unused" : `${String(unused.length)} unused`;
    case "more":
      return safe || kept.length === 0 ? "" : `${staying(kept.length)}, ${String(unused.length)} unused`;
    case "mixed": {
      const counts = [staying(kept.length), ...(unused.length > 0 ? [`${String(unused.length)} unused`] : [])];
      const [clash, ...others] = clashes;
      const also = clash === undefined ? [] : [`matches ${clash}${others.length > 0 ? ` and ${String(others.length)} more` : ""} too`];
      const misfit = unused.length === 0 && clash === undefined && !safe ? ["does not match all of them"] : [];
      const hidden = children.length > 0 || isRoot || entries.length === 0 ? [] : [`${String(entries.length)} ${entries.length === 1 ? "entry" : "entries"}`];
      return [...counts, ...hidden, ...also, ...misfit].join(", ");
    }
  }
}

function stay({ label, kept }: Branch): string {
  return label === kept[0] ? "stays" : staying(kept.length);
}

export function staying(count: number): string {
  return `${String(count)} ${count === 1 ? "stays" : "stay"}`;
}
