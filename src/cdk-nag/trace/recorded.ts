import type { IdentityPolicy } from "../policies.js";
import type { SynthResource } from "../stacks.js";
import { originsOf, type Origins } from "./record.js";

const known = new WeakMap<SynthResource, Origins>();

/** Where the actions of a policy came from, as far as the recorder was there. */
export function originsIn({ resource }: IdentityPolicy): Origins {
  let origins = known.get(resource);
  if (origins === undefined) known.set(resource, (origins = originsOf(resource.node, resource.documents)));
  return origins;
}
