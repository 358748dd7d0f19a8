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
  read(value, SINGLE, locked, false);
  return { entries, opaque };

  function read(part: PolicyValue, home: EntryHome, lock: string | null, optional: boolean): void {
    switch (part.kind) {
      case "text": {
        const entry = { value: part.value, span: part.span, quote: part.quote, home, locked: lock ?? part.locked };
        entries.push(optional ? { ...entry, optional } : entry);
        break;
      }
      case "list": {
        const list = bracketed(part);
        part.items.forEach((item, index) => {
          if (item.kind === "list") opaque.push({ span: item.span, why: "a list inside a list of actions" });
          else read(item, { kind: "item", element: { list, index } }, lock, optional);
        });
        break;
      }
      case "several":
        // A list among them is one by itself; what is no list shares its place with the others.
        for (const item of part.values) read(item, home, lock ?? (isLists(item) ? null : part.why), optional || part.optional);
        break;
      case "object":
        opaque.push({ span: part.span, why: "an object where actions should stand" });
        break;
      case "other":
        opaque.push(opaqueOf(part));
        break;
    }
  }
}

function isLists(value: PolicyValue): boolean {
  return value.kind === "list" || value.kind === "other" || (value.kind === "several" && value.values.every(isLists));
}

export function opaqueOf({ span, why, from }: Extract<PolicyValue, { kind: "other" }>): Opaque {
  return from === null ? { span, why } : { span, why, from };
}

export function effectOf(value: PolicyValue | undefined): Effect {
  return value?.kind === "text" && (value.value === "Allow" || value.value === "Deny") ? value.value : "unknown";
}

/** The statements of a whole policy document. */
export function documentStatements(document: PolicyValue): Statements {
  if (document.kind !== "object") {
    const opaque = document.kind === "other" ? opaqueOf(document) : { span: document.span, why: "it is not a policy document" };
    return { statements: [], opaque: [opaque], namesPrincipals: false };
  }
  const values = membersCalled(document.members, "statement");
  const opaque = [...computedKeys(document.members), ...document.merged.map(opaqueOf)];
  if (values.length === 0 && opaque.length === 0) opaque.push({ span: document.span, why: "it holds no Statement" });
  const parts = values.map((value) => statementsOf(value, null, values.length > 1));
  return {
    statements: parts.flatMap((part) => part.statements),
    opaque: [...opaque, ...parts.flatMap((part) => part.opaque)],
    namesPrincipals: parts.some((part) => part.namesPrincipals),
  };
}

/** How the keys of a statement are spelled: IAM's own way, or that of Terraform's policy documents. */
export type Spelling = "iam" | "terraform";

/** In small letters. `effect` is what a statement without one has. */
const KEYS: Readonly<Record<Spelling, { readonly actions: string; readonly notActions: string; readonly principals: readonly string[]; readonly effect: Effect }>> = {
  iam: { actions: "action", notActions: "notaction", principals: ["principal", "notprincipal"], effect: "unknown" },
  terraform: { actions: "actions", notActions: "not_actions", principals: ["principals", "not_principals"], effect: "Allow" },
};

/** `optional`: whether it applies is decided at deployment. */
export function statementsOf(value: PolicyValue, element: ListElement | null, optional: boolean, spelling: Spelling = "iam"): Statements {
  switch (value.kind) {
    case "object": {
      const statement = statementOf(value, element, spelling);
      return {
        statements: [optional ? { ...statement, optional } : statement],
        opaque: [],
        namesPrincipals: KEYS[spelling].principals.some((key) => membersCalled(value.members, key).length > 0),
      };
    }
    case "list": {
      const list = bracketed(value);
      return together(value.items.map((item, index) => statementsOf(item, item.kind === "object" ? { list, index } : null, optional, spelling)));
    }
    case "several":
      return together(value.values.map((part) => statementsOf(part, null, optional || value.optional, spelling)));
    case "text":
      return { statements: [], opaque: [{ span: value.span, why: "text where a statement should stand" }], namesPrincipals: false };
    case "other":
      return { statements: [], opaque: [opaqueOf(value)], namesPrincipals: false };
  }
}

/** Statements spelled like those of `aws_iam_policy_document`, in a list, or in a map by names of their own. */
export function grantedStatements(value: PolicyValue): Statements {
  const isStatement = value.kind === "object" && GRANT_KEYS.some((key) => membersCalled(value.members, key).length > 0);
  if (value.kind !== "object" || isStatement) return statementsOf(value, null, false, "terraform");
  const parts = value.members.map((member) => statementsOf(member.value, null, value.merged.length > 0, "terraform"));
  const { statements, opaque, namesPrincipals } = together(parts);
  return { statements, opaque: [...opaque, ...value.merged.map(opaqueOf)], namesPrincipals };
}

const GRANT_KEYS = ["actions", "not_actions", "effect"];

export function together(parts: readonly Statements[]): Statements {
  return {
    statements: parts.flatMap((part) => part.statements),
    opaque: parts.flatMap((part) => part.opaque),
    namesPrincipals: parts.some((part) => part.namesPrincipals),
  };
}

function statementOf({ members, merged, span }: Extract<PolicyValue, { kind: "object" }>, element: ListElement | null, spelling: Spelling): Statement {
  const keys = KEYS[spelling];
  const entries = (key: string): Entries => {
    const values = membersCalled(members, key);
    const parts = values.map((value) => entriesOf(value, values.length > 1 ? `${key} is written twice` : null));
    return { entries: parts.flatMap((part) => part.entries), opaque: parts.flatMap((part) => part.opaque) };
  };
  const actions = entries(keys.actions);
  const notActions = entries(keys.notActions);
  const [sid] = membersCalled(members, "sid");
  const effects = membersCalled(members, "effect");
  return {
    sid: sid?.kind === "text" ? sid.value : null,
    effect: merged.length > 0 ? "unknown" : effects.length === 0 ? keys.effect : effects.length === 1 ? effectOf(effects[0]) : "unknown",
    actions: actions.entries,
    notActions: notActions.entries,
    opaque: [...computedKeys(members), ...merged.map(opaqueOf), ...actions.opaque, ...notActions.opaque],
    span,
    element,
  };
}

export function membersCalled(members: readonly PolicyMember[], lowerCaseKey: string): readonly PolicyValue[] {
  return members.filter(({ key }) => key?.toLowerCase() === lowerCaseKey).map(({ value }) => value);
}

function computedKeys(members: readonly PolicyMember[]): Opaque[] {
  return members.filter(({ key }) => key === null).map(({ value }) => ({ span: value.span, why: "its key is computed" }));
}
