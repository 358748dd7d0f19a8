import type { ActionEntry, ListElement, Opaque, Statement } from "../../model/policy.js";
import type { Span } from "../../model/text.js";
import type { YamlMap, YamlNode } from "../../syntax/yaml-nodes.js";
import { hasTwice, resolved, valueAt, type YamlValue } from "../../syntax/yaml-values.js";
import { alternatives, intrinsic, isIncluded, mayVanish } from "./intrinsics.js";
import { readPolicyString } from "./policy-string.js";
import type { Shared } from "./shared-text.js";
import { readStatement } from "./statement.js";

/** What a policy document says, as far as its own text tells. */
export interface PolicyBody {
  readonly span: Span;
  readonly statements: readonly Statement[];
  readonly opaque: readonly Opaque[];
  /** The conditions under which the policy is this one: `if IsProduction`. */
  readonly when: readonly string[];
}

/**
 * Reads the value of a `PolicyDocument`. A document that is chosen by `Fn::If`, or whose whole `Statement` is, counts as
 * several: nothing may be removed from one that would leave that one empty. Policies with a `Principal` are not identity
 * policies and are left out.
 */
export function readPolicyDocument(node: YamlNode, text: string, shared: Shared): readonly PolicyBody[] {
  return alternatives(node).flatMap(({ node: document, when }) => {
    const { span } = document;
    const value = resolved(document);
    const unknown = (why: string): readonly PolicyBody[] => [{ span, statements: [], opaque: [{ span, why }], when }];
    const written = readPolicyString(document, text);
    if (written !== null) return written === "of another kind" ? [] : [{ ...written, when }];
    const call = intrinsic(document);
    if (call !== null) return unknown(`${call.name} is only known at deployment`);
    if (value?.type === "YamlScalar") return unknown("the policy is text that is no JSON");
    if (value?.type !== "YamlMap" || value.tag !== null) return unknown("the policy is not a map");
    const statement = valueAt(value, "Statement");
    if (statement === null) return unknown("the policy has no Statement of its own");
    if (hasTwice(value, "Statement")) return unknown("the policy has more than one Statement");
    const included: readonly Opaque[] = isIncluded(value) ? [{ span, why: "a part of the policy is included from elsewhere" }] : [];
    return readStatementList(statement, text, shared).map((body) => ({
      ...body,
      span,
      opaque: [...included, ...body.opaque],
      when: [...when, ...body.when],
    }));
  });
}

/** Reads the value of a `Statement`, which other places hold without the policy around it. */
export function readStatementList(node: YamlNode, text: string, shared: Shared): readonly PolicyBody[] {
  return alternatives(node).flatMap((chosen) => {
    const read = readStatements(chosen.node, text, shared);
    return read === null ? [] : [{ ...read, span: chosen.node.span, when: chosen.when }];
  });
}

type Statements = Pick<PolicyBody, "statements" | "opaque">;

/** Null when a statement names a principal. */
function readStatements(node: YamlNode, text: string, shared: Shared): Statements | null {
  const value = resolved(node);
  const call = intrinsic(node);
  if (call !== null) return unknown(node, `${call.name} is only known at deployment`);
  if (value?.type === "YamlMap") return readOne(value, node, null, text, shared);
  if (value?.type !== "YamlSequence" || value.tag !== null) return unknown(node, "the Statement is neither a map nor a list");
  const { list } = value;
  // What stays must never depend on a condition alone.
  const isFirm = !value.items.some(mayVanish);
  const read: Statements[] = [];
  for (const [index, item] of value.items.entries()) {
    for (const { node: alternative, when } of alternatives(item)) {
      const statement = resolved(alternative);
      const element: ListElement | null = when.length === 0 && isFirm ? { list, index } : null;
      const one =
        statement?.type === "YamlMap"
          ? readOne(statement, alternative, element, text, shared)
          : unknown(alternative, intrinsicOrNoMap(alternative, statement));
      if (one === null) return null;
      read.push(one);
    }
  }
  return { statements: eachTextOnce(read.flatMap((one) => one.statements)), opaque: read.flatMap((one) => one.opaque) };
}

/** Actions that several statements share through an anchor are reported once, where they stand. */
function eachTextOnce(statements: readonly Statement[]): readonly Statement[] {
  const seen = new Set<string>();
  const isNew = (statement: Statement) => (entry: ActionEntry) => {
    const key = `${statement.effect} ${String(entry.span.start)}`;
    return seen.has(key) ? false : seen.add(key);
  };
  return statements.map((statement) => ({
    ...statement,
    actions: statement.actions.filter(isNew(statement)),
    notActions: statement.notActions.filter(isNew(statement)),
  }));
}

function readOne(map: YamlMap, at: YamlNode, element: ListElement | null, text: string, shared: Shared): Statements | null {
  const call = intrinsic(at);
  if (call !== null) return unknown(at, `${call.name} is only known at deployment`);
  if (valueAt(map, "Principal") !== null || valueAt(map, "NotPrincipal") !== null) return null;
  return { statements: readStatement(map, element, text, shared), opaque: [] };
}

function unknown({ span }: YamlNode, why: string): Statements {
  return { statements: [], opaque: [{ span, why }] };
}

function intrinsicOrNoMap(node: YamlNode, value: YamlValue | null): string {
  const call = intrinsic(node);
  if (call !== null) return `${call.name} is only known at deployment`;
  return value === null ? "the alias refers to nothing" : "the statement is not a map";
}
