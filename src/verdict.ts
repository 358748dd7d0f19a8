import { addAfter, removeElement, replaceEntry, type Edit } from "./edit.js";
import { evidenceFor, settledFor, unusedByAll, type Evidence } from "./evidence.js";
import { isAbout, type Exception } from "./exceptions/exceptions.js";
import { overQuota, policySize, policySizes, shownSize, type PolicySizes } from "./iam/quota.js";
import type { Catalogue } from "./iam/catalogue.js";
import type { ActionEntry, LocatedPolicies, PolicyDocument, Statement } from "./model/policy.js";
import type { AccountsOf, PrincipalReference, Rival } from "./model/principal.js";
import { lineStart, nextLineStart, slice, type Span } from "./model/text.js";
import type { PrincipalEvidence, UnusedCount, UnusedPermissions } from "./model/usage.js";
import { commentsNear, extentOf, isCommented, isDirectlyAbove, overlaps } from "./verdict/comments.js";
import { documentGates, type Gates } from "./verdict/document-gates.js";
import { excepted } from "./verdict/excepted.js";
import { isOnlyEntry, leavesEmpty, losesList, mayBeEmptied } from "./verdict/emptiness.js";
import { tooOld, type MaxAge } from "./verdict/age.js";
import { judgeNamed, type NamedVerdict } from "./verdict/named-grants.js";
import { mayBeIn, mayMean, whoseIs } from "./verdict/whose.js";
import { withPolicyReports } from "./verdict/policy-reports.js";
import { secondOpinion, type SecondOpinion } from "./verdict/second-opinion.js";
import { refineNotActions, refineStatement, shorterReplacements, type Refinement, type RefineOptions, type UnusedGrant } from "./refine.js";

export type { NamedVerdict } from "./verdict/named-grants.js";
export type { SecondOpinion } from "./verdict/second-opinion.js";

/** What may be done about an unused grant: edit by itself, offer an edit to a person, or say so only. */
export type Applicability = "fix" | "suggestion" | "message";

/** What an edit takes away or narrows; `list` when it adds to a `NotAction`. */
export type EditTarget = "entry" | "statement" | "policy" | "list";

export interface ProposedEdit {
  readonly target: EditTarget;
  readonly edit: Edit;
}

/** The unused part of one action entry, and what may be done about it. */
export interface Verdict {
  readonly element: "Action" | "NotAction";
  readonly entry: ActionEntry;
  readonly refinement: Exclude<Refinement, { kind: "keep" }>;
  readonly applicability: Applicability;
  /** Null for a message. */
  readonly proposal: ProposedEdit | null;
  /** A clause that completes "not fixed, because …"; null for a fix. */
  readonly withheld: string | null;
}

/**
 * What became of one document.
 *
 * - `judged`: everyone who gets its grants has a finding; `verdicts` and `named` may still be empty. `lacking`, if there, are
 *   clauses: accounts that the user named, in which there is no evidence, so that nothing is fixed.
 * - `no-principal`: the source does not say whom it grants to.
 * - `no-finding`: `without` have no ACTIVE unused-permission finding, or not in every account, so everything stays. `because`, if
 *   there, are clauses: other reasons than that. `needed` is there when exports say of all of
 *   them how much is unused, and only the details are missing.
 */
export type Outcome =
  | { readonly kind: "judged"; readonly verdicts: readonly Verdict[]; readonly named: readonly NamedVerdict[]; readonly lacking?: readonly string[] }
  | { readonly kind: "no-principal" }
  | {
      readonly kind: "no-finding";
      readonly without: readonly PrincipalReference[];
      readonly because?: readonly string[];
      readonly needed: readonly UnusedCount[];
    };

export interface Judgement {
  readonly document: PolicyDocument;
  /** Every principal of the findings that the document was matched to, also when the outcome is not `judged`. */
  readonly principals: readonly PrincipalEvidence[];
  /** By ARN, the pattern that those were matched by whose match is not exact. */
  readonly byPattern: ReadonlyMap<string, string>;
  readonly outcome: Outcome;
  /** The exceptions that keep something of it. */
  readonly excepted: readonly Exception[];
  /** What AWS recommends for this very policy; null when the exports do not say. */
  readonly opinion: SecondOpinion | null;
}

export interface JudgeOptions {
  readonly evidence: Evidence;
  readonly catalogue: Catalogue;
  /** Action patterns (`iam:PassRole`, `*:Pass*`) that stay whatever the findings say. */
  readonly protectedActions: readonly string[];
  /** Without it evidence counts however old it is. */
  readonly maxAge?: MaxAge | undefined;
  /** Who else could have a principal's generated name, or does have its literal one; asked only when it matters. */
  readonly rivals: (reference: PrincipalReference) => readonly Rival[];
  /** Where the principals are deployed; absent when nobody said. */
  readonly accountsOf?: AccountsOf;
  /** Those in force. */
  readonly exceptions?: readonly Exception[];
  /** ARNs, in which `*` is any run of characters, of principals whose policies are not fixed. */
  readonly protectedPrincipals?: readonly string[];
  /** Fix only what belongs to principals that were matched exactly. */
  readonly exactOnly?: boolean;
}

const ANYWHERE: AccountsOf = () => null;

/** Decides, for every document of a file, what the evidence says of its action entries. Pure apart from `rivals`. */
export function judge(text: string, located: LocatedPolicies, options: JudgeOptions): readonly Judgement[] {
  const sizes = new Map(located.documents.map((document) => [document, policySize(slice(text, document.span))]));
  const together = sharingQuota(located.documents);
  const isAlone = aloneIn(located.documents, options.evidence);
  return located.documents.map((document) => {
    const others = (): number => together(document).reduce((total, other) => total + (sizes.get(other) ?? 0), 0);
    const { judgement, grown } = judgeDocument(text, document, others, located.comments, isAlone, options);
    sizes.set(document, (sizes.get(document) ?? 0) + grown);
    return judgement;
  });
}

/** Is a principal that of one document of a file only? Asked where AWS recommends something for it. */
function aloneIn(documents: readonly PolicyDocument[], evidence: Evidence): (principal: PrincipalEvidence) => boolean {
  return ({ arn }) => {
    const isOf = ({ attachment }: PolicyDocument): boolean =>
      attachment.principals.some((reference) => evidenceFor(evidence, reference).some((found) => found.arn === arn));
    return documents.filter(isOf).length === 1;
  };
}

/** The inline policies of one principal have one quota together: of each document, the others of its principals. */
function sharingQuota(documents: readonly PolicyDocument[]): (document: PolicyDocument) => readonly PolicyDocument[] {
  const inline = new Map<string, PolicyDocument[]>();
  const keysOf = ({ holder, attachment }: PolicyDocument): readonly string[] =>
    ["role", "user", "group"].includes(holder) ? attachment.principals.map(({ address }) => `${holder} ${address}`) : [];
  for (const document of documents) {
    for (const key of keysOf(document)) {
      const group = inline.get(key);
      if (group === undefined) inline.set(key, [document]);
      else group.push(document);
    }
  }
  return (document) => {
    const others = new Set(keysOf(document).flatMap((key) => inline.get(key) ?? []));
    others.delete(document);
    return [...others];
  };
}

interface JudgedDocument {
  readonly judgement: Judgement;
  /** By how many characters the proposed edits let the document grow. */
  readonly grown: number;
}

function judgeDocument(
  text: string,
  located: PolicyDocument,
  others: () => number,
  comments: readonly Span[],
  isAlone: (principal: PrincipalEvidence) => boolean,
  options: JudgeOptions,
): JudgedDocument {
  const { evidence, catalogue, accountsOf = ANYWHERE } = options;
  const reported = withPolicyReports(located, evidence, accountsOf);
  const document = { ...located, attachment: reported.attachment };
  const whose = whoseIs(located, reported, evidence, accountsOf);
  const { principals, without, because, lacking, byPattern } = whose;
  const judged = (outcome: Outcome, exceptions: readonly Exception[] = [], grown = 0): JudgedDocument => {
    const opinion = outcome.kind === "judged" ? secondOpinion(located, isAlone, principals, unusedOf(outcome), options) : null;
    return { judgement: { document: located, principals, byPattern, outcome, excepted: exceptions, opinion }, grown };
  };
  if (document.attachment.principals.length + reported.policies.length === 0) return judged({ kind: "no-principal" });
  if (without.length > 0) {
    return judged({ kind: "no-finding", without, needed: countsOf(without, evidence), ...(because.length === 0 ? {} : { because }) });
  }

  const unused = unusedByAll(principals);
  const analyzedAt = principals.map((principal) => principal.analyzedAt).reduce((a, b) => (Date.parse(a) > Date.parse(b) ? a : b));
  const about = (options.exceptions ?? []).filter(
    (exception) => principals.some((principal) => isAbout(exception, principal)) || whose.unseen.some((reference) => mayMean(exception.principal, reference)),
  );
  const protectedActions = [...options.protectedActions, ...about.flatMap(({ actions }) => actions)];
  const refining = { catalogue, protectedActions, analyzedAt, alsoKnown: reportedBySome(principals) };
  const exceptions = excepted(document, about, unused, { ...refining, protectedActions: options.protectedActions });
  const accounts = principals.map(({ account }) => account);
  const aboutOthers = whose.others === null ? [] : (options.exceptions ?? []).filter((exception) => !about.includes(exception) && mayBeIn(exception.principal, accounts));
  const strange = excepted(document, aboutOthers, unused, refining);
  const refined = document.statements.flatMap((statement) =>
    statement.effect === "Deny" ? [] : refineEntries(statement, unused, refining),
  );
  const near = commentsNear(text, document, comments);
  let known: Gates | null = null;
  const gatesOnce = (): Gates =>
    (known ??= withAge(withStrangers(documentGates(text, document, whose, { ...options, accountsOf }), whose.others, strange), tooOld(principals, options.maxAge ?? null)));
  const named = (document.named ?? []).flatMap((grant) => judgeNamed(text, grant, gatesOnce, near, unused, refining) ?? []);
  const missing = lacking.length === 0 ? {} : { lacking };
  if (refined.length === 0) return judged({ kind: "judged", verdicts: [], named, ...missing }, exceptions);

  const gates = gatesOnce();
  const assessed = refined.map((item) => ({ ...item, gate: entryGate(text, item, gates, near) }));
  const { items, grown } = withinQuota(text, document, assessed, others(), (value) => shorterReplacements(value, unused, refining));
  return judged({ kind: "judged", verdicts: decide(text, document, items, near), named, ...missing }, exceptions, grown);
}

/** Of each of them; nothing when more than the details is missing of one. */
function countsOf(without: readonly PrincipalReference[], evidence: Evidence): readonly UnusedCount[] {
  const settled = without.map((reference) => settledFor(evidence, reference));
  if (!settled.every((found) => found.length > 0 && found.every(({ count }) => count !== undefined))) return [];
  const counts = settled.flatMap((found) => found.flatMap(({ count }) => count ?? []));
  return [...new Map(counts.map((count) => [count.principalArn, count])).values()];
}

function unusedOf({ verdicts, named }: Extract<Outcome, { kind: "judged" }>): readonly UnusedGrant[] {
  return [...verdicts.flatMap(({ refinement }) => refinement.unused), ...named.flatMap(({ unused }) => unused)];
}

function withAge(gates: Gates, clause: string | null): Gates {
  return clause === null ? gates : { ...gates, message: gates.message ?? clause };
}

/** Who has a policy besides may be whom an exception is about. */
function withStrangers(gates: Gates, others: string | null, [exception]: readonly Exception[]): Gates {
  if (others === null || exception === undefined) return gates;
  return { ...gates, suggestion: gates.suggestion ?? `${others}, and an exception is about "${exception.principal}", who may have it, too` };
}

/** Whoever does not report an action that another principal of the same policy reports may be using it, catalogue or not. */
function reportedBySome(principals: readonly PrincipalEvidence[]): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>();
  if (principals.length < 2) return names;
  for (const [service, { actions }] of principals.flatMap((principal) => [...principal.unused])) {
    const own = names.get(service) ?? [];
    for (const { name } of actions.values()) own.push(name);
    names.set(service, own);
  }
  return names;
}

interface RefinedEntry {
  readonly element: Verdict["element"];
  readonly statement: Statement;
  readonly entry: ActionEntry;
  readonly refinement: Exclude<Refinement, { kind: "keep" }>;
}

function refineEntries(
  statement: Statement,
  unused: UnusedPermissions,
  options: RefineOptions,
): readonly RefinedEntry[] {
  const refined: RefinedEntry[] = [];
  const refinements = refineStatement(statement.actions.map((entry) => entry.value), unused, options);
  statement.actions.forEach((entry, index) => {
    const refinement = refinements[index];
    if (refinement !== undefined && refinement.kind !== "keep") refined.push({ element: "Action", statement, entry, refinement });
  });
  const [firstNotAction] = statement.notActions;
  if (firstNotAction !== undefined) {
    const refinement = refineNotActions(statement.notActions.map((entry) => entry.value), unused, options);
    if (refinement.kind !== "keep") refined.push({ element: "NotAction", statement, entry: firstNotAction, refinement });
  }
  return refined;
}

interface AssessedEntry extends RefinedEntry {
  readonly gate: Gate;
}

/**
 * Removals make room, what is written takes it up: in the order of the source, an edit with which the policy would no longer
 * fit its quota, but did before, is not offered, or only in a shorter way and for a person to accept.
 */
function withinQuota(
  text: string,
  document: PolicyDocument,
  assessed: readonly AssessedEntry[],
  others: number,
  shorter: (value: string) => readonly (readonly string[])[],
): { readonly items: readonly AssessedEntry[]; readonly grown: number } {
  const entries = document.statements.flatMap((statement) => [...statement.actions, ...statement.notActions]);
  const removed = assessed.filter(({ gate, refinement }) => gate.kind === "fix" && refinement.kind === "remove");
  const written = new Map<ActionEntry, readonly string[]>(removed.map(({ entry }) => [entry, []]));
  const sizes = (changed: ReadonlyMap<ActionEntry, readonly string[]>): PolicySizes =>
    policySizes(
      {
        text: slice(text, document.span),
        without: entries.map(({ span }) => slice(text, span)),
        before: entries.map(({ value }) => value),
        after: entries.flatMap((entry) => changed.get(entry) ?? [entry.value]),
      },
      others,
    );

  const items = assessed.map((item): AssessedEntry => {
    const { entry, refinement, gate } = item;
    if (gate.kind === "message" || (refinement.kind !== "replace" && refinement.kind !== "exclude")) return item;
    const beside = refinement.kind === "replace" ? [] : [entry.value];
    const sizesWith = (values: readonly string[]): PolicySizes => sizes(new Map([...written, [entry, [...beside, ...values]]]));
    const why = overQuota(document.holder, sizesWith(refinement.entries));
    if (why === null) {
      written.set(entry, [...beside, ...refinement.entries]);
      return item;
    }
    const alternatives = refinement.kind === "replace" ? shorter(entry.value) : [];
    const fitting = alternatives.find((values) => overQuota(document.holder, sizesWith(values)) === null);
    if (fitting === undefined) return { ...item, gate: { kind: "message", why } };
    written.set(entry, fitting);
    const size = shownSize(sizesWith(fitting).after);
    return {
      ...item,
      refinement: { ...refinement, entries: fitting },
      gate: { kind: "suggestion", why: `${why}; with shorter patterns it would have ${size}` },
    };
  });
  const { before, after } = sizes(written);
  return { items, grown: after - before };
}

function decide(
  text: string,
  document: PolicyDocument,
  assessed: readonly AssessedEntry[],
  comments: readonly Span[],
): readonly Verdict[] {
  const removed = assessed.filter((item) => item.gate.kind === "fix" && item.refinement.kind === "remove").map((item) => item.entry);
  const emptied = document.statements.filter((statement) => leavesEmpty(statement, removed));
  // What could not be read may turn out to be nothing: a list without elements, a statement that is not made.
  const hollow = document.statements.filter((statement) => !emptied.includes(statement) && mayBeEmptied(statement, removed));
  const left = document.statements.filter((statement) => !emptied.includes(statement));
  // What cannot be read, or is only named, grants something, too.
  const isNamed = (document.named ?? []).length > 0;
  const isMore = document.opaque.length > 0 || isNamed;
  const emptiesDocument = left.length === 0 && !isMore;
  const isHollow = !emptiesDocument && !isNamed && emptied.length > 0 && left.every(({ optional }) => optional) && losesList(emptied, left);

  return assessed.map(({ element, statement, entry, refinement, gate }): Verdict => {
    const verdict = { element, entry, refinement };
    const message = (withheld: string): Verdict => ({ ...verdict, applicability: "message", proposal: null, withheld });
    const offer = (final: Exclude<Gate, { kind: "message" }>, proposal: ProposedEdit): Verdict => ({
      ...verdict,
      applicability: final.kind,
      proposal,
      withheld: final.kind === "fix" ? null : final.why,
    });
    if (gate.kind === "message") return message(gate.why);

    if (refinement.kind === "replace") {
      return offer(gate, { target: "entry", edit: replaceEntry(text, entry, refinement.entries) });
    }
    if (refinement.kind === "exclude") {
      const last = statement.notActions.at(-1) ?? entry;
      return offer(gate, { target: "list", edit: addAfter(text, last, refinement.entries) });
    }
    if (hollow.includes(statement)) return message("what would be left of its statement is not known from this file");
    if (!emptied.includes(statement) && !isOnlyEntry(statement)) {
      if (entry.home.kind === "single") return message("it is not an element of a list");
      return offer(gate, { target: "entry", edit: removeElement(text, entry.home.element) });
    }

    // Nothing would be left of the statement, and IAM rejects a statement without actions.
    const emptiesPolicy = emptiesDocument || (!isMore && document.statements.length === 1);
    if (isHollow) return message("what would be left of the policy is not known from this file");
    const place = emptiesPolicy ? document.element : statement.element;
    if (place === null) {
      if (document.partial === true) return message(`nothing would be left of ${document.address}, from which statements take their actions`);
      return message(
        emptiesPolicy
          ? "nothing would be left of the policy: delete the policy, or what attaches it"
          : "nothing would be left of its statement: delete the statement",
      );
    }
    const proposal: ProposedEdit = { target: emptiesPolicy ? "policy" : "statement", edit: removeElement(text, place) };
    if (emptiesPolicy) return offer(weaker(gate, "nothing would be left of the policy"), proposal);
    const span = extentOf(place) ?? statement.span;
    const lines = { start: lineStart(text, span.start), end: nextLineStart(text, span.end) };
    const commented = comments.some((comment) => overlaps(comment, lines) || isDirectlyAbove(text, comment, span));
    return offer(commented ? weaker(gate, "a comment explains its statement") : gate, proposal);
  });
}

type Gate =
  | { readonly kind: "fix" }
  | { readonly kind: "suggestion"; readonly why: string }
  | { readonly kind: "message"; readonly why: string };

function entryGate(
  text: string,
  { statement, entry, refinement }: RefinedEntry,
  gates: Gates,
  comments: readonly Span[],
): Gate {
  if (refinement.kind === "report") return { kind: "message", why: refinement.why };
  if (statement.effect !== "Allow") return { kind: "message", why: "the Effect of its statement is not plain text" };
  if (entry.locked !== null) return { kind: "message", why: entry.locked };
  if (gates.message !== null) return { kind: "message", why: gates.message };
  if (refinement.kind === "exclude") return exclusionGate(statement, refinement.why);
  if (gates.suggestion !== null) return { kind: "suggestion", why: gates.suggestion };
  if (isCommented(text, entry, comments)) return { kind: "suggestion", why: "a comment beside it explains it" };
  return { kind: "fix" };
}

/** Whatever a `NotAction` does not name stays granted: only a person can tell whether that is meant. */
function exclusionGate(statement: Statement, why: string): Gate {
  const last = statement.notActions.at(-1);
  if (last !== undefined && last.locked !== null) return { kind: "message", why: last.locked };
  if (statement.opaque.length > 0) return { kind: "message", why };
  return { kind: "suggestion", why };
}

function weaker(gate: Exclude<Gate, { kind: "message" }>, why: string): Exclude<Gate, { kind: "message" }> {
  return gate.kind === "fix" ? { kind: "suggestion", why } : gate;
}
