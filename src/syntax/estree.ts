import type { Span } from "../model/text.js";
import type { Class, MemberExpression, Node, Program, Property, ScopeManager, Variable, Wrapper } from "./estree-nodes.js";
import { spanOf } from "./estree-nodes.js";

/** What is needed of the host's parse result: both ESLint's `SourceCode` and `parseForESLint`'s answer fit. */
export interface EstreeTree {
  readonly ast: Program;
  readonly scopeManager: ScopeManager;
}

/** A parsed file, with the way up from every node and from every identifier to its variable. */
export interface EstreeFile {
  readonly text: string;
  /** Every node once, parents before their children. */
  readonly nodes: readonly Node[];
  readonly parents: ReadonlyMap<Node, Node>;
  readonly variables: ReadonlyMap<Node, Variable>;
  /** By what declares them: a class has two, one for its own body. */
  readonly declared: ReadonlyMap<Node, readonly Variable[]>;
  /** Every `….name`, by name. */
  readonly members: ReadonlyMap<string, readonly MemberExpression[]>;
  /** Every property that is taken out by destructuring, by name. */
  readonly destructured: ReadonlyMap<string, readonly Property[]>;
  readonly comments: readonly Span[];
}

export function isEstreeTree(tree: unknown): tree is EstreeTree {
  if (typeof tree !== "object" || tree === null || !("ast" in tree) || !("scopeManager" in tree)) return false;
  const { ast, scopeManager } = tree;
  return (
    isNode(ast) &&
    ast.type === "Program" &&
    typeof scopeManager === "object" &&
    scopeManager !== null &&
    "scopes" in scopeManager &&
    Array.isArray(scopeManager.scopes)
  );
}

export function indexTree(text: string, tree: EstreeTree): EstreeFile {
  const nodes: Node[] = [];
  const parents = new Map<Node, Node>();
  // A stack, not recursion: long chains of calls and concatenations nest deeply.
  const pending: Node[] = [tree.ast];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    nodes.push(node);
    const children = childrenOf(node);
    for (const child of children) parents.set(child, node);
    for (const child of children.reverse()) pending.push(child);
  }
  return {
    text,
    nodes,
    parents,
    variables: indexVariables(tree.scopeManager),
    declared: indexDeclarations(tree.scopeManager),
    members: indexMembers(nodes),
    destructured: indexDestructured(nodes, parents),
    comments: (tree.ast.comments ?? []).map(spanOf),
  };
}

/** Not children, though objects: links upwards, positions, and token lists. */
const NO_CHILDREN = new Set(["parent", "loc", "range", "tokens", "comments"]);

function childrenOf(node: Node): Node[] {
  const children: Node[] = [];
  const entries: [string, unknown][] = Object.entries(node);
  for (const [key, value] of entries) {
    if (typeof value !== "object" || value === null || NO_CHILDREN.has(key)) continue;
    if (isNode(value)) children.push(value);
    else if (Array.isArray(value)) children.push(...value.filter(isNode));
  }
  return children;
}

/** The node and everything below it. */
export function within(node: Node): readonly Node[] {
  const nodes = [node];
  // The list grows while it is walked.
  for (const at of nodes) nodes.push(...childrenOf(at));
  return nodes;
}

function isNode(value: unknown): value is Node {
  return (
    typeof value === "object" &&
    value !== null &&
    "type" in value &&
    typeof value.type === "string" &&
    "range" in value &&
    Array.isArray(value.range)
  );
}

function indexVariables(scopeManager: ScopeManager): Map<Node, Variable> {
  const variables = new Map<Node, Variable>();
  for (const scope of scopeManager.scopes) {
    for (const variable of scope.variables) for (const identifier of variable.identifiers) variables.set(identifier, variable);
  }
  for (const scope of scopeManager.scopes) {
    for (const { identifier, resolved } of scope.references) if (resolved !== null) variables.set(identifier, resolved);
  }
  return variables;
}

function indexDeclarations({ scopes }: ScopeManager): Map<Node, Variable[]> {
  const variables = scopes.flatMap((scope) => scope.variables);
  return grouped(variables.flatMap((variable) => variable.defs.map(({ node }) => [node, variable] as const)));
}

function indexMembers(nodes: readonly Node[]): Map<string, MemberExpression[]> {
  return grouped(
    nodes.flatMap((node) => {
      const name = memberName(node);
      return node.type === "MemberExpression" && name !== null ? [[name, node] as const] : [];
    }),
  );
}

function indexDestructured(nodes: readonly Node[], parents: ReadonlyMap<Node, Node>): Map<string, Property[]> {
  return grouped(
    nodes.flatMap((node) => {
      if (node.type !== "Property" || parents.get(node)?.type !== "ObjectPattern") return [];
      const name = keyName(node.key, node.computed);
      return name === null ? [] : [[name, node] as const];
    }),
  );
}

function grouped<Key, Value>(pairs: readonly (readonly [Key, Value])[]): Map<Key, Value[]> {
  const groups = new Map<Key, Value[]>();
  for (const [key, value] of pairs) {
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return groups;
}

/** The expression without assertions (`as const`, `satisfies`, `!`) and without the mark of an optional chain. */
export function unwrap(node: Node): Node {
  return isWrapper(node) ? unwrap(node.expression) : node;
}

const WRAPPERS = new Set<string>([
  "ChainExpression",
  "TSAsExpression",
  "TSNonNullExpression",
  "TSSatisfiesExpression",
  "TSTypeAssertion",
]);

function isWrapper(node: Node): node is Wrapper {
  return WRAPPERS.has(node.type);
}

/** The outermost expression that `unwrap` would reduce to this one. */
export function wrapped(file: EstreeFile, node: Node): Node {
  const parent = file.parents.get(node);
  return parent !== undefined && unwrap(parent) === unwrap(node) ? wrapped(file, parent) : node;
}

/** The parent, with the wrappers between left out. */
export function holderOf(file: EstreeFile, node: Node): Node | undefined {
  return file.parents.get(wrapped(file, node));
}

/** The name after the dot, in quotes between brackets, or before the colon; private names with their `#`. */
export function keyName(key: Node, computed: boolean): string | null {
  if (key.type === "Identifier" && !computed) return key.name;
  if (key.type === "PrivateIdentifier") return `#${key.name}`;
  return key.type === "Literal" && typeof key.value === "string" ? key.value : null;
}

export function memberName(node: Node): string | null {
  return node.type === "MemberExpression" ? keyName(node.property, node.computed) : null;
}

/** The source text on one line, cut to a length that fits a message. */
export function shownText(file: EstreeFile, node: Node): string {
  const text = file.text.slice(...node.range).replace(/\s+/gu, " ");
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

/** The class whose instance `this` is at `node`; null outside classes, in static members and in functions of their own. */
export function classOfThis(file: EstreeFile, node: Node): Class | null {
  let inner = node;
  for (let at = file.parents.get(node); at !== undefined; at = file.parents.get(at)) {
    if (at.type === "FunctionDeclaration" || at.type === "StaticBlock") return null;
    if (at.type === "FunctionExpression" && file.parents.get(at)?.type !== "MethodDefinition") return null;
    if ((at.type === "MethodDefinition" || at.type === "PropertyDefinition") && (at.static || at.key === inner)) return null;
    // The heritage clause stands outside the class.
    if (at.type === "ClassBody") return classWith(file, at);
    inner = at;
  }
  return null;
}

function classWith(file: EstreeFile, body: Node): Class | null {
  const parent = file.parents.get(body);
  return parent !== undefined && (parent.type === "ClassDeclaration" || parent.type === "ClassExpression") ? parent : null;
}
