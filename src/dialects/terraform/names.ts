import { LEAST_FIXED_CHARACTERS, type PrincipalName } from "../../model/principal.js";
import type { HclExpression, HclTemplatePart } from "../../syntax/hcl-nodes.js";
import { literalText, mentionsVariable, partExpressions, shown, traversal, unwrap } from "./expressions.js";

/**
 * A piece of a name: known text, or something that is only known at deployment, as its source shows it. `varies`: it differs
 * from instance to instance of the block that it stands in.
 */
export type NamePart =
  | { readonly kind: "known"; readonly text: string }
  | { readonly kind: "unknown"; readonly shown: string; readonly varies: boolean };

/** An expression with the text of the file that it stands in. */
export interface Sourced {
  readonly value: HclExpression;
  readonly source: string;
}

/** What `each.key`, `each.value` and `count.index` stand for in one instance of a resource. */
export interface Instance {
  readonly key: string | null;
  readonly value: Sourced | null;
  readonly index: number | null;
}

export interface NameContext {
  /** The value of a local that is declared exactly once in the directory. */
  readonly local: (name: string) => Sourced | null;
  readonly instance: Instance | null;
}

const MOST_LEVELS = 20;

/** The text that an expression gives, in pieces; neighbouring known pieces are joined. */
export function nameParts(expression: Sourced, context: NameContext): readonly NamePart[] {
  const joined: NamePart[] = [];
  for (const part of read(expression, context, 0)) {
    const last = joined.at(-1);
    if (part.kind === "known" && last?.kind === "known") joined[joined.length - 1] = known(last.text + part.text);
    else if (part.kind === "unknown" || part.text !== "") joined.push(part);
  }
  return joined;
}

function known(text: string): NamePart {
  return { kind: "known", text };
}

function read({ value, source }: Sourced, context: NameContext, level: number): readonly NamePart[] {
  const inner = unwrap(value);
  const unknown: readonly NamePart[] = [{ kind: "unknown", shown: shown(source, inner.span), varies: variesByInstance(inner) }];
  if (level > MOST_LEVELS) return unknown;
  const next = (expression: HclExpression): readonly NamePart[] => read({ value: expression, source }, context, level + 1);
  const path = inner.type === "HclGetAttribute" ? traversal(inner) : null;
  if (path !== null) {
    const [root, name, ...rest] = path;
    if (root === "local" && name !== undefined && rest.length === 0) {
      const local = context.local(name);
      return local === null ? unknown : read(local, context, level + 1);
    }
    return instancePart(path, context, level) ?? unknown;
  }
  switch (inner.type) {
    case "HclTemplate":
      return inner.parts.flatMap((part) => templatePart(part, source, next));
    case "HclNumber":
      return [known(inner.raw)];
    case "HclCall":
      return callParts(inner.name, inner.expanded ? [] : inner.arguments, next) ?? unknown;
    default:
      return unknown;
  }
}

function variesByInstance(expression: HclExpression): boolean {
  return mentionsVariable(expression, "each") || mentionsVariable(expression, "count");
}

function instancePart([root, name, ...rest]: readonly string[], context: NameContext, level: number): readonly NamePart[] | null {
  const { instance } = context;
  if (instance === null) return null;
  if (root === "count" && name === "index" && instance.index !== null) return [known(String(instance.index))];
  if (root !== "each") return null;
  if (name === "key" && instance.key !== null) return [known(instance.key)];
  const value = name === "value" && instance.value !== null ? memberAt(instance.value, rest) : null;
  return value === null ? null : read(value, context, level + 1);
}

/** What stands in a written-out object under these keys; null when it does not say. */
function memberAt({ value, source }: Sourced, [name, ...rest]: readonly string[]): Sourced | null {
  const inner = unwrap(value);
  if (name === undefined) return { value: inner, source };
  if (inner.type !== "HclObject") return null;
  const member = inner.items.find(({ key }) => (key.type === "HclVariable" ? key.name : literalText(key)) === name);
  return member === undefined ? null : memberAt({ value: member.value, source }, rest);
}

type Next = (expression: HclExpression) => readonly NamePart[];

function templatePart(part: HclTemplatePart, source: string, next: Next): readonly NamePart[] {
  switch (part.type) {
    case "HclText":
      return [known(part.value)];
    case "HclInterpolation":
      return next(part.expression);
    case "HclTemplateIf":
    case "HclTemplateFor":
      return [{ kind: "unknown", shown: shown(source, part.span), varies: partExpressions(part).some(variesByInstance) }];
  }
}

function callParts(name: string, [first, ...others]: readonly HclExpression[], next: Next): readonly NamePart[] | null {
  const text = first === undefined ? null : literalText(first);
  if (name === "format" && text !== null) return formatParts(text, others, next);
  const [list] = others;
  if (name === "join" && text !== null && list?.type === "HclTuple" && others.length === 1) {
    return list.items.flatMap((item, index) => (index === 0 ? next(item) : [known(text), ...next(item)]));
  }
  return null;
}

const VERB = /%(?:%|[^a-zA-Z%]*[a-zA-Z])/gu;

/** https://developer.hashicorp.com/terraform/language/functions/format */
function formatParts(spec: string, values: readonly HclExpression[], next: Next): readonly NamePart[] {
  const parts: NamePart[] = [];
  let at = 0;
  let index = 0;
  for (const { 0: verb, index: start } of spec.matchAll(VERB)) {
    parts.push(known(spec.slice(at, start)));
    at = start + verb.length;
    if (verb === "%%") {
      parts.push(known("%"));
      continue;
    }
    const value = values[index];
    index += 1;
    if ((verb === "%s" || verb === "%v") && value !== undefined) parts.push(...next(value));
    else parts.push({ kind: "unknown", shown: verb, varies: values.some(variesByInstance) });
  }
  return [...parts, known(spec.slice(at))];
}

/**
 * The name that the pieces say. An unknown piece may be empty. Null when too few characters are known to tell the principal
 * from others.
 */
export function principalName(parts: readonly NamePart[], suffix = ""): PrincipalName | null {
  const texts = parts.flatMap((part) => (part.kind === "known" ? [part.text] : []));
  const id = texts.join("");
  if (suffix === "" && texts.length === parts.length) return id === "" ? null : { kind: "literal", name: id };
  if (id.length < LEAST_FIXED_CHARACTERS) return null;
  const regex = parts.map((part) => (part.kind === "known" ? part.text.replace(/[$()*+.?[\\\]^{|}]/gu, String.raw`\$&`) : ".*")).join("");
  const display = parts.map((part) => (part.kind === "known" ? part.text : `<${part.shown.replace(/[<>]/gu, "")}>`)).join("");
  return {
    kind: "pattern",
    regex: `^${regex}${suffix}$`,
    fixed: id.length,
    shown: suffix === "" ? display : `${display}<suffix>`,
    id,
  };
}

/**
 * What the provider appends to `name_prefix`: a timestamp of 18 digits and a counter of 8 hexadecimal digits.
 * https://github.com/hashicorp/terraform-plugin-sdk/blob/main/helper/id/id.go
 */
export const GENERATED_SUFFIX = String.raw`\d{18}[0-9a-f]{8}`;
