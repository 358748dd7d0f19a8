import { badPlace } from "../findings/bad-input.js";
import { getFindingCommand } from "../findings/commands.js";
import { NOTHING_FOUND, type FindingsFile, type Skipped } from "../findings/findings-file.js";
import { mergeHolder } from "../findings/merge-holder.js";
import { parseHolderArn } from "../iam/arn.js";
import { groupedBy } from "../model/groups.js";
import type { PrincipalEvidence, Recommendation, UnusedCount, UnusedCredential } from "../model/usage.js";
import type { Holder } from "./table.js";

/** A principal of the findings of whom no finding counts. */
export interface Settled extends Holder {
  /** There when an export says how much is unused, and not what. */
  readonly count?: UnusedCount;
}

/** All that exports say of one principal, or of everyone who has a managed policy, decided. */
export interface Weighed {
  /** Null when nobody can have such an ARN. */
  readonly holder: Holder | null;
  /** Null when no finding counts. */
  readonly evidence: PrincipalEvidence | null;
  /** There when there are findings, and none counts. */
  readonly settled: Settled | null;
  readonly credentials: readonly UnusedCredential[];
  readonly recommendations: readonly Recommendation[];
  readonly skipped: readonly Skipped[];
}

/** What an export says, by the ARN of whom it speaks; what it says of nobody is left out. */
export function saidByArn(file: FindingsFile): ReadonlyMap<string, FindingsFile> {
  const { findings, counts, credentials, recommendations } = file;
  const [only, ...others] = findings;
  const hasMore = others.length + counts.length + credentials.length + recommendations.length > 0;
  if (only !== undefined && !hasMore) return new Map([[only.principalArn, { ...NOTHING_FOUND, findings }]]);
  const arns = new Set([...findings, ...counts, ...credentials, ...recommendations].map(({ principalArn }) => principalArn));
  const arnOf = ({ principalArn }: { readonly principalArn: string }): string => principalArn;
  const byArn = {
    findings: groupedBy(findings, arnOf),
    counts: groupedBy(counts, arnOf),
    credentials: groupedBy(credentials, arnOf),
    recommendations: groupedBy(recommendations, arnOf),
  };
  const of = (arn: string): FindingsFile => ({
    findings: byArn.findings.get(arn) ?? [],
    counts: byArn.counts.get(arn) ?? [],
    credentials: byArn.credentials.get(arn) ?? [],
    recommendations: byArn.recommendations.get(arn) ?? [],
    skipped: [],
  });
  return new Map(Array.from(arns, (arn) => [arn, of(arn)]));
}

/**
 * Decides about one ARN, from everything that is said of it, whichever exports say it. `unusedFor` as in `mergeFindings`: it tells
 * what counts as unused, and never whether a finding counts. Throws `BadInput`.
 */
export function weigh(arn: string, said: readonly FindingsFile[], unusedFor: number | null): Weighed {
  const findings = said.flatMap((file) => file.findings);
  const counts = said.flatMap((file) => file.counts);
  const holder = holderNamed(arn);
  const beside = { credentials: said.flatMap((file) => file.credentials), recommendations: said.flatMap((file) => file.recommendations) };
  if (findings.length + counts.length === 0) {
    const stranger = { reason: "finding or recommendation for what is no role, user, group or managed policy", count: beside.credentials.length + beside.recommendations.length };
    return { holder, evidence: null, settled: null, ...beside, skipped: holder === null ? [stranger] : [] };
  }
  const { holder: merged, skipped } = mergeHolder(arn, findings, counts, unusedFor);
  // Findings of analyzers are of roles and users only.
  const isAnalysed = merged.finding !== null && merged.finding.lastAccessed === undefined;
  if (holder === null || (isAnalysed && (holder.kind === "group" || holder.kind === "policy"))) {
    throw badPlace(
      [merged.finding?.file ?? "findings", `finding ${merged.finding?.id ?? ""}`],
      `the resource ${JSON.stringify(arn)} is not the ARN of an IAM role or user`,
      `export the finding again with \`${getFindingCommand(merged.finding?.id ?? "<finding id>")}\``,
    );
  }
  const evidence = merged.merged === null || merged.count !== null ? null : { ...holder, ...merged.merged };
  const settled = evidence !== null ? null : merged.count === null ? holder : { ...holder, count: merged.count };
  return { holder, evidence, settled, ...beside, skipped };
}

/** Null when findings cannot be about it. */
export function holderNamed(arn: string): Holder | null {
  const parts = parseHolderArn(arn);
  return parts === null ? null : { arn, kind: parts.kind, name: parts.name, account: parts.account };
}
