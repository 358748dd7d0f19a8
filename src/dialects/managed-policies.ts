import type { ListElement, NamedGrant } from "../model/policy.js";
import type { Span } from "../model/text.js";
import { MANAGED_POLICIES } from "./data/managed-policies.js";

let byName: ReadonlyMap<string, readonly string[]> | undefined;

/** The action entries of a managed policy of AWS; null when it is not known. */
function managedActions(name: string): readonly string[] | null {
  byName ??= new Map(MANAGED_POLICIES.trim().split("\n").map((line) => entriesOf(line.split(" "))));
  return byName.get(name) ?? null;
}

function entriesOf([name = "", ...services]: readonly string[]): readonly [string, readonly string[]] {
  return [
    name,
    services.flatMap((each) => {
      const colon = each.indexOf(":");
      return each.slice(colon + 1).split(",").map((action) => `${each.slice(0, colon)}:${action}`);
    }),
  ];
}

export const MANAGED_BY_AWS = "its text is AWS's own and may have changed: detach it by hand";

const ARN = /^arn:[^:]*:iam::aws:policy\/(?:[\w+=,.@-]+\/)*([\w+=,.@-]+)$/u;

/** A managed policy of AWS, by its ARN; null for any other. AWS may change it at any time: it can only be attached or not. */
export function managedPolicy(arn: string, span: Span, element: ListElement | null, locked: string | null): NamedGrant | null {
  const name = ARN.exec(arn)?.[1];
  const actions = name === undefined ? null : managedActions(name);
  return name === undefined || actions === null ? null : { name, span, actions, locked, element, narrowed: null };
}
