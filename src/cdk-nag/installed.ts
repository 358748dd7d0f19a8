import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

const VERSIONS: Readonly<Record<string, string>> = { "aws-cdk-lib": "aws-cdk-lib@^2.258 constructs@^10", "cdk-nag": "cdk-nag@^3" };

/**
 * A package that whoever uses this entry has installed. Loaded here and not by an import, which would end in a stack trace of Node's
 * when it is missing. Throws a sentence instead.
 */
export function installed(name: "aws-cdk-lib"): typeof import("aws-cdk-lib");
export function installed(name: "cdk-nag"): unknown;
export function installed(name: string): unknown {
  try {
    return require(name);
  } catch (cause) {
    const isMissing = cause instanceof Error && "code" in cause && cause.code === "MODULE_NOT_FOUND" && cause.message.includes(`'${name}'`);
    if (!isMissing) throw cause;
    throw new Error(`eslint-plugin-least-privilege/cdk-nag needs ${name}, which is not installed: run npm install ${VERSIONS[name] ?? name}.`, { cause });
  }
}

export const cdk = installed("aws-cdk-lib");
