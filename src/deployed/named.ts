import { accountOutside, evidenceFor, settledFor, type Evidence } from "../evidence.js";
import type { Inventory, KnownPrincipal } from "../inventory/inventory.js";
import type { LocatedPolicies } from "../model/policy.js";
import { LEAST_FIXED_CHARACTERS, matchesName, type AccountsOf, type Attachment, type NameDoubt, type PrincipalName, type PrincipalReference } from "../model/principal.js";
import type { DeployedPrincipal } from "./deployment.js";
import type { Deployments } from "./deployments.js";

/**
 * The same policies, with the ARNs of their principals where the records of deployments tell them. Doubts about such names are
 * gone with that. A principal that was not deployed yet keeps the name that the source gives.
 */
export function withDeployedNames(
  located: LocatedPolicies,
  deployments: Deployments,
  evidence: Evidence,
  { inventory, accountsOf }: Omit<Known, "evidence"> = { inventory: null, accountsOf: () => null },
): LocatedPolicies {
  if (deployments.isEmpty) return located;
  const documents = located.documents.map((document) => {
    const attachment = named(document.attachment, deployments, { evidence, inventory, accountsOf });
    return attachment === document.attachment ? document : { ...document, attachment };
  });
  return { ...located, documents };
}

/** Who is known to exist. */
interface Known {
  readonly evidence: Evidence;
  readonly inventory: Inventory | null;
  readonly accountsOf: AccountsOf;
}

function named(attachment: Attachment, deployments: Deployments, known: Known): Attachment {
  const { doubts = [] } = attachment;
  const unnamed = doubts.flatMap((doubt) => (doubt.unnamed === undefined ? [] : [{ ...doubt.unnamed, name: NO_NAME }]));
  const told = [...attachment.principals, ...unnamed].map((reference) => ({ reference, deployed: deployments.principalsOf(reference) }));
  if (told.every(({ deployed }) => deployed === null)) return attachment;
  // Instances share the address that messages give: a doubt is gone when all of them are known.
  const untold = new Set(told.flatMap(({ reference, deployed }) => (deployed === null ? [reference.address] : [])));
  const left = doubts.filter(({ address }) => untold.has(address) || !told.some(({ reference }) => reference.address === address));
  return {
    ...attachment,
    principals: told.flatMap(({ reference, deployed }) => {
      if (deployed === null) return reference.name === NO_NAME ? [] : [reference];
      const isCertain = !doubts.some(({ address }) => address === reference.address) || hasVariants(reference, attachment.principals);
      return [...deployedReferences(reference, deployed, isCertain, known), ...unaccounted(reference, deployments, known)];
    }),
    doubts: [
      ...left,
      ...told.flatMap(({ reference, deployed }) =>
        deployed === null ? [] : [...elsewhere(reference, deployments, known), ...unrecorded(reference, deployed, known)],
      ),
    ],
  };
}

/** Does the source call it otherwise in other deployments? */
function hasVariants({ declared, name }: PrincipalReference, all: readonly PrincipalReference[]): boolean {
  return all.some((other) => other.declared?.in === declared?.in && other.declared?.address === declared?.address && other.name !== name);
}

/** Matches nothing. */
const NO_NAME: PrincipalName = { kind: "pattern", regex: "^.*$", fixed: 0, shown: "<name>", id: "" };

/** A name that the source gives for certain, and that none of the records gives: it will be the new one, or they are not of it. */
function deployedReferences(
  reference: PrincipalReference,
  deployed: readonly DeployedPrincipal[],
  isCertain: boolean,
  known: Known,
): readonly PrincipalReference[] {
  const names = deployed.map((principal): PrincipalReference => ({ ...reference, name: nameOf(principal, known) }));
  const isRenamed = isCertain && hasEnough(reference.name) && !deployed.some(({ name }) => matchesName(reference.name, name));
  // What the user said stands beside what was recorded.
  return isRenamed || reference.name.kind === "arn" ? [...names, reference] : names;
}

function nameOf({ address, kind, name, account, arn }: DeployedPrincipal, known: Known): PrincipalName {
  const literal: PrincipalName = { kind: "literal", name };
  if (arn === null) return literal;
  // Records of stacks do not tell the path, which the findings know.
  const same = meantBy({ kind, address, name: literal }, known).find((principal) => principal.account === account);
  return { kind: "arn", arn: same?.arn ?? arn };
}

/** Everybody in the findings and the inventory whom a name fits. */
function meantBy(reference: PrincipalReference, { evidence, inventory }: Known): readonly Omit<KnownPrincipal, "kind">[] {
  const found = [...evidenceFor(evidence, reference), ...settledFor(evidence, reference), ...(inventory?.principalsFor(reference) ?? [])];
  return [...new Map(found.filter(({ kind }) => kind === reference.kind).map((each) => [each.arn, each])).values()];
}

function hasEnough(name: PrincipalName): boolean {
  return name.kind === "literal" || (name.kind === "pattern" && name.fixed >= LEAST_FIXED_CHARACTERS);
}

/**
 * Principals whose name fits, and of which no record tells what made them: another deployment of the same source may have,
 * whose records were not given. They count as before.
 */
function unaccounted(reference: PrincipalReference, deployments: Deployments, known: Known): readonly PrincipalReference[] {
  const scope = known.accountsOf(reference);
  return meantBy(reference, known)
    .filter(({ account }) => scope === null || scope.includes(account))
    .filter(({ account, name }) => !deployments.isAccountedFor({ kind: reference.kind, account, name }))
    .map(({ arn, account, name }): PrincipalReference => {
      const found: PrincipalReference = { ...reference, name: { kind: "arn", arn }, ...(reference.name.kind === "pattern" ? { confidence: "pattern" } : {}) };
      const { kind, address } = reference;
      const isReported = evidenceFor(known.evidence, found).length > 0;
      return isReported ? found : { ...found, address: `${kind} "${name}" in account ${account}, whose name fits ${address} and of which there is no state or stack` };
    });
}

/** A deployment that the source itself names, and of which there is neither a record nor a finding. */
function unrecorded(reference: PrincipalReference, deployed: readonly DeployedPrincipal[], who: Known): readonly NameDoubt[] {
  const { address, name } = reference;
  if (name.kind !== "pattern") return [];
  const known = [...deployed, ...meantBy(reference, who)];
  return (name.deployments ?? []).flatMap(({ regex, shown }) => {
    if (known.some((principal) => new RegExp(regex, "u").test(principal.name))) return [];
    return [{ address, clause: `another deployment may call ${address} "${shown}", of which there is no state or stack`, leaves: "suggestion" }];
  });
}

/** Where the source does not give the name, nothing shows whether another account has the principal, too. */
function elsewhere(reference: PrincipalReference, deployments: Deployments, { evidence, accountsOf }: Known): readonly NameDoubt[] {
  const { kind, address, name } = reference;
  if (hasEnough(name)) return [];
  const account = accountOutside(evidence, kind, deployments.accounts, accountsOf(reference));
  if (account === null) return [];
  const clause = `no state or stack shows whether ${address} is deployed in account ${account}, too`;
  return [{ address, clause, leaves: "suggestion" }];
}
