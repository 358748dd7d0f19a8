import { isDeepStrictEqual } from "node:util";
import type { Attachment, PrincipalReference, UnnamedCreation } from "../../model/principal.js";
import { couldBe } from "./principal-names.js";
import type { CreatedPrincipal } from "./principals.js";

/** Whom something belongs to, before what the user bound the file to is taken into account. */
export interface Owners {
  readonly principals: readonly PrincipalReference[];
  /** Principals that exist and whose names this file does not give: clauses, or what creates them. */
  readonly unnamed: readonly (string | UnnamedCreation)[];
  /** Clauses: ways on which more principals may come in. */
  readonly open: readonly string[];
}

export const NOBODY: Owners = { principals: [], unnamed: [], open: [] };

export function unnamed(clause: string | UnnamedCreation): Owners {
  return { ...NOBODY, unnamed: [clause] };
}

export function clauseOf(unnamed: string | UnnamedCreation): string {
  return typeof unnamed === "string" ? unnamed : unnamed.clause;
}

export function open(clause: string): Owners {
  return { ...NOBODY, open: [clause] };
}

export function together(all: readonly Owners[]): Owners {
  const owners = all.filter((each) => each.principals.length + each.unnamed.length + each.open.length > 0);
  const [first] = owners;
  if (owners.length < 2) return first ?? NOBODY;
  const principals = new Map(owners.flatMap((owner) => owner.principals.map((principal) => [JSON.stringify(principal), principal])));
  return {
    principals: [...principals.values()],
    unnamed: [...new Map(owners.flatMap((owner) => owner.unnamed.map((each) => [typeof each === "string" ? each : JSON.stringify(each), each]))).values()],
    open: [...new Set(owners.flatMap((owner) => owner.open))],
  };
}

/**
 * With a clause for every principal whose name could be that of another one in the file: a finding for the one would be
 * taken for a finding for both.
 */
export function withTwins(owners: Owners, all: readonly CreatedPrincipal[]): Owners {
  const known = likenesses.get(all) ?? new Map<string, Likeness>();
  likenesses.set(all, known);
  // One construct in several stacks: all of them must have a finding anyway.
  const isPartner = (one: PrincipalReference, other: PrincipalReference): boolean =>
    isDeepStrictEqual(one.name, other.name) && owners.principals.some((principal) => isDeepStrictEqual(principal, other));
  const clauses = owners.principals.flatMap((principal) => {
    const key = JSON.stringify(principal);
    const likeness = known.get(key) ?? likenessOf(principal, all);
    known.set(key, likeness);
    if (likeness.isMadeTwice) return [`the ${principal.kind} "${principal.address}" is created at several places in this file`];
    const twin = likeness.twins.find((other) => !isPartner(principal, other));
    return twin === undefined ? [] : [`the name of the ${principal.kind} "${principal.address}" could be that of "${twin.address}" too`];
  });
  return { ...owners, open: [...new Set([...owners.open, ...clauses])] };
}

/** What the names of the other principals of a file say about one. */
interface Likeness {
  readonly isMadeTwice: boolean;
  readonly twins: readonly PrincipalReference[];
}

/** By all principals of a file: most of them have several documents. */
const likenesses = new WeakMap<readonly CreatedPrincipal[], Map<string, Likeness>>();

function likenessOf(principal: PrincipalReference, all: readonly CreatedPrincipal[]): Likeness {
  const makers = new Set(all.filter((other) => isSame(other.principal, principal)).map(({ key }) => key));
  const twins = all.map((other) => other.principal).filter(
    (other) => other.kind === principal.kind && other.address !== principal.address && couldBe(principal.name, other.name),
  );
  return { isMadeTwice: makers.size > 1, twins };
}

/** The same construct path in the same stack, or the same name: in any deployment, one of them exists. */
function isSame(one: PrincipalReference, other: PrincipalReference): boolean {
  if (one.kind !== other.kind) return false;
  if (one.name.kind === "literal") return other.name.kind === "literal" && one.name.name === other.name.name;
  return one.address === other.address && JSON.stringify(one.name) === JSON.stringify(other.name);
}

/** `bound`: the ARNs that the user gave for this file. They stand in for the names that it does not tell. */
export function attachmentOf(owners: Owners, bound: readonly string[]): Attachment {
  if (owners.unnamed.length === 0 || bound.length === 0) {
    // What is open for another reason, too, is not answered by names.
    const others = new Set([...owners.unnamed.filter((each) => typeof each === "string"), ...owners.open]);
    const creations = owners.unnamed.filter((each) => typeof each !== "string").filter(({ clause }) => !others.has(clause));
    const open = [...new Set([...owners.unnamed.map(clauseOf), ...owners.open])];
    return { principals: owners.principals, open, ...(creations.length === 0 ? {} : { creations }) };
  }
  return { principals: [...owners.principals, ...bound.map(boundPrincipal)], open: owners.open };
}

function boundPrincipal(arn: string): PrincipalReference {
  const kind = arn.includes(":user/") ? "user" : arn.includes(":group/") ? "group" : "role";
  return { kind, address: arn, name: { kind: "arn", arn } };
}
