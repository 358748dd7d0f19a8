import * as z from "zod/mini";
import type { Place } from "./bad-input.js";
import { checked, roleOrUserArn, text, time } from "./checked.js";
import { EXPORT_DETAILS } from "./commands.js";
import { NOTHING_FOUND, skipped, type FindingsFile } from "./findings-file.js";
import type { JsonObject } from "./json-values.js";

const UNUSED_PERMISSION = "Software and Configuration Checks/AWS Security Best Practices/Unused Permission";

/** Security Hub writes numbers as text. */
const writtenCount = z.string("a count").check(z.regex(/^\d{1,9}$/, "a count"));

const finding = z.object({
  Id: text,
  UpdatedAt: time,
  RecordState: z.nullish(text),
  Workflow: z.nullish(z.object({ Status: z.nullish(text) }, "an object")),
  Resources: z.array(z.object({ Id: roleOrUserArn }, "an object"), "a list").check(z.minLength(1, "the role or user")),
  ProductFields: z.object(
    { numberOfUnusedActions: writtenCount, numberOfUnusedServices: writtenCount, findingId: z.nullish(text) },
    "an object",
  ),
});

/**
 * One finding in the AWS Security Finding Format, which counts what is unused and does not name it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-securityhub-integration.html
 */
export function readAsff(value: JsonObject, place: Place): FindingsFile {
  const { Types: types } = value;
  if (!Array.isArray(types) || !types.includes(UNUSED_PERMISSION)) return skipped("Security Hub finding of another type");
  const { Id, UpdatedAt, RecordState, Workflow, Resources, ProductFields } = checked(finding, value, place, EXPORT_DETAILS);
  const [resource] = Resources;
  if (resource === undefined) return NOTHING_FOUND;
  return {
    ...NOTHING_FOUND,
    counts: [
      {
        principalArn: resource.Id,
        actions: Number(ProductFields.numberOfUnusedActions),
        services: Number(ProductFields.numberOfUnusedServices),
        isActive: (RecordState ?? "ACTIVE") === "ACTIVE" && !["SUPPRESSED", "RESOLVED"].includes(Workflow?.Status ?? ""),
        updatedAt: UpdatedAt,
        findingId: ProductFields.findingId ?? null,
        // <ARN of the analyzer>/<ARN of the principal>/UnusedPermissions
        analyzerArn: /^(arn:[^/]*:access-analyzer:[^/]*\/[^/]+)\/arn:/u.exec(Id)?.[1] ?? null,
        file: place[0],
      },
    ],
  };
}
