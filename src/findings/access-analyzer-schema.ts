import * as z from "zod/mini";
import { badPlace, type Place } from "./bad-input.js";
import { getFindingCommand } from "./commands.js";
import { isObject, shown, type JsonObject } from "./json-values.js";
import { utcTime } from "./time.js";

// The message of each check completes "expected …".
const text = z.string("a text").check(z.minLength(1, "a text"));
const name = z.string("a name").check(z.regex(/^[\w.-]+$/, "a name"));
const actionName = z.string("the name of an action").check(
  z.regex(/^(?:[\w.-]+:)?[\w.-]+$/, 'the name of an action such as "GetObject" or "s3:GetObject"'),
);
const time = z.pipe(
  z.string("a time"),
  z.transform((written: string, context) => {
    const utc = utcTime(written);
    if (utc !== null) return utc;
    context.issues.push({ code: "custom", input: written, message: "a time such as 2026-01-05T07:25:34Z" });
    return z.NEVER;
  }),
);

/** Plain strings stand for `{ "action": … }`: that is how AWS's own articles print them. */
const action = z.pipe(
  z.transform((written: unknown) => (typeof written === "string" ? { action: written } : written)),
  z.object({ action: actionName, lastAccessed: z.nullish(time) }, 'an object with "action"'),
);

const unusedPermissionDetails = z.object(
  { serviceNamespace: name, actions: z.nullish(z.array(action, "a list")), lastAccessed: z.nullish(time) },
  "an object",
);

const finding = z.object(
  {
    id: text,
    status: z.enum(["ACTIVE", "ARCHIVED", "RESOLVED"], '"ACTIVE", "ARCHIVED" or "RESOLVED"'),
    resource: z.string("the ARN of a role or user").check(z.minLength(1, "the ARN of a role or user")),
    analyzedAt: time,
    updatedAt: z.nullish(time),
    findingDetails: z.array(
      z.object({ unusedPermissionDetails: z.nullish(unusedPermissionDetails) }, "an object"),
      "a list",
    ),
  },
  "an object",
);

/** The members of a `get-finding-v2` response that count, for an unused-permission finding. Times are in UTC. */
export type ParsedFinding = z.infer<typeof finding>;
export type UnusedPermissionDetails = z.infer<typeof unusedPermissionDetails>;

/** Throws `BadInput` at the first member that is not as the API writes it. */
export function parseFinding(value: JsonObject, place: Place): ParsedFinding {
  const result = finding.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = issue?.path ?? [];
  const id = typeof value["id"] === "string" && value["id"] !== "" ? value["id"] : "<finding id>";
  throw badPlace(
    [...place, written(path)],
    `found ${shown(valueAt(value, path))}, expected ${issue?.message ?? "something else"}`,
    `export the finding again with \`${getFindingCommand(id)}\``,
  );
}

function written(path: readonly PropertyKey[]): string {
  return path
    .map((key, index) => (typeof key === "number" ? `[${String(key)}]` : `${index === 0 ? "" : "."}${String(key)}`))
    .join("");
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((at, key) => {
    if (Array.isArray(at)) return at[Number(key)];
    return isObject(at) ? at[String(key)] : at;
  }, value);
}
