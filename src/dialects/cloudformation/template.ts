import type { Opaque } from "../../model/policy.js";
import type { YamlDocument, YamlFile, YamlMap, YamlNode } from "../../syntax/yaml-nodes.js";
import { isNull, keyOf, mapAt, resolved, textOf, valueAt } from "../../syntax/yaml-values.js";
import { sharedText, type Shared } from "./shared-text.js";

export interface Resource {
  /** The logical id. */
  readonly id: string;
  readonly type: string;
  readonly properties: YamlMap | null;
}

/** One CloudFormation template. */
export interface Template {
  readonly text: string;
  readonly root: YamlMap;
  /** By logical id. */
  readonly resources: ReadonlyMap<string, Resource>;
  readonly shared: Shared;
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
  const first = /^(?![ \t]*(?:#|---|%|\{\{|\{%|\r?$))([ \t]*)\S/mu.exec(text);
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
    resources.set(id, { id, type, properties: mapAt(body, "Properties") });
  }
  if (![...resources.values()].some((resource) => resource.type.includes("::"))) return null;
  return { text, root, resources, shared: sharedText(root), rewritten: rewriting(root, opaque.length > 0), opaque };
}

/** Transforms whose effect on IAM resources is documented: they leave those that are written out as they are. */
const KNOWN_TRANSFORMS = /^AWS::(?:Serverless-2016-10-31|LanguageExtensions|SecretsManager-[\d-]+|CodeDeployBlueGreen)$/u;

function rewriting(root: YamlMap, generates: boolean): string | null {
  const transform = valueAt(root, "Transform");
  const names: readonly YamlNode[] =
    transform === null || isNull(transform) ? [] : transform.type === "YamlSequence" ? transform.items : [transform];
  for (const node of names) {
    const name = textOf(node);
    if (name === null || !KNOWN_TRANSFORMS.test(name)) return `the template is rewritten by ${name === null ? "a macro" : `the macro "${name}"`}`;
  }
  if (root.pairs.some((pair) => keyOf(pair) === "Fn::Transform")) return "a part of the template is included from elsewhere";
  return generates ? "some resources of the template are not written out" : null;
}
