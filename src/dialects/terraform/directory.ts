import type { Declaration } from "./instances.js";
import type { ModuleCall, NamedValue, Sourced } from "./module-blocks.js";
import type { TerraformReading, WrittenPolicy } from "./reading.js";
import type { ModuleValues } from "./scope.js";
import { isValuesFile } from "./tfvars.js";
import type { Site, Use } from "./uses.js";
import { groupedBy } from "../../model/groups.js";

/** What the files of one directory declare and use, together. */
export interface Directory {
  readonly isEmpty: boolean;
  readonly values: ModuleValues;
  /** Null for what is not declared, or more than once. */
  readonly find: (address: string) => Declaration | null;
  readonly call: (name: string) => ModuleCall | null;
  readonly calls: readonly ModuleCall[];
  readonly declaredTwice: (address: string) => boolean;
  readonly hasVariable: (name: string) => boolean;
  readonly keepsState: boolean;
  /** Resources and data sources of one type, such as `aws_iam_role` or `data.aws_iam_policy`. */
  readonly ofType: (type: string) => readonly Declaration[];
  readonly uses: (target: string) => readonly Use[];
  readonly arns: readonly { readonly value: Sourced; readonly site: Site }[];
  readonly policies: readonly WrittenPolicy[];
  /** What its `.tfvars` files assign, by file. */
  readonly assignments: ReadonlyMap<string, readonly NamedValue[]>;
}

export function directoryOf(readings: readonly TerraformReading[]): Directory {
  const declarations = groupedBy(readings.flatMap((reading) => reading.declarations), ({ address }) => address);
  const types = groupedBy([...declarations.values()].flat(), typeOf);
  const values = (of: (reading: TerraformReading) => readonly NamedValue[]): ((name: string) => Sourced | null) => {
    const named = groupedBy(readings.flatMap(of), ({ name }) => name);
    return (name) => single(named.get(name))?.value ?? null;
  };
  const uses = groupedBy(readings.flatMap((reading) => reading.uses), ({ target }) => target);
  const calls = readings.flatMap((reading) => reading.calls);
  const callsByName = groupedBy(calls, ({ name }) => name);
  const variables = new Set(readings.flatMap((reading) => reading.variables));
  const assigning = readings.filter(({ assignments }) => assignments.length > 0);

  return {
    isEmpty: readings.every(({ path }) => isValuesFile(path)),
    values: {
      local: values((reading) => reading.locals),
      variableDefault: values((reading) => reading.defaults),
      output: values((reading) => reading.outputs),
    },
    find: (address) => single(declarations.get(address)),
    call: (name) => single(callsByName.get(name)),
    calls,
    declaredTwice: (address) => (declarations.get(address)?.length ?? 0) > 1,
    hasVariable: (name) => variables.has(name),
    keepsState: readings.some((reading) => reading.keepsState),
    ofType: (type) => types.get(type) ?? [],
    uses: (target) => uses.get(target) ?? [],
    arns: readings.flatMap((reading) => reading.arns),
    policies: readings.flatMap((reading) => reading.policies),
    assignments: new Map(assigning.map(({ path, assignments }) => [path, assignments])),
  };
}

function typeOf({ address, type }: Declaration): string {
  return address.startsWith("data.") ? `data.${type}` : type;
}

function single<Value>(values: readonly Value[] | undefined): Value | null {
  return values?.length === 1 ? (values[0] ?? null) : null;
}
