import { isList, isMap, isSame, NODE, type Tree, type TreeMap } from "./verify-tree.js";

/** Where a list of actions need not be part of a statement, because a statement can refer to it. */
export interface Bindings {
  /** Everywhere (TypeScript), or below these keys of the root (Terraform's `locals`). */
  readonly free: "everywhere" | readonly string[];
}

interface Place {
  readonly path: string;
  readonly key: string;
  /** Completes "It would change …, but …": why nothing here may change. */
  readonly frozen: string | null;
  /** Inside the actions of an `Allow` statement. */
  readonly actions: boolean;
  readonly free: boolean;
  /** The name that statements refer to this place by. */
  readonly binding: string | null;
  /** All that its key holds: a list here that loses its last element leaves the key with nothing. */
  readonly whole: boolean;
}

interface Run {
  readonly bindings: Bindings;
  readonly changedBindings: Set<string>;
}

/**
 * Null when `after` grants a part of what `before` grants and is the same otherwise: statements of `Allow` with elements
 * of their actions, or whole such statements, removed, and patterns replaced by narrower ones. Else one sentence.
 */
export function narrows(before: Tree, after: Tree, bindings: Bindings): string | null {
  const run: Run = { bindings, changedBindings: new Set() };
  const root: Place = { path: "", key: "", frozen: null, actions: false, free: bindings.free === "everywhere", binding: null, whole: true };
  return narrow(before, after, root, run) ?? deniedBinding(before, run.changedBindings);
}

function narrow(before: Tree, after: Tree, place: Place, run: Run): string | null {
  if (isSame(before, after)) return null;
  if (place.frozen !== null) return `It would change ${shown(place)}, but ${place.frozen}.`;
  if (isList(before) && isList(after)) return narrowList(before, after, place, run);
  if (isMap(before) && isMap(after)) return narrowMap(before, after, place, run);
  if (typeof before === "string" && isAction(before) && mayNarrow([before], place)) {
    const values = isList(after) ? after : [after];
    if (values.length === 0) return `It would leave ${shown(place)} empty.`;
    const wider = values.find((value) => typeof value !== "string" || !covers(before, value));
    if (wider === undefined) return noteBinding(place, run);
    return `It would put ${JSON.stringify(wider)} in place of "${before}" in ${shown(place)}, which grants something else.`;
  }
  return `It would change ${shown(place)}, which is not an action of an "Allow" statement.`;
}

function narrowMap(before: TreeMap, after: TreeMap, place: Place, run: Run): string | null {
  const keys = Object.keys(before);
  const afterKeys = Object.keys(after);
  const statementsLeft = afterKeys.some((key) => STATEMENT_SOURCE.test(key));
  const mayGo = (key: string): boolean => statementsLeft && areGrants(key, before[key] ?? null, place);
  const gone = keys.find((key) => !afterKeys.includes(key) && !mayGo(key));
  if (gone !== undefined) return `It would drop "${gone}" from ${shown(place)}.`;
  const added = afterKeys.find((key) => !keys.includes(key));
  if (added !== undefined) return `It would add "${added}" to ${shown(place)}.`;
  const stay = keys.filter((key) => afterKeys.includes(key));
  if (stay.join("\n") !== afterKeys.join("\n")) return `It would change the order of the keys of ${shown(place)}.`;
  const statement = statementOf(before);
  for (const key of stay) {
    const why = narrow(before[key] ?? null, after[key] ?? null, below(place, before, key, statement, run), run);
    if (why !== null) return why;
  }
  return null;
}

/** What a Terraform policy document may take statements from. */
const STATEMENT_SOURCE = /^(?:statement|dynamic|(?:source|override)_(?:policy_documents|json))$/u;

/** All `statement` blocks of a Terraform policy document, or all of its `dynamic "statement"` blocks: the key goes with them. */
function areGrants(key: string, value: Tree, place: Place): boolean {
  if (place.frozen !== null) return false;
  if (key === "dynamic") return isMap(value) && Object.keys(value).join() === "statement" && areGrants("statement", value["statement"] ?? null, place);
  return key === "statement" && isList(value) && value.length > 0 && value.every((each) => isGrant(each, { ...place, key }));
}

/** Aligns the elements in order: each stays, narrows, or goes where it may go; nothing is added or moved. */
function narrowList(before: readonly Tree[], after: readonly Tree[], place: Place, run: Run): string | null {
  if (after.length === 0 && place.whole && place.key !== "body") return `It would leave ${shown(place)} empty.`;
  const strings = before.filter((each) => typeof each === "string");
  const narrowable = mayNarrow(strings, place);
  let start = 0;
  while (start < Math.min(before.length, after.length) && isSame(before[start] ?? null, after[start] ?? null)) start += 1;

  const known = new Map<number, boolean>();
  const fits = (left: number, right: number): boolean => {
    const id = left * (after.length + 1) + right;
    const found = known.get(id) ?? align(left, right);
    known.set(id, found);
    return found;
  };
  const align = (left: number, right: number): boolean => {
    const own = before[left];
    const other = after[right];
    if (own === undefined) return right === after.length;
    if (typeof own === "string") {
      if (own === other && fits(left + 1, right + 1)) return true;
      if (!narrowable || !isAction(own)) return false;
      if (typeof other === "string" && covers(own, other) && (fits(left, right + 1) || fits(left + 1, right + 1))) return true;
      return fits(left + 1, right);
    }
    if (other !== undefined && narrow(own, other, element(place, before, left), run) === null && fits(left + 1, right + 1)) return true;
    return isGrant(own, place) && fits(left + 1, right);
  };
  if (fits(start, start)) return isSame(strings, after.filter((each) => typeof each === "string")) ? null : noteBinding(place, run);
  return whyNot(before, after, start, place, run);
}

/** The most telling reason why two lists do not fit. */
function whyNot(before: readonly Tree[], after: readonly Tree[], start: number, place: Place, run: Run): string {
  if (before.length === after.length) {
    for (const [index, own] of before.entries()) {
      const other = after[index];
      if (typeof own === "string" || typeof other === "string" || other === undefined) continue;
      const why = narrow(own, other, element(place, before, index), run);
      if (why !== null) return why;
    }
  }
  const wider = after.find(
    (value) => typeof value === "string" && !before.some((own) => typeof own === "string" && (own === value || covers(own, value))),
  );
  if (wider !== undefined) return `It would add ${JSON.stringify(wider)} to ${shown(place)}.`;
  if (after.length > before.length && !before.some((each) => typeof each === "string")) return `It would add an element to ${shown(place)}.`;
  return `It would remove, move or change ${shown(element(place, before, start))}, which is not a granted action or an "Allow" statement.`;
}

function below(place: Place, map: TreeMap, key: string, statement: Statement | null, run: Run): Place {
  const path = place.path === "" ? key : `${place.path}.${key}`;
  const { free: roots } = run.bindings;
  const free = place.free || (place.path === "" && roots !== "everywhere" && roots.includes(key));
  const inherited = { path, key, free, binding: bindingOf(place, map, key), whole: true };
  if (statement !== null) {
    if (statement.frozen !== null) return { ...inherited, frozen: statement.frozen, actions: false };
    if (ACTION.test(plain(key))) return { ...inherited, frozen: null, actions: true };
    const frozen = STATEMENT_PART.test(plain(key)) ? "only the actions of a statement may change" : null;
    return { ...inherited, frozen, actions: false };
  }
  const frozen = NEVER.test(plain(key)) ? "it is not an identity policy" : frozenArguments(map, key);
  return { ...inherited, frozen, actions: place.actions };
}

function element(place: Place, list: readonly Tree[], index: number): Place {
  return { ...place, path: `${place.path}[${String(index)}]`, whole: place.whole && list.length === 1 };
}

const ACTION = /^actions?$/u;
const NOT_ACTION = /^notactions?$/u;
const PRINCIPAL = /^(?:not)?principals?$/u;
const STATEMENT_PART = /^(?:sid|effect|(?:not)?resources?|conditions?|notactions?|(?:not)?principals?)$/u;
const NEVER = /^(?:assumerolepolicy(?:document)?|permissionsboundary|assumedby)$/u;

/** IAM's, Terraform's and CDK's spelling of a key, made alike. */
function plain(key: string): string {
  return key.toLowerCase().replaceAll("_", "");
}

interface Statement {
  /** Why it may not change; null for an `Allow` of actions without principals. */
  readonly frozen: string | null;
}

function statementOf(tree: Tree): Statement | null {
  if (!isMap(tree) || NODE in tree) return null;
  const keys = Object.keys(tree);
  const has = (pattern: RegExp): boolean => keys.some((key) => pattern.test(plain(key)));
  const effect = keys.find((key) => plain(key) === "effect");
  if (effect === undefined && !has(ACTION) && !has(NOT_ACTION)) return null;
  if (has(PRINCIPAL)) return { frozen: "its statement names principals" };
  if (has(NOT_ACTION)) return { frozen: "its statement uses NotAction" };
  // Terraform and CDK, which write small letters, take a missing effect for "Allow"; IAM rejects it.
  const allows = effect === undefined ? !keys.includes("Action") : isAllow(tree[effect] ?? null);
  return { frozen: allows ? null : 'the effect of its statement is not "Allow"' };
}

/** `"Allow"`, `Effect.ALLOW` or an imported `ALLOW`. */
function isAllow(effect: Tree): boolean {
  return effect === "Allow" || lastName(effect) === "ALLOW";
}

/** May this element of a list go as a whole: an `Allow` statement, or a policy or call that holds nothing else? */
function isGrant(tree: Tree, place: Place): boolean {
  const own = statementOf(tree);
  if (own !== null) return own.frozen === null;
  if (isGrantCall(tree)) return true;
  const statements = statementsIn(tree);
  if (statements.length === 0 || statements.some(({ frozen }) => frozen !== null)) return false;
  if (!isMap(tree)) return false;
  if (NODE in tree) {
    const call = standingCall(tree);
    return call === null ? /polic|statement|fromJson/iu.test(calleeName(tree)) : calleeName(call).startsWith("add");
  }
  return /polic|statement/iu.test(place.key);
}

/** A call of a grant method of the CDK that stands by itself and grants nothing but actions that are written out. */
function isGrantCall(tree: Tree): boolean {
  const call = standingCall(tree);
  const granted = isMap(call) ? (call["granted"] ?? null) : null;
  return isList(granted) && granted.every(isGranted);
}

/** An action, or a list of actions that is spread. */
function isGranted(tree: Tree): boolean {
  if (typeof tree === "string") return isAction(tree);
  const spread = isMap(tree) && tree[NODE] === "SpreadElement" ? (tree["argument"] ?? null) : null;
  return isList(spread) && spread.every((action) => typeof action === "string" && isAction(action));
}

/** The expression that is a statement of its own, also behind `?.`; null for everything else. */
function standingCall(tree: Tree): Tree {
  if (!isMap(tree) || tree[NODE] !== "ExpressionStatement") return null;
  const expression = tree["expression"] ?? null;
  return isMap(expression) && expression[NODE] === "ChainExpression" ? (expression["expression"] ?? null) : expression;
}

function statementsIn(tree: Tree): readonly Statement[] {
  const own = statementOf(tree);
  if (own !== null) return [own];
  if (isList(tree)) return tree.flatMap(statementsIn);
  return isMap(tree) ? Object.values(tree).flatMap(statementsIn) : [];
}

/** `c` of the syntax trees of `c` and of `a.b.c`; null for anything else. */
function lastName(tree: Tree): string | null {
  if (!isMap(tree)) return null;
  if (tree[NODE] === "MemberExpression") return lastName(tree["property"] ?? null);
  return tree[NODE] === "Identifier" && typeof tree["name"] === "string" ? tree["name"] : null;
}

/** The last name of what a call or a `new` calls; empty for anything else. */
function calleeName(tree: Tree): string {
  return isMap(tree) ? (lastName(tree["callee"] ?? null) ?? "") : "";
}

function frozenArguments(map: TreeMap, key: string): string | null {
  if (key !== "arguments") return null;
  const name = calleeName(map);
  const other = /^add(?!ToPrincipal(?:Policy|(?:And|Or)Resource)?$)\w*(?:Resource|Principal|Condition|NotAction)/u.test(name) || /deny/iu.test(name);
  return other ? `"${name}" does not grant actions to an identity` : null;
}

/** What the rest of the file calls this place. */
function bindingOf(place: Place, map: TreeMap, key: string): string | null {
  if (map[NODE] === "VariableDeclarator") return lastName(map["id"] ?? null);
  if (map[NODE] === "PropertyDefinition") return lastName(map["key"] ?? null);
  const callee = map["callee"] ?? null;
  // `statement.addActions(…)` changes what `statement` stands for.
  if (key === "arguments" && isMap(callee)) return lastName(callee["object"] ?? null) ?? place.binding;
  if (place.path === "variable" || /^locals\[\d+\]$/u.test(place.path)) return key;
  // A member of a local is referred to by the names on the way to it.
  if (place.binding === null || !place.path.startsWith("locals[") || NODE in map || !/^[\w-]+$/u.test(key)) return place.binding;
  return `${place.binding}.${key}`;
}

function noteBinding(place: Place, run: Run): null {
  if (!place.actions && place.binding !== null) run.changedBindings.add(place.binding);
  return null;
}

/** A list that a `Deny` or a `NotAction` refers to would, made shorter, allow more. */
function deniedBinding(tree: Tree, names: ReadonlySet<string>): string | null {
  if (names.size === 0) return null;
  if (isList(tree)) return firstReason(tree, names);
  if (!isMap(tree)) return null;
  const declared = tree[NODE] === "VariableDeclarator" ? lastName(tree["id"] ?? null) : null;
  const holdsOther = declared !== null && names.has(declared) && statementsIn(tree).some(({ frozen }) => frozen !== null);
  const isOther = (statementOf(tree)?.frozen ?? null) !== null;
  const name = holdsOther ? declared : isOther ? [...names].find((each) => refersTo(tree, each)) : undefined;
  if (name !== undefined) return `It would change "${name}", which belongs to a statement that is not an "Allow" of actions.`;
  return firstReason(Object.values(tree), names);
}

/** Does a tree mention a name, or something that it is a part of? Where an expression is still text, a word is enough. */
function refersTo(tree: Tree, name: string): boolean {
  if (typeof tree === "string") return tree.includes("${") && accessOf(name).test(tree);
  if (isList(tree)) return tree.some((each) => refersTo(each, name));
  if (!isMap(tree)) return false;
  if (tree[NODE] === "Identifier" && typeof tree["name"] === "string") return tree["name"] === name;
  const accessor = tree["fullAccessor"];
  return typeof accessor === "string" ? accessOf(name).test(accessor) : Object.values(tree).some((each) => refersTo(each, name));
}

/** `lists.one` is mentioned by `lists.one`, `lists["one"]`, `lists` and `lists[key]`, but not by `lists.two`. */
function accessOf(name: string): RegExp {
  const [last = "", ...outer] = name.split(".").reverse();
  const source = outer.reduce((inner, step) => `\\b${step}\\b(?:(?!\\.\\w|\\[")|(?:\\.|\\[")${inner})`, `\\b${last}\\b`);
  return new RegExp(source, "u");
}

function firstReason(trees: readonly Tree[], names: ReadonlySet<string>): string | null {
  for (const tree of trees) {
    const why = deniedBinding(tree, names);
    if (why !== null) return why;
  }
  return null;
}

function mayNarrow(strings: readonly string[], place: Place): boolean {
  return place.actions || (place.free && strings.length > 0 && strings.every(isAction));
}

function isAction(text: string): boolean {
  return /^[a-z0-9-]+:[\w*?-]+$/iu.test(text);
}

/** Does `outer` match everything that `inner` can match? Compared with nothing that the fix was made with. */
export function covers(outer: string, inner: string): boolean {
  const [own, other] = [outer.toLowerCase(), inner.toLowerCase()];
  if (!isAction(other)) return false;
  // `reach[j]`: the pattern so far can match the first j characters of `inner`, wildcards taken as characters.
  let reach = Array.from({ length: other.length + 1 }, (_, index) => index === 0);
  for (const char of own) {
    const next = reach.map(() => false);
    let starred = false;
    for (let at = 0; at <= other.length; at += 1) {
      starred ||= reach[at] === true;
      if (char === "*") next[at] = starred;
      else if (at > 0 && reach[at - 1] === true) {
        const against = other.charAt(at - 1);
        next[at] = char === "?" ? against !== "*" : against === char;
      }
    }
    reach = next;
  }
  return reach[other.length] === true;
}

function shown({ path }: Place): string {
  return path === "" ? "the file" : path;
}
