import type { EstreeFile } from "../../syntax/estree.js";
import { memberName, unwrap } from "../../syntax/estree.js";
import type { CallExpression, Node } from "../../syntax/estree-nodes.js";
import { oncePerProject, projectOf } from "./across-files/cdk-project.js";
import { selvesAt } from "./across-files/instances.js";
import { follow, textAt, wholeText, type Created, type Value } from "./across-files/values.js";

const METHODS = ["overrideLogicalId", "renameLogicalId", "allocateLogicalId"];

/** What changes logical ids in one file. */
interface Renaming {
  /** `overrideLogicalId` on what these creations make. */
  readonly creations: ReadonlySet<Node>;
  /** `renameLogicalId` of these. */
  readonly ids: ReadonlySet<string>;
  /** Something that is not known. */
  readonly all: boolean;
}

const NOTHING: Renaming = { creations: new Set(), ids: new Set(), all: false };

const once = oncePerProject<Renaming>();

/** The method that gives a construct another logical id than CDK computes, if one may; null when none does. */
export function renamedIn({ file, node }: Pick<Created, "file" | "node">, id: string): string | null {
  const { file: fileAt, holding } = projectOf(file);
  const others = holding(...METHODS).map(({ path }) => fileAt(path));
  for (const other of new Set([file, ...others])) {
    if (other === null) return "a file that cannot be parsed";
    const { creations, ids, all } = once(other, other, NOTHING, () => renamingIn(other));
    if (all || creations.has(node) || ids.has(id)) return `"${ids.has(id) ? "renameLogicalId" : "overrideLogicalId"}"`;
  }
  return null;
}

function renamingIn(file: EstreeFile): Renaming {
  if (!METHODS.some((name) => file.text.includes(name))) return NOTHING;
  const creations = new Set<Node>();
  const ids = new Set<string>();
  let all = file.nodes.some((node) => node.type === "MethodDefinition" && node.key.type === "Identifier" && node.key.name === "allocateLogicalId");
  for (const node of file.nodes) {
    if (node.type !== "CallExpression") continue;
    const callee = unwrap(node.callee);
    const name = memberName(callee);
    if (name === "overrideLogicalId" && callee.type === "MemberExpression") {
      for (const self of selvesAt(file, node).selves) {
        const target = targetOf({ file, node: callee.object, self });
        if (target === null) all = true;
        else creations.add(target);
      }
    }
    if (name === "renameLogicalId") {
      const id = firstText(file, node);
      if (id === null) all = true;
      else ids.add(id);
    }
  }
  return { creations, ids, all };
}

function firstText(file: EstreeFile, { arguments: [id] }: CallExpression): string | null {
  return id === undefined ? null : wholeText(textAt({ file, node: id, self: null }));
}

/** What creates the construct whose resource this is: `role.node.defaultChild as CfnRole`, or `new CfnRole(…)` itself. */
function targetOf(resource: Value): Node | null {
  const [found, ...others] = follow(resource);
  if (found === undefined || others.length > 0) return null;
  const at = found.kind === "value" ? unwrap(found.at.node) : null;
  if (at?.type === "NewExpression") return at;
  if (found.kind !== "member" || found.name !== "defaultChild") return null;
  return found.of.node.type === "NewExpression" ? found.of.node : null;
}
