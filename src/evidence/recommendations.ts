import { groupedBy } from "../model/groups.js";
import type { Recommendation } from "../model/usage.js";

/** What AWS recommends, found by whom it is for. */
export interface RecommendationTable {
  readonly isEmpty: boolean;
  of(arn: string): readonly Recommendation[];
}

export function recommendationTable(all: readonly Recommendation[]): RecommendationTable {
  const byArn = groupedBy(all, ({ principalArn }) => principalArn);
  return { isEmpty: all.length === 0, of: (arn) => byArn.get(arn) ?? [] };
}
