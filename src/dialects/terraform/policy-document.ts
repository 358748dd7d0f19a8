import type { ActionEntry, Opaque, Statement } from "../../model/policy.js";
import type { HclBlock, HclExpression } from "../../syntax/hcl-nodes.js";
import { attributeOf, blockElements, blocksOf, JOINS, unwrap } from "./expressions.js";
import { hclValue } from "./policy-value.js";
import { effectOf, entriesOf, type Entries, type Statements } from "./statements.js";
import { referredTarget } from "./uses.js";

/**
 * The statements of a `data "aws_iam_policy_document"` block.
 * https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document
 */
export function policyDocument(block: HclBlock, source: string): Statements {
  const blocks = block.body.items.filter((item) => item.type === "HclBlock").filter((item) => item.name === "statement" || isDynamicStatement(item));
  const elements = blockElements(blocks);
  const sources = attributesCalled(block, ["source_policy_documents", "source_json"]);
  // What an overriding statement replaces is no longer there, whatever it grants: taking from it, or taking it out, is right.
  const overrides = attributesCalled(block, ["override_policy_documents", "override_json"]);

  const statements = blocks.flatMap((written, index): readonly Statement[] => {
    const dynamic = isDynamicStatement(written);
    const contents = dynamic ? blocksOf(written.body, "content") : [written];
    return contents.map((content) => {
      // A statement with a Sid hides the statement of that Sid in the sources, which would come back without it.
      const removable = contents.length === 1 && (sources.length === 0 || attributeOf(content.body, "sid") === null);
      const statement = { ...statementBlock(content, source), span: written.span, element: removable ? (elements[index] ?? null) : null };
      return dynamic ? { ...statement, optional: true } : statement;
    });
  });

  const opaque = [...sources, ...overrides].flatMap(({ name, value }) => addedStatements(value, `${name} adds statements`));
  return {
    statements,
    opaque: opaque.sort((a, b) => a.span.start - b.span.start),
    namesPrincipals: blocks.flatMap((written) => (isDynamicStatement(written) ? blocksOf(written.body, "content") : [written])).some(namesPrincipals),
  };
}

/** The documents that are taken over, one by one where they are listed. */
function addedStatements(value: HclExpression, why: string): readonly Opaque[] {
  const inner = unwrap(value);
  switch (inner.type) {
    case "HclNull":
      return [];
    case "HclTuple":
      return inner.items.flatMap((item) => addedStatements(item, why));
    case "HclConditional":
      return [inner.consequent, inner.alternate].flatMap((choice) => addedStatements(choice, why));
    case "HclCall":
      if (JOINS.has(inner.name)) return inner.arguments.flatMap((list) => addedStatements(list, why));
      break;
    default:
  }
  const from = referredTarget(inner);
  return [from === null ? { span: value.span, why } : { span: value.span, why, from }];
}

/** Makes the same statement any number of times, so that what goes from its text goes from all of them. */
function isDynamicStatement({ name, labels }: HclBlock): boolean {
  return name === "dynamic" && labels[0]?.value === "statement";
}

function attributesCalled(block: HclBlock, names: readonly string[]): readonly Extract<HclBlock["body"]["items"][number], { type: "HclAttribute" }>[] {
  return block.body.items.filter((item) => item.type === "HclAttribute").filter(({ name }) => names.includes(name));
}

const PRINCIPALS: ReadonlySet<string> = new Set(["principals", "not_principals"]);

function namesPrincipals(statement: HclBlock): boolean {
  return statement.body.items.some(
    (item) =>
      item.type === "HclBlock" &&
      (PRINCIPALS.has(item.name) || (item.name === "dynamic" && PRINCIPALS.has(item.labels[0]?.value ?? ""))),
  );
}

/** `block` is a `statement` block, or the `content` of a dynamic one. */
function statementBlock(block: HclBlock, source: string): Statement {
  const effect = attributeOf(block.body, "effect");
  const sid = attributeOf(block.body, "sid");
  const sidValue = sid === null ? null : hclValue(sid, source);
  const actions = entriesIn(block, "actions", source);
  const notActions = entriesIn(block, "not_actions", source);
  return {
    sid: sidValue?.kind === "text" ? sidValue.value : null,
    // "Allow" is the provider's default.
    effect: effect === null ? "Allow" : effectOf(hclValue(effect, source)),
    actions: actions.entries,
    notActions: notActions.entries,
    opaque: [...actions.opaque, ...notActions.opaque],
    span: block.span,
    element: null,
  };
}

function entriesIn({ body }: HclBlock, name: string, source: string): Entries {
  const expression = attributeOf(body, name);
  if (expression === null) return { entries: [], opaque: [] };
  const { entries, opaque } = entriesOf(hclValue(expression, source));
  return { entries: entries.map((entry) => lockedUnlessItem(entry, name)), opaque };
}

function lockedUnlessItem(entry: ActionEntry, name: string): ActionEntry {
  return entry.home.kind === "item" || entry.locked !== null ? entry : { ...entry, locked: `${name} is not a list` };
}
