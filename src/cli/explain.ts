import { extname, resolve } from "node:path";
import { Command, Option } from "commander";
import { checkProtectedActions, exceptionsFile } from "../eslint/settings.js";
import { cacheFolder, evidenceFor, findingsFiles, loadEvidence } from "../evidence.js";
import { exceptionsInForce } from "../exceptions/exceptions.js";
import { explain, type Explanation } from "../explain.js";
import { BadInput } from "../findings/bad-input.js";
import { parseEntry } from "../iam/pattern.js";
import type { Catalogue } from "../iam/catalogue.js";
import { loadCatalogue } from "../load-catalogue.js";
import type { PrincipalEvidence } from "../model/usage.js";
import { explanationHtml } from "./explain/html.js";
import { explanationJson } from "./explain/json.js";
import { explanationSvg } from "./explain/svg.js";
import { treeText } from "./explain/tree.js";
import { cacheLocationOption, catalogueOption, exceptionsOption, findingsOption, principalsOption, protectOption, unusedForOption } from "./options.js";
import { whyNotWritten, writeNew } from "./write.js";

const FORMATS = ["tree", "json", "svg", "html"] as const;
type Format = (typeof FORMATS)[number];

export interface ExplainCommandOptions {
  readonly findings: readonly string[];
  readonly principal: readonly string[];
  readonly exceptions?: string;
  readonly protect?: readonly string[];
  readonly catalogue?: string;
  readonly unusedFor?: number;
  readonly cacheLocation?: string;
  readonly earlierCatalogue?: string;
  readonly format?: Format;
  readonly output?: string;
  readonly ascii?: boolean;
  readonly color?: boolean;
}

export function explainCommand(done: (exitCode: number) => void): Command {
  return new Command("explain")
    .description("Show what becomes of one action entry, as a tree, and why each action that it grants goes or stays.")
    .argument("<action>", "an action or a pattern of one service, such as 's3:Get*'; quote it for the shell")
    .addOption(findingsOption())
    .addOption(principalsOption())
    .addOption(exceptionsOption())
    .addOption(protectOption())
    .addOption(catalogueOption())
    .addOption(unusedForOption())
    .addOption(cacheLocationOption())
    .option(
      "--earlier-catalogue <file>",
      "an action catalogue of the day of the analysis or later, older than the one in use: tells which actions are newer than the findings",
    )
    .addOption(new Option("-f, --format <format>", "how to show it (default: after the name of the output file, or tree)").choices(FORMATS))
    .option("-o, --output <file>", "write it to a file")
    .option("--ascii", "draw the tree with ASCII characters only")
    .option("--color", "colour the tree")
    .option("--no-color", "do not colour the tree")
    .addHelpText(
      "after",
      `
A principal may have * for any run of characters; of several principals, an action goes only if all have it reported unused.
Nothing is changed. Exit codes: 0 shown, 2 could not run.`,
    )
    .action(async (action: string, options: ExplainCommandOptions) => {
      await explainEntry(action, options, { cwd: process.cwd(), stdout: process.stdout, env: process.env });
      done(0);
    });
}

/** Where a run takes place and what it writes to. */
export interface Surroundings {
  readonly cwd: string;
  readonly stdout: { readonly isTTY?: boolean; readonly columns?: number; write(text: string): unknown };
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Shows what becomes of one entry. Throws `BadInput`. */
export async function explainEntry(action: string, options: ExplainCommandOptions, surroundings: Surroundings): Promise<void> {
  const explanation = explained(action, options, surroundings.cwd);
  const { output } = options;
  const format = options.format ?? formatOf(output);
  const text = rendered(explanation, format, options, surroundings);
  if (output === undefined) {
    surroundings.stdout.write(text);
    return;
  }
  try {
    await writeNew(resolve(surroundings.cwd, output), text);
  } catch (error) {
    throw new BadInput(`--output ${output}: cannot be written (${whyNotWritten(error)}).`);
  }
}

function formatOf(output: string | undefined): Format {
  const extension = output === undefined ? "" : extname(output).slice(1).toLowerCase();
  return FORMATS.find((format) => format === extension) ?? "tree";
}

function explained(action: string, options: ExplainCommandOptions, cwd: string): Explanation {
  const catalogue = loadCatalogue(options.catalogue === undefined ? undefined : resolve(cwd, options.catalogue));
  const { service, name } = checked(action);
  checkProtectedActions(options.protect ?? []);
  const evidence = loadEvidence(findingsFiles(options.findings, cwd), {
    unusedFor: options.unusedFor,
    cacheLocation: cacheFolder(options.cacheLocation, cwd),
  });
  const principals = new Map<string, PrincipalEvidence>();
  for (const arn of options.principal) {
    const found = evidenceFor(evidence, { kind: "role", address: arn, name: { kind: "arn", arn } });
    if (found.length === 0) {
      throw new BadInput(
        `--principal ${arn}: the findings have no unused permissions of this principal: check the ARN, or export its finding.`,
      );
    }
    for (const principal of found) principals.set(principal.arn, principal);
  }
  const sorted = [...principals.values()].sort((a, b) => (a.arn < b.arn ? -1 : 1));
  const isReported = sorted.some(({ unused }) => unused.has(service));
  if (catalogue.actions(service).length === 0 && !isReported) {
    throw new BadInput(
      `${action}: the action catalogue of ${catalogue.date} knows no service "${service}": check the part before the colon.`,
    );
  }
  const earlierCatalogue =
    options.earlierCatalogue === undefined ? null : loadCatalogue(resolve(cwd, options.earlierCatalogue));
  const explanation = explain(action, sorted, {
    catalogue,
    earlierCatalogue,
    protectedActions: options.protect ?? [],
    exceptions: exceptionsInForce(exceptionsFile(options.exceptions, cwd)),
  });
  if (explanation === null) throw malformed(action);
  if (explanation.actions.length === 0) {
    throw new BadInput(
      `${action}: the action catalogue of ${catalogue.date} knows no action of ${service} that "${name}" matches: check the part after the colon.`,
    );
  }
  refuseUseless(earlierCatalogue, explanation, options.earlierCatalogue ?? "");
  return explanation;
}

function checked(action: string): { readonly service: string; readonly name: string } {
  const entry = parseEntry(action);
  switch (entry.kind) {
    case "actions":
      return { service: entry.service.toLowerCase(), name: entry.name };
    case "all":
      throw new BadInput(`${action}: this grants every action of every service: ask for one service at a time, such as 's3:*'.`);
    case "unknown":
      throw malformed(action);
  }
}

function malformed(action: string): BadInput {
  return new BadInput(
    `${JSON.stringify(action)} is not an action of one service: write the service, a colon and an action or a pattern, such as 's3:Get*'.`,
  );
}

function refuseUseless(earlier: Catalogue | null, { earlierDate, analyzedAt }: Explanation, file: string): void {
  if (earlier === null || earlierDate !== null) return;
  throw new BadInput(
    `--earlier-catalogue ${file}: it is of ${earlier.date}, before the analysis of ${analyzedAt.slice(0, 10)}, and so cannot tell what is newer than the findings: name a later one, or none.`,
  );
}

function rendered(explanation: Explanation, format: Format, options: ExplainCommandOptions, surroundings: Surroundings): string {
  switch (format) {
    case "tree":
      return treeText(explanation, treeOptions(options, surroundings));
    case "json":
      return explanationJson(explanation);
    case "svg":
      return explanationSvg(explanation);
    case "html":
      return explanationHtml(explanation);
  }
}

/** Files and pipes get UTF-8 without colours; they break long lists where a wide terminal would. */
function treeOptions({ color, ascii, output }: ExplainCommandOptions, { stdout, env }: Surroundings): Parameters<typeof treeText>[1] {
  const isTerminal = stdout.isTTY === true && output === undefined;
  return {
    width: isTerminal ? widthOf(stdout.columns) : 100,
    color: color ?? (isTerminal && (env["NO_COLOR"] ?? "") === "" && env["TERM"] !== "dumb"),
    ascii: ascii ?? (isTerminal && !showsUnicode(env)),
  };
}

/** A terminal that does not know its width says 0. */
function widthOf(columns = 0): number {
  return columns === 0 ? 80 : Math.max(40, columns);
}

function showsUnicode({ TERM, LC_ALL, LC_CTYPE, LANG }: Surroundings["env"]): boolean {
  const locale = [LC_ALL, LC_CTYPE, LANG].find((value) => value !== undefined && value !== "");
  return TERM !== "linux" && TERM !== "dumb" && (locale === undefined || /utf-?8/iu.test(locale));
}
