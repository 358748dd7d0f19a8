/** A file with these words may be a policy on its own. */
export const POLICY_TEXT = /"Statement"\s*:/u;
