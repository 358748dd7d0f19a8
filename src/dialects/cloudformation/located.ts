import type { Holder, ListElement, ManagedPolicies, NamedGrant, Opaque, PolicyDocument } from "../../model/policy.js";
import type { Attachment, PrincipalReference } from "../../model/principal.js";
import type { YamlMap, YamlNode } from "../../syntax/yaml-nodes.js";
import { hasTwice, pairAt, textOf } from "../../syntax/yaml-values.js";
import { tellingCharacters } from "./generic-words.js";
import { isGenerated } from "./namesakes.js";
import { readPolicyDocument, type PolicyBody } from "./policy-document.js";
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

export function notUnderstood({ span }: YamlNode, why: string): Located {
  return { documents: [], opaque: [{ span, why }] };
}

export interface Place {
  readonly address: string;
  readonly holder: Holder;
  readonly element: ListElement | null;
  readonly attachment: Attachment;
  readonly managed?: ManagedPolicies;
  readonly inlineNames?: readonly string[];
  /** The conditions under which the policy exists at all. */
  readonly when: readonly string[];
}

/** The policies of a map with a policy document at `property`: one, or several when a condition chooses. */
export function policiesOf(template: Template, holding: YamlMap, place: Place, property = "PolicyDocument"): Located {
  const pair = pairAt(holding, property);
  if (pair === null) return notUnderstood(holding, `${place.address} has no ${property} of its own`);
  if (hasTwice(holding, property)) return notUnderstood(holding, `${place.address} has more than one ${property}`);
  const name = pairAt(holding, "PolicyName");
  const written = name === null ? null : textOf(name.value);
  return documentsAt(template, pair.value, written === null ? place : { ...place, inlineNames: [written] });
}

/** The policies that a policy document is. */
export function documentsAt(template: Template, node: YamlNode, place: Place): Located {
  return policiesWith(readPolicyDocument(node, template.text, template.shared), place);
}

export function policiesWith(bodies: readonly PolicyBody[], place: Place): Located {
  const documents = bodies.map((body): PolicyDocument => {
    return {
      address: addressOf(place, body.when),
      holder: place.holder,
      span: body.span,
      statements: body.statements,
      opaque: body.opaque,
      element: bodies.length === 1 ? place.element : null,
      attachment: place.attachment,
      ...(place.managed === undefined ? {} : { managed: place.managed }),
      ...(place.inlineNames === undefined ? {} : { inlineNames: place.inlineNames }),
    };
  });
  return { documents, opaque: [] };
}

/** A policy that is a grant by name. */
export function namedGrant({ span }: YamlNode, grant: NamedGrant, place: Place): Located {
  const { holder, element, attachment: to } = place;
  const document = { address: addressOf(place, []), holder, span, statements: [], named: [grant], opaque: [], element, attachment: to };
  return { documents: [document], opaque: [] };
}

function addressOf({ address, when }: Place, inside: readonly string[]): string {
  const all = [...when, ...inside];
  return all.length === 0 ? address : `${address} (${all.join(", ")})`;
}

/** An attachment, open for what concerns the names of its principals and the template as a whole, too. */
export function attachment(template: Template, { principals, open }: Attachment): Attachment {
  const common = principals.filter(isCommon).map(({ address }) => `stacks of other sources may have a ${address} with a generated name, too`);
  return { principals, open: [...open, ...common, ...(template.rewritten === null ? [] : [template.rewritten])] };
}

/** Is the logical id, which is all that is known of the name, one that says nothing but what it is? */
function isCommon({ name }: PrincipalReference): boolean {
  return isGenerated(name) && name.kind === "pattern" && tellingCharacters(name.id) === 0;
}
