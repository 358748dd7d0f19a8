import type { PrincipalReference } from "../../model/principal.js";
import type { SourceText } from "../../model/text.js";
import { SURE_ID_LENGTH } from "../cloudformation/generated-name.js";

/**
 * Might another file create a construct whose generated name is the same? A logical id is made of the construct ids below
 * the stack, so such a file writes the same last id as a text.
 */
export function rivals({ text }: SourceText, { address, name }: PrincipalReference): boolean {
  if (name.kind !== "pattern") return false;
  // The end of a logical id is a digest of the construct's path; a name that the source writes in part has none.
  if (!LOGICAL_ID.test(name.id)) {
    return name.shown.endsWith(`-${name.id}-<tail>`) ? writesPlainId(text, name.id) : text.includes(longestPiece(name.shown));
  }
  const id = address.slice(address.lastIndexOf("/") + 1);
  if (id.includes("--") || ["'", '"', "`"].some((quote) => text.includes(`${quote}${id}${quote}`))) return true;
  return name.id.length > SURE_ID_LENGTH && mayBeginLike(text, name.id.slice(0, SURE_ID_LENGTH));
}

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

function longestPiece(shown: string): string {
  return shown.split(/<[^>]*>/u).reduce((longest, piece) => (piece.length > longest.length ? piece : longest), "");
}
