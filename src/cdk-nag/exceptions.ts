import { relative } from "node:path";
import type { Exception } from "../exceptions/exceptions.js";
import type { JudgeSynthOptions, PolicyJudgement } from "./judgements.js";
import { pathOf } from "./principals.js";

/** One line for each policy that an exception keeps something of, and for each exception that has expired. */
export function exceptionLines(judgements: readonly PolicyJudgement[], { expired }: JudgeSynthOptions): readonly string[] {
  return [
    ...judgements.flatMap(({ policy, excepted }) => excepted.map((exception) => `  excepted: ${pathOf(policy.resource)}: ${shown(exception)}: ${exception.reason}`)),
    ...expired.map((exception) => `  expired: ${shown(exception)}, on ${exception.expires ?? ""}: what it kept counts again`),
  ];
}

function shown({ actions, principal, file, line }: Exception): string {
  return `${actions.join(", ")} of ${principal} (${relative(process.cwd(), file)}:${String(line)})`;
}
