import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { dirname, isAbsolute, relative, resolve, sep } from "node:path";
import { ESLint, type Linter } from "eslint";
import { cacheFolder, type Evidence } from "../evidence.js";
import { GENERATED_FILES, PLUGIN_NAME, POLICY_TEMPLATE_FILES, TERRAFORM_FILES, TERRAFORM_JSON_FILES } from "../eslint/configs.js";
import { counted } from "../eslint/describe.js";
import { evidenceOf } from "../eslint/evidence-of.js";
import { evidence, type Settings } from "../eslint/settings.js";
import { BadInput } from "../findings/bad-input.js";
import plugin from "../index.js";
import { cdkParser } from "./cdk-parser.js";
import { coverageReport, hasMatch, type CoverageReport } from "./coverage-report.js";
import { recordCoverage, type Coverage } from "./coverage.js";
import { loadFormatter } from "./format.js";
import { readDeployments } from "./deployments-file.js";
import { countRemovals } from "./removals.js";
import { readPrincipals } from "./principals-map.js";
import type { ProvenFix, RefusedFix } from "./prove.js";
import { report } from "./report.js";
import { settingsReport } from "./settings-report.js";
import { summarise, type NotAnalysed } from "./summary.js";
import { globOf, unreadableFiles } from "./unreadable.js";
import { writeAtomically } from "./write.js";

const TEMPLATES = ["**/*.{yaml,yml,json,template}"];
const SCRIPTS = ["**/*.{ts,mts,cts,tsx}"];

export interface LintOptions {
  readonly findings: readonly string[];
  readonly principals?: string;
  readonly deployments?: string;
  readonly inventory?: readonly string[];
  readonly exceptions?: string;
  readonly protect?: readonly string[];
  readonly protectPrincipal?: readonly string[];
  readonly exactOnly?: boolean;
  readonly maxRemovals?: number;
  readonly catalogue?: string;
  readonly unusedFor?: number;
  readonly cacheLocation?: string;
  /** As in `EvidenceOptions`. */
  readonly indexFrom?: number;
  readonly maxAge?: number;
  readonly state?: readonly string[];
  readonly stackResources?: readonly string[];
  readonly trace?: readonly string[];
  readonly cdkOut?: readonly string[];
  readonly fix?: boolean;
  readonly fixDryRun?: boolean;
  readonly format?: string;
  readonly outputFile?: string;
  readonly coverageFile?: string;
  readonly passOnNoMatch?: boolean;
  readonly verbose?: boolean;
  readonly color?: boolean;
}

/** Where output goes: a terminal knows its width and whether it has colours. */
export interface Output {
  write(text: string): unknown;
  readonly columns?: number;
  hasColors?(): boolean;
}

/** Where a run takes place and what it writes to. */
export interface Surroundings {
  readonly cwd: string;
  readonly stdout: Output;
  readonly stderr: Output;
}

/** Lints, and fixes where asked. Returns the exit code. Throws `BadInput`. */
export async function lint(paths: readonly string[], options: LintOptions, surroundings: Surroundings): Promise<number> {
  const { cwd, stderr } = surroundings;
  const base = baseFolder(cwd, paths);
  const settings = await settingsFor(options, cwd, base);
  const coverage = recordCoverage();
  const notAnalysed = new Map<string, NotAnalysed>();
  const asked = options.fix === true || options.fixDryRun === true;
  const run = (fix: boolean): Promise<Linted> =>
    lintReadable(patternsFor(paths, cwd, base), {
      cwd: base,
      fix,
      overrideConfigFile: true,
      overrideConfig: configuration(settings, coverage, notAnalysed, base),
    });
  // What the fixes would take away is only known when nothing has been fixed yet.
  const unfixed = asked && options.maxRemovals !== undefined ? await run(false) : null;
  const removals = unfixed === null ? 0 : countRemovals(unfixed.linted, coverage.files);
  const fixing = asked && removals <= (options.maxRemovals ?? Infinity);
  const { eslint, linted, unreadable } = fixing ? await run(true) : (unfixed ?? (await run(false)));
  for (const file of unreadable) notAnalysed.set(file.path, file);
  const results = linted.filter((result) => !isIgnored(result));
  for (const result of linted) {
    if (isIgnored(result)) notAnalysed.set(result.filePath, { path: result.filePath, why: "it is ignored, or of a kind that holds no policies" });
  }

  const { proven, refused } = fixing ? await prove(results) : { proven: [], refused: [] };
  // Whatever may still fail comes before the first file is written.
  await print(eslint, results, proven, options, surroundings);
  const { written, failed } = options.fix === true && fixing ? await writeAll(proven) : { written: [], failed: [] };
  const known = evidenceOf(settings[PLUGIN_NAME]);
  const { files } = coverage;
  const show = (path: string): string => relative(cwd, path) || path;
  const whole = paths.length === 0 || paths.some((path) => resolve(cwd, path) === base);
  const covered = coverageReport({ evidence: known, files, notAnalysed: [...notAnalysed.values()], whole, show });
  const fixed = options.fix === true && fixing ? written : null;
  stderr.write(summarise({ report: covered, evidence: known, files, linted: results.length, fixed, show, verbose: options.verbose === true }));
  if (options.coverageFile !== undefined) await writeReport("--coverage-file", resolve(cwd, options.coverageFile), `${JSON.stringify(covered, null, 2)}\n`);
  const checked = settingsReport(settings[PLUGIN_NAME], [...coverage.files.values()], { cwd, whole });
  stderr.write(checked.text);
  if (asked && !fixing) {
    stderr.write(`least-privilege: nothing was fixed: the fixes would take away ${counted(removals, "action")}, and --max-removals allows ${String(options.maxRemovals)}. Fix some files at a time, or raise it.\n`);
  }
  for (const { path, why } of [...refused, ...failed]) {
    stderr.write(`least-privilege: ${relative(cwd, path)} was left as it was: ${why}\n`);
  }
  if (refused.length > 0 || failed.length > 0 || unreadable.length > 0) return 2;
  if (options.passOnNoMatch !== true && isInVain(covered, known)) {
    stderr.write(
      "least-privilege: no finding matched any source: run it where the sources of these accounts are, tell the ARNs with --state, --stack-resources or --principals, or allow it with --pass-on-no-match.\n",
    );
    return 2;
  }
  return results.some((result) => result.errorCount > 0) || checked.hasExpired ? 1 : 0;
}

/** All sources were looked at, and findings tell nothing of any: a wrong folder, or names that cannot be told from the sources. */
function isInVain(covered: CoverageReport, { principals }: Evidence): boolean {
  return covered.whole && principals.size > 0 && !hasMatch(covered);
}

async function settingsFor(options: LintOptions, cwd: string, base: string): Promise<{ readonly [PLUGIN_NAME]: Settings }> {
  const map = options.principals === undefined ? {} : await readPrincipals(options.principals, cwd);
  const { [PLUGIN_NAME]: settings } = evidence({
    findings: options.findings,
    cwd,
    principals: map,
    ...(options.deployments === undefined ? {} : { deployments: await readDeployments(options.deployments, cwd) }),
    ...(options.inventory === undefined ? {} : { inventory: options.inventory }),
    ...(options.exceptions === undefined ? {} : { exceptions: options.exceptions }),
    ...(options.protectPrincipal === undefined ? {} : { protectedPrincipals: options.protectPrincipal }),
    ...(options.exactOnly === true ? { fixOnly: "exact" } : {}),
    ...(options.protect === undefined ? {} : { protectedActions: options.protect }),
    ...(options.catalogue === undefined ? {} : { catalogue: options.catalogue }),
    cacheLocation: cacheFolder(options.cacheLocation, cwd),
    ...(options.indexFrom === undefined ? {} : { indexFrom: options.indexFrom }),
    ...(options.unusedFor === undefined ? {} : { unusedFor: options.unusedFor }),
    ...(options.maxAge === undefined ? {} : { maxAge: options.maxAge }),
    ...(options.state === undefined ? {} : { state: options.state }),
    ...(options.stackResources === undefined ? {} : { stackResources: options.stackResources }),
    ...(options.trace === undefined ? {} : { trace: options.trace }),
    ...(options.cdkOut === undefined ? {} : { cdkOut: options.cdkOut }),
  });
  return { [PLUGIN_NAME]: { ...settings, root: base } };
}

/** ESLint ignores files outside of its working directory: where some are named, it works in a folder that holds them all. */
function baseFolder(cwd: string, paths: readonly string[]): string {
  let base = cwd;
  for (const path of paths) {
    while (!isInside(base, resolve(cwd, path)) && base !== dirname(base)) base = dirname(base);
  }
  return base;
}

function isInside(folder: string, path: string): boolean {
  const from = relative(folder, path);
  return from !== ".." && !from.startsWith(`..${sep}`) && !isAbsolute(from);
}

function patternsFor(paths: readonly string[], cwd: string, base: string): string[] {
  if (paths.includes("")) throw new BadInput("one of the paths is empty: name files, folders or globs.");
  const patterns = paths.length === 0 ? ["."] : paths;
  return base === cwd ? [...patterns] : patterns.map((path) => globFrom(base, cwd, path));
}

function globFrom(base: string, cwd: string, path: string): string {
  return base === cwd ? path : relative(base, resolve(cwd, path)).replaceAll(sep, "/") || ".";
}

/**
 * A file that cannot be written is left as it was; it is no reason to leave the others. An interruption waits for the file
 * that is being written, so that no draft stays behind.
 */
async function writeAll(fixes: readonly ProvenFix[]): Promise<{ readonly written: readonly string[]; readonly failed: readonly RefusedFix[] }> {
  const written: string[] = [];
  const failed: RefusedFix[] = [];
  const interruption = new AbortController();
  const interrupt = (): void => interruption.abort();
  process.once("SIGINT", interrupt).once("SIGTERM", interrupt);
  for (const { path, after } of fixes) {
    try {
      interruption.signal.throwIfAborted();
      await writeAtomically(path, after);
      written.push(path);
    } catch (error) {
      const interrupted = interruption.signal.aborted ? "the run was interrupted" : null;
      failed.push({ path, why: `${interrupted ?? `it cannot be written (${error instanceof Error ? error.message : String(error)})`}.` });
    }
  }
  process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
  return { written, failed };
}

// The independent parsers take longer to load than a file to lint: only a run that fixes pays for them.
async function prove(results: readonly ESLint.LintResult[]): Promise<{ proven: readonly ProvenFix[]; refused: readonly RefusedFix[] }> {
  const { proveFixes } = await import("./prove.js");
  return proveFixes(results);
}

async function diffOf(fixes: readonly ProvenFix[], cwd: string, color: boolean): Promise<string> {
  const { unifiedDiff } = await import("./diff.js");
  return unifiedDiff(fixes, { cwd, color });
}

function configuration(
  settings: { readonly [PLUGIN_NAME]: Settings },
  coverage: Coverage,
  notAnalysed: Map<string, NotAnalysed>,
  base: string,
): Linter.Config[] {
  const { findings, catalogue, records = [], traces = [], cdkOut = [], inventory = [], exceptions } = settings[PLUGIN_NAME];
  const inputs = [...findings, ...[catalogue, exceptions].filter((file) => file !== undefined), ...records.map(({ file }) => file), ...traces, ...inventory];
  const folders = cdkOut.flatMap((folder) => globOf(base, folder)).filter((glob) => glob !== "");
  return [
    // Exports that lie among the sources are evidence, not templates.
    { ignores: [...GENERATED_FILES, ...inputs.flatMap((file) => globOf(base, file)), ...folders.map((glob) => `${glob}/**`)] },
    {
      plugins: { [PLUGIN_NAME]: plugin, "least-privilege-cli": { rules: { coverage: coverage.rule } } },
      settings,
      rules: { [`${PLUGIN_NAME}/no-unused-actions`]: "error", "least-privilege-cli/coverage": "error" },
      // Comments for the rules of the project's own configuration are not ours to judge.
      linterOptions: { reportUnusedDisableDirectives: "off" },
    },
    { files: [...TERRAFORM_FILES], language: `${PLUGIN_NAME}/hcl` },
    { files: TEMPLATES, language: `${PLUGIN_NAME}/cloudformation` },
    { files: [...TERRAFORM_JSON_FILES], language: `${PLUGIN_NAME}/hcl-json` },
    { files: [...POLICY_TEMPLATE_FILES], language: `${PLUGIN_NAME}/policy` },
    { files: SCRIPTS, languageOptions: { parser: cdkParser(notAnalysed) } },
  ];
}

interface Linted {
  readonly eslint: ESLint;
  readonly linted: ESLint.LintResult[];
  readonly unreadable: readonly NotAnalysed[];
}

/** ESLint gives up at the first file that it may not read; such files are left out and listed. */
async function lintReadable(patterns: string[], options: ESLint.Options & { readonly cwd: string }): Promise<Linted> {
  const unreadable = new Map<string, NotAnalysed>();
  for (;;) {
    const ignorePatterns = [...unreadable.keys()].flatMap((path) => globOf(options.cwd, path));
    const eslint = new ESLint({ ...options, ignorePatterns });
    try {
      return { eslint, linted: await eslint.lintFiles(patterns), unreadable: [...unreadable.values()] };
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const found = unreadableFiles(error, options.cwd).filter(({ path }) => !unreadable.has(path));
      if (found.length === 0) throw badPath(error, patterns, options.cwd);
      for (const file of found) unreadable.set(file.path, file);
    }
  }
}

function badPath(error: Error, patterns: readonly string[], cwd: string): Error {
  if (!/^No files matching|^All files matched by/u.test(error.message)) return error;
  const [, pattern = patterns.join(", ")] = /'(.*?)'/u.exec(error.message) ?? [];
  const isGlob = /[*?[\]{}()!]/u.test(pattern);
  return new BadInput(
    isGlob || existsSync(resolve(cwd, pattern))
      ? `${pattern}: there is no Terraform, CloudFormation, CDK or policy JSON file here: name a folder or file that holds some.`
      : `${pattern}: there is no such file or folder: correct the name.`,
    { cause: error },
  );
}

function isIgnored({ messages }: ESLint.LintResult): boolean {
  return messages.length === 1 && messages[0]?.ruleId === null && messages[0].message.startsWith("File ignored");
}

async function print(
  eslint: ESLint,
  results: ESLint.LintResult[],
  fixes: readonly ProvenFix[],
  options: LintOptions,
  { cwd, stdout, stderr }: Surroundings,
): Promise<void> {
  const dryRun = options.fixDryRun === true;
  // Of the report and the diff, the one that was asked for by name has standard output for itself.
  const reportOutput = dryRun && options.format === undefined ? stderr : stdout;
  const diffOutput = dryRun && options.format !== undefined && options.outputFile === undefined ? stderr : stdout;
  const text = await reportText(eslint, results, options, cwd, reportOutput);
  const diff = dryRun ? await diffOf(fixes, cwd, usesColor(options, diffOutput)) : "";
  if (options.outputFile === undefined) reportOutput.write(text);
  else await writeReport("--output-file", resolve(cwd, options.outputFile), text);
  diffOutput.write(diff);
}

async function reportText(
  eslint: ESLint,
  results: ESLint.LintResult[],
  options: LintOptions,
  cwd: string,
  output: Output,
): Promise<string> {
  const toFile = options.outputFile !== undefined;
  const color = toFile ? options.color === true : usesColor(options, output);
  if (options.format === undefined) return report(results, { cwd, color, width: toFile ? null : (output.columns ?? null) });
  const formatter = await loadFormatter(eslint, options.format, cwd);
  const text = await formatter.format(results, { color });
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}

function usesColor({ color }: LintOptions, output: Output): boolean {
  return color ?? output.hasColors?.() ?? false;
}

async function writeReport(option: string, path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new BadInput(`${option} ${path}: cannot be written (${reason}): name a file in a folder that exists.`, { cause });
  }
}
