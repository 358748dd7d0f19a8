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

/** One unused-permission finding of one principal, as an export carries it. Times are ISO 8601. */
export interface Finding {
  readonly id: string;
  readonly principalArn: string;
  readonly status: FindingStatus;
  readonly analyzedAt: string;
  readonly updatedAt: string;
  readonly unused: UnusedPermissions;
  /** Absolute path of the file that it was read from. */
  readonly file: string;
}

/** All that the findings say of one principal, merged. */
export interface PrincipalEvidence {
  readonly arn: string;
  readonly kind: Exclude<PrincipalKind, "group">;
  /** The last segment of the ARN: IAM names are unique in an account whatever their path. */
  readonly name: string;
  /** Twelve digits. */
  readonly account: string;
  /** When the analysis that counts was made; ISO 8601. Of several, the oldest. */
  readonly analyzedAt: string;
  readonly findingIds: readonly string[];
  readonly unused: UnusedPermissions;
}
