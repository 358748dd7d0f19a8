import { join } from "node:path";
import type { SourceText } from "../model/text.js";
import { decode, linkTarget, listDirectory, readBytes, sameStamp, stampOf, systemCode, type Stamp } from "./disk.js";

/** What other tools put there is nobody's source. */
const SKIPPED: ReadonlySet<string> = new Set([
  "node_modules",
  ".git",
  ".terraform",
  ".terragrunt-cache",
  ".aws-sam",
  ".serverless",
  "cdk.out",
  "cdktf.out",
  "dist",
]);

/** A walk through a directory tree costs time: of two questions in a row the second is answered from the same walk. */
const LEAST_PAUSE = 1_000;

/** Big trees are walked less often, so that at most a tenth of the time goes into it. */
const PAUSE_PER_WALK = 10;

/** A file as it lies on disk. Most are only searched for some words: a text is made of the bytes when it is asked for. */
class TreeSource implements SourceText {
  readonly path: string;
  readonly #bytes: Buffer;
  #text: string | null = null;

  constructor(path: string, bytes: Buffer) {
    this.path = path;
    this.#bytes = bytes;
  }

  get text(): string {
    return (this.#text ??= decode(this.#bytes));
  }

  holds(words: string): boolean {
    return this.#bytes.includes(words);
  }
}

export type { TreeSource };

interface TreeFile {
  readonly stamp: Stamp;
  /** Null when it was not wanted. */
  readonly source: TreeSource | null;
}

/** The files below a directory that `wanted` chose. `sources` is a new array whenever one of them changed. */
interface Tree {
  readonly walkedAt: number;
  readonly took: number;
  readonly files: ReadonlyMap<string, TreeFile>;
  readonly sources: readonly TreeSource[];
  /** The symbolic links to files, by where they lead to. */
  readonly links: ReadonlyMap<string, readonly string[]>;
}

const trees = new Map<string, Tree>();
const MOST_TREES = 8;

export interface Selection {
  /** Tells selections apart. */
  readonly name: string;
  readonly claims: (path: string) => boolean;
  /** Asked of a file as it is read; the text of others is not kept. */
  readonly wanted: (source: SourceText) => boolean;
}

/** The selected files below `root`, in the order of their paths. An unchanged file is the same object again. */
export function filesBelow(root: string, selection: Selection): Pick<Tree, "sources" | "links"> {
  const key = `${selection.name}:${root}`;
  const known = trees.get(key);
  const walkedAt = Date.now();
  if (known !== undefined && walkedAt - known.walkedAt < Math.max(LEAST_PAUSE, known.took * PAUSE_PER_WALK)) return known;
  const { paths, links } = walk(root, selection.claims);
  const read = readFiles(paths, known, selection.wanted);
  if (trees.size >= MOST_TREES && known === undefined) trees.clear();
  const tree = { files: read.files, sources: read.sources, links, walkedAt, took: Date.now() - walkedAt };
  trees.set(key, tree);
  return tree;
}

/** Symbolic links to directories are not followed: their targets are walked where they are, and loops cannot arise. */
function walk(root: string, claims: (path: string) => boolean): { readonly paths: readonly string[]; readonly links: Tree["links"] } {
  const paths: string[] = [];
  const links = new Map<string, string[]>();
  const pending = [root];
  for (let directory = pending.pop(); directory !== undefined; directory = pending.pop()) {
    for (const entry of entriesOf(directory)) {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) {
        if (!SKIPPED.has(entry.name)) pending.push(path);
        continue;
      }
      if (!claims(path)) continue;
      paths.push(path);
      const target = entry.isSymbolicLink() ? linkTarget(path)?.path : undefined;
      if (target !== undefined) links.set(target, [...(links.get(target) ?? []), path]);
    }
  }
  return { paths: paths.sort(), links };
}

function entriesOf(directory: string): ReturnType<typeof listDirectory> {
  try {
    return listDirectory(directory);
  } catch (error) {
    if (systemCode(error) === null) throw error;
    return [];
  }
}

function readFiles(paths: readonly string[], known: Tree | undefined, wanted: Selection["wanted"]): Pick<Tree, "files" | "sources"> {
  const files = new Map<string, TreeFile>();
  let changed = paths.length !== known?.files.size;
  for (const path of paths) {
    const before = known?.files.get(path);
    const file = readFile(path, before, wanted);
    changed ||= file !== before;
    if (file !== null) files.set(path, file);
  }
  if (!changed && known !== undefined) return known;
  return { files, sources: [...files.values()].flatMap(({ source }) => (source === null ? [] : [source])) };
}

function readFile(path: string, known: TreeFile | undefined, wanted: Selection["wanted"]): TreeFile | null {
  try {
    const stamp = stampOf(path, "file");
    if (stamp === null) return null;
    if (known !== undefined && sameStamp(known.stamp, stamp)) return known;
    const bytes = readBytes(path);
    return { stamp, source: wanted({ path, text: decode(bytes) }) ? new TreeSource(path, bytes) : null };
  } catch (error) {
    if (systemCode(error) === null) throw error;
    return null;
  }
}
