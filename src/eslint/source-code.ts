import type { DirectiveType, FileProblem, RulesConfig, TraversalStep } from "@eslint/core";
import { ConfigCommentParser, Directive, TextSourceCodeBase, VisitNodeStep } from "@eslint/plugin-kit";
import type { Span } from "../model/text.js";

/** A node of one of our languages' trees. `type` never is an ESTree name, so rules for JavaScript stay asleep. */
export interface SyntaxNode {
  readonly type: string;
  readonly span: Span;
}

export interface CommentNode extends SyntaxNode {
  /** The text between the comment's marks. */
  readonly value: string;
}

export interface RootNode extends SyntaxNode {
  readonly comments: readonly CommentNode[];
}

/** The children of a node, in source order. */
export type Children = (node: SyntaxNode) => readonly SyntaxNode[];

interface Options {
  readonly text: string;
  readonly ast: RootNode;
  readonly children: Children;
}

interface Location {
  readonly start: { line: number; column: number };
  readonly end: { line: number; column: number };
}

interface InlineConfig {
  readonly config: { rules: RulesConfig };
  readonly loc: Location;
}

const directives = new ConfigCommentParser();

const DIRECTIVE = /^\s*eslint(?:-enable|-disable(?:(?:-next)?-line)?)?(?:\s|$)/u;

/**
 * ESLint's view of a file in one of our languages: the text, the tree, and the comments that disable or configure rules.
 * A class because ESLint's contract asks for one.
 */
export class PolicySourceCode extends TextSourceCodeBase<{
  LangOptions: Record<string, unknown>;
  RootNode: RootNode;
  SyntaxElementWithLoc: SyntaxNode;
  ConfigNode: CommentNode;
}> {
  readonly comments: readonly CommentNode[];
  readonly #children: Children;
  readonly #parents = new WeakMap<SyntaxNode, SyntaxNode>();
  #steps: TraversalStep[] | undefined;

  constructor({ text, ast, children }: Options) {
    super({ text, ast });
    this.comments = ast.comments;
    this.#children = children;
  }

  override getRange(node: SyntaxNode): [number, number] {
    return [node.span.start, node.span.end];
  }

  override getLoc(node: SyntaxNode): Location {
    // getLocFromIndex asks for the root's location to know where lines and columns start.
    if (node === this.ast) return { start: { line: 1, column: 1 }, end: this.#endOfText() };
    return { start: this.getLocFromIndex(node.span.start), end: this.getLocFromIndex(node.span.end) };
  }

  #endOfText(): { line: number; column: number } {
    const last = this.lines.length;
    return { line: last, column: (this.lines[last - 1] ?? "").length + 1 };
  }

  override getParent(node: SyntaxNode): SyntaxNode | undefined {
    this.traverse();
    return this.#parents.get(node);
  }

  override traverse(): TraversalStep[] {
    if (this.#steps !== undefined) return this.#steps;
    const steps: TraversalStep[] = [];
    const visit = (node: SyntaxNode, parent: SyntaxNode | undefined): void => {
      if (parent !== undefined) this.#parents.set(node, parent);
      steps.push(new VisitNodeStep({ target: node, phase: 1, args: [node, parent] }));
      for (const child of this.#children(node)) visit(child, node);
      steps.push(new VisitNodeStep({ target: node, phase: 2, args: [node, parent] }));
    };
    visit(this.ast, undefined);
    this.#steps = steps;
    return steps;
  }

  /** Asked for by rules of ESLint's core that a configuration without `files` applies to every language. */
  getAllComments(): readonly CommentNode[] {
    return this.comments;
  }

  getInlineConfigNodes(): CommentNode[] {
    return this.comments.filter((comment) => DIRECTIVE.test(comment.value));
  }

  getDisableDirectives(): { directives: Directive[]; problems: FileProblem[] } {
    const found: Directive[] = [];
    const problems: FileProblem[] = [];
    for (const node of this.getInlineConfigNodes()) {
      const comment = directives.parseDirective(node.value);
      if (comment === undefined) continue;
      const type = directiveType(comment.label);
      if (type === null) continue;
      const loc = this.getLoc(node);
      if (type === "disable-line" && loc.start.line !== loc.end.line) {
        problems.push({ ruleId: null, message: `${comment.label} comment should not span multiple lines.`, loc });
        continue;
      }
      found.push(new Directive({ type, node, value: comment.value, justification: comment.justification }));
    }
    return { directives: found, problems };
  }

  applyInlineConfig(): { configs: InlineConfig[]; problems: FileProblem[] } {
    const configs: InlineConfig[] = [];
    const problems: FileProblem[] = [];
    for (const node of this.getInlineConfigNodes()) {
      const comment = directives.parseDirective(node.value);
      if (comment?.label !== "eslint") continue;
      const loc = this.getLoc(node);
      const parsed = directives.parseJSONLikeConfig(comment.value);
      if (parsed.ok) configs.push({ config: { rules: parsed.config }, loc });
      else problems.push({ ruleId: null, message: parsed.error.message, loc });
    }
    return { configs, problems };
  }
}

function directiveType(label: string): DirectiveType | null {
  switch (label) {
    case "eslint-disable":
      return "disable";
    case "eslint-enable":
      return "enable";
    case "eslint-disable-line":
      return "disable-line";
    case "eslint-disable-next-line":
      return "disable-next-line";
    default:
      return null;
  }
}
