import { cdk } from "./cdk.js";
import { cloudformation } from "./cloudformation.js";
import type { Dialect } from "./dialect.js";
import { policyJson } from "./policy-json.js";
import { terraform } from "./terraform.js";

/** In the order in which they are asked whether a file is theirs. */
export const dialects: readonly Dialect<unknown>[] = [terraform, cloudformation, cdk, policyJson];
