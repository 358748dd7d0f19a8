import { isDeepStrictEqual } from "node:util";
import type { CfnResource } from "aws-cdk-lib";
import type { IConstruct } from "constructs";
import { cdk } from "./installed.js";
import { isObject, listOf, type Json, type JsonObject } from "./json.js";
import type { SynthResource } from "./stacks.js";

/** Documents by their property: `Properties.PolicyDocument`, `Properties.Policies.0.PolicyDocument`. */
export type Documents = ReadonlyMap<string, JsonObject>;

/** A resource whose policies are read from here when its template is written. */
export interface Replaceable {
  readonly node: CfnResource;
  /** Where the resource has its policies as it was given them, unresolved. */
  readonly original: unknown;
  readonly isPolicy: boolean;
}

/**
 * Makes a resource take its policies from `replacementFor` when there is one, and otherwise from where it has them. Nothing is
 * resolved yet: that would freeze the statements. Null for what is no policy and holds none, or is a plain `CfnResource`.
 */
export function makeReplaceable(node: IConstruct, replacementFor: () => unknown): Replaceable | null {
  const { CfnPolicy, CfnManagedPolicy, CfnRolePolicy, CfnUserPolicy, CfnGroupPolicy, CfnRole, CfnUser, CfnGroup } = cdk.aws_iam;
  if (
    node instanceof CfnPolicy ||
    node instanceof CfnManagedPolicy ||
    node instanceof CfnRolePolicy ||
    node instanceof CfnUserPolicy ||
    node instanceof CfnGroupPolicy
  ) {
    const original: unknown = node.policyDocument;
    if (original === undefined) return null;
    node.policyDocument = cdk.Lazy.uncachedAny({ produce: () => replacementFor() ?? original });
    return { node, original, isPolicy: true };
  }
  if (node instanceof CfnRole || node instanceof CfnUser || node instanceof CfnGroup) {
    const original: unknown = node.policies;
    if (original === undefined) return null;
    node.policies = cdk.Lazy.uncachedAny({ produce: () => replacementFor() ?? original });
    return { node, original, isPolicy: false };
  }
  return null;
}

/**
 * What the resource is to be given for these documents. Null when the template does not have what the resource was given, but what
 * an override made of it: the override would go on changing what stands in its place.
 */
export function replacementOf({ original, isPolicy }: Replaceable, { properties, node }: SynthResource, documents: Documents): unknown {
  const given: unknown = cdk.Stack.of(node).resolve(original);
  if (isPolicy) return isDeepStrictEqual(given, properties["PolicyDocument"]) ? (documents.get("Properties.PolicyDocument") ?? null) : null;
  const policies = listOf(properties["Policies"]).map((policy) => inlinePolicy(policy));
  if (!policies.every((policy) => policy !== null) || !isDeepStrictEqual(listOf(given), policies)) return null;
  return policies.map((policy, index) => ({ ...policy, policyDocument: documents.get(`Properties.Policies.${String(index)}.PolicyDocument`) ?? policy.policyDocument }));
}

/** In the spelling of the construct's property. */
function inlinePolicy(policy: Json): { readonly policyName: Json; readonly policyDocument: Json } | null {
  if (!isObject(policy)) return null;
  const { PolicyName: policyName, PolicyDocument: policyDocument, ...others } = policy;
  return Object.keys(others).length === 0 ? { policyName, policyDocument } : null;
}
