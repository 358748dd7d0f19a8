import type { Holder, ListElement, ManagedPolicies, Opaque } from "../../model/policy.js";
import type { PrincipalName } from "../../model/principal.js";
import type { Span } from "../../model/text.js";
import type { EstreeFile } from "../../syntax/estree.js";
import { holderOf, keyName, memberName, shownText, unwrap, wrapped } from "../../syntax/estree.js";
import type { NewExpression, Node } from "../../syntax/estree-nodes.js";
import { spanOf } from "../../syntax/estree-nodes.js";
import { isChanged, propertiesOf, resolve, staticText, textParts, valueReads } from "../../syntax/estree-values.js";
import { generatedName } from "../cloudformation/generated-name.js";
import { logicalId } from "./logical-id.js";
import type { Creation } from "./names.js";
import { cdkName, creationOf } from "./names.js";
import type { Owners } from "./owners.js";
import { clauseOf, open, together, unnamed } from "./owners.js";
import type { Grantee } from "./principals.js";
import { addressOf, granteeOf, identityClass, ofIdentity } from "./principals.js";
import { pathsOf } from "./paths.js";
import { ofStack, writtenName } from "./principal-names.js";
import { PLAIN_IDENTITY, plainTarget } from "./plain-policies.js";
import { elementOf } from "./removal.js";
import { renamedIn } from "./renames.js";
import type { Site } from "./sites.js";
import { sitesOf } from "./sites.js";
import { unreadSources } from "./sources.js";

/** A policy document of a principal, to which statements are added. */
export interface Destination {
  readonly kind: "identity";
  /** The same for everything that adds to the same document; null when that is not known. */
  readonly key: string | null;
  readonly address: string;
  readonly holder: Holder;
  /** Null for a document that exists only as the sum of its statements. */
  readonly span: Span | null;
  readonly element: ListElement | null;
  readonly owners: Owners;
  readonly opaque: readonly Opaque[];
  /** Null or absent when it is no managed policy, or one whose name is not known. */
  readonly managed?: ManagedPolicies | null;
}

/** `foreign`: a resource policy, trust policy or boundary. */
export type Target = Destination | { readonly kind: "foreign" } | { readonly kind: "unknown"; readonly why: string };

export const FOREIGN: Target = { kind: "foreign" };

export function unknownTarget(why: string): Target {
  return { kind: "unknown", why };
}

/** The policy that CDK makes for statements added to a role, user or group one by one; its construct id is `DefaultPolicy`. */
export function defaultPolicy({ owners, key, address }: Grantee): Destination {
  return {
    kind: "identity",
    key: key === null ? null : `default:${key}`,
    address: `${address}/DefaultPolicy`,
    holder: holderFor(owners),
    span: null,
    element: null,
    owners,
    opaque: [],
  };
}

function holderFor({ principals }: Owners): Holder {
  const [kind, ...others] = new Set(principals.map((principal) => principal.kind));
  return kind === undefined || others.length > 0 ? "unknown" : kind;
}

export type PolicyClass = "Policy" | "ManagedPolicy";

export function policyClass(file: EstreeFile, node: Node): PolicyClass | null {
  const name = node.type === "NewExpression" ? cdkName(file, node.callee) : null;
  return name === "aws-iam.Policy" ? "Policy" : name === "aws-iam.ManagedPolicy" ? "ManagedPolicy" : null;
}

/** Every statement of a policy asks for it. */
const targets = new WeakMap<EstreeFile, Map<Node, Target>>();

function once(file: EstreeFile, creation: Node, make: () => Target): Target {
  const known = targets.get(file) ?? new Map<Node, Target>();
  targets.set(file, known);
  const target = known.get(creation) ?? make();
  known.set(creation, target);
  return target;
}

/** The document of `new Policy` or `new ManagedPolicy`. */
export function policyTarget(file: EstreeFile, creation: NewExpression, type: PolicyClass): Target {
  return once(file, creation, () => readPolicy(file, creation, type));
}

function readPolicy(file: EstreeFile, creation: NewExpression, type: PolicyClass): Target {
  const sites = sitesOf(file, creation);
  const uses = sites.map((site) => policyUse(file, site));
  const properties = propertiesOf(file, creation.arguments[2]);
  const listed = ["roles", "users", "groups"].flatMap((name) => {
    const list = properties.values.get(name);
    return list === undefined ? [] : granteesIn(file, list.node);
  });
  const isBoundary = uses.includes("foreign");
  const used = uses.filter((use) => use !== null && use !== "foreign");
  const owners = together([...listed, ...used]);
  if (isBoundary && owners.principals.length + owners.unnamed.length + owners.open.length === 0) return FOREIGN;
  const hidden = properties.complete ? [] : [open("its properties are not all known from this file")];
  const name = properties.values.get("managedPolicyName")?.node;
  const named = name !== undefined && isNamedElsewhere(file, name) ? [open("its name is used elsewhere in this file")] : [];
  const names = type === "ManagedPolicy" && (name !== undefined || properties.complete) ? policyNames(file, creation, name) : null;
  const answered = [...listed, ...used, ...named].flatMap((each) => [...each.unnamed.map(clauseOf), ...each.open]);
  return {
    kind: "identity",
    key: `policy:${String(creation.range[0])}`,
    address: addressOf(file, creation),
    holder: type === "ManagedPolicy" ? "managed" : holderFor(owners),
    span: spanOf(creation),
    element: null,
    owners: together([owners, ...hidden, ...named, ...(isBoundary ? [open("it is also a permissions boundary")] : [])]),
    opaque: unreadSources(file, creation.arguments[2], sites),
    managed: names === null ? null : { names, elsewhere: answered },
  };
}

/** The names that a managed policy is given, or that CloudFormation makes of its logical id; null when they are not known. */
function policyNames(file: EstreeFile, creation: NewExpression, written: Node | undefined): readonly PrincipalName[] | null {
  if (written !== undefined) {
    const name = writtenName(textParts(file, written));
    return name === null ? null : [name];
  }
  const { known, unknown } = pathsOf(file, creation);
  if (known.length === 0 || unknown.length > 0) return null;
  const made = known.map(({ ids, stack }) => ({ id: logicalId([...ids, "Resource"]), stack }));
  if (made.some(({ id }) => renamedIn({ file, node: creation }, id) !== null)) return null;
  return made.map(({ id, stack }) => ofStack(generatedName(id), stack.name));
}

/** A managed policy can be attached by its name too. */
function isNamedElsewhere(file: EstreeFile, name: Node): boolean {
  const text = staticText(file, name);
  return text !== null && file.calls.some((node) => node.type === "CallExpression" && node.arguments.some((argument) => {
    const given = textParts(file, argument).at(-1);
    return typeof given === "string" && given.slice(given.lastIndexOf("/") + 1) === text;
  }));
}

function granteesIn(file: EstreeFile, list: Node): Owners[] {
  const array = resolve(file, list);
  const isOpen = array.type === "ArrayExpression" && (isChanged(file, list) || isHandedOn(file, list));
  if (isOpen) return [unnamed(`the list of principals "${shownText(file, list)}" may be changed after it is made`)];
  if (array.type !== "ArrayExpression") return [unnamed(`the principals in "${shownText(file, list)}" are not known from this file`)];
  return array.elements.flatMap((element) => {
    if (element === null) return [];
    return element.type === "SpreadElement" ? granteesIn(file, element.argument) : [granteeOf(file, element).owners];
  });
}

/** Is the list behind a name given to a function, which may add to it? */
function isHandedOn(file: EstreeFile, list: Node): boolean {
  const name = unwrap(list);
  const variable = name.type === "Identifier" ? file.variables.get(name) : undefined;
  if (variable === undefined) return name.type === "MemberExpression";
  return valueReads(variable).some((read) => holderOf(file, read)?.type === "CallExpression");
}

/** What a use of a policy says of its principals. `null`: nothing; `foreign`: it is used as a boundary. */
function policyUse(file: EstreeFile, site: Site): Owners | "foreign" | null {
  switch (site.kind) {
    case "argument":
      if (/^(?:attachInlinePolicy|addManagedPolicy)$/u.test(site.method)) return granteeOf(file, site.receiver).owners;
      if (site.method === "addDependency") return null;
      return site.method === "apply" ? "foreign" : open(`it is handed to "${site.method}"`);
    case "property": {
      const [name = ""] = site.path;
      if (name === "permissionsBoundary") return "foreign";
      const identity = site.construct.type === "NewExpression" ? identityClass(file, site.construct) : null;
      if (name === "managedPolicies" && site.construct.type === "NewExpression" && identity !== null) {
        return ofIdentity(file, site.construct, identity).owners;
      }
      return open(`it is handed to "${shownText(file, site.construct.callee)}"`);
    }
    case "member":
      if (/^(?:attachToRole|attachToUser|attachToGroup)$/u.test(site.name)) {
        const [principal] = site.call?.arguments ?? [];
        return principal === undefined ? open(`"${site.name}" is used`) : granteeOf(file, principal).owners;
      }
      return /^(?:addStatements|policyName|node|stack|env)$/u.test(site.name) ? null : open(`its "${site.name}" is used`);
    case "lost":
      return open(site.why);
  }
}

/** What becomes of a `PolicyDocument`. */
export function documentTarget(file: EstreeFile, creation: Creation): Target {
  return once(file, creation, () => readDocument(file, creation));
}

function readDocument(file: EstreeFile, creation: Creation): Target {
  const sites = sitesOf(file, creation);
  const targets = sites.flatMap((site) => documentUse(file, site) ?? []);
  const found = targets.filter((target) => target.kind === "identity");
  const [first, ...others] = found;
  const whys = targets.flatMap((target) => (target.kind === "unknown" ? [target.why] : []));
  const isForeign = targets.some(({ kind }) => kind === "foreign");
  if (first === undefined) {
    return isForeign && whys.length === 0 ? FOREIGN : unknownTarget(whys.length === 0 ? "nothing in this file uses it" : whys.join("; "));
  }
  const single = others.length === 0 && whys.length === 0 && !isForeign;
  const clauses = [...whys, ...(isForeign ? ["it is also a resource policy"] : [])];
  return {
    kind: "identity",
    key: `document:${String(creation.range[0])}`,
    address: found.map(({ address }) => address).join(", "),
    holder: found.every(({ holder }) => holder === first.holder) ? first.holder : "unknown",
    span: spanOf(creation),
    element: single ? inlineElement(file, creation) : null,
    owners: together([...found.map(({ owners }) => owners), ...clauses.map(open)]),
    opaque: creation.type === "NewExpression" ? unreadSources(file, creation.arguments[0], sites) : unreadSources(file, undefined, sites),
    managed: single ? (first.managed ?? null) : null,
  };
}

/** Further constructs whose properties hold policies of a principal. */
const OTHER_IDENTITY = /^(?:aws-iam\.LazyRole|aws-sso\.\w+|aws-sam\.\w+)$/u;

function documentUse(file: EstreeFile, site: Site): Target | null {
  switch (site.kind) {
    case "property": {
      const { construct, path } = site;
      const name = cdkName(file, construct.callee);
      if (construct.type === "NewExpression") {
        const type = policyClass(file, construct);
        if (type !== null && path[0] === "document") return policyTarget(file, construct, type);
        const identity = identityClass(file, construct);
        if (identity?.kind === "role" && path[0] === "inlinePolicies" && path.length === 2) {
          const { owners, address } = ofIdentity(file, construct, identity);
          return { ...defaultPolicy({ owners, key: null, address }), holder: "role", address: `${address}.${path.join(".")}` };
        }
        const plain = plainTarget(file, construct, path);
        if (plain !== null) return plain;
      }
      if (path[0] === "assumeRolePolicyDocument") return FOREIGN;
      const isPlain = name === null || PLAIN_IDENTITY.test(name) || OTHER_IDENTITY.test(name);
      return isPlain ? unknownTarget(`it is handed to "${shownText(file, construct.callee)}"`) : FOREIGN;
    }
    case "member":
      return /^(?:addStatements|isEmpty|statementCount)$/u.test(site.name) ? null : unknownTarget(`its "${site.name}" is used`);
    case "argument":
      return unknownTarget(`it is handed to "${site.method}"`);
    case "lost":
      return unknownTarget(site.why);
  }
}

/** The property of `inlinePolicies` that holds this document. */
function inlineElement(file: EstreeFile, creation: Node): ListElement | null {
  const property = file.parents.get(wrapped(file, creation));
  const object = property === undefined ? undefined : file.parents.get(property);
  if (property?.type !== "Property" || object?.type !== "ObjectExpression") return null;
  const holder = holderOf(file, object);
  const isInline = holder?.type === "Property" && keyName(holder.key, holder.computed) === "inlinePolicies";
  return isInline ? elementOf(file, object, property) : null;
}

/** The document behind `document.addStatements(…)`, `policy.addStatements(…)` or `policy.document.addStatements(…)`. */
export function receiverTarget(file: EstreeFile, receiver: Node): Target {
  const node = resolve(file, receiver);
  const document = documentCreation(file, node);
  if (document !== null) return documentTarget(file, document);
  const owner = node.type === "MemberExpression" && memberName(node) === "document" ? resolve(file, node.object) : node;
  const type = policyClass(file, owner);
  if (owner.type === "NewExpression" && type !== null) return policyTarget(file, owner, type);
  return unknownTarget(`it is added to "${shownText(file, receiver)}", which this file does not create`);
}

/** The node, when it creates a document. */
export function documentCreation(file: EstreeFile, node: Node): Creation | null {
  return creationOf(file, node, "aws-iam.PolicyDocument");
}
