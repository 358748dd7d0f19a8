/** A role that a construct creates for itself. */
export interface RoleSlot {
  /** The id of the role's construct below its owner. */
  readonly child: string;
  /** Both the property that gives another role instead and the attribute that reads the role. */
  readonly role: string;
  /** The method that adds a statement to the role's policy, and the property that lists statements from the start. */
  readonly method: string;
  readonly statements?: string;
}

const SERVICE_ROLE: RoleSlot = { child: "ServiceRole", role: "role", method: "addToRolePolicy", statements: "initialPolicy" };
const PLAIN_ROLE: RoleSlot = { child: "Role", role: "role", method: "addToRolePolicy" };
const TASK_ROLES: readonly RoleSlot[] = [
  { child: "TaskRole", role: "taskRole", method: "addToTaskRolePolicy" },
  { child: "ExecutionRole", role: "executionRole", method: "addToExecutionRolePolicy" },
];

export const SLOTS: ReadonlyMap<string, readonly RoleSlot[]> = new Map([
  ["aws-lambda.Function", [SERVICE_ROLE]],
  ["aws-lambda.DockerImageFunction", [SERVICE_ROLE]],
  ["aws-lambda-nodejs.NodejsFunction", [SERVICE_ROLE]],
  ["aws-lambda-go-alpha.GoFunction", [SERVICE_ROLE]],
  ["aws-lambda-python-alpha.PythonFunction", [SERVICE_ROLE]],
  ["aws-codebuild.Project", [PLAIN_ROLE]],
  ["aws-codebuild.PipelineProject", [PLAIN_ROLE]],
  ["aws-stepfunctions.StateMachine", [PLAIN_ROLE]],
  ["aws-ec2.Instance", [{ ...PLAIN_ROLE, child: "InstanceRole" }]],
  ["aws-ecs.TaskDefinition", TASK_ROLES],
  ["aws-ecs.Ec2TaskDefinition", TASK_ROLES],
  ["aws-ecs.FargateTaskDefinition", TASK_ROLES],
]);
