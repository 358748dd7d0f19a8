import { App, CfnOutput, CfnParameter, NestedStack, Stack } from "aws-cdk-lib";
import * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import * as iam from "aws-cdk-lib/aws-iam";
import { Code, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { CfnInclude } from "aws-cdk-lib/cloudformation-include";
import { CfnPermissionSet } from "aws-cdk-lib/aws-sso";
import { join } from "node:path";

// The built-in check of templates takes seconds and finds nothing that matters here.
process.env["CDK_VALIDATION"] = "false";

export const assumedBy = new iam.ServicePrincipal("lambda.amazonaws.com");

export function allow(...actions: readonly string[]): iam.PolicyStatement {
  return new iam.PolicyStatement({ actions: [...actions], resources: ["*"] });
}

export function newApp(): App {
  return new App({ analyticsReporting: false, context: { "aws:cdk:disable-creation-stack-traces": true } });
}

/** Every way in which policies come to principals, in one app of two stacks and a nested one. */
export function demoApp(): { readonly app: App; readonly demo: Stack; readonly shared: Stack } {
  const app = newApp();
  const shared = new Stack(app, "Shared");
  const crossed = new iam.Role(shared, "Crossed", { assumedBy });
  const managedElsewhere = new iam.ManagedPolicy(shared, "Elsewhere", { statements: [allow("sqs:SendMessage", "sqs:PurgeQueue")] });

  const demo = new Stack(app, "Demo");
  const generated = new iam.Role(demo, "GeneratedRole", { assumedBy, managedPolicies: [managedElsewhere] });
  new Bucket(demo, "Bucket").grantReadWrite(generated);

  const named = new iam.Role(demo, "NamedRole", { assumedBy, roleName: "orders-worker" });
  const table = new dynamodb.Table(demo, "Table", { partitionKey: { name: "id", type: dynamodb.AttributeType.STRING } });
  table.grant(named, "dynamodb:GetItem", "dynamodb:DeleteItem");

  new LambdaFunction(demo, "Fn", {
    runtime: Runtime.NODEJS_22_X,
    handler: "index.handler",
    code: Code.fromInline("exports.handler = () => 1;"),
    initialPolicy: [allow("ses:SendEmail", "ses:SendRawEmail")],
  });

  new iam.ManagedPolicy(demo, "Managed", { statements: [allow("sns:Publish", "sns:Subscribe")], roles: [generated, named] });
  new iam.Role(demo, "InlineRole", {
    assumedBy,
    inlinePolicies: {
      own: new iam.PolicyDocument({
        statements: [
          allow("kms:Decrypt", "kms:Encrypt"),
          new iam.PolicyStatement({ effect: iam.Effect.DENY, actions: ["kms:Delete*"], resources: ["*"] }),
          new iam.PolicyStatement({ notActions: ["iam:*"], resources: ["*"] }),
        ],
      }),
    },
  });
  const l1 = new iam.CfnRole(demo, "L1Role", {
    assumeRolePolicyDocument: { Version: "2012-10-17", Statement: [] },
    policies: [{ policyName: "inline", policyDocument: { Version: "2012-10-17", Statement: { Effect: "Allow", Action: "logs:*", Resource: "*" } } }],
  });
  const l1Policy = new iam.CfnPolicy(demo, "L1Policy", {
    policyName: "l1",
    roles: [l1.ref],
    policyDocument: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: ["events:PutEvents"], Resource: "*" }] },
  });
  l1Policy.addPropertyOverride("PolicyDocument.Statement.0.Action", ["events:PutEvents", "events:PutRule"]);

  new iam.Policy(demo, "Across", { statements: [allow("glue:GetJob", "glue:StartJobRun")], roles: [crossed] });
  iam.Role.fromRoleName(demo, "Imported", "imported-role").addToPrincipalPolicy(allow("athena:GetQueryExecution"));
  iam.Role.fromRoleArn(demo, "ByArn", `arn:aws:iam::${demo.account}:role/by-arn`).addToPrincipalPolicy(allow("xray:PutTraceSegments"));
  const parameter = new CfnParameter(demo, "RoleParameter");
  new iam.CfnPolicy(demo, "Unknown", {
    policyName: "unknown",
    roles: [parameter.valueAsString],
    policyDocument: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: ["batch:SubmitJob"], Resource: "*" }] },
  });

  const group = new iam.Group(demo, "Group");
  group.addToPolicy(allow("ec2:DescribeInstances", "ec2:StartInstances"));
  new iam.User(demo, "User", { userName: "operator" }).addToGroup(group);

  const nested = new NestedStack(demo, "Inner");
  new iam.Role(nested, "InnerRole", { assumedBy }).addToPolicy(allow("ecr:GetAuthorizationToken"));
  new iam.Policy(nested, "ForOuter", { statements: [allow("ecs:RunTask", "ecs:StopTask")], roles: [generated] });
  const innerManaged = new iam.ManagedPolicy(nested, "InnerManaged", { statements: [allow("ssm:GetParameter")] });
  new iam.Role(demo, "OuterRole", { assumedBy, managedPolicies: [innerManaged] });

  new CfnInclude(demo, "Included", { templateFile: join(import.meta.dirname, "included.template.json") });
  new CfnPermissionSet(demo, "Set", {
    instanceArn: "arn:aws:sso:::instance/ssoins-1111222233334444",
    name: "Auditor",
    inlinePolicy: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "cloudtrail:LookupEvents", Resource: "*" }] },
  });
  const boundary = new iam.ManagedPolicy(demo, "Boundary", { statements: [allow("s3:*")] });
  iam.PermissionsBoundary.of(l1).apply(boundary);
  const exposed = new iam.ManagedPolicy(demo, "Exposed", { statements: [allow("sts:GetCallerIdentity")], roles: [named] });
  new CfnOutput(demo, "ExposedArn", { value: exposed.managedPolicyArn });
  return { app, demo, shared };
}
