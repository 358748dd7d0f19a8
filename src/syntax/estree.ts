import type { Span } from "../model/text.js";
import type { CallExpression, Class, MemberExpression, NewExpression, Node, Program, Property, ScopeManager, Variable, Wrapper } from "./estree-nodes.js";
import { spanOf } from "./estree-nodes.js";

/** What is needed of the host's parse result: both ESLint's `SourceCode` and `parseForESLint`'s answer fit. */
export interface EstreeTree {
  readonly ast: Program;
  readonly scopeManager: ScopeManager;
  /** Which properties of a node hold its children, by type. Where it is missing, all are looked at. */
  readonly visitorKeys?: Readonly<Record<string, readonly string[] | undefined>> | null;
}

/** A parsed file, with the way up from every node and from every identifier to its variable. */
export interface EstreeFile {
  readonly text: string;
  /** Every node once, parents before their children, and each followed by all that lies below it. Types are left out. */
  readonly nodes: readonly Node[];
  /** Those of `nodes` that create something or call something. */
  readonly calls: readonly (CallExpression | NewExpression)[];
  /** Where a node stands among `nodes`. */
  readonly places: ReadonlyMap<Node, number>;
  readonly parents: Pick<ReadonlyMap<Node, Node>, "get">;
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

export function indexTree(text: string, { ast, scopeManager, visitorKeys }: EstreeTree): EstreeFile {
  const nodes: Node[] = [];
  const calls: (CallExpression | NewExpression)[] = [];
  const places = new Map<Node, number>();
  const above: number[] = [];
  const members = new Map<string, MemberExpression[]>();
  const destructured = new Map<string, Property[]>();
  const keysOf = childKeys(visitorKeys ?? null);
  // Stacks, not recursion: long chains of calls and concatenations nest deeply.
  const pending: Node[] = [ast];
  const pendingAbove: number[] = [-1];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    const parent = pendingAbove.pop() ?? -1;
    const place = nodes.length;
    places.set(node, place);
    nodes.push(node);
    above.push(parent);
    if (node.type === "CallExpression" || node.type === "NewExpression") calls.push(node);
    else if (node.type === "MemberExpression") group(members, memberName(node), node);
    else if (node.type === "Property" && nodes[parent]?.type === "ObjectPattern") group(destructured, keyName(node.key, node.computed), node);
    pushChildren(node, keysOf(node), pending);
    while (pendingAbove.length < pending.length) pendingAbove.push(place);
  }
  const parentOf = (node: Node): Node | undefined => {
    const place = places.get(node);
    return place === undefined ? undefined : nodes[above[place] ?? -1];
  };
  return {
    text,
    nodes,
    calls,
    places,
    parents: { get: parentOf },
    variables: indexVariables(scopeManager),
    declared: indexDeclarations(scopeManager),
    members,
    destructured,
    comments: (ast.comments ?? []).map(spanOf),
  };
}

/** No children, though objects: links upwards, positions, token lists; and types, in which no value flows. */
const NO_CHILDREN = new Set(["parent", "loc", "range", "tokens", "comments", "typeAnnotation", "typeArguments", "typeParameters", "returnType"]);

type VisitorKeys = NonNullable<EstreeTree["visitorKeys"]>;

/** A parser gives the same keys for every file. */
const keysByParser = new WeakMap<VisitorKeys, Map<string, readonly string[]>>();

/** The names of the properties of a node that may hold children. */
function childKeys(visitorKeys: VisitorKeys | null): (node: Node) => readonly string[] {
  const chosen = (keys: readonly string[]): readonly string[] => keys.filter((key) => !NO_CHILDREN.has(key));
  if (visitorKeys === null) return (node) => chosen(Object.keys(node));
  const known = keysByParser.get(visitorKeys) ?? new Map<string, readonly string[]>();
  keysByParser.set(visitorKeys, known);
  return (node) => {
    const found = known.get(node.type);
    if (found !== undefined) return found;
    const keys = chosen(visitorKeys[node.type] ?? Object.keys(node));
    known.set(node.type, keys);
    return keys;
  };
}

/** From the last to the first: the first is to be taken from the stack first. */
function pushChildren(node: Node, keys: readonly string[], pending: Node[]): void {
  const holder: unknown = node;
  if (!isRecord(holder)) return;
  for (let at = keys.length - 1; at >= 0; at -= 1) {
    const value = holder[keys[at] ?? ""];
    if (typeof value !== "object" || value === null) continue;
    if (!Array.isArray(value)) {
      if (isNode(value)) pending.push(value);
      continue;
    }
    const list: readonly unknown[] = value;
    for (let index = list.length - 1; index >= 0; index -= 1) {
      const child = list[index];
      if (isNode(child)) pending.push(child);
    }
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function group<Value>(groups: Map<string, Value[]>, name: string | null, value: Value): void {
  if (name === null) return;
  const found = groups.get(name);
  if (found === undefined) groups.set(name, [value]);
  else found.push(value);
}

/** The node and everything below it. */
export function within(file: EstreeFile, node: Node): readonly Node[] {
  const start = file.places.get(node);
  if (start === undefined) return [];
  const [from, to] = node.range;
  let end = start + 1;
  for (let next = file.nodes[end]; next !== undefined && from <= next.range[0] && next.range[1] <= to; next = file.nodes[end]) end += 1;
  return file.nodes.slice(start, end);
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
  const declared = new Map<Node, Variable[]>();
  for (const { variables } of scopes) {
    for (const variable of variables) {
      for (const { node } of variable.defs) {
        const found = declared.get(node);
        if (found === undefined) declared.set(node, [variable]);
        else found.push(variable);
      }
    }
  }
  return declared;
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
  const [start, end] = node.range;
  const ahead = onOneLine(file.text.slice(start, Math.min(end, start + MOST_LOOKED_AT)));
  const text = ahead.length > 60 ? ahead : onOneLine(file.text.slice(start, end));
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

/** Whole classes are shown, too. */
const MOST_LOOKED_AT = 200;

function onOneLine(text: string): string {
  return text.replace(/\s+/gu, " ");
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
