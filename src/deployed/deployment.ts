import type { PrincipalKind } from "../model/principal.js";

/** A principal that a deployment made, as the records of that deployment tell of it. */
export interface DeployedPrincipal {
  /** A Terraform address with all instance keys, or a logical id. */
  readonly address: string;
  readonly kind: PrincipalKind;
  /** The last segment of the ARN. */
  readonly name: string;
  /** Null when the records do not say in which account it is. */
  readonly account: string | null;
  /** Without the path, where the records do not tell it; null when they do not tell the account. */
  readonly arn: string | null;
}

/** What was deployed as one: a Terraform state, or a stack. */
export interface Deployment {
  /** A stack's id; null for a state, and for a stack that is not named. */
  readonly stack: string | null;
  readonly principals: readonly DeployedPrincipal[];
}

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
const PRINCIPAL = /^arn:aws[a-z-]*:iam::(\d{12}):(role|user|group)\/(?:[!-~]+\/)?([\w+=,.@-]+)$/u;

/** The principal of an ARN; null when it is not of this kind. */
export function principalAt(address: string, kind: PrincipalKind, arn: string): DeployedPrincipal | null {
  const [, account, own, name] = PRINCIPAL.exec(arn) ?? [];
  return account === undefined || name === undefined || own !== kind ? null : { address, kind, name, account, arn };
}
