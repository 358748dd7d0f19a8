import type { ListElement } from "../../model/policy.js";
import type { PrincipalReference } from "../../model/principal.js";
import type { YamlNode } from "../../syntax/yaml-nodes.js";
import { pairAt, resolved } from "../../syntax/yaml-values.js";
import { alternatives, intrinsic } from "./intrinsics.js";
import { attachment, joined, NOTHING, notUnderstood, policiesOf, type Located } from "./located.js";
import { principalOf } from "./names.js";
import type { Template } from "./template.js";

/** `Policies` of roles, users and groups: each entry belongs to its principal alone. */
export function inlinePolicies(template: Template): Located {
  return joined(
    [...template.resources.values()].map((resource) => {
      const principal = principalOf(resource, template);
      const pair = resource.properties === null ? null : pairAt(resource.properties, "Policies");
      if (principal === null || pair === null) return NOTHING;
      return joined(alternatives(pair.value).map(({ node, when }) => policyList(template, principal, node, when)));
    }),
  );
}

function policyList(template: Template, principal: PrincipalReference, node: YamlNode, when: readonly string[]): Located {
  const property = `${principal.address}.Policies`;
  const value = resolved(node);
  const call = intrinsic(node);
  if (call !== null) return notUnderstood(node, `${property}: ${call.name} is only known at deployment`);
  if (value?.type !== "YamlSequence") return notUnderstood(node, `${property} is not a list`);
  const { list } = value;
  return joined(
    value.items.flatMap((item, index) =>
      alternatives(item).map((entry) => {
        const address = `${property}[${String(index)}]`;
        const map = resolved(entry.node);
        const entryCall = intrinsic(entry.node);
        if (entryCall !== null) return notUnderstood(entry.node, `${address}: ${entryCall.name} is only known at deployment`);
        if (map?.type !== "YamlMap") return notUnderstood(entry.node, `${address} is not a map`);
        const isPlain = when.length === 0 && entry.when.length === 0;
        const element: ListElement | null = isPlain && list.items.length > 1 ? { list, index } : null;
        return policiesOf(template, map, {
          address,
          holder: principal.kind,
          element,
          attachment: attachment(template, { principals: [principal], open: [] }),
          when: [...when, ...entry.when],
        });
      }),
    ),
  );
}
