import { loadEvidence } from "../evidence.js";
import { evidence, SETTINGS_KEY, type EvidenceOptions } from "../eslint/settings.js";
import { BadInput } from "../findings/bad-input.js";
import { loadCatalogue } from "../load-catalogue.js";
import type { JudgeSynthOptions } from "./judgements.js";
import type { OriginsOf } from "./origin.js";

/** Which findings count, and what they may not touch: as in the `evidence()` of an ESLint configuration. */
export type FindingsOptions = Pick<EvidenceOptions, "findings" | "protectedActions" | "catalogue" | "cwd">;

export interface UnusedAccessOptions extends FindingsOptions {
  /** `warning` (the default) reports; `error` also fails the synthesis, and with it the deployment. */
  readonly level?: "error" | "warning";
  /** Lists everything that was not judged, however long. */
  readonly verbose?: boolean;
  /** Where the source grants an action; what `eslint-plugin-least-privilege/cdk-trace` recorded, if it is left out. */
  readonly origins?: OriginsOf;
}

/** Reads the findings. Throws `BadInput`: one sentence for people. */
export function judgeOptionsOf({ findings, protectedActions, catalogue, cwd }: FindingsOptions): JudgeSynthOptions {
  const settings = evidence({
    findings,
    ...(protectedActions === undefined ? {} : { protectedActions }),
    ...(catalogue === undefined ? {} : { catalogue }),
    ...(cwd === undefined ? {} : { cwd }),
  })[SETTINGS_KEY];
  return {
    evidence: loadEvidence(settings.findings),
    catalogue: loadCatalogue(settings.catalogue),
    protectedActions: settings.protectedActions ?? [],
  };
}

/** Of callers whose types are not checked. Throws `BadInput`. */
export function checkLevel(level: unknown): void {
  if (level !== undefined && level !== "error" && level !== "warning") {
    throw new BadInput(`UnusedAccessChecks: the level is ${JSON.stringify(level)}: write level: "error" or level: "warning".`);
  }
}
