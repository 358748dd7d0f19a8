import { terraform } from "../dialects/terraform.js";
import { parseHcl } from "../syntax/hcl.js";
import { defineLanguage } from "./language.js";

/** HCL as Terraform writes it. */
export const hcl = defineLanguage({
  root: "HclFile",
  mentions: (file) => terraform.mentions({ ...file, tree: null, principals: [] }),
  parse: parseHcl,
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
