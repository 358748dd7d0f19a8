import { PROTECTED_ACTIONS } from "../../src/iam/protected.js";
import { builtInCatalogue } from "../../src/iam/catalogue.js";
import type { Case, FindingCase } from "./cases.js";

/**
 * What IAM and the findings mean, written again and as plainly as possible: regular expressions over the names of the
 * catalogue. Nothing here is shared with what makes the fixes, apart from the catalogue and the list of protected actions.
 */
export interface PolicyStatement {
  readonly effect: "Allow" | "Deny";
  readonly element: "Action" | "NotAction";
  readonly actions: readonly string[];
  /** All else that the statement says. */
  readonly frame: string;
}

const patterns = new Map<string, RegExp>();

export function globMatches(glob: string, text: string): boolean {
  let pattern = patterns.get(glob);
  if (pattern === undefined) {
    const source = glob.replaceAll(/[.+^${}()|[\]\\]/gu, String.raw`\$&`).replaceAll("*", ".*").replaceAll("?", ".");
    pattern = new RegExp(`^${source}$`, "isu");
    if (patterns.size > 20_000) patterns.clear();
    patterns.set(glob, pattern);
  }
  return pattern.test(text);
}

/** An entry grants an action, `service:Name`. */
export function grants(entry: string, action: string): boolean {
  return globMatches(entry, action);
}

/** Whatever the narrower entry can match, now or later, tried with characters that nobody writes. */
export function isWithin(narrower: string, wider: string): boolean {
  const tries = ["", "\u0394", "\u0394".repeat(9)].flatMap((run) =>
    ["", "\u0394\u0394"].map((last) => narrower.replaceAll("?", "\u0394").replace(/\*$/u, last).replaceAll("*", run)),
  );
  return tries.every((text) => globMatches(wider, text));
}

export function splitEntry(entry: string): { readonly service: string; readonly name: string } | null {
  const [, service, name] = /^([\w-]+):(.+)$/u.exec(entry) ?? [];
  return service === undefined || name === undefined ? null : { service: service.toLowerCase(), name };
}

/** The actions that a case's check goes through: of every service that occurs in it, those of the catalogue and those reported. */
export function actionsOf(entries: readonly string[], { principals }: Case): readonly string[] {
  const all = principals.flatMap(({ findings }) => findings);
  const services = new Set(all.flatMap(({ unused }) => [...unused.keys()]));
  const literals = all.flatMap(({ unused }) =>
    [...unused].flatMap(([service, names]) => (names === "whole" ? [] : names.map((name) => `${service}:${name}`))),
  );
  for (const entry of entries) {
    const parts = splitEntry(entry);
    if (parts === null) continue;
    services.add(parts.service);
    if (!/[*?]/u.test(parts.name)) literals.push(`${parts.service}:${parts.name}`);
  }
  return [...new Set([...[...services].flatMap((service) => builtInCatalogue().actions(service).map((name) => `${service}:${name}`)), ...literals])];
}

function isProtected(action: string, additional: readonly string[]): boolean {
  if (PROTECTED_ACTIONS.some((each) => each.action.toLowerCase() === action.toLowerCase())) return true;
  return additional.some((pattern) => globMatches(pattern.includes(":") ? pattern : `*:${pattern}`, action));
}

function isUnusedIn({ unused }: FindingCase, action: string): boolean {
  const parts = splitEntry(action);
  const reported = parts === null ? undefined : unused.get(parts.service);
  if (parts === null || reported === undefined) return false;
  return reported === "whole" || reported.some((name) => name.toLowerCase() === parts.name.toLowerCase());
}

/** May this action go: is it reported unused by everyone, everywhere, and not protected? */
export function mayGo({ principals, protectedActions }: Case, action: string): boolean {
  if (isProtected(action, protectedActions)) return false;
  return principals.every(
    ({ findings }) => findings.length > 0 && findings.every((finding) => finding.status === "ACTIVE" && isUnusedIn(finding, action)),
  );
}

/** Is nothing of this entry to stay, as far as the catalogue knows? */
export function isWhollyUnused(entry: string, example: Case): boolean {
  const parts = splitEntry(entry);
  if (parts === null) return false;
  if (!/[*?]/u.test(parts.name)) return mayGo(example, `${parts.service}:${parts.name}`);
  const whole = example.principals.every(({ findings }) => findings.length > 0 && findings.every(({ unused }) => unused.get(parts.service) === "whole"));
  const known = builtInCatalogue().actions(parts.service).map((name) => `${parts.service}:${name}`);
  const granted = known.filter((action) => grants(entry, action));
  return granted.length === 0 ? whole : granted.every((action) => mayGo(example, action));
}

/** Patterns of which the catalogue knows no action cannot be split. */
export function isBeyondCatalogue(entry: string): boolean {
  const parts = splitEntry(entry);
  if (parts === null || !/[*?]/u.test(parts.name)) return false;
  return !builtInCatalogue().actions(parts.service).some((name) => grants(entry, `${parts.service}:${name}`));
}
