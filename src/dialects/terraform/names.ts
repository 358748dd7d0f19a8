import { LEAST_FIXED_CHARACTERS, type PrincipalName } from "../../model/principal.js";
import { literalPattern } from "../../model/text.js";
import type { HclExpression, HclTemplatePart } from "../../syntax/hcl-nodes.js";
import { mentionsVariable, partExpressions, shown } from "./expressions.js";
import { elementsOf } from "./instances.js";
import { numberOf, settle, textOf, usualValue, type Placed } from "./scope.js";

/**
 * A piece of a name: known text, or something that is only known at deployment, as its source shows it.
 *
 * - `varies`: it differs from instance to instance of the block that it stands in.
 * - `among`: all texts that it can be, when the source tells.
 * - `usual`: what it is unless a deployment sets a variable otherwise.
 */
export type NamePart =
  | { readonly kind: "known"; readonly text: string }
  | {
      readonly kind: "unknown";
      readonly shown: string;
      readonly varies: boolean;
      readonly among: readonly string[] | null;
      readonly usual: string | null;
    };

const MOST_LEVELS = 20;

/** The text that an expression gives, in pieces; neighbouring known pieces are joined. */
export function nameParts(expression: Placed): readonly NamePart[] {
  return joined(read(expression, 0));
}

function joined(parts: readonly NamePart[]): readonly NamePart[] {
  const result: NamePart[] = [];
  for (const part of parts) {
    const last = result.at(-1);
    if (part.kind === "known" && last?.kind === "known") result[result.length - 1] = known(last.text + part.text);
    else if (part.kind === "unknown" || part.text !== "") result.push(part);
  }
  return result;
}

function known(text: string): NamePart {
  return { kind: "known", text };
}

function unknown(shownAs: string, varies: boolean): Extract<NamePart, { kind: "unknown" }> {
  return { kind: "unknown", shown: shownAs, varies, among: null, usual: null };
}

/** The text of pieces that are all known. */
function textIn(parts: readonly NamePart[]): string | null {
  const texts = parts.map((part) => (part.kind === "known" ? part.text : null));
  return texts.includes(null) ? null : texts.join("");
}

function read(expression: Placed, level: number): readonly NamePart[] {
  const settled = settle(expression);
  const { value, source } = settled;
  const nothing = unknown(shown(source, value.span), variesByInstance(value));
  if (level > MOST_LEVELS) return [nothing];
  const next = (inner: HclExpression): readonly NamePart[] => read({ ...settled, value: inner }, level + 1);
  switch (value.type) {
    case "HclTemplate":
      return value.parts.flatMap((part) => templatePart(part, source, next));
    case "HclNumber":
      return [known(value.raw)];
    case "HclBoolean":
      return [known(String(value.value))];
    case "HclConditional": {
      const choices = [next(value.consequent), next(value.alternate)].map((parts) => textIn(joined(parts)));
      return [{ ...nothing, among: choices.every((choice) => choice !== null) ? choices : null }];
    }
    case "HclCall":
      return (value.expanded ? null : callParts(value.name, settled, value.arguments, next)) ?? [nothing];
    default: {
      const usual = usualValue(settled);
      return [{ ...nothing, usual: usual === null ? null : textOf(usual) }];
    }
  }
}

function variesByInstance(expression: HclExpression): boolean {
  return mentionsVariable(expression, "each") || mentionsVariable(expression, "count");
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
      return [unknown(shown(source, part.span), partExpressions(part).some(variesByInstance))];
  }
}

/** https://developer.hashicorp.com/terraform/language/functions (string functions) */
function callParts(name: string, call: Placed, args: readonly HclExpression[], next: Next): readonly NamePart[] | null {
  const [first, ...others] = args;
  if (first === undefined) return null;
  const textAt = (index: number): string | null => (args[index] === undefined ? null : textIn(joined(next(args[index]))));
  switch (name) {
    case "format": {
      const text = textAt(0);
      return text === null ? null : formatParts(text, others, next);
    }
    case "join": {
      const [separator, [list]] = [textAt(0), others];
      const items = list === undefined ? null : itemsOf({ ...call, value: list });
      if (separator === null || items === null || others.length !== 1) return null;
      return items.flatMap((item, index) => [...(index === 0 ? [] : [known(separator)]), ...read(item, 1)]);
    }
    case "lower":
      return mapped(next(first), (text) => text.toLowerCase());
    case "upper":
      return mapped(next(first), (text) => text.toUpperCase());
    case "trimspace":
    case "trimprefix":
    case "trimsuffix":
      return trimmed(name, textAt(0), textAt(1));
    case "replace":
      return replaced(next(first), textAt(1), textAt(2));
    case "substr":
      return substring(joined(next(first)), others.map((other) => numberOf({ ...call, value: other })));
    default:
      return null;
  }
}

/** The items of a list, without those that `compact` leaves out. */
function itemsOf(list: Placed): readonly Placed[] | null {
  const settled = settle(list);
  const { value } = settled;
  const [argument] = value.type === "HclCall" && value.name === "compact" ? value.arguments : [];
  if (argument !== undefined) {
    const items = itemsOf({ ...settled, value: argument });
    // Of an item that is not known, neither is whether it is left out with its separator.
    return items?.every((item) => textIn(nameParts(item)) !== null) === true ? items.filter((item) => textIn(nameParts(item)) !== "") : null;
  }
  return elementsOf(settled)?.map((element) => element.value) ?? null;
}

/** What is done to each character does not need to know them all. */
function mapped(parts: readonly NamePart[], change: (text: string) => string): readonly NamePart[] {
  return parts.map((part) =>
    part.kind === "known"
      ? known(change(part.text))
      : { ...part, among: part.among?.map(change) ?? null, usual: part.usual === null ? null : change(part.usual) },
  );
}

function trimmed(name: string, text: string | null, affix: string | null): readonly NamePart[] | null {
  if (text === null) return null;
  if (name === "trimspace") return [known(text.trim())];
  if (affix === null) return null;
  if (name === "trimprefix") return [known(text.startsWith(affix) ? text.slice(affix.length) : text)];
  return [known(text.endsWith(affix) ? text.slice(0, text.length - affix.length) : text)];
}

/** A search for one character finds it in each piece; a longer one might find it across pieces. */
function replaced(parts: readonly NamePart[], search: string | null, replacement: string | null): readonly NamePart[] | null {
  if (search === null || replacement === null || search === "" || /^\/.*\/$/u.test(search)) return null;
  const change = (text: string): string => text.replaceAll(search, () => replacement);
  const text = textIn(joined(parts));
  if (text !== null) return [known(change(text))];
  return search.length === 1 ? mapped(parts, change) : null;
}

/** The beginning of a text that is known as far as that. */
function substring(parts: readonly NamePart[], [offset, length]: readonly (number | null)[]): readonly NamePart[] | null {
  if (offset === undefined || offset === null || length === undefined || length === null || offset < 0) return null;
  const text = textIn(parts);
  if (text !== null) return [known(text.slice(offset, length < 0 ? undefined : offset + length))];
  const [first, ...rest] = parts;
  if (offset !== 0 || length < 0 || first?.kind !== "known") return null;
  if (first.text.length >= length) return [known(first.text.slice(0, length))];
  const [cut] = rest;
  return [first, unknown(cut?.kind === "unknown" ? `${cut.shown}…` : "…", rest.some((part) => part.kind === "unknown" && part.varies))];
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
    else parts.push(unknown(verb, values.some(variesByInstance)));
  }
  return [...parts, known(spec.slice(at))];
}

export interface FoundName {
  readonly name: PrincipalName;
  /** The variable whose default was taken for certain, because otherwise too little would be known. */
  readonly assuming: string | null;
}

/** As `principalName`; where too little is known, with the defaults of variables that a deployment may set otherwise. */
export function nameFrom(parts: readonly NamePart[], suffix = ""): FoundName | null {
  const name = principalName(parts, suffix);
  if (name !== null) return { name, assuming: null };
  const variable = parts.find((part) => part.kind === "unknown" && part.usual !== null);
  const assumed = principalName(joined(parts.map((part) => (part.kind === "unknown" && part.usual !== null ? known(part.usual) : part))), suffix);
  return assumed === null || variable?.kind !== "unknown" ? null : { name: assumed, assuming: variable.shown };
}

/**
 * The name that the pieces say. An unknown piece may be empty. Null when too few characters are known to tell the principal
 * from others.
 */
export function principalName(parts: readonly NamePart[], suffix = ""): PrincipalName | null {
  const id = parts.map((part) => (part.kind === "known" ? part.text : "")).join("");
  if (suffix === "" && parts.every((part) => part.kind === "known")) return id === "" ? null : { kind: "literal", name: id };
  const fixed = parts.reduce((sum, part) => sum + leastLength(part), 0);
  if (fixed < LEAST_FIXED_CHARACTERS) return null;
  const regex = parts.map(regexOf).join("");
  const display = parts.map((part) => (part.kind === "known" ? part.text : `<${part.shown.replace(/[<>]/gu, "")}>`)).join("");
  return {
    kind: "pattern",
    regex: `^${regex}${suffix}$`,
    fixed,
    shown: suffix === "" ? display : `${display}<suffix>`,
    id,
  };
}

function leastLength(part: NamePart): number {
  if (part.kind === "known") return part.text.length;
  return part.among === null ? 0 : Math.min(...part.among.map((text) => text.length));
}

function regexOf(part: NamePart): string {
  if (part.kind === "known") return literalPattern(part.text);
  return part.among === null ? ".*" : `(?:${part.among.map(literalPattern).join("|")})`;
}

/**
 * What the provider appends to `name_prefix`: a timestamp of 18 digits and a counter of 8 hexadecimal digits.
 * https://github.com/hashicorp/terraform-plugin-sdk/blob/main/helper/id/id.go
 */
export const GENERATED_SUFFIX = String.raw`\d{18}[0-9a-f]{8}`;

/** The name of a resource without one: `terraform-` and the same suffix. */
export const GENERATED_PREFIX = "terraform-";
