import type { ListElement, SourceList } from "../../model/policy.js";
import type { Span } from "../../model/text.js";
import type { HclBlock, HclBody, HclExpression, HclTemplatePart } from "../../syntax/hcl-nodes.js";

export function attributeOf(body: HclBody, name: string): HclExpression | null {
  for (const item of body.items) if (item.type === "HclAttribute" && item.name === name) return item.value;
  return null;
}

export function blocksOf(body: HclBody, name: string): readonly HclBlock[] {
  return body.items.filter((item): item is HclBlock => item.type === "HclBlock" && item.name === name);
}

/**
 * How each of some blocks of a body is taken out: all of them are a list. In JSON syntax those of one array are one; a block that
 * is a member by itself is no element, and stays.
 */
export function blockElements(blocks: readonly HclBlock[]): readonly (ListElement | null)[] {
  const lists = new Map<Span | undefined, { readonly list: SourceList; readonly blocks: readonly HclBlock[] }>();
  return blocks.map((block) => {
    const array = block.json?.array;
    if (array === null) return null;
    let own = lists.get(array);
    if (own === undefined) {
      const beside = blocks.filter(({ json }) => json?.array === array);
      const items = beside.map(({ span }) => span);
      const list: SourceList = array === undefined ? { syntax: "blocks", items } : { syntax: "bracketed", open: array.start, close: array.end - 1, items };
      lists.set(array, (own = { list, blocks: beside }));
    }
    return { list: own.list, index: own.blocks.indexOf(block) };
  });
}

/** Takes off parentheses and the `"${…}"` that Terraform 0.11 asked for around every expression. */
export function unwrap(expression: HclExpression): HclExpression {
  if (expression.type === "HclParentheses") return unwrap(expression.expression);
  if (expression.type !== "HclTemplate" || expression.form !== "quoted") return expression;
  const [part, ...others] = expression.parts;
  return part?.type === "HclInterpolation" && others.length === 0 ? unwrap(part.expression) : expression;
}

/** The value of a string without interpolations. */
export function literalText(expression: HclExpression): string | null {
  if (expression.type !== "HclTemplate") return null;
  let text = "";
  for (const part of expression.parts) {
    if (part.type !== "HclText") return null;
    text += part.value;
  }
  return text;
}

/**
 * The names of a reference: `aws_iam_role.app[0].name`, `aws_iam_role.app[*].name` and `aws_iam_role.app.name` all are
 * `["aws_iam_role", "app", "name"]`, because who refers to one instance is treated as if it referred to all.
 * Null for what is no plain reference.
 */
export function traversal(expression: HclExpression): readonly string[] | null {
  switch (expression.type) {
    case "HclVariable":
      return expression.name === "" ? [] : [expression.name];
    case "HclGetAttribute": {
      const object = traversal(expression.object);
      return object === null ? null : [...object, expression.name];
    }
    case "HclIndex":
      return traversal(expression.object);
    case "HclSplat": {
      const object = traversal(expression.object);
      const each = traversal(expression.each);
      return object === null || each === null ? null : [...object, ...each];
    }
    default:
      return null;
  }
}

/** Every expression directly inside another. A bare object key is a name, not a reference, and is left out. */
export function subexpressions(expression: HclExpression): readonly HclExpression[] {
  switch (expression.type) {
    case "HclNumber":
    case "HclBoolean":
    case "HclNull":
    case "HclVariable":
      return [];
    case "HclTemplate":
      return expression.parts.flatMap(partExpressions);
    case "HclTuple":
      return expression.items;
    case "HclObject":
      return expression.items.flatMap(({ key, value }) => (key.type === "HclVariable" ? [value] : [key, value]));
    case "HclForTuple":
      return [expression.collection, expression.result, ...optional(expression.condition)];
    case "HclForObject":
      return [expression.collection, expression.resultKey, expression.result, ...optional(expression.condition)];
    case "HclCall":
      return expression.arguments;
    case "HclGetAttribute":
      return [expression.object];
    case "HclIndex":
      return [expression.object, expression.key];
    case "HclSplat":
      return [expression.object, expression.each];
    case "HclConditional":
      return [expression.condition, expression.consequent, expression.alternate];
    case "HclBinary":
      return [expression.left, expression.right];
    case "HclUnary":
      return [expression.operand];
    case "HclParentheses":
      return [expression.expression];
  }
}

function optional(expression: HclExpression | null): readonly HclExpression[] {
  return expression === null ? [] : [expression];
}

export function partExpressions(part: HclTemplatePart): readonly HclExpression[] {
  switch (part.type) {
    case "HclText":
      return [];
    case "HclInterpolation":
      return [part.expression];
    case "HclTemplateIf":
      return [part.condition, ...part.consequent.flatMap(partExpressions), ...part.alternate.flatMap(partExpressions)];
    case "HclTemplateFor":
      return [part.collection, ...part.body.flatMap(partExpressions)];
  }
}

/** Does the expression mention the variable `name` (`each`, an iterator) anywhere? */
export function mentionsVariable(expression: HclExpression, name: string): boolean {
  if (expression.type === "HclVariable") return expression.name === name;
  return subexpressions(expression).some((inner) => mentionsVariable(inner, name));
}

/**
 * Functions whose result holds their arguments' values as they are, or picks among them: what flows in may flow out.
 * https://developer.hashicorp.com/terraform/language/functions
 */
export const CARRIERS: ReadonlySet<string> = new Set([
  "coalesce",
  "coalescelist",
  "compact",
  "concat",
  "distinct",
  "element",
  "flatten",
  "join",
  "lookup",
  "merge",
  "nonsensitive",
  "one",
  "reverse",
  "sensitive",
  "setunion",
  "slice",
  "sort",
  "tolist",
  "tomap",
  "toset",
  "tostring",
  "try",
  "values",
  "zipmap",
]);

/** Functions that make one list of several. */
export const JOINS: ReadonlySet<string> = new Set(["compact", "concat", "distinct", "flatten", "setunion", "sort", "reverse"]);

/** Functions that hand on their only argument as it is. */
export const SAME: ReadonlySet<string> = new Set(["nonsensitive", "sensitive", "tolist", "toset", "tomap"]);

const LONGEST_SHOWN = 60;

/** The source of an expression for a message: on one line, shortened when long. */
export function shown(text: string, { start, end }: Span): string {
  const line = text.slice(start, end).replace(/\s+/gu, " ");
  return line.length <= LONGEST_SHOWN ? line : `${line.slice(0, LONGEST_SHOWN - 1)}…`;
}
