import type { ExplainedNode, Explanation, Reason } from "../../explain.js";
import { staying } from "./branches.js";
import { COLORS, escaped } from "./markup.js";
import { lastUse, reasonGroups, type ReasonGroup } from "./reasons.js";
import { countsOf, groundsOf, outcomeOf } from "./replacement.js";
import { svgElement } from "./svg.js";

/** Groups with more actions than this are folded. */
const FEW = 60;
/** An entry's actions are folded when there are more. */
const MANY = 20;

/** The explanation as a page of its own: no script runs in it, and nothing is loaded from elsewhere. */
export function explanationHtml(explanation: Explanation): string {
  const { value, principals } = explanation;
  const { text: outcome, entries } = outcomeOf(explanation);
  const title = `Why ${value} keeps what it keeps`;
  return [
    "<!doctype html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    `<title>${escaped(title)}</title>`,
    `<style>${STYLE}</style>`,
    "</head>",
    "<body>",
    `<h1><code>${escaped(value)}</code></h1>`,
    `<p><strong>${escaped(countsOf(explanation))}</strong> ${escaped(groundsOf(explanation))}.</p>`,
    `<ul class="principals">${principals.map(({ arn }) => `<li><code>${escaped(arn)}</code></li>`).join("")}</ul>`,
    "<h2>Replacement</h2>",
    `<p>${escaped(outcome)}</p>`,
    ...(entries.length === 0 ? [] : [replacementTable(entries)]),
    "<h2>Picture</h2>",
    "<p>The pattern is split word by word. A branch is safe when its pattern matches nothing that is unused; the shortest safe branches are the entries of the replacement. Point at a box to read its actions.</p>",
    `<div class="picture">${svgElement(explanation)}</div>`,
    "<h2>Reasons</h2>",
    ...reasonGroups(explanation).map((group) => reasonSection(group, explanation)),
    "<h2>Every branch</h2>",
    `<div class="branches">${branch(explanation.trie, true)}</div>`,
    "</body>",
    "</html>",
    "",
  ].join("\n");
}

function replacementTable(entries: ReturnType<typeof outcomeOf>["entries"]): string {
  const rows = entries.map(
    ({ entry, actions }) =>
      `<tr><td><code>${escaped(entry)}</code></td><td class="count">${String(actions.length)}</td><td class="names">${entry.includes("*") ? namesOf(actions) : ""}</td></tr>`,
  );
  const table = `<table><thead><tr><th>Entry</th><th>Actions</th><th>Which</th></tr></thead><tbody>\n${rows.join("\n")}\n</tbody></table>`;
  return folded(`${String(entries.length)} ${entries.length === 1 ? "entry" : "entries"}`, table, entries.length <= FEW);
}

function namesOf(actions: readonly string[]): string {
  const list = escaped(actions.join(", "));
  return actions.length <= MANY ? list : folded(`${escaped(actions.slice(0, 3).join(", "))} and ${String(actions.length - 3)} more`, list, false);
}

function reasonSection({ kind, title, detail, actions }: ReasonGroup, { service }: Explanation): string {
  const goes = kind === "reported-unused";
  const heading = `<span class="${goes ? "goes" : "stays"}">${goes ? "✗" : "✓"}</span> <strong>${String(actions.length)}</strong> ${escaped(title)}`;
  const action = (name: string): string => `<code>${escaped(`${service}:${name}`)}</code>`;
  const list = goes
    ? `<table><thead><tr><th>Action</th><th>Last use</th></tr></thead><tbody>\n${actions.map(({ name, reason }) => `<tr><td>${action(name)}</td><td>${dateOf(reason)}</td></tr>`).join("\n")}\n</tbody></table>`
    : `<ul class="columns">\n${actions.map(({ name }) => `<li>${action(name)}</li>`).join("\n")}\n</ul>`;
  return folded(heading, `${detail === null ? "" : `<p>${escaped(detail)}</p>`}${list}`, actions.length <= FEW);
}

function dateOf(reason: Reason): string {
  return reason.kind === "reported-unused" ? lastUse(reason.lastAccessed) : "";
}

/** `heading` and `content` are markup. */
function folded(heading: string, content: string, open: boolean): string {
  return `<details${open ? " open" : ""}><summary>${heading}</summary>${content}</details>`;
}

/** Open as far as something is unsafe and few enough to read at once. */
function branch(node: ExplainedNode, isRoot: boolean): string {
  const { pattern, safe, kept, unused, clashes, entry, coveredBy, children } = node;
  const kind = entry !== null ? "entry" : safe ? "stays" : kept.length > 0 ? "unsafe" : "goes";
  const isAction = children.length === 0;
  const notes = [
    ...(isAction ? [] : [`${staying(kept.length)}, ${String(unused.length)} unused`]),
    ...(isAction && unused.length > 0 ? ["unused"] : []),
    ...(entry === null ? [] : ["entry of the replacement"]),
    ...(coveredBy === null ? [] : [`granted by ${coveredBy}`]),
    ...(clashes.length === 0 ? [] : [`matches ${clashes.join(", ")} too`]),
  ];
  const label = `<span class="${kind}">${safe ? "✓" : "✗"} <code>${escaped(pattern)}</code></span>${notes.length === 0 ? "" : ` <small>${escaped(notes.join("; "))}</small>`}`;
  if (isAction) return `<div class="leaf">${label}</div>`;
  const inner = children.map((child) => branch(child, false)).join("\n");
  return folded(label, `<div class="inner">${inner}</div>`, isRoot || (kind === "unsafe" && children.length <= 20));
}

const STYLE = `
:root { color-scheme: light; }
body { margin: 2rem auto; max-width: 75rem; padding: 0 1.5rem; font: 16px/1.5 system-ui, sans-serif; color: ${COLORS.text}; background: #ffffff; }
h1 { margin-bottom: 0; } h2 { margin-top: 2.5rem; border-bottom: 1px solid #d1d9e0; }
code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: 0.9em; }
h1 code, .principals code { overflow-wrap: anywhere; }
.principals { padding-left: 1.2rem; }
.picture { overflow-x: auto; border: 1px solid #d1d9e0; border-radius: 6px; }
.picture svg { display: block; }
table { border-collapse: collapse; margin: 0.5rem 0 1rem; }
th, td { text-align: left; vertical-align: top; padding: 0.2rem 1.2rem 0.2rem 0; border-bottom: 1px solid #e6eaef; }
th { color: ${COLORS.dim}; font-weight: 600; } .count { text-align: right; } .names { font-size: 0.85em; color: ${COLORS.dim}; }
.columns { columns: 26rem; column-gap: 2rem; overflow-wrap: anywhere; margin: 0.3rem 0 1rem; padding-left: 1.2rem; }
summary { cursor: pointer; padding: 0.1rem 0; }
.inner { margin-left: 0.4rem; padding-left: 1.2rem; border-left: 1px solid #d1d9e0; } .leaf { padding: 0.1rem 0 0.1rem 1rem; }
.goes, .stays, .entry, .unsafe { padding: 0 0.4em; border-radius: 4px; border: 1px solid; }
.goes { background: ${COLORS.unused.fill}; border-color: ${COLORS.unused.border}; color: ${COLORS.unused.text}; }
.unsafe { background: ${COLORS.mixed.fill}; border: 1px dashed ${COLORS.mixed.border}; color: ${COLORS.mixed.text}; }
.stays { background: ${COLORS.safe.fill}; border-color: ${COLORS.safe.border}; color: ${COLORS.safe.text}; }
.entry { background: ${COLORS.entry.fill}; border-color: ${COLORS.entry.border}; color: ${COLORS.entry.text}; font-weight: 600; }
small { color: ${COLORS.dim}; }
`;
