import { terraform } from "../dialects/terraform.js";
import { parseTerraformJson } from "../dialects/terraform/json-shape.js";
import { parseHcl } from "../syntax/hcl.js";
import type { HclFile } from "../syntax/hcl-nodes.js";
import { defineLanguage, type PolicyLanguage } from "./language.js";

/** HCL as Terraform writes it. */
export const hcl = languageOf(parseHcl);

/**
 * The same in Terraform's JSON syntax. The members that stand for comments there are no comments for ESLint, which would take
 * them out without their commas when they disable nothing.
 */
export const hclJson = languageOf((text) => ({ ...parseTerraformJson(text), comments: [] }));

function languageOf(parse: (text: string) => HclFile): PolicyLanguage {
  return defineLanguage({
    root: "HclFile",
    mentions: (file) => terraform.mentions({ ...file, tree: null, principals: [] }),
    parse,
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
}
