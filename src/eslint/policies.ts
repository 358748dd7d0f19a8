import { dirname } from "node:path";
import type { Rule, SourceCode } from "eslint";
import { loadDeployments } from "../deployed/deployments.js";
import { withDeployedNames } from "../deployed/named.js";
import { loadEvidence } from "../evidence.js";
import { loadCatalogue } from "../load-catalogue.js";
import { NO_POLICIES, type LocatedPolicies } from "../model/policy.js";
import { policiesIn, rivalsOf, withSharedText, type FoundPolicies } from "../project.js";
import { judge, type Judgement } from "../verdict.js";
import { parserOf } from "./other-files.js";
import { principalsOf, recordsOf, SETTINGS_KEY, settingsOf } from "./settings.js";
import { traced } from "./traced/traced.js";

export type { PrincipalEvidence } from "../model/usage.js";
export type { EditTarget, NamedVerdict, Verdict } from "../verdict.js";

/** What the evidence says of one file's policies. */
export interface JudgedFile {
  readonly located: LocatedPolicies;
  readonly judgements: readonly Judgement[];
}

const NOTHING: JudgedFile = { located: NO_POLICIES, judgements: [] };

const NOT_FOUND: FoundPolicies = { dialect: "cdk", located: NO_POLICIES };

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

function judgeFile({ sourceCode, physicalFilename: path, settings, languageOptions }: Rule.RuleContext): JudgedFile {
  const own = SETTINGS_KEY in settings ? settingsOf(settings) : null;
  const parse = parserOf(languageOptions);
  const source = {
    path,
    text: sourceCode.text,
    tree: sourceCode,
    principals: own === null ? [] : principalsOf(own, path),
    ...(parse === undefined ? {} : { parse }),
  };
  // A trace may know of grants in a file that speaks of nothing like IAM.
  const isTraced = (own?.traces ?? []).length > 0;
  const found = policiesIn(source, own?.root ?? dirname(path)) ?? (isTraced ? NOT_FOUND : null);
  if (found === null) return NOTHING;
  if (found.located.documents.length === 0 && !isTraced) return { located: found.located, judgements: [] };
  const checked = settingsOf(settings);
  const { findings, protectedActions = [], catalogue, root, traces = [] } = checked;
  const evidence = loadEvidence(findings);
  const named = withDeployedNames(withSharedText(found.located, path, found.dialect, root), loadDeployments(recordsOf(checked)), evidence);
  const { located, isTold, judged } = traced(found.dialect === "cdk" ? traces : [], source, named, evidence, root);
  const judgements = judge(source.text, located, {
    evidence,
    catalogue: loadCatalogue(catalogue),
    protectedActions,
    rivals: (reference) => (isTold(reference) ? [] : rivalsOf(source, found.dialect, reference, root, found.located.boundIn)),
  });
  judged(judgements);
  return { located, judgements };
}
