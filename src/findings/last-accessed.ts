import { basename } from "node:path";
import * as z from "zod/mini";
import type { UnusedAction, UnusedPermissions, UnusedService } from "../model/usage.js";
import { badPlace, type Place } from "./bad-input.js";
import { actionName, checked, count, name, text, time } from "./checked.js";
import { lastAccessedCommands } from "./commands.js";
import { NOTHING_FOUND, skipped, type FindingsFile } from "./findings-file.js";
import type { FindingsFormat } from "./format.js";
import { shown, type JsonObject } from "./json-values.js";
import { later } from "./time.js";
import { sortedByKey } from "./unused.js";

/**
 * Answers of IAM's `get-service-last-accessed-details`, which do not say whose they are: a member `Arn` beside the answer's own
 * tells it, or the file's name, which is the ARN then, with `%2F` for its slashes.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLastAccessedDetails.html
 */
export const lastAccessed: FindingsFormat = {
  name: "last-accessed data of IAM",
  recognises: (value) => "ServicesLastAccessed" in value || "JobStatus" in value,
  read: readAnswer,
};

const HOLDER = /^arn:aws(?:-[a-z0-9]+)*:iam::(?:\d{12}|aws):(?:role|user|group|policy)\/(?:[!-~]+\/)?[\w+=,.@-]+$/u;
const WHOSE = "the ARN of a role, user, group or managed policy";

const trackedAction = z.object({ ActionName: actionName, LastAccessedTime: z.nullish(time) }, 'an object with "ActionName"');

const service = z.object(
  {
    ServiceNamespace: name,
    LastAuthenticated: z.nullish(time),
    TotalAuthenticatedEntities: z.nullish(count),
    TrackedActionsLastAccessed: z.nullish(z.array(trackedAction, "a list")),
  },
  "an object",
);

type RecordedService = z.infer<typeof service>;

const answer = z.object({
  JobStatus: z.enum(["COMPLETED", "IN_PROGRESS", "FAILED"], '"COMPLETED", "IN_PROGRESS" or "FAILED"'),
  JobType: z.nullish(z.enum(["ACTION_LEVEL", "SERVICE_LEVEL"], '"ACTION_LEVEL" or "SERVICE_LEVEL"')),
  JobCreationDate: z.nullish(time),
  JobCompletionDate: time,
  ServicesLastAccessed: z.array(service, "a list"),
  IsTruncated: z.nullish(z.boolean("true or false")),
  Marker: z.nullish(text),
  CreateDate: z.nullish(time),
});

function readAnswer(value: JsonObject, place: Place): FindingsFile {
  const arn = whose(value, place);
  const again = `export it again with \`${lastAccessedCommands(arn)}\``;
  const { JobStatus: status } = value;
  if (status === "IN_PROGRESS") throw badPlace(place, "this report of last-accessed data was not finished yet (IN_PROGRESS)", again);
  if (status === "FAILED") throw badPlace(place, `this report of last-accessed data failed${failure(value)}`, again);
  const read = checked(answer, value, place, again);
  if (arn.includes(":iam::aws:")) return skipped("last-accessed data of a managed policy of AWS, which no source can change");
  const { JobCreationDate: created, JobCompletionDate: analyzedAt, IsTruncated: truncated, Marker: marker } = read;
  if (created != null && !isOfOneJob(created, analyzedAt)) {
    throw badPlace([...place, "JobCompletionDate"], `found ${analyzedAt}, which is no time shortly after JobCreationDate, ${created}`, again);
  }
  return {
    ...NOTHING_FOUND,
    findings: [
      {
        id: `last-accessed data of ${created ?? analyzedAt}`,
        principalArn: arn,
        status: "ACTIVE",
        analyzedAt,
        updatedAt: analyzedAt,
        unused: unitedServices(read.ServicesLastAccessed.map((each) => recorded(each, read.JobType === "SERVICE_LEVEL"))),
        file: place[0],
        lastAccessed: { isLast: truncated !== true && (marker ?? null) === null, createdAt: read.CreateDate ?? null },
      },
    ],
  };
}

/** A job takes seconds, and its answer can be fetched for hours only. How long ago something was used is counted from its end. */
const LONGEST_JOB = 24 * 60 * 60 * 1000;

function isOfOneJob(created: string, completed: string): boolean {
  const took = Date.parse(completed) - Date.parse(created);
  return took >= 0 && took <= LONGEST_JOB;
}

function failure({ Error: error }: JsonObject): string {
  const message: unknown = typeof error === "object" && error !== null && "Message" in error ? error.Message : null;
  return typeof message === "string" && message !== "" ? ` (${message.replace(/\.$/u, "")})` : "";
}

function whose(value: JsonObject, place: Place): string {
  const written = value["Arn"] ?? null;
  if (written === null) return namedByFile(place);
  if (typeof written === "string" && HOLDER.test(written)) return written;
  throw badPlace([...place, "Arn"], `found ${shown(written)}, expected ${WHOSE}`, "write the ARN that the report was made for");
}

function namedByFile(place: Place): string {
  const decoded = decodedName(basename(place[0]).replace(/\.\w+$/u, ""));
  if (decoded !== null && HOLDER.test(decoded)) return decoded;
  throw badPlace(
    place,
    "this answer of get-service-last-accessed-details does not say whose it is",
    `add ${WHOSE} to it as "Arn", or call the file after that, with %2F for each slash`,
  );
}

function decodedName(written: string): string | null {
  try {
    return decodeURIComponent(written);
  } catch {
    return null;
  }
}

/**
 * All that is recorded of one service. `whole` only says that it may count as unused altogether: it does not where it was used
 * at an unknown time.
 */
function recorded(entry: RecordedService, wholeOnly: boolean): UnusedService {
  const { ServiceNamespace: namespace, LastAuthenticated: used, TotalAuthenticatedEntities: entities, TrackedActionsLastAccessed: tracked } = entry;
  const actions = new Map<string, UnusedAction>();
  for (const { ActionName, LastAccessedTime } of tracked ?? []) {
    const bare = ActionName.slice(ActionName.indexOf(":") + 1);
    const key = bare.toLowerCase();
    const known = actions.get(key);
    actions.set(key, { name: known?.name ?? bare, lastAccessed: later(known?.lastAccessed ?? null, LastAccessedTime ?? null) });
  }
  const lastAccessed = [...actions.values()].reduce((latest, action) => later(latest, action.lastAccessed), used ?? null);
  return {
    namespace,
    whole: (used ?? null) !== null || (entities ?? 0) === 0,
    lastAccessed,
    actions: wholeOnly ? new Map() : sortedByKey(actions),
  };
}

/** What several entries, on one page or on several, say of the services. A use that one of them knows is a use. */
export function unitedServices(all: readonly UnusedService[]): UnusedPermissions {
  const united = new Map<string, UnusedService>();
  for (const one of all) {
    const key = one.namespace.toLowerCase();
    const known = united.get(key);
    united.set(key, known === undefined ? one : unitedService(known, one));
  }
  return sortedByKey(united);
}

function unitedService(a: UnusedService, b: UnusedService): UnusedService {
  const actions = new Map(a.actions);
  for (const [key, action] of b.actions) {
    const known = actions.get(key);
    actions.set(key, known === undefined ? action : { name: known.name, lastAccessed: later(known.lastAccessed, action.lastAccessed) });
  }
  return { namespace: a.namespace, whole: a.whole && b.whole, lastAccessed: later(a.lastAccessed, b.lastAccessed), actions: sortedByKey(actions) };
}
