import { basename, dirname } from "node:path";
import type { Holder } from "../../model/policy.js";
import type { Attachment } from "../../model/principal.js";
import type { ProjectFiles } from "../dialect.js";
import { configurationOf } from "./configuration.js";
import { mayRead } from "./file-paths.js";
import type { TerraformReading } from "./reading.js";

/** What a file's text becomes part of, in a directory of which a file reads it. */
export interface FileUse {
  readonly directory: string;
  readonly attachment: Attachment;
  readonly holder: Holder;
  readonly locked: string | null;
  /** All uses are policies of other kinds. */
  readonly foreign: boolean;
  readonly isTemplate: boolean;
}

/** Who reads the file at this path, as far as the sources show. */
export function usesOfFile(path: string, files: ProjectFiles<TerraformReading>): readonly FileUse[] {
  const name = basename(path);
  const configuration = configurationOf(files);
  const readers = files.holding("file(").filter(({ text }) => text.includes(name) || UNKNOWN_NAME.test(text));
  return [...new Set(readers.map((reader) => dirname(reader.path)))].flatMap((folder) => {
    const { readings, unread } = files.directory(folder);
    const found = new Map(readings.flatMap((reading) => reading.files.filter((file) => mayRead(file, folder, path))).map((file) => [file.target, file]));
    const unseen = unread.map((other) => `${basename(other.path)} beside what reads it could not be read (${other.why})`);
    return [...found.values()].map(({ target, isTemplate }): FileUse => {
      const { attachment, holder, locked, foreign } = configuration.flow({ node: target, start: null }, folder);
      return { attachment: { ...attachment, open: [...attachment.open, ...unseen] }, holder, locked, foreign, isTemplate, directory: folder };
    });
  });
}

/** `file("…/${each.key}.json")`: the name of the file does not stand in the source. */
const UNKNOWN_NAME = /file\([^)\n]*\$\{(?!path\.(?:module|root|cwd)\})/u;
