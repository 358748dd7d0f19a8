/** The command that exports one finding with its actions. */
export function getFindingCommand(id: string): string {
  return `aws accessanalyzer get-finding-v2 --analyzer-arn "$ANALYZER_ARN" --id ${id} --output json`;
}

/** What to do about an export that carries no actions. */
export const EXPORT_DETAILS = `leave the file out, and export each finding with \`${getFindingCommand("<finding id>")}\``;

const FILTER = JSON.stringify({ findingType: { eq: ["UnusedPermission"] }, status: { eq: ["ACTIVE"] } });

/** Commands for a shell that fetch the details of every ACTIVE unused-permission finding, one file a finding. */
const SCRIPT = `
  ANALYZER_ARN=$(aws accessanalyzer list-analyzers --output text \\
    --query "analyzers[?ends_with(type, 'UNUSED_ACCESS')].arn | [0]")
  mkdir -p findings
  for id in $(aws accessanalyzer list-findings-v2 --analyzer-arn "$ANALYZER_ARN" \\
      --filter '${FILTER}' \\
      --query 'findings[].id' --output text); do
    ${getFindingCommand('"$id"')} > "findings/$id.json"
  done`;

/** What to do when there are no details at all. */
export const FETCH_DETAILS = `fetch the details with these commands, then name the folder "findings":\n${SCRIPT}`;

/** The commands that make and fetch the last-accessed data of one role, user, group or managed policy. */
export function lastAccessedCommands(arn: string): string {
  return `aws iam generate-service-last-accessed-details --granularity ACTION_LEVEL --arn ${arn}\` and then \`${GET_LAST_ACCESSED}`;
}

/** All services are on one page then. */
const GET_LAST_ACCESSED = "aws iam get-service-last-accessed-details --max-items 1000 --job-id <job id> --output json";

/** The command that exports one finding of a known analyzer. */
export function getFindingOf(analyzerArn: string | null, id: string | null): string {
  const command = getFindingCommand(id ?? "<finding id>");
  return analyzerArn === null ? command : command.replace('"$ANALYZER_ARN"', analyzerArn);
}
