import { join } from "node:path";
import { describe, expect, test } from "vitest";
import plugin from "../../src/index.js";
import { eslintIn, finding, read, runLint, workspace } from "../workspace.js";

/** What the README and the rule's page show is what happens. */
const root = join(import.meta.dirname, "..", "..");
const page = read(root, "rules/no-unused-actions.md");
const readme = read(root, "README.md");

const blocks = [...page.matchAll(/^```(\w+)\n(.*?)^```$/gmsu)].map(([, language = "", text = ""]) => ({ language, text }));

function block(language: string): string {
  return blocks.find((each) => each.language === language)?.text ?? "";
}

const indented = (text: string, by: string): string => text.replaceAll(/^(?=.)/gmu, by);

/** The examples are excerpts: what stands around them in a whole file. */
const EXAMPLES = [
  { language: "hcl", path: "main.tf", whole: (text: string) => text },
  { language: "yaml", path: "template.yaml", whole: (text: string) => `Resources:\n${indented(text, "  ")}` },
  {
    language: "ts",
    path: "lib/stack.ts",
    whole: (text: string) => `import { Stack, aws_iam as iam } from "aws-cdk-lib";
export class Orders extends Stack {
  constructor(scope, id, assumedBy) {
    super(scope, id);
${indented(text, "    ")}  }
}
`,
  },
] as const;

describe("the page of no-unused-actions", () => {
  test.each(EXAMPLES)("its incorrect $language is reported and fixed as it says", async ({ language, path, whole }) => {
    const excerpt = block(language);
    expect(excerpt).toContain("s3:GetBucketAcl");
    const folder = workspace({ "findings/orders.json": finding("orders", { s3: ["GetBucketAcl"], sqs: [] }), [path]: whole(excerpt) });
    const report = async (fix: boolean) => (await eslintIn(folder, plugin.configs.typescript, { fix }).lintFiles([path]))[0];
    const before = await report(false);
    expect(before?.messages.map(({ message }) => message.split(" ", 1)[0])).toEqual(['"s3:GetBucketAcl"', '"sqs:*"']);
    const after = await report(true);
    expect(after?.messages).toEqual([]);
    expect(after?.output).toBe(whole(excerpt.replace(/, "?s3:GetBucketAcl"?, "?sqs:\*"?/u, "")));
  });

  test("its correct example is what --fix makes of the incorrect one", () => {
    const correct = blocks.filter((each) => each.language === "hcl")[1]?.text ?? "nothing";
    expect(block("hcl").replace(', "s3:GetBucketAcl", "sqs:*"', "")).toContain(correct);
  });

  test("its options are those of the rule", async () => {
    const folder = workspace({ "findings/orders.json": finding("orders", { s3: ["GetBucketAcl"], sqs: [] }), "main.tf": block("hcl") });
    const rules: unknown = JSON.parse(block("json"));
    if (typeof rules !== "object" || rules === null) throw new Error("not an object");
    const [result] = await eslintIn(folder, [{ rules: { ...rules } }], { fix: true }).lintFiles(["main.tf"]);
    expect(result?.output).toBeUndefined();
    expect(result?.messages.map(({ suggestions }) => suggestions?.length)).toEqual([1, 1]);
  });
});

describe("the README", () => {
  const [report = "", patch = ""] = [...readme.matchAll(/^```(?:diff)?\n(.*?)^```$/gmsu)].map(([, text]) => text);
  const demo = join(root, "fixtures", "demo", "repository");
  const told = (text: string): readonly string[] => text.split("\n").filter((line) => line !== "" && line !== "…");

  test("shows the demo's report as a terminal shows it", async () => {
    const written = { text: "" };
    const { lint } = await import("../../src/cli/lint.js");
    await lint([], { findings: ["findings"], color: false }, {
      cwd: demo,
      stdout: { write: (text) => (written.text += text), columns: 120 },
      stderr: { write: () => true },
    });
    const lines = told(report);
    expect(lines.length).toBeGreaterThan(3);
    for (const line of lines) expect(written.text.split("\n")).toContain(line);
  });

  test("shows the demo's diff", async () => {
    const { stdout } = await runLint(demo, { fixDryRun: true });
    const lines = told(patch);
    expect(lines.length).toBeGreaterThan(8);
    for (const line of lines) expect(stdout.split("\n")).toContain(line);
  });
});
