import { slice, SyntaxProblem, type Span } from "../../model/text.js";
import type { HclExpression, HclTemplate, HclText } from "../../syntax/hcl-nodes.js";
import { readJson, type HostChunk } from "../../syntax/json.js";
import { literalText, unwrap } from "./expressions.js";
import { hclValue, jsonValue } from "./policy-value.js";
import { documentStatements, type Statements } from "./statements.js";

/** A policy document that is written out in an expression. */
export interface PolicyText extends Statements {
  readonly span: Span;
}

/**
 * The policy documents in the value of an attribute: `jsonencode({…})`, JSON in a heredoc or in a quoted string. A condition
 * may choose between several, and so may `try` and `coalesce`.
 */
export function policyTexts(expression: HclExpression, source: string): readonly PolicyText[] {
  const inner = unwrap(expression);
  switch (inner.type) {
    case "HclConditional":
      return [...policyTexts(inner.consequent, source), ...policyTexts(inner.alternate, source)];
    case "HclCall": {
      if (PICKS.has(inner.name)) return inner.arguments.flatMap((choice) => policyTexts(choice, source));
      const [argument] = inner.arguments;
      if (inner.name !== "jsonencode" || argument === undefined) return [];
      const value = hclValue(argument, source);
      if (value.kind === "several") return value.values.map((part) => ({ ...documentStatements(part), span: part.span }));
      return [{ ...documentStatements(value), span: argument.span }];
    }
    case "HclTemplate":
      return literalText(inner)?.trim() === "" || !looksLikeJson(inner) ? [] : [jsonText(inner, source)];
    default:
      return [];
  }
}

/** Functions that hand on one of their arguments as it is. */
const PICKS: ReadonlySet<string> = new Set(["coalesce", "nonsensitive", "sensitive", "tostring", "try"]);

/** What the value may also be, apart from the policy documents that are written out in it and from nothing at all. */
export function withoutText(expression: HclExpression, source: string): readonly HclExpression[] {
  const inner = unwrap(expression);
  if (inner.type === "HclNull") return [];
  if (inner.type === "HclConditional") return [inner.consequent, inner.alternate].flatMap((choice) => withoutText(choice, source));
  if (inner.type === "HclCall" && PICKS.has(inner.name)) return inner.arguments.flatMap((choice) => withoutText(choice, source));
  if (literalText(inner)?.trim() === "" || policyTexts(inner, source).length > 0) return [];
  return [inner];
}

function looksLikeJson({ parts: [first] }: HclTemplate): boolean {
  return first?.type === "HclText" && first.value.trimStart().startsWith("{");
}

function jsonText(template: HclTemplate, source: string): PolicyText {
  try {
    const root = readJson(templateChunks(template, source));
    const value = jsonValue(root, source, template.form === "heredoc" ? '"' : '\\"');
    return { ...documentStatements(value), span: root.span };
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    const opaque = [{ span: { start: error.offset, end: error.offset }, why: error.message.replace(/\.$/u, "") }];
    return { statements: [], opaque, namesPrincipals: false, span: template.span };
  }
}

/** The text of a template, with its places in the source; what is inserted is unknown. */
export function templateChunks({ parts, form }: HclTemplate, source: string): readonly HostChunk[] {
  return parts.flatMap((part) => (part.type === "HclText" ? textChunks(part, form, source) : unknownChunk(part.span)));
}

function unknownChunk(span: Span): HostChunk {
  return { value: null, span, exact: false };
}

const HEREDOC_TOKEN = /\$\$\{|%%\{|[^$%]+|[\s\S]/gu;
const QUOTED_TOKEN = /\\(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[\s\S])|\$\$\{|%%\{|[^\\$%]+|[\s\S]/gu;

const ESCAPED: ReadonlyMap<string, string> = new Map([
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);

/** Cuts a text at its escapes, so that all that lies between them keeps its place. */
function textChunks({ value, span }: HclText, form: HclTemplate["form"], source: string): readonly HostChunk[] {
  const raw = slice(source, span);
  if (raw === value) return [{ value, span, exact: true }];
  let start = span.start;
  const chunks = (raw.match(form === "heredoc" ? HEREDOC_TOKEN : QUOTED_TOKEN) ?? []).map((token): HostChunk => {
    const meaning = meaningOf(token, form);
    const chunk = { value: meaning, span: { start, end: start + token.length }, exact: meaning === token };
    start += token.length;
    return chunk;
  });
  return chunks.map((chunk) => chunk.value).join("") === value ? chunks : [{ value, span, exact: false }];
}

/** https://developer.hashicorp.com/terraform/language/expressions/strings#escape-sequences */
function meaningOf(token: string, form: HclTemplate["form"]): string {
  if (token === "$${" || token === "%%{") return token.slice(1);
  if (form === "heredoc" || !token.startsWith("\\") || token.length === 1) return token;
  const letter = token.charAt(1);
  if (letter === "u" || letter === "U") return String.fromCodePoint(Number.parseInt(token.slice(2), 16));
  return ESCAPED.get(letter) ?? letter;
}
