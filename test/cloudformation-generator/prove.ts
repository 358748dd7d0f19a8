import { diffArrays } from "diff";
import { incomplete, knownStatements, statementsOf, unsafe } from "../terraform-generator/comparison.js";
import { expectationOf, fatesOf } from "../terraform-generator/expectation.js";
import { findingsText, someFindings, type FindingCase } from "../terraform-generator/findings.js";
import { randomOf } from "../terraform-generator/random.js";
import { read, runLint, workspace } from "../workspace.js";
import { generate, type Generated } from "./project.js";
import { readFile } from "./referee.js";

/** Some templates with findings, what `--fix` makes of them, and what is wrong with that. */
export interface Proof {
  readonly seed: number;
  readonly templates: number;
  readonly used: ReadonlySet<string>;
  /** Documents, those of which everything that may go is to go, and those that changed. */
  readonly documents: number;
  readonly complete: number;
  readonly changed: number;
  readonly problems: readonly string[];
  /** For a person: files, findings and what was fixed. */
  readonly shown: () => string;
  readonly size: number;
}

/** Null for what AWS would not take. */
export async function prove(seed: number): Promise<Proof | null> {
  const generated = generate(seed);
  if (generated.world.clash) return null;
  const findings = someFindings(randomOf(seed + 1), generated);
  const before = new Map([...generated.files].map(([path, { text }]) => [path, text]));
  const folder = workspace({ ...Object.fromEntries(before), "findings/all.json": findingsText(findings) });
  const run = await runLint(folder, { fix: true, passOnNoMatch: true });
  const after = new Map([...before.keys()].map((path) => [path, read(folder, path)]));
  const problems: string[] = [];
  if (run.exitCode === 2 || /left as it was|Parsing error|not analysed/u.test(run.stderr + run.stdout)) problems.push(`the run failed: ${run.stdout}${run.stderr}`);

  const changedFiles = [...before].filter(([path, text]) => after.get(path) !== text).map(([path]) => path);
  // A run takes most of the time of a proof.
  if (changedFiles.length > 0 && seed % 3 === 0) {
    await runLint(folder, { fix: true, passOnNoMatch: true }, changedFiles);
    for (const [path, text] of after) if (read(folder, path) !== text) problems.push(`${path}: a second run changes it again`);
  }
  const counts = { complete: 0, changed: 0 };
  const overQuota = run.stdout.includes("the quota of");
  for (const [path, { text, marks }] of generated.files) {
    const documents = generated.documents.filter(({ id }) => marks.some(({ name }) => name.startsWith(`statement:${String(id)}:`)));
    if (documents.length === 0) continue;
    const fixed = after.get(path) ?? "";
    const first = readFile(text);
    const second = fixed === text ? first : readFile(fixed);
    if (second.rest !== first.rest) problems.push(`${path}: something else changes:\n${first.rest}\n${second.rest}`);
    problems.push(...linesOf(path, text, fixed));
    for (const document of documents) {
      const place = `${path}: document ${String(document.id)}`;
      const expectation = expectationOf(document, generated.world, findings);
      const own = statementsOf(document, first);
      const left = statementsOf(document, second);
      // What conditions and functions add is not the document's.
      const known = knownStatements(document).every(({ actions }, index) => actions.every((action) => own[index]?.actions.includes(action) === true));
      if (!known) problems.push(`${place} is not what it should be: ${JSON.stringify(own)}`);
      if (own.some((statement, index) => JSON.stringify(statement) !== JSON.stringify(left[index]))) counts.changed += 1;
      problems.push(...unsafe(document, own, left, expectation).map((problem) => `${place}: ${problem}`));
      if (!expectation.complete || overQuota) continue;
      counts.complete += 1;
      problems.push(...incomplete(own, left, expectation, fatesOf(document, expectation, text, marks)).map((problem) => `${place}: ${problem}`));
    }
  }
  return {
    seed,
    templates: generated.templates,
    used: generated.used,
    documents: generated.documents.length,
    ...counts,
    problems,
    size: [...before.values()].reduce((sum, text) => sum + text.length, 0),
    shown: () => show(generated, findings, before, after, run.stdout, problems),
  };
}

/** Lines come and go only where actions and statements stand; what begins and ends a file stays. */
function linesOf(path: string, before: string, after: string): readonly string[] {
  const problems: string[] = [];
  const [old, made] = [before, after].map((text) => text.split(/\r?\n/u));
  const known = new Set(old);
  // Of `- - x`, what comes next takes the place of x.
  const contents = new Set(old?.map(withoutDashes));
  for (const { value, added } of diffArrays(old ?? [], made ?? [])) {
    if (!added) continue;
    for (const line of value.filter((each) => !known.has(each))) {
      if (!contents.has(withoutDashes(line)) && !/[\w*-]+:[\w*?]|s3GetObject|"\*"|'\*'|"?Action"?: ?\[?$|^\s*\],?$/u.test(line)) problems.push(`${path}: a new line: ${line}`);
      if (/[ \t]$/u.test(line)) problems.push(`${path}: blanks at the end of a line: ${line}`);
    }
  }
  if (before.includes("\r\n") !== after.includes("\r\n") || (before.includes("\r\n") && /[^\r]\n/u.test(after))) problems.push(`${path}: line ends change`);
  if (before.startsWith("\uFEFF") !== after.startsWith("\uFEFF")) problems.push(`${path}: the byte order mark changes`);
  if (before.endsWith("\n") !== after.endsWith("\n")) problems.push(`${path}: the end of the file changes`);
  return problems;
}

function withoutDashes(line: string): string {
  return line.replace(/^[\s-]*/u, "");
}

function show(generated: Generated, findings: readonly FindingCase[], before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>, report: string, problems: readonly string[]): string {
  const paths = [...before.keys()].filter((path) => problems.some((problem) => problem.includes(path)));
  const folders = paths.map((path) => path.slice(0, path.lastIndexOf("/") + 1));
  const files = [...before].filter(([path]) => folders.length === 0 || folders.some((folder) => path.startsWith(folder))).map(([path, text]) => {
    const fixed = after.get(path) ?? "";
    const lines = diffArrays(text.split("\n"), fixed.split("\n")).flatMap(({ value, added, removed }) => value.map((line) => (added ? "+" : removed ? "-" : " ") + line));
    return `=== ${path}\n${lines.join("\n")}`;
  });
  const truth = generated.documents.map(({ id, open, locked }) => `document ${String(id)}${open ? " open" : ""}${locked ? " locked" : ""}: ${[...(generated.world.granted.get(id) ?? [])].join(", ")}`);
  const told = findings.map(({ arn, status, unused }) => `${arn} ${status} ${[...unused].map(([service, names]) => `${service}: ${names === "whole" ? names : names.join(" ")}`).join("; ")}`);
  return [...files, "=== truth", ...truth, "=== findings", ...told, "=== report", report].join("\n");
}
