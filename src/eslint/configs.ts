import type { ESLint, Linter } from "eslint";

/** Where CloudFormation, SAM and Serverless templates usually stand. Narrow: a file has one language, and most YAML is not ours. */
export const TEMPLATE_FILES = [
  "**/*.template",
  "**/*.template.{json,yaml,yml}",
  "**/{template,packaged,serverless}.{json,yaml,yml}",
  "**/{cloudformation,cfn,sam,stacks,templates}/**/*.{json,yaml,yml}",
] as const;

export const TERRAFORM_FILES = ["**/*.tf", "**/*.tofu"] as const;

export const TERRAFORM_JSON_FILES = ["**/*.tf.json", "**/*.tofu.json"] as const;
/** Templates of policy JSON, for Terraform's `templatefile`; whatever else is written as a template holds no policy. */
export const POLICY_TEMPLATE_FILES = ["**/*.tpl", "**/*.tftpl", "**/*.json.tmpl"] as const;

/** Generated or fetched sources: findings there belong to what they were made from. */
export const GENERATED_FILES = ["**/.terraform/**", "**/cdk.out/**", "**/cdktf.out/**", "**/.serverless/**", "**/.aws-sam/**"] as const;

/**
 * A comment that keeps a grant is unused as long as the findings do not report that grant. ESLint would say so, and delete the
 * comment with --fix; when the finding came back, the grant would go.
 */
const KEEP_DISABLE_COMMENTS: Linter.LinterOptions = { reportUnusedDisableDirectives: "off" };

/** Prefix under which the plugin's rules and languages are known to a configuration. */
export const PLUGIN_NAME = "least-privilege";

/** The configurations that the plugin ships, by name. */
export type Configs = Readonly<Record<"recommended" | "typescript", Linter.Config[]>>;

export function configsFor(plugin: ESLint.Plugin, typescriptParser: Linter.Parser): Configs {
  return {
    recommended: [
      { name: "least-privilege/ignores", ignores: [...GENERATED_FILES] },
      {
        // Without `files`: CDK sources keep the parser that the project gives them.
        name: "least-privilege/rules",
        plugins: { [PLUGIN_NAME]: plugin },
        rules: { [`${PLUGIN_NAME}/no-unused-actions`]: "error" },
      },
      {
        name: "least-privilege/terraform",
        files: [...TERRAFORM_FILES],
        plugins: { [PLUGIN_NAME]: plugin },
        language: `${PLUGIN_NAME}/hcl`,
        linterOptions: KEEP_DISABLE_COMMENTS,
      },
      {
        name: "least-privilege/cloudformation",
        files: [...TEMPLATE_FILES],
        plugins: { [PLUGIN_NAME]: plugin },
        language: `${PLUGIN_NAME}/cloudformation`,
        linterOptions: KEEP_DISABLE_COMMENTS,
      },
      {
        // After the templates, whose folders and endings it shares.
        name: "least-privilege/terraform-json",
        files: [...TERRAFORM_JSON_FILES],
        plugins: { [PLUGIN_NAME]: plugin },
        language: `${PLUGIN_NAME}/hcl-json`,
      },
      {
        name: "least-privilege/policy-templates",
        files: [...POLICY_TEMPLATE_FILES],
        plugins: { [PLUGIN_NAME]: plugin },
        language: `${PLUGIN_NAME}/policy`,
      },
    ],
    typescript: [
      {
        name: "least-privilege/typescript",
        files: ["**/*.{ts,mts,cts,tsx}"],
        languageOptions: { parser: typescriptParser },
      },
    ],
  };
}
