import { dirname, join } from "node:path";
import { pathFrom } from "../../../model/paths.js";
import type { SourceText } from "../../../model/text.js";
import type { ProjectFiles } from "../../dialect.js";
import { aliasesIn, type Alias } from "./configuration.js";

/** The files of a project as the modules that import each other. */
export interface Modules {
  /** By their paths. */
  readonly files: ReadonlyMap<string, SourceText>;
  /** The file that a module specifier means; null when it is none of the project's. */
  readonly resolve: (from: string, specifier: string) => string | null;
  /** The files that import something that is neither found in the project nor known to be another's. */
  readonly strangers: () => readonly Stranger[];
  /** The files that import a file or hand on what it exports. */
  readonly importers: (path: string) => readonly SourceText[];
  /** A file, and all that it imports over any number of files. */
  readonly reachable: (path: string) => ReadonlySet<string>;
}

/** A file, and the specifiers of its imports that nothing is known of. */
export interface Stranger {
  readonly source: SourceText;
  readonly specifiers: readonly string[];
}

export const NO_MODULES: Modules = { files: new Map(), resolve: () => null, strangers: () => [], importers: () => [], reachable: (path) => new Set([path]) };

/** By the list of files, which is another one as soon as a file changes. */
const known = new WeakMap<object, { readonly root: string; readonly modules: Modules }>();

export function modulesOf(files: ProjectFiles<unknown>): Modules {
  const all = files.ending("");
  const before = known.get(all);
  if (before?.root === files.root) return before.modules;
  const modules = makeModules(all, files);
  known.set(all, { root: files.root, modules });
  return modules;
}

function makeModules(all: readonly SourceText[], files: ProjectFiles<unknown>): Modules {
  const paths = new Set(all.map(({ path }) => path));
  const byPath = new Map(all.flatMap((file) => (isCompiled(file.path, paths) ? [] : [[file.path, file]])));
  const aliases = new Map<string, readonly Alias[]>();
  const aliasesOf = (directory: string): readonly Alias[] => {
    const found = aliases.get(directory) ?? aliasesIn(directory, files, aliasesOf);
    aliases.set(directory, found);
    return found;
  };
  const find = (from: string, specifier: string): string | null => {
    const places = specifier.startsWith(".")
      ? [join(dirname(from), specifier)]
      : aliasesOf(dirname(from)).flatMap((alias) => alias(specifier));
    for (const place of places) {
      const found = fileAt(place, byPath);
      if (found !== null) return found;
    }
    return null;
  };
  const resolved = new Map<string, Map<string, string | null>>();
  const resolve = (from: string, specifier: string): string | null => {
    const known = resolved.get(from) ?? new Map<string, string | null>();
    resolved.set(from, known);
    const before = known.get(specifier);
    if (before !== undefined) return before;
    const found = find(from, specifier);
    known.set(specifier, found);
    return found;
  };
  let strangers: readonly Stranger[] | null = null;
  let importers: Map<string, SourceText[]> | null = null;
  const closures = new Map<string, ReadonlySet<string>>();
  return {
    files: byPath,
    resolve,
    reachable: (path) => {
      const found = closures.get(path) ?? closureOf(path, byPath, resolve);
      closures.set(path, found);
      return found;
    },
    strangers: () => (strangers ??= strangersIn(byPath, resolve, files.root)),
    importers: (path) => (importers ??= importersOf(byPath, resolve, files.root)).get(path) ?? [],
  };
}

const COMPILED = /^(.*)\.([cm]?)jsx?$/u;

/** TypeScript puts `orders.js` beside `orders.ts`: the same code a second time. */
function isCompiled(path: string, all: ReadonlySet<string>): boolean {
  const [, start, mark = ""] = COMPILED.exec(path) ?? [];
  return start !== undefined && (all.has(`${start}.${mark}ts`) || all.has(`${start}.tsx`));
}

const EXTENSIONS = ["ts", "tsx", "mts", "cts", "js", "jsx", "mjs", "cjs"];

/** Where TypeScript and Node look for a module, best first: https://www.typescriptlang.org/docs/handbook/modules/reference.html */
function fileAt(place: string, files: ReadonlyMap<string, SourceText>): string | null {
  const [, start, mark = ""] = COMPILED.exec(place) ?? [];
  const sources = start === undefined ? [] : [`${start}.${mark}ts`, `${start}.tsx`];
  for (const path of [...sources, place]) if (files.has(path)) return path;
  for (const beginning of [`${place}.`, `${join(place, "index")}.`]) {
    for (const extension of EXTENSIONS) if (files.has(beginning + extension)) return beginning + extension;
  }
  return null;
}

function importersOf(files: Modules["files"], resolve: Modules["resolve"], root: string): Map<string, SourceText[]> {
  const importers = new Map<string, SourceText[]>();
  for (const file of files.values()) {
    if (isTest(file.path, root)) continue;
    for (const path of new Set(specifiersIn(file).map((specifier) => resolve(file.path, specifier)))) {
      if (path === null || path === file.path) continue;
      const group = importers.get(path);
      if (group === undefined) importers.set(path, [file]);
      else group.push(file);
    }
  }
  return importers;
}

const NEVER_OURS = /^(?:aws-cdk-lib|@aws-cdk|constructs|node:|\.)/u;

function strangersIn(files: Modules["files"], resolve: Modules["resolve"], root: string): readonly Stranger[] {
  return [...files.values()].flatMap((source) => {
    if (isTest(source.path, root)) return [];
    const specifiers = specifiersIn(source).filter((specifier) => !NEVER_OURS.test(specifier) && resolve(source.path, specifier) === null);
    return specifiers.length === 0 ? [] : [{ source, specifiers }];
  });
}

function closureOf(path: string, files: Modules["files"], resolve: Modules["resolve"]): ReadonlySet<string> {
  const found = new Set([path]);
  // The set grows while it is walked.
  for (const from of found) {
    const file = files.get(from);
    for (const specifier of file === undefined ? [] : specifiersIn(file)) {
      const target = resolve(from, specifier);
      if (target !== null) found.add(target);
    }
  }
  return found;
}

/** What tests create is never deployed, or not for long. */
export function isTest(path: string, root: string): boolean {
  const below = pathFrom(root, path);
  return /(?:^|\/)(?:tests?|__tests__)\/|\.(?:test|spec)\.[cm]?[jt]sx?$/u.test(below);
}

const specifiers = new WeakMap<SourceText, readonly string[]>();

const SPECIFIER = /(?:\bfrom|\bimport|\brequire\s*\(|\bimport\s*\()\s*["'`]([^"'`\n]+)["'`]/gu;

/** The module specifiers that a text holds. Some may stand in comments or texts, and then lead nowhere or to a file without uses. */
export function specifiersIn(file: SourceText): readonly string[] {
  const before = specifiers.get(file);
  if (before !== undefined) return before;
  const found = [...new Set([...file.text.matchAll(SPECIFIER)].map(([, specifier = ""]) => specifier))];
  specifiers.set(file, found);
  return found;
}
