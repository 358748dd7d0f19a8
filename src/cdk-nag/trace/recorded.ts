import type { IdentityPolicy } from "../policies.js";
import { documentsOf, originsOf, type Origins } from "./record.js";
import { member } from "./wrap.js";

const known = new WeakMap<object, Origins>();

/**
 * Where the actions of a policy came from, as far as the recorder was there. The resource is resolved once more for it, so the tree
 * must be final.
 */
export function originsIn({ resource: { node } }: IdentityPolicy): Origins {
  let origins = known.get(node);
  if (origins !== undefined) return origins;
  const { documents } = documentsOf(() => {
    const template: unknown = member(node, "_toCloudFormation");
    return typeof template === "function" ? node.stack.resolve(Reflect.apply(template, node, []) as unknown) as unknown : undefined;
  });
  known.set(node, (origins = originsOf(node, documents)));
  return origins;
}
