import { terraform } from "../dialects/terraform.js";
import { parseHcl } from "../syntax/hcl.js";
import { defineLanguage } from "./language.js";
import type { RootNode } from "./source-code.js";

/**
 * HCL as Terraform writes it. A file without IAM text is not parsed: its tree is empty, and so are its comments, because
 * there is nothing that a comment could disable.
 */
export const hcl = defineLanguage({
  parse({ path, text }): RootNode {
    if (!terraform.mentions({ path, text, tree: null, principals: [] })) {
      return { type: "HclFile", comments: [], span: { start: 0, end: text.length } };
    }
    return parseHcl(text);
  },
  visitorKeys: {
    HclFile: ["body"],
    HclBody: ["items"],
    HclAttribute: ["value"],
    HclBlock: ["labels", "body"],
    HclLabel: [],
    HclNumber: [],
    HclBoolean: [],
    HclNull: [],
    HclTemplate: ["parts"],
    HclText: [],
    HclInterpolation: ["expression"],
    HclTemplateIf: ["condition", "consequent", "alternate"],
    HclTemplateFor: ["collection", "body"],
    HclTuple: ["items"],
    HclObject: ["items"],
    HclObjectItem: ["key", "value"],
    HclForTuple: ["collection", "result", "condition"],
    HclForObject: ["collection", "resultKey", "result", "condition"],
    HclVariable: [],
    HclCall: ["arguments"],
    HclGetAttribute: ["object"],
    HclIndex: ["object", "key"],
    HclSplat: ["object", "each"],
    HclConditional: ["condition", "consequent", "alternate"],
    HclBinary: ["left", "right"],
    HclUnary: ["operand"],
    HclParentheses: ["expression"],
  },
});
