import type { ListElement, Opaque, SourceList, Statement } from "../../model/policy.js";
import { SyntaxProblem, slice, type SourceText, type Span } from "../../model/text.js";
import { parseHcl } from "../../syntax/hcl.js";
import type { HclBlock, HclExpression } from "../../syntax/hcl-nodes.js";
import { attributeOf, blocksOf, shown, subexpressions } from "./expressions.js";
import type { Declaration } from "./instances.js";
import type { Sourced } from "./names.js";
import { policyDocument } from "./policy-document.js";
import { policyTexts, type PolicyText } from "./policy-text.js";
import { blockSite, siteAddress, usesIn, type Site, type Use } from "./uses.js";

/** A policy document that one file holds, not yet attached. */
export interface WrittenPolicy {
  readonly address: string;
  readonly span: Span;
  readonly statements: readonly Statement[];
  readonly opaque: readonly Opaque[];
  readonly element: ListElement | null;
  /** What refers to it by this address uses it. */
  readonly node: string | null;
  /** Where its text stands, when that is a use already. */
  readonly start: Use | null;
}

/** A policy attribute without policy text in it. */
export interface Elsewhere extends Opaque {
  /** The locals that it may come from. */
  readonly locals: readonly string[];
}

/** What is kept of one file. */
export interface TerraformReading {
  readonly path: string;
  readonly comments: readonly Span[];
  readonly declarations: readonly Declaration[];
  readonly locals: readonly { readonly name: string; readonly value: Sourced }[];
  readonly uses: readonly Use[];
  readonly policies: readonly WrittenPolicy[];
  readonly elsewhere: readonly Elsewhere[];
}

/** A file without these words cannot say anything of who gets which policy, nor of a principal's name. */
const RELEVANT = /aws_iam_|\blocals?\b|\bStatement\b/u;

export function readTerraform({ path, text }: SourceText): TerraformReading {
  if (!RELEVANT.test(text)) {
    return { path, comments: [], declarations: [], locals: [], uses: [], policies: [], elsewhere: [] };
  }
  if (path.endsWith(".json")) throw new SyntaxProblem("Terraform's JSON syntax is not read yet.", 0);
  const file = parseHcl(text);
  const blocks = file.body.items.filter((item) => item.type === "HclBlock");
  const found = blocks.map((block) => blockPolicies(block, text));
  return {
    path,
    comments: file.comments.map((comment) => comment.span),
    declarations: blocks.flatMap((block) => declarationOf(block, text)),
    locals: blocks.filter((block) => block.name === "locals").flatMap((block) => localsOf(block, text)),
    uses: blocks.flatMap(usesIn),
    policies: found.flatMap(({ policies }) => policies),
    elsewhere: found.flatMap(({ elsewhere }) => elsewhere),
  };
}

const KEPT_ATTRIBUTES = ["name", "name_prefix", "count", "for_each", "role", "user", "group", "roles", "users", "groups", "role_name", "user_name", "group_name"];

function declarationOf(block: HclBlock, source: string): readonly Declaration[] {
  const [type, name] = block.labels;
  if (type === undefined || name === undefined || !type.value.startsWith("aws_iam_")) return [];
  if (block.name !== "resource" && block.name !== "data") return [];
  const attributes = new Map<string, HclExpression>();
  for (const kept of KEPT_ATTRIBUTES) {
    const value = attributeOf(block.body, kept);
    if (value !== null) attributes.set(kept, value);
  }
  return [{ address: siteAddress(blockSite(block)), type: type.value, source, attributes }];
}

function localsOf(block: HclBlock, source: string): readonly { name: string; value: Sourced }[] {
  return block.body.items.flatMap((item) => (item.type === "HclAttribute" ? [{ name: item.name, value: { value: item.value, source } }] : []));
}

interface Found {
  readonly policies: readonly WrittenPolicy[];
  readonly elsewhere: readonly Elsewhere[];
}

const NOTHING: Found = { policies: [], elsewhere: [] };

const POLICY_RESOURCES: ReadonlySet<string> = new Set([
  "aws_iam_policy",
  "aws_iam_role_policy",
  "aws_iam_user_policy",
  "aws_iam_group_policy",
]);

function blockPolicies(block: HclBlock, source: string): Found {
  const site = blockSite(block);
  const address = siteAddress(site);
  switch (block.name) {
    case "data": {
      if (site.type !== "aws_iam_policy_document") return NOTHING;
      const { namesPrincipals, statements, opaque } = policyDocument(block, source);
      if (namesPrincipals) return NOTHING;
      return { policies: [{ address, span: block.span, statements, opaque, element: null, node: address, start: null }], elsewhere: [] };
    }
    case "resource":
      if (site.type === "aws_iam_role") return inlinePolicies(block, site, source);
      if (!POLICY_RESOURCES.has(site.type)) return NOTHING;
      return heldPolicies(block, { ...site, path: ["policy"] }, { address, element: null }, source);
    case "locals":
      return passing(
        block.body.items.flatMap((item) =>
          item.type === "HclAttribute" ? nestedTexts(item.value, source).map((text) => ({ text, site: { ...site, name: item.name } })) : [],
        ),
      );
    case "module":
      return passing(
        block.body.items.flatMap((item) =>
          item.type === "HclAttribute" ? nestedTexts(item.value, source).map((text) => ({ text, site: { ...site, path: [item.name] } })) : [],
        ),
      );
    default:
      return NOTHING;
  }
}

function inlinePolicies(role: HclBlock, site: Site, source: string): Found {
  const blocks = blocksOf(role.body, "inline_policy");
  const dynamic = blocksOf(role.body, "dynamic").filter(({ labels }) => labels[0]?.value === "inline_policy");
  const list: SourceList = { syntax: "blocks", items: blocks.map((block) => block.span) };
  // Without any inline_policy block the provider no longer manages the role's inline policies, and they stay.
  const removable = blocks.length > 1;
  const inline: Site = { ...site, path: ["inline_policy", "policy"] };
  const address = `${siteAddress(site)}.inline_policy`;
  return merge([
    ...blocks.map((block, index) =>
      heldPolicies(block, inline, { address: `${address}[${String(index)}]`, element: removable ? { list, index } : null }, source),
    ),
    ...dynamic
      .flatMap(({ body }) => blocksOf(body, "content"))
      .map((content) => heldPolicies(content, inline, { address, element: null }, source)),
  ]);
}

/** The documents in the `policy` attribute of a block that grants them. */
function heldPolicies(block: HclBlock, site: Site, as: Pick<WrittenPolicy, "address" | "element">, source: string): Found {
  const expression = attributeOf(block.body, "policy");
  if (expression === null) return NOTHING;
  const texts = policyTexts(expression, source).filter(({ namesPrincipals }) => !namesPrincipals);
  const target = siteAddress(site);
  const node = site.type === "aws_iam_policy" ? null : target;
  const policies = texts.map(({ span, statements, opaque }) => ({ ...as, span, statements, opaque, node, start: { target, site, through: null } }));
  if (policies.length > 0) return { policies, elsewhere: [] };
  const sources = usesIn(block).filter((use) => use.site.path.at(-1) === "policy");
  if (sources.some((use) => !use.target.startsWith("local."))) return NOTHING;
  const why = `the policy of ${as.address} is not written there (${shown(source, expression.span)})`;
  return { policies: [], elsewhere: [{ span: expression.span, why, locals: sources.map((use) => use.target) }] };
}

function passing(texts: readonly { readonly text: PolicyText; readonly site: Site }[]): Found {
  const policies = texts.map(({ text: { span, statements, opaque }, site }) => {
    const target = siteAddress(site);
    const address = [target, ...site.path].join(".");
    return { address, span, statements, opaque, element: null, node: null, start: { target, site, through: null } };
  });
  return { policies, elsewhere: [] };
}

/** Policies anywhere in a value, such as an object of several. */
function nestedTexts(expression: HclExpression, source: string): readonly PolicyText[] {
  const texts = policyTexts(expression, source);
  if (texts.length === 0) return subexpressions(expression).flatMap((inner) => nestedTexts(inner, source));
  return texts.filter(({ namesPrincipals, span }) => !namesPrincipals && /\bStatement\b/u.test(slice(source, span)));
}

function merge(found: readonly Found[]): Found {
  return { policies: found.flatMap(({ policies }) => policies), elsewhere: found.flatMap(({ elsewhere }) => elsewhere) };
}
