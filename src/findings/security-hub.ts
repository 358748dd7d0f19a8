import { badPlace, type Place } from "./bad-input.js";
import { readAsff } from "./asff.js";
import { EXPORT_DETAILS } from "./commands.js";
import { joined, type FindingsFile } from "./findings-file.js";
import type { FindingsFormat } from "./format.js";
import { isObject, shown, type JsonObject } from "./json-values.js";
import { readOcsf } from "./ocsf.js";
import { refuseFirstPage } from "./paging.js";

/** Findings of Security Hub in OCSF or in its older format, ASFF; one, or the answers of `get-findings-v2` and `get-findings`. */
export const securityHub: FindingsFormat = {
  name: "findings of Security Hub",
  recognises: (value) => Array.isArray(value["Findings"]) || isSecurityHubFinding(value),
  read: readAnswer,
};

export function isSecurityHubFinding(value: JsonObject): boolean {
  return "class_uid" in value || "ProductFields" in value || "ProductArn" in value;
}

export function readSecurityHubFinding(finding: JsonObject, place: Place): FindingsFile {
  return "class_uid" in finding ? readOcsf(finding, place) : readAsff(finding, place);
}

function readAnswer(answer: JsonObject, place: Place): FindingsFile {
  const { Findings: all } = answer;
  if (!Array.isArray(all)) return readSecurityHubFinding(answer, place);
  const findings: readonly unknown[] = all;
  const read = findings.map((finding, index) => {
    const within: Place = [...place, `finding ${String(index + 1)}`];
    if (isObject(finding) && isSecurityHubFinding(finding)) return readSecurityHubFinding(finding, within);
    throw badPlace(within, `this is not a finding of Security Hub but ${shown(finding)}`, EXPORT_DETAILS);
  });
  refuseFirstPage(answer, place);
  return joined(read);
}
