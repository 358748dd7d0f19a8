import type { ListElement, NamedGrant, Opaque, PolicyDocument, Statement } from "../../model/policy.js";
import type { Span } from "../../model/text.js";
import type { SharedUse } from "./actions.js";
import type { Destination } from "./destinations.js";
import type { Owners } from "./owners.js";
import { attachmentOf, together, withTwins } from "./owners.js";
import type { CreatedPrincipal } from "./principals.js";

/** A document in the making. */
export interface Draft {
  readonly destination: Destination;
  readonly statements: Statement[];
  readonly named: NamedGrant[];
  readonly opaque: Opaque[];
  /** Statements that may be missing although the document exists. */
  readonly conditional: Set<Statement>;
  /** Statements that cannot be taken out on their own. */
  readonly fast: Set<Statement>;
  /** Only a list that statements elsewhere take their actions from. */
  readonly partial?: true;
}

export function newDraft(destination: Destination): Draft {
  return { destination, statements: [], named: [], opaque: [...destination.opaque], conditional: new Set(), fast: new Set() };
}

/** A statement and the document that it belongs to. */
export interface Piece {
  readonly destination: Destination;
  readonly statement: Statement;
  readonly shared: readonly SharedUse[];
  readonly conditional: boolean;
  /** Taken out, it would leave a declaration behind that nothing mentions. */
  readonly leaves: boolean;
  /** As in `ActionEntry.handedAt`. */
  readonly handedAt: readonly number[];
}

/** What holds for every document of a file. */
export interface FileWide {
  readonly principals: readonly CreatedPrincipal[];
  /** ARNs that the user gave for the file. */
  readonly bound: readonly string[];
  readonly owners: Owners;
}

export function finished(
  { destination, statements: found, named, opaque, conditional, fast, partial }: Draft,
  { principals, bound, owners }: FileWide,
): PolicyDocument {
  // CDK makes no policy of no statements where they are added one by one; elsewhere, one without any cannot be deployed.
  const mayStay = destination.span !== null && conditional.size > 0;
  const isMixed = destination.span !== null && new Set(found.map(({ element }) => element?.list.syntax)).size > 1;
  const statements = found.map((statement) => (mayStay || isMixed || fast.has(statement) ? { ...statement, element: null } : statement));
  const others = statements.slice(1);
  const span = destination.span ?? hull((statements.length > 0 ? statements : named).map((each) => each.span));
  // Statements added one by one are all that there is of their policy: CDK makes none when there are none.
  const only: ListElement | null = destination.span === null && others.length + named.length === 0 ? (found[0]?.element ?? null) : null;
  return {
    address: destination.address,
    holder: destination.holder,
    span,
    statements,
    ...(named.length === 0 ? {} : { named }),
    opaque,
    ...(partial === true ? { partial } : {}),
    element: destination.element ?? only,
    attachment: attachmentOf(withTwins(together([destination.owners, owners]), principals), bound),
    ...(destination.managed == null ? {} : { managed: destination.managed }),
  };
}

function hull(spans: readonly Span[]): Span {
  return { start: Math.min(...spans.map(({ start }) => start)), end: Math.max(...spans.map(({ end }) => end)) };
}
