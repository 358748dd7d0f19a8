import { diffArrays } from "diff";
import { read, runLint, workspace } from "../workspace.js";
import { incomplete, knownStatements, statementsOf, unsafe } from "./comparison.js";
import { expectationOf, fatesOf } from "./expectation.js";
import { findingsText, someFindings, type FindingCase } from "./findings.js";
import { canFormat, formattingProblems } from "./formatting.js";
import { generate, type Generated } from "./project.js";
import { randomOf } from "./random.js";
import { readFile } from "./referee.js";

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
  const run = await runLint(folder, { fix: true, passOnNoMatch: true });
  const after = new Map([...before.keys()].map((path) => [path, read(folder, path)]));
  const problems: string[] = [];
  if (run.exitCode === 2 || /left as it was|Parsing error|not analysed/u.test(run.stderr)) problems.push(`the run failed: ${run.stdout}${run.stderr}`);

  const changedFiles = [...before].filter(([path, text]) => after.get(path) !== text);
  // A run takes most of the time of a proof.
  if (changedFiles.length > 0 && seed % 3 === 0) {
    await runLint(folder, { fix: true, passOnNoMatch: true }, changedFiles.map(([path]) => path));
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
