import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { badPlace, type BadInput } from "../findings/bad-input.js";
import type { CatalogueAction } from "../iam/catalogue.js";
import { readService, readServiceIndex, UnexpectedShape, type ServiceLink } from "../iam/service-reference.js";

/** The actions of every service that a copy of AWS's service reference holds. */
export interface ServiceReference {
  readonly services: ReadonlyMap<string, readonly CatalogueAction[]>;
  /** The newest time that a server gave for one of the files, in milliseconds; null when none did. */
  readonly modified: number | null;
}

interface SourceFile {
  /** An address or a path. */
  readonly place: string;
  readonly text: string;
  readonly modified: number | null;
}

const AT_ONCE = 8;
const INDEXES = ["index.json", "service-list.json"];
const AWS_HOST = /^servicereference\.[a-z0-9-]+\.amazonaws\.com$/u;
const ADDRESS = "name AWS's service reference or a copy of it";
const TRY_AGAIN = "try again, or download the files and name their folder with --from";

/** Is this AWS's own copy, which is always current? */
export function isAws(url: URL): boolean {
  return AWS_HOST.test(url.hostname);
}

/** Fetches the index and all services that it names. `timeout`: milliseconds for each file. Throws `BadInput`. */
export async function fetchReference(from: URL, timeout: number): Promise<ServiceReference> {
  const stop = new AbortController();
  const get = (url: URL): Promise<SourceFile> => fetchFile(url, timeout, stop.signal);
  const index = await get(from);
  // Behind redirects, the index is where its own address says.
  const base = new URL(index.place);
  const links = linksOf(index).map((link) => addressOf(link, base));
  try {
    return gathered(await inParallel([...new Map(links.map((url) => [url.href, url])).values()], get));
  } finally {
    stop.abort();
  }
}

/**
 * Reads a folder: the services that its index names, under the paths that they have at AWS or as `<service>.json`; without an
 * index, every `.json` file in it. Throws `BadInput`.
 */
export async function readReference(folder: string): Promise<ServiceReference> {
  const names = await listed(folder);
  const indexName = INDEXES.find((name) => names.includes(name));
  if (indexName !== undefined) {
    const index = await readSource(join(folder, indexName));
    const paths = linksOf(index).map((link) => join(folder, pathOf(link, names, index.place)));
    return gathered(await inParallel([...new Set(paths)], readSource));
  }
  const files = names.filter((name) => name.endsWith(".json") && !/(?:^|[/\\])(?:\.|mapping\.json$)/u.test(name)).sort();
  if (files.length === 0) throw badPlace([folder], "the folder has no .json file", ADDRESS);
  return gathered(await inParallel(files.map((name) => join(folder, name)), readSource));
}

function linksOf(index: SourceFile): readonly ServiceLink[] {
  return shaped(index, readServiceIndex);
}

/** A copy's index may still name AWS's addresses: the copy has the same paths. */
function addressOf({ service, url }: ServiceLink, base: URL): URL {
  const address = URL.canParse(url, base) ? new URL(url, base) : null;
  if (address === null || !/^https?:$/u.test(address.protocol)) {
    throw badPlace([base.href, service], `"${url}" is not an address`, ADDRESS);
  }
  if (!isAws(address) || isAws(base)) return address;
  const root = new URL(base.pathname.endsWith("/v1/service-list.json") ? ".." : ".", base);
  return new URL(address.pathname.slice(1), root);
}

function pathOf({ service, url }: ServiceLink, names: readonly string[], index: string): string {
  const path = /^https?:/iu.test(url) && URL.canParse(url) ? new URL(url).pathname.slice(1) : url.replace(/^(?:\.?\/)+/u, "");
  const known = new Set(names.map((name) => name.replaceAll("\\", "/")));
  const found = [path, path.replace(/^v1\//u, ""), `${service}.json`].find((name) => known.has(name));
  if (found !== undefined) return found;
  throw badPlace([index, service], `the folder has no ${path} and no ${service}.json`, "download the missing file, or name another folder");
}

function gathered(files: readonly SourceFile[]): ServiceReference {
  const services = new Map<string, readonly CatalogueAction[]>();
  let modified: number | null = null;
  for (const file of files) {
    const { name, actions } = shaped(file, readService);
    if (services.has(name)) throw badPlace([file.place], `the service "${name}" comes a second time`, "leave one of the files out");
    services.set(name, actions);
    if (file.modified !== null) modified = Math.max(modified ?? 0, file.modified);
  }
  return { services, modified };
}

function shaped<Result>(file: SourceFile, read: (value: unknown) => Result): Result {
  const value = json(file);
  try {
    return read(value);
  } catch (error) {
    if (!(error instanceof UnexpectedShape)) throw error;
    throw badPlace(error.within === "" ? [file.place] : [file.place, error.within], error.message, ADDRESS);
  }
}

function json({ place, text }: SourceFile): unknown {
  const content = text.replace(/^\uFEFF/u, "");
  if (content.trim() === "") throw badPlace([place], "it is empty", TRY_AGAIN);
  try {
    return JSON.parse(content);
  } catch (error) {
    const cutOff = error instanceof Error && /^\s*[[{]/u.test(content) && endsTooEarly(error.message, content);
    throw badPlace([place], cutOff ? "the JSON is cut off" : "it is not JSON", cutOff ? TRY_AGAIN : ADDRESS);
  }
}

function endsTooEarly(message: string, content: string): boolean {
  const position = /at position (\d+)/u.exec(message)?.[1];
  return /end of JSON|unterminated/iu.test(message) || (position !== undefined && Number(position) >= content.trimEnd().length);
}

async function fetchFile(url: URL, timeout: number, stop: AbortSignal): Promise<SourceFile> {
  stop.throwIfAborted();
  // Not AbortSignal.timeout: combined with another signal it is forgotten when memory is tidied, and never fires.
  const request = new AbortController();
  const giveUp = (): void => request.abort();
  const timer = setTimeout(() => request.abort(new DOMException("", "TimeoutError")), timeout);
  stop.addEventListener("abort", giveUp);
  try {
    const response = await fetch(url, { signal: request.signal });
    if (!response.ok) {
      const status = `${String(response.status)} ${response.statusText}`.trim();
      throw badPlace([url.href], `the server answers ${status}`, `correct the address, or ${TRY_AGAIN}`);
    }
    const text = await response.text();
    const modified = Date.parse(response.headers.get("last-modified") ?? "");
    return { place: response.url, text, modified: Number.isNaN(modified) ? null : modified };
  } catch (error) {
    throw error instanceof TypeError || error instanceof DOMException ? unreachable(url, error, timeout) : error;
  } finally {
    clearTimeout(timer);
    stop.removeEventListener("abort", giveUp);
  }
}

function unreachable(url: URL, error: Error, timeout: number): BadInput {
  if (error.name === "TimeoutError") return badPlace([url.href], `no whole answer within ${String(timeout / 1000)} seconds`, TRY_AGAIN);
  if (error.message === "terminated") return badPlace([url.href], "the connection ended before the whole answer had come", TRY_AGAIN);
  const { cause } = error;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : error.message;
  return badPlace([url.href], `the server cannot be reached (${code})`, TRY_AGAIN);
}

async function listed(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder, { recursive: true });
  } catch (error) {
    throw unreadable(folder, error);
  }
}

async function readSource(path: string): Promise<SourceFile> {
  try {
    return { place: path, text: await readFile(path, "utf8"), modified: null };
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): BadInput {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: "there is no such file or folder",
    ENOTDIR: "this is not a folder",
    EISDIR: "this is a folder",
    EACCES: "it cannot be read (permission denied)",
  };
  return badPlace([path], reasons[code] ?? `it cannot be read (${code})`, "name the folder of the downloaded files, or an address that begins with https://");
}

/** A few at a time, in order; the first failure ends it. */
async function inParallel<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<readonly Result[]> {
  const results: Result[] = [];
  const pending = items.entries();
  async function worker(): Promise<void> {
    for (const [at, item] of pending) results[at] = await work(item);
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}
