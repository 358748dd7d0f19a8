import { recommendationTable, tableOf, type Evidence, type Settled } from "../src/evidence.js";
import type { PrincipalEvidence, Recommendation } from "../src/model/usage.js";

interface Parts {
  readonly principals?: readonly PrincipalEvidence[];
  readonly policies?: readonly PrincipalEvidence[];
  readonly settled?: readonly Settled[];
  readonly recommendations?: readonly Recommendation[];
}

/** Evidence of no files. */
export function evidenceWith({ principals = [], policies = [], settled = [], recommendations = [] }: Parts): Evidence {
  return {
    files: [],
    principals: tableOf(principals),
    policies: tableOf(policies),
    settled: tableOf(settled),
    counts: [],
    credentials: [],
    recommendations: recommendationTable(recommendations),
    skipped: [],
    fingerprint: "",
  };
}
