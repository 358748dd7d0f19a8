import { createHash } from "node:crypto";
import { fileMemo } from "../findings/file-memo.js";
import { matchesArn } from "../iam/arn.js";
import { groupedBy } from "../model/groups.js";
import { matchesName, type PrincipalKind, type PrincipalName, type PrincipalReference } from "../model/principal.js";
import { INVENTORY, readAuthorizationDetails, type AccountDetails, type PrincipalDetail } from "./authorization-details.js";

/** A principal that exists. */
export interface KnownPrincipal {
  readonly arn: string;
  readonly kind: PrincipalKind;
  /** The last segment of the ARN. */
  readonly name: string;
  readonly account: string;
}

/** A managed policy that exists. */
export interface KnownPolicy {
  readonly arn: string;
  readonly name: string;
  readonly account: string;
  /** Roles and users; of a group, its members, or the group itself where the export shows no users of its account. Sorted by ARN. */
  readonly grantsTo: readonly KnownPrincipal[];
  /** Does AWS count as many attachments as the export shows? `unknown`: the export does not say how many there are. */
  readonly shown: "all" | "some" | "unknown";
}

/** Who there is in some accounts, and who has which managed policy. Of other accounts it says nothing. */
export interface Inventory {
  readonly accounts: ReadonlySet<string>;
  /** The principals that a reference of the source may mean; sorted by ARN. */
  principalsFor(reference: Pick<PrincipalReference, "kind" | "name">): readonly KnownPrincipal[];
  /** Who is in a group; the group itself where the inventory shows no users of its account. */
  membersOf(group: KnownPrincipal): readonly KnownPrincipal[];
  policiesNamed(name: PrincipalName): readonly KnownPolicy[];
}

const contentOf = fileMemo(INVENTORY, readAuthorizationDetails);

/** Of the contents of all these files; SHA-256 in hex. Throws `BadInput`. */
export function inventoryFingerprint(files: readonly string[]): string {
  const hash = createHash("sha256");
  for (const digest of files.map((file) => contentOf(file).digest).sort()) hash.update(digest);
  return hash.digest("hex");
}

let recent: { readonly contents: readonly AccountDetails[]; readonly inventory: Inventory } | null = null;

/** What the files say together; the same object for as long as none of them changes. Null without files. Throws `BadInput`. */
export function loadInventory(files: readonly string[]): Inventory | null {
  if (files.length === 0) return null;
  const contents = files.map((file) => contentOf(file).value);
  if (recent?.contents.length === contents.length && recent.contents.every((content, index) => content === contents[index])) return recent.inventory;
  const inventory = inventoryOf(contents);
  recent = { contents, inventory };
  return inventory;
}

const ARN = /^arn:[^:]+:iam::([^:]+):[a-z]+\/(?:.*\/)?([^/]+)$/u;

function principalAt(kind: PrincipalKind, arn: string): KnownPrincipal {
  const [, account = "", name = ""] = ARN.exec(arn) ?? [];
  return { arn, kind, name, account };
}

interface Entry {
  readonly principal: KnownPrincipal;
  readonly detail: PrincipalDetail;
}

export function inventoryOf(contents: readonly AccountDetails[]): Inventory {
  const entries = contents
    .flatMap(({ users, roles, groups }): readonly Entry[] => [...entriesOf("user", users), ...entriesOf("role", roles), ...entriesOf("group", groups)])
    .sort((a, b) => (a.principal.arn < b.principal.arn ? -1 : 1));
  const principals = new Map(entries.map(({ principal }) => [principal.arn, principal]));
  const byName = groupedBy([...principals.values()], ({ kind, name }) => `${kind}/${name}`);
  const members = new Map<string, Set<KnownPrincipal>>();
  const holders = new Map<string, Set<KnownPrincipal>>();
  for (const { principal: { arn, account }, detail } of entries) {
    const principal = principals.get(arn);
    if (principal === undefined) continue;
    for (const group of detail.groups) add(members, `${account}/${group}`, principal);
    for (const policy of detail.attached) add(holders, policy, principal);
  }
  // An export with `--filter` has no users, and then groups look as if they were empty.
  const withUsers = new Set([...principals.values()].flatMap(({ kind, account }) => (kind === "user" ? [account] : [])));
  const membersOf = (group: KnownPrincipal): readonly KnownPrincipal[] =>
    withUsers.has(group.account) ? [...(members.get(`${group.account}/${group.name}`) ?? [])] : [group];
  const policies = contents.flatMap((content) => content.policies).map(({ arn, attachments }): KnownPolicy => {
    const direct = [...(holders.get(arn) ?? [])];
    const all = new Map(direct.flatMap((each) => (each.kind === "group" ? membersOf(each) : [each])).map((each) => [each.arn, each]));
    const [, account = "", name = ""] = ARN.exec(arn) ?? [];
    const grantsTo = [...all.values()].sort((a, b) => (a.arn < b.arn ? -1 : 1));
    return { arn, name, account, grantsTo, shown: attachments === null ? "unknown" : direct.length >= attachments ? "all" : "some" };
  });
  const policiesByName = groupedBy([...new Map(policies.map((policy) => [policy.arn, policy])).values()], ({ name }) => name);
  const found = new Map<string, readonly KnownPrincipal[]>();

  const search = ({ kind, name }: Pick<PrincipalReference, "kind" | "name">): readonly KnownPrincipal[] =>
    [...principals.values()].filter((each) => (name.kind === "arn" ? matchesArn(name.arn, each.arn) : each.kind === kind && matchesName(name, each.name)));

  return {
    accounts: new Set([...principals.values()].map(({ account }) => account)),
    principalsFor: (reference) => {
      const { kind, name } = reference;
      if (name.kind === "literal") return byName.get(`${kind}/${name.name}`) ?? [];
      const key = name.kind === "arn" ? `arn/${name.arn}` : `${kind}/${String(name.fixed)}/${name.regex}`;
      const known = found.get(key) ?? search(reference);
      found.set(key, known);
      return known;
    },
    membersOf,
    policiesNamed: (name) => {
      if (name.kind === "literal") return policiesByName.get(name.name) ?? [];
      return [...policiesByName.values()].flat().filter((policy) => matchesName(name, policy.name));
    },
  };
}

function entriesOf(kind: PrincipalKind, details: readonly PrincipalDetail[]): readonly Entry[] {
  return details.map((detail) => ({ principal: principalAt(kind, detail.arn), detail }));
}

function add<Each>(sets: Map<string, Set<Each>>, key: string, each: Each): void {
  const set = sets.get(key) ?? new Set<Each>();
  sets.set(key, set.add(each));
}
