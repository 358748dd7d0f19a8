import type { GrantClass, GrantedAction, GrantMethod, GrantSet } from "./table.js";

/** What is known of the encryption key of a construct: methods grant actions of KMS on it, too. */
export type KeyState = "none" | "given" | "unknown";

/**
 * The sets that a call may grant, by what is not known of the construct: without and with a key. In each, feature flags may
 * leave several.
 */
export function possibleSets({ plain, keyed }: GrantMethod, key: KeyState): readonly (readonly GrantSet[])[] {
  const withKey = keyed ?? plain;
  return key === "none" ? [plain] : key === "given" ? [withKey] : [plain, withKey];
}

/**
 * The methods of the same class that may stand in place of this one when only `kept` is to stay granted: whatever is not
 * known of the construct, they grant all of it, on the same resources, and nothing that this one does not. Of several, none
 * that grants more than another one; the narrowest last.
 */
export function narrowerMethods(type: GrantClass, method: GrantMethod, key: KeyState, kept: readonly string[], given: number): readonly GrantMethod[] {
  const fitting = [...type.methods.values()].filter(
    (other) => isSameKind(other, method) && takesTheSame(other, method, given) && isNarrower(other, method, key) && keeps(other, method, key, kept),
  );
  const least = fitting.filter((one, index) =>
    fitting.every((other, at) => at === index || !isNarrower(other, one, key)) &&
    // Of methods that grant the same, the first.
    fitting.slice(0, index).every((other) => !isWithin(other, one, key) || !isWithin(one, other, key)),
  );
  return least.toSorted((one, other) => sizeOf(other, key) - sizeOf(one, key));
}

/** Only the last part of the name is written anew: `grants.readWrite` can become `grants.read`. */
function isSameKind({ name }: GrantMethod, other: GrantMethod): boolean {
  return name !== other.name && facadeIn(name) === facadeIn(other.name);
}

export function facadeIn(name: string): string {
  return name.slice(0, name.indexOf(".") + 1);
}

/** Would a call with so many arguments mean the same to both? */
function takesTheSame({ parameters }: GrantMethod, original: GrantMethod, given: number): boolean {
  return (
    given <= parameters.length &&
    parameters.every((parameter, index) => (index < given ? plainName(parameter) === plainName(original.parameters[index] ?? "") : parameter.endsWith("?")))
  );
}

function plainName(parameter: string): string {
  return parameter.replace(/\?$/u, "");
}

/** What the two may grant for the same construct. */
function pairs(one: GrantMethod, other: GrantMethod, key: KeyState): readonly (readonly [GrantSet, GrantSet])[] {
  const others = possibleSets(other, key);
  return possibleSets(one, key).flatMap((sets, index) => sets.flatMap((a) => (others[index] ?? []).map((b) => [a, b] as const)));
}

/** Does it never grant what the other does not? */
function isWithin(one: GrantMethod, other: GrantMethod, key: KeyState): boolean {
  return pairs(one, other, key).every(([a, b]) => a.every((granted) => b.some((wider) => covers(wider, granted))));
}

function isNarrower(one: GrantMethod, other: GrantMethod, key: KeyState): boolean {
  return isWithin(one, other, key) && !isWithin(other, one, key);
}

/** Does it grant everything that is kept of the original, wherever that grants it? `kept` may hold narrower patterns. */
function keeps(one: GrantMethod, original: GrantMethod, key: KeyState, kept: readonly string[]): boolean {
  return pairs(one, original, key).every(([a, b]) =>
    b.every(({ action, on }) => kept.filter((each) => matches(action, each)).every((each) => a.some((granted) => covers(granted, { action: each, on })))),
  );
}

function covers(wider: GrantedAction, narrower: GrantedAction): boolean {
  return wider.on === narrower.on && matches(wider.action, narrower.action);
}

/** Sets hold literals and patterns with a star at their end, and so does what is kept of them. */
function matches(pattern: string, action: string): boolean {
  const [wide, narrow] = [pattern.toLowerCase(), action.toLowerCase()];
  return wide.endsWith("*") ? narrow.startsWith(wide.slice(0, -1)) : wide === narrow;
}

function sizeOf(method: GrantMethod, key: KeyState): number {
  return Math.max(...possibleSets(method, key).flat().map((set) => set.length));
}
