import { badPlace, type Place } from "./bad-input.js";
import type { Exported } from "./json-values.js";

/**
 * Throws `BadInput` when an object in a JSON text names a member twice: `JSON.parse` would silently take the last one. `value` is the
 * text, parsed. Counting is enough nearly always; only when the counts differ is the text read again.
 */
export function refuseDuplicateKeys(place: Place, text: string, value: unknown, { what, how }: Exported): void {
  if (writtenKeys(text) <= keysOf(value)) return;
  const key = firstDuplicate(text);
  if (key === null) return;
  throw badPlace(place, `one object names ${JSON.stringify(key).slice(0, 60)} twice`, `export ${what} again ${how}, or delete the file`);
}

/** Quotes before a colon. In strings they are escaped; of a string that begins with a colon one is counted, and no key is missed. */
function writtenKeys(text: string): number {
  let count = 0;
  for (let colon = text.indexOf(":"); colon !== -1; colon = text.indexOf(":", colon + 1)) {
    let before = colon - 1;
    while (isBlank(text.charCodeAt(before))) before -= 1;
    if (text[before] === '"' && !isEscaped(text, before)) count += 1;
  }
  return count;
}

function isEscaped(text: string, quote: number): boolean {
  let first = quote;
  while (text[first - 1] === "\\") first -= 1;
  return (quote - first) % 2 === 1;
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

function keysOf(value: unknown): number {
  let count = 0;
  const open: unknown[] = [value];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (typeof at !== "object" || at === null) continue;
    const members: readonly unknown[] = Array.isArray(at) ? at : Object.values(at);
    if (!Array.isArray(at)) count += members.length;
    for (const member of members) if (typeof member === "object" && member !== null) open.push(member);
  }
  return count;
}

/** The text is JSON. */
function firstDuplicate(text: string): string | null {
  const tokens = /"(?:[^"\\]|\\.)*"(\s*:)?|[{}]/gu;
  const open: Set<string>[] = [];
  for (const [token, colon] of text.matchAll(tokens)) {
    if (token === "{") open.push(new Set());
    else if (token === "}") open.pop();
    else if (colon !== undefined) {
      const key: unknown = JSON.parse(token.slice(0, -colon.length));
      const keys = open.at(-1);
      if (typeof key !== "string" || keys === undefined) continue;
      if (keys.has(key)) return key;
      keys.add(key);
    }
  }
  return null;
}
