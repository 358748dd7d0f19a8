import { CORE_SCHEMA, loadAll, Type } from "js-yaml";

const tags = (["scalar", "sequence", "mapping"] as const).map(
  (kind) => new Type("!", { kind, multi: true, construct: (data: unknown, tag?: string) => ({ [`tag ${tag ?? ""}`]: data }) }),
);

const schema = CORE_SCHEMA.extend(tags);

/** The documents of a YAML text, read by a library that has no part in making fixes. Tags are kept as keys; of equal keys the last counts. */
export function readWithJsYaml(text: string): readonly unknown[] {
  return loadAll(text, undefined, { schema, json: true });
}
