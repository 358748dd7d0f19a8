import * as z from "zod/mini";
import { badPlace, type Place } from "./bad-input.js";
import { checked, count, roleOrUserArn, text, time } from "./checked.js";
import { EXPORT_DETAILS } from "./commands.js";
import { joined, NOTHING_FOUND, skipped, type FindingsFile } from "./findings-file.js";
import type { FindingsFormat } from "./format.js";
import { isObject, shown, type JsonObject } from "./json-values.js";
import { isSecurityHubFinding, readSecurityHubFinding } from "./security-hub.js";

const UNUSED_ACCESS = "Unused Access Finding for IAM entities";

/**
 * Events of EventBridge, which count what is unused and do not name it; those of Security Hub hold its findings.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-eventbridge.html
 */
export const events: FindingsFormat = {
  name: "an EventBridge event",
  recognises: (value) => "detail-type" in value && isObject(value["detail"]),
  read: readEvent,
};

const unusedAccess = z.object({
  time,
  resources: z.nullish(z.array(text, "a list")),
  detail: z.object({
    findingId: text,
    resource: roleOrUserArn,
    status: z.enum(["ACTIVE", "ARCHIVED", "RESOLVED"], '"ACTIVE", "ARCHIVED" or "RESOLVED"'),
    isDeleted: z.nullish(z.boolean("true or false")),
    updatedAt: z.nullish(time),
    numberOfUnusedActions: count,
    numberOfUnusedServices: count,
  }),
});

function readEvent(event: JsonObject, place: Place): FindingsFile {
  const { "detail-type": type, detail } = event;
  if (isObject(detail) && Array.isArray(detail["findings"])) {
    const findings: readonly unknown[] = detail["findings"];
    return joined(
      findings.map((finding, index) => {
        const within: Place = [...place, `detail.findings[${String(index)}]`];
        if (isObject(finding) && isSecurityHubFinding(finding)) return readSecurityHubFinding(finding, within);
        throw badPlace(within, `this is not a finding of Security Hub but ${shown(finding)}`, EXPORT_DETAILS);
      }),
    );
  }
  if (type !== UNUSED_ACCESS || !isObject(detail)) return skipped(`event of type ${typeof type === "string" ? type : shown(type)}`);
  const error = detail["error"] ?? null;
  if (error !== null) return skipped("event with an error");
  const { findingType = "UnusedPermission" } = detail;
  if (findingType !== "UnusedPermission") return skipped(`event of a finding of type ${typeof findingType === "string" ? findingType : shown(findingType)}`);
  const read = checked(unusedAccess, event, place, EXPORT_DETAILS);
  const { findingId, resource, status, isDeleted, updatedAt, numberOfUnusedActions, numberOfUnusedServices } = read.detail;
  return {
    ...NOTHING_FOUND,
    counts: [
      {
        principalArn: resource,
        actions: numberOfUnusedActions,
        services: numberOfUnusedServices,
        isActive: status === "ACTIVE" && isDeleted !== true,
        updatedAt: updatedAt ?? read.time,
        findingId,
        analyzerArn: (read.resources ?? []).find((arn) => arn.includes(":access-analyzer:")) ?? null,
        file: place[0],
      },
    ],
  };
}
