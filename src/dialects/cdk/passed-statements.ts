import type { EstreeFile } from "../../syntax/estree.js";
import { memberName, shownText, unwrap, within } from "../../syntax/estree.js";
import type { CallExpression, NewExpression, Node } from "../../syntax/estree-nodes.js";
import { spanOf } from "../../syntax/estree-nodes.js";
import { propertiesOf, resolve } from "../../syntax/estree-values.js";
import type { Target } from "./destinations.js";
import { defaultPolicy, unknownTarget } from "./destinations.js";
import { logicalId } from "./logical-id.js";
import { cdkName } from "./names.js";
import type { Owners } from "./owners.js";
import { open, together, unnamed } from "./owners.js";
import { pathsOf } from "./paths.js";
import type { Grantee } from "./principals.js";
import { ofSlot, roleSlots, rolesBeside } from "./principals.js";
import type { Site } from "./sites.js";
import { sitesOf } from "./sites.js";

type PropertySite = Extract<Site, { kind: "property" }>;

/**
 * Statements that are given to something that is no policy, and adds them to that of a role. Null for everything else.
 */
export function passedTarget(file: EstreeFile, { construct, path }: PropertySite): Target | null {
  const name = cdkName(file, construct.callee) ?? "";
  const property = path.join(".");
  const slot = construct.type === "NewExpression" ? roleSlots(file, construct).find(({ statements }) => statements !== undefined && statements === property) : undefined;
  if (construct.type === "NewExpression" && slot !== undefined) {
    const policy = defaultPolicy(ofSlot(file, construct, slot));
    // Without statements of its own, a target grants its action on everything.
    return name === "aws-scheduler-targets.Universal" ? { ...policy, key: `statements:${String(construct.range[0])}`, span: spanOf(construct) } : policy;
  }
  if (name === "custom-resources.AwsCustomResourcePolicy.fromStatements") return customResourceTarget(file, construct);
  if (/^aws-stepfunctions-tasks\.CallAwsService(?:\.json\w+)?$/u.test(name) && property === "additionalIamStatements") {
    return defaultPolicy(stateMachineRole(file, construct));
  }
  const clause = PASSED_ON.find(([pattern]) => pattern.test(`${name}.${property}`))?.[1];
  return clause === undefined ? null : defaultPolicy({ owners: unnamed(clause), key: `passed:${String(construct.range[0])}/${property}`, address: shownText(file, construct.callee) });
}

/** Where the role is, this file does not say. */
const PASSED_ON: readonly (readonly [RegExp, string])[] = [
  [/^pipelines\.CodePipeline\.\w*[cC]odeBuildDefaults\.rolePolicy$/u, "the roles of the pipeline's projects are made by the pipeline"],
  [/^aws-events-targets\.AwsApi\.policyStatement$/u, "the role is that of the handler that all such targets of the stack share"],
  [/^aws-stepfunctions-tasks\.CallAwsServiceCrossRegion(?:\.json\w+)?\.additionalIamStatements$/u, "the role is that of the handler that all such tasks of the stack share"],
];

/** The policy that a custom resource makes of the statements. It takes none as "those of the calls", so one must be left. */
function customResourceTarget(file: EstreeFile, policy: NewExpression | CallExpression): Target {
  const owners = sitesOf(file, policy).map((site): Owners => {
    const construct = site.kind === "property" && site.path.join(".") === "policy" ? site.construct : null;
    const isOwner = construct?.type === "NewExpression" && cdkName(file, construct.callee) === "custom-resources.AwsCustomResource";
    return isOwner ? handlerRole(file, construct) : unnamed("the policy of custom resources is handed to something else");
  });
  if (owners.length === 0) return unknownTarget("nothing in this file uses the policy of custom resources");
  return {
    kind: "identity",
    key: `custom:${String(policy.range[0])}`,
    address: "AwsCustomResource/CustomResourcePolicy",
    holder: "role",
    span: spanOf(policy),
    element: null,
    owners: together(owners),
    opaque: [],
  };
}

/** The construct id of the function that all `AwsCustomResource`s of a stack share: aws-cdk-lib's own constant. */
const HANDLER = "AWS679f53fac002430cb0da5b7982bd2287";

function handlerRole(file: EstreeFile, creation: NewExpression): Owners {
  const slot = roleSlots(file, creation)[0];
  const { values, complete } = propertiesOf(file, creation.arguments[2]);
  if (slot !== undefined && values.has(slot.role)) return together([ofSlot(file, creation, slot).owners, open(SHARED)]);
  if (!complete) return unnamed("the custom resource may be given a role that this file does not show");
  const handler = { id: logicalId([HANDLER, "ServiceRole", "Resource"]), path: [HANDLER, "ServiceRole"] };
  return together([rolesBeside(pathsOf(file, creation), () => handler), open(SHARED)]);
}

const SHARED = "the role is that of the handler that all custom resources of the stack share, and the first one may give it another";

/** The role of the state machine whose definition leads to the task: a state belongs to one machine only. */
function stateMachineRole(file: EstreeFile, task: Node): Grantee {
  for (const node of file.calls) {
    const slot = node.type === "NewExpression" && cdkName(file, node.callee) === "aws-stepfunctions.StateMachine" ? roleSlots(file, node)[0] : undefined;
    if (node.type !== "NewExpression" || slot === undefined) continue;
    const { values } = propertiesOf(file, node.arguments[2]);
    const definition = values.get("definitionBody")?.node ?? values.get("definition")?.node;
    if (definition !== undefined && leadsTo(file, definition, task)) return ofSlot(file, node, slot);
  }
  return { owners: unnamed("this file does not tell which state machine the task is a part of"), key: `task:${String(task.range[0])}`, address: "task" };
}

/** Is `task` among what the expression is made of, and what is chained to that? */
function leadsTo(file: EstreeFile, definition: Node, task: Node): boolean {
  const seen = new Set<Node>();
  const pending: Node[] = [definition];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node === task) return true;
    if (seen.has(node)) continue;
    seen.add(node);
    pending.push(...within(file, node).slice(1));
    const value = node.type === "Identifier" || node.type === "MemberExpression" ? resolve(file, node) : node;
    if (value !== node) pending.push(value);
    if (value.type === "NewExpression") pending.push(...chained(file, value));
  }
  return false;
}

/** `state.next(other)`, `choice.when(condition, other)`. */
function chained(file: EstreeFile, state: NewExpression): readonly Node[] {
  return sitesOf(file, state).flatMap((site) => {
    if (site.kind !== "member" || site.call === null) return [];
    const callee = unwrap(site.call.callee);
    return /^(?:next|when|otherwise|branch|iterator|itemProcessor|addCatch|afterwards)$/u.test(memberName(callee) ?? "") ? site.call.arguments : [];
  });
}
