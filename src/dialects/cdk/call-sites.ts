import type { Statement } from "../../model/policy.js";
import type { Span } from "../../model/text.js";
import type { EstreeFile, EstreeTree } from "../../syntax/estree.js";
import { indexTree, shownText, unwrap } from "../../syntax/estree.js";
import type { CallExpression, NewExpression } from "../../syntax/estree-nodes.js";
import { spanOf } from "../../syntax/estree-nodes.js";
import { tracedAt } from "./actions.js";
import { readStatement, statementCreation } from "./statement.js";

/** A call or creation, where a stack trace places it. */
export interface CallSite {
  /** What is called, for people: `bucket.grantRead`, `new lambda.Function`. */
  readonly name: string;
  /** Reports stand here: the name of the method, or what is created. */
  readonly span: Span;
  /** The whole expression. */
  readonly whole: Span;
  /** The statement that it creates, wherever that goes. */
  readonly statement: Statement | null;
}

/** The calls and creations at some offsets; offsets without one are left out. */
export function callSites(text: string, tree: EstreeTree, offsets: Iterable<number>): ReadonlyMap<number, CallSite> {
  const wanted = new Set(offsets);
  const file = indexTree(text, tree);
  const sites = new Map<number, CallSite>();
  for (const node of file.nodes) {
    if (node.type !== "NewExpression" && node.type !== "CallExpression") continue;
    const at = tracedAt(node);
    if (wanted.has(at) && !sites.has(at)) sites.set(at, siteOf(file, node));
  }
  return sites;
}

function siteOf(file: EstreeFile, node: NewExpression | CallExpression): CallSite {
  const callee = unwrap(node.callee);
  const creation = statementCreation(file, node);
  const created = creation === null ? null : readStatement(file, creation);
  return {
    name: `${node.type === "NewExpression" ? "new " : ""}${shownText(file, callee)}`,
    span: callee.type === "MemberExpression" && node.type === "CallExpression" ? spanOf(callee.property) : { start: node.range[0], end: callee.range[1] },
    whole: spanOf(node),
    statement: created === null || created.foreign ? null : created.statement,
  };
}
