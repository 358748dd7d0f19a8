import type { PrincipalName, PrincipalReference } from "../../model/principal.js";
import type { SourceText } from "../../model/text.js";
import { SURE_ID_LENGTH } from "../cloudformation/generated-name.js";

/** A quick look at a text: without these words it has nothing to do with the CDK's policies and principals. */
export function mentionsIam(text: string): boolean {
  return /aws[-_](?:iam|sam|sso)|addTo\w*Policy|Policy(?:Statement|Document)|\.grant|\bgrant[A-Z]|[gG]rants\b/u.test(text) && /cdk|aws[-_]iam/iu.test(text);
}

/**
 * Might a file, by its text alone, create a principal of the same name? A logical id is made of the construct ids below the
 * stack, so such a file writes the same last id as a text.
 */
export function rivals({ text }: SourceText, { address, name }: PrincipalReference): boolean {
  if (name.kind === "arn") return false;
  if (name.kind === "literal") return quotes(text, name.name);
  if (!isGenerated(name)) return text.includes(longestPiece(name.shown));
  // The end of a logical id is a digest of the construct's path, but for the resources that L1 constructs make.
  if (!LOGICAL_ID.test(name.id)) return writesPlainId(text, name.id);
  const id = address.slice(address.lastIndexOf("/") + 1);
  if (id.includes("--") || quotes(text, id)) return true;
  return name.id.length > SURE_ID_LENGTH && mayBeginLike(text, name.id.slice(0, SURE_ID_LENGTH));
}

function quotes(text: string, words: string): boolean {
  return ["'", '"', "`"].some((quote) => text.includes(`${quote}${words}${quote}`));
}

/** The same, for a file that can be parsed to see what it does create: is that worth while? */
export function mayCreate(source: SourceText, reference: PrincipalReference): boolean {
  const { text } = source;
  const isWritten = reference.name.kind === "literal" || (reference.name.kind === "pattern" && !isGenerated(reference.name));
  return WRITES_NAME.test(text) || (!isWritten && (rivals(source, reference) || COMPUTES_ID.test(text)));
}

const WRITES_NAME = /\b(?:role|user|group)Name\b/u;

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
