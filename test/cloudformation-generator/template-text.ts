import yaml from "js-yaml";

/**
 * Templates as another YAML library reads them, or `JSON.parse`. The short form of a function is a map of its tag and its
 * argument, so that it counts whether a value is tagged.
 */
export function readTemplate(text: string): unknown {
  const content = text.replace(/^\uFEFF/u, "");
  if (/^\s*\{/u.test(content)) {
    try {
      const value: unknown = JSON.parse(content);
      return value;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  // CloudFormation takes the last one of several equal keys.
  return yaml.loadAll(content, undefined, { schema: SCHEMA, json: true });
}

const SCHEMA = yaml.CORE_SCHEMA.extend(
  (["scalar", "sequence", "mapping"] as const).map(
    (kind) => new yaml.Type("!", { kind, multi: true, construct: (argument: unknown, tag?: string): unknown => ({ [tag ?? "!"]: argument }) }),
  ),
);

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
