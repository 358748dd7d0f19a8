/** Records as Terraform and the AWS CLI write them, for tests. */
export function roleArn(name: string, account = "111122223333"): string {
  return `arn:aws:iam::${account}:role/${name}`;
}

/** `terraform show -json` of a state: ARNs of roles by address. */
export function shownState(roles: Readonly<Record<string, string>>): string {
  const resources = Object.entries(roles).map(([address, arn]) => ({
    address,
    mode: "managed",
    type: "aws_iam_role",
    name: "x",
    values: { arn, name: arn.slice(arn.lastIndexOf("/") + 1), assume_role_policy: "{}" },
    sensitive_values: { tags: {} },
  }));
  const isRoot = ({ address }: { readonly address: string }): boolean => !address.startsWith("module.");
  return JSON.stringify({
    format_version: "1.0",
    terraform_version: "1.9.5",
    values: { root_module: { resources: resources.filter(isRoot), child_modules: [{ address: "module.x", resources: resources.filter((each) => !isRoot(each)) }] } },
  });
}

/** `describe-stack-resources`: names of roles by logical id. */
export function describedStack(stack: string, roles: Readonly<Record<string, string>>, account = "111122223333"): string {
  return JSON.stringify({
    StackResources: Object.entries(roles).map(([LogicalResourceId, PhysicalResourceId]) => ({
      StackName: stack,
      StackId: stackId(stack, account),
      LogicalResourceId,
      PhysicalResourceId,
      ResourceType: "AWS::IAM::Role",
      Timestamp: "2026-09-01T00:00:00.000Z",
      ResourceStatus: "CREATE_COMPLETE",
      DriftInformation: { StackResourceDriftStatus: "NOT_CHECKED" },
    })),
  });
}

export function stackId(stack: string, account = "111122223333"): string {
  return `arn:aws:cloudformation:eu-west-1:${account}:stack/${stack}/2a3b`;
}
