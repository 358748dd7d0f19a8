import { listOf, type Json } from "./json.js";
import { pathOf, PRINCIPAL_TYPES } from "./principals.js";
import { resourcesOf, valuesOf, type SynthResource, type SynthStack } from "./stacks.js";
import { partsOf, referencesIn, type ValueOf } from "./values.js";

export const MANAGED_POLICY = "AWS::IAM::ManagedPolicy";

/** Where the managed policies of an app are used, besides the lists of their own. */
export interface ManagedPolicyUses {
  /** The roles, users and groups that name the policy in `ManagedPolicyArns`. */
  readonly attachedBy: (policy: SynthResource) => readonly SynthResource[];
  /** Clauses for every other use: whoever gets the policy there is not known. */
  readonly open: (policy: SynthResource) => readonly string[];
  /** The same where it is somebody's permissions boundary: it grants nothing there, but what it loses, somebody may no longer do. */
  readonly boundaries: (policy: SynthResource) => readonly string[];
}

export function managedPolicyUses(stacks: readonly SynthStack[], valueOf: ValueOf): ManagedPolicyUses {
  const policies = resourcesOf(stacks, MANAGED_POLICY);
  const attachedBy = new Map<SynthResource, Set<SynthResource>>(policies.map((policy) => [policy, new Set()]));
  const open = new Map<SynthResource, Set<string>>(policies.map((policy) => [policy, new Set()]));
  const boundaries = new Map<SynthResource, Set<string>>(policies.map((policy) => [policy, new Set()]));
  for (const stack of policies.length === 0 ? [] : stacks) {
    for (const resource of stack.resources.values()) {
      for (const [property, value] of Object.entries(resource.properties)) visit(resource, property, value);
    }
    // Those of a nested stack go to the one around it, where they are followed.
    for (const [name, value] of stack.name.kind === "nested" ? [] : stack.outputs) {
      // CDK exports what another stack of the app refers to, which is followed there.
      if (/ExportsOutput(?:Ref|FnGetAtt)/u.test(name)) continue;
      for (const policy of policiesIn(value, stack)) open.get(policy)?.add(`the output ${name} gives the policy out of the stack, and it may be attached elsewhere`);
    }
  }
  for (const policy of policies) {
    if (policy.properties["ManagedPolicyName"] !== undefined) open.get(policy)?.add("the policy has a name, by which it may be attached elsewhere");
  }
  return {
    attachedBy: (policy) => [...(attachedBy.get(policy) ?? [])],
    open: (policy) => [...(open.get(policy) ?? [])],
    boundaries: (policy) => [...(boundaries.get(policy) ?? [])],
  };

  function visit(resource: SynthResource, property: string, value: Json): void {
    // What is handed to a nested stack is followed there.
    if (resource.type === "AWS::CloudFormation::Stack" && property === "Parameters") return;
    const isList = property === "ManagedPolicyArns" && PRINCIPAL_TYPES.includes(resource.type);
    const understood = new Set<Json>();
    for (const element of isList ? valuesOf(resource, property) : []) {
      const policy = policyAt(element, resource.stack);
      if (policy === null) continue;
      understood.add(element);
      attachedBy.get(policy)?.add(resource);
    }
    const rest = isList ? listOf(value).filter((element) => !understood.has(element)) : value;
    for (const policy of policiesIn(rest, resource.stack)) {
      if (policy === resource) continue;
      if (property === "PermissionsBoundary") boundaries.get(policy)?.add(`the policy is also the permissions boundary of ${pathOf(resource)}`);
      else open.get(policy)?.add(`${pathOf(resource)} uses the policy in a way that is not understood`);
    }
  }

  /** A reference to a policy of the app, or its ARN put together with the policy's name. */
  function policyAt(value: Json, stack: SynthStack): SynthResource | null {
    const found = valueOf(value, stack);
    if (found.kind === "resource") return attachedBy.has(found.resource) ? found.resource : null;
    const end = partsOf(found).at(-1);
    const name = end !== undefined && "written" in end ? /(?:^|[:/])([^:/]+)$/u.exec(end.written)?.[1] : undefined;
    return policies.find((policy) => name !== undefined && policy.properties["ManagedPolicyName"] === name) ?? null;
  }

  /** The policies that a value refers to anywhere below. */
  function policiesIn(value: Json, stack: SynthStack): readonly SynthResource[] {
    return referencesIn(value).flatMap((reference) => {
      const found = valueOf(reference, stack);
      return found.kind === "resource" && attachedBy.has(found.resource) ? [found.resource] : [];
    });
  }
}
