import type { Base, Class, Identifier, Node } from "./estree-nodes.js";

/** What typescript-eslint's trees say of types, as far as it is read: which type a name or member is declared with. */
export interface TSTypeAnnotation extends Base {
  readonly type: "TSTypeAnnotation";
  readonly typeAnnotation: Node;
}
export interface TSTypeReference extends Base {
  readonly type: "TSTypeReference";
  readonly typeName: Node;
  readonly typeArguments?: TSTypeParameterInstantiation | null;
}
export interface TSTypeParameterInstantiation extends Base {
  readonly type: "TSTypeParameterInstantiation";
  readonly params: readonly Node[];
}
export interface TSQualifiedName extends Base {
  readonly type: "TSQualifiedName";
  readonly left: Node;
  readonly right: Identifier;
}
export interface TSUnionType extends Base {
  readonly type: "TSUnionType";
  readonly types: readonly Node[];
}
export interface TSTypeLiteral extends Base {
  readonly type: "TSTypeLiteral";
  readonly members: readonly Node[];
}
export interface TSTypeAliasDeclaration extends Base {
  readonly type: "TSTypeAliasDeclaration";
  readonly typeAnnotation: Node;
}
export interface TSInterfaceDeclaration extends Base {
  readonly type: "TSInterfaceDeclaration";
  readonly extends: readonly TSInterfaceHeritage[];
  readonly body: TSInterfaceBody;
}
export interface TSInterfaceHeritage extends Base {
  readonly type: "TSInterfaceHeritage";
  readonly expression: Node;
}
export interface TSInterfaceBody extends Base {
  readonly type: "TSInterfaceBody";
  readonly body: readonly Node[];
}
export interface TSPropertySignature extends Base {
  readonly type: "TSPropertySignature";
  readonly key: Node;
  readonly computed: boolean;
  readonly typeAnnotation?: TSTypeAnnotation | null;
}
/** `constructor(private readonly bucket: IBucket)` */
export interface TSParameterProperty extends Base {
  readonly type: "TSParameterProperty";
  readonly parameter: Node;
}
/** `null`, `undefined` */
export interface NullishType extends Base {
  readonly type: "TSNullKeyword" | "TSUndefinedKeyword";
}

export type TypeNode =
  | NullishType
  | TSInterfaceBody
  | TSInterfaceDeclaration
  | TSInterfaceHeritage
  | TSParameterProperty
  | TSPropertySignature
  | TSQualifiedName
  | TSTypeAliasDeclaration
  | TSTypeAnnotation
  | TSTypeLiteral
  | TSTypeParameterInstantiation
  | TSTypeReference
  | TSUnionType;

/** What declares a type in this file. */
export type TypeDeclaration = Class | TSInterfaceDeclaration | TSTypeAliasDeclaration;
