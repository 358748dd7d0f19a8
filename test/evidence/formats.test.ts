import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { loadEvidence, type Evidence } from "../../src/evidence.js";
import { BadInput } from "../../src/findings/bad-input.js";
import { workspace } from "../workspace.js";
import { everything } from "./everything.js";

const ROLE = "arn:aws:iam::111122223333:role/app/Orders";
const arn = fc.constantFrom(ROLE, ROLE, "arn:aws-cn:iam::111122223333:role/Orders", "arn:aws:iam::444455556666:role/Orders", "arn:aws:iam::111122223333:user/deployer");
const anyArn = fc.oneof({ weight: 6, arbitrary: arn }, fc.constantFrom("arn:aws:iam::111122223333:group/Team", "arn:aws:iam::111122223333:policy/team/Read"));
const day = fc.constantFrom("2026-08-01T00:00:00Z", "2026-10-29T00:00:00Z", "2026-10-30T23:59:00+00:00", "2026-10-31T00:00:00Z", "2026-11-20T00:00:00Z");
const used = fc.constantFrom(null, undefined, "2026-06-01T00:00:00Z", "2026-10-20T00:00:00Z");
const status = fc.constantFrom("ACTIVE", "ACTIVE", "ACTIVE", "ARCHIVED", "RESOLVED");
const id = fc.constantFrom("a", "b", "c");
const action = fc.constantFrom("GetObject", "getobject", "s3:PutObject", "sns:Publish");

const finding = fc.record({
  id,
  status,
  resource: fc.oneof({ weight: 40, arbitrary: arn }, fc.constantFrom("arn:aws:iam::111122223333:root", "arn:aws:iam::111122223333:group/Team", "Ωrders")),
  analyzedAt: day,
  updatedAt: fc.option(day, { nil: undefined }),
  error: fc.constantFrom(null, null, null, null, "ACCESS_DENIED"),
  findingType: fc.constant("UnusedPermission"),
  findingDetails: fc.array(
    fc.record({ unusedPermissionDetails: fc.record({ serviceNamespace: fc.constantFrom("s3", "S3", "sns"), lastAccessed: used, actions: fc.option(fc.array(fc.record({ action, lastAccessed: used }), { maxLength: 3 })) }) }),
    { maxLength: 3 },
  ),
});

const credential = fc
  .record({ id, status, resource: fc.oneof(arn, fc.constant("arn:aws:iam::111122223333:root")), analyzedAt: day, kind: fc.constantFrom("Role", "UserPassword", "UserAccessKey"), lastAccessed: used })
  .map(({ kind, lastAccessed, ...more }) => {
    const details = kind === "Role" ? { unusedIamRoleDetails: { lastAccessed } } : kind === "UserPassword" ? { unusedIamUserPasswordDetails: { lastAccessed } } : { unusedIamUserAccessKeyDetails: { accessKeyId: "AKIA", lastAccessed } };
    return { ...more, findingType: `UnusedIAM${kind}`, findingDetails: [details] };
  });

const report = fc.record({
  Arn: anyArn,
  CreateDate: fc.constantFrom(undefined, "2020-01-01", "2026-10-01"),
  JobStatus: fc.constant("COMPLETED"),
  JobType: fc.constantFrom(undefined, "ACTION_LEVEL", "SERVICE_LEVEL"),
  JobCompletionDate: day,
  IsTruncated: fc.constantFrom(false, false, false, true),
  ServicesLastAccessed: fc.array(
    fc.record({
      ServiceNamespace: fc.constantFrom("s3", "S3", "sns"),
      LastAuthenticated: used,
      TotalAuthenticatedEntities: fc.constantFrom(0, 1, undefined),
      TrackedActionsLastAccessed: fc.option(fc.array(fc.record({ ActionName: fc.constantFrom("GetObject", "Publish"), LastAccessedTime: used }), { maxLength: 3 })),
    }),
    { maxLength: 3 },
  ),
});

const event = fc
  .record({ findingId: id, resource: arn, status, updatedAt: fc.option(day), isDeleted: fc.option(fc.boolean()), numberOfUnusedActions: fc.nat(9), numberOfUnusedServices: fc.nat(9), time: day })
  .map(({ time, ...detail }) => ({ "detail-type": "Unused Access Finding for IAM entities", time, detail }));

const asff = fc.record({ Id: arn, UpdatedAt: day, RecordState: fc.constantFrom("ACTIVE", "ARCHIVED"), count: fc.nat(9) }).map(({ Id, count, ...more }) => ({
  SchemaVersion: "2018-10-08",
  ProductArn: "arn:aws:securityhub:eu-west-1::product/aws/access-analyzer",
  Id: `arn:aws:access-analyzer:eu-west-1:111122223333:analyzer/unused/${Id}/UnusedPermissions`,
  Types: ["Software and Configuration Checks/AWS Security Best Practices/Unused Permission"],
  Resources: [{ Type: "AwsIamRole", Id }],
  ProductFields: { numberOfUnusedActions: String(count), numberOfUnusedServices: "1" },
  ...more,
}));

const ocsf = fc.record({ uid: id, arn, time: day, status_id: fc.constantFrom(1, 1, 1, 3, 4), isWhole: fc.boolean(), is_unused: fc.boolean(), name: action }).map((drawn) => ({
  class_uid: 2008,
  time: Date.parse(drawn.time),
  status_id: drawn.status_id,
  finding_info: { uid: drawn.uid },
  resources: [{ uid: drawn.arn }],
  permission_analysis_results: [
    {
      unused_privileges_count: 3,
      service_privilege_analysis_list: [
        { name: "s3", privilege_attack_info_list: [{ privilege_info_list: [{ name: drawn.name, is_unused: drawn.is_unused }] }] },
        { name: "sns", all_privileges_unused: drawn.isWhole },
      ],
    },
  ],
}));

const recommendation = fc.record({ resourceArn: arn, completedAt: fc.option(day), existingPolicyId: fc.constantFrom("p", "q") }).map(({ existingPolicyId, ...more }) => ({
  ...more,
  status: "SUCCEEDED",
  recommendationType: "UNUSED_PERMISSION_RECOMMENDATION",
  recommendedSteps: [{ unusedPermissionsRecommendedStep: { recommendedAction: "DETACH_POLICY", existingPolicyId } }],
}));

/** How a finding of Access Analyzer, and one of Security Hub, is listed. */
const listed = fc.oneof(
  fc.array(fc.oneof(finding, credential), { minLength: 1, maxLength: 4 }).map((findings) => ({ findings, padding: "" })),
  fc.array(fc.oneof(asff, ocsf), { minLength: 1, maxLength: 4 }).map((Findings) => ({ Findings, padding: "" })),
);

const value = fc.oneof({ weight: 3, arbitrary: finding }, report, event, ocsf, credential, recommendation, listed);

/** Long ones are read element by element. */
const padding = fc.constantFrom("", "", "z".repeat(17_000));

const values = fc.array(value, { minLength: 1, maxLength: 8 });
const lines = fc.tuple(values, padding).map(([all, pad]) => all.map((each) => JSON.stringify("padding" in each ? { ...each, padding: pad } : each)).join("\n"));
const list = fc.tuple(values, padding).map(([all, pad]) => JSON.stringify([...all, { findingType: "ExternalAccess", id: "x", pad }], null, 1));
const duplicateKeys = fc.tuple(values, padding).map(([all, pad]) => JSON.stringify([...all, { findingType: "ExternalAccess", id: "x", pad }]).replace(/.*"id"/u, '$&:"again","id"'));
const cutOff = list.map((text) => `${text}\n{"id`);
const fileText = fc.oneof({ weight: 6, arbitrary: lines }, { weight: 4, arbitrary: list }, duplicateKeys, cutOff);

test("an index says what the files say, of all formats together", { timeout: 120_000 }, () => {
  const counts = { told: 0, refused: 0 };
  fc.assert(
    fc.property(fc.array(fileText, { minLength: 1, maxLength: 3 }), fc.boolean(), fc.constantFrom(undefined, 30, 90), (texts, isTwice, unusedFor) => {
      const folder = workspace({});
      const paths = [...texts, ...(isTwice ? texts.slice(0, 1) : [])].map((text, index) => {
        const path = join(folder, `${String(index)}.json`);
        writeFileSync(path, text);
        return path;
      });
      const told = (load: () => Evidence): unknown => {
        try {
          return everything(load());
        } catch (error) {
          if (error instanceof BadInput) return error.message;
          throw error;
        }
      };
      const inMemory = told(() => loadEvidence(paths, { unusedFor }));
      counts[typeof inMemory === "string" ? "refused" : "told"] += 1;
      const cacheLocation = join(folder, "cache");
      expect(told(() => loadEvidence(paths, { unusedFor, cacheLocation, indexFrom: 0 }))).toEqual(inMemory);
      // The same index, with other days.
      const later = unusedFor === 30 ? 200 : 30;
      expect(told(() => loadEvidence(paths, { unusedFor: later, cacheLocation, indexFrom: 0 }))).toEqual(told(() => loadEvidence(paths, { unusedFor: later })));
      rmSync(folder, { recursive: true });
    }),
    { numRuns: 300 },
  );
  expect(counts.told).toBeGreaterThan(50);
  expect(counts.refused).toBeGreaterThan(20);
});
