import type { Effect, Opaque, Statement } from "../../model/policy.js";
import type { EstreeFile } from "../../syntax/estree.js";
import { memberName, shownText, unwrap } from "../../syntax/estree.js";
import type { CallExpression, Node } from "../../syntax/estree-nodes.js";
import { spanOf } from "../../syntax/estree-nodes.js";
import type { Properties } from "../../syntax/estree-values.js";
import { isShared, propertiesOf, resolve, staticText } from "../../syntax/estree-values.js";
import type { ActionList, SharedUse } from "./actions.js";
import { handedOver, joined, NO_ACTIONS, readActions, readAliased, readArguments, tracedAt } from "./actions.js";
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
  /** Lists with other users that it takes its actions from. */
  readonly shared: readonly SharedUse[];
  /** It has principals of its own: a statement of a resource policy or trust policy. */
  readonly foreign: boolean;
  /** Where it goes, and where copies of it go; calls on the statement itself are left out. */
  readonly sites: readonly Site[];
  readonly isCopied: boolean;
}

const STATEMENT = "aws-iam.PolicyStatement";

/** The node, when it creates a statement: `new PolicyStatement(…)`, `PolicyStatement.fromJson(…)`, `statement.copy(…)`. */
export function statementCreation(file: EstreeFile, node: Node): Creation | null {
  return creationOf(file, node, STATEMENT) ?? (node.type === "CallExpression" && copied(file, node) !== null ? node : null);
}

/** What a call of `copy` makes a copy of. */
function copied(file: EstreeFile, call: CallExpression): Creation | null {
  const callee = unwrap(call.callee);
  if (callee.type !== "MemberExpression" || memberName(callee) !== "copy") return null;
  return statementCreation(file, resolve(file, callee.object));
}

export function readStatement(file: EstreeFile, creation: Creation): CreatedStatement {
  const [argument] = creation.arguments;
  const original = creation.type === "CallExpression" ? copied(file, creation) : null;
  const written = original !== null ? readCopy(file, original, argument) : creation.type === "NewExpression" ? readProperties(file, argument) : readJson(file, argument);
  const all = sitesOf(file, creation);
  const isPartial = all.some((site) => site.kind === "member" && addsActions(site.name) && isConditional(file, creation, site.call ?? creation));
  const changes = all.map((site) => changeOf(file, site));
  const added = changes.flatMap((change) => change?.actions ?? []);
  const notAdded = changes.flatMap((change) => change?.notActions ?? []);
  const copies = all.flatMap((site) => (site.kind === "member" && site.name === "copy" && site.call !== null ? heirs(file, site.call) : []));
  const own = handedOver(written.actions, [tracedAt(creation)]);
  const denies = copies.some(({ allows }) => !allows) ? "a copy of its statement may deny what it allows" : null;
  const actions = lockedBy(denies, lockedIf(isPartial, joined([inPlace(own, added), ...added])));
  const notActions = joined([written.notActions, ...notAdded]);
  return {
    creation,
    statement: statementOf(creation, {
      ...written,
      effect: changes.some((change) => change?.effect === true) ? "unknown" : written.effect,
      actions,
      notActions,
    }),
    // A list that a copy denies with must not get shorter.
    shared: sharedBy(actions, notActions).map((use) => (denies === null ? use : { ...use, isNegated: true as const })),
    foreign: written.foreign || changes.some((change) => change?.foreign === true),
    sites: [...all.filter((_, index) => changes[index] === null), ...copies.flatMap(({ sites }) => sites)],
    isCopied: copies.length > 0,
  };
}

/** A copy that has the actions of the original: whoever gets the copy gets them, too. */
interface Heir {
  readonly allows: boolean;
  readonly sites: readonly Site[];
}

function heirs(file: EstreeFile, copy: CallExpression): readonly Heir[] {
  const [argument] = copy.arguments;
  const { values, complete } = propertiesOf(file, argument);
  if (values.has("actions")) return [];
  const sites = sitesOf(file, copy);
  const changes = sites.map((site) => changeOf(file, site));
  const allows = complete && !values.has("effect") ? true : readProperties(file, argument).effect === "Allow";
  return [
    { allows: allows && !changes.some((change) => change?.effect === true), sites: sites.filter((_, index) => changes[index] === null) },
    ...sites.flatMap((site) => (site.kind === "member" && site.name === "copy" && site.call !== null ? heirs(file, site.call) : [])),
  ];
}

/** A statement with some properties of its own, and all others from another one. Those are read there. */
function readCopy(file: EstreeFile, original: Creation, argument: Node | undefined): Written {
  const base = readStatement(file, original);
  const written = readProperties(file, argument);
  const { values, complete } = propertiesOf(file, argument);
  const taken = (name: string, list: ActionList): ActionList =>
    values.has(name) || !complete
      ? list
      : { ...NO_ACTIONS, opaque: [{ span: spanOf(original), why: `it is a copy of "${shownText(file, original)}"`, from: shownText(file, original) }] };
  return {
    ...written,
    sid: written.sid ?? base.statement.sid,
    effect: values.has("effect") || !complete ? written.effect : base.statement.effect,
    actions: base.statement.actions.length + base.statement.opaque.length > 0 ? taken("actions", written.actions) : written.actions,
    notActions: base.statement.notActions.length > 0 ? taken("notActions", written.notActions) : written.notActions,
    foreign: written.foreign || (base.foreign && !values.has("principals")),
  };
}

function sharedBy(actions: ActionList, notActions: ActionList): readonly SharedUse[] {
  return [...actions.shared, ...notActions.shared.map((use) => ({ ...use, isNegated: true as const }))];
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

/** A statement that is written as JSON in a document, without its place there. */
export interface JsonStatement {
  readonly statement: Statement;
  readonly shared: readonly SharedUse[];
}

/** One statement of a document in JSON; null when it names principals. `aliased`: others use the object, too. */
export function readJsonStatement(file: EstreeFile, node: Node, aliased: boolean): JsonStatement | null {
  const written = readJson(file, node, aliased);
  if (written.foreign) return null;
  return { statement: statementOf(node, written), shared: sharedBy(written.actions, written.notActions) };
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
    return aliased || value.shared ? readAliased(file, value.node) : readActions(file, value.node);
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
  if (site.name === "addActions") return { actions: handedOver(readArguments(file, site.call), [tracedAt(site.call)]) };
  if (site.name === "addNotActions") return { notActions: readArguments(file, site.call) };
  if (/^add.*Principals?$/u.test(site.name)) return { foreign: true };
  return /^(?:add(?:\w*Resources|\w*Conditions?)|copy|freeze|toJSON|toStatementJson)$/u.test(site.name) ? {} : null;
}
