import type { ESLint, Linter } from "eslint";
import rules from "../rules/index.js";
import { cloudformation } from "./eslint/cloudformation.js";
import { configsFor, PLUGIN_NAME, type Configs } from "./eslint/configs.js";
import { hcl, hclJson } from "./eslint/hcl.js";
import type { PolicyLanguage } from "./eslint/language.js";
import { policy } from "./eslint/policy.js";
import { evidence } from "./eslint/settings.js";
import { typescriptParser } from "./eslint/typescript-parser.js";
import { version } from "./version.js";

export type { EvidenceOptions, Settings } from "./eslint/settings.js";

export interface LeastPrivilegePlugin {
  readonly meta: { readonly name: string; readonly version: string; readonly namespace: string };
  readonly languages: Readonly<Record<"hcl" | "hcl-json" | "cloudformation" | "policy", PolicyLanguage>>;
  readonly rules: typeof rules;
  readonly configs: Configs;
  /** typescript-eslint's parser for CDK sources, for projects that have not set one up; loaded on first use. */
  readonly typescriptParser: Linter.Parser;
  readonly evidence: typeof evidence;
}

let configs: Configs | undefined;

const plugin: LeastPrivilegePlugin & ESLint.Plugin = {
  meta: { name: "eslint-plugin-least-privilege", version, namespace: PLUGIN_NAME },
  languages: { hcl, "hcl-json": hclJson, cloudformation, policy },
  rules,
  // Configurations hold the plugin itself: ESLint accepts the same object only under one name.
  get configs() {
    return (configs ??= configsFor(plugin, typescriptParser));
  },
  typescriptParser,
  evidence,
};

export default plugin;
