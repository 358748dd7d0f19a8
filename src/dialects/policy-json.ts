import { basename } from "node:path";
import type { LocatedPolicies } from "../model/policy.js";
import type { PrincipalKind, PrincipalReference } from "../model/principal.js";
import { parseYaml } from "../syntax/yaml.js";
import { readPolicyDocument } from "./cloudformation/policy-document.js";
import { sharedText } from "./cloudformation/shared-text.js";
import { holdsIam } from "./cloudformation/recognise.js";
import type { Dialect } from "./dialect.js";

/** A policy on its own in a JSON file. The file does not say whom it is attached to: the user's settings do. */
export const policyJson: Dialect<LocatedPolicies> = {
  name: "policy-json",
  needsTree: false,
  scope: "file",
  comparesLiterals: false,
  claims: (path) => /\.json$/iu.test(path),
  mentions: ({ text, principals }) => principals.length > 0 && /"Statement"\s*:/u.test(text) && !holdsIam(text),
  read({ path, text, principals: arns }) {
    const file = parseYaml(text);
    const principals = arns.map(boundTo);
    const documents = file.documents.flatMap(({ root }) => {
      if (root.type !== "YamlMap") return [];
      return readPolicyDocument(root, text, sharedText(root)).map((body) => ({
        address: basename(path),
        holder: "unknown" as const,
        span: body.span,
        statements: body.statements,
        opaque: body.opaque,
        element: null,
        attachment: { principals, open: [] },
      }));
    });
    return { documents, comments: file.comments.map((comment) => comment.span), opaque: [] };
  },
  bind: (own) => own,
  rivals: () => false,
};

/** `arn:aws:iam::*:role/orders-*` names roles. */
function boundTo(arn: string): PrincipalReference {
  const kind: PrincipalKind = arn.includes(":user/") ? "user" : arn.includes(":group/") ? "group" : "role";
  return { kind, address: arn, name: { kind: "arn", arn } };
}
