import type { Evidence } from "../evidence.js";
import type { JudgedFile } from "../eslint/policies.js";
import { counted } from "../eslint/describe.js";
import type { CoverageReport, DocumentPlace, UnmatchedPrincipal } from "./coverage-report.js";
import { evidenceLines } from "./evidence-summary.js";

export interface NotAnalysed {
  readonly path: string;
  readonly why: string;
}

interface SummaryInput {
  readonly report: CoverageReport;
  readonly evidence: Evidence;
  readonly files: ReadonlyMap<string, JudgedFile>;
  readonly linted: number;
  /** Files that --fix has changed; null when it was not asked for. */
  readonly fixed: readonly string[] | null;
  /** A path for people. */
  readonly show: (path: string) => string;
  /** List everything, however long. */
  readonly verbose: boolean;
}

/** More lines of a kind than this are counted, unless everything is asked for. */
const MOST_LINES = 10;

/**
 * What was matched and what was not, so that nothing is passed over in silence: findings without a source, documents whose
 * principals are not known, text that looks like a policy and was not understood, files that were not analysed.
 */
export function summarise({ report, evidence, files, linted, fixed, show, verbose }: SummaryInput): string {
  const { findings, documents, grants, whole } = report;
  const list = (lines: readonly string[]): readonly string[] => (verbose ? lines : shortened(lines));
  const judgements = [...files].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([path, file]) => file.judgements.map((judgement) => ({ path, judgement })));
  const withheld = grants.reported - grants.fixable;
  const entries = documents.tracesChanged.reduce((sum, { count }) => sum + count, 0);
  const lines = [
    ...(fixed === null ? [] : [`Fixed: ${counted(fixed.length, "file")}.`, ...list(fixed.map((path) => `  ${show(path)}`))]),
    `Findings: ${counted(findings.principals, "principal")}, ${matchedPhrase(report)}, ${String(findings.notMatched.count)} not matched.`,
    // A finding that nothing carries back is the one thing that must not be overlooked: listed in full, where all sources were read.
    ...(whole ? (lines: readonly string[]) => lines : list)(findings.notMatched.principals.map(unmatchedLine)),
    ...uncounted(findings.notMatched, whole || verbose),
    ...list(findings.ambiguous.map(({ arn, documents: own }) => `  ambiguous: ${arn}: several declarations have this name; it is granted by ${own.map(place).join(", ")}`)),
    ...evidenceLines({ evidence, judgements, show, list }),
    ...findings.notCounted.map(({ reason, count }) => `  not counted: ${String(count)} × ${reason}`),
    `Policy documents: ${String(documents.count)} in ${counted(documents.files, "file")} (${counted(linted, "file")} read), ${String(documents.withoutKnownPrincipal.length)} without a known principal, ${String(documents.withoutFinding.length)} kept because a principal has no finding.`,
    ...list(documents.withoutKnownPrincipal.map((document) => `  principal not known: ${place(document)}: ${document.reason}`)),
    ...list(documents.withoutFinding.map((document) => `  kept: ${place(document)}: ${document.reason}`)),
    ...list(documents.withoutAccount.map((document) => `  not fixed: ${place(document)}: ${document.reason}`)),
    ...list(documents.notUnderstood.map((part) => `  not understood: ${place(part)}: ${part.reason}`)),
    ...(grants.reported === 0
      ? []
      : [`Unused grants: ${String(grants.reported)} reported, ${String(grants.fixable)} fixable${withheld === 0 ? "" : `, ${String(withheld)} withheld`}.`]),
    ...list(grants.withheld.map(({ reason, count }) => `  not fixed: ${String(count)} × ${reason}`)),
    ...(documents.modulesNotRead.length === 0
      ? []
      : [`Modules not read: ${String(documents.modulesNotRead.length)}. Policies that they make are not seen; \`terraform init\` brings modules from elsewhere.`]),
    ...list(documents.modulesNotRead.map(({ file, module }) => `  ${file}: ${module}`)),
    ...(documents.tracesChanged.length === 0
      ? []
      : [`Traces: ${counted(entries, "entry", "entries")} of ${counted(documents.tracesChanged.length, "file")} not used, because the files have changed: synthesise the app again.`]),
    ...list(documents.tracesChanged.map(({ file, count }) => `  changed: ${file}: ${counted(count, "entry", "entries")}`)),
    ...(documents.notAnalysed.length === 0 ? [] : [`Not analysed: ${counted(documents.notAnalysed.length, "file")}.`]),
    ...list(documents.notAnalysed.map(({ file, reason }) => `  ${file}: ${reason}`)),
  ];
  return `${lines.join("\n")}\n`;
}

function matchedPhrase({ findings: { exact, pattern, ambiguous } }: CoverageReport): string {
  const parts = [
    ...(exact.length === 0 ? [] : [`${String(exact.length)} exactly`]),
    ...(pattern.length === 0 ? [] : [`${String(pattern.length)} by pattern`]),
    ...(ambiguous.length === 0 ? [] : [`${String(ambiguous.length)} ambiguous`]),
  ];
  const isPlain = pattern.length + ambiguous.length === 0;
  return `${String(exact.length + pattern.length + ambiguous.length)} matched to sources${isPlain ? "" : ` (${parts.join(", ")})`}`;
}

function unmatchedLine({ arn, reason, nearest }: UnmatchedPrincipal): string {
  return `  not matched: ${arn}: ${reason}${nearest === null ? "" : `; the nearest is "${nearest.name}" (${nearest.where})`}`;
}

/** Of the first only it is told why. */
function uncounted({ count, principals }: CoverageReport["findings"]["notMatched"], isListed: boolean): readonly string[] {
  const more = count - principals.length;
  return isListed && more > 0 ? [`  not matched: ${String(more)} more like these`] : [];
}

function place({ file, address }: DocumentPlace): string {
  return address === null ? file : `${file}: ${address}`;
}

function shortened(lines: readonly string[]): readonly string[] {
  const more = lines.length - MOST_LINES;
  // One line more is as long as the line that stands for it.
  return more <= 1 ? lines : [...lines.slice(0, MOST_LINES), `  … and ${String(more)} more like these: --verbose lists them all`];
}
