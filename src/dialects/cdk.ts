import type { LocatedPolicies } from "../model/policy.js";
import { NO_POLICIES } from "../model/policy.js";
import { indexTree, isEstreeTree } from "../syntax/estree.js";
import { locate } from "./cdk/documents.js";
import { rivals } from "./cdk/rivals.js";
import type { Dialect } from "./dialect.js";

/** The AWS CDK in TypeScript and JavaScript: https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_iam-readme.html */
export const cdk: Dialect<LocatedPolicies> = {
  name: "cdk",
  needsTree: true,
  scope: "file",
  comparesLiterals: false,
  claims: (path) => /\.[cm]?[jt]sx?$/u.test(path) && !/\.d(?:\.\w+)?\.[cm]?ts$/u.test(path),
  mentions: ({ text }) => /aws[-_](?:iam|sam|sso)|addTo\w*Policy|Policy(?:Statement|Document)|\.grant|Grants\b/u.test(text) && /cdk|aws[-_]iam/iu.test(text),
  read(source) {
    if (!isEstreeTree(source.tree)) {
      return { ...NO_POLICIES, opaque: [{ span: { start: 0, end: 0 }, why: "the parser gave no syntax tree with scopes" }] };
    }
    return locate(indexTree(source.text, source.tree), source.principals);
  },
  bind: (own) => own,
  rivals,
};
