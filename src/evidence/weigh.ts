import { badPlace } from "../findings/bad-input.js";
import { getFindingCommand } from "../findings/commands.js";
import type { FindingsFile, Skipped } from "../findings/findings-file.js";
import { mergeFindings } from "../findings/merge.js";
import { parsePrincipalArn } from "../iam/arn.js";
import type { Finding, PrincipalEvidence } from "../model/usage.js";
import type { Holder } from "./table.js";

/** All that exports say of one principal, decided. */
export interface Weighed {
  readonly holder: Holder;
  /** Null when no finding counts. */
  readonly evidence: PrincipalEvidence | null;
  readonly skipped: readonly Skipped[];
}

/** What an export says, by the ARN of whom it speaks. */
export function saidByArn({ findings }: FindingsFile): ReadonlyMap<string, FindingsFile> {
  const [only, ...others] = findings;
  if (only !== undefined && others.length === 0) return new Map([[only.principalArn, { findings, skipped: [] }]]);
  return new Map([...findingsByArn(findings)].map(([arn, own]) => [arn, { findings: own, skipped: [] }]));
}

function findingsByArn(findings: readonly Finding[]): ReadonlyMap<string, readonly Finding[]> {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const group = groups.get(finding.principalArn);
    if (group === undefined) groups.set(finding.principalArn, [finding]);
    else group.push(finding);
  }
  return groups;
}

/** Everything that is said of one ARN, whichever exports say it. Throws `BadInput`. */
export function weigh(arn: string, said: readonly FindingsFile[]): Weighed {
  const findings = said.flatMap((file) => file.findings);
  const holder = holderOf(arn, findings);
  const { merged, skipped } = mergeFindings(findings);
  return { holder, evidence: merged === null ? null : { ...holder, ...merged }, skipped };
}

function holderOf(arn: string, [finding]: readonly Finding[]): Holder {
  const holder = holderNamed(arn);
  if (holder !== null) return holder;
  throw badPlace(
    [finding?.file ?? "findings", `finding ${finding?.id ?? ""}`],
    `the resource ${JSON.stringify(arn)} is not the ARN of an IAM role or user`,
    `export the finding again with \`${getFindingCommand(finding?.id ?? "<finding id>")}\``,
  );
}

/** Null when findings cannot be about it. */
export function holderNamed(arn: string): Holder | null {
  const parts = parsePrincipalArn(arn);
  return parts === null ? null : { arn, kind: parts.kind, name: parts.name, account: parts.account };
}
