import type { Effect, Opaque, Statement } from "../../model/policy.js";
import type { EstreeFile } from "../../syntax/estree.js";
import { shownText } from "../../syntax/estree.js";
import type { Node } from "../../syntax/estree-nodes.js";
import { spanOf } from "../../syntax/estree-nodes.js";
import type { Properties } from "../../syntax/estree-values.js";
import { isShared, propertiesOf, staticText } from "../../syntax/estree-values.js";
import type { ActionList } from "./actions.js";
import { joined, NO_ACTIONS, readActions, readArguments } from "./actions.js";
import { isConditional } from "./conditions.js";
import type { Creation } from "./names.js";
import { cdkName, creationOf } from "./names.js";
import type { Site } from "./sites.js";
import { sitesOf } from "./sites.js";

/** A `PolicyStatement` where the source creates it. */
export interface CreatedStatement {
  readonly creation: Node;
  /** Without its place in a list, which is a matter of its use. */
  readonly statement: Statement;
  /** It has principals of its own: a statement of a resource policy or trust policy. */
  readonly foreign: boolean;
  /** Where it goes; calls on the statement itself are left out. */
  readonly sites: readonly Site[];
}

/** The node, when it creates a statement. */
export function statementCreation(file: EstreeFile, node: Node): Creation | null {
  return creationOf(file, node, "aws-iam.PolicyStatement");
}

export function readStatement(file: EstreeFile, creation: Creation): CreatedStatement {
  const [argument] = creation.arguments;
  const written = creation.type === "NewExpression" ? readProperties(file, argument) : readJson(file, argument);
  const all = sitesOf(file, creation);
  const isPartial = all.some((site) => site.kind === "member" && addsActions(site.name) && isConditional(file, creation, site.call ?? creation));
  const changes = all.map((site) => changeOf(file, site));
  const added = changes.flatMap((change) => change?.actions ?? []);
  const notAdded = changes.flatMap((change) => change?.notActions ?? []);
  return {
    creation,
    statement: statementOf(creation, {
      ...written,
      effect: changes.some((change) => change?.effect === true) ? "unknown" : written.effect,
      actions: lockedIf(isPartial, joined([inPlace(written.actions, added), ...added])),
      notActions: joined([written.notActions, ...notAdded]),
    }),
    foreign: written.foreign || changes.some((change) => change?.foreign === true),
    sites: all.filter((_, index) => changes[index] === null),
  };
}

function addsActions(method: string): boolean {
  return method === "addActions" || method === "addNotActions";
}

/** `actions: […]` must keep an element, and what `addActions` adds to it does not count. */
function inPlace(list: ActionList, added: readonly ActionList[]): ActionList {
  return lockedBy(added.length === 0 ? null : "more actions are added to its statement", list);
}

function lockedBy(why: string | null, list: ActionList): ActionList {
  return why === null ? list : { ...list, entries: list.entries.map((entry) => ({ ...entry, locked: entry.locked ?? why })) };
}

/** CDK rejects a statement without actions, and what is left of this one depends on more than the source shows. */
function lockedIf(isPartial: boolean, list: ActionList): ActionList {
  return lockedBy(isPartial ? "some of its statement's actions are only added under a condition" : null, list);
}

/** One statement of `PolicyDocument.fromJson`; null when it names principals. */
export function readJsonStatement(file: EstreeFile, node: Node, shared: boolean): Statement | null {
  const written = readJson(file, node, shared);
  return written.foreign ? null : statementOf(node, written);
}

function statementOf(node: Node, { sid, effect, actions, notActions, opaque }: Written): Statement {
  return {
    sid,
    effect,
    actions: actions.entries,
    notActions: notActions.entries,
    opaque: [...opaque, ...actions.opaque, ...notActions.opaque],
    span: spanOf(node),
    element: null,
  };
}

interface Written {
  readonly sid: string | null;
  readonly effect: Effect;
  readonly actions: ActionList;
  readonly notActions: ActionList;
  readonly opaque: readonly Opaque[];
  readonly foreign: boolean;
}

function readProperties(file: EstreeFile, argument: Node | undefined): Written {
  const properties = propertiesOf(file, argument);
  const { values } = properties;
  return {
    ...readCommon(file, argument, properties, { actions: "actions", notActions: "notActions", sid: "sid" }, false),
    effect: effectOf(properties, values.get("effect")?.node, (node) => cdkName(file, node)?.replace(/^aws-iam\.Effect\./u, "")),
    foreign: values.has("principals") || values.has("notPrincipals"),
  };
}

/** A statement as IAM's JSON has it: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html */
function readJson(file: EstreeFile, argument: Node | undefined, shared = false): Written {
  const properties = propertiesOf(file, argument);
  const { values } = properties;
  return {
    ...readCommon(file, argument, properties, { actions: "Action", notActions: "NotAction", sid: "Sid" }, shared),
    // In JSON there is no default effect.
    effect: values.has("Effect")
      ? effectOf(properties, values.get("Effect")?.node, (node) => staticText(file, node)?.toUpperCase())
      : "unknown",
    foreign: values.has("Principal") || values.has("NotPrincipal"),
  };
}

function readCommon(
  file: EstreeFile,
  argument: Node | undefined,
  { values, complete }: Properties,
  names: Record<"actions" | "notActions" | "sid", string>,
  shared: boolean,
): Omit<Written, "effect" | "foreign"> {
  const aliased = shared || (argument !== undefined && isShared(file, argument));
  const read = (name: string): ActionList => {
    const value = values.get(name);
    if (value === undefined) return NO_ACTIONS;
    const locked = aliased || value.shared ? "the object that it stands in is also used elsewhere" : null;
    return readActions(file, value.node, locked);
  };
  const sid = values.get(names.sid)?.node;
  return {
    sid: sid === undefined ? null : staticText(file, sid),
    actions: read(names.actions),
    notActions: read(names.notActions),
    opaque:
      complete || argument === undefined
        ? []
        : [{ span: spanOf(argument), why: `"${shownText(file, argument)}" holds properties that this file does not show` }],
  };
}

function effectOf({ complete }: Properties, value: Node | undefined, nameOf: (node: Node) => string | null | undefined): Effect {
  if (value === undefined) return complete ? "Allow" : "unknown";
  const name = nameOf(value);
  if (name === "ALLOW") return "Allow";
  return name === "DENY" ? "Deny" : "unknown";
}

/** What a call on the statement, or an assignment to one of its properties, does to it; null when it is handed on instead. */
interface Change {
  readonly actions?: ActionList;
  readonly notActions?: ActionList;
  readonly effect?: boolean;
  readonly foreign?: boolean;
}

function changeOf(file: EstreeFile, site: Site): Change | null {
  if (site.kind !== "member") return null;
  if (site.call === null) {
    if (site.name === "effect") return { effect: site.assigned };
    return site.name === "sid" ? {} : null;
  }
  if (site.name === "addActions") return { actions: readArguments(file, site.call) };
  if (site.name === "addNotActions") return { notActions: readArguments(file, site.call) };
  if (/^add.*Principals?$/u.test(site.name)) return { foreign: true };
  return /^add(?:\w*Resources|\w*Conditions?)$/u.test(site.name) ? {} : null;
}
