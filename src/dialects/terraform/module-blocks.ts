import type { HclBlock, HclExpression } from "../../syntax/hcl-nodes.js";
import { attributeOf, blocksOf, literalText } from "./expressions.js";

/** An expression with the text of the file that it stands in. */
export interface Sourced {
  readonly value: HclExpression;
  readonly source: string;
}

/** A name that is given a value: a local, a variable with its default, an output, an assignment of a `.tfvars` file. */
export interface NamedValue {
  readonly name: string;
  readonly value: Sourced;
}

/** A `module` block. */
export interface ModuleCall {
  readonly name: string;
  /** As written, when it is plain text. */
  readonly source: string | null;
  readonly attributes: ReadonlyMap<string, HclExpression>;
  /** Of the whole file. */
  readonly text: string;
}

/** What the blocks of a file say of the module that they are part of. */
export interface ModuleParts {
  readonly calls: readonly ModuleCall[];
  /** The names of all variables, with or without a default. */
  readonly variables: readonly string[];
  readonly defaults: readonly NamedValue[];
  readonly outputs: readonly NamedValue[];
  /** It says where its state is kept: it is deployed by itself. */
  readonly keepsState: boolean;
}

export function modulePartsOf(blocks: readonly HclBlock[], text: string): ModuleParts {
  const named = (name: string): readonly HclBlock[] => blocks.filter((block) => block.name === name);
  return {
    calls: named("module").map((block) => moduleCall(block, text)),
    variables: named("variable").map(labelOf),
    defaults: named("variable").flatMap((block) => namedValue(block, "default", text)),
    outputs: named("output").flatMap((block) => namedValue(block, "value", text)),
    keepsState: named("terraform").some(({ body }) => blocksOf(body, "backend").length + blocksOf(body, "cloud").length > 0),
  };
}

function labelOf({ labels }: HclBlock): string {
  return labels[0]?.value ?? "";
}

function namedValue(block: HclBlock, attribute: string, source: string): readonly NamedValue[] {
  const value = attributeOf(block.body, attribute);
  return value === null ? [] : [{ name: labelOf(block), value: { value, source } }];
}

function moduleCall(block: HclBlock, text: string): ModuleCall {
  const attributes = new Map(block.body.items.flatMap((item) => (item.type === "HclAttribute" ? [[item.name, item.value] as const] : [])));
  const source = attributes.get("source");
  return { name: labelOf(block), source: source === undefined ? null : literalText(source), attributes, text };
}
