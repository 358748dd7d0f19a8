import type { Attachment, PrincipalKind, PrincipalName, PrincipalReference } from "../../model/principal.js";
import type { HclExpression } from "../../syntax/hcl-nodes.js";
import { CARRIERS, literalText, shown, traversal, unwrap } from "./expressions.js";
import { elementsOf, instancesOf, memberOf, type Declaration, type Locals } from "./instances.js";
import { GENERATED_SUFFIX, nameParts, principalName, type NamePart, type Sourced } from "./names.js";
import { permissionSetRoles } from "./permission-sets.js";

/** What a directory declares, as far as principals need it. */
export interface Declarations {
  /** Null for what is not declared in the directory, or more than once. */
  readonly find: (address: string) => Declaration | null;
  readonly local: Locals;
  /** The principals that a resource declares, each resource asked once. */
  readonly declared: (declaration: Declaration, kind: PrincipalKind) => Attachment;
}

const NOBODY: Attachment = { principals: [], open: [] };

/** The principals that a resource such as `aws_iam_role` declares: one, or one for each of its instances. */
export function declaredPrincipals(declaration: Declaration, kind: PrincipalKind, local: Locals): Attachment {
  const { address, attributes, source } = declaration;
  const name = attributes.get("name") ?? (address.startsWith("data.") ? attributes.get(`${kind}_name`) : undefined);
  const prefix = attributes.get("name_prefix");
  if (name !== undefined && declaration.type === "aws_ssoadmin_permission_set") return permissionSetRoles(named({ value: name, source }, ""), address);
  if (name !== undefined && prefix === undefined) return named({ value: name, source }, "");
  if (prefix !== undefined && name === undefined) return named({ value: prefix, source }, GENERATED_SUFFIX);
  const why = name === undefined ? "whose name Terraform makes up" : "whose name is either its name or made of its name_prefix";
  return { principals: [], open: [`it is attached to ${address}, ${why}`] };

  function named(expression: Sourced, suffix: string): Attachment {
    const { listed, instances } = instancesOf(declaration, local);
    const principals: PrincipalReference[] = [];
    const open: string[] = [];
    for (const instance of instances) {
      const parts = nameParts(expression, { local, instance });
      const found = principalName(parts, suffix);
      const again = found !== null && principals.some((other) => sameName(other.name, found));
      if (found === null) open.push(`it is attached to ${address}, whose name the source does not give (${shownParts(parts)})`);
      else principals.push({ kind, address, name: found });
      // Instances cannot have one name, but a prefix, or a name that differs in its unknown part, serves them all.
      if (suffix === "" && !parts.some((part) => part.kind === "unknown" && part.varies)) continue;
      if (!listed) open.push(`it is attached to every instance of ${address}, and the source does not list them`);
      else if (again) open.push(`it is attached to several instances of ${address}, and the source does not tell their names apart`);
    }
    return { principals: distinct(principals), open: [...new Set(open)] };
  }
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
 * The principals that an expression such as `role = aws_iam_role.app.name` names. `holder` is the block that it stands in;
 * what cannot be told becomes a clause. Of several candidates all are taken: more principals means less that none of them uses.
 */
export function principalsOf(expression: HclExpression, kind: PrincipalKind, holder: Declaration, declarations: Declarations): Attachment {
  return read({ value: expression, source: holder.source }, 0);

  function read({ value, source }: Sourced, level: number): Attachment {
    const inner = unwrap(value);
    const unknown: Attachment = {
      principals: [],
      open: [`it is also attached to a ${kind} that the source does not name ("${shown(source, inner.span)}")`],
    };
    if (level > MOST_LEVELS) return unknown;
    const next = (part: HclExpression): Attachment => read({ value: part, source }, level + 1);

    const path = traversal(inner);
    if (path !== null) return reference(path, level) ?? unknown;
    switch (inner.type) {
      case "HclNull":
        return NOBODY;
      case "HclTemplate":
        return literalText(inner) === "" ? NOBODY : (byName({ value: inner, source }) ?? unknown);
      case "HclConditional":
        return together([next(inner.consequent), next(inner.alternate)]);
      case "HclTuple":
        return together(inner.items.map(next));
      case "HclObject":
        return together(inner.items.map((item) => next(item.value)));
      case "HclForTuple":
        return traversal(inner.result)?.[0] === inner.value ? next(inner.collection) : unknown;
      case "HclGetAttribute":
      case "HclIndex":
      case "HclSplat":
        return next(inner.object);
      case "HclCall":
        if (inner.name === "join" || inner.name === "format") {
          const [separator, list] = inner.arguments;
          const joins = inner.name === "join" && separator !== undefined && literalText(separator) === "";
          if (joins && list !== undefined && list.type !== "HclTuple") return next(list);
          return byName({ value: inner, source }) ?? unknown;
        }
        if (inner.name === "lookup" || !CARRIERS.has(inner.name)) return unknown;
        return together((inner.name === "element" ? inner.arguments.slice(0, 1) : inner.arguments).map(next));
      default:
        return unknown;
    }
  }

  function byName(name: Sourced): Attachment | null {
    const { listed, instances } = instancesOf(holder, declarations.local);
    const principals: PrincipalReference[] = [];
    const open: string[] = [];
    for (const instance of instances) {
      const parts = nameParts(name, { local: declarations.local, instance });
      const found = principalName(parts);
      if (found === null) return null;
      const again = principals.some((other) => sameName(other.name, found));
      principals.push({ kind, address: found.kind === "literal" ? `${kind} "${found.name}"` : holder.address, name: found });
      if (!parts.some((part) => part.kind === "unknown" && part.varies)) continue;
      if (!listed) open.push(`it is attached by every instance of ${holder.address}, and the source does not list them`);
      else if (again) open.push(`it is attached by several instances of ${holder.address}, and the source does not tell the names apart`);
    }
    return { principals: distinct(principals), open: [...new Set(open)] };
  }

  function reference(path: readonly string[], level: number): Attachment | null {
    const [root, first, second, third] = path;
    if (first === undefined) return null;
    if (root === RESOURCES[kind] && NAMES.has(second)) return declared(`${root}.${first}`);
    if (root === "aws_ssoadmin_permission_set" && kind === "role" && NAMES.has(second)) return declared(`${root}.${first}`);
    if (root === "data" && first === RESOURCES[kind] && second !== undefined && (NAMES.has(third) || third === `${kind}_name`)) {
      return declared(`data.${first}.${second}`);
    }
    if (root === "local") {
      const local = declarations.local(first);
      return local === null ? null : read(memberOf(local, path.slice(2)), level + 1);
    }
    return root === "each" ? element(first, path.slice(2), level) : null;
  }

  /** `each.key` or `each.value`. */
  function element(which: string, rest: readonly string[], level: number): Attachment | null {
    const value = holder.attributes.get("for_each");
    if (value === undefined) return null;
    const collection: Sourced = { value, source: holder.source };
    const elements = elementsOf(collection, declarations.local);
    if (elements !== null) {
      return together(
        elements.map(({ key, value: found }) =>
          which === "key" && key !== null ? literal(key) : read(memberOf(found, rest), level + 1),
        ),
      );
    }
    const inner = unwrap(value);
    const isSet = inner.type === "HclCall" && inner.name === "toset";
    return which === "value" || isSet ? read(collection, level + 1) : null;
  }

  function literal(name: string): Attachment {
    return { principals: [{ kind, address: `${kind} "${name}"`, name: { kind: "literal", name } }], open: [] };
  }

  function declared(address: string): Attachment | null {
    const declaration = declarations.find(address);
    return declaration === null ? null : declarations.declared(declaration, kind);
  }
}

export function together(attachments: readonly Attachment[]): Attachment {
  return {
    principals: distinct(attachments.flatMap((attachment) => attachment.principals)),
    open: [...new Set(attachments.flatMap((attachment) => attachment.open))],
  };
}

function distinct(principals: readonly PrincipalReference[]): readonly PrincipalReference[] {
  return [...new Map(principals.map((principal) => [principalKey(principal), principal])).values()];
}

export function principalKey({ kind, address, name }: PrincipalReference): string {
  return JSON.stringify([kind, address, name]);
}
