import { contains, matches } from "./pattern.js";
import { matching, type KnownAction, type ServiceActions } from "./service-actions.js";

/** What is said of narrower entries: names and patterns without their service. */
export interface Claim {
  /** The entry that they are to replace. */
  readonly pattern: string;
  readonly entries: readonly string[];
  /** The known actions that are to stay. */
  readonly kept: readonly KnownAction[];
  /** Lower-case names that are to go, known or not. */
  readonly gone: readonly string[];
}

/**
 * Do the entries grant all and only what is to stay? Over the catalogue they match `kept` and nothing else, they match no
 * name that is to go, and each of them is contained in the pattern, so that nothing which AWS adds later is granted anew.
 */
export function provesNarrower(service: ServiceActions, { pattern, entries, kept, gone }: Claim): boolean {
  const granted = new Set<string>();
  for (const entry of entries) for (const { key } of matching(service, entry)) granted.add(key);
  const strangers = gone.filter((key) => !service.byKey.has(key));
  return (
    granted.size === kept.length &&
    kept.every(({ key }) => granted.has(key)) &&
    !gone.some((key) => granted.has(key)) &&
    !strangers.some((key) => entries.some((entry) => matches(entry, key))) &&
    entries.every((entry) => contains(pattern, entry))
  );
}
