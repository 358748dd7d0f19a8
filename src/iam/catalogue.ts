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
  /** Does AWS record the last use of this very action? Null when the catalogue does not say. */
  tracked(service: string, action: string): boolean | null;
}

/** What a catalogue holds of one action. */
export interface CatalogueAction {
  readonly name: string;
  readonly level: AccessLevel | null;
  readonly tracked: boolean | null;
}

/** A clause that says how to get a newer catalogue. */
export const UPDATE_CATALOGUE =
  "update it with `npm update eslint-plugin-least-privilege`, or make one with " +
  "`least-privilege catalogue -o catalogue.txt` and name it with --catalogue or in the settings";

const FORMAT = "# Action catalogue, format 2.";
const END = "# end";

const LETTERS: readonly (readonly [string, AccessLevel])[] = [
  ["R", "Read"],
  ["L", "List"],
  ["W", "Write"],
  ["T", "Tagging"],
  ["P", "Permissions management"],
];
const LEVELS: ReadonlyMap<string, AccessLevel> = new Map(LETTERS);
const LETTER_OF: ReadonlyMap<AccessLevel | null, string> = new Map(LETTERS.map(([letter, level]) => [level, letter]));

const SERVICE = /^[a-z0-9-]+$/u;
const ENTRY = /^([A-Za-z0-9_-]+):([RLWTP?])([+-]?)$/u;

interface Service {
  readonly actions: readonly string[];
  /** By lower-case name. */
  readonly details: ReadonlyMap<string, CatalogueAction>;
}

const UNKNOWN_SERVICE: Service = { actions: [], details: new Map() };

/** Which catalogue a message is about, and what to do about it. */
export interface CatalogueOrigin {
  readonly name: string;
  readonly remedy: string;
}

const BUILT_IN: CatalogueOrigin = { name: "The action catalogue", remedy: "reinstall the package" };

/**
 * Reads the text of a catalogue:
 *
 * ```
 * # Action catalogue, format 2. Made by …
 * # date: 2026-09-26
 * # source: …
 * s3 AbortMultipartUpload:W- GetBucketAcl:R+ …
 * # end
 * ```
 *
 * The first line and the last are fixed, so that a text that was cut off is noticed. Every other line that does not begin
 * with `#` is a service, then its actions. Behind the colon stands the access level (`R`ead, `L`ist, `W`rite, `T`agging,
 * `P`ermissions management, `?` not known), then `+` if AWS records the last use of the action, `-` if only that of the
 * service, nothing if that is not known.
 *
 * Services are taken apart when they are first asked for. Throws an Error of one sentence when the text is something else; a
 * damaged service line throws on its first use.
 */
export function readCatalogue(text: string, origin = BUILT_IN): Catalogue {
  const lines = text.split(/\r?\n/u).filter((line) => line !== "");
  if (lines[0]?.startsWith(FORMAT) !== true) throw damaged(origin, "is not of format 2");
  if (lines.at(-1) !== END) throw damaged(origin, "is cut off, its last line is missing");
  const date = lines.map((line) => /^# date: (\d{4}-\d\d-\d\d)$/u.exec(line)?.[1]).find((found) => found !== undefined);
  if (date === undefined || !isDate(date)) throw damaged(origin, "has no date");

  const texts = new Map<string, string>();
  for (const line of lines) {
    if (line.startsWith("#")) continue;
    const space = line.indexOf(" ");
    const name = space === -1 ? line : line.slice(0, space);
    if (!SERVICE.test(name)) throw damaged(origin, `has a bad service "${name.slice(0, 40)}"`);
    if (texts.has(name)) throw damaged(origin, `has the service "${name}" twice`);
    texts.set(name, space === -1 ? "" : line.slice(space + 1));
  }
  if (texts.size === 0) throw damaged(origin, "has no services");

  const services = [...texts.keys()].sort();
  const known = new Map<string, Service>();
  function service(name: string): Service {
    const key = name.toLowerCase();
    const found = known.get(key);
    if (found !== undefined) return found;
    const entries = texts.get(key);
    if (entries === undefined) return UNKNOWN_SERVICE;
    const made = readService(key, entries, origin);
    known.set(key, made);
    return made;
  }
  function details(name: string, action: string): CatalogueAction | undefined {
    return service(name).details.get(action.toLowerCase());
  }

  return {
    date,
    services: () => services,
    actions: (name) => service(name).actions,
    accessLevel: (name, action) => details(name, action)?.level ?? null,
    tracked: (name, action) => details(name, action)?.tracked ?? null,
  };
}

function readService(service: string, text: string, origin: CatalogueOrigin): Service {
  const details = new Map<string, CatalogueAction>();
  for (const entry of text.split(" ")) {
    if (entry === "") continue;
    const [, name, letter = "", flag] = ENTRY.exec(entry) ?? [];
    if (name === undefined) throw damaged(origin, `has a bad entry "${entry.slice(0, 80)}" of service "${service}"`);
    const tracked = flag === "" ? null : flag === "+";
    details.set(name.toLowerCase(), { name, level: LEVELS.get(letter) ?? null, tracked });
  }
  return { actions: [...details.values()].map(({ name }) => name).sort(alphabetically), details };
}

function damaged({ name, remedy }: CatalogueOrigin, what: string): Error {
  return new Error(`${name} ${what}: ${remedy}.`);
}

/** Is it a day of the calendar, as YYYY-MM-DD? */
export function isDate(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().slice(0, 10) === text;
}

/** What `writeCatalogue` writes down; services and actions in any order. */
export interface CatalogueContent {
  readonly madeBy: string;
  readonly date: string;
  readonly source: string;
  readonly services: ReadonlyMap<string, readonly CatalogueAction[]>;
}

/** The text of a catalogue, which `readCatalogue` reads. The same content gives the same text. */
export function writeCatalogue({ madeBy, date, source, services }: CatalogueContent): string {
  const lines = [...services]
    .map(([service, actions]) => [service.toLowerCase(), actions] as const)
    .sort(([a], [b]) => alphabetically(a, b))
    .map(([service, actions]) =>
      [service, ...[...actions].sort((a, b) => alphabetically(a.name, b.name)).map(entryText)].join(" "),
    );
  return [`${FORMAT} Made by ${madeBy}; do not edit.`, `# date: ${date}`, `# source: ${source}`, ...lines, END, ""].join("\n");
}

function entryText({ name, level, tracked }: CatalogueAction): string {
  const flag = tracked === null ? "" : tracked ? "+" : "-";
  return `${name}:${LETTER_OF.get(level) ?? "?"}${flag}`;
}

let builtIn: Catalogue | null = null;

/** The catalogue that comes with this package; read once. */
export function builtInCatalogue(): Catalogue {
  builtIn ??= readCatalogue(readFileSync(new URL("./data/catalogue.txt", import.meta.url), "utf8"));
  return builtIn;
}
