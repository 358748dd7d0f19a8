import { NO_COMMENT, type Comment } from "../end-to-end/print.js";

/** What a template says, before it is decided how it is spelled. */
export type Node =
  | { readonly kind: "scalar"; readonly value: string; readonly mark?: string }
  | { readonly kind: "list"; readonly items: readonly Item[]; readonly anchor?: string }
  | { readonly kind: "map"; readonly members: readonly Member[]; readonly mark?: string }
  /** A function of CloudFormation: `Ref`, `Fn::Sub`, … */
  | { readonly kind: "call"; readonly name: string; readonly argument: Node }
  | { readonly kind: "alias"; readonly name: string };

export interface Item {
  readonly node: Node;
  readonly comment: Comment;
}

export interface Member extends Item {
  readonly key: string;
}

export function scalar(value: string, mark?: string): Node {
  return { kind: "scalar", value, ...(mark === undefined ? {} : { mark }) };
}

export function list(nodes: readonly Node[]): Node {
  return { kind: "list", items: nodes.map((node) => ({ node, comment: NO_COMMENT })) };
}

export function map(members: Readonly<Record<string, Node>>): Node {
  return { kind: "map", members: Object.entries(members).map(([key, node]) => ({ key, node, comment: NO_COMMENT })) };
}

export function call(name: string, argument: Node): Node {
  return { kind: "call", name, argument };
}

export const ref = (id: string): Node => call("Ref", scalar(id));
export const sub = (text: string): Node => call("Fn::Sub", scalar(text));
export const NO_VALUE = ref("AWS::NoValue");

export function when(condition: string, yes: Node, no: Node = NO_VALUE): Node {
  return call("Fn::If", list([scalar(condition), yes, no]));
}
