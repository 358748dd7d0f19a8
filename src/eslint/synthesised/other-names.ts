import { TAIL } from "../../dialects/cloudformation/generated-name.js";
import { literalPattern } from "../../model/text.js";
import { LEAST_FIXED_CHARACTERS, type PrincipalName, type UnnamedCreation } from "../../model/principal.js";

/** The construct ids that CDK leaves out of logical ids. https://docs.aws.amazon.com/cdk/v2/guide/identifiers.html */
const SILENT = ["Default", "Resource"];

/**
 * Every name that CloudFormation may generate for what a creation makes, in any synthesis and any stack: the logical id ends in the
 * known end of the construct ids, before the digest. A name of 64 characters may be cut there, and fits always. Null when nothing is
 * known of the end.
 */
export function anyNameOf({ id, below }: UnnamedCreation): PrincipalName | null {
  const end = endOf(id, below.filter((each) => !SILENT.includes(each)));
  if (end === "") return null;
  return {
    kind: "pattern",
    regex: `^(?:.+-[A-Za-z0-9]*${literalPattern(end)}(?:[0-9A-F]{8})?-${TAIL}|(?=.{64}$).+-${TAIL})$`,
    fixed: Math.max(end.length, LEAST_FIXED_CHARACTERS),
    shown: `<stack>-<ids>${end}<digest>-<tail>`,
    id: end,
  };
}

function endOf(id: UnnamedCreation["id"], below: readonly string[]): string {
  const last = id.at(-1)?.replaceAll("/", "--") ?? "";
  // What may be one of these is left out; then the end is that of the construct above.
  const own = SILENT.some((silent) => silent.endsWith(last)) ? "" : last;
  const [child, ...deeper] = below;
  if (child === undefined) return alphanumeric(own);
  // An id that the one above ends in is left out, too.
  const isApart = own !== "" && deeper.length === 0 && !own.endsWith(child) && !child.endsWith(own);
  return isApart ? alphanumeric(own) + alphanumeric(child) : alphanumeric(below.at(-1) ?? "");
}

function alphanumeric(id: string): string {
  return id.replace(/[^A-Za-z0-9]/gu, "");
}
