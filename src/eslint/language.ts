import type { File, FileError, Language, OkParseResult, ParseResult } from "@eslint/core";
import { SyntaxProblem, positionAt, type SourceText } from "../model/text.js";
import { PolicySourceCode, type Children, type RootNode, type SyntaxNode } from "./source-code.js";

type LanguageOptions = Record<string, unknown>;

/** A language of ours: HCL, or CloudFormation templates. */
export type PolicyLanguage = Language<{
  LangOptions: LanguageOptions;
  Code: PolicySourceCode;
  RootNode: RootNode;
  Node: SyntaxNode;
}>;

export interface LanguageDefinition {
  /** The type of the tree's root. */
  readonly root: string;
  /**
   * Does the file hold IAM text? Otherwise its tree is empty, and so are its comments, because there is nothing that they
   * could disable: it is neither parsed nor judged by its size.
   */
  readonly mentions: (file: SourceText) => boolean;
  /** Throws a `SyntaxProblem`. */
  readonly parse: (text: string) => RootNode;
  /** Child-holding properties by node type, as ESLint's selectors want them. */
  readonly visitorKeys: Readonly<Record<string, readonly string[]>>;
}

/** Far above any template or module that people write; a larger file is data. */
const MOST_CHARACTERS = 10_000_000;

/** Makes an ESLint language of a synchronous reader. Syntax errors become ESLint's fatal message at their place. */
export function defineLanguage({ root, mentions, parse, visitorKeys }: LanguageDefinition): PolicyLanguage {
  const children = childrenByKeys(visitorKeys);
  return {
    fileType: "text",
    lineStart: 1,
    columnStart: 1,
    nodeTypeKey: "type",
    visitorKeys: Object.fromEntries(Object.entries(visitorKeys).map(([type, keys]) => [type, [...keys]])),
    // Options of other languages may reach us from configurations without `files`; unknown ones are not ours to judge.
    validateLanguageOptions: () => undefined,
    parse(file: File): ParseResult<RootNode> {
      const text = textOf(file);
      if (!mentions({ path: file.physicalPath, text })) {
        return { ok: true, ast: { type: root, comments: [], span: { start: 0, end: text.length } } };
      }
      const unreadable = whyUnreadable(text);
      if (unreadable !== null) return { ok: false, errors: [{ message: unreadable, line: 1, column: 1 }] };
      try {
        return { ok: true, ast: parse(text) };
      } catch (error) {
        if (!(error instanceof SyntaxProblem)) throw error;
        const place: FileError = { message: error.message, ...positionAt(text, error.offset) };
        return { ok: false, errors: [place] };
      }
    },
    createSourceCode(file: File, { ast }: OkParseResult<RootNode>) {
      return new PolicySourceCode({ text: textOf(file), ast, children });
    },
  };
}

function textOf({ body }: File): string {
  return typeof body === "string" ? body : new TextDecoder().decode(body);
}

function whyUnreadable(text: string): string | null {
  if (text.length > MOST_CHARACTERS) {
    const millions = (text.length / 1_000_000).toFixed(1);
    return `This file is too large to analyse: ${millions} million characters, of at most ${String(MOST_CHARACTERS / 1_000_000)} million.`;
  }
  return text.includes("\0") ? "This is not a text file: it holds a NUL character." : null;
}

function childrenByKeys(visitorKeys: LanguageDefinition["visitorKeys"]): Children {
  return (node) =>
    (visitorKeys[node.type] ?? []).flatMap((key) => {
      const value: unknown = Reflect.get(node, key);
      return Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : [];
    });
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && "type" in value && "span" in value;
}
