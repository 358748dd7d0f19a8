import type { Holder, ListElement, Opaque } from "../../model/policy.js";
import type { EstreeFile } from "../../syntax/estree.js";
import { memberName, shownText, unwrap } from "../../syntax/estree.js";
import type { NewExpression, Node } from "../../syntax/estree-nodes.js";
import { propertiesOf, resolve, staticText } from "../../syntax/estree-values.js";
import type { PrincipalKind } from "../../model/principal.js";
import { assignmentDoubt, permissionSetRoles } from "../terraform/permission-sets.js";
import type { Destination } from "./destinations.js";
import { logicalId } from "./logical-id.js";
import { cdkName } from "./names.js";
import type { Owners } from "./owners.js";
import { NOBODY, open, together, unnamed } from "./owners.js";
import { pathsOf } from "./paths.js";
import { addressOf, granteeOf, identityClass, ofIdentity, rolesBeside } from "./principals.js";
import { elementOf } from "./removal.js";
import type { Site } from "./sites.js";
import { sitesOf } from "./sites.js";
import { unread } from "./sources.js";

/** A policy that an L1 construct takes as plain JSON, or as a `PolicyDocument`. */
export interface PlainPolicy {
  readonly json: Node;
  /** How its statements are called. */
  readonly key: "Statement" | "statement";
  readonly destination: Destination;
}

/** Constructs that hold identity policies as they stand in the template. */
export const PLAIN_IDENTITY = /^(?:aws-iam\.Cfn(?:Role|User|Group|(?:Role|User|Group|Managed)?Policy)|aws-sso\.CfnPermissionSet|aws-sam\.Cfn(?:Function|StateMachine))$/u;

/** Its policies, and what of them is not understood. */
export function plainPolicies(file: EstreeFile, creation: NewExpression): { readonly policies: readonly PlainPolicy[]; readonly opaque: readonly Opaque[] } {
  const name = cdkName(file, creation.callee) ?? "";
  if (!PLAIN_IDENTITY.test(name)) return { policies: [], opaque: [] };
  const { values, complete } = propertiesOf(file, creation.arguments[2]);
  const hidden = complete || creation.arguments[2] === undefined ? [] : [unread(file, creation.arguments[2])];
  const property = POLICY_PROPERTIES.find((each) => values.has(each));
  const value = property === undefined ? undefined : values.get(property)?.node;
  if (property === undefined || value === undefined) return { policies: [], opaque: hidden };
  const base = destinationOf(file, creation, name);
  const address = `${base.address}.${property}`;
  if (property !== "policies") return { policies: [{ json: withoutStringify(value), key: "Statement", destination: { ...base, address } }], opaque: hidden };
  const list = resolve(file, value);
  if (list.type !== "ArrayExpression") return { policies: [], opaque: [...hidden, unread(file, value)] };
  const policies: PlainPolicy[] = [];
  const opaque: Opaque[] = [...hidden];
  list.elements.forEach((element, index) => {
    const item = element === null || element.type === "SpreadElement" ? null : propertiesOf(file, element);
    const json = name.startsWith("aws-sam.") ? (element ?? undefined) : item?.values.get("policyDocument")?.node;
    // Names of policies are attached, not written here: managed policies of AWS and templates of SAM.
    const isNamed = element !== null && name.startsWith("aws-sam.") && item?.values.has("statement") !== true;
    if (json === undefined || isNamed) opaque.push(...(element === null ? [] : [unread(file, element)]));
    else {
      const place: ListElement | null = element === null || list !== unwrap(value) ? null : elementOf(file, list, element);
      policies.push({ json, key: name.startsWith("aws-sam.") ? "statement" : "Statement", destination: { ...base, address: `${address}[${String(index)}]`, element: place } });
    }
  });
  return { policies, opaque };
}

/** `JSON.stringify(document)` is the document. */
function withoutStringify(value: Node): Node {
  const node = unwrap(value);
  const callee = node.type === "CallExpression" ? unwrap(node.callee) : null;
  const isJson = callee?.type === "MemberExpression" && memberName(callee) === "stringify" && callee.object.type === "Identifier" && callee.object.name === "JSON";
  const [document] = node.type === "CallExpression" ? node.arguments : [];
  return isJson && document !== undefined ? document : value;
}

export const POLICY_PROPERTIES = ["policies", "policyDocument", "inlinePolicy"] as const;

/** The policy of an L1 construct that a `PolicyDocument` in its properties is. Null for other properties. */
export function plainTarget(file: EstreeFile, creation: NewExpression, path: readonly string[]): Destination | null {
  const name = cdkName(file, creation.callee) ?? "";
  const [property = "", ...below] = path;
  if (!PLAIN_IDENTITY.test(name) || name.startsWith("aws-sam.")) return null;
  const isPolicy = property === "policies" ? below.join(".") === "policyDocument" : below.length === 0 && /^(?:policyDocument|inlinePolicy)$/u.test(property);
  if (!isPolicy) return null;
  const base = destinationOf(file, creation, name);
  return { ...base, address: `${base.address}.${path.join(".")}` };
}

function destinationOf(file: EstreeFile, creation: NewExpression, name: string): Destination {
  const owners = together([ownersOf(file, creation, name), changesOf(file, creation)]);
  return { kind: "identity", key: null, address: addressOf(file, creation), holder: holderOfClass(name), span: null, element: null, owners, opaque: [] };
}

function holderOfClass(name: string): Holder {
  if (name.includes('Managed')) return "managed";
  const kind = /\.Cfn(Role|User|Group)/u.exec(name)?.[1];
  return kind === "Role" ? "role" : kind === "User" ? "user" : kind === "Group" ? "group" : "unknown";
}

function ownersOf(file: EstreeFile, creation: NewExpression, name: string): Owners {
  const identity = identityClass(file, creation);
  if (identity !== null) return ofIdentity(file, creation, identity).owners;
  const { values, complete } = propertiesOf(file, creation.arguments[2]);
  if (name === "aws-sso.CfnPermissionSet") return setRoles(file, creation, values.get("name")?.node);
  if (name.startsWith("aws-sam.")) return samRole(file, creation, values.get("role")?.node, complete);
  const named = (["role", "user", "group"] as const).flatMap((kind) => {
    const single = values.get(`${kind}Name`)?.node;
    const list = values.get(`${kind}s`)?.node;
    return [...(single === undefined ? [] : [byName(file, kind, single)]), ...(list === undefined ? [] : namesIn(file, kind, list))];
  });
  const hidden = complete ? [] : [open("its properties are not all known from this file")];
  return together([...named, ...hidden, ...(name === "aws-iam.CfnManagedPolicy" ? attachments(file, creation) : [])]);
}

function namesIn(file: EstreeFile, kind: PrincipalKind, list: Node): Owners[] {
  const array = resolve(file, list);
  if (array.type !== "ArrayExpression") return [unnamed(`the ${kind}s in "${shownText(file, list)}" are not known from this file`)];
  return array.elements.flatMap((element) => {
    if (element === null) return [];
    return element.type === "SpreadElement" ? namesIn(file, kind, element.argument) : [byName(file, kind, element)];
  });
}

/** `role.ref`, `role.roleName`, or the name as a text. */
function byName(file: EstreeFile, kind: PrincipalKind, expression: Node): Owners {
  const node = resolve(file, expression);
  const text = staticText(file, expression);
  if (text !== null) return { ...NOBODY, principals: [{ kind, address: text, name: { kind: "literal", name: text } }] };
  const isName = memberName(node) === "ref" || memberName(node) === `${kind}Name`;
  if (node.type === "MemberExpression" && isName) return granteeOf(file, node.object).owners;
  return unnamed(`this file does not tell whose name "${shownText(file, expression)}" is`);
}

/** Roles, users and groups that take a managed policy by its reference. */
function attachments(file: EstreeFile, creation: NewExpression): readonly Owners[] {
  return sitesOf(file, creation).flatMap((site): readonly Owners[] => {
    if (site.kind === "lost") return [open(site.why)];
    if (site.kind !== "member" || !REFERENCE.test(site.name)) return [];
    const mentions = (file.members.get(site.name) ?? []).filter((member) => resolve(file, member.object) === creation);
    return mentions.flatMap((mention) => sitesOf(file, mention).map((use) => attachment(file, use)));
  });
}

const REFERENCE = /^(?:ref|attrPolicyArn)$/u;

function attachment(file: EstreeFile, use: Site): Owners {
  if (use.kind !== "property") return open("its reference is used elsewhere in this file");
  const identity = use.construct.type === "NewExpression" ? identityClass(file, use.construct) : null;
  if (use.construct.type === "NewExpression" && identity?.isResource === true && use.path.join(".") === "managedPolicyArns") {
    return ofIdentity(file, use.construct, identity).owners;
  }
  return open(`its reference is handed to "${shownText(file, use.construct.callee)}"`);
}

/** What is assigned to an L1 construct after its creation replaces its policies. */
function changesOf(file: EstreeFile, creation: NewExpression): Owners {
  const changed = sitesOf(file, creation).flatMap((site) => (site.kind === "member" && site.assigned ? [open(`its "${site.name}" is changed after its creation`)] : []));
  return together(changed);
}

function setRoles(file: EstreeFile, creation: NewExpression, written: Node | undefined): Owners {
  const address = addressOf(file, creation);
  const name = written === undefined ? null : staticText(file, written);
  if (name === null) return unnamed(`the name of "${address}" is not known from this file`);
  return { principals: [permissionSetRoles({ kind: "role", address, name: { kind: "literal", name } })], unnamed: [], open: [assignmentDoubt(address)] };
}

/** SAM's transform makes a role called after the function, unless one is given. */
function samRole(file: EstreeFile, creation: NewExpression, given: Node | undefined, complete: boolean): Owners {
  const address = addressOf(file, creation);
  if (given !== undefined || !complete) return unnamed(`"${address}" may have a role that this file does not show`);
  return rolesBeside(pathsOf(file, creation), (ids) => ({ id: `${logicalId(ids)}Role`, path: ids }));
}
