import { join } from "node:path";
import type { CfnElement, CfnResource, Stack } from "aws-cdk-lib";
import type { IConstruct } from "constructs";
import { cdk } from "./installed.js";
import { isObject, listOf, objectOf, type Json, type JsonObject } from "./json.js";
import type { WatchDocuments } from "./trace/record.js";

/** One resource of a template. */
export interface SynthResource {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: JsonObject;
  /** The L1 construct that it comes from; its path is the construct path that reports name. */
  readonly node: CfnResource;
  readonly stack: SynthStack;
  /** The constructs of its policy documents, as far as the recorder was there when they were resolved. */
  readonly documents: readonly object[];
}

/** What names a stack: its name, or, of a nested one, what CloudFormation makes the name of. */
export type StackName =
  | { readonly kind: "known"; readonly name: string }
  /** `<name of the stack around it>-<logical id>-<tail>`. */
  | { readonly kind: "nested"; readonly around: SynthStack; readonly resource: string }
  | { readonly kind: "unknown" };

/** One stack of a construct tree, with its template as it is deployed. */
export interface SynthStack {
  /** Its construct path; that of a stack without an app is empty. */
  readonly path: string;
  readonly name: StackName;
  /** Null when it is only known at deployment. */
  readonly account: string | null;
  readonly region: string | null;
  /** Absolute path of the template, whether or not it is written yet. */
  readonly file: string;
  readonly resources: ReadonlyMap<string, SynthResource>;
  /** Logical ids of resources about permissions that have no construct of their own, so that nothing is known of them. */
  readonly unread: readonly string[];
  /** Do macros change the template before it is deployed? */
  readonly isRewritten: boolean;
  readonly parameters: ReadonlySet<string>;
  /** Values by the names of the outputs. */
  readonly outputs: ReadonlyMap<string, Json>;
  /** Values by the names under which they are exported, as far as those are text. */
  readonly exports: ReadonlyMap<string, Json>;
}

/**
 * The stacks of a construct tree, nested ones after those that hold them. The tokens of the templates are resolved for this, after
 * which CDK refuses changes of statements: only call it when the tree is final (in a validation of a construct, or after synthesis).
 */
export function stacksOf(root: IConstruct, isIncluded: (stack: Stack) => boolean, watch: WatchDocuments): readonly SynthStack[] {
  const made = new Map<Stack, SynthStack>();
  for (const node of root.node.findAll()) if (cdk.Stack.isStack(node) && isIncluded(node)) made.set(node, readStack(node, made, watch));
  return [...made.values()];
}

function readStack(stack: Stack, made: ReadonlyMap<Stack, SynthStack>, watch: WatchDocuments): SynthStack {
  const resources = new Map<string, SynthResource>();
  const parameters = new Set<string>();
  const outputs = new Map<string, Json>();
  const exports = new Map<string, Json>();
  const unread: string[] = [];
  const read: SynthStack = {
    path: stack.node.path,
    name: nameOf(stack, made),
    account: known(stack.account),
    region: known(stack.region),
    file: join(cdk.Stage.of(stack)?.outdir ?? "", stack.templateFile),
    resources,
    unread,
    isRewritten: (stack.templateOptions.transforms ?? []).length > 0,
    parameters,
    outputs,
    exports,
  };
  for (const node of elementsOf(stack)) {
    if (isPassive(node)) {
      const resource = passive(node, read);
      resources.set(resource.logicalId, resource);
      continue;
    }
    const { value: fragment, documents } = watch(() => fragmentOf(node));
    for (const name of Object.keys(objectOf(fragment["Parameters"]))) parameters.add(name);
    for (const [name, output] of Object.entries(objectOf(fragment["Outputs"]))) {
      const { Value: value, Export: exported } = objectOf(output);
      outputs.set(name, value);
      const { Name: exportName } = objectOf(exported);
      if (typeof exportName === "string") exports.set(exportName, value);
    }
    for (const [logicalId, resource] of Object.entries(objectOf(fragment["Resources"]))) {
      const { Type: type, Properties: properties } = objectOf(resource);
      if (cdk.CfnResource.isCfnResource(node) && typeof type === "string") {
        resources.set(logicalId, { logicalId, type, properties: objectOf(properties), node, stack: read, documents });
      } else if (typeof type !== "string" || /^AWS::(?:IAM|SSO)::/u.test(type)) unread.push(logicalId);
    }
  }
  return read;
}

/** What an element adds to its template, with every override (`addPropertyOverride`), and with what `CfnInclude` brings in. */
function fragmentOf(node: CfnElement): JsonObject {
  return objectOf(node.stack.resolve(node._toCloudFormation()));
}

/** Most resources of an app neither grant nor are granted anything: they only matter where they refer to what does. */
function isPassive(node: CfnElement): node is CfnResource {
  if (!cdk.CfnResource.isCfnResource(node) || /^AWS::(?:IAM|SSO|Serverless|CloudFormation)::/u.test(node.cfnResourceType)) return false;
  const overrides: unknown = Reflect.get(node, "rawOverrides");
  return isObject(overrides) && !("Type" in overrides);
}

/** A resource that is resolved when somebody looks at its properties. */
function passive(node: CfnResource, stack: SynthStack): SynthResource {
  const logicalId = String(node.stack.resolve(node.logicalId));
  let known: JsonObject | null = null;
  return {
    logicalId,
    type: node.cfnResourceType,
    get properties() {
      return (known ??= objectOf(objectOf(objectOf(fragmentOf(node)["Resources"])[logicalId])["Properties"]));
    },
    node,
    stack,
    documents: [],
  };
}

/** Nested stacks and stages have elements of their own. */
function elementsOf(scope: IConstruct): readonly CfnElement[] {
  return scope.node.children.flatMap((child) => {
    if (cdk.Stack.isStack(child) || cdk.Stage.isStage(child)) return [];
    return [...(cdk.CfnElement.isCfnElement(child) ? [child] : []), ...elementsOf(child)];
  });
}

function nameOf(stack: Stack, made: ReadonlyMap<Stack, SynthStack>): StackName {
  const { nestedStackParent: parent, nestedStackResource: resource } = stack;
  if (parent === undefined || resource === undefined) {
    const name = known(stack.stackName);
    return name === null ? { kind: "unknown" } : { kind: "known", name };
  }
  const around = made.get(parent);
  const logicalId: unknown = parent.resolve(resource.logicalId);
  return around === undefined || typeof logicalId !== "string" ? { kind: "unknown" } : { kind: "nested", around, resource: logicalId };
}

function known(text: string): string | null {
  return cdk.Token.isUnresolved(text) ? null : text;
}

/** The resources of one type in all of the stacks. */
export function resourcesOf(stacks: readonly SynthStack[], ...types: readonly string[]): readonly SynthResource[] {
  return stacks.flatMap(({ resources }) => [...resources.values()].filter(({ type }) => types.includes(type)));
}

/** The values of a property that is a list, or one value. */
export function valuesOf({ properties }: SynthResource, property: string): readonly Json[] {
  return listOf(properties[property]);
}
