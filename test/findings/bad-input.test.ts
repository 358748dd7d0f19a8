import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { BadInput } from "../../src/findings/bad-input.js";
import { readFile } from "../../src/findings/files.js";
import { readFindings } from "../../src/findings/format.js";

const folder = resolve(import.meta.dirname, "../../fixtures/findings/bad");

const GET = 'aws accessanalyzer get-finding-v2 --analyzer-arn "$ANALYZER_ARN" --id';
const AGAIN = `export the finding again with \`${GET} 5d1c0e6e-0000-4000-8000-00000000a001 --output json\`.`;
const EACH = `leave the file out, and export each finding with \`${GET} <finding id> --output json\`.`;
const NOT_JSON = "export the findings again with --output json, or delete the file.";
const TRUNCATED = "the JSON is truncated, what begins here is never closed: export the findings again, or delete the file.";
const REPORT =
  "export it again with `aws iam generate-service-last-accessed-details --granularity ACTION_LEVEL --arn arn:aws:iam::111122223333:role/app/OrdersRole` " +
  "and then `aws iam get-service-last-accessed-details --max-items 1000 --job-id <job id> --output json`.";
const PAGE =
  "this is only the first page of the answer (its next token is set): export it again without --max-items, --max-results and --no-paginate, so that all pages are fetched.";

const sentences: Readonly<Record<string, string>> = {
  "OrdersRead-recommended-1-2026-10-31T08_00_00.json": ": this is a policy that the console recommends, which does not say what is unused, nor by whom: leave the file out, and export the finding and its recommendation with get-finding-v2 and get-finding-recommendation.",
  "action-number.json": `, findingDetails[0].unusedPermissionDetails.actions[1]: found 7, expected an object with "action": ${AGAIN}`,
  "asff-count.json": `, finding 1, ProductFields.numberOfUnusedActions: found "many", expected a count: ${EACH}`,
  "asff-mixed.json": `, finding 2: this is not a finding of Security Hub but "arn:aws:iam::111122223333:role/OrdersRole": ${EACH}`,
  "asff-no-resource.json": `, finding 1, UpdatedAt: found nothing, expected a time: ${EACH}`,
  "bad-action.json": `, finding 2, findingDetails[0].unusedPermissionDetails.actions[1].action: found "s3:*", expected the name of an action such as "GetObject" or "s3:GetObject": ${AGAIN}`,
  "bad-time.json": `, analyzedAt: found "yesterday", expected a time such as 2026-01-05T07:25:34Z: ${AGAIN}`,
  "cli-error.json": `, line 2, column 1: this is not JSON, "An" is not expected here: ${NOT_JSON}`,
  "cli-page.json": `: ${PAGE}`,
  "csv.json": `: this is CSV and not JSON: ${NOT_JSON}`,
  "deep-findings.json": ": its lists are nested too deeply for an export: export the findings again, or leave the file out.",
  "deep-lists.json": ": its lists are nested too deeply for an export: export the findings again, or leave the file out.",
  "details-object.json": `, findingDetails: found an empty object, expected a list: ${AGAIN}`,
  "duplicate-keys.json": `: one object names "status" twice: ${NOT_JSON}`,
  "empty.json": ": the file is empty: run the command that should have written it again, or delete the file.",
  "eventbridge-huge.json": `, detail.numberOfUnusedActions: found a huge number, expected a count: ${EACH}`,
  "eventbridge-no-resource.json": `, detail.resource: found nothing, expected the ARN of a role or user: ${EACH}`,
  "eventbridge-text.json": `, detail.numberOfUnusedActions: found "12", expected a count: ${EACH}`,
  "gzip.json": ": the file is compressed (gzip): unpack it, and name what it holds.",
  "html.json": `: this is HTML and not JSON: ${NOT_JSON}`,
  "last-accessed-failed.json": `: this report of last-accessed data failed (The role was deleted): ${REPORT}`,
  "last-accessed-future.json": `, JobCompletionDate: found 2036-10-31T08:00:09.000Z, which is no time shortly after JobCreationDate, 2026-10-31T08:00:00.000Z: ${REPORT}`,
  "last-accessed-huge.json": `, ServicesLastAccessed[1].TotalAuthenticatedEntities: found a huge number, expected a count: ${REPORT}`,
  "last-accessed-in-progress.json": `: this report of last-accessed data was not finished yet (IN_PROGRESS): ${REPORT}`,
  "last-accessed-mixed.json": `, ServicesLastAccessed[0].TrackedActionsLastAccessed[1]: found "GetBucketCORS", expected an object with "ActionName": ${REPORT}`,
  "last-accessed-no-namespace.json": `, ServicesLastAccessed[1].ServiceNamespace: found nothing, expected a name: ${REPORT}`,
  "last-accessed-no-time.json": `, JobCompletionDate: found nothing, expected a time: ${REPORT}`,
  "last-accessed-nobody.json": `: this answer of get-service-last-accessed-details does not say whose it is: add the ARN of a role, user, group or managed policy to it as "Arn", or call the file after that, with %2F for each slash.`,
  "last-accessed-other-arn.json": `, Arn: found "arn:aws:s3:::orders", expected the ARN of a role, user, group or managed policy: write the ARN that the report was made for.`,
  "last-accessed-time.json": `, ServicesLastAccessed[0].LastAuthenticated: found 1767560580, expected a time: ${REPORT}`,
  "latin-1.json": ": the file is not text in UTF-8: export the findings again with --output json.",
  "merge-conflict.json": `, line 41, column 1: this is not JSON, "<<<<<<<" is not expected here: ${NOT_JSON}`,
  "mixed-list.json": `, finding 2: this is not a finding of IAM Access Analyzer but "5d1c0e6e-0000-4000-8000-00000000a002": ${EACH}`,
  "no-namespace.json": `, findingDetails[2].unusedPermissionDetails.serviceNamespace: found nothing, expected a name: ${AGAIN}`,
  "no-resource.json": `, resource: found nothing, expected the ARN of a role or user: ${AGAIN}`,
  "no-status.json": `, status: found nothing, expected "ACTIVE", "ARCHIVED" or "RESOLVED": ${AGAIN}`,
  "number.json": `: this is not a finding of IAM Access Analyzer but 42: ${EACH}`,
  "numbers.jsonl": `, line 1, column 1: this is not JSON, "1" is not expected here: ${NOT_JSON}`,
  "ocsf-flag.json": `, permission_analysis_results[0].service_privilege_analysis_list[1].all_privileges_unused: found "yes", expected true or false: ${EACH}`,
  "ocsf-nobody.json": `, resources: there is no ARN of a role or user: ${EACH}`,
  "ocsf-page.json": `: ${PAGE}`,
  "ocsf-seconds.json": `, finding_info.last_seen_time: found 1793431534, expected a time in milliseconds since 1970: ${EACH}`,
  "ocsf-two.json": `, resources: there are the ARNs of several roles or users: ${EACH}`,
  "other-json.json": `: this is not a finding of IAM Access Analyzer but an object with "name", "version", "private", "scripts", …: ${EACH}`,
  "page.json": `: ${PAGE}`,
  "policy.json": `: this is an IAM policy and not a finding: ${EACH}`,
  "recommendation-action.json": `, recommendedSteps[1].unusedPermissionsRecommendedStep.recommendedAction: found "DELETE_POLICY", expected "CREATE_POLICY" or "DETACH_POLICY": generate and fetch the recommendation again.`,
  "recommendation-in-progress.json": ": this recommendation was not finished yet (IN_PROGRESS): fetch it again.",
  "recommendation-policy.json": ", recommendedPolicy of arn:aws:iam::111122223333:policy/team/OrdersRead: this is not the text of a policy document: generate and fetch the recommendation again.",
  "security-hub-recommendation-nobody.json": ", ResourceArn: found nothing, expected the ARN of a role or user: generate and fetch the recommendation again.",
  "summaries.json": `, finding 1: this is the output of list-findings-v2, which does not say which actions are unused: leave the file out, and fetch the details with these commands, then name the folder "findings":

  ANALYZER_ARN=$(aws accessanalyzer list-analyzers --output text \\
    --query "analyzers[?ends_with(type, 'UNUSED_ACCESS')].arn | [0]")
  mkdir -p findings
  for id in $(aws accessanalyzer list-findings-v2 --analyzer-arn "$ANALYZER_ARN" \\
      --filter '{"findingType":{"eq":["UnusedPermission"]},"status":{"eq":["ACTIVE"]}}' \\
      --query 'findings[].id' --output text); do
    aws accessanalyzer get-finding-v2 --analyzer-arn "$ANALYZER_ARN" --id "$id" --output json > "findings/$id.json"
  done`,
  "trailing-comma.json": `, line 3, column 1: this is not JSON, "}" is not expected here: ${NOT_JSON}`,
  "truncated-in-word.json": `, line 1: ${TRUNCATED}`,
  "truncated-lines.jsonl": `, line 2: ${TRUNCATED}`,
  "truncated.json": `, line 1: ${TRUNCATED}`,
  "unknown-status.json": `, finding 2, status: found "OPEN", expected "ACTIVE", "ARCHIVED" or "RESOLVED": ${AGAIN}`,
  "utf-16.json": ": the file is not text in UTF-16LE: export the findings again with --output json.",
  "xml.json": `: this is XML and not JSON: ${NOT_JSON}`,
  "yaml-output.json": `, line 1, column 1: this is not JSON, "analyzedAt:" is not expected here: ${NOT_JSON}`,
};

function complaint(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof BadInput) return error.message;
    throw error;
  }
  throw new Error("nothing was complained about");
}

describe("one sentence with file, place and remedy for", () => {
  test.each(Object.entries(sentences))("%s", (name, sentence) => {
    const path = resolve(folder, name);
    expect(complaint(() => readFindings(path, readFile(path).text))).toBe(`${path}${sentence}`);
  });

  test("every bad fixture", () => {
    // An ARN is judged where findings are merged (evidence.test.ts).
    expect(readdirSync(folder).sort()).toEqual([...Object.keys(sentences), "not-a-principal.json"].sort());
  });
});

describe("the place of what is not JSON", () => {
  test.each([
    ['{"a": [1, 2,, 3]}', 'line 1, column 13: this is not JSON, "," is not expected here'],
    ['{"a": 1 "b": 2}', 'line 1, column 9: this is not JSON, "\\"b\\":" is not expected here'],
    ["[\n  {]\n", 'line 2, column 4: this is not JSON, "]" is not expected here'],
    ["{'id': 1}", "line 1, column 2: this is not JSON, \"'id':\" is not expected here"],
    ['{"a": tru}', 'line 1, column 7: this is not JSON, "tru" is not expected here'],
    ['{"a": "x\ny"}', 'line 1, column 7: this is not JSON, "\\"x" is not expected here'],
    ["{}\n{}\n}", 'line 3, column 1: this is not JSON, "}" is not expected here'],
    ["{}\n{}\nnull", 'line 3, column 1: this is not JSON, "null" is not expected here'],
    ['{1: 2}', 'line 1, column 2: this is not JSON, "1:" is not expected here'],
    ['{"a", 2}', 'line 1, column 5: this is not JSON, "," is not expected here'],
    ['[1: 2]', 'line 1, column 3: this is not JSON, ":" is not expected here'],
  ])("%j", (text, sentence) => {
    expect(complaint(() => readFindings("/f.json", text))).toBe(`/f.json, ${sentence}: ${NOT_JSON}`);
  });

  test.each(['{"a": "b', '{"a": "b\\', '{"a"', '{"a":', "[1,", "[", '[{"a": 1}', '[{"a": -', "{}\n[nul"])(
    "%j is truncated",
    (text) => {
      expect(complaint(() => readFindings("/f.json", text))).toContain(TRUNCATED);
    },
  );
});
