import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Linter } from "eslint";
import { afterAll, expect } from "vitest";
import { refinePolicyText } from "../../src/cli/refine.js";
import { verifyFix } from "../../src/cli/verify.js";
import { parseTypeScript } from "../../src/eslint/typescript-parser.js";
import plugin from "../../src/index.js";
import { STALE, type Case } from "./cases.js";
import { NO_COMMENT, unmarked, type Mark } from "./print.js";
import { refined, type Reading, type Rendering } from "./renderings.js";
import { actionsOf, grants, isBeyondCatalogue, isWhollyUnused, isWithin, mayGo, type PolicyStatement } from "./semantics.js";

const folder = mkdtempSync(join(tmpdir(), "least-privilege-proof-"));
const linter = new Linter({ configType: "flat", cwd: folder });

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Written {
  /** Without byte order mark. */
  readonly text: string;
  readonly marks: readonly Mark[];
}

interface Fixed {
  readonly text: string;
  readonly messages: readonly Linter.LintMessage[];
  readonly overQuota: boolean;
}

/** What came of a case, to see that the cases are worth their time. */
export interface Outcome {
  readonly changed: boolean;
  readonly statementsGone: boolean;
  readonly suggestions: boolean;
}

/** Fixes a case in one rendering and checks all that is promised. */
export async function prove(rendering: Rendering, original: Case): Promise<Outcome> {
  const example = rendering.adapt(original);
  const { text, marks } = write(rendering, example);
  const before = await rendering.read(text);
  expect(before.statements.map(({ actions }) => actions)).toEqual(example.statements.map(({ entries }) => entries.map(({ value }) => value)));

  const fixed = fix(rendering, example, text);
  expect(fix(rendering, example, fixed.text).text, "a second run changes nothing").toBe(fixed.text);
  if (rendering.isOpen(example)) expect(fixed.text, "what others may attach is not fixed by itself").toBe(text);
  if (fixed.text !== text) expect(await verify(rendering, text, fixed.text), "the second parser agrees").toBeNull();

  const after = await readFixed(rendering, fixed.text);
  expect(after.rest, "nothing else changes").toBe(before.rest);
  checkNarrowed(before, after, example);
  checkCompleteness(before, after, example, fixed, { text, marks }, rendering.isOpen(example));
  checkSurface(text, fixed.text, marks);
  await checkSuggestions(rendering, example, fixed, after);
  return {
    changed: fixed.text !== text,
    statementsGone: after.statements.length < before.statements.length,
    suggestions: fixed.messages.some(({ suggestions = [] }) => suggestions.length > 0),
  };
}

/** Changes that no fix may make must not pass the second parser. */
export async function proveTampering(rendering: Rendering, original: Case, choice: number): Promise<void> {
  const adapted = rendering.adapt(original);
  const example: Case = {
    ...adapted,
    statements: adapted.statements.map((statement) => ({
      ...statement,
      comment: NO_COMMENT,
      resourceComment: NO_COMMENT,
      entries: statement.entries.map((entry) => ({ ...entry, comment: NO_COMMENT })),
    })),
  };
  const { text } = write(rendering, example);
  const fixed = fix(rendering, example, text).text;
  const last = example.statements.length - 1;
  const index = choice % (last + 1);
  const chosen = example.statements[index];
  if (chosen === undefined) return;
  const entries = chosen.entries.slice(1);
  const tampered: [string, Case][] = [
    ["a new action", replaced(example, index, { ...chosen, entries: [...chosen.entries, entry("zzz:NewAction")] })],
    ["another action", replaced(example, index, { ...chosen, entries: [entry("zzz:NewAction"), ...entries] })],
    ["another condition", replaced(example, index, { ...chosen, condition: !chosen.condition })],
    ["another effect", replaced(example, index, { ...chosen, effect: chosen.effect === "Allow" ? "Deny" : "Allow" })],
    ["another element", replaced(example, index, { ...chosen, element: chosen.element === "Action" ? "NotAction" : "Action" })],
  ];
  const frozen = chosen.effect === "Deny" || chosen.element === "NotAction";
  if (frozen && last > 0) tampered.push(["a dropped statement", { ...example, statements: example.statements.filter((each) => each !== chosen) }]);
  if (frozen && entries.length > 0) tampered.push(["a shorter Deny or NotAction", replaced(example, index, { ...chosen, entries })]);
  const wider = wideningOf(chosen.entries.map(({ value }) => value));
  if (wider !== null) tampered.push(["a wider action", replaced(example, index, { ...chosen, entries: chosen.entries.map((each) => ({ ...each, value: wider })) })]);
  for (const [what, changed] of tampered) {
    const result = write(rendering, changed).text;
    expect(await verify(rendering, text, result), `${what}:\n${text}\n=>\n${result}`).not.toBeNull();
  }
  const moved = fixed.replace(/bucket-\d+/u, "bucket-other");
  if (moved !== fixed) expect(await verify(rendering, text, moved), "another resource").not.toBeNull();
}

/**
 * `terraform fmt` changes nothing of a fixed text that it had nothing to say of before. Returns how many were changed. Without
 * statements on the line of another's bracket: it aligns the arguments around such a line with what stands before its first `=`.
 */
export function proveFormatting(rendering: Rendering, originals: readonly Case[]): number {
  const directory = mkdtempSync(join(tmpdir(), "least-privilege-formatting-"));
  try {
    const examples = originals.map((original) => rendering.adapt({ ...original, style: { ...original.style, eol: "\n", byteOrderMark: false, hugged: false } }));
    const paths = examples.map((_, index) => join(directory, `${String(index)}.tf`));
    examples.forEach((example, index) => {
      writeFileSync(paths[index] ?? "", write(rendering, example).text);
    });
    terraformFormat(directory);
    const before = paths.map((path) => readFileSync(path, "utf8"));
    const fixed = examples.map((example, index) => fix(rendering, example, before[index] ?? "").text);
    fixed.forEach((text, index) => {
      writeFileSync(paths[index] ?? "", text);
    });
    terraformFormat(directory);
    paths.forEach((path, index) => expect(readFileSync(path, "utf8")).toBe(fixed[index]));
    return fixed.filter((text, index) => text !== before[index]).length;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function terraformFormat(directory: string): void {
  const { status, stderr } = spawnSync("terraform", ["fmt", "-list=false", directory], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
}

function entry(value: string): Case["statements"][number]["entries"][number] {
  return { value, comment: NO_COMMENT, quote: '"' };
}

function replaced(example: Case, index: number, statement: Case["statements"][number]): Case {
  return { ...example, statements: example.statements.map((each, at) => (at === index ? statement : each)) };
}

/** `svc:*` for the first entry's service, where no entry grants it already. */
function wideningOf(values: readonly string[]): string | null {
  const [first = ""] = values;
  const [service = "", name] = first.split(":");
  if (name === undefined || service === "*") return null;
  const wider = `${service}:*`;
  return values.some((value) => isWithin(wider, value)) ? null : wider;
}

function write(rendering: Rendering, example: Case): Written {
  return unmarked(rendering.render(example).replaceAll("\n", example.style.eol));
}

function settings(rendering: Rendering, example: Case): Linter.Config["settings"] | null {
  const findings = example.principals.flatMap(({ kind, name, findings: of }) =>
    of.map(({ account, unused, status }) => ({
      id: `${name}-${account}`,
      findingType: "UnusedPermission",
      status,
      error: null,
      resource: `arn:aws:iam::${account}:${kind}/${example.style.hugged ? "path/" : ""}${name}`,
      resourceType: kind === "role" ? "AWS::IAM::Role" : "AWS::IAM::User",
      resourceOwnerAccount: account,
      analyzedAt: example.analyzedAt,
      createdAt: example.analyzedAt,
      updatedAt: example.analyzedAt,
      findingDetails: [...unused].map(([serviceNamespace, names]) => ({
        unusedPermissionDetails: {
          serviceNamespace,
          ...(names === "whole" ? {} : { actions: names.map((action) => ({ action: spelled(serviceNamespace, action, example) })) }),
        },
      })),
    })),
  );
  // Somebody else's finding must not matter, and makes the export one that counts.
  const decoy = {
    ...findings[0],
    id: "decoy",
    findingType: "UnusedPermission",
    status: "ACTIVE",
    resource: "arn:aws:iam::111122223333:role/somebody-else",
    analyzedAt: example.analyzedAt,
    updatedAt: example.analyzedAt,
    findingDetails: [{ unusedPermissionDetails: { serviceNamespace: "s3" } }, { unusedPermissionDetails: { serviceNamespace: "sqs" } }],
  };
  writeFileSync(join(folder, "findings.json"), JSON.stringify([...findings, decoy]));
  const made = plugin.evidence({
    findings: ["findings.json"],
    cwd: folder,
    protectedActions: example.protectedActions,
    ...(rendering.name.startsWith("policy JSON") ? { principals: { "policy.json": example.principals.map(({ kind, name }) => arnOf(kind, name, example)) } } : {}),
  });
  return { ...made };
}

function arnOf(kind: string, name: string, { style }: Case): string {
  return `arn:aws:iam::*:${kind}/${style.hugged ? "path/" : ""}${name}`;
}

function spelled(service: string, name: string, { style }: Case): string {
  return style.spelling === "bare" ? name : style.spelling === "lower" ? name.toLowerCase() : `${service}:${name}`;
}

function fix(rendering: Rendering, example: Case, text: string): Fixed {
  const own = settings(rendering, example) ?? {};
  if (rendering === refined) return fixByRefine(example, text);
  const config: Linter.Config = {
    files: [`**/${rendering.file}`],
    plugins: { "least-privilege": plugin },
    settings: own,
    rules: { "least-privilege/no-unused-actions": "error" },
    ...(rendering.language === "typescript"
      ? { languageOptions: { parser: plugin.typescriptParser } }
      : { language: `least-privilege/${rendering.language}` }),
  };
  const mark = example.style.byteOrderMark ? "\uFEFF" : "";
  const { output, messages } = linter.verifyAndFix(mark + text, [config], { filename: join(folder, rendering.file) });
  const fatal = messages.find((message) => message.fatal === true || message.ruleId === null);
  if (fatal !== undefined) throw new Error(`${String(fatal.line)}: ${fatal.message}\n${text}`);
  expect(output.startsWith("\uFEFF"), "the byte order mark stays").toBe(example.style.byteOrderMark);
  return { text: output.slice(mark.length), messages, overQuota: messages.some(({ message }) => message.includes("quota")) };
}

function fixByRefine(example: Case, text: string): Fixed {
  const [principal] = example.principals;
  if (principal === undefined || !principal.findings.every(({ status }) => status === "ACTIVE") || principal.findings.length === 0) return { text, messages: [], overQuota: false };
  const { output, notes } = refinePolicyText(
    text,
    { findings: ["findings.json"], principal: arnOf(principal.kind, principal.name, example), protect: example.protectedActions },
    folder,
  );
  return { text: output, messages: [], overQuota: notes.some((note) => note.includes("quota")) };
}

function verify(rendering: Rendering, before: string, after: string): Promise<string | null> {
  return verifyFix(join(folder, rendering.file), before, after, (source) => parseTypeScript(source, { sourceType: "module" }).ast);
}

async function readFixed(rendering: Rendering, text: string): Promise<Reading> {
  try {
    return await rendering.read(text);
  } catch (error) {
    throw new Error(`The fixed text cannot be read (${String(error)}):\n${text}`, { cause: error });
  }
}

/** Each statement that is left is one of before, in order, with the same or fewer grants; the others were grants of nothing that stays. */
function checkNarrowed(before: Reading, after: Reading, example: Case): void {
  let next = 0;
  for (const statement of before.statements) {
    const other = after.statements[next];
    if (other?.frame === statement.frame) {
      next += 1;
      checkStatement(statement, other, example);
    } else {
      expect(statement, "only a statement of unused grants goes").toMatchObject({ effect: "Allow", element: "Action" });
      const used = actionsOf(statement.actions, example).filter((action) => granted(statement, action) && !mayGo(example, action));
      expect(used, `nothing else is lost with ${statement.frame}`).toEqual([]);
    }
  }
  expect(next, "no statement is added or moved").toBe(after.statements.length);
  expect(after.statements.length, "a policy without statements is not valid").toBeGreaterThan(0);
}

function checkStatement(before: PolicyStatement, after: PolicyStatement, example: Case): void {
  if (before.effect === "Deny") {
    expect(after).toEqual(before);
    return;
  }
  if (before.element === "NotAction") {
    checkExcluded(before, after, example);
    return;
  }
  expect(after.effect).toBe("Allow");
  expect(after.actions, "a statement without actions is not valid").not.toEqual([]);
  for (const action of actionsOf([...before.actions, ...after.actions], example)) {
    const was = granted(before, action);
    const is = granted(after, action);
    if (is) expect(was, `${action} was not granted before`).toBe(true);
    if (was && !is) expect(mayGo(example, action), `${action} is not to go`).toBe(true);
  }
  // In order, each entry is one of before or a narrower one in its place.
  let at = 0;
  for (const entry of after.actions) {
    while (at < before.actions.length && !isWithin(entry, before.actions[at] ?? "")) at += 1;
    expect(at, `"${entry}" has a place in ${before.actions.join(", ")}`).toBeLessThan(before.actions.length);
  }
}

/** A suggestion may add to a NotAction what is unused, and nothing else: whatever it does not name is granted. */
function checkExcluded(before: PolicyStatement, after: PolicyStatement, example: Case): void {
  expect({ ...after, actions: after.actions.slice(0, before.actions.length) }).toEqual(before);
  for (const action of actionsOf(after.actions, example)) {
    if (granted(after, action) && !granted(before, action)) expect(mayGo(example, action), `${action} is not to go`).toBe(true);
  }
}

function granted(statement: PolicyStatement, action: string): boolean {
  return statement.actions.some((entry) => grants(entry, action));
}

/** Whatever is left of what may go is left for a reason that the case shows. */
function checkCompleteness(before: Reading, after: Reading, example: Case, fixed: Fixed, written: Written, open: boolean): void {
  if (open) return;
  // Of a policy that would not fit its quota, some entries stay as they are, or are for a person to shorten.
  if (fixed.overQuota) return;
  const emptied = before.statements.map(
    ({ effect, element, actions }, index) =>
      effect === "Allow" &&
      element === "Action" &&
      actions.every((entry, at) => isWhollyUnused(entry, example) && !isCommented(written, `entry:${String(index)}:${String(at)}`)),
  );
  const emptiesAll = emptied.every((each) => each);
  for (const statement of after.statements) {
    if (statement.effect === "Deny" || statement.element === "NotAction") continue;
    const index = before.statements.findIndex(({ frame }) => frame === statement.frame);
    if (emptied[index] === true && (emptiesAll || isCommented(written, `statement:${String(index)}`))) continue;
    const entries = before.statements[index]?.actions ?? [];
    for (const value of statement.actions) {
      const left = actionsOf([value], example).filter((action) => grants(value, action) && mayGo(example, action));
      if (left.length === 0) continue;
      const excused = entries.some(
        (entry, at) =>
          entry === value &&
          (!/^[\w-]+:/u.test(entry) ||
            isBeyondCatalogue(entry) ||
            (example.analyzedAt === STALE && /[*?]/u.test(entry)) ||
            isCommented(written, `entry:${String(index)}:${String(at)}`)),
      );
      expect(excused, `"${value}" still grants ${left.slice(0, 5).join(", ")} in\n${fixed.text}`).toBe(true);
    }
  }
}

/** A comment on its lines, or alone on the line above. */
function isCommented({ text, marks }: Written, name: string): boolean {
  const own = marks.find((mark) => mark.name === name);
  if (own === undefined) throw new Error(`There is no mark "${name}".`);
  const start = text.lastIndexOf("\n", own.start - 1) + 1;
  const lineFeed = text.indexOf("\n", own.end);
  const end = lineFeed === -1 ? text.length : lineFeed;
  return marks.some((mark) => {
    if (mark.name !== "comment") return false;
    const head = text.slice(text.lastIndexOf("\n", mark.start - 1) + 1, mark.start);
    const isAbove = head.trim() === "" && text.slice(mark.end, start).trim() === "" && mark.end < start && !/\n[^]*\n/u.test(text.slice(mark.end, start));
    return isAbove || (mark.start < end && mark.end > start);
  });
}

/** Comments, line ends and the lines that hold no action. */
function checkSurface(before: string, after: string, marks: readonly Mark[]): void {
  const comments = marks.filter(({ name }) => name === "comment").sort((a, b) => a.start - b.start);
  let at = 0;
  for (const { start, end } of comments) {
    const found = after.indexOf(before.slice(start, end), at);
    expect(found, `the comment "${before.slice(start, end)}" stays`).not.toBe(-1);
    at = found + end - start;
  }
  if (before.includes("\r\n")) expect(/[^\r]\n/u.test(after), "line ends stay").toBe(false);
  else expect(after.includes("\r")).toBe(false);
  const old = new Map<string, number>();
  for (const line of before.split("\n")) old.set(line, (old.get(line) ?? 0) + 1);
  for (const line of after.split("\n")) {
    const left = old.get(line) ?? 0;
    old.set(line, left - 1);
    if (left > 0) continue;
    expect(line, `a new line holds an action, or a bracket of its list:\n${after}`).toMatch(/[\w-]+:[\w*?]|s3GetObject|\*|[)\]}[{(],?\s*$|Action|actions/u);
    expect(line.replace(/\r$/u, ""), "a new line has no blanks at its end").not.toMatch(/[ \t]$/u);
  }
  expect(longestGap(after), "no two blank lines come together").toBeLessThanOrEqual(longestGap(before));
}

function longestGap(text: string): number {
  return Math.max(0, ...[...text.matchAll(/\n(?:[ \t\r]*\n)+/gu)].map(([gap]) => gap.split("\n").length));
}

/** What a person may accept must hold the same promises, comments apart. */
async function checkSuggestions(rendering: Rendering, example: Case, fixed: Fixed, before: Reading): Promise<void> {
  const suggestions = fixed.messages.flatMap((message) => message.suggestions ?? []);
  for (const { fix: edit, messageId } of suggestions.slice(0, 3)) {
    const [start, end] = edit.range;
    const text = fixed.text.slice(0, start) + edit.text + fixed.text.slice(end);
    if (messageId === "removePolicy") {
      await readAny(rendering, text);
      for (const statement of before.statements) {
        expect(actionsOf(statement.actions, example).filter((action) => granted(statement, action) && !mayGo(example, action))).toEqual([]);
      }
      continue;
    }
    const after = await readFixed(rendering, text);
    expect(after.rest).toBe(before.rest);
    checkNarrowed(before, after, example);
  }
}

/** The policy may be gone; what is left must be well-formed all the same. */
async function readAny(rendering: Rendering, text: string): Promise<void> {
  try {
    await rendering.read(text);
  } catch (error) {
    if (rendering.language !== "hcl") throw new Error(`The text without its policy cannot be read (${String(error)}):\n${text}`, { cause: error });
  }
}
