import * as z from "zod/mini";
import type { AccessLevel, CatalogueAction } from "./catalogue.js";

// https://docs.aws.amazon.com/service-authorization/latest/reference/service-reference.html
/** Where AWS publishes the index of its machine-readable service reference. */
export const SERVICE_REFERENCE = "https://servicereference.us-east-1.amazonaws.com/";

/** One service of the index; `url` may be relative to the index. */
export interface ServiceLink {
  readonly service: string;
  readonly url: string;
}

/** What the file of one service says of its actions. */
export interface ReferencedService {
  /** The service prefix, lower case. */
  readonly name: string;
  readonly actions: readonly CatalogueAction[];
}

/** A value that is not shaped as AWS publishes it. `within` is the place in it, empty for the whole. */
export class UnexpectedShape extends Error {
  readonly within: string;

  constructor(within: string, expected: string) {
    super(`this is not ${expected}`);
    this.name = "UnexpectedShape";
    this.within = within;
  }
}

// The message of each check completes "this is not …".
const service = z.string("the name of a service").check(z.regex(/^[A-Za-z0-9-]+$/u, "the name of a service"));

const index = z
  .array(
    z.object({ service, url: z.string("an address").check(z.minLength(1, "an address")) }, 'an object with "service" and "url"'),
    "the index of AWS's service reference, a list of services",
  )
  .check(z.minLength(1, "an index with a service in it"));

const flag = z.nullish(z.boolean("true or false"));

const properties = z.object(
  { IsList: flag, IsPermissionManagement: flag, IsTaggingOnly: flag, IsWrite: flag },
  "an object of flags",
);

const TRACKED = "IAM Action Last Accessed";

const action = z.object(
  {
    Name: z.string("the name of an action").check(z.regex(/^[A-Za-z0-9_-]+$/u, "the name of an action")),
    Annotations: z.nullish(z.object({ Properties: z.nullish(properties) }, "an object")),
    SupportedBy: z.nullish(z.object({ [TRACKED]: flag }, "an object of flags")),
  },
  'an object with "Name"',
);

const reference = z.object(
  { Name: service, Actions: z.array(action, "a list of actions") },
  "a service of AWS's service reference",
);

/** The index: `[{ "service": "s3", "url": "https://…/v1/s3/s3.json" }, …]`. Throws `UnexpectedShape`. */
export function readServiceIndex(value: unknown): readonly ServiceLink[] {
  return parsed(index, value);
}

/**
 * The file of one service: `{ "Name": "s3", "Actions": [{ "Name": "GetObject", "Annotations": { "Properties": { "IsWrite": …,
 * … } }, "SupportedBy": { "IAM Action Last Accessed": …, … } }, …], … }`. Throws `UnexpectedShape`.
 */
export function readService(value: unknown): ReferencedService {
  const { Name, Actions } = parsed(reference, value);
  return {
    name: Name.toLowerCase(),
    actions: Actions.map((found) => ({
      name: found.Name,
      level: levelOf(found.Annotations?.Properties),
      tracked: found.SupportedBy?.[TRACKED] ?? null,
    })),
  };
}

/** Several flags may be set: the narrowest word says most. None of them means that the action only reads. */
function levelOf(flags: z.infer<typeof properties> | null | undefined): AccessLevel | null {
  if (flags === null || flags === undefined) return null;
  if (flags.IsPermissionManagement === true) return "Permissions management";
  if (flags.IsTaggingOnly === true) return "Tagging";
  if (flags.IsWrite === true) return "Write";
  return flags.IsList === true ? "List" : "Read";
}

function parsed<Schema extends z.core.$ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const result = z.safeParse(schema, value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new UnexpectedShape(written(issue?.path ?? []), issue?.message ?? "what AWS publishes");
}

function written(path: readonly PropertyKey[]): string {
  return path
    .map((key, at) => (typeof key === "number" ? `[${String(key)}]` : `${at === 0 ? "" : "."}${String(key)}`))
    .join("");
}
