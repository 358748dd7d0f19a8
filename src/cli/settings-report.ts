import { relative } from "node:path";
import type { JudgedFile } from "../eslint/policies.js";
import { counted } from "../eslint/describe.js";
import type { Settings } from "../eslint/settings.js";
import { isInForce, loadExceptions, today, type Exception } from "../exceptions/exceptions.js";

interface Run {
  readonly cwd: string;
  /** The whole working directory was linted: what matches nothing then matches nowhere. */
  readonly whole: boolean;
}

/** What of the settings had no effect, so that nobody relies on it. Exceptions are told with file and line. */
export function settingsReport(settings: Settings, files: readonly JudgedFile[], { cwd, whole }: Run): { readonly text: string; readonly hasExpired: boolean } {
  const exceptions = settings.exceptions === undefined ? [] : loadExceptions(settings.exceptions);
  const day = today();
  const expired = exceptions.filter((exception) => !isInForce(exception, day));
  const kept = new Set(files.flatMap(({ judgements }) => judgements.flatMap(({ excepted }) => excepted.map(placeOf))));
  const idle = whole ? exceptions.filter((exception) => isInForce(exception, day) && !kept.has(placeOf(exception))) : [];
  const show = ({ file, line }: Exception): string => `${relative(cwd, file)}:${String(line)}`;
  const lines = [
    ...(exceptions.length === 0
      ? []
      : [`Exceptions: ${String(exceptions.length)}, ${String(expired.length)} expired${whole ? `, ${String(idle.length)} without effect` : ""}.`]),
    ...expired.map((exception) => `  expired: ${show(exception)}: ${named(exception)}, on ${exception.expires ?? ""}: what it kept is reported again`),
    ...idle.map((exception) => `  without effect: ${show(exception)}: ${named(exception)}: nothing that it names is both granted here and reported as unused`),
    ...(whole ? unmatched(settings, files) : []),
  ];
  return { text: lines.map((line) => `${line}\n`).join(""), hasExpired: expired.length > 0 };
}

function placeOf({ file, line }: Exception): string {
  return `${file}:${String(line)}`;
}

function named({ principal, actions }: Exception): string {
  const [first = "", ...others] = actions;
  return `${first}${others.length === 0 ? "" : ` and ${counted(others.length, "other action")}`} of ${principal}`;
}

function unmatched({ principals = {}, deployments = [] }: Settings, files: readonly JudgedFile[]): readonly string[] {
  const keys = new Set(files.flatMap(({ used }) => [...used.principals]));
  const entries = new Set(files.flatMap(({ used }) => [...used.deployments].map((entry) => JSON.stringify(entry))));
  return [
    ...Object.keys(principals).filter((key) => !keys.has(key)).map((key) => `Principals: "${key}" matches no policy file and no address.`),
    ...deployments.filter((entry) => !entries.has(JSON.stringify(entry))).map(({ files: globs }) => `Deployments: no policy was found that belongs to ${globs.map((glob) => `"${glob}"`).join(", ")}.`),
  ];
}
