#!/usr/bin/env node
import { Command, CommanderError } from "commander";
import { version } from "../version.js";
import { BadInput } from "../findings/bad-input.js";
import { catalogueCommand } from "./catalogue.js";
import { explainCommand } from "./explain.js";
import { lintCommand } from "./lint-command.js";
import { refineCommand } from "./refine-command.js";

/** ESLint's exit codes: 0 clean, 1 problems, 2 could not run. */
async function main(argv: readonly string[]): Promise<number> {
  const program = new Command("least-privilege")
    .description("Find IAM permissions that AWS reports as unused in Terraform, CloudFormation and CDK sources, and remove them.")
    .version(version);
  let exitCode = 0;
  const done = (code: number): void => {
    exitCode = code;
  };
  program.addCommand(lintCommand(done));
  program.addCommand(refineCommand(done));
  program.addCommand(explainCommand(done));
  program.addCommand(catalogueCommand(done));
  for (const command of [program, ...program.commands]) {
    const name = command === program ? "least-privilege" : `least-privilege ${command.name()}`;
    command
      .exitOverride()
      .showHelpAfterError(`(${name} --help shows what there is)`)
      .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /u, "least-privilege: ")) });
  }
  try {
    await program.parseAsync(argv);
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof BadInput) {
      process.stderr.write(`least-privilege: ${error.message}\n`);
      return 2;
    }
    throw error;
  }
}

/** Whoever reads the output may stop early, as `head` does: no reason to stop as well. */
function toleratesClosedPipe(stream: NodeJS.WriteStream): void {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

toleratesClosedPipe(process.stdout);
toleratesClosedPipe(process.stderr);
try {
  process.exitCode = await main(process.argv);
} catch (error) {
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`least-privilege: stopped by an error of its own; no file was changed. Please report it with this text:\n${detail}\n`);
  process.exitCode = 2;
}
