import type { Recommendation } from "../model/usage.js";

/** What AWS recommends, found by whom it is for. */
export interface RecommendationTable {
  readonly isEmpty: boolean;
  of(arn: string): readonly Recommendation[];
}

export function recommendationTable(all: readonly Recommendation[]): RecommendationTable {
  const byArn = new Map<string, Recommendation[]>();
  for (const recommendation of all) {
    const known = byArn.get(recommendation.principalArn);
    if (known === undefined) byArn.set(recommendation.principalArn, [recommendation]);
    else known.push(recommendation);
  }
  return { isEmpty: all.length === 0, of: (arn) => byArn.get(arn) ?? [] };
}
