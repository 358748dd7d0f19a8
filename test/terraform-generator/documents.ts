import { builtInCatalogue } from "../../src/iam/catalogue.js";
import { items, marked, member, NO_COMMENT, print, type Comment, type Item, type ListLayout, type Member, type Node, type Syntax } from "../end-to-end/print.js";
import type { Random } from "./random.js";

/** A policy document: what it says, and how it is spelled. */
export interface DocumentCase {
  readonly id: number;
  readonly statements: readonly StatementCase[];
  readonly style: StyleCase;
  /** Documents that the data block takes statements from. */
  readonly hasSources: boolean;
  /** It is also something else than an identity policy: nothing of it may change. */
  locked: boolean;
  /** Somebody whom the source does not name may get it, too. */
  open: boolean;
}

export interface StatementCase {
  readonly effect: "Allow" | "Deny";
  readonly element: "Action" | "NotAction";
  readonly sid: boolean;
  readonly entries: readonly { readonly value: string; readonly comment: Comment }[];
  readonly single: boolean;
  readonly layout: ListLayout;
  readonly trailing: boolean;
  readonly compact: boolean;
  readonly actionFirst: boolean;
  readonly condition: boolean;
  readonly comment: Comment;
}

interface StyleCase {
  readonly unit: "  " | "    " | "\t";
  readonly padded: boolean;
  readonly separator: ", " | ",";
  readonly lineComment: "#" | "//";
  readonly quotedKeys: boolean;
  readonly hugged: boolean;
}

const catalogue = builtInCatalogue();
export const SERVICES = ["s3", "sqs", "sns", "kms", "dynamodb", "lambda", "iam", "rds-db", "foosvc"];
/** Reported or written, and in no catalogue. */
export const UNKNOWN_NAMES = ["GetFuture", "FutureThing", "ListFutureThings"];

export function namesOf(service: string): readonly string[] {
  const known = catalogue.actions(service);
  return known.length === 0 ? ["GetThing", "PutThing"] : known;
}

export function someDocument(random: Random, id: number, services: readonly string[], hasSources: boolean): DocumentCase {
  const style: StyleCase = {
    unit: random.pick(["  ", "  ", "    ", "\t"]),
    padded: random.chance(0.3),
    separator: random.pick([", ", ", ", ","]),
    lineComment: random.pick(["#", "//"]),
    quotedKeys: random.chance(0.2),
    hugged: random.chance(0.2),
  };
  const count = random.pick([1, 1, 2, 2, 3]);
  return { id, statements: Array.from({ length: count }, () => someStatement(random, services)), style, hasSources, locked: false, open: false };
}

function someStatement(random: Random, services: readonly string[]): StatementCase {
  const own = random.chance(0.8) ? [random.pick(services)] : services;
  const entries = Array.from({ length: random.pick([1, 1, 2, 3, 4, 6]) }, () => ({ value: someEntry(random, random.pick(own)), comment: someComment(random) }));
  const [first] = entries;
  if (first !== undefined && random.chance(0.05)) entries.push({ ...first, comment: NO_COMMENT });
  return {
    effect: random.chance(0.08) ? "Deny" : "Allow",
    element: random.chance(0.06) ? "NotAction" : "Action",
    sid: random.chance(0.4),
    entries,
    single: random.chance(0.5),
    layout: random.pick(["inline", "packed", "lines", "lines"]),
    trailing: random.chance(0.5),
    compact: random.chance(0.15),
    actionFirst: random.chance(0.2),
    condition: random.chance(0.2),
    comment: someComment(random),
  };
}

function someComment(random: Random): Comment {
  return random.chance(0.06) ? { place: random.pick(["above", "after", "inside"]), text: `because of ${String(random.int(999))}` } : NO_COMMENT;
}

function someEntry(random: Random, service: string): string {
  if (random.chance(0.02)) return random.pick(["*", "*:*", "s3GetObject"]);
  const name = random.pick(namesOf(service));
  const [word = name] = /^[A-Z]?[a-z]+/u.exec(name) ?? [];
  const cut = 1 + random.int(name.length);
  const text = random.pick([
    name,
    name,
    name,
    name,
    `${word}*`,
    `${word}*`,
    `${name.slice(0, cut)}*`,
    "*",
    random.pick([`*${name.slice(cut - 1)}`, `${name.slice(0, cut)}?*`, `${word}*${name.slice(-3)}`, `${name.slice(0, -1)}?`, ...UNKNOWN_NAMES, "Unheard*"]),
  ]);
  return `${random.chance(0.05) ? service.toUpperCase() : service}:${random.chance(0.05) ? text.toLowerCase() : text}`;
}

function plain(value: string, mark?: string): Node {
  return { kind: "text", value, quote: '"', ...(mark === undefined ? {} : { mark }) };
}

interface Keys {
  readonly sid: string;
  readonly effect: string;
  readonly action: string;
  readonly notAction: string;
  readonly resource: string;
}

const JSON_KEYS: Keys = { sid: "Sid", effect: "Effect", action: "Action", notAction: "NotAction", resource: "Resource" };
const BLOCK_KEYS: Keys = { sid: "sid", effect: "effect", action: "actions", notAction: "not_actions", resource: "resources" };

/** What stands in the resource tells statements apart when they are read again. */
function membersOf({ id }: DocumentCase, statement: StatementCase, index: number, keys: Keys, single: boolean): readonly Member[] {
  const nodes = statement.entries.map(
    ({ value, comment }, at): Item => ({ node: plain(value, `entry:${String(id)}:${String(index)}:${String(at)}`), comment }),
  );
  const [only] = nodes;
  const list: Node = { kind: "list", items: nodes, layout: statement.compact ? "inline" : statement.layout, trailing: statement.trailing };
  const actions = member(statement.element === "Action" ? keys.action : keys.notAction, single && statement.single && nodes.length === 1 && only !== undefined ? only.node : list);
  const others = [
    ...(statement.sid ? [member(keys.sid, plain(`Part${String(index)}Of${String(id)}`))] : []),
    ...(keys === BLOCK_KEYS && statement.effect === "Allow" && statement.sid ? [] : [member(keys.effect, plain(statement.effect))]),
  ];
  const resource: Node = { kind: "list", items: items([plain(`arn:aws:s3:::stmt-${String(id)}-${String(index)}/*`)]), layout: "inline", trailing: false };
  return statement.actionFirst ? [actions, ...others, member(keys.resource, resource)] : [...others, actions, member(keys.resource, resource)];
}

const CONDITION: Node = { kind: "map", inline: true, members: [member("Bool", { kind: "map", inline: true, members: [member("aws:SecureTransport", plain("true"))] })] };

function policyNode(document: DocumentCase, inline: boolean): Node {
  const statements = document.statements.map((statement, index): Item => {
    const members = [...membersOf(document, inline ? { ...statement, compact: true } : statement, index, JSON_KEYS, true), ...(statement.condition ? [member("Condition", CONDITION)] : [])];
    return { node: { kind: "map", inline: inline || statement.compact, members, mark: `statement:${String(document.id)}:${String(index)}` }, comment: statement.comment };
  });
  const layout = inline || document.style.hugged ? "inline" : "lines";
  return {
    kind: "map",
    inline,
    members: [member("Version", plain("2012-10-17")), member("Statement", { kind: "list", items: statements, layout, trailing: document.statements.length % 2 === 0 })],
  };
}

/** With marks; `indent` is that of the line that it begins in. */
export function jsonencoded(document: DocumentCase, indent: string): string {
  const { style } = document;
  const syntax: Syntax = {
    assign: " = ",
    memberComma: style.quotedKeys,
    lineComment: style.lineComment,
    blockComments: true,
    trailingCommas: true,
    unit: style.unit,
    padded: style.padded,
    separator: style.separator,
    key: (name) => (style.quotedKeys || name.includes(":") ? JSON.stringify(name) : name),
  };
  return `jsonencode(${print(policyNode(document, false), indent, syntax)})`;
}

function jsonSyntax({ style }: DocumentCase): Syntax {
  return {
    assign: style.separator === "," ? ":" : ": ",
    memberComma: true,
    lineComment: null,
    blockComments: false,
    trailingCommas: false,
    unit: style.unit,
    padded: style.padded,
    separator: style.separator,
    key: (name) => JSON.stringify(name),
  };
}

export function heredoc(document: DocumentCase, indent: string): string {
  if (!document.style.hugged) return `<<EOF\n${print(policyNode(document, false), "", jsonSyntax(document))}\nEOF`;
  const inner = `${indent}  `;
  return `<<-POLICY\n${inner}${print(policyNode(document, false), inner, jsonSyntax(document))}\n${indent}POLICY`;
}

/** As a file of its own. */
export function policyFile(document: DocumentCase): string {
  return `${print(policyNode(document, false), "", jsonSyntax(document))}\n`;
}

export function quoted(document: DocumentCase): string {
  return `"${print(policyNode(document, true), "", jsonSyntax(document)).replaceAll('"', '\\"')}"`;
}

/** The `statement` blocks of a data block. */
export function statementBlocks(document: DocumentCase): string {
  const { unit, padded, separator, lineComment, hugged } = document.style;
  const syntax: Syntax = { assign: " = ", memberComma: false, lineComment, blockComments: true, trailingCommas: true, unit, padded, separator, key: (name) => name };
  const blocks = document.statements.map((statement, index) => {
    const body = print({ kind: "map", inline: false, members: membersOf(document, { ...statement, compact: false }, index, BLOCK_KEYS, false) }, unit, syntax);
    const deep = unit + unit;
    const condition = `${deep}condition {\n${deep}${unit}test     = "Bool"\n${deep}${unit}variable = "aws:SecureTransport"\n${deep}${unit}values   = ["true"]\n${deep}}\n`;
    const written = `statement ${body.slice(0, -1 - unit.length)}${statement.condition ? condition : ""}${unit}}`;
    const comment = statement.comment.place === "above" ? `${unit}${marked("comment", `${lineComment} ${statement.comment.text}`)}\n` : "";
    return `${comment}${unit}${marked(`statement:${String(document.id)}:${String(index)}`, written)}\n`;
  });
  return blocks.join(hugged ? "" : "\n");
}
