import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isRecord, readTemplate } from "./cloudformation-generator/template-text.js";
import { globMatches, isWithin } from "./end-to-end/semantics.js";

/**
 * Every fixed template under fixtures/cloudformation, read again by another library than the one that found what to fix: it says
 * the same as before, without action entries and statements that somebody reported as unused.
 */
const fixtures = join(import.meta.dirname, "..", "fixtures", "cloudformation");
const fixed = readdirSync(fixtures).flatMap((name) => {
  const folder = join(fixtures, name, "fixed");
  if (!existsSync(folder)) return [];
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => statSync(join(folder, path)).isFile());
  return paths.sort().map((path) => ({ name: `${name}/${path}`, before: join(fixtures, name, path), after: join(folder, path), findings: join(fixtures, name, "findings.json") }));
});

interface Change {
  readonly before: readonly string[];
  /** Null when the whole statement is gone. */
  readonly after: readonly string[] | null;
}

describe("fixed templates, read by another library", () => {
  test("there are some", () => {
    expect(fixed.length).toBeGreaterThan(15);
  });

  test.each(fixed)("$name", ({ before: source, after: target, findings }) => {
    const before = readFileSync(source, "utf8");
    const after = readFileSync(target, "utf8");
    const { changes, problems } = compare(readTemplate(before), readTemplate(after));
    expect(problems).toEqual([]);
    expect(changes.length).toBeGreaterThan(0);
    const unused = unusedIn(readFileSync(findings, "utf8"));
    for (const change of changes) {
      const kept = change.after ?? [];
      for (const entry of kept) expect(change.before.some((own) => isWithin(entry, own)), `"${entry}" is within ${change.before.join(", ")}`).toBe(true);
      expect(isInOrder(kept.filter((entry) => change.before.includes(entry)), change.before), "what is left stands where it stood").toBe(true);
      for (const entry of change.before.filter((own) => !kept.includes(own))) {
        expect(unused.some((action) => globMatches(entry, action) || globMatches(action, entry)), `something of "${entry}" is reported`).toBe(true);
      }
      for (const action of unused) expect(kept.filter((entry) => /[*?]/u.test(entry) && !change.before.includes(entry) && globMatches(entry, action)), action).toEqual([]);
    }
    expect(after.startsWith("\uFEFF")).toBe(before.startsWith("\uFEFF"));
    expect(after.endsWith("\n")).toBe(before.endsWith("\n"));
    expect(/[^\r]\n/u.test(after)).toBe(/[^\r]\n/u.test(before));
  });
});

function isInOrder(some: readonly string[], all: readonly string[]): boolean {
  let at = 0;
  return some.every((entry) => {
    const found = all.indexOf(entry, at);
    at = found + 1;
    return found !== -1;
  });
}

/** All actions of the findings, and of services that are unused as a whole, `service:*`. */
function unusedIn(text: string): readonly string[] {
  const found: string[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    if (!isRecord(value)) return;
    const { serviceNamespace: service, actions } = value;
    if (typeof service === "string" && Array.isArray(actions)) {
      for (const each of actions) found.push(`${service}:${String(isRecord(each) ? each["action"] : each)}`);
    } else if (typeof service === "string") found.push(`${service}:*`);
    Object.values(value).forEach(visit);
  };
  visit(JSON.parse(text));
  return found;
}

function compare(before: unknown, after: unknown): { readonly changes: readonly Change[]; readonly problems: readonly string[] } {
  const changes: Change[] = [];
  const problems: string[] = [];
  visit(before, after, "");
  return { changes, problems };

  function visit(one: unknown, other: unknown, path: string): void {
    if (Array.isArray(one) && Array.isArray(other)) {
      visitLists(one, other, path);
    } else if (isRecord(one) && isRecord(other)) {
      if (JSON.stringify(Object.keys(one)) !== JSON.stringify(Object.keys(other))) problems.push(`${path}: other keys`);
      for (const [key, value] of Object.entries(one)) {
        const own = other[key];
        if (key === "Action" && isGrant(one) && JSON.stringify(value) !== JSON.stringify(own)) changes.push({ before: actionsOf(one), after: actionsOf(other) });
        else visit(value, own, `${path}.${key}`);
      }
    } else if (!Object.is(one, other)) problems.push(`${path}: ${JSON.stringify(one)} becomes ${JSON.stringify(other)}`);
  }

  function visitLists(one: readonly unknown[], other: readonly unknown[], path: string): void {
    let at = 0;
    for (const [index, item] of one.entries()) {
      const isLeft = other.length - at === one.length - index || frameOf(item) === frameOf(other[at]);
      if (isLeft) {
        visit(item, other[at], `${path}[${String(index)}]`);
        at += 1;
      } else if (isRecord(item) && isGrant(item)) changes.push({ before: actionsOf(item), after: null });
      else problems.push(`${path}[${String(index)}]: ${JSON.stringify(item)} is gone`);
    }
    if (at !== other.length || other.length === 0) problems.push(`${path}: ${String(other.length)} of ${String(one.length)} left`);
  }
}

/** What a statement says besides its actions. */
function frameOf(item: unknown): string {
  return JSON.stringify(item, (key, value: unknown) => (key === "Action" ? "" : value));
}

function isGrant({ Effect: effect, Action: action, Principal: principal }: Readonly<Record<string, unknown>>): boolean {
  return effect === "Allow" && action !== undefined && principal === undefined;
}

function actionsOf({ Action: action }: Readonly<Record<string, unknown>>): readonly string[] {
  const all: readonly unknown[] = Array.isArray(action) ? action : [action];
  return all.flat(5).flatMap((each): string[] => {
    if (typeof each === "string") return [each];
    return isRecord(each) ? Object.values(each).flat(5).filter((inner) => typeof inner === "string") : [];
  });
}
