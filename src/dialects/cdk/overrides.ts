import type { Opaque } from "../../model/policy.js";
import type { EstreeFile } from "../../syntax/estree.js";
import { holderOf, shownText, unwrap } from "../../syntax/estree.js";
import type { Node } from "../../syntax/estree-nodes.js";
import { spanOf } from "../../syntax/estree-nodes.js";
import { POLICY_PROPERTIES } from "./plain-policies.js";

/** What reaches into a policy of the template from outside: it counts statements, which a removal changes, or replaces them. */
export interface Override {
  readonly opaque: Opaque;
  /** Completes "not fixed, because …". */
  readonly clause: string;
}

/** All in the file, as they may be meant for any policy: which one, only the program knows. */
export function overrides(file: EstreeFile): readonly Override[] {
  return [
    ...POLICY_PROPERTIES.flatMap((name) => (file.members.get(name) ?? []).filter((member) => isAssigned(file, member))).map((member) => {
      const why = `"${shownText(file, member)}" is assigned a policy`;
      return { opaque: { span: spanOf(member), why }, clause: why };
    }),
    ...METHODS.flatMap((name) => file.members.get(name) ?? []).flatMap((member) => {
      const call = holderOf(file, member);
      const [path] = call?.type === "CallExpression" && unwrap(call.callee) === member ? call.arguments : [];
      if (call === undefined || path === undefined || !POLICY_PATH.test(file.text.slice(...path.range))) return [];
      const shown = shownText(file, path);
      return [{ opaque: { span: spanOf(call), why: `the override of ${shown} is not read` }, clause: `an override of ${shown} counts the statements of a policy` }];
    }),
  ];
}

const METHODS = ["addOverride", "addDeletionOverride", "addPropertyOverride", "addPropertyDeletionOverride"];

const POLICY_PATH = /(?<!AssumeRole)PolicyDocument|\b(?:Policies|InlinePolicy)\b/u;

/** `role.policies = […]` replaces what the properties say. */
function isAssigned(file: EstreeFile, member: Node): boolean {
  const holder = holderOf(file, member);
  return holder?.type === "AssignmentExpression" && unwrap(holder.left) === member;
}
