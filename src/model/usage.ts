import type { PrincipalKind } from "./principal.js";

/** One action that was reported unused. `name` is bare (`GetObject`), in the casing of the report. */
export interface UnusedAction {
  readonly name: string;
  /** ISO 8601; null when the action was never used in the tracking period. */
  readonly lastAccessed: string | null;
}

/** What one service's findings say. `whole`: the service as a whole was not used, whatever the action. */
export interface UnusedService {
  /** In the casing of the report; keys of `UnusedPermissions` are lower case. */
  readonly namespace: string;
  readonly whole: boolean;
  /** Of the service as a whole; ISO 8601 or null. */
  readonly lastAccessed: string | null;
  /** By lower-case bare action name. */
  readonly actions: ReadonlyMap<string, UnusedAction>;
}

/** Unused permissions by lower-case service namespace (`s3`, `lambda`). */
export type UnusedPermissions = ReadonlyMap<string, UnusedService>;

export type FindingStatus = "ACTIVE" | "ARCHIVED" | "RESOLVED";

/**
 * One statement of an export about what one principal does not use, or what nobody uses of those who have a managed policy.
 * Times are ISO 8601.
 */
export interface Finding {
  readonly id: string;
  /** Of a role or user; of last-accessed data also that of a group or managed policy. */
  readonly principalArn: string;
  /** `FAILED`: the analysis ended with an error and says nothing. */
  readonly status: FindingStatus | "FAILED";
  readonly analyzedAt: string;
  readonly updatedAt: string;
  /** Of last-accessed data all that is granted and recorded, used or not: what counts as unused is decided when merged. */
  readonly unused: UnusedPermissions;
  /** Absolute path of the file that it was read from. */
  readonly file: string;
  /** There for last-accessed data only. */
  readonly lastAccessed?: LastAccessedPage;
}

/** What else a page of IAM's last-accessed data says. */
export interface LastAccessedPage {
  /** No page follows it. */
  readonly isLast: boolean;
  /** When the role, user, group or policy was made; ISO 8601, null when the export does not say. */
  readonly createdAt: string | null;
}

/** A principal of which an export says how much is unused, and not what. */
export interface UnusedCount {
  readonly principalArn: string;
  readonly actions: number;
  readonly services: number;
  /** What is archived, resolved or deleted counts no more. */
  readonly isActive: boolean;
  /** ISO 8601. */
  readonly updatedAt: string;
  /** Of IAM Access Analyzer; null when the export does not tell it. */
  readonly findingId: string | null;
  readonly analyzerArn: string | null;
  readonly file: string;
}

/** A role, password or access key that nobody uses. ISO 8601; `lastAccessed` null: never in the tracking period. */
export interface UnusedCredential {
  readonly kind: "role" | "password" | "access key";
  readonly principalArn: string;
  /** Of an access key; otherwise null. */
  readonly accessKeyId: string | null;
  readonly lastAccessed: string | null;
  readonly analyzedAt: string;
  readonly findingId: string;
}

/** What AWS recommends for one policy of one principal: a smaller one in its place, or none. */
export interface Recommendation {
  readonly principalArn: string;
  /** The ARN of a managed policy, the bare name of an inline one. */
  readonly policyId: string;
  /** The action patterns that the recommended policy allows; null for one that it cannot be told of (`NotAction`). None: detach it. */
  readonly allows: readonly string[] | null;
  /** ISO 8601; null when the export does not say. */
  readonly completedAt: string | null;
}

/** `policy`: everyone who has a managed policy, together. */
export type EvidenceKind = PrincipalKind | "policy";

/** All that the findings say of one principal, or of everyone who has a managed policy, merged. */
export interface PrincipalEvidence {
  readonly arn: string;
  readonly kind: EvidenceKind;
  /** The last segment of the ARN: IAM names are unique in an account whatever their path. */
  readonly name: string;
  /** Twelve digits. */
  readonly account: string;
  /** When the analysis that counts was made; ISO 8601. Of several, the oldest. */
  readonly analyzedAt: string;
  readonly findingIds: readonly string[];
  readonly unused: UnusedPermissions;
}
