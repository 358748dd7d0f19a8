import { Command } from "commander";
import { cacheLocationOption, catalogueOption, exceptionsOption, findingsOption, protectOption, unusedForOption } from "./options.js";
import type { RefineOptions } from "./refine.js";

export function refineCommand(done: (exitCode: number) => void): Command {
  return new Command("refine")
    .summary("refine one policy JSON from standard input")
    .description("Read a policy JSON on standard input and write it to standard output without what the principal does not use.")
    .addOption(findingsOption())
    .requiredOption("--principal <arn>", "whose findings count, or the managed policy that it is; * stands for any run of characters")
    .addOption(exceptionsOption())
    .addOption(protectOption())
    .addOption(catalogueOption())
    .addOption(unusedForOption())
    .addOption(cacheLocationOption())
    .addHelpText(
      "after",
      `
Example:
  least-privilege refine --findings findings --principal arn:aws:iam::111122223333:role/orders < policy.json

What was removed, and what could not be, goes to standard error.
Exit codes: 0 written, 2 could not run (nothing written).`,
    )
    .action(async (options: RefineOptions) => {
      const { readStandardInput, refinePolicyText } = await import("./refine.js");
      const { output, notes } = refinePolicyText(await readStandardInput(), options, process.cwd());
      process.stdout.write(output);
      process.stderr.write(notes.map((note) => `${note}\n`).join(""));
      done(0);
    });
}
