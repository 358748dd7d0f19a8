import { expect } from "vitest";
import { terraform } from "../../../src/dialects/terraform.js";
import type { ActionEntry, LocatedPolicies, PolicyDocument, SourceList } from "../../../src/model/policy.js";
import type { PrincipalReference } from "../../../src/model/principal.js";
import { slice } from "../../../src/model/text.js";
import { bindIn } from "../project.js";

/** The policies of `main.tf` in a directory of several files; the spans of all are checked. */
export function locate(main: string, others: Readonly<Record<string, string>> = {}): LocatedPolicies {
  const texts = { "main.tf": main, ...others };
  const located = bindIn(terraform, "/project/main.tf", Object.fromEntries(Object.entries(texts).map(([name, text]) => [`/project/${name}`, text])));
  for (const document of located.documents) checkSpans(main, document);
  return located;
}

/** The only document. */
export function locateOne(main: string, others: Readonly<Record<string, string>> = {}): PolicyDocument {
  const { documents } = locate(main, others);
  const [document] = documents;
  if (document === undefined || documents.length > 1) throw new Error(`${String(documents.length)} documents`);
  return document;
}

/** Why a document is not fixed by itself, as far as its attachment tells. */
export function clauses(document: Pick<PolicyDocument, "attachment"> | undefined): readonly string[] {
  if (document === undefined) return [];
  const { open, doubts = [] } = document.attachment;
  return [...open, ...doubts.map(({ clause }) => clause)];
}

/** `role aws_iam_role.app = orders`, `role aws_iam_role.app ~ <var.env>-orders`. */
export function principals({ attachment }: PolicyDocument): readonly string[] {
  return attachment.principals.map(describe);
}

function describe({ kind, address, name }: PrincipalReference): string {
  switch (name.kind) {
    case "literal":
      return `${kind} ${address} = ${name.name}`;
    case "pattern":
      return `${kind} ${address} ~ ${name.shown}`;
    case "arn":
      return `${kind} ${address} = ${name.arn}`;
  }
}

export function values(entries: readonly ActionEntry[]): readonly string[] {
  return entries.map((entry) => entry.value);
}

export function allEntries({ statements }: PolicyDocument): readonly ActionEntry[] {
  return statements.flatMap(({ actions, notActions }) => [...actions, ...notActions]);
}

export function locks(document: PolicyDocument): readonly (string | null)[] {
  return allEntries(document).map((entry) => entry.locked);
}

function checkSpans(text: string, document: PolicyDocument): void {
  for (const statement of document.statements) {
    if (statement.element !== null) {
      const { list, index } = statement.element;
      expect(list.items[index]).toEqual(statement.span);
      checkList(text, list);
    }
    for (const entry of [...statement.actions, ...statement.notActions]) {
      expect(statement.span.start).toBeLessThan(entry.span.start);
      expect(statement.span.end).toBeGreaterThan(entry.span.end);
      if (entry.locked !== null) continue;
      expect(slice(text, entry.span)).toBe(`${entry.quote}${entry.value}${entry.quote}`);
      if (entry.home.kind === "single") continue;
      const { list, index } = entry.home.element;
      expect(list.items[index]).toEqual(entry.span);
      checkList(text, list);
    }
  }
}

function checkList(text: string, list: SourceList): void {
  if (list.syntax === "bracketed") {
    expect(text[list.open]).toBe("[");
    expect(text[list.close]).toBe("]");
    const [first] = list.items;
    if (first !== undefined) expect(first.start).toBeGreaterThan(list.open);
    expect(list.items.at(-1)?.end ?? 0).toBeLessThanOrEqual(list.close);
  }
  list.items.slice(1).forEach((item, index) => {
    expect(item.start).toBeGreaterThanOrEqual(list.items[index]?.end ?? 0);
  });
}
