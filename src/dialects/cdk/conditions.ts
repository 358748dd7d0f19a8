import type { EstreeFile } from "../../syntax/estree.js";
import { wrapped } from "../../syntax/estree.js";
import type { Node } from "../../syntax/estree-nodes.js";

const BLOCKS = new Set<string>(["BlockStatement", "ClassBody", "Program", "StaticBlock", "SwitchCase"]);

/**
 * Could `creation` be evaluated and `call`, which adds something to what it makes, not? Not when the call is a statement of
 * its own in the block that holds the creation.
 */
export function isConditional(file: EstreeFile, creation: Node, call: Node): boolean {
  const statement = file.parents.get(wrapped(file, call));
  if (statement?.type !== "ExpressionStatement") return true;
  return file.parents.get(statement) !== blockOf(file, creation);
}

function blockOf(file: EstreeFile, node: Node): Node | undefined {
  let at = file.parents.get(node);
  while (at !== undefined && !BLOCKS.has(at.type)) at = file.parents.get(at);
  return at;
}
