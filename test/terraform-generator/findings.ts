import { globMatches } from "../end-to-end/semantics.js";
import { namesOf, UNKNOWN_NAMES, type DocumentCase } from "./documents.js";
import type { Generated } from "./project.js";
import type { Random } from "./random.js";

/** What one principal does not use, by service: lower-case names, or all of it. */
export type Unused = ReadonlyMap<string, readonly string[] | "whole">;

export interface FindingCase {
  readonly arn: string;
  readonly status: "ACTIVE" | "ARCHIVED";
  readonly unused: Unused;
}

const ANALYSED = "2026-09-01T00:00:00Z";

export function someFindings(random: Random, { world, documents, services }: Pick<Generated, "world" | "documents" | "services">): readonly FindingCase[] {
  const entries = documents.flatMap(entriesOf);
  const base = someUnused(random, services, entries);
  const missing = random.pick([0, 0, 0.05, 0.2]);
  const unknownAccounts = random.chance(0.1) ? [random.pick([...world.principals.values()].map(({ account }) => account))] : [];
  const findings = [...world.principals.values()].flatMap(({ arn, account, external, unseen = false }): FindingCase[] => {
    if (!unseen && (unknownAccounts.includes(account) || random.chance(external ? 0.5 : missing))) return [];
    const status = random.chance(0.01) ? "ARCHIVED" : "ACTIVE";
    const unused = external ? new Map([["sts", ["AssumeRole"]]]) : varied(random, base, services, entries);
    return [{ arn, status, unused: unused.size === 0 ? new Map([["sts", "whole" as const]]) : unused }];
  });
  // An export needs a finding that counts.
  return [...findings, { arn: "arn:aws:iam::111122223333:role/nobody-here", status: "ACTIVE", unused: new Map([["s3", "whole"], ["sqs", "whole"]]) }];
}

function entriesOf({ statements }: DocumentCase): readonly string[] {
  return statements.flatMap((statement) => statement.entries.map(({ value }) => value));
}

/** Much of what the policies grant, so that there is something to do. */
function someUnused(random: Random, services: readonly string[], entries: readonly string[]): Unused {
  const unused = new Map<string, readonly string[] | "whole">([["sts", ["AssumeRole", "TagSession"]]]);
  for (const service of services) {
    const names = [...namesOf(service), ...UNKNOWN_NAMES];
    const chosen = random.some(entries, 1, entries.length);
    const granted = names.filter((name) => chosen.some((entry) => /:./u.test(entry) && globMatches(entry, `${service}:${name}`)));
    const few = random.some(names, 1, 12);
    const kinds = new Set(few.map((name) => /^[A-Z]?[a-z]*/u.exec(name)?.[0]));
    const list = random.pick<readonly string[] | "whole">([
      granted,
      granted,
      granted,
      granted.filter(() => random.chance(0.8)),
      names.filter((name) => kinds.has(/^[A-Z]?[a-z]*/u.exec(name)?.[0])),
      names.filter((name) => !few.includes(name)),
      few,
      "whole",
    ]);
    if (list.length > 0 && random.chance(0.95)) unused.set(service, list);
  }
  return unused;
}

function varied(random: Random, base: Unused, services: readonly string[], entries: readonly string[]): Unused {
  if (random.chance(0.03)) return someUnused(random, services, entries);
  if (random.chance(0.5)) return base;
  return new Map(
    [...base].flatMap(([service, names]): [string, readonly string[] | "whole"][] => {
      if (random.chance(0.03)) return [];
      if (random.chance(0.05)) return [[service, "whole"]];
      if (names === "whole") return [[service, random.chance(0.1) ? [...namesOf(service)] : names]];
      const left = names.filter(() => random.chance(0.93));
      return left.length === 0 ? [] : [[service, left]];
    }),
  );
}

export function findingsText(findings: readonly FindingCase[]): string {
  return JSON.stringify(
    findings.map(({ arn, status, unused }, index) => ({
      id: `f${String(index)}`,
      findingType: "UnusedPermission",
      status,
      error: null,
      resource: arn,
      resourceType: arn.includes(":role/") ? "AWS::IAM::Role" : "AWS::IAM::User",
      resourceOwnerAccount: arn.split(":")[4],
      analyzedAt: ANALYSED,
      createdAt: ANALYSED,
      updatedAt: ANALYSED,
      findingDetails: [...unused].map(([serviceNamespace, names]) => ({
        unusedPermissionDetails: { serviceNamespace, ...(names === "whole" ? {} : { actions: names.map((action) => ({ action })) }) },
      })),
    })),
  );
}
