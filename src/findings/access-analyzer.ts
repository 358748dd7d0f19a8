import type { Finding } from "../model/usage.js";
import { parseFinding } from "./access-analyzer-schema.js";
import { badPlace, type Place } from "./bad-input.js";
import { EXPORT_DETAILS, FETCH_DETAILS } from "./commands.js";
import { joined, type FindingsFile } from "./findings-file.js";
import type { FindingsFormat } from "./format.js";
import { isObject, shown, type JsonObject } from "./json-values.js";
import { unusedPermissions } from "./unused.js";

const UNUSED_PERMISSION = "UnusedPermission";

/**
 * Responses of `get-finding-v2`, one or a list of them under `findings`, as the AWS CLI, boto3 and the JavaScript SDK write
 * them. https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_GetFindingV2.html
 */
export const accessAnalyzer: FindingsFormat = {
  name: "findings of IAM Access Analyzer",
  recognises: (value) =>
    Array.isArray(value["findings"]) ||
    isObject(value["finding"]) ||
    "findingDetails" in value ||
    ("id" in value && ("findingType" in value || "analyzedAt" in value)),
  read: readResponse,
};

function readResponse(response: JsonObject, place: Place): FindingsFile {
  const read = readContents(response, place);
  if ((response["nextToken"] ?? response["NextToken"] ?? null) !== null) {
    throw badPlace(
      place,
      "this is only the first page of the answer (its next token is set)",
      "export it again without --max-items, --max-results and --no-paginate, so that all pages are fetched",
    );
  }
  return read;
}

function readContents(response: JsonObject, place: Place): FindingsFile {
  if (Array.isArray(response["findings"])) {
    const findings: readonly unknown[] = response["findings"];
    return joined(
      findings.map((finding, index) => {
        const within: Place = [...place, `finding ${String(index + 1)}`];
        if (isObject(finding)) return readResponse(finding, within);
        throw badPlace(within, `this is not a finding of IAM Access Analyzer but ${shown(finding)}`, EXPORT_DETAILS);
      }),
    );
  }
  // The first version of the API wraps its (external access) finding.
  if (isObject(response["finding"])) return readResponse(response["finding"], [...place, "finding"]);
  return readFinding(response, place);
}

function readFinding(finding: JsonObject, place: Place): FindingsFile {
  const error = finding["error"] ?? null;
  if (error !== null) return skipped(`finding with the error ${typeof error === "string" ? error : shown(error)}`);
  const type = findingType(finding);
  if (type !== UNUSED_PERMISSION) return skipped(`finding of type ${type}`);
  if ((finding["findingDetails"] ?? null) === null) {
    throw badPlace(
      place,
      "this is the output of list-findings-v2, which does not say which actions are unused",
      `leave the file out, and ${FETCH_DETAILS}`,
    );
  }
  const { id, status, resource, analyzedAt, updatedAt, findingDetails } = parseFinding(finding, place);
  const unused = unusedPermissions(
    findingDetails.flatMap(({ unusedPermissionDetails }) => unusedPermissionDetails ?? []),
  );
  // Without details there is nothing to go by: its principal must not look as if all it was granted were in use.
  if (status === "ACTIVE" && unused.size === 0) return skipped("ACTIVE finding without unusedPermissionDetails");
  const read: Finding = {
    id,
    principalArn: resource,
    status,
    analyzedAt,
    updatedAt: updatedAt ?? analyzedAt,
    unused,
    file: place[0],
  };
  return { findings: [read], skipped: [] };
}

/** `findingType` is optional in the API's model; the first version of the API, external access only, does not have it. */
function findingType(finding: JsonObject): string {
  const type = finding["findingType"] ?? null;
  if (type !== null) return typeof type === "string" ? type : shown(type);
  const details: unknown = finding["findingDetails"] ?? null;
  if (Array.isArray(details)) {
    const keys = new Set(details.flatMap((detail: unknown) => (isObject(detail) ? Object.keys(detail) : [])));
    return keys.size === 0 || keys.has("unusedPermissionDetails") ? UNUSED_PERMISSION : [...keys].join(", ");
  }
  return "isPublic" in finding || "condition" in finding ? "ExternalAccess" : UNUSED_PERMISSION;
}

function skipped(reason: string): FindingsFile {
  return { findings: [], skipped: [{ reason, count: 1 }] };
}
