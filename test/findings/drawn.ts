import type { UnusedPermissions } from "../../src/model/usage.js";

/** `s3 whole`, or `s3 GetBucketAcl@2025-06-02 GetBucketPolicy`. */
export function drawn(unused: UnusedPermissions): string[] {
  return [...unused.values()].map(({ namespace, whole, actions }) => {
    const names = [...actions.values()].map(({ name, lastAccessed }) => (lastAccessed === null ? name : `${name}@${lastAccessed.slice(0, 10)}`));
    return [namespace, ...(whole ? ["whole"] : []), ...names].join(" ");
  });
}
