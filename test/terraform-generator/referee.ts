import { parse } from "@cdktf/hcl2json";

/** A statement as HashiCorp's parser and `JSON.parse` read it. */
export interface ReadStatement {
  readonly element: "Action" | "NotAction";
  readonly effect: string;
  readonly actions: readonly string[];
  /** All else that it says. */
  readonly frame: string;
}

export interface ReadFile {
  /** By `document-index`. */
  readonly statements: ReadonlyMap<string, ReadStatement>;
  /** All else that the file says. */
  readonly rest: string;
}

/** Reads one file; the generated statements are known by their resources. */
export async function readFile(path: string, text: string): Promise<ReadFile> {
  const statements = new Map<string, ReadStatement>();
  const content: unknown = path.endsWith(".json") ? JSON.parse(text) : await parse("file.tf", text);
  const rest = JSON.stringify(await walk(content, statements));
  return { statements, rest };
}

async function walk(value: unknown, statements: Map<string, ReadStatement>): Promise<unknown> {
  if (typeof value === "string") return opened(value, statements);
  if (Array.isArray(value)) {
    const walked: unknown[] = [];
    for (const item of value) walked.push(await walk(item, statements));
    return walked.filter((item) => item !== STATEMENT);
  }
  if (!isRecord(value)) return value;
  const members = Object.entries(value);
  const resource = members.find(([key]) => /^resources?$/iu.test(key))?.[1];
  const [, id] = /stmt-(\d+-\d+)/u.exec(JSON.stringify(resource ?? "")) ?? [];
  if (id !== undefined && members.some(([key]) => ACTIONS.test(key))) {
    if (statements.has(id)) throw new Error(`statement ${id} is there twice`);
    statements.set(id, statementOf(members));
    return STATEMENT;
  }
  const walked: [string, unknown][] = [];
  for (const [key, member] of members) walked.push([key, await walk(member, statements)]);
  return Object.fromEntries(walked.map(([key, member]) => [key, member === STATEMENT ? [] : member]));
}

const STATEMENT = Symbol("statement");
const ACTIONS = /^(?:not_?)?actions?$/iu;

function statementOf(members: readonly [string, unknown][]): ReadStatement {
  const [key, value] = members.find(([name]) => ACTIONS.test(name)) ?? ["", []];
  const effect = members.find(([name]) => /^effect$/iu.test(name))?.[1] ?? "Allow";
  const actions: unknown[] = Array.isArray(value) ? value : [value];
  return {
    element: /^not/iu.test(key) ? "NotAction" : "Action",
    effect: JSON.stringify(effect),
    actions: actions.map(String),
    frame: JSON.stringify(members.filter(([name]) => name !== key)),
  };
}

/** Policies in strings, and in `jsonencode`, which hcl2json leaves as text. */
async function opened(text: string, statements: Map<string, ReadStatement>): Promise<unknown> {
  const start = text.indexOf("jsonencode(");
  if (start !== -1) {
    const from = start + "jsonencode(".length;
    const end = closing(text, from);
    const inner: unknown = await parse("inner.tf", `value = ${text.slice(from, end)}\n`);
    const before = text.slice(0, from);
    return [before, await walk(isRecord(inner) ? inner["value"] : inner, statements), await opened(text.slice(end), statements)];
  }
  if (/^\s*\{\s*"/u.test(text)) {
    const json: unknown = JSON.parse(text);
    return walk(json, statements);
  }
  // Where a heredoc ends, and how far it is indented, is not what it says.
  return text;
}

function closing(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === "(") depth += 1;
    else if (text[at] === ")" && (depth -= 1) === 0) return at;
  }
  throw new Error(`no end of jsonencode( in ${text}`);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
