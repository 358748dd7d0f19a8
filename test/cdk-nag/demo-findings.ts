import { finding, workspace } from "../workspace.js";

const ACCOUNT = "111122223333";

/** Findings for the principals of the demo app, under names as CloudFormation makes them; and for one that is not of the app. */
export function demoFindings(): string {
  const s3 = ["DeleteObject", "DeleteObjectVersion", "PutObjectLegalHold", "PutObjectRetention", "GetBucketAcl", "GetBucketCORS"];
  return workspace({
    "findings/generated.json": finding("Demo-GeneratedRole0BDA1DCF-AbCdEfGhIjKl", { s3, sns: ["Subscribe"], sqs: ["PurgeQueue"], ecs: ["StopTask"] }),
    "findings/orders.json": finding("orders-worker", { dynamodb: ["DeleteItem"], sns: ["Subscribe", "Publish"], sts: [] }),
    "findings/fn.json": finding("Demo-FnServiceRoleB9001A96-AbCdEfGhIjKl", { ses: ["SendRawEmail"] }),
    "findings/inline.json": finding("Demo-InlineRoleFDC07E58-AbCdEfGhIjKl", { kms: ["Encrypt"] }),
    "findings/l1.json": finding("Demo-L1Role-AbCdEfGhIjKl", { events: ["PutRule"], logs: ["DeleteLogGroup"] }),
    "findings/crossed.json": finding("Shared-Crossed9917F484-AbCdEfGhIjKl", { glue: ["StartJobRun"] }),
    "findings/imported.json": finding("imported-role", { athena: [] }),
    "findings/inner.json": finding("Demo-InnerNestedStackInnerN-InnerRoleDE044D4E-AbCdEfGhIjKl", { ecr: [] }),
    "findings/legacy.json": finding("legacy-eu-west-1", { swf: ["CountOpenWorkflowExecutions"] }),
    "findings/set.json": finding(`arn:aws:iam::${ACCOUNT}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Auditor_0123456789abcdef`, { cloudtrail: [] }),
    "findings/operator.json": finding(`arn:aws:iam::${ACCOUNT}:user/operator`, { ec2: ["StartInstances"] }, { resourceType: "AWS::IAM::User" }),
    "findings/stranger.json": finding("somebody-else", { s3: [] }),
  });
}
