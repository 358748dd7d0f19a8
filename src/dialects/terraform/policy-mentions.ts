import type { SourceText } from "../../model/text.js";
import type { ProjectFiles } from "../dialect.js";

/** An ARN of a managed policy that is not AWS's own, to the end of its name. A name that is put together is not compared. */
const ARN = /(?<!:aws):policy\/(?:[\w+=,.@-]+\/)*([\w+=,.@-]+)"/gu;

/** A lookup by name. */
const LOOKUP = /data"?[\s:{]+"aws_iam_policy"[^}]*?\bname"?\s*[=:]\s*"([\w+=,.@-]+)"/gu;

const namesInFile = new WeakMap<SourceText, readonly string[]>();
const indexes = new WeakMap<readonly SourceText[], ReadonlyMap<string, readonly string[]>>();

/**
 * The files of the project that name a managed policy by its ARN or look it up by its name, by that name: they may attach it
 * although they do not refer to it. Nothing is parsed.
 */
export function policyMentions(files: Pick<ProjectFiles<unknown>, "holding">): ReadonlyMap<string, readonly string[]> {
  const naming = files.holding(":policy/", '"aws_iam_policy"');
  const known = indexes.get(naming);
  if (known !== undefined) return known;
  const index = new Map<string, string[]>();
  for (const file of naming) {
    for (const name of namesIn(file)) index.set(name, [...(index.get(name) ?? []), file.path]);
  }
  indexes.set(naming, index);
  return index;
}

function namesIn(file: SourceText): readonly string[] {
  const known = namesInFile.get(file);
  if (known !== undefined) return known;
  const names = [ARN, LOOKUP].flatMap((pattern) => [...file.text.matchAll(pattern)].map(([, name = ""]) => name));
  const made = [...new Set(names)];
  namesInFile.set(file, made);
  return made;
}
