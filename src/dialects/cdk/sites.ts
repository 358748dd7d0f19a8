import type { EstreeFile } from "../../syntax/estree.js";
import { holderOf, keyName, memberName, shownText, unwrap, wrapped } from "../../syntax/estree.js";
import type { ArrayExpression, CallExpression, NewExpression, Node } from "../../syntax/estree-nodes.js";
import type { Flow } from "../../syntax/estree-flow.js";
import { flowsOf } from "../../syntax/estree-flow.js";

/**
 * A use of a value.
 *
 * - `argument`: handed to a method, `receiver.method(value)`.
 * - `property`: part of what a construct is created with; `path` leads there: `["inlinePolicies", "Access"]`; empty when the value
 *   itself is the argument.
 * - `member`: something is done with the value itself: `value.name(…)`, `value.name`.
 * - `lost`: everything else.
 *
 * `list` is the array that the value stands in; `direct` is false when the value comes by a name.
 */
export type Site =
  | {
      readonly kind: "argument";
      readonly receiver: Node;
      readonly method: string;
      readonly call: CallExpression;
      readonly direct: boolean;
    }
  | {
      readonly kind: "property";
      readonly construct: NewExpression | CallExpression;
      readonly path: readonly string[];
      readonly list: { readonly array: ArrayExpression; readonly item: Node } | null;
    }
  | { readonly kind: "member"; readonly name: string; readonly call: CallExpression | null; readonly assigned: boolean }
  | { readonly kind: "lost"; readonly why: string };

interface Trail {
  readonly path: readonly string[];
  readonly list: { readonly array: ArrayExpression; readonly item: Node } | null;
  /** The value itself, or the literal around it, and no name for it. */
  readonly direct: Node;
}

export function sitesOf(file: EstreeFile, value: Node): Site[] {
  return follow(file, value, { path: [], list: null, direct: wrapped(file, value) }, 0);
}

function follow(file: EstreeFile, value: Node, trail: Trail, depth: number): Site[] {
  if (depth > 20) return [{ kind: "lost", why: "its use nests too deeply" }];
  return flowsOf(file, value).flatMap((flow) => siteOf(file, flow, trail, depth));
}

function siteOf(file: EstreeFile, flow: Flow, trail: Trail, depth: number): Site[] {
  if ("lost" in flow) return [{ kind: "lost", why: flow.lost }];
  const { at } = flow;
  const parent = file.parents.get(at);
  const direct = at === trail.direct;
  if (parent?.type === "ArrayExpression") {
    const list = direct && trail.list === null ? { array: parent, item: at } : trail.list;
    return follow(file, parent, { ...trail, list, direct: direct ? wrapped(file, parent) : trail.direct }, depth + 1);
  }
  if (parent?.type === "SpreadElement") {
    const holder = file.parents.get(parent);
    if (holder?.type === "ArrayExpression") return follow(file, holder, trail, depth + 1);
    return holder?.type === "CallExpression" ? [argumentOf(file, holder, false)] : [lost(file, at)];
  }
  if (parent?.type === "Property") {
    const name = keyName(parent.key, parent.computed);
    const object = file.parents.get(parent);
    if (name === null || object?.type !== "ObjectExpression") return [lost(file, at)];
    return follow(file, object, { ...trail, path: [name, ...trail.path] }, depth + 1);
  }
  // Of a list or an object around the value, not of the value itself.
  const isContained = trail.path.length > 0 || trail.list !== null;
  if (parent?.type === "NewExpression" || (parent?.type === "CallExpression" && isContained && parent.callee !== at)) {
    return [{ kind: "property", construct: parent, path: trail.path, list: trail.list }];
  }
  if (parent?.type === "CallExpression" && parent.callee !== at) return [argumentOf(file, parent, direct)];
  return [parent?.type === "MemberExpression" && !isContained ? memberOf(file, parent) : lost(file, at)];
}

function argumentOf(file: EstreeFile, call: CallExpression, direct: boolean): Site {
  const callee = unwrap(call.callee);
  const method = memberName(callee);
  if (callee.type !== "MemberExpression" || method === null) {
    return { kind: "lost", why: `it is handed to "${shownText(file, callee)}"` };
  }
  return { kind: "argument", receiver: callee.object, method, call, direct };
}

function memberOf(file: EstreeFile, member: Node): Site {
  const holder = holderOf(file, member);
  const name = memberName(member) ?? "[…]";
  if (holder?.type === "CallExpression" && unwrap(holder.callee) === member) {
    return { kind: "member", name, call: holder, assigned: false };
  }
  const assigned = holder?.type === "AssignmentExpression" && unwrap(holder.left) === member;
  return { kind: "member", name, call: null, assigned };
}

const RETURNS = new Set<string>(["ReturnStatement", "ArrowFunctionExpression"]);
const EXPORTS = new Set<string>(["ExportSpecifier", "ExportDefaultDeclaration", "TSExportAssignment"]);

function lost(file: EstreeFile, at: Node): Site {
  const parent = file.parents.get(at);
  if (parent !== undefined && RETURNS.has(parent.type)) return { kind: "lost", why: "it is returned from a function" };
  if (parent !== undefined && EXPORTS.has(parent.type)) return { kind: "lost", why: "it is exported" };
  return { kind: "lost", why: `it is used in "${shownText(file, parent ?? at)}"` };
}
