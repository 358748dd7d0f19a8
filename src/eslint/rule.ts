import type { Rule } from "eslint";

/**
 * A rule of this plugin. Every rule works in every language: it reads policies from a file's text (and tree, for CDK), never
 * from a particular language's nodes, and holds its peace in files without policies.
 */
export function defineRule<const R extends Rule.RuleModule>(rule: R): R {
  return rule;
}

/** A visitor that runs once a file, whatever the language calls its root. */
export function onceAFile(context: Rule.RuleContext, visit: () => void): Rule.RuleListener {
  return { [context.sourceCode.ast.type]: visit };
}
