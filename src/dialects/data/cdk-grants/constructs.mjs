// How each construct with grant methods is created, as small as it can be: what its required properties are, and which of
// them give it an encryption key.
import * as cdk from "aws-cdk-lib";

const {
  aws_apigateway: apigateway, aws_apigatewayv2: apigatewayv2, aws_appconfig: appconfig, aws_appmesh: appmesh, aws_appsync: appsync,
  aws_batch: batch, aws_bedrockagentcore: agentcore, aws_cloudfront_origins: origins, aws_codedeploy: codedeploy,
  aws_dynamodb: dynamodb, aws_ec2: ec2, aws_ecs: ecs, aws_elasticsearch: elasticsearch, aws_glue: glue, aws_iam: iam,
  aws_kinesis: kinesis, aws_kinesisfirehose: firehose, aws_kms: kms, aws_lambda: lambda, aws_opensearchservice: opensearch,
  aws_rds: rds, aws_s3: s3, aws_secretsmanager: secretsmanager, aws_ses: ses, aws_stepfunctions: stepfunctions,
} = cdk;

const code = lambda.Code.fromInline("exports.handler = () => 1;");
const functionProps = { runtime: lambda.Runtime.NODEJS_22_X, handler: "index.handler", code };
const fn = (scope) => new lambda.Function(scope, "Fn", functionProps);
const vpc = (scope) => ec2.Vpc.fromVpcAttributes(scope, "Vpc", {
  vpcId: "vpc-1", availabilityZones: ["a", "b"], publicSubnetIds: ["s1", "s2"], privateSubnetIds: ["s3", "s4"], isolatedSubnetIds: ["s5", "s6"],
});
const bucket = (scope) => new s3.Bucket(scope, "Store");
const role = (scope, service) => new iam.Role(scope, "Own", { assumedBy: new iam.ServicePrincipal(service) });
const secretValue = cdk.SecretValue.unsafePlainText("x");
const mesh = (scope) => new appmesh.Mesh(scope, "Mesh");
const engine = rds.DatabaseInstanceEngine.POSTGRES;
const clusterEngine = rds.DatabaseClusterEngine.auroraPostgres({ version: rds.AuroraPostgresEngineVersion.VER_16_6 });
const snapshotIdentifier = "snapshot";
const domainProps = { version: opensearch.EngineVersion.OPENSEARCH_1_3 };
const eventApi = (scope) => new appsync.EventApi(scope, "Api", { apiName: "api", authorizationConfig: { authProviders: [{ authorizationType: appsync.AppSyncAuthorizationType.IAM }] } });
const container = (scope) => new batch.EcsFargateContainerDefinition(scope, "Container", {
  image: ecs.ContainerImage.fromRegistry("x"), cpu: 1, memory: cdk.Size.gibibytes(2), executionRole: role(scope, "ecs-tasks.amazonaws.com"),
});
const gateway = (scope) => new agentcore.Gateway(scope, "Gateway", { gatewayName: "gateway" });
const glueDatabase = (scope) => new glue.Database(scope, "Database");
const columns = [{ name: "a", type: glue.Schema.STRING }];

/**
 * By class. A function gives the properties that are required, a `make` the construct itself. `key` gives the properties that
 * add an encryption key; `keyed` names those that a source may give it with.
 */
export const CONSTRUCTS = {
  "aws_apigateway.Method": {
    make: (scope) => new apigateway.RestApi(scope, "It").root.addMethod("GET"),
  },
  "aws_apigatewayv2.HttpRoute": {
    make: (scope, id) => new apigatewayv2.HttpRoute(scope, id, {
      httpApi: new apigatewayv2.HttpApi(scope, "Api"), routeKey: apigatewayv2.HttpRouteKey.with("/x"),
      integration: new cdk.aws_apigatewayv2_integrations.HttpUrlIntegration("Url", "https://example.com"),
      authorizer: new cdk.aws_apigatewayv2_authorizers.HttpIamAuthorizer(),
    }),
  },
  "aws_apigatewayv2.WebSocketStage": { props: (scope) => ({ webSocketApi: new apigatewayv2.WebSocketApi(scope, "Api"), stageName: "prod" }) },
  "aws_appconfig.Environment": { props: (scope) => ({ application: new appconfig.Application(scope, "Application") }) },
  "aws_appmesh.VirtualGateway": { props: (scope) => ({ mesh: mesh(scope) }) },
  "aws_appmesh.VirtualNode": { props: (scope) => ({ mesh: mesh(scope) }) },
  "aws_appsync.ChannelNamespace": { props: (scope) => ({ api: eventApi(scope) }) },
  "aws_appsync.EventApi": { make: eventApi },
  "aws_appsync.GraphqlApi": { props: () => ({ name: "api", definition: appsync.Definition.fromSchema({ bind: () => ({ apiId: "x", definition: "type Query { a: Int }" }) }) }) },
  "aws_batch.ConsumableResource": { props: () => ({ totalQuantity: 1 }) },
  "aws_batch.EcsJobDefinition": { props: (scope) => ({ container: container(scope) }) },
  "aws_bedrockagentcore.ApiKeyCredentialProvider": { props: () => ({ apiKeyCredentialProviderName: "x", apiKey: secretValue }) },
  "aws_bedrockagentcore.BrowserCustom": { props: () => ({ browserCustomName: "x" }) },
  "aws_bedrockagentcore.CodeInterpreterCustom": { props: () => ({ codeInterpreterCustomName: "x" }) },
  "aws_bedrockagentcore.Gateway": { props: () => ({ gatewayName: "gateway" }), key: (key) => ({ kmsKey: key }) },
  "aws_bedrockagentcore.GatewayTarget": {
    make: (scope, id) => agentcore.GatewayTarget.forLambda(scope, id, {
      gateway: gateway(scope), lambdaFunction: fn(scope),
      toolSchema: agentcore.ToolSchema.fromInline([{ name: "a", description: "a", inputSchema: { type: agentcore.SchemaDefinitionType.OBJECT } }]),
    }),
  },
  "aws_bedrockagentcore.Memory": { props: () => ({ memoryName: "memory" }), key: (key) => ({ kmsKey: key }) },
  "aws_bedrockagentcore.OAuth2CredentialProvider": {
    make: (scope, id) => agentcore.OAuth2CredentialProvider.usingGithub(scope, id, { clientId: "x", clientSecret: secretValue }),
  },
  "aws_bedrockagentcore.Policy": {
    props: (scope) => ({ policyEngine: new agentcore.PolicyEngine(scope, "Engine"), statement: agentcore.PolicyStatement.fromCedar("permit(principal, action, resource);") }),
  },
  "aws_bedrockagentcore.PolicyEngine": { key: (key) => ({ kmsKey: key }) },
  "aws_bedrockagentcore.Runtime": { props: () => ({ agentRuntimeArtifact: agentcore.AgentRuntimeArtifact.fromImageUri("123456789012.dkr.ecr.us-east-1.amazonaws.com/x:1") }) },
  "aws_cloudfront.CloudFrontWebDistribution": {
    props: (scope) => ({ originConfigs: [{ s3OriginSource: { s3BucketSource: bucket(scope) }, behaviors: [{ isDefaultBehavior: true }] }] }),
  },
  "aws_cloudfront.Distribution": { props: () => ({ defaultBehavior: { origin: new origins.HttpOrigin("example.com") } }) },
  "aws_codecommit.Repository": { props: () => ({ repositoryName: "repository" }), key: (key) => ({ kmsKey: key }) },
  "aws_codedeploy.LambdaDeploymentGroup": {
    props: (scope) => ({ alias: new lambda.Alias(scope, "Alias", { aliasName: "live", version: fn(scope).currentVersion }), deploymentConfig: codedeploy.LambdaDeploymentConfig.ALL_AT_ONCE }),
  },
  "aws_docdb.DatabaseSecret": { props: () => ({ username: "x" }), key: (key) => ({ encryptionKey: key }) },
  "aws_dynamodb.Table": {
    props: () => ({ partitionKey: { name: "pk", type: dynamodb.AttributeType.STRING }, stream: dynamodb.StreamViewType.NEW_IMAGE }),
    key: (key) => ({ encryptionKey: key }), keyed: ["encryptionKey", "encryption"],
  },
  "aws_dynamodb.TableV2": {
    props: () => ({ partitionKey: { name: "pk", type: dynamodb.AttributeType.STRING }, dynamoStream: dynamodb.StreamViewType.NEW_IMAGE }),
    key: (key) => ({ encryption: dynamodb.TableEncryptionV2.customerManagedKey(key) }),
  },
  "aws_ec2.Volume": {
    props: () => ({ availabilityZone: "us-east-1a", size: cdk.Size.gibibytes(1), encrypted: true }), key: (key) => ({ encryptionKey: key }),
  },
  "aws_ecr.Repository": { key: (key) => ({ encryptionKey: key }), keyed: ["encryptionKey", "encryption"] },
  "aws_ecs.Cluster": { props: (scope) => ({ vpc: vpc(scope) }) },
  "aws_ecs.Ec2TaskDefinition": withContainer((scope, id) => new ecs.Ec2TaskDefinition(scope, id)),
  "aws_ecs.ExternalTaskDefinition": withContainer((scope, id) => new ecs.ExternalTaskDefinition(scope, id)),
  "aws_ecs.FargateTaskDefinition": withContainer((scope, id) => new ecs.FargateTaskDefinition(scope, id)),
  "aws_ecs.TaskDefinition": withContainer((scope, id) => new ecs.TaskDefinition(scope, id, { compatibility: ecs.Compatibility.EC2_AND_FARGATE, cpu: "256", memoryMiB: "512" })),
  "aws_efs.FileSystem": { props: (scope) => ({ vpc: vpc(scope), allowAnonymousAccess: true }), key: (key) => ({ kmsKey: key }) },
  "aws_elasticsearch.Domain": { props: () => ({ version: elasticsearch.ElasticsearchVersion.V7_10 }) },
  "aws_events.EventBus": { key: (key) => ({ kmsKey: key }) },
  "aws_glue.ExternalTable": {
    props: (scope) => ({
      database: glueDatabase(scope), columns, dataFormat: glue.DataFormat.JSON, externalDataLocation: "a/b",
      connection: new glue.Connection(scope, "Connection", { type: glue.ConnectionType.JDBC }),
    }),
  },
  "aws_glue.S3Table": {
    props: (scope) => ({ database: glueDatabase(scope), columns, dataFormat: glue.DataFormat.JSON }),
    key: (key) => ({ storage: glue.S3TableStorage.managedBucket(glue.S3TableEncryption.kms(key)) }), keyed: ["storage", "clientSideEncryption"],
  },
  "aws_iam.Role": { props: () => ({ assumedBy: new iam.ServicePrincipal("ec2.amazonaws.com") }) },
  "aws_iam.LazyRole": { props: () => ({ assumedBy: new iam.ServicePrincipal("ec2.amazonaws.com") }) },
  "aws_kinesis.Stream": { key: (key) => ({ encryptionKey: key }), keyed: ["encryptionKey", "encryption"] },
  "aws_kinesis.StreamConsumer": {
    make: (scope, id, key) => new kinesis.StreamConsumer(scope, id, { streamConsumerName: "x", stream: new kinesis.Stream(scope, "Stream", key === null ? {} : { encryptionKey: key }) }),
    keyed: ["stream"],
  },
  "aws_kinesisfirehose.DeliveryStream": { props: (scope) => ({ destination: new firehose.S3Bucket(bucket(scope)) }) },
  "aws_kms.Alias": { props: (scope) => ({ aliasName: "x", targetKey: new kms.Key(scope, "Target") }) },
  "aws_lambda.Alias": { props: (scope) => ({ aliasName: "live", version: fn(scope).currentVersion }) },
  "aws_lambda.DockerImageFunction": { props: () => ({ code: lambda.DockerImageCode.fromEcr(cdk.aws_ecr.Repository.fromRepositoryName(new cdk.Stack(), "Images", "x")) }) },
  "aws_lambda.Function": { props: () => functionProps },
  "aws_lambda.FunctionUrl": { make: (scope) => fn(scope).addFunctionUrl({ authType: lambda.FunctionUrlAuthType.AWS_IAM }) },
  "aws_lambda.SingletonFunction": { props: () => ({ ...functionProps, uuid: "x" }) },
  "aws_lambda.Version": { props: (scope) => ({ lambda: fn(scope) }) },
  "aws_lambda.WebFunctionEndpoint": { props: () => ({ webFunction: { webFunctionRef: { webFunctionArn: "arn:aws:lambda:us-east-1:123456789012:function:x" } } }) },
  "aws_lambda_nodejs.NodejsFunction": { props: () => ({ entry: import.meta.filename, runtime: lambda.Runtime.NODEJS_22_X, depsLockFilePath: import.meta.filename }) },
  "aws_logs.LogGroup": { key: (key) => ({ encryptionKey: key }) },
  "aws_opensearchservice.Domain": { props: () => domainProps },
  "aws_rds.DatabaseCluster": { props: (scope) => ({ engine: clusterEngine, vpc: vpc(scope), writer: rds.ClusterInstance.serverlessV2("writer"), enableDataApi: true }) },
  "aws_rds.DatabaseClusterFromSnapshot": { props: (scope) => ({ engine: clusterEngine, vpc: vpc(scope), writer: rds.ClusterInstance.serverlessV2("writer"), enableDataApi: true, snapshotIdentifier }) },
  "aws_rds.DatabaseInstance": { props: (scope) => ({ engine, vpc: vpc(scope), iamAuthentication: true }) },
  "aws_rds.DatabaseInstanceFromSnapshot": { props: (scope) => ({ engine, vpc: vpc(scope), snapshotIdentifier, credentials: rds.SnapshotCredentials.fromGeneratedSecret("x") }) },
  "aws_rds.DatabaseInstanceReadReplica": {
    props: (scope) => ({ vpc: vpc(scope), sourceDatabaseInstance: new rds.DatabaseInstance(scope, "Source", { engine, vpc: vpc(new cdk.Stack()) }), instanceType: new ec2.InstanceType("t3.micro") }),
  },
  "aws_rds.DatabaseProxy": {
    props: (scope) => ({
      proxyTarget: rds.ProxyTarget.fromCluster(new rds.DatabaseCluster(scope, "Cluster", { engine: clusterEngine, vpc: vpc(new cdk.Stack()), writer: rds.ClusterInstance.serverlessV2("writer") })),
      secrets: [new secretsmanager.Secret(scope, "Secret")], vpc: vpc(scope),
    }),
  },
  "aws_rds.DatabaseSecret": { props: () => ({ username: "x" }), key: (key) => ({ encryptionKey: key }) },
  "aws_rds.ServerlessCluster": { props: (scope) => ({ engine: clusterEngine, vpc: vpc(scope), enableDataApi: true }) },
  "aws_rds.ServerlessClusterFromSnapshot": { props: (scope) => ({ engine: clusterEngine, vpc: vpc(scope), enableDataApi: true, snapshotIdentifier }) },
  "aws_route53.HostedZone": { props: () => ({ zoneName: "example.com" }) },
  "aws_route53.PrivateHostedZone": { props: (scope) => ({ zoneName: "example.com", vpc: vpc(scope) }) },
  "aws_route53.PublicHostedZone": { props: () => ({ zoneName: "example.com" }) },
  "aws_s3.Bucket": { key: (key) => ({ encryptionKey: key }), keyed: ["encryptionKey", "encryption"] },
  "aws_s3_assets.Asset": { props: () => ({ path: import.meta.dirname }) },
  "aws_secretsmanager.Secret": { key: (key) => ({ encryptionKey: key }) },
  "aws_secretsmanager.SecretTargetAttachment": {
    make: (scope, id, key) => new secretsmanager.Secret(scope, "Secret", key === null ? {} : { encryptionKey: key }).attach({
      asSecretAttachmentTarget: () => ({ targetId: "x", targetType: secretsmanager.AttachmentTargetType.RDS_DB_INSTANCE }),
    }),
    keyed: ["secret"],
  },
  "aws_ses.EmailIdentity": { props: () => ({ identity: ses.Identity.domain("example.com") }) },
  "aws_sns.Topic": { key: (key) => ({ masterKey: key }) },
  "aws_sqs.Queue": { key: (key) => ({ encryptionMasterKey: key }), keyed: ["encryptionMasterKey", "encryption"] },
  "aws_ssm.StringListParameter": { props: () => ({ stringListValue: ["x"] }) },
  "aws_ssm.StringParameter": {
    make: (scope, id, key) => key === null
      ? new cdk.aws_ssm.StringParameter(scope, id, { stringValue: "x", parameterName: "x" })
      : cdk.aws_ssm.StringParameter.fromSecureStringParameterAttributes(scope, id, { parameterName: "x", encryptionKey: key }),
    keyed: ["encryptionKey"],
  },
  "aws_stepfunctions.StateMachine": {
    props: (scope) => ({ definitionBody: stepfunctions.DefinitionBody.fromChainable(new stepfunctions.Pass(scope, "Pass")) }),
    key: (key) => ({ encryptionConfiguration: new stepfunctions.CustomerManagedEncryptionConfiguration(key) }),
  },
  "custom_resources.WaiterStateMachine": {
    props: (scope) => ({ isCompleteHandler: fn(scope), timeoutHandler: new lambda.Function(scope, "Timeout", functionProps), interval: cdk.Duration.minutes(1), maxAttempts: 1, backoffRate: 1 }),
  },
  "triggers.TriggerFunction": { props: () => functionProps },
};

function withContainer(make) {
  return {
    make: (scope, id) => {
      const definition = make(scope, id);
      definition.addContainer("main", { image: ecs.ContainerImage.fromRegistry("x"), memoryLimitMiB: 128 });
      return definition;
    },
  };
}
