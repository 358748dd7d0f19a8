import { SyntaxProblem } from "../../../model/text.js";
import { parseYaml } from "../../../syntax/yaml.js";
import type { YamlNode } from "../../../syntax/yaml-nodes.js";
import { isNull, resolved, textOf, valueAt } from "../../../syntax/yaml-values.js";
import { pseudoParameter } from "../scope.js";
import { pieces, unknown, type TextPart, type Unknown } from "../text-parts.js";

/** What the variables of a service stand for, as far as its files say. */
export interface ServiceVariables {
  /** A text as it stands in the file. */
  readonly written: (text: string) => readonly TextPart[];
  /** What stands between the braces of one variable. */
  readonly variable: (expression: string) => readonly TextPart[];
  /** The stage, which whoever deploys may choose. */
  readonly stage: readonly TextPart[];
}

/** The text of another file of the service, by its path there; null when there is none. */
export type ReadFile = (path: string) => string | null;

const MOST_LEVELS = 10;

/** https://www.serverless.com/framework/docs/guides/variables */
export function serviceVariables(root: YamlNode, readFile: ReadFile): ServiceVariables {
  const stage: readonly TextPart[] = [unknown("stage", { usual: usualStage() })];
  const scope = { written: (text: string) => written(text, 0), variable: (expression: string) => variable(expression, 0), stage };
  return scope;

  function usualStage(): readonly string[] {
    const node = at(root, ["provider", "stage"]);
    const text = node === null ? "dev" : textOf(node);
    const literal = text === null ? null : text.includes("${") ? /,\s*["']([\w-]+)["']\s*\}+$/u.exec(text)?.[1] : text;
    return literal === null || literal === undefined ? [] : [literal];
  }

  function written(text: string, level: number): readonly TextPart[] {
    return pieces(text).flatMap((piece) => ("text" in piece ? [{ written: piece.text }] : variable(piece.braced, level + 1)));
  }

  function variable(expression: string, level: number): readonly TextPart[] {
    const shown = expression.replace(/\s+/gu, " ").trim();
    if (level > MOST_LEVELS) return [unknown(shown)];
    const [first = "", ...fallbacks] = alternativesOf(shown);
    const found = source(first, level);
    const fallback = fallbacks.length === 0 ? null : variable(fallbacks.join(", "), level + 1);
    if (found === null) return fallback ?? [unknown(shown)];
    const [part, ...others] = found;
    if (part === undefined || "written" in part || others.length > 0) return found;
    const usual = fallback === null ? null : literalOf(fallback);
    return usual === null || part.usual.length > 0 ? found : [{ ...part, usual: [usual] }];
  }

  /** Null for what is not there, so that the next alternative counts. */
  function source(text: string, level: number): readonly TextPart[] | null {
    const [, quoted] = /^["'](.*)["']$/u.exec(text) ?? [];
    if (quoted !== undefined) return [{ written: quoted }];
    const known = KNOWN.get(text);
    if (known !== undefined) return [known];
    if (text === "sls:stage" || text === "opt:stage" || text === "self:provider.stage") return stage;
    const own = /^self:([\w.-]+)$/u.exec(text)?.[1];
    if (own !== undefined) return valueOf(at(root, own.split(".")), text, level);
    const [, path, inside = ""] = /^file\(([^()$]+)\)(?::([\w.-]+))?$/u.exec(text) ?? [];
    if (path === undefined) return [unknown(text)];
    const content = readFile(path.trim());
    const other = content === null ? null : parsed(content);
    return other === null ? [unknown(text)] : valueOf(at(other, inside === "" ? [] : inside.split(".")), text, level);
  }

  function valueOf(node: YamlNode | null, shown: string, level: number): readonly TextPart[] | null {
    if (node === null || isNull(node)) return null;
    const text = textOf(node);
    return text === null ? [unknown(shown)] : written(text, level);
  }
}

/** The account and the region differ like those of CloudFormation do. */
const KNOWN: ReadonlyMap<string, Unknown> = new Map(
  [
    ["aws:accountId", "AWS::AccountId"],
    ["aws:region", "AWS::Region"],
    ["opt:region", "AWS::Region"],
    ["self:provider.region", "AWS::Region"],
  ].flatMap(([name = "", pseudo = ""]) => {
    const known = pseudoParameter(pseudo);
    return known === null ? [] : [[name, known] as const];
  }),
);

function literalOf(parts: readonly TextPart[]): string | null {
  return parts.every((part) => "written" in part) ? parts.map(({ written }) => written).join("") : null;
}

/** `opt:stage, self:provider.stage, 'dev'`: commas inside of braces, parentheses and quotes do not count. */
function alternativesOf(expression: string): readonly string[] {
  return (expression.match(/(?:\$\{[^}]*\}+|\([^)]*\)|"[^"]*"|'[^']*'|[^,])+/gu) ?? []).map((each) => each.trim().replace(/^\$\{([^{}]*)\}$/u, "$1"));
}

function at(root: YamlNode, path: readonly string[]): YamlNode | null {
  let node = resolved(root);
  for (const key of path) {
    if (node?.type !== "YamlMap") return null;
    node = valueAt(node, key);
  }
  return node;
}

function parsed(text: string): YamlNode | null {
  try {
    return parseYaml(text).documents[0]?.root ?? null;
  } catch (error) {
    if (error instanceof SyntaxProblem) return null;
    throw error;
  }
}
