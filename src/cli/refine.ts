import { resolve } from "node:path";
import { Command } from "commander";
import { applyEdits } from "../edit.js";
import { findingsFiles, loadEvidence } from "../evidence.js";
import { BadInput } from "../findings/bad-input.js";
import { policyJson } from "../dialects/policy-json.js";
import { loadCatalogue } from "../load-catalogue.js";
import { SyntaxProblem, positionAt } from "../model/text.js";
import { catalogueOption, findingsOption, protectOption } from "./options.js";
import { judge, type Judgement, type Verdict } from "../verdict.js";

interface RefineOptions {
  readonly findings: readonly string[];
  readonly principal: string;
  readonly protect?: readonly string[];
  readonly catalogue?: string;
}

export function refineCommand(done: (exitCode: number) => void): Command {
  return new Command("refine")
    .description("Read a policy JSON on standard input and write it to standard output without what the principal does not use.")
    .addOption(findingsOption())
    .requiredOption("--principal <arn>", "whose findings count; * stands for any run of characters")
    .addOption(protectOption())
    .addOption(catalogueOption())
    .addHelpText(
      "after",
      "\nWhat was removed, and what could not be, goes to standard error. Exit codes: 0 written, 2 could not run (nothing written).",
    )
    .action(async (options: RefineOptions) => {
      const text = await readStandardInput();
      const { output, notes } = refinePolicyText(text, options, process.cwd());
      process.stdout.write(output);
      process.stderr.write(notes.map((note) => `${note}\n`).join(""));
      done(0);
    });
}

/** A policy JSON text without its unused grants; what the text is otherwise made of stays. Throws `BadInput`. */
export function refinePolicyText(
  text: string,
  { findings, principal, protect = [], catalogue: file }: RefineOptions,
  cwd: string,
): { readonly output: string; readonly notes: readonly string[] } {
  const evidence = loadEvidence(findingsFiles(findings, cwd));
  const source = { path: "standard input", tree: null, principals: [principal] };
  const catalogue = loadCatalogue(file === undefined ? undefined : resolve(cwd, file));
  const first = judgeText(text);
  if (first.some(({ outcome }) => outcome.kind === "no-finding")) {
    throw new BadInput(
      `--principal ${principal}: the findings have no unused permissions of this principal: check the ARN, or export its finding.`,
    );
  }
  // Edits of neighbouring elements touch, so one pass is not enough.
  let current = text;
  for (;;) {
    const fix = verdicts(judgeText(current)).find((verdict) => verdict.applicability === "fix")?.proposal;
    if (fix === undefined || fix === null) break;
    current = applyEdits(current, [fix.edit]);
  }
  return { output: current, notes: verdicts(first).map(note) };

  function judgeText(policy: string): readonly Judgement[] {
    try {
      const reading = policyJson.read({ ...source, text: policy });
      return judge(policy, policyJson.bind(reading, [], []), { evidence, catalogue, protectedActions: protect, rivals: () => [] });
    } catch (error) {
      if (!(error instanceof SyntaxProblem)) throw error;
      const { line, column } = positionAt(policy, error.offset);
      throw new BadInput(`standard input:${String(line)}:${String(column)}: ${error.message}`);
    }
  }
}

function verdicts(judgements: readonly Judgement[]): readonly Verdict[] {
  return judgements.flatMap(({ outcome }) => (outcome.kind === "judged" ? outcome.verdicts : []));
}

function note({ entry, refinement, applicability, withheld }: Verdict): string {
  if (applicability !== "fix") return `kept "${entry.value}", because ${withheld ?? "no edit is proven"}`;
  if (refinement.kind === "replace") return `narrowed "${entry.value}" to ${refinement.entries.join(", ")}`;
  return `removed "${entry.value}"`;
}

async function readStandardInput(): Promise<string> {
  if (process.stdin.isTTY) throw new BadInput("standard input: no policy came in: run least-privilege refine … < policy.json.");
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString("utf8");
}
