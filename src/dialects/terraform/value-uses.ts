import type { HclBlock, HclBody, HclCall, HclExpression, HclObject } from "../../syntax/hcl-nodes.js";
import { attributeOf, JOINS, literalText, partExpressions, SAME, subexpressions, unwrap } from "./expressions.js";
import { registryModule } from "./registry-modules.js";
import { blockSite, siteAddress, type Arrival, type Site, type Use } from "./uses.js";
import type { ValueShape } from "./value-documents.js";
import { indexed, isValueNode, mergedInto, nodeOf, partsOf, touched, valueNode } from "./value-nodes.js";

/**
 * What a value is where it is used. `text`: an attribute's own value, which a policy becomes only as text; `value`: part of a
 * local; `grants`: statements that a module takes, spelled like Terraform's; the others are places in a policy that is still an object.
 */
type Role = "text" | "value" | "policy" | "statements" | "grants" | "actions" | "lost";

interface Place {
  readonly role: Role;
  readonly site: Site;
  /** Where the value goes on to from here. */
  readonly to: Arrival;
  /** Completes "not fixed, because …", where it does not go on. */
  readonly lost: string;
}

/** Functions that pick among their arguments, or hand one on. An index picks another element when one before it goes. */
const PICKS: ReadonlySet<string> = new Set(["coalesce", "try", "tostring", "values"]);

/** The uses of locals and variables as parts of policies, and whatever else is made of them: what is taken out of them goes there, too. */
export function valueUses(block: HclBlock): readonly Use[] {
  const uses: Use[] = [];
  const site = blockSite(block);
  switch (block.name) {
    case "moved":
    case "removed":
    case "import":
      break;
    case "locals":
      for (const item of block.body.items) {
        if (item.type !== "HclAttribute") continue;
        const own = { ...site, name: item.name };
        walk(item.value, { role: "value", site: own, to: { kind: "node", node: nodeOf("local", [item.name]) }, lost: lostIn(own) }, uses);
      }
      break;
    case "variable": {
      const value = attributeOf(block.body, "default");
      if (value !== null) walk(value, { role: "value", site, to: { kind: "node", node: nodeOf("var", [site.name]) }, lost: lostIn(site) }, uses);
      break;
    }
    default:
      walkBody(block.body, site, uses);
  }
  return uses;
}

function lostIn(site: Site): string {
  return `it is also used ${site.path.length === 0 ? "in" : `as ${site.path.join(".")} of`} ${siteAddress(site)}`;
}

function walkBody(body: HclBody, site: Site, uses: Use[]): void {
  for (const item of body.items) {
    const inner = { ...site, path: [...site.path, item.type === "HclBlock" && item.name === "dynamic" ? (item.labels[0]?.value ?? "") : item.name] };
    if (item.type === "HclAttribute") walk(item.value, placeOf(inner, body), uses);
    else if (item.name !== "dynamic") walkBody(item.body, inner, uses);
    else {
      for (const part of item.body.items) {
        if (part.type === "HclBlock") walkBody(part.body, inner, uses);
        else walk(part.value, { ...placeOf(inner, body), role: "lost" }, uses);
      }
    }
  }
}

/** `body` is the block that an attribute stands in. */
function placeOf(site: Site, body: HclBody): Place {
  const lost = lostIn(site);
  const text: Place = { role: "text", site, to: { kind: "text" }, lost };
  const isGrants = site.block === "module" && site.path.length === 1 && registryModule(site.type)?.inputs[site.path[0] ?? ""]?.form === "statements";
  if (isGrants) return { ...text, role: "grants" };
  if (site.block !== "data" || site.type !== "aws_iam_policy_document" || site.path.join(".") !== "statement.actions") return text;
  const effect = attributeOf(body, "effect");
  // "Allow" is the provider's default.
  const allows = effect === null || literalText(unwrap(effect)) === "Allow";
  if (!allows) return { ...text, role: "lost", lost: `${siteAddress(site)} uses it in a statement that is no "Allow"` };
  return { role: "actions", site, to: { kind: "node", node: siteAddress(site) }, lost };
}

function walk(expression: HclExpression, place: Place, uses: Use[]): void {
  const inner = unwrap(expression);
  const node = valueNode(inner);
  if (node !== null) {
    refer(inner, node, place, uses);
    return;
  }
  const within = (part: HclExpression): void => walk(part, place, uses);
  const losing = (part: HclExpression, lost = place.lost): void => walk(part, { ...place, role: "lost", lost }, uses);
  switch (inner.type) {
    case "HclConditional":
      losing(inner.condition, `a condition in ${siteAddress(place.site)} depends on it`);
      within(inner.consequent);
      within(inner.alternate);
      break;
    case "HclTuple":
      inner.items.forEach((item) => walk(item, apart(place), uses));
      break;
    case "HclObject":
      walkObject(inner, place, [], uses);
      break;
    case "HclCall":
      walkCall(inner, place, uses);
      break;
    case "HclForTuple": {
      const same = inner.result.type === "HclVariable" && inner.result.name === inner.value;
      if (same) within(inner.collection);
      else losing(inner.collection, `a "for" expression in ${siteAddress(place.site)} makes something else of it`);
      if (inner.condition !== null) losing(inner.condition);
      walk(inner.result, apart(place), uses);
      break;
    }
    case "HclForObject":
      losing(inner.collection, `a "for" expression in ${siteAddress(place.site)} makes something else of it`);
      if (inner.condition !== null) losing(inner.condition);
      losing(inner.resultKey);
      walk(inner.result, apart(place), uses);
      break;
    case "HclTemplate":
      for (const part of inner.parts) for (const piece of partExpressions(part)) losing(piece, `a string in ${siteAddress(place.site)} holds it`);
      break;
    case "HclIndex":
    case "HclGetAttribute": {
      const { object } = inner;
      if (object.type === "HclObject" || object.type === "HclTuple") walk(object, apart(place), uses);
      else losing(object);
      break;
    }
    default:
      for (const part of subexpressions(inner)) losing(part);
  }
}

function refer(expression: HclExpression, node: string, place: Place, uses: Use[]): void {
  const lost: Arrival = { kind: "lost", clause: place.lost };
  const arrival = place.role === "lost" || place.role === "text" ? lost : place.to;
  const arrivals = arrival.kind === "node" && isValueNode(arrival.node) ? [arrival, ...wholes(arrival.node)] : [arrival];
  for (const target of touched(node)) for (const each of arrivals) uses.push(use(target, place.site, each));
  if (endsInIndex(expression)) uses.push(use(indexed(node), place.site, { kind: "lost", clause: `${siteAddress(place.site)} uses an element of it by its number` }));
}

function use(target: string, site: Site, arrival: Arrival): Use {
  return { target, site: { ...site, arrival }, through: null, instance: null };
}

function endsInIndex(expression: HclExpression): boolean {
  return expression.type === "HclIndex" && literalText(expression.key) === null;
}

/** Inside a list or a loop, a local's value has no name of its own. */
function apart(place: Place): Place {
  return place.role === "value" && place.to.kind === "node" ? { ...place, to: { kind: "node", node: place.to.node, apart: true } } : place;
}

function walkCall(call: HclCall, place: Place, uses: Use[]): void {
  const [first, ...others] = call.arguments;
  if (call.name === "jsonencode" && first !== undefined && (place.role === "text" || place.role === "value")) {
    walk(first, { ...place, role: "policy", to: { kind: "text" } }, uses);
    return;
  }
  if (call.name === "merge" && !call.expanded) {
    walkMerge(call, place, uses);
    return;
  }
  const lost: Place = { ...place, role: "lost", lost: `${call.name}(…) in ${siteAddress(place.site)} makes something else of it` };
  if (call.name === "lookup" && first !== undefined) {
    walk(first, apart(place), uses);
    others.forEach((other, index) => walk(other, index === 0 ? lost : apart(place), uses));
    return;
  }
  const same = JOINS.has(call.name) || SAME.has(call.name) || PICKS.has(call.name);
  for (const argument of call.arguments) walk(argument, same ? apart(place) : lost, uses);
}

/** What is merged into a statement may change its effect. */
function walkMerge(call: HclCall, place: Place, uses: Use[]): void {
  const parts = call.arguments.map(unwrap);
  const objects = parts.filter((part) => part.type === "HclObject");
  const isHarmless = (other: HclExpression): boolean =>
    other.type === "HclObject" && keysOf(other).every((key) => key !== null && !/^(?:effect|(?:not_?)?actions?|(?:not_?)?principals?)$/iu.test(key));
  for (const part of parts) {
    if (part.type === "HclObject") {
      const others = objects.length === parts.length ? objects.filter((object) => object !== part) : null;
      walkObject(part, apart(place), others, uses);
      continue;
    }
    const node = valueNode(part);
    const risky = node !== null && place.role !== "policy" && !parts.every((other) => other === part || isHarmless(other));
    if (risky) uses.push(use(mergedInto(node), place.site, { kind: "lost", clause: `merge(…) in ${siteAddress(place.site)} may change its statement` }));
    walk(part, risky && (place.role === "statements" || place.role === "grants") ? { ...place, role: "lost" } : apart(place), uses);
  }
}

function keysOf({ items }: HclObject): readonly (string | null)[] {
  return items.map(({ key }) => (key.type === "HclVariable" ? key.name : literalText(key)));
}

/** `beside`: the objects that it is merged with; null when they are not all known. */
function walkObject(object: HclObject, place: Place, beside: readonly HclObject[] | null, uses: Use[]): void {
  const keys = keysOf(object).map((key) => key?.toLowerCase());
  const has = (...names: readonly string[]): boolean => names.some((name) => keys.includes(name));
  const isStatement = place.role === "statements" || (place.role === "value" && has("effect", "action", "notaction"));
  const isPolicy = place.role === "policy" || (place.role === "value" && has("statement"));
  const isGrant = place.role === "grants" && has("actions", "not_actions", "effect");
  const lostAs = (key: string): Place => ({ ...place, role: "lost", lost: `it is also used as ${key} in ${siteAddress(place.site)}` });

  for (const { key, value } of object.items) {
    if (key.type !== "HclVariable") walk(key, { ...place, role: "lost" }, uses);
    const name = (key.type === "HclVariable" ? key.name : literalText(key)) ?? "a computed key";
    const lower = name.toLowerCase();
    if (isPolicy) walk(value, lower === "statement" ? { ...place, role: "statements" } : lostAs(name), uses);
    else if (place.role === "grants" && !isGrant) walk(value, place, uses);
    else if (isStatement || isGrant) {
      const all = beside === null ? null : [object, ...beside];
      const granted = all !== null && allows(all, isGrant);
      const denied: Place = { ...place, role: "lost", lost: `${siteAddress(place.site)} uses it in a statement that is no "Allow"` };
      walk(value, lower === (isGrant ? "actions" : "action") ? (granted ? { ...place, role: "actions" } : denied) : lostAs(name), uses);
    } else if (place.role === "value") walk(value, memberPlace(place, name, uses), uses);
    else walk(value, place.role === "text" ? place : lostAs(name), uses);
  }
}

/** Exactly one effect, and it says "Allow"; or none, where that is the default. */
function allows(objects: readonly HclObject[], byDefault: boolean): boolean {
  const items = objects.flatMap((object) => object.items.map((item, index) => ({ value: item.value, key: keysOf(object)[index] })));
  const effects = items.filter(({ key }) => key?.toLowerCase() === "effect");
  return (effects.length === 1 || (byDefault && effects.length === 0)) && effects.every(({ value }) => literalText(unwrap(value)) === "Allow") && items.every(({ key }) => key !== null);
}

/** The members of an object in a local have names of their own; who takes the whole object takes them, too. */
function memberPlace(place: Place, name: string, uses: Use[]): Place {
  if (place.to.kind !== "node" || !isValueNode(place.to.node) || place.to.apart === true) return place;
  const node = `${place.to.node}.${name}`;
  uses.push(use(node, place.site, { kind: "node", node: place.to.node }));
  return { ...place, to: { kind: "node", node } };
}

/** Who takes something that has no name of its own out of a node: a part of it, an element by its number, or all of it, merged. */
function wholes(node: string): readonly Arrival[] {
  return [partsOf(node), indexed(node), mergedInto(node)].map((target) => ({ kind: "node", node: target }));
}

/** What a document at this node follows beside the node itself. */
export function linksOf(node: string, site: Site, shape: ValueShape): readonly Use[] {
  const targets = [partsOf(node), ...(shape === "policy" || shape === "statement" ? [] : [indexed(node)]), ...(shape === "statement" ? [mergedInto(node)] : [])];
  return targets.map((target) => use(node, site, { kind: "node", node: target }));
}
