/** What a policy is attached as. */
export type QuotaHolder = "managed" | "role" | "user" | "group" | "unknown";

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: characters without white space. Those of
// roles, users and groups are for all of their inline policies together.
const QUOTAS: Readonly<Record<QuotaHolder, { readonly limit: number; readonly of: string }>> = {
  managed: { limit: 6_144, of: "a managed policy" },
  role: { limit: 10_240, of: "the inline policies of a role" },
  user: { limit: 2_048, of: "the inline policies of a user" },
  group: { limit: 5_120, of: "the inline policies of a group" },
  unknown: { limit: 6_144, of: "a managed policy" },
};

export function isQuotaHolder(value: unknown): value is QuotaHolder {
  return typeof value === "string" && Object.hasOwn(QUOTAS, value);
}

/** Characters without white space. */
export function quotaOf(holder: QuotaHolder): number {
  return QUOTAS[holder].limit;
}

/** Characters as IAM counts them: without white space. */
export function policySize(text: string): number {
  return text.replace(/\s/gu, "").length;
}

/** Characters of a policy before and after an edit. */
export interface PolicySizes {
  readonly before: number;
  readonly after: number;
}

/**
 * A clause that completes "not fixed, because …" when a policy is within the quota of its holder before an edit and not after
 * it; otherwise null.
 */
export function overQuota(holder: QuotaHolder, { before, after }: PolicySizes): string | null {
  const { limit, of } = QUOTAS[holder];
  if (after <= limit || before > limit) return null;
  return `the policy would grow from ${shownSize(before)} to ${shownSize(after)} characters, and the quota of ${of} is ${shownSize(limit)}`;
}

/** A policy's text in the source, and its action entries before and after an edit. */
export interface ResizedPolicy {
  readonly text: string;
  /** The texts of its action entries, as they stand in `text`. */
  readonly without: readonly string[];
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/**
 * The sizes of a policy as the source spells it. What is not an action entry counts as it stands, which is near enough to the
 * JSON that is deployed. `others` are the sizes of the policies that share its quota.
 */
export function policySizes({ text, without, before, after }: ResizedPolicy, others = 0): PolicySizes {
  const frame = others + policySize(text) - sum(without.map(policySize));
  return { before: frame + entriesSize(before), after: frame + entriesSize(after) };
}

/** Of action entries in a list: two quotes and a comma each. */
export function entriesSize(values: readonly string[]): number {
  return sum(values.map((value) => policySize(value) + 3));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

export function shownSize(size: number): string {
  return size.toLocaleString("en-US");
}
