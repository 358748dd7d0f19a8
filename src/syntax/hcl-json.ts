import { SyntaxProblem, type Span } from "../model/text.js";
import { literalString, referenceString, templateString } from "./hcl-json-strings.js";
import type { HclAttribute, HclBlock, HclBody, HclComment, HclExpression, HclFile, HclLabel, HclObject, HclObjectItem } from "./hcl-nodes.js";
import { readJson, type JsonMember, type JsonNode } from "./json.js";

/**
 * JSON does not tell a block from an argument whose value is an object: what a body may hold does. Members that are not
 * named here are arguments.
 */
export interface BodyShape {
  readonly blocks: ReadonlyMap<string, BlockShape>;
  /** Arguments whose strings are references, as they stand. */
  readonly references: ReadonlySet<string>;
  /** Arguments whose strings mean what they say, interpolations and all; `all` of them. */
  readonly literals: ReadonlySet<string> | "all";
  /** May `dynamic` blocks stand here for the others? */
  readonly dynamic: boolean;
}

export interface BlockShape {
  readonly labels: number;
  readonly body: (labels: readonly string[]) => BodyShape;
  /** It may also be written as an argument: what is no object, or list of objects, is one. */
  readonly orArgument: boolean;
}

/**
 * Reads a file in HCL's JSON syntax (https://github.com/hashicorp/hcl/blob/main/json/spec.md). Throws a `SyntaxProblem` at the
 * first thing that it cannot read. Keys that stand twice in one object are refused, as Terraform does, apart from blocks'.
 */
export function parseHclJson(text: string, shape: BodyShape): HclFile {
  const span = { start: 0, end: text.length };
  const root = readJson([{ value: text, span, exact: true }]);
  const comments: HclComment[] = [];
  const body: HclBody = { type: "HclBody", items: readItems({ text, comments }, membersOf(root, "the file"), shape), span };
  return { type: "HclFile", body, comments, span };
}

interface Reader {
  readonly text: string;
  readonly comments: HclComment[];
}

type Items = (HclAttribute | HclBlock)[];

/** The members of an object; those of several objects in a list count as one's. */
function membersOf(node: JsonNode, what: string): readonly JsonMember[] {
  if (node.type === "object") return node.members;
  if (node.type === "null") return [];
  if (node.type === "array") {
    return node.items.flatMap((item) => {
      if (item.type !== "object") throw mustBeObject(item, what);
      return item.members;
    });
  }
  throw mustBeObject(node, what);
}

function mustBeObject({ span }: JsonNode, what: string): SyntaxProblem {
  return new SyntaxProblem(`Expected an object for ${what}.`, span.start);
}

function readItems(reader: Reader, members: readonly JsonMember[], shape: BodyShape): Items {
  const items: Items = [];
  const names = new Set<string>();
  for (const member of members) {
    const name = member.key ?? "";
    if (name === "//") {
      addComment(reader, member);
      continue;
    }
    const blockShape = name === "dynamic" && shape.dynamic ? dynamicShape(shape) : shape.blocks.get(name);
    if (blockShape !== undefined && (!blockShape.orArgument || isBlockValue(member.value))) {
      items.push(...readBlocks(reader, member, blockShape));
      continue;
    }
    if (names.has(name)) throw twice(`The argument "${name}" is set`, member);
    names.add(name);
    items.push(readAttribute(reader, member, shape));
  }
  return items;
}

/** https://developer.hashicorp.com/terraform/language/syntax/json#comment-properties; what tools note there is no text. */
function addComment({ comments }: Reader, { keySpan, value }: JsonMember): void {
  if (value.type !== "string") return;
  comments.push({ type: "HclComment", style: "//", value: value.value ?? "", span: { start: keySpan.start, end: value.span.end } });
}

function twice(what: string, { keySpan }: JsonMember): SyntaxProblem {
  return new SyntaxProblem(`${what} twice in one object.`, keySpan.start);
}

function isBlockValue(value: JsonNode): boolean {
  return value.type === "object" || value.type === "null" || (value.type === "array" && value.items.every((item) => item.type === "object"));
}

/** `"dynamic": { "statement": { "for_each": …, "content": { … } } }`; its content is what the block itself would hold. */
function dynamicShape(shape: BodyShape): BlockShape {
  const body = ([label = ""]: readonly string[]): BodyShape => {
    const content: BlockShape = { labels: 0, body: () => shape.blocks.get(label)?.body([]) ?? ARGUMENTS, orArgument: false };
    return { blocks: new Map([["content", content]]), references: new Set(["iterator"]), literals: new Set(), dynamic: false };
  };
  return { labels: 1, body, orArgument: false };
}

const ARGUMENTS: BodyShape = { blocks: new Map(), references: new Set(), literals: new Set(), dynamic: true };

function readBlocks(reader: Reader, member: JsonMember, shape: BlockShape): readonly HclBlock[] {
  const name = member.key ?? "";

  function within(at: JsonMember, labels: readonly HclLabel[]): readonly HclBlock[] {
    if (labels.length < shape.labels) {
      return membersOf(at.value, `the labels of the block "${name}"`).flatMap((next) =>
        within(next, [...labels, { type: "HclLabel", value: next.key ?? "", quoted: true, span: next.keySpan }]),
      );
    }
    const { value } = at;
    if (value.type === "null") return [];
    if (value.type === "array") return value.items.map((item) => block(item, labels, item.span, value.span));
    return [block(value, labels, { start: at.keySpan.start, end: value.span.end }, null)];
  }

  function block(value: JsonNode, labels: readonly HclLabel[], span: Span, array: Span | null): HclBlock {
    if (value.type !== "object") throw mustBeObject(value, `the block "${name}"`);
    const items = readItems(reader, value.members, shape.body(labels.map((label) => label.value)));
    const body: HclBody = { type: "HclBody", items, span: { start: value.span.start + 1, end: value.span.end - 1 } };
    return { type: "HclBlock", name, nameSpan: member.keySpan, labels, body, span, json: { array } };
  }

  return within(member, []);
}

type ReadString = (node: Extract<JsonNode, { type: "string" }>) => HclExpression;

function readAttribute({ text }: Reader, { key, keySpan, value }: JsonMember, shape: BodyShape): HclAttribute {
  const name = key ?? "";
  const string: ReadString = shape.references.has(name)
    ? (node) => referenceString(text, node)
    : shape.literals === "all" || shape.literals.has(name)
      ? literalString
      : (node) => templateString(text, node);
  const expression = readExpression(text, value, string);
  return { type: "HclAttribute", name, nameSpan: keySpan, value: expression, span: { start: keySpan.start, end: value.span.end } };
}

function readExpression(text: string, node: JsonNode, string: ReadString): HclExpression {
  const { span } = node;
  const raw = text.slice(span.start, span.end);
  switch (node.type) {
    case "string":
      return string(node);
    case "number":
      return { type: "HclNumber", value: Number(raw), raw, span };
    case "boolean":
      return { type: "HclBoolean", value: raw === "true", span };
    case "null":
      return { type: "HclNull", span };
    case "array":
      return { type: "HclTuple", items: node.items.map((item) => readExpression(text, item, string)), span };
    case "object":
      return readObject(text, node.members, span, string);
    case "unknown":
      throw new SyntaxProblem("Expected a value.", span.start);
  }
}

/** Keys of objects are templates like other strings, but in what is taken literally. */
function readObject(text: string, members: readonly JsonMember[], span: Span, string: ReadString): HclObject {
  const names = new Set<string>();
  const items = members.map((member): HclObjectItem => {
    const { key, keySpan, value } = member;
    const name = key ?? "";
    if (names.has(name)) throw twice(`The key "${name}" stands`, member);
    names.add(name);
    const exact = text.slice(keySpan.start + 1, keySpan.end - 1) === name;
    const keyNode = { type: "string", value: key, exact, span: keySpan } as const;
    return {
      type: "HclObjectItem",
      key: string === literalString ? literalString(keyNode) : templateString(text, keyNode),
      separator: ":",
      value: readExpression(text, value, string),
      span: { start: keySpan.start, end: value.span.end },
    };
  });
  return { type: "HclObject", items, span };
}
