import type { Explanation } from "../../explain.js";

/** The explanation for programs. */
export function explanationJson(explanation: Explanation): string {
  const { principals, actions, service, value, analyzedAt, catalogueDate, earlierDate, refinement, trie } = explanation;
  return `${JSON.stringify(
    {
      action: value,
      principals: principals.map((principal) => ({ arn: principal.arn, analyzedAt: principal.analyzedAt })),
      analyzedAt,
      catalogue: catalogueDate,
      earlierCatalogue: earlierDate,
      refinement,
      actions: actions.map(({ name, reason }) => ({ action: `${service}:${name}`, ...reason })),
      trie,
    },
    null,
    2,
  )}\n`;
}
