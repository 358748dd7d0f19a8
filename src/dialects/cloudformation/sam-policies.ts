import type { Attachment } from "../../model/principal.js";
import type { YamlMap, YamlNode } from "../../syntax/yaml-nodes.js";
import { keyOf, mapAt, pairAt, resolved, valueAt } from "../../syntax/yaml-values.js";
import { policyEntries } from "./inline-policies.js";
import { intrinsic } from "./intrinsics.js";
import { attachment, documentsAt, joined, namedGrant, NOTHING, notUnderstood, type Located, type Place } from "./located.js";
import { managedGrant } from "./managed-attachments.js";
import { together } from "./names.js";
import { policyTemplate } from "./policy-templates.js";
import { samRole, WITH_ROLE } from "./sam-role.js";
import type { Template } from "./template.js";

/**
 * `Policies` of SAM's functions and state machines: the names of managed policies, policy documents, policy templates, one of
 * them or a list. They go to the role that SAM makes; with a `Role` of their own, nobody reads them.
 */
export function samPolicies(template: Template): Located {
  const own = template.resources.map((resource): Located => {
    const { id, type, properties } = resource;
    const pair = properties === null || !WITH_ROLE.has(type) ? null : pairAt(properties, "Policies");
    if (pair === null) return NOTHING;
    const role = samRole(resource, template);
    if (role === null) return notUnderstood(pair.value, `${id}.Policies has no effect, because ${id} has a Role of its own`);
    return policies(template, pair.value, `${id}.Policies`, role);
  });
  return joined([...own, globalPolicies(template)]);
}

/** SAM itself takes no `Policies` there, but tools that go over the template before it may. */
function globalPolicies(template: Template): Located {
  const globals = mapAt(template.root, "Globals");
  return joined(
    [...WITH_ROLE].map((type): Located => {
      const section = type.slice("AWS::Serverless::".length);
      const common = globals === null ? null : mapAt(globals, section);
      const pair = common === null ? null : pairAt(common, "Policies");
      if (pair === null) return NOTHING;
      const roles = template.resources.flatMap((resource) => (resource.type === type ? (samRole(resource, template) ?? []) : []));
      return policies(template, pair.value, `Globals.${section}.Policies`, together(roles));
    }),
  );
}

function policies(template: Template, node: YamlNode, address: string, role: Attachment): Located {
  const place = { holder: "role" as const, attachment: attachment(template, role), mayBeAlone: true };
  return policyEntries(node, address, place, (item, entry) => policy(template, item, entry));
}

function policy(template: Template, node: YamlNode, place: Place): Located {
  const value = resolved(node);
  // The names of managed policies, and references to them.
  if (value?.type === "YamlScalar" || intrinsic(node) !== null) {
    return managedGrant(template.scope, node, { ...place, holder: "managed", element: null }, "arn:aws:iam::aws:policy/");
  }
  if (value?.type !== "YamlMap") return notUnderstood(node, `${place.address} is not a policy`);
  if (valueAt(value, "Statement") !== null) return documentsAt(template, node, place);
  const named = policyTemplate(template, value, place.element);
  if (named !== null) return namedGrant(node, named, place);
  return notUnderstood(node, `${place.address}: ${onlyKey(value) ?? "the map"} is no policy template that is known`);
}

function onlyKey({ pairs }: YamlMap): string | null {
  const [pair, ...others] = pairs;
  return pair === undefined || others.length > 0 ? null : keyOf(pair);
}
