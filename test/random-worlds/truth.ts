import type { WorldDocument, WorldFinding, WorldPrincipal } from "./world.js";

/**
 * Unused by everyone who gets it, by the definition and nothing else: everybody is known, everybody's findings that count report it in
 * every account, and nobody agreed that it stays. Shares no code with what it judges.
 */
export function isUnusedByAll(action: string, { principals, hasStranger, deployedIn }: WorldDocument): boolean {
  if (hasStranger) return false;
  return principals.every((principal) => isUnusedBy(action, principal, deployedIn ?? [...principal.findings.keys()]));
}

function isUnusedBy(action: string, { findings, excepted }: WorldPrincipal, accounts: readonly string[]): boolean {
  if (accounts.length === 0 || excepted.some((entry) => granted(entry, [action]).length > 0)) return false;
  for (const account of accounts) {
    const own = findings.get(account);
    if (own === undefined) return false;
    const counting = own.filter((finding) => isLatestExport(finding, own) && isOfNewestAnalysis(finding, own));
    if (counting.some(({ status }) => status === "ARCHIVED")) return false;
    const active = counting.filter(({ status }) => status === "ACTIVE");
    // Resolved more than an hour after all others were made: nothing is unused any more.
    if (counting.some(({ status, analyzed }) => status === "RESOLVED" && active.every((other) => analyzed - other.analyzed > 1))) return false;
    if (active.length === 0 || !active.every(({ unused }) => reports(unused, action))) return false;
  }
  return true;
}

function isLatestExport(finding: WorldFinding, all: readonly WorldFinding[]): boolean {
  return !all.some((other) => other.id === finding.id && other.updated > finding.updated);
}

function isOfNewestAnalysis(finding: WorldFinding, all: readonly WorldFinding[]): boolean {
  return !all.some((other) => isLatestExport(other, all) && other.analyzed - finding.analyzed > 48);
}

function reports(unused: WorldFinding["unused"], action: string): boolean {
  const [service = "", name = ""] = action.split(":");
  const names = unused[service];
  return names !== undefined && (names.length === 0 || names.includes(name));
}

/** What an entry grants of these actions: `*` is any run of characters, `?` one. */
export function granted(entry: string, all: readonly string[]): readonly string[] {
  return all.filter((action) => fits(entry.toLowerCase(), action.toLowerCase()));
}

function fits(pattern: string, text: string): boolean {
  if (pattern === "") return text === "";
  const [first] = pattern;
  if (first === "*") return fits(pattern.slice(1), text) || (text !== "" && fits(pattern, text.slice(1)));
  return text !== "" && (first === "?" || first === text[0]) && fits(pattern.slice(1), text.slice(1));
}
