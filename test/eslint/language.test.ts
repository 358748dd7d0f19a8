import js from "@eslint/js";
import type { Linter } from "eslint";
import { describe, expect, test } from "vitest";
import plugin from "../../src/index.js";
import { eslintIn, finding, inlinePolicy, put, workspace } from "../workspace.js";

const findings = finding("orders", { s3: ["GetBucketAcl", "GetBucketCORS"] });

function policy(...lines: readonly string[]): string {
  return inlinePolicy(lines.map((line) => `          ${line}`).join("\n"));
}

async function messagesOf(text: string, path = "main.tf"): Promise<string[]> {
  const folder = workspace({ "findings/orders.json": findings, [path]: text });
  const [result] = await eslintIn(folder).lintFiles([path]);
  return (result?.messages ?? []).map(({ line, message }) => `${String(line)}: ${message.split(" ", 1)[0] ?? ""}`);
}

function terraformJson(comment: string): string {
  return `{
  "resource": {
    "aws_iam_role_policy": {
      "a": { "role": "orders", "policy": "\${data.aws_iam_policy_document.a.json}" }
    }
  },
  "data": {
    "aws_iam_policy_document": {
      "a": {
        "statement": [
          {${comment} "actions": ["s3:GetObject", "s3:GetBucketAcl"], "resources": ["*"] }
        ]
      }
    }
  }
}
`;
}

describe("Terraform's JSON syntax", () => {
  test("a fix, also in folders of templates", async () => {
    const folder = workspace({ "findings/orders.json": findings, "templates/main.tf.json": terraformJson("") });
    const [result] = await eslintIn(folder, [], { fix: true }).lintFiles(["templates"]);
    expect(result?.output).toBe(terraformJson("").replace(', "s3:GetBucketAcl"', ""));
  });

  test("a text called // is a comment, which ESLint does not take for one of its own", async () => {
    const text = terraformJson(' "//": "eslint-disable-line",');
    const folder = workspace({ "findings/orders.json": findings, "main.tf.json": text });
    const strict: Linter.Config = { linterOptions: { reportUnusedDisableDirectives: "error" } };
    const [result] = await eslintIn(folder, [strict], { fix: true }).lintFiles(["main.tf.json"]);
    expect(result?.output).toBeUndefined();
    expect(result?.messages.map(({ message }) => message)).toEqual([expect.stringContaining("because a comment beside it explains it")]);
  });

  test("an error stands at its place", async () => {
    const folder = workspace({ "findings/orders.json": findings, "main.tf.json": terraformJson("").replace("a.json}", "a.}") });
    const [result] = await eslintIn(folder).lintFiles(["main.tf.json"]);
    expect(result?.messages).toMatchObject([
      { fatal: true, line: 4, column: 76, message: "Parsing error: Expected an attribute name after the dot." },
    ]);
  });

  test("a file without IAM text is not parsed", async () => {
    expect(await messagesOf('{"resource": ', "main.tf.json")).toEqual([]);
  });
});

describe("disable comments in HCL", () => {
  test("without one, each entry is reported where it stands", async () => {
    expect(await messagesOf(policy('"s3:GetObject",', '"s3:GetBucketAcl",', '"s3:GetBucketCORS",'))).toEqual([
      '11: "s3:GetBucketAcl"',
      '12: "s3:GetBucketCORS"',
    ]);
  });

  test.each(["# eslint-disable-line", "// eslint-disable-line", "/* eslint-disable-line */"])("%s", async (comment) => {
    const marked = comment.replace("-line", "-line least-privilege/no-unused-actions -- kept for audits");
    expect(await messagesOf(policy('"s3:GetObject",', `"s3:GetBucketAcl", ${marked}`, '"s3:GetBucketCORS",'))).toEqual([
      '12: "s3:GetBucketCORS"',
    ]);
  });

  test.each(["#", "//"])("%s eslint-disable-next-line", async (mark) => {
    const comment = `${mark} eslint-disable-next-line least-privilege/no-unused-actions`;
    expect(await messagesOf(policy('"s3:GetObject",', comment, '"s3:GetBucketAcl",', '"s3:GetBucketCORS",'))).toEqual([
      '13: "s3:GetBucketCORS"',
    ]);
  });

  test("eslint-disable and eslint-enable enclose a range", async () => {
    const text = policy(
      "/* eslint-disable least-privilege/no-unused-actions */",
      '"s3:GetBucketAcl",',
      "/* eslint-enable least-privilege/no-unused-actions */",
      '"s3:GetBucketCORS",',
    );
    expect(await messagesOf(text)).toEqual(['13: "s3:GetBucketCORS"']);
  });

  test("a justification is kept with the suppressed message", async () => {
    const folder = workspace({
      "findings/orders.json": findings,
      "main.tf": policy('"s3:GetBucketAcl", # eslint-disable-line least-privilege/no-unused-actions -- audits', '"s3:GetObject",'),
    });
    const [result] = await eslintIn(folder).lintFiles(["main.tf"]);
    expect(result?.suppressedMessages[0]?.suppressions).toEqual([{ kind: "directive", justification: "audits" }]);
  });

  test("a disable-line comment over several lines is a problem of its own", async () => {
    const text = policy('"s3:GetObject", /* eslint-disable-line', "least-privilege/no-unused-actions */", '"s3:GetBucketAcl",');
    expect(await messagesOf(text)).toEqual(["10: eslint-disable-line", '12: "s3:GetBucketAcl"']);
  });

  test("an inline configuration switches the rule off", async () => {
    expect(await messagesOf(`# eslint least-privilege/no-unused-actions: "off"\n${policy('"s3:GetBucketAcl",')}`)).toEqual([]);
  });

  test("an unused disable comment is kept; who asks is told of it, once", async () => {
    const folder = workspace({
      "findings/orders.json": findings,
      "main.tf": policy('"s3:GetObject", # eslint-disable-line least-privilege/no-unused-actions', '"s3:PutObject",'),
    });
    const [kept] = await eslintIn(folder).lintFiles(["main.tf"]);
    expect(kept?.messages).toEqual([]);
    const reportUnused: Linter.Config = { linterOptions: { reportUnusedDisableDirectives: "warn" } };
    const [result] = await eslintIn(folder, [reportUnused]).lintFiles(["main.tf"]);
    expect(result?.messages.map(({ line, message }) => `${String(line)}: ${message}`)).toEqual([
      "10: Unused eslint-disable directive (no problems were reported from 'least-privilege/no-unused-actions').",
    ]);
  });

  test("a fix leaves an entry alone that a comment disables", async () => {
    const folder = workspace({
      "findings/orders.json": findings,
      "main.tf": policy('"s3:GetObject",', '"s3:GetBucketAcl", # eslint-disable-line -- audits', '"s3:GetBucketCORS",'),
    });
    const [result] = await eslintIn(folder, [], { fix: true }).lintFiles(["main.tf"]);
    expect(result?.output).toBe(policy('"s3:GetObject",', '"s3:GetBucketAcl", # eslint-disable-line -- audits'));
  });
});

describe("disable comments in CloudFormation", () => {
  const template = (first: string, second: string): string => `Resources:
  Orders:
    Type: AWS::IAM::Role
    Properties:
      RoleName: orders
      Policies:
        - PolicyName: access
          PolicyDocument:
            Statement:
              - Effect: Allow
                Action:
                  - s3:GetObject
                  ${first}
                  ${second}
                Resource: "*"
`;

  test("on the line and on the line above", async () => {
    const disabled = "# eslint-disable-line least-privilege/no-unused-actions -- audits";
    expect(await messagesOf(template(`- s3:GetBucketAcl ${disabled}`, "- s3:GetBucketCORS"), "template.yaml")).toEqual([
      '14: "s3:GetBucketCORS"',
    ]);
    const above = "# eslint-disable-next-line least-privilege/no-unused-actions\n                  - s3:GetBucketAcl";
    expect(await messagesOf(template(above, "- s3:GetBucketCORS"), "template.yaml")).toEqual(['15: "s3:GetBucketCORS"']);
  });
});

describe("syntax errors", () => {
  test("stand at their place, and other files are still linted", async () => {
    const folder = workspace({
      "findings/orders.json": findings,
      "a/main.tf": 'resource "aws_iam_role" "x" {\n  name = \n}\n',
      "b/main.tf": policy('"s3:GetObject",', '"s3:GetBucketAcl",'),
    });
    const results = await eslintIn(folder).lintFiles(["."]);
    const [broken, sound] = results;
    expect(broken?.messages).toMatchObject([{ fatal: true, line: 2, column: 10 }]);
    expect(broken?.messages[0]?.message).toMatch(/^Parsing error: \S.*\.$/u);
    expect(sound?.messages).toHaveLength(1);
  });

  test("a binary file and a huge file are refused in a sentence", async () => {
    const folder = workspace({ "findings/orders.json": findings });
    put(folder, "binary.tf", "aws_iam_role\u0000\u0001");
    put(folder, "huge.tf", `# aws_iam_role\n${"# filler\n".repeat(6_000_000)}`);
    const results = await eslintIn(folder).lintFiles(["binary.tf", "huge.tf"]);
    expect(results.map(({ messages }) => messages.map(({ message }) => message))).toEqual([
      ["Parsing error: This is not a text file: it holds a NUL character."],
      ["Parsing error: This file is too large to analyse: 54.0 million characters, of at most 10 million."],
    ]);
  });
});

describe("beside other configurations", () => {
  test("js.configs.recommended without files does not crash on our languages", async () => {
    const folder = workspace({
      "findings/orders.json": findings,
      "main.tf": policy('"s3:GetObject",', '"s3:GetBucketAcl",'),
      "template.yaml": "Resources:\n  Orders:\n    Type: AWS::IAM::Role\n    Properties:\n      RoleName: orders\n",
    });
    const results = await eslintIn(folder, [js.configs.recommended]).lintFiles(["."]);
    expect(results.map(({ messages }) => messages.map(({ ruleId }) => ruleId))).toEqual([
      ["least-privilege/no-unused-actions"],
      [],
    ]);
  });

  test("a language of another plugin keeps the file, and the rule still works and fixes", async () => {
    const folder = workspace({
      "findings/orders.json": findings,
      "template.json": JSON.stringify(
        {
          Resources: {
            Orders: {
              Type: "AWS::IAM::Role",
              Properties: {
                RoleName: "orders",
                Policies: [
                  { PolicyDocument: { Statement: [{ Effect: "Allow", Action: ["s3:GetObject", "s3:GetBucketAcl"], Resource: "*" }] } },
                ],
              },
            },
          },
        },
        null,
        2,
      ),
    });
    const { default: json } = await import("@eslint/json");
    const [result] = await eslintIn(
      folder,
      [{ files: ["**/*.json"], plugins: { json }, language: "json/json", rules: { "json/no-duplicate-keys": "error" } }],
      { fix: true },
    ).lintFiles(["template.json"]);
    expect(result?.messages).toEqual([]);
    expect(result?.output).toContain('"s3:GetObject"');
    expect(result?.output).not.toContain("s3:GetBucketAcl");
  });

  test("Terraform's JSON syntax under json/json, and under the language for templates", async () => {
    const folder = workspace({ "findings/orders.json": findings, "templates/main.tf.json": terraformJson("") });
    const { default: json } = await import("@eslint/json");
    for (const other of [{ plugins: { json }, language: "json/json" }, { language: "least-privilege/cloudformation" }]) {
      const [result] = await eslintIn(folder, [{ files: ["**/*.json"], ...other }], { fix: true }).lintFiles(["templates"]);
      expect(result?.messages).toEqual([]);
      expect(result?.output).toBe(terraformJson("").replace(', "s3:GetBucketAcl"', ""));
    }
  });

  test("YAML under yml/yaml", async () => {
    const template = "Resources:\n  Orders:\n    Type: AWS::IAM::Role\n    Properties:\n      RoleName: orders\n      Policies:\n        - PolicyName: a\n          PolicyDocument:\n            Statement:\n              - Effect: Allow\n                Action: [s3:GetObject, s3:GetBucketAcl] \n                Resource: !GetAtt Bucket.Arn\n";
    const folder = workspace({ "findings/orders.json": findings, "template.yaml": template });
    const { default: yml } = await import("eslint-plugin-yml");
    const [result] = await eslintIn(
      folder,
      [{ files: ["**/*.yaml"], plugins: { yml }, language: "yml/yaml", rules: { "yml/no-trailing-zeros": "error" } }],
      { fix: true },
    ).lintFiles(["template.yaml"]);
    expect(result?.output).toBe(template.replace(", s3:GetBucketAcl", ""));
  });

  test("the plugin names itself, so that ESLint's cache forgets results of other versions", () => {
    expect(plugin.meta).toMatchObject({ name: "eslint-plugin-least-privilege", namespace: "least-privilege" });
    expect(plugin.meta.version).toMatch(/^\d+\.\d+\.\d+/u);
  });
});
