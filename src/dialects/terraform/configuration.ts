import { dirname, relative, resolve, sep } from "node:path";
import { pathFrom } from "../../model/paths.js";
import type { DeclaredAt, PrincipalKind, PrincipalName } from "../../model/principal.js";
import type { DirectoryReadings, ProjectFiles } from "../dialect.js";
import { deployments, isLoadedByItself } from "./deployments.js";
import { directoryOf, type Directory } from "./directory.js";
import { traversal } from "./expressions.js";
import { flowOf, type Flow, type Modules } from "./flow.js";
import { instancesOf, type Declaration } from "./instances.js";
import { installedModules } from "./installed-modules.js";
import { localSources } from "./local-sources.js";
import type { ModuleCall } from "./module-blocks.js";
import type { DeployedBy } from "./places.js";
import { declaredPrincipals, shownKey, type Declared } from "./principals.js";
import { policyMentions } from "./policy-mentions.js";
import { policyTexts } from "./policy-text.js";
import type { Elsewhere, TerraformReading, WrittenPolicy } from "./reading.js";
import { scopeOf, settle, type Called, type ModuleInstance, type Placed } from "./scope.js";

/** The modules of a project, read as far as they are asked for. */
export interface Configuration {
  readonly directory: (path: string) => Directory;
  /** Can the module of a call be read, in all instances of the directory that calls it? */
  readonly isFollowed: (call: ModuleCall, path: string) => boolean;
  readonly flow: (policy: Pick<WrittenPolicy, "node" | "start">, path: string) => Flow;
  /** Does a policy that can be read flow through this node of a directory? */
  readonly holdsPolicy: (node: string, path: string) => boolean;
  /** The principals that a root module declares, with all that it calls. */
  readonly deployedBy: DeployedBy;
  /** The root modules that a directory is part of, by their paths: itself, or those that call it. */
  readonly rootsOf: (path: string) => readonly string[];
  /** Is the policy of an attribute of this directory read where it is written? */
  readonly isRead: (place: Elsewhere, path: string) => boolean;
}

/** The same directory for as long as none of its files changes. */
const directories = new WeakMap<DirectoryReadings<TerraformReading>, Directory>();

/** A module that is called more often is not followed to all of its callers. */
const MOST_INSTANCES = 200;

interface Instances {
  readonly modules: readonly ModuleInstance[];
  /** Clauses that hold for every document of the module. */
  readonly open: readonly string[];
}

export function configurationOf(files: ProjectFiles<TerraformReading>): Configuration {
  const directoryByModule = new Map<ModuleInstance, Directory>();
  const pathByModule = new Map<ModuleInstance, string>();
  const valuesFiles = new Map<ModuleInstance, string>();
  const children = new Map<ModuleInstance, Map<string, Called | null>>();
  const principals = new Map<ModuleInstance, Map<Declaration, Declared>>();
  const instancesByPath = new Map<string, Instances>();
  const held = new Map<string, ReadonlySet<string>>();

  const directory = (path: string): Directory => {
    const readings = files.directory(path);
    const known = directories.get(readings);
    if (known !== undefined) return known;
    const made = directoryOf(readings.readings);
    directories.set(readings, made);
    return made;
  };

  const modules: Modules = {
    directoryOf: (module) => directoryByModule.get(module) ?? directoryOf([]),
    find: (module, address) => modules.directoryOf(module).find(address),
    declared: (declaration, kind, module) => {
      const known = principals.get(module) ?? new Map<Declaration, Declared>();
      principals.set(module, known);
      const found = known.get(declaration) ?? declaredPrincipals(declaration, kind, module);
      known.set(declaration, found);
      return found;
    },
  };

  const instance = (path: string, given: Omit<ModuleInstance, "values" | "called">): ModuleInstance => {
    const own = directory(path);
    const module: ModuleInstance = { ...given, values: own.values, called: (name) => called(module, path, name) };
    directoryByModule.set(module, own);
    pathByModule.set(module, path);
    return module;
  };

  /** Children of one instance are always the same objects: what was followed through one is not followed again. */
  const called = (module: ModuleInstance, path: string, name: string): Called | null => {
    const known = children.get(module) ?? new Map<string, Called | null>();
    children.set(module, known);
    const before = known.get(name);
    if (before !== undefined) return before;
    const made = callModule(module, path, name);
    known.set(name, made);
    return made;
  };

  const callModule = (module: ModuleInstance, path: string, name: string): Called | null => {
    const call = directory(path).call(name);
    const target = call === null ? null : targetOf(call, path, module, files);
    if (call === null || target === null || directory(target).isEmpty || files.directory(target).unread.length > 0) return null;
    if (module.prefix.split("module.").length > MOST_NESTED) return null;
    const { listed, instances } = instancesOf({ attributes: call.attributes, source: call.text }, module);
    return {
      instances: instances.map((each) => ({
        each,
        module: instance(target, {
          prefix: `${module.prefix}module.${name}${shownKey(each)}.`,
          root: module.root,
          caller: { scope: scopeOf(module, each), call },
          listed: module.listed && listed,
          assigned: new Map(),
          hasDefaults: true,
        }),
      })),
    };
  };

  const instancesAt = (path: string, inside: readonly string[]): Instances => {
    const known = instancesByPath.get(path);
    if (known !== undefined) return known;
    if (inside.includes(path)) return { modules: [], open: ["its module calls itself"] };
    const made = findInstances(path, inside);
    if (inside.length === 0) instancesByPath.set(path, made);
    return made;
  };

  const isRoot = (path: string): boolean => {
    const own = directory(path);
    return callersOf(path, files).length === 0 || own.keepsState || [...own.assignments.keys()].some(isLoadedByItself);
  };

  const findInstances = (path: string, inside: readonly string[]): Instances => {
    const callers = callersOf(path, files);
    const open: string[] = [];
    const found: ModuleInstance[] = [];
    for (const caller of callers) {
      const above = instancesAt(caller, [...inside, path]);
      open.push(...above.open, ...unreadIn(caller, files));
      for (const call of directory(caller).calls) {
        for (const module of above.modules) {
          if (targetOf(call, caller, module, files) !== path) continue;
          const made = module.called(call.name);
          if (made === null) open.push(`module "${call.name}" in ${shownPath(caller, files)} cannot be followed`);
          else found.push(...made.instances.map((each) => each.module));
        }
      }
    }
    const roots = isRoot(path) ? rootInstances(path) : [];
    if (found.length + roots.length > MOST_INSTANCES) open.push("its module is called too often to follow every call");
    return { modules: [...roots, ...found].slice(0, MOST_INSTANCES), open: [...new Set(open)] };
  };

  /** A root module as it is deployed with each of the files of values that are meant for it. */
  const rootInstances = (path: string): readonly ModuleInstance[] => {
    const own = directory(path);
    const sets = deployments(own, path, files, directory);
    return sets.map(({ values, file }) => {
      const module = instance(path, { prefix: "", root: path, caller: null, listed: true, assigned: values, hasDefaults: file !== null });
      if (file !== null) valuesFiles.set(module, file);
      return module;
    });
  };

  const deployedBy: DeployedBy = (path, kind) => {
    if (!isRoot(path)) return [];
    const unread = unreadBelow(path).map((file) => ({ name: null, declared: null, shown: shownPath(file, files) }));
    if (directory(path).isEmpty) return unread;
    const declared = rootInstances(path).flatMap((root) => {
      const values = valuesFiles.get(root);
      const where = path === files.root ? "" : ` in ${shownPath(path, files)}`;
      const how = values === undefined ? "" : ` with ${shownPath(values, files)}`;
      return withCalled(root).flatMap((module) => declaredIn(module, kind).map((place) => ({ ...place, shown: place.declared.address + where + how })));
    });
    return [...unread, ...declared];
  };

  /** Files of a directory, and of what it calls by its path, that cannot be read. */
  const unreadBelow = (path: string, seen = new Set<string>()): readonly string[] => {
    if (seen.has(path)) return [];
    seen.add(path);
    const targets = directory(path).calls.flatMap(({ source }) => (source !== null && isLocal(source) ? [resolve(path, source)] : []));
    return [...files.directory(path).unread.map((file) => file.path), ...targets.flatMap((target) => unreadBelow(target, seen))];
  };

  const withCalled = (module: ModuleInstance): readonly ModuleInstance[] => {
    const path = pathByModule.get(module);
    const calls = path === undefined ? [] : directory(path).calls;
    return [module, ...calls.flatMap(({ name }) => module.called(name)?.instances.flatMap((each) => withCalled(each.module)) ?? [])];
  };

  const declaredIn = (module: ModuleInstance, kind: PrincipalKind): readonly { readonly name: PrincipalName | null; readonly declared: DeclaredAt }[] =>
    modules.directoryOf(module).ofType(`aws_iam_${kind}`).flatMap((declaration) => {
      const { principals: named, doubts = [] } = modules.declared(declaration, kind, module);
      const nameless = doubts.flatMap(({ unnamed }) => (unnamed?.declared === undefined ? [] : [{ name: null, declared: unnamed.declared }]));
      return [...nameless, ...named.flatMap(({ name, declared }) => (declared === undefined ? [] : [{ name, declared }]))];
    });

  const flow = (policy: Pick<WrittenPolicy, "node" | "start">, path: string): Flow => {
    const { modules: instances, open } = instancesAt(path, []);
    const found = flowOf(policy.node, policy.start, instances, modules);
    const mentioned = mentions(found);
    const clauses = [...found.attachment.open, ...open, ...mentioned];
    if (clauses.length === found.attachment.open.length) return found;
    const managed = found.managed === null ? null : { ...found.managed, elsewhere: [...found.managed.elsewhere, ...mentioned] };
    return { ...found, attachment: { ...found.attachment, open: [...new Set(clauses)] }, managed };
  };

  /** Who names a managed policy of a flow without being reached by it. */
  const mentions = ({ modules: reached, policyNames }: Flow): readonly string[] => {
    if (policyNames.length === 0) return [];
    const known = new Set(reached.map((module) => pathByModule.get(module)));
    return [...new Set(policyNames)].flatMap((name) =>
      (policyMentions(files).get(name) ?? [])
        .filter((path) => !known.has(dirname(path)))
        .map((path) => `${shownPath(path, files)} names the policy "${name}", and may attach it`),
    );
  };

  const nodesWithPolicies = (path: string): ReadonlySet<string> => {
    const known = held.get(path);
    if (known !== undefined) return known;
    const policies = directory(path).policies;
    const nodes = new Set(policies.flatMap((policy) => [...(policy.node === null ? [] : [policy.node]), ...flow(policy, path).nodes]));
    held.set(path, nodes);
    return nodes;
  };

  return {
    directory,
    flow,
    deployedBy,
    rootsOf: (path) => [...new Set(instancesAt(path, []).modules.map(({ root }) => root))],
    isFollowed: ({ name }, path) => instancesAt(path, []).modules.every((module) => module.called(name) !== null),
    holdsPolicy: (node, path) => nodesWithPolicies(path).has(node),
    isRead: ({ sources, value }, path) => {
      if (sources.some((node) => node.startsWith("local.") && nodesWithPolicies(path).has(node))) return true;
      const { modules: instances } = instancesAt(path, []);
      return value !== null && instances.length > 0 && instances.every((module) => isWrittenElsewhere({ ...value, scope: scopeOf(module) }, module));
    },
  };
}

/** A policy that a caller, or a called module, holds in a form that is read there. */
function isWrittenElsewhere(value: Placed, module: ModuleInstance): boolean {
  const settled = settle(value);
  if (settled.scope.module === module) return false;
  const [root, type] = traversal(settled.value) ?? [];
  if (root === "data" && type === "aws_iam_policy_document") return true;
  return settled.value.type === "HclNull" || policyTexts(settled.value, settled.source).length > 0;
}

/** Modules that call modules: deeper than anything that is meant. */
const MOST_NESTED = 12;

/** The directory of a module: a path beside the caller, or where `terraform init` has put it. */
function targetOf(call: ModuleCall, path: string, caller: ModuleInstance, files: ProjectFiles<TerraformReading>): string | null {
  if (call.source === null) return null;
  if (isLocal(call.source)) return resolve(path, call.source);
  const key = [...caller.prefix.matchAll(/module\.([\w-]+)/gu)].map(([, name = ""]) => name);
  return installedModules(caller.root, files).get([...key, call.name].join(".")) ?? null;
}

function isLocal(source: string): boolean {
  return /^\.\.?(?:[/\\]|$)/u.test(source);
}

/** The directories that call the module in one directory by its path. Examples count only where there is nothing else. */
function callersOf(path: string, files: ProjectFiles<TerraformReading>): readonly string[] {
  const callers = localSources(files).get(path) ?? [];
  const real = callers.filter((caller) => !isExample(relative(path, caller)));
  return real.length > 0 ? real : callers;
}

function isExample(path: string): boolean {
  return path.split(sep).some((part) => part === "examples" || part === "example");
}

function unreadIn(path: string, files: ProjectFiles<TerraformReading>): readonly string[] {
  return files.directory(path).unread.map(({ path: file, why }) => `${shownPath(file, files)} could not be read (${why})`);
}

function shownPath(path: string, { root }: ProjectFiles<TerraformReading>): string {
  return pathFrom(root, path) || "the top directory";
}
