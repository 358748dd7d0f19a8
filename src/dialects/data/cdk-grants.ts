/**
 * What the grant methods of aws-cdk-lib 2.276.0 allow the grantee. Made by `npm run cdk-grants`; do not edit. The lines:
 *
 * - `set 3 s3:GetObject*,List*@0,1 kms:Decrypt@2`: actions, and on which resources of the class, by number.
 * - `class aws-s3.Bucket encryptionKey`: a class, with the properties that may give it a key, and below it its methods:
 *   `grantRead (grantee,objectsKeyPattern?) 3 / 5`: parameters, and the sets without and with a key. `3+4`: which one depends on
 *   feature flags.
 * - `alike`: a class with the methods of another one. `interface`: it stands for a class, and has some of its methods.
 * - `facade aws-s3.BucketGrants.fromBucket aws-s3.Bucket grants`: what gives the same as a property.
 * - `properties aws-rds.DatabaseInstance secret:aws-secretsmanager.ISecret`: attributes that have grant methods themselves, and methods
 *   that give such constructs: `addAlias():aws-lambda.Alias`.
 */
export const CDK_GRANTS = `
version 2.276.0
set 0 apigateway:GET@0
set 1 apigateway:DELETE,GET,PATCH,POST,PUT@0
set 2 apigateway:DELETE,PATCH,POST,PUT@0
set 3 execute-api:Invoke@0
set 4 execute-api:ManageConnections@0
set 5 appconfig:GetLatestConfiguration,StartConfigurationSession@0
set 6 appmesh:StreamAggregatedResources@0
set 7 appsync:EventPublish@0
set 8 appsync:EventPublish,EventSubscribe@0
set 9 appsync:EventSubscribe@0
set 10 appsync:EventConnect@0
set 11 appsync:EventPublish@1
set 12 appsync:EventPublish,EventSubscribe@1
set 13 appsync:EventSubscribe@1
set 14 appsync:GraphQL@0
set 15 appsync:GraphQL@1
set 16 appsync:GraphQL@2
set 17 batch:DescribeConsumableResource,ListJobsByConsumableResource@0
set 18 batch:UpdateConsumableResource@0
set 19 bedrock-agentcore:CreateApiKeyCredentialProvider,DeleteApiKeyCredentialProvider,GetApiKeyCredentialProvider,UpdateApiKeyCredentialProvider@0,1,2 secretsmanager:PutSecretValue@3
set 20 bedrock-agentcore:CreateApiKeyCredentialProvider,DeleteApiKeyCredentialProvider,GetApiKeyCredentialProvider,GetResourceApiKey,ListApiKeyCredentialProviders,UpdateApiKeyCredentialProvider@0,1,2,4,5 secretsmanager:DescribeSecret,GetSecretValue,PutSecretValue@3
set 21 bedrock-agentcore:GetApiKeyCredentialProvider,ListApiKeyCredentialProviders@0,1,2
set 22 bedrock-agentcore:GetResourceApiKey@0,1,2,4,5 secretsmanager:DescribeSecret,GetSecretValue@3
set 23 bedrock-agentcore:GetBrowser,GetBrowserSession@0 bedrock-agentcore:ListBrowserSessions,ListBrowsers@1
set 24 bedrock-agentcore:ConnectBrowserAutomationStream,StartBrowserSession,StopBrowserSession,UpdateBrowserStream@0
set 25 bedrock-agentcore:InvokeCodeInterpreter@0
set 26 bedrock-agentcore:GetCodeInterpreter,GetCodeInterpreterSession@0 bedrock-agentcore:ListCodeInterpreterSessions,ListCodeInterpreters@1
set 27 bedrock-agentcore:InvokeCodeInterpreter,StartCodeInterpreterSession,StopCodeInterpreterSession@0
set 28 bedrock-agentcore:InvokeGateway@0
set 29 bedrock-agentcore:CreateGateway,CreateGatewayTarget,DeleteGateway,DeleteGatewayTarget,UpdateGateway,UpdateGatewayTarget@0
set 30 bedrock-agentcore:GetGateway,GetGatewayTarget@0 bedrock-agentcore:ListGatewayTargets,ListGateways@1
set 31 bedrock-agentcore:SynchronizeGatewayTargets@0
set 32 bedrock-agentcore:CreateGatewayTarget,DeleteGatewayTarget,UpdateGatewayTarget@1
set 33 bedrock-agentcore:GetGatewayTarget@1 bedrock-agentcore:ListGatewayTargets@2
set 34 bedrock-agentcore:CreateMemory,DeleteMemory,GetMemory,UpdateMemory@0
set 35 bedrock-agentcore:DeleteEvent,DeleteMemoryRecord@0
set 36 bedrock-agentcore:DeleteMemoryRecord@0
set 37 bedrock-agentcore:DeleteEvent@0
set 38 bedrock-agentcore:CreateEvent,CreateMemory,DeleteEvent,DeleteMemory,DeleteMemoryRecord,GetEvent,GetMemory,GetMemoryRecord,ListActors,ListEvents,ListMemoryRecords,ListSessions,RetrieveMemoryRecords,UpdateMemory@0
set 39 bedrock-agentcore:GetEvent,GetMemoryRecord,ListActors,ListEvents,ListMemoryRecords,ListSessions,RetrieveMemoryRecords@0
set 40 bedrock-agentcore:GetMemoryRecord,ListActors,ListMemoryRecords,ListSessions,RetrieveMemoryRecords@0
set 41 bedrock-agentcore:GetEvent,ListActors,ListEvents,ListSessions@0
set 42 bedrock-agentcore:CreateEvent@0
set 43 bedrock-agentcore:CreateOauth2CredentialProvider,DeleteOauth2CredentialProvider,GetOauth2CredentialProvider,UpdateOauth2CredentialProvider@0,1,2 secretsmanager:PutSecretValue@3
set 44 bedrock-agentcore:CompleteResourceTokenAuth,CreateOauth2CredentialProvider,DeleteOauth2CredentialProvider,GetOauth2CredentialProvider,GetResourceOauth2Token,ListOauth2CredentialProviders,UpdateOauth2CredentialProvider@0,1,2,4,5 secretsmanager:DescribeSecret,GetSecretValue,PutSecretValue@3
set 45 bedrock-agentcore:GetOauth2CredentialProvider,ListOauth2CredentialProviders@0,1,2
set 46 bedrock-agentcore:CompleteResourceTokenAuth,GetResourceOauth2Token@0,1,2,4,5 secretsmanager:DescribeSecret,GetSecretValue@3
set 47 bedrock-agentcore:GetPolicy@0
set 48 bedrock-agentcore:AuthorizeAction,GetPolicyEngine,PartiallyAuthorizeActions@0
set 49 bedrock-agentcore:GetPolicyEngine@0
set 50 bedrock-agentcore:InvokeAgentRuntime,InvokeAgentRuntimeForUser@0,1
set 51 bedrock-agentcore:InvokeAgentRuntime@0,1
set 52 bedrock-agentcore:InvokeAgentRuntimeForUser@0,1
set 53 bedrock-agentcore:CreateWorkloadIdentity,DeleteWorkloadIdentity,GetWorkloadIdentity,UpdateWorkloadIdentity@0,1,2
set 54 bedrock-agentcore:CreateWorkloadIdentity,DeleteWorkloadIdentity,GetWorkloadAccessToken,GetWorkloadAccessTokenForJWT,GetWorkloadAccessTokenForUserId,GetWorkloadIdentity,ListWorkloadIdentities,UpdateWorkloadIdentity@0,1,2
set 55 bedrock-agentcore:GetWorkloadIdentity,ListWorkloadIdentities@0,1,2
set 56 bedrock-agentcore:GetWorkloadAccessToken,GetWorkloadAccessTokenForJWT,GetWorkloadAccessTokenForUserId@0,1,2
set 57 cloudfront:CreateInvalidation@0
set 58 codebuild:BatchPutTestCases,CreateReport,UpdateReport@0
set 59 codecommit:GitPull@0
set 60 codecommit:GitPull,GitPush@0
set 61 codecommit:Describe*,EvaluatePullRequestApprovalRules,Get*,GitPull@0
set 62 codedeploy:PutLifecycleEventHookExecutionStatus@0
set 63 codeguru-profiler:ConfigureAgent,PostAgentProfile@0
set 64 codeguru-profiler:DescribeProfilingGroup,GetProfile@0
set 65 secretsmanager:DescribeSecret,GetSecretValue@0
set 66 secretsmanager:PutSecretValue,UpdateSecret,UpdateSecretVersionStage@0
set 67 dynamodb:*@0
set 68 dynamodb:*@0 kms:Decrypt,DescribeKey,Encrypt,GenerateDataKey*,ReEncrypt*@1
set 69 dynamodb:BatchGetItem,ConditionCheckItem,DescribeTable,GetItem,GetRecords,GetShardIterator,Query,Scan@0
set 70 dynamodb:BatchGetItem,ConditionCheckItem,DescribeTable,GetItem,GetRecords,GetShardIterator,Query,Scan@0 kms:Decrypt,DescribeKey@1
set 71 dynamodb:BatchGetItem,BatchWriteItem,ConditionCheckItem,DeleteItem,DescribeTable,GetItem,GetRecords,GetShardIterator,PutItem,Query,Scan,UpdateItem@0
set 72 dynamodb:BatchGetItem,BatchWriteItem,ConditionCheckItem,DeleteItem,DescribeTable,GetItem,GetRecords,GetShardIterator,PutItem,Query,Scan,UpdateItem@0 kms:Decrypt,DescribeKey,Encrypt,GenerateDataKey*,ReEncrypt*@1
set 73 dynamodb:DescribeStream,GetRecords,GetShardIterator@3 dynamodb:ListStreams@2
set 74 dynamodb:DescribeStream,GetRecords,GetShardIterator@3 dynamodb:ListStreams@2 kms:Decrypt,DescribeKey@1
set 75 dynamodb:ListStreams@2
set 76 dynamodb:BatchWriteItem,DeleteItem,DescribeTable,PutItem,UpdateItem@0
set 77 dynamodb:BatchWriteItem,DeleteItem,DescribeTable,PutItem,UpdateItem@0 kms:Decrypt,DescribeKey,Encrypt,GenerateDataKey*,ReEncrypt*@1
set 78 dynamodb:DescribeStream,GetRecords,GetShardIterator,ListStreams@2
set 79 dynamodb:DescribeStream,GetRecords,GetShardIterator,ListStreams@2 kms:Decrypt,DescribeKey@1
set 80 ec2:AttachVolume@0,1
set 81 ec2:AttachVolume@0,1 kms:CreateGrant@2
set 82 ec2:AttachVolume@3,4
set 83 ec2:AttachVolume@3,4 kms:CreateGrant@2
set 84 ec2:DetachVolume@0,1
set 85 ec2:DetachVolume@5,6
set 86 ecr:BatchCheckLayerAvailability,BatchGetImage,GetDownloadUrlForLayer@0 ecr:GetAuthorizationToken@1
set 87 ecr:BatchCheckLayerAvailability,BatchGetImage,CompleteLayerUpload,GetDownloadUrlForLayer,InitiateLayerUpload,PutImage,UploadLayerPart@0 ecr:GetAuthorizationToken@1
set 88 ecr:BatchCheckLayerAvailability,CompleteLayerUpload,InitiateLayerUpload,PutImage,UploadLayerPart@0 ecr:GetAuthorizationToken@1
set 89 ecr:DescribeImages,DescribeRepositories@0
set 90 ecs:UpdateTaskProtection@0
set 91 ecs:RunTask@1 iam:PassRole@0
set 92 elasticfilesystem:ClientMount@0
set 93 elasticfilesystem:ClientMount,ClientWrite@0
set 94 elasticfilesystem:ClientMount,ClientRootAccess,ClientWrite@0
set 95 es:ESHttpGet,ESHttpHead@0,1
set 96 es:ESHttpDelete,ESHttpGet,ESHttpHead,ESHttpPatch,ESHttpPost,ESHttpPut@0,1
set 97 es:ESHttpDelete,ESHttpPatch,ESHttpPost,ESHttpPut@0,1
set 98 es:ESHttpGet,ESHttpHead@0
set 99 es:ESHttpDelete,ESHttpGet,ESHttpHead,ESHttpPatch,ESHttpPost,ESHttpPut@0
set 100 es:ESHttpDelete,ESHttpPatch,ESHttpPost,ESHttpPut@0
set 101 es:ESHttpGet,ESHttpHead@2,3
set 102 es:ESHttpDelete,ESHttpGet,ESHttpHead,ESHttpPatch,ESHttpPost,ESHttpPut@2,3
set 103 es:ESHttpDelete,ESHttpPatch,ESHttpPost,ESHttpPut@2,3
set 104 events:PutEvents@0
set 105 events:PutEvents@1
set 106 glue:BatchGetPartition,GetPartition,GetPartitions,GetTable,GetTableVersion,GetTableVersions,GetTables@0
set 107 glue:BatchCreatePartition,BatchDeletePartition,BatchGetPartition,CreatePartition,DeletePartition,GetPartition,GetPartitions,GetTable,GetTableVersion,GetTableVersions,GetTables,UpdatePartition@0
set 108 glue:BatchCreatePartition,BatchDeletePartition,CreatePartition,DeletePartition,UpdatePartition@0
set 109 glue:BatchGetPartition,GetPartition,GetPartitions,GetTable,GetTableVersion,GetTableVersions,GetTables@0 s3:GetBucket*,GetObject*,List*@1,2
set 110 glue:BatchGetPartition,GetPartition,GetPartitions,GetTable,GetTableVersion,GetTableVersions,GetTables@0 kms:Decrypt,DescribeKey@3 s3:GetBucket*,GetObject*,List*@1,2
set 111 glue:BatchCreatePartition,BatchDeletePartition,BatchGetPartition,CreatePartition,DeletePartition,GetPartition,GetPartitions,GetTable,GetTableVersion,GetTableVersions,GetTables,UpdatePartition@0 s3:Abort*,DeleteObject*,GetBucket*,GetObject*,List*,PutObject,PutObjectLegalHold,PutObjectRetention,PutObjectTagging,PutObjectVersionTagging@1,2
set 112 glue:BatchCreatePartition,BatchDeletePartition,BatchGetPartition,CreatePartition,DeletePartition,GetPartition,GetPartitions,GetTable,GetTableVersion,GetTableVersions,GetTables,UpdatePartition@0 kms:Decrypt,DescribeKey,Encrypt,GenerateDataKey*,ReEncrypt*@3 s3:Abort*,DeleteObject*,GetBucket*,GetObject*,List*,PutObject,PutObjectLegalHold,PutObjectRetention,PutObjectTagging,PutObjectVersionTagging@1,2
set 113 glue:BatchCreatePartition,BatchDeletePartition,CreatePartition,DeletePartition,UpdatePartition@0 s3:Abort*,DeleteObject*,PutObject,PutObjectLegalHold,PutObjectRetention,PutObjectTagging,PutObjectVersionTagging@1,2
set 114 glue:BatchCreatePartition,BatchDeletePartition,CreatePartition,DeletePartition,UpdatePartition@0 kms:Decrypt,Encrypt,GenerateDataKey*,ReEncrypt*@3 s3:Abort*,DeleteObject*,PutObject,PutObjectLegalHold,PutObjectRetention,PutObjectTagging,PutObjectVersionTagging@1,2
set 115 kinesis:DescribeStream,DescribeStreamConsumer,DescribeStreamSummary,GetRecords,GetShardIterator,ListShards,ListStreams,SubscribeToShard@0
set 116 kinesis:DescribeStream,DescribeStreamConsumer,DescribeStreamSummary,GetRecords,GetShardIterator,ListShards,ListStreams,SubscribeToShard@0 kms:Decrypt@1
set 117 kinesis:DescribeStream,DescribeStreamConsumer,DescribeStreamSummary,GetRecords,GetShardIterator,ListShards,ListStreams,PutRecord,PutRecords,SubscribeToShard@0
set 118 kinesis:DescribeStream,DescribeStreamConsumer,DescribeStreamSummary,GetRecords,GetShardIterator,ListShards,ListStreams,PutRecord,PutRecords,SubscribeToShard@0 kms:Decrypt,Encrypt,GenerateDataKey*,ReEncrypt*@1
set 119 kinesis:ListShards,PutRecord,PutRecords@0
set 120 kinesis:ListShards,PutRecord,PutRecords@0 kms:Encrypt,GenerateDataKey*,ReEncrypt*@1
set 121 kinesis:DescribeStream,DescribeStreamConsumer,DescribeStreamSummary,GetRecords,GetShardIterator,ListShards,ListStreams,SubscribeToShard@0 kinesis:DescribeStreamConsumer,SubscribeToShard@1
set 122 kinesis:DescribeStream,DescribeStreamConsumer,DescribeStreamSummary,GetRecords,GetShardIterator,ListShards,ListStreams,SubscribeToShard@0 kinesis:DescribeStreamConsumer,SubscribeToShard@1 kms:Decrypt@2
set 123 firehose:PutRecord,PutRecordBatch@0
set 124 kms:Decrypt@0
set 125 kms:Encrypt,GenerateDataKey*,ReEncrypt*@0
set 126 kms:Decrypt,Encrypt,GenerateDataKey*,ReEncrypt*@0
set 127 kms:GenerateMac@0
set 128 kms:Sign@0
set 129 kms:Sign,Verify@0
set 130 kms:Verify@0
set 131 kms:VerifyMac@0
set 132 kms:CancelKeyDeletion,Create*,Delete*,Describe*,Disable*,Enable*,Get*,List*,Put*,Revoke*,ScheduleKeyDeletion,TagResource,UntagResource,Update*@0
set 133 lambda:InvokeFunction@0
set 134 lambda:InvokeFunction@0,1
set 135 lambda:InvokeFunction@3 lambda:InvokeFunctionUrl@2
set 136 lambda:InvokeFunction@4
set 137 lambda:InvokeFunction@0,2
set 138 lambda:InvokeFunction@4 lambda:InvokeFunctionUrl@3
set 139 lambda:InvokeFunction@5
set 140 lambda:InvokeFunction@1 lambda:InvokeFunctionUrl@0
set 141 logs:DescribeLogGroups,DescribeLogStreams,FilterLogEvents,GetLogEvents,GetLogGroupFields@0,1
set 142 logs:CreateLogStream,PutLogEvents@1
set 143 rds-db:connect@0
set 144 rds-data:BatchExecuteStatement,BeginTransaction,CommitTransaction,ExecuteStatement,RollbackTransaction@1 secretsmanager:DescribeSecret,GetSecretValue@2
set 145 rds-data:BatchExecuteStatement,BeginTransaction,CommitTransaction,ExecuteStatement,RollbackTransaction@1
set 146 rds-data:BatchExecuteStatement,BeginTransaction,CommitTransaction,ExecuteStatement,RollbackTransaction@0 secretsmanager:DescribeSecret,GetSecretValue@1
set 147 rds-data:BatchExecuteStatement,BeginTransaction,CommitTransaction,ExecuteStatement,RollbackTransaction@0
set 148 route53:ChangeResourceRecordSets@0 route53:ListHostedZonesByName@1
set 149 s3:DeleteObject*@0
set 150 s3:Abort*,PutObject,PutObjectLegalHold,PutObjectRetention,PutObjectTagging,PutObjectVersionTagging@0
set 151 kms:Decrypt,Encrypt,GenerateDataKey*,ReEncrypt*@1 s3:Abort*,PutObject,PutObjectLegalHold,PutObjectRetention,PutObjectTagging,PutObjectVersionTagging@0
set 152 s3:PutObjectAcl,PutObjectVersionAcl@0
set 153 s3:GetBucket*,GetObject*,List*@0,2
set 154 kms:Decrypt,DescribeKey@1 s3:GetBucket*,GetObject*,List*@0,2
set 155 s3:Abort*,DeleteObject*,GetBucket*,GetObject*,List*,PutObject,PutObjectLegalHold,PutObjectRetention,PutObjectTagging,PutObjectVersionTagging@0,2
set 156 kms:Decrypt,DescribeKey,Encrypt,GenerateDataKey*,ReEncrypt*@1 s3:Abort*,DeleteObject*,GetBucket*,GetObject*,List*,PutObject,PutObjectLegalHold,PutObjectRetention,PutObjectTagging,PutObjectVersionTagging@0,2
set 157 s3:Abort*,DeleteObject*,PutObject,PutObjectLegalHold,PutObjectRetention,PutObjectTagging,PutObjectVersionTagging@0,2
set 158 kms:Decrypt,Encrypt,GenerateDataKey*,ReEncrypt*@1 s3:Abort*,DeleteObject*,PutObject,PutObjectLegalHold,PutObjectRetention,PutObjectTagging,PutObjectVersionTagging@0,2
set 159 s3:GetBucket*,GetObject*,List*@0,1
set 160 scheduler:DeleteSchedule@0
set 161 scheduler:GetSchedule,ListSchedules@0
set 162 scheduler:CreateSchedule,UpdateSchedule@0
set 163 ses:SendEmail,SendRawEmail@0
set 164 sns:Publish@0
set 165 kms:Decrypt,GenerateDataKey*@1 sns:Publish@0
set 166 sns:Subscribe@0
set 167 sqs:ChangeMessageVisibility,DeleteMessage,GetQueueAttributes,GetQueueUrl,ReceiveMessage@0
set 168 kms:Decrypt@1 sqs:ChangeMessageVisibility,DeleteMessage,GetQueueAttributes,GetQueueUrl,ReceiveMessage@0
set 169 sqs:GetQueueAttributes,GetQueueUrl,PurgeQueue@0
set 170 sqs:GetQueueAttributes,GetQueueUrl,SendMessage@0
set 171 kms:Decrypt,Encrypt,GenerateDataKey*,ReEncrypt*@1 sqs:GetQueueAttributes,GetQueueUrl,SendMessage@0
set 172 ssm:DescribeParameters,GetParameter,GetParameterHistory,GetParameters@0
set 173 ssm:PutParameter@0
set 174 kms:Decrypt@1 ssm:DescribeParameters,GetParameter,GetParameterHistory,GetParameters@2
set 175 kms:Encrypt,GenerateDataKey*,ReEncrypt*@1 ssm:PutParameter@2
set 176 states:DescribeActivity,DescribeStateMachine,ListActivities@2 states:DescribeExecution,DescribeStateMachineForExecution,GetExecutionHistory@1 states:ListExecutions,ListStateMachines@0
set 177 states:RedriveExecution@1
set 178 states:StartExecution@0
set 179 states:StartSyncExecution@0
set 180 states:SendTaskFailure,SendTaskHeartbeat,SendTaskSuccess@0
set 181 states:RedriveExecution@3
class aws-apigateway.ApiKey
grantRead (grantee) 0
grantReadWrite (grantee) 1
grantWrite (grantee) 2
grants.read (grantee) 0
grants.readWrite (grantee) 1
grants.write (grantee) 2
class aws-apigateway.Method
grantExecute (grantee) 3
class aws-apigateway.RateLimitedApiKey
grantRead (grantee) 0
grantReadWrite (grantee) 1
grantWrite (grantee) 2
grants.read (grantee) 0
grants.readWrite (grantee) 1
grants.write (grantee) 2
class aws-apigatewayv2.ApiKey
grantRead (grantee) 0
grantReadWrite (grantee) 1
grantWrite (grantee) 2
class aws-apigatewayv2.HttpRoute
grantInvoke (grantee,options?) 3
class aws-apigatewayv2.RateLimitedApiKey
grantRead (grantee) 0
grantReadWrite (grantee) 1
grantWrite (grantee) 2
class aws-apigatewayv2.WebSocketApi
grantManageConnections (grantee) 4
class aws-apigatewayv2.WebSocketStage
grantManagementApiAccess (grantee) 4
class aws-appconfig.Environment
grantReadConfig (grantee) 5
class aws-appmesh.VirtualGateway
grantStreamAggregatedResources (grantee) 6
grants.streamAggregatedResources (grantee) 6
class aws-appmesh.VirtualNode
grantStreamAggregatedResources (grantee) 6
grants.streamAggregatedResources (grantee) 6
class aws-appsync.ChannelNamespace
grantPublish (grantee) 7
grantPublishAndSubscribe (grantee) 8
grantSubscribe (grantee) 9
class aws-appsync.EventApi
grantConnect (grantee) 10
grantPublish (grantee) 11
grantPublishAndSubscribe (grantee) 12
grantSubscribe (grantee) 13
class aws-appsync.GraphqlApi
grantMutation (grantee,fields?) 14
grantQuery (grantee,fields?) 15
grantSubscription (grantee,fields?) 16
class aws-batch.ConsumableResource
grants.read (grantee) 17
grants.update (grantee) 18
class aws-bedrockagentcore.ApiKeyCredentialProvider
grantAdmin (grantee) 19
grantFullAccess (grantee) 20
grantRead (grantee) 21
grantUse (grantee) 22
class aws-bedrockagentcore.BrowserCustom
grantRead (grantee) 23
grantUse (grantee) 24
class aws-bedrockagentcore.CodeInterpreterCustom
grantInvoke (grantee) 25
grantRead (grantee) 26
grantUse (grantee) 27
class aws-bedrockagentcore.Gateway kmsKey
grantInvoke (grantee) 28
grantManage (grantee) 29
grantRead (grantee) 30
class aws-bedrockagentcore.GatewayTarget
grantSync (grantee) 31
grantManage (grantee) 32
grantRead (grantee) 33
class aws-bedrockagentcore.Memory kmsKey
grantAdmin (grantee) 34
grantDelete (grantee) 35
grantDeleteLongTermMemory (grantee) 36
grantDeleteShortTermMemory (grantee) 37
grantFullAccess (grantee) 38
grantRead (grantee) 39
grantReadLongTermMemory (grantee) 40
grantReadShortTermMemory (grantee) 41
grantWrite (grantee) 42
class aws-bedrockagentcore.OAuth2CredentialProvider
grantAdmin (grantee) 43
grantFullAccess (grantee) 44
grantRead (grantee) 45
grantUse (grantee) 46
class aws-bedrockagentcore.Policy
grantRead (grantee) 47
class aws-bedrockagentcore.PolicyEngine kmsKey
grantEvaluate (grantee) 48
grantRead (grantee) 49
class aws-bedrockagentcore.Runtime
grantInvoke (grantee) 50
grantInvokeRuntime (grantee) 51
grantInvokeRuntimeForUser (grantee) 52
class aws-bedrockagentcore.WorkloadIdentity
grantAdmin (grantee) 53
grantFullAccess (grantee) 54
grantRead (grantee) 55
grantUse (grantee) 56
class aws-cloudfront.CloudFrontWebDistribution
grantCreateInvalidation (grantee) 57
grants.createInvalidation (grantee) 57
class aws-cloudfront.Distribution
grantCreateInvalidation (grantee) 57
grants.createInvalidation (grantee) 57
class aws-codebuild.ReportGroup
grantWrite (grantee) 58
class aws-codecommit.Repository kmsKey
grantPull (grantee) 59
grantPullPush (grantee) 60
grantRead (grantee) 61
grants.pull (grantee) 59
grants.pullPush (grantee) 60
grants.read (grantee) 61
class aws-codedeploy.LambdaDeploymentGroup
grantPutLifecycleEventHookExecutionStatus (grantee) 62
class aws-codeguruprofiler.ProfilingGroup
grantPublish (grantee) 63
grantRead (grantee) 64
grants.publish (grantee) 63
grants.read (grantee) 64
class aws-docdb.DatabaseSecret encryptionKey
grantRead (grantee,versionStages?) 65
grantWrite (grantee) 66
class aws-dynamodb.Table encryptionKey encryption
grantFullAccess (grantee) 67 / 68
grantReadData (grantee) 69 / 70
grantReadWriteData (grantee) 71 / 72
grantStreamRead (grantee) 73 / 74
grantTableListStreams (grantee) 75
grantWriteData (grantee) 76 / 77
grants.fullAccess (grantee) 67 / 68
grants.readData (grantee) 69 / 70
grants.readWriteData (grantee) 71 / 72
grants.writeData (grantee) 76 / 77
streamGrants.list (grantee) 75
streamGrants.read (grantee) 73 / 74
class aws-dynamodb.TableV2 encryption
grantFullAccess (grantee) 67 / 68
grantReadData (grantee) 69 / 70
grantReadWriteData (grantee) 71 / 72
grantStreamRead (grantee) 78 / 79
grantTableListStreams (grantee) 75
grantWriteData (grantee) 76 / 77
grants.fullAccess (grantee) 67 / 68
grants.readData (grantee) 69 / 70
grants.readWriteData (grantee) 71 / 72
grants.writeData (grantee) 76 / 77
class aws-ec2.Volume encryptionKey
grantAttachVolume (grantee,instances?) 80 / 81
grantAttachVolumeByResourceTag (grantee,constructs,tagKeySuffix?) 82 / 83
grantDetachVolume (grantee,instances?) 84
grantDetachVolumeByResourceTag (grantee,constructs,tagKeySuffix?) 85
class aws-ecr.Repository encryptionKey encryption
grantPull (grantee) 86
grantPullPush (grantee) 87
grantPush (grantee) 88
grantRead (grantee) 89
class aws-ecs.Cluster
grantTaskProtection (grantee) 90
grants.taskProtection (grantee) 90
class aws-ecs.Ec2TaskDefinition
grantRun (grantee) 91
class aws-ecs.ExternalTaskDefinition
grantRun (grantee) 91
class aws-ecs.FargateTaskDefinition
grantRun (grantee) 91
class aws-ecs.TaskDefinition
grantRun (grantee) 91
class aws-efs.FileSystem kmsKey
grantRead (grantee) 92
grantReadWrite (grantee) 93
grantRootAccess (grantee) 94
class aws-elasticsearch.Domain
grantIndexRead (index,grantee) 95
grantIndexReadWrite (index,grantee) 96
grantIndexWrite (index,grantee) 97
grantPathRead (path,grantee) 98
grantPathReadWrite (path,grantee) 99
grantPathWrite (path,grantee) 100
grantRead (grantee) 101
grantReadWrite (grantee) 102
grantWrite (grantee) 103
grants.read (grantee) 101
grants.readWrite (grantee) 102
grants.write (grantee) 103
class aws-events.EventBus kmsKey
grantPutEventsTo (grantee,sid?) 104
grants.allPutEvents (grantee) 105
class aws-glue.ExternalTable
grantRead (grantee) 106
grantReadWrite (grantee) 107
grantWrite (grantee) 108
class aws-glue.S3Table storage clientSideEncryption
grantRead (grantee) 109 / 110
grantReadWrite (grantee) 111 / 112
grantWrite (grantee) 113 / 114
class aws-kinesis.Stream encryptionKey encryption
grantRead (grantee) 115 / 116
grantReadWrite (grantee) 117 / 118
grantWrite (grantee) 119 / 120
class aws-kinesis.StreamConsumer stream
grantRead (grantee) 121 / 122
class aws-kinesisfirehose.DeliveryStream
grantPutRecords (grantee) 123
grants.putRecords (grantee) 123
class aws-kms.Alias
grantDecrypt (grantee) 124
grantEncrypt (grantee) 125
grantEncryptDecrypt (grantee) 126
grantGenerateMac (grantee) 127
grantSign (grantee) 128
grantSignVerify (grantee) 129
grantVerify (grantee) 130
grantVerifyMac (grantee) 131
class aws-kms.Key
grantAdmin (grantee) 132
grantDecrypt (grantee) 124
grantEncrypt (grantee) 125
grantEncryptDecrypt (grantee) 126
grantGenerateMac (grantee) 127
grantSign (grantee) 128
grantSignVerify (grantee) 129
grantVerify (grantee) 130
grantVerifyMac (grantee) 131
grants.admin (grantee) 132
grants.decrypt (grantee) 124
grants.encrypt (grantee) 125
grants.encryptDecrypt (grantee) 126
grants.generateMac (grantee) 127
grants.sign (grantee) 128
grants.signVerify (grantee) 129
grants.verify (grantee) 130
grants.verifyMac (grantee) 131
class aws-lambda.Alias
grantInvoke (grantee) 133
grantInvokeLatestVersion (grantee) 134
grantInvokeUrl (grantee) 135
grantInvokeVersion (grantee,version) 136
class aws-lambda.DockerImageFunction
grantInvoke (grantee) 134
grantInvokeLatestVersion (grantee) 137
grantInvokeUrl (grantee) 138
grantInvokeVersion (grantee,version) 139
class aws-lambda.Function
grantInvoke (grantee) 134
grantInvokeLatestVersion (grantee) 137
grantInvokeUrl (grantee) 138
grantInvokeVersion (grantee,version) 139
class aws-lambda.FunctionUrl
grantInvokeUrl (grantee) 140
class aws-lambda.SingletonFunction
grantInvoke (grantee) 134
grantInvokeLatestVersion (grantee) 137
grantInvokeUrl (grantee) 138
grantInvokeVersion (grantee,version) 139
class aws-lambda.Version
grantInvoke (grantee) 133
grantInvokeLatestVersion (grantee) 134
grantInvokeUrl (grantee) 135
grantInvokeVersion (grantee,version) 136
class aws-lambda-nodejs.NodejsFunction
grantInvoke (grantee) 134
grantInvokeLatestVersion (grantee) 137
grantInvokeUrl (grantee) 138
grantInvokeVersion (grantee,version) 139
class aws-logs.LogGroup encryptionKey
grantRead (grantee) 141
grantWrite (grantee) 142
grants.read (grantee) 141
grants.write (grantee) 142
class aws-opensearchservice.Domain
grantIndexRead (index,grantee) 95
grantIndexReadWrite (index,grantee) 96
grantIndexWrite (index,grantee) 97
grantPathRead (path,grantee) 98
grantPathReadWrite (path,grantee) 99
grantPathWrite (path,grantee) 100
grantRead (grantee) 101
grantReadWrite (grantee) 102
grantWrite (grantee) 103
grants.read (grantee) 101
grants.readWrite (grantee) 102
grants.write (grantee) 103
class aws-rds.DatabaseCluster
grantConnect (grantee,dbUser) 143
grantDataApiAccess (grantee) 144
class aws-rds.DatabaseClusterFromSnapshot
grantConnect (grantee,dbUser) 143
grantDataApiAccess (grantee) 144+145
class aws-rds.DatabaseInstance
grantConnect (grantee,dbUser?) 143
class aws-rds.DatabaseInstanceFromSnapshot
grantConnect (grantee,dbUser?) 143
class aws-rds.DatabaseProxy
grantConnect (grantee,dbUser?) 143
class aws-rds.DatabaseSecret encryptionKey
grantRead (grantee,versionStages?) 65
grantWrite (grantee) 66
class aws-rds.ServerlessCluster
grantDataApiAccess (grantee) 146
class aws-rds.ServerlessClusterFromSnapshot
grantDataApiAccess (grantee) 147
class aws-route53.HostedZone
grantDelegation (grantee,options?) 148
grants.delegation (grantee,delegationOptions?) 148
class aws-route53.PrivateHostedZone
grantDelegation (grantee,options?) 148
grants.delegation (grantee,delegationOptions?) 148
class aws-route53.PublicHostedZone
grantDelegation (grantee,options?) 148
grants.delegation (grantee,delegationOptions?) 148
class aws-s3.Bucket encryptionKey encryption
grantDelete (grantee,objectsKeyPattern?) 149
grantPut (grantee,objectsKeyPattern?) 150 / 151
grantPutAcl (grantee,objectsKeyPattern?) 152
grantRead (grantee,objectsKeyPattern?) 153 / 154
grantReadWrite (grantee,objectsKeyPattern?) 155 / 156
grantWrite (grantee,objectsKeyPattern?,allowedActionPatterns?) 157 / 158
grants.delete (grantee,objectsKeyPattern?) 149
grants.put (grantee,objectsKeyPattern?) 150 / 151
grants.putAcl (grantee,objectsKeyPattern?) 152
grants.read (grantee,objectsKeyPattern?) 153 / 154
grants.readWrite (grantee,objectsKeyPattern?) 155 / 156
grants.write (grantee,objectsKeyPattern?,allowedActionPatterns?) 157 / 158
class aws-s3-assets.Asset
grantRead (grantee) 159
class aws-scheduler.ScheduleGroup
grantDeleteSchedules (grantee) 160
grantReadSchedules (grantee) 161
grantWriteSchedules (grantee) 162
grants.deleteSchedules (grantee) 160
grants.readSchedules (grantee) 161
grants.writeSchedules (grantee) 162
class aws-secretsmanager.Secret encryptionKey
grantRead (grantee,versionStages?) 65
grantWrite (grantee) 66
class aws-secretsmanager.SecretTargetAttachment secret
grantRead (grantee,versionStages?) 65
grantWrite (grantee) 66
class aws-ses.EmailIdentity
grantSendEmail (grantee) 163
class aws-sns.Topic masterKey
grantPublish (grantee) 164 / 165
grantSubscribe (grantee) 166
grants.publish (grantee) 164 / 165
grants.subscribe (grantee) 166
class aws-sqs.Queue encryptionMasterKey encryption
grantConsumeMessages (grantee) 167 / 168
grantPurge (grantee) 169
grantSendMessages (grantee) 170 / 171
grants.consumeMessages (grantee) 167 / 168
grants.purge (grantee) 169
grants.sendMessages (grantee) 170 / 171
class aws-ssm.StringListParameter
grantRead (grantee) 172
grantWrite (grantee) 173
class aws-ssm.StringParameter encryptionKey
grantRead (grantee) 172 / 174
grantWrite (grantee) 173 / 175
class aws-stepfunctions.StateMachine encryptionConfiguration
grantRead (grantee) 176
grantRedriveExecution (grantee) 177
grantStartExecution (grantee) 178
grantStartSyncExecution (grantee) 179
grantTaskResponse (grantee) 180
grants.read (grantee) 176
grants.redriveExecution (grantee) 181
grants.startExecution (grantee) 178
grants.startSyncExecution (grantee) 179
grants.taskResponse (grantee) 180
class custom-resources.WaiterStateMachine
grantStartExecution (grantee) 178
class triggers.TriggerFunction
grantInvoke (grantee) 134
grantInvokeLatestVersion (grantee) 137
grantInvokeUrl (grantee) 138
grantInvokeVersion (grantee,version) 139
alike aws-lambda-go-alpha.GoFunction aws-lambda.Function
alike aws-lambda-python-alpha.PythonFunction aws-lambda.Function
interface aws-apigatewayv2.IHttpRoute aws-apigatewayv2.HttpRoute grantInvoke
interface aws-appconfig.IEnvironment aws-appconfig.Environment grantReadConfig
interface aws-appmesh.IVirtualGateway aws-appmesh.VirtualGateway grantStreamAggregatedResources
interface aws-appmesh.IVirtualNode aws-appmesh.VirtualNode grantStreamAggregatedResources
interface aws-appsync.IEventApi aws-appsync.EventApi grantConnect grantPublish grantPublishAndSubscribe grantSubscribe
interface aws-appsync.IGraphqlApi aws-appsync.GraphqlApi grantMutation grantQuery grantSubscription
interface aws-batch.IConsumableResource aws-batch.ConsumableResource grants.read grants.update
interface aws-bedrockagentcore.IApiKeyCredentialProvider aws-bedrockagentcore.ApiKeyCredentialProvider grantAdmin grantFullAccess grantRead grantUse
interface aws-bedrockagentcore.IBrowserCustom aws-bedrockagentcore.BrowserCustom grantRead grantUse
interface aws-bedrockagentcore.ICodeInterpreterCustom aws-bedrockagentcore.CodeInterpreterCustom grantRead grantUse
interface aws-bedrockagentcore.IGateway aws-bedrockagentcore.Gateway grantInvoke grantManage grantRead
interface aws-bedrockagentcore.IGatewayTarget aws-bedrockagentcore.GatewayTarget grantManage grantRead
interface aws-bedrockagentcore.IMemory aws-bedrockagentcore.Memory grantAdmin grantDelete grantDeleteLongTermMemory grantDeleteShortTermMemory grantFullAccess grantRead grantReadLongTermMemory grantReadShortTermMemory grantWrite
interface aws-bedrockagentcore.IOAuth2CredentialProvider aws-bedrockagentcore.OAuth2CredentialProvider grantAdmin grantFullAccess grantRead grantUse
interface aws-bedrockagentcore.IPolicy aws-bedrockagentcore.Policy grantRead
interface aws-bedrockagentcore.IPolicyEngine aws-bedrockagentcore.PolicyEngine grantEvaluate grantRead
interface aws-bedrockagentcore.IWorkloadIdentity aws-bedrockagentcore.WorkloadIdentity grantAdmin grantFullAccess grantRead grantUse
interface aws-cloudfront.IDistribution aws-cloudfront.Distribution grantCreateInvalidation
interface aws-codebuild.IReportGroup aws-codebuild.ReportGroup grantWrite
interface aws-codecommit.IRepository aws-codecommit.Repository grantPull grantPullPush grantRead
interface aws-codeguruprofiler.IProfilingGroup aws-codeguruprofiler.ProfilingGroup grantPublish grantRead
interface aws-dynamodb.ITable aws-dynamodb.Table grantFullAccess grantReadData grantReadWriteData grantStreamRead grantTableListStreams grantWriteData
interface aws-dynamodb.ITableV2 aws-dynamodb.TableV2 grantFullAccess grantReadData grantReadWriteData grantStreamRead grantTableListStreams grantWriteData grants.fullAccess grants.readData grants.readWriteData grants.writeData
interface aws-ec2.IVolume aws-ec2.Volume grantAttachVolume grantAttachVolumeByResourceTag grantDetachVolume grantDetachVolumeByResourceTag
interface aws-ecr.IRepository aws-ecr.Repository grantPull grantPullPush grantPush grantRead
interface aws-efs.IFileSystem aws-efs.FileSystem grantRead grantReadWrite grantRootAccess
interface aws-elasticsearch.IDomain aws-elasticsearch.Domain grantIndexRead grantIndexReadWrite grantIndexWrite grantPathRead grantPathReadWrite grantPathWrite grantRead grantReadWrite grantWrite
interface aws-events.IEventBus aws-events.EventBus grantPutEventsTo
interface aws-kinesis.IStream aws-kinesis.Stream grantRead grantReadWrite grantWrite
interface aws-kinesis.IStreamConsumer aws-kinesis.StreamConsumer grantRead
interface aws-kinesisfirehose.IDeliveryStream aws-kinesisfirehose.DeliveryStream grantPutRecords
interface aws-kms.IAlias aws-kms.Alias grantDecrypt grantEncrypt grantEncryptDecrypt grantGenerateMac grantSign grantSignVerify grantVerify grantVerifyMac
interface aws-kms.IKey aws-kms.Key grantDecrypt grantEncrypt grantEncryptDecrypt grantGenerateMac grantSign grantSignVerify grantVerify grantVerifyMac
interface aws-lambda.IAlias aws-lambda.Alias grantInvoke grantInvokeLatestVersion grantInvokeUrl grantInvokeVersion
interface aws-lambda.IFunction aws-lambda.Function grantInvoke grantInvokeLatestVersion grantInvokeUrl grantInvokeVersion
interface aws-lambda.IFunctionUrl aws-lambda.FunctionUrl grantInvokeUrl
interface aws-lambda.IVersion aws-lambda.Version grantInvoke grantInvokeLatestVersion grantInvokeUrl grantInvokeVersion
interface aws-logs.ILogGroup aws-logs.LogGroup grantRead grantWrite
interface aws-opensearchservice.IDomain aws-opensearchservice.Domain grantIndexRead grantIndexReadWrite grantIndexWrite grantPathRead grantPathReadWrite grantPathWrite grantRead grantReadWrite grantWrite
interface aws-rds.IDatabaseCluster aws-rds.DatabaseCluster grantConnect grantDataApiAccess
interface aws-rds.IDatabaseInstance aws-rds.DatabaseInstance grantConnect
interface aws-rds.IDatabaseProxy aws-rds.DatabaseProxy grantConnect
interface aws-rds.IServerlessCluster aws-rds.ServerlessCluster grantDataApiAccess
interface aws-route53.IHostedZone aws-route53.HostedZone grantDelegation
interface aws-route53.IPrivateHostedZone aws-route53.PrivateHostedZone grantDelegation
interface aws-route53.IPublicHostedZone aws-route53.PublicHostedZone grantDelegation
interface aws-s3.IBucket aws-s3.Bucket grantDelete grantPut grantPutAcl grantRead grantReadWrite grantWrite
interface aws-scheduler.IScheduleGroup aws-scheduler.ScheduleGroup grantDeleteSchedules grantReadSchedules grantWriteSchedules
interface aws-secretsmanager.ISecret aws-secretsmanager.Secret grantRead grantWrite
interface aws-secretsmanager.ISecretTargetAttachment aws-secretsmanager.SecretTargetAttachment grantRead grantWrite
interface aws-ses.IEmailIdentity aws-ses.EmailIdentity grantSendEmail
interface aws-sns.ITopic aws-sns.Topic grantPublish grantSubscribe
interface aws-sqs.IQueue aws-sqs.Queue grantConsumeMessages grantPurge grantSendMessages
interface aws-ssm.IStringListParameter aws-ssm.StringListParameter grantRead grantWrite
interface aws-ssm.IStringParameter aws-ssm.StringParameter grantRead grantWrite
interface aws-stepfunctions.IStateMachine aws-stepfunctions.StateMachine grantRead grantRedriveExecution grantStartExecution grantStartSyncExecution grantTaskResponse
facade aws-apigateway.ApiKeyGrants.fromApiKey aws-apigateway.ApiKey grants
facade aws-appmesh.VirtualGatewayGrants.fromVirtualGateway aws-appmesh.VirtualGateway grants
facade aws-appmesh.VirtualNodeGrants.fromVirtualNode aws-appmesh.VirtualNode grants
facade aws-batch.ConsumableResourceGrants.fromConsumableResource aws-batch.ConsumableResource grants
facade aws-cloudfront.DistributionGrants.fromDistribution aws-cloudfront.CloudFrontWebDistribution grants
facade aws-codecommit.RepositoryGrants.fromRepository aws-codecommit.Repository grants
facade aws-codeguruprofiler.ProfilingGroupGrants.fromProfilingGroup aws-codeguruprofiler.ProfilingGroup grants
facade aws-dynamodb.TableGrants.fromTable aws-dynamodb.Table grants
facade aws-ecs.ClusterGrants.fromCluster aws-ecs.Cluster grants
facade aws-elasticsearch.DomainGrants.fromDomain aws-elasticsearch.Domain grants
facade aws-events.EventBusGrants.fromEventBus aws-events.EventBus grants
facade aws-kinesisfirehose.DeliveryStreamGrants.fromDeliveryStream aws-kinesisfirehose.DeliveryStream grants
facade aws-kms.KeyGrants.fromKey aws-kms.Key grants
facade aws-logs.LogGroupGrants.fromLogGroup aws-logs.LogGroup grants
facade aws-opensearchservice.DomainGrants.fromDomain aws-opensearchservice.Domain grants
facade aws-route53.HostedZoneGrants.fromHostedZone aws-route53.HostedZone grants
facade aws-s3.BucketGrants.fromBucket aws-s3.Bucket grants
facade aws-scheduler.ScheduleGroupGrants.fromScheduleGroup aws-scheduler.ScheduleGroup grants
facade aws-sns.TopicGrants.fromTopic aws-sns.Topic grants
facade aws-sqs.QueueGrants.fromQueue aws-sqs.Queue grants
facade aws-stepfunctions.StateMachineGrants.fromStateMachine aws-stepfunctions.StateMachine grants
properties aws-apigateway.IResource addCorsPreflight():aws-apigateway.Method addMethod():aws-apigateway.Method
properties aws-apigateway.ProxyResource addCorsPreflight():aws-apigateway.Method addMethod():aws-apigateway.Method anyMethod:aws-apigateway.Method
properties aws-apigateway.Resource addCorsPreflight():aws-apigateway.Method addMethod():aws-apigateway.Method
properties aws-appconfig.Application addEnvironment():aws-appconfig.IEnvironment
properties aws-appconfig.HostedConfiguration deploymentKey:aws-kms.IKey
properties aws-appconfig.IApplication addEnvironment():aws-appconfig.IEnvironment
properties aws-appconfig.SourcedConfiguration deploymentKey:aws-kms.IKey sourceKey:aws-kms.IKey
properties aws-appmesh.GatewayRoute virtualGateway:aws-appmesh.IVirtualGateway
properties aws-appmesh.IGatewayRoute virtualGateway:aws-appmesh.IVirtualGateway
properties aws-appmesh.IMesh addVirtualGateway():aws-appmesh.VirtualGateway addVirtualNode():aws-appmesh.VirtualNode
properties aws-appmesh.Mesh addVirtualGateway():aws-appmesh.VirtualGateway addVirtualNode():aws-appmesh.VirtualNode
properties aws-appsync.EventApi addChannelNamespace():aws-appsync.ChannelNamespace logGroup:aws-logs.ILogGroup
properties aws-appsync.GraphqlApi logGroup:aws-logs.ILogGroup
properties aws-appsync.IEventApi addChannelNamespace():aws-appsync.ChannelNamespace
properties aws-appsync.ISourceApiAssociation mergedApi:aws-appsync.IGraphqlApi sourceApi:aws-appsync.IGraphqlApi
properties aws-appsync.SourceApiAssociation mergedApi:aws-appsync.IGraphqlApi sourceApi:aws-appsync.IGraphqlApi
properties aws-bedrockagentcore.Gateway addApiGatewayTarget():aws-bedrockagentcore.GatewayTarget addLambdaTarget():aws-bedrockagentcore.GatewayTarget addMcpServerTarget():aws-bedrockagentcore.GatewayTarget addOpenApiTarget():aws-bedrockagentcore.GatewayTarget addSmithyTarget():aws-bedrockagentcore.GatewayTarget kmsKey:aws-kms.IKey
properties aws-bedrockagentcore.GatewayTarget gateway:aws-bedrockagentcore.IGateway
properties aws-bedrockagentcore.IBedrockAgentRuntime applicationLogGroup:aws-logs.ILogGroup
properties aws-bedrockagentcore.IGateway kmsKey:aws-kms.IKey
properties aws-bedrockagentcore.IGatewayTarget gateway:aws-bedrockagentcore.IGateway
properties aws-bedrockagentcore.IMcpGatewayTarget gateway:aws-bedrockagentcore.IGateway
properties aws-bedrockagentcore.IMemory kmsKey:aws-kms.IKey
properties aws-bedrockagentcore.IPolicy policyEngine:aws-bedrockagentcore.IPolicyEngine
properties aws-bedrockagentcore.IPolicyEngine kmsKey:aws-kms.IKey
properties aws-bedrockagentcore.Memory kmsKey:aws-kms.IKey
properties aws-bedrockagentcore.Policy policyEngine:aws-bedrockagentcore.IPolicyEngine
properties aws-bedrockagentcore.PolicyEngine addPolicy():aws-bedrockagentcore.Policy kmsKey:aws-kms.IKey
properties aws-bedrockagentcore.Runtime applicationLogGroup:aws-logs.ILogGroup
properties aws-cloudfront.CloudFrontWebDistribution loggingBucket:aws-s3.IBucket
properties aws-cloudfront.experimental.EdgeFunction addAlias():aws-lambda.Alias addFunctionUrl():aws-lambda.FunctionUrl currentVersion:aws-lambda.IVersion lambda:aws-lambda.IFunction latestVersion:aws-lambda.IVersion
properties aws-cloudtrail.Trail logGroup:aws-logs.ILogGroup
properties aws-codecommit.Repository notify():aws-codecommit.Repository
properties aws-codepipeline.Pipeline artifactBucket:aws-s3.IBucket
properties aws-docdb.DatabaseCluster secret:aws-secretsmanager.ISecret
properties aws-docdb.DatabaseSecret attach():aws-secretsmanager.ISecret encryptionKey:aws-kms.IKey
properties aws-dynamodb.ITable encryptionKey:aws-kms.IKey
properties aws-dynamodb.ITableV2 encryptionKey:aws-kms.IKey
properties aws-dynamodb.Table encryptionKey:aws-kms.IKey
properties aws-dynamodb.TableV2 encryptionKey:aws-kms.IKey replica():aws-dynamodb.ITableV2
properties aws-dynamodb.TableV2MultiAccountReplica encryptionKey:aws-kms.IKey
properties aws-ec2.FlowLog bucket:aws-s3.IBucket logGroup:aws-logs.ILogGroup
properties aws-ec2.IVolume encryptionKey:aws-kms.IKey
properties aws-ec2.KeyPair privateKey:aws-ssm.IStringParameter
properties aws-ec2.Volume encryptionKey:aws-kms.IKey
properties aws-ecr-assets.DockerImageAsset repository:aws-ecr.IRepository
properties aws-ecr-assets.TarballImageAsset repository:aws-ecr.IRepository
properties aws-ecs.ContainerDefinition taskDefinition:aws-ecs.TaskDefinition
properties aws-ecs.Ec2Service taskDefinition:aws-ecs.TaskDefinition
properties aws-ecs.ExternalService taskDefinition:aws-ecs.TaskDefinition
properties aws-ecs.FargateService taskDefinition:aws-ecs.TaskDefinition
properties aws-ecs.FirelensLogRouter taskDefinition:aws-ecs.TaskDefinition
properties aws-ecs-patterns.ApplicationLoadBalancedEc2Service taskDefinition:aws-ecs.Ec2TaskDefinition
properties aws-ecs-patterns.ApplicationLoadBalancedFargateService taskDefinition:aws-ecs.FargateTaskDefinition
properties aws-ecs-patterns.ApplicationMultipleTargetGroupsEc2Service taskDefinition:aws-ecs.Ec2TaskDefinition
properties aws-ecs-patterns.ApplicationMultipleTargetGroupsFargateService taskDefinition:aws-ecs.FargateTaskDefinition
properties aws-ecs-patterns.NetworkLoadBalancedEc2Service taskDefinition:aws-ecs.Ec2TaskDefinition
properties aws-ecs-patterns.NetworkLoadBalancedFargateService taskDefinition:aws-ecs.FargateTaskDefinition
properties aws-ecs-patterns.NetworkMultipleTargetGroupsEc2Service taskDefinition:aws-ecs.Ec2TaskDefinition
properties aws-ecs-patterns.NetworkMultipleTargetGroupsFargateService taskDefinition:aws-ecs.FargateTaskDefinition
properties aws-ecs-patterns.QueueProcessingEc2Service deadLetterQueue:aws-sqs.IQueue sqsQueue:aws-sqs.IQueue taskDefinition:aws-ecs.Ec2TaskDefinition
properties aws-ecs-patterns.QueueProcessingFargateService deadLetterQueue:aws-sqs.IQueue sqsQueue:aws-sqs.IQueue taskDefinition:aws-ecs.FargateTaskDefinition
properties aws-ecs-patterns.ScheduledEc2Task taskDefinition:aws-ecs.Ec2TaskDefinition
properties aws-ecs-patterns.ScheduledFargateTask taskDefinition:aws-ecs.FargateTaskDefinition
properties aws-efs.AccessPoint fileSystem:aws-efs.IFileSystem
properties aws-efs.IAccessPoint fileSystem:aws-efs.IFileSystem
properties aws-eks.HelmChart chartAsset:aws-s3-assets.Asset
properties aws-eks-v2.HelmChart chartAsset:aws-s3-assets.Asset
properties aws-elasticsearch.Domain appLogGroup:aws-logs.ILogGroup auditLogGroup:aws-logs.ILogGroup slowIndexLogGroup:aws-logs.ILogGroup slowSearchLogGroup:aws-logs.ILogGroup
properties aws-glue.S3Table bucket:aws-s3.IBucket
properties aws-kinesis.IStream encryptionKey:aws-kms.IKey
properties aws-kinesis.IStreamConsumer stream:aws-kinesis.IStream
properties aws-kinesis.Stream encryptionKey:aws-kms.IKey
properties aws-kinesis.StreamConsumer stream:aws-kinesis.IStream
properties aws-kms.Alias addAlias():aws-kms.Alias aliasTargetKey:aws-kms.IKey
properties aws-kms.IAlias addAlias():aws-kms.Alias aliasTargetKey:aws-kms.IKey
properties aws-kms.IKey addAlias():aws-kms.Alias
properties aws-kms.Key addAlias():aws-kms.Alias
properties aws-lambda.Alias addFunctionUrl():aws-lambda.FunctionUrl lambda:aws-lambda.IFunction latestVersion:aws-lambda.IVersion version:aws-lambda.IVersion
properties aws-lambda.DockerImageFunction addAlias():aws-lambda.Alias addEnvironment():aws-lambda.Function addFunctionUrl():aws-lambda.FunctionUrl currentVersion:aws-lambda.Version deadLetterQueue:aws-sqs.IQueue deadLetterTopic:aws-sns.ITopic latestVersion:aws-lambda.IVersion logGroup:aws-logs.ILogGroup
properties aws-lambda.Function addAlias():aws-lambda.Alias addEnvironment():aws-lambda.Function addFunctionUrl():aws-lambda.FunctionUrl currentVersion:aws-lambda.Version deadLetterQueue:aws-sqs.IQueue deadLetterTopic:aws-sns.ITopic latestVersion:aws-lambda.IVersion logGroup:aws-logs.ILogGroup
properties aws-lambda.IAlias addFunctionUrl():aws-lambda.FunctionUrl latestVersion:aws-lambda.IVersion version:aws-lambda.IVersion
properties aws-lambda.IFunction addFunctionUrl():aws-lambda.FunctionUrl latestVersion:aws-lambda.IVersion
properties aws-lambda.IVersion addAlias():aws-lambda.Alias addFunctionUrl():aws-lambda.FunctionUrl lambda:aws-lambda.IFunction latestVersion:aws-lambda.IVersion
properties aws-lambda.SingletonFunction addEnvironment():aws-lambda.Function addFunctionUrl():aws-lambda.FunctionUrl currentVersion:aws-lambda.Version latestVersion:aws-lambda.IVersion logGroup:aws-logs.ILogGroup
properties aws-lambda.Version addAlias():aws-lambda.Alias addFunctionUrl():aws-lambda.FunctionUrl lambda:aws-lambda.IFunction latestVersion:aws-lambda.IVersion
properties aws-lambda-nodejs.NodejsFunction addAlias():aws-lambda.Alias addEnvironment():aws-lambda.Function addFunctionUrl():aws-lambda.FunctionUrl currentVersion:aws-lambda.Version deadLetterQueue:aws-sqs.IQueue deadLetterTopic:aws-sns.ITopic latestVersion:aws-lambda.IVersion logGroup:aws-logs.ILogGroup
properties aws-opensearchservice.Domain appLogGroup:aws-logs.ILogGroup auditLogGroup:aws-logs.ILogGroup slowIndexLogGroup:aws-logs.ILogGroup slowSearchLogGroup:aws-logs.ILogGroup
properties aws-rds.DatabaseCluster addProxy():aws-rds.DatabaseProxy performanceInsightEncryptionKey:aws-kms.IKey secret:aws-secretsmanager.ISecret
properties aws-rds.DatabaseClusterFromSnapshot addProxy():aws-rds.DatabaseProxy performanceInsightEncryptionKey:aws-kms.IKey secret:aws-secretsmanager.ISecret
properties aws-rds.DatabaseInstance addProxy():aws-rds.DatabaseProxy secret:aws-secretsmanager.ISecret
properties aws-rds.DatabaseInstanceFromSnapshot addProxy():aws-rds.DatabaseProxy secret:aws-secretsmanager.ISecret
properties aws-rds.DatabaseInstanceReadReplica addProxy():aws-rds.DatabaseProxy
properties aws-rds.DatabaseSecret attach():aws-secretsmanager.ISecret encryptionKey:aws-kms.IKey
properties aws-rds.IAuroraClusterInstance performanceInsightEncryptionKey:aws-kms.IKey
properties aws-rds.IDatabaseCluster addProxy():aws-rds.DatabaseProxy
properties aws-rds.IDatabaseInstance addProxy():aws-rds.DatabaseProxy
properties aws-rds.ServerlessCluster secret:aws-secretsmanager.ISecret
properties aws-rds.ServerlessClusterFromSnapshot secret:aws-secretsmanager.ISecret
properties aws-route53.IKeySigningKey hostedZone:aws-route53.IHostedZone
properties aws-route53.KeySigningKey hostedZone:aws-route53.IHostedZone
properties aws-s3.Bucket encryptionKey:aws-kms.IKey
properties aws-s3.BucketPolicy bucket:aws-s3.IBucket
properties aws-s3.IBucket encryptionKey:aws-kms.IKey
properties aws-s3-assets.Asset bucket:aws-s3.IBucket
properties aws-s3-deployment.BucketDeployment deployedBucket:aws-s3.IBucket
properties aws-s3-deployment.DeployTimeSubstitutedFile bucket:aws-s3.IBucket deployedBucket:aws-s3.IBucket
properties aws-scheduler.ISchedule scheduleGroup:aws-scheduler.IScheduleGroup
properties aws-scheduler.Schedule key:aws-kms.IKey scheduleGroup:aws-scheduler.IScheduleGroup
properties aws-secretsmanager.ISecret attach():aws-secretsmanager.ISecret encryptionKey:aws-kms.IKey
properties aws-secretsmanager.ISecretTargetAttachment attach():aws-secretsmanager.ISecret encryptionKey:aws-kms.IKey
properties aws-secretsmanager.Secret attach():aws-secretsmanager.ISecret encryptionKey:aws-kms.IKey
properties aws-secretsmanager.SecretTargetAttachment attach():aws-secretsmanager.ISecret encryptionKey:aws-kms.IKey
properties aws-sns.ITopic masterKey:aws-kms.IKey
properties aws-sns.Subscription deadLetterQueue:aws-sqs.IQueue
properties aws-sns.Topic masterKey:aws-kms.IKey
properties aws-sqs.IQueue encryptionMasterKey:aws-kms.IKey
properties aws-sqs.Queue encryptionMasterKey:aws-kms.IKey
properties aws-ssm.StringListParameter encryptionKey:aws-kms.IKey
properties aws-ssm.StringParameter encryptionKey:aws-kms.IKey
properties aws-synthetics.Canary artifactsBucket:aws-s3.IBucket
properties custom-resources.Provider isCompleteHandler:aws-lambda.IFunction onEventHandler:aws-lambda.IFunction
properties triggers.TriggerFunction addAlias():aws-lambda.Alias addEnvironment():aws-lambda.Function addFunctionUrl():aws-lambda.FunctionUrl currentVersion:aws-lambda.Version deadLetterQueue:aws-sqs.IQueue deadLetterTopic:aws-sns.ITopic latestVersion:aws-lambda.IVersion logGroup:aws-logs.ILogGroup
`;
