import { resolve } from "node:path";
import { applyEdits } from "../edit.js";
import { policyFile } from "../dialects/policy-json.js";
import { checkProtectedActions, exceptionsFile } from "../eslint/settings.js";
import { cacheFolder, findingsFiles, loadEvidence } from "../evidence.js";
import { exceptionsInForce } from "../exceptions/exceptions.js";
import { BadInput } from "../findings/bad-input.js";
import { isObject, shown } from "../findings/json-values.js";
import { loadCatalogue } from "../load-catalogue.js";
import type { LocatedPolicies, Opaque } from "../model/policy.js";
import { SyntaxProblem, positionAt } from "../model/text.js";
import { judge, type Judgement, type Verdict } from "../verdict.js";

export interface RefineOptions {
  readonly findings: readonly string[];
  readonly principal: string;
  readonly exceptions?: string;
  readonly protect?: readonly string[];
  readonly catalogue?: string;
  readonly unusedFor?: number;
  readonly cacheLocation?: string;
}

/** A policy JSON text without its unused grants; what the text is otherwise made of stays. Throws `BadInput`. */
export function refinePolicyText(
  text: string,
  { findings, principal, exceptions: named, protect = [], catalogue: file, unusedFor, cacheLocation }: RefineOptions,
  cwd: string,
): { readonly output: string; readonly notes: readonly string[] } {
  if (!principal.startsWith("arn:")) {
    throw new BadInput(`--principal ${principal}: is not an ARN: write arn:aws:iam::111122223333:role/${principal || "orders"}.`);
  }
  checkProtectedActions(protect);
  checkPolicy(text);
  const evidence = loadEvidence(findingsFiles(findings, cwd), { unusedFor, cacheLocation: cacheFolder(cacheLocation, cwd) });
  const source = { path: "standard input", tree: null, principals: [principal] };
  const catalogue = loadCatalogue(file === undefined ? undefined : resolve(cwd, file));
  const exceptions = exceptionsInForce(exceptionsFile(named, cwd));
  const reading = read(text);
  if (reading.documents.length === 0) {
    throw new BadInput("standard input: the policy has a Principal: only identity policies, which grant to a role, user or group that they are attached to, are refined.");
  }
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
  const kept = first.flatMap(({ excepted }) => excepted).map(({ actions, principal: who, reason }) => `kept ${actions.join(", ")}, because ${who} is excepted: ${reason}`);
  return { output: current, notes: [...verdicts(first).map(note), ...new Set(kept), ...notUnderstood(reading).map(({ span, why }) => `not understood, ${place(text, span.start)}: ${why}`)] };

  function judgeText(policy: string): readonly Judgement[] {
    return judge(policy, read(policy), { evidence, catalogue, protectedActions: protect, rivals: () => [], exceptions });
  }

  function read(policy: string): LocatedPolicies {
    try {
      return policyFile({ ...source, text: policy });
    } catch (error) {
      if (!(error instanceof SyntaxProblem)) throw error;
      throw new BadInput(`${place(policy, error.offset)}: ${error.message}`);
    }
  }
}

function notUnderstood({ documents, opaque }: LocatedPolicies): readonly Opaque[] {
  const parts = documents.flatMap((document) => [document, ...document.statements]);
  return [...opaque, ...parts.flatMap((part) => part.opaque)].sort((a, b) => a.span.start - b.span.start);
}

function place(text: string, offset: number): string {
  const { line, column } = positionAt(text, offset);
  return `standard input:${String(line)}:${String(column)}`;
}

function verdicts(judgements: readonly Judgement[]): readonly Verdict[] {
  return judgements.flatMap(({ outcome }) => (outcome.kind === "judged" ? outcome.verdicts : []));
}

function note({ entry, refinement, applicability, withheld }: Verdict): string {
  if (applicability !== "fix") return `kept "${entry.value}", because ${withheld ?? "no edit is proven"}`;
  if (refinement.kind === "replace") return `narrowed "${entry.value}" to ${refinement.entries.join(", ")}`;
  return `removed "${entry.value}"`;
}

/** Throws `BadInput` when the text is anything but a policy document in JSON. */
function checkPolicy(text: string): void {
  const remedy = "pipe one policy document in, such as < policy.json";
  if (text.trim() === "") throw new BadInput(`standard input: it is empty: ${remedy}.`);
  const policy = parsed(text.replace(/^\uFEFF/u, ""), remedy);
  if (isObject(policy) && "Statement" in policy) return;
  const inside = isObject(policy) && ("PolicyDocument" in policy || "PolicyVersion" in policy);
  const instead = inside ? "take the document out of the response first, with --query PolicyDocument or PolicyVersion.Document" : remedy;
  throw new BadInput(`standard input: this is not a policy document but ${shown(policy)}: ${instead}.`);
}

function parsed(text: string, remedy: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.replace(/[\p{Cc}\uFFFD]/gu, "�") : String(cause);
    throw new BadInput(`standard input: this is not JSON (${reason}): ${remedy}.`, { cause });
  }
}

export async function readStandardInput(): Promise<string> {
  if (process.stdin.isTTY) throw new BadInput("standard input: no policy came in: run least-privilege refine … < policy.json.");
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString("utf8");
}
