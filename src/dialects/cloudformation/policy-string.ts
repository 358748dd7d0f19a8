import type { ActionEntry, Statement } from "../../model/policy.js";
import { SyntaxProblem, type Span } from "../../model/text.js";
import { readJson, type HostChunk } from "../../syntax/json.js";
import type { YamlNode, YamlScalar } from "../../syntax/yaml-nodes.js";
import { resolved } from "../../syntax/yaml-values.js";
import { jsonValue } from "../terraform/policy-value.js";
import { documentStatements } from "../terraform/statements.js";
import { intrinsic } from "./intrinsics.js";
import type { PolicyBody } from "./policy-document.js";

const LOCKED = "the policy is text in a string";

/**
 * A policy that is JSON in a string, also one that `Fn::Sub` fills in. It is read, so that what is unused is said; it is not
 * edited, because YAML folds and unescapes what is written. Null for what is no such string, or no JSON.
 */
export function readPolicyString(node: YamlNode, text: string): Omit<PolicyBody, "when"> | "of another kind" | null {
  const scalar = stringOf(node);
  if (!scalar?.value.trimStart().startsWith("{")) return null;
  try {
    const value = jsonValue(readJson(chunksOf(scalar)), text, '"');
    const { statements, opaque, namesPrincipals } = documentStatements(value);
    if (namesPrincipals) return "of another kind";
    const place = placesIn(text, scalar.span);
    return { span: scalar.span, statements: statements.map((statement) => placed(statement, place)), opaque };
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    return null;
  }
}

/** The string itself, the argument of `Fn::Sub`, or the first of its two arguments. */
function stringOf(node: YamlNode): YamlScalar | null {
  const call = intrinsic(node);
  if (call !== null && call.name !== "Fn::Sub") return null;
  const value = call === null ? resolved(node) : call.argument;
  const text = call !== null && value?.type === "YamlSequence" ? value.items[0] : value;
  return text?.type === "YamlScalar" ? text : null;
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-sub.html */
function chunksOf({ value, span }: YamlScalar): readonly HostChunk[] {
  return value.split(/(\$\{[^}]*\})/u).map((part): HostChunk => ({ value: /^\$\{(?!!)/u.test(part) ? null : part, span, exact: false }));
}

/** Where a text stands, after the one asked before; the whole string where it cannot be found. */
function placesIn(source: string, span: Span): (value: string) => Span {
  let at = span.start;
  return (value) => {
    const start = source.indexOf(value, at);
    if (start === -1 || start + value.length > span.end) return span;
    at = start + value.length;
    return { start, end: at };
  };
}

function placed(statement: Statement, place: (value: string) => Span): Statement {
  const entry = (each: ActionEntry): ActionEntry => ({ ...each, span: place(each.value), locked: LOCKED });
  return { ...statement, actions: statement.actions.map(entry), notActions: statement.notActions.map(entry), element: null };
}
