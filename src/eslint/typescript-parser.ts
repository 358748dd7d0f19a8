import { createRequire } from "node:module";
import { join } from "node:path";
import type { Linter } from "eslint";
import { version } from "../version.js";

type ParseForESLint = NonNullable<Extract<Linter.Parser, { parseForESLint: unknown }>["parseForESLint"]>;

const PARSER = "@typescript-eslint/parser";

interface Loaded {
  readonly parseForESLint: ParseForESLint;
}

let loaded: Loaded | string | undefined;

/**
 * The TypeScript parser of the project, or else ours, or else a sentence that says why there is none. Loaded on first use:
 * who has no CDK sources never pays for it. A package that is there but does not load (typescript-eslint with TypeScript 7,
 * which has no compiler API) is passed over.
 */
function load(): Loaded | string {
  if (loaded !== undefined) return loaded;
  const own = createRequire(import.meta.url);
  const project = createRequire(join(process.cwd(), "package.json"));
  let failure = "it is not installed";
  for (const attempt of [() => parserOf(project), () => parserOf(own), () => withOwnTypeScript(own)]) {
    try {
      const found = attempt();
      if (isParser(found)) return (loaded = found);
    } catch (error) {
      if (!isNotFound(error)) failure = error instanceof Error ? firstLine(error.message) : String(error);
    }
  }
  return (loaded = `CDK sources need typescript-eslint with a TypeScript that it supports (4.8 to 6.0), but ${failure}: run "npm install --save-dev typescript-eslint typescript@6".`);
}

/** The parser is typescript-eslint's dependency, not ours: package managers that keep folders apart show it to nobody else. */
function parserOf(require: NodeJS.Require): unknown {
  let from = require;
  try {
    from = createRequire(require.resolve("typescript-eslint"));
  } catch {
    // The parser may be installed alone.
  }
  return from(PARSER);
}

/**
 * Our own parser, where npm has hoisted a helper of it (ts-api-utils, which accepts any TypeScript) beside a TypeScript that the
 * helper cannot use: while the parser loads, the helper is given our TypeScript instead.
 */
function withOwnTypeScript(own: NodeJS.Require): unknown {
  const typescript = own.resolve("typescript");
  own(typescript);
  const parser = createRequire(createRequire(own.resolve("typescript-eslint")).resolve(PARSER));
  const estree = createRequire(parser.resolve("@typescript-eslint/typescript-estree"));
  const hoisted = createRequire(estree.resolve("ts-api-utils")).resolve("typescript");
  const before = own.cache[hoisted];
  own.cache[hoisted] = own.cache[typescript];
  try {
    return parserOf(own);
  } finally {
    if (before === undefined) Reflect.deleteProperty(own.cache, hoisted);
    else own.cache[hoisted] = before;
  }
}

/** Why TypeScript sources cannot be read here; null when they can. */
export function typescriptProblem(): string | null {
  const result = load();
  return typeof result === "string" ? result : null;
}

/** Parses with typescript-eslint; throws where the text is not TypeScript or there is no parser. */
export const parseTypeScript: ParseForESLint = (text, options) => {
  const result = load();
  if (typeof result === "string") throw new Error(result);
  return result.parseForESLint(text, options);
};

/** typescript-eslint's parser, loaded when the first TypeScript file is parsed. */
export const typescriptParser: Linter.Parser = {
  meta: { name: "least-privilege/typescript-parser", version },
  parseForESLint: parseTypeScript,
};

function isParser(value: unknown): value is Loaded {
  return typeof value === "object" && value !== null && "parseForESLint" in value && typeof value.parseForESLint === "function";
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "MODULE_NOT_FOUND" && !error.message.includes("'typescript'");
}

function firstLine(message: string): string {
  return message.split("\n", 1)[0] ?? message;
}
