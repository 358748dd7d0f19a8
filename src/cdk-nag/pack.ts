import { resolve } from "node:path";
import type { IAspect, IPolicyValidationContext, IPolicyValidationPlugin, PolicyValidationPluginReport, Stack } from "aws-cdk-lib";
import type { IConstruct } from "constructs";
import { BadInput } from "../findings/bad-input.js";
import { version } from "../version.js";
import { coverageOf } from "./coverage.js";
import { checkDeployedStacks } from "./deployed-stacks.js";
import { changeOf, describeEntry, originsPhrase, PACK_NAME, ruleOf } from "./describe.js";
import { isOfStage, stageRoot, whenFinal } from "./final-tree.js";
import { installed } from "./installed.js";
import { judgePolicies, type UnusedEntry } from "./judgements.js";
import { checkLevel, judgeOptionsOf, type UnusedAccessOptions } from "./options.js";
import type { Origin, OriginsOf } from "./origin.js";
import { identityPolicies, type IdentityPolicy } from "./policies.js";
import type { SynthAction } from "./statements.js";
import { install, wrappedCopies } from "./trace/hooks.js";
import { originsIn } from "./trace/recorded.js";
import { traceApp, tracePath } from "./trace/recording.js";
import { violationsOf } from "./violations.js";

type ValidationContext = IPolicyValidationContext | Pick<IPolicyValidationContext, "templatePaths" | "appConstruct">;

// Imports come before the app's first statement: from here on all that it grants is recorded.
install();

const { NagPack } = installed("cdk-nag");

/** Packs are validation plugins from version 3 on; before, they are aspects. */
const isNag3 = "validateScope" in NagPack.prototype;

/**
 * Reports every granted action of a synthesised app that findings of IAM Access Analyzer say is unused.
 *
 * With cdk-nag 3: `Validations.of(app).addPlugins(new UnusedAccessChecks(app, { findings: ["findings"] }))`.
 * With cdk-nag 2: `Aspects.of(app).add(new UnusedAccessChecks(app, { findings: ["findings"] }))`.
 */
export class UnusedAccessChecks extends NagPack implements IPolicyValidationPlugin, IAspect {
  readonly name = PACK_NAME;
  readonly version = version;
  readonly ruleIds = ["unused-action", "unused-wildcard"];
  readonly #options: UnusedAccessOptions;
  readonly #roots = new WeakSet<IConstruct>();

  constructor(scope: IConstruct, options: UnusedAccessOptions) {
    const props = { verbose: options.verbose ?? false };
    super(...(isNag3 ? [scope, props] : [props]));
    this.packName = PACK_NAME;
    this.#options = options;
    if (options.trace !== undefined && options.trace !== false) writeTraceOf(scope.node.root, options.trace, options.cwd);
  }

  /** What CDK calls after synthesis; the stacks are those of the stage or app that the pack was added to. */
  validate(context: ValidationContext): PolicyValidationPluginReport {
    // Older versions do not say which stacks they are: then all of the app are reported.
    if (!("stackTemplates" in context)) return this.#report(context.appConstruct, true);
    const paths = new Set(context.stackTemplates.map(({ stackConstructPath }) => stackConstructPath));
    return this.#report(context.appConstruct, true, (stack) => paths.has(outermost(stack).node.path));
  }

  /** The same for a tree that was synthesised, without a template on disk. */
  validateScope(scope: IConstruct): PolicyValidationPluginReport {
    return this.#report(scope, false);
  }

  /** What cdk-nag 2 calls. The tree is judged when it is final: nothing is resolved before, so that other aspects may change it. */
  visit(node: IConstruct): void {
    if (isNag3) throw new BadInput("UnusedAccessChecks is no aspect with cdk-nag 3: write Validations.of(app).addPlugins(new UnusedAccessChecks(app, { … })).");
    whenFinal(node, this.#roots, () => this.#annotate(node));
  }

  #report(root: IConstruct, isWritten: boolean, isIncluded?: (stack: Stack) => boolean): PolicyValidationPluginReport {
    const severity = this.#options.level ?? "warning";
    const violations = violationsOf(this.#judge(root, isIncluded), { severity, originsOf: this.#originsOf, isWritten });
    return { success: severity !== "error" || violations.length === 0, violations: [...violations], pluginVersion: version };
  }

  #annotate(scope: IConstruct): void {
    for (const entry of this.#judge(stageRoot(scope), isOfStage(scope))) {
      if (entry.policy.resource.node.node.scopes.includes(scope)) this.#apply(entry);
    }
  }

  #apply(entry: UnusedEntry): void {
    const where = originsPhrase(this.#originsOf(entry.policy, entry.action));
    const suppression = `{ id: "${PACK_NAME}-${ruleOf(entry)}", appliesTo: ["${entry.action.value}"], reason: "…" }`;
    this.applyRule({
      ruleSuffixOverride: ruleOf(entry),
      info: `${describeEntry(entry)} At ${entry.action.path}: ${where === null ? "" : `${where}: `}${changeOf(entry)}. To keep it: NagSuppressions.addResourceSuppressions(construct, [${suppression}]).`,
      explanation: "IAM Access Analyzer reports it as unused.",
      level: this.#options.level === "error" ? "Error" : "Warning",
      node: entry.policy.resource.node,
      rule: () => [entry.action.value],
    });
  }

  #judge(root: IConstruct, isIncluded?: (stack: Stack) => boolean): readonly UnusedEntry[] {
    checkLevel(this.#options.level);
    const judging = judgeOptionsOf(this.#options);
    checkDeployedStacks(root, judging.deployments);
    const synth = identityPolicies(root, isIncluded);
    const judgements = judgePolicies(synth, judging);
    process.stderr.write(coverageOf(synth, judgements, judging, this.#options.verbose ?? false));
    return judgements.flatMap(({ outcome }) => (outcome.kind === "judged" ? outcome.entries : []));
  }

  get #originsOf(): OriginsOf {
    return this.#options.origins ?? recordedOrigins;
  }
}

/** The stack around all nested ones. */
function outermost(stack: Stack): Stack {
  return stack.nestedStackParent === undefined ? stack : outermost(stack.nestedStackParent);
}

function writeTraceOf(root: IConstruct, file: string | true, cwd = "."): void {
  const say = (sentence: string): void => void process.stderr.write(`least-privilege: ${sentence}\n`);
  if (wrappedCopies() === 0) say("no trace can be written, because this aws-cdk-lib could not be recorded: is it bundled with the app?");
  traceApp(root, { path: file === true ? tracePath() : resolve(cwd, file), say });
}

/** What was recorded since this package was imported, or `eslint-plugin-least-privilege/cdk-trace` loaded. */
function recordedOrigins(policy: IdentityPolicy, action: SynthAction): readonly Origin[] {
  return wrappedCopies() > 0 ? originsIn(policy).of(action.value) : [];
}
