import { policyJson } from "../dialects/policy-json.js";
import { defineLanguage } from "./language.js";

/**
 * Policy JSON and Terraform's templates of it, which are no JSON. Neither has comments. The tree is empty, because rules for trees
 * have nothing to say of them; whatever cannot be read is listed where the policy is looked for.
 */
export const policy = defineLanguage({
  root: "PolicyFile",
  mentions: (file) => policyJson.mentions({ ...file, tree: null, principals: [] }),
  parse: (text) => ({ type: "PolicyFile", comments: [], span: { start: 0, end: text.length } }),
  visitorKeys: { PolicyFile: [] },
});
