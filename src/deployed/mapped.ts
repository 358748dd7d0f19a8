import { dirname } from "node:path";
import { matchesArn } from "../iam/arn.js";
import { pathFrom } from "../model/paths.js";
import type { LocatedPolicies, PolicyDocument } from "../model/policy.js";
import { kindOfArn, type NameDoubt, type PrincipalName, type PrincipalReference } from "../model/principal.js";
import { declarersOf, type DialectName } from "../project.js";
import { declaredByRoot, isInstanceOf } from "./address.js";
import { sourceOf } from "./place.js";

/** Addresses, alone or behind a path, and the ARNs that they stand for; `*` in an ARN is any run of characters. */
export type AddressMap = Readonly<Record<string, readonly string[]>>;

/** Where addresses are looked for: `path` is the file, `cwd` where the paths of keys start, `root` that of the project. Absolute. */
export interface Origin {
  readonly path: string;
  readonly cwd: string;
  readonly root: string;
  readonly dialect: DialectName;
}

/**
 * The same policies, with the ARNs that the user gave for what the source does not tell: for a principal that it declares, or for
 * everyone who gets a policy. What was doubtful about them is settled by that; but a name that the source gives for certain counts, too,
 * and a key without a path must not mean several places. `use` is told each key that matches.
 */
export function withMappedPrincipals(located: LocatedPolicies, map: AddressMap, origin: Origin, use: (key: string) => void): LocatedPolicies {
  const keys = Object.keys(map);
  if (keys.length === 0) return located;
  const find = (addresses: readonly string[], places: readonly string[]): Found | null => {
    const found = keys.filter((key) => isMeant(key, addresses, places, origin.cwd));
    for (const key of found) use(key);
    if (found.length === 0) return null;
    const elsewhere = found.flatMap((key) => (addresses.some((address) => isInstanceOf(address, key)) ? otherPlaces(key, places, origin) : []));
    return { arns: found.flatMap((key) => map[key] ?? []), doubt: elsewhere[0] ?? null };
  };
  return { ...located, documents: located.documents.map((document) => mapped(document, origin.path, find)) };
}

interface Found {
  readonly arns: readonly string[];
  /** Why they may be those of another place; a clause. */
  readonly doubt: string | null;
}

type Find = (addresses: readonly string[], places: readonly string[]) => Found | null;

function mapped(document: PolicyDocument, path: string, find: Find): PolicyDocument {
  const { attachment } = document;
  const foundFor = ({ address, declared }: Omit<PrincipalReference, "name">): Found | null =>
    find([address, ...(declared === undefined ? [] : [declared.address])], declared === undefined ? [path, dirname(path)] : [sourceOf(declared.in)]);
  const { doubts = [] } = attachment;
  const settled = new Set<string>();
  // Instances share the address that messages give: a doubt is gone when all of them are known.
  const untold = new Set<string>();
  const made: NameDoubt[] = [];
  const given = (reference: Omit<PrincipalReference, "name">, { arns, doubt }: Found): readonly PrincipalReference[] => {
    settled.add(reference.address);
    if (doubt !== null) made.push({ address: reference.address, clause: doubt, leaves: "message" });
    return arns.map((arn) => ({ ...reference, kind: kindOfArn(arn), name: { kind: "arn", arn } }));
  };
  const principals = attachment.principals.flatMap((reference) => {
    const found = foundFor(reference);
    if (found === null) {
      untold.add(reference.address);
      return [reference];
    }
    const isCertain = reference.name.kind === "literal" && !doubts.some(({ address }) => address === reference.address);
    return [...given(reference, found), ...(isCertain && !found.arns.some((arn) => isCalled(arn, reference.name)) ? [reference] : [])];
  });
  const unnamed = doubts.flatMap((doubt) => {
    const found = doubt.unnamed === undefined ? null : foundFor(doubt.unnamed);
    if (doubt.unnamed === undefined) return [];
    if (found !== null) return given(doubt.unnamed, found);
    untold.add(doubt.address);
    return [];
  });
  const whole = find([document.address], [path, dirname(path)]);
  const everyone = (whole?.arns ?? []).map((arn): PrincipalReference => ({ kind: kindOfArn(arn), address: arn, name: { kind: "arn", arn } }));
  if (settled.size === 0 && whole === null) return document;
  const wholeDoubt = whole?.doubt ?? null;
  if (wholeDoubt !== null) made.push({ address: document.address, clause: wholeDoubt, leaves: "message" });
  return {
    ...document,
    attachment: {
      ...attachment,
      principals: distinct([...principals, ...unnamed, ...everyone]),
      open: whole === null ? attachment.open : [],
      doubts: [...(whole === null ? doubts.filter(({ address }) => !settled.has(address) || untold.has(address)) : []), ...made],
    },
  };
}

function isCalled(arn: string, name: PrincipalName): boolean {
  return name.kind === "literal" && matchesArn(arn.slice(arn.lastIndexOf("/") + 1), name.name);
}

/** Clauses: what else declares the address of a key that does not say where. */
function otherPlaces(key: string, places: readonly string[], { cwd, root, dialect }: Origin): readonly string[] {
  const name = dialect === "cloudformation" ? key.replace(/[.[].*$/u, "") : key.startsWith("data.") ? key : declaredByRoot(key);
  const shown = (place: string): string => pathFrom(cwd, place) || ".";
  const [own] = places;
  return declarersOf(dialect, [name], root)
    .filter((place) => !places.includes(place))
    .map((place) => `"${key}" in the map of principals may also be that of ${shown(place)}: write "${shown(own ?? ".")}/${key}"`);
}

/** `aws_iam_role.orders`, `infra/prod/aws_iam_role.orders`, `template.yaml/OrdersRole`, `OrdersStack/Orders`. */
function isMeant(key: string, addresses: readonly string[], places: readonly string[], cwd: string): boolean {
  return addresses.some(
    (address) =>
      isInstanceOf(address, key) ||
      places.some((place) => {
        const prefix = `${pathFrom(cwd, place) || "."}/`;
        return key.startsWith(prefix) && isInstanceOf(address, key.slice(prefix.length));
      }),
  );
}

function distinct(references: readonly PrincipalReference[]): readonly PrincipalReference[] {
  const keyOf = ({ kind, address, name, declared }: PrincipalReference): string => JSON.stringify([kind, address, nameKey(name), declared]);
  return [...new Map(references.map((reference) => [keyOf(reference), reference])).values()];
}

function nameKey(name: PrincipalName): string {
  return name.kind === "arn" ? name.arn : name.kind === "literal" ? name.name : name.regex;
}
