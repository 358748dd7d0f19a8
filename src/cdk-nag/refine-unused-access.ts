import type { CfnResource, IAspect } from "aws-cdk-lib";
import type { IConstruct } from "constructs";
import { counted } from "../eslint/describe.js";
import { checkDeployedStacks } from "./deployed-stacks.js";
import { exceptionLines } from "./exceptions.js";
import { isOfStage, stageRoot, whenFinal } from "./final-tree.js";
import { cdk } from "./installed.js";
import { judgePolicies, type UnusedEntry } from "./judgements.js";
import { judgeOptionsOf, type FindingsOptions } from "./options.js";
import { identityPolicies } from "./policies.js";
import { pathOf } from "./principals.js";
import { certainChanges, changedDocument, type Change } from "./refined-documents.js";
import { makeReplaceable, replacementOf, type Replaceable } from "./replaceable.js";
import type { SynthResource } from "./stacks.js";
import type { JsonObject } from "./json.js";

/**
 * Removes unused actions from the templates while an app is synthesised, and says on standard error what it removed:
 * `Aspects.of(app).add(new RefineUnusedAccess({ findings: ["findings"] }), { priority: 1000 })`.
 *
 * The source goes on granting them, so that the code no longer says what is deployed: meant for grants that no line of the source can
 * narrow. Only what `--fix` would change by itself is changed. Nothing is when validation is skipped (`app.synth({ skipValidation: true })`).
 */
export class RefineUnusedAccess implements IAspect {
  readonly #options: FindingsOptions;
  readonly #scopes = new WeakSet<IConstruct>();
  readonly #replaceable = new Map<CfnResource, Replaceable>();
  readonly #replacements = new Map<CfnResource, unknown>();

  constructor(options: FindingsOptions) {
    this.#options = options;
  }

  visit(node: IConstruct): void {
    whenFinal(node, this.#scopes, () => this.#refine(node));
    if (!cdk.CfnResource.isCfnResource(node) || this.#replaceable.has(node)) return;
    const replaceable = makeReplaceable(node, () => this.#replacements.get(node));
    if (replaceable !== null) this.#replaceable.set(node, replaceable);
  }

  #refine(scope: IConstruct): void {
    const synth = identityPolicies(stageRoot(scope), isOfStage(scope));
    const judging = judgeOptionsOf(this.#options);
    checkDeployedStacks(scope, judging.deployments);
    const judgements = judgePolicies(synth, judging);
    const others = stackNamesElsewhere(scope);
    const byResource = new Map<SynthResource, UnusedEntry[]>();
    for (const { policy, outcome } of judgements) {
      if (outcome.kind !== "judged" || outcome.entries.length === 0 || !policy.resource.node.node.scopes.includes(scope)) continue;
      byResource.set(policy.resource, [...(byResource.get(policy.resource) ?? []), ...outcome.entries]);
    }
    const lines = [...byResource].map(([resource, entries]) => this.#refineResource(resource, entries, others));
    const changed = lines.filter(({ removed }) => removed.length > 0).length;
    const notice = changed === 0 ? "" : " The source still grants what is removed here.";
    process.stderr.write(
      [`RefineUnusedAccess: ${counted(changed, "resource")} changed.${notice}`, ...lines.flatMap(({ removed, kept }) => [...removed, ...kept]), ...exceptionLines(judgements, judging), ""].join("\n"),
    );
  }

  #refineResource(resource: SynthResource, entries: readonly UnusedEntry[], others: ReadonlySet<string>): { readonly removed: readonly string[]; readonly kept: readonly string[] } {
    const { withheld, changes } = this.#replace(resource, entries, others);
    const done = new Set(changes.map(({ entry }) => entry));
    const path = pathOf(resource);
    return {
      removed: changes.map(({ entry, entries: written }) =>
        written.length === 0 ? `  ${path}: removed "${entry.action.value}"` : `  ${path}: narrowed "${entry.action.value}" to ${written.map((each) => `"${each}"`).join(", ")}`,
      ),
      kept: entries
        .filter((entry) => !done.has(entry))
        .map((entry) => `  ${path}: kept "${entry.action.value}", because ${withheld ?? entry.verdict.withheld ?? "nothing would be left of the policy"}`),
    };
  }

  #replace(resource: SynthResource, entries: readonly UnusedEntry[], others: ReadonlySet<string>): { readonly withheld: string | null; readonly changes: readonly Change[] } {
    const changes = certainChanges(entries);
    if (changes.length === 0) return { withheld: null, changes };
    const none = (withheld: string): { readonly withheld: string; readonly changes: readonly Change[] } => ({ withheld, changes: [] });
    const { name } = resource.stack;
    // CDK names the asset of a nested stack by what was in its template before.
    if (name.kind !== "known") return none("it is in a nested stack, whose template cannot be changed any more");
    if (others.has(name.name)) return none(`another stage has a stack "${name.name}", too`);
    const replaceable = this.#replaceable.get(resource.node);
    if (replaceable === undefined) return none("its construct is a plain CfnResource, or was made by an aspect that came later");
    const documents = new Map<string, JsonObject>();
    const made: Change[] = [];
    for (const policy of new Set(changes.map(({ entry }) => entry.policy))) {
      const own = changes.filter(({ entry }) => entry.policy === policy);
      const document = changedDocument(policy.document.json, own);
      if (document === null) continue;
      documents.set(policy.property, document);
      made.push(...own);
    }
    const replacement = documents.size === 0 ? null : replacementOf(replaceable, resource, documents);
    if (replacement === null) return none(documents.size === 0 ? "nothing would be left of the policy" : "an override changes the policy after its construct");
    this.#replacements.set(resource.node, replacement);
    return { withheld: null, changes: made };
  }
}

/** Names of stacks that other stages have: what is called the same there cannot be told from what is called so here. */
function stackNamesElsewhere(scope: IConstruct): ReadonlySet<string> {
  const isOwn = isOfStage(scope);
  const names = scope.node.root.node.findAll().flatMap((node) => (cdk.Stack.isStack(node) && !isOwn(node) ? [node.stackName] : []));
  return new Set(names.filter((name) => !cdk.Token.isUnresolved(name)));
}
