import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { parse } from "@cdktf/hcl2json";
import { globSync } from "tinyglobby";

const root = new URL("../../", import.meta.url).pathname;

export interface Fixture {
  readonly name: string;
  readonly text: string;
}

/** Terraform files, without byte order mark, as ESLint hands them over. */
export function fixtures(pattern: string): Fixture[] {
  return globSync(pattern, { cwd: root, absolute: true })
    .sort()
    .map((path) => ({ name: relative(root, path), text: readFileSync(path, "utf8").replace(/^\uFEFF/, "") }));
}

/** Whether HashiCorp's parser can read the text; `json` is absent when it can, but hcl2json cannot print it. */
export type Verdict = { readonly accepted: true; readonly json?: unknown } | { readonly accepted: false; readonly reason: string };

export async function oracle(text: string): Promise<Verdict> {
  try {
    return { accepted: true, json: await parse("oracle.tf", text) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return reason.startsWith("parse config: ") && syntaxProblems(reason) !== "" ? { accepted: false, reason } : { accepted: true };
  }
}

/** An attribute that is defined twice is well-formed HCL; Terraform refuses it for what it means. */
function syntaxProblems(reason: string): string {
  return reason
    .slice("parse config: [".length, -1)
    .replaceAll(/oracle\.tf:\S+ Attribute redefined; The argument "[^"]*" was already set at \S+\. Each argument may be set only once\./g, "")
    .trim();
}
