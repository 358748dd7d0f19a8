import { createRequire } from "node:module";
import type * as Yaml from "yaml";

let loaded: typeof Yaml | undefined;

/** The `yaml` package, loaded with the first YAML file: it takes longer to load than most files to lint. */
export function yamlLibrary(): typeof Yaml {
  if (loaded !== undefined) return loaded;
  const library: unknown = createRequire(import.meta.url)("yaml");
  if (!isYaml(library)) throw new Error('The package "yaml" is not the one that this package depends on.');
  return (loaded = library);
}

function isYaml(library: unknown): library is typeof Yaml {
  return typeof library === "object" && library !== null && "CST" in library && "Lexer" in library && "Composer" in library;
}
