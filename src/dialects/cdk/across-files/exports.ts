import { keyName, type EstreeFile } from "../../../syntax/estree.js";
import { importedName } from "../../../syntax/estree-imports.js";
import type { Class, ExportNamedDeclaration, Node } from "../../../syntax/estree-nodes.js";
import { localClass } from "../../../syntax/estree-values.js";
import { projectOf } from "./cdk-project.js";

/** Something at the top of a file that other files may import: an expression, a class, a function; or a whole module. */
export type Exported = { readonly file: EstreeFile; readonly node: Node } | { readonly file: EstreeFile; readonly module: true };

const DEEPEST = 12;

/** What a file exports under a name, which may come from other files. Null when it is none of the project's. */
export function exportOf(file: EstreeFile, name: string, depth = 0): Exported | null {
  if (depth > DEEPEST) return null;
  for (const node of topLevel(file)) {
    if (node.type === "ExportDefaultDeclaration" && name === "default") return { file, node: node.declaration };
    if (node.type === "ExportNamedDeclaration") {
      const found = namedExport(file, node, name, depth);
      if (found !== null) return found;
    }
    if (node.type === "ExportAllDeclaration" && node.exported !== null && keyName(node.exported, false) === name) {
      const target = moduleOf(file, node.source.value);
      return target === null ? null : { file: target, module: true };
    }
  }
  if (name === "default") return null;
  for (const node of topLevel(file)) {
    if (node.type !== "ExportAllDeclaration" || node.exported !== null) continue;
    const target = moduleOf(file, node.source.value);
    const found = target === null ? null : exportOf(target, name, depth + 1);
    if (found !== null) return found;
  }
  return null;
}

function namedExport(file: EstreeFile, { declaration, specifiers, source }: ExportNamedDeclaration, name: string, depth: number): Exported | null {
  if (declaration !== null) {
    const node = declaredAs(file, declaration, name);
    return node === null ? null : { file, node };
  }
  const specifier = specifiers.find(({ exported }) => keyName(exported, false) === name);
  if (specifier === undefined) return null;
  if (source === null) return { file, node: specifier.local };
  const target = moduleOf(file, source.value);
  const local = keyName(specifier.local, false);
  return target === null || local === null ? null : exportOf(target, local, depth + 1);
}

/** `export class Orders`, `export const orders = …`; the name of a constant stands for its value. */
function declaredAs(file: EstreeFile, declaration: Node, name: string): Node | null {
  if (declaration.type === "ClassDeclaration" || declaration.type === "FunctionDeclaration") return declaration.id?.name === name ? declaration : null;
  const declarators = declaration.type === "VariableDeclaration" ? declaration.declarations : [];
  for (const { id } of declarators) {
    if (id.type === "Identifier" && id.name === name && file.variables.has(id)) return id;
  }
  return null;
}

export function topLevel(file: EstreeFile): readonly Node[] {
  const [program] = file.nodes;
  return program?.type === "Program" ? program.body : [];
}

export function moduleOf(file: EstreeFile, specifier: unknown): EstreeFile | null {
  const { modules, file: fileAt, pathOf } = projectOf(file);
  const path = typeof specifier === "string" ? modules.resolve(pathOf(file), specifier) : null;
  return path === null ? null : fileAt(path);
}

/** What an expression names in another file of the project, with the names that follow it: `config.roles.reader`. */
export function imported(file: EstreeFile, expression: Node): { readonly found: Exported; readonly rest: readonly string[] } | null {
  const name = importedName(file, expression);
  const target = moduleOf(file, name?.module);
  let found: Exported | null = target === null ? null : { file: target, module: true };
  let rest = name?.path ?? [];
  while (found !== null && "module" in found && rest[0] !== undefined) {
    found = exportOf(found.file, rest[0]);
    rest = rest.slice(1);
  }
  return found === null ? null : { found, rest };
}

/** A class of the project. */
export interface ClassAt {
  readonly file: EstreeFile;
  readonly node: Class;
}

/** The class that the expression behind `new` or `extends` names, in whichever file of the project it is. */
export function classAt(file: EstreeFile, expression: Node): ClassAt | null {
  const local = classIn(file, expression);
  if (local !== null) return { file, node: local };
  const foreign = imported(file, expression);
  if (foreign === null || foreign.rest.length > 0 || "module" in foreign.found) return null;
  const { file: other, node } = foreign.found;
  const found = classIn(other, node);
  if (found !== null) return { file: other, node: found };
  return other === file ? null : classAt(other, node);
}

function classIn(file: EstreeFile, expression: Node): Class | null {
  return isClass(expression) ? expression : localClass(file, expression);
}

function isClass(node: Node): node is Class {
  return node.type === "ClassDeclaration" || node.type === "ClassExpression";
}
