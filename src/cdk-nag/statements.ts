import type { Effect } from "../model/policy.js";
import { intrinsicOf, isObject, listOf, shownJson, type Json, type JsonObject } from "./json.js";

/** An element of `Action` that is text, and where it stands: `Properties.PolicyDocument.Statement.0.Action.3`. */
export interface SynthAction {
  /** Among the elements of its `Action`. */
  readonly index: number;
  readonly value: string;
  readonly path: string;
}

/** One statement of an identity policy, as the template has it. */
export interface SynthStatement {
  /** Among the elements of `Statement`. */
  readonly index: number;
  readonly path: string;
  readonly sid: string | null;
  readonly effect: Effect;
  readonly actions: readonly SynthAction[];
  readonly hasNotAction: boolean;
  /** Elements of `Action`, or the statement itself, that are only known at deployment; each completes "not understood: …". */
  readonly opaque: readonly string[];
}

export interface SynthDocument {
  readonly json: JsonObject;
  readonly statements: readonly SynthStatement[];
  /** What in place of statements could not be read. */
  readonly opaque: readonly string[];
}

/** Reads the policy document at `path` of a resource. */
export function readDocument(value: Json, path: string): SynthDocument {
  const json = typeof value === "string" ? parsed(value) : value;
  if (!isObject(json) || intrinsicOf(json) !== null) return { json: {}, statements: [], opaque: [`${path} is not written out (${shownJson(value)})`] };
  const given = json["Statement"];
  const isList = Array.isArray(given);
  const statements: SynthStatement[] = [];
  const opaque: string[] = [];
  listOf(given).forEach((statement, index) => {
    const at = `${path}.Statement${isList ? `.${String(index)}` : ""}`;
    if (isObject(statement) && intrinsicOf(statement) === null) statements.push(readStatement(statement, index, at));
    else opaque.push(`${at} is only known at deployment (${shownJson(statement)})`);
  });
  return { json, statements, opaque };
}

function readStatement(statement: JsonObject, index: number, path: string): SynthStatement {
  const { Sid: sid, Effect: effect, Action: given, NotAction: notAction } = statement;
  const actions: SynthAction[] = [];
  const opaque: string[] = [];
  listOf(given).forEach((value, position) => {
    const at = `${path}.Action${Array.isArray(given) ? `.${String(position)}` : ""}`;
    if (typeof value === "string") actions.push({ index: position, value, path: at });
    else opaque.push(`${at} is only known at deployment (${shownJson(value)})`);
  });
  const hasPrincipal = "Principal" in statement || "NotPrincipal" in statement;
  if (hasPrincipal) opaque.push(`${path} has a Principal, which no identity policy has`);
  return {
    index,
    path,
    sid: typeof sid === "string" ? sid : null,
    effect: effect === "Allow" || effect === "Deny" ? effect : "unknown",
    actions: hasPrincipal ? [] : actions,
    hasNotAction: notAction !== undefined,
    opaque,
  };
}

/** Permission sets may have their policy as text. */
function parsed(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
