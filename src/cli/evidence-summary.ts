import { counted, actionsPhrase, countsPhrase, detailsCommand, recommendationPhrase } from "../eslint/describe.js";
import type { Judgement } from "../eslint/policies.js";
import { unmatchedPolicies, type Evidence } from "../evidence.js";

interface SummaryInput {
  readonly evidence: Evidence;
  readonly judgements: readonly { readonly path: string; readonly judgement: Judgement }[];
  readonly show: (path: string) => string;
  readonly list: (lines: readonly string[]) => readonly string[];
}

/**
 * What exports say besides the unused permissions of principals: of managed policies, in counts only, of roles and credentials
 * that nobody uses, and in AWS's own recommendations. Nothing where they say nothing of it.
 */
export function evidenceLines({ evidence, judgements, show, list }: SummaryInput): readonly string[] {
  const { policies, counts, credentials } = evidence;
  const matched = new Set(judgements.flatMap(({ judgement }) => judgement.principals.map(({ arn }) => arn)));
  const unmatched = [...unmatchedPolicies(evidence, matched)];
  const opinions = judgements.flatMap(({ path, judgement: { document, opinion } }) =>
    opinion === null ? [] : [{ where: `${show(path)}: ${document.address}`, opinion }],
  );
  const different = opinions.filter(({ opinion }) => opinion.keeps.length + opinion.removes.length > 0);
  const kinds = ["role", "password", "access key"] as const;
  const ofKind = { role: 0, password: 0, "access key": 0 };
  for (const { kind } of credentials) ofKind[kind] += 1;
  const unused = kinds.flatMap((kind) => (ofKind[kind] === 0 ? [] : [counted(ofKind[kind], kind)]));
  return [
    ...(policies.size === 0
      ? []
      : [`Managed policies with last-accessed data: ${String(policies.size)}, ${String(policies.size - unmatched.length)} matched to sources, ${String(unmatched.length)} not matched.`]),
    ...list(unmatched.map(({ arn }) => `  not matched: ${arn}: no policy document in these files is a managed policy of this name`)),
    ...list(Array.from(counts, (count) => `  details needed: ${count.principalArn}: ${countsPhrase(count)}: ${detailsCommand(count)}`)),
    ...(unused.length === 0 ? [] : [`Not used at all: ${unused.join(", ")}.`]),
    ...(opinions.length === 0
      ? []
      : [`Recommendations of AWS: ${String(opinions.length)} for these policy documents, ${String(different.length)} of them otherwise than the findings say.`]),
    ...list(
      different.map(({ where, opinion }) => {
        const parts = [
          ...(opinion.keeps.length === 0 ? [] : [`keeps ${actionsPhrase(opinion.keeps)}`]),
          ...(opinion.removes.length === 0 ? [] : [`also removes ${actionsPhrase(opinion.removes)}`]),
        ];
        return `  different: ${where}: ${recommendationPhrase(opinion)} ${parts.join(" and ")}`;
      }),
    ),
  ];
}
