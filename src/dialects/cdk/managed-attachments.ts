import type { NamedGrant } from "../../model/policy.js";
import type { EstreeFile } from "../../syntax/estree.js";
import { memberName, shownText, unwrap } from "../../syntax/estree.js";
import type { CallExpression, NewExpression, Node } from "../../syntax/estree-nodes.js";
import { spanOf } from "../../syntax/estree-nodes.js";
import { propertiesOf, resolve, textParts } from "../../syntax/estree-values.js";
import { MANAGED_BY_AWS, managedPolicy } from "../managed-policies.js";
import type { Destination } from "./destinations.js";
import { cdkName } from "./names.js";
import type { Owners } from "./owners.js";
import { open, together } from "./owners.js";
import { granteeOf, identityClass, ofIdentity } from "./principals.js";
import type { Site } from "./sites.js";
import { sitesOf } from "./sites.js";

/** A managed policy of AWS, and whom the source attaches it to. */
export interface ManagedAttachment {
  readonly destination: Destination;
  readonly grant: NamedGrant;
}

/**
 * What `node` attaches: `ManagedPolicy.fromAwsManagedPolicyName("…")` and `fromManagedPolicyArn(…)` for what is done with them,
 * an L1 role for its `managedPolicyArns`.
 */
export function managedAttachments(file: EstreeFile, node: Node): readonly ManagedAttachment[] {
  if (node.type === "CallExpression") {
    const arn = importedArn(file, node);
    const grant = arn === null ? null : managedPolicy(arn, spanOf(node), null, MANAGED_BY_AWS);
    const owners = grant === null ? null : ownersOf(file, sitesOf(file, node));
    return grant === null || owners === null ? [] : [attachment(grant, owners)];
  }
  return node.type === "NewExpression" ? listed(file, node) : [];
}

function attachment(grant: NamedGrant, owners: Owners): ManagedAttachment {
  const destination: Destination = { kind: "identity", key: null, address: grant.name, holder: "managed", span: grant.span, element: null, owners, opaque: [] };
  return { destination, grant };
}

function importedArn(file: EstreeFile, call: CallExpression): string | null {
  if (memberName(unwrap(call.callee))?.startsWith("from") !== true) return null;
  const [first, , third] = call.arguments;
  switch (cdkName(file, call.callee)) {
    case "aws-iam.ManagedPolicy.fromAwsManagedPolicyName":
      return first === undefined ? null : `arn:aws:iam::aws:policy/${written(file, first)}`;
    case "aws-iam.ManagedPolicy.fromManagedPolicyArn":
      return third === undefined ? null : written(file, third);
    default:
      return null;
  }
}

/** The partition may be left to the deployment: `arn:${Aws.PARTITION}:iam::aws:policy/…`. */
function written(file: EstreeFile, node: Node): string {
  return textParts(file, node).map((part) => (typeof part === "string" ? part : "*")).join("");
}

/** Null when it grants to nobody: it is a permissions boundary, or not used. */
function ownersOf(file: EstreeFile, sites: readonly Site[]): Owners | null {
  const owners = sites.flatMap((site) => ownerOf(file, site) ?? []);
  return owners.length === 0 ? null : together(owners);
}

function ownerOf(file: EstreeFile, site: Site): Owners | null {
  switch (site.kind) {
    case "argument":
      if (site.method === "addManagedPolicy") return granteeOf(file, site.receiver).owners;
      return site.method === "apply" ? null : open(`it is handed to "${site.method}"`);
    case "property": {
      const { construct, path } = site;
      const [name] = path;
      if (name === "permissionsBoundary") return null;
      const identity = construct.type === "NewExpression" ? identityClass(file, construct) : null;
      if (construct.type === "NewExpression" && identity !== null && name === "managedPolicies") return ofIdentity(file, construct, identity).owners;
      return open(`it is handed to "${shownText(file, construct.callee)}"`);
    }
    case "member":
      return null;
    case "lost":
      return open(site.why);
  }
}

/** `managedPolicyArns` of L1 roles, users and groups; `managedPolicies: [{ managedPolicyArn: "…" }]` of others. */
function listed(file: EstreeFile, creation: NewExpression): readonly ManagedAttachment[] {
  const identity = identityClass(file, creation);
  const isResource = identity?.isResource === true;
  const list = identity === null ? undefined : propertiesOf(file, creation.arguments[2]).values.get(isResource ? "managedPolicyArns" : "managedPolicies");
  const array = list === undefined ? null : resolve(file, list.node);
  if (identity === null || array?.type !== "ArrayExpression") return [];
  return array.elements.flatMap((element) => {
    if (element === null || element.type === "SpreadElement") return [];
    const arn = isResource ? element : resolve(file, element).type === "ObjectExpression" ? propertiesOf(file, element).values.get("managedPolicyArn")?.node : undefined;
    const grant = arn === undefined ? null : managedPolicy(written(file, arn), spanOf(element), null, MANAGED_BY_AWS);
    return grant === null ? [] : [attachment(grant, ofIdentity(file, creation, identity).owners)];
  });
}
