import { dirname, join } from "node:path";
import type { ProjectFiles } from "../../dialect.js";

/** The places that a specifier may mean, without their extensions; none when it is not for this alias. */
export type Alias = (specifier: string) => readonly string[];

type Json = Readonly<Record<string, unknown>>;

/**
 * What the `tsconfig.json` that a directory belongs to says of specifiers that are no relative paths: `baseUrl` and `paths`,
 * with one `*` at most. https://www.typescriptlang.org/tsconfig/#paths
 */
export function aliasesIn(directory: string, files: Pick<ProjectFiles<unknown>, "root" | "text">, above: (directory: string) => readonly Alias[]): readonly Alias[] {
  const text = files.text(join(directory, "tsconfig.json"));
  if (text !== null) return aliasesOf(property(parsed(text), "compilerOptions"), directory);
  const parent = dirname(directory);
  return directory === files.root || parent === directory ? [] : above(parent);
}

function aliasesOf(options: Json, directory: string): readonly Alias[] {
  const { baseUrl } = options;
  const base = typeof baseUrl === "string" ? join(directory, baseUrl) : null;
  const mapped = Object.entries(property(options, "paths")).flatMap(([pattern, targets]): Alias[] => {
    const [start = "", end, ...more] = pattern.split("*");
    if (!Array.isArray(targets) || more.length > 0) return [];
    const places = targets.filter((target) => typeof target === "string").map((target) => join(base ?? directory, target));
    return [(specifier) => {
      if (end === undefined) return specifier === pattern ? places : [];
      const fits = specifier.length >= start.length + end.length && specifier.startsWith(start) && specifier.endsWith(end);
      const rest = fits ? specifier.slice(start.length, specifier.length - end.length) : null;
      return rest === null ? [] : places.map((place) => place.replace("*", () => rest));
    }];
  });
  return base === null ? mapped : [...mapped, (specifier) => [join(base, specifier)]];
}

const PUBLISHED = ["main", "module", "exports", "types", "typings", "publishConfig"];

/** The package whose sources lie in a directory, if it is made for others to import: then they may use whatever it exports. */
export function libraryAround(directory: string, files: Pick<ProjectFiles<unknown>, "root" | "text">): string | null {
  const text = files.text(join(directory, "package.json"));
  if (text !== null) {
    const json = parsed(text);
    const { name } = json;
    return PUBLISHED.some((key) => key in json) ? (typeof name === "string" ? name : directory) : null;
  }
  const parent = dirname(directory);
  return directory === files.root || parent === directory ? null : libraryAround(parent, files);
}

/** JSON with comments and trailing commas; an empty object when it is something else. */
function parsed(text: string): Json {
  const plain = text.replace(/("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//gu, (_, string: string | undefined) => string ?? "");
  try {
    return object(JSON.parse(plain.replace(/("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])/gu, (_, string: string | undefined) => string ?? "")));
  } catch {
    return {};
  }
}

function property(json: Json, name: string): Json {
  return object(json[name]);
}

function object(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}
