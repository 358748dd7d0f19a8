import type { YamlNode } from "../../syntax/yaml-nodes.js";
import { pairAt, resolved, textOf } from "../../syntax/yaml-values.js";
import { literalPattern } from "../../model/text.js";
import { choice, intrinsic, isNoValue, type Intrinsic } from "./intrinsics.js";

/** A part of a text: what is written, or what is only known at deployment. */
export type TextPart = { readonly written: string } | Unknown;

export interface Unknown {
  /** As people call it: the name of a parameter. */
  readonly variable: string;
  /** The source of a regular expression that whatever it stands for matches. */
  readonly regex: string;
  /** Does the template itself say that it differs from deployment to deployment? */
  readonly varies: boolean;
  /** All that it may stand for; null when the source does not list it. */
  readonly listed: readonly (readonly TextPart[])[] | null;
  /** What it stands for unless a deployment says otherwise, and in the deployments that are on record beside the template. */
  readonly usual: readonly string[];
}

/** What the names in a template stand for. */
export interface Scope {
  /** What `Ref`, or `${…}` in `Fn::Sub`, refers to. */
  readonly variable: (name: string) => readonly TextPart[];
  /** The values of a mapping under two keys, of which null is any; null when it does not say. */
  readonly mapping: (name: string, first: string | null, second: string | null) => readonly string[] | null;
  /** A text as it stands, in which other tools may have variables of their own. */
  readonly written: (text: string) => readonly TextPart[];
}

export function unknown(variable: string, more: Partial<Unknown> = {}): Unknown {
  return { variable, regex: ".+", varies: true, listed: null, usual: [], ...more };
}

/** What may be any of several texts. */
export function oneOf(variable: string, listed: readonly (readonly TextPart[])[], usual: readonly string[] = []): readonly TextPart[] {
  const [only, ...others] = listed;
  if (only !== undefined && others.length === 0) return only;
  return [unknown(variable, { regex: `(?:${listed.map(regexOf).join("|")})`, listed, usual })];
}

export function regexOf(parts: readonly TextPart[]): string {
  return parts.map((part) => ("written" in part ? literalPattern(part.written) : part.regex)).join("");
}

/** The parts of a text that is written, chosen, substituted or joined; null for any other value. */
export function textParts(node: YamlNode, scope: Scope): readonly TextPart[] | null {
  return readText(node, scope, 0);
}

const MOST_LEVELS = 20;

type Parts = readonly TextPart[] | null;

function readText(node: YamlNode, scope: Scope, level: number): Parts {
  const text = textOf(node);
  if (text !== null) return scope.written(text);
  const call = intrinsic(node);
  if (call === null || level > MOST_LEVELS) return null;
  const next = (inner: YamlNode): readonly TextPart[] => readText(inner, scope, level + 1) ?? [unknown("value")];
  switch (call.name) {
    case "Ref": {
      const name = textOf(call.argument);
      return name === null ? null : scope.variable(name);
    }
    case "Fn::Sub":
      return substituted(call, scope, next);
    case "Fn::Join":
      return joinedText(call, next);
    case "Fn::If": {
      const either = choice(node);
      if (either === null) return null;
      const branches = [either.whenTrue, either.whenFalse].filter((branch) => !isNoValue(branch));
      return branches.length === 0 ? null : oneOf(`if ${either.condition}`, branches.map(next));
    }
    case "Fn::FindInMap":
      return found(call, scope);
    case "Fn::Select":
      return selected(call, next);
    default:
      return null;
  }
}

function substituted({ argument }: Intrinsic, scope: Scope, next: (node: YamlNode) => readonly TextPart[]): Parts {
  const [template, own] = argument.type === "YamlSequence" ? argument.items : [argument];
  const text = template === undefined ? null : textOf(template);
  if (text === null) return null;
  const values = own === undefined ? null : resolved(own);
  const isMap = values?.type === "YamlMap" && values.tag === null;
  return pieces(text).flatMap((piece): readonly TextPart[] => {
    if ("text" in piece) return [{ written: piece.text }];
    // `${!Name}` is the text `${Name}`.
    if (piece.braced.startsWith("!")) return [{ written: `\${${piece.braced.slice(1)}}` }];
    const name = piece.braced.trim();
    const pair = isMap ? pairAt(values, name) : null;
    if (pair !== null) return next(pair.value);
    return own !== undefined && !isMap ? [unknown("value")] : scope.variable(name);
  });
}

/** Text, or what stands between `${` and its `}`. */
export type Piece = { readonly text: string } | { readonly braced: string };

/** The pieces of a text with variables, which may hold variables themselves: `${opt:stage, ${self:custom.stage}}`. */
export function pieces(text: string): readonly Piece[] {
  const found: Piece[] = [];
  let at = 0;
  for (let open = text.indexOf("${"); open !== -1; open = text.indexOf("${", at)) {
    const close = closingBrace(text, open + 1);
    if (close === -1) break;
    if (open > at) found.push({ text: text.slice(at, open) });
    found.push({ braced: text.slice(open + 2, close) });
    at = close + 1;
  }
  return at < text.length ? [...found, { text: text.slice(at) }] : found;
}

function closingBrace(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at += 1) {
    if (text[at] === "{") depth += 1;
    else if (text[at] === "}") depth -= 1;
    if (depth === 0) return at;
  }
  return -1;
}

function joinedText({ argument }: Intrinsic, next: (node: YamlNode) => readonly TextPart[]): Parts {
  if (argument.type !== "YamlSequence") return null;
  const [delimiterNode, valuesNode] = argument.items;
  const delimiter = delimiterNode?.type === "YamlScalar" && delimiterNode.tag === null ? delimiterNode.value : null;
  const values = valuesNode === undefined ? null : resolved(valuesNode);
  if (delimiter === null || values?.type !== "YamlSequence" || values.tag !== null) return null;
  return values.items.flatMap((item, index): readonly TextPart[] => [
    ...(index === 0 || delimiter === "" ? [] : [{ written: delimiter }]),
    ...next(item),
  ]);
}

function found({ argument }: Intrinsic, { mapping }: Scope): Parts {
  const [name, first, second] = argument.type === "YamlSequence" ? argument.items : [];
  if (name === undefined || first === undefined || second === undefined) return null;
  const map = textOf(name);
  const values = map === null ? null : mapping(map, textOf(first), textOf(second));
  return map === null || values === null ? null : oneOf(map, values.map((written) => [{ written }]));
}

function selected({ argument }: Intrinsic, next: (node: YamlNode) => readonly TextPart[]): Parts {
  const [at, values] = argument.type === "YamlSequence" ? argument.items : [];
  const index = at === undefined ? null : textOf(at);
  const list = values === undefined ? null : resolved(values);
  if (index === null || list?.type !== "YamlSequence" || list.tag !== null) return null;
  const item = /^\d+$/u.test(index) ? list.items[Number(index)] : undefined;
  return item === undefined ? null : next(item);
}
