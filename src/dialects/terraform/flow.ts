import type { Holder, ManagedPolicies } from "../../model/policy.js";
import { LEAST_FIXED_CHARACTERS, type Attachment, type PrincipalName } from "../../model/principal.js";
import { destinationOf, type Destination } from "./destinations.js";
import type { Directory } from "./directory.js";
import { withMembers } from "./group-members.js";
import { instancesOf, type Declaration } from "./instances.js";
import { GENERATED_SUFFIX, nameParts, principalName, type NamePart } from "./names.js";
import { mayBeSame, namesakes } from "./namesakes.js";
import { principalsOf, together, type Declarations } from "./principals.js";
import { instanceKey, scopeOf, type ModuleInstance } from "./scope.js";
import { ANY_POLICY, siteAddress, type Site, type Use } from "./uses.js";

/** Where a policy document goes. */
export interface Flow {
  readonly attachment: Attachment;
  readonly holder: Holder;
  /** Why no part of the document may be edited; null when it may. */
  readonly locked: string | null;
  /** All its uses are policies of other kinds: trust, resource, boundary, service control. */
  readonly foreign: boolean;
  /** What it passes through in its own directory: `local.read`, `aws_iam_policy.read`. */
  readonly nodes: ReadonlySet<string>;
  /** The modules that it reaches. */
  readonly modules: readonly ModuleInstance[];
  /** The names of the managed policies that are made of it, as far as they are known. */
  readonly policyNames: readonly string[];
  /** The same, if all of them are known, with what a list of those who have them answers. */
  readonly managed: ManagedPolicies | null;
  /** The names of the inline policies that are made of it, as far as they are plain text. */
  readonly inlineNames: readonly string[];
}

/** What flows need to know of modules. */
export interface Modules extends Declarations {
  readonly directoryOf: (module: ModuleInstance) => Directory;
}

/** What flows: a policy's text, or the ARN of a managed policy that was made of it. */
type Carried = "text" | "ARN";

/** Inline policies of users and groups have the smallest quotas: of several holders the smallest counts. */
export const BY_QUOTA: readonly Holder[] = ["user", "group", "managed", "role"];

/** Follows what stands at `start`, and what uses `node`, in every instance of the module that it is written in. */
export function flowOf(node: string | null, start: Use | null, instances: readonly ModuleInstance[], modules: Modules): Flow {
  const attachments: Attachment[] = [];
  const holders = new Set<Holder>();
  const locks: string[] = [];
  const elsewhere: string[] = [];
  const names: (PrincipalName | null)[] = [];
  const followed = new Map<ModuleInstance, Map<string, boolean>>();
  const nodes = new Map<ModuleInstance, Set<string>>(instances.map((module) => [module, new Set()]));
  let identities = 0;
  let otherPolicies = 0;
  let isInline = false;
  const inlineNames = new Set<string>();

  const open = (clause: string, carries: Carried = "text"): true => {
    identities += 1;
    attachments.push({ principals: [], open: [clause] });
    if (carries === "ARN") elsewhere.push(clause);
    return true;
  };

  /** Does the use lead to anybody, or to something else that is a policy? */
  const arrive = (use: Use, module: ModuleInstance, carries: Carried): boolean => {
    const destination = destinationOf(use.site);
    if (use.through !== null && destination.kind !== "none") {
      open(`it passes through ${use.through} in ${siteAddress(use.site)}`, carries);
      if (destination.kind === "locked") return true;
    }
    switch (destination.kind) {
      case "none":
        return false;
      case "principals": {
        identities += 1;
        if (carries === "text") {
          isInline = true;
          const held = use.site.path.length === 1 ? modules.find(module, siteAddress(use.site)) : null;
          const name = held === null ? null : policyName(held, module);
          if (name?.kind === "literal") inlineNames.add(name.name);
        }
        if (destination.holder !== null) holders.add(destination.holder);
        const to = granted(destination, use, module, modules);
        attachments.push(to);
        if (carries === "ARN" && to.principals.length === 0) elsewhere.push(...to.open);
        return true;
      }
      case "follow": {
        if (destination.holder !== null) holders.add(destination.holder);
        if (destination.locked !== null) locks.push(destination.locked);
        if (destination.holder !== "managed") return follow(destination.target, module, carries);
        if (nodes.get(module)?.has(destination.target) === true) return true;
        names.push(nameAt(destination.target, module, modules));
        if (!follow(destination.target, module, "ARN")) return open(`nothing in this directory attaches ${destination.target}`, "ARN");
        for (const instance of unusedInstances(destination.target, module, modules)) {
          open(`nothing in this directory attaches ${destination.target}[${instance}]`, "ARN");
        }
        return true;
      }
      case "input": {
        const called = module.called(destination.module);
        if (called === null) return open(destination.clause, carries);
        return called.instances.map(({ module: inner }) => follow(`var.${destination.name}`, inner, carries)).includes(true);
      }
      case "output": {
        if (module.caller === null) return open(destination.clause, carries);
        const { call, scope } = module.caller;
        return follow(`module.${call.name}.${destination.name}`, scope.module, carries, scope.each === null ? null : instanceKey(scope.each));
      }
      case "open":
        return open(destination.clause, carries);
      case "locked":
        // Whoever gets a policy's ARN may attach the policy, but does not make another kind of policy of its text.
        if (carries === "ARN" && use.site.path[0] !== "permissions_boundary") return open(destination.clause, carries);
        if (destination.isPolicy) otherPolicies += 1;
        else identities += 1;
        locks.push(destination.clause);
        return true;
    }
  };

  /** Goes on from a node; `instance` is the only one of a module's instances that hands it out. */
  const follow = (target: string, module: ModuleInstance, carries: Carried, instance: string | null = null): boolean => {
    nodes.set(module, (nodes.get(module) ?? new Set()).add(target));
    const results = followed.get(module) ?? new Map<string, boolean>();
    followed.set(module, results);
    const step = instance === null ? target : `${target}[${instance}]`;
    const known = results.get(step);
    if (known !== undefined) return known;
    results.set(step, false);
    const uses = usesOf(target, module, modules).filter((use) => instance === null || use.instance === null || use.instance === instance);
    const leads = uses.map((use) => arrive(use, module, carries)).includes(true);
    results.set(step, leads);
    return leads;
  };

  for (const module of instances) {
    if (start !== null) arrive(start, module, "text");
    if (node !== null) follow(node, module, "text");
  }
  if (identities + otherPolicies === 0) open("nothing in this directory attaches it");

  const attachment = withMembers(together(attachments), [...nodes.keys()], modules);
  const doubts = attachment.principals.flatMap((principal) =>
    [...nodes.keys()].flatMap((module) => namesakes(principal, modules.directoryOf(module).ofType(`aws_iam_${principal.kind}`), module, modules)),
  );
  return {
    attachment: together([attachment, { principals: [], open: [], doubts }]),
    holder: BY_QUOTA.find((holder) => holders.has(holder)) ?? "unknown",
    locked: locks[0] ?? null,
    foreign: identities === 0,
    nodes: new Set(instances.flatMap((module) => [...(nodes.get(module) ?? [])])),
    modules: [...nodes.keys()],
    managed: names.length > 0 && names.every((name) => name !== null) ? { names, elsewhere, ...(isInline ? { alsoInline: true } : {}) } : null,
    inlineNames: [...inlineNames],
    policyNames: [...nodes].flatMap(([module, targets]) => [...targets].flatMap((target) => literalPolicyName(target, module, modules))),
  };
}

function literalPolicyName(target: string, module: ModuleInstance, modules: Modules): readonly string[] {
  const policy = target.startsWith("aws_iam_policy.") ? modules.find(module, target) : null;
  const name = policy === null ? null : policyName(policy, module);
  return name?.kind === "literal" ? [name.name] : [];
}

/** Null when it is no managed policy of the module, or too little is known of its name. */
function nameAt(target: string, module: ModuleInstance, modules: Modules): PrincipalName | null {
  const policy = target.startsWith("aws_iam_policy.") ? modules.find(module, target) : null;
  const name = policy === null ? null : policyName(policy, module);
  return name?.kind === "pattern" && name.fixed < LEAST_FIXED_CHARACTERS ? null : name;
}

function policyName({ attributes, source }: Declaration, module: ModuleInstance): PrincipalName | null {
  const [name, prefix] = ["name", "name_prefix"].map((attribute) => {
    const value = attributes.get(attribute);
    return value === undefined ? null : nameParts({ value, source, scope: scopeOf(module) });
  });
  return (name == null ? null : principalName(name)) ?? (prefix == null ? null : principalName(prefix, GENERATED_SUFFIX));
}

/** The uses of an address, and those that name a managed policy without referring to it. */
function usesOf(target: string, module: ModuleInstance, modules: Modules): readonly Use[] {
  const directory = modules.directoryOf(module);
  const references = directory.uses(target);
  if (!target.startsWith("aws_iam_policy.")) return references;
  const policy = modules.find(module, target);
  const named = policy === null ? [] : namedUses(policy, directory, module);
  return [...references, ...named, ...directory.uses(ANY_POLICY)];
}

/** The instances of a policy that is used only instance by instance, apart from those that are. */
function unusedInstances(target: string, module: ModuleInstance, modules: Modules): readonly string[] {
  const declaration = modules.find(module, target);
  const uses = usesOf(target, module, modules);
  if (declaration === null || uses.some(({ instance }) => instance === null)) return [];
  const used = new Set(uses.map(({ instance }) => instance));
  return instancesOf(declaration, module).instances.flatMap((each) => {
    if (each === null) return [];
    const key = instanceKey(each);
    return key === null || used.has(key) ? [] : [each.key === null ? key : JSON.stringify(key)];
  });
}

function granted({ by }: Extract<Destination, { kind: "principals" }>, { site }: Use, module: ModuleInstance, modules: Modules): Attachment {
  const address = siteAddress(site);
  const declaration = modules.find(module, address);
  if (declaration === null) return { principals: [], open: [`${address} is declared more than once`] };
  return together(
    by.map(({ principal, attribute }) => {
      if (attribute === null) return modules.declared(declaration, principal, module);
      const expression = declaration.attributes.get(attribute);
      return expression === undefined ? { principals: [], open: [] } : principalsOf(expression, principal, declaration, module, modules);
    }),
  );
}

/** Who names a managed policy by its ARN, or looks it up by its name. */
function namedUses(policy: Declaration, directory: Directory, module: ModuleInstance): readonly Use[] {
  const name = policyName(policy, module);
  if (name === null) return [];
  const { address } = policy;
  const scope = scopeOf(module);
  const use = (site: Site): Use => ({ target: address, site, through: null, instance: null });
  return [
    ...directory.arns.flatMap(({ value, site }) => {
      const other = principalName(afterLast("/", afterLast("policy/", nameParts({ ...value, scope }))));
      return other !== null && mayBeSame(name, other) ? [use(site)] : [];
    }),
    ...directory.ofType("data.aws_iam_policy").flatMap((reader) => {
      const other = policyName(reader, module);
      return other !== null && mayBeSame(name, other) ? [use({ block: "data", type: reader.type, name: lastName(reader), path: ["name"] })] : [];
    }),
  ];
}

function lastName({ address }: Declaration): string {
  return address.slice(address.lastIndexOf(".") + 1);
}

function afterLast(mark: string, parts: readonly NamePart[]): readonly NamePart[] {
  const index = parts.findLastIndex((part) => part.kind === "known" && part.text.includes(mark));
  const part = parts[index];
  if (part?.kind !== "known") return parts;
  return [{ kind: "known", text: part.text.slice(part.text.lastIndexOf(mark) + mark.length) }, ...parts.slice(index + 1)];
}
