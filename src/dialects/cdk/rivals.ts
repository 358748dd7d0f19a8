import type { PrincipalName, PrincipalReference } from "../../model/principal.js";
import type { SourceText } from "../../model/text.js";
import { isTest, type Modules } from "./across-files/modules.js";
import { SURE_ID_LENGTH } from "../cloudformation/generated-name.js";
import { couldBe } from "./principal-names.js";

/** A quick look at a text: without these words it has nothing to do with the CDK's policies and principals. */
export function mentionsIam(text: string): boolean {
  return /aws[-_](?:iam|sam|sso)|addTo\w*Policy|Policy(?:Statement|Document)|\.grant|\bgrant[A-Z]|[gG]rants\b/u.test(text) && /cdk|aws[-_]iam/iu.test(text);
}

/**
 * Might a file, by its text alone, create a principal of the same name? A logical id is made of the construct ids below the
 * stack, so such a file writes the same last id as a text.
 */
export function rivals(source: SourceText, { address, name }: PrincipalReference): boolean {
  const { text } = source;
  if (name.kind === "arn") return false;
  if (name.kind === "literal") return quotes(source, name.name);
  if (!isGenerated(name)) return text.includes(longestPiece(name.shown));
  // The end of a logical id is a digest of the construct's path, but for the resources that L1 constructs make.
  if (!LOGICAL_ID.test(name.id)) return writesPlainId(text, name.id);
  const id = address.slice(address.lastIndexOf("/") + 1);
  if (id.includes("--") || quotes(source, id)) return true;
  return name.id.length > SURE_ID_LENGTH && mayBeginLike(text, name.id.slice(0, SURE_ID_LENGTH));
}

const QUOTES = ["'", '"', "`"];

/** What stands between two quotes, be it a text or what lies between two of them. */
const quoted = new WeakMap<SourceText, ReadonlySet<string>>();

function quotes(source: SourceText, words: string): boolean {
  return hasQuote(words) ? QUOTES.some((quote) => source.text.includes(`${quote}${words}${quote}`)) : quotedIn(source).has(words);
}

function hasQuote(words: string): boolean {
  return QUOTES.some((quote) => words.includes(quote));
}

function quotedIn(source: SourceText): ReadonlySet<string> {
  const known = quoted.get(source) ?? new Set(QUOTES.flatMap((quote) => source.text.split(quote).slice(1, -1)));
  quoted.set(source, known);
  return known;
}

/** What of a text has nothing to do with what it is compared with. */
interface Traits {
  readonly mentionsIam: boolean;
  /** The names that it gives, when all of them are plain texts; null when others may come of it. */
  readonly names: readonly string[] | null;
  readonly computesId: boolean;
}

const traits = new WeakMap<SourceText, Traits>();

function traitsOf(source: SourceText): Traits {
  const { text } = source;
  const known = traits.get(source);
  if (known !== undefined) return known;
  const isOurs = mentionsIam(text);
  const made = { mentionsIam: isOurs, names: isOurs ? namesIn(text) : [], computesId: isOurs && COMPUTES_ID.test(text) };
  traits.set(source, made);
  return made;
}

/** The files that are worth being parsed to see whether they create a principal that `reference` may mean. */
export function candidatesFor(reference: PrincipalReference, modules: Modules, root: string): readonly SourceText[] {
  const { name } = reference;
  const sources = iamSources(modules, root);
  if (name.kind === "literal") {
    return sources.filter((source) => {
      const { names } = traitsOf(source);
      return names === null || (names.length > 0 && rivals(source, reference));
    });
  }
  if (name.kind !== "pattern" || !isGenerated(name)) return sources.filter((source) => traitsOf(source).names?.length !== 0);
  const within = placesBelow(reference, modules, root);
  return sources.filter((source) => {
    const { names, computesId } = traitsOf(source);
    if (names === null || computesId || names.some((written) => couldBe(name, { kind: "literal", name: written }))) return true;
    return (names.length > 0 || within === null || within.has(source.path)) && rivals(source, reference);
  });
}

/**
 * The files that may create something in a construct of the same path: all ids of the path stand in texts, and what is created
 * in a construct is created by what its creator imports. Null when the path is not known.
 */
function placesBelow({ address, declared }: PrincipalReference, modules: Modules, root: string): ReadonlySet<string> | null {
  const stack = declared?.in.slice(declared.in.indexOf("#") + 1) ?? "";
  const ids = stack !== "" && address.startsWith(`${stack}/`) ? address.slice(stack.length + 1).split("/") : [];
  const above = ids.slice(0, -1).filter((id) => !id.includes("--"));
  const [rarest] = above.map((id) => filesQuoting(id, modules, root)).sort((one, other) => one.length - other.length);
  return rarest === undefined ? null : new Set(rarest.flatMap((path) => [...modules.reachable(path)]));
}

const deployed = new WeakMap<Modules, readonly SourceText[]>();

/** Tests deploy nothing. */
function deployedSources(modules: Modules, root: string): readonly SourceText[] {
  const known = deployed.get(modules) ?? [...modules.files.values()].filter(({ path }) => !isTest(path, root));
  deployed.set(modules, known);
  return known;
}

const ofIam = new WeakMap<Modules, readonly SourceText[]>();

function iamSources(modules: Modules, root: string): readonly SourceText[] {
  const known = ofIam.get(modules) ?? deployedSources(modules, root).filter((source) => traitsOf(source).mentionsIam);
  ofIam.set(modules, known);
  return known;
}

const quoting = new WeakMap<Modules, ReadonlyMap<string, readonly string[]>>();

function filesQuoting(id: string, modules: Modules, root: string): readonly string[] {
  const sources = deployedSources(modules, root);
  if (id.length > LONGEST_INDEXED || hasQuote(id)) return sources.flatMap((source) => (quotes(source, id) ? [source.path] : []));
  const known = quoting.get(modules) ?? indexQuoted(sources);
  quoting.set(modules, known);
  return known.get(id) ?? [];
}

const LONGEST_INDEXED = 64;

/** What short texts stand in which files. */
function indexQuoted(sources: readonly SourceText[]): ReadonlyMap<string, readonly string[]> {
  const paths = new Map<string, string[]>();
  for (const source of sources) {
    for (const words of quotedIn(source)) {
      if (words.length > LONGEST_INDEXED) continue;
      const found = paths.get(words);
      if (found === undefined) paths.set(words, [source.path]);
      else found.push(source.path);
    }
  }
  return paths;
}

const NAME = /\b(?:role|user|group)Name\b/gu;

/** `roleName: "orders",` and nothing that makes another name of it. */
const PLAIN_NAME = /(?<![.\w$"'`])(?:role|user|group)Name\s*:\s*(["'`])([^"'`\\$\n]*)\1\s*(?=[,}])/gu;

function namesIn(text: string): readonly string[] | null {
  const plain = [...text.matchAll(PLAIN_NAME)].map(([, , name = ""]) => name);
  return plain.length === (text.match(NAME)?.length ?? 0) ? plain : null;
}

/** `new Role(this, id)`, `` new Role(this, `${name}Role`) `` */
const COMPUTES_ID = /\bnew\s+[\w.$]+\s*\(\s*[\w.$]+\s*,\s*(?:`[^`]*\$\{|[A-Za-z_$]|["'][^"']*["']\s*\+)/u;

/** A long logical id may be cut, digest and all: then every construct below one that begins like it is a rival. */
function mayBeginLike(text: string, beginning: string): boolean {
  return [...text.matchAll(/["'`]([\w/-]{4,255})["'`]/gu)].some(([, id = ""]) => {
    const plain = id.replace(/[^A-Za-z0-9]/gu, "");
    return plain.length > 3 && (plain.startsWith(beginning) || beginning.startsWith(plain));
  });
}

/** The resources that L1 constructs make are called by their ids alone, and the roles of SAM's functions by those and `Role`. */
function writesPlainId(text: string, id: string): boolean {
  const isSame = [...text.matchAll(/["'`]([^"'`\n]{1,255})["'`]/gu)].some(([, written = ""]) => {
    const plain = written.replace(/[^A-Za-z0-9]/gu, "");
    return plain === id || `${plain}Role` === id;
  });
  return isSame || (id.length > SURE_ID_LENGTH && mayBeginLike(text, id.slice(0, SURE_ID_LENGTH)));
}

const LOGICAL_ID = /[0-9A-F]{8}$/u;

function isGenerated({ shown, id }: Extract<PrincipalName, { kind: "pattern" }>): boolean {
  return shown.endsWith(`-${id}-<tail>`);
}

function longestPiece(shown: string): string {
  return shown.split(/<[^>]*>/u).reduce((longest, piece) => (piece.length > longest.length ? piece : longest), "");
}
