import { dirname } from "node:path";
import type { Rule, SourceCode } from "eslint";
import { loadDeployments } from "../deployed/deployments.js";
import { withDeployedNames } from "../deployed/named.js";
import { loadCatalogue } from "../load-catalogue.js";
import { NO_POLICIES, type LocatedPolicies } from "../model/policy.js";
import { policiesIn, rivalsOf, withSharedText } from "../project.js";
import { judge, type Judgement } from "../verdict.js";
import { evidenceOf, principalsOf, recordsOf, SETTINGS_KEY, settingsOf } from "./settings.js";

export type { UnusedCount } from "../model/usage.js";
export type { EditTarget, Judgement, NamedVerdict, Verdict } from "../verdict.js";

/** What the evidence says of one file's policies. */
export interface JudgedFile {
  readonly located: LocatedPolicies;
  readonly judgements: readonly Judgement[];
}

const NOTHING: JudgedFile = { located: NO_POLICIES, judgements: [] };

const memo = new WeakMap<SourceCode, JudgedFile>();

/**
 * The policies of the file that a rule looks at, judged. Computed once per SourceCode, by the first rule that asks; works
 * under any language that hands over the file's text, ours or another plugin's.
 */
export function judgedFile(context: Rule.RuleContext): JudgedFile {
  const { sourceCode } = context;
  const known = memo.get(sourceCode);
  if (known !== undefined) return known;
  const judged = judgeFile(context);
  memo.set(sourceCode, judged);
  return judged;
}

function judgeFile({ sourceCode, physicalFilename: path, settings }: Rule.RuleContext): JudgedFile {
  const own = SETTINGS_KEY in settings ? settingsOf(settings) : null;
  const source = {
    path,
    text: sourceCode.text,
    tree: sourceCode,
    principals: own === null ? [] : principalsOf(own, path),
  };
  const found = policiesIn(source, own?.root ?? dirname(path));
  if (found === null) return NOTHING;
  if (found.located.documents.length === 0) return { located: found.located, judgements: [] };
  const checked = settingsOf(settings);
  const { protectedActions = [], catalogue, root } = checked;
  const evidence = evidenceOf(checked);
  const located = withDeployedNames(withSharedText(found.located, path, found.dialect, root), loadDeployments(recordsOf(checked)), evidence);
  const judgements = judge(source.text, located, {
    evidence,
    catalogue: loadCatalogue(catalogue),
    protectedActions,
    maxAge: checked.maxAge,
    rivals: (reference) => rivalsOf(source, found.dialect, reference, root, found.located.boundIn),
  });
  return { located, judgements };
}
