import { CDK_GRANTS } from "../../data/cdk-grants.js";

/** An action (or pattern), and the number of a resource of its class that it is allowed on. */
export interface GrantedAction {
  readonly action: string;
  readonly on: string;
}

/** All that one call of a method allows the grantee. */
export type GrantSet = readonly GrantedAction[];

export interface GrantMethod {
  /** `grantRead`; of a facade `grants.read`. */
  readonly name: string;
  /** `grantee` is the one that is granted to; those that may be left out end in `?`. */
  readonly parameters: readonly string[];
  /** Several where feature flags of the CDK decide: any of them may apply. */
  readonly plain: readonly GrantSet[];
  /** The same for a construct that is encrypted with a key; null when that makes no difference. */
  readonly keyed: readonly GrantSet[] | null;
}

/** A class of constructs, or an interface that stands for one, with its grant methods. */
export interface GrantClass {
  readonly name: string;
  /** The properties that may give it an encryption key. */
  readonly keys: readonly string[];
  readonly methods: ReadonlyMap<string, GrantMethod>;
}

interface Table {
  /** Of aws-cdk-lib. */
  readonly version: string;
  readonly classes: ReadonlyMap<string, GrantClass>;
  /** `aws-s3.BucketGrants.fromBucket` → the class and the property that gives the same. */
  readonly facades: ReadonlyMap<string, Facade>;
  /** `aws-rds.DatabaseInstance.secret` → the class or interface of the attribute. */
  readonly attributes: ReadonlyMap<string, string>;
}

export interface Facade {
  readonly type: string;
  readonly property: string;
}

let table: Table | undefined;

/** The format is described at CDK_GRANTS. */
function grantTable(): Table {
  return (table ??= readTable(CDK_GRANTS.trim().split("\n").map((line) => line.split(" "))));
}

function readTable(lines: readonly (readonly string[])[]): Table {
  let version = "";
  const sets = new Map<string, GrantSet>();
  const classes = new Map<string, GrantClass>();
  const facades = new Map<string, Facade>();
  const attributes = new Map<string, string>();
  let methods = new Map<string, GrantMethod>();
  const setsOf = (numbers: string): readonly GrantSet[] => numbers.split("+").map((number) => sets.get(number) ?? []);
  for (const [kind = "", name = "", ...rest] of lines) {
    const [first = "", second = "", third] = rest;
    switch (kind) {
      case "version":
        version = name;
        break;
      case "set":
        sets.set(name, rest.flatMap(readGroup));
        break;
      case "class":
        methods = new Map();
        classes.set(name, { name, keys: rest, methods });
        break;
      case "alike":
        classes.set(name, { ...classOf(classes, first), name });
        break;
      case "interface": {
        const { keys, methods: all } = classOf(classes, first);
        classes.set(name, { name, keys, methods: new Map([...all].filter(([method]) => rest.includes(method))) });
        break;
      }
      case "facade":
        facades.set(name, { type: first, property: second });
        break;
      case "properties":
        for (const each of rest) attributes.set(`${name}.${each.slice(0, each.indexOf(":"))}`, each.slice(each.indexOf(":") + 1));
        break;
      default: {
        // A method of the class above: its parameters, its sets, and those with a key behind a slash.
        const keyed = second === "/" && third !== undefined ? setsOf(third) : null;
        methods.set(kind, { name: kind, parameters: name.slice(1, -1).split(","), plain: setsOf(first), keyed });
      }
    }
  }
  return { version, classes, facades, attributes };
}

function classOf(classes: ReadonlyMap<string, GrantClass>, name: string): GrantClass {
  return classes.get(name) ?? { name, keys: [], methods: new Map() };
}

/** `s3:GetObject*,List*@0,1`; `-` for nothing. */
function readGroup(group: string): GrantSet {
  const [actions = "", resources = ""] = group.split("@");
  const colon = actions.indexOf(":");
  if (colon === -1) return [];
  const names = actions.slice(colon + 1).split(",").map((each) => `${actions.slice(0, colon)}:${each}`);
  return resources.split(",").flatMap((on) => names.map((action) => ({ action, on })));
}

/** The version of aws-cdk-lib that the table was measured in. */
export function tableVersion(): string {
  return grantTable().version;
}

/** By its name as sources import it: `aws-s3.Bucket`, `aws-s3.IBucket`. */
export function grantClass(name: string): GrantClass | null {
  return grantTable().classes.get(name) ?? null;
}

/** The class that an interface stands for, or itself. */
export function classBehind({ name }: GrantClass): GrantClass | null {
  return grantClass(name.replace(/\.I(?=[A-Z])/u, "."));
}

/** The interface that stands for a class, where there is one: what it surely has, whoever hands it on. */
export function interfaceOf(type: GrantClass): GrantClass {
  return grantClass(type.name.replace(/\.(?=\w+$)/u, ".I")) ?? type;
}

export function facadeOf(name: string): Facade | null {
  return grantTable().facades.get(name) ?? null;
}

export function attributeType(owner: string, attribute: string): string | null {
  return grantTable().attributes.get(`${owner}.${attribute}`) ?? null;
}

const everywhere = new Map<string, readonly GrantMethod[]>();

/** The methods of this name, of all classes. */
export function methodsNamed(name: string): readonly GrantMethod[] {
  const known = everywhere.get(name) ?? [...grantTable().classes.values()].flatMap(({ methods }) => methods.get(name) ?? []);
  everywhere.set(name, known);
  return known;
}

let facadeMethods: ReadonlySet<string> | undefined;

/** Is it the last part of a facade's method: `read` of `grants.read`? */
export function isFacadeMethod(name: string): boolean {
  facadeMethods ??= new Set([...grantTable().classes.values()].flatMap(({ methods }) => [...methods.keys()].flatMap((each) => (each.includes(".") ? [each.slice(each.indexOf(".") + 1)] : []))));
  return facadeMethods.has(name);
}

export function actionsOf(sets: readonly GrantSet[]): readonly string[] {
  return [...new Set(sets.flatMap((set) => set.map(({ action }) => action)))];
}
