import type { ActionEntry, Effect, EntryHome, ListElement, Opaque, SourceList, Statement } from "../../model/policy.js";
import type { PolicyMember, PolicyValue } from "./policy-value.js";

export interface Entries {
  readonly entries: readonly ActionEntry[];
  readonly opaque: readonly Opaque[];
}

export interface Statements {
  readonly statements: readonly Statement[];
  readonly opaque: readonly Opaque[];
  /** A statement names principals: the document is a trust or resource policy. */
  readonly namesPrincipals: boolean;
}

const SINGLE: EntryHome = { kind: "single", style: "bracketed" };

type List = Extract<PolicyValue, { kind: "list" }>;

/** Brackets are one character each, in every way of writing a list here. */
export function bracketed({ spans, span }: List): SourceList {
  return { syntax: "bracketed", open: span.start, close: span.end - 1, items: spans };
}

/** The action entries of a value of `Action` or `actions`. `locked` holds for all of them. */
export function entriesOf(value: PolicyValue, locked: string | null = null): Entries {
  const entries: ActionEntry[] = [];
  const opaque: Opaque[] = [];
  read(value, SINGLE, locked);
  return { entries, opaque };

  function read(part: PolicyValue, home: EntryHome, lock: string | null): void {
    switch (part.kind) {
      case "text":
        entries.push({ value: part.value, span: part.span, quote: part.quote, home, locked: lock ?? part.locked });
        break;
      case "list": {
        const list = bracketed(part);
        part.items.forEach((item, index) => {
          if (item.kind === "list") opaque.push({ span: item.span, why: "a list inside a list of actions" });
          else read(item, { kind: "item", element: { list, index } }, lock);
        });
        break;
      }
      case "several":
        for (const item of part.values) read(item, home, lock ?? part.why);
        break;
      case "object":
        opaque.push({ span: part.span, why: "an object where actions should stand" });
        break;
      case "other":
        opaque.push({ span: part.span, why: part.why });
        break;
    }
  }
}

export function effectOf(value: PolicyValue | undefined): Effect {
  return value?.kind === "text" && (value.value === "Allow" || value.value === "Deny") ? value.value : "unknown";
}

/** The statements of a whole policy document. */
export function documentStatements(document: PolicyValue): Statements {
  if (document.kind !== "object") {
    const why = document.kind === "other" ? document.why : "it is not a policy document";
    return { statements: [], opaque: [{ span: document.span, why }], namesPrincipals: false };
  }
  const values = membersCalled(document.members, "statement");
  const opaque = computedKeys(document.members);
  if (values.length === 0 && opaque.length === 0) opaque.push({ span: document.span, why: "it holds no Statement" });
  const parts = values.map((value) => statementsOf(value, null, null));
  return {
    statements: parts.flatMap((part) => part.statements),
    opaque: [...opaque, ...parts.flatMap((part) => part.opaque)],
    namesPrincipals: parts.some((part) => part.namesPrincipals),
  };
}

function statementsOf(value: PolicyValue, element: ListElement | null, locked: string | null): Statements {
  switch (value.kind) {
    case "object":
      return {
        statements: [statementOf(value, element, locked)],
        opaque: [],
        namesPrincipals: ["principal", "notprincipal"].some((key) => membersCalled(value.members, key).length > 0),
      };
    case "list": {
      const list = bracketed(value);
      const elementAt = (index: number): ListElement | null => (locked === null ? { list, index } : null);
      return together(value.items.map((item, index) => statementsOf(item, elementAt(index), locked)));
    }
    case "several":
      return together(value.values.map((part) => statementsOf(part, null, locked ?? value.why)));
    case "text":
      return { statements: [], opaque: [{ span: value.span, why: "text where a statement should stand" }], namesPrincipals: false };
    case "other":
      return { statements: [], opaque: [{ span: value.span, why: value.why }], namesPrincipals: false };
  }
}

function together(parts: readonly Statements[]): Statements {
  return {
    statements: parts.flatMap((part) => part.statements),
    opaque: parts.flatMap((part) => part.opaque),
    namesPrincipals: parts.some((part) => part.namesPrincipals),
  };
}

function statementOf(
  { members, span }: Extract<PolicyValue, { kind: "object" }>,
  element: ListElement | null,
  locked: string | null,
): Statement {
  const entries = (key: string): Entries => {
    const values = membersCalled(members, key);
    const parts = values.map((value) => entriesOf(value, values.length > 1 ? `${key} is written twice` : locked));
    return { entries: parts.flatMap((part) => part.entries), opaque: parts.flatMap((part) => part.opaque) };
  };
  const actions = entries("action");
  const notActions = entries("notaction");
  const [sid] = membersCalled(members, "sid");
  const effects = membersCalled(members, "effect");
  return {
    sid: sid?.kind === "text" ? sid.value : null,
    effect: effects.length === 1 ? effectOf(effects[0]) : "unknown",
    actions: actions.entries,
    notActions: notActions.entries,
    opaque: [...computedKeys(members), ...actions.opaque, ...notActions.opaque],
    span,
    element,
  };
}

function membersCalled(members: readonly PolicyMember[], lowerCaseKey: string): readonly PolicyValue[] {
  return members.filter(({ key }) => key?.toLowerCase() === lowerCaseKey).map(({ value }) => value);
}

function computedKeys(members: readonly PolicyMember[]): Opaque[] {
  return members.filter(({ key }) => key === null).map(({ value }) => ({ span: value.span, why: "its key is computed" }));
}
