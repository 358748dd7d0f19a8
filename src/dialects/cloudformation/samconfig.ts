import type { Deployment } from "./scope.js";

/** One setting of a file in TOML: the tables around it, its key, and the texts that its value is or lists. */
interface Setting {
  readonly path: readonly string[];
  readonly values: readonly string[];
}

/** Sections of an environment that say how it is deployed; what is common to all commands comes first. */
const COMMANDS = ["global", "deploy", "sync"] as const;

/**
 * The deployments that a `samconfig.toml` describes, one for each environment that names its stack or gives parameters.
 * https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-sam-cli-config.html
 */
export function deploymentsIn(toml: string): readonly Deployment[] {
  const environments = new Map<string, Map<string, readonly string[]>>();
  const settings = settingsIn(toml);
  for (const command of COMMANDS) {
    for (const { path, values } of settings) {
      const [environment, own, parameters, key] = path;
      if (environment === undefined || own !== command || parameters !== "parameters" || key === undefined) continue;
      const known = environments.get(environment) ?? new Map<string, readonly string[]>();
      environments.set(environment, known.set(key, values));
    }
  }
  return [...environments.values()].flatMap((known): readonly Deployment[] => {
    const stack = known.get("stack_name")?.[0] ?? null;
    const overrides = known.get("parameter_overrides") ?? [];
    return stack === null && overrides.length === 0 ? [] : [{ stack, parameters: new Map(overrides.flatMap(parameterValues)) }];
  });
}

/** `Stage=prod Name="two words"`, or `ParameterKey=Stage,ParameterValue=prod`. */
function parameterValues(text: string): readonly (readonly [string, string])[] {
  const pairs = text.matchAll(/(?:ParameterKey=(\w+),ParameterValue=|(\w+)=)(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|(\S*))/gu);
  return [...pairs].map(([, key = "", short = "", double, single, bare]) => [key === "" ? short : key, (double ?? single ?? bare ?? "").replace(/\\(.)/gu, "$1")]);
}

const SPACE = /(?:[\s,]|#[^\n]*)*/uy;
const TABLE = /\[\[?([^\]\n]+)\]\]?/uy;
const KEY = /((?:[\w.-]|"[^"\n]*"|'[^'\n]*')+)[ \t]*=[ \t]*/uy;
const TEXT = /"""([^]*?)"""|'''([^]*?)'''|"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)'/uy;
const REST = /[^\n]*/uy;

/** The settings whose values are texts or lists of texts. Whatever else stands in the file is passed over, line by line. */
function settingsIn(toml: string): readonly Setting[] {
  const settings: Setting[] = [];
  let table: readonly string[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(toml);
    if (match !== null) at += match[0].length;
    return match;
  };
  while ((take(SPACE), at < toml.length)) {
    const header = take(TABLE);
    if (header !== null) {
      table = keys(header[1] ?? "");
      continue;
    }
    const key = take(KEY);
    const values = key === null ? null : readValues();
    if (key !== null && values !== null) settings.push({ path: [...table, ...keys(key[1] ?? "")], values });
    else take(REST);
  }
  return settings;

  function readValues(): readonly string[] | null {
    const single = readOne();
    if (single !== null) return [single];
    if (toml[at] !== "[") return null;
    at += 1;
    const values: string[] = [];
    for (;;) {
      take(SPACE);
      const value = readOne();
      if (value === null) break;
      values.push(value);
    }
    if (toml[at] !== "]") return null;
    at += 1;
    return values;
  }

  function readOne(): string | null {
    const match = take(TEXT);
    if (match === null) return null;
    const [, longBasic, longLiteral, basic, literal] = match;
    return longLiteral ?? literal ?? (longBasic ?? basic ?? "").replace(/\\(.)/gu, (_whole, letter: string) => (letter === "n" ? "\n" : letter === "t" ? "\t" : letter));
  }
}

/** `default.deploy.parameters`, any of them in quotes; SAM takes hyphens for underscores. */
function keys(dotted: string): readonly string[] {
  return [...dotted.matchAll(/"([^"]*)"|'([^']*)'|([\w-]+)/gu)].map(([, double, single, bare]) => double ?? single ?? (bare ?? "").replaceAll("-", "_"));
}
