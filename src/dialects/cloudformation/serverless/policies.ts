import type { Attachment, PrincipalReference } from "../../../model/principal.js";
import type { YamlMap, YamlNode } from "../../../syntax/yaml-nodes.js";
import { keyOf, mapAt, pairAt, resolved, textOf } from "../../../syntax/yaml-values.js";
import { policyEntries } from "../inline-policies.js";
import { itemsOf } from "../intrinsics.js";
import { joined, NOTHING, notUnderstood, policiesOf, policiesWith, type Located } from "../located.js";
import { managedGrant } from "../managed-attachments.js";
import { readStatementList } from "../policy-document.js";
import { DEFAULT_ROLE, managedPolicies, roleSettings, type Service } from "./service.js";

/** The statements of a service, beside the template in its `resources`. */
export function servicePolicies(service: Service): Located {
  return joined([providerStatements(service), managedAttachments(service), functionStatements(service), extensions(service)]);
}

/** The principals that the framework and its plugins make. */
export function servicePrincipals({ defaultRole, functions }: Service): readonly PrincipalReference[] {
  const own = functions.flatMap(({ body, role }) => (pairAt(body, "iamRoleStatements") === null ? [] : [role]));
  return defaultRole === null ? own : [defaultRole, ...own];
}

function providerStatements(service: Service): Located {
  const { provider, functions, defaultRole } = service;
  const role = roleSettings(provider);
  const places: readonly (readonly [string, YamlNode | null])[] = [
    ["provider.iam.role.statements", role === null ? null : (pairAt(role, "statements")?.value ?? null)],
    ["provider.iamRoleStatements", pairAt(provider, "iamRoleStatements")?.value ?? null],
  ];
  return joined(
    places.map(([address, node]) => {
      if (node === null) return NOTHING;
      const heirs = functions.flatMap(({ inherits, role: own }) => (inherits ? [own] : []));
      const principals = defaultRole === null ? heirs : [defaultRole, ...heirs];
      if (principals.length === 0) return notUnderstood(node, `${address} has no effect, because the provider names a role of its own`);
      return statementList(service, node, address, { principals, open: [] });
    }),
  );
}

function managedAttachments({ provider, defaultRole, scope }: Service): Located {
  const list = managedPolicies(provider);
  if (list === null || defaultRole === null) return NOTHING;
  const common = { holder: "managed" as const, element: null, attachment: { principals: [defaultRole], open: [] }, when: [] };
  return joined(itemsOf(list).map((node, index) => managedGrant(scope, node, { ...common, address: `provider.managedPolicies[${String(index)}]` })));
}

function functionStatements(service: Service): Located {
  return joined(
    service.functions.map(({ name, body, role }) => {
      const pair = pairAt(body, "iamRoleStatements");
      const address = `functions.${name}.iamRoleStatements`;
      const own = pair === null ? NOTHING : statementList(service, pair.value, address, { principals: [role], open: [] });
      const iam = pairAt(body, "iam");
      return iam === null ? own : joined([own, notUnderstood(iam.value, `functions.${name}.iam is not read`)]);
    }),
  );
}

function statementList({ text, shared }: Service, node: YamlNode, address: string, attachment: Attachment): Located {
  const written = textOf(node);
  if (written !== null) return notUnderstood(node, `${address} stands elsewhere (${written})`);
  const place = { address, holder: "role" as const, element: null, attachment, when: [] };
  return policiesWith(readStatementList(node, text, shared), place);
}

/** https://www.serverless.com/framework/docs/providers/aws/guide/resources#override-aws-cloudformation-resource */
function extensions({ extensions: changed, defaultRole, template }: Service): Located {
  return joined(
    (changed?.pairs ?? []).map((pair) => {
      const id = keyOf(pair) ?? "";
      const body = resolved(pair.value);
      const policies = body?.type === "YamlMap" ? policiesIn(body) : null;
      if (policies === null || template === null) return NOTHING;
      const address = `resources.extensions.${id}.Policies`;
      if (id !== DEFAULT_ROLE || defaultRole === null) return notUnderstood(policies, `${address} is not read`);
      const common = { holder: "role" as const, attachment: { principals: [defaultRole], open: [] } };
      return policyEntries(policies, address, common, (node, place) => {
        const map = resolved(node);
        return map?.type === "YamlMap" ? policiesOf(template, map, place) : notUnderstood(node, `${place.address} is not a map`);
      });
    }),
  );
}

function policiesIn(body: YamlMap): YamlNode | null {
  const properties = mapAt(body, "Properties");
  return properties === null ? null : (pairAt(properties, "Policies")?.value ?? null);
}
