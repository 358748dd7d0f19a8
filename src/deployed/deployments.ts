import { createHash } from "node:crypto";
import { fileMemo } from "../findings/file-memo.js";
import type { PrincipalName, PrincipalReference } from "../model/principal.js";
import type { EvidenceKind } from "../model/usage.js";
import { isInstanceOf } from "./address.js";
import type { DeployedPrincipal, Deployment } from "./deployment.js";
import { readStackResources, STACK_RESOURCES } from "./stack-resources.js";
import { readState, STATE } from "./terraform-state.js";

/** Records of a deployment, and what they are records of. Plain data, as settings hold it. */
export interface DeploymentRecords {
  readonly kind: "state" | "stack-resources";
  /** Absolute. */
  readonly file: string;
  /** The one stack of the file that is meant; null for all that it holds. */
  readonly stack: string | null;
  /** Absolute: the root module's directory, or the template. */
  readonly in: string;
}

/** What all records together say. */
export interface Deployments {
  /** What was made of a declaration; null when nothing is known of it: it is not deployed yet, or there are no records of it. */
  principalsOf(reference: PrincipalReference): readonly DeployedPrincipal[] | null;
  /** The same, as names. */
  deployedNames(reference: PrincipalReference): readonly PrincipalName[] | null;
  /** Do the records say which declaration made it? */
  isAccountedFor(principal: { readonly kind: EvidenceKind; readonly account: string; readonly name: string }): boolean;
  /** The accounts that the records tell of. */
  readonly accounts: ReadonlySet<string>;
  readonly isEmpty: boolean;
}

const READERS = {
  state: fileMemo(STATE, readState),
  "stack-resources": fileMemo(STACK_RESOURCES, readStackResources),
};

/** The deployments of a file. Throws `BadInput`. */
export function deploymentsIn({ kind, file }: Pick<DeploymentRecords, "kind" | "file">): readonly Deployment[] {
  return READERS[kind](file).value;
}

/** Of the contents of all these files and of what they are records of; SHA-256 in hex. Throws `BadInput`. */
export function recordsFingerprint(records: readonly DeploymentRecords[]): string {
  const hash = createHash("sha256");
  for (const each of records) hash.update(JSON.stringify([each.kind, each.in, each.stack, READERS[each.kind](each.file).digest]));
  return hash.digest("hex");
}

interface Loaded {
  readonly contents: readonly (readonly Deployment[])[];
  readonly deployments: Deployments;
}

const loaded = new WeakMap<readonly DeploymentRecords[], Loaded>();

/** The same object for as long as no file changes. Throws `BadInput`. */
export function loadDeployments(records: readonly DeploymentRecords[]): Deployments {
  const contents = records.map(deploymentsIn);
  const known = loaded.get(records);
  if (known?.contents.every((content, index) => content === contents[index]) === true) return known.deployments;
  const deployments = together(records.map((each, index) => [each, contents[index] ?? []]));
  loaded.set(records, { contents, deployments });
  return deployments;
}

function together(all: readonly (readonly [DeploymentRecords, readonly Deployment[]])[]): Deployments {
  const byPlace = new Map<string, DeployedPrincipal[]>();
  for (const [{ in: place, stack: meant }, deployments] of all) {
    const principals = deployments.flatMap(({ stack, principals: own }) => (meant === null || stack === meant ? own : []));
    byPlace.set(place, [...(byPlace.get(place) ?? []), ...principals]);
  }
  const every = [...byPlace.values()].flat();
  const accountedFor = new Set(every.map(keyOf));
  const found = new WeakMap<PrincipalReference, readonly DeployedPrincipal[] | null>();

  const search = ({ kind, declared }: PrincipalReference): readonly DeployedPrincipal[] | null => {
    if (declared === undefined) return null;
    const own = (byPlace.get(declared.in) ?? []).filter((each) => each.kind === kind && isInstanceOf(each.address, declared.address));
    return own.length === 0 ? null : own;
  };

  const principalsOf = (reference: PrincipalReference): readonly DeployedPrincipal[] | null => {
    let principals = found.get(reference);
    if (principals === undefined) found.set(reference, (principals = search(reference)));
    return principals;
  };

  return {
    principalsOf,
    deployedNames: (reference) => principalsOf(reference)?.map(({ name, arn }) => (arn === null ? { kind: "literal", name } : { kind: "arn", arn })) ?? null,
    isAccountedFor: ({ kind, account, name }) => accountedFor.has(keyOf({ kind, account, name })) || accountedFor.has(keyOf({ kind, account: null, name })),
    accounts: new Set(every.flatMap(({ account }) => (account === null ? [] : [account]))),
    isEmpty: every.length === 0,
  };
}

/** IAM names are unique in an account whatever their path. */
function keyOf({ kind, account, name }: Pick<DeployedPrincipal, "account" | "name"> & { readonly kind: EvidenceKind }): string {
  return `${kind}/${account ?? "*"}/${name}`;
}
