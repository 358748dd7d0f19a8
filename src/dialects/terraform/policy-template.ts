import { SyntaxProblem, type Span } from "../../model/text.js";
import { parseHcl } from "../../syntax/hcl.js";
import type { HclTemplate } from "../../syntax/hcl-nodes.js";
import { readJson } from "../../syntax/json.js";
import { templateChunks } from "./policy-text.js";
import { jsonValue } from "./policy-value.js";
import { documentStatements, type Statements } from "./statements.js";

/** A template's text holds no such line. */
const MARKER = "END_OF_THE_POLICY_TEMPLATE";
const BEFORE = `t = <<${MARKER}\n`;

/** The policy in the text of a template file, and whether directives (`%{ if … }`) decide what is part of it. */
export interface PolicyTemplate extends Statements {
  readonly span: Span;
  readonly hasDirectives: boolean;
}

/**
 * Reads JSON with Terraform's template sequences: the syntax of a heredoc's text.
 * https://developer.hashicorp.com/terraform/language/functions/templatefile. Throws a `SyntaxProblem`.
 */
export function policyTemplate(text: string): PolicyTemplate {
  const template = templateOf(text);
  const chunks = templateChunks(template, `${BEFORE}${text}\n`).map((chunk) => ({ ...chunk, span: shifted(chunk.span, text) }));
  const root = readJson(chunks);
  const hasDirectives = template.parts.some((part) => part.type === "HclTemplateIf" || part.type === "HclTemplateFor");
  return { ...documentStatements(jsonValue(root, text, '"')), span: root.span, hasDirectives };
}

function templateOf(text: string): HclTemplate {
  try {
    const [item] = parseHcl(`${BEFORE}${text}\n${MARKER}\n`).body.items;
    if (item?.type === "HclAttribute" && item.value.type === "HclTemplate") return item.value;
    throw new SyntaxProblem("This is not a template.", 0);
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    throw new SyntaxProblem(error.message, Math.min(Math.max(error.offset - BEFORE.length, 0), text.length));
  }
}

function shifted({ start, end }: Span, text: string): Span {
  return { start: start - BEFORE.length, end: Math.min(end - BEFORE.length, text.length) };
}
