import * as z from "zod/mini";
import { groupedBy } from "../model/groups.js";
import type { FindingStatus, UnusedPermissions } from "../model/usage.js";
import { badPlace, type Place } from "./bad-input.js";
import { actionName, checked, count, roleOrUserArn, text } from "./checked.js";
import { EXPORT_DETAILS } from "./commands.js";
import { NOTHING_FOUND, skipped, type FindingsFile } from "./findings-file.js";
import type { JsonObject } from "./json-values.js";
import { later, utcTime } from "./time.js";
import { unusedPermissions } from "./unused.js";

/** IAM Analysis Finding. https://schema.ocsf.io/1.8.0/classes/iam_analysis_finding */
const CLASS = 2008;

/** OCSF counts milliseconds since 1970, and may write the same as text in a member of its own that ends in `_dt`. */
const moment = z.pipe(
  z.union([z.int(), z.string()], "a time in milliseconds since 1970"),
  z.transform((written: number | string, context) => {
    const utc = typeof written === "string" ? utcTime(written) : written >= EARLIEST && written < LATEST ? new Date(written).toISOString() : null;
    if (utc !== null) return utc;
    context.issues.push({ code: "custom", input: written, message: "a time in milliseconds since 1970" });
    return z.NEVER;
  }),
);
const EARLIEST = Date.UTC(2001, 8, 9, 1, 46, 40);
const LATEST = Date.UTC(2100, 0);

const flag = z.nullish(z.boolean("true or false"));

const privilege = z.object({ name: actionName, is_unused: flag, last_used_time: z.nullish(moment) }, 'an object with "name"');

const service = z.object(
  {
    name: text,
    all_privileges_unused: flag,
    last_used_time: z.nullish(moment),
    privilege_attack_info_list: z.nullish(
      z.array(z.object({ privilege_info_list: z.nullish(z.array(privilege, "a list")) }, "an object"), "a list"),
    ),
  },
  "an object",
);

const finding = z.object({
  time: moment,
  status: z.nullish(text),
  status_id: z.nullish(z.int("a number")),
  finding_info: z.object({ uid: text, modified_time: z.nullish(moment), last_seen_time: z.nullish(moment) }, "an object"),
  resources: z.nullish(z.array(z.object({ uid: z.nullish(text) }, "an object"), "a list")),
  user: z.nullish(z.object({ uid: z.nullish(text) }, "an object")),
  permission_analysis_results: z.array(
    z.object(
      {
        unused_privileges_count: z.nullish(count),
        unused_services_count: z.nullish(count),
        service_privilege_analysis_list: z.nullish(z.array(service, "a list")),
      },
      "an object",
    ),
    "a list",
  ),
});

type Finding = z.infer<typeof finding>;
type Service = z.infer<typeof service>;

/** One finding of Security Hub in OCSF: evidence where it names actions (since OCSF 1.8), otherwise counts. */
export function readOcsf(value: JsonObject, place: Place): FindingsFile {
  if (value["class_uid"] !== CLASS || !("permission_analysis_results" in value)) return skipped("Security Hub finding of another type");
  const read = checked(finding, value, place, EXPORT_DETAILS);
  const principalArn = principalOf(read, place);
  const { uid, last_seen_time: seen, modified_time: modified } = read.finding_info;
  const analyzedAt = seen ?? modified ?? read.time;
  const status = statusOf(read);
  const results = read.permission_analysis_results;
  const services = results.flatMap((result) => result.service_privilege_analysis_list ?? []);
  const unused = unusedOf(services);
  if (unused.size > 0) {
    const found = { id: uid, principalArn, status, analyzedAt, updatedAt: modified ?? read.time, unused, file: place[0] };
    return { ...NOTHING_FOUND, findings: [found] };
  }
  const sum = (numbers: readonly (number | null | undefined)[]): number => numbers.reduce<number>((total, one) => total + (one ?? 0), 0);
  return {
    ...NOTHING_FOUND,
    counts: [
      {
        principalArn,
        actions: sum(results.map((result) => result.unused_privileges_count)),
        services: sum(results.map((result) => result.unused_services_count)),
        isActive: status === "ACTIVE",
        updatedAt: modified ?? read.time,
        findingId: null,
        analyzerArn: null,
        file: place[0],
      },
    ],
  };
}

function principalOf({ resources, user }: Finding, place: Place): string {
  const named = [...(resources ?? []).map(({ uid }) => uid), user?.uid];
  const arns = new Set(named.flatMap((uid) => (roleOrUserArn.safeParse(uid).success && typeof uid === "string" ? [uid] : [])));
  const [arn, another] = arns;
  if (arn !== undefined && another === undefined) return arn;
  throw badPlace(
    [...place, "resources"],
    arn === undefined ? "there is no ARN of a role or user" : "there are the ARNs of several roles or users",
    EXPORT_DETAILS,
  );
}

/** https://schema.ocsf.io/1.8.0/objects/finding#status_id: 1 New, 2 In Progress, 3 Suppressed, 4 Resolved, 5 Archived, 6 Deleted. */
function statusOf({ status, status_id: id }: Finding): FindingStatus {
  const written = (status ?? "").toUpperCase();
  if (id === 4 || id === 6 || written === "RESOLVED" || written === "DELETED") return "RESOLVED";
  if (id === 3 || id === 5 || written === "SUPPRESSED" || written === "ARCHIVED") return "ARCHIVED";
  return "ACTIVE";
}

/** Each policy is analysed by itself, and usage is the principal's: what one of them shows as used is used. */
function unusedOf(services: readonly Service[]): UnusedPermissions {
  const isNamespace = (name: string): boolean => /^[\w-]+$/u.test(name);
  const byKey = groupedBy(services.filter(({ name }) => isNamespace(name.toLowerCase())), ({ name }) => name.toLowerCase());
  return unusedPermissions(
    [...byKey.values()].flatMap((entries) => {
      const [first] = entries;
      const privileges = entries.flatMap((entry) => (entry.privilege_attack_info_list ?? []).flatMap((list) => list.privilege_info_list ?? []));
      const used = new Set(privileges.flatMap((one) => (one.is_unused === true ? [] : [bareKey(one.name)])));
      if (first === undefined) return [];
      const lastAccessed = entries.reduce<string | null>((latest, entry) => later(latest, entry.last_used_time ?? null), null);
      const named = { serviceNamespace: first.name, lastAccessed };
      // Of one policy's privileges: where they are named, nothing is said of those of other policies.
      if (privileges.length === 0 && entries.every((entry) => entry.all_privileges_unused === true)) return [{ ...named, actions: [] }];
      const actions = privileges
        .filter((one) => !used.has(bareKey(one.name)))
        .map((one) => ({ action: one.name, lastAccessed: one.last_used_time ?? null }));
      return actions.length === 0 ? [] : [{ ...named, actions }];
    }),
  );
}

function bareKey(name: string): string {
  return name.slice(name.indexOf(":") + 1).toLowerCase();
}
