import * as z from "zod/mini";
import type { Place } from "./bad-input.js";
import { actionName, checked, name, principalArn, text, time } from "./checked.js";
import { getFindingCommand } from "./commands.js";
import type { JsonObject } from "./json-values.js";

/** Plain strings stand for `{ "action": … }`: that is how AWS's own articles print them. */
const action = z.pipe(
  z.transform((written: unknown) => (typeof written === "string" ? { action: written } : written)),
  z.object({ action: actionName, lastAccessed: z.nullish(time) }, 'an object with "action"'),
);

const unusedPermissionDetails = z.object(
  { serviceNamespace: name, actions: z.nullish(z.array(action, "a list")), lastAccessed: z.nullish(time) },
  "an object",
);

const header = {
  id: text,
  status: z.enum(["ACTIVE", "ARCHIVED", "RESOLVED"], '"ACTIVE", "ARCHIVED" or "RESOLVED"'),
  resource: principalArn,
  analyzedAt: time,
  updatedAt: z.nullish(time),
};

const finding = z.object(
  {
    ...header,
    findingDetails: z.array(
      z.object({ unusedPermissionDetails: z.nullish(unusedPermissionDetails) }, "an object"),
      "a list",
    ),
  },
  "an object",
);

const lastUse = z.object({ lastAccessed: z.nullish(time) }, "an object");

const credentialFinding = z.object(
  {
    ...header,
    findingDetails: z.array(
      z.object(
        {
          unusedIamRoleDetails: z.nullish(lastUse),
          unusedIamUserPasswordDetails: z.nullish(lastUse),
          unusedIamUserAccessKeyDetails: z.nullish(z.object({ accessKeyId: text, lastAccessed: z.nullish(time) }, "an object")),
        },
        "an object",
      ),
      "a list",
    ),
  },
  "an object",
);

const failedFinding = z.object({ id: text, resource: principalArn, analyzedAt: time }, "an object");

/** The members of a `get-finding-v2` response that count, for an unused-permission finding. Times are in UTC. */
export type ParsedFinding = z.infer<typeof finding>;
export type UnusedPermissionDetails = z.infer<typeof unusedPermissionDetails>;

/** Throws `BadInput` at the first member that is not as the API writes it. */
export function parseFinding(value: JsonObject, place: Place): ParsedFinding {
  return checked(finding, value, place, exportAgain(value));
}

/** The same for findings of unused roles, passwords and access keys. */
export function parseCredentialFinding(value: JsonObject, place: Place): z.infer<typeof credentialFinding> {
  return checked(credentialFinding, value, place, exportAgain(value));
}

/** What counts of a finding whose analysis failed; null when it does not say whose it is. */
export function parseFailedFinding(value: JsonObject): z.infer<typeof failedFinding> | null {
  const result = failedFinding.safeParse(value);
  return result.success ? result.data : null;
}

function exportAgain(value: JsonObject): string {
  const id = typeof value["id"] === "string" && value["id"] !== "" ? value["id"] : "<finding id>";
  return `export the finding again with \`${getFindingCommand(id)}\``;
}
