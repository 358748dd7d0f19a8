import type { Span } from "../model/text.js";
import type { TypeNode } from "./estree-type-nodes.js";

/**
 * The part of ESTree, with typescript-eslint's additions, that is read here. Trees come from the host's parser and hold
 * more kinds of node than `Node` names: whatever is not listed is passed over, so every `switch` over `type` needs a way
 * out for the rest. Declared here, and not imported, so that neither `estree` nor typescript-eslint is needed for types.
 */
export interface Base {
  readonly range: readonly [number, number];
}

export interface Identifier extends Base {
  readonly type: "Identifier";
  readonly name: string;
}
export interface PrivateIdentifier extends Base {
  readonly type: "PrivateIdentifier";
  readonly name: string;
}
export interface Literal extends Base {
  readonly type: "Literal";
  readonly value: unknown;
  readonly raw: string;
}
export interface TemplateElement extends Base {
  readonly type: "TemplateElement";
  readonly value: { readonly cooked?: string | null };
}
export interface TemplateLiteral extends Base {
  readonly type: "TemplateLiteral";
  readonly quasis: readonly TemplateElement[];
  readonly expressions: readonly Node[];
}
export interface ArrayExpression extends Base {
  readonly type: "ArrayExpression";
  readonly elements: readonly (Node | null)[];
}
export interface ObjectExpression extends Base {
  readonly type: "ObjectExpression";
  readonly properties: readonly (Property | SpreadElement)[];
}
export interface ObjectPattern extends Base {
  readonly type: "ObjectPattern";
  readonly properties: readonly (Property | RestElement)[];
}
export interface Property extends Base {
  readonly type: "Property";
  readonly key: Node;
  readonly value: Node;
  readonly computed: boolean;
  readonly kind: "init" | "get" | "set";
}
export interface SpreadElement extends Base {
  readonly type: "SpreadElement";
  readonly argument: Node;
}
export interface RestElement extends Base {
  readonly type: "RestElement";
  readonly argument: Node;
}
export interface CallExpression extends Base {
  readonly type: "CallExpression";
  readonly callee: Node;
  readonly arguments: readonly Node[];
  readonly typeArguments?: Node | null;
}
export interface NewExpression extends Base {
  readonly type: "NewExpression";
  readonly callee: Node;
  readonly arguments: readonly Node[];
}
export interface MemberExpression extends Base {
  readonly type: "MemberExpression";
  readonly object: Node;
  readonly property: Node;
  readonly computed: boolean;
}
export interface BinaryExpression extends Base {
  readonly type: "BinaryExpression";
  readonly operator: string;
  readonly left: Node;
  readonly right: Node;
}
export interface AssignmentExpression extends Base {
  readonly type: "AssignmentExpression";
  readonly operator: string;
  readonly left: Node;
  readonly right: Node;
}
export interface LogicalExpression extends Base {
  readonly type: "LogicalExpression";
  readonly operator: string;
  readonly left: Node;
  readonly right: Node;
}
export interface ConditionalExpression extends Base {
  readonly type: "ConditionalExpression";
  readonly consequent: Node;
  readonly alternate: Node;
}
export interface AssignmentPattern extends Base {
  readonly type: "AssignmentPattern";
  readonly left: Node;
  readonly right: Node;
}
/** Wrappers that change the type of an expression and not its value; `ChainExpression` is where an optional chain ends. */
export interface Wrapper extends Base {
  readonly type:
    | "ChainExpression"
    | "TSAsExpression"
    | "TSNonNullExpression"
    | "TSSatisfiesExpression"
    | "TSTypeAssertion";
  readonly expression: Node;
}
export interface VariableDeclarator extends Base {
  readonly type: "VariableDeclarator";
  readonly id: Node;
  readonly init: Node | null;
}
export interface VariableDeclaration extends Base {
  readonly type: "VariableDeclaration";
  readonly declarations: readonly VariableDeclarator[];
}
export interface ExpressionStatement extends Base {
  readonly type: "ExpressionStatement";
  readonly expression: Node;
}
export interface ImportDeclaration extends Base {
  readonly type: "ImportDeclaration";
  readonly specifiers: readonly Node[];
  readonly source: Literal;
}
export interface ImportSpecifier extends Base {
  readonly type: "ImportSpecifier";
  readonly imported: Identifier | Literal;
}
export interface ExportNamedDeclaration extends Base {
  readonly type: "ExportNamedDeclaration";
  readonly declaration: Node | null;
  readonly specifiers: readonly ExportSpecifier[];
  readonly source: Literal | null;
}
export interface ExportSpecifier extends Base {
  readonly type: "ExportSpecifier";
  readonly local: Identifier | Literal;
  readonly exported: Identifier | Literal;
}
export interface ExportAllDeclaration extends Base {
  readonly type: "ExportAllDeclaration";
  readonly exported: Identifier | Literal | null;
  readonly source: Literal;
}
export interface ExportDefaultDeclaration extends Base {
  readonly type: "ExportDefaultDeclaration";
  readonly declaration: Node;
}
export interface ImportExpression extends Base {
  readonly type: "ImportExpression";
  readonly source: Node;
}
export interface TSImportEqualsDeclaration extends Base {
  readonly type: "TSImportEqualsDeclaration";
  readonly moduleReference: Node;
}
export interface TSExternalModuleReference extends Base {
  readonly type: "TSExternalModuleReference";
  readonly expression: Node;
}
export interface Class extends Base {
  readonly type: "ClassDeclaration" | "ClassExpression";
  readonly id: Identifier | null;
  readonly superClass: Node | null;
  readonly body: ClassBody;
}
export interface ClassBody extends Base {
  readonly type: "ClassBody";
  readonly body: readonly Node[];
}
export interface MethodDefinition extends Base {
  readonly type: "MethodDefinition";
  readonly key: Node;
  readonly value: Node;
  readonly kind: "constructor" | "method" | "get" | "set";
  readonly static: boolean;
}
export interface PropertyDefinition extends Base {
  readonly type: "PropertyDefinition";
  readonly key: Node;
  readonly value: Node | null;
  readonly computed: boolean;
  readonly static: boolean;
  readonly readonly?: boolean;
  readonly accessibility?: "public" | "protected" | "private";
}
export interface FunctionNode extends Base {
  readonly type: "FunctionExpression" | "FunctionDeclaration" | "ArrowFunctionExpression" | "TSEmptyBodyFunctionExpression";
  readonly id?: Identifier | null;
  readonly params: readonly Node[];
  readonly body: Node | null;
  readonly async?: boolean;
  readonly generator?: boolean;
}
export interface ReturnStatement extends Base {
  readonly type: "ReturnStatement";
  readonly argument: Node | null;
}
/** `constructor(private readonly role: Role)` */
export interface TSParameterProperty extends Base {
  readonly type: "TSParameterProperty";
  readonly parameter: Node;
}
export interface ReturnStatement extends Base {
  readonly type: "ReturnStatement";
  readonly argument: Node | null;
}
export interface Block extends Base {
  readonly type: "BlockStatement" | "StaticBlock" | "Program";
  readonly body: readonly Node[];
}
/** Nodes of which only the type is looked at. */
export interface Plain extends Base {
  readonly type:
    | "AwaitExpression"
    | "ImportDefaultSpecifier"
    | "ImportNamespaceSpecifier"
    | "Super"
    | "SwitchCase"
    | "TSExportAssignment"
    | "ThisExpression"
    | "UnaryExpression"
    | "UpdateExpression"
    | "YieldExpression";
}

export type Node =
  | ArrayExpression
  | AssignmentExpression
  | AssignmentPattern
  | BinaryExpression
  | Block
  | CallExpression
  | Class
  | ClassBody
  | ConditionalExpression
  | ExportAllDeclaration
  | ExportDefaultDeclaration
  | ExportNamedDeclaration
  | ExportSpecifier
  | ExpressionStatement
  | FunctionNode
  | Identifier
  | ImportDeclaration
  | ImportExpression
  | ImportSpecifier
  | Literal
  | LogicalExpression
  | MemberExpression
  | MethodDefinition
  | NewExpression
  | ObjectExpression
  | ObjectPattern
  | Plain
  | PrivateIdentifier
  | Property
  | PropertyDefinition
  | RestElement
  | ReturnStatement
  | SpreadElement
  | TSExternalModuleReference
  | TSImportEqualsDeclaration
  | TSParameterProperty
  | TemplateElement
  | TemplateLiteral
  | TypeNode
  | VariableDeclaration
  | VariableDeclarator
  | Wrapper;

export interface Program extends Base {
  readonly type: "Program";
  readonly body: readonly Node[];
  readonly comments?: readonly Base[] | null;
}

/** As eslint-scope and typescript-eslint's scope manager have them. */
export interface Reference {
  readonly identifier: Node;
  readonly resolved: Variable | null;
  /** typescript-eslint only: false for a mention in a type. */
  readonly isValueReference?: boolean;
  isRead(): boolean;
  isWrite(): boolean;
}
export interface Definition {
  readonly type: string;
  readonly node: Node;
  readonly parent?: Node | null;
}
export interface Variable {
  readonly name: string;
  readonly defs: readonly Definition[];
  readonly identifiers: readonly Node[];
  readonly references: readonly Reference[];
}
export interface Scope {
  readonly variables: readonly Variable[];
  readonly references: readonly Reference[];
}
export interface ScopeManager {
  readonly scopes: readonly Scope[];
}

export function spanOf(node: Base): Span {
  return { start: node.range[0], end: node.range[1] };
}
