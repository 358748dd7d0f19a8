import type { HclExpression } from "../../syntax/hcl-nodes.js";
import { parseHcl } from "../../syntax/hcl.js";
import { SyntaxProblem } from "../../model/text.js";
import type { NamedValue } from "./module-blocks.js";

/** Files that only assign values to variables. */
export function isValuesFile(path: string): boolean {
  return /\.tfvars(?:\.json)?$/u.test(path);
}

/** The values that a `.tfvars` file, or its form in JSON, assigns to variables. Throws a `SyntaxProblem`. */
export function readAssignments(path: string, text: string): readonly NamedValue[] {
  if (path.endsWith(".json")) return jsonAssignments(text);
  return parseHcl(text).body.items.flatMap((item) => (item.type === "HclAttribute" ? [{ name: item.name, value: { value: item.value, source: text } }] : []));
}

function jsonAssignments(text: string): readonly NamedValue[] {
  let values: unknown;
  try {
    values = JSON.parse(text);
  } catch {
    throw new SyntaxProblem("This is no JSON.", 0);
  }
  if (typeof values !== "object" || values === null || Array.isArray(values)) throw new SyntaxProblem("Expected an object of variables and their values.", 0);
  return Object.entries(values).map(([name, value]: [string, unknown]) => ({ name, value: { value: expressionOf(value), source: text } }));
}

/** Values only: nothing is reported or edited in such a file, so that its places do not matter. */
function expressionOf(value: unknown): HclExpression {
  const span = { start: 0, end: 0 };
  if (typeof value === "string") return textExpression(value);
  if (typeof value === "number") return { type: "HclNumber", value, raw: String(value), span };
  if (typeof value === "boolean") return { type: "HclBoolean", value, span };
  if (Array.isArray(value)) return { type: "HclTuple", items: value.map(expressionOf), span };
  if (typeof value === "object" && value !== null) {
    const items = Object.entries(value).map(([key, member]: [string, unknown]) => {
      return { type: "HclObjectItem" as const, key: textExpression(key), separator: "=" as const, value: expressionOf(member), span };
    });
    return { type: "HclObject", items, span };
  }
  return { type: "HclNull", span };
}

/** A string without anything that is filled in. */
export function textExpression(value: string): HclExpression {
  const span = { start: 0, end: 0 };
  return { type: "HclTemplate", form: "quoted", parts: value === "" ? [] : [{ type: "HclText", value, span }], span };
}
