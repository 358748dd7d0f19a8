import { Linter } from "eslint";
import type { Parse } from "../dialects/dialect.js";
import { isEstreeTree } from "../syntax/estree.js";

/** By the parser and its options: who gets the same function shares what it parsed. */
const parsers = new WeakMap<object, Map<string, Parse>>();

/**
 * Parses other files as ESLint parsed the one that a rule looks at, without type information. Undefined under a language that
 * has no parser to choose.
 */
export function parserOf({ parser, parserOptions = {}, sourceType = "module", ecmaVersion = "latest" }: Linter.LanguageOptions): Parse | undefined {
  if (parser === undefined || !("parse" in parser || "parseForESLint" in parser)) return undefined;
  const known = parsers.get(parser) ?? new Map<string, Parse>();
  parsers.set(parser, known);
  const options = { parserOptions: untyped(parserOptions), sourceType, ecmaVersion };
  const key = JSON.stringify(options);
  const parse = known.get(key) ?? parserWith(parser, options);
  known.set(key, parse);
  return parse;
}

/** A type checker knows only files of its own projects, and takes long. */
const TYPED = new Set(["project", "projectService", "programs", "EXPERIMENTAL_useProjectService"]);

function untyped(options: Linter.ParserOptions): Linter.ParserOptions {
  return Object.fromEntries(Object.entries(options).filter(([name]) => !TYPED.has(name)));
}

interface Options {
  readonly parserOptions: Linter.ParserOptions;
  readonly sourceType: NonNullable<Linter.LanguageOptions["sourceType"]>;
  readonly ecmaVersion: NonNullable<Linter.LanguageOptions["ecmaVersion"]>;
}

function parserWith(parser: Linter.Parser, options: Options): Parse {
  return ({ path, text }) => {
    if ("parseForESLint" in parser) {
      const { parserOptions, sourceType, ecmaVersion } = options;
      const positions = { filePath: path, range: true, loc: true, comment: true, tokens: false };
      const result: unknown = parser.parseForESLint(text, { ...parserOptions, sourceType, ecmaVersion, ...positions, [OTHER_FILE]: true });
      if (isEstreeTree(result)) return result;
    }
    return analysed(parser, options, path, text);
  };
}

/** Says to a parser of ours that another file is looked up, and not linted. */
export const OTHER_FILE = "leastPrivilegeOtherFile";

/** ESLint itself finds the scopes for parsers that leave this to it. */
function analysed(parser: Linter.Parser, options: Options, path: string, text: string): unknown {
  const linter = new Linter({ configType: "flat" });
  const [problem] = linter.verify(text, [{ files: ["**/*"], languageOptions: { parser, ...options } }], { filename: path, allowInlineConfig: false });
  return problem?.fatal === true ? null : linter.getSourceCode();
}
