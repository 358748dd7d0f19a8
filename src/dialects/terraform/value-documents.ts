import type { Opaque, Statement } from "../../model/policy.js";
import type { Span } from "../../model/text.js";
import type { HclExpression } from "../../syntax/hcl-nodes.js";
import { literalText, unwrap } from "./expressions.js";
import { hclValue, type PolicyValue } from "./policy-value.js";
import { documentStatements, entriesOf, membersCalled, statementsOf } from "./statements.js";

/** What a value is a part of: a whole policy, statements, or the actions of one. */
export type ValueShape = "policy" | "statement" | "statements" | "actions";

/** A policy, or a part of one, that a local or the default of a variable holds as a value. */
export interface ValueDocument {
  /** `read`, `actions.read`. */
  readonly path: readonly string[];
  readonly shape: ValueShape;
  readonly span: Span;
  readonly statements: readonly Statement[];
  readonly opaque: readonly Opaque[];
}

/** The documents in a value; an object that is none itself is searched for some. */
export function valueDocuments(expression: HclExpression, path: readonly string[], source: string): readonly ValueDocument[] {
  const value = hclValue(expression, source);
  const shape = shapeOf(value);
  if (shape !== null) return documentOf(value, shape, path);
  const inner = unwrap(expression);
  if (inner.type !== "HclObject") return [];
  return inner.items.flatMap(({ key, value: member }) => {
    const name = key.type === "HclVariable" ? key.name : literalText(key);
    return name === null ? [] : valueDocuments(member, [...path, name], source);
  });
}

function shapeOf(value: PolicyValue): ValueShape | null {
  if (value.kind === "object") {
    const has = (key: string): boolean => membersCalled(value.members, key).length > 0;
    if (has("statement")) return "policy";
    return has("effect") && (has("action") || has("notaction")) ? "statement" : null;
  }
  const leaves = leavesOf(value);
  if (value.kind === "text" || leaves.length === 0) return null;
  if (leaves.every((leaf) => leaf.kind === "text" && ACTION.test(leaf.value))) return "actions";
  return leaves.every((leaf) => shapeOf(leaf) === "statement") ? "statements" : null;
}

const ACTION = /^(?:\*|[a-z0-9-]+:[\w*?]+)$/iu;

/** The elements that are written out, of however many lists. */
function leavesOf(value: PolicyValue): readonly Exclude<PolicyValue, { kind: "list" | "several" }>[] {
  switch (value.kind) {
    case "list":
      return value.items.flatMap(leavesOf);
    case "several":
      return value.values.flatMap(leavesOf);
    case "other":
      return [];
    default:
      return [value];
  }
}

function documentOf(value: PolicyValue, shape: ValueShape, path: readonly string[]): readonly ValueDocument[] {
  const { span } = value;
  if (shape === "actions") {
    const { entries, opaque } = entriesOf(value);
    const statement: Statement = { sid: null, effect: "Allow", actions: entries, notActions: [], opaque, span, element: null };
    return [{ path, shape, span, statements: [statement], opaque: [] }];
  }
  const { statements, opaque, namesPrincipals } = shape === "policy" ? documentStatements(value) : statementsOf(value, null, false);
  return namesPrincipals ? [] : [{ path, shape, span, statements, opaque }];
}
