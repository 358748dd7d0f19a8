import { accountsIn, evidenceFor, settledFor, type Evidence } from "../evidence.js";
import type { LocatedPolicies, PolicyDocument } from "../model/policy.js";
import { isWithin, scopeOf, type AccountsOf, type PrincipalReference } from "../model/principal.js";
import type { Inventory, KnownPolicy, KnownPrincipal } from "./inventory.js";

/**
 * The same policies, with everyone whom the inventory shows to get their grants as well: whose name fits, who is in a group, to
 * whom a managed policy is attached. Such principals are told by their ARNs; without a finding they keep everything. Where the
 * inventory has all accounts in question, it also closes attachments, and shows that a name means nobody else.
 */
export function withInventory(located: LocatedPolicies, inventory: Inventory | null, evidence: Evidence, accountsOf: AccountsOf): LocatedPolicies {
  if (inventory === null) return located;
  const world = { inventory, evidence, accountsOf };
  return { ...located, documents: located.documents.map((document) => withKnown(document, world)) };
}

interface World {
  readonly inventory: Inventory;
  readonly evidence: Evidence;
  readonly accountsOf: AccountsOf;
}

function withKnown(document: PolicyDocument, world: World): PolicyDocument {
  const { attachment, managed } = document;
  const named = attachment.principals.flatMap((reference) => (reference.kind === "group" ? members(reference, world) : namesakes(reference, world)));
  if (managed === undefined) return { ...document, attachment: { ...attachment, principals: named } };
  const scope = scopeOf(attachment.principals, world.accountsOf);
  const found = managed.names.map((name) => world.inventory.policiesNamed(name).filter(({ account }) => account !== "aws" && isWithin(account, scope)));
  const policies = found.flat();
  const partial = policies.find(({ shown: attachments }) => attachments === "some");
  const isKnown = policies.every(({ shown: attachments }) => attachments === "all") && found.every((each) => each.length > 0) && isCovered(scope, world);
  const open = isKnown ? attachment.open.filter((clause) => !managed.elsewhere.includes(clause)) : attachment.open;
  const counted = partial === undefined ? [] : [`AWS counts more attachments of ${partial.arn} than the inventory shows`];
  return {
    ...document,
    attachment: { ...attachment, principals: [...named, ...attachedTo(policies, named, world)], open: [...open, ...counted] },
  };
}

/** Everyone whose name the reference fits and of whom there is no finding, one by one. */
function namesakes(reference: PrincipalReference, { inventory, evidence, accountsOf }: World): readonly PrincipalReference[] {
  const { kind, name } = reference;
  if (name.kind === "arn" && !name.arn.includes("*")) return [reference];
  const scope = accountsOf(reference);
  const known = inventory.principalsFor(reference).filter((each) => each.kind === kind && isWithin(each.account, scope));
  const others = known.filter((each) => !isReported(each, evidence)).map((each) => unreported(each, reference));
  const meant = evidenceFor(evidence, reference).filter(({ account }) => isWithin(account, scope));
  const isOnly =
    name.kind === "pattern" &&
    known.length > 0 &&
    new Set(known.map(({ account }) => account)).size === known.length &&
    meant.every(({ arn }) => known.some((each) => each.arn === arn)) &&
    isCovered(scope, { inventory, evidence });
  return [isOnly ? { ...reference, confidence: "exact" } : reference, ...others];
}

/** One whose name fits, and who keeps everything. */
function unreported(each: KnownPrincipal, { address, name, ...reference }: PrincipalReference): PrincipalReference {
  return {
    ...reference,
    address: name.kind === "literal" ? `${shown(each)} (${address})` : `${shown(each)}, whose name fits ${address}`,
    name: { kind: "arn", arn: each.arn },
    confidence: name.kind === "literal" ? "exact" : "pattern",
  };
}

/** A group is known by those who are in it, if the inventory has every account that it may be in. */
function members(group: PrincipalReference, { inventory, evidence, accountsOf }: World): readonly PrincipalReference[] {
  const scope = accountsOf(group);
  const groups = inventory.principalsFor(group).filter(({ kind, account }) => kind === "group" && isWithin(account, scope));
  if (evidenceFor(evidence, group).length > 0) return [group, ...groups.filter((each) => !isReported(each, evidence)).map((each) => unreported(each, group))];
  const users = groups.flatMap((each) => inventory.membersOf(each));
  if (users.length === 0 || users.some(({ kind }) => kind === "group") || !isCovered(scope, { inventory, evidence })) return [group];
  return users.map((user) => ({ kind: user.kind, address: `${shown(user)}, a member of ${group.address}`, name: { kind: "arn", arn: user.arn } }));
}

/** Those who have a managed policy, and whom the source does not show to have it. */
function attachedTo(policies: readonly KnownPolicy[], named: readonly PrincipalReference[], { inventory, evidence, accountsOf }: World): readonly PrincipalReference[] {
  const meantBy = (reference: PrincipalReference): readonly Pick<KnownPrincipal, "arn" | "account">[] => {
    const scope = accountsOf(reference);
    return [...evidenceFor(evidence, reference), ...inventory.principalsFor(reference)].filter(({ account }) => isWithin(account, scope));
  };
  const meant = new Set(named.flatMap(meantBy).map(({ arn }) => arn));
  const others = policies.flatMap(({ name, grantsTo }) => grantsTo.filter(({ arn }) => !meant.has(arn)).map((each) => ({ each, name })));
  return [...new Map(others.map((other) => [other.each.arn, other])).values()].map(({ each, name }) => ({
    kind: each.kind,
    address: `${shown(each)}, to whom "${name}" is attached outside of this repository`,
    name: { kind: "arn", arn: each.arn },
  }));
}

/** Does the inventory have all accounts in question? Where nobody said which, those that the findings show. */
export function isCovered(scope: readonly string[] | null, { inventory, evidence }: Pick<World, "inventory" | "evidence">): boolean {
  return [...(scope ?? accountsIn(evidence))].every((account) => inventory.accounts.has(account));
}

/** Also if no finding of it counts: that is told anyway. */
function isReported({ kind, arn }: KnownPrincipal, evidence: Evidence): boolean {
  const reference: PrincipalReference = { kind, address: arn, name: { kind: "arn", arn } };
  return evidenceFor(evidence, reference).length > 0 || settledFor(evidence, reference).length > 0;
}

function shown({ kind, name, account }: KnownPrincipal): string {
  return `${kind} "${name}" in account ${account}`;
}
