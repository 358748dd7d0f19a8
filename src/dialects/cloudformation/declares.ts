import { SyntaxProblem, type SourceText } from "../../model/text.js";
import type { YamlMap } from "../../syntax/yaml-nodes.js";
import { keyOf, mapAt, pairAt, resolved, textOf } from "../../syntax/yaml-values.js";
import { parseYaml } from "../../syntax/yaml.js";

/** Does a template declare resources with all of these logical ids, or things of which SAM and Serverless make them? */
export function declares(sources: readonly SourceText[], ids: readonly string[]): boolean {
  return sources.some(({ text }) => documentsOf(text).some((root) => declaresAll(root, ids)));
}

function documentsOf(text: string): readonly YamlMap[] {
  try {
    return parseYaml(text).documents.flatMap(({ root }) => (root.type === "YamlMap" ? [root] : []));
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    return [];
  }
}

function declaresAll(root: YamlMap, ids: readonly string[]): boolean {
  // A Serverless service holds a template, and makes the role of its functions.
  const service = mapAt(root, "resources");
  const resources = mapAt(root, "Resources") ?? (service === null ? null : mapAt(service, "Resources"));
  const declared = new Set(resources === null ? [] : resources.pairs.flatMap((pair) => idsOf(keyOf(pair), resolved(pair.value))));
  if (pairAt(root, "service") !== null && pairAt(root, "provider") !== null) declared.add("IamRoleLambdaExecution");
  return declared.size > 0 && ids.every((id) => declared.has(id));
}

/** https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html */
function idsOf(id: string | null, body: ReturnType<typeof resolved>): readonly string[] {
  if (id === null) return [];
  const type = body?.type === "YamlMap" ? pairAt(body, "Type") : null;
  const name = type === null ? null : textOf(type.value);
  return name === "AWS::Serverless::Function" || name === "AWS::Serverless::StateMachine" ? [id, `${id}Role`] : [id];
}
