import { LEAST_FIXED_CHARACTERS, type PrincipalName, type PrincipalReference } from "../../model/principal.js";
import { literalPattern } from "../../model/text.js";
import { generatedName, sameWhenCut, SURE_ID_LENGTH } from "./generated-name.js";

/**
 * Those whose names could be taken for the name of a principal that is only known in part, or that have the same literal name;
 * itself, if it is among them.
 */
export type Namesakes = (own: PrincipalReference) => readonly PrincipalReference[];

interface Example {
  readonly principal: PrincipalReference;
  /** A name that the principal may have. */
  readonly name: string;
}

export function namesakesAmong(principals: readonly PrincipalReference[]): Namesakes {
  const generated: Example[] = [];
  const generatedBySureKey = new Map<string, PrincipalReference[]>();
  const written: Example[] = [];
  const sameNames = new Map<string, PrincipalReference[]>();
  for (const principal of principals) {
    const { name } = principal;
    if (name.kind === "literal") sameNames.set(nameKey(principal), [...(sameNames.get(nameKey(principal)) ?? []), principal]);
    if (!isGenerated(name)) {
      written.push({ principal, name: writtenExample(name) });
      continue;
    }
    generated.push({ principal, name: `x-${idOf(name).slice(0, SURE_ID_LENGTH)}-ABCDEFGHIJKL` });
    const alike = generatedBySureKey.get(sureKey(principal));
    if (alike === undefined) generatedBySureKey.set(sureKey(principal), [principal]);
    else alike.push(principal);
  }
  return (own) => {
    const { kind, name } = own;
    if (name.kind === "literal") return sameNames.get(nameKey(own)) ?? [];
    if (name.kind !== "pattern" || name.fixed < LEAST_FIXED_CHARACTERS) return [];
    const isOwnGenerated = isGenerated(name);
    const fits = new RegExp(isOwnGenerated ? name.regex : loosely(name.shown), "u");
    const cutAlike = isOwnGenerated ? (generatedBySureKey.get(sureKey(own)) ?? []) : [];
    const alike = (isOwnGenerated ? written : [...written, ...generated]).filter(
      (each) => each.principal.kind === kind && (idOf(each.principal.name) === name.id || fits.test(each.name)),
    );
    return [
      ...cutAlike.filter((each) => idOf(each.name) === name.id || sameWhenCut(idOf(each.name), name.id)),
      ...alike.map((each) => each.principal),
    ];
  };
}

/** An example stands for its variables by a letter, so what is known of one's own variables is left out of the comparison. */
function loosely(shown: string): string {
  return `^${shown.split(/<[^>]*>/u).map(literalPattern).join(".+")}$`;
}

export function isGenerated(name: PrincipalName): boolean {
  return name.kind === "pattern" && name.shown === generatedName(name.id).shown;
}

function nameKey({ kind, name }: PrincipalReference): string {
  return `${kind} ${name.kind === "literal" ? name.name : ""}`;
}

function sureKey({ kind, name }: PrincipalReference): string {
  return `${kind} ${idOf(name).slice(0, SURE_ID_LENGTH)}`;
}

function idOf(name: PrincipalName): string {
  return name.kind === "pattern" ? name.id : "";
}

function writtenExample(name: PrincipalName): string {
  switch (name.kind) {
    case "literal":
      return name.name;
    case "arn":
      return name.arn;
    case "pattern":
      return name.shown.replace(/<[^>]*>/gu, "x");
  }
}
