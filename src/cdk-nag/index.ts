export { UnusedAccessChecks } from "./pack.js";
export type { FindingsOptions, UnusedAccessOptions } from "./options.js";
export type { Origin, OriginsOf, SourcePlace } from "./origin.js";
export type { IdentityPolicy } from "./policies.js";
export type { SynthAction } from "./statements.js";
