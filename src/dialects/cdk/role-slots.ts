/** A role that a construct creates for itself. */
export interface RoleSlot {
  /** The id of the role's construct below its owner; null where it does not lie there. */
  readonly child: string | null;
  /** The property that gives another role instead. */
  readonly role: string;
  /** The attribute that reads the role, where it is not called as the property is. */
  readonly attribute?: string;
  /** The method that adds a statement to the role's policy, and the property that lists statements from the start. */
  readonly method: string | null;
  readonly statements?: string;
  /** Which argument holds the properties: the third, but for what is no construct. */
  readonly properties?: number;
  /** What is granted to the construct itself is granted to this role. */
  readonly isGrantee?: true;
}

const INNER_ROLE: RoleSlot = { child: "Role", role: "role", method: "addToRolePolicy" };
const PLAIN_ROLE: RoleSlot = { ...INNER_ROLE, isGrantee: true };
const SERVICE_ROLE: RoleSlot = { ...PLAIN_ROLE, child: "ServiceRole" };
const FUNCTION_ROLE: RoleSlot = { ...SERVICE_ROLE, statements: "initialPolicy" };
const INSTANCE_ROLE: RoleSlot = { ...PLAIN_ROLE, child: "InstanceRole" };
const TASK_ROLES: readonly RoleSlot[] = [
  { child: "TaskRole", role: "taskRole", method: "addToTaskRolePolicy" },
  { child: "ExecutionRole", role: "executionRole", method: "addToExecutionRolePolicy" },
];
const TOOL_ROLE: RoleSlot = { ...SERVICE_ROLE, role: "executionRole", method: null };
const DEPLOYMENT_ROLE: RoleSlot = { child: null, role: "deploymentRole", method: "addToDeploymentRolePolicy", properties: 0 };

/** By class. Which constructs lie where is aws-cdk-lib's own choice: role-slots.test.ts synthesises each. */
export const SLOTS: ReadonlyMap<string, readonly RoleSlot[]> = new Map([
  ["aws-applicationautoscaling.ScalableTarget", [INNER_ROLE]],
  ["aws-autoscaling.AutoScalingGroup", [INSTANCE_ROLE]],
  ["aws-bedrockagentcore.BrowserCustom", [TOOL_ROLE]],
  ["aws-bedrockagentcore.CodeInterpreterCustom", [TOOL_ROLE]],
  ["aws-bedrockagentcore.Gateway", [{ ...SERVICE_ROLE, method: null }]],
  ["aws-bedrockagentcore.Memory", [TOOL_ROLE]],
  ["aws-bedrockagentcore.Runtime", [{ ...PLAIN_ROLE, child: "ExecutionRole", role: "executionRole", attribute: "role" }]],
  ["aws-chatbot.SlackChannelConfiguration", [{ ...PLAIN_ROLE, child: "ConfigurationRole" }]],
  ["aws-cloudfront.experimental.EdgeFunction", [{ ...FUNCTION_ROLE, child: null }]],
  ["aws-codebuild.PipelineProject", [PLAIN_ROLE]],
  ["aws-codebuild.Project", [PLAIN_ROLE]],
  ["aws-codepipeline.Pipeline", [INNER_ROLE]],
  ["aws-codepipeline-actions.CloudFormationCreateReplaceChangeSetAction", [DEPLOYMENT_ROLE]],
  ["aws-codepipeline-actions.CloudFormationCreateUpdateStackAction", [DEPLOYMENT_ROLE]],
  ["aws-codepipeline-actions.CloudFormationDeleteStackAction", [DEPLOYMENT_ROLE]],
  ["aws-ec2.Instance", [INSTANCE_ROLE]],
  ["aws-ecs.Ec2TaskDefinition", TASK_ROLES],
  ["aws-ecs.ExternalTaskDefinition", TASK_ROLES],
  ["aws-ecs.FargateTaskDefinition", TASK_ROLES],
  ["aws-ecs.TaskDefinition", TASK_ROLES],
  // No property gives it another role; it is an identity like a role itself.
  ["aws-eks.ServiceAccount", [{ ...PLAIN_ROLE, method: "addToPrincipalPolicy" }]],
  ["aws-eks-v2.ServiceAccount", [{ ...PLAIN_ROLE, method: "addToPrincipalPolicy" }]],
  ["aws-lambda.DockerImageFunction", [FUNCTION_ROLE]],
  ["aws-lambda.Function", [FUNCTION_ROLE]],
  ["aws-lambda.SingletonFunction", [{ ...FUNCTION_ROLE, child: null }]],
  ["aws-lambda.WebFunction", [SERVICE_ROLE]],
  ["aws-lambda-go-alpha.GoFunction", [FUNCTION_ROLE]],
  ["aws-lambda-nodejs.NodejsFunction", [FUNCTION_ROLE]],
  ["aws-lambda-python-alpha.PythonFunction", [FUNCTION_ROLE]],
  ["aws-scheduler-targets.Universal", [{ child: null, role: "role", method: null, statements: "policyStatements", properties: 0 }]],
  ["aws-stepfunctions.StateMachine", [PLAIN_ROLE]],
  ["aws-synthetics.Canary", [{ ...INNER_ROLE, child: "ServiceRole", method: null }]],
  ["custom-resources.AwsCustomResource", [{ child: null, role: "role", method: null, isGrantee: true }]],
  ["pipelines.CodeBuildStep", [{ child: null, role: "role", method: null, statements: "rolePolicyStatements", properties: 1 }]],
]);
