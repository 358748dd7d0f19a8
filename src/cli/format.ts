import { resolve } from "node:path";
import type { ESLint } from "eslint";
import { BadInput } from "../findings/bad-input.js";

/** Short names for formatters that are not called `eslint-formatter-…`. */
const SCOPED: Readonly<Record<string, string>> = { sarif: "@microsoft/eslint-formatter-sarif" };

/** The formatter of a name or of a file. Throws `BadInput`. */
export async function loadFormatter(eslint: ESLint, name: string, cwd: string): Promise<ESLint.LoadedFormatter> {
  const isFile = !name.startsWith("@") && /[\\/]/u.test(name);
  const formatter = SCOPED[name] ?? name;
  try {
    if (name === "") throw new Error("the name is empty");
    return await eslint.loadFormatter(isFile ? resolve(cwd, name) : formatter);
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause);
    if (isFile) throw new BadInput(`--format ${name}: cannot be loaded: ${reason.replace(/\.$/u, "")}.`, { cause });
    const missing = formatter.startsWith("@") ? formatter : `eslint-formatter-${name}`;
    const install = name === "" ? "" : `, or install ${missing}`;
    throw new BadInput(
      `--format ${name === "" ? '""' : name}: there is no such formatter: use stylish, json, json-with-metadata or html${install}.`,
      { cause },
    );
  }
}
