import { readFile, writeFile } from "node:fs/promises";
import { relative, resolve, sep } from "node:path";
import { Command, Option } from "commander";
import { ESLint, type Linter } from "eslint";
import * as z from "zod/mini";
import { loadEvidence } from "../evidence.js";
import { GENERATED_FILES, PLUGIN_NAME, TERRAFORM_FILES } from "../eslint/configs.js";
import { evidence, type Settings } from "../eslint/settings.js";
import { BadInput } from "../findings/bad-input.js";
import plugin from "../index.js";
import { catalogueOption, findingsOption, protectOption } from "./options.js";
import { cdkParser } from "./cdk-parser.js";
import { recordCoverage, type Coverage } from "./coverage.js";
import type { ProvenFix, RefusedFix } from "./prove.js";
import { summarise, type NotAnalysed } from "./summary.js";
import { writeAtomically } from "./write.js";

const TEMPLATES = ["**/*.{yaml,yml,json,template}"];
const SCRIPTS = ["**/*.{ts,mts,cts,tsx}"];

export interface LintOptions {
  readonly findings: readonly string[];
  readonly principals?: string;
  readonly protect?: readonly string[];
  readonly catalogue?: string;
  readonly fix?: boolean;
  readonly fixDryRun?: boolean;
  readonly format?: string;
  readonly outputFile?: string;
  readonly color?: boolean;
}

export function lintCommand(done: (exitCode: number) => void): Command {
  return new Command("lint")
    .description("Report unused grants in IAM policies, at the list element that grants them; with --fix, remove them.")
    .argument("[paths...]", "files, folders or globs (default: the working directory)")
    .addOption(findingsOption())
    .option("--principals <file>", "JSON map of policy JSON files (globs) to the ARN or ARNs that they are attached to")
    .addOption(protectOption())
    .addOption(catalogueOption())
    .addOption(new Option("--fix", "fix the files in place").conflicts("fixDryRun"))
    .option("--fix-dry-run", "print what --fix would change as a unified diff, and change nothing")
    .option("-f, --format <name>", "an ESLint formatter: stylish, json, json-with-metadata, html, or an installed one")
    .option("-o, --output-file <file>", "write the report to a file")
    .option("--color", "colour the report and the diff")
    .option("--no-color", "do not colour the report and the diff")
    .addHelpText(
      "after",
      `
The report goes to standard output and the coverage summary to standard error. With --fix-dry-run the diff goes to standard
output and the report of what remains to standard error, unless --format or --output-file asks for the report.
Exit codes: 0 nothing to report, 1 unused grants or unreadable sources, 2 could not run.`,
    )
    .action(async (paths: string[], options: LintOptions) => {
      done(await lint(paths, options, { cwd: process.cwd(), stdout: process.stdout, stderr: process.stderr }));
    });
}

/** Where a run takes place and what it writes to. */
export interface Surroundings {
  readonly cwd: string;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

/** Lints, and fixes where asked. Returns the exit code. Throws `BadInput`. */
export async function lint(paths: readonly string[], options: LintOptions, surroundings: Surroundings): Promise<number> {
  const { cwd, stderr } = surroundings;
  const settings = evidence({
    findings: options.findings,
    cwd,
    ...(options.principals === undefined ? {} : { principals: await readPrincipals(options.principals, cwd) }),
    ...(options.protect === undefined ? {} : { protectedActions: options.protect }),
    ...(options.catalogue === undefined ? {} : { catalogue: options.catalogue }),
  });
  const coverage = recordCoverage();
  const notAnalysed = new Map<string, NotAnalysed>();
  const fixing = options.fix === true || options.fixDryRun === true;
  const { eslint, linted, unreadable } = await lintReadable(paths.length === 0 ? ["."] : [...paths], {
    cwd,
    fix: fixing,
    overrideConfigFile: true,
    overrideConfig: configuration(settings, coverage, notAnalysed, cwd),
  });
  for (const file of unreadable) notAnalysed.set(file.path, file);
  const results = linted.filter((result) => !isIgnored(result));
  for (const result of linted) {
    if (isIgnored(result)) notAnalysed.set(result.filePath, { path: result.filePath, why: "it is ignored, or of a kind that holds no policies" });
  }

  const { proven, refused } = fixing ? await prove(results) : { proven: [], refused: [] };
  if (options.fix === true) for (const fix of proven) await writeAtomically(fix.path, fix.after);
  await print(eslint, results, proven, options, surroundings);
  stderr.write(
    summarise({
      cwd,
      evidence: loadEvidence(settings[PLUGIN_NAME].findings),
      files: coverage.files,
      notAnalysed: [...notAnalysed.values()],
      linted: results.length,
    }),
  );
  for (const { path, why } of refused) {
    stderr.write(`least-privilege: ${relative(cwd, path)} was left as it was: its fix could not be proven: ${why}\n`);
  }
  if (refused.length > 0 || unreadable.length > 0) return 2;
  return results.some((result) => result.errorCount > 0) ? 1 : 0;
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
  cwd: string,
): Linter.Config[] {
  const { findings, catalogue } = settings[PLUGIN_NAME];
  const inputs = catalogue === undefined ? findings : [...findings, catalogue];
  return [
    { ignores: [...GENERATED_FILES, ...inputs.flatMap((file) => ignorePattern(cwd, file))] },
    {
      plugins: { [PLUGIN_NAME]: plugin, "least-privilege-cli": { rules: { coverage: coverage.rule } } },
      settings,
      rules: { [`${PLUGIN_NAME}/no-unused-actions`]: "error", "least-privilege-cli/coverage": "error" },
      // Comments for the rules of the project's own configuration are not ours to judge.
      linterOptions: { reportUnusedDisableDirectives: "off" },
    },
    { files: [...TERRAFORM_FILES], language: `${PLUGIN_NAME}/hcl` },
    { files: TEMPLATES, language: `${PLUGIN_NAME}/cloudformation` },
    { files: SCRIPTS, languageOptions: { parser: cdkParser(notAnalysed) } },
  ];
}

/** Exports that lie among the sources are evidence, not templates. */
function ignorePattern(cwd: string, file: string): string[] {
  const path = relative(cwd, file);
  if (path.startsWith("..")) return [];
  return [path.split(sep).join("/").replaceAll(/[\\*?[\]{}()!+@]/gu, String.raw`\$&`)];
}

interface Linted {
  readonly eslint: ESLint;
  readonly linted: ESLint.LintResult[];
  readonly unreadable: readonly NotAnalysed[];
}

/** ESLint gives up at the first file that it may not read; such files are left out, one after the other, and listed. */
async function lintReadable(paths: string[], options: ESLint.Options & { readonly cwd: string }): Promise<Linted> {
  const unreadable: NotAnalysed[] = [];
  for (;;) {
    const eslint = new ESLint({ ...options, ignorePatterns: unreadable.flatMap(({ path }) => ignorePattern(options.cwd, path)) });
    try {
      return { eslint, linted: await eslint.lintFiles(paths), unreadable };
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const file = unreadableFile(error);
      if (file !== null && !unreadable.some(({ path }) => path === file.path)) {
        unreadable.push(file);
        continue;
      }
      if (!/^No files matching|^All files matched by/u.test(error.message)) throw error;
      const [, pattern = paths.join(", ")] = /'(.*?)'/u.exec(error.message) ?? [];
      throw new BadInput(
        `${pattern}: there is no Terraform, CloudFormation, CDK or policy JSON file here: name a folder or file that holds some.`,
      );
    }
  }
}

const UNREADABLE: Readonly<Record<string, string>> = {
  EACCES: "the file cannot be read (permission denied)",
  EPERM: "the file cannot be read (permission denied)",
  ENOENT: "the file cannot be read (it is a link to nothing, or was deleted meanwhile)",
  EISDIR: "the file cannot be read (it is a link to a folder)",
  ELOOP: "the file cannot be read (its links go round in a circle)",
};

function unreadableFile(error: Error): NotAnalysed | null {
  if (!("code" in error && "path" in error) || typeof error.path !== "string") return null;
  const why = UNREADABLE[String(error.code)];
  return why === undefined ? null : { path: error.path, why };
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
  const report = await format(eslint, results, options);
  const diff = options.fixDryRun === true ? await diffOf(fixes, cwd, usesColor(options)) : "";
  const reportWanted = options.format !== undefined;
  if (options.outputFile !== undefined) await writeReport(resolve(cwd, options.outputFile), report);
  else if (options.fixDryRun === true && !reportWanted) stderr.write(report);
  else stdout.write(report);
  if (reportWanted && options.outputFile === undefined) stderr.write(diff);
  else stdout.write(diff);
}

async function format(eslint: ESLint, results: ESLint.LintResult[], options: LintOptions): Promise<string> {
  const name = options.format ?? "stylish";
  let formatter: ESLint.LoadedFormatter;
  try {
    formatter = await eslint.loadFormatter(name);
  } catch {
    throw new BadInput(
      `--format ${name}: there is no such formatter: use stylish, json, json-with-metadata or html, or install eslint-formatter-${name}.`,
    );
  }
  const text = await formatter.format(results, { color: usesColor(options) });
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}

function usesColor({ color, outputFile }: LintOptions): boolean {
  if (outputFile !== undefined) return color === true;
  return color ?? (process.stdout.isTTY && process.env["NO_COLOR"] === undefined);
}

async function writeReport(path: string, report: string): Promise<void> {
  try {
    await writeFile(path, report);
  } catch (error) {
    throw new BadInput(`--output-file ${path}: cannot be written (${error instanceof Error ? error.message : String(error)}).`);
  }
}

const principalsSchema = z.record(z.string(), z.union([z.string(), z.array(z.string())]));

async function readPrincipals(file: string, cwd: string): Promise<z.infer<typeof principalsSchema>> {
  const path = resolve(cwd, file);
  let content: unknown;
  try {
    content = JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    throw new BadInput(`${file}: cannot be read as JSON (${error instanceof Error ? error.message : String(error)}).`);
  }
  const result = z.safeParse(principalsSchema, content);
  if (result.success) return result.data;
  throw new BadInput(
    `${file}: is not a map of file globs to ARNs: write {"policies/orders*.json": "arn:aws:iam::111122223333:role/orders"}.`,
  );
}
