import type { Holder } from "../../model/policy.js";
import type { Attachment, PrincipalName, PrincipalReference } from "../../model/principal.js";
import type { HclExpression } from "../../syntax/hcl-nodes.js";
import { destinationOf, type Destination } from "./destinations.js";
import { instancesOf, type Declaration, type Locals } from "./instances.js";
import { GENERATED_SUFFIX, nameParts, principalName, type NameContext, type NamePart, type Sourced } from "./names.js";
import { declaredPrincipals, principalKey, principalsOf, together, type Declarations } from "./principals.js";
import type { TerraformReading } from "./reading.js";
import { ANY_POLICY, siteAddress, type Site, type Use } from "./uses.js";

/** Where a policy document goes. */
export interface Flow {
  readonly attachment: Attachment;
  readonly holder: Holder;
  /** Why no part of the document may be edited; null when it may. */
  readonly locked: string | null;
  /** All its uses are policies of other kinds: trust, resource, boundary, service control. */
  readonly foreign: boolean;
}

/** What the files of one directory declare and use, together. */
export interface Directory extends Declarations {
  /** Follows what stands at `start`, and what uses `node`. */
  readonly flow: (node: string | null, start: Use | null) => Flow;
  readonly declaredTwice: (address: string) => boolean;
  /**
   * Does it declare a principal that could have the same name? Of a literal name, one with the very name; of a pattern,
   * whatever does not contradict it.
   */
  readonly mayDeclare: (reference: PrincipalReference) => boolean;
  /** Does a policy that can be read flow through this node? */
  readonly holdsPolicy: (node: string) => boolean;
}

export function directoryOf(readings: readonly TerraformReading[]): Directory {
  const declarations = new Map<string, Declaration[]>();
  const locals = new Map<string, Sourced[]>();
  const uses = new Map<string, Use[]>();
  const arns = readings.flatMap((reading) => reading.arns);
  for (const reading of readings) {
    for (const declaration of reading.declarations) append(declarations, declaration.address, declaration);
    for (const { name, value } of reading.locals) append(locals, name, value);
    for (const use of reading.uses) append(uses, use.target, use);
  }

  const found = new Map<Declaration, Attachment>();
  const known: Declarations = {
    find: (address) => single(declarations.get(address)),
    local: (name) => single(locals.get(name)),
    declared: (declaration, kind) => {
      let attachment = found.get(declaration);
      if (attachment === undefined) {
        attachment = declaredPrincipals(declaration, kind, known.local);
        found.set(declaration, attachment);
      }
      return attachment;
    },
  };

  const readers = [...declarations.values()].flat().filter(({ address }) => address.startsWith("data.aws_iam_policy."));
  const byName = new Map<string, readonly Use[]>();
  /** The uses of an address, and those that name a managed policy without referring to it. */
  const usesOf = (target: string): readonly Use[] => {
    const references = uses.get(target) ?? [];
    if (!target.startsWith("aws_iam_policy.")) return references;
    let named = byName.get(target);
    if (named === undefined) {
      named = (declarations.get(target) ?? []).flatMap((policy) => namedUses(policy, arns, readers, known.local));
      byName.set(target, named);
    }
    return [...references, ...named, ...(uses.get(ANY_POLICY) ?? [])];
  };

  const principals = [...declarations.values()].flat().filter(({ address }) => /^aws_iam_(?:role|user)\./u.test(address));

  let held: Set<string> | null = null;
  const nodesWithPolicies = (): Set<string> => {
    const nodes = new Set<string>();
    for (const { node, start } of readings.flatMap((reading) => reading.policies)) {
      if (node !== null) nodes.add(node);
      for (const reached of followUses(node, start, usesOf, known).nodes) nodes.add(reached);
    }
    return nodes;
  };

  return {
    ...known,
    declaredTwice: (address) => (declarations.get(address)?.length ?? 0) > 1,
    mayDeclare: ({ kind, name }) =>
      principals.some((declaration) => {
        if (declaration.type !== `aws_iam_${kind}`) return false;
        const declared = known.declared(declaration, kind).principals;
        if (name.kind === "literal") return declared.some((other) => other.name.kind === "literal" && other.name.name === name.name);
        return declared.length === 0 || declared.some((other) => mayBeSame(name, other.name));
      }),
    holdsPolicy: (node) => (held ??= nodesWithPolicies()).has(node),
    flow: (node, start) => {
      const flow = followUses(node, start, usesOf, known);
      const doubts = flow.attachment.principals.flatMap((principal) => namesakes(principal, principals, known));
      const open = [...new Set([...flow.attachment.open, ...doubts])];
      return { ...flow, attachment: { ...flow.attachment, open } };
    },
  };
}

type UsesOf = (target: string) => readonly Use[];

function append<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}

function single<Value>(values: readonly Value[] | undefined): Value | null {
  return values?.length === 1 ? (values[0] ?? null) : null;
}

/** Inline policies of users and groups have the smallest quotas: of several holders the smallest counts. */
export const BY_QUOTA: readonly Holder[] = ["user", "group", "managed", "role"];

function followUses(node: string | null, start: Use | null, usesOf: UsesOf, known: Declarations): Flow & { readonly nodes: ReadonlySet<string> } {
  const attachments: Attachment[] = [];
  const holders = new Set<Holder>();
  const locks: string[] = [];
  const nodes = new Set<string>();
  let identities = 0;
  let otherPolicies = 0;

  const open = (clause: string): void => {
    identities += 1;
    attachments.push({ principals: [], open: [clause] });
  };

  const arrive = (use: Use): void => {
    const destination = destinationOf(use.site);
    if (use.through !== null && destination.kind !== "none") {
      open(`it passes through ${use.through} in ${siteAddress(use.site)}`);
      if (destination.kind === "locked") return;
    }
    switch (destination.kind) {
      case "none":
        break;
      case "principals":
        identities += 1;
        if (destination.holder !== null) holders.add(destination.holder);
        attachments.push(granted(destination, use, known));
        break;
      case "follow": {
        if (destination.holder !== null) holders.add(destination.holder);
        if (destination.locked !== null) locks.push(destination.locked);
        if (nodes.has(destination.target)) break;
        const before = identities + otherPolicies;
        follow(destination.target);
        if (destination.holder === "managed" && identities + otherPolicies === before) {
          open(`nothing in this directory attaches ${destination.target}`);
        } else if (destination.holder === "managed") {
          for (const instance of unusedInstances(destination.target, usesOf(destination.target), known)) {
            open(`nothing in this directory attaches ${destination.target}[${instance}]`);
          }
        }
        break;
      }
      case "open":
        open(destination.clause);
        break;
      case "locked":
        // Whoever gets a policy's ARN may attach the policy, but does not make another kind of policy of its text.
        if (use.target.startsWith("aws_iam_policy.") && use.site.path[0] !== "permissions_boundary") {
          open(destination.clause);
          break;
        }
        if (destination.isPolicy) otherPolicies += 1;
        else identities += 1;
        locks.push(destination.clause);
        break;
    }
  };

  const follow = (target: string): void => {
    if (nodes.has(target)) return;
    nodes.add(target);
    for (const use of usesOf(target)) arrive(use);
  };

  if (start !== null) arrive(start);
  if (node !== null) follow(node);
  if (identities + otherPolicies === 0) open("nothing in this directory attaches it");

  return {
    attachment: together(attachments),
    holder: BY_QUOTA.find((holder) => holders.has(holder)) ?? "unknown",
    locked: locks[0] ?? null,
    foreign: identities === 0,
    nodes,
  };
}

/** The instances of a policy that is used only instance by instance, apart from those that are. */
function unusedInstances(target: string, uses: readonly Use[], known: Declarations): readonly string[] {
  const declaration = known.find(target);
  if (declaration === null || uses.some(({ instance }) => instance === null)) return [];
  const used = new Set(uses.map(({ instance }) => instance));
  return instancesOf(declaration, known.local).instances.flatMap((each) => {
    if (each === null) return [];
    if (each.key !== null) return used.has(each.key) ? [] : [JSON.stringify(each.key)];
    const index = String(each.index);
    return used.has(index) ? [] : [index];
  });
}

function granted({ by }: Extract<Destination, { kind: "principals" }>, { site }: Use, known: Declarations): Attachment {
  const address = siteAddress(site);
  const declaration = known.find(address);
  if (declaration === null) return { principals: [], open: [`${address} is declared more than once`] };
  return together(
    by.map(({ principal, attribute }) => {
      if (attribute === null) return known.declared(declaration, principal);
      const expression = declaration.attributes.get(attribute);
      return expression === undefined ? { principals: [], open: [] } : principalsOf(expression, principal, declaration, known);
    }),
  );
}

/** Who names a managed policy by its ARN, or looks it up by its name. */
function namedUses(policy: Declaration, arns: TerraformReading["arns"], readers: readonly Declaration[], local: Locals): readonly Use[] {
  const { address, attributes, source } = policy;
  const context: NameContext = { local, instance: null };
  const named = (value: HclExpression | undefined, from: string, suffix = ""): PrincipalName | null =>
    value === undefined ? null : principalName(nameParts({ value, source: from }, context), suffix);
  const name = named(attributes.get("name"), source) ?? named(attributes.get("name_prefix"), source, GENERATED_SUFFIX);
  if (name === null) return [];
  const use = (site: Site): Use => ({ target: address, site, through: null, instance: null });
  return [
    ...arns.flatMap(({ value, site }) => {
      const other = principalName(afterLast("/", afterLast("policy/", nameParts(value, context))));
      return other !== null && mayBeSame(name, other) ? [use(site)] : [];
    }),
    ...readers.flatMap((reader) => {
      const other = named(reader.attributes.get("name"), reader.source);
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

/**
 * Another principal of the directory whose name could be the one that a pattern stands for: findings of the one would be
 * taken for findings of the other.
 */
function namesakes(principal: PrincipalReference, declared: readonly Declaration[], known: Declarations): readonly string[] {
  const { name, kind, address } = principal;
  if (name.kind === "literal") return twins(principal, declared, known);
  if (name.kind !== "pattern") return [];
  const own = principalKey(principal);
  const mayBe = mayBeNamed(name);
  return declared.flatMap((other) => {
    if (other.type !== `aws_iam_${kind}`) return [];
    const { principals } = known.declared(other, kind);
    const others = principals.filter((reference) => reference.address !== address || principalKey(reference) !== own);
    const nameless = principals.length === 0 && other.address !== address;
    if (!nameless && !others.some((reference) => mayBe(reference.name))) return [];
    return [`the name of ${address} is made at deployment and could also be that of ${other.address === address ? "another instance" : other.address}`];
  });
}

/** Two resources that declare the same name are for two accounts, and perhaps the findings know one of them only. */
function twins({ name, kind, address }: PrincipalReference, declared: readonly Declaration[], known: Declarations): readonly string[] {
  if (!address.startsWith(`aws_iam_${kind}.`)) return [];
  return declared.flatMap((other) => {
    if (other.type !== `aws_iam_${kind}` || other.address === address) return [];
    const same = known.declared(other, kind).principals.some((reference) => mayBeSame(reference.name, name) && reference.name.kind === name.kind);
    return same ? [`${other.address} has the same name as ${address}`] : [];
  });
}

function mayBeSame(a: PrincipalName, b: PrincipalName): boolean {
  if (a.kind === "pattern") return mayBeNamed(a)(b);
  if (b.kind === "pattern") return mayBeNamed(b)(a);
  return a.kind === "literal" && b.kind === "literal" && a.name === b.name;
}

type Pattern = Extract<PrincipalName, { kind: "pattern" }>;

function mayBeNamed(pattern: Pattern): (other: PrincipalName) => boolean {
  const regex = new RegExp(pattern.regex, "u");
  const a = fixedEnds(pattern);
  return (other) => {
    switch (other.kind) {
      case "literal":
        return regex.test(other.name);
      case "arn":
        return true;
      case "pattern": {
        // Two patterns with unknown middles have a name in common when neither their beginnings nor their ends contradict.
        const b = fixedEnds(other);
        return (a.head.startsWith(b.head) || b.head.startsWith(a.head)) && (a.tail.endsWith(b.tail) || b.tail.endsWith(a.tail));
      }
    }
  };
}

function fixedEnds({ shown }: Pattern): { readonly head: string; readonly tail: string } {
  return { head: shown.slice(0, shown.indexOf("<")), tail: shown.slice(shown.lastIndexOf(">") + 1) };
}
