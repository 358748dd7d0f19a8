import { describe, expect, it } from "vitest";
import type { LocatedPolicies, NamedGrant } from "../../../src/model/policy.js";
import { slice } from "../../../src/model/text.js";
import { withInstalledVersion } from "../../../src/dialects/cdk/grants/versions.js";
import { NO_FILES } from "../project.js";
import { read } from "./read.js";

const HEAD = `import * as iam from 'aws-cdk-lib/aws-iam';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { IQueue, Queue, QueueEncryption, QueueGrants } from 'aws-cdk-lib/aws-sqs';
import { Stack } from 'aws-cdk-lib';
`;

/** A stack with a role, whose constructor holds `body`. */
function stack(body: string, members = "", head = HEAD): string {
  return `${head}class Demo extends Stack { ${members} constructor(scope, id, props: Props) { super(scope, id);
const role = new iam.Role(this, 'Role', { roleName: 'orders', assumedBy: new iam.AccountRootPrincipal() });\n${body}\n} }`;
}

function named({ documents }: LocatedPolicies): readonly NamedGrant[] {
  return documents.flatMap((document) => document.named ?? []);
}

/** `name: actions`, with services left out. */
function summary(text: string): readonly string[] {
  return named(read(text)).map(({ name, actions }) => `${name}: ${actions.map((action) => action.slice(action.indexOf(":") + 1)).join(" ")}`);
}

const SEND = "GetQueueAttributes GetQueueUrl SendMessage";
const ON_KEY = "Decrypt Encrypt GenerateDataKey* ReEncrypt*";

describe("what it is called on", () => {
  it.each([
    ["a construct", "new Queue(this, 'Q').grantSendMessages(role);"],
    ["a constant", "const queue = new Queue(this, 'Q'); const same = queue; same.grantSendMessages(role);"],
    ["an optional chain", "const queue = new Queue(this, 'Q'); queue?.grantSendMessages(role);"],
    ["an import", "const queue = Queue.fromQueueArn(this, 'Q', 'arn:aws:sqs:eu-west-1:111122223333:q'); queue.grantSendMessages(role);"],
    ["an import without key", "Queue.fromQueueAttributes(this, 'Q', { queueArn: 'a' }).grantSendMessages(role);"],
    ["other encryption", "new Queue(this, 'Q', { encryption: QueueEncryption.SQS_MANAGED }).grantSendMessages(role);"],
  ])("%s", (_, body) => {
    expect(summary(stack(body))).toEqual([`grantSendMessages: ${SEND}`]);
  });

  it.each([
    ["a key", "new Queue(this, 'Q', { encryptionMasterKey: new kms.Key(this, 'K') }).grantSendMessages(role);"],
    ["encryption with a key of its own", "new Queue(this, 'Q', { encryption: QueueEncryption.KMS }).grantSendMessages(role);"],
  ])("%s adds actions", (_, body) => {
    const [grant, ...others] = named(read(stack(body, "", `${HEAD}import * as kms from 'aws-cdk-lib/aws-kms';\n`)));
    expect(others).toEqual([]);
    expect(grant?.actions).toEqual([...ON_KEY.split(" ").map((name) => `kms:${name}`), ...SEND.split(" ").map((name) => `sqs:${name}`)]);
    expect(grant?.caveats).toEqual(["its actions are those of aws-cdk-lib 2.276.0"]);
  });

  it.each([
    ["a parameter's property", "props.queue.grantSendMessages(role);", "interface Props { readonly queue: IQueue; }"],
    ["an inherited property", "props.queue.grantSendMessages(role);", "interface Base { queue?: IQueue | undefined }\ninterface Props extends Base {}"],
    ["a type", "props.queue.grantSendMessages(role);", "type Props = Readonly<{ queue: IQueue }>;"],
    ["destructuring", "const { queue: jobs } = props; jobs.grantSendMessages(role);", "interface Props { queue: IQueue }"],
    ["a field", "this.queue = pick(props); this.queue.grantSendMessages(role);", "type Props = unknown;", "private readonly queue: IQueue;"],
    ["a constant's type", "const queue: IQueue = pick(props); queue.grantSendMessages(role);", "type Props = unknown;"],
    ["properties that are not all known", "new Queue(this, 'Q', { ...props }).grantSendMessages(role);", "type Props = unknown;"],
    ["a key that may be missing", "new Queue(this, 'Q', { encryptionMasterKey: props.key }).grantSendMessages(role);", "interface Props { key?: unknown }"],
  ])("%s may have a key", (_, body, types, members = "") => {
    const [grant, ...others] = named(read(stack(body, members, `${HEAD}${types}\ndeclare function pick(from: unknown): any;\n`)));
    expect(others).toEqual([]);
    expect(grant?.actions).toEqual([...SEND.split(" ").map((name) => `sqs:${name}`), ...ON_KEY.split(" ").map((name) => `kms:${name}`)]);
    expect(grant?.caveats).toEqual(["it grants actions of KMS only if there is an encryption key", "its actions are those of aws-cdk-lib 2.276.0"]);
  });

  it("is an attribute of a construct", () => {
    const body = "const db = new rds.DatabaseInstance(this, 'Db', props); db.secret!.grantRead(role); db.grantConnect(role);";
    expect(summary(stack(body))).toEqual(["grantRead: DescribeSecret GetSecretValue", "grantConnect: connect"]);
  });

  it("is what a method of a construct gives", () => {
    const body = "const fn = new lambda.Function(this, 'Fn', props); fn.addAlias('live').grantInvoke(role); const url = fn.addFunctionUrl(); url.grantInvokeUrl(role);";
    expect(summary(stack(body))).toEqual(["grantInvoke: InvokeFunction", "grantInvokeUrl: InvokeFunction InvokeFunctionUrl"]);
  });

  it("is an instance of a class of the file", () => {
    const text = stack("new Jobs(this, 'Q').grantPurge(role);", "", `${HEAD}class Jobs extends Queue {}\n`);
    expect(summary(text)).toEqual(["grantPurge: GetQueueAttributes GetQueueUrl PurgeQueue"]);
  });

  it.each([
    ["a facade", "new Queue(this, 'Q').grants.sendMessages(role);", `grants.sendMessages: ${SEND}`],
    ["a facade by name", "const grants = new Queue(this, 'Q').grants; grants.sendMessages(role);", `sendMessages: ${SEND}`],
    ["a facade that is made", "QueueGrants.fromQueue(Queue.fromQueueArn(this, 'Q', 'a')).sendMessages(role);", `sendMessages: ${SEND}`],
    ["the facade of streams", "new dynamodb.Table(this, 'T', {}).streamGrants.list(role);", "streamGrants.list: ListStreams"],
  ])("%s", (_, body, expected) => {
    expect(summary(stack(body))).toEqual([expected]);
  });

  it("does not matter where all classes grant the same", () => {
    const [grant] = named(read(stack("find().grantPurge(role); find().grantRead(role);")));
    expect([grant?.name, grant?.actions, grant?.narrowed?.([])]).toEqual(["grantPurge", ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:PurgeQueue"], []]);
  });

  it("is listed where it does, if it is known whom is granted", () => {
    const { documents, opaque } = read(stack("find().grantRead(role); find().grantRead(props.role); find().grantAnything(role);"));
    expect(documents).toEqual([]);
    expect(opaque.map(({ why }) => why)).toEqual(['what "find().grantRead" grants is not known: this file does not tell what it is called on']);
  });
});

describe("whom it grants to", () => {
  const QUEUE = "const queue = new Queue(this, 'Q');";
  const FUNCTION = "const fn = new lambda.Function(this, 'Fn', { runtime: lambda.Runtime.NODEJS_22_X, handler: 'a.b', code: lambda.Code.fromInline('') });";

  it.each([
    ["a function's role", `${FUNCTION} queue.grantPurge(fn);`, "Demo/Fn/DefaultPolicy"],
    ["the role itself", `${FUNCTION} queue.grantPurge(fn.role!);`, "Demo/Fn/DefaultPolicy"],
    ["a user", "queue.grantPurge(new iam.User(this, 'User'));", "Demo/User/DefaultPolicy"],
    ["whom the file does not tell", "queue.grantPurge(props.role);", "props.role/DefaultPolicy"],
  ])("%s", (_, body, address) => {
    const { documents } = read(stack(`${QUEUE} ${body}`));
    expect(documents.map((document) => document.address.replace("/ServiceRole", ""))).toEqual([address]);
  });

  it("shares the document of the role's other statements", () => {
    const { documents } = read(stack(`${QUEUE} queue.grantPurge(role);
role.addToPolicy(new iam.PolicyStatement({ actions: ['sqs:PurgeQueue'], resources: ['*'] })); queue.grants.purge(role);`));
    expect(documents.map(({ statements, named: grants, element }) => [statements.length, grants?.map(({ name }) => name), element])).toEqual([
      [1, ["grantPurge", "grants.purge"], null],
    ]);
  });

  it("is not an identity: the resource's own policy gets the grant", () => {
    const body = `${QUEUE} queue.grantPurge(new iam.ServicePrincipal('sns.amazonaws.com')); queue.grantPurge(new iam.AccountPrincipal('111122223333')); queue.grantPurge();`;
    expect(read(stack(body))).toMatchObject({ documents: [], opaque: [] });
  });
});

/** What may stand in place of the only call when these actions are to stay. */
function narrowed(body: string, kept: readonly string[]): readonly string[] {
  const text = stack(body);
  const [grant] = named(read(text));
  return (grant?.narrowed?.(kept) ?? []).map(({ shown, span, text: written }) => `${shown}: ${slice(text, span)} → ${written}`);
}

describe("what is narrower", () => {
  const READ = ["s3:GetObject*", "s3:List*"];

  it.each([
    ["another method", "new s3.Bucket(this, 'B').grantReadWrite(role);", READ, ['"grantRead": grantReadWrite → grantRead']],
    ["of the same facade", "new s3.Bucket(this, 'B').grants.readWrite(role);", READ, ['"grants.read": readWrite → read']],
    ["for a narrower pattern", "new s3.Bucket(this, 'B').grantReadWrite(role);", ["s3:GetBucketLocation"], ['"grantRead": grantReadWrite → grantRead']],
    ["with the same arguments", "new s3.Bucket(this, 'B').grantReadWrite(role, 'in/*');", READ, ['"grantRead": grantReadWrite → grantRead']],
    ["the least of several", "new s3.Bucket(this, 'B').grantReadWrite(role);", ["s3:PutObject"], ['"grantWrite": grantReadWrite → grantWrite']],
    ["not where something else stays", "new s3.Bucket(this, 'B').grantReadWrite(role);", [...READ, "s3:PutObject"], []],
    ["not with other resources", "new s3.Bucket(this, 'B').grantWrite(role);", ["s3:PutObject"], []],
    ["not where arguments are not known", "new s3.Bucket(this, 'B').grantReadWrite(...args);", READ, []],
    ["only what the interface has", "s3.Bucket.fromBucketName(this, 'B', 'b').grantReadWrite(role);", READ, ['"grantRead": grantReadWrite → grantRead']],
    ["not where the key would be needed", "new s3.Bucket(this, 'B', props).grantReadWrite(role);", [...READ, "kms:Encrypt"], []],
    ["where what is left of the key stays", "new s3.Bucket(this, 'B', props).grantReadWrite(role);", [...READ, "kms:Decrypt", "kms:DescribeKey"], ['"grantRead": grantReadWrite → grantRead']],
    ["with another class", "new dynamodb.Table(this, 'T', {}).grantReadWriteData(role);", ["dynamodb:Query", "dynamodb:DescribeTable"], ['"grantReadData": grantReadWriteData → grantReadData']],
    ["not what an interface lacks", "s3.BucketGrants.fromBucket(props.bucket).readWrite(role);", READ, ['"read": readWrite → read']],
  ])("%s", (_, body, kept, expected) => {
    expect(narrowed(body, kept)).toEqual(expected);
  });
});

describe("how it is taken out", () => {
  it.each([
    ["as a statement", "bucket.grantRead(role);", true],
    ["with its facade", "s3.BucketGrants.fromBucket(bucket).read(role);", true],
    ["not where its result is used", "const grant = bucket.grantRead(role);", false],
    ["not as a part of another call", "bucket.grantRead(role).assertSuccess();", false],
    ["not where it makes something else", "new s3.Bucket(this, 'Other').grantRead(role);", false],
    ["not without a block", "if (props.reads) bucket.grantRead(role);", false],
  ])("%s", (_, body, is) => {
    const [grant] = named(read(stack(`const bucket = new s3.Bucket(this, 'B');\n${body}`)));
    expect(grant?.element !== null).toBe(is);
  });
});

describe("managed policies of AWS", () => {
  const SQS = "iam.ManagedPolicy.fromAwsManagedPolicyName('service-role/AWSLambdaSQSQueueExecutionRole')";
  const assumedBy = "assumedBy: new iam.AccountRootPrincipal()";
  const ARN = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore";

  it.each([
    ["added", `role.addManagedPolicy(${SQS});`, ["AWSLambdaSQSQueueExecutionRole of Demo/Role"]],
    ["listed", `new iam.Role(this, 'Other', { ${assumedBy}, managedPolicies: [${SQS}] });`, ["AWSLambdaSQSQueueExecutionRole of Demo/Other"]],
    ["by name", `const managed = ${SQS}; role.addManagedPolicy(managed); new iam.User(this, 'U', { managedPolicies: [managed] });`, ["AWSLambdaSQSQueueExecutionRole of Demo/Role, Demo/U"]],
    ["by ARN", `role.addManagedPolicy(iam.ManagedPolicy.fromManagedPolicyArn(this, 'M', '${ARN}'));`, ["AmazonSSMManagedInstanceCore of Demo/Role"]],
    ["with a partition", "role.addManagedPolicy(iam.ManagedPolicy.fromManagedPolicyArn(this, 'M', `arn:${Aws.PARTITION}:iam::aws:policy/AmazonSSMManagedInstanceCore`));", ["AmazonSSMManagedInstanceCore of Demo/Role"]],
    ["as an object", `new iam.Role(this, 'Other', { ${assumedBy}, managedPolicies: [{ managedPolicyArn: '${ARN}' }] });`, ["AmazonSSMManagedInstanceCore of Demo/Other"]],
    ["of an L1 role", `new iam.CfnRole(this, 'L1', { assumeRolePolicyDocument: {}, managedPolicyArns: ['${ARN}', props.arn] });`, ["AmazonSSMManagedInstanceCore of Demo/L1"]],
    ["as a boundary", `iam.PermissionsBoundary.of(role).apply(${SQS}); new iam.Role(this, 'Other', { ${assumedBy}, permissionsBoundary: ${SQS} });`, []],
    ["of others", "role.addManagedPolicy(iam.ManagedPolicy.fromManagedPolicyArn(this, 'M', 'arn:aws:iam::111122223333:policy/own'));", []],
  ])("%s", (_, body, expected) => {
    const { documents } = read(stack(body));
    expect(documents.map(({ holder, address, named: grants = [], attachment }) => [holder, address, grants.map(({ name, locked }) => [name, locked]), attachment.open])).toEqual(
      documents.map(({ address }) => ["managed", address, [[address, "its text is AWS's own and may have changed: detach it by hand"]], []]),
    );
    expect(documents.map(({ address, attachment }) => `${address} of ${attachment.principals.map((principal) => principal.address).join(", ")}`)).toEqual(expected);
  });
});

describe("another version of the CDK", () => {
  const MANAGED = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore";
  const body = `new Queue(this, 'Q').grantPurge(role); role.addManagedPolicy(iam.ManagedPolicy.fromManagedPolicyArn(this, 'M', '${MANAGED}'));`;

  /** What is said of the two grants when this is installed. */
  function caveats(manifests: Readonly<Record<string, string>>): readonly (readonly string[] | undefined)[] {
    const located = read(stack(body));
    const documents = located.documents.map((document) => ({ ...document, named: (document.named ?? []).map((grant) => ({ ...grant, caveats: [] })) }));
    const files = { ...NO_FILES, text: (path: string) => manifests[path] ?? null };
    return named(withInstalledVersion({ ...located, documents }, "/project/apps/orders/lib/stack.ts", files)).map((grant) => grant.caveats);
  }

  const at = (folder: string): string => `${folder}/node_modules/aws-cdk-lib/package.json`;
  const manifest = (version: string): string => JSON.stringify({ name: "aws-cdk-lib", version });

  it.each([
    ["the same one", { [at("/project")]: manifest("2.276.0") }, []],
    ["another one", { [at("/project")]: manifest("2.150.0") }, ["its actions are those of aws-cdk-lib 2.276.0, not of 2.150.0"]],
    ["the nearest one", { [at("/project/apps/orders")]: manifest("2.276.0"), [at("/project")]: manifest("2.150.0") }, []],
    ["none below the root", { [at("/")]: manifest("2.276.0") }, ["its actions are those of aws-cdk-lib 2.276.0"]],
    ["no version", { [at("/project")]: "{}" }, ["its actions are those of aws-cdk-lib 2.276.0"]],
  ])("%s", (_, manifests, expected) => {
    expect(caveats(manifests)).toEqual([expected, []]);
  });
});
