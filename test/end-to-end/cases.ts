import fc from "fast-check";
import { builtInCatalogue } from "../../src/iam/catalogue.js";
import type { Comment, CommentPlace, ListLayout } from "./print.js";
import { globMatches } from "./semantics.js";

/** What one principal of the findings does not use, by service: names, or the service as a whole. */
export type Unused = ReadonlyMap<string, readonly string[] | "whole">;

export interface PrincipalCase {
  readonly kind: "role" | "user";
  readonly name: string;
  /** One finding for each account; an account without one is not in the export. */
  readonly findings: readonly FindingCase[];
}

export interface FindingCase {
  readonly account: string;
  readonly unused: Unused;
  readonly status: "ACTIVE" | "ARCHIVED";
}

export interface EntryCase {
  readonly value: string;
  readonly comment: Comment;
  readonly quote: '"' | "'" | "plain";
}

export interface StatementCase {
  readonly sid: string | null;
  readonly effect: "Allow" | "Deny";
  readonly element: "Action" | "NotAction";
  readonly entries: readonly EntryCase[];
  /** A lone entry is written without a list, where the host allows it. */
  readonly single: boolean;
  readonly layout: ListLayout;
  readonly trailing: boolean;
  /** All on one line. */
  readonly compact: boolean;
  readonly actionFirst: boolean;
  readonly condition: boolean;
  readonly comment: Comment;
  readonly resourceComment: Comment;
}

export interface StyleCase {
  readonly eol: "\n" | "\r\n";
  readonly byteOrderMark: boolean;
  readonly unit: "  " | "    " | "\t";
  readonly padded: boolean;
  readonly separator: ", " | ",";
  readonly lineComment: "#" | "//";
  readonly quotedKeys: boolean;
  readonly dashes: "" | "  ";
  /** Statements are written on the line of their list's brackets. */
  readonly hugged: boolean;
  /** Which of the ways to attach a policy that a host has. */
  readonly form: number;
  /** Names in the findings: `GetObject`, `s3:GetObject`, `getobject`. */
  readonly spelling: "bare" | "prefixed" | "lower";
}

export interface Case {
  readonly principals: readonly PrincipalCase[];
  readonly statements: readonly StatementCase[];
  readonly protectedActions: readonly string[];
  /** Older or newer than the catalogue. */
  readonly analyzedAt: string;
  readonly style: StyleCase;
}

const catalogue = builtInCatalogue();

export const STALE = "2026-12-24T00:00:00Z";
const FRESH = "2026-09-01T00:00:00Z";

/** Small and large ones, odd names, protected actions, and one that AWS does not have. */
const SERVICES = ["s3", "sqs", "sns", "kms", "dynamodb", "lambda", "iam", "apigateway", "rds-db", "vpc-lattice", "foosvc"];
const LARGE = ["ec2", "sagemaker"];
/** Reported, and in no catalogue. */
const UNKNOWN_NAMES = ["GetFuture", "FutureThing", "ListFutureThings"];

function namesOf(service: string): readonly string[] {
  return catalogue.actions(service).length === 0 ? ["GetThing", "PutThing"] : catalogue.actions(service);
}

/** Every name of a service that a case can mention. */
function universe(service: string): readonly string[] {
  return [...namesOf(service), ...UNKNOWN_NAMES];
}

const place = (common: CommentPlace): fc.Arbitrary<CommentPlace> =>
  fc.oneof({ weight: 11, arbitrary: fc.constant<CommentPlace>("none") }, { weight: 2, arbitrary: fc.constantFrom<CommentPlace>("above", "after", "inside", common) });

const comment: fc.Arbitrary<Comment> = fc.record({ place: place("after"), text: fc.constant("") });

function entryValue(service: string): fc.Arbitrary<string> {
  const names = namesOf(service);
  const parts = fc
    .tuple(fc.constantFrom(...names), fc.nat(40), fc.nat(40))
    .map(([name, a, b]) => [name.slice(0, Math.min(a, b)), name.slice(Math.min(a, b), Math.max(a, b)), name.slice(Math.max(a, b))] as const);
  const pattern = parts.chain(([before, middle, after]) =>
    fc.oneof(
      { weight: 6, arbitrary: fc.constant(before + middle + after) },
      { weight: 4, arbitrary: fc.constantFrom(`${before}*`, `${before}${middle}*`) },
      { weight: 2, arbitrary: fc.constantFrom("Get*", "List*", "Delete*", "Put*", "Describe*", "*") },
      { weight: 2, arbitrary: fc.constantFrom(`${before}*${after}`, `*${middle}*`, `*${after}`, `${before}?*`, `${before}${middle}?`, `*?${after}`) },
      { weight: 1, arbitrary: fc.constantFrom(...UNKNOWN_NAMES, "Unheard*", "Future*") },
    ),
  );
  const cased = fc
    .tuple(pattern, fc.constantFrom("same", "same", "same", "lower", "upper"))
    .map(([text, casing]) => (text === "" ? "*" : casing === "lower" ? text.toLowerCase() : casing === "upper" ? text.toUpperCase() : text));
  return fc
    .tuple(cased, fc.constantFrom(service, service, service, service.toUpperCase()))
    .map(([name, prefix]) => `${prefix}:${name}`);
}

function someEntry(services: readonly string[]): fc.Arbitrary<EntryCase> {
  const value = fc.oneof(
    { weight: 40, arbitrary: fc.constantFrom(...services).chain(entryValue) },
    { weight: 1, arbitrary: fc.constantFrom("*", "*:*", "s3GetObject") },
  );
  return fc.record({ value, comment, quote: fc.constantFrom<EntryCase["quote"]>('"', "'", "plain") });
}

function someStatement(services: readonly string[]): fc.Arbitrary<StatementCase> {
  const entry = someEntry(services);
  return fc
    .record({
      sid: fc.option(fc.constantFrom("Read", "Write"), { nil: null }),
      effect: fc.constantFrom<StatementCase["effect"]>("Allow", "Allow", "Allow", "Allow", "Deny"),
      element: fc.constantFrom<StatementCase["element"]>("Action", "Action", "Action", "Action", "Action", "NotAction"),
      entries: fc.array(entry, { minLength: 1, maxLength: 6 }),
      single: fc.boolean(),
      layout: fc.constantFrom<ListLayout>("inline", "packed", "lines", "block"),
      trailing: fc.boolean(),
      compact: fc.constantFrom(true, false, false, false),
      actionFirst: fc.boolean(),
      condition: fc.constantFrom(true, false, false),
      comment,
      resourceComment: comment,
    })
    .chain((made) =>
      // Duplicates, next to each other and not.
      fc.tuple(fc.nat(9), fc.nat(9)).map(([which, where]) => {
        const twice = which < 2 ? made.entries[where % made.entries.length] : undefined;
        return twice === undefined ? made : { ...made, entries: [...made.entries, twice] };
      }),
    );
}

/** `entries`: what the policy grants, so that much of it is unused. */
function someUnused(services: readonly string[], entries: readonly string[]): fc.Arbitrary<Unused> {
  const ofService = (service: string): fc.Arbitrary<readonly string[] | "whole"> => {
    const names = universe(service);
    const hit = fc.uniqueArray(fc.constantFrom(...entries), { minLength: 1 }).map((some) =>
      names.filter((name) => some.some((entry) => /:./u.test(entry) && globMatches(entry, `${service}:${name}`))),
    );
    const few = fc.uniqueArray(fc.constantFrom(...names), { maxLength: 12 });
    const but = few.map((kept) => names.filter((name) => !kept.includes(name)));
    const kinds = few.chain((verbs) => {
      const heads = new Set(verbs.map((name) => /^[A-Z]?[a-z]*/u.exec(name)?.[0]));
      return fc.constant(names.filter((name) => heads.has(/^[A-Z]?[a-z]*/u.exec(name)?.[0])));
    });
    return fc.oneof(
      { weight: 2, arbitrary: few },
      { weight: 6, arbitrary: hit },
      { weight: 3, arbitrary: kinds },
      { weight: 3, arbitrary: but },
      { weight: 1, arbitrary: fc.constant(names) },
      { weight: 2, arbitrary: fc.constant<"whole">("whole") },
    );
  };
  return fc
    .tuple(...services.map((service) => fc.tuple(fc.constant(service), ofService(service), fc.nat(5))))
    .map((each) => new Map(each.flatMap(([service, names, luck]) => (luck === 0 || names.length === 0 ? [] : [[service, names]]))));
}

/** What others of the same policy report: mostly the same. */
function varied(base: Unused, services: readonly string[], entries: readonly string[]): fc.Arbitrary<Unused> {
  return fc.tuple(fc.nat(9), fc.nat(30), someUnused(services, entries)).map(([luck, shift, other]) => {
    if (luck === 0) return other;
    if (luck < 4) return base;
    return new Map(
      [...base].map(([service, names]): [string, readonly string[] | "whole"] => {
        const more = other.get(service);
        if (names === "whole") return [service, luck < 6 && more !== undefined ? more : names];
        if (luck === 9) return [service, "whole"];
        const fewer = names.filter((_, index) => (index + shift) % 7 !== 0);
        return [service, fewer.length === 0 ? names : fewer];
      }),
    );
  });
}

function somePrincipals(services: readonly string[], entries: readonly string[]): fc.Arbitrary<readonly PrincipalCase[]> {
  return someUnused(services, entries).chain((base) => {
    const usable = base.size === 0 ? new Map([["s3", ["GetObject"]]]) : base;
    const some = (unused: Unused): Unused => (unused.size === 0 ? usable : unused);
    const status = fc.nat(60).map((luck): FindingCase["status"] => (luck === 0 ? "ARCHIVED" : "ACTIVE"));
    const findings = fc
      .uniqueArray(fc.constantFrom("111122223333", "444455556666", "777788889999"), { minLength: 1, maxLength: 3 })
      .chain((accounts) => fc.tuple(...accounts.map((account) => fc.record({ account: fc.constant(account), unused: varied(usable, services, entries).map(some), status }))));
    const principal = (index: number): fc.Arbitrary<PrincipalCase> =>
      fc.record({
        kind: fc.constantFrom<PrincipalCase["kind"]>("role", "role", "user"),
        name: fc.constant(["orders", "worker", "auditor"][index] ?? "other"),
        findings: fc.oneof({ weight: 24, arbitrary: findings }, { weight: 1, arbitrary: fc.constant<FindingCase[]>([]) }),
      });
    return fc.constantFrom(1, 1, 1, 2, 3).chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => principal(index))));
  });
}

const someStyle: fc.Arbitrary<StyleCase> = fc.record({
  eol: fc.constantFrom<StyleCase["eol"]>("\n", "\n", "\r\n"),
  byteOrderMark: fc.constantFrom(true, false, false, false, false, false),
  unit: fc.constantFrom<StyleCase["unit"]>("  ", "  ", "    ", "\t"),
  padded: fc.boolean(),
  separator: fc.constantFrom<StyleCase["separator"]>(", ", ", ", ","),
  lineComment: fc.constantFrom<StyleCase["lineComment"]>("#", "//"),
  quotedKeys: fc.boolean(),
  dashes: fc.constantFrom<StyleCase["dashes"]>("", "  "),
  hugged: fc.constantFrom(true, false, false),
  form: fc.nat(11),
  spelling: fc.constantFrom<StyleCase["spelling"]>("bare", "prefixed", "lower"),
});

/** Comments need texts of their own to be told apart afterwards. */
function numbered(statements: readonly StatementCase[]): readonly StatementCase[] {
  let count = 0;
  const next = (each: Comment): Comment => ({ ...each, text: `remark ${String((count += 1))}` });
  return statements.map((statement) => ({
    ...statement,
    comment: next(statement.comment),
    resourceComment: next(statement.resourceComment),
    entries: statement.entries.map((entry) => ({ ...entry, comment: next(entry.comment) })),
  }));
}

export const someCase: fc.Arbitrary<Case> = fc
  .tuple(fc.uniqueArray(fc.constantFrom(...SERVICES), { minLength: 1, maxLength: 3 }), fc.nat(30), fc.constantFrom(...LARGE))
  .chain(([some, luck, large]) => {
    const services = luck === 0 ? [...some, large] : some;
    const statements = fc.array(someStatement(services), { minLength: 1, maxLength: 5 }).map(numbered);
    return statements.chain((made) =>
      fc.record({
        principals: somePrincipals(services, made.flatMap(({ entries }) => entries.map(({ value }) => value))),
        statements: fc.constant(made),
        protectedActions: fc.oneof(
          { weight: 5, arbitrary: fc.constant<string[]>([]) },
          { weight: 1, arbitrary: fc.constantFrom(["*:Delete*"], ["s3:*Bucket*", "GetThing"], ["sqs:?ist*", "kms:*"]) },
        ),
        analyzedAt: fc.constantFrom(FRESH, FRESH, FRESH, FRESH, FRESH, FRESH, FRESH, STALE),
        style: someStyle,
      }),
    );
  });
