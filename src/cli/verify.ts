import { extname } from "node:path";
import { hclComments } from "./verify-comments.js";
import { estreeComments, estreeTree } from "./verify-estree.js";
import { openHcl, readHcl, readHclJson } from "./verify-hcl.js";
import { openJson, openStrings, readJson } from "./verify-json.js";
import { narrows, type Bindings } from "./verify-narrows.js";
import type { Tree } from "./verify-tree.js";
import { readYaml, yamlComments } from "./verify-yaml.js";

/** A parser of programs, such as typescript-eslint's: gives an ESTree or throws. */
export type ParseProgram = (text: string) => unknown;

/** One language, read by a parser that had no part in making the fix. */
interface Referee {
  readonly name: string;
  /** Throws when the text is not of the language. */
  readonly read: (text: string) => Promise<Reading>;
  /** Opens a string that holds a language of its own; null when it does not. */
  readonly open: (text: string) => Promise<Tree | null>;
  readonly bindings: Bindings;
}

interface Reading {
  readonly tree: Tree;
  readonly comments: readonly string[];
}

const HCL: Referee = {
  name: "Terraform",
  read: async (text) => ({ tree: await readHcl(text), comments: hclComments(text) }),
  open: openHcl,
  bindings: { free: ["locals", "module", "variable"] },
};

const JSON_TEXT: Referee = {
  name: "JSON",
  read: (text) => {
    const read = readJson(text);
    return read === null ? Promise.reject(new Error("it is not valid JSON")) : Promise.resolve({ tree: read.value, comments: [] });
  },
  open: openJson,
  bindings: { free: [] },
};

const TERRAFORM_JSON: Referee = {
  name: "JSON",
  read: (text) => Promise.resolve().then(() => ({ tree: readHclJson(text), comments: [] })),
  open: openJson,
  bindings: HCL.bindings,
};

const YAML: Referee = {
  name: "YAML",
  read: (text) => Promise.resolve().then(() => ({ tree: readYaml(text), comments: yamlComments(text) })),
  open: openJson,
  bindings: { free: [] },
};

function program(parse: ParseProgram): Referee {
  return {
    name: "TypeScript",
    read: (text) =>
      Promise.resolve().then(() => {
        const ast = parse(text);
        return { tree: estreeTree(ast), comments: estreeComments(ast) ?? [] };
      }),
    open: openJson,
    bindings: { free: "everywhere" },
  };
}

function refereeFor(path: string, parseProgram: ParseProgram | undefined): Referee | string {
  if (/\.(?:tf|tofu)\.json$/iu.test(path)) return TERRAFORM_JSON;
  switch (extname(path).toLowerCase()) {
    case ".tf":
    case ".tofu":
    case ".tfvars":
    case ".hcl":
      return HCL;
    case ".json":
    case ".tpl":
    case ".tftpl":
    case ".tmpl":
      return JSON_TEXT;
    case ".yaml":
    case ".yml":
    case ".template":
      return YAML;
    case ".ts":
    case ".tsx":
    case ".mts":
    case ".cts":
    case ".js":
    case ".jsx":
    case ".mjs":
    case ".cjs":
      return parseProgram === undefined ? "There is no parser to check TypeScript with." : program(parseProgram);
    default:
      return "There is no parser to check files of this kind with.";
  }
}

/**
 * Proves a fix before it is written: an independent parser reads the text before and after, and the text after must be the
 * one before with less granted and nothing else changed. Null when it is proven; otherwise one sentence why not.
 */
export async function verifyFix(path: string, before: string, after: string, parseProgram?: ParseProgram): Promise<string | null> {
  const referee = refereeFor(path, parseProgram);
  if (typeof referee === "string") return referee;
  const old = await attempt(referee, before);
  if (typeof old === "string") return `The file cannot be read as ${referee.name} by a second parser (${old}).`;
  const fixed = await attempt(referee, after);
  if (typeof fixed === "string") return `The result would not be valid ${referee.name} (${fixed}).`;
  const [left, right] = await openStrings(old.tree, fixed.tree, referee.open);
  return narrows(left, right, referee.bindings) ?? lostComment(old.comments, fixed.comments);
}

async function attempt(referee: Referee, text: string): Promise<Reading | string> {
  try {
    return await referee.read(text);
  } catch (error) {
    return error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
  }
}

/** Fixes leave what is commented alone, so no comment may go, come or change. */
function lostComment(before: readonly string[], after: readonly string[]): string | null {
  const at = before.findIndex((comment, index) => comment !== after[index]);
  if (at !== -1) return `It would lose or change the comment ${JSON.stringify(before[at]?.trim())}.`;
  return after.length > before.length ? `It would add the comment ${JSON.stringify(after[before.length]?.trim())}.` : null;
}
