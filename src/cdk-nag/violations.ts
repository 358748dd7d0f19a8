import type { PolicyViolatingResource, PolicyViolation } from "aws-cdk-lib";
import { acknowledgeLine, actionsList, changeOf, describeEntry, findingId, originsPhrase } from "./describe.js";
import type { UnusedEntry } from "./judgements.js";
import type { OriginsOf } from "./origin.js";

export interface ViolationOptions {
  readonly severity: "error" | "warning";
  readonly originsOf: OriginsOf;
  /** Are the templates written to disk? */
  readonly isWritten: boolean;
}

/** What CDK reports: one violation for all places that say the same. */
export function violationsOf(entries: readonly UnusedEntry[], options: ViolationOptions): readonly PolicyViolation[] {
  const groups = new Map<string, { readonly violation: Omit<PolicyViolation, "violatingResources">; readonly places: PolicyViolatingResource[] }>();
  for (const entry of entries) {
    const violation = violationOf(entry, options);
    const key = JSON.stringify(violation);
    const group = groups.get(key) ?? { violation, places: [] };
    group.places.push(placeOf(entry, options.isWritten));
    groups.set(key, group);
  }
  return [...groups.values()].map(({ violation, places }) => ({ ...violation, violatingResources: places }));
}

function violationOf(entry: UnusedEntry, { severity, originsOf }: ViolationOptions): Omit<PolicyViolation, "violatingResources"> {
  const { refinement } = entry.verdict;
  const origins = originsOf(entry.policy, entry.action);
  const where = originsPhrase(origins);
  return {
    ruleName: findingId(entry),
    description: describeEntry(entry),
    severity,
    fix: `${where === null ? "" : `${where}: `}${changeOf(entry)}\nTo keep it: ${acknowledgeLine(entry)}`,
    ruleMetadata: {
      action: entry.action.value,
      unused: actionsList(entry),
      principals: entry.principals.map(({ arn }) => arn).join(", "),
      ...(refinement.kind === "replace" ? { narrowTo: refinement.entries.join(", ") } : {}),
      ...(where === null ? {} : { source: where }),
    },
  };
}

/** A template and a logical id, of which CDK finds out the construct; or the construct, where no template is written. */
function placeOf({ policy, action }: UnusedEntry, isWritten: boolean): PolicyViolatingResource {
  const { logicalId, node, stack } = policy.resource;
  const locations = [action.path];
  return isWritten ? { resourceLogicalId: logicalId, templatePath: stack.file, locations } : { constructPath: node.node.path, locations };
}
