import type { Rule } from "eslint";
import {
  actionsPhrase,
  alsoPhrase,
  counted,
  countsPhrase,
  detailsCommand,
  evidencePhrase,
  latestUse,
  manyActionsPhrase,
  matchPhrase,
  opinionPhrase,
  principalsPhrase,
  remedyPhrase,
  unusedPhrase,
  withheldPhrase,
} from "../src/eslint/describe.js";
import { judgedFile, type EditTarget, type Judgement, type NamedVerdict, type UnusedCount, type Verdict } from "../src/eslint/policies.js";
import { defineRule, onceAFile } from "../src/eslint/rule.js";
import { version } from "../src/version.js";

type MessageId = "unusedAction" | "unusedPattern" | "unusedService" | "unusedNotAction" | "partlyUnused" | "detailsNeeded";

type SuggestionId = "removeEntry" | "removeStatement" | "removePolicy" | "narrowEntry" | "extendNotAction";

type FixMode = "auto" | "suggest" | "off";

export default defineRule({
  meta: {
    type: "problem",
    docs: {
      description: "Disallow IAM actions that AWS reports as unused",
      recommended: true,
      url: `https://unpkg.com/eslint-plugin-least-privilege@${version}/rules/no-unused-actions.md`,
    },
    fixable: "code",
    hasSuggestions: true,
    languages: ["*"],
    schema: [
      {
        type: "object",
        properties: {
          fix: {
            description: "Apply proven fixes with --fix, only suggest them, or report only.",
            enum: ["auto", "suggest", "off"],
          },
        },
        additionalProperties: false,
      },
    ],
    defaultOptions: [{ fix: "auto" }],
    messages: {
      unusedAction: '"{{action}}" is not used by {{principals}} ({{evidence}}{{match}}).{{withheld}}',
      unusedPattern:
        '"{{action}}" is not used by {{principals}}: all that it grants is reported as unused, {{unused}} ({{evidence}}{{match}}).{{withheld}}',
      unusedService: '"{{action}}" is not used by {{principals}}: the whole service is unused ({{evidence}}{{match}}).{{withheld}}',
      unusedNotAction:
        'This NotAction grants {{count}} not used by {{principals}} ({{evidence}}{{match}}): {{unused}}.{{withheld}}',
      partlyUnused: '"{{action}}" grants {{count}} not used by {{principals}} ({{evidence}}{{match}}): {{unused}}.{{remedy}}{{withheld}}',
      detailsNeeded: "{{principal}} has {{counts}}, details needed: export them with `{{command}}`.",
      removeEntry: 'Remove "{{action}}".',
      removeStatement: 'Remove the statement of "{{action}}", with which nothing is left in it.',
      removePolicy: 'Remove the policy of "{{action}}", with which nothing is left in it.',
      narrowEntry: 'Replace "{{action}}" by {{entries}}.',
      extendNotAction: 'Add {{entries}} to this NotAction.',
    },
  },
  create(context) {
    return onceAFile(context, () => {
      const options = context.options as [{ readonly fix: FixMode }];
      for (const judgement of judgedFile(context).judgements) {
        const { outcome } = judgement;
        if (outcome.kind === "no-finding") for (const count of outcome.needed) reportNeeded(context, judgement, count);
        if (outcome.kind !== "judged") continue;
        for (const verdict of outcome.verdicts) report(context, verdict, judgement, options[0].fix);
        for (const verdict of outcome.named) reportNamed(context, verdict, judgement, options[0].fix);
      }
    });
  },
});

function report(
  context: Rule.RuleContext,
  verdict: Verdict,
  { principals, byPattern, opinion }: Judgement,
  mode: FixMode,
): void {
  const { sourceCode } = context;
  const { entry, refinement, proposal, applicability } = verdict;
  const entries = refinement.kind === "replace" || refinement.kind === "exclude" ? actionsPhrase(refinement.entries) : "";
  const applies = applicability === "fix" && mode === "auto";
  const fix =
    proposal === null || mode === "off"
      ? null
      : (fixer: Rule.RuleFixer) => fixer.replaceTextRange([proposal.edit.span.start, proposal.edit.span.end], proposal.edit.text);
  context.report({
    loc: {
      start: sourceCode.getLocFromIndex(entry.span.start),
      end: sourceCode.getLocFromIndex(entry.span.end),
    },
    messageId: messageFor(verdict),
    data: {
      action: entry.value,
      count: counted(refinement.unused.length, "action"),
      unused: unusedPhrase(verdict),
      principals: principalsPhrase(principals),
      evidence: evidencePhrase(latestUse(refinement.unused), principals),
      match: matchPhrase(byPattern),
      remedy: remedyPhrase(verdict),
      withheld: withheldPhrase(verdict) + alsoPhrase(verdict) + opinionPhrase(opinion, refinement.unused),
    },
    fix: applies ? fix : null,
    suggest:
      applies || fix === null || proposal === null
        ? []
        : [{ messageId: suggestionFor(verdict, proposal.target), data: { action: entry.value, entries }, fix }],
  });
}

/** What the source only names is never changed by itself. */
function reportNamed(
  context: Rule.RuleContext,
  { grant, unused, shown, isWhole, proposals, withheld }: NamedVerdict,
  { principals, byPattern, opinion }: Judgement,
  mode: FixMode,
): void {
  const { sourceCode } = context;
  const action = grant.name;
  context.report({
    loc: { start: sourceCode.getLocFromIndex(grant.span.start), end: sourceCode.getLocFromIndex(grant.span.end) },
    messageId: isWhole ? "unusedPattern" : "partlyUnused",
    data: {
      action,
      count: counted(unused.length, "action"),
      unused: manyActionsPhrase(shown),
      principals: principalsPhrase(principals),
      evidence: evidencePhrase(latestUse(unused), principals),
      match: matchPhrase(byPattern),
      remedy: proposals[0]?.by == null ? "" : ` Narrow it to ${proposals[0].by}.`,
      withheld: ` Not fixed${proposals.length === 0 ? "" : " by itself"}, because ${withheld}.${opinionPhrase(opinion, unused)}`,
    },
    suggest:
      mode === "off"
        ? []
        : proposals.map(({ by, edit }) => ({
            messageId: by === null ? "removeEntry" : "narrowEntry",
            data: { action, entries: by ?? "" },
            fix: (fixer) => fixer.replaceTextRange([edit.span.start, edit.span.end], edit.text),
          })),
  });
}

/** Where the policy begins: nobody knows which of its entries it is. */
function reportNeeded(context: Rule.RuleContext, { document: { span } }: Judgement, count: UnusedCount): void {
  const { sourceCode } = context;
  const lineEnd = sourceCode.text.slice(span.start, span.end).search(/\r?\n/u);
  context.report({
    loc: {
      start: sourceCode.getLocFromIndex(span.start),
      end: sourceCode.getLocFromIndex(lineEnd === -1 ? span.end : span.start + lineEnd),
    },
    messageId: "detailsNeeded",
    data: { principal: count.principalArn, counts: countsPhrase(count), command: detailsCommand(count) },
  });
}

function messageFor({ element, entry, refinement }: Verdict): MessageId {
  if (element === "NotAction") return "unusedNotAction";
  if (refinement.kind !== "remove" || refinement.coveredBy.length > 0) return "partlyUnused";
  if (refinement.wholeService) return "unusedService";
  return /[*?]/u.test(entry.value) ? "unusedPattern" : "unusedAction";
}

function suggestionFor({ refinement }: Verdict, target: EditTarget): SuggestionId {
  if (refinement.kind === "replace") return "narrowEntry";
  if (refinement.kind === "exclude") return "extendNotAction";
  return target === "entry" ? "removeEntry" : target === "statement" ? "removeStatement" : "removePolicy";
}
