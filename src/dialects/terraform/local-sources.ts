import { dirname, resolve } from "node:path";
import type { SourceText } from "../../model/text.js";
import type { ProjectFiles } from "../dialect.js";

/** What a file that calls a module by its path must hold. */
const MARKS = ['"./', '"../', '".."', '"."'] as const;

/** In HCL and in JSON syntax. Comments may match, too: who is found is read before it counts. */
const SOURCE = /\bsource"?\s*[=:]\s*"(\.{1,2}(?:\/[^"\n]*)?)"/gu;

const targetsInFile = new WeakMap<SourceText, readonly string[]>();
const indexes = new WeakMap<readonly SourceText[], ReadonlyMap<string, readonly string[]>>();

/** The directories of the project that call the module in a directory by its path, by that directory. Nothing is parsed. */
export function localSources(files: Pick<ProjectFiles<unknown>, "holding">): ReadonlyMap<string, readonly string[]> {
  const calling = files.holding(...MARKS);
  const known = indexes.get(calling);
  if (known !== undefined) return known;
  const callers = new Map<string, Set<string>>();
  for (const file of calling) {
    for (const target of targetsOf(file)) {
      const group = callers.get(target) ?? new Set();
      callers.set(target, group.add(dirname(file.path)));
    }
  }
  const index = new Map([...callers].map(([target, group]) => [target, [...group].filter((caller) => caller !== target).sort()]));
  indexes.set(calling, index);
  return index;
}

function targetsOf(file: SourceText): readonly string[] {
  const known = targetsInFile.get(file);
  if (known !== undefined) return known;
  const targets = [...file.text.matchAll(SOURCE)].map(([, source = ""]) => resolve(dirname(file.path), source));
  targetsInFile.set(file, targets);
  return targets;
}
