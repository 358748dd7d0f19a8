import { App, NestedStack, Stack } from "aws-cdk-lib";
import { BuildSpec, PipelineProject, Project } from "aws-cdk-lib/aws-codebuild";
import { ContainerImage, FargateTaskDefinition } from "aws-cdk-lib/aws-ecs";
import { Code, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import * as iam from "aws-cdk-lib/aws-iam";
import { DefinitionBody, Pass, StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";

// Read twice by logical-id.test.ts: as text by the dialect, and as a program by aws-cdk-lib itself.

const assumedBy = new iam.ServicePrincipal("lambda.amazonaws.com");

class Worker extends Construct {
  readonly role: iam.Role;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.role = new iam.Role(this, "Role", { assumedBy });
    this.role.addToPolicy(new iam.PolicyStatement({ actions: ["s3:GetObject"], resources: ["*"] }));
  }
}

class Team extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const first = new Worker(this, "First");
    new Worker(first, "Worker");
  }
}

class Inner extends NestedStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const role = new iam.Role(this, "InnerRole", { assumedBy });
    role.addToPolicy(new iam.PolicyStatement({ actions: ["s3:GetObject"], resources: ["*"] }));
  }
}

class DemoStack extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const plain = new iam.Role(this, "My-Role", { assumedBy });
    plain.addToPolicy(new iam.PolicyStatement({ actions: ["s3:GetObject"], resources: ["*"] }));

    const slashed = new iam.Role(this, "app/reader", { assumedBy });
    slashed.addToPolicy(new iam.PolicyStatement({ actions: ["s3:GetObject"], resources: ["*"] }));

    const named = new iam.Role(this, "Resource", { assumedBy });
    named.addToPolicy(new iam.PolicyStatement({ actions: ["s3:GetObject"], resources: ["*"] }));

    const group = new iam.Group(this, "Group");
    const user = new iam.User(this, "User");
    new iam.Policy(this, "Shared", {
      statements: [new iam.PolicyStatement({ actions: ["s3:GetObject"], resources: ["*"] })],
      users: [user],
      groups: [group],
    });

    const fn = new LambdaFunction(this, "Fn", {
      runtime: Runtime.NODEJS_22_X,
      handler: "index.handler",
      code: Code.fromInline("exports.handler = () => 1;"),
      initialPolicy: [new iam.PolicyStatement({ actions: ["s3:PutObject"], resources: ["*"] })],
    });
    fn.addToRolePolicy(new iam.PolicyStatement({ actions: ["s3:GetObject"], resources: ["*"] }));

    const project = new Project(this, "Build", { buildSpec: BuildSpec.fromObject({ version: "0.2" }) });
    project.addToRolePolicy(new iam.PolicyStatement({ actions: ["s3:GetObject"], resources: ["*"] }));

    const pipeline = new PipelineProject(this, "PipelineBuild");
    pipeline.addToRolePolicy(new iam.PolicyStatement({ actions: ["s3:GetObject"], resources: ["*"] }));

    const machine = new StateMachine(this, "Machine", { definitionBody: DefinitionBody.fromChainable(new Pass(this, "Pass")) });
    machine.addToRolePolicy(new iam.PolicyStatement({ actions: ["s3:GetObject"], resources: ["*"] }));

    const task = new FargateTaskDefinition(this, "Task");
    task.addContainer("main", { image: ContainerImage.fromRegistry("public.ecr.aws/nginx") });
    task.addToTaskRolePolicy(new iam.PolicyStatement({ actions: ["s3:GetObject"], resources: ["*"] }));
    task.addToExecutionRolePolicy(new iam.PolicyStatement({ actions: ["s3:GetObject"], resources: ["*"] }));

    const folder = new Construct(this, "Folder");
    const filed = new iam.Role(new Construct(folder, "Default"), "FolderDefault", { assumedBy });
    filed.addToPolicy(new iam.PolicyStatement({ actions: ["s3:GetObject"], resources: ["*"] }));

    new Team(this, "RedTeam");
    new Team(this, "Team");
    new Inner(this, "Inner");
  }
}

export const app = new App({ analyticsReporting: false });
new DemoStack(app, "Demo");
const late = new Stack(app, "Late", { stackName: "late-stack" });
const lateRole = new iam.Role(late, "LateRole", { assumedBy });
lateRole.addToPrincipalPolicy(new iam.PolicyStatement({ actions: ["s3:GetObject"], resources: ["*"] }));
