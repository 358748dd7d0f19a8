/** The output of `aws iam get-account-authorization-details`, for tests. Values are the ARNs of attached managed policies. */
export interface Account {
  readonly roles?: Readonly<Record<string, readonly string[]>>;
  readonly users?: Readonly<Record<string, { readonly attached?: readonly string[]; readonly groups?: readonly string[] }>>;
  readonly groups?: Readonly<Record<string, readonly string[]>>;
  /** How often AWS counts each to be attached. */
  readonly policies?: Readonly<Record<string, number>>;
}

export function authorizationDetails({ roles = {}, users = {}, groups = {}, policies = {} }: Account, more: object = {}): string {
  return JSON.stringify({
    UserDetailList: Object.entries(users).map(([Arn, { attached = [], groups: own = [] }]) => ({ ...detail(Arn, "User"), GroupList: own, ...attachedTo(attached) })),
    GroupDetailList: Object.entries(groups).map(([Arn, attached]) => ({ ...detail(Arn, "Group"), GroupPolicyList: [], ...attachedTo(attached) })),
    RoleDetailList: Object.entries(roles).map(([Arn, attached]) => ({
      ...detail(Arn, "Role"),
      AssumeRolePolicyDocument: "%7B%22Version%22%3A%222012-10-17%22%7D",
      RolePolicyList: [{ PolicyName: "inline", PolicyDocument: { Version: "2012-10-17", Statement: [] } }],
      ...attachedTo(attached),
    })),
    Policies: Object.entries(policies).map(([Arn, AttachmentCount]) => ({
      ...detail(Arn, "Policy"),
      AttachmentCount,
      PolicyVersionList: [{ VersionId: "v1", IsDefaultVersion: true, Document: "%7B%22Version%22%3A%222012-10-17%22%7D" }],
    })),
    IsTruncated: false,
    ...more,
  });
}

function detail(arn: string, kind: string): object {
  return { Path: "/", [`${kind}Name`]: arn.slice(arn.lastIndexOf("/") + 1), Arn: arn, CreateDate: "2025-01-01T00:00:00+00:00" };
}

function attachedTo(arns: readonly string[]): object {
  return { AttachedManagedPolicies: arns.map((PolicyArn) => ({ PolicyName: PolicyArn.slice(PolicyArn.lastIndexOf("/") + 1), PolicyArn })) };
}
