import type { HclBlock, HclExpression, HclTemplatePart } from "../../syntax/hcl-nodes.js";
import { attributeOf, unwrap } from "./expressions.js";
import type { Declaration } from "./instances.js";
import { calledModule, type ModulePrincipal } from "./registry-modules.js";

const RESOURCES = { role: "aws_iam_role", user: "aws_iam_user", group: "aws_iam_group" } as const;

/**
 * What a call of a known module declares: the principals that it makes, as resources would declare them, and the call itself,
 * with a reference to each of them.
 */
export function moduleDeclarations(block: HclBlock, address: string, source: string): readonly Declaration[] {
  const module = calledModule(block);
  const called = block.labels[0]?.value ?? "";
  const principals = Object.entries(module?.principals ?? {});
  if (module === null || principals.length === 0) return [];
  const instances = ["count", "for_each"].flatMap((name): readonly [string, HclExpression][] => {
    const value = attributeOf(block.body, name);
    return value === null ? [] : [[name, value]];
  });
  const call = new Map<string, HclExpression>(instances);
  const declared = principals.map(([key, principal]): Declaration => {
    const type = RESOURCES[principal.kind];
    const name = principals.length === 1 ? `module.${called}` : `module.${called}.${key}`;
    call.set(key, reference(type, name, block));
    return { address: `${type}.${name}`, type, source, attributes: new Map([...instances, ...namesOf(principal, block)]) };
  });
  return [...declared, { address, type: "module", source, attributes: call }];
}

function reference(type: string, name: string, { span }: HclBlock): HclExpression {
  const resource: HclExpression = { type: "HclGetAttribute", object: { type: "HclVariable", name: type, span }, name, span };
  return { type: "HclGetAttribute", object: resource, name: "name", span };
}

/** The `name` and `name_prefix` that the module gives the principal; both when the source does not tell which. */
function namesOf({ names, prefix, usePrefix, extended }: ModulePrincipal, block: HclBlock): readonly [string, HclExpression][] {
  const given = (input: string): HclExpression | null => {
    const value = attributeOf(block.body, input);
    return value === null || unwrap(value).type === "HclNull" ? null : value;
  };
  const input = names.find((name) => given(name) !== null);
  const value = input === undefined ? null : given(input);
  const found: [string, HclExpression][] = [];
  const written = prefix === undefined ? null : given(prefix);
  if (written !== null) found.push(["name_prefix", written]);
  if (value === null) return found;
  const name = input === extended ? joined(value, [unknownPart(value)]) : value;
  const choice = usePrefix === undefined ? false : booleanOf(attributeOf(block.body, usePrefix), true);
  if (choice !== true) found.push(["name", name]);
  if (choice !== false) found.push(["name_prefix", joined(name, [{ type: "HclText", value: "-", span: value.span }])]);
  return found;
}

function booleanOf(value: HclExpression | null, byDefault: boolean): boolean | null {
  if (value === null) return byDefault;
  const inner = unwrap(value);
  if (inner.type === "HclBoolean") return inner.value;
  if (inner.type !== "HclTemplate" || inner.parts.length !== 1) return null;
  const [part] = inner.parts;
  return part?.type === "HclText" && (part.value === "true" || part.value === "false") ? part.value === "true" : null;
}

function joined(value: HclExpression, parts: readonly HclTemplatePart[]): HclExpression {
  const { span } = value;
  return { type: "HclTemplate", form: "quoted", parts: [{ type: "HclInterpolation", expression: value, span }, ...parts], span };
}

function unknownPart({ span }: HclExpression): HclTemplatePart {
  return { type: "HclInterpolation", expression: { type: "HclVariable", name: "", span }, span };
}
