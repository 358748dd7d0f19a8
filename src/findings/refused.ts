import { badPlace } from "./bad-input.js";
import { EXPORT_DETAILS } from "./commands.js";
import type { FindingsFormat } from "./format.js";
import type { JsonObject } from "./json-values.js";

/** Exports that people take for findings but that do not say which actions are unused. They are named, and refused. */
export const refusedFormats: readonly FindingsFormat[] = [
  refuse(
    "the output of get-finding-recommendation, which holds recommended policies and not the unused actions",
    (value) => "recommendedSteps" in value,
  ),
  refuse(
    "the output of Security Hub's GetRecommendedPolicyV2, which holds recommended policies and not the unused actions",
    (value) => "RecommendationSteps" in value,
  ),
  refuse(
    "an EventBridge event, which counts the unused actions but does not name them",
    (value) => "detail-type" in value || value["source"] === "aws.access-analyzer",
  ),
  refuse(
    "an export of Security Hub findings, which count the unused actions but do not name them",
    (value) =>
      Array.isArray(value["Findings"]) || "ProductFields" in value || "ProductArn" in value || "class_uid" in value,
  ),
  refuse(
    "the output of get-service-last-accessed-details, which is not read",
    (value) => "ServicesLastAccessed" in value,
  ),
  refuse("an IAM policy and not a finding", (value) => "Statement" in value),
];

function refuse(name: string, recognises: (value: JsonObject) => boolean): FindingsFormat {
  return {
    name,
    recognises,
    read: (_value, place) => {
      throw badPlace(place, `this is ${name}`, EXPORT_DETAILS);
    },
  };
}
