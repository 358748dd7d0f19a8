import { builtInCatalogue } from "../../src/iam/catalogue.js";
import { PROTECTED_ACTIONS } from "../../src/iam/protected.js";
import type { Mark } from "../end-to-end/print.js";
import { globMatches, splitEntry } from "../end-to-end/semantics.js";
import type { DocumentCase } from "./documents.js";
import type { FindingCase } from "./findings.js";
import { documentsIn, type Principal, type World } from "./world.js";

/** What the findings let go of one document, and whether it is to go by itself. */
export interface Expectation {
  /** Has everybody who really gets the document this action reported as unused? */
  readonly mayGo: (action: string) => boolean;
  /** Is all that may go certain to be fixed, by the rules? */
  readonly complete: boolean;
  /** Do all findings that the document's names match report it? */
  readonly isReported: (action: string) => boolean;
  /** Every action of a service that the catalogue or the findings know. */
  readonly universe: (service: string) => readonly string[];
  readonly isWhole: (service: string) => boolean;
}

export function expectationOf(document: DocumentCase, world: World, findings: readonly FindingCase[]): Expectation {
  const byArn = new Map(findings.map((finding) => [finding.arn, finding]));
  const principals = [...(world.granted.get(document.id) ?? [])].flatMap((arn) => world.principals.get(arn) ?? []);
  const deployed = principals.map(({ arn }) => byArn.get(arn));
  const everyone = deployed.length > 0 && deployed.every((finding) => finding?.status === "ACTIVE");
  // One name in several accounts is one name in the source: all of them count.
  const named = findings.filter(({ arn }) => principals.some(({ kind, name }) => arn.includes(`:${kind}/`) && arn.endsWith(`/${name}`)));
  const counted = named.filter(({ status }) => status === "ACTIVE");
  return {
    mayGo: (action) => everyone && !isProtected(action) && deployed.every((finding) => finding !== undefined && isUnused(finding, action)),
    isReported: (action) => !isProtected(action) && counted.every((finding) => isUnused(finding, action)),
    complete: isClosed(document, principals, world) && everyone && counted.length === named.length,
    universe: (service) => universe(service, counted),
    isWhole: (service) => counted.every(({ unused }) => unused.get(service) === "whole"),
  };
}

/**
 * Nobody else may get it, all names can be read, and nobody else has one of the names: where the findings miss somebody of a
 * name, the rest is for a person to decide.
 */
function isClosed({ id, open, locked }: DocumentCase, principals: readonly Principal[], world: World): boolean {
  if (open || locked) return false;
  // A managed policy that nothing attaches is there for somebody whom the source does not show.
  if ([...world.policies].some(([policy, text]) => !world.attached.has(policy) && documentsIn(text).includes(id))) return false;
  const others = [...world.principals.values()].filter(({ arn }) => !principals.some((own) => own.arn === arn));
  return principals.every(({ exact, external, kind, name }) => exact && !external && !others.some((other) => other.kind === kind && other.name === name));
}

function isUnused({ unused }: FindingCase, action: string): boolean {
  const parts = splitEntry(action);
  const reported = parts === null ? undefined : unused.get(parts.service);
  if (parts === null || reported === undefined) return false;
  return reported === "whole" || reported.some((name) => name.toLowerCase() === parts.name.toLowerCase());
}

function isProtected(action: string): boolean {
  return PROTECTED_ACTIONS.some((each) => each.action.toLowerCase() === action.toLowerCase());
}

function universe(service: string, findings: readonly FindingCase[]): readonly string[] {
  const known = builtInCatalogue().actions(service);
  const reported = findings.flatMap(({ unused }) => {
    const names = unused.get(service);
    return names === undefined || names === "whole" ? [] : names;
  });
  return [...new Set([...known, ...reported])].map((name) => `${service}:${name}`);
}

/** What is to become of one entry. */
export type Fate = "stays" | "goes" | "is narrowed";

function fateOf(entry: string, { isReported, universe: all, isWhole }: Expectation): Fate {
  const parts = splitEntry(entry);
  if (parts === null || parts.service === "*") return "stays";
  if (!/[*?]/u.test(parts.name)) return isReported(`${parts.service}:${parts.name}`) ? "goes" : "stays";
  const known = builtInCatalogue().actions(parts.service).filter((name) => globMatches(entry, `${parts.service}:${name}`));
  const reachesProtected = PROTECTED_ACTIONS.some(({ action }) => globMatches(entry, action));
  if (known.length === 0) return isWhole(parts.service) && !reachesProtected ? "goes" : "stays";
  const granted = all(parts.service).filter((action) => globMatches(entry, action));
  const unused = granted.filter((action) => isReported(action));
  if (unused.length === 0) return "stays";
  return unused.length === granted.length ? "goes" : "is narrowed";
}

/** By statement and entry; of a statement that goes, `null`. Only for documents that are complete. */
export function fatesOf(document: DocumentCase, expectation: Expectation, text: string, marks: readonly Mark[]): readonly (readonly Fate[] | null)[] {
  const fates = document.statements.map(({ effect, element, entries }, index) =>
    entries.map(({ value }, at): Fate => {
      if (effect === "Deny" || element === "NotAction") return "stays";
      return isCommented(text, marks, `entry:${String(document.id)}:${String(index)}:${String(at)}`) ? "stays" : fateOf(value, expectation);
    }),
  );
  const emptied = fates.map((statement) => statement.every((fate) => fate === "goes"));
  const all = emptied.every((each) => each);
  return fates.map((statement, index) => {
    if (emptied[index] !== true) return statement;
    const cannotGo = document.hasSources && document.statements[index]?.sid === true;
    const stays = all || cannotGo || isCommented(text, marks, `statement:${String(document.id)}:${String(index)}`);
    return stays ? statement.map(() => "stays") : null;
  });
}

/** A comment on its lines, or alone on the line above. */
function isCommented(text: string, marks: readonly Mark[], name: string): boolean {
  const own = marks.find((mark) => mark.name === name);
  if (own === undefined) throw new Error(`There is no mark "${name}".`);
  const start = text.lastIndexOf("\n", own.start - 1) + 1;
  const lineFeed = text.indexOf("\n", own.end);
  const end = lineFeed === -1 ? text.length : lineFeed;
  return marks.some((mark) => {
    if (mark.name !== "comment") return false;
    const head = text.slice(text.lastIndexOf("\n", mark.start - 1) + 1, mark.start);
    const between = text.slice(mark.end, start);
    const isAbove = head.trim() === "" && mark.end < start && between.trim() === "" && between.split("\n").length === 2;
    return isAbove || (mark.start < end && mark.end > start);
  });
}
