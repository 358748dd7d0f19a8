import * as z from "zod/mini";
import { badPlace, type Place } from "../findings/bad-input.js";
import { isObject, jsonValues, shown, type Exported } from "../findings/json-values.js";
import type { PrincipalKind } from "../model/principal.js";
import { principalAt, type DeployedPrincipal, type Deployment } from "./deployment.js";

export const STACK_RESOURCES: Exported = { what: "the resources of the stack", how: "with --output json" };

const COMMAND = "export them with `aws cloudformation describe-stack-resources --stack-name <stack> --output json`, or list-stack-resources";

const KINDS: ReadonlyMap<string, PrincipalKind> = new Map([
  ["AWS::IAM::Role", "role"],
  ["AWS::IAM::User", "user"],
  ["AWS::IAM::Group", "group"],
]);

// The message of each check completes "expected …".
const text = z.string("a text");

/**
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackResource.html, and the same without the stack:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackResourceSummary.html
 */
const resource = z.object(
  {
    LogicalResourceId: text,
    PhysicalResourceId: z.nullish(text),
    ResourceType: text,
    ResourceStatus: z.nullish(text),
    StackId: z.nullish(text),
  },
  "a resource of a stack",
);

const answer = z.object({ resources: z.array(resource, "a list"), token: z.nullish(text) }, "an object");

type Resource = z.infer<typeof resource>;

/**
 * Reads the answers of `describe-stack-resources` and `list-stack-resources`, one or several in a file, pages among them. One
 * deployment for each stack that they name. Throws `BadInput`.
 */
export function readStackResources(path: string, text: string): readonly Deployment[] {
  const values = jsonValues(path, text, STACK_RESOURCES).flatMap(({ value, line }): readonly { value: unknown; place: Place }[] => {
    const elements: readonly unknown[] = Array.isArray(value) ? value : [value];
    return elements.map((element) => ({ value: element, place: line === 1 && elements.length === 1 ? [path] : [path, `line ${String(line)}`] }));
  });
  const answers = values.map(({ value, place }) => readAnswer(value, place));
  const last = values.at(-1);
  if (last !== undefined && (answers.at(-1)?.token ?? null) !== null) {
    throw badPlace(last.place, "the last page of the answer is missing (its next token is set)", "export it again without --max-items and --no-paginate");
  }
  const stacks = new Map<string | null, DeployedPrincipal[]>();
  for (const each of answers.flatMap(({ resources }) => resources)) {
    const stack = each.StackId ?? null;
    const principals = stacks.get(stack) ?? [];
    stacks.set(stack, principals);
    const principal = principalOf(each, stack);
    if (principal !== null) principals.push(principal);
  }
  return [...stacks].map(([stack, principals]) => ({ stack, principals }));
}

function readAnswer(value: unknown, place: Place): z.infer<typeof answer> {
  const resources = isObject(value) ? (value["StackResources"] ?? value["StackResourceSummaries"]) : undefined;
  if (!isObject(value) || resources === undefined) throw badPlace(place, `these are not the resources of a stack but ${shown(value)}`, COMMAND);
  const result = answer.safeParse({ resources, token: value["NextToken"] });
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const [, index, member] = issue?.path ?? [];
  const within = index === undefined ? [] : [`resource ${String(Number(index) + 1)}${member === undefined ? "" : `, ${String(member)}`}`];
  throw badPlace([...place, ...within], `expected ${issue?.message ?? "something else"}`, COMMAND);
}

const STACK = /^arn:(aws[a-z-]*):cloudformation:[a-z0-9-]+:(\d{12}):stack\//u;

/** The physical id of a principal is its name. Null for what is none, was not made, or is gone. */
function principalOf({ LogicalResourceId: address, PhysicalResourceId: name, ResourceType: type, ResourceStatus: status }: Resource, stack: string | null): DeployedPrincipal | null {
  const kind = KINDS.get(type);
  if (kind === undefined || name === null || name === undefined || name === "" || status === "DELETE_COMPLETE") return null;
  const [, partition, account] = STACK.exec(stack ?? "") ?? [];
  if (partition === undefined || account === undefined) return { address, kind, name, account: null, arn: null };
  return principalAt(address, kind, `arn:${partition}:iam::${account}:${kind}/${name}`);
}
