/**
 * What is deployed in the end: principals by ARN, and who gets the statements of which document. Expressions of the generated
 * sources are evaluated by functions that are made together with their text; nothing of the plugin takes part.
 */
export type Kind = "role" | "user";

/** The text of a policy, and the ARN of a policy that was made of it, hold the numbers of their documents: `doc<3>`. */
export type Value = string | readonly Value[] | { readonly [key: string]: Value };

/** An expression of the source, and what it gives where it stands. */
export interface Expr {
  readonly text: string;
  readonly value: (env: Env) => Value;
}

/** One instance of a block in one deployed instance of its module. */
export interface Env {
  readonly inst: Inst;
  readonly key: string;
  readonly element: Value;
}

/** A deployed instance of a module. */
export interface Inst {
  /** Tells it from all others. */
  readonly id: string;
  readonly module: Module;
  readonly account: string;
  readonly vars: Readonly<Record<string, Value>>;
  readonly child: (call: string, key: string) => Inst;
}

/** How often a block is there. */
export interface Repeat {
  /** `count = 2`, `for_each = …`, or nothing. */
  readonly line: string;
  readonly kind: "none" | "count" | "each";
  readonly elements: readonly { readonly key: string; readonly element: Value }[];
}

export const ONCE: Repeat = { line: "", kind: "none", elements: [{ key: "", element: "" }] };

export interface Call {
  readonly name: string;
  readonly module: Module;
  readonly repeat: Repeat;
  readonly inputs: ReadonlyMap<string, Expr>;
}

export interface Module {
  /** Relative to the project. */
  readonly dir: string;
  readonly calls: Call[];
  readonly principals: PrincipalBlock[];
  /** What its blocks do when they are deployed, besides making principals. */
  readonly effects: ((inst: Inst, world: World) => void)[];
  readonly outputs: Map<string, Expr>;
}

export interface PrincipalBlock {
  readonly kind: Kind;
  readonly label: string;
  readonly repeat: Repeat;
  readonly name: Expr;
  /** Lines in its body. */
  readonly lines: string[];
}

export interface Principal {
  readonly arn: string;
  readonly kind: Kind;
  readonly name: string;
  readonly account: string;
  readonly exact: boolean;
  /** Nothing in the source makes it. */
  readonly external: boolean;
  /** The source makes it, but does not show that there is one more of it: only a finding can tell. */
  readonly unseen?: true;
}

export interface World {
  readonly principals: Map<string, Principal>;
  /** By document. */
  readonly granted: Map<number, Set<string>>;
  /** Managed policies, by what stands in their ARN, with their text; and those that something attaches. */
  readonly policies: Map<string, Value>;
  readonly attached: Set<string>;
  /** Two resources of one account have one name: AWS would refuse. */
  clash: boolean;
}

/** Stands in every text that the source does not say. */
export const UNSAID = "\uE010";

export function text(value: Value): string {
  if (typeof value !== "string") throw new Error(`not a text: ${JSON.stringify(value)}`);
  return value;
}

export function envsOf(repeat: Repeat, inst: Inst): readonly Env[] {
  return repeat.elements.map(({ key, element }) => ({ inst, key, element }));
}

function principalOf({ account }: Inst, kind: Kind, given: string, external: boolean): Principal {
  const name = given.replaceAll(UNSAID, "");
  return { arn: `arn:aws:iam::${account}:${kind}/${name}`, kind, name, account, exact: name === given, external };
}

/** Grants whatever documents `policy` holds to a principal, which need not be of this source. */
export function grant(world: World, inst: Inst, kind: Kind, name: string, policy: Value): void {
  const principal = principalOf(inst, kind, name, true);
  const { arn } = principal;
  if (!world.principals.has(arn)) world.principals.set(arn, principal);
  for (const id of documentsIn(policy)) {
    const to = world.granted.get(id) ?? new Set();
    world.granted.set(id, to.add(arn));
  }
  for (const [token] of JSON.stringify(policy).matchAll(/policy<[^>]*>/gu)) world.attached.add(token);
}

export function documentsIn(policy: Value): readonly number[] {
  return [...JSON.stringify(policy).matchAll(/doc<(\d+)>/gu)].map(([, id = ""]) => Number(id));
}

export interface Deployment {
  readonly root: Module;
  readonly account: string;
  readonly vars: Readonly<Record<string, Value>>;
}

/** Deploys everything: principals first, then who gets what. */
export function deploy(deployments: readonly Deployment[]): World {
  const world: World = { principals: new Map(), granted: new Map(), policies: new Map(), attached: new Set(), clash: false };
  const instances = deployments.flatMap(({ root, account, vars }) => withChildren(instanceOf(root, account, vars, `${root.dir} ${account} ${Object.values(vars).map(text).join(" ")}`)));
  for (const inst of instances) {
    for (const block of inst.module.principals) {
      for (const env of envsOf(block.repeat, inst)) {
        const principal = principalOf(inst, block.kind, text(block.name.value(env)), false);
        if (world.principals.has(principal.arn)) world.clash = true;
        world.principals.set(principal.arn, principal);
      }
    }
  }
  for (const inst of instances) for (const effect of inst.module.effects) effect(inst, world);
  return world;
}

function instanceOf(module: Module, account: string, vars: Readonly<Record<string, Value>>, id: string): Inst {
  const children = new Map<string, Inst>();
  const inst: Inst = {
    id,
    module,
    account,
    vars,
    child(name, key) {
      const known = children.get(`${name} ${key}`);
      if (known !== undefined) return known;
      const call = module.calls.find((each) => each.name === name);
      const env = call === undefined ? undefined : envsOf(call.repeat, inst).find((each) => each.key === key);
      if (call === undefined || env === undefined) throw new Error(`no module.${name}[${key}] in ${module.dir}`);
      const given: Record<string, Value> = {};
      // Inputs may refer to outputs of other children: they are evaluated when they are asked for.
      for (const [input, expr] of call.inputs) Object.defineProperty(given, input, { enumerable: true, get: () => expr.value(env) });
      const made = instanceOf(call.module, account, given, `${id}/${name}[${key}]`);
      children.set(`${name} ${key}`, made);
      return made;
    },
  };
  return inst;
}

function withChildren(inst: Inst): readonly Inst[] {
  return [inst, ...inst.module.calls.flatMap((call) => envsOf(call.repeat, inst).flatMap(({ key }) => withChildren(inst.child(call.name, key))))];
}
