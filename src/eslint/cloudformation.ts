import { cloudformation as dialect } from "../dialects/cloudformation.js";
import { SyntaxProblem } from "../model/text.js";
import { parseYaml, type YamlFile } from "../syntax/yaml.js";
import { defineLanguage } from "./language.js";

/**
 * CloudFormation templates in YAML and JSON. Any other YAML or JSON has an empty tree: Helm charts, which are not even YAML, and
 * workflows share folders and endings with templates.
 */
export const cloudformation = defineLanguage({
  root: "YamlFile",
  mentions: (file) => dialect.mentions({ ...file, tree: null, principals: [] }),
  parse: parseOrSay,
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

/** CloudFormation takes some texts that are no strict YAML: whoever reads the message must know that the file is passed over. */
function parseOrSay(text: string): YamlFile {
  try {
    return parseYaml(text);
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    throw new SyntaxProblem(`Not analysed: ${error.message.replace(/^This/u, "this")}`, error.offset);
  }
}
