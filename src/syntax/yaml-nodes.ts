import type { SourceList } from "../model/policy.js";
import type { Span } from "../model/text.js";

/**
 * The syntax tree of YAML text, JSON included. Every type name starts with `Yaml`: ESTree's names would wake up rules for
 * JavaScript. Spans are exact: slicing the source by a node's span gives the node's own text, its tag and anchor included,
 * comments and line breaks around it not.
 */
export interface YamlFile {
  readonly type: "YamlFile";
  readonly documents: readonly YamlDocument[];
  /** Every comment once, in source order. */
  readonly comments: readonly YamlComment[];
  readonly span: Span;
}

export interface YamlComment {
  readonly type: "YamlComment";
  /** The text after the `#`. */
  readonly value: string;
  readonly span: Span;
}

export interface YamlDocument {
  readonly type: "YamlDocument";
  readonly root: YamlNode;
  readonly span: Span;
}

export type YamlNode = YamlMap | YamlSequence | YamlScalar | YamlAlias;

interface NodeBase {
  /** As written: `!Sub`, `!!str`. */
  readonly tag: string | null;
  /** Without its `&`. */
  readonly anchor: string | null;
  readonly span: Span;
}

export interface YamlMap extends NodeBase {
  readonly type: "YamlMap";
  readonly style: "block" | "flow";
  readonly pairs: readonly YamlPair[];
}

export interface YamlPair {
  readonly type: "YamlPair";
  readonly key: YamlNode;
  /** Offset of the colon; null when a flow map holds a key alone. */
  readonly colon: number | null;
  readonly value: YamlNode;
  readonly span: Span;
}

export interface YamlSequence extends NodeBase {
  readonly type: "YamlSequence";
  readonly items: readonly YamlNode[];
  /** The same items as a list whose elements can be edited. */
  readonly list: Extract<SourceList, { syntax: "bracketed" | "block-sequence" }>;
}

/** A value that is left out is an empty plain scalar. */
export interface YamlScalar extends NodeBase {
  readonly type: "YamlScalar";
  /** The text, unescaped and unfolded. Never a number: `012345678901` keeps its zero. */
  readonly value: string;
  readonly style: "plain" | "single" | "double" | "block";
}

export interface YamlAlias extends NodeBase {
  readonly type: "YamlAlias";
  readonly name: string;
  /** The anchored node; null when it is not known. Never an alias. */
  readonly target: Exclude<YamlNode, YamlAlias> | null;
}
