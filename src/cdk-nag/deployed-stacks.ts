import picomatch from "picomatch";
import type { IConstruct } from "constructs";
import { BadInput } from "../findings/bad-input.js";
import { cdk } from "./installed.js";
import type { SynthStack } from "./stacks.js";

/** Stacks, by globs of their construct paths (`Prod/*`), and all the accounts that they are deployed in. */
export interface DeployedStacks {
  readonly stacks: string | readonly string[];
  readonly accounts: readonly string[];
}

/** The accounts that a stack is deployed in: its own, or those that the user gave for it; none when nobody said. */
export function accountsOfStack({ account, path, name }: SynthStack, deployments: readonly DeployedStacks[]): readonly string[] {
  if (account !== null) return [account];
  const own = deployments.filter(({ stacks }) => picomatch.isMatch(path, [stacks].flat())).flatMap(({ accounts }) => accounts);
  return [...new Set([...own, ...(name.kind === "nested" ? accountsOfStack(name.around, deployments) : [])])];
}

/** Throws `BadInput` at a glob that no stack of the whole app has: what it was to hold back would not be. */
export function checkDeployedStacks(root: IConstruct, deployments: readonly DeployedStacks[]): void {
  const globs = deployments.flatMap(({ stacks }) => stacks);
  if (globs.length === 0) return;
  const paths = root.node.root.node.findAll().flatMap((node) => (cdk.Stack.isStack(node) ? [node.node.path] : []));
  const idle = globs.find((glob) => !paths.some((path) => picomatch.isMatch(path, glob)));
  if (idle !== undefined) throw new BadInput(`deployments: no stack is called "${idle}": write the construct path of a stack, or a glob (the stacks are ${paths.join(", ")}).`);
}
