import * as z from "zod/mini";
import { badPlace, type Place } from "./bad-input.js";
import { isObject, shown, type JsonObject } from "./json-values.js";
import { utcTime } from "./time.js";

// The message of each check completes "expected …".
export const text = z.string("a text").check(z.minLength(1, "a text"));
export const name = z.string("a name").check(z.regex(/^[\w.-]+$/, "a name"));
export const actionName = z.string("the name of an action").check(
  z.regex(/^(?:[\w.-]+:)?[\w.-]+$/, 'the name of an action such as "GetObject" or "s3:GetObject"'),
);
export const count = z.int("a count").check(z.gte(0, "a count"));

/** Of a role or user; what is wrong with other ARNs is said where findings are merged. */
export const principalArn = z.string("the ARN of a role or user").check(z.minLength(1, "the ARN of a role or user"));

/** The same, checked. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html */
export const roleOrUserArn = z.string("the ARN of a role or user").check(
  z.regex(/^arn:aws(?:-[a-z0-9]+)*:iam::\d{12}:(?:role|user)\/(?:[!-~]+\/)?[\w+=,.@-]+$/u, "the ARN of a role or user"),
);

/** Gives it in UTC, as `utcTime` does. */
export const time = z.pipe(
  z.string("a time"),
  z.transform((written: string, context) => {
    const utc = utcTime(written);
    if (utc !== null) return utc;
    context.issues.push({ code: "custom", input: written, message: "a time such as 2026-01-05T07:25:34Z" });
    return z.NEVER;
  }),
);

/** Throws `BadInput` at the first member that is not as the schema says. `remedy` is a clause. */
export function checked<Schema extends z.ZodMiniType>(schema: Schema, value: JsonObject, place: Place, remedy: string): z.infer<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = issue?.path ?? [];
  throw badPlace(
    path.length === 0 ? place : [...place, written(path)],
    `found ${shown(valueAt(value, path))}, expected ${issue?.message ?? "something else"}`,
    remedy,
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
