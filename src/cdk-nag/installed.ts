import { createRequire } from "node:module";
import type * as Cdk from "aws-cdk-lib";

const require = createRequire(import.meta.url);

const VERSIONS: Readonly<Record<string, string>> = { "aws-cdk-lib": "aws-cdk-lib@^2.258 constructs@^10", "cdk-nag": "cdk-nag@^3" };

/** What is the same in cdk-nag 2 and 3, and needed here. */
export interface NagModule {
  /** Of version 2, the constructor takes the options only; of version 3, a scope before them. */
  readonly NagPack: abstract new (...options: readonly object[]) => NagPack;
}

export interface NagPack {
  packName: string;
  applyRule(application: {
    readonly ruleSuffixOverride: string;
    readonly info: string;
    readonly explanation: string;
    readonly level: "Error" | "Warning";
    readonly node: Cdk.CfnResource;
    readonly rule: () => readonly string[];
  }): void;
}

/**
 * A package that whoever uses this entry has installed. Loaded here and not by an import, which would end in a stack trace of Node's
 * when it is missing. Throws a sentence instead.
 */
export function installed(name: "aws-cdk-lib"): typeof Cdk;
export function installed(name: "cdk-nag"): NagModule;
export function installed(name: string): unknown {
  try {
    const loaded: unknown = require(name);
    return loaded;
  } catch (cause) {
    const isMissing = cause instanceof Error && "code" in cause && cause.code === "MODULE_NOT_FOUND" && cause.message.includes(`'${name}'`);
    if (!isMissing) throw cause;
    throw new Error(`eslint-plugin-least-privilege/cdk-nag needs ${name}, which is not installed: run npm install ${VERSIONS[name] ?? name}.`, { cause });
  }
}

export const cdk = installed("aws-cdk-lib");
