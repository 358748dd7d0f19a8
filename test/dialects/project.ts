import { dirname } from "node:path";
import type { Dialect, ProjectFiles, Unread } from "../../src/dialects/dialect.js";
import type { LocatedPolicies } from "../../src/model/policy.js";
import { SyntaxProblem } from "../../src/model/text.js";

/** A project of which there is nothing beside the file that is looked at. */
export const NO_FILES: ProjectFiles<never> = {
  root: "/project",
  directory: () => ({ readings: [], unread: [] }),
  text: () => null,
  holding: () => [],
  ending: () => [],
  as: () => NO_FILES,
};

/** The policies of one of several files, which need not be on disk. Paths are absolute; the project's root is `/project`. */
export function bindIn<Reading>(dialect: Dialect<Reading>, path: string, texts: Readonly<Record<string, string>>, principals: readonly string[] = []): LocatedPolicies {
  const { own, files } = projectIn(dialect, path, texts, principals);
  return dialect.bind(own, files);
}

/** What a dialect is given of the file that is looked at, and of the others. */
export function projectIn<Reading>(
  dialect: Dialect<Reading>,
  path: string,
  texts: Readonly<Record<string, string>>,
  principals: readonly string[] = [],
): { readonly own: Reading; readonly files: ProjectFiles<Reading> } {
  const own = dialect.read({ path, text: texts[path] ?? "", tree: null, principals });
  return { own, files: filesOf(dialect, texts, { path, reading: own }) };
}

interface Own<Reading> {
  readonly path: string;
  readonly reading: Reading;
}

function filesOf<Reading>(dialect: Dialect<Reading>, texts: Readonly<Record<string, string>>, own: Own<Reading> | null): ProjectFiles<Reading> {
  const read = new Map<string, { readonly reading: Reading } | { readonly why: string }>();
  for (const [file, text] of Object.entries(texts)) {
    if (!dialect.claims(file)) continue;
    try {
      read.set(file, { reading: file === own?.path ? own.reading : dialect.read({ path: file, text, tree: null, principals: [] }) });
    } catch (error) {
      if (!(error instanceof SyntaxProblem)) throw error;
      read.set(file, { why: error.message });
    }
  }
  const sources = [...read.keys()].sort().map((file) => ({ path: file, text: texts[file] ?? "" }));
  const directories = new Map<string, ReturnType<ProjectFiles<Reading>["directory"]>>();
  return {
    root: "/project",
    directory: (folder) => {
      const known = directories.get(folder);
      if (known !== undefined) return known;
      const inside = [...read].filter(([file]) => dirname(file) === folder).sort(([a], [b]) => (a < b ? -1 : 1));
      const unread = inside.flatMap(([file, outcome]): Unread[] => ("why" in outcome ? [{ path: file, why: outcome.why }] : []));
      const made = { readings: inside.flatMap(([, outcome]) => ("reading" in outcome ? [outcome.reading] : [])), unread };
      directories.set(folder, made);
      return made;
    },
    text: (file) => texts[file] ?? null,
    holding: (...words) => sources.filter(({ text }) => words.some((word) => text.includes(word))),
    ending: (end) => sources.filter((file) => file.path.endsWith(end)),
    as: (other) => filesOf(other, texts, null),
  };
}
