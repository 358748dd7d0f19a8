import { cloudformation as dialect } from "../dialects/cloudformation.js";
import { parseYaml } from "../syntax/yaml.js";
import { defineLanguage } from "./language.js";
import type { RootNode } from "./source-code.js";

/**
 * CloudFormation templates in YAML and JSON. Any other YAML or JSON has an empty tree: Helm charts, which are not even YAML, and
 * workflows share folders and endings with templates.
 */
export const cloudformation = defineLanguage({
  parse({ path, text }): RootNode {
    if (!dialect.mentions({ path, text, tree: null, principals: [] })) {
      return { type: "YamlFile", comments: [], span: { start: 0, end: text.length } };
    }
    return parseYaml(text);
  },
  visitorKeys: {
    YamlFile: ["documents"],
    YamlDocument: ["root"],
    YamlMap: ["pairs"],
    YamlPair: ["key", "value"],
    YamlSequence: ["items"],
    YamlScalar: [],
    // An alias's target is visited where it stands.
    YamlAlias: [],
  },
});
