import type { Finding, UnusedCredential } from "../model/usage.js";
import { parseCredentialFinding, parseFailedFinding, parseFinding } from "./access-analyzer-schema.js";
import { badPlace, refuseNesting, type Place } from "./bad-input.js";
import { EXPORT_DETAILS, FETCH_DETAILS } from "./commands.js";
import { joined, NOTHING_FOUND, skipped, type FindingsFile } from "./findings-file.js";
import type { FindingsFormat } from "./format.js";
import { isObject, shown, type JsonObject } from "./json-values.js";
import { refuseFirstPage } from "./paging.js";
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
  refuseFirstPage(response, place);
  return read;
}

function readContents(response: JsonObject, place: Place): FindingsFile {
  refuseNesting(place);
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
  const type = findingType(finding);
  const error = finding["error"] ?? null;
  if (error !== null) {
    const counted = skipped(`finding with the error ${typeof error === "string" ? error : shown(error)}`);
    const failed = type === UNUSED_PERMISSION ? parseFailedFinding(finding) : null;
    return failed === null ? counted : { ...counted, findings: [nothingKnown(failed.id, failed.resource, "FAILED", failed.analyzedAt, place)] };
  }
  const isCredential = CREDENTIALS.has(type) && (finding["findingDetails"] ?? null) !== null;
  if (isCredential) return readCredentials(finding, type, place);
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
  const read: Finding = {
    ...nothingKnown(id, resource, status, analyzedAt, place),
    updatedAt: updatedAt ?? analyzedAt,
    unused,
  };
  // Without details there is nothing to go by: its principal keeps everything.
  const isEmpty = status === "ACTIVE" && unused.size === 0;
  return { ...(isEmpty ? skipped("ACTIVE finding without unusedPermissionDetails") : NOTHING_FOUND), findings: [read] };
}

function nothingKnown(id: string, principalArn: string, status: Finding["status"], analyzedAt: string, [file]: Place): Finding {
  return { id, principalArn, status, analyzedAt, updatedAt: analyzedAt, unused: new Map(), file };
}

const CREDENTIALS: ReadonlySet<string> = new Set(["UnusedIAMRole", "UnusedIAMUserAccessKey", "UnusedIAMUserPassword"]);

/** They say nothing of permissions, and are kept for rules of their own. */
function readCredentials(finding: JsonObject, type: string, place: Place): FindingsFile {
  const { id, status, resource, analyzedAt, findingDetails } = parseCredentialFinding(finding, place);
  if (status !== "ACTIVE") return skipped(`${status} finding of type ${type}`);
  const of = (kind: UnusedCredential["kind"], lastAccessed: string | null | undefined, accessKeyId: string | null = null): UnusedCredential => ({
    kind,
    principalArn: resource,
    accessKeyId,
    lastAccessed: lastAccessed ?? null,
    analyzedAt,
    findingId: id,
  });
  const credentials = findingDetails.flatMap(({ unusedIamRoleDetails: role, unusedIamUserPasswordDetails: password, unusedIamUserAccessKeyDetails: key }) => [
    ...(role == null ? [] : [of("role", role.lastAccessed)]),
    ...(password == null ? [] : [of("password", password.lastAccessed)]),
    ...(key == null ? [] : [of("access key", key.lastAccessed, key.accessKeyId)]),
  ]);
  return credentials.length === 0 ? skipped(`finding of type ${type}`) : { ...NOTHING_FOUND, credentials };
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
