import { basename, dirname, sep } from "node:path";
import type { Holder, ManagedPolicies } from "../../model/policy.js";
import type { Attachment } from "../../model/principal.js";
import type { SourceText } from "../../model/text.js";
import type { ProjectFiles } from "../dialect.js";
import { configurationOf } from "./configuration.js";
import { candidates, mayRead, type FilePath } from "./file-paths.js";
import type { TerraformReading } from "./reading.js";

/** What a file's text becomes part of, in a directory of which a file reads it. */
export interface FileUse {
  readonly directory: string;
  /** The root modules that the directory is part of. */
  readonly roots: readonly string[];
  readonly attachment: Attachment;
  readonly holder: Holder;
  readonly locked: string | null;
  /** All uses are policies of other kinds. */
  readonly foreign: boolean;
  readonly isTemplate: boolean;
  /** Null when the names of the managed policies that are made of it are not all known. */
  readonly managed: ManagedPolicies | null;
}

/** Who reads the file at this path, as far as the sources show. */
export function usesOfFile(path: string, files: ProjectFiles<TerraformReading>): readonly FileUse[] {
  const configuration = configurationOf(files);
  const readers = files.holding("file(").filter((reader) => mayReach(reader, path));
  return [...new Set(readers.map((reader) => dirname(reader.path)))].flatMap((folder) => {
    const { readings, unread } = files.directory(folder);
    const roots = configuration.rootsOf(folder);
    const found = new Map(readings.flatMap((reading) => reading.files.filter((file) => reads(file, folder, path, files))).map((file) => [file.target, file]));
    const unseen = unread.map((other) => `${basename(other.path)} beside what reads it could not be read (${other.why})`);
    if (found.size === 0 && unseen.length > 0) {
      return [{ attachment: { principals: [], open: unseen }, holder: "unknown", locked: null, foreign: false, isTemplate: false, directory: folder, roots, managed: null }];
    }
    return [...found.values()].map(({ target, isTemplate }): FileUse => {
      const { attachment, holder, locked, foreign, managed } = configuration.flow({ node: target, start: null }, folder);
      return { attachment: { ...attachment, open: [...attachment.open, ...unseen] }, holder, locked, foreign, isTemplate, directory: folder, roots, managed };
    });
  });
}

/** A path that is not said to be of the module is of the module all the same, where there is such a file. */
function reads(file: FilePath, folder: string, path: string, files: ProjectFiles<TerraformReading>): boolean {
  if (!mayRead(file, folder, path)) return false;
  const [own] = file.from === "module" ? [] : candidates(file, folder, files.root);
  return own === undefined || own === path || files.text(own) === null;
}

/** Where a file looks for others: below its own directory only, elsewhere, or where its source does not tell. */
type Reach = "below" | "elsewhere" | "unknown";

/** One file is asked for many others. */
const reaches = new WeakMap<SourceText, Reach>();

function reachOf(source: SourceText): Reach {
  const known = reaches.get(source) ?? reachOfText(source.text);
  reaches.set(source, known);
  return known;
}

function reachOfText(text: string): Reach {
  // `file("…/${each.key}.json")`: the name of the file does not stand in the source.
  if (/file\([^)\n]*\$\{(?!path\.(?:module|root|cwd)\})/u.test(text)) return "unknown";
  // Anything but `file("${path.module}/…")`, which is below the directory of the file that says so.
  return /file\((?!\s*"\$\{path\.module\}\/(?!\.\.))/u.test(text) || text.includes("/../") ? "elsewhere" : "below";
}

function mayReach(reader: SourceText, path: string): boolean {
  const reach = reachOf(reader);
  if (reach === "unknown") return true;
  return (reach === "elsewhere" || path.startsWith(dirname(reader.path) + sep)) && reader.text.includes(basename(path));
}
