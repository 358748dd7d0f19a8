export { UnusedAccessChecks } from "./pack.js";
export { RefineUnusedAccess } from "./refine-unused-access.js";
export type { DeployedStacks } from "./deployed-stacks.js";
export type { FindingsOptions, UnusedAccessOptions } from "./options.js";
export type { Origin, OriginsOf, SourcePlace } from "./origin.js";
export type { IdentityPolicy } from "./policies.js";
export type { SynthAction } from "./statements.js";
