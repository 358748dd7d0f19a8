import { matchesArn } from "../../iam/arn.js";
import { LEAST_FIXED_CHARACTERS, matchesName, type PrincipalName } from "../../model/principal.js";
import { holderNamed } from "../weigh.js";
import type { Holder, Meant } from "../table.js";
import type { BlockReader } from "./blocks.js";
import { partsOfAll, segmentsOf, type NamePart } from "./segments.js";

/**
 * Keys under which a principal is found: its kind and name, and each segment of its name. What is kept with them is its number
 * among all ARNs in order.
 */
export function keysOf({ kind, name }: Holder): readonly string[] {
  return [nameKey(kind, name), ...Array.from(segmentsOf(name), (segment) => `${SEGMENT}${segment}`)];
}

const NAME = "n";
const SEGMENT = "s";
/** After every character of a name. */
const LAST = "\u007F";

/** With more names than this that have the same part, going through all names is as fast. */
const MOST_CANDIDATES = 50_000;

function nameKey(kind: string, name: string): string {
  return `${NAME}${kind}/${name}`;
}

export function numberBytes(number: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32LE(number);
  return bytes;
}

function numberFrom(value: Uint8Array): number {
  return Buffer.from(value.buffer, value.byteOffset, value.length).readUInt32LE();
}

/** `arns`: all ARNs; `names`: the keys of each. */
export interface NameTables {
  readonly arns: BlockReader;
  readonly names: BlockReader;
}

/** The numbers of all principals that the source may mean, in their order. */
export function numbersOf(tables: NameTables, { kind, name }: Meant): readonly number[] {
  const numbers = name.kind === "literal" ? named(tables, kind, name.name) : name.kind === "arn" ? withArn(tables, name.arn) : fitting(tables, kind, name);
  return [...new Set(numbers)].sort((a, b) => a - b);
}

function named({ names }: NameTables, kind: string, name: string): readonly number[] {
  return Array.from(withPrefix(names, nameKey(kind, name), true), ({ value }) => numberFrom(value));
}

function* withPrefix(table: BlockReader, prefix: string, isWhole: boolean): ReturnType<BlockReader["from"]> {
  for (const entry of table.from(prefix)) {
    if (isWhole ? entry.key !== prefix : !entry.key.startsWith(prefix)) return;
    yield entry;
  }
}

function fitting(tables: NameTables, kind: string, name: Extract<PrincipalName, { kind: "pattern" }>): readonly number[] {
  if (name.fixed < LEAST_FIXED_CHARACTERS) return [];
  const all = nameKey(kind, "");
  const narrow = partsOfAll(name.regex)?.map((part) => rangeOf(kind, part)) ?? [];
  const isNarrow = narrow.length > 0 && narrow.every(({ prefix }) => tables.names.estimate(prefix, `${prefix}${LAST}`) < MOST_CANDIDATES);
  return (isNarrow ? narrow : [{ prefix: all, isWhole: false }]).flatMap(({ prefix, isWhole }) => {
    const numbers: number[] = [];
    for (const { key, value } of withPrefix(tables.names, prefix, isWhole)) {
      const number = numberFrom(value);
      const fits = key.startsWith(NAME) ? matchesName(name, key.slice(all.length)) : isNamed(holderNamed(tables.arns.entry(number).key));
      if (fits) numbers.push(number);
    }
    return numbers;
  });

  function isNamed(holder: Holder | null): boolean {
    return holder !== null && holder.kind === kind && matchesName(name, holder.name);
  }
}

function rangeOf(kind: string, { kind: part, text }: NamePart): { readonly prefix: string; readonly isWhole: boolean } {
  return part === "start" ? { prefix: nameKey(kind, text), isWhole: false } : { prefix: `${SEGMENT}${text}`, isWhole: part === "segment" };
}

/** `*` stands for any run of characters, slashes too. */
function withArn({ arns, names }: NameTables, pattern: string): readonly number[] {
  const [fixed = "", ...rest] = pattern.split("*");
  const last = rest.at(-1);
  const slash = last?.lastIndexOf("/") ?? -1;
  const numbers: number[] = [];
  if (last !== undefined && slash !== -1 && fixed.split(":").length < 6) {
    // Names may not hold a slash: this is the whole of it.
    for (const kind of ["role", "user", "group", "policy"]) {
      for (const number of named({ arns, names }, kind, last.slice(slash + 1))) {
        if (matchesArn(pattern, arns.entry(number).key)) numbers.push(number);
      }
    }
    return numbers;
  }
  for (const { key, number } of arns.from(fixed)) {
    if (!key.startsWith(fixed)) break;
    if (matchesArn(pattern, key)) numbers.push(number);
  }
  return numbers;
}
