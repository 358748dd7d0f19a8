import { globMatches, isWithin } from "../end-to-end/semantics.js";
import type { DocumentCase } from "./documents.js";
import type { Expectation, Fate } from "./expectation.js";
import type { ReadFile, ReadStatement } from "./referee.js";

export function statementsOf({ id, statements }: DocumentCase, file: ReadFile): readonly (ReadStatement | null)[] {
  return statements.map((_, index) => file.statements.get(`${String(id)}-${String(index)}`) ?? null);
}

export function knownStatements({ statements }: DocumentCase): readonly ReadStatement[] {
  return statements.map(({ element, effect, entries }) => ({ element, effect: JSON.stringify(effect), actions: entries.map(({ value }) => value), frame: "" }));
}

/** Removes nothing that somebody keeps, adds nothing. */
export function unsafe(document: DocumentCase, before: readonly (ReadStatement | null)[], after: readonly (ReadStatement | null)[], expectation: Expectation): readonly string[] {
  const problems: string[] = [];
  if (after.every((statement) => statement === null)) problems.push("nothing is left of it");
  for (const [index, statement] of before.entries()) {
    if (statement === null) {
      problems.push(`statement ${String(index)} cannot be read`);
      continue;
    }
    const left = after[index] ?? null;
    if (JSON.stringify(statement) === JSON.stringify(left)) continue;
    if (document.locked || statement.effect === '"Deny"' || statement.element === "NotAction") problems.push(`statement ${String(index)} must not change`);
    if (left !== null && (left.frame !== statement.frame || left.element !== statement.element || left.actions.length === 0)) problems.push(`statement ${String(index)} changes otherwise`);
    const granted = grantedBy(statement.actions, expectation);
    const kept = left === null ? [] : left.actions;
    for (const action of granted) {
      if (!kept.some((entry) => globMatches(entry, action)) && !expectation.mayGo(action)) problems.push(`${action} is lost, and somebody may use it`);
    }
    let at = 0;
    for (const entry of kept) {
      while (at < statement.actions.length && !isWithin(entry, statement.actions[at] ?? "")) at += 1;
      if (at === statement.actions.length) problems.push(`"${entry}" has no place in ${statement.actions.join(", ")}`);
    }
  }
  return problems;
}

function grantedBy(entries: readonly string[], { universe }: Expectation): readonly string[] {
  return entries.flatMap((entry) => {
    const [service = "", name = ""] = entry.toLowerCase().split(":");
    if (name !== "" && !/[*?]/u.test(name)) return [`${service}:${name}`];
    return universe(service).filter((action) => globMatches(entry, action));
  });
}

/** Exactly what is to go is gone. */
export function incomplete(
  before: readonly (ReadStatement | null)[],
  after: readonly (ReadStatement | null)[],
  expectation: Expectation,
  fates: readonly (readonly Fate[] | null)[],
): readonly string[] {
  return before.flatMap((statement, index): readonly string[] => {
    const fate = fates[index];
    const left = after[index] ?? null;
    if (statement === null || fate === undefined) return [];
    if (fate === null) return left === null ? [] : [`statement ${String(index)} is to go: ${statement.actions.join(", ")}`];
    if (left === null) return [`statement ${String(index)} is to stay`];
    const staying = statement.actions.filter((_, at) => fate[at] === "stays");
    const expected = new Set([
      ...grantedBy(staying, expectation),
      ...statement.actions.flatMap((entry, at) => (fate[at] === "is narrowed" ? grantedBy([entry], expectation).filter((action) => !expectation.isReported(action)) : [])),
    ].map((action) => action.toLowerCase()));
    const granted = new Set(grantedBy(left.actions, expectation).map((action) => action.toLowerCase()));
    const missing = [...expected].filter((action) => !granted.has(action));
    const surplus = [...granted].filter((action) => !expected.has(action));
    return [
      ...missing.map((action) => `statement ${String(index)} no longer grants ${action}`),
      ...(surplus.length === 0 ? [] : [`statement ${String(index)} still grants ${surplus.slice(0, 5).join(", ")}: ${left.actions.join(", ")}`]),
      ...staying.filter((entry) => !left.actions.includes(entry)).map((entry) => `"${entry}" is to stay`),
    ];
  });
}
