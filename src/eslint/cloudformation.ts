import { cloudformation as dialect } from "../dialects/cloudformation.js";
import { parseYaml } from "../syntax/yaml.js";
import { defineLanguage } from "./language.js";

/**
 * CloudFormation templates in YAML and JSON. Any other YAML or JSON has an empty tree: Helm charts, which are not even YAML, and
 * workflows share folders and endings with templates.
 */
export const cloudformation = defineLanguage({
  root: "YamlFile",
  mentions: (file) => dialect.mentions({ ...file, tree: null, principals: [] }),
  parse: parseYaml,
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
