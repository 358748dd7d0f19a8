import { spawnSync } from "node:child_process";
import { chmodSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, test } from "vitest";
import { findingsFiles, loadEvidence, type Evidence } from "../../src/evidence.js";
import { put, read, workspace } from "../workspace.js";

const readme = read(join(import.meta.dirname, "..", ".."), "README.md");
const [findingsLoop = "", lastAccessedLoop = ""] = [...readme.matchAll(/^```sh\n(.*?)^```$/gmsu)]
  .map(([, text = ""]) => text)
  .filter((text) => /\baws (?:accessanalyzer|iam)\b|"\$answer"/u.test(text));

/** Answers as the AWS CLI prints them; a job is in progress when it is first asked for. */
const AWS = `#!/bin/sh
case "$1 $2" in
"accessanalyzer list-findings-v2") printf 'f1\\tf2\\n' ;;
"accessanalyzer get-finding-v2")
  printf '{"findingDetails": [{"unusedPermissionDetails": {"serviceNamespace": "sns"}}], "error": null, "id": "%s", "status": "ACTIVE", "findingType": "UnusedPermission", "resource": "arn:aws:iam::111122223333:role/%s", "analyzedAt": "2026-10-31T07:25:34+00:00"}\\n' "$6" "$6" ;;
"iam list-roles") printf 'arn:aws:iam::111122223333:role/app/orders\\t2024-01-01T00:00:00+00:00\\n' ;;
"iam list-policies") printf 'arn:aws:iam::111122223333:policy/read\\t2024-01-01T00:00:00+00:00\\n' ;;
"iam generate-service-last-accessed-details") echo "$6" | tr -c 'a-z\\n' - ;;
"iam get-service-last-accessed-details")
  if [ -f "asked-$4" ]; then
    printf '{\\n    "JobStatus": "COMPLETED",\\n    "JobType": "ACTION_LEVEL",\\n    "JobCreationDate": "2026-10-31T08:00:00+00:00",\\n    "ServicesLastAccessed": [{"ServiceName": "Amazon SNS", "ServiceNamespace": "sns", "TotalAuthenticatedEntities": 0}],\\n    "JobCompletionDate": "2026-10-31T08:00:09+00:00",\\n    "IsTruncated": false\\n}\\n'
  else
    touch "asked-$4"
    printf '{\\n    "JobStatus": "IN_PROGRESS",\\n    "JobType": "ACTION_LEVEL",\\n    "JobCreationDate": "2026-10-31T08:00:00+00:00"\\n}\\n'
  fi ;;
*) echo "unexpected: $*" >&2; exit 1 ;;
esac
`;

function evidenceOf(script: string, shell: string): { readonly evidence: Evidence; readonly files: readonly string[] } {
  const folder = workspace({ "bin/aws": AWS, "bin/sleep": "#!/bin/sh\n", "findings/.keep": "" });
  for (const command of ["aws", "sleep"]) chmodSync(join(folder, "bin", command), 0o755);
  put(folder, "export.sh", script);
  const { stderr, status } = spawnSync(shell, ["export.sh"], { cwd: folder, encoding: "utf8", env: { ...process.env, PATH: `${join(folder, "bin")}${delimiter}${process.env["PATH"] ?? ""}` } });
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  const files = readdirSync(join(folder, "findings")).filter((name) => !name.startsWith("."));
  return { evidence: loadEvidence(findingsFiles(["findings"], folder)), files };
}

const arns = ({ principals, policies }: Evidence): readonly string[] => [...principals.holders(), ...policies.holders()].map(({ arn }) => arn);

describe.runIf(process.platform !== "win32").each(["sh", "bash"])("the commands of the README, in %s,", (shell) => {
  test("export findings", () => {
    const { evidence, files } = evidenceOf(findingsLoop, shell);
    expect(files).toEqual(["f1.json", "f2.json"]);
    expect(arns(evidence)).toEqual(["arn:aws:iam::111122223333:role/f1", "arn:aws:iam::111122223333:role/f2"]);
  });

  test("export last-accessed data", () => {
    const { evidence, files } = evidenceOf(lastAccessedLoop, shell);
    expect(files).toEqual(["last-accessed.json"]);
    expect(arns(evidence)).toEqual(["arn:aws:iam::111122223333:role/app/orders", "arn:aws:iam::111122223333:policy/read"]);
  });
});
