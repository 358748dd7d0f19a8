import { recommendationsFor, type Evidence } from "../../src/evidence.js";
import type { PrincipalReference } from "../../src/model/principal.js";

/** All that evidence says, in a form that shows every difference. */
export function everything(evidence: Evidence): unknown {
  const all: PrincipalReference = { kind: "role", address: "all", name: { kind: "arn", arn: "*" } };
  return {
    principals: evidence.principals.find(all),
    policies: evidence.policies.find(all),
    settled: evidence.settled.find(all),
    sizes: [evidence.principals.size, evidence.policies.size, evidence.settled.size],
    holders: [...evidence.principals.holders(), ...evidence.settled.holders()].map(({ arn, kind, name, account }) => ({ arn, kind, name, account })),
    accounts: (["role", "user", "group"] as const).map((kind) => evidence.principals.accounts(kind)),
    counts: [...evidence.counts],
    credentials: [...evidence.credentials],
    recommendations: [...evidence.principals.holders()].map(({ arn }) => recommendationsFor(evidence, [arn])),
    skipped: evidence.skipped,
    fingerprint: evidence.fingerprint,
  };
}
