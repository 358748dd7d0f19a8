import { dirname } from "node:path";
import type { SourceText } from "../../../model/text.js";
import type { EstreeFile } from "../../../syntax/estree.js";
import { indexTree, isEstreeTree, type EstreeTree } from "../../../syntax/estree.js";
import type { ProjectFiles } from "../../dialect.js";
import { libraryAround } from "./configuration.js";
import { isTest, modulesOf, NO_MODULES, type Modules } from "./modules.js";

/** The sources that a file stands among, in one state. */
export interface Project {
  /** False when only the file that is looked at can be read: there is no parser for others. */
  readonly isWhole: boolean;
  readonly root: string;
  readonly modules: Modules;
  /** Null when it is none of the project's, or cannot be parsed. The same object whenever it is asked for. */
  readonly file: (path: string) => EstreeFile | null;
  readonly pathOf: (file: EstreeFile) => string;
  /** The files whose texts hold one of these words, tests left out. */
  readonly holding: (...words: readonly string[]) => readonly SourceText[];
  /** Does it create an app? Else it is made for others. */
  readonly hasApp: boolean;
  /** The package that exports what a file does, for others; null when it is an app's. */
  readonly libraryOf: (file: EstreeFile) => string | null;
}

/** A project, and the files of it that were read. */
interface Opened {
  readonly project: Project;
  readonly read: Map<string, EstreeFile | null>;
  readonly add: (path: string, text: string, tree: unknown) => EstreeFile | null;
}

const projects = new WeakMap<EstreeFile, Project>();

/** The project that a file was read in; of one that was read alone, itself. */
export function projectOf(file: EstreeFile): Project {
  const known = projects.get(file);
  if (known !== undefined) return known;
  const { project, read } = open(null, NO_MODULES, "");
  read.set("", file);
  projects.set(file, project);
  return project;
}

/** The file that is looked at, in its project; null when its tree is none that can be read. */
export function inProject(path: string, text: string, tree: unknown, files: ProjectFiles<unknown>): EstreeFile | null {
  const { read, add } = files.tree === undefined ? open(null, NO_MODULES, files.root) : shared(files);
  // It may have been read before, as the neighbour of another.
  return read.get(path) ?? add(path, text, tree);
}

export function projectAround(files: ProjectFiles<unknown>): Project {
  return shared(files).project;
}

/** Syntax trees take much memory: with more of them than these, a project is begun anew for the next file. */
const MOST_FILES = 300;

const opened = new WeakMap<Modules, Opened>();

/** As long as no file changes, files are read and answers found once for all that are looked at. */
function shared(files: ProjectFiles<unknown>): Opened {
  const modules = modulesOf(files);
  const known = opened.get(modules);
  if (known !== undefined && known.read.size <= MOST_FILES) return known;
  const made = open(files, modules, files.root);
  opened.set(modules, made);
  return made;
}

function open(files: ProjectFiles<unknown> | null, modules: Modules, root: string): Opened {
  const read = new Map<string, EstreeFile | null>();
  const paths = new WeakMap<EstreeFile, string>();
  const add: Opened["add"] = (path, text, tree) => {
    const file = isEstreeTree(tree) ? { ...indexOf(text, tree) } : null;
    read.set(path, file);
    if (file !== null) {
      paths.set(file, path);
      projects.set(file, project);
    }
    return file;
  };
  let hasApp: boolean | null = null;
  const libraries = new Map<string, string | null>();
  const libraryOf = (directory: string): string | null => {
    const known = libraries.get(directory);
    if (known !== undefined || files === null) return known ?? null;
    const library = libraryAround(directory, files);
    libraries.set(directory, library);
    return library;
  };
  const project: Project = {
    isWhole: files !== null,
    get hasApp() {
      return (hasApp ??= project.holding("App(").some(({ text }) => /\bnew\s+(?:[\w$]+\.)?App\s*\(/u.test(text)));
    },
    root,
    modules,
    file(path) {
      const known = read.get(path);
      if (known !== undefined) return known;
      const source = modules.files.get(path);
      return source === undefined ? null : add(path, source.text, files?.tree?.(source));
    },
    pathOf: (file) => paths.get(file) ?? "",
    holding: (...words) => (files?.holding(...words) ?? []).filter(({ path }) => modules.files.has(path) && !isTest(path, root)),
    libraryOf: (file) => libraryOf(dirname(paths.get(file) ?? root)),
  };
  return { project, read, add };
}

/** By the tree, which is the same as long as the text is. */
const indexes = new WeakMap<EstreeTree, EstreeFile>();

function indexOf(text: string, tree: EstreeTree): EstreeFile {
  const known = indexes.get(tree) ?? indexTree(text, tree);
  indexes.set(tree, known);
  return known;
}

/** Answers a question about something, once for each project; `pending` is the answer while it is looked for. */
export type Once<Answer> = (file: EstreeFile, about: object, pending: Answer, find: () => Answer) => Answer;

export function oncePerProject<Answer extends object>(): Once<Answer> {
  const all = new WeakMap<Project, WeakMap<object, Answer>>();
  return (file, about, pending, find) => {
    const project = projectOf(file);
    const answers = all.get(project) ?? new WeakMap<object, Answer>();
    all.set(project, answers);
    const known = answers.get(about);
    if (known !== undefined) return known;
    answers.set(about, pending);
    const answer = find();
    answers.set(about, answer);
    return answer;
  };
}
