import type { NameDoubt, PrincipalName, PrincipalReference } from "../../model/principal.js";
import type { Declaration } from "./instances.js";
import type { Declarations } from "./principals.js";
import type { ModuleInstance } from "./scope.js";

/**
 * Another principal of the module whose name could be the one that a pattern stands for: findings of the one would be taken
 * for findings of the other.
 */
export function namesakes(
  principal: PrincipalReference,
  declared: readonly Declaration[],
  module: ModuleInstance,
  declarations: Declarations,
): readonly NameDoubt[] {
  const { name, kind, address } = principal;
  if (name.kind === "literal") return twins(principal, declared, module, declarations);
  if (name.kind !== "pattern") return [];
  const own = nameKey(principal);
  const mayBe = mayBeNamed(name);
  return declared.flatMap((other) => {
    if (other.type !== `aws_iam_${kind}`) return [];
    const otherAddress = module.prefix + other.address;
    const { principals } = declarations.declared(other, kind, module);
    // Instances of one name are told of where they are declared.
    const others = principals.filter((reference) => reference.address !== address || nameKey(reference) !== own);
    const nameless = principals.length === 0 && otherAddress !== address;
    if (!nameless && !others.some((reference) => mayBe(reference.name))) return [];
    return [doubt(address, `the name of ${address} is made at deployment and could also be that of ${otherAddress === address ? "another instance" : otherAddress}`)];
  });
}

function nameKey({ name }: PrincipalReference): string {
  return JSON.stringify(name);
}

/** Two resources that declare the same name are for two accounts, and perhaps the findings know one of them only. */
function twins(
  { name, kind, address }: PrincipalReference,
  declared: readonly Declaration[],
  module: ModuleInstance,
  declarations: Declarations,
): readonly NameDoubt[] {
  if (!declared.some((own) => module.prefix + own.address === address)) return [];
  return declared.flatMap((other) => {
    if (other.type !== `aws_iam_${kind}` || module.prefix + other.address === address) return [];
    const same = declarations
      .declared(other, kind, module)
      .principals.some((reference) => mayBeSame(reference.name, name) && reference.name.kind === name.kind);
    return same ? [doubt(address, `${module.prefix}${other.address} has the same name as ${address}`)] : [];
  });
}

function doubt(address: string, clause: string): NameDoubt {
  return { address, clause, leaves: "suggestion" };
}

export function mayBeSame(a: PrincipalName, b: PrincipalName): boolean {
  if (a.kind === "pattern") return mayBeNamed(a)(b);
  if (b.kind === "pattern") return mayBeNamed(b)(a);
  return a.kind === "literal" && b.kind === "literal" && a.name === b.name;
}

type Pattern = Extract<PrincipalName, { kind: "pattern" }>;

function mayBeNamed(pattern: Pattern): (other: PrincipalName) => boolean {
  const regex = new RegExp(pattern.regex, "u");
  const a = fixedEnds(pattern);
  return (other) => {
    switch (other.kind) {
      case "literal":
        return regex.test(other.name);
      case "arn":
        return true;
      case "pattern": {
        // Two patterns with unknown middles have a name in common when neither their beginnings nor their ends contradict.
        const b = fixedEnds(other);
        return (a.head.startsWith(b.head) || b.head.startsWith(a.head)) && (a.tail.endsWith(b.tail) || b.tail.endsWith(a.tail));
      }
    }
  };
}

function fixedEnds({ shown }: Pattern): { readonly head: string; readonly tail: string } {
  return { head: shown.slice(0, shown.indexOf("<")), tail: shown.slice(shown.lastIndexOf(">") + 1) };
}
