import { Aspects, Stack, Stage, type App } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import { afterEach, expect, test, vi } from "vitest";
import { RefineUnusedAccess } from "../../src/cdk-nag/index.js";
import { finding, workspace } from "../workspace.js";
import { demoApp, newApp, allow, assumedBy } from "./demo-app.js";
import { demoFindings } from "./demo-findings.js";
import { templatesOf } from "./templates.js";

afterEach(() => {
  vi.restoreAllMocks();
});

function synthesise(app: App): { readonly printed: string; readonly templates: ReturnType<typeof templatesOf> } {
  const written: string[] = [];
  vi.spyOn(process.stderr, "write").mockImplementation((part) => {
    written.push(String(part));
    return true;
  });
  app.synth();
  vi.restoreAllMocks();
  return { printed: written.join(""), templates: templatesOf(app) };
}

/** The lines that differ, as a set of each side: what is taken out, and what stands in its place. */
function differences(before: unknown, after: unknown): { readonly gone: readonly string[]; readonly added: readonly string[] } {
  const lines = (value: unknown): readonly string[] => JSON.stringify(value, null, 1).split("\n").map((line) => line.trim().replace(/,$/u, ""));
  const [left, right] = [lines(before), lines(after)];
  const minus = (one: readonly string[], other: readonly string[]): readonly string[] => {
    const rest = [...other];
    return one.filter((line) => {
      const at = rest.indexOf(line);
      if (at !== -1) rest.splice(at, 1);
      return at === -1;
    });
  };
  return { gone: minus(left, right), added: minus(right, left) };
}

test("templates lose exactly the unused actions, and what was removed or kept is printed", () => {
  const before = synthesise(demoApp().app);
  expect(before.printed).toBe("");
  const { app } = demoApp();
  Aspects.of(app).add(new RefineUnusedAccess({ findings: ["findings"], cwd: demoFindings() }), { priority: 1000 });
  const after = synthesise(app);
  expect(after.printed).toMatchInlineSnapshot(`
    "RefineUnusedAccess: 8 resources changed. The source still grants what is removed here.
      Shared/Elsewhere: removed "sqs:PurgeQueue"
      Demo/GeneratedRole/DefaultPolicy: narrowed "s3:GetBucket*" to "s3:GetBucketAbac", "s3:GetBucketLocation", "s3:GetBucketLogging", "s3:GetBucketMetadataTableConfiguration", "s3:GetBucketNotification", "s3:GetBucketObjectLockConfiguration", "s3:GetBucketOwnershipControls", "s3:GetBucketPolicy*", "s3:GetBucketPublicAccessBlock", "s3:GetBucketRequestPayment", "s3:GetBucketTagging", "s3:GetBucketVersioning", "s3:GetBucketWebsite"
      Demo/GeneratedRole/DefaultPolicy: narrowed "s3:DeleteObject*" to "s3:DeleteObjectAnnotation", "s3:DeleteObjectTagging", "s3:DeleteObjectVersionAnnotation", "s3:DeleteObjectVersionTagging"
      Demo/GeneratedRole/DefaultPolicy: removed "s3:PutObjectLegalHold"
      Demo/GeneratedRole/DefaultPolicy: removed "s3:PutObjectRetention"
      Demo/NamedRole/DefaultPolicy: removed "dynamodb:DeleteItem"
      Demo/Fn/ServiceRole/DefaultPolicy: removed "ses:SendRawEmail"
      Demo/Managed: removed "sns:Subscribe"
      Demo/L1Policy: kept "events:PutRule", because an override changes the policy after its construct
      Demo/Across: removed "glue:StartJobRun"
      Demo/Imported/Policy: kept "athena:GetQueryExecution", because nothing would be left of the policy: delete the policy, or what attaches it
      Demo/Group/DefaultPolicy: kept "ec2:StartInstances", because users that the app does not show may be in the group Demo/Group
      Demo/Included/LegacyRolePolicy: kept "swf:CountOpenWorkflowExecutions", because the name of Demo/Included/LegacyRole differs from deployment to deployment, and there are findings for one only
      Demo/Exposed: kept "sts:GetCallerIdentity", because nothing would be left of the policy: delete the policy, or what attaches it
      Demo/Inner/InnerRole/DefaultPolicy: kept "ecr:GetAuthorizationToken", because nothing would be left of the policy: delete the policy, or what attaches it
      Demo/Inner/ForOuter: kept "ecs:StopTask", because it is in a nested stack, whose template cannot be changed any more
      Demo/InlineRole: removed "kms:Encrypt"
      Demo/L1Role: narrowed "logs:*" to "logs:Associate*", "logs:CallWithBearerToken", "logs:Cancel*", "logs:Create*", "logs:DeleteAccountPolicy", "logs:DeleteDataProtectionPolicy", "logs:DeleteDelivery*", "logs:DeleteDestination", "logs:DeleteIndexPolicy", "logs:DeleteIntegration", "logs:DeleteLogAnomalyDetector", "logs:DeleteLogDelivery", "logs:DeleteLogStream", "logs:DeleteLookupTable", "logs:DeleteMetricFilter", "logs:DeletePipelineRule", "logs:DeleteQueryDefinition", "logs:DeleteResourcePolicy", "logs:DeleteRetentionPolicy", "logs:DeleteScheduledQuery", "logs:DeleteSubscriptionFilter", "logs:DeleteSyslogConfiguration", "logs:DeleteTransformer", "logs:Describe*", "logs:Disassociate*", "logs:FilterLogEvents", "logs:Get*", "logs:Integrate*", "logs:Link", "logs:List*", "logs:ProcessWithPipeline", "logs:Put*", "logs:Start*", "logs:Stop*", "logs:Tag*", "logs:Test*", "logs:Unmask", "logs:Untag*", "logs:Update*"
      Demo/Set: kept "cloudtrail:LookupEvents", because nothing would be left of the policy: delete the policy, or what attaches it
    "
  `);
  expect(differences(before.templates, after.templates)).toMatchInlineSnapshot(`
    {
      "added": [
        ""s3:GetBucketAbac"",
        ""s3:GetBucketLocation"",
        ""s3:GetBucketLogging"",
        ""s3:GetBucketMetadataTableConfiguration"",
        ""s3:GetBucketNotification"",
        ""s3:GetBucketObjectLockConfiguration"",
        ""s3:GetBucketOwnershipControls"",
        ""s3:GetBucketPolicy*"",
        ""s3:GetBucketPublicAccessBlock"",
        ""s3:GetBucketRequestPayment"",
        ""s3:GetBucketTagging"",
        ""s3:GetBucketVersioning"",
        ""s3:GetBucketWebsite"",
        ""s3:DeleteObjectAnnotation"",
        ""s3:DeleteObjectTagging"",
        ""s3:DeleteObjectVersionAnnotation"",
        ""s3:DeleteObjectVersionTagging"",
        ""logs:Associate*"",
        ""logs:CallWithBearerToken"",
        ""logs:Cancel*"",
        ""logs:Create*"",
        ""logs:DeleteAccountPolicy"",
        ""logs:DeleteDataProtectionPolicy"",
        ""logs:DeleteDelivery*"",
        ""logs:DeleteDestination"",
        ""logs:DeleteIndexPolicy"",
        ""logs:DeleteIntegration"",
        ""logs:DeleteLogAnomalyDetector"",
        ""logs:DeleteLogDelivery"",
        ""logs:DeleteLogStream"",
        ""logs:DeleteLookupTable"",
        ""logs:DeleteMetricFilter"",
        ""logs:DeletePipelineRule"",
        ""logs:DeleteQueryDefinition"",
        ""logs:DeleteResourcePolicy"",
        ""logs:DeleteRetentionPolicy"",
        ""logs:DeleteScheduledQuery"",
        ""logs:DeleteSubscriptionFilter"",
        ""logs:DeleteSyslogConfiguration"",
        ""logs:DeleteTransformer"",
        ""logs:Describe*"",
        ""logs:Disassociate*"",
        ""logs:FilterLogEvents"",
        ""logs:Get*"",
        ""logs:Integrate*"",
        ""logs:Link"",
        ""logs:List*"",
        ""logs:ProcessWithPipeline"",
        ""logs:Put*"",
        ""logs:Start*"",
        ""logs:Stop*"",
        ""logs:Tag*"",
        ""logs:Test*"",
        ""logs:Unmask"",
        ""logs:Untag*"",
        ""logs:Update*"",
        ""Action": [",
        "]",
      ],
      "gone": [
        ""sqs:PurgeQueue"",
        ""s3:GetBucket*"",
        ""s3:DeleteObject*"",
        ""s3:PutObjectLegalHold"",
        ""s3:PutObjectRetention"",
        ""dynamodb:DeleteItem"",
        ""ses:SendRawEmail"",
        ""sns:Subscribe"",
        ""kms:Encrypt"",
        ""Action": "logs:*"",
        ""glue:StartJobRun"",
      ],
    }
  `);
});

const OF_A = finding("a", { s3: ["PutObject"] });

function appOf(build: (stack: Stack) => void, findings: Readonly<Record<string, string>> = { "f.json": OF_A }): { readonly printed: string; readonly documents: readonly unknown[] } {
  const app = newApp();
  const stack = new Stack(app, "Demo");
  build(stack);
  Aspects.of(app).add(new RefineUnusedAccess({ findings: ["*.json"], cwd: workspace(findings) }));
  const { printed, templates } = synthesise(app);
  const documents = Object.values(templates).flatMap((template) =>
    Object.values(template.Resources).flatMap(({ Properties }) => (Properties?.["PolicyDocument"] === undefined ? [] : [Properties["PolicyDocument"]])),
  );
  return { printed, documents };
}

test("statements that another aspect adds later are still added, and judged too", () => {
  const { documents } = appOf((stack) => {
    const role = new iam.Role(stack, "A", { roleName: "a", assumedBy });
    role.addToPolicy(allow("s3:GetObject"));
    Aspects.of(stack).add({ visit: (node) => { if (node === role) role.addToPolicy(allow("s3:PutObject", "s3:ListBucket")); } }, { priority: 1 });
  });
  expect(documents).toMatchObject([{ Statement: [{ Action: "s3:GetObject" }, { Action: ["s3:ListBucket"] }] }]);
});

test("a statement of which nothing is left goes, and a policy of which nothing would be left stays whole", () => {
  const two = appOf((stack) => {
    const role = new iam.Role(stack, "A", { roleName: "a", assumedBy });
    role.addToPolicy(new iam.PolicyStatement({ actions: ["s3:PutObject"], resources: ["arn:aws:s3:::one/*"] }));
    role.addToPolicy(new iam.PolicyStatement({ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::two/*"] }));
  });
  expect(two.documents).toMatchObject([{ Statement: [{ Action: "s3:GetObject", Resource: "arn:aws:s3:::two/*" }] }]);
  const one = appOf((stack) => {
    new iam.Role(stack, "A", { roleName: "a", assumedBy }).addToPolicy(allow("s3:PutObject"));
  });
  expect(one.documents).toMatchObject([{ Statement: [{ Action: "s3:PutObject" }] }]);
  expect(one.printed).toBe(
    'RefineUnusedAccess: 0 resources changed.\n  Demo/A/DefaultPolicy: kept "s3:PutObject", because nothing would be left of the policy: delete the policy, or what attaches it\n',
  );
});

test("an override that would change what stands in its place keeps the policy as it is", () => {
  const { documents, printed } = appOf((stack) => {
    const policy = new iam.CfnPolicy(stack, "P", {
      policyName: "p",
      roles: ["a"],
      policyDocument: { Statement: [{ Effect: "Allow", Action: ["s3:PutObject"], Resource: "*" }, { Effect: "Allow", Action: ["s3:Get*"], Resource: "x" }] },
    });
    policy.addPropertyOverride("PolicyDocument.Statement.1.Resource", "*");
  });
  expect(documents).toMatchObject([{ Statement: [{ Action: ["s3:PutObject"] }, { Action: ["s3:Get*"], Resource: "*" }] }]);
  expect(printed).toContain('kept "s3:PutObject", because an override changes the policy after its construct');
});

test("two principals keep what one of them uses, and a principal without a finding keeps everything", () => {
  const shared = (stack: Stack): void => {
    const roles = ["a", "b"].map((name) => new iam.Role(stack, name, { roleName: name, assumedBy }));
    new iam.ManagedPolicy(stack, "M", { statements: [allow("s3:GetObject", "s3:PutObject", "s3:ListBucket")], roles });
  };
  const both = appOf(shared, { "a.json": finding("a", { s3: ["PutObject", "GetObject"] }), "b.json": finding("b", { s3: ["PutObject"] }) });
  expect(both.documents).toMatchObject([{ Statement: [{ Action: ["s3:GetObject", "s3:ListBucket"] }] }]);
  expect(appOf(shared).documents).toMatchObject([{ Statement: [{ Action: ["s3:GetObject", "s3:PutObject", "s3:ListBucket"] }] }]);
});

test("a stack of known account needs a finding of that account", () => {
  const build = (account: string): readonly unknown[] => {
    const app = newApp();
    const stack = new Stack(app, "Demo", { env: { account, region: "eu-west-1" } });
    new iam.Role(stack, "A", { roleName: "a", assumedBy }).addToPolicy(allow("s3:GetObject", "s3:PutObject"));
    Aspects.of(app).add(new RefineUnusedAccess({ findings: ["*.json"], cwd: workspace({ "f.json": OF_A }) }));
    return Object.values(synthesise(app).templates).map((template) => JSON.stringify(template).includes("s3:PutObject"));
  };
  expect(build("111122223333")).toEqual([false]);
  expect(build("444455556666")).toEqual([true]);
});

test("stages: each is changed by itself, and stacks of one name in two of them are not", () => {
  const build = (name?: string): Readonly<Record<string, boolean>> => {
    const app = newApp();
    const refine = new RefineUnusedAccess({ findings: ["*.json"], cwd: workspace({ "f.json": finding("Prod-Demo-A6A2A0DA2-AbCdEfGhIjKl", { s3: ["PutObject"] }), "g.json": finding("Demo-A6A2A0DA2-AbCdEfGhIjKl", { s3: ["PutObject"] }) }) });
    for (const id of ["Dev", "Prod"]) {
      const stage = new Stage(app, id);
      const stack = new Stack(stage, "Demo", name === undefined ? {} : { stackName: name });
      const role = new iam.Role(stack, "A", { assumedBy });
      role.addToPolicy(allow("s3:GetObject", "s3:PutObject"));
      (role.node.defaultChild as iam.CfnRole).overrideLogicalId("A6A2A0DA2");
      Aspects.of(stage).add(refine);
    }
    return Object.fromEntries(Object.entries(synthesise(app).templates).map(([path, template]) => [path, JSON.stringify(template).includes("s3:PutObject")]));
  };
  expect(build()).toEqual({ "Dev/Demo": true, "Prod/Demo": false });
  expect(build("Demo")).toEqual({ "Dev/Demo": true, "Prod/Demo": true });
});

test("findings that are missing fail the synthesis with one sentence", () => {
  const app = newApp();
  new iam.Role(new Stack(app, "Demo"), "A", { assumedBy });
  const cwd = workspace({});
  Aspects.of(app).add(new RefineUnusedAccess({ findings: ["nowhere"], cwd }));
  expect(() => app.synth()).toThrow(`Validation failed with the following errors:\n  [] ${cwd}/nowhere: there is no such file or folder: correct the name, or export the findings to it.`);
});
