import { describe, expect, it } from "vitest";
import { builtInCatalogue, type Catalogue } from "../src/iam/catalogue.js";
import { PROTECTED_ACTIONS } from "../src/iam/protected.js";
import { overQuota, policySizes } from "../src/iam/quota.js";
import { refineNotActions, refineStatement, shorterReplacements, type Refinement, type RefineOptions } from "../src/refine.js";
import { catalogueOf2024, reported, without, words } from "./iam/reported.js";

const TODAY = builtInCatalogue();
const PROTECTED = new Set(PROTECTED_ACTIONS.map(({ action }) => action));
const OPTIONS: RefineOptions = { catalogue: TODAY, protectedActions: [], analyzedAt: "2026-09-26T04:00:00+00:00" };

/** The unused `s3:Get…` actions of the reference example. */
const UNUSED_GET = words(`
  GetBucketLocation GetBucketWebsite GetBucketPolicyStatus GetAccelerateConfiguration GetBucketPolicy
  GetBucketRequestPayment GetReplicationConfiguration GetBucketLogging GetBucketObjectLockConfiguration
  GetBucketNotification GetLifecycleConfiguration GetAnalyticsConfiguration GetBucketCORS GetInventoryConfiguration
  GetBucketPublicAccessBlock GetEncryptionConfiguration GetBucketAcl GetBucketVersioning GetBucketOwnershipControls
  GetBucketTagging GetIntelligentTieringConfiguration GetMetricsConfiguration`);

const UNUSED_LAMBDA = words(`
  AddPermission GetFunctionConfiguration UpdateFunctionConfiguration UpdateFunctionCode CreateFunction DeleteFunction
  ListVersionsByFunction GetFunction`);

function refine(
  values: readonly string[],
  services: Parameters<typeof reported>[0],
  options: Partial<RefineOptions> = {},
): readonly Refinement[] {
  return refineStatement(values, reported(services), { ...OPTIONS, ...options });
}

function only(refinements: readonly Refinement[]): Refinement {
  expect(refinements).toHaveLength(1);
  const [refinement] = refinements;
  if (refinement === undefined) throw new Error("nothing refined");
  return refinement;
}

/** What a statement's entries become. */
function after(values: readonly string[], refinements: readonly Refinement[]): readonly string[] {
  return values.flatMap((value, index) => {
    const refinement = refinements[index];
    if (refinement?.kind === "remove") return [];
    return refinement?.kind === "replace" ? refinement.entries : [value];
  });
}

/** The entries for a pattern when only `kept` of what it matches stays. */
function keeping(service: string, pattern: string, kept: readonly string[], catalogue: Catalogue = TODAY): readonly string[] {
  const names = catalogue.actions(service).filter((name) => !kept.includes(name));
  const values = [`${service}:${pattern}`];
  return after(values, refine(values, { [service]: names }, { catalogue })).map((entry) => entry.slice(service.length + 1));
}

function minus(service: string, pattern: string, gone: readonly string[]): readonly string[] {
  const values = [`${service}:${pattern}`];
  return after(values, refine(values, { [service]: gone }));
}

describe("the reference example", () => {
  const shortest = words(`
    s3:GetAccess* s3:GetAccountPublicAccessBlock s3:GetDataAccess s3:GetJobTagging s3:GetMulti* s3:GetObject* s3:GetStorage*`);

  it("comes out exactly so with the catalogue of its time", async () => {
    const values = [...UNUSED_LAMBDA.map((name) => `lambda:${name}`), "lambda:Invoke*"];
    const unused = { lambda: UNUSED_LAMBDA, s3: UNUSED_GET };
    const options = { catalogue: await catalogueOf2024(), analyzedAt: "2024-08-30T10:00:00Z" };
    const [first, second] = [refine(values, unused, options), refine(["s3:Get*", "s3:List*"], unused, options)];
    expect(after(values, first)).toEqual(["lambda:Invoke*"]);
    expect(after(["s3:Get*", "s3:List*"], second)).toEqual([...shortest, "s3:List*"]);
    expect(second[1]).toEqual({ kind: "keep", reason: "nothing-unused" });
  });

  it("18: keeps what AWS added since", () => {
    const refinement = only(refine(["s3:Get*"], { s3: UNUSED_GET }));
    const entries = [...shortest, "s3:GetBucketAbac", "s3:GetBucketMetadataTableConfiguration"].sort();
    expect(refinement).toMatchObject({ kind: "replace", entries });
    expect(entries.join("")).toHaveLength(168);
    if (refinement.kind !== "replace") return;
    expect(refinement.unused.map(({ action }) => action)).toEqual(
      UNUSED_GET.map((name) => `s3:${name}`).sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1)),
    );
    expect(refinement.kept).toHaveLength(41);
    expect(refinement.kept).toContain("s3:GetObject");
  });
});

describe("AWS's recommendation for AmazonS3ReadOnlyAccess", () => {
  const NEWER = words(`
    GetBucketAbac GetBucketMetadataTableConfiguration GetObjectAnnotation GetObjectVersionAnnotation
    GetObjectVersionAnnotationForReplication ListCallerAccessGrants`);
  const RESULT = words(`
    GetBucketObjectLockConfiguration GetBucketOwnershipControls GetBucketTagging GetBucketVersioning GetJobTagging
    GetObject GetObjectAcl GetObjectLegalHold GetObjectRetention GetObjectTagging GetObjectTorrent GetObjectVersion*
    GetStorage* ListAllMyBuckets ListBucket ListBucketVersions ListMultipartUploadParts ListStorageLensGroups
    ListTagsForResource`);

  it("is what comes out when all that it does not grant is unused", () => {
    const catalogue = without(TODAY, NEWER);
    const granted = (name: string): boolean =>
      RESULT.some((entry) => (entry.endsWith("*") ? name.startsWith(entry.slice(0, -1)) : name === entry));
    const unused = {
      s3: catalogue.actions("s3").filter((name) => !granted(name)),
      "s3-object-lambda": "whole",
    } as const;
    const values = ["s3:Get*", "s3:List*", "s3:Describe*", "s3-object-lambda:Get*", "s3-object-lambda:List*"];
    expect(after(values, refine(values, unused, { catalogue }))).toEqual(RESULT.map((name) => `s3:${name}`));
    const again = RESULT.map((name) => `s3:${name}`);
    expect(after(again, refine(again, unused, { catalogue }))).toEqual(again);
  });
});

describe("inputs that other minimisers get wrong", () => {
  it("1: keeps an action, its longer siblings, and nothing else", () => {
    const kept = ["DescribeStacks", "DescribeStackSet", "DescribeStackSetOperation"];
    expect(keeping("cloudformation", "*", kept)).toEqual(["DescribeStacks", "DescribeStackSet*"]);
    const older = without(TODAY, ["DescribeStackSetOperation"]);
    expect(keeping("cloudformation", "*", ["DescribeStacks", "DescribeStackSet"], older)).toEqual(["DescribeStacks", "DescribeStackSet"]);
  });

  it("2: loses no action that is the beginning of another", () => {
    expect(keeping("chime", "*", ["ListMeetings", "ListMeetingsReportData"])).toEqual(["ListMeetings*"]);
    expect(keeping("apigateway", "*", ["PUT", "PutPortalProductSharingPolicy"])).toEqual(["PUT", "PutPortalProductSharingPolicy"]);
  });

  it("3: never turns a literal into a pattern", () => {
    const values = ["iam:PassRole", "kms:Decrypt"];
    const refinements = refine(values, { iam: ["ListRoles"], kms: ["Encrypt"] });
    expect(refinements).toEqual([
      { kind: "keep", reason: "nothing-unused" },
      { kind: "keep", reason: "nothing-unused" },
    ]);
  });

  it("2: loses no family of a name and its longer siblings, in any service", () => {
    const lost: string[] = [];
    for (const service of TODAY.services()) {
      const names = TODAY.actions(service);
      for (const name of names) {
        const family = names.filter((other) => other.toLowerCase().startsWith(name.toLowerCase()));
        if (family.length < 2 || family.length === names.length) continue;
        const entries = keeping(service, "*", family).map((entry) => new RegExp(`^${entry.replaceAll("*", ".*")}$`, "i"));
        const granted = names.filter((other) => entries.some((entry) => entry.test(other)) && !PROTECTED.has(`${service}:${other}`));
        const kept = family.filter((other) => !PROTECTED.has(`${service}:${other}`));
        if (granted.join() !== kept.join()) lost.push(`${service}:${name}`);
      }
    }
    expect(lost).toEqual([]);
  });

  it("4: takes unknown actions, NotAction and question marks as they come", () => {
    const values = ["s3:MadeUpAction", "s3:Get?bject", "s3:GetBucketAc?"];
    expect(after(values, refine(values, { s3: ["GetBucketAcl"] }))).toEqual(["s3:MadeUpAction", "s3:Get?bject"]);
    expect(refineNotActions(["s3:MadeUpAction", "foo:Bar"], reported({ sqs: ["SendMessage"] }), OPTIONS)).toMatchObject({ entries: ["sqs:SendMessage"] });
  });

  it("5: leaves everything when nothing is unused", () => {
    const values = ["s3:Get*", "s3:*", "*", "s3:GetObject", "*:*"];
    for (const unused of [{}, { sqs: ["SendMessage"] }, { s3: [] }]) {
      const refinements = refine(values, unused);
      expect(after(values, refinements)).toEqual(values);
      expect(refinements.slice(0, 2).every(({ kind }) => kind === "keep")).toBe(true);
    }
  });

  it("6: keeps a literal beside the pattern that contains it", () => {
    const values = ["s3:GetObject", "s3:GetObject*"];
    expect(after(values, refine(values, { s3: ["GetBucketAcl"] }))).toEqual(values);
  });

  it("7: matches without regard to case, and with a star in the middle", () => {
    const values = ["S3:getobject", "s3:Get*Acl", "S3:gEt*aCl"];
    const refinements = refine(values, { s3: ["GetObject", "GetBucketAcl"] });
    expect(refinements[0]).toEqual({
      kind: "remove",
      unused: [{ action: "s3:GetObject", lastAccessed: null }],
      wholeService: false,
      lastAccessed: null,
      coveredBy: [],
    });
    expect(after(values, refinements)).toEqual(["s3:GetObject*Acl"]);
  });

  it("8: does not grant DescribeStackSet… beside DescribeStacks", () => {
    expect(keeping("cloudformation", "Describe*", ["DescribeStacks"])).toEqual(["DescribeStacks"]);
  });

  it("9: keeps unknown actions, unknown services and what is no action", () => {
    const values = ["s3:GetObject", "s3:MadeUpAction", "foo:Bar", "foo:B*", "s3:Zzz*", "", "s3", ":", "s3:Gét", " s3:*", "s3*:Get*"];
    const refinements = refine(values, { s3: ["GetBucketAcl"], bar: ["Foo"] });
    expect(refinements[0]).toEqual({ kind: "keep", reason: "nothing-unused" });
    expect(refinements.slice(1).every((refinement) => refinement.kind === "keep" && refinement.reason === "unknown")).toBe(true);
  });

  it("10: opens no other families", () => {
    const kept = ["DescribeStacks", "DescribeStackSet", "DescribeStackSetOperation"];
    expect(keeping("cloudformation", "*", kept).every((entry) => entry.startsWith("DescribeStack"))).toBe(true);
  });

  it("11: keeps the verbs", () => {
    const entries = minus("iam", "*", ["CreateAccessKey"]);
    expect(entries).toHaveLength(38);
    expect(entries).toContain("iam:List*");
    expect(entries.some((entry) => entry.startsWith("iam:*"))).toBe(false);
  });

  it("12: does not grant DescribeHosts by the pattern of its longer siblings", () => {
    expect(keeping("ec2", "DescribeHost*", ["DescribeHostReservations", "DescribeHostReservationOfferings"])).toEqual([
      "DescribeHostReservationOfferings",
      "DescribeHostReservations",
    ]);
  });

  it("13: writes literals where the shared word would match the unused plural", () => {
    const entries = minus("iam", "List*", ["ListRoles"]);
    expect(entries.filter((entry) => entry.startsWith("iam:ListRole"))).toEqual(["iam:ListRolePolicies", "iam:ListRoleTags"]);
    expect(entries).toContain("iam:ListUser*");
    expect(entries).not.toContain("iam:ListUsers");
  });

  it("15: is as long as it must be", () => {
    const entries = minus("s3", "*", ["DeleteBucket"]);
    expect(entries).toHaveLength(27);
    expect(entries.join("")).toHaveLength(573);
  });

  it("16: leaves it to the quota whether a long replacement fits", () => {
    const gone = TODAY.actions("ec2").filter((_, index) => index % 8 === 0);
    const entries = minus("ec2", "*", gone);
    expect(entries.length).toBeGreaterThan(300);
    const frame = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ec2:*"],"Resource":"*"}]}';
    const policy = { text: frame, without: ['"ec2:*"'], before: ["ec2:*"], after: entries };
    for (const holder of ["managed", "role", "user", "group", "unknown"] as const) {
      expect(overQuota(holder, policySizes(policy))).toMatch(/^the policy would grow from 92 to /u);
    }
  });

  it("17: survives lower case, hyphens and acronyms", () => {
    expect(minus("rds-db", "*", ["connect"])).toEqual([]);
    expect(keeping("vpc-lattice", "Associate*", ["AssociateViaAWSService-EventsAndStates"])).toEqual(["AssociateViaAWSService-EventsAndStates"]);
    expect(minus("dynamodb", "PartiQL*", ["PartiQLDelete"])).toEqual(
      words("dynamodb:PartiQLInsert dynamodb:PartiQLSelect dynamodb:PartiQLUpdate"),
    );
    expect(minus("wafv2", "List*", ["ListIPSets"])).toContain("wafv2:ListWebACLs");
  });

  it("19: splits nothing with a catalogue older than the findings, but removes literals", () => {
    const values = ["s3:Get*", "s3:GetBucketAcl", "s3:GetBucketAcl*"];
    const refinements = refine(values, { s3: UNUSED_GET }, { analyzedAt: "2026-09-27T00:00:00+00:00" });
    expect(refinements.map(({ kind }) => kind)).toEqual(["report", "remove", "report"]);
    expect(refinements[2]).toEqual({
      kind: "report",
      unused: [{ action: "s3:GetBucketAcl", lastAccessed: null }],
      why:
        "the action catalogue of 2026-09-26 is older than the analysis of 2026-09-27 and may lack actions in use " +
        "(update it with `npm update eslint-plugin-least-privilege`, or make one with " +
        "`least-privilege catalogue -o catalogue.txt` and name it with --catalogue or in the settings)",
    });
  });
});

describe("what is said of a removal", () => {
  const times = (...used: readonly (string | null)[]): Refinement => {
    const names = ["GetBucketPolicy", "GetBucketPolicyStatus", "GetBucketPublicAccessBlock"];
    const actions = new Map(names.map((name, index) => [name.toLowerCase(), { name, lastAccessed: used[index] ?? null }]));
    const unused = new Map([["s3", { namespace: "s3", whole: false, lastAccessed: "2026-08-01T00:00:00Z", actions }]]);
    return only(refineStatement(["s3:GetBucketP*"], unused, OPTIONS));
  };

  it("is each unused action, and the latest use of any", () => {
    const [early, middle, late] = ["2026-01-01T00:00:00+02:00", "2026-01-01T00:00:00Z", "2026-03-01T00:00:00Z"];
    expect(times(early, late, null)).toEqual({
      kind: "remove",
      unused: [
        { action: "s3:GetBucketPolicy", lastAccessed: early },
        { action: "s3:GetBucketPolicyStatus", lastAccessed: late },
        { action: "s3:GetBucketPublicAccessBlock", lastAccessed: null },
      ],
      wholeService: false,
      lastAccessed: late,
      coveredBy: [],
    });
    expect(times(late, early, middle)).toMatchObject({ lastAccessed: late });
    expect(times(early, middle, null)).toMatchObject({ lastAccessed: middle });
    expect(times(middle, early, null)).toMatchObject({ lastAccessed: middle });
    expect(times(null, null, early)).toMatchObject({ lastAccessed: early });
    expect(times(null, null, null)).toMatchObject({ lastAccessed: null });
    expect(times(middle, "2026-01-01T00:00:00.000Z", null)).toMatchObject({ lastAccessed: middle });
  });

  it("is the whole service also where something else of it would be protected", () => {
    const options = { protectedActions: ["sqs:Zzz*"] };
    const refinement = only(refine(["sqs:Send*"], { sqs: "whole" }, { protectedActions: ["sqs:SendZzz*"] }));
    expect(refinement).toEqual({
      kind: "remove",
      unused: [{ action: "sqs:SendMessage", lastAccessed: null }],
      wholeService: true,
      lastAccessed: null,
      coveredBy: [],
    });
    expect(only(refine(["sqs:*"], { sqs: "whole" }, options))).toMatchObject({ kind: "remove", wholeService: true });
    const outdated = only(refine(["sqs:Send*"], { sqs: "whole" }, { protectedActions: ["sqs:SendZzz*"], analyzedAt: "" }));
    expect(outdated).toEqual({
      kind: "report",
      unused: [{ action: "sqs:SendMessage", lastAccessed: null }],
      why: "the findings do not say when they were analysed, so the action catalogue may be older",
    });
  });
});

describe("freshness", () => {
  it.each([
    ["2026-09-26T23:59:59Z", "remove"],
    ["2026-09-27T01:00:00+02:00", "remove"],
    ["2026-09-27T00:00:00Z", "report"],
    ["", "report"],
    ["last week", "report"],
  ])("analysed at %j: %s", (analyzedAt, kind) => {
    expect(only(refine(["s3:GetBucketAcl*"], { s3: ["GetBucketAcl"] }, { analyzedAt })).kind).toBe(kind);
  });

  it("is not needed to remove an unused service", () => {
    const analyzedAt = "2030-01-01T00:00:00Z";
    const values = ["sqs:*", "SQS:Send*", "sqs:Unheard", "iam:List*", "iam:*"];
    const refinements = refine(values, { sqs: "whole", iam: "whole" }, { analyzedAt });
    expect(refinements.map(({ kind }) => kind)).toEqual(["remove", "remove", "remove", "remove", "report"]);
  });
});

describe("a service that is not used at all", () => {
  it("loses every entry, with the time of its last use", () => {
    const lastAccessed = "2025-03-11T08:00:00+00:00";
    const [literal, pattern, unheard, other] = refineStatement(
      ["sqs:SendMessage", "sqs:Send*", "sqs:Zzz*", "sns:Publish"],
      reported({ sqs: "whole" }, lastAccessed),
      OPTIONS,
    );
    const common = { kind: "remove", wholeService: true, lastAccessed, coveredBy: [] };
    expect(literal).toEqual({ ...common, unused: [{ action: "sqs:SendMessage", lastAccessed }] });
    expect(pattern).toEqual({ ...common, unused: [{ action: "sqs:SendMessage", lastAccessed }] });
    expect(unheard).toEqual({ ...common, unused: [{ action: "sqs:Zzz*", lastAccessed }] });
    expect(other).toEqual({ kind: "keep", reason: "nothing-unused" });
  });

  it("is removed also when the catalogue does not know it", () => {
    const values = ["newthing:*", "newthing:Get"];
    expect(after(values, refine(values, { newthing: "whole" }, { analyzedAt: "2030-01-01T00:00:00Z" }))).toEqual([]);
  });

  it("keeps its protected actions", () => {
    const values = ["iam:*", "iam:PassRole", "IAM:passrole", "lambda:*", "iam:Pass*", "iam:List*"];
    const refinements = refine(values, { iam: "whole", lambda: "whole" });
    expect(refinements[1]).toEqual({ kind: "keep", reason: "protected" });
    expect(refinements[4]).toEqual({ kind: "keep", reason: "protected" });
    expect(refinements[0]).toMatchObject({ kind: "remove", coveredBy: ["iam:PassRole"] });
    expect(after(values, refinements)).toEqual([
      "iam:PassRole",
      "IAM:passrole",
      "lambda:PassCapacityProvider",
      "lambda:PassNetworkConnector",
      "iam:Pass*",
    ]);
    expect(after(["iam:*"], refine(["iam:*"], { iam: "whole" }))).toEqual(["iam:PassRole"]);
  });

  it("keeps what the user protects besides", () => {
    const protectedActions = ["sqs:Receive*", "Purge*"];
    const values = ["sqs:*", "sqs:Receive*", "sqs:Send*"];
    expect(after(values, refine(values, { sqs: "whole" }, { protectedActions }))).toEqual([
      "sqs:PurgeQueue",
      "sqs:ReceiveMessage",
      "sqs:Receive*",
    ]);
  });

  it("is only reported when protected actions could lie in it and the catalogue does not know it", () => {
    const refinement = only(refine(["newthing:*"], { newthing: "whole" }, { protectedActions: ["*:Pass*"] }));
    expect(refinement).toMatchObject({ kind: "report", unused: [{ action: "newthing:*" }] });
  });
});

describe("protected actions", () => {
  it("stay in a pattern that is refined", () => {
    const refinement = only(refine(["iam:Pa*"], { iam: ["PassRole"] }));
    expect(refinement).toEqual({ kind: "keep", reason: "protected" });
    expect(only(refine(["iam:Pa*"], { iam: ["PassRole", "GetUser"] }))).toEqual({ kind: "keep", reason: "protected" });
    expect(only(refine(["*"], { iam: ["PassRole"] }))).toEqual({ kind: "keep", reason: "nothing-unused" });
    const entries = minus("glue", "*Connection", ["PassConnection", "GetConnection"]);
    expect(entries).toContain("glue:PassConnection");
    expect(entries).not.toContain("glue:GetConnection");
    const replaced = only(refine(["glue:*Connection"], { glue: ["PassConnection", "GetConnection"] }));
    expect(replaced).toMatchObject({ unused: [{ action: "glue:GetConnection" }] });
  });
});

describe("kinds of pattern", () => {
  it("keeps the rest after the first star", () => {
    expect(minus("s3", "Get*Tagging", ["GetBucketTagging"])).toEqual(["s3:GetJobTagging", "s3:GetObject*Tagging", "s3:GetStorageLensConfigurationTagging"]);
  });

  it("begins at a leading star", () => {
    const entries = minus("iam", "*AccessKey*", ["CreateAccessKey"]);
    expect(entries).toEqual(["iam:DeleteAccessKey", "iam:GetAccessKeyLastUsed", "iam:ListAccessKeys", "iam:UpdateAccessKey"]);
  });

  it("starts from within a word", () => {
    expect(minus("s3", "GetBucketP*", ["GetBucketPublicAccessBlock"])).toEqual(["s3:GetBucketPolicy*"]);
    expect(minus("s3", "getbucketp*", ["getbucketpolicy"])).toEqual(["s3:GetBucketPolicyStatus", "s3:GetBucketPublicAccessBlock"]);
  });

  it("covers a pattern that begins with ? by literals", () => {
    const entries = minus("sqs", "?e*Message", ["ReceiveMessage"]);
    expect(entries).toEqual(["sqs:DeleteMessage", "sqs:SendMessage"]);
    expect(minus("sqs", "?????Message", ["SendMessage"])).toEqual(["sqs:?????Message"]);
  });

  it("collapses stars that come together", () => {
    expect(minus("s3", "GetObject**", ["GetObject"])).toContain("s3:GetObjectVersion*");
  });

  it("keeps the author's spelling of the service and the catalogue's of the action", () => {
    expect(minus("S3", "GETBUCKETP*", ["GetBucketPublicAccessBlock"])).toEqual(["S3:GetBucketPolicy*"]);
  });

  it("only reports everything", () => {
    const refinement = only(refine(["*"], { sqs: "whole", s3: ["GetBucketAcl"], iam: ["PassRole"], newthing: "whole" }));
    expect(refinement.kind).toBe("report");
    if (refinement.kind !== "report") return;
    const actions = refinement.unused.map(({ action }) => action);
    expect(actions.slice(0, 3)).toEqual(["newthing:*", "s3:GetBucketAcl", "sqs:AddPermission"]);
    expect(actions).toHaveLength(2 + TODAY.actions("sqs").length);
    expect(only(refine(["*"], { iam: ["PassRole"] })).kind).toBe("keep");
  });
});

describe("names that the catalogue lacks", () => {
  it("are honoured when they are reported unused", () => {
    const entries = minus("s3", "GetObject*", ["GetObjectFuture", "GetBucketAcl"]);
    expect(entries).toContain("s3:GetObjectVersion*");
    expect(entries).not.toContain("s3:GetObject*");
    expect(minus("s3", "GetObjectVersion*", ["GetObjectVersioned"])).not.toContain("s3:GetObjectVersion*");
    const literal = only(refine(["s3:getobjectfuture"], { s3: ["GetObjectFuture"] }));
    expect(literal).toMatchObject({ kind: "remove", unused: [{ action: "s3:GetObjectFuture" }] });
  });

  it("stay when they are protected, as they are spelled in the report", () => {
    const protectedActions = ["s3:GetObjectFut*"];
    const gone = ["GetObjectFuture", "GETOBJECT", ...TODAY.actions("s3").filter((name) => name.startsWith("GetObjectVersion"))];
    const before = ["GetObjectAcl", "GetObjectAnnotation", "GetObjectAttributes"];
    const after = ["GetObjectLegalHold", "GetObjectRetention", "GetObjectTagging", "GetObjectTorrent"];
    expect(only(refine(["s3:GetObject*"], { s3: gone }, { protectedActions }))).toMatchObject({
      kind: "replace",
      entries: [...before, "GetObjectFuture", ...after].map((name) => `s3:${name}`),
      kept: [...before, "GetObjectFuture", ...after].map((name) => `s3:${name}`),
    });
  });

  it("stay when they are known from elsewhere", () => {
    const alsoKnown = new Map([["sqs", ["SendFuture", "sendfuture", "SENDMESSAGE", "Send*", "Send Wrong", "ReceiveFuture"]]]);
    expect(only(refine(["sqs:Send*"], { sqs: ["SendMessage"] }, { alsoKnown }))).toEqual({
      kind: "replace",
      entries: ["sqs:SendFuture"],
      unused: [{ action: "sqs:SendMessage", lastAccessed: null }],
      kept: ["sqs:SendFuture"],
    });
    expect(only(refine(["sqs:Send*"], { sqs: ["SendMessage", "SendFuture"] }, { alsoKnown })).kind).toBe("remove");
    expect(only(refine(["sqs:Send*"], { sqs: ["SendMessage"] }, { alsoKnown: new Map([["sns", ["SendFuture"]]]) })).kind).toBe("remove");
    expect(only(refine(["sqs:Send*"], { sqs: "whole" }, { alsoKnown, protectedActions: ["SendF*"] }))).toMatchObject({ entries: ["sqs:SendFuture"] });
  });

  it("are not enough to remove a pattern of which nothing else is known", () => {
    const refinements = refine(["newthing:Get*", "s3:Zzz*"], { newthing: ["GetIt"], s3: ["ZzzNew"] });
    expect(refinements).toEqual([
      {
        kind: "report",
        unused: [{ action: "newthing:GetIt", lastAccessed: null }],
        why: 'the action catalogue of 2026-09-26 knows no action that "newthing:Get*" matches',
      },
      {
        kind: "report",
        unused: [{ action: "s3:ZzzNew", lastAccessed: null }],
        why: 'the action catalogue of 2026-09-26 knows no action that "s3:Zzz*" matches',
      },
    ]);
  });
});

describe("what cannot be proven", () => {
  it("is only reported", () => {
    const names = ["SendMessage", "SendTwo", "Send*o"];
    const catalogue = { ...TODAY, actions: () => names };
    expect(only(refine(["sqs:Send*"], { sqs: ["SendTwo"] }, { catalogue }))).toEqual({
      kind: "report",
      unused: [{ action: "sqs:SendTwo", lastAccessed: null }],
      why: "no narrower entries could be proven to grant all and only the rest",
    });
    expect(shorterReplacements("sqs:Send*", reported({ sqs: ["SendTwo"] }), { ...OPTIONS, catalogue })).toEqual([]);
  });
});

describe("entries of one statement", () => {
  it("are not written twice", () => {
    const values = ["s3:GetObject*", "s3:Get*", "S3:getmulti*"];
    const refinements = refine(values, { s3: UNUSED_GET });
    expect(refinements.map(({ kind }) => kind)).toEqual(["keep", "replace", "keep"]);
    expect(after(values, refinements)).toEqual(
      words(`
        s3:GetObject* s3:GetAccess* s3:GetAccountPublicAccessBlock s3:GetBucketAbac s3:GetBucketMetadataTableConfiguration
        s3:GetDataAccess s3:GetJobTagging s3:GetStorage* S3:getmulti*`),
    );
  });

  it("go when their siblings grant all that is to stay", () => {
    const values = ["s3:GetBucketPolicyStatus", "s3:GetBucketPolicy*"];
    expect(refine(values, { s3: ["GetBucketPolicy"] })[1]).toEqual({
      kind: "remove",
      unused: [{ action: "s3:GetBucketPolicy", lastAccessed: null }],
      wholeService: false,
      lastAccessed: null,
      coveredBy: ["s3:GetBucketPolicyStatus"],
    });
    const twice = ["s3:Get*", "s3:Get*"];
    const refinements = refine(twice, { s3: UNUSED_GET });
    expect(refinements.map(({ kind }) => kind)).toEqual(["replace", "remove"]);
  });

  it("are refined each when they overlap", () => {
    const values = ["s3:*", "s3:GetBucket*", "s3:GetBucketAcl"];
    const entries = after(values, refine(values, { s3: ["GetBucketAcl"] }));
    expect(entries).not.toContain("s3:*");
    expect(entries).not.toContain("s3:GetBucket*");
    expect(entries).not.toContain("s3:GetBucketAcl");
  });
});

describe("refineNotActions", () => {
  function refineNot(values: readonly string[], services: Parameters<typeof reported>[0]): Refinement {
    return refineNotActions(values, reported(services), OPTIONS);
  }

  it("14: says what could be added to the list, and never edits by itself", () => {
    expect(refineNot(["iam:*"], { iam: "whole", sqs: "whole", s3: ["GetBucketAcl"] })).toMatchObject({
      kind: "exclude",
      entries: ["s3:GetBucketAcl", "sqs:*"],
      why: "NotAction grants everything that it does not name: write the actions that are needed as Action",
    });
    expect(refineNot(["IAM:*", "s3:get*"], { iam: "whole", s3: ["GetBucketAcl", "putbucketacl", "PutFuture"] })).toEqual({
      kind: "exclude",
      unused: [
        { action: "s3:PutBucketAcl", lastAccessed: null },
        { action: "s3:PutFuture", lastAccessed: null },
      ],
      entries: ["s3:PutBucketAcl", "s3:PutFuture"],
      why: expect.stringContaining("NotAction") as unknown,
    });
  });

  it("adds a whole service only if nothing of it is protected", () => {
    const refinement = refineNot(["s3:*"], { glue: "whole", newthing: "whole" });
    expect(refinement).toMatchObject({ kind: "exclude" });
    if (refinement.kind !== "exclude") return;
    expect(refinement.entries).not.toContain("glue:*");
    expect(refinement.entries).not.toContain("glue:PassConnection");
    expect(refinement.entries).toHaveLength(TODAY.actions("glue").length);
    expect(refinement.entries.at(-1)).toBe("newthing:*");
  });

  it("adds nothing of what is named already, and looks at each service by itself", () => {
    expect(refineNot(["sqs:*", "sns:P*"], { sqs: "whole", s3: ["GetBucketAcl"], sns: ["Publish"] })).toMatchObject({ entries: ["s3:GetBucketAcl"] });
    expect(refineNot(["sqs:Get*"], { s3: ["GetBucketAcl"] })).toMatchObject({ entries: ["s3:GetBucketAcl"] });
    expect(refineNot(["GetBucketAcl", "sqs:Get*"], { s3: ["GetBucketAcl"] })).toMatchObject({ entries: ["s3:GetBucketAcl"] });
    expect(refineNot(["sqs:*", "*"], { s3: ["GetBucketAcl"] })).toEqual({ kind: "keep", reason: "nothing-unused" });
  });

  it("only reports what cannot be added exactly", () => {
    expect(refineNot(["iam:*"], { s3: ["GetBucket*"], sqs: "whole" }).kind).toBe("report");
    expect(refineNot(["iam:*"], { s3: ["GetBucket*", "PutBucketAcl"] })).toMatchObject({
      kind: "report",
      unused: [{ action: "s3:GetBucket*" }, { action: "s3:PutBucketAcl" }],
    });
  });

  it("keeps when nothing of the rest is unused", () => {
    expect(refineNot(["iam:*"], { iam: "whole" })).toEqual({ kind: "keep", reason: "nothing-unused" });
    expect(refineNot(["iam:**"], { iam: "whole" }).kind).toBe("keep");
    expect(refineNot(["*"], { iam: "whole" }).kind).toBe("keep");
    expect(refineNot(["", "s3"], {}).kind).toBe("keep");
    expect(refineNot(["sqs:*"], { iam: ["PassRole"] }).kind).toBe("keep");
  });

  it("leaves out what is named of an unused service", () => {
    const refinement = refineNot(["sqs:S*"], { sqs: "whole" });
    expect(refinement).toMatchObject({ kind: "exclude", entries: ["sqs:*"] });
    if (refinement.kind !== "exclude") return;
    const actions = refinement.unused.map(({ action }) => action);
    expect(actions).toContain("sqs:ReceiveMessage");
    expect(actions).not.toContain("sqs:SendMessage");
  });
});

describe("shorterReplacements", () => {
  function shorter(value: string, services: Parameters<typeof reported>[0], options: Partial<RefineOptions> = {}): readonly (readonly string[])[] {
    return shorterReplacements(value, reported(services), { ...OPTIONS, ...options });
  }

  it("are each shorter than the one before, and grant the same", () => {
    const gone = TODAY.actions("ec2").filter((_, index) => index % 40 === 0);
    const first = minus("ec2", "*", gone);
    const others = shorter("ec2:*", { ec2: gone });
    expect(others).toHaveLength(2);
    const sizes = [first, ...others].map((entries) => entries.join().length);
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    const granted = (entries: readonly string[]): readonly string[] =>
      TODAY.actions("ec2").filter((name) => entries.some((entry) => new RegExp(`^${entry.replaceAll("*", ".*")}$`, "i").test(`ec2:${name}`)));
    for (const entries of others) expect(granted(entries)).toEqual(granted(first));
  });

  it("merge within words first, and keep the author's spelling of the service", () => {
    const unused = { s3: TODAY.actions("s3").filter((name) => !["GetObjectTagging", "GetObjectTorrent", "PutObject"].includes(name)) };
    expect(minus("S3", "*", unused.s3)).toEqual(["S3:GetObjectTagging", "S3:GetObjectTorrent", "S3:PutObject"]);
    expect(shorter("S3:*", unused)).toEqual([
      ["S3:GetObjectT*", "S3:PutObject"],
    ]);
  });

  it("are none where nothing is replaced, where literals stay, and of an unused service", () => {
    expect(shorter("s3:Get*", { sqs: ["SendMessage"] })).toEqual([]);
    expect(shorter("s3:GetObject", { s3: ["GetObject"] })).toEqual([]);
    expect(shorter("*", { s3: ["GetObject"] })).toEqual([]);
    expect(shorter("iam:*", { iam: "whole" })).toEqual([]);
    expect(shorter("sqs:?????Message", { sqs: ["SendMessage"] })).toEqual([]);
    expect(shorter("sqs:???dMessage*", { sqs: ["SendMessageBatch"] })).toEqual([]);
  });
});
