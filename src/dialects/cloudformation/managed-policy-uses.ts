import type { PrincipalReference } from "../../model/principal.js";
import type { YamlNode } from "../../syntax/yaml-nodes.js";
import { keyOf, pairAt, resolved, textOf, valueAt } from "../../syntax/yaml-values.js";
import { alternatives, attribute, intrinsic, reference } from "./intrinsics.js";
import { principalOf } from "./names.js";
import type { Template } from "./template.js";

/** Where managed policies of a template are used, by their logical ids. */
export interface Uses {
  /** The principals of the template that name the policy in `ManagedPolicyArns`. */
  readonly attachedBy: ReadonlyMap<string, readonly PrincipalReference[]>;
  /** Clauses for every other use: whoever gets the policy there is not known. */
  readonly open: ReadonlyMap<string, readonly string[]>;
  /** Those that are a permissions boundary: they grant nothing there. */
  readonly boundaries: ReadonlySet<string>;
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
  const attachedBy = new Map<string, PrincipalReference[]>();
  const open = new Map<string, string[]>();
  const boundaries = new Set<string>();
  if (names.size === 0) return { attachedBy, open, boundaries, hidden: [] };

  const understood = new Set<YamlNode>();
  for (const resource of template.resources.values()) {
    const principal = principalOf(resource, template);
    const pair = resource.properties === null ? null : pairAt(resource.properties, "ManagedPolicyArns");
    if (principal === null || pair === null) continue;
    for (const node of itemsOf(pair.value)) {
      const id = policyAt(node);
      if (id === null || !names.has(id)) continue;
      understood.add(resolved(node) ?? node);
      attachedBy.set(id, [...(attachedBy.get(id) ?? []), principal]);
    }
  }
  for (const { id, node, path } of mentions(template.root, names)) {
    if (understood.has(node)) continue;
    if (path[3] === BOUNDARY) boundaries.add(id);
    const clauses = open.get(id) ?? [];
    const clause = clauseOf(path);
    if (!clauses.includes(clause)) open.set(id, [...clauses, clause]);
  }
  return { attachedBy, open, boundaries, hidden: hiddenParts(template.root) };
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
  for (const { id, type, properties } of template.resources.values()) {
    if (type !== "AWS::IAM::ManagedPolicy") continue;
    const name = properties === null ? null : valueAt(properties, "ManagedPolicyName");
    ids.set(id, name === null ? null : textOf(name));
  }
  return ids;
}

function itemsOf(property: YamlNode): readonly YamlNode[] {
  return alternatives(property).flatMap(({ node }) => {
    const value = resolved(node);
    if (value?.type !== "YamlSequence" || intrinsic(node) !== null) return [];
    return value.items.flatMap((item) => alternatives(item).map((each) => each.node));
  });
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
