import { loadCdkOut, type CdkOut, type SynthesisedPrincipal } from "../../deployed/cdk-out.js";
import { logicalId } from "../../dialects/cdk/logical-id.js";
import { ofStack } from "../../dialects/cdk/principal-names.js";
import { generatedName } from "../../dialects/cloudformation/generated-name.js";
import { evidenceFor, settledFor, type Evidence } from "../../evidence.js";
import type { Inventory } from "../../inventory/inventory.js";
import { isCovered } from "../../inventory/known.js";
import type { LocatedPolicies, PolicyDocument } from "../../model/policy.js";
import { isWithin, matchesName, type AccountsOf, type NameDoubt, type PrincipalName, type PrincipalReference, type UnnamedCreation } from "../../model/principal.js";
import { literalPattern } from "../../model/text.js";
import { anyNameOf } from "./other-names.js";
import { isMadeAt, placeIn, type OwnFile } from "./places.js";

/** Who is known to exist. */
interface Known {
  readonly evidence: Evidence;
  readonly inventory: Inventory | null;
  readonly accountsOf: AccountsOf;
}

export interface SynthesisedPolicies {
  readonly located: LocatedPolicies;
  /** Does the synthesis tell the name? Then it is that of one resource, whatever the other sources look like. */
  readonly isTold: (reference: PrincipalReference) => boolean;
}

/**
 * The policies of a file with the names that syntheses of the app (`cdk.out` folders, absolute) tell of principals that the sources
 * leave unnamed. Nothing but "the name is not known" is answered by that. A synthesis is of one environment, and of the sources as
 * they were: another one may make other principals of the same creation. So the answer is only good for suggestions, unless an
 * inventory shows that nobody exists whom the creation may have made besides. Throws `BadInput`.
 */
export function synthesised(folders: readonly string[], own: OwnFile, located: LocatedPolicies, known: Known): SynthesisedPolicies {
  const told = new Set<string>();
  if (folders.length === 0) return { located, isTold: () => false };
  const outs = folders.map((folder) => loadCdkOut(folder).value);
  const documents = located.documents.map((document) => namedBy(outs, own, document, known, told));
  return { located: { ...located, documents }, isTold: (reference) => told.has(keyOf(reference)) };
}

function keyOf({ kind, name }: PrincipalReference): string {
  return JSON.stringify([kind, name]);
}

function namedBy(outs: readonly CdkOut[], own: OwnFile, document: PolicyDocument, known: Known, told: Set<string>): PolicyDocument {
  const { attachment } = document;
  const { creations = [] } = attachment;
  if (creations.length === 0) return document;
  const answers = creations.map((creation) => ({ creation, made: madeBy(creation, outs, own) }));
  const unanswered = new Set(answers.flatMap(({ creation, made }) => (made === null ? [creation.clause] : [])));
  const found = answers.flatMap(({ creation, made }) => (made === null || unanswered.has(creation.clause) ? [] : [{ creation, made }]));
  if (found.length === 0) return document;
  const clauses = new Set(found.map(({ creation }) => creation.clause));
  const references = new Map(found.flatMap(({ made }) => made.principals.map((principal) => [keyOf(principal), principal])));
  for (const key of references.keys()) told.add(key);
  const doubts = found.flatMap(({ creation, made }) => doubtOf(creation, made, known));
  return {
    ...document,
    attachment: {
      ...attachment,
      principals: [...attachment.principals, ...references.values()],
      open: attachment.open.filter((clause) => !clauses.has(clause)),
      doubts: [...(attachment.doubts ?? []), ...new Map(doubts.map((doubt) => [doubt.clause, doubt])).values()],
    },
  };
}

/** What a creation made. */
interface Made {
  readonly principals: readonly PrincipalReference[];
  /** By the places that the syntheses recorded, and not by paths alone. */
  readonly isPlaced: boolean;
}

/** All principals that a creation made, as far as the syntheses tell; null when they do not tell all of them, or none. */
function madeBy(creation: UnnamedCreation, outs: readonly CdkOut[], own: OwnFile): Made | null {
  const each = outs.map((out) => madeIn(creation, out, own));
  const principals = each.flatMap((made) => made?.principals ?? []);
  return principals.length === 0 || each.includes(null) ? null : { principals, isPlaced: each.every((made) => made?.isPlaced === true) };
}

const NOTHING: Made = { principals: [], isPlaced: true };

function madeIn(creation: UnnamedCreation, out: CdkOut, own: OwnFile): Made | null {
  const candidates = out.principals.filter((principal) => mayBeOf(creation, principal));
  if (candidates.length === 0) return NOTHING;
  const place = placeIn(out, creation, own);
  const where = candidates.map((principal) => ({ principal, made: isMadeAt(place, principal) }));
  const isPlaced = where.some(({ made }) => made === "yes");
  const possible = where.filter(({ made }) => made !== "no");
  // By its path alone a creation is known when the path is that of one construct only.
  if (!isPlaced && possible.length > 1) return null;
  const references = possible.map(({ principal }) => referenceTo(principal, creation));
  const isComplete = references.every((reference) => reference !== null);
  return isComplete ? { principals: references, isPlaced: possible.every(({ made }) => made === "yes") } : null;
}

/** Everything that the creation may have made ends in its ids; what has no known path may be anything. */
function mayBeOf({ kind, id, below }: UnnamedCreation, principal: SynthesisedPrincipal): boolean {
  if (principal.kind !== null && principal.kind !== kind) return false;
  if (principal.ids === null) return true;
  const ids = [...principal.ids];
  const end = ids.splice(ids.length - below.length);
  const own = ids.at(-1);
  if (own === undefined || end.some((each, index) => each !== below[index])) return false;
  const pattern = id.map((part) => (part === null ? ".*" : literalPattern(part.replaceAll("/", "--")))).join("");
  return new RegExp(`^${pattern}$`, "su").test(own);
}

/** Null when the name is not known: it is made at deployment, the resource is in a nested stack, or its logical id was changed. */
function referenceTo({ ids, logicalId: id, stack, name, address }: SynthesisedPrincipal, { kind }: UnnamedCreation): PrincipalReference | null {
  if (ids === null || logicalId(ids) !== id || name.kind === "unknown") return null;
  const own: PrincipalName = name.kind === "written" ? { kind: "literal", name: name.name } : ofStack(generatedName(id), [stack]);
  return { kind, address, name: own };
}

/** What keeps the names of one synthesis from being all names. */
function doubtOf(creation: UnnamedCreation, { principals, isPlaced }: Made, { evidence, inventory, accountsOf }: Known): readonly NameDoubt[] {
  const { address, kind } = creation;
  const doubt = (clause: string): readonly NameDoubt[] => [{ address, clause, leaves: "suggestion" }];
  if (!isPlaced) return doubt(`"${address}" is known in a synthesis by the end of its path only`);
  const [first] = principals;
  const any = !creation.isGenerated || principals.some(({ name }) => name.kind !== "pattern") ? null : anyNameOf(creation);
  if (first === undefined || any === null) return doubt(`the names of "${address}" are known from a synthesis, and another one may give others`);
  const scope = accountsOf(first);
  if (inventory === null || !isCovered(scope, { inventory, evidence })) {
    return doubt(`the names of "${address}" are known from a synthesis, and no inventory shows that there are no others`);
  }
  const reference: PrincipalReference = { kind, address, name: any };
  const others = [...inventory.principalsFor(reference), ...evidenceFor(evidence, reference), ...settledFor(evidence, reference)]
    .filter((each) => each.kind === kind && isWithin(each.account, scope))
    .filter((each) => !principals.some(({ name }) => matchesName(name, each.name)));
  const [other] = others;
  return other === undefined ? [] : doubt(`the ${kind} "${other.name}" in account ${other.account} may be "${address}" of another synthesis`);
}
