import type { Opaque } from "../../model/policy.js";
import type { EstreeFile } from "../../syntax/estree.js";
import { memberName, shownText, unwrap } from "../../syntax/estree.js";
import { spanOf } from "../../syntax/estree-nodes.js";
import { assignedPolicy, isPolicyAssignment } from "./plain-policies.js";

/** What reaches into a policy of the template from outside: it counts statements, which a removal changes, or replaces them. */
export interface Override {
  readonly opaque: Opaque;
  /** Completes "not fixed, because …". */
  readonly clause: string;
}

/** All in the file, as they may be meant for any policy: which one, only the program knows. */
export function overrides(file: EstreeFile): readonly Override[] {
  return file.nodes.flatMap((node): Override[] => {
    if (isPolicyAssignment(file, node)) return [{ opaque: assignedPolicy(file, node), clause: `"${shownText(file, node)}" is assigned a policy` }];
    if (node.type !== "CallExpression" || !/^add(?:Property)?(?:Deletion)?Override$/u.test(memberName(unwrap(node.callee)) ?? "")) return [];
    const [path] = node.arguments;
    if (path === undefined || !/(?<!AssumeRole)PolicyDocument|\b(?:Policies|InlinePolicy)\b/u.test(file.text.slice(...path.range))) return [];
    const shown = shownText(file, path);
    return [{ opaque: { span: spanOf(node), why: `the override of ${shown} is not read` }, clause: `an override of ${shown} counts the statements of a policy` }];
  });
}
