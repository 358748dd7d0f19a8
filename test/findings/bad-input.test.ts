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
const PAGE =
  "this is only the first page of the answer (its next token is set): export it again without --max-items, --max-results and --no-paginate, so that all pages are fetched.";

const sentences: Readonly<Record<string, string>> = {
  "action-number.json": `, findingDetails[0].unusedPermissionDetails.actions[1]: found 7, expected an object with "action": ${AGAIN}`,
  "asff.json": `: this is an export of Security Hub findings, which count the unused actions but do not name them: ${EACH}`,
  "bad-action.json": `, finding 2, findingDetails[0].unusedPermissionDetails.actions[1].action: found "s3:*", expected the name of an action such as "GetObject" or "s3:GetObject": ${AGAIN}`,
  "bad-time.json": `, analyzedAt: found "yesterday", expected a time such as 2026-01-05T07:25:34Z: ${AGAIN}`,
  "cli-error.json": `, line 2, column 1: this is not JSON, "An" is not expected here: ${NOT_JSON}`,
  "cli-page.json": `: ${PAGE}`,
  "details-object.json": `, findingDetails: found an empty object, expected a list: ${AGAIN}`,
  "empty.json": ": the file is empty: run the command that should have written it again, or delete the file.",
  "eventbridge.json": `: this is an EventBridge event, which counts the unused actions but does not name them: ${EACH}`,
  "last-accessed.json": `: this is the output of get-service-last-accessed-details, which is not read: ${EACH}`,
  "merge-conflict.json": `, line 41, column 1: this is not JSON, "<<<<<<<" is not expected here: ${NOT_JSON}`,
  "no-namespace.json": `, findingDetails[2].unusedPermissionDetails.serviceNamespace: found nothing, expected a name: ${AGAIN}`,
  "no-resource.json": `, resource: found nothing, expected the ARN of a role or user: ${AGAIN}`,
  "no-status.json": `, status: found nothing, expected "ACTIVE", "ARCHIVED" or "RESOLVED": ${AGAIN}`,
  "number.json": `: this is not a finding of IAM Access Analyzer but 42: ${EACH}`,
  "other-json.json": `: this is not a finding of IAM Access Analyzer but an object with "name", "version", "private", "scripts", …: ${EACH}`,
  "page.json": `: ${PAGE}`,
  "policy.json": `: this is an IAM policy and not a finding: ${EACH}`,
  "recommendation.json": `: this is the output of get-finding-recommendation, which holds recommended policies and not the unused actions: ${EACH}`,
  "security-hub-recommendation.json": `: this is the output of Security Hub's GetRecommendedPolicyV2, which holds recommended policies and not the unused actions: ${EACH}`,
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
