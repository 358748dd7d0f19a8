import { recommendationsFor, type Evidence } from "../evidence.js";
import type { Catalogue } from "../iam/catalogue.js";
import { matcher, parseEntry } from "../iam/pattern.js";
import { matching, serviceActions } from "../iam/service-actions.js";
import type { PolicyDocument } from "../model/policy.js";
import { matchesName } from "../model/principal.js";
import type { PrincipalEvidence, Recommendation } from "../model/usage.js";
import type { UnusedGrant } from "../refine.js";

/** What AWS itself would make of a document, told apart from what the findings make of it. It changes no edit. */
export interface SecondOpinion {
  /** The newest of the recommendations; ISO 8601, null when none says when it was made. */
  readonly completedAt: string | null;
  /** `s3:GetBucketAcl`: reported unused, and AWS would keep it. */
  readonly keeps: readonly string[];
  /** Not reported unused, and AWS would take it away all the same; of entries of one service, as far as the catalogue knows them. */
  readonly removes: readonly string[];
}

/**
 * AWS recommends for each policy of each principal. One belongs to a document if it names the managed policy that the document is,
 * or the inline policy by its name; where the source gives no name, if it is the only one for a principal of which this is the
 * only document (`alone`). AWS keeps what it keeps for anyone. Null when there is no recommendation for the document.
 */
export function secondOpinion(
  document: PolicyDocument,
  alone: (principal: PrincipalEvidence) => boolean,
  principals: readonly PrincipalEvidence[],
  unused: readonly UnusedGrant[],
  { evidence, catalogue }: { readonly evidence: Evidence; readonly catalogue: Catalogue },
): SecondOpinion | null {
  if (evidence.recommendations.isEmpty) return null;
  const recommended = principals.flatMap((principal) => {
    const all = recommendationsFor(evidence, [principal.arn]);
    const [only, another] = all;
    const named = all.filter(({ policyId }) => isOf(document, policyId));
    if (named.length > 0 || hasNames(document) || only === undefined || another !== undefined || !alone(principal)) return named;
    return isManaged(only.policyId) === (document.holder === "managed") ? [only] : [];
  });
  const patterns = recommended.flatMap(({ allows }) => (allows === null ? [] : [allows]));
  if (patterns.length === 0 || patterns.length < recommended.length) return null;
  const isAllowed = allowance(patterns.flat());
  const gone = new Set(unused.map(({ action }) => action.toLowerCase()));
  const isOfAll = principals.every(({ arn, kind }) => kind === "policy" || recommended.some(({ principalArn }) => principalArn === arn));
  return {
    completedAt: newest(recommended),
    keeps: unused.map(({ action }) => action).filter(isAllowed),
    removes: isOfAll ? granted(document, catalogue).filter((action) => !gone.has(action.toLowerCase()) && !isAllowed(action)) : [],
  };
}

function isManaged(policyId: string): boolean {
  return policyId.startsWith("arn:");
}

function hasNames({ managed, inlineNames }: PolicyDocument): boolean {
  return managed !== undefined || inlineNames !== undefined;
}

function isOf({ managed, inlineNames }: PolicyDocument, policyId: string): boolean {
  if (!isManaged(policyId)) return inlineNames?.includes(policyId) === true;
  const name = policyId.slice(policyId.lastIndexOf("/") + 1);
  return managed?.names.some((own) => matchesName(own, name)) === true;
}

function newest(recommended: readonly Recommendation[]): string | null {
  return recommended.reduce<string | null>((latest, { completedAt: at }) => (at !== null && (latest === null || latest < at) ? at : latest), null);
}

/** Do these patterns allow an action? */
function allowance(patterns: readonly string[]): (action: string) => boolean {
  const byService = new Map<string, ((name: string) => boolean)[]>();
  for (const pattern of patterns) {
    const entry = parseEntry(pattern);
    if (entry.kind === "all") return () => true;
    if (entry.kind !== "actions") continue;
    const service = entry.service.toLowerCase();
    byService.set(service, [...(byService.get(service) ?? []), matcher(entry.name)]);
  }
  return (action) => {
    const [service = "", name = ""] = action.toLowerCase().split(":");
    return byService.get(service)?.some((test) => test(name)) === true;
  };
}

/** The known actions that a document's statements allow. */
function granted({ statements }: PolicyDocument, catalogue: Catalogue): readonly string[] {
  const actions = statements
    .filter(({ effect }) => effect === "Allow")
    .flatMap((statement) => statement.actions)
    .flatMap(({ value }) => {
      const entry = parseEntry(value);
      if (entry.kind !== "actions") return [];
      const service = entry.service.toLowerCase();
      return matching(serviceActions(catalogue.actions(service)), entry.name).map(({ name }) => `${service}:${name}`);
    });
  return [...new Set(actions)].sort();
}
