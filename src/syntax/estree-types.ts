import type { EstreeFile } from "./estree.js";
import { keyName, memberName, unwrap } from "./estree.js";
import type { ImportedName } from "./estree-imports.js";
import { importedName } from "./estree-imports.js";
import type { Class, Node, Variable } from "./estree-nodes.js";
import type { TypeDeclaration } from "./estree-type-nodes.js";
import { classOfSelf, constantOf } from "./estree-values.js";

/** The type that the source writes for a value: one of a module, or one with members that this file shows. */
export type WrittenType =
  | { readonly kind: "imported"; readonly name: ImportedName }
  | { readonly kind: "members"; readonly members: readonly Node[] };

const DEEPEST = 20;

/** The type of an expression, as annotations of variables, parameters, fields and properties give it; null where none does. */
export function writtenType(file: EstreeFile, expression: Node, depth = 0): WrittenType | null {
  const node = unwrap(expression);
  if (depth > DEEPEST) return null;
  if (node.type === "Identifier") {
    const variable = file.variables.get(node);
    return variable === undefined ? null : typeOfVariable(file, variable, depth);
  }
  const name = memberName(node);
  if (node.type !== "MemberExpression" || name === null) return null;
  const owner = classOfSelf(file, node.object);
  if (owner !== null) return typeOfField(file, owner, name, depth);
  return typeOfMember(file, writtenType(file, node.object, depth + 1), name, depth);
}

function typeOfVariable(file: EstreeFile, variable: Variable, depth: number): WrittenType | null {
  const [declaration, ...others] = variable.identifiers;
  if (declaration === undefined || others.length > 0) return null;
  const own = annotationOf(declaration);
  if (own !== null) return typeIn(file, own, depth + 1);
  const property = file.parents.get(declaration);
  const pattern = property === undefined ? undefined : file.parents.get(property);
  if (property?.type === "Property" && pattern?.type === "ObjectPattern") {
    const name = keyName(property.key, property.computed);
    return name === null ? null : typeOfMember(file, typeOfPattern(file, pattern, depth), name, depth);
  }
  const value = constantOf(variable);
  return value === null ? null : writtenType(file, value, depth + 1);
}

/** `{ bucket }: Props`, or `const { bucket } = props`. */
function typeOfPattern(file: EstreeFile, pattern: Node, depth: number): WrittenType | null {
  const own = annotationOf(pattern);
  if (own !== null) return typeIn(file, own, depth + 1);
  const declarator = file.parents.get(pattern);
  return declarator?.type === "VariableDeclarator" && declarator.init !== null ? writtenType(file, declarator.init, depth + 1) : null;
}

function typeOfField(file: EstreeFile, owner: Class, name: string, depth: number): WrittenType | null {
  for (const member of owner.body.body) {
    if (member.type === "PropertyDefinition" && !member.static && keyName(member.key, member.computed) === name) {
      const own = annotationOf(member);
      return own === null ? null : typeIn(file, own, depth + 1);
    }
    if (member.type !== "MethodDefinition" || member.kind !== "constructor" || !("params" in member.value)) continue;
    for (const parameter of member.value.params) {
      if (parameter.type !== "TSParameterProperty" || parameter.parameter.type !== "Identifier" || parameter.parameter.name !== name) continue;
      const own = annotationOf(parameter.parameter);
      return own === null ? null : typeIn(file, own, depth + 1);
    }
  }
  return null;
}

function typeOfMember(file: EstreeFile, type: WrittenType | null, name: string, depth: number): WrittenType | null {
  if (type?.kind !== "members" || depth > DEEPEST) return null;
  for (const member of type.members) {
    if (member.type !== "TSPropertySignature" && member.type !== "PropertyDefinition") continue;
    if (keyName(member.key, member.computed) !== name) continue;
    const own = annotationOf(member);
    return own === null ? null : typeIn(file, own, depth + 1);
  }
  return null;
}

/** Of a name, a pattern, a field or a member of an interface. */
function annotationOf(node: Node): Node | null {
  if (!("typeAnnotation" in node)) return null;
  const { typeAnnotation } = node;
  return isAnnotation(typeAnnotation) ? typeAnnotation.typeAnnotation : null;
}

function isAnnotation(value: unknown): value is { readonly typeAnnotation: Node } {
  return typeof value === "object" && value !== null && "type" in value && value.type === "TSTypeAnnotation" && "typeAnnotation" in value;
}

/** Types that only say more of the one that they are given. */
const TRANSPARENT = new Set(["NonNullable", "Partial", "Readonly", "Required"]);

function typeIn(file: EstreeFile, type: Node, depth: number): WrittenType | null {
  if (depth > DEEPEST) return null;
  if (type.type === "TSTypeLiteral") return { kind: "members", members: type.members };
  if (type.type === "TSUnionType") {
    const [only, ...others] = type.types.filter((each) => each.type !== "TSNullKeyword" && each.type !== "TSUndefinedKeyword");
    return only === undefined || others.length > 0 ? null : typeIn(file, only, depth + 1);
  }
  return type.type === "TSTypeReference" ? typeNamed(file, type.typeName, type.typeArguments?.params[0], depth) : null;
}

function typeNamed(file: EstreeFile, name: Node, argument: Node | undefined, depth: number): WrittenType | null {
  if (name.type === "Identifier") {
    const declared = declarationOf(file, name);
    if (declared !== null) return ofDeclaration(file, declared, depth);
    if (TRANSPARENT.has(name.name) && argument !== undefined) return typeIn(file, argument, depth + 1);
  }
  const imported = importedType(file, name);
  return imported === null ? null : { kind: "imported", name: imported };
}

function importedType(file: EstreeFile, name: Node): ImportedName | null {
  if (name.type !== "TSQualifiedName") return importedName(file, name);
  const left = importedType(file, name.left);
  return left === null ? null : { ...left, path: [...left.path, name.right.name] };
}

function declarationOf(file: EstreeFile, name: Node): TypeDeclaration | null {
  const [definition, ...others] = file.variables.get(name)?.defs ?? [];
  if (definition === undefined || others.length > 0) return null;
  const { node } = definition;
  return node.type === "TSInterfaceDeclaration" || node.type === "TSTypeAliasDeclaration" || node.type === "ClassDeclaration" ? node : null;
}

function ofDeclaration(file: EstreeFile, declaration: TypeDeclaration, depth: number): WrittenType | null {
  if (declaration.type === "TSTypeAliasDeclaration") return typeIn(file, declaration.typeAnnotation, depth + 1);
  if (declaration.type !== "TSInterfaceDeclaration") return { kind: "members", members: declaration.body.body };
  const inherited = declaration.extends.map(({ expression }) => typeNamed(file, expression, undefined, depth + 1));
  return { kind: "members", members: [...declaration.body.body, ...inherited.flatMap((type) => (type?.kind === "members" ? type.members : []))] };
}
