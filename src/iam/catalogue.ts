import { readFileSync } from "node:fs";
import { alphabetically } from "./order.js";

/** AWS's classes of actions, as the Service Authorization Reference names them. */
export type AccessLevel = "Read" | "List" | "Write" | "Tagging" | "Permissions management";

/** Every action that AWS publishes, per service, as of a date. Look-ups ignore case. */
export interface Catalogue {
  /** Of the data: YYYY-MM-DD. */
  readonly date: string;
  /** Service prefixes, lower case, sorted. */
  services(): readonly string[];
  /** Bare names (`GetObject`) in AWS's casing, sorted without regard to case; empty when the service is unknown. */
  actions(service: string): readonly string[];
  accessLevel(service: string, action: string): AccessLevel | null;
}

const LEVELS: ReadonlyMap<string, AccessLevel> = new Map([
  ["R", "Read"],
  ["L", "List"],
  ["W", "Write"],
  ["T", "Tagging"],
  ["P", "Permissions management"],
]);

interface Service {
  readonly actions: readonly string[];
  /** By lower-case action. */
  readonly levels: ReadonlyMap<string, AccessLevel>;
}

const UNKNOWN_SERVICE: Service = { actions: [], levels: new Map() };

/**
 * Reads the text that `npm run catalogue` writes: `# …` lines of which one gives the date, then one line a service,
 * `s3 AbortMultipartUpload:W …`. Services are taken apart when they are first asked for. Throws an Error of one sentence
 * when the text is something else; a damaged service line throws on its first use.
 */
export function readCatalogue(text: string): Catalogue {
  const lines = text.split(/\r?\n/u).filter((line) => line !== "");
  const header = lines.filter((line) => line.startsWith("#"));
  if (!header.some((line) => line.includes("format 1"))) throw new Error("The action catalogue is not of format 1: reinstall the package.");
  const date = header.map((line) => /^# date: (\d{4}-\d\d-\d\d)$/u.exec(line)?.[1]).find((found) => found !== undefined);
  if (date === undefined) throw new Error("The action catalogue has no date: reinstall the package.");

  const texts = new Map<string, string>();
  for (const line of lines) {
    if (line.startsWith("#")) continue;
    const space = line.indexOf(" ");
    const name = space === -1 ? line : line.slice(0, space);
    if (!/^[a-z0-9-]+$/u.test(name)) throw new Error(`The action catalogue has a bad service "${name}": reinstall the package.`);
    texts.set(name, space === -1 ? "" : line.slice(space + 1));
  }
  if (texts.size === 0) throw new Error("The action catalogue has no services: reinstall the package.");

  const services = [...texts.keys()].sort();
  const known = new Map<string, Service>();
  function service(name: string): Service {
    const key = name.toLowerCase();
    const found = known.get(key);
    if (found !== undefined) return found;
    const entries = texts.get(key);
    if (entries === undefined) return UNKNOWN_SERVICE;
    const made = readService(key, entries);
    known.set(key, made);
    return made;
  }

  return {
    date,
    services: () => services,
    actions: (name) => service(name).actions,
    accessLevel: (name, action) => service(name).levels.get(action.toLowerCase()) ?? null,
  };
}

function readService(service: string, text: string): Service {
  const actions: string[] = [];
  const levels = new Map<string, AccessLevel>();
  for (const entry of text.split(" ")) {
    if (entry === "") continue;
    const action = entry.slice(0, -2);
    const level = entry.at(-2) === ":" ? LEVELS.get(entry.slice(-1)) : undefined;
    if (level === undefined || !/^[A-Za-z0-9_-]+$/u.test(action)) {
      throw new Error(`The action catalogue has a bad entry "${entry}" of service "${service}": reinstall the package.`);
    }
    actions.push(action);
    levels.set(action.toLowerCase(), level);
  }
  return { actions: actions.sort(alphabetically), levels };
}

let builtIn: Catalogue | null = null;

/** The catalogue that comes with this package; read once. */
export function builtInCatalogue(): Catalogue {
  builtIn ??= readCatalogue(readFileSync(new URL("./data/catalogue.txt", import.meta.url), "utf8"));
  return builtIn;
}
