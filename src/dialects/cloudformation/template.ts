import type { Opaque } from "../../model/policy.js";
import type { YamlDocument, YamlFile, YamlMap, YamlNode } from "../../syntax/yaml-nodes.js";
import { hasTwice, isNull, keyOf, mapAt, pairAt, resolved, textOf, valueAt } from "../../syntax/yaml-values.js";
import { isIncluded } from "./intrinsics.js";
import { sharedText, type Shared } from "./shared-text.js";
import { variablesOf, type Variables } from "./variables.js";

export interface Resource {
  /** The logical id. */
  readonly id: string;
  readonly type: string;
  readonly properties: YamlMap | null;
  /** Is everything that it says written out, and once? Otherwise nothing is known of its name, among other things. */
  readonly isWhole: boolean;
}

/** One CloudFormation template. */
export interface Template {
  readonly text: string;
  readonly root: YamlMap;
  /** By logical id. */
  readonly resources: ReadonlyMap<string, Resource>;
  readonly shared: Shared;
  readonly variables: Variables;
  /** A clause that completes "not fixed, because …" when something outside the template has a part in it; else null. */
  readonly rewritten: string | null;
  /** Resources that are not written out. */
  readonly opaque: readonly Opaque[];
}

/** Any text that could be about the principals of a template; most files end here. */
const IAM = /AWS::IAM::|AWS::Serverless|AWS::SSO::PermissionSet/u;
const RESOURCE_TYPE = /["']?Type["']?\s*:\s*["']?AWS::\w+::\w/u;
const RESOURCES_ANYWHERE = /["']?Resources["']?\s*:/u;

/** A quick look at the text: does it seem to be a template that holds IAM? Charts, manifests and workflows do not. */
export function looksLikeTemplate(text: string): boolean {
  if (!IAM.test(text) || !RESOURCE_TYPE.test(text)) return false;
  // Comments of JavaScript are no YAML, but the file is to be refused, not passed over.
  const first = /^(?![ \t]*(?:#|---|%|\{\{|\{%|\/[/*]|\r?$))([ \t]*)\S/mu.exec(text);
  if (first === null) return false;
  const indent = first[1] ?? "";
  if (text.startsWith("{", first.index + indent.length)) return RESOURCES_ANYWHERE.test(text);
  return new RegExp(`^${indent}["']?Resources["']?[ \\t]*:`, "mu").test(text);
}

/** The templates of a file: each of its documents that is one. */
export function templatesOf(text: string, file: YamlFile): readonly Template[] {
  return file.documents.flatMap((document) => {
    const template = templateOf(text, document);
    return template === null ? [] : [template];
  });
}

function templateOf(text: string, document: YamlDocument): Template | null {
  const { root } = document;
  if (root.type !== "YamlMap") return null;
  const declared = mapAt(root, "Resources");
  if (declared === null) return null;
  const resources = new Map<string, Resource>();
  const opaque: Opaque[] = [];
  for (const pair of declared.pairs) {
    const id = keyOf(pair);
    if (id === null) continue;
    if (id.startsWith("Fn::")) {
      opaque.push({ span: pair.span, why: `the resources that ${id} makes are not written out` });
      continue;
    }
    const body = resolved(pair.value);
    const type = body?.type === "YamlMap" ? textOf(valueAt(body, "Type") ?? body) : null;
    if (body?.type !== "YamlMap" || type === null) continue;
    const properties = mapAt(body, "Properties");
    const why = resources.has(id) ? `${id} is declared twice` : notWhole(id, type, body, properties);
    resources.set(id, { id, type, properties: why === null ? properties : null, isWhole: why === null });
    if (why !== null) opaque.push({ span: pair.span, why });
    const embedded = properties === null ? null : valueAt(properties, "TemplateBody");
    if (embedded?.type === "YamlScalar" && IAM.test(embedded.value)) {
      opaque.push({ span: embedded.span, why: `the TemplateBody of ${id} is a template of its own` });
    }
  }
  if (![...resources.values()].some((resource) => resource.type.includes("::"))) return null;
  return {
    text,
    root,
    resources,
    shared: sharedText(root),
    variables: variablesOf(root),
    rewritten: rewriting(root, declared),
    opaque,
  };
}

/** Why a resource that is about principals cannot be read; null when it can. */
function notWhole(id: string, type: string, body: YamlMap, properties: YamlMap | null): string | null {
  if (!/^AWS::(?:IAM|SSO)::/u.test(type)) return null;
  if (isIncluded(body)) return `a part of ${id} is included from elsewhere`;
  if (properties === null) return pairAt(body, "Properties") === null ? null : `the Properties of ${id} are not written out`;
  const keys = [...body.pairs, ...properties.pairs].map(keyOf).filter((key) => key !== null);
  const twice = keys.find((key) => hasTwice(body, key) || hasTwice(properties, key));
  return twice === undefined ? null : `${id} has more than one ${twice}`;
}

/** Transforms whose effect on IAM resources is documented: they leave those that are written out as they are. */
const KNOWN_TRANSFORMS = /^AWS::(?:Serverless-2016-10-31|LanguageExtensions|SecretsManager-[\d-]+|CodeDeployBlueGreen)$/u;

function rewriting(root: YamlMap, resources: YamlMap): string | null {
  if (hasTwice(root, "Resources")) return "the template has more than one Resources";
  const transform = valueAt(root, "Transform");
  const names: readonly YamlNode[] =
    transform === null || isNull(transform) ? [] : transform.type === "YamlSequence" ? transform.items : [transform];
  for (const node of names) {
    const name = textOf(node);
    if (name === null || !KNOWN_TRANSFORMS.test(name)) return `the template is rewritten by ${name === null ? "a macro" : `the macro "${name}"`}`;
  }
  if (root.pairs.some((pair) => keyOf(pair) === "Fn::Transform")) return "a part of the template is included from elsewhere";
  return isIncluded(resources) ? "some resources of the template are not written out" : null;
}
