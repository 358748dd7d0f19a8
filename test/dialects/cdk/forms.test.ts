import { describe, expect, it } from "vitest";
import { read } from "./read.js";

const HEAD = `import * as cdk from 'aws-cdk-lib';
import { Stack, aws_appsync as appsync, aws_dynamodb as dynamodb, aws_ecs as ecs, aws_eks as eks, aws_iam as iam, aws_kms as kms, aws_lambda as lambda, aws_s3 as s3, aws_sqs as sqs } from 'aws-cdk-lib';
import * as actions from 'aws-cdk-lib/aws-codepipeline-actions';
import * as agents from 'aws-cdk-lib/aws-bedrockagentcore';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as chatbot from 'aws-cdk-lib/aws-chatbot';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as cr from 'aws-cdk-lib/custom-resources';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as glue from '@aws-cdk/aws-glue-alpha';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as pipelines from 'aws-cdk-lib/pipelines';
import * as scheduler from 'aws-cdk-lib/aws-scheduler-targets';
import * as sam from 'aws-cdk-lib/aws-sam';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as sso from 'aws-cdk-lib/aws-sso';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
`;

/** A stack whose constructor holds `body`, which may begin with declarations of its own, ended by `---`. */
function stack(body: string): string {
  const [before, inside] = body.includes("---") ? body.split("---") : ["", body];
  return `${HEAD}${before ?? ""}\nclass Demo extends Stack { constructor(scope, id, props) { super(scope, id, props);\n${inside ?? ""}\n} }`;
}

/** `address (holder): actions > principals; open clauses`, a line a document, and a line for what is not understood. */
function found(body: string): readonly string[] {
  const { documents, opaque } = read(stack(body));
  return [
    ...documents.map(({ address, holder, statements, opaque: unreadable, attachment }) => {
      const shown = statements.flatMap((statement) => [
        ...statement.actions.map(({ value, locked }) => (locked === null ? value : `${value} [${locked}]`)),
        ...statement.notActions.map(({ value }) => `not ${value}`),
        ...statement.opaque.map(({ why }) => `? ${why}`),
      ]);
      const hidden = unreadable.map(({ why }) => `? ${why}`);
      const whom = attachment.principals.map(({ address: principal }) => principal).join(" + ");
      return `${address} (${holder}): ${[...shown, ...hidden].join(", ")} > ${[whom, ...attachment.open].join("; ")}`;
    }),
    ...opaque.map(({ why }) => `? ${why}`),
  ];
}

const ROLE = "const role = new iam.Role(this, 'R', { assumedBy });";
const S = "new iam.PolicyStatement({ actions: ['s3:Get*'], resources: ['*'] })";

/** The body of the stack, then what is found in it. */
const CASES: Record<string, Record<string, readonly [string, ...string[]]>> = {
  "grants with given actions": {
    table: [
      `${ROLE} const t = new dynamodb.Table(this, 'T', {}); t.grant(role, 'dynamodb:Query', 'dynamodb:Scan');`,
      "Demo/R/DefaultPolicy (role): dynamodb:Query, dynamodb:Scan > Demo/R",
    ],
    stream: [
      `${ROLE} const t = new dynamodb.TableV2(this, 'T', {}); t.grantStream(role, 'dynamodb:GetRecords');`,
      "Demo/R/DefaultPolicy (role): dynamodb:GetRecords > Demo/R",
    ],
    execution: [
      `${ROLE} const m = new sfn.StateMachine(this, 'M', {}); m.grantExecution(role, 'states:StopExecution');`,
      "Demo/R/DefaultPolicy (role): states:StopExecution > Demo/R",
    ],
    "table.grants.actions": [
      `${ROLE} const t = new dynamodb.Table(this, 'T', {}); t.grants.actions(role, 'dynamodb:Query');`,
      "Demo/R/DefaultPolicy (role): dynamodb:Query > Demo/R",
    ],
    "table.streamGrants.actions": [
      `${ROLE} const t = new dynamodb.Table(this, 'T', {}); t.streamGrants.actions(role, 'dynamodb:GetRecords');`,
      "Demo/R/DefaultPolicy (role): dynamodb:GetRecords > Demo/R",
    ],
    TableGrants: [
      `${ROLE} const t = new dynamodb.Table(this, 'T', {}); dynamodb.TableGrants.fromTable(t).actions(role, 'dynamodb:Query');`,
      "Demo/R/DefaultPolicy (role): dynamodb:Query > Demo/R",
    ],
    "objects of a bucket": [
      `${ROLE} const b = new s3.Bucket(this, 'B'); b.grants.actionsOnObjectKeys(role, 'in/*', 's3:GetObject', 's3:PutObject');`,
      "Demo/R/DefaultPolicy (role): s3:GetObject, s3:PutObject > Demo/R",
    ],
    "a role": [
      `${ROLE} const other = new iam.Role(this, 'O', { assumedBy }); other.grant(role, 'iam:PassRole', 'iam:GetRole');`,
      "Demo/R/DefaultPolicy (role): iam:PassRole, iam:GetRole > Demo/R",
    ],
    "to a function": [
      "const fn = new lambda.Function(this, 'F', {}); const q = new sqs.Queue(this, 'Q'); q.grant(fn, 'sqs:SendMessage');",
      "Demo/F/ServiceRole/DefaultPolicy (role): sqs:SendMessage > Demo/F",
    ],
    "to a function's role": [
      "const fn = new lambda.Function(this, 'F', {}); const q = new sqs.Queue(this, 'Q'); q.grant(fn.role!, 'sqs:SendMessage');",
      "Demo/F/ServiceRole/DefaultPolicy (role): sqs:SendMessage > Demo/F",
    ],
    "to a function with a given role": [
      "const fn = new lambda.Function(this, 'F', { role: iam.Role.fromRoleName(this, 'X', 'given') }); const q = new sqs.Queue(this, 'Q'); q.grant(fn, 'sqs:SendMessage');",
      `given/DefaultPolicy (role): sqs:SendMessage > given; "fn" is not created in this file, so the resource's own policy may take the grant`,
    ],
    "to an imported role": [
      "const q = new sqs.Queue(this, 'Q'); q.grant(iam.Role.fromRoleName(this, 'X', 'given'), 'sqs:SendMessage');",
      `given/DefaultPolicy (role): sqs:SendMessage > given; "iam.Role.fromRoleName(this, 'X', 'given')" is not created in this file, so the resource's own policy may take the grant`,
    ],
    "to a service": [
      "const q = new sqs.Queue(this, 'Q'); q.grant(new iam.ServicePrincipal('s3.amazonaws.com'), 'sqs:SendMessage');",
    ],
    "to a policy": [
      `${ROLE} const p = new iam.ManagedPolicy(this, 'P', { roles: [role] }); const q = new sqs.Queue(this, 'Q'); q.grant(p, 'sqs:SendMessage');`,
      'Demo/P (managed): sqs:SendMessage > Demo/R; it is handed to "grant"',
    ],
    "of something unknown": [
      `${ROLE} props.table.grant(role, 'dynamodb:Query');`,
      'Demo/R/DefaultPolicy (role): dynamodb:Query > Demo/R; this file does not tell what "props.table.grant" does',
    ],
    "of an imported table": [
      `${ROLE} dynamodb.Table.fromTableName(this, 'T', 'orders').grant(role, 'dynamodb:Query');`,
      "Demo/R/DefaultPolicy (role): dynamodb:Query > Demo/R",
    ],
    "of a key beside the role": [
      `${ROLE} const k = new kms.Key(this, 'K'); k.grant(role, 'kms:Decrypt');`,
      "Demo/R/DefaultPolicy (role): kms:Decrypt > Demo/R",
    ],
    "of a key that trusts nobody": [
      `${ROLE} const k = new kms.Key(this, 'K', { trustAccountIdentities: false }); k.grant(role, 'kms:Decrypt');`,
      "Demo/R/DefaultPolicy (role): kms:Decrypt > Demo/R; the policy of the key may take the grant, too",
    ],
    "of a looked up key": [
      `${ROLE} kms.Key.fromKeyArn(this, 'K', arn).grant(role, 'kms:Decrypt');`,
      "Demo/R/DefaultPolicy (role): kms:Decrypt > Demo/R; the policy of the key may take the grant, too",
    ],
    "of an API": [
      `${ROLE} const api = new appsync.GraphqlApi(this, 'A', {}); api.grant(role, appsync.IamResource.all(), 'appsync:GraphQL');`,
      "Demo/R/DefaultPolicy (role): appsync:GraphQL > Demo/R",
    ],
    "of fields of an API": [
      `${ROLE} const api = new appsync.GraphqlApi(this, 'A', {}); api.grantQuery(role, 'getOrder'); api.grantMutation(role, 'a:b');`,
      // What the methods grant by themselves is none of these strings.
      "Demo/R/DefaultPolicy (role):  > Demo/R",
    ],
    "of a glue table": [
      `${ROLE} const t = new glue.S3Table(this, 'T', {}); t.grant(role, ['glue:GetTable', 'glue:GetPartitions']);`,
      "Demo/R/DefaultPolicy (role): glue:GetTable, glue:GetPartitions > Demo/R",
    ],
    "of an agent to itself": [
      "const r = new agents.Runtime(this, 'R', {}); r.grant(['s3:GetObject'], ['*']);",
      "Demo/R/ExecutionRole/DefaultPolicy (role): s3:GetObject > Demo/R",
    ],
    "public access": [
      "new s3.Bucket(this, 'B').grantPublicAccess('*', 's3:GetObject');",
    ],
    spread: [
      `const READ = ['dynamodb:Query', 'dynamodb:Scan'];---${ROLE} const t = new dynamodb.Table(this, 'T', {}); t.grant(role, ...READ);`,
      "Demo/R/DefaultPolicy (role): dynamodb:Query, dynamodb:Scan > Demo/R",
    ],
    "Grant.addToPrincipal": [
      `${ROLE} iam.Grant.addToPrincipal({ grantee: role, actions: ['s3:Get*'], resourceArns: ['*'] });`,
      "Demo/R/DefaultPolicy (role): s3:Get* > Demo/R",
    ],
    "Grant.addToPrincipalOrResource": [
      `${ROLE} iam.Grant.addToPrincipalOrResource({ grantee: role, actions: ['s3:Get*'], resourceArns: ['*'], resource });`,
      "Demo/R/DefaultPolicy (role): s3:Get* > Demo/R",
    ],
    "Grant.addToPrincipalAndResource": [
      `${ROLE} iam.Grant.addToPrincipalAndResource({ grantee: role, actions: ['s3:Get*'], resourceArns: ['*'], resource });`,
      "Demo/R/DefaultPolicy (role): s3:Get* > Demo/R; it is added to the policy of the resource, too",
    ],
    "not an action": [
      `${ROLE} props.door.grant(role, 'front door');`,
    ],
  },
  "roles of constructs": {
    "an instance": [
      `const i = new ec2.Instance(this, 'I', {}); i.addToRolePolicy(${S});`,
      "Demo/I/InstanceRole/DefaultPolicy (role): s3:Get* > Demo/I",
    ],
    "a group of instances": [
      `const g = new autoscaling.AutoScalingGroup(this, 'G', {}); g.addToRolePolicy(${S});`,
      "Demo/G/InstanceRole/DefaultPolicy (role): s3:Get* > Demo/G",
    ],
    "a pipeline": [
      `const p = new codepipeline.Pipeline(this, 'P', {}); p.addToRolePolicy(${S});`,
      "Demo/P/Role/DefaultPolicy (role): s3:Get* > Demo/P",
    ],
    "a chat channel": [
      `const c = new chatbot.SlackChannelConfiguration(this, 'C', {}); c.addToRolePolicy(${S});`,
      "Demo/C/ConfigurationRole/DefaultPolicy (role): s3:Get* > Demo/C",
    ],
    "an agent": [
      `const r = new agents.Runtime(this, 'R', {}); r.addToRolePolicy(${S}); r.role.addToPrincipalPolicy(${S});`,
      "Demo/R/ExecutionRole/DefaultPolicy (role): s3:Get*, s3:Get* > Demo/R",
    ],
    "an agent's given role": [
      `${ROLE} const r = new agents.Runtime(this, 'A', { executionRole: role }); r.addToRolePolicy(${S});`,
      "Demo/R/DefaultPolicy (role): s3:Get* > Demo/R",
    ],
    "a service account": [
      `const a = new eks.ServiceAccount(this, 'A', { cluster }); a.addToPrincipalPolicy(${S});`,
      "Demo/A/Role/DefaultPolicy (role): s3:Get* > Demo/A",
    ],
    "a container": [
      `const t = new ecs.FargateTaskDefinition(this, 'T'); const c = t.addContainer('app', {}); c.addToExecutionPolicy(${S}); t.addToTaskRolePolicy(${S});`,
      "Demo/T/ExecutionRole/DefaultPolicy (role): s3:Get* > Demo/T",
      "Demo/T/TaskRole/DefaultPolicy (role): s3:Get* > Demo/T",
    ],
    "a container that is created": [
      `const t = new ecs.Ec2TaskDefinition(this, 'T'); const c = new ecs.ContainerDefinition(this, 'C', { taskDefinition: t }); c.addToExecutionPolicy(${S});`,
      "Demo/T/ExecutionRole/DefaultPolicy (role): s3:Get* > Demo/T",
    ],
    "a deployment": [
      `const d = new actions.CloudFormationCreateUpdateStackAction({ actionName: 'Deploy' }); d.addToDeploymentRolePolicy(${S});`,
      'actions.CloudFormationCreateUpdateStackAction/DefaultPolicy (unknown): s3:Get* > ; this file does not tell where the role of "actions.CloudFormationCreateUpdateStackAction" is',
    ],
    "a deployment with a role": [
      `${ROLE} const d = new actions.CloudFormationCreateUpdateStackAction({ deploymentRole: role }); d.addToDeploymentRolePolicy(${S});`,
      "Demo/R/DefaultPolicy (role): s3:Get* > Demo/R",
    ],
    "a step": [
      `new pipelines.CodeBuildStep('Synth', { rolePolicyStatements: [${S}] });`,
      'pipelines.CodeBuildStep/DefaultPolicy (unknown): s3:Get* > ; this file does not tell where the role of "pipelines.CodeBuildStep" is',
    ],
    "a step with a role": [
      `${ROLE} new pipelines.CodeBuildStep('Synth', { role, rolePolicyStatements: [${S}] });`,
      "Demo/R/DefaultPolicy (role): s3:Get* > Demo/R",
    ],
    "all projects of a pipeline": [
      `new pipelines.CodePipeline(this, 'P', { codeBuildDefaults: { rolePolicy: [${S}] } });`,
      "pipelines.CodePipeline/DefaultPolicy (unknown): s3:Get* > ; the roles of the pipeline's projects are made by the pipeline",
    ],
    "an API call of a rule": [
      `new targets.AwsApi({ policyStatement: ${S} });`,
      "targets.AwsApi/DefaultPolicy (unknown): s3:Get* > ; the role is that of the handler that all such targets of the stack share",
    ],
    "an API call of a schedule": [
      `${ROLE} new scheduler.Universal({ role, policyStatements: [${S}] });`,
      "Demo/R/DefaultPolicy (role): s3:Get* > Demo/R",
    ],
    "a task of a state machine": [
      `const t = new tasks.CallAwsService(this, 'C', { additionalIamStatements: [${S}] }); const start = new sfn.Pass(this, 'S'); start.next(t); new sfn.StateMachine(this, 'M', { definitionBody: sfn.DefinitionBody.fromChainable(start) });`,
      "Demo/M/Role/DefaultPolicy (role): s3:Get* > Demo/M",
    ],
    "a task of nothing": [
      `tasks.CallAwsService.jsonata(this, 'C', { additionalIamStatements: [${S}] });`,
      "task/DefaultPolicy (unknown): s3:Get* > ; this file does not tell which state machine the task is a part of",
    ],
    "a custom resource": [
      `new cr.AwsCustomResource(this, 'C', { policy: cr.AwsCustomResourcePolicy.fromStatements([${S}]) });`,
      "AwsCustomResource/CustomResourcePolicy (role): s3:Get* > Demo/AWS679f53fac002430cb0da5b7982bd2287/ServiceRole; the role is that of the handler that all custom resources of the stack share, and the first one may give it another",
    ],
    "a custom resource with a role": [
      `${ROLE} new cr.AwsCustomResource(this, 'C', { role, policy: cr.AwsCustomResourcePolicy.fromStatements([${S}]) });`,
      "AwsCustomResource/CustomResourcePolicy (role): s3:Get* > Demo/R; the role is that of the handler that all custom resources of the stack share, and the first one may give it another",
    ],
  },
  "L1 constructs": {
    "a role": [
      "new iam.CfnRole(this, 'R', { policies: [{ policyName: 'p', policyDocument: { Statement: [{ Effect: 'Allow', Action: ['s3:Get*'], Resource: '*' }] } }] });",
      "Demo/R.policies[0] (role): s3:Get* > Demo/R",
    ],
    "a role with a document": [
      `new iam.CfnRole(this, 'R', { policies: [{ policyName: 'p', policyDocument: new iam.PolicyDocument({ statements: [${S}] }) }] });`,
      "Demo/R.policies.policyDocument (role): s3:Get* > Demo/R",
    ],
    "a user": [
      "new iam.CfnUser(this, 'U', { userName: 'orders', policies: [{ policyName: 'p', policyDocument: { Statement: { Effect: 'Allow', Action: 's3:Get*', Resource: '*' } } }] });",
      "Demo/U.policies[0] (user): s3:Get* > Demo/U",
    ],
    "a policy": [
      `${ROLE} const user = new iam.CfnUser(this, 'U', {}); new iam.CfnPolicy(this, 'P', { policyName: 'p', policyDocument: { Statement: [{ Effect: 'Allow', Action: ['s3:Get*'], Resource: '*' }] }, roles: [role.roleName, 'orders'], users: [user.ref] });`,
      "Demo/P.policyDocument (unknown): s3:Get* > Demo/R + orders + Demo/U",
    ],
    "a managed policy": [
      `${ROLE} new iam.CfnManagedPolicy(this, 'P', { policyDocument: { Statement: [{ Effect: 'Allow', Action: ['s3:Get*'], Resource: '*' }] }, roles: [role.roleName] });`,
      "Demo/P.policyDocument (managed): s3:Get* > Demo/R",
    ],
    "a managed policy by reference": [
      "const p = new iam.CfnManagedPolicy(this, 'P', { policyDocument: { Statement: [{ Effect: 'Allow', Action: ['s3:Get*'], Resource: '*' }] } }); new iam.CfnRole(this, 'R', { managedPolicyArns: [p.ref] });",
      "Demo/P.policyDocument (managed): s3:Get* > Demo/R",
    ],
    "policies of their own": [
      `${ROLE} const policyDocument = { Statement: [{ Effect: 'Allow', Action: ['s3:Get*'], Resource: '*' }] }; new iam.CfnRolePolicy(this, 'P', { roleName: role.roleName, policyName: 'p', policyDocument });`,
      "Demo/P.policyDocument (role): s3:Get* > Demo/R",
    ],
    "policies of users and groups": [
      "new iam.CfnUserPolicy(this, 'P', { userName: 'orders', policyDocument: { Statement: [{ Effect: 'Allow', Action: 's3:Get*' }] } }); new iam.CfnGroupPolicy(this, 'Q', { groupName: 'all', policyDocument: { Statement: [{ Effect: 'Deny', Action: 's3:Get*' }] } });",
      "Demo/P.policyDocument (user): s3:Get* > orders",
      "Demo/Q.policyDocument (group): s3:Get* > all",
    ],
    "a permission set": [
      "new sso.CfnPermissionSet(this, 'S', { name: 'Readers', instanceArn, inlinePolicy: { Statement: [{ Effect: 'Allow', Action: ['s3:Get*'], Resource: '*' }] } });",
      "Demo/S.inlinePolicy (unknown): s3:Get* > Demo/S; the permission set Demo/S may be assigned in accounts that the findings do not show",
    ],
    "a permission set in a text": [
      "new sso.CfnPermissionSet(this, 'S', { name: 'Readers', instanceArn, inlinePolicy: JSON.stringify({ Statement: [{ Effect: 'Allow', Action: ['s3:Get*'], Resource: '*' }] }) });",
      "Demo/S.inlinePolicy (unknown): s3:Get* > Demo/S; the permission set Demo/S may be assigned in accounts that the findings do not show",
    ],
    "a function of SAM": [
      "new sam.CfnFunction(this, 'F', { policies: [{ statement: [{ Effect: 'Allow', Action: ['s3:Get*'], Resource: '*' }] }, 'AWSLambdaBasicExecutionRole'] });",
      "Demo/F.policies[0] (unknown): s3:Get* > Demo/F",
      `? "'AWSLambdaBasicExecutionRole'" is not created in this file`,
    ],
    "an override": [
      "const r = new iam.CfnRole(this, 'R', { policies: [{ policyName: 'p', policyDocument: { Statement: [{ Effect: 'Allow', Action: ['s3:Get*'], Resource: '*' }] } }] }); r.addPropertyOverride('Policies.0.PolicyDocument.Statement.0.Action', 's3:*');",
      "Demo/R.policies[0] (role): s3:Get* > Demo/R; an override of 'Policies.0.PolicyDocument.Statement.0.Action' counts the statements of a policy",
      "? the override of 'Policies.0.PolicyDocument.Statement.0.Action' is not read",
    ],
    "an assignment": [
      "const r = new iam.CfnRole(this, 'R', { policies: [{ policyName: 'p', policyDocument: { Statement: [{ Effect: 'Allow', Action: ['s3:Get*'], Resource: '*' }] } }] }); r.policies = others;",
      'Demo/R.policies[0] (role): s3:Get* > Demo/R; its "policies" is changed after its creation; "r.policies" is assigned a policy',
      '? "r.policies" is assigned a policy',
    ],
    "a trust policy": [
      `new iam.CfnRole(this, 'R', { assumeRolePolicyDocument: new iam.PolicyDocument({ statements: [${S}] }) });`,
    ],
  },
  "resource policies": {
    "of endpoints and destinations": [
      `const e = new ec2.InterfaceVpcEndpoint(this, 'E', {}); e.addToPolicy(${S}); const d = new logs.CrossAccountDestination(this, 'D', {}); d.addToPolicy(${S});`,
    ],
    "of resources": [
      `new s3.Bucket(this, 'B').addToResourcePolicy(${S}); new logs.ResourcePolicy(this, 'L', { policyStatements: [${S}] });`,
    ],
  },
  copies: {
    "with other actions": [
      `${ROLE} const s = ${S}; role.addToPolicy(s); role.addToPolicy(s.copy({ actions: ['s3:Put*'] }));`,
      "Demo/R/DefaultPolicy (role): s3:Get*, s3:Put* > Demo/R",
    ],
    "with the same actions": [
      `${ROLE} const other = new iam.Role(this, 'O', { assumedBy }); const s = ${S}; role.addToPolicy(s); other.addToPolicy(s.copy({ sid: 'Copy' }));`,
      "Demo/R/DefaultPolicy, Demo/O/DefaultPolicy (role): s3:Get* > Demo/R + Demo/O",
      `Demo/O/DefaultPolicy (role): ? it is a copy of "new iam.PolicyStatement({ actions: ['s3:Get*'], resources: …" > Demo/O`,
    ],
    "that deny": [
      `${ROLE} const s = ${S}; role.addToPolicy(s); role.addToPolicy(s.copy({ effect: iam.Effect.DENY }));`,
      "Demo/R/DefaultPolicy (role): s3:Get* [a copy of its statement may deny what it allows] > Demo/R",
      `Demo/R/DefaultPolicy (role): ? it is a copy of "new iam.PolicyStatement({ actions: ['s3:Get*'], resources: …" > Demo/R`,
    ],
  },
  lists: {
    "of a statement whose copy denies": [
      `const READ = ['s3:GetObject'];---${ROLE} const s = new iam.PolicyStatement({ actions: READ }); role.addToPolicy(s); role.addToPolicy(s.copy({ effect: iam.Effect.DENY })); role.addToPolicy(new iam.PolicyStatement({ actions: READ }));`,
      'the list "READ" (role): s3:GetObject [the list "READ" is also used elsewhere] > Demo/R',
      'Demo/R/DefaultPolicy (role): ? the list "READ" is also used elsewhere > Demo/R',
      'Demo/R/DefaultPolicy (role): ? it is a copy of "new iam.PolicyStatement({ actions: READ })", ? the list "READ" is also used elsewhere > Demo/R',
    ],
    "of two statements": [
      `const READ = ['s3:GetObject', 's3:ListBucket'] as const;---${ROLE} const other = new iam.Role(this, 'O', { assumedBy }); role.addToPolicy(new iam.PolicyStatement({ actions: [...READ] })); other.addToPolicy(new iam.PolicyStatement({ actions: [...READ, 's3:PutObject'] }));`,
      'the list "READ" (role): s3:GetObject, s3:ListBucket > Demo/R + Demo/O',
      'Demo/R/DefaultPolicy (role): ? the list "READ" is also used elsewhere > Demo/R',
      'Demo/O/DefaultPolicy (role): s3:PutObject, ? the list "READ" is also used elsewhere > Demo/O',
    ],
    "of an Allow and a Deny": [
      `const READ = ['s3:GetObject'];---${ROLE} role.addToPolicy(new iam.PolicyStatement({ actions: READ })); role.addToPolicy(new iam.PolicyStatement({ effect: iam.Effect.DENY, actions: READ }));`,
      'the list "READ" (role): s3:GetObject [the list "READ" is also used in a statement that denies] > Demo/R',
      'Demo/R/DefaultPolicy (role): ? the list "READ" is also used elsewhere, ? the list "READ" is also used elsewhere > Demo/R',
    ],
    "of an Allow and a NotAction": [
      `const READ = ['s3:GetObject'];---${ROLE} role.addToPolicy(new iam.PolicyStatement({ actions: READ })); role.addToPolicy(new iam.PolicyStatement({ notActions: READ }));`,
      'the list "READ" (role): s3:GetObject [the list "READ" is also used elsewhere] > Demo/R',
      'Demo/R/DefaultPolicy (role): ? the list "READ" is also used elsewhere, ? the list "READ" is also used elsewhere > Demo/R',
    ],
    "of an Allow and a resource policy": [
      `const READ = ['s3:GetObject'];---${ROLE} role.addToPolicy(new iam.PolicyStatement({ actions: READ })); bucket.addToResourcePolicy(new iam.PolicyStatement({ principals: [role], actions: READ }));`,
      'the list "READ" (role): s3:GetObject [the list "READ" is also used elsewhere] > Demo/R',
      'Demo/R/DefaultPolicy (role): ? the list "READ" is also used elsewhere > Demo/R',
    ],
    "within lists": [
      `const READ = ['s3:GetObject']; const ALL = [...READ, 's3:PutObject'];---${ROLE} const other = new iam.Role(this, 'O', { assumedBy }); role.addToPolicy(new iam.PolicyStatement({ actions: ALL })); other.addToPolicy(new iam.PolicyStatement({ actions: ALL })); role.addToPolicy(new iam.PolicyStatement({ actions: READ }));`,
      'the list "READ" (role): s3:GetObject > Demo/R + Demo/O',
      'the list "ALL" (role): s3:PutObject, ? the list "READ" is also used elsewhere > Demo/R + Demo/O',
      'Demo/R/DefaultPolicy (role): ? the list "ALL" is also used elsewhere, ? the list "READ" is also used elsewhere > Demo/R',
      'Demo/O/DefaultPolicy (role): ? the list "ALL" is also used elsewhere > Demo/O',
    ],
    "of an object": [
      `const ACTIONS = { read: ['s3:GetObject'], write: ['s3:PutObject'] };---${ROLE} role.addToPolicy(new iam.PolicyStatement({ actions: ACTIONS.read })); role.addToPolicy(new iam.PolicyStatement({ actions: ACTIONS.write }));`,
      "Demo/R/DefaultPolicy (role): s3:GetObject, s3:PutObject > Demo/R",
    ],
    "of an object that is handed on": [
      `const ACTIONS = { read: ['s3:GetObject'] };---${ROLE} role.addToPolicy(new iam.PolicyStatement({ actions: ACTIONS.read })); log(ACTIONS);`,
      'the list "ACTIONS.read" (role): s3:GetObject [the list "ACTIONS.read" is also used elsewhere] > Demo/R',
      'Demo/R/DefaultPolicy (role): ? the list "ACTIONS.read" is also used elsewhere > Demo/R',
    ],
    "of a class": [
      `class Actions { static readonly READ = ['s3:GetObject']; }---${ROLE} role.addToPolicy(new iam.PolicyStatement({ actions: Actions.READ }));`,
      'the list "Actions.READ" (role): s3:GetObject [the list "Actions.READ" is also used elsewhere] > Demo/R',
      'Demo/R/DefaultPolicy (role): ? the list "Actions.READ" is also used elsewhere > Demo/R',
    ],
    "of a function": [
      `const read = () => ['s3:GetObject']; function write() { return ['s3:PutObject']; }---${ROLE} role.addToPolicy(new iam.PolicyStatement({ actions: [...read(), ...write()] }));`,
      "Demo/R/DefaultPolicy (role): s3:GetObject, s3:PutObject > Demo/R",
    ],
    "of a function that is called twice": [
      `const read = () => ['s3:GetObject'];---${ROLE} role.addToPolicy(new iam.PolicyStatement({ actions: read() })); role.addToPolicy(new iam.PolicyStatement({ actions: read() }));`,
      'the list "read()" (role): s3:GetObject > Demo/R',
      'Demo/R/DefaultPolicy (role): ? the list "read()" is also used elsewhere, ? the list "read()" is also used elsewhere > Demo/R',
    ],
    "put together": [
      `const READ = ['s3:GetObject'];---${ROLE} role.addToPolicy(new iam.PolicyStatement({ actions: READ.concat(['s3:PutObject']) }));`,
      "Demo/R/DefaultPolicy (role): s3:GetObject, s3:PutObject > Demo/R",
    ],
    "of a shared object": [
      `const common = { actions: ['s3:GetObject'], resources: ['*'] };---${ROLE} role.addToPolicy(new iam.PolicyStatement(common)); role.addToPolicy(new iam.PolicyStatement({ ...common, sid: 'Two' }));`,
      `the list "['s3:GetObject']" (role): s3:GetObject [the object that it stands in is also used elsewhere] > Demo/R`,
      `Demo/R/DefaultPolicy (role): ? the list "['s3:GetObject']" is also used elsewhere, ? the list "['s3:GetObject']" is also used elsewhere > Demo/R`,
    ],
    "of a statement and a grant": [
      `const READ = ['dynamodb:Query', 'dynamodb:Scan'];---${ROLE} const t = new dynamodb.Table(this, 'T', {}); t.grant(role, ...READ); role.addToPolicy(new iam.PolicyStatement({ actions: READ }));`,
      'the list "READ" (role): dynamodb:Query, dynamodb:Scan > Demo/R',
      'Demo/R/DefaultPolicy (role): ? the list "READ" is also used elsewhere, ? the list "READ" is also used elsewhere > Demo/R',
    ],
  },
};

describe.each(Object.entries(CASES))("%s", (_, cases) => {
  it.each(Object.entries(cases))("%s", (_name, [body, ...expected]) => {
    expect(found(body)).toEqual(expected);
  });
});
