import type { ActionEntry, LocatedPolicies, Opaque, PolicyDocument, SourceList, Statement } from "../model/policy.js";
import type { Span } from "../model/text.js";
import { listOf } from "./json.js";
import type { IdentityPolicy } from "./policies.js";
import type { SynthAction, SynthStatement } from "./statements.js";

/**
 * The policies of an app as one text with positions, which is what policies are judged in. One text, because the inline policies of
 * a role share their quota.
 */
export interface WrittenPolicies {
  readonly text: string;
  readonly located: LocatedPolicies;
  /** Where an entry of the text stands in the templates. */
  readonly standsAt: (entry: ActionEntry) => { readonly statement: SynthStatement; readonly action: SynthAction } | undefined;
}

/** The documents are in the order of the policies. */
export function writePolicies(policies: readonly IdentityPolicy[]): WrittenPolicies {
  const places = new Map<ActionEntry, { readonly statement: SynthStatement; readonly action: SynthAction }>();
  let text = "";
  const documents = policies.map(writeDocument);
  return { text, located: { documents, comments: [], opaque: [] }, standsAt: (entry) => places.get(entry) };

  function write(part: string): Span {
    const start = text.length;
    text += part;
    return { start, end: text.length };
  }

  function writeDocument(policy: IdentityPolicy): PolicyDocument {
    const { json, statements, opaque } = policy.document;
    const { Statement: given, ...frame } = json;
    const start = text.length;
    write(`{${members(frame)}"Statement": `);
    const list = { syntax: "bracketed" as const, open: text.length, close: 0, items: new Array<Span>() };
    const read: Statement[] = [];
    const byIndex = new Map(statements.map((statement) => [statement.index, statement]));
    listOf(given).forEach((value, index) => {
      write(index === 0 ? "[\n" : ",\n");
      const at = text.length;
      const statement = byIndex.get(index);
      if (statement === undefined) write(JSON.stringify(value));
      else read.push(writeStatement(statement, value, list, index));
      list.items.push({ start: at, end: text.length });
    });
    if (list.items.length === 0) write("[");
    list.close = write("\n]").end - 1;
    const span = { start, end: write("}\n").end - 1 };
    return {
      address: policy.resource.node.node.path,
      holder: policy.holder,
      span,
      statements: read,
      opaque: opaque.map((why): Opaque => ({ span, why })),
      element: null,
      attachment: policy.attachment,
      ...(policy.attachment.managed === undefined ? {} : { managed: policy.attachment.managed }),
    };
  }

  function writeStatement(statement: SynthStatement, value: unknown, list: SourceList, index: number): Statement {
    const { Action: given, ...frame } = { ...(typeof value === "object" ? value : null) } as { readonly Action?: unknown };
    const start = text.length;
    write(`{${members(frame)}"Action": `);
    const actions = { syntax: "bracketed" as const, open: text.length, close: 0, items: new Array<Span>() };
    const entries: ActionEntry[] = [];
    const byIndex = new Map(statement.actions.map((action) => [action.index, action]));
    listOf(given).forEach((element, at) => {
      write(at === 0 ? "[\n" : ",\n");
      const span = write(JSON.stringify(element));
      actions.items.push(span);
      const action = byIndex.get(at);
      if (action === undefined) return;
      const entry: ActionEntry = { value: action.value, span, quote: '"', home: { kind: "item", element: { list: actions, index: at } }, locked: null };
      entries.push(entry);
      places.set(entry, { statement, action });
    });
    if (actions.items.length === 0) write("[");
    actions.close = write("\n]").end - 1;
    const span = { start, end: write("}").end };
    return {
      sid: statement.sid,
      effect: statement.effect,
      actions: entries,
      // Counted, and never judged: whatever a NotAction does not name is granted.
      notActions: [],
      opaque: [...statement.opaque, ...(statement.hasNotAction ? [`${statement.path} has a NotAction`] : [])].map((why): Opaque => ({ span, why })),
      span,
      element: { list, index },
    };
  }
}

function members(json: object): string {
  return Object.entries(json)
    .map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}, `)
    .join("");
}
