import { isDeepStrictEqual } from "node:util";
import type { Evidence } from "../evidence.js";
import { protects } from "../iam/arn.js";
import type { PolicyDocument } from "../model/policy.js";
import type { AccountsOf, DeclaredAt, PrincipalReference, Rival } from "../model/principal.js";
import type { PrincipalEvidence } from "../model/usage.js";
import { mayBeIn, mayMean, meantBy, shownName, type Whose } from "./whose.js";

/** Clauses that hold for every entry of a document. `message`: no edit at all; `suggestion`: an edit for a person to accept. */
export interface Gates {
  readonly message: string | null;
  readonly suggestion: string | null;
}

export interface GateOptions {
  readonly evidence: Evidence;
  readonly rivals: (reference: PrincipalReference) => readonly Rival[];
  readonly accountsOf: AccountsOf;
  readonly protectedPrincipals?: readonly string[];
  readonly exactOnly?: boolean;
}

export function documentGates(text: string, document: PolicyDocument, whose: Whose, options: GateOptions): Gates {
  if (text.includes("\uFFFD")) return { message: "the file is not all UTF-8 text, and writing it would change other characters", suggestion: null };
  const { evidence, accountsOf } = options;
  const { open, doubts = [] } = document.attachment;
  const grave = doubts.find(({ leaves }) => leaves === "message");
  const message = protectedBy(whose, options.protectedPrincipals ?? []) ?? whose.lacking[0] ?? grave?.clause;
  if (message !== undefined) return { message, suggestion: null };
  let suggestion = open[0] ?? doubts[0]?.clause ?? protectedOthers(whose, options.protectedPrincipals ?? []);
  for (const reference of document.attachment.principals) {
    if (reference.name.kind === "arn") continue;
    const rivals = options.rivals(reference).filter((rival) => !isApart(rival, reference, accountsOf));
    const places = placesOf(reference, document);
    const stranger = rivals.find(({ declared }) => declared === null || !places.some((place) => isDeepStrictEqual(place, declared)));
    if (reference.name.kind === "pattern" && stranger !== undefined) {
      return { message: `the name of ${reference.address} is generated and could also ${stranger.declared === null ? "come from" : "be that of"} ${stranger.shown}`, suggestion: null };
    }
    // One name in several places is several principals, in as many accounts: all of them must have a finding.
    const found = meantBy(reference, evidence, accountsOf);
    const only = `there are findings for ${found.length === 1 ? "one" : String(found.length)} only`;
    const [rival] = reference.name.kind === "literal" ? rivals : [];
    if (rival !== undefined && found.length <= rivals.length) suggestion ??= `${rival.shown} declares a ${reference.kind} "${shownName(reference)}", too, and ${only}`;
    const isPlaced = reference.name.kind === "literal" && places.every((place) => accountsOf({ ...reference, declared: place }) !== null);
    if (found.length < places.length && !isPlaced) {
      suggestion ??= `${String(places.length)} places declare a ${reference.kind} "${shownName(reference)}", and ${only}`;
    }
    suggestion ??= otherDeployment(reference, found);
  }
  return { message: null, suggestion: suggestion ?? notExact(whose, options) };
}

function protectedBy({ principals, unseen }: Whose, globs: readonly string[]): string | undefined {
  const found = principals.find(({ arn, name }) => globs.some((glob) => protects(glob, { arn, name })));
  if (found !== undefined) return `the ${found.kind} "${found.name}" in account ${found.account} is protected`;
  const other = unseen.find((reference) => globs.some((glob) => mayMean(glob, reference)));
  return other === undefined ? undefined : `${other.address} is protected`;
}

/** What nobody uses may be all the same what a protected principal is to keep. */
function protectedOthers({ others, principals }: Whose, globs: readonly string[]): string | null {
  const accounts = principals.map(({ account }) => account);
  return others === null || !globs.some((glob) => mayBeIn(glob, accounts)) ? null : `${others}, and a protected principal may have it, too`;
}

function notExact({ byPattern }: Whose, { exactOnly }: GateOptions): string | null {
  return exactOnly === true && byPattern.size > 0 ? "only exact matches are fixed" : null;
}

/** A principal that is deployed in other accounts is another one, whatever its name. */
function isApart({ declared }: Rival, reference: PrincipalReference, accountsOf: AccountsOf): boolean {
  if (declared === null) return false;
  const [theirs, own] = [accountsOf({ ...reference, declared }), accountsOf(reference)];
  return theirs !== null && own !== null && !theirs.some((account) => own.includes(account));
}

/** One source that is deployed several times: whoever has no finding may be using everything. */
function otherDeployment({ address, name }: PrincipalReference, found: readonly PrincipalEvidence[]): string | null {
  if (name.kind !== "pattern" || name.deployments === undefined) return null;
  if (name.deployments.length === 0) {
    const isOne = new Set(found.map((principal) => principal.name)).size < 2;
    return isOne ? `the name of ${address} differs from deployment to deployment, and there are findings for one only` : null;
  }
  const without = name.deployments.find(({ regex }) => !found.some((principal) => new RegExp(regex, "u").test(principal.name)));
  return without === undefined ? null : `another deployment may call ${address} "${without.shown}", of which there is no finding`;
}

/** The places where the source declares principals of this very name who get the document's grants. */
function placesOf({ kind, name }: PrincipalReference, { attachment }: PolicyDocument): readonly DeclaredAt[] {
  const same = attachment.principals.filter((other) => other.kind === kind && isDeepStrictEqual(other.name, name));
  const places = same.flatMap(({ declared }) => (declared === undefined ? [] : [declared]));
  return places.filter((place, index) => !places.slice(0, index).some((other) => isDeepStrictEqual(other, place)));
}
