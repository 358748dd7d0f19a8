import type { Stack } from "aws-cdk-lib";
import type { IConstruct } from "constructs";
import { BadInput } from "../findings/bad-input.js";
import { cdk } from "./installed.js";

/**
 * For aspects: runs once for the scope that the aspect was added to, when all aspects are done and references between stacks are
 * made, just before the templates are written. A `BadInput` becomes a failed synthesis with one sentence. `scopes` are those seen.
 */
export function whenFinal(node: IConstruct, scopes: WeakSet<IConstruct>, run: () => void): void {
  if (node.node.scopes.some((scope) => scopes.has(scope) && stageRoot(scope) === stageRoot(node))) return;
  scopes.add(node);
  node.node.addValidation({
    validate: () => {
      try {
        run();
        return [];
      } catch (error) {
        if (error instanceof BadInput) return [error.message];
        throw error;
      }
    },
  });
}

/** Stages are synthesised one by one: when one is, others need not be final. */
export function isOfStage(scope: IConstruct): (stack: Stack) => boolean {
  const stage = stageRoot(scope);
  return (stack) => stageRoot(stack) === stage;
}

/** The app or stage that a construct is synthesised with, or is. */
export function stageRoot(scope: IConstruct): IConstruct {
  return cdk.Stage.isStage(scope) ? scope : (cdk.Stage.of(scope) ?? scope.node.root);
}
