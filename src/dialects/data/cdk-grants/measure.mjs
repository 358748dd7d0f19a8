// Calls grant methods with a role and reads what its policy got.
import { App, Stack, aws_iam as iam, aws_kms as kms, aws_lambda as lambda } from "aws-cdk-lib";
import * as cdk from "aws-cdk-lib";
import { CONSTRUCTS } from "./constructs.mjs";
import { isGrantee } from "./assembly.mjs";

/** The construct of a class in a stack of its own; throws what CDK throws. `withKey`: it is encrypted with a key. */
export function create(fqn, { context, withKey }) {
  const app = new App({ analyticsReporting: false, context: { ...context, "aws:cdk:bundling-stacks": [], "aws:cdk:disable-creation-stack-traces": true } });
  const stack = new Stack(app, "Stack");
  const path = fqn.split(".").slice(1);
  const how = CONSTRUCTS[path.join(".")] ?? {};
  const key = withKey ? new kms.Key(stack, "Key") : null;
  if (how.make !== undefined) return { stack, construct: how.make(stack, "It", key) };
  const Class = path.reduce((at, name) => at[name], cdk);
  return { stack, construct: new Class(stack, "It", { ...how.props?.(stack), ...(key === null ? {} : how.key(key)) }) };
}

/** Can it be encrypted with a key that is given to it? */
export function takesKey(fqn) {
  const { key, keyed } = CONSTRUCTS[fqn.split(".").slice(1).join(".")] ?? {};
  return typeof key === "function" || keyed !== undefined;
}

/** The properties that may give it a key. */
export function keyProperties(fqn) {
  const { key, keyed } = CONSTRUCTS[fqn.split(".").slice(1).join(".")] ?? {};
  return keyed ?? (typeof key === "function" ? Object.keys(key(null)) : []);
}

let roles = 0;

/** The statements that a call adds to the role of its grantee: `{ actions, resources }`, resources as JSON, with their condition. */
export function measure({ stack, construct }, method, parameters) {
  const id = `Grantee${String((roles += 1))}`;
  const role = new iam.Role(stack, id, { assumedBy: new iam.ServicePrincipal("lambda.amazonaws.com") });
  const [facade, name] = method.includes(".") ? method.split(".") : [null, method];
  const receiver = facade === null ? construct : construct[facade];
  if (receiver === undefined || receiver === null) throw new Error(`it has no "${facade}" then`);
  receiver[name](...parameters.filter(({ optional, variadic }) => optional !== true && variadic !== true).map((each) => (isGrantee(each) ? role : argument(stack, each))));
  const made = role.node.findAll().filter((node) => node instanceof iam.CfnPolicy || node instanceof iam.CfnManagedPolicy);
  const written = stack.resolve(role.node.defaultChild.policies ?? []);
  if ((stack.resolve(role.node.defaultChild.managedPolicyArns) ?? []).length > 0) throw new Error("it attaches a managed policy");
  const documents = [...made.map(({ policyDocument }) => stack.resolve(policyDocument)), ...written.map(({ policyDocument }) => policyDocument)];
  const own = new RegExp(`${id}[0-9A-F]{8}`, "gu");
  return documents.flatMap(({ Statement }) => Statement.map(({ Effect, Action, Resource, Condition, ...others }) => {
    if (Effect !== "Allow" || Action === undefined || Resource === undefined || Object.keys(others).some((key) => key !== "Sid")) throw new Error("it writes more than actions and resources");
    const where = (each) => JSON.stringify([each, Condition ?? null]).replaceAll(own, "Grantee");
    return { actions: [Action].flat(), resources: [Resource].flat().map(where) };
  }));
}

function argument(stack, { type }) {
  if (type.primitive === "string") return "x";
  switch (type.fqn) {
    case "aws-cdk-lib.aws_lambda.IVersion":
      return lambda.Version.fromVersionArn(stack, `Version${String(roles)}`, "arn:aws:lambda:us-east-1:123456789012:function:x:1");
    case "aws-cdk-lib.aws_batch.IJobQueue":
      return cdk.aws_batch.JobQueue.fromJobQueueArn(stack, `Queue${String(roles)}`, "arn:aws:batch:us-east-1:123456789012:job-queue/x");
    default:
      if (type.collection !== undefined) return [];
      throw new Error(`it needs an argument of type ${type.fqn ?? JSON.stringify(type)}`);
  }
}
