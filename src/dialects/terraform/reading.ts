import type { ListElement, Opaque, Statement } from "../../model/policy.js";
import { slice, type SourceText, type Span } from "../../model/text.js";
import { parseHcl } from "../../syntax/hcl.js";
import type { HclBlock, HclExpression } from "../../syntax/hcl-nodes.js";
import { attributeOf, blockElements, blocksOf, literalText, shown, subexpressions } from "./expressions.js";
import type { Declaration } from "./instances.js";
import { isFileTarget, type FilePath } from "./file-paths.js";
import { parseTerraformJson } from "./json-shape.js";
import { modulePartsOf, type ModuleParts, type NamedValue, type Sourced } from "./module-blocks.js";
import { moduleDeclarations } from "./module-principals.js";
import { policyDocument } from "./policy-document.js";
import { hclValue } from "./policy-value.js";
import { policyTexts, withoutText, type PolicyText } from "./policy-text.js";
import { registryModule } from "./registry-modules.js";
import { grantedStatements } from "./statements.js";
import { isValuesFile, readAssignments } from "./tfvars.js";
import { blockSite, siteAddress, usesIn, usesOf, type Site, type Use } from "./uses.js";
import { valueDocuments, type ValueShape } from "./value-documents.js";
import { nodeOf } from "./value-nodes.js";
import { linksOf, valueUses } from "./value-uses.js";

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
  /** What it is a part of, when it is a value that policies are made of; null for a policy of its own. */
  readonly value: WrittenValue | null;
}

export interface WrittenValue {
  readonly shape: ValueShape;
  /** The local that holds it; null for a variable, to which another value may be given. */
  readonly local: string | null;
}

/** A policy attribute without policy text in it. */
export interface Elsewhere extends Opaque {
  /** What it comes from: `local.policy`, `var.policy`, `module.policy.json`, a file; nothing when it does not say. */
  readonly sources: readonly string[];
  readonly value: Sourced | null;
}

/** What is kept of one file. */
export interface TerraformReading extends ModuleParts {
  readonly path: string;
  readonly comments: readonly Span[];
  readonly declarations: readonly Declaration[];
  readonly locals: readonly NamedValue[];
  /** What a `.tfvars` file assigns to variables. */
  readonly assignments: readonly NamedValue[];
  readonly uses: readonly Use[];
  /** Texts that hold the ARN of a managed policy, and where they stand. */
  readonly arns: readonly { readonly value: Sourced; readonly site: Site }[];
  /** The files whose texts become part of something. */
  readonly files: readonly FilePath[];
  readonly policies: readonly WrittenPolicy[];
  readonly elsewhere: readonly Elsewhere[];
}

/** A file without these words cannot say anything of who gets which policy, nor of a principal's name. */
const RELEVANT =
  /aws_(?:iam|ssoadmin)_|file\(|\b(?:locals?|module|variable|output|backend|cloud)\b|\bStatement\b|\b[Aa]ctions?"?\s*[=:]|"[a-z0-9-]+:(?:[A-Z][\w*?]*|\*)"/u;

/** Could a file say anything of who gets which policy, or of a principal's name? */
export function matters(path: string, text: string): boolean {
  return isValuesFile(path) || RELEVANT.test(text);
}

export function readTerraform({ path, text }: SourceText): TerraformReading {
  if (isValuesFile(path)) return { ...nothingIn(path), assignments: readAssignments(path, text) };
  if (!RELEVANT.test(text)) return nothingIn(path);
  const file = path.endsWith(".json") ? parseTerraformJson(text) : parseHcl(text);
  const blocks = file.body.items.filter((item) => item.type === "HclBlock");
  const found = blocks.map((block) => blockPolicies(block, text));
  const uses = blocks.map(usesIn);
  const values = blocks.flatMap((block) => valuesIn(block, text));
  return {
    path,
    comments: file.comments.map((comment) => comment.span),
    declarations: blocks.flatMap((block) => declarationOf(block, text)),
    locals: blocks.filter((block) => block.name === "locals").flatMap((block) => localsOf(block, text)),
    uses: [...uses.flatMap(({ references }) => references), ...blocks.flatMap(valueUses), ...values.flatMap(({ links }) => links)],
    arns: uses.flatMap(({ arns }) => arns.map(({ expression, site }) => ({ value: { value: expression, source: text }, site }))),
    files: uses.flatMap(({ files }) => files),
    policies: [...found.flatMap(({ policies }) => policies), ...values.map(({ policy }) => policy)],
    elsewhere: found.flatMap(({ elsewhere }) => elsewhere),
    assignments: [],
    ...modulePartsOf(blocks, text),
  };
}

function nothingIn(path: string): TerraformReading {
  const parts = modulePartsOf([], "");
  return { path, comments: [], declarations: [], locals: [], uses: [], arns: [], files: [], policies: [], elsewhere: [], assignments: [], ...parts };
}

/** The parts of policies that a `locals` or `variable` block holds. */
function valuesIn(block: HclBlock, source: string): readonly { readonly policy: WrittenPolicy; readonly links: readonly Use[] }[] {
  const root = block.name === "locals" ? "local" : "var";
  const site = blockSite(block);
  const attributes = block.body.items.filter((item) => item.type === "HclAttribute");
  const held =
    block.name === "locals"
      ? attributes.flatMap(({ name, value }) => valueDocuments(value, [name], source))
      : block.name === "variable"
        ? attributes.filter(({ name }) => name === "default").flatMap(({ value }) => valueDocuments(value, [site.name], source))
        : [];
  return held.map(({ path, shape, span, statements, opaque }) => {
    const node = nodeOf(root, path);
    const value: WrittenValue = { shape, local: root === "local" ? (path[0] ?? null) : null };
    return {
      policy: { address: [root, ...path].join("."), span, statements, opaque, element: null, node, start: null, value },
      links: linksOf(node, site, shape),
    };
  });
}

const KEPT_ATTRIBUTES = ["name", "name_prefix", "count", "for_each", "role", "user", "group", "roles", "users", "groups", "role_name", "user_name", "group_name", "permission_set_arn"];

function declarationOf(block: HclBlock, source: string): readonly Declaration[] {
  if (block.name === "module") return moduleDeclarations(block, siteAddress(blockSite(block)), source);
  const [type, name] = block.labels;
  if (type === undefined || name === undefined || !/^aws_(?:iam|ssoadmin_permission_set)(?:_|$)/u.test(type.value)) return [];
  if (block.name !== "resource" && block.name !== "data") return [];
  const attributes = new Map<string, HclExpression>();
  for (const kept of KEPT_ATTRIBUTES) {
    const value = attributeOf(block.body, kept);
    if (value !== null) attributes.set(kept, value);
  }
  return [{ address: siteAddress(blockSite(block)), type: type.value, source, attributes }];
}

function localsOf(block: HclBlock, source: string): readonly NamedValue[] {
  return block.body.items.flatMap((item) => (item.type === "HclAttribute" ? [{ name: item.name, value: { value: item.value, source } }] : []));
}

interface Found {
  readonly policies: readonly WrittenPolicy[];
  readonly elsewhere: readonly Elsewhere[];
}

const NOTHING: Found = { policies: [], elsewhere: [] };

/** The attribute that holds a resource's policy. */
const POLICY_RESOURCES: ReadonlyMap<string, string> = new Map([
  ["aws_iam_policy", "policy"],
  ["aws_iam_role_policy", "policy"],
  ["aws_iam_user_policy", "policy"],
  ["aws_iam_group_policy", "policy"],
  ["aws_ssoadmin_permission_set_inline_policy", "inline_policy"],
]);

function blockPolicies(block: HclBlock, source: string): Found {
  const site = blockSite(block);
  const address = siteAddress(site);
  switch (block.name) {
    case "data": {
      if (site.type !== "aws_iam_policy_document") return NOTHING;
      const { namesPrincipals, statements, opaque } = policyDocument(block, source);
      if (namesPrincipals) return NOTHING;
      const own: WrittenPolicy = { address, span: block.span, statements, opaque, element: null, node: address, start: null, value: null };
      const sources = block.body.items.flatMap((item) =>
        item.type === "HclAttribute" ? nestedTexts(item.value, source).map((text) => ({ text, site: { ...site, path: [item.name] } })) : [],
      );
      return merge([{ policies: [own], elsewhere: [] }, passing(sources)]);
    }
    case "resource": {
      if (site.type === "aws_iam_role") return inlinePolicies(block, site, source);
      const attribute = POLICY_RESOURCES.get(site.type);
      return attribute === undefined ? NOTHING : heldPolicies(block, { ...site, path: [attribute] }, { address, element: null }, source);
    }
    case "locals":
      return passing(
        block.body.items.flatMap((item) =>
          item.type === "HclAttribute" ? nestedTexts(item.value, source).map((text) => ({ text, site: { ...site, name: item.name } })) : [],
        ),
      );
    case "module":
      return merge(
        block.body.items.flatMap((item) =>
          item.type === "HclAttribute"
            ? [
                passing(nestedTexts(item.value, source).map((text) => ({ text, site: { ...site, path: [item.name] } }))),
                moduleGrants(item.name, item.value, site, source) ?? { policies: [], elsewhere: moduleStatements(item.name, item.value, address) },
              ]
            : [],
        ),
      );
    default:
      return NOTHING;
  }
}

function inlinePolicies(role: HclBlock, site: Site, source: string): Found {
  const blocks = blocksOf(role.body, "inline_policy");
  const dynamic = blocksOf(role.body, "dynamic").filter(({ labels }) => labels[0]?.value === "inline_policy");
  const elements = blockElements(blocks);
  // Without any inline_policy block the provider no longer manages the role's inline policies, and they stay.
  const removable = blocks.length > 1;
  const inline: Site = { ...site, path: ["inline_policy", "policy"] };
  const address = `${siteAddress(site)}.inline_policy`;
  return merge([
    inlineAttribute(role, site, source),
    ...blocks.map((block, index) =>
      heldPolicies(block, inline, { address: `${address}[${String(index)}]`, element: removable ? (elements[index] ?? null) : null }, source),
    ),
    ...dynamic
      .flatMap(({ body }) => blocksOf(body, "content"))
      .map((content) => heldPolicies(content, inline, { address, element: null }, source)),
  ]);
}

/** The documents in the attribute of a block that grants them; the site's path ends in its name. */
function heldPolicies(block: HclBlock, site: Site, as: Pick<WrittenPolicy, "address" | "element">, source: string): Found {
  const expression = attributeOf(block.body, site.path.at(-1) ?? "");
  if (expression === null) return NOTHING;
  const texts = policyTexts(expression, source).filter(({ namesPrincipals }) => !namesPrincipals);
  const target = siteAddress(site);
  const node = site.type === "aws_iam_policy" ? null : target;
  const policies = texts.map(({ span, statements, opaque }) => ({ ...as, span, statements, opaque, node, start: { target, site, through: null, instance: null }, value: null }));
  const elsewhere = withoutText(expression, source).flatMap((part): readonly Elsewhere[] => {
    const sources = usesOf(part, site).map((use) => use.target);
    if (sources.some((target) => !/^(?:local|var|module)\./u.test(target) && !isFileTarget(target))) return [];
    const why = `the policy of ${as.address} is not written there (${shown(source, part.span)})`;
    return [{ span: part.span, why, sources, value: { value: part, source } }];
  });
  return { policies, elsewhere };
}

/** The policies in `inline_policy = [{ name = …, policy = … }]`. */
function inlineAttribute(role: HclBlock, site: Site, source: string): Found {
  const value = attributeOf(role.body, "inline_policy");
  if (value === null) return NOTHING;
  return passing(nestedTexts(value, source).map((text) => ({ text, site: { ...site, path: ["inline_policy"] } })));
}

/** The statements that a known module takes for a policy; null for any other argument. */
function moduleGrants(name: string, value: HclExpression, site: Site, source: string): Found | null {
  if (registryModule(site.type)?.inputs[name]?.form !== "statements") return null;
  const { statements, opaque, namesPrincipals } = grantedStatements(hclValue(value, source));
  if (namesPrincipals || statements.length + opaque.length === 0) return NOTHING;
  return passing([{ text: { statements, opaque, namesPrincipals, span: value.span }, site: { ...site, path: [name] } }]);
}

/** A module's argument that says which actions the module grants, in the module's own words. */
function moduleStatements(name: string, value: HclExpression, address: string): readonly Elsewhere[] {
  if (!holdsStatement(value)) return [];
  return [{ span: value.span, why: `${name} of ${address} lists actions, and what the module makes of them is not known`, sources: [], value: null }];
}

function holdsStatement(expression: HclExpression): boolean {
  if (expression.type === "HclCall" && expression.name === "jsonencode") return false;
  if (expression.type === "HclObject") {
    const keys = new Set(expression.items.map(({ key }) => (key.type === "HclVariable" ? key.name : (literalText(key) ?? "")).toLowerCase()));
    const others = ["effect", "resource", "resources"];
    const foreign = ["principal", "principals", "not_principals", "notprincipal"];
    if ((keys.has("actions") || keys.has("action")) && others.some((key) => keys.has(key)) && !foreign.some((key) => keys.has(key))) return true;
  }
  return subexpressions(expression).some(holdsStatement);
}

function passing(texts: readonly { readonly text: PolicyText; readonly site: Site }[]): Found {
  const policies = texts.map(({ text: { span, statements, opaque }, site }) => {
    const target = siteAddress(site);
    const address = [target, ...site.path].join(".");
    return { address, span, statements, opaque, element: null, node: null, start: { target, site, through: null, instance: null }, value: null };
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
