import { couldBe } from "../dialects/cdk/principal-names.js";
import { SURE_ID_LENGTH } from "../dialects/cloudformation/generated-name.js";
import { evidenceFor, type Evidence } from "../evidence.js";
import type { Exception } from "../exceptions/exceptions.js";
import type { Inventory } from "../inventory/inventory.js";
import { withInventory } from "../inventory/known.js";
import type { PrincipalReference, Rival } from "../model/principal.js";
import type { PrincipalEvidence } from "../model/usage.js";
import { judge, type JudgeOptions, type Judgement, type Verdict } from "../verdict.js";
import { accountsOfStack, type DeployedStacks } from "./deployed-stacks.js";
import type { IdentityPolicy, SynthPolicies } from "./policies.js";
import type { SynthAction, SynthStatement } from "./statements.js";
import { writePolicies } from "./written.js";

/** The unused part of one action entry of a template. */
export interface UnusedEntry {
  readonly policy: IdentityPolicy;
  readonly statement: SynthStatement;
  readonly action: SynthAction;
  readonly verdict: Verdict;
  /** Of all who get the grants of the policy. */
  readonly principals: readonly PrincipalEvidence[];
}

/**
 * What became of one policy.
 *
 * - `judged`: everyone who gets its grants has a finding; `entries` may still be empty.
 * - `no-principal`: the app does not say whom it grants to, or not all of them.
 * - `no-finding`: `without` have no ACTIVE unused-permission finding, or not in every account, so everything stays.
 */
export type PolicyOutcome =
  | { readonly kind: "judged"; readonly entries: readonly UnusedEntry[] }
  | { readonly kind: "no-principal"; readonly why: string }
  | { readonly kind: "no-finding"; readonly without: readonly string[] };

export interface PolicyJudgement {
  readonly policy: IdentityPolicy;
  /** Every principal of the findings that the policy was matched to. */
  readonly principals: readonly PrincipalEvidence[];
  /** The exceptions that keep something of it. */
  readonly excepted: readonly Exception[];
  readonly outcome: PolicyOutcome;
}

export interface JudgeSynthOptions extends Omit<JudgeOptions, "rivals" | "accountsOf" | "exceptions"> {
  /** Those in force. */
  readonly exceptions: readonly Exception[];
  /** Those that hold no more. */
  readonly expired: readonly Exception[];
  readonly inventory: Inventory | null;
  readonly deployments: readonly DeployedStacks[];
}

/** Decides, for every policy of an app, what the evidence says of its action entries; in the order of the policies. */
export function judgePolicies(synth: SynthPolicies, options: JudgeSynthOptions): readonly PolicyJudgement[] {
  const { policies } = synth;
  const { text, located, standsAt } = writePolicies(policies);
  const known = withInventory(located, options.inventory, options.evidence, () => null);
  const judgements = judge(text, known, { ...options, rivals: rivalsAmong(synth.principals) });
  return policies.map((policy, index): PolicyJudgement => {
    const judgement = judgements[index];
    const { principals = [], excepted = [] } = judgement ?? {};
    const outcome = judgement === undefined ? { kind: "no-principal" as const, why: "it was not judged" } : outcomeOf(policy, judgement, options);
    if (outcome.kind !== "judged") return { policy, principals, excepted, outcome };
    const entries = outcome.verdicts.flatMap((verdict): readonly UnusedEntry[] => {
      const place = standsAt(verdict.entry);
      return place === undefined ? [] : [{ policy, ...place, verdict, principals }];
    });
    return { policy, principals, excepted, outcome: { kind: "judged", entries } };
  });
}

type Outcome = Exclude<PolicyOutcome, { kind: "judged" }> | { readonly kind: "judged"; readonly verdicts: readonly Verdict[] };

function outcomeOf({ attachment, resource }: IdentityPolicy, { outcome }: Judgement, { evidence, deployments }: JudgeSynthOptions): Outcome {
  switch (outcome.kind) {
    case "no-principal":
      return { kind: "no-principal", why: attachment.open[0] ?? "the app does not attach it to anyone" };
    case "no-finding":
      return { kind: "no-finding", without: outcome.without.map(({ address }) => address) };
    case "judged": {
      // Whoever is known to be missing may be using everything.
      const [unnamed] = attachment.unnamed;
      if (unnamed !== undefined) return { kind: "no-principal", why: unnamed };
      const without = accountsOfStack(resource.stack, deployments).flatMap((account) =>
        attachment.principals.filter((reference) => !isFoundIn(account, reference, evidence)).map(({ address }) => `${address} in account ${account}`),
      );
      if (without.length > 0) return { kind: "no-finding", without };
      return { kind: "judged", verdicts: outcome.verdicts };
    }
  }
}

function isFoundIn(account: string, reference: PrincipalReference, evidence: Evidence): boolean {
  return evidenceFor(evidence, reference).some((principal) => principal.account === account);
}

/** Who else in the app could have the generated name of a principal, or has its literal one. */
function rivalsAmong(principals: readonly PrincipalReference[]): (reference: PrincipalReference) => readonly Rival[] {
  const groups = new Map<string, PrincipalReference[]>();
  const literal = principals.filter(({ name }) => name.kind === "literal");
  for (const principal of principals) {
    const key = keyOf(principal);
    groups.set(key, [...(groups.get(key) ?? []), principal]);
  }
  return (reference) => {
    const candidates = groups.get(keyOf(reference)) ?? [];
    const others = reference.name.kind === "pattern" ? [...candidates, ...literal] : candidates;
    return others
      .filter((other) => other.kind === reference.kind && !isSame(other, reference) && isRival(reference, other))
      .map(({ address, declared }) => ({ shown: address, declared: declared ?? null }));
  };
}

function keyOf({ kind, name }: PrincipalReference): string {
  switch (name.kind) {
    case "literal":
      return `${kind} ${name.name}`;
    case "pattern":
      // Longer ids may be cut to this.
      return `${kind} ${name.id.slice(0, SURE_ID_LENGTH)} *`;
    case "arn":
      return `${kind} ${name.arn}`;
  }
}

function isSame({ declared, address }: PrincipalReference, reference: PrincipalReference): boolean {
  if (declared === undefined || reference.declared === undefined) return address === reference.address;
  return declared.in === reference.declared.in && declared.address === reference.declared.address;
}

function isRival({ name }: PrincipalReference, other: PrincipalReference): boolean {
  if (name.kind === "literal") return other.name.kind === "literal" && other.name.name === name.name;
  return couldBe(name, other.name);
}
