import { evidenceFor, unmatched, type Evidence, type Skipped } from "../evidence.js";
import type { JudgedFile } from "../eslint/policies.js";
import type { PrincipalReference } from "../model/principal.js";
import type { Judgement } from "../verdict.js";
import { nearestOf, type Candidate } from "./nearest.js";

/** A place in the sources: a policy document, or a part of a file that belongs to none. */
export interface DocumentPlace {
  /** As seen from the working directory. */
  readonly file: string;
  readonly address: string | null;
}

/** A principal with findings that count, and the documents that grant to it. */
export interface MatchedPrincipal {
  readonly arn: string;
  readonly documents: readonly DocumentPlace[];
}

export interface UnmatchedPrincipal {
  readonly arn: string;
  readonly reason: string;
  /** The principal of the sources whose name is most like it. */
  readonly nearest: Candidate | null;
}

/** What a run covered. Written by `--coverage-file`; the summary tells it in words. */
export interface CoverageReport {
  /** Of this shape. */
  readonly version: 1;
  /** Was the whole working directory looked at? What is not matched then is matched nowhere. */
  readonly whole: boolean;
  readonly findings: {
    /** How many principals have findings that count. */
    readonly principals: number;
    /** The source or the records of a deployment tell the very name. */
    readonly exact: readonly MatchedPrincipal[];
    /** The name fits what the source tells of it. */
    readonly pattern: readonly MatchedPrincipal[];
    /** Several declarations could mean it. */
    readonly ambiguous: readonly MatchedPrincipal[];
    readonly notMatched: {
      readonly count: number;
      /** Of the first ten thousand, by ARN. */
      readonly principals: readonly UnmatchedPrincipal[];
    };
    readonly notCounted: readonly Skipped[];
  };
  readonly documents: {
    readonly count: number;
    readonly files: number;
    readonly withoutKnownPrincipal: readonly (DocumentPlace & { readonly reason: string })[];
    /** Everything stays, because one of its principals has no finding that counts. */
    readonly withoutFinding: readonly (DocumentPlace & { readonly principals: readonly string[]; readonly reason: string })[];
    /** There are findings, but not in an account where it is deployed. */
    readonly withoutAccount: readonly (DocumentPlace & { readonly reason: string })[];
    readonly notUnderstood: readonly (DocumentPlace & { readonly reason: string })[];
    readonly modulesNotRead: readonly { readonly file: string; readonly module: string }[];
    /** Entries of traces that do not count, because the files have changed since. */
    readonly tracesChanged: readonly { readonly file: string; readonly count: number }[];
    readonly notAnalysed: readonly { readonly file: string; readonly reason: string }[];
  };
  /** Grants that are reported unused. */
  readonly grants: {
    readonly reported: number;
    readonly fixable: number;
    /** A person may accept the edit. */
    readonly suggested: number;
    /** Why the others are not fixed, the most frequent reason first. */
    readonly withheld: readonly { readonly reason: string; readonly count: number }[];
  };
}

export interface CoverageInput {
  readonly evidence: Evidence;
  readonly files: ReadonlyMap<string, JudgedFile>;
  readonly notAnalysed: readonly { readonly path: string; readonly why: string }[];
  readonly whole: boolean;
  /** A path for people. */
  readonly show: (path: string) => string;
}

/** More unmatched principals than this are counted, and their nearest names not looked for. */
const MOST_UNMATCHED = 10_000;

export function coverageReport({ evidence, files: seen, notAnalysed, whole, show }: CoverageInput): CoverageReport {
  // ESLint reads files side by side: the order in which they were seen differs from run to run.
  const files = [...seen].sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, judged]) => ({ file: show(path), ...judged }));
  const judged = files.flatMap(({ file, judgements }) => judgements.map((judgement) => ({ file, judgement })));
  const references = files.flatMap(({ file, located }) => located.documents.flatMap(({ attachment }) => attachment.principals.map((reference) => ({ file, reference }))));
  const matches = matchesOf(judged, evidence);
  const ofKind = (kind: Match["kind"]): readonly MatchedPrincipal[] =>
    [...matches].filter(([, match]) => match.kind === kind).map(([arn, { documents }]) => ({ arn, documents }));
  const verdicts = judged.flatMap(({ judgement: { outcome } }) => (outcome.kind === "judged" ? outcome.verdicts : []));
  const named = judged.flatMap(({ judgement: { outcome } }) => (outcome.kind === "judged" ? outcome.named : []));
  return {
    version: 1,
    whole,
    findings: {
      principals: evidence.principals.size,
      exact: ofKind("exact"),
      pattern: ofKind("pattern"),
      ambiguous: ofKind("ambiguous"),
      notMatched: { count: evidence.principals.size - matches.size, principals: unmatchedOf(evidence, matches, references) },
      notCounted: evidence.skipped,
    },
    documents: {
      count: judged.length,
      files: new Set(judged.map(({ file }) => file)).size,
      withoutKnownPrincipal: judged.flatMap(({ file, judgement: { document, outcome } }) =>
        outcome.kind === "no-principal"
          ? [{ file, address: document.address, reason: document.attachment.open[0] ?? document.attachment.doubts?.[0]?.clause ?? "the source does not say whom it grants to" }]
          : [],
      ),
      withoutFinding: judged.flatMap(({ file, judgement: { document, outcome } }) => {
        if (outcome.kind !== "no-finding") return [];
        const principals = [...new Set(outcome.without.map(({ address }) => address))];
        return [{ file, address: document.address, principals, reason: outcome.because?.[0] ?? `no finding for ${principals.join(", ")}` }];
      }),
      withoutAccount: judged.flatMap(({ file, judgement: { document, outcome } }) =>
        outcome.kind === "judged" ? (outcome.lacking ?? []).map((reason) => ({ file, address: document.address, reason })) : [],
      ),
      notUnderstood: files.flatMap(({ file, located }) => [
        ...located.opaque.map(({ why }) => ({ file, address: null, reason: why })),
        ...located.documents.flatMap((document) =>
          [...document.opaque, ...document.statements.flatMap((statement) => statement.opaque)]
            .filter(({ from }) => from === undefined)
            .map(({ why }) => ({ file, address: document.address, reason: why })),
        ),
      ]),
      modulesNotRead: files.flatMap(({ file, located }) => (located.unread ?? []).map((module) => ({ file, module }))),
      tracesChanged: files.flatMap(({ file, located: { stale } }) => (stale === undefined ? [] : [{ file, count: stale }])),
      notAnalysed: notAnalysed.map(({ path, why }) => ({ file: show(path), reason: why })),
    },
    grants: {
      reported: verdicts.length + named.length,
      fixable: verdicts.filter(({ applicability }) => applicability === "fix").length,
      suggested: verdicts.filter(({ applicability }) => applicability === "suggestion").length + named.filter(({ proposals }) => proposals.length > 0).length,
      withheld: byFrequency([...verdicts, ...named].flatMap(({ withheld }) => withheld ?? [])),
    },
  };
}

/** Did any finding find its source? */
export function hasMatch({ findings }: CoverageReport): boolean {
  return findings.exact.length + findings.pattern.length + findings.ambiguous.length > 0;
}

interface Match {
  readonly kind: "exact" | "pattern" | "ambiguous";
  readonly documents: readonly DocumentPlace[];
}

interface JudgedDocument {
  readonly file: string;
  readonly judgement: Judgement;
}

/** By ARN, sorted. */
function matchesOf(judged: readonly JudgedDocument[], evidence: Evidence): ReadonlyMap<string, Match> {
  const documents = new Map<string, DocumentPlace[]>();
  const declarations = new Map<string, Set<string>>();
  const exact = new Set<string>();
  for (const { file, judgement } of judged) {
    const { document, principals } = judgement;
    const own = new Set(principals.filter(({ kind }) => kind !== "policy").map(({ arn }) => arn));
    for (const arn of own) {
      documents.set(arn, [...(documents.get(arn) ?? []), { file, address: document.address }]);
      if (!judgement.byPattern.has(arn)) exact.add(arn);
    }
    for (const reference of document.attachment.principals) {
      if (reference.declared === undefined) continue;
      for (const { arn } of evidenceFor(evidence, reference)) {
        if (own.has(arn)) declarations.set(arn, (declarations.get(arn) ?? new Set()).add(JSON.stringify(reference.declared)));
      }
    }
  }
  const kindOf = (arn: string): Match["kind"] => ((declarations.get(arn)?.size ?? 0) > 1 ? "ambiguous" : exact.has(arn) ? "exact" : "pattern");
  return new Map([...documents].sort(([a], [b]) => (a < b ? -1 : 1)).map(([arn, own]) => [arn, { kind: kindOf(arn), documents: own }]));
}

function unmatchedOf(
  evidence: Evidence,
  matches: ReadonlyMap<string, unknown>,
  references: readonly { readonly file: string; readonly reference: PrincipalReference }[],
): readonly UnmatchedPrincipal[] {
  const reason =
    references.length === 0
      ? "no policy document with a known principal was found in these files"
      : "no policy document in these files grants to a principal of this name";
  const nearest = nearestOf(references.map(({ file, reference }) => ({ name: shownName(reference), where: `${file}: ${reference.address}` })));
  const all: UnmatchedPrincipal[] = [];
  for (const { arn, name } of unmatched(evidence, new Set(matches.keys()))) {
    if (all.length === MOST_UNMATCHED) break;
    all.push({ arn, reason, nearest: nearest(name) });
  }
  return all;
}

function shownName({ name }: PrincipalReference): string {
  switch (name.kind) {
    case "literal":
      return name.name;
    case "pattern":
      return name.shown;
    case "arn":
      return name.arn.slice(name.arn.lastIndexOf("/") + 1);
  }
}

function byFrequency(reasons: readonly string[]): readonly { readonly reason: string; readonly count: number }[] {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(([reason, count]) => ({ reason, count })).sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1));
}
