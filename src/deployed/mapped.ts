import { dirname, relative, sep } from "node:path";
import type { LocatedPolicies, PolicyDocument } from "../model/policy.js";
import { kindOfArn, type PrincipalName, type PrincipalReference } from "../model/principal.js";
import { isInstanceOf } from "./address.js";
import { sourceOf } from "./place.js";

/** Addresses, alone or behind a path, and the ARNs that they stand for; `*` in an ARN is any run of characters. */
export type AddressMap = Readonly<Record<string, readonly string[]>>;

/** Where addresses are looked for: `path` is the file, `cwd` where the paths of keys start. Absolute. */
export interface Origin {
  readonly path: string;
  readonly cwd: string;
}

/**
 * The same policies, with the ARNs that the user gave for what the source does not tell: for a principal that it declares, or for
 * everyone who gets a policy. What was doubtful about them is settled by that. `use` is told each key that matches.
 */
export function withMappedPrincipals(located: LocatedPolicies, map: AddressMap, origin: Origin, use: (key: string) => void): LocatedPolicies {
  const keys = Object.keys(map);
  if (keys.length === 0) return located;
  const find = (addresses: readonly string[], places: readonly string[]): readonly string[] | null => {
    const found = keys.filter((key) => isMeant(key, addresses, places, origin.cwd));
    for (const key of found) use(key);
    return found.length === 0 ? null : found.flatMap((key) => map[key] ?? []);
  };
  return { ...located, documents: located.documents.map((document) => mapped(document, origin.path, find)) };
}

type Find = (addresses: readonly string[], places: readonly string[]) => readonly string[] | null;

function mapped(document: PolicyDocument, path: string, find: Find): PolicyDocument {
  const { attachment } = document;
  const arnsOf = ({ address, declared }: Omit<PrincipalReference, "name">): readonly string[] | null =>
    find([address, ...(declared === undefined ? [] : [declared.address])], declared === undefined ? [path, dirname(path)] : [sourceOf(declared.in)]);
  const { doubts = [] } = attachment;
  const settled = new Set<string>();
  const given = (reference: Omit<PrincipalReference, "name">, arns: readonly string[]): readonly PrincipalReference[] => {
    settled.add(reference.address);
    return arns.map((arn) => ({ ...reference, kind: kindOfArn(arn), name: { kind: "arn", arn } }));
  };
  const principals = attachment.principals.flatMap((reference) => {
    const arns = arnsOf(reference);
    return arns === null ? [reference] : given(reference, arns);
  });
  const unnamed = doubts.flatMap((doubt) => {
    const arns = doubt.unnamed === undefined ? null : arnsOf(doubt.unnamed);
    return doubt.unnamed === undefined || arns === null ? [] : given(doubt.unnamed, arns);
  });
  const whole = find([document.address], [path, dirname(path)]);
  const everyone = (whole ?? []).map((arn): PrincipalReference => ({ kind: kindOfArn(arn), address: arn, name: { kind: "arn", arn } }));
  if (settled.size === 0 && whole === null) return document;
  return {
    ...document,
    attachment: {
      ...attachment,
      principals: distinct([...principals, ...unnamed, ...everyone]),
      open: whole === null ? attachment.open : [],
      doubts: whole === null ? doubts.filter(({ address }) => !settled.has(address)) : [],
    },
  };
}

/** `aws_iam_role.orders`, `infra/prod/aws_iam_role.orders`, `template.yaml/OrdersRole`, `OrdersStack/Orders`. */
function isMeant(key: string, addresses: readonly string[], places: readonly string[], cwd: string): boolean {
  return addresses.some(
    (address) =>
      isInstanceOf(address, key) ||
      places.some((place) => {
        const prefix = `${relative(cwd, place).split(sep).join("/") || "."}/`;
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
