import js from "@eslint/js";
import { defineConfig } from "eslint/config";
import eslintPlugin from "eslint-plugin-eslint-plugin";
import tseslint from "typescript-eslint";

/** Folders of src, and single files of it, that the named part may not import (design: who may import whom). */
const wall = (files, forbidden) => ({
  name: `walls/${files[0]}`,
  files,
  rules: {
    "no-restricted-imports": [
      "error",
      {
        patterns: [
          {
            regex: `^(?:\\.{1,2}/)+(?:src/)?(?:${forbidden.join("|")})(?:/|\\.js$)`,
            message: "This part of the tree may not depend on that one.",
          },
          ...(files.some((file) => /eslint|rules|cli|index|cdk-nag/u.test(file))
            ? []
            : [{ regex: "^(?:eslint$|@eslint/)", message: "The core takes strings; only the ESLint side knows ESLint." }]),
          ...(files.some((file) => file.includes("cdk-nag"))
            ? []
            : [{ regex: "^(?:aws-cdk-lib|cdk-nag|constructs)(?:/|$)", message: "Only src/cdk-nag knows the CDK." }]),
        ],
        paths: [{ name: "typescript", message: "Types are a bonus: never load the compiler at run time." }],
      },
    ],
  },
});

const all = ["model", "syntax", "dialects", "findings", "iam", "evidence", "deployed", "inventory", "exceptions", "load-catalogue", "project", "refine", "refine-policy", "edit", "verdict", "explain", "eslint", "cdk-nag", "cli", "rules", "index"];
const except = (...allowed) => all.filter((name) => !allowed.includes(name));

export default defineConfig([
  { ignores: ["dist/", "coverage/", "fixtures/"] },
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { project: ["./test/tsconfig.json"], tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true }],
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    files: ["**/*.{js,mjs}"],
    languageOptions: { globals: { Buffer: "readonly", console: "readonly", process: "readonly", URL: "readonly", performance: "readonly" } },
  },
  { files: ["rules/**/*.ts"], extends: [eslintPlugin.configs.recommended] },
  {
    files: ["rules/no-*.ts", "rules/require-*.ts", "rules/prefer-*.ts"],
    rules: {
      "eslint-plugin/prefer-message-ids": "error",
      "eslint-plugin/require-meta-docs-url": "error",
      "eslint-plugin/require-meta-docs-description": ["error", { pattern: "^(Enforce|Require|Disallow) .+[^. ]$" }],
      "eslint-plugin/require-meta-schema-description": "error",
      "eslint-plugin/require-meta-type": "error",
      "eslint-plugin/require-meta-default-options": "error",
    },
  },
  wall(["src/model/**"], except("model")),
  wall(["src/iam/**"], except("iam")),
  wall(["src/syntax/**"], except("syntax", "model")),
  wall(["src/dialects/**"], except("dialects", "model", "syntax")),
  // A script that writes data, and is no part of the package.
  { files: ["src/dialects/data/cdk-grants/*.mjs"], rules: { "no-restricted-imports": "off" } },
  wall(["src/findings/**"], except("findings", "model")),
  wall(["src/evidence.ts", "src/evidence/**"], except("evidence", "findings", "iam", "model")),
  wall(["src/deployed/**"], except("deployed", "evidence", "findings", "iam", "inventory", "model", "project")),
  wall(["src/inventory/**"], except("inventory", "evidence", "findings", "iam", "model")),
  wall(["src/exceptions/**"], except("exceptions", "findings", "iam", "model", "syntax")),
  wall(["src/load-catalogue.ts"], except("findings", "iam", "model")),
  wall(["src/project.ts", "src/project/**"], except("project", "dialects", "syntax", "model")),
  wall(["src/refine.ts"], except("iam", "model")),
  wall(["src/refine-policy.ts"], except("refine", "iam", "model")),
  wall(["src/edit.ts"], except("model")),
  wall(["src/verdict.ts", "src/verdict/**"], except("verdict", "edit", "evidence", "exceptions", "refine", "iam", "model")),
  wall(["src/explain.ts"], except("evidence", "exceptions", "refine", "iam", "model")),
  wall(["src/eslint/**"], ["cli", "rules", "cdk-nag", "index"]),
  wall(["src/cli/**"], ["rules", "cdk-nag"]),
  wall(["src/cdk-nag/**"], ["cli", "rules", "index"]),
  wall(["rules/**"], except("eslint", "rules")),
  wall(["src/index.ts"], except("eslint", "rules")),
]);
