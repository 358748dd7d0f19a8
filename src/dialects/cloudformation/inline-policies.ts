import type { ListElement } from "../../model/policy.js";
import type { YamlNode } from "../../syntax/yaml-nodes.js";
import { pairAt, resolved } from "../../syntax/yaml-values.js";
import { withMembers } from "./groups.js";
import { alternatives, intrinsic } from "./intrinsics.js";
import { attachment, joined, NOTHING, notUnderstood, policiesOf, type Located, type Place } from "./located.js";
import { principalsOf } from "./names.js";
import type { Template } from "./template.js";

/** `Policies` of roles, users and groups: each entry belongs to its principal alone. */
export function inlinePolicies(template: Template): Located {
  return joined(
    template.resources.map((resource) => {
      const own = principalsOf(resource, template);
      const pair = resource.properties === null ? null : pairAt(resource.properties, "Policies");
      const [first] = own?.principals ?? [];
      if (own === null || first === undefined || pair === null) return NOTHING;
      const place = { holder: first.kind, attachment: attachment(template, withMembers(template, own)) };
      return policyEntries(pair.value, `${resource.id}.Policies`, place, (node, entry) => {
        const map = resolved(node);
        const call = intrinsic(node);
        if (call !== null) return notUnderstood(node, `${entry.address}: ${call.name} is only known at deployment`);
        if (map?.type !== "YamlMap") return notUnderstood(node, `${entry.address} is not a map`);
        return policiesOf(template, map, entry);
      });
    }),
  );
}

/** What all policies of a list have in common. */
interface Common extends Pick<Place, "holder" | "attachment"> {
  /** May a policy stand in place of the list? */
  readonly mayBeAlone?: boolean;
}

/** The entries of a list of policies, and of all lists that a condition chooses from. */
export function policyEntries(
  property: YamlNode,
  address: string,
  { mayBeAlone = false, ...common }: Common,
  read: (node: YamlNode, place: Place) => Located,
): Located {
  return joined(
    alternatives(property).map(({ node, when }) => {
      const value = resolved(node);
      const call = intrinsic(node);
      if (mayBeAlone && value?.type !== "YamlSequence") return read(node, { ...common, address, element: null, when });
      if (call !== null) return notUnderstood(node, `${address}: ${call.name} is only known at deployment`);
      if (value?.type !== "YamlSequence") return notUnderstood(node, `${address} is not a list`);
      const { list } = value;
      return joined(
        value.items.flatMap((item, index) =>
          alternatives(item).map((entry) => {
            const isPlain = when.length === 0 && entry.when.length === 0;
            const element: ListElement | null = isPlain && list.items.length > 1 ? { list, index } : null;
            return read(entry.node, { ...common, address: `${address}[${String(index)}]`, element, when: [...when, ...entry.when] });
          }),
        ),
      );
    }),
  );
}
