import type { Holder, ListElement, Opaque, PolicyDocument } from "../../model/policy.js";
import type { Attachment } from "../../model/principal.js";
import type { YamlMap } from "../../syntax/yaml-nodes.js";
import { pairAt } from "../../syntax/yaml-values.js";
import { readPolicyDocument } from "./policy-document.js";
import type { Template } from "./template.js";

/** What one form of holding policies finds in a template. */
export interface Located {
  readonly documents: readonly PolicyDocument[];
  /** What looks like a policy and was not understood. */
  readonly opaque: readonly Opaque[];
}

export const NOTHING: Located = { documents: [], opaque: [] };

export function joined(parts: readonly Located[]): Located {
  return { documents: parts.flatMap((part) => part.documents), opaque: parts.flatMap((part) => part.opaque) };
}

interface Place {
  readonly address: string;
  readonly holder: Holder;
  readonly element: ListElement | null;
  readonly attachment: Attachment;
  /** The conditions under which the policy exists at all. */
  readonly when: readonly string[];
}

/** The policies of a map with a `PolicyDocument`: one, or several when a condition chooses. */
export function policiesOf(template: Template, holding: YamlMap, place: Place): Located {
  const pair = pairAt(holding, "PolicyDocument");
  if (pair === null) return { documents: [], opaque: [{ span: holding.span, why: `${place.address} has no PolicyDocument of its own` }] };
  const bodies = readPolicyDocument(pair.value, template.text, template.shared);
  const documents = bodies.map((body): PolicyDocument => {
    const when = [...place.when, ...body.when];
    return {
      address: when.length === 0 ? place.address : `${place.address} (${when.join(", ")})`,
      holder: place.holder,
      span: body.span,
      statements: body.statements,
      opaque: body.opaque,
      element: bodies.length === 1 ? place.element : null,
      attachment: place.attachment,
    };
  });
  return { documents, opaque: [] };
}

/** An attachment, open for what concerns the template as a whole, too. */
export function attachment(template: Template, { principals, open }: Attachment): Attachment {
  return { principals, open: template.rewritten === null ? open : [...open, template.rewritten] };
}
