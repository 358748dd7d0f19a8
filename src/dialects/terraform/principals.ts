import type { Attachment, NameDoubt, PrincipalKind, PrincipalName, PrincipalReference } from "../../model/principal.js";
import type { HclExpression } from "../../syntax/hcl-nodes.js";
import { CARRIERS, literalText, shown, traversal, unwrap } from "./expressions.js";
import { instancesOf, type Declaration, type Instances } from "./instances.js";
import { GENERATED_PREFIX, GENERATED_SUFFIX, nameFrom, nameParts, type FoundName, type NamePart } from "./names.js";
import { assignmentDoubt, permissionSetRoles } from "./permission-sets.js";
import { instanceKey, scopeOf, settle, textOf, type Instance, type ModuleInstance, type Placed } from "./scope.js";

/** What a module declares, as far as principals need it. */
export interface Declarations {
  /** Null for what is not declared in a module's directory, or more than once. */
  readonly find: (module: ModuleInstance, address: string) => Declaration | null;
  /** The principals that a resource declares in one instance of its module, each asked once. */
  readonly declared: (declaration: Declaration, kind: PrincipalKind, module: ModuleInstance) => Declared;
}

/** The principals that a block declares. */
export interface Declared extends Attachment {
  /** By the key of each instance. */
  readonly byKey: ReadonlyMap<string, PrincipalReference>;
}

const NOBODY: Attachment = { principals: [], open: [] };

/** The principals that a resource such as `aws_iam_role` declares: one, or one for each of its instances. */
export function declaredPrincipals(declaration: Declaration, kind: PrincipalKind, module: ModuleInstance): Declared {
  const { attributes, source } = declaration;
  const address = module.prefix + declaration.address;
  // What a data source looks up, and what a module of the registry makes, has no record or generated name of its own here.
  const isResource = !/^data\.|\.module\./u.test(declaration.address);
  const name = attributes.get("name") ?? (isResource ? undefined : attributes.get(`${kind}_name`));
  const prefix = attributes.get("name_prefix");
  const { listed, instances } = instancesOf(declaration, module);
  const principals: PrincipalReference[] = [];
  const byKey = new Map<string, PrincipalReference>();
  const doubts: NameDoubt[] = [];
  const say = (clause: string, unnamed: NameDoubt["unnamed"] | null = null): number =>
    doubts.push({ address, clause, leaves: "suggestion", ...(unnamed === null ? {} : { unnamed }) });
  for (const instance of instances) {
    const { parts, suffix, doubt } = partsIn(instance);
    const found = nameFrom(parts, suffix);
    const again = found !== null && principals.some((other) => sameName(other.name, found.name));
    const unnamed = { kind, address, ...(isResource ? { declared: { in: module.root, address: address + shownKey(instance) } } : {}) };
    if (doubt !== null) say(`it is attached to ${address}, ${doubt}`, found === null ? unnamed : null);
    if (found === null) {
      if (doubt === null) say(`it is attached to ${address}, whose name the source does not give (${shownParts(parts)})`, unnamed);
    } else {
      const reference: PrincipalReference = { ...unnamed, name: found.name };
      principals.push(reference);
      const key = instance === null ? null : instanceKey(instance);
      if (key !== null) byKey.set(key, reference);
      for (const clause of assumption(found, address)) say(clause);
    }
    // Instances cannot have one name, but a prefix, or a name that differs in its unknown part, serves them all.
    if (suffix === "" && !parts.some((part) => part.kind === "unknown" && part.varies)) continue;
    if (!listed) say(`it is attached to every instance of ${address}, and the source does not list them`);
    else if (!module.listed) say(`it is attached in every instance of ${moduleOf(module)}, and the source does not list them`);
    else if (again) say(`it is attached to several instances of ${address}, and the source does not tell their names apart`);
  }
  const all = { ...together([{ principals, open: [], doubts }]), byKey };
  return declaration.type === "aws_ssoadmin_permission_set" ? rolesOf(all, address) : all;

  function partsIn(instance: Instance | null): { readonly parts: readonly NamePart[]; readonly suffix: string; readonly doubt: string | null } {
    const partsOf = (value: HclExpression): readonly NamePart[] => nameParts({ value, source, scope: scopeOf(module, instance) });
    const given = (value: HclExpression | undefined): HclExpression | null =>
      value === undefined || settle({ value, source, scope: scopeOf(module, instance) }).value.type === "HclNull" ? null : value;
    const [ownName, ownPrefix] = [given(name), given(prefix)];
    if (ownName !== null && ownPrefix !== null) return { parts: [], suffix: "", doubt: "whose name is either its name or made of its name_prefix" };
    if (ownName !== null) return { parts: partsOf(ownName), suffix: "", doubt: null };
    if (ownPrefix !== null) return { parts: partsOf(ownPrefix), suffix: GENERATED_SUFFIX, doubt: null };
    if (!isResource) return { parts: [], suffix: "", doubt: null };
    return { parts: [{ kind: "known", text: GENERATED_PREFIX }], suffix: GENERATED_SUFFIX, doubt: "whose name Terraform makes up" };
  }
}

function rolesOf({ principals, open, byKey, ...rest }: Declared, permissionSet: string): Declared {
  return {
    ...rest,
    principals: principals.map(permissionSetRoles),
    byKey: new Map([...byKey].map(([key, reference]) => [key, permissionSetRoles(reference)])),
    open: [...open, assignmentDoubt(permissionSet)],
  };
}

function moduleOf({ prefix }: ModuleInstance): string {
  return prefix.replace(/\.$/u, "");
}

/** `["blue"]`, `[0]`, or nothing. */
export function shownKey(instance: Instance | null): string {
  if (instance === null) return "";
  return instance.key === null ? `[${String(instance.index ?? 0)}]` : `[${JSON.stringify(instance.key)}]`;
}

function assumption({ assuming }: FoundName, address: string): readonly string[] {
  return assuming === null ? [] : [`the name of ${address} is taken from the default of ${assuming}, which a deployment may set otherwise`];
}

function sameName(a: PrincipalName, b: PrincipalName): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function shownParts(parts: readonly NamePart[]): string {
  const all = parts.map((part) => (part.kind === "known" ? part.text : part.shown)).join("");
  return all === "" ? '""' : all;
}

const RESOURCES: Readonly<Record<PrincipalKind, string>> = {
  role: "aws_iam_role",
  user: "aws_iam_user",
  group: "aws_iam_group",
};

/** Attributes by which a principal's resource stands for it. */
const NAMES: ReadonlySet<string | undefined> = new Set([undefined, "name", "id", "arn"]);

const MOST_LEVELS = 20;

/**
 * The principals that an expression such as `role = aws_iam_role.app.name` names. `holder` is the block that it stands in, in
 * one instance of its module; what cannot be told becomes a clause. Of several candidates all are taken: more principals means
 * less that none of them uses.
 */
export function principalsOf(
  expression: HclExpression,
  kind: PrincipalKind,
  holder: Declaration,
  module: ModuleInstance,
  declarations: Declarations,
): Attachment {
  const instances = instancesOf(holder, module);
  const named: PrincipalName[] = [];
  const found = instances.instances.map((instance) =>
    read({ value: expression, source: holder.source, scope: scopeOf(module, instance) }, 0),
  );
  return together(found);

  function read(placed: Placed, level: number): Attachment {
    const settled = settle(placed);
    const { value, source } = settled;
    const unknown: Attachment = {
      principals: [],
      open: [`it is also attached to a ${kind} that the source does not name ("${shown(source, value.span)}")`],
    };
    if (level > MOST_LEVELS) return unknown;
    const next = (part: HclExpression): Attachment => read({ ...settled, value: part }, level + 1);

    if (traversal(value) !== null) return reference(settled, level) ?? byName(settled) ?? unknown;
    switch (value.type) {
      case "HclNull":
        return NOBODY;
      case "HclTemplate":
        return literalText(value) === "" ? NOBODY : (byName(settled) ?? unknown);
      case "HclConditional":
        return together([next(value.consequent), next(value.alternate)]);
      case "HclTuple":
        return together(value.items.map(next));
      case "HclObject":
        return together(value.items.map((item) => next(item.value)));
      case "HclForTuple":
        return traversal(value.result)?.[0] === value.value ? next(value.collection) : unknown;
      case "HclGetAttribute":
      case "HclIndex":
      case "HclSplat":
        return next(value.object);
      case "HclCall":
        if (value.name === "join") {
          const [separator, list] = value.arguments;
          if (separator !== undefined && literalText(separator) === "" && list !== undefined && list.type !== "HclTuple") return next(list);
        }
        if (!CARRIERS.has(value.name) || value.name === "join" || value.name === "lookup") return byName(settled) ?? unknown;
        return together((value.name === "element" ? value.arguments.slice(0, 1) : value.arguments).map(next));
      default:
        return unknown;
    }
  }

  /** The attachment's resource stands for the principal, by a name that is put together there. */
  function byName(placed: Placed): Attachment | null {
    const parts = nameParts(placed);
    const name = nameFrom(parts);
    if (name === null) return null;
    const address = name.name.kind === "literal" ? `${kind} "${name.name.name}"` : module.prefix + holder.address;
    const again = named.some((other) => sameName(other, name.name));
    named.push(name.name);
    const open = [...assumption(name, address)];
    if (parts.some((part) => part.kind === "unknown" && part.varies)) open.push(...notToldApart(instances, again));
    return { principals: [{ kind, address, name: name.name }], open };
  }

  function notToldApart({ listed }: Instances, again: boolean): readonly string[] {
    if (!listed) return [`it is attached by every instance of ${holder.address}, and the source does not list them`];
    if (!module.listed) return [`it is attached in every instance of ${moduleOf(module)}, and the source does not list them`];
    return again ? [`it is attached by several instances of ${holder.address}, and the source does not tell the names apart`] : [];
  }

  function reference(placed: Placed, level: number): Attachment | null {
    const path = traversal(placed.value) ?? [];
    const [root, first, second, third] = path;
    if (first === undefined) return null;
    const { scope } = placed;
    if (root === RESOURCES[kind] && NAMES.has(second)) return declared(placed, `${root}.${first}`);
    if (root === "aws_ssoadmin_permission_set" && kind === "role" && NAMES.has(second)) return declared(placed, `${root}.${first}`);
    if (root === "data" && first === RESOURCES[kind] && second !== undefined && (NAMES.has(third) || third === `${kind}_name`)) {
      return declared(placed, `data.${first}.${second}`);
    }
    if (root === "module") return outputs(placed, first, second, level);
    return root === "each" && scope.each === null ? element(first, placed, level) : null;
  }

  /** What one output is in all instances of a module. */
  function outputs({ scope }: Placed, name: string, output: string | undefined, level: number): Attachment | null {
    const called = scope.module.called(name);
    if (called === null || output === undefined) return null;
    const values = called.instances.map(({ module: inner }) => {
      const value = inner.values.output(output);
      return value === null ? null : read({ ...value, scope: scopeOf(inner) }, level + 1);
    });
    return values.includes(null) ? null : together(values.filter((value) => value !== null));
  }

  /** `each.key` or `each.value` of a collection that is not written out: whatever it is made of. */
  function element(which: string, placed: Placed, level: number): Attachment | null {
    const value = holder.attributes.get("for_each");
    if (value === undefined || placed.scope.module !== module) return null;
    const collection = settle({ value, source: holder.source, scope: scopeOf(module) });
    const [root, name, ...more] = traversal(collection.value) ?? [];
    if (root === "module" && name !== undefined && more.length === 0 && which === "value") {
      return outputs(collection, name, traversal(placed.value)?.[2], level);
    }
    const inner = unwrap(collection.value);
    const isSet = inner.type === "HclCall" && inner.name === "toset";
    return which === "value" || isSet ? read(collection, level + 1) : null;
  }

  function declared({ value, source, scope }: Placed, address: string): Attachment | null {
    const declaration = declarations.find(scope.module, address);
    if (declaration === null) return null;
    const found = declarations.declared(declaration, kind, scope.module);
    const key = keyIn(value);
    const only = key === null ? undefined : found.byKey.get(textOf({ value: key, source, scope }) ?? "");
    return only === undefined || (found.doubts ?? []).length > 0 ? found : { principals: [only], open: [] };
  }
}

/** The key in a reference to one instance of a resource: `aws_iam_role.app["blue"].name`. */
function keyIn(expression: HclExpression): HclExpression | null {
  if (expression.type === "HclGetAttribute") return keyIn(expression.object);
  return expression.type === "HclIndex" && expression.object.type === "HclGetAttribute" ? expression.key : null;
}

export function together(attachments: readonly Attachment[]): Attachment {
  const doubts = attachments.flatMap((attachment) => attachment.doubts ?? []);
  return {
    principals: distinct(attachments.flatMap((attachment) => attachment.principals), principalKey),
    open: [...new Set(attachments.flatMap((attachment) => attachment.open))],
    ...(doubts.length === 0 ? {} : { doubts: distinct(doubts, (doubt) => JSON.stringify(doubt)) }),
  };
}

function distinct<Each>(all: readonly Each[], key: (each: Each) => string): readonly Each[] {
  return [...new Map(all.map((each) => [key(each), each])).values()];
}

export function principalKey({ kind, address, name, declared }: PrincipalReference): string {
  return JSON.stringify([kind, address, name, declared]);
}
