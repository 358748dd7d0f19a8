import type { ActionEntry, Opaque, Statement } from "../../model/policy.js";
import type { HclBlock } from "../../syntax/hcl-nodes.js";
import { attributeOf, blockList, blocksOf } from "./expressions.js";
import { hclValue } from "./policy-value.js";
import { effectOf, entriesOf, type Entries, type Statements } from "./statements.js";

/**
 * The statements of a `data "aws_iam_policy_document"` block.
 * https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document
 */
export function policyDocument(block: HclBlock, source: string): Statements {
  const blocks = blocksOf(block.body, "statement");
  const list = blockList(blocks);
  const sources = attributesCalled(block, ["source_policy_documents", "source_json"]);
  const overrides = attributesCalled(block, ["override_policy_documents", "override_json"]);
  const locked = overrides.length > 0 ? "override_policy_documents may replace its statement" : null;

  const written = blocks.map((statement, index): Statement => {
    // A statement with a Sid hides the statement of that Sid in the sources, which would come back without it.
    const removable = sources.length === 0 || attributeOf(statement.body, "sid") === null;
    return { ...statementBlock(statement, source, locked), element: removable && locked === null && list !== null ? { list, index } : null };
  });

  const dynamic = blocksOf(block.body, "dynamic").filter(({ labels }) => labels[0]?.value === "statement");
  const contents = dynamic.flatMap(({ body }) => blocksOf(body, "content"));
  const repeated = contents.map((content) => statementBlock(content, source, 'its statement is a dynamic "statement"'));

  const opaque: Opaque[] = [
    ...[...sources, ...overrides].map(({ name, span }) => ({ span, why: `${name} adds statements` })),
    ...dynamic.map(({ span }) => ({ span, why: 'a dynamic "statement" makes statements at deployment' })),
  ];
  return {
    statements: [...written, ...repeated].sort((a, b) => a.span.start - b.span.start),
    opaque: opaque.sort((a, b) => a.span.start - b.span.start),
    namesPrincipals: [...blocks, ...contents].some(namesPrincipals),
  };
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
function statementBlock(block: HclBlock, source: string, locked: string | null): Statement {
  const effect = attributeOf(block.body, "effect");
  const sid = attributeOf(block.body, "sid");
  const sidValue = sid === null ? null : hclValue(sid, source);
  const actions = entriesIn(block, "actions", source, locked);
  const notActions = entriesIn(block, "not_actions", source, locked);
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

function entriesIn({ body }: HclBlock, name: string, source: string, locked: string | null): Entries {
  const expression = attributeOf(body, name);
  if (expression === null) return { entries: [], opaque: [] };
  const { entries, opaque } = entriesOf(hclValue(expression, source), locked);
  return { entries: entries.map((entry) => lockedUnlessItem(entry, name)), opaque };
}

function lockedUnlessItem(entry: ActionEntry, name: string): ActionEntry {
  return entry.home.kind === "item" || entry.locked !== null ? entry : { ...entry, locked: `${name} is not a list` };
}
