import { counted } from "../eslint/describe.js";
import { unmatched } from "../evidence.js";
import { PACK_NAME } from "./describe.js";
import { exceptionLines } from "./exceptions.js";
import type { JudgeSynthOptions, PolicyJudgement } from "./judgements.js";
import { pathOf } from "./principals.js";
import type { SynthPolicies } from "./policies.js";

/** More lines of a kind than this are counted, unless everything is asked for. */
const MOST_LINES = 5;

/** What was judged and what was not, so that nothing is passed over in silence. */
export function coverageOf(synth: SynthPolicies, judgements: readonly PolicyJudgement[], judging: JudgeSynthOptions, verbose: boolean): string {
  const { evidence } = judging;
  const list = (lines: readonly string[]): readonly string[] => {
    const more = lines.length - MOST_LINES;
    return verbose || more <= 1 ? lines : [...lines.slice(0, MOST_LINES), `  … and ${String(more)} more like these: verbose: true lists them all`];
  };
  const judged = judgements.flatMap(({ outcome }) => (outcome.kind === "judged" ? [outcome.entries] : []));
  const noPrincipal = judgements.flatMap(({ policy, outcome }) => (outcome.kind === "no-principal" ? [{ policy, why: outcome.why }] : []));
  const noFinding = judgements.flatMap(({ policy, outcome }) => (outcome.kind === "no-finding" ? [{ policy, without: outcome.without }] : []));
  const statements = judgements.flatMap(({ policy }) => policy.statements);
  const denies = statements.filter(({ effect }) => effect === "Deny").length;
  const notActions = statements.filter(({ effect, hasNotAction }) => effect !== "Deny" && hasNotAction).length;
  const opaque = [
    ...synth.opaque,
    ...judgements.flatMap(({ policy }) => [...policy.document.opaque, ...policy.statements.flatMap((statement) => statement.opaque)].map((why) => `${pathOf(policy.resource)}: ${why}`)),
  ];
  const matched = new Set(judgements.flatMap(({ principals }) => principals.map(({ arn }) => arn)));
  const lines = [
    `${PACK_NAME}: ${counted(judgements.length, "policy document")} in ${counted(synth.stacks.length, "stack")}: ${String(judged.length)} judged, with ${counted(judged.flat().length, "finding")}; ${String(noPrincipal.length)} without a known principal; ${String(noFinding.length)} kept because a principal has no finding.`,
    ...list(noPrincipal.map(({ policy, why }) => `  principal not known: ${pathOf(policy.resource)}: ${why}`)),
    ...(verbose ? noFinding.map(({ policy, without }) => `  kept: ${pathOf(policy.resource)}: no finding for ${[...new Set(without)].join(", ")}`) : []),
    ...(denies + notActions === 0 ? [] : [`  not judged: ${counted(denies, "statement")} with Deny, ${counted(notActions, "statement")} with NotAction`]),
    ...exceptionLines(judgements, judging),
    ...list(opaque.map((why) => `  not understood: ${why}`)),
    `  findings: ${counted(evidence.principals.size, "principal")}, ${String(matched.size)} of this app, ${String(evidence.principals.size - matched.size)} not matched.`,
    ...(verbose ? [...unmatched(evidence, matched)].map(({ arn }) => `  not matched: ${arn}`) : []),
    ...evidence.skipped.map(({ count, reason }) => `  not counted: ${String(count)} × ${reason}`),
  ];
  return `${lines.join("\n")}\n`;
}
