import type { Document } from "yaml";
import * as z from "zod/mini";
import { BadInput, badPlace } from "../findings/bad-input.js";
import { shown, type Exported } from "../findings/json-values.js";
import { PROTECTABLE } from "../iam/protected.js";
import { yamlLibrary } from "../syntax/yaml-library.js";

export const EXCEPTIONS: Exported = { what: "the exceptions", how: "as UTF-8 text" };

/** An agreement that a principal keeps actions although it does not use them. */
export interface Exception {
  /** The ARN of the principal, or its name; `*` is any run of characters. */
  readonly principal: string;
  /** Actions or patterns. */
  readonly actions: readonly string[];
  readonly reason: string;
  /** The last day of its force, YYYY-MM-DD; null when it does not expire. */
  readonly expires: string | null;
  /** Absolute. */
  readonly file: string;
  /** Where the entry begins, counted from 1. */
  readonly line: number;
}

// The message of each check completes "expected …". The shipped JSON schema is made of this.
const ACTION = 'an action such as "s3:GetBucketAcl", or a pattern such as "backup:*"';
const action = z.string(ACTION).check(z.regex(PROTECTABLE, ACTION));
const PRINCIPAL = "the ARN of a role or user, or its name, in which * stands for any run of characters";
const principal = z.string(PRINCIPAL).check(z.regex(/^(?:arn:[^:\s]+:iam::[^:\s]+:(?:role|user|\*)\S*|[\w+=,.@*-]+)$/u, PRINCIPAL));
const REASON = "a sentence that says why";
const DAY = "a day such as 2027-03-31";

export const exceptionsSchema = z.strictObject(
  {
    exceptions: z.array(
      z.strictObject(
        {
          principal: principal.check(z.describe("ARN or name of the role or user; * stands for any run of characters.")),
          actions: z.array(action, "a list of actions").check(z.minLength(1, "at least one action"), z.describe("Actions or patterns that stay granted.")),
          reason: z.string(REASON).check(z.regex(/\S/u, REASON), z.describe("Why, for whoever reads this next year.")),
          expires: z.optional(z.iso.date(DAY).check(z.describe("The last day on which it holds, YYYY-MM-DD."))),
        },
        'an entry with "principal", "actions" and "reason"',
      ),
      "a list of exceptions",
    ),
  },
  'a list under "exceptions"',
);

/** Reads the text of an exceptions file. Throws `BadInput` at the first thing that is wrong. */
export function readExceptions(file: string, text: string): readonly Exception[] {
  const yaml = yamlLibrary();
  const lines = new yaml.LineCounter();
  const document = yaml.parseDocument(text, { lineCounter: lines });
  const lineAt = (offset: number): number => lines.linePos(offset).line;
  const [error] = [...document.errors, ...document.warnings];
  if (error !== undefined) {
    const why = error.message.split("\n", 1)[0]?.replace(/ at line \d+, column \d+:?$/u, "") ?? "";
    throw badPlace([file, `line ${String(lineAt(error.pos[0]))}`], `this is not YAML (${why})`, "correct it");
  }
  const value = valueOf(document, file);
  const result = exceptionsSchema.safeParse(value);
  if (result.success) {
    return result.data.exceptions.map((entry, index) => ({
      ...entry,
      expires: entry.expires ?? null,
      file,
      line: lineAt(offsetOf(document, ["exceptions", index])),
    }));
  }
  const [issue] = result.error.issues;
  throw problem(file, issue, value, (path) => lineAt(offsetOf(document, path)));
}

/** An alias of too many nodes is refused by the parser. */
function valueOf(document: Document, file: string): unknown {
  try {
    const value: unknown = document.toJS();
    return value;
  } catch (cause) {
    throw new BadInput(`${file}: cannot be read (${cause instanceof Error ? cause.message : String(cause)}): write it without aliases.`, { cause });
  }
}

function problem(file: string, issue: z.core.$ZodIssue | undefined, value: unknown, lineOf: (path: readonly PropertyKey[]) => number): BadInput {
  const path = issue?.path ?? [];
  const place = (within: readonly PropertyKey[]): [string, ...string[]] => [file, `line ${String(lineOf(within))}`];
  const [, index, ...member] = path;
  const name = index === undefined ? [] : [`exception ${String(Number(index) + 1)}`, ...member.map((key) => (typeof key === "number" ? `entry ${String(key + 1)}` : String(key)))];
  if (issue?.code === "unrecognized_keys") {
    const [key = ""] = issue.keys;
    return badPlace([...place([...path, key]), ...name], `"${key}" is not part of ${path.length === 0 ? "this file" : "an exception"}`, path.length === 0 ? 'list the entries under "exceptions"' : "an exception has principal, actions, reason and expires");
  }
  const found = valueAt(value, path);
  const what = found === undefined ? "it is missing" : `found ${shown(found)}`;
  return badPlace([...place(path), ...name], `${what}, expected ${issue?.message ?? "something else"}`, "correct it");
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((at, key) => (typeof at === "object" && at !== null ? Object.entries(at).find(([name]) => name === String(key))?.[1] : undefined), value);
}

/** Where the node at a path begins; of one that is missing, what it is missing in. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  const node = document.getIn(path, true);
  if (yamlLibrary().isNode(node) && node.range != null) return node.range[0];
  return path.length === 0 ? 0 : offsetOf(document, path.slice(0, -1));
}
