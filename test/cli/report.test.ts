import type { ESLint, Linter } from "eslint";
import { describe, expect, test } from "vitest";
import { report, type ReportOptions } from "../../src/cli/report.js";

const WORDS = "one two three four five six seven eight nine ten eleven twelve";

function result(filePath: string, ...messages: readonly Partial<Linter.LintMessage>[]): ESLint.LintResult {
  return {
    filePath,
    messages: messages.map((message) => ({ ruleId: "least-privilege/no-unused-actions", severity: 2, message: "text", line: 1, column: 1, ...message })),
    suppressedMessages: [],
    errorCount: messages.length,
    fatalErrorCount: 0,
    warningCount: 0,
    fixableErrorCount: 0,
    fixableWarningCount: 0,
    usedDeprecatedRules: [],
  };
}

const terminal: ReportOptions = { cwd: "/repo", color: false, width: 60 };

describe("the report", () => {
  test("is empty when there is nothing to report", () => {
    expect(report([result("/repo/a.tf")], terminal)).toBe("");
  });

  test("wraps long messages beside their place in a terminal", () => {
    const results = [result("/repo/b.tf"), result("/repo/sub/a.tf", { message: WORDS, line: 120 }, { message: "short", line: 3, column: 11 })];
    expect(report(results, terminal)).toBe(`sub/a.tf
  120:1  error  one two three four five six seven eight nine
                ten eleven twelve
  3:11   error  short

✖ 2 problems
`);
  });

  test("does not wrap where there is hardly any room, and never inside a word", () => {
    expect(report([result("/repo/a.tf", { message: WORDS })], { ...terminal, width: 30 })).toContain(`error  ${WORDS}\n`);
    const long = "x".repeat(100);
    expect(report([result("/repo/a.tf", { message: `a ${long} b` })], terminal)).toContain(`error  a\n              ${long}\n              b\n`);
  });

  test("keeps each message on one line elsewhere, as problem matchers and grep expect", () => {
    const fix = { range: [0, 1] as [number, number], text: "" };
    const text = report([result("/repo/a.tf", { message: WORDS, fix }, { message: "Parsing error: no.", ruleId: null })], { ...terminal, width: null });
    expect(text).toBe(`/repo/a.tf
  1:1  error  ${WORDS}  least-privilege/no-unused-actions
  1:1  error  Parsing error: no.

✖ 2 problems, 1 fixable with --fix
`);
    // The pattern of actions/setup-node.
    expect(text.split("\n")[1]).toMatch(/^\s+(\d+):(\d+)\s+(error|warning|info)\s+(.*)\s\s+(.*)$/u);
  });

  test("colours do not change the layout", () => {
    const results = [result("/repo/a.tf", { message: WORDS })];
    const colored = report(results, { ...terminal, color: true });
    expect(colored).toContain("\u001B[31merror\u001B[0m");
    // eslint-disable-next-line no-control-regex
    expect(colored.replaceAll(/\u001B\[\d+m/gu, "")).toBe(report(results, terminal));
  });
});
