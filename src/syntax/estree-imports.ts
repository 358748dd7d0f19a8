import type { EstreeFile } from "./estree.js";
import { keyName, memberName, unwrap } from "./estree.js";
import type { Definition, Node, Variable } from "./estree-nodes.js";

/** What an imported expression is called where it comes from: `iam.Role` is `["Role"]` of `aws-cdk-lib/aws-iam`. */
export interface ImportedName {
  readonly module: string;
  readonly path: readonly string[];
}

/** Follows aliases, namespaces, destructuring, `require` and `import = require` back to the module. */
export function importedName(file: EstreeFile, expression: Node, depth = 0): ImportedName | null {
  const node = unwrap(expression);
  if (depth > 20) return null;
  if (node.type === "Identifier") {
    const variable = file.variables.get(node);
    return variable === undefined ? null : ofVariable(file, variable, depth);
  }
  if (node.type === "MemberExpression") {
    const name = memberName(node);
    const object = name === null ? null : importedName(file, node.object, depth + 1);
    return object === null || name === null ? null : { ...object, path: [...object.path, name] };
  }
  return requiredModule(file, node);
}

function requiredModule(file: EstreeFile, node: Node): ImportedName | null {
  if (node.type !== "CallExpression" || node.callee.type !== "Identifier" || node.callee.name !== "require") return null;
  const [module] = node.arguments;
  const shadowed = (file.variables.get(node.callee)?.defs.length ?? 0) > 0;
  return !shadowed && module?.type === "Literal" && typeof module.value === "string" ? { module: module.value, path: [] } : null;
}

function ofVariable(file: EstreeFile, variable: Variable, depth: number): ImportedName | null {
  const [definition, ...others] = variable.defs;
  if (definition === undefined || others.length > 0) return null;
  return definition.type === "ImportBinding" ? ofImport(definition) : ofConstant(file, variable, definition, depth);
}

function ofImport({ node, parent }: Definition): ImportedName | null {
  if (node.type === "TSImportEqualsDeclaration") {
    const reference = node.moduleReference;
    if (reference.type !== "TSExternalModuleReference" || reference.expression.type !== "Literal") return null;
    return typeof reference.expression.value === "string" ? { module: reference.expression.value, path: [] } : null;
  }
  if (parent?.type !== "ImportDeclaration" || typeof parent.source.value !== "string") return null;
  if (node.type === "ImportDefaultSpecifier") return { module: parent.source.value, path: ["default"] };
  if (node.type !== "ImportSpecifier") return { module: parent.source.value, path: [] };
  const name = keyName(node.imported, false);
  return name === null ? null : { module: parent.source.value, path: [name] };
}

function ofConstant(file: EstreeFile, variable: Variable, { node }: Definition, depth: number): ImportedName | null {
  if (node.type !== "VariableDeclarator" || node.init === null) return null;
  if (variable.references.filter((reference) => reference.isWrite()).length !== 1) return null;
  if (node.id.type === "Identifier") return importedName(file, node.init, depth + 1);
  if (node.id.type !== "ObjectPattern") return null;
  for (const property of node.id.properties) {
    if (property.type !== "Property" || !variable.identifiers.includes(property.value)) continue;
    const name = keyName(property.key, property.computed);
    const object = importedName(file, node.init, depth + 1);
    return name === null || object === null ? null : { ...object, path: [...object.path, name] };
  }
  return null;
}
