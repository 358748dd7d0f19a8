import * as z from "zod/mini";
import type { Recommendation } from "../model/usage.js";
import { badPlace, type Place } from "./bad-input.js";
import { checked, roleOrUserArn, text, time } from "./checked.js";
import { NOTHING_FOUND, skipped, type FindingsFile } from "./findings-file.js";
import type { FindingsFormat } from "./format.js";
import { isObject, shown, type JsonObject } from "./json-values.js";
import { refuseFirstPage } from "./paging.js";

const AGAIN = "generate and fetch the recommendation again";

/**
 * Answers of `get-finding-recommendation`: what AWS would make of each policy, a second opinion beside the findings.
 * https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_GetFindingRecommendation.html
 */
export const recommendations: FindingsFormat = {
  name: "a recommendation of IAM Access Analyzer",
  recognises: (value) => "recommendedSteps" in value || ("recommendationType" in value && "resourceArn" in value),
  read(value, place) {
    const unfinished = notReady(value["status"], value["error"], place);
    if (unfinished !== null) return unfinished;
    const { resourceArn, completedAt, recommendedSteps } = checked(accessAnalyzerAnswer, value, place, AGAIN);
    refuseFirstPage(value, place);
    const steps = recommendedSteps.flatMap(({ unusedPermissionsRecommendedStep: step }) =>
      step == null ? [] : [{ action: step.recommendedAction, policyId: step.existingPolicyId, policy: step.recommendedPolicy ?? null }],
    );
    return found(resourceArn, completedAt ?? null, steps, place);
  },
};

/**
 * Answers of Security Hub's `GetRecommendedPolicyV2`, the same in its own spelling.
 * https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_GetRecommendedPolicyV2.html
 */
export const recommendedPolicies: FindingsFormat = {
  name: "a recommendation of Security Hub",
  recognises: (value) => "RecommendationSteps" in value || ("RecommendationType" in value && "ResourceArn" in value),
  read(value, place) {
    const unfinished = notReady(value["Status"], value["Error"], place);
    if (unfinished !== null) return unfinished;
    const { ResourceArn, RecommendationSteps } = checked(securityHubAnswer, value, place, AGAIN);
    refuseFirstPage(value, place);
    const steps = RecommendationSteps.flatMap(({ UnusedPermissions: step }) =>
      step == null ? [] : [{ action: step.RecommendedAction, policyId: step.ExistingPolicyId, policy: step.RecommendedPolicy ?? null }],
    );
    return found(ResourceArn, null, steps, place);
  },
};

const recommendedAction = z.enum(["CREATE_POLICY", "DETACH_POLICY"], '"CREATE_POLICY" or "DETACH_POLICY"');

const accessAnalyzerAnswer = z.object({
  resourceArn: roleOrUserArn,
  completedAt: z.nullish(time),
  recommendedSteps: z.array(
    z.object(
      {
        unusedPermissionsRecommendedStep: z.nullish(
          z.object({ recommendedAction, existingPolicyId: text, recommendedPolicy: z.nullish(text) }, "an object"),
        ),
      },
      "an object",
    ),
    "a list",
  ),
});

const securityHubAnswer = z.object({
  ResourceArn: roleOrUserArn,
  RecommendationSteps: z.array(
    z.object(
      {
        UnusedPermissions: z.nullish(
          z.object({ RecommendedAction: recommendedAction, ExistingPolicyId: text, RecommendedPolicy: z.nullish(text) }, "an object"),
        ),
      },
      "an object",
    ),
    "a list",
  ),
});

function notReady(status: unknown, error: unknown, place: Place): FindingsFile | null {
  if (status === "SUCCEEDED") return null;
  if (status === "IN_PROGRESS") throw badPlace(place, "this recommendation was not finished yet (IN_PROGRESS)", "fetch it again");
  if (status === "FAILED") {
    const code: unknown = isObject(error) ? (error["code"] ?? error["Code"]) : null;
    return skipped(`recommendation that failed${typeof code === "string" ? ` (${code})` : ""}`);
  }
  throw badPlace([...place, "status"], `found ${shown(status)}, expected "SUCCEEDED", "IN_PROGRESS" or "FAILED"`, AGAIN);
}

interface Step {
  readonly action: "CREATE_POLICY" | "DETACH_POLICY";
  readonly policyId: string;
  readonly policy: string | null;
}

/** `CREATE_POLICY` beside `DETACH_POLICY` of one policy replaces it; `DETACH_POLICY` alone takes it away. */
function found(principalArn: string, completedAt: string | null, steps: readonly Step[], place: Place): FindingsFile {
  const ids = [...new Set(steps.map(({ policyId }) => policyId))];
  return {
    ...NOTHING_FOUND,
    recommendations: ids.map((policyId): Recommendation => {
      const created = steps.find((step) => step.policyId === policyId && step.action === "CREATE_POLICY");
      return { principalArn, policyId, completedAt, allows: created === undefined ? [] : allowedBy(created, place) };
    }),
  };
}

function allowedBy({ policyId, policy }: Step, place: Place): readonly string[] | null {
  const statements = statementsOf(policy === null ? null : parsed(policy));
  if (statements === null) {
    throw badPlace([...place, `recommendedPolicy of ${policyId}`], "this is not the text of a policy document", AGAIN);
  }
  const allowing = statements.filter(({ Effect }) => Effect === "Allow");
  if (allowing.some((statement) => "NotAction" in statement)) return null;
  const actions = allowing.flatMap(({ Action }): readonly unknown[] => (Array.isArray(Action) ? Action : [Action]));
  return actions.filter((action) => typeof action === "string");
}

function statementsOf(policy: unknown): readonly JsonObject[] | null {
  if (!isObject(policy) || !("Statement" in policy)) return null;
  const { Statement } = policy;
  const statements: readonly unknown[] = Array.isArray(Statement) ? Statement : [Statement];
  const objects = statements.filter(isObject);
  return objects.length === statements.length ? objects : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
