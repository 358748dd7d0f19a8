import type { Attachment } from "../../model/principal.js";
import type { YamlNode } from "../../syntax/yaml-nodes.js";
import { keyOf, pairAt, resolved, textOf, valueAt } from "../../syntax/yaml-values.js";
import { attribute, intrinsic, itemsOf, reference } from "./intrinsics.js";
import { principalsOf, together } from "./names.js";
import { samRole } from "./sam-role.js";
import type { Resource, Template } from "./template.js";

/** Where managed policies of a template are used, by their logical ids. */
export interface Uses {
  /** The principals of the template that name the policy in `ManagedPolicyArns`, or in the `Policies` of SAM. */
  readonly attachedBy: ReadonlyMap<string, Attachment>;
  /** Clauses for every other use: whoever gets the policy there is not known. */
  readonly open: ReadonlyMap<string, readonly string[]>;
  /** Clauses of those that are a permissions boundary: they grant nothing there, but what they lose, somebody may no longer do. */
  readonly boundaries: ReadonlyMap<string, readonly string[]>;
  /** Clauses for parts of the template that are not written out, and could use any of them. */
  readonly hidden: readonly string[];
}

/** A mention of a managed policy, at `node`. */
interface Mention {
  readonly id: string;
  readonly node: YamlNode;
  readonly path: readonly string[];
}

export function managedPolicyUses(template: Template): Uses {
  const names = managedPolicies(template);
  const attachedBy = new Map<string, Attachment>();
  const open = new Map<string, string[]>();
  const boundaries = new Map<string, string[]>();
  if (names.size === 0) return { attachedBy, open, boundaries, hidden: [] };

  const understood = new Set<YamlNode>();
  for (const resource of template.resources) {
    const use = useIn(resource, template);
    for (const node of use === null ? [] : itemsOf(use.list)) {
      const id = policyAt(node);
      if (use === null || id === null || !names.has(id)) continue;
      understood.add(resolved(node) ?? node);
      attachedBy.set(id, together([attachedBy.get(id) ?? { principals: [], open: [] }, use.by]));
    }
  }
  for (const { id, node, path } of mentions(template.root, names)) {
    if (understood.has(node)) continue;
    const kind = path[3] === BOUNDARY ? boundaries : open;
    const clauses = kind.get(id) ?? [];
    const clause = clauseOf(path);
    if (!clauses.includes(clause)) kind.set(id, [...clauses, clause]);
  }
  return { attachedBy, open, boundaries, hidden: [...template.hidden, ...hiddenParts(template.root)] };
}

/** The list of managed policies of a resource, and who is attached there. */
function useIn(resource: Resource, template: Template): { readonly list: YamlNode; readonly by: Attachment } | null {
  if (resource.properties === null) return null;
  const own = principalsOf(resource, template);
  const by = own ?? samRole(resource, template);
  const pair = by === null ? null : pairAt(resource.properties, own === null ? "Policies" : "ManagedPolicyArns");
  return by === null || pair === null ? null : { list: pair.value, by };
}

/** What a loop or an inclusion makes may refer to the policy by a name that is put together. */
function hiddenParts(root: YamlNode): readonly string[] {
  return hides(root) ? ["a part of the template is not written out, and may use the policy"] : [];
}

function hides(node: YamlNode): boolean {
  switch (node.type) {
    case "YamlMap":
      return isHiding(node) || node.pairs.some((pair) => /^Fn::(?:ForEach|Transform)/u.test(keyOf(pair) ?? "") || hides(pair.value));
    case "YamlSequence":
      return isHiding(node) || node.items.some(hides);
    default:
      return isHiding(node);
  }
}

function isHiding({ tag }: YamlNode): boolean {
  return tag === "!Transform";
}

const BOUNDARY = "PermissionsBoundary";

/** Logical ids, each with the name that the template gives the policy, if any. */
function managedPolicies(template: Template): ReadonlyMap<string, string | null> {
  const ids = new Map<string, string | null>();
  for (const { id, type, properties } of template.resources) {
    if (type !== "AWS::IAM::ManagedPolicy") continue;
    const name = properties === null ? null : valueAt(properties, "ManagedPolicyName");
    ids.set(id, name === null ? null : textOf(name));
  }
  return ids;
}

/** `Ref` of a managed policy returns its ARN; so does its attribute `PolicyArn`. */
function policyAt(node: YamlNode): string | null {
  const arn = attribute(node);
  return arn?.name === "PolicyArn" ? arn.resource : reference(node);
}

function clauseOf([section, name = "", , property]: readonly string[]): string {
  if (section === "Outputs") return `the output ${name} gives the policy out of the template, and it may be attached elsewhere`;
  if (property === BOUNDARY) return `the policy is also the permissions boundary of ${name}`;
  return `${section === "Resources" ? name : "the template"} uses the policy in a way that is not understood`;
}

/** Every place that refers to one of the policies. Aliases are not followed: their text is visited where it stands. */
function mentions(root: YamlNode, names: ReadonlyMap<string, string | null>): readonly Mention[] {
  const found: Mention[] = [];
  visit(root, []);
  return found;

  function visit(node: YamlNode, path: readonly string[]): void {
    for (const id of mentionedBy(node)) if (names.has(id)) found.push({ id, node, path });
    if (node.type === "YamlMap") {
      for (const pair of node.pairs) visit(pair.value, path.length < 4 ? [...path, keyOf(pair) ?? "?"] : path);
    } else if (node.type === "YamlSequence") {
      for (const item of node.items) visit(item, path);
    } else if (node.type === "YamlScalar" && node.value.includes("policy/")) {
      // An ARN that is put together by hand: arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/path/name
      for (const [id, name] of names) if (name !== null && node.value.endsWith(`/${name}`)) found.push({ id, node, path });
    }
  }
}

function mentionedBy(node: YamlNode): readonly string[] {
  if (node.type === "YamlAlias") return [];
  const id = reference(node) ?? attribute(node)?.resource;
  if (id !== undefined) return [id];
  const call = intrinsic(node);
  if (call?.name !== "Fn::Sub") return [];
  const template = call.argument.type === "YamlSequence" ? call.argument.items[0] : call.argument;
  const text = template === undefined ? null : textOf(template);
  return [...(text ?? "").matchAll(/\$\{([A-Za-z0-9]+)(?:\.[^}]*)?\}/gu)].map((match) => match[1] ?? "");
}
