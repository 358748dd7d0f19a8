import type { YamlNode } from "../../syntax/yaml-nodes.js";
import { pairAt, resolved } from "../../syntax/yaml-values.js";
import { MANAGED_BY_AWS, managedPolicy } from "../managed-policies.js";
import { alternatives } from "./intrinsics.js";
import { attachment, joined, namedGrant, NOTHING, type Located, type Place } from "./located.js";
import { principalsOf } from "./names.js";
import type { Template } from "./template.js";
import { textParts, type Scope } from "./text-parts.js";

/** The managed policies of AWS that roles, users and groups name in `ManagedPolicyArns`. */
export function managedAttachments(template: Template): Located {
  return joined(
    template.resources.map((resource) => {
      const own = principalsOf(resource, template);
      const pair = resource.properties === null ? null : pairAt(resource.properties, "ManagedPolicyArns");
      const [first] = own?.principals ?? [];
      if (own === null || first === undefined || pair === null) return NOTHING;
      const common = { holder: "managed" as const, element: null, attachment: attachment(template, own) };
      return joined(
        alternatives(pair.value).flatMap(({ node, when }) => {
          const list = resolved(node);
          if (list?.type !== "YamlSequence") return [];
          return list.items.flatMap((item, index) =>
            alternatives(item).map((each) => {
              const address = `${resource.id}.ManagedPolicyArns[${String(index)}]`;
              return managedGrant(template.scope, each.node, { ...common, address, when: [...when, ...each.when] });
            }),
          );
        }),
      );
    }),
  );
}

/** A managed policy of AWS, whose ARN may be put together; in SAM its name is enough. */
export function managedGrant(scope: Scope, node: YamlNode, place: Place, prefix = ""): Located {
  const parts = textParts(node, scope) ?? [];
  const text = parts.map((part) => ("written" in part ? part.written : "*")).join("");
  const arn = text.startsWith("arn:") ? text : prefix + text;
  const grant = managedPolicy(arn, node.span, null, MANAGED_BY_AWS);
  return grant === null ? NOTHING : namedGrant(node, grant, place);
}
