import type { Holder } from "../../model/policy.js";
import type { Attachment, PrincipalName, PrincipalReference } from "../../model/principal.js";
import { destinationOf, type Destination } from "./destinations.js";
import type { Declaration } from "./instances.js";
import type { Sourced } from "./names.js";
import { declaredPrincipals, principalKey, principalsOf, together, type Declarations } from "./principals.js";
import type { TerraformReading } from "./reading.js";
import { siteAddress, type Use } from "./uses.js";

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
  /** Does a policy that can be read flow through this node? */
  readonly holdsPolicy: (node: string) => boolean;
}

export function directoryOf(readings: readonly TerraformReading[]): Directory {
  const declarations = new Map<string, Declaration[]>();
  const locals = new Map<string, Sourced[]>();
  const uses = new Map<string, Use[]>();
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

  const principals = [...declarations.values()].flat().filter(({ address }) => /^aws_iam_(?:role|user)\./u.test(address));

  let held: Set<string> | null = null;
  const nodesWithPolicies = (): Set<string> => {
    const nodes = new Set<string>();
    for (const { node, start } of readings.flatMap((reading) => reading.policies)) {
      if (node !== null) nodes.add(node);
      for (const reached of followUses(node, start, uses, known).nodes) nodes.add(reached);
    }
    return nodes;
  };

  return {
    ...known,
    declaredTwice: (address) => (declarations.get(address)?.length ?? 0) > 1,
    holdsPolicy: (node) => (held ??= nodesWithPolicies()).has(node),
    flow: (node, start) => {
      const flow = followUses(node, start, uses, known);
      const doubts = flow.attachment.principals.flatMap((principal) => namesakes(principal, principals, known));
      const open = [...new Set([...flow.attachment.open, ...doubts])];
      return { ...flow, attachment: { ...flow.attachment, open } };
    },
  };
}

type Uses = ReadonlyMap<string, readonly Use[]>;

function append<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}

function single<Value>(values: readonly Value[] | undefined): Value | null {
  return values?.length === 1 ? (values[0] ?? null) : null;
}

/** Inline policies of users and groups have the smallest quotas: of several holders the smallest counts. */
const BY_QUOTA: readonly Holder[] = ["user", "group", "managed", "role"];

function followUses(node: string | null, start: Use | null, uses: Uses, known: Declarations): Flow & { readonly nodes: ReadonlySet<string> } {
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
        const before = identities + otherPolicies;
        follow(destination.target);
        if (destination.holder === "managed" && identities + otherPolicies === before) {
          open(`nothing in this directory attaches ${destination.target}`);
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
    for (const use of uses.get(target) ?? []) arrive(use);
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

/**
 * Another principal of the directory whose name could be the one that a pattern stands for: findings of the one would be
 * taken for findings of the other.
 */
function namesakes(principal: PrincipalReference, declared: readonly Declaration[], known: Declarations): readonly string[] {
  const { name, kind, address } = principal;
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
