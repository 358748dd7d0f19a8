import { accessSync, constants, readdirSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import type { NotAnalysed } from "./summary.js";

const SOURCE_NAME = /\.(?:tf|tofu|ya?ml|json|template|tpl|tftpl|tmpl|[mc]?ts|tsx)$/u;

/**
 * The files because of which ESLint gave up: the one that its error names, and all others below the folder that cannot be
 * read, so that the run is not started again for each of them. Empty when the error is about something else.
 */
export function unreadableFiles(error: Error, folder: string): readonly NotAnalysed[] {
  const why = whyUnreadable(error);
  if (why === null) return [];
  const found = new Map<string, NotAnalysed>();
  // For a link to a folder, Node does not say which.
  if ("path" in error && typeof error.path === "string") found.set(error.path, { path: error.path, why });
  for (const path of sourcesBelow(folder)) {
    const reason = attempt(path);
    if (reason !== null) found.set(path, { path, why: reason });
  }
  return [...found.values()];
}

/** Links are listed and not followed. */
function sourcesBelow(folder: string): readonly string[] {
  const sources: string[] = [];
  const folders = [folder];
  for (let at = folders.pop(); at !== undefined; at = folders.pop()) {
    for (const entry of entriesOf(at)) {
      if (!entry.isDirectory()) {
        if (SOURCE_NAME.test(entry.name)) sources.push(join(at, entry.name));
      } else if (entry.name !== "node_modules" && entry.name !== ".git") folders.push(join(at, entry.name));
    }
  }
  return sources;
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    // ESLint names a folder that cannot be read.
    return [];
  }
}

/** The glob that matches one file of a folder and nothing else; none for a file outside of it. */
export function globOf(folder: string, file: string): string[] {
  const path = relative(folder, file);
  if (path.startsWith("..")) return [];
  return [path.split(sep).join("/").replaceAll(/[\\*?[\]{}()!+@]/gu, String.raw`\$&`)];
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "the file cannot be read (permission denied)",
  EPERM: "the file cannot be read (permission denied)",
  ENOENT: "the file cannot be read (it is a link to nothing, or was deleted meanwhile)",
  EISDIR: "the file cannot be read (it is a link to a folder)",
  ELOOP: "the file cannot be read (its links go round in a circle)",
};

function whyUnreadable(error: unknown): string | null {
  return error instanceof Error && "code" in error ? (REASONS[String(error.code)] ?? null) : null;
}

function attempt(path: string): string | null {
  try {
    if (statSync(path).isDirectory()) return REASONS["EISDIR"] ?? null;
    accessSync(path, constants.R_OK);
    return null;
  } catch (error) {
    return whyUnreadable(error);
  }
}
