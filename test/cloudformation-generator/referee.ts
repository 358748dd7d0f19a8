import type { ReadFile, ReadStatement } from "../terraform-generator/referee.js";
import { isRecord, readTemplate } from "./template-text.js";

/** Reads one template; the generated statements are known by their resources. */
export function readFile(text: string): ReadFile {
  const statements = new Map<string, ReadStatement>();
  const rest = JSON.stringify(walk(readTemplate(text), statements, ""));
  return { statements, rest };
}

/** Statements come and go in a list of statements only. */
function walk(value: unknown, statements: Map<string, ReadStatement>, key: string): unknown {
  if (Array.isArray(value)) {
    // A list in a list is one that a condition chooses.
    const walked = value.map((item: unknown) => walk(item, statements, Array.isArray(item) ? "Statement" : ""));
    return key === "Statement" ? walked.filter((item) => item !== STATEMENT) : walked;
  }
  if (!isRecord(value)) return value;
  const members = Object.entries(value);
  const resource = members.find(([name]) => name === "Resource")?.[1];
  const [, id] = /stmt-(\d+-\d+)/u.exec(JSON.stringify(resource ?? "")) ?? [];
  if (id !== undefined) {
    if (statements.has(id)) throw new Error(`statement ${id} is there twice`);
    statements.set(id, statementOf(members));
    return STATEMENT;
  }
  return Object.fromEntries(members.map(([name, member]) => [name, walk(member, statements, name)]));
}

const STATEMENT = "a statement";

function statementOf(members: readonly [string, unknown][]): ReadStatement {
  const [key, value] = members.find(([name]) => /^(?:Not)?Action$/u.test(name)) ?? ["", []];
  return {
    element: key === "NotAction" ? "NotAction" : "Action",
    effect: JSON.stringify(members.find(([name]) => name === "Effect")?.[1]),
    actions: actionsOf(value),
    // A text may become a list, and a list gets shorter: what stands among the actions besides them stays.
    frame: JSON.stringify([members.filter(([name]) => name !== key), shapeOf(value) ?? []]),
  };
}

/** What conditions choose from counts, all of it. */
function actionsOf(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(actionsOf);
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([name, argument]) => (/^(?:!|Fn::)If$/u.test(name) && Array.isArray(argument) ? argument.slice(1).flatMap(actionsOf) : []));
}

/** Functions that stand among the actions. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf).filter((item) => item !== null);
  if (!isRecord(value)) return null;
  return Object.entries(value).map(([name, argument]) => [name, /^(?:!|Fn::)If$/u.test(name) && Array.isArray(argument) ? [argument[0], shapeOf(argument.slice(1))] : argument]);
}
