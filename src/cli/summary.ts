import { relative } from "node:path";
import { unmatched, type Evidence } from "../evidence.js";
import type { JudgedFile } from "../eslint/policies.js";
import { counted } from "../eslint/describe.js";
import { evidenceLines } from "./evidence-summary.js";

export interface NotAnalysed {
  readonly path: string;
  readonly why: string;
}

interface SummaryInput {
  readonly cwd: string;
  readonly evidence: Evidence;
  readonly files: ReadonlyMap<string, JudgedFile>;
  readonly notAnalysed: readonly NotAnalysed[];
  readonly linted: number;
  /** Files that --fix has changed; null when it was not asked for. */
  readonly fixed: readonly string[] | null;
  /** The whole working directory was linted: what is not matched then is matched nowhere. */
  readonly whole: boolean;
  /** List everything, however long. */
  readonly verbose: boolean;
}

/** More lines of a kind than this are counted, unless everything is asked for. */
const MOST_LINES = 10;

/**
 * What was matched and what was not, so that nothing is passed over in silence: findings without a source, documents whose
 * principals are not known, text that looks like a policy and was not understood, files that were not analysed.
 */
export function summarise({ cwd, evidence, files: seen, notAnalysed, linted, fixed, whole, verbose }: SummaryInput): string {
  // ESLint reads files side by side: the order in which they were seen differs from run to run.
  const files = new Map([...seen].sort(([a], [b]) => (a < b ? -1 : 1)));
  const list = (lines: readonly string[]): readonly string[] => (verbose ? lines : shortened(lines));
  const show = (path: string): string => relative(cwd, path) || path;
  const judgements = [...files].flatMap(([path, file]) => file.judgements.map((judgement) => ({ path, judgement })));
  const matched = new Set(judgements.flatMap(({ judgement }) => judgement.principals.filter(({ kind }) => kind !== "policy").map((principal) => principal.arn)));
  const withoutPrincipal = judgements.filter(({ judgement }) => judgement.outcome.kind === "no-principal");
  const withoutFinding = judgements.flatMap(({ path, judgement }) =>
    judgement.outcome.kind === "no-finding" ? [{ path, judgement, without: judgement.outcome.without, because: judgement.outcome.because ?? [] }] : [],
  );
  const lacking = judgements.flatMap(({ path, judgement: { document, outcome } }) =>
    outcome.kind === "judged" ? (outcome.lacking ?? []).map((clause) => `  not fixed: ${show(path)}: ${document.address}: ${clause}`) : [],
  );
  const opaque = [...files].flatMap(([path, file]) => [
    ...file.located.opaque.map((part) => ({ path, address: null, why: part.why })),
    ...file.located.documents.flatMap((document) =>
      [...document.opaque, ...document.statements.flatMap((statement) => statement.opaque)].filter(({ from }) => from === undefined).map((part) => ({
        path,
        address: document.address,
        why: part.why,
      })),
    ),
  ]);
  const unread = [...files].flatMap(([path, { located }]) => (located.unread ?? []).map((what) => ({ path, what })));
  const stale = [...files].flatMap(([path, { located }]) => (located.stale === undefined ? [] : [{ path, count: located.stale }]));
  const names = [...files.values()].flatMap((file) =>
    file.located.documents.flatMap((document) => document.attachment.principals),
  );

  const lines = [
    ...(fixed === null ? [] : [`Fixed: ${counted(fixed.length, "file")}.`, ...list(fixed.map((path) => `  ${show(path)}`))]),
    `Findings: ${counted(evidence.principals.size, "principal")}, ${String(matched.size)} matched to sources, ${String(evidence.principals.size - matched.size)} not matched.`,
    // A finding that nothing carries back is the one thing that must not be overlooked: listed in full, where all sources were read.
    ...(whole ? (lines: readonly string[]) => lines : list)(
      [...unmatched(evidence, matched)].map((principal) => `  not matched: ${principal.arn}: ${unmatchedReason(names.length)}`),
    ),
    ...evidenceLines({ evidence, judgements, show, list }),
    ...evidence.skipped.map((skipped) => `  not counted: ${String(skipped.count)} × ${skipped.reason}`),
    `Policy documents: ${String(judgements.length)} in ${counted(new Set(judgements.map(({ path }) => path)).size, "file")} (${counted(linted, "file")} read), ${String(withoutPrincipal.length)} without a known principal, ${String(withoutFinding.length)} kept because a principal has no finding.`,
    ...list(
      withoutPrincipal.map(({ path, judgement }) => {
        const { open, doubts } = judgement.document.attachment;
        const why = open[0] ?? doubts?.[0]?.clause ?? "the source does not say whom it grants to";
        return `  principal not known: ${show(path)}: ${judgement.document.address}: ${why}`;
      }),
    ),
    ...list(
      withoutFinding.map(
        ({ path, judgement, without, because }) =>
          `  kept: ${show(path)}: ${judgement.document.address}: ${because[0] ?? `no finding for ${[...new Set(without.map((reference) => reference.address))].join(", ")}`}`,
      ),
    ),
    ...list(lacking),
    ...list(opaque.map(({ path, address, why }) => `  not understood: ${show(path)}: ${address === null ? "" : `${address}: `}${why}`)),
    ...(unread.length === 0 ? [] : [`Modules not read: ${String(unread.length)}. Policies that they make are not seen; \`terraform init\` brings modules from elsewhere.`]),
    ...list(unread.map(({ path, what }) => `  ${show(path)}: ${what}`)),
    ...(stale.length === 0 ? [] : [`Traces: ${counted(stale.reduce((sum, { count }) => sum + count, 0), "entry", "entries")} of ${counted(stale.length, "file")} not used, because the files have changed: synthesise the app again.`]),
    ...list(stale.map(({ path, count }) => `  changed: ${show(path)}: ${counted(count, "entry", "entries")}`)),
    ...(notAnalysed.length === 0 ? [] : [`Not analysed: ${counted(notAnalysed.length, "file")}.`]),
    ...list(notAnalysed.map(({ path, why }) => `  ${show(path)}: ${why}`)),
  ];
  return `${lines.join("\n")}\n`;
}

function shortened(lines: readonly string[]): readonly string[] {
  const more = lines.length - MOST_LINES;
  // One line more is as long as the line that stands for it.
  return more <= 1 ? lines : [...lines.slice(0, MOST_LINES), `  … and ${String(more)} more like these: --verbose lists them all`];
}

function unmatchedReason(known: number): string {
  return known === 0
    ? "no policy document with a known principal was found in these files"
    : "no policy document in these files grants to a principal of this name";
}
