import { callSites } from "../../dialects/cdk/call-sites.js";
import type { Evidence } from "../../evidence.js";
import type { LocatedPolicies } from "../../model/policy.js";
import type { PrincipalReference } from "../../model/principal.js";
import type { SourceText } from "../../model/text.js";
import { isEstreeTree } from "../../syntax/estree.js";
import type { Judgement } from "../../verdict.js";
import { withTraces } from "./join.js";
import type { KnownStates } from "./moved.js";
import { fileTraces } from "./records.js";

/** The policies of a file with what the traces of CDK apps say of it. */
export interface TracedPolicies {
  readonly located: LocatedPolicies;
  /** Nobody else in the sources can be meant by the name of such a principal. */
  readonly isTold: (reference: PrincipalReference) => boolean;
  /** To be called with what was made of them: the next text of the file may come of it. */
  readonly judged: (judgements: readonly Judgement[]) => void;
}

/** `paths`: the traces, absolute. `states`: those of the file. Throws `BadInput`. */
export function traced(
  paths: readonly string[],
  source: SourceText & { readonly tree: unknown },
  located: LocatedPolicies,
  evidence: Evidence,
  root: string,
  states: KnownStates,
): TracedPolicies {
  const untraced: TracedPolicies = { located, isTold: () => false, judged: (judgements) => states.propose(judgements, new Map()) };
  const { path, text, tree } = source;
  if (paths.length === 0 || !isEstreeTree(tree)) return untraced;
  const traces = fileTraces(paths, path, root, states.movedFrom);
  if (traces === null) return untraced;
  const joined = withTraces(located, traces, callSites(text, tree, traces.at.keys()), evidence, root);
  return { located: joined.located, isTold: (reference) => joined.told.has(reference), judged: (judgements) => states.propose(judgements, joined.used) };
}
