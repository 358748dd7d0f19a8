import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import type { TraceFile } from "../../deployed/cdk-trace.js";
import { pathFrom } from "../../model/paths.js";
import type { PrincipalReference } from "../../model/principal.js";
import type { IdentityPolicy, SynthPolicies } from "../policies.js";
import type { Origin, Place } from "./places.js";
import { othersThan, userFiles } from "./record.js";
import { originsIn } from "./recorded.js";

type Entry = TraceFile["entries"][number];
type Without = TraceFile["without"][number];

/** What the recorder saw of these apps, as the trace file at `path` (absolute) holds it. */
export function collect(apps: readonly SynthPolicies[], path: string): TraceFile {
  const digests = digestsBeside(path);
  const principals = new Map<string, PrincipalReference>();
  const keysOf = (references: readonly PrincipalReference[]): string[] => references.map((reference) => keyOf(reference, principals));
  const entries: Entry[] = [];
  const without: Without[] = [];
  const policies = apps.flatMap((app) => app.policies);
  const givesElsewhere = othersThan(policies.flatMap((policy) => originsIn(policy).documents));
  for (const policy of policies) {
    const origins = originsIn(policy);
    const common = { constructPath: policy.resource.node.node.path, principals: keysOf(policy.attachment.principals) };
    const open = [
      ...policy.attachment.open,
      ...(policy.attachment.doubts ?? []).map(({ clause }) => clause),
      ...(origins.overridden ? ["an override counts the statements of its policy"] : []),
    ];
    for (const action of allowed(policy)) {
      const all = origins.of(action).map((origin) => digests.checked(origin));
      for (const origin of all) {
        if ("why" in origin) {
          if (!without.some((known) => known.action === action && known.constructPath === common.constructPath && known.why === origin.why)) {
            without.push({ action, ...common, why: origin.why });
          }
          continue;
        }
        const also = all.filter((other) => other !== origin).map((other) => ("why" in other ? other : digests.shown(other.place)));
        const { file, line, column } = digests.shown(origin.place);
        const sha256 = digests.of(origin.place.file) ?? "";
        const clauses = givesElsewhere(origin, action) ? [...open, "the same line gives it to what is no identity policy, too"] : open;
        entries.push({ file, sha256, line, column, action, ...common, ...(clauses.length === 0 ? {} : { open: clauses }), ...(also.length === 0 ? {} : { also }) });
      }
    }
  }
  return {
    format: "least-privilege trace 1",
    principals: Object.fromEntries([...principals].map(([key, { kind, address, name }]) => [key, { kind, address, name: nameOf(name) }])),
    files: digests.all(userFiles()),
    entries: entries.sort(byPlace),
    without,
    notRead: apps.flatMap(notRead),
  };
}

/** Names in other deployments are what a trace does not tell. */
function nameOf(name: PrincipalReference["name"]): TraceFile["principals"][string]["name"] {
  if (name.kind !== "pattern") return name;
  const { kind, regex, fixed, shown, id } = name;
  return { kind, regex, fixed, shown, id };
}

function allowed({ statements }: IdentityPolicy): ReadonlySet<string> {
  return new Set(statements.flatMap(({ effect, actions }) => (effect === "Allow" ? actions.map(({ value }) => value) : [])));
}

function notRead({ opaque, policies }: SynthPolicies): readonly string[] {
  return [
    ...opaque,
    ...policies.flatMap(({ resource, document, statements }) =>
      [...document.opaque, ...statements.flatMap((statement) => statement.opaque)].map((what) => `${resource.node.node.path}: ${what}`),
    ),
  ];
}

/** `role Demo/Orders`: one key for each that differs. */
function keyOf(reference: PrincipalReference, known: Map<string, PrincipalReference>): string {
  const base = `${reference.kind} ${reference.address}`;
  for (let copy = 1; ; copy += 1) {
    const key = copy === 1 ? base : `${base} (${String(copy)})`;
    const other = known.get(key);
    if (other === undefined) known.set(key, reference);
    if (other === undefined || JSON.stringify(other.name) === JSON.stringify(reference.name)) return key;
  }
}

interface Digests {
  /** Of a file's bytes, SHA-256 in hex; null when it cannot be read. */
  of(file: string): string | null;
  /** The same origin, or why its file is of no use. */
  checked(origin: Origin): Origin;
  /** Relative to the trace, as it is written there. */
  shown(place: Place): Place;
  all(files: Iterable<string>): Record<string, string>;
}

function digestsBeside(path: string): Digests {
  const known = new Map<string, string | null>();
  const of = (file: string): string | null => {
    let digest = known.get(file);
    if (digest === undefined) known.set(file, (digest = digestOf(file)));
    return digest;
  };
  const shown = (file: string): string => pathFrom(dirname(path), file);
  return {
    of,
    checked: (origin) => ("why" in origin || of(origin.place.file) !== null ? origin : { why: `${shown(origin.place.file)} cannot be read` }),
    shown: ({ file, line, column }) => ({ file: shown(file), line, column }),
    all: (files) =>
      Object.fromEntries(
        [...files].sort().flatMap((file) => {
          const digest = of(file);
          return digest === null ? [] : [[shown(file), digest]];
        }),
      ),
  };
}

function digestOf(file: string): string | null {
  try {
    return createHash("sha256").update(readFileSync(file)).digest("hex");
  } catch {
    return null;
  }
}

function byPlace(one: Entry, other: Entry): number {
  const keys = [one, other].map(({ file, action, constructPath }) => `${file}\n${action}\n${constructPath}`);
  if (one.file !== other.file) return one.file < other.file ? -1 : 1;
  return one.line - other.line || one.column - other.column || ((keys[0] ?? "") < (keys[1] ?? "") ? -1 : 1);
}
