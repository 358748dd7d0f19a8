import { Linter } from "eslint";
import type { Rule } from "eslint";
import type { Parse } from "../dialects/dialect.js";
import { isEstreeTree } from "../syntax/estree.js";

type LanguageOptions = Rule.RuleContext["languageOptions"];

/** By the parser and its options: who gets the same function shares what it parsed. */
const parsers = new WeakMap<object, Map<string, Parse>>();

/**
 * Parses other files as ESLint parsed the one that a rule looks at, without type information. Undefined under a language that
 * has no parser to choose.
 */
export function parserOf({ parser, parserOptions = {}, sourceType = "module", ecmaVersion = "latest" }: LanguageOptions): Parse | undefined {
  if (!isParser(parser)) return undefined;
  const known = parsers.get(parser) ?? new Map<string, Parse>();
  parsers.set(parser, known);
  const options = { ...untyped(parserOptions), sourceType, ecmaVersion };
  const key = JSON.stringify(options);
  const parse = known.get(key) ?? parserWith(parser, options);
  known.set(key, parse);
  return parse;
}

type Options = Readonly<Record<string, unknown>>;

/** A type checker knows only files of its own projects, and takes long. */
const TYPED = new Set(["project", "projectService", "programs", "EXPERIMENTAL_useProjectService"]);

function untyped(options: Options): Options {
  return Object.fromEntries(Object.entries(options).filter(([name]) => !TYPED.has(name)));
}

function parserWith(parser: Linter.Parser, options: Options): Parse {
  return ({ path, text }) => {
    if ("parseForESLint" in parser) {
      const result: unknown = parser.parseForESLint(text, {
        ...options, filePath: path, range: true, loc: true, comment: true, tokens: false, [OTHER_FILE]: true,
      });
      if (isEstreeTree(result)) return result;
    }
    return analysed(parser, options, path, text);
  };
}

/** Says to a parser of ours that another file is looked up, and not linted. */
export const OTHER_FILE = "leastPrivilegeOtherFile";

/** ESLint itself finds the scopes for parsers that leave this to it. */
function analysed(parser: Linter.Parser, { sourceType, ecmaVersion, ...parserOptions }: Options, path: string, text: string): unknown {
  const linter = new Linter({ configType: "flat" });
  const languageOptions = { parser, parserOptions, sourceType, ecmaVersion } as Linter.LanguageOptions;
  const [problem] = linter.verify(text, [{ files: ["**/*"], languageOptions }], { filename: path, allowInlineConfig: false });
  return problem?.fatal === true ? null : linter.getSourceCode();
}

function isParser(value: unknown): value is Linter.Parser {
  return typeof value === "object" && value !== null && ("parseForESLint" in value || "parse" in value);
}
