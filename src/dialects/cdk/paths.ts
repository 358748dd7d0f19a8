import type { EstreeFile } from "../../syntax/estree.js";
import { shownText, unwrap } from "../../syntax/estree.js";
import type { NewExpression } from "../../syntax/estree-nodes.js";
import type { TextPart } from "../../syntax/estree-values.js";
import { cdkName } from "./names.js";
import { classAt } from "./across-files/exports.js";
import { instancesOf, isStack, namesStack, selvesAt } from "./across-files/instances.js";
import { projectOf } from "./across-files/cdk-project.js";
import { oncePerValue } from "./across-files/once-per-value.js";
import { argumentsAt, chainOf, className, follow, selfAt, textAt, wholeText, type Created, type Found, type Self, type Value } from "./across-files/values.js";
import { stackName, stageName, type NameParts } from "./stack-names.js";

/** A stack of the construct tree. */
export interface StackAt {
  /** Its path from the app, as far as the sources tell; for messages. */
  readonly path: readonly string[];
  /** Its name in CloudFormation; null when nothing is known of it. */
  readonly name: NameParts | null;
  /** The file that creates it, or that holds its class. */
  readonly file: string;
  /** The source stands for a number of stacks that it does not show: in a loop, or for whoever calls. */
  readonly isSeveral: boolean;
}

/** Where a construct stands in the construct tree. */
export interface ConstructPath {
  readonly stack: StackAt;
  /** Construct ids from below the stack to the construct itself. */
  readonly ids: readonly string[];
}

/** Every path that one creation in the source leads to. `unknown` holds clauses for paths that the sources do not show. */
export interface ConstructPaths {
  readonly known: readonly ConstructPath[];
  readonly unknown: readonly string[];
}

/** A place in the construct tree, also above the stacks. */
interface Position {
  readonly path: readonly string[];
  readonly stack: StackAt | null;
  readonly ids: readonly string[];
  /** The name of the stage around it, and the ids below it; null when it is not known where the app is. */
  readonly stage: { readonly name: NameParts; readonly ids: readonly NameParts[] } | null;
  /** As in `StackAt`, of the place itself. */
  readonly isSeveral: boolean;
}

interface Positions {
  readonly known: readonly Position[];
  readonly unknown: readonly string[];
}

const DEEPEST = 40;

function unknown(clause: string): Positions {
  return { known: [], unknown: [clause] };
}

/** All paths of a creation in a class of which there may be several objects. */
export function pathsOf(file: EstreeFile, creation: NewExpression): ConstructPaths {
  const { selves, unknown: clauses } = selvesAt(file, creation);
  const each = selves.map((self) => pathsAt({ file, node: creation, self }));
  const all = [...clauses, ...each.flatMap((paths) => paths.unknown)];
  return { known: each.flatMap((paths) => paths.known), unknown: [...new Set(all)] };
}

/** The paths of what is created for one object; several when its scope can be several constructs. */
export function pathsAt(creation: Created): ConstructPaths {
  return pathsOnce(creation, null);
}

/** Its address, its name and what is created in it ask for them. */
const pathsOnce = oncePerValue((creation: Created): ConstructPaths => {
  const { known, unknown: clauses } = positionsOf(creation, 0);
  const outside = known.some(({ stack }) => stack === null);
  return {
    known: known.flatMap(({ stack, ids }) => (stack === null ? [] : [{ stack, ids }])),
    unknown: outside ? [...clauses, `"${shownText(creation.file, creation.node)}" stands in no stack`] : clauses,
  };
});

/** What a construct is in the end, and what the constructor of that class is given. */
export interface Construction {
  /** The class of no file of the project that is created, or that the created one is derived from. */
  readonly base: { readonly file: EstreeFile; readonly node: NewExpression["callee"] } | null;
  /** Null when they are not known. */
  readonly given: readonly Value[] | null;
}

export function constructionOf(creation: Created): Construction {
  return constructionOnce(creation, null);
}

const constructionOnce = oncePerValue((creation: Created): Construction => {
  const owner = classAt(creation.file, creation.node.callee);
  if (owner === null) {
    const given = creation.node.arguments;
    const isPlain = given.every(({ type }) => type !== "SpreadElement");
    return { base: { file: creation.file, node: creation.node.callee }, given: isPlain ? given.map((node) => ({ ...creation, node })) : null };
  }
  const { classes, base } = chainOf(owner);
  return { base, given: argumentsAt({ owner, creation }, classes.length) };
});

/** What the base class is called in the CDK. */
export function constructName({ base }: Construction): string | null {
  return base === null ? null : cdkName(base.file, base.node);
}

function positionsOf(creation: Created, depth: number): Positions {
  if (depth > DEEPEST) return unknown("the scopes of a construct nest too deeply");
  const construction = constructionOf(creation);
  const { base, given } = construction;
  const name = constructName(construction);
  if (name === "core.App") return { known: [{ path: [], stack: null, ids: [], stage: { name: [], ids: [] }, isSeveral: false }], unknown: [] };
  const shown = (): string => shownText(creation.file, creation.node);
  if (base === null) return unknown(`"${shown()}" is no construct`);
  const holdsResources = namesStack(base.file, base.node);
  const [scope, id, properties] = given ?? [];
  if (scope === undefined || id === undefined) {
    return holdsResources ? { known: [below(unknownPlace(creation), creation, null, null)], unknown: [] } : unknown(`"${shown()}" has no scope and id that are known`);
  }
  const parts = textAt(id);
  const text = wholeText(parts);
  const scopes = scopesOf(scope, depth);
  if (holdsResources) {
    // Its logical ids are the same wherever it stands.
    const anywhere = { ...unknownPlace(creation), isSeveral: projectOf(creation.file).isWhole && unwrap(scope.node).type !== "ThisExpression" };
    const places = scopes.known.length === 0 || scopes.unknown.length > 0 ? [...scopes.known, anywhere] : scopes.known;
    return { known: places.map((place) => below(place, creation, parts, stackName(place.stage, parts, name, properties))), unknown: [] };
  }
  if (name === "core.Stage") {
    const known = scopes.known.map((place): Position => {
      const stage = place.stage === null ? null : stageName(place.stage.name, parts, properties);
      return { path: [...place.path, shownParts(parts)], stack: null, ids: [], stage: stage === null ? null : { name: stage, ids: [] }, isSeveral: place.isSeveral || text === null };
    });
    return { known, unknown: scopes.unknown };
  }
  if (text === null) return unknown(`the construct id "${shownId(parts)}" is not a literal`);
  // The constructs library replaces the path separator in ids.
  const own = text.replaceAll("/", "--");
  const known = scopes.known.map((place): Position => ({
    path: [...place.path, own],
    stack: place.stack,
    ids: place.stack === null ? [] : [...place.ids, own],
    stage: place.stage === null ? null : { name: place.stage.name, ids: [...place.stage.ids, [own]] },
    isSeveral: place.isSeveral,
  }));
  return { known, unknown: scopes.unknown };
}

function unknownPlace(creation: Created): Position {
  const owner = classAt(creation.file, creation.node.callee);
  const shown = owner === null ? shownText(creation.file, creation.node.callee) : className(owner.node);
  return { path: wholeId(creation) === null ? [shown] : [], stack: null, ids: [], stage: null, isSeveral: false };
}

function wholeId(creation: Created): string | null {
  const id = constructionOf(creation).given?.[1];
  return id === undefined ? null : wholeText(textAt(id));
}

/** A stack in its place. */
function below(place: Position, creation: Created, id: NameParts | null, name: NameParts | null): Position {
  const text = id === null ? null : wholeText(id);
  const path = text === null && place.stage === null ? place.path : [...place.path, id === null ? "<stack>" : shownParts(id)];
  const stage = place.stage === null || id === null ? null : { name: place.stage.name, ids: [...place.stage.ids, id] };
  const file = projectOf(creation.file).pathOf(creation.file);
  const isSeveral = place.isSeveral || (id !== null && text === null);
  return { path, stack: { path, name, file, isSeveral }, ids: [], stage, isSeveral };
}

function shownParts(parts: readonly TextPart[]): string {
  return parts.map((part) => (typeof part === "string" ? part : `<${part.unknown}>`)).join("");
}

function shownId(parts: NameParts): string {
  const [only, ...others] = parts;
  return typeof only === "object" && others.length === 0 ? only.unknown : shownParts(parts);
}

/** The constructs that an expression in the place of a scope may be. */
function scopesOf(scope: Value, depth: number): Positions {
  const each = follow(scope).map((found) => scopeOf(found, scope, depth));
  return { known: each.flatMap(({ known }) => known), unknown: [...new Set(each.flatMap((positions) => positions.unknown))] };
}

function scopeOf(found: Found, scope: Value, depth: number): Positions {
  const strange = (): Positions => {
    const where = projectOf(scope.file).isWhole ? "the project" : "this file";
    return unknown(`the construct scope "${shownText(scope.file, unwrap(scope.node))}" is not created in ${where}`);
  };
  if (found.kind === "unknown") return unknown(found.why);
  if (found.kind !== "value") return strange();
  const { file, node, self } = found.at;
  switch (node.type) {
    case "ThisExpression": {
      const object = selfAt(found.at);
      return object === null ? unknown('the construct scope "this" is not an instance of a class') : placeOf(object, depth);
    }
    case "NewExpression":
      return positionsOf({ file, node, self }, depth + 1);
    case "CallExpression": {
      const [inner] = node.arguments;
      if (cdkName(file, node.callee) !== "core.Stack.of" || inner === undefined) return strange();
      const { known, unknown: clauses } = scopesOf({ file, node: inner, self }, depth + 1);
      const stacks = known.flatMap(({ stack }): Position[] => (stack === null ? [] : [{ path: stack.path, stack, ids: [], stage: null, isSeveral: stack.isSeveral }]));
      return { known: stacks, unknown: stacks.length === known.length ? clauses : [...clauses, `"${shownText(file, node)}" is no stack`] };
    }
    default:
      return strange();
  }
}

function placeOf({ owner, creation }: Self, depth: number): Positions {
  if (creation !== null) return positionsOf(creation, depth + 1);
  if (!isStack(owner)) return { known: [], unknown: instancesOf(owner).unknown };
  const path = [className(owner.node)];
  const file = projectOf(owner.file).pathOf(owner.file);
  return { known: [{ path, stack: { path, name: null, file, isSeveral: false }, ids: [], stage: null, isSeveral: false }], unknown: [] };
}
