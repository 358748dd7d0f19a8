import type { DocumentCase } from "../terraform-generator/documents.js";
import type { Random } from "../terraform-generator/random.js";
import type { Kind, World } from "../terraform-generator/world.js";

/** One stack of a template. */
export interface Stack {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  /** Does the source say that there is this stack? */
  readonly isShown: boolean;
}

/** How a principal is called in a stack, and whether the source tells it by this name from all others. */
export interface NameCase {
  readonly of: (stack: Stack) => string;
  readonly exact: boolean;
  /** CloudFormation makes it, so that the stack's name is in it. */
  readonly generated: boolean;
}

export interface PrincipalCase {
  readonly id: string;
  readonly kind: Kind;
  readonly name: NameCase;
}

export interface TemplateCase {
  readonly path: string;
  readonly stacks: readonly Stack[];
  readonly principals: readonly PrincipalCase[];
  readonly grants: readonly GrantCase[];
}

/** Whoever gets a document: principals of the template, and others that no source declares, by their ARN. */
export interface GrantCase {
  readonly document: DocumentCase;
  readonly to: readonly (PrincipalCase | OutsideCase)[];
}

export interface OutsideCase {
  readonly kind: Kind;
  readonly outside: string;
  /** Does the template say its name? */
  readonly isNamed: boolean;
  /** Is it made of what the template says, though not by CloudFormation itself? */
  readonly isMade?: true;
}

const LONGEST_NAME = 64;

/**
 * `<stack>-<logical id>-<tail>`, cut to 64 characters: stack and logical id get half each of what the tail leaves, and what a
 * short one leaves over goes to the other.
 */
export function generatedName(id: string, random: Random): NameCase {
  const tails = new Map<string, string>();
  return {
    exact: true,
    generated: true,
    of: ({ name, account }) => {
      const key = `${account} ${name}`;
      const tail = tails.get(key) ?? someTail(random);
      tails.set(key, tail);
      const room = LONGEST_NAME - tail.length - 2;
      if (name.length + id.length <= room) return `${name}-${id}-${tail}`;
      const half = Math.floor(room / 2);
      const forStack = Math.min(name.length, Math.max(half, room - id.length));
      const forId = Math.min(id.length, room - forStack);
      return `${name.slice(0, forStack)}-${id.slice(0, forId)}-${tail}`;
    },
  };
}

function someTail(random: Random): string {
  const isOld = random.chance(0.3);
  const characters = isOld ? "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  return Array.from({ length: isOld ? random.pick([12, 13]) : 12 }, () => random.pick(characters.split(""))).join("");
}

/** Deploys everything. */
export function deploy(templates: readonly TemplateCase[], random: Random): World {
  const world: World = { principals: new Map(), granted: new Map(), policies: new Map(), attached: new Set(), clash: false };
  for (const template of templates) {
    for (const stack of template.stacks) {
      for (const { kind, name } of template.principals) {
        const own = name.of(stack);
        const path = random.pick(["", "", "", "service/", "teams/orders/"]);
        const arn = `arn:aws:iam::${stack.account}:${kind}/${path}${own}`;
        const clashes = [...world.principals.values()].some((other) => other.account === stack.account && other.kind === kind && other.name === own);
        if (clashes || own.length > LONGEST_NAME) world.clash = true;
        const isOnlyOne = template.stacks.length === 1;
        const isShown = isOnlyOne || (name.generated && stack.isShown);
        world.principals.set(arn, { arn, kind, name: own, account: stack.account, exact: name.exact, external: false, ...(isShown ? {} : { unseen: true }) });
      }
    }
  }
  for (const { stacks, grants } of templates) {
    for (const stack of stacks) {
      for (const { document, to } of grants) {
        for (const holder of to) give(world, document, arnOf(world, holder, stack));
      }
    }
  }
  return world;
}

function arnOf(world: World, holder: PrincipalCase | OutsideCase, stack: Stack): string {
  const { kind } = holder;
  const name = "outside" in holder ? holder.outside : holder.name.of(stack);
  const known = [...world.principals.values()].find((each) => each.kind === kind && each.account === stack.account && each.name === name);
  if (known !== undefined) return known.arn;
  const arn = `arn:aws:iam::${stack.account}:${kind}/${name}`;
  world.principals.set(arn, { arn, kind, name, account: stack.account, exact: "outside" in holder && holder.isNamed, external: !("outside" in holder && holder.isMade === true) });
  return arn;
}

function give(world: World, document: DocumentCase, arn: string): void {
  world.granted.set(document.id, (world.granted.get(document.id) ?? new Set()).add(arn));
}
