import { builtInCatalogue } from "../../src/iam/catalogue.js";
import { randomOf, type Random } from "../terraform-generator/random.js";

/** One exported finding. An empty list of actions: the service as a whole. */
export interface WorldFinding {
  readonly id: string;
  readonly status: "ACTIVE" | "ARCHIVED" | "RESOLVED";
  /** Hours since the first of all analyses; so is `updated`. */
  readonly analyzed: number;
  readonly updated: number;
  readonly unused: Readonly<Record<string, readonly string[]>>;
}

export interface WorldPrincipal {
  readonly kind: "role" | "user";
  readonly name: string;
  /** Does the source declare it, or only name it? */
  readonly isDeclared: boolean;
  /** By account, what exports say. An account without findings is not there. */
  readonly findings: ReadonlyMap<string, readonly WorldFinding[]>;
  /** Actions and patterns that an exception keeps for it. */
  readonly excepted: readonly string[];
  /** The same of an exception that has expired. */
  readonly expired: readonly string[];
}

export interface WorldStatement {
  readonly sid: string;
  readonly actions: readonly string[];
}

export interface WorldDocument {
  readonly id: string;
  readonly statements: readonly WorldStatement[];
  readonly holder: "inline" | "managed";
  /** One for an inline document. */
  readonly principals: readonly WorldPrincipal[];
  /** As that of its world. */
  readonly deployedIn: readonly string[] | null;
  /** Somebody gets it whom the source does not name. */
  readonly hasStranger: boolean;
}

export interface World {
  readonly id: string;
  readonly dialect: "terraform" | "yaml" | "json";
  /** The accounts where it is deployed, when the user tells them; otherwise those that the findings show. */
  readonly deployedIn: readonly string[] | null;
  readonly principals: readonly WorldPrincipal[];
  readonly documents: readonly WorldDocument[];
}

const ACCOUNTS = ["111122223333", "444455556666", "777788889999"];
const SERVICES = ["s3", "sqs", "dynamodb"] as const;
const PATTERNS = ["sqs:*", "sqs:Get*", "sqs:*Message*", "sqs:?e*", "dynamodb:Describe*", "dynamodb:*Item", "s3:List*", "s3:GetBucket*"];

/** Never reported: it stays in every document, because IAM has no empty ones. */
const ANCHOR = "sns:Publish";

export const ACTIONS: ReadonlyMap<string, readonly string[]> = new Map(
  SERVICES.map((service) => [service, builtInCatalogue().actions(service).filter((name) => !name.startsWith("Pass"))]),
);

export function worldOf(seed: number): World {
  const random = randomOf(seed);
  const id = `w${String(seed)}`;
  // Reports are about few actions, so that those of different principals have some in common.
  const hot = new Map(SERVICES.map((service) => [service, random.some(ACTIONS.get(service) ?? [], 4, 9)]));
  const principals = Array.from({ length: 1 + random.int(4) }, (_each, index) => principalOf(random, `${id}-p${String(index)}`, hot));
  const shown = [...new Set(principals.flatMap(({ findings }) => [...findings.keys()]))];
  const deployedIn = random.chance(0.75) ? null : random.some(random.chance(0.7) && shown.length > 0 ? shown : ACCOUNTS, 1, 2);
  const documents = Array.from({ length: 1 + random.int(4) }, (_each, index) => ({ ...documentOf(random, `${id}d${String(index)}`, principals, hot), deployedIn }));
  return { id, dialect: random.pick(["terraform", "terraform", "yaml", "json"]), deployedIn, principals, documents };
}

type Hot = ReadonlyMap<string, readonly string[]>;

function principalOf(random: Random, name: string, hot: Hot): WorldPrincipal {
  const accounts = random.chance(0.1) ? [] : random.some(ACCOUNTS, 1, random.chance(0.6) ? 1 : 3);
  const findings = new Map(accounts.map((account) => [account, findingsOf(random, `${name}-${account}`, hot)]));
  const some = (): readonly string[] =>
    random.chance(0.85) ? [] : random.some(["sqs:*", "dynamodb:D*", "s3:*Bucket*", ...[...hot].flatMap(([service, names]) => names.map((each) => `${service}:${each}`))], 1, 3);
  return { kind: random.chance(0.75) ? "role" : "user", name, isDeclared: random.chance(0.7), findings, excepted: some(), expired: some() };
}

function findingsOf(random: Random, id: string, hot: Hot): readonly WorldFinding[] {
  const analyzers = random.chance(0.7) ? 1 : 1 + random.int(3);
  return Array.from({ length: analyzers }, (_each, index) => index).flatMap((analyzer) => {
    // Exactly two days apart is of the same time; an hour more is not.
    const analyzed = 500 - random.pick([0, 0, 1, 24, 48, 49, 200]);
    const status = random.pick(["ACTIVE", "ACTIVE", "ACTIVE", "ACTIVE", "ACTIVE", "ACTIVE", "ARCHIVED", "RESOLVED"] as const);
    const finding: WorldFinding = { id: `${id}-${String(analyzer)}`, status, analyzed, updated: analyzed, unused: unusedOf(random, hot) };
    if (random.chance(0.8)) return [finding];
    // Exported once more, before or after: only the latest counts.
    const again: WorldFinding = { ...finding, status: random.pick(["ACTIVE", "ACTIVE", "ARCHIVED", "RESOLVED"] as const), updated: analyzed + random.pick([-1, 0, 1]), unused: unusedOf(random, hot) };
    return random.chance(0.5) ? [finding, again] : [again, finding];
  });
}

function unusedOf(random: Random, hot: Hot): Readonly<Record<string, readonly string[]>> {
  const services = random.some(SERVICES, 1, 3);
  return Object.fromEntries(
    services.map((service) => {
      const names = hot.get(service) ?? [];
      return [service, random.chance(0.15) ? [] : random.some(names, Math.ceil(names.length / 2), names.length)];
    }),
  );
}

function documentOf(random: Random, id: string, principals: readonly WorldPrincipal[], hot: Hot): Omit<WorldDocument, "deployedIn"> {
  const holder = random.chance(0.5) ? "managed" : "inline";
  const count = 1 + random.int(3);
  const statements = Array.from({ length: count }, (_each, index): WorldStatement => {
    const literals = SERVICES.flatMap((service) => random.some([...(hot.get(service) ?? []), ...random.some(ACTIONS.get(service) ?? [], 1, 1)], 0, 2).map((name) => `${service}:${name}`));
    const patterns = random.chance(0.35) ? random.some(PATTERNS, 1, 1) : [];
    const entries = [...new Set([...literals, ...patterns])];
    const actions = random.some(entries, entries.length, entries.length);
    const isAnchored = index === 0 || actions.length === 0;
    return { sid: `${id}s${String(index)}`, actions: isAnchored ? [...actions, ANCHOR] : actions };
  });
  return {
    id,
    statements: random.some(statements, count, count),
    holder,
    principals: holder === "inline" ? [random.pick(principals)] : random.some(principals, 1, 3),
    hasStranger: holder === "managed" && random.chance(0.12),
  };
}
