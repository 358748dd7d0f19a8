import { dirname, join } from "node:path";
import type { PrincipalReference } from "../../../model/principal.js";
import type { YamlMap, YamlNode, YamlPair } from "../../../syntax/yaml-nodes.js";
import { keyOf, mapAt, pairAt, resolved, textOf, valueAt } from "../../../syntax/yaml-values.js";
import { intrinsic } from "../intrinsics.js";
import { nameOf } from "../names.js";
import { pseudoParameter, templateScope, withHostVariables } from "../scope.js";
import { sharedText, type Shared } from "../shared-text.js";
import { templateOf, type Template } from "../template.js";
import { textParts, unknown, type Scope, type TextPart } from "../text-parts.js";
import { serviceVariables } from "./variables.js";

/** A service of the Serverless Framework: https://www.serverless.com/framework/docs/providers/aws/guide/serverless.yml */
export interface Service {
  readonly path: string;
  readonly text: string;
  readonly provider: YamlMap;
  readonly functions: readonly ServiceFunction[];
  /** Its `resources`, which are a template. */
  readonly template: Template | null;
  /** What `resources.extensions` changes, by logical id. */
  readonly extensions: YamlMap | null;
  /** The role that all functions without one of their own have; null when the service names another. */
  readonly defaultRole: PrincipalReference | null;
  readonly scope: Scope;
  readonly shared: Shared;
}

export interface ServiceFunction {
  readonly name: string;
  readonly body: YamlMap;
  /** The role that a plugin makes for it. */
  readonly role: PrincipalReference;
  /** Does that role also get the statements of the provider? */
  readonly inherits: boolean;
}

export interface ServiceFile {
  readonly path: string;
  readonly text: string;
  readonly readText: (path: string) => string | null;
}

/** The service that a file describes; null when it is no service. */
export function serviceOf(root: YamlNode, { path, text, readText }: ServiceFile): Service | null {
  if (root.type !== "YamlMap") return null;
  const provider = mapAt(root, "provider");
  if (provider === null || valueAt(root, "service") === null) return null;
  const shared = sharedText(root);
  const variables = serviceVariables(root, (relative) => readText(join(dirname(path), relative)));
  const scope = (resources: YamlMap): Scope => withHostVariables(templateScope(resources, []), variables);
  const common = scope(root);
  const resources = resourcesIn(root);
  const extensions = resources === null ? null : mapAt(resources.root, "extensions");
  const changed = new Set([DEFAULT_ROLE, ...(extensions?.pairs.flatMap((pair) => keyOf(pair) ?? []) ?? [])]);
  const hidden = [...(resources?.hidden ?? []), ...attachers(provider, functionsIn(root))];
  const template = resources === null ? null : templateOf(resources.root, { path, text, deployments: [], scope, shared, hidden, changed });
  const prefix = [...serviceName(root, common), { written: "-" }, ...variables.stage, { written: "-" }];
  const region = pseudoParameter("AWS::Region") ?? unknown("region");
  return {
    path,
    text,
    provider,
    functions: functionsIn(root).map(([name, body]): ServiceFunction => {
      const own = pairAt(body, "iamRoleStatementsName");
      const parts = own === null ? [...prefix, { written: `${name}-` }, region, LAMBDA_ROLE] : partsOf(own.value, common);
      const id = `${normalized(name)}IamRoleLambdaExecution`;
      return { name, body, role: { kind: "role", address: id, name: nameOf(parts), declared: { in: path, address: id } }, inherits: inherits(root, body) };
    }),
    template,
    extensions,
    defaultRole: defaultRole(),
    scope: common,
    shared,
  };

  function defaultRole(): PrincipalReference | null {
    if (provider === null || !makesRole(provider)) return null;
    const id = DEFAULT_ROLE;
    const changed = [extensions, resources === null ? null : mapAt(resources.root, "Resources")].map((map) => nameOfResource(map, id)).find((node) => node !== null);
    const role = roleSettings(provider);
    const named = changed ?? (role === null ? null : (pairAt(role, "name")?.value ?? null));
    const parts = named === null ? [...prefix, region, { written: "-lambdaRole" }] : partsOf(named, common);
    return { kind: "role", address: id, name: nameOf(parts), declared: { in: path, address: id } };
  }
}

export const DEFAULT_ROLE = "IamRoleLambdaExecution";

/** Where the name would be too long, the plugin leaves out its end. */
const LAMBDA_ROLE = unknown("lambdaRole", { regex: "(?:-lambdaRole)?", varies: false });

function partsOf(node: YamlNode, scope: Scope): readonly TextPart[] {
  return textParts(node, scope) ?? [unknown("name")];
}

function serviceName(root: YamlMap, scope: Scope): readonly TextPart[] {
  const pair = pairAt(root, "service");
  const value = pair === null ? null : resolved(pair.value);
  const name = value?.type === "YamlMap" ? pairAt(value, "name") : pair;
  return name === null ? [unknown("service")] : partsOf(name.value, scope);
}

/** `provider.iam.role`, when it describes the role. */
export function roleSettings(provider: YamlMap): YamlMap | null {
  const iam = mapAt(provider, "iam");
  return iam === null ? null : mapAt(iam, "role");
}

/** The managed policies of the default role. */
export function managedPolicies(provider: YamlMap): YamlNode | null {
  const role = roleSettings(provider);
  return (role === null ? null : pairAt(role, "managedPolicies"))?.value ?? pairAt(provider, "iamManagedPolicies")?.value ?? null;
}

/** Clauses for lists of managed policies outside of the resources: the framework's, and those of plugins. */
function attachers(provider: YamlMap, functions: readonly (readonly [string, YamlMap])[]): readonly string[] {
  const attaching = functions.filter(([, body]) => body.pairs.some((pair) => /managedPolic|^iam$/iu.test(keyOf(pair) ?? "")));
  return [...(managedPolicies(provider) === null ? [] : ["the provider"]), ...attaching.map(([name]) => `the function ${name}`)].map(
    (who) => `${who} attaches managed policies, and may attach the policy`,
  );
}

/** A role of the user's own, by its ARN or logical id, replaces the one that the framework makes. */
function makesRole(provider: YamlMap): boolean {
  const iam = mapAt(provider, "iam");
  const role = iam === null ? null : valueAt(iam, "role");
  return pairAt(provider, "role") === null && (role === null || (role.type === "YamlMap" && intrinsic(role) === null));
}

function nameOfResource(resources: YamlMap | null, id: string): YamlNode | null {
  const resource = resources === null ? null : mapAt(resources, id);
  const properties = resource === null ? null : mapAt(resource, "Properties");
  return properties === null ? null : (pairAt(properties, "RoleName")?.value ?? null);
}

interface ServiceResources {
  readonly root: YamlMap;
  /** Clauses for what stands in other files. */
  readonly hidden: readonly string[];
}

/** `resources` is a template, or a list of templates that are merged. */
function resourcesIn(root: YamlMap): ServiceResources | null {
  const resources = valueAt(root, "resources");
  if (resources === null) return null;
  const parts = resources.type === "YamlSequence" ? resources.items.map(resolved) : [resources];
  const maps = parts.filter((part) => part?.type === "YamlMap");
  const [first] = maps;
  if (first === undefined) return null;
  const hidden = maps.length < parts.length ? ["the service has resources in other files, which may use the policy"] : [];
  return { root: maps.length === 1 ? first : merged(first, maps), hidden };
}

function merged(first: YamlMap, maps: readonly YamlMap[]): YamlMap {
  const pairs = new Map<string, YamlPair>();
  for (const pair of maps.flatMap((map) => map.pairs)) {
    const key = keyOf(pair);
    const before = key === null ? undefined : pairs.get(key);
    if (key === null) continue;
    const [old, own] = [before === undefined ? null : resolved(before.value), resolved(pair.value)];
    const together = old?.type === "YamlMap" && own?.type === "YamlMap" ? { ...pair, value: { ...old, pairs: [...old.pairs, ...own.pairs] } } : pair;
    pairs.set(key, together);
  }
  return { ...first, pairs: [...pairs.values()] };
}

/** `functions` is a map of functions, or a list of such maps. */
function functionsIn(root: YamlMap): readonly (readonly [string, YamlMap])[] {
  const functions = valueAt(root, "functions");
  const maps = functions?.type === "YamlSequence" ? functions.items.map(resolved) : [functions];
  return maps.flatMap((map) =>
    (map?.type === "YamlMap" ? map.pairs : []).flatMap((pair) => {
      const name = keyOf(pair);
      const body = resolved(pair.value);
      return name === null || body?.type !== "YamlMap" ? [] : [[name, body] as const];
    }),
  );
}

/** https://github.com/functionalone/serverless-iam-roles-per-function: only what is known to be false is taken for it. */
function inherits(root: YamlMap, body: YamlMap): boolean {
  if (pairAt(body, "iamRoleStatements") === null) return false;
  const own = valueAt(body, "iamRoleStatementsInherit");
  if (own !== null) return textOf(own) !== "false";
  const custom = mapAt(root, "custom");
  const settings = custom === null ? null : mapAt(custom, "serverless-iam-roles-per-function");
  const common = settings === null ? null : valueAt(settings, "defaultInherit");
  return common !== null && textOf(common) !== "false";
}

/** As the framework makes logical ids of the names of functions. */
function normalized(name: string): string {
  return (name.charAt(0).toUpperCase() + name.slice(1)).replaceAll("-", "Dash").replaceAll("_", "Underscore");
}
