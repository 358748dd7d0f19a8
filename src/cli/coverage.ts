import type { Rule } from "eslint";
import { defineRule, onceAFile } from "../eslint/rule.js";
import { judgedFile, type JudgedFile } from "../eslint/policies.js";

/** What a run saw, by file: collected by a rule that only the command line registers, in its one thread. */
export interface Coverage {
  readonly files: ReadonlyMap<string, JudgedFile>;
  readonly rule: Rule.RuleModule;
}

/** A fixed file is linted several times: what counts is its state before the first fix. */
export function recordCoverage(): Coverage {
  const files = new Map<string, JudgedFile>();
  const rule = defineRule({
    meta: {
      type: "problem",
      docs: { description: "Require nothing: records what was analysed" },
      languages: ["*"],
      schema: [],
    },
    create(context) {
      return onceAFile(context, () => {
        const judged = judgedFile(context);
        const { opaque, unread = [], stale = 0 } = judged.located;
        if (judged.judgements.length === 0 && opaque.length === 0 && unread.length === 0 && stale === 0) return;
        if (!files.has(context.physicalFilename)) files.set(context.physicalFilename, judged);
      });
    },
  });
  return { files, rule };
}
