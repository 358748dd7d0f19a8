import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { grantClass } from "../../../src/dialects/cdk/grants/table.js";
import { applyEdits } from "../../../src/edit.js";
import { loadEvidence, type Evidence } from "../../../src/evidence.js";
import { builtInCatalogue } from "../../../src/iam/catalogue.js";
import { contains, expand } from "../../../src/iam/pattern.js";
import { judge, type NamedVerdict } from "../../../src/verdict.js";
import { randomOf, type Random } from "../../terraform-generator/random.js";
import { read } from "./read.js";
import { granted, synthesise } from "./synthesise.js";

// Random calls of grant methods, with random parts of what they grant reported unused. Each suggestion is applied, and
// aws-cdk-lib synthesises the stack before and after: nothing is granted that was not before, and nothing is lost that was
// not reported unused.

const catalogue = builtInCatalogue();
const ACCOUNT = "111122223333";
const AT = "2026-09-01T00:00:00+00:00";

/** How a source may create a construct, by class; `key` is a key that the stack has. */
const CREATIONS: Readonly<Record<string, readonly string[]>> = {
  "aws-s3.Bucket": ["new s3.Bucket(this, 'It')", "new s3.Bucket(this, 'It', { encryptionKey: key })", "new s3.Bucket(this, 'It', { encryption: s3.BucketEncryption.KMS })"],
  "aws-s3.IBucket": ["s3.Bucket.fromBucketName(this, 'It', 'name')", "s3.Bucket.fromBucketAttributes(this, 'It', { bucketName: 'name', encryptionKey: key })"],
  "aws-dynamodb.Table": [
    "new dynamodb.Table(this, 'It', { partitionKey, stream: dynamodb.StreamViewType.NEW_IMAGE })",
    "new dynamodb.Table(this, 'It', { partitionKey, stream: dynamodb.StreamViewType.NEW_IMAGE, encryptionKey: key })",
  ],
  "aws-dynamodb.TableV2": [
    "new dynamodb.TableV2(this, 'It', { partitionKey, dynamoStream: dynamodb.StreamViewType.NEW_IMAGE, globalSecondaryIndexes: [{ indexName: 'i', partitionKey }] })",
    "new dynamodb.TableV2(this, 'It', { partitionKey, dynamoStream: dynamodb.StreamViewType.NEW_IMAGE, encryption: dynamodb.TableEncryptionV2.awsManagedKey() })",
  ],
  "aws-sqs.Queue": ["new sqs.Queue(this, 'It')", "new sqs.Queue(this, 'It', { encryptionMasterKey: key })"],
  "aws-sns.Topic": ["new sns.Topic(this, 'It')", "new sns.Topic(this, 'It', { masterKey: key })"],
  "aws-kms.Key": ["new kms.Key(this, 'It')"],
  "aws-kinesis.Stream": ["new kinesis.Stream(this, 'It')", "new kinesis.Stream(this, 'It', { encryptionKey: key })"],
  "aws-lambda.Function": ["new lambda.Function(this, 'It', { runtime: lambda.Runtime.NODEJS_22_X, handler: 'a.b', code: lambda.Code.fromInline('exports.b = 1') })"],
  "aws-secretsmanager.Secret": ["new secretsmanager.Secret(this, 'It')", "new secretsmanager.Secret(this, 'It', { encryptionKey: key })"],
  "aws-ssm.StringParameter": ["new ssm.StringParameter(this, 'It', { stringValue: 'x' })"],
  "aws-logs.LogGroup": ["new logs.LogGroup(this, 'It')"],
  "aws-ecr.Repository": ["new ecr.Repository(this, 'It')"],
  "aws-codecommit.Repository": ["new codecommit.Repository(this, 'It', { repositoryName: 'x' })"],
  "aws-stepfunctions.StateMachine": ["new stepfunctions.StateMachine(this, 'It', { definitionBody: stepfunctions.DefinitionBody.fromString('{}') })"],
  "aws-events.EventBus": ["new events.EventBus(this, 'It')"],
  "aws-opensearchservice.Domain": ["new opensearchservice.Domain(this, 'It', { version: opensearchservice.EngineVersion.OPENSEARCH_1_3 })"],
  "aws-scheduler.ScheduleGroup": ["new scheduler.ScheduleGroup(this, 'It')"],
  "aws-efs.FileSystem": ["new efs.FileSystem(this, 'It', { vpc: ec2.Vpc.fromVpcAttributes(this, 'Vpc', { vpcId: 'v', availabilityZones: ['a'], privateSubnetIds: ['s'] }), allowAnonymousAccess: true })"],
  "aws-apigateway.ApiKey": ["new apigateway.ApiKey(this, 'It')"],
  "aws-cloudfront.IDistribution": ["cloudfront.Distribution.fromDistributionAttributes(this, 'It', { domainName: 'x', distributionId: 'y' })"],
};

const IMPORTS = [
  "s3", "dynamodb", "sqs", "sns", "kms", "kinesis", "lambda", "secretsmanager", "ssm", "logs", "ecr", "codecommit", "stepfunctions", "events",
  "opensearchservice", "scheduler", "efs", "ec2", "apigateway", "cloudfront", "iam",
];

interface Call {
  readonly index: number;
  readonly type: string;
  readonly method: string;
  readonly creation: string;
  /** Full names of actions. */
  readonly unused: ReadonlySet<string>;
}

/** Every action that the catalogue knows under these patterns. */
function actionsUnder(patterns: readonly string[]): readonly string[] {
  return [...new Set(patterns.flatMap((pattern) => {
    const [service = "", name = ""] = pattern.split(":");
    return expand(name, catalogue.actions(service)).map((action) => `${service}:${action}`);
  }))];
}

/** All of it, what another method of the class does without, or any part of it. */
function unusedOf(type: string, method: string, creation: string, random: Random): ReadonlySet<string> {
  const methods = [...(grantClass(type)?.methods.values() ?? [])];
  const isKeyed = /: key\b|\(key\)|KMS/u.test(creation);
  const grantedBy = (name: string): readonly string[] => {
    const found = methods.find((each) => each.name === name);
    const sets = isKeyed ? (found?.keyed ?? found?.plain) : found?.plain;
    return actionsUnder((sets ?? []).flat().map(({ action }) => action)).filter((action) => !action.includes(":Pass"));
  };
  const own = grantedBy(method);
  if (random.chance(0.15)) return new Set(own);
  const parts = methods.map(({ name }) => grantedBy(name)).filter((part) => part.length > 0 && part.length < own.length && part.every((action) => own.includes(action)));
  const kept = parts.length === 0 || random.chance(0.2) ? own.filter(() => random.chance(0.6)) : random.pick(parts);
  // Of what a pattern grants, some is unused in any case.
  return new Set(own.filter((action) => !kept.includes(action) || random.chance(0.1)));
}

const ROUNDS = 3;

function randomCalls(random: Random): readonly Call[] {
  const all = Array.from({ length: ROUNDS }, () => Object.entries(CREATIONS).flatMap(([type, creations]) =>
    [...(grantClass(type)?.methods.keys() ?? [])].filter((method) => !/Index|Path|InvokeVersion|ReplicationPermission/u.test(method)).flatMap((method) =>
      creations.map((creation) => ({ type, method, creation, unused: unusedOf(type, method, creation, random) })),
    ),
  )).flat();
  return all.filter(({ unused }) => unused.size > 0).map((call, index) => ({ ...call, index }));
}

function sourceOf(calls: readonly Call[]): string {
  const imports = IMPORTS.map((name) => `import * as ${name} from 'aws-cdk-lib/aws-${name}';`);
  const stacks = calls.map(
    ({ index, creation, method }) => `
export class Case${String(index)} extends Stack {
  constructor(scope, id) {
    super(scope, id);
    const partitionKey = { name: 'pk', type: dynamodb.AttributeType.STRING };
    const key = new kms.Key(this, 'Key');
    const role = new iam.Role(this, 'Role', { roleName: 'case-${String(index)}', assumedBy: new iam.AccountRootPrincipal() });
    const it = ${creation};
    it.${method}(role);
    const other = new iam.Role(this, 'Other', { assumedBy: new iam.AccountRootPrincipal() });
    new s3.Bucket(this, 'Others').grantRead(other);
  }
}`,
  );
  return `import { Stack } from 'aws-cdk-lib';\n${imports.join("\n")}\n${stacks.join("\n")}\n`;
}

const work = mkdtempSync(join(tmpdir(), "least-privilege-grants-"));

afterAll(() => {
  rmSync(work, { recursive: true, force: true });
});

function evidenceOf(calls: readonly Call[]): Evidence {
  const findings = calls.map(({ index, unused }) => {
    const name = `case-${String(index)}`;
    const services = new Map<string, { action: string }[]>();
    for (const action of unused) {
      const [service = "", bare = ""] = action.split(":");
      services.set(service, [...(services.get(service) ?? []), { action: bare }]);
    }
    return {
      id: name, findingType: "UnusedPermission", resourceType: "AWS::IAM::Role", resource: `arn:aws:iam::${ACCOUNT}:role/${name}`,
      resourceOwnerAccount: ACCOUNT, status: "ACTIVE", analyzedAt: AT, createdAt: AT, updatedAt: AT,
      findingDetails: [...services].map(([serviceNamespace, actions]) => ({ unusedPermissionDetails: { serviceNamespace, actions } })),
    };
  });
  const path = join(work, "findings.json");
  writeFileSync(path, JSON.stringify(findings));
  return loadEvidence([path]);
}

/** `action on resource`, by role name. */
function grantsIn(text: string): ReadonlyMap<string, readonly (readonly [string, string])[]> {
  const { roles } = granted(synthesise(text));
  return new Map(
    [...roles].map(([id, { name, grants }]) => [
      name ?? id,
      grants.flatMap(({ action, rest }) => {
        const { Resource, ...others } = JSON.parse(rest) as Readonly<Record<string, unknown>>;
        return [Resource].flat().map((resource) => [action, JSON.stringify([resource, others])] as const);
      }),
    ]),
  );
}

it("lose only what is reported unused, and grant nothing new", () => {
  const calls = randomCalls(randomOf(7));
  const text = sourceOf(calls);
  const located = read(text);
  const judgements = judge(text, located, { evidence: evidenceOf(calls), catalogue, protectedActions: [], rivals: () => [] });
  const verdicts = new Map<string, NamedVerdict>();
  for (const { document, outcome } of judgements) {
    if (outcome.kind === "judged") for (const verdict of outcome.named) verdicts.set(document.address.replace(/\/.*/u, ""), verdict);
  }
  const offered = calls.flatMap((call) => {
    const [proposal] = verdicts.get(`Case${String(call.index)}`)?.proposals ?? [];
    return proposal === undefined ? [] : [{ call, proposal }];
  });
  // Every call has something that is unused, and every report says so of the call itself.
  expect([...verdicts.keys()].toSorted()).toEqual(calls.map(({ index }) => `Case${String(index)}`).toSorted());
  expect(offered.filter(({ proposal }) => proposal.by !== null).length).toBeGreaterThan(60);
  expect(offered.filter(({ proposal }) => proposal.by === null).length).toBeGreaterThan(20);

  const before = grantsIn(text);
  const after = grantsIn(applyEdits(text, offered.map(({ proposal }) => proposal.edit)));
  expect(after.size).toBe(before.size);
  for (const [name, given] of before) {
    const call = calls.find(({ index }) => name === `case-${String(index)}`);
    const left = after.get(name) ?? [];
    const shown = call === undefined ? name : `${call.type}.${call.method} of ${call.creation}`;
    if (call === undefined || !offered.some((each) => each.call === call)) {
      expect(left, shown).toEqual(given);
      continue;
    }
    expect(left.filter(([action, on]) => !given.some(([other, place]) => place === on && contains(other, action))), `${shown}: nothing new`).toEqual([]);
    const expanded = (grants: readonly (readonly [string, string])[]): readonly string[] => grants.flatMap(([action, on]) => actionsUnder([action]).map((each) => `${each} ${on}`));
    const stays = new Set(expanded(left));
    const lost = expanded(given).filter((each) => !stays.has(each));
    expect(lost.length, `${shown}: something goes`).toBeGreaterThan(0);
    expect(lost.filter((each) => !call.unused.has(each.slice(0, each.indexOf(" ")))), `${shown}: only what is unused`).toEqual([]);
  }
});
