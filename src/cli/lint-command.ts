import { Command, Option } from "commander";
import type { LintOptions } from "./lint.js";
import {
  cacheLocationOption,
  catalogueOption,
  cdkOutOption,
  exceptionsOption,
  findingsOption,
  inventoryOption,
  maxAgeOption,
  maxRemovalsOption,
  protectOption,
  protectPrincipalOption,
  stackResourcesOption,
  stateOption,
  traceOption,
  unusedForOption,
} from "./options.js";

export function lintCommand(done: (exitCode: number) => void): Command {
  return new Command("lint")
    .summary("report unused grants where the sources grant them, or fix them")
    .description("Report unused grants in IAM policies, at the list element that grants them; with --fix, remove them.")
    .argument("[paths...]", "files, folders or globs (default: the working directory)")
    .addOption(findingsOption())
    .option("--principals <file>", "JSON map of policy JSON files (globs) and addresses (aws_iam_role.orders) to the ARN or ARNs of whose they are")
    .option("--deployments <file>", "JSON list of files (globs) and the accounts that they are deployed in: all of these, and no others")
    .addOption(inventoryOption())
    .addOption(exceptionsOption())
    .addOption(protectOption())
    .addOption(protectPrincipalOption())
    .option("--exact-only", "only suggest what belongs to principals that were matched by a pattern of their name")
    .addOption(maxRemovalsOption())
    .addOption(catalogueOption())
    .addOption(unusedForOption())
    .addOption(cacheLocationOption())
    .addOption(maxAgeOption())
    .addOption(stateOption())
    .addOption(stackResourcesOption())
    .addOption(traceOption())
    .addOption(cdkOutOption())
    .addOption(new Option("--fix", "fix the files in place").conflicts("fixDryRun"))
    .option("--fix-dry-run", "print what --fix would change as a unified diff, and change nothing")
    .option("-f, --format <name>", "a formatter of ESLint: stylish, json, json-with-metadata, html, or an installed one, such as sarif")
    .option("-o, --output-file <file>", "write the report to a file")
    .option("--coverage-file <file>", "write what was matched, understood and fixable, and what not, as JSON")
    .option("--pass-on-no-match", "end well although no finding matched any source")
    .option("--verbose", "list everything in the coverage summary, however long")
    .option("--color", "colour the report and the diff")
    .option("--no-color", "do not colour the report and the diff")
    .addHelpText(
      "after",
      `
Examples:
  least-privilege lint --findings findings
  least-privilege lint infra/ --findings findings --fix-dry-run | git apply
  least-privilege lint --findings findings --format json --output-file report.json

The report goes to standard output, the coverage summary to standard error. With
--fix-dry-run the diff goes to standard output and the report of what remains to
standard error, unless --format or --output-file asks for the report.
Run it at the root of the repository: a role whose name is generated is compared
with all sources below the working directory.

Exit codes: 0 nothing to report, 1 unused grants, expired exceptions or sources with
syntax errors, 2 could not run, or not on every file; also when the whole working
directory was looked at, and no finding matched anything in it.`,
    )
    .action(async (paths: string[], options: LintOptions) => {
      // ESLint takes a moment to load, which --help need not wait for.
      const { lint } = await import("./lint.js");
      done(await lint(paths, options, { cwd: process.cwd(), stdout: process.stdout, stderr: process.stderr }));
    });
}
