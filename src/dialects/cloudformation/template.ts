import type { Opaque } from "../../model/policy.js";
import type { YamlFile, YamlMap, YamlNode } from "../../syntax/yaml-nodes.js";
import { isNull, hasTwice, keyOf, mapAt, textOf, valueAt } from "../../syntax/yaml-values.js";
import { resourcesOf, type Resource } from "./resources.js";
import { templateScope, type Deployment } from "./scope.js";
import { sharedText, type Shared } from "./shared-text.js";
import type { Scope } from "./text-parts.js";

export type { Instance, Resource } from "./resources.js";

/** One CloudFormation template. */
export interface Template {
  /** Of its file, absolute. */
  readonly path: string;
  readonly text: string;
  readonly root: YamlMap;
  readonly resources: readonly Resource[];
  /** The resource of a logical id, however its loops write it. */
  readonly find: (id: string) => Resource | undefined;
  readonly scope: Scope;
  /** The names of its stacks, as far as they are on record. */
  readonly stacks: readonly string[];
  readonly shared: Shared;
  /** A clause that completes "not fixed, because …" when something outside the template has a part in it; else null. */
  readonly rewritten: string | null;
  /** Clauses for parts that are not written out, and could use any of its policies. */
  readonly hidden: readonly string[];
  /** Resources that are not written out. */
  readonly opaque: readonly Opaque[];
}

/** What a template is made of, beside its text. */
export interface Surroundings {
  readonly path: string;
  readonly text: string;
  readonly deployments: readonly Deployment[];
  /** Its variables, when they are not those of a template by itself. */
  readonly scope?: (root: YamlMap) => Scope;
  /** The anchors of the whole document. */
  readonly shared?: Shared;
  /** As in `Template`. */
  readonly hidden?: readonly string[];
  /** Logical ids of resources that something else changes. */
  readonly changed?: ReadonlySet<string>;
}

/** The templates of a file: each of its documents that is one. */
export function templatesOf({ documents }: YamlFile, surroundings: Surroundings): readonly Template[] {
  return documents.flatMap(({ root }) => templateOf(root, surroundings) ?? []);
}

/** The template that a map is; null when it is none. */
export function templateOf(root: YamlNode, { path, text, deployments, scope, shared, hidden = [], changed }: Surroundings): Template | null {
  if (root.type !== "YamlMap") return null;
  const declared = mapAt(root, "Resources");
  if (declared === null) return null;
  const own = scope?.(root) ?? templateScope(root, deployments);
  const { resources, opaque, isWhole } = resourcesOf(declared, own, changed);
  if (opaque.length === 0 && !resources.some((resource) => resource.type.includes("::"))) return null;
  const byId = new Map<string, Resource>();
  for (const resource of resources) for (const id of [resource.id, ...resource.instances.map((instance) => instance.id)]) byId.set(id, resource);
  return {
    path,
    text,
    root,
    resources,
    find: (id) => byId.get(id),
    scope: own,
    stacks: [...new Set(deployments.flatMap(({ stack }) => (stack === null ? [] : [stack])))],
    shared: shared ?? sharedText(root),
    rewritten: rewriting(root, isWhole),
    hidden,
    opaque,
  };
}

/** Transforms whose effect on IAM resources is documented: they leave those that are written out as they are. */
const KNOWN_TRANSFORMS = /^AWS::(?:Serverless-2016-10-31|LanguageExtensions|SecretsManager-[\d-]+|CodeDeployBlueGreen)$/u;

function rewriting(root: YamlMap, isWhole: boolean): string | null {
  if (hasTwice(root, "Resources")) return "the template has more than one Resources";
  const transform = valueAt(root, "Transform");
  const names: readonly YamlNode[] =
    transform === null || isNull(transform) ? [] : transform.type === "YamlSequence" ? transform.items : [transform];
  for (const node of names) {
    const name = textOf(node);
    if (name === null || !KNOWN_TRANSFORMS.test(name)) return `the template is rewritten by ${name === null ? "a macro" : `the macro "${name}"`}`;
  }
  if (root.pairs.some((pair) => keyOf(pair) === "Fn::Transform")) return "a part of the template is included from elsewhere";
  return isWhole ? null : "some resources of the template are not written out";
}
