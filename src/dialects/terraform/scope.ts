import type { HclExpression, HclTemplatePart } from "../../syntax/hcl-nodes.js";
import { literalText, unwrap } from "./expressions.js";
import type { ModuleCall, Sourced } from "./module-blocks.js";
import { textExpression } from "./tfvars.js";

/** What the files of one module say of values, apart from who uses them. */
export interface ModuleValues {
  /** The value of a local that is declared exactly once; null for others, and so below. */
  readonly local: (name: string) => Sourced | null;
  readonly variableDefault: (name: string) => Sourced | null;
  readonly output: (name: string) => Sourced | null;
}

/** A module as one of its callers makes it, or a root module as it is deployed. */
export interface ModuleInstance {
  readonly values: ModuleValues;
  /** What the addresses of its resources begin with: `module.app["blue"].`; empty in a root module. */
  readonly prefix: string;
  /** Absolute: the directory of the root module. */
  readonly root: string;
  /** Null for a root module. */
  readonly caller: { readonly scope: Scope; readonly call: ModuleCall } | null;
  /** False when a `for_each` or `count` on the way to it is not written out: it stands for several. */
  readonly listed: boolean;
  /** What `.tfvars` files set in a root module. */
  readonly assigned: ReadonlyMap<string, Sourced>;
  /** Do the variables of a root module that are not assigned have their defaults? Otherwise a deployment may set them. */
  readonly hasDefaults: boolean;
  /** The instances of a module that it calls; null when that module cannot be read. */
  readonly called: (name: string) => Called | null;
}

export interface Called {
  readonly instances: readonly { readonly each: Instance | null; readonly module: ModuleInstance }[];
}

/** What `each.key`, `each.value` and `count.index` stand for in one instance of a block. */
export interface Instance {
  readonly key: string | null;
  readonly value: Placed | null;
  readonly index: number | null;
}

/** Where an expression is evaluated. */
export interface Scope {
  readonly module: ModuleInstance;
  readonly each: Instance | null;
  /** The variables of the `for` expressions around it. */
  readonly bound: ReadonlyMap<string, Placed>;
}

/** An expression in its scope. */
export interface Placed extends Sourced {
  readonly scope: Scope;
}

const UNBOUND: ReadonlyMap<string, Placed> = new Map();

export function scopeOf(module: ModuleInstance, each: Instance | null = null): Scope {
  return { module, each, bound: UNBOUND };
}

/** References to references, in both directions: deeper than anything that is meant. */
const MOST_LEVELS = 40;

/** One step of a reference: a name, a literal key, or null for a key that is computed. */
type Step = string | null;

/**
 * Follows an expression to where its value is written: through locals, variables, `each`, outputs of modules, members of
 * objects, conditions that are known. What cannot be followed further is returned as far as it got.
 */
export function settle(expression: Placed, level = 0): Placed {
  const value = unwrap(expression.value);
  const here: Placed = { ...expression, value };
  if (level > MOST_LEVELS) return here;
  const next = (inner: HclExpression): Placed => settle({ ...here, value: inner }, level + 1);
  switch (value.type) {
    case "HclVariable":
    case "HclGetAttribute":
    case "HclIndex": {
      const path = stepsOf(value, here, level);
      const start = path === null ? null : startOf(path, here.scope);
      return start === null ? here : (descend(start.from, start.rest, level + 1) ?? here);
    }
    case "HclConditional": {
      const holds = truthOf({ ...here, value: value.condition }, level + 1);
      return holds === null ? here : next(holds ? value.consequent : value.alternate);
    }
    case "HclCall": {
      const [first, second] = value.arguments;
      if (first === undefined || value.expanded) return here;
      if (SAME_VALUE.has(value.name)) return next(first);
      if (value.name === "try") {
        const found = next(first);
        return isWritten(found.value) ? found : here;
      }
      if (value.name === "coalesce") {
        const found = value.arguments.map(next).find(({ value: inner }) => inner.type !== "HclNull" && literalText(inner) !== "");
        return found !== undefined && isWritten(found.value) ? found : here;
      }
      if (value.name === "lookup" && second !== undefined) {
        const key = textOf({ ...here, value: second }, level + 1);
        return key === null ? here : (descend({ ...here, value: first }, [key], level + 1) ?? here);
      }
      return here;
    }
    default:
      return here;
  }
}

const SAME_VALUE: ReadonlySet<string> = new Set(["nonsensitive", "sensitive", "tomap", "tonumber", "tostring"]);

/** Is the value there to be read, and not null? */
function isWritten({ type }: HclExpression): boolean {
  return type === "HclTemplate" || type === "HclTuple" || type === "HclObject" || type === "HclNumber" || type === "HclBoolean";
}

interface Path {
  readonly root: string;
  readonly steps: readonly Step[];
}

function stepsOf(expression: HclExpression, scope: Placed, level: number): Path | null {
  switch (expression.type) {
    case "HclVariable":
      return { root: expression.name, steps: [] };
    case "HclGetAttribute": {
      const path = stepsOf(expression.object, scope, level);
      return path === null ? null : { root: path.root, steps: [...path.steps, expression.name] };
    }
    case "HclIndex": {
      const path = stepsOf(expression.object, scope, level);
      return path === null ? null : { root: path.root, steps: [...path.steps, textOf({ ...scope, value: expression.key }, level + 1)] };
    }
    default:
      return null;
  }
}

interface Start {
  readonly from: Placed;
  readonly rest: readonly Step[];
}

function startOf({ root, steps: [first, ...rest] }: Path, { module, each, bound }: Scope): Start | null {
  const variable = bound.get(root);
  if (variable !== undefined) return { from: variable, rest: first === undefined ? rest : [first, ...rest] };
  if (first === undefined || first === null) return null;
  const inModule = (found: Sourced | null, of = module): Start | null => (found === null ? null : { from: { ...found, scope: scopeOf(of) }, rest });
  switch (root) {
    case "local":
      return inModule(module.values.local(first));
    case "var": {
      const found = variableValue(module, first);
      return found === null ? null : { from: found, rest };
    }
    case "each":
      if (first === "key" && each?.key != null) return { from: literal(each.key, scopeOf(module)), rest };
      return first === "value" && each?.value != null ? { from: each.value, rest } : null;
    case "count":
      return first === "index" && each?.index != null ? { from: literal(String(each.index), scopeOf(module)), rest } : null;
    case "module":
      return outputStart(module, first, rest);
    default:
      return null;
  }
}

function outputStart(module: ModuleInstance, name: string, [first, ...rest]: readonly Step[]): Start | null {
  const instances = module.called(name)?.instances ?? [];
  const keyed = instances.filter(({ each }) => each !== null && first !== undefined && first !== null && instanceKey(each) === first);
  const [chosen, ...others] = keyed.length > 0 ? keyed : instances;
  const [output = null, ...steps] = keyed.length > 0 || first === undefined ? rest : [first, ...rest];
  if (chosen === undefined || others.length > 0 || output === null) return null;
  const value = chosen.module.values.output(output);
  return value === null ? null : { from: { ...value, scope: scopeOf(chosen.module) }, rest: steps };
}

/** How an instance is told from others in an address. */
export function instanceKey({ key, index }: Instance): string | null {
  return key ?? (index === null ? null : String(index));
}

/** What a variable is set to; null when the source does not tell for certain. */
function variableValue(module: ModuleInstance, name: string): Placed | null {
  const { values, caller, assigned, hasDefaults } = module;
  const given = caller?.call.attributes.get(name);
  if (caller !== null && given !== undefined) return { value: given, source: caller.call.text, scope: caller.scope };
  const found = assigned.get(name) ?? (caller !== null || hasDefaults ? values.variableDefault(name) : null);
  return found === null ? null : { ...found, scope: scopeOf(module) };
}

/** The default of a root module's variable, which a deployment may replace. */
export function usualValue({ value, scope }: Placed): Placed | null {
  const { module } = scope;
  if (module.caller !== null || value.type !== "HclGetAttribute" || value.object.type !== "HclVariable" || value.object.name !== "var") return null;
  const found = module.values.variableDefault(value.name);
  return found === null ? null : { ...found, scope: scopeOf(module) };
}

function literal(text: string, scope: Scope): Placed {
  return { value: textExpression(text), source: "", scope };
}

/** Goes down into what is written out. Null when it does not say what stands there. */
function descend(from: Placed, [step, ...rest]: readonly Step[], level: number): Placed | null {
  const settled = settle(from, level);
  if (step === undefined) return settled;
  const { value } = settled;
  switch (value.type) {
    case "HclObject": {
      if (step === null) return null;
      const members = membersOf(settled, level);
      const found = members?.findLast(({ key }) => key === step);
      return found === undefined ? null : descend(found.value, rest, level + 1);
    }
    case "HclTuple": {
      const item = step !== null && /^\d+$/u.test(step) ? value.items[Number(step)] : undefined;
      return item === undefined ? null : descend({ ...settled, value: item }, rest, level + 1);
    }
    case "HclCall": {
      if (value.name !== "merge" || value.expanded || step === null) return null;
      for (const argument of [...value.arguments].reverse()) {
        const inner = settle({ ...settled, value: argument }, level + 1);
        const members = inner.value.type === "HclObject" ? membersOf(inner, level) : null;
        if (members === null) return null;
        const found = members.findLast(({ key }) => key === step);
        if (found !== undefined) return descend(found.value, rest, level + 1);
      }
      return null;
    }
    case "HclVariable":
    case "HclGetAttribute":
    case "HclIndex":
      // A resource, as a whole, that a local or an output hands on: its attribute is an attribute of the resource.
      return step === null ? null : descend({ ...settled, value: { type: "HclGetAttribute", object: value, name: step, span: value.span } }, rest, level + 1);
    default:
      return null;
  }
}

export interface Member {
  readonly key: string;
  readonly value: Placed;
}

/** The members of an object; null when one of its keys is computed. */
export function membersOf(object: Placed, level = 0): readonly Member[] | null {
  if (object.value.type !== "HclObject") return null;
  const members: Member[] = [];
  for (const { key, value } of object.value.items) {
    const name = key.type === "HclVariable" ? key.name : textOf({ ...object, value: key }, level + 1);
    if (name === null) return null;
    members.push({ key: name, value: { ...object, value } });
  }
  return members;
}

/** The text or number that an expression certainly gives; null for anything else. */
export function textOf(expression: Placed, level = 0): string | null {
  const { value, source, scope } = settle(expression, level);
  if (value.type === "HclNumber") return value.raw;
  if (value.type === "HclBoolean") return String(value.value);
  if (value.type !== "HclTemplate" || level > MOST_LEVELS) return null;
  const texts = value.parts.map((part: HclTemplatePart) => {
    if (part.type === "HclText") return part.value;
    return part.type === "HclInterpolation" ? textOf({ value: part.expression, source, scope }, level + 1) : null;
  });
  return texts.includes(null) ? null : texts.join("");
}

/** Does a condition hold? Null when the source does not tell. */
export function truthOf(condition: Placed, level = 0): boolean | null {
  const settled = settle(condition, level);
  const { value } = settled;
  if (level > MOST_LEVELS) return null;
  const inner = (expression: HclExpression): boolean | null => truthOf({ ...settled, value: expression }, level + 1);
  switch (value.type) {
    case "HclBoolean":
      return value.value;
    case "HclTemplate": {
      const text = literalText(value);
      return text === "true" ? true : text === "false" ? false : null;
    }
    case "HclUnary": {
      const operand = value.operator === "!" ? inner(value.operand) : null;
      return operand === null ? null : !operand;
    }
    case "HclBinary":
      return comparison(value.operator, { ...settled, value: value.left }, { ...settled, value: value.right }, level + 1);
    default:
      return null;
  }
}

function comparison(operator: string, left: Placed, right: Placed, level: number): boolean | null {
  switch (operator) {
    case "&&":
    case "||": {
      const deciding = operator === "||";
      const [a, b] = [truthOf(left, level), truthOf(right, level)];
      if (a === deciding || b === deciding) return deciding;
      return a === null || b === null ? null : !deciding;
    }
    case "==":
      return sameValue(left, right, level);
    case "!=": {
      const same = sameValue(left, right, level);
      return same === null ? null : !same;
    }
    case ">":
    case "<":
    case ">=":
    case "<=": {
      const [a, b] = [numberOf(left, level), numberOf(right, level)];
      if (a === null || b === null) return null;
      return operator === ">" ? a > b : operator === "<" ? a < b : operator === ">=" ? a >= b : a <= b;
    }
    default:
      return null;
  }
}

function sameValue(left: Placed, right: Placed, level: number): boolean | null {
  const [a, b] = [settle(left, level), settle(right, level)];
  const nulls = [a, b].filter(({ value }) => value.type === "HclNull").length;
  if (nulls === 2) return true;
  if (nulls === 1) return isWritten(a.value) || isWritten(b.value) ? false : null;
  const [x, y] = [textOf(a, level), textOf(b, level)];
  return x === null || y === null ? null : x === y;
}

/** A number that is written, or the length of what is. */
export function numberOf(expression: Placed, level = 0): number | null {
  const settled = settle(expression, level);
  const { value } = settled;
  if (value.type === "HclNumber") return value.value;
  const [argument] = value.type === "HclCall" && value.name === "length" ? value.arguments : [];
  if (argument === undefined || level > MOST_LEVELS) return null;
  const measured = settle({ ...settled, value: argument }, level + 1);
  if (measured.value.type === "HclTuple" || measured.value.type === "HclObject") return measured.value.items.length;
  return measured.value.type === "HclTemplate" ? (textOf(measured, level + 1)?.length ?? null) : null;
}
