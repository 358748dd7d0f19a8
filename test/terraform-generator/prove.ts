import { diffArrays } from "diff";
import { globMatches, isWithin } from "../end-to-end/semantics.js";
import { read, runLint, workspace } from "../workspace.js";
import type { DocumentCase } from "./documents.js";
import { expectationOf, fatesOf, type Expectation, type Fate } from "./expectation.js";
import { findingsText, someFindings, type FindingCase } from "./findings.js";
import { canFormat, formattingProblems } from "./formatting.js";
import { generate, type Generated } from "./project.js";
import { randomOf } from "./random.js";
import { readFile, type ReadFile, type ReadStatement } from "./referee.js";

/** One project with its findings, what `--fix` makes of it, and what is wrong with that. */
export interface Proof {
  readonly seed: number;
  readonly modules: number;
  readonly used: ReadonlySet<string>;
  /** Documents, those of which everything that may go is to go, and those that changed. */
  readonly documents: number;
  readonly complete: number;
  readonly changed: number;
  readonly problems: readonly string[];
  /** For a person: files, findings and what was fixed. */
  readonly shown: () => string;
  readonly size: number;
  readonly before: ReadonlyMap<string, string>;
  readonly after: ReadonlyMap<string, string>;
}

const FORMATTED = Number(process.env["FORMATTED"] ?? "30");

/** Null for a project that AWS would not take. */
export async function prove(seed: number): Promise<Proof | null> {
  const generated = generate(seed);
  if (generated.world.clash) return null;
  const findings = someFindings(randomOf(seed + 1), generated);
  const before = new Map([...generated.files].map(([path, { text }]) => [path, text]));
  const folder = workspace({ ...Object.fromEntries(before), "findings/all.json": findingsText(findings) });
  const run = await runLint(folder, { fix: true });
  const after = new Map([...before.keys()].map((path) => [path, read(folder, path)]));
  const problems: string[] = [];
  if (run.exitCode === 2 || /left as it was|Parsing error|not analysed/u.test(run.stderr)) problems.push(`the run failed: ${run.stdout}${run.stderr}`);

  const changedFiles = [...before].filter(([path, text]) => after.get(path) !== text);
  // A run takes most of the time of a proof.
  if (changedFiles.length > 0 && seed % 3 === 0) {
    await runLint(folder, { fix: true }, changedFiles.map(([path]) => path));
    for (const [path, text] of after) if (read(folder, path) !== text) problems.push(`${path}: a second run changes it again`);
  }
  if (changedFiles.length > 0 && canFormat && seed % FORMATTED === 0) problems.push(...(await formattingProblems(before, findingsText(findings))));
  const counts = { complete: 0, changed: 0 };
  const overQuota = run.stdout.includes("the quota of");
  for (const [path, { text, marks }] of generated.files) {
    const documents = generated.documents.filter(({ id }) => marks.some(({ name }) => name.startsWith(`statement:${String(id)}:`)));
    const fixed = after.get(path) ?? "";
    // Of a file that is as it was, the generator knows what it says.
    const isChanged = fixed !== text;
    const first = isChanged ? await readFile(path, text) : null;
    const second = isChanged ? await readFile(path, fixed) : null;
    if (first !== null && second !== null) {
      if (second.rest !== first.rest) problems.push(`${path}: something else changes:\n${first.rest}\n${second.rest}`);
      problems.push(...linesOf(path, text, fixed));
    }
    for (const document of documents) {
      const expectation = expectationOf(document, generated.world, findings);
      const own = first === null ? knownStatements(document) : statementsOf(document, first);
      const left = second === null ? own : statementsOf(document, second);
      if (first !== null && JSON.stringify(own.map((statement) => statement?.actions)) !== JSON.stringify(knownStatements(document).map(({ actions }) => actions))) {
        problems.push(`${path}: document ${String(document.id)} is not what it should be`);
      }
      if (own.some((statement, index) => JSON.stringify(statement) !== JSON.stringify(left[index]))) counts.changed += 1;
      problems.push(...unsafe(document, own, left, expectation).map((problem) => `${path}: document ${String(document.id)}: ${problem}`));
      if (!expectation.complete || overQuota) continue;
      counts.complete += 1;
      problems.push(...incomplete(own, left, expectation, fatesOf(document, expectation, text, marks)).map((problem) => `${path}: document ${String(document.id)}: ${problem}`));
    }
  }
  return {
    seed,
    modules: generated.modules,
    used: generated.used,
    documents: generated.documents.length,
    ...counts,
    problems,
    size: [...before.values()].reduce((sum, text) => sum + text.length, 0),
    shown: () => show(generated, findings, before, after, run.stdout),
    before,
    after,
  };
}

function statementsOf({ id, statements }: DocumentCase, file: ReadFile): readonly (ReadStatement | null)[] {
  return statements.map((_, index) => file.statements.get(`${String(id)}-${String(index)}`) ?? null);
}

function knownStatements({ statements }: DocumentCase): readonly ReadStatement[] {
  return statements.map(({ element, effect, entries }) => ({ element, effect: JSON.stringify(effect), actions: entries.map(({ value }) => value), frame: "" }));
}

/** Removes nothing that somebody keeps, adds nothing. */
function unsafe(document: DocumentCase, before: readonly (ReadStatement | null)[], after: readonly (ReadStatement | null)[], expectation: Expectation): readonly string[] {
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
function incomplete(
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

/** Lines come and go only where actions and statements stand. */
function linesOf(path: string, before: string, after: string): readonly string[] {
  const problems: string[] = [];
  const known = new Set(before.split("\n"));
  for (const { value, added } of diffArrays(before.split("\n"), after.split("\n"))) {
    if (!added) continue;
    // Between two statements that begin alike, the comparison may take one's line for the other's.
    for (const line of value) if (!known.has(line) && !/[\w*-]+:[\w*?]|s3GetObject|"\*"|[)\]}[{(](?: \/\*.*\*\/)?,?\s*$/u.test(line)) problems.push(`${path}: a new line: ${line}`);
    for (const line of value) if (/[ \t]\r?$/u.test(line)) problems.push(`${path}: blanks at the end of a line: ${line}`);
  }
  if (before.includes("\r\n") !== after.includes("\r\n") || (before.includes("\r\n") && /[^\r]\n/u.test(after))) problems.push(`${path}: line ends change`);
  return problems;
}

function show(generated: Generated, findings: readonly FindingCase[], before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>, report: string): string {
  const files = [...before].map(([path, text]) => {
    const fixed = after.get(path) ?? "";
    const lines = diffArrays(text.split("\n"), fixed.split("\n")).flatMap(({ value, added, removed }) => value.map((line) => (added ? "+" : removed ? "-" : " ") + line));
    return `=== ${path}\n${lines.join("\n")}`;
  });
  const truth = generated.documents.map(({ id, open, locked }) => `document ${String(id)}${open ? " open" : ""}${locked ? " locked" : ""}: ${[...(generated.world.granted.get(id) ?? [])].join(", ")}`);
  const told = findings.map(({ arn, status, unused }) => `${arn} ${status} ${[...unused].map(([service, names]) => `${service}: ${names === "whole" ? names : names.join(" ")}`).join("; ")}`);
  return [...files, "=== truth", ...truth, "=== findings", ...told, "=== report", report].join("\n");
}
