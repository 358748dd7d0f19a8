import * as z from "zod/mini";
import { evidenceOf } from "../eslint/evidence-of.js";
import { deploymentSchema, evidence, SETTINGS_KEY, type EvidenceOptions } from "../eslint/settings.js";
import { exceptionsInForce, isInForce, loadExceptions, today } from "../exceptions/exceptions.js";
import { BadInput } from "../findings/bad-input.js";
import { loadInventory } from "../inventory/inventory.js";
import { loadCatalogue } from "../load-catalogue.js";
import type { DeployedStacks } from "./deployed-stacks.js";
import type { JudgeSynthOptions } from "./judgements.js";
import type { OriginsOf } from "./origin.js";

/** What is the same as in the `evidence()` of an ESLint configuration. */
const SHARED = [
  "findings",
  "cwd",
  "protectedActions",
  "catalogue",
  "unusedFor",
  "maxAge",
  "inventory",
  "fixOnly",
  "protectedPrincipals",
  "exceptions",
  "cacheLocation",
  "indexFrom",
] as const satisfies readonly (keyof EvidenceOptions)[];

/** Which findings count, and what they may not touch: as in the `evidence()` of an ESLint configuration. */
export interface FindingsOptions extends Pick<EvidenceOptions, (typeof SHARED)[number]> {
  /** The accounts that stacks are deployed in which have none of their own (`env`): without findings in each of them, all stays. */
  readonly deployments?: readonly DeployedStacks[];
}

export interface UnusedAccessOptions extends FindingsOptions {
  /** `warning` (the default) reports; `error` also fails the synthesis, and with it the deployment. */
  readonly level?: "error" | "warning";
  /** Lists everything that was not judged, however long. */
  readonly verbose?: boolean;
  /** Also writes what was recorded for `--trace` of lint: `true` to where `cdk-trace` would, a text to that file, relative to `cwd`. */
  readonly trace?: boolean | string;
  /** Where the source grants an action; what was recorded since this package was imported, if it is left out. */
  readonly origins?: OriginsOf;
}

const OWN = ["level", "verbose", "trace", "origins"] as const satisfies readonly (keyof UnusedAccessOptions)[];

/** Reads the findings, and whatever else decides what is changed. Throws `BadInput`: one sentence for people. */
export function judgeOptionsOf(options: FindingsOptions): JudgeSynthOptions {
  const known: readonly string[] = [...SHARED, ...OWN, "deployments"];
  const wrong = Object.keys(options).find((name) => !known.includes(name));
  if (wrong !== undefined) throw new BadInput(`eslint-plugin-least-privilege/cdk-nag: there is no option "${wrong}": the options are ${known.join(", ")}.`);
  const settings = evidence({
    ...Object.fromEntries(SHARED.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]]))),
    findings: options.findings,
  })[SETTINGS_KEY];
  const exceptions = settings.exceptions ?? null;
  const day = today();
  return {
    evidence: evidenceOf(settings),
    catalogue: loadCatalogue(settings.catalogue),
    protectedActions: settings.protectedActions ?? [],
    maxAge: settings.maxAge,
    exceptions: exceptionsInForce(exceptions),
    expired: exceptions === null ? [] : loadExceptions(exceptions).filter((exception) => !isInForce(exception, day)),
    protectedPrincipals: settings.protectedPrincipals ?? [],
    exactOnly: settings.fixOnly === "exact",
    inventory: loadInventory(settings.inventory ?? []),
    deployments: checkedDeployments(options.deployments ?? []),
  };
}

const { accounts, files: globs } = deploymentSchema.shape;
const deploymentsSchema = z.array(z.strictObject({ stacks: globs, accounts }, 'an object with "stacks" and "accounts"'), "a list");

/** Of callers whose types are not checked. Throws `BadInput`. */
function checkedDeployments(deployments: readonly DeployedStacks[]): readonly DeployedStacks[] {
  const result = deploymentsSchema.safeParse(deployments);
  if (result.success) return deployments;
  const [issue] = result.error.issues;
  const place = ["deployments", ...(issue?.path ?? [])].join(".");
  throw new BadInput(`${place}: expected ${issue?.message ?? "something else"}: write deployments: [{ stacks: "Prod/*", accounts: ["111122223333"] }].`);
}

/** Of callers whose types are not checked. Throws `BadInput`. */
export function checkLevel(level: unknown): void {
  if (level !== undefined && level !== "error" && level !== "warning") {
    throw new BadInput(`UnusedAccessChecks: the level is ${JSON.stringify(level)}: write level: "error" or level: "warning".`);
  }
}
