import type { Stack } from "aws-cdk-lib";
import type { IConstruct } from "constructs";
import type { Holder } from "../model/policy.js";
import type { PrincipalReference } from "../model/principal.js";
import { assignmentDoubt } from "../dialects/terraform/permission-sets.js";
import { attachmentsIn, holderOf, POLICY_TYPES, type SynthAttachment } from "./attachments.js";
import { isObject } from "./json.js";
import { MANAGED_POLICY, managedPolicyUses } from "./managed-policies.js";
import { pathOf, permissionSetRole, PRINCIPAL_TYPES, principalOf } from "./principals.js";
import { resourcesOf, stacksOf, valuesOf, type SynthResource, type SynthStack } from "./stacks.js";
import { readDocument, type SynthDocument, type SynthStatement } from "./statements.js";
import { documentsOf, type WatchDocuments } from "./trace/record.js";
import { valuesIn } from "./values.js";

/** One identity policy of a synthesised construct tree. */
export interface IdentityPolicy {
  /** The L1 construct that holds it: `resource.node`, with its stack and logical id. */
  readonly resource: SynthResource;
  /** Where in the resource the document stands: `Properties.PolicyDocument`, `Properties.Policies.0.PolicyDocument`. */
  readonly property: string;
  readonly holder: Holder;
  readonly document: SynthDocument;
  readonly statements: readonly SynthStatement[];
  readonly attachment: SynthAttachment;
}

/** What the templates of a construct tree grant, and to whom. */
export interface SynthPolicies {
  readonly stacks: readonly SynthStack[];
  readonly policies: readonly IdentityPolicy[];
  /** Every role, user and group of the tree. */
  readonly principals: readonly PrincipalReference[];
  /** What may hold identity policies and was not understood. */
  readonly opaque: readonly string[];
}

/**
 * Every identity policy of a construct tree, which must be final: see `stacksOf`. All of its stacks count unless said otherwise. A
 * recorder that was loaded by other means than this file, and so has a state of its own, says itself what is resolved.
 */
export function identityPolicies(root: IConstruct, isIncluded: (stack: Stack) => boolean = () => true, watch: WatchDocuments = documentsOf): SynthPolicies {
  const stacks = stacksOf(root, isIncluded, watch);
  const valueOf = valuesIn(stacks);
  const uses = managedPolicyUses(stacks, valueOf);
  const attachments = attachmentsIn(stacks, valueOf, uses);
  const opaque = stacks.flatMap(({ path, unread }) => unread.map((id) => `${path}: ${id} has no construct of its own`));

  const attached = resourcesOf(stacks, ...POLICY_TYPES).flatMap((resource): readonly IdentityPolicy[] => {
    const attachment = attachments.ofPolicy(resource);
    if (attachment.principals.length === 0 && resource.type === MANAGED_POLICY && uses.boundaries(resource).length > 0) return [];
    return [policyOf(resource, "Properties.PolicyDocument", resource.properties["PolicyDocument"], holderOf(resource), attachment)];
  });
  const inline = resourcesOf(stacks, ...PRINCIPAL_TYPES).flatMap((resource) => {
    const attachment = attachments.ofPrincipal(resource);
    const kind = principalOf(resource, valueOf)?.kind ?? "unknown";
    return valuesOf(resource, "Policies").flatMap((policy, index): readonly IdentityPolicy[] => {
      const property = `Properties.Policies.${String(index)}.PolicyDocument`;
      if (isObject(policy) && "PolicyDocument" in policy) return [policyOf(resource, property, policy["PolicyDocument"], kind, attachment)];
      opaque.push(`${pathOf(resource)}: Properties.Policies.${String(index)} is only known at deployment`);
      return [];
    });
  });
  const sets = resourcesOf(stacks, "AWS::SSO::PermissionSet").flatMap((resource): readonly IdentityPolicy[] => {
    const given = resource.properties["InlinePolicy"];
    if (given === undefined) return [];
    const attachment = { principals: [permissionSetRole(resource, valueOf)], open: [assignmentDoubt(pathOf(resource))], unnamed: [] };
    return [policyOf(resource, "Properties.InlinePolicy", given, "unknown", attachment)];
  });
  for (const { properties, ...resource } of resourcesOf(stacks, "AWS::Serverless::Function", "AWS::Serverless::StateMachine")) {
    if (properties["Policies"] !== undefined) opaque.push(`${pathOf({ properties, ...resource })}: policies of SAM are turned into roles at deployment`);
  }
  return {
    stacks,
    policies: [...attached, ...inline, ...sets],
    principals: resourcesOf(stacks, ...PRINCIPAL_TYPES).flatMap((resource) => principalOf(resource, valueOf) ?? []),
    opaque,
  };
}

function policyOf(resource: SynthResource, property: string, value: unknown, holder: Holder, attachment: SynthAttachment): IdentityPolicy {
  const document = readDocument(value, property);
  return { resource, property, holder, document, statements: document.statements, attachment };
}
