import type { Span } from "../model/text.js";
import type { HclExpression, HclObjectItem, HclTemplatePart } from "./hcl-nodes.js";

/** Where an offset of the text that was parsed lies in the text that the nodes are to be about. */
export type MapOffset = (offset: number) => number;

/** An expression that was parsed out of a text of its own, with spans in the text that it was taken from. */
export function movedExpression(expression: HclExpression, to: MapOffset): HclExpression {
  const span = movedSpan(expression.span, to);
  const move = (inner: HclExpression): HclExpression => movedExpression(inner, to);
  const moveIf = (inner: HclExpression | null): HclExpression | null => (inner === null ? null : move(inner));
  switch (expression.type) {
    case "HclNumber":
    case "HclBoolean":
    case "HclNull":
    case "HclVariable":
      return { ...expression, span };
    case "HclTemplate":
      return { ...expression, parts: movedParts(expression.parts, to), span };
    case "HclTuple":
      return { ...expression, items: expression.items.map(move), span };
    case "HclObject":
      return { ...expression, items: expression.items.map((item) => movedItem(item, to)), span };
    case "HclForTuple":
      return { ...expression, collection: move(expression.collection), result: move(expression.result), condition: moveIf(expression.condition), span };
    case "HclForObject":
      return {
        ...expression,
        collection: move(expression.collection),
        resultKey: move(expression.resultKey),
        result: move(expression.result),
        condition: moveIf(expression.condition),
        span,
      };
    case "HclCall":
      return { ...expression, nameSpan: movedSpan(expression.nameSpan, to), arguments: expression.arguments.map(move), span };
    case "HclGetAttribute":
      return { ...expression, object: move(expression.object), span };
    case "HclIndex":
      return { ...expression, object: move(expression.object), key: move(expression.key), span };
    case "HclSplat":
      return { ...expression, object: move(expression.object), each: move(expression.each), span };
    case "HclConditional":
      return {
        ...expression,
        condition: move(expression.condition),
        consequent: move(expression.consequent),
        alternate: move(expression.alternate),
        span,
      };
    case "HclBinary":
      return { ...expression, left: move(expression.left), right: move(expression.right), span };
    case "HclUnary":
      return { ...expression, operand: move(expression.operand), span };
    case "HclParentheses":
      return { ...expression, expression: move(expression.expression), span };
  }
}

export function movedParts(parts: readonly HclTemplatePart[], to: MapOffset): readonly HclTemplatePart[] {
  return parts.map((part): HclTemplatePart => {
    const span = movedSpan(part.span, to);
    switch (part.type) {
      case "HclText":
        return { ...part, span };
      case "HclInterpolation":
        return { ...part, expression: movedExpression(part.expression, to), span };
      case "HclTemplateIf": {
        const { condition, consequent, alternate } = part;
        return {
          ...part,
          condition: movedExpression(condition, to),
          consequent: movedParts(consequent, to),
          alternate: movedParts(alternate, to),
          span,
        };
      }
      case "HclTemplateFor":
        return { ...part, collection: movedExpression(part.collection, to), body: movedParts(part.body, to), span };
    }
  });
}

function movedItem(item: HclObjectItem, to: MapOffset): HclObjectItem {
  return { ...item, key: movedExpression(item.key, to), value: movedExpression(item.value, to), span: movedSpan(item.span, to) };
}

function movedSpan({ start, end }: Span, to: MapOffset): Span {
  return { start: to(start), end: to(end) };
}
